/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A worker as the agent's logic sees it: a vtable, so that tests put a worker of their own there,
 * and so that a gate's worker can become a session's. */
#pragma once

#include "wire/ipc.h"

#include <glib.h>

typedef struct _RaPeer RaPeer;

typedef struct {
    /* Decoded as RA_IPC_FROM_HOST_WORKER. FD is borrowed, -1 where none came. The callee may free
     * the peer, or give it other events. */
    void (*message)(RaPeer *peer, const RaIpcMessage *message, int fd, gpointer data);
    /* It is gone: nothing follows but ra_peer_free(). RA_ERROR_MALFORMED: it was ended, since what
     * it sent is no message. */
    void (*gone)(RaPeer *peer, const GError *error, gpointer data);
} RaPeerEvents;

typedef struct {
    void (*send)(RaPeer *peer, const RaIpcMessage *message, int fd);
    guint (*queued)(RaPeer *peer);
    void (*free)(RaPeer *peer);
} RaPeerClass;

/* Embedded as the first member of an implementation, which calls the events from the main loop. */
struct _RaPeer {
    const RaPeerClass *class;
    const RaPeerEvents *events;
    gpointer data;
};

/* Starts a real one: ra-session, in the role of the host. RA_ERROR_FAILED. */
RaPeer *ra_peer_new_worker(GError **error);

static inline void ra_peer_set_events(RaPeer *peer, const RaPeerEvents *events, gpointer data)
{
    peer->events = events;
    peer->data = data;
}

/* Never blocks. FD (-1 for none) stays the caller's. */
static inline void ra_peer_send(RaPeer *peer, const RaIpcMessage *message, int fd)
{
    peer->class->send(peer, message, fd);
}

/* Messages that wait for it to read. */
static inline guint ra_peer_queued(RaPeer *peer)
{
    return peer->class->queued(peer);
}

/* Ends the worker; its connections close. No event follows. NULL is fine. */
static inline void ra_peer_free(RaPeer *peer)
{
    if (peer != NULL)
        peer->class->free(peer);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaPeer, ra_peer_free)
