/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a program starts its worker ra-session and talks to it (messages: wire/ipc.h). The worker
 * inherits one end of a SOCK_SEQPACKET socketpair and nothing else.
 */
#pragma once

#include "wire/ipc.h"

#include <glib.h>

typedef enum { RA_WORKER_HOST, RA_WORKER_VIEWER } RaWorkerRole;
typedef struct _RaWorker RaWorker;

typedef struct {
    /* A message; FD is -1, or a descriptor that the callee takes. The callee may free the worker.
     */
    void (*message)(RaWorker *worker, const RaIpcMessage *message, int fd, gpointer data);
    /* The worker is gone: nothing follows. RA_ERROR_FAILED; RA_ERROR_MALFORMED where it was ended,
     * since what it sent is no message. */
    void (*gone)(RaWorker *worker, const GError *error, gpointer data);
    /* For now nothing more waits. NULL is fine. */
    void (*rest)(RaWorker *worker, gpointer data);
} RaWorkerCallbacks;

/* Starts one; messages come from the caller's main context. RA_ERROR_FAILED. */
RaWorker *ra_worker_new(RaWorkerRole role, const RaWorkerCallbacks *callbacks, gpointer data,
                        GError **error);
/* Ends it: closes the socketpair, on which the worker leaves; it is killed if it does not within
 * two seconds. NULL is fine. No callback follows. */
void ra_worker_free(RaWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaWorker, ra_worker_free)
/*
 * Sends; never blocks: what the socket does not take waits in order (RA_WORKER_QUEUE_MAX messages;
 * beyond, the worker counts as hung and `gone` follows). FD (-1 for none) is duplicated: it stays
 * the caller's.
 */
enum { RA_WORKER_QUEUE_MAX = 256 };
void ra_worker_send(RaWorker *worker, const RaIpcMessage *message, int fd);
/* Messages that wait for the worker: who makes many of them leaves some out when there are. */
guint ra_worker_queued(const RaWorker *worker);
