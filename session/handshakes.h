/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Handshakes under way in the host's worker. Nothing that a stranger sends is read by anything
 * but OpenSSL: until the key is proven there are only sockets, and time-outs, here.
 */
#pragma once

#include "link/link.h"
#include "session/channel.h"

typedef struct _RaHandshakes RaHandshakes;

/* A handshake succeeded. LINK is the callee's; NAME is the novice's, that came with the key. The
 * callee may free the handshakes, which closes every other connection. */
typedef void (*RaHandshakesFunc)(RaLink *link, guint32 connection, const char *name, gpointer data);

RaHandshakes *ra_handshakes_new(RaChannel *channel, RaHandshakesFunc done, gpointer data);
void ra_handshakes_free(RaHandshakes *handshakes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaHandshakes, ra_handshakes_free)
/* A connection to take a handshake on; takes FD. */
void ra_handshakes_add(RaHandshakes *handshakes, guint32 connection, int fd);
