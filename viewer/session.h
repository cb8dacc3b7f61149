/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a session is besides the picture, at the helper's side: the history, chat, files, voice, the
 * clipboard, monitors, quality, pointing. Fills its part of the window's model, and puts what
 * happens into the history in words. Reaches the other end through an RaPort alone.
 */
#pragma once

#include "assist/clipboard.h"
#include "viewer/model.h"

typedef struct _RaSession RaSession;

typedef struct {
    const RaPort *port; /* borrowed */
    /* Borrowed: `history` is given and outlives the session, as do the helper's choices (quality,
     * clipboard); what else is filled in goes with the session. */
    RaModel *model;
    const char *name;       /* the novice's, clean */
    RaSelection *selection; /* taken; NULL: no clipboard */
    const char *folder;     /* for files that come; NULL: Downloads */
    /* These parts of the model are other ones. Never from within ra_session_new() or _free(). */
    void (*changed)(guint parts, gpointer data);
    gpointer data;
} RaSessionOptions;

RaSession *ra_session_new(const RaSessionOptions *options);
void ra_session_free(RaSession *session); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaSession, ra_session_free)

/* How the session goes, from RaConnect. */

/* The screen is here, for the first time or again. */
void ra_session_sharing(RaSession *session);
/* FEATURES came: the first time on a link, messages pass from now on. */
void ra_session_features(RaSession *session, guint32 features);
/* The helper is in control, or not any more. */
void ra_session_control(RaSession *session, gboolean control);
/* They did not give control when asked. */
void ra_session_denied(RaSession *session);
/* The link broke; it is dialled again. */
void ra_session_unlinked(RaSession *session);
/* Over, REASON is why, in words. The transfers stay, to be opened and shown. */
void ra_session_end(RaSession *session, const char *reason);
/* RA_IPC_ASSIST, SOUND, CLIPBOARD (FD is borrowed), METER. FALSE: it breaks the rules. */
gboolean ra_session_take(RaSession *session, const RaIpcMessage *message, int fd);

/* Acts from RA_ACT_SAY to RA_ACT_POINT; others do nothing. As RaActFunc. */
char *ra_session_act(RaSession *session, const RaAct *act);
