/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/frame.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct _RaFrameMap {
    RaFrameView view;
    void *memory;
    gsize size;
    char name[RA_IPC_TEXT_MAX + 1];
};

RaFrameMap *ra_frame_map_new(int fd, const RaIpcMessage *message)
{
    const gsize size = (gsize)message->frame.stride * message->frame.height;
    const int seals = fcntl(fd, F_GET_SEALS);
    struct stat status;
    void *memory = MAP_FAILED;
    /* Without the seal a file that shrinks later would kill us by SIGBUS. */
    if (seals >= 0 && (seals & F_SEAL_SHRINK) != 0 && fstat(fd, &status) == 0 &&
        status.st_size >= 0 && (gsize)status.st_size >= size)
        memory = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (memory == MAP_FAILED)
        return NULL;
    RaFrameMap *map = g_new0(RaFrameMap, 1);
    map->memory = memory;
    map->size = size;
    map->view = (RaFrameView){.pixels = memory,
                              .width = message->frame.width,
                              .height = message->frame.height,
                              .stride = message->frame.stride};
    g_strlcpy(map->name, message->frame.name, sizeof map->name);
    return map;
}

void ra_frame_map_free(RaFrameMap *map)
{
    if (map == NULL)
        return;
    munmap(map->memory, map->size);
    g_free(map);
}

RaFrameView ra_frame_map_view(const RaFrameMap *map)
{
    return map->view;
}

const char *ra_frame_map_name(const RaFrameMap *map)
{
    return map->name;
}

gboolean ra_picture_memory_init(RaPictureMemory *ret, guint16 width, guint16 height)
{
    RaPictureMemory picture = {.stride = width * 4u, .size = (gsize)width * 4 * height};
    picture.fd = memfd_create("picture", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (picture.fd < 0)
        return FALSE;
    void *memory = MAP_FAILED;
    if (ftruncate(picture.fd, (off_t)picture.size) == 0)
        memory = mmap(NULL, picture.size, PROT_READ | PROT_WRITE, MAP_SHARED, picture.fd, 0);
    if (memory == MAP_FAILED ||
        fcntl(picture.fd, F_ADD_SEALS,
              F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL) != 0) {
        if (memory != MAP_FAILED)
            munmap(memory, picture.size);
        close(picture.fd);
        return FALSE;
    }
    picture.pixels = memory;
    *ret = picture;
    return TRUE;
}

void ra_picture_memory_clear(RaPictureMemory *picture)
{
    if (picture->pixels == NULL)
        return;
    munmap(picture->pixels, picture->size);
    if (picture->fd >= 0)
        close(picture->fd);
    *picture = (RaPictureMemory){.fd = -1};
}
