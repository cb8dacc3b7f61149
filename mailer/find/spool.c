/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/spool.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    HEAP_MAX = 64 * 1024, /* bytes */
    PIECE = 64 * 1024,
};

struct _RaSpool {
    GByteArray *heap; /* what is not in the file yet */
    int fd;           /* -1: there is no file */
    gboolean failed;
};

RaSpool *ra_spool_new(void)
{
    RaSpool *spool = g_new0(RaSpool, 1);
    spool->heap = g_byte_array_new();
    spool->fd = -1;
    return spool;
}

void ra_spool_free(RaSpool *spool)
{
    if (spool == NULL)
        return;
    g_byte_array_unref(spool->heap);
    if (spool->fd >= 0)
        close(spool->fd);
    g_free(spool);
}

static gboolean flush(RaSpool *spool)
{
    if (spool->fd < 0)
        spool->fd = memfd_create("ra-spool", MFD_CLOEXEC);
    if (spool->fd < 0 || !ra_write_all(spool->fd, spool->heap->data, spool->heap->len))
        spool->failed = TRUE;
    g_byte_array_set_size(spool->heap, 0);
    return !spool->failed;
}

gboolean ra_spool_push(RaSpool *spool, const void *data, gsize size)
{
    if (spool->failed)
        return FALSE;
    if (size > HEAP_MAX - spool->heap->len && !flush(spool))
        return FALSE;
    if (size > HEAP_MAX) {
        spool->failed = !ra_write_all(spool->fd, data, size);
        return !spool->failed;
    }
    g_byte_array_append(spool->heap, data, (guint)size);
    return TRUE;
}

int ra_spool_to_fd(RaSpool *spool)
{
    return !spool->failed && flush(spool) && lseek(spool->fd, 0, SEEK_SET) == 0 ? spool->fd : -1;
}

void ra_spool_give(RaSpool *spool, gboolean drain, RaSpoolFunc func, gpointer user_data)
{
    if (spool->fd < 0) {
        func((const char *)spool->heap->data, spool->heap->len, user_data);
        return;
    }
    const int fd = ra_spool_to_fd(spool);
    g_autofree char *piece = g_malloc(PIECE);
    off_t given = 0;
    for (;;) {
        const ssize_t n = fd >= 0 ? read(fd, piece, PIECE) : 0;
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        if (drain) /* a kernel that cannot keeps it: nothing is lost but memory */
            (void)fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, given, n);
        given += n;
        func(piece, (gsize)n, user_data);
    }
}
