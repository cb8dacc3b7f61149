/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Listens, and lets one worker, the gate, take all handshakes. It gets the key that belongs to the
 * identity a handshake names, and no other. When a handshake succeeds the worker becomes that
 * session's, and a fresh gate is started. Nothing here reads from a connection.
 */
#pragma once

#include "base/secret.h"
#include "host/peer.h"

enum {
    RA_GATE_HANDSHAKE_SECONDS = 20, /* a worker that settles no connection in that time hangs */
    RA_GATE_BACK_OFF_MS = 100,      /* before a gate that died is replaced; doubles each time */
    RA_GATE_BACK_OFF_MAX_MS = 30000,
    RA_GATE_STEADY_SECONDS = 60, /* a gate that lived so long starts over with the back-off */
};

typedef struct _RaGate RaGate;

typedef struct {
    RaPeer *(*start_worker)(gpointer data, GError **error);
    /* The key of IDENTITY (an invitation's id, or one to resume a session with) if it can be used
     * now: RA_IPC_KEY_SIZE bytes, a reference; else NULL. *NAME, the callee's to make, is the
     * novice's name for the hello. */
    RaSecret *(*find)(const char *identity, char **name, gpointer data);
    /* A handshake succeeded. WORKER is the callee's; ADDRESS is the other computer's; IDENTITIES
     * (a set of strings, the callee's) are those whose keys this worker was given. */
    void (*authenticated)(RaPeer *worker, const char *address, GHashTable *identities,
                          gpointer data);
    /* Something for the log, safe to show. */
    void (*note)(const char *line, gpointer data);
} RaGateEvents;

typedef struct {
    const char *const *addresses; /* as in ra_listener_new() */
    guint16 port;
    gboolean exact;
} RaGatePlace;

/* Listens from now on. As ra_listener_new() fails, or RA_ERROR_FAILED where no worker starts.
 * EVENTS must outlive the gate. */
RaGate *ra_gate_new(const RaGatePlace *place, const RaGateEvents *events, gpointer data,
                    GError **error);
void ra_gate_free(RaGate *gate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaGate, ra_gate_free)

guint16 ra_gate_port(const RaGate *gate);
/* As ra_listener_hosts(). */
GStrv ra_gate_hosts(const RaGate *gate, const char *const *advertise, guint max);
