/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the parts of this room reach the other end: through their program's worker. */
#pragma once

#include "wire/ipc.h"

#include <glib.h>

typedef struct {
    /* Sends one message (RA_IPC_ASSIST, RA_IPC_SOUND or, with FD, RA_IPC_CLIPBOARD). FD (-1: none)
     * stays the caller's. Does nothing while there is no link. */
    void (*send)(const RaIpcMessage *message, int fd, gpointer data);
    /* Messages that wait for the worker: who makes many of them waits while there are. */
    guint (*queued)(gpointer data);
    gpointer data;
} RaPort;

/* The same for an assistance message. */
void ra_port_send_assist(const RaPort *port, const RaAssist *assist);
