/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/peer.h"

#include "session/worker.h"

#include <unistd.h>

typedef struct {
    RaPeer peer;
    RaWorker *worker;
} WorkerPeer;

static void worker_send(RaPeer *peer, const RaIpcMessage *message, int fd)
{
    ra_worker_send(((WorkerPeer *)peer)->worker, message, fd);
}

static guint worker_queued(RaPeer *peer)
{
    return ra_worker_queued(((WorkerPeer *)peer)->worker);
}

static void worker_free(RaPeer *peer)
{
    ra_worker_free(((WorkerPeer *)peer)->worker);
    g_free(peer);
}

static void on_message(RaWorker *worker, const RaIpcMessage *message, int fd, gpointer data)
{
    RaPeer *peer = data;
    (void)worker;
    if (peer->events != NULL)
        peer->events->message(peer, message, fd, peer->data);
    if (fd >= 0)
        close(fd);
}

static void on_gone(RaWorker *worker, const GError *error, gpointer data)
{
    RaPeer *peer = data;
    (void)worker;
    if (peer->events != NULL)
        peer->events->gone(peer, error, peer->data);
}

RaPeer *ra_peer_new_worker(GError **error)
{
    static const RaPeerClass class = {worker_send, worker_queued, worker_free};
    static const RaWorkerCallbacks callbacks = {.message = on_message, .gone = on_gone};
    WorkerPeer *self = g_new0(WorkerPeer, 1);
    self->peer.class = &class;
    self->worker = ra_worker_new(RA_WORKER_HOST, &callbacks, self, error);
    if (self->worker == NULL)
        g_clear_pointer(&self, g_free);
    return (RaPeer *)self;
}
