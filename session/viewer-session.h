/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The viewer's worker: takes handshakes on the sockets that its program dialled, the first that
 * succeeds wins; then RFB towards the novice's host, decoding into a shared picture, and the
 * messages of wire/ipc.h towards ra-viewer.
 */
#pragma once

#include "link/link.h"
#include "session/channel.h"

/* The race of handshakes (session/race.c). */
typedef struct _RaRace RaRace;
/* LINK is the callee's, which may free the race. */
typedef void (*RaRaceFunc)(RaLink *link, guint32 attempt, gpointer data);
/* IDENTITY: an RA_IPC_IDENTITY message; the key is copied. Borrows CHANNEL. */
RaRace *ra_race_new(RaChannel *channel, const RaIpcMessage *identity, RaRaceFunc won,
                    gpointer data);
void ra_race_free(RaRace *race);
void ra_race_add(RaRace *race, guint32 attempt, int fd); /* takes FD */

typedef struct _RaViewerSession RaViewerSession;
/* Takes LINK; borrows CHANNEL. NAME is the helper's. PROXIED: the way leads through a proxy. OVER
 * as in session/host-session.h. */
RaViewerSession *ra_viewer_session_new(RaLink *link, RaChannel *channel, const char *name,
                                       gboolean proxied, void (*over)(gpointer data),
                                       gpointer data);
void ra_viewer_session_free(RaViewerSession *session);
/* A message of the program; takes FD. */
void ra_viewer_session_message(RaViewerSession *session, const RaIpcMessage *message, int fd);
