/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One session at the host's worker: the hello and RFB towards the helper, the messages of
 * wire/ipc.h towards ra-host. It has the shared frame to read and nothing else.
 */
#pragma once

#include "link/link.h"
#include "session/channel.h"

typedef struct _RaHostSession RaHostSession;

/* Takes LINK; borrows CHANNEL. NAME is the novice's. OVER is called once, when the program has been
 * told that the session ended: the worker then leaves. */
RaHostSession *ra_host_session_new(RaLink *link, RaChannel *channel, const char *name,
                                   void (*over)(gpointer data), gpointer data);
void ra_host_session_free(RaHostSession *session);
/* A message of the program; takes FD. */
void ra_host_session_message(RaHostSession *session, const RaIpcMessage *message, int fd);
