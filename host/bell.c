/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/bell.h"

#include "base/io.h"

#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    GSource source;
    GPollFD poll;
} BellSource;

struct _RaBell {
    int fd, end; /* END: the worker's */
    BellSource *source;
    void (*rung)(gpointer data);
    gpointer data;
};

static gboolean check(GSource *source)
{
    return ((BellSource *)source)->poll.revents != 0;
}

/* Once: the callee says whether it still waits. (A worker that has left is always heard.) */
static gboolean dispatch(GSource *source, G_GNUC_UNUSED GSourceFunc callback, gpointer data)
{
    RaBell *bell = data;
    ((BellSource *)source)->poll.events = 0;
    if (((BellSource *)source)->poll.revents & (G_IO_HUP | G_IO_ERR))
        return G_SOURCE_REMOVE;
    bell->rung(bell->data);
    return G_SOURCE_CONTINUE;
}

/* GLib reads `events` before each poll: to change them there costs nothing, while its functions
 * would wake the main loop. */
static void add_source(RaBell *bell)
{
    static GSourceFuncs funcs = {.check = check, .dispatch = dispatch};
    GSource *source = g_source_new(&funcs, sizeof(BellSource));
    bell->source = (BellSource *)source;
    bell->source->poll.fd = bell->fd;
    ra_source_set_lean(source);
    g_source_set_static_name(source, "bell");
    g_source_set_callback(source, NULL, bell, NULL);
    g_source_add_poll(source, &bell->source->poll);
    g_source_attach(source, g_main_context_get_thread_default());
}

RaBell *ra_bell_new(void (*rung)(gpointer data), gpointer data)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return NULL;
    RaBell *bell = g_new0(RaBell, 1);
    bell->fd = pair[0];
    bell->end = pair[1];
    bell->rung = rung;
    bell->data = data;
    add_source(bell);
    return bell;
}

void ra_bell_free(RaBell *bell)
{
    if (bell == NULL)
        return;
    g_source_destroy((GSource *)bell->source);
    g_source_unref((GSource *)bell->source);
    close(bell->fd);
    if (bell->end >= 0)
        close(bell->end);
    g_free(bell);
}

int ra_bell_take_end(RaBell *bell)
{
    return g_steal_fd(&bell->end);
}

guint ra_bell_count(RaBell *bell)
{
    char rings[RA_BELL_MAX];
    /* Not by a flag of the socket, which both ends could change. */
    const ssize_t n = recv(bell->fd, rings, sizeof rings, MSG_DONTWAIT);
    return n > 0 ? (guint)n : 0;
}

void ra_bell_listen(RaBell *bell, gboolean on)
{
    bell->source->poll.events = on ? G_IO_IN : 0;
}
