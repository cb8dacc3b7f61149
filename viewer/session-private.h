/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of RaSession: session.c is its life, events.c puts it into words, acts.c is what the
 * helper does. */
#pragma once

#include "assist/chat.h"
#include "viewer/session.h"

struct _RaSession {
    const RaPort *port;
    RaModel *model;
    char *name;
    void (*changed)(guint parts, gpointer data);
    gpointer data;

    RaChat *chat;
    RaFiles *files;
    RaVoice *voice;
    RaClipboard *clipboard;

    gboolean linked; /* messages pass */
    gboolean broken; /* and had passed before the link broke */
    gboolean over;
    gboolean control, returned;         /* in control; the helper gave it back */
    guint files_in_vain, talks_in_vain; /* that the other end wanted, since the last it got */
    GHashTable *told; /* handle of a transfer to the state that the history told, plus 1 */
};

void ra_session_tell(RaSession *session, guint parts);
/* QUALITY as chosen. */
void ra_session_send_quality(RaSession *session);

/* Puts into words. */
void ra_session_told_file(RaSession *session, const RaTransfer *transfer);
void ra_session_told_voice(RaSession *session, const RaVoiceStatus *before);
