/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Handshakes under way in the host's worker. Nothing that a stranger sends is read by anything
 * but OpenSSL: until the key is proven there are only sockets, and time-outs, here.
 */
#pragma once

#include "link/link.h"
#include "session/channel.h"

typedef struct _RaGate RaGate;

/* A handshake succeeded. LINK is the callee's; NAME is the novice's, that came with the key. The
 * callee may free the gate, which closes every other connection. */
typedef void (*RaGateFunc)(RaLink *link, guint32 connection, const char *name, gpointer data);

RaGate *ra_gate_new(RaChannel *channel, RaGateFunc done, gpointer data);
void ra_gate_free(RaGate *gate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaGate, ra_gate_free)
/* A connection to take a handshake on; takes FD. */
void ra_gate_add(RaGate *gate, guint32 connection, int fd);
