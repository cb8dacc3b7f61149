/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/io.h"

#include <errno.h>
#include <unistd.h>

gboolean ra_write_all(int fd, const void *data, gsize size)
{
    const guint8 *next = data;
    while (size > 0) {
        const ssize_t n = write(fd, next, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0) /* no device that we write to does that; never spin on one that does */
            errno = EIO;
        if (n <= 0)
            return FALSE;
        next += n;
        size -= (gsize)n;
    }
    return TRUE;
}

void ra_source_drop(GSource **source)
{
    if (*source == NULL)
        return;
    g_source_destroy(*source);
    g_clear_pointer(source, g_source_unref);
}

void ra_source_set_lean(GSource *source)
{
    g_source_set_can_recurse(source, TRUE);
}

void ra_source_watch(GSource **source, int fd, GIOCondition condition, GUnixFDSourceFunc func,
                     gpointer data)
{
    ra_source_drop(source);
    *source = g_unix_fd_source_new(fd, condition);
    ra_source_set_lean(*source);
    g_source_set_callback(*source, G_SOURCE_FUNC(func), data, NULL);
    g_source_attach(*source, g_main_context_get_thread_default());
}
