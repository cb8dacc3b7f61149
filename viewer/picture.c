/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/picture.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

struct _RaPicture {
    int width, height;
    gsize stride, size;
    int memory;
    guint8 *pixels;
};

/* NULL if the descriptor holds SIZE bytes that reading can never fail on; else what is wrong. A
 * file that shrinks, and one on huge pages, would end this program with SIGBUS. */
static const char *what_is_wrong(int fd, gsize size)
{
    struct statfs fs;
    struct stat st;
    const int seals = fcntl(fd, F_GET_SEALS);
    if (seals < 0)
        return "it is no shared memory";
    if ((seals & F_SEAL_SHRINK) == 0)
        return "it is not sealed";
    if (fstatfs(fd, &fs) != 0 || fs.f_type != TMPFS_MAGIC)
        return "it is not in ordinary pages";
    if (fstat(fd, &st) != 0 || st.st_size < 0 || (guint64)st.st_size < size)
        return "it is too small";
    return NULL;
}

RaPicture *ra_picture_new(const RaIpcMessage *message, int fd, GError **error)
{
    const gsize size = (gsize)message->frame.stride * message->frame.height;
    const char *problem = what_is_wrong(fd, size);
    if (problem != NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "The session's worker gave a picture that cannot be used (%s); the session was "
                    "ended.",
                    problem);
        return NULL;
    }
    void *pixels = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    if (pixels == MAP_FAILED) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "There is not enough memory for a screen of %u x %u pixels (%s).",
                    message->frame.width, message->frame.height, g_strerror(errno));
        return NULL;
    }
    RaPicture *picture = g_new0(RaPicture, 1);
    picture->width = message->frame.width;
    picture->height = message->frame.height;
    picture->stride = message->frame.stride;
    picture->size = size;
    picture->pixels = pixels;
    picture->memory = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    return picture;
}

void ra_picture_free(RaPicture *picture)
{
    if (picture == NULL)
        return;
    munmap(picture->pixels, picture->size);
    if (picture->memory >= 0)
        close(picture->memory);
    g_free(picture);
}

int ra_picture_width(const RaPicture *picture)
{
    return picture->width;
}

int ra_picture_height(const RaPicture *picture)
{
    return picture->height;
}

gsize ra_picture_stride(const RaPicture *picture)
{
    return picture->stride;
}

int ra_picture_memory(const RaPicture *picture)
{
    return picture->memory;
}

const guint8 *ra_picture_pixels(const RaPicture *picture)
{
    return picture->pixels;
}

RaBox ra_picture_clip(const RaPicture *picture, const RaRect *rect)
{
    const RaBox whole = {0, 0, picture->width, picture->height};
    return ra_box_intersect((RaBox){rect->x, rect->y, rect->width, rect->height}, whole);
}
