/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chat: numbers what we say, keeps what the other end has not confirmed and says it again when a
 * link is back, leaves out what comes twice. What was said goes into the history.
 */
#pragma once

#include "assist/history.h"
#include "assist/port.h"

enum {
    RA_CHAT_WAITING_MAX = 256, /* messages not confirmed, beyond which no more are taken */
    RA_CHAT_HEARD_MAX = 1024,  /* of the other end, at once; then ten a second */
};

typedef struct _RaChat RaChat;

/* Both borrowed. */
RaChat *ra_chat_new(RaHistory *history, const RaPort *port);
void ra_chat_free(RaChat *chat);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaChat, ra_chat_free)

/* TEXT is what a person typed: white space at its ends is cut off. RA_ERROR_USAGE where nothing is
 * left or it has more than RA_CHAT_TEXT_MAX bytes; RA_ERROR_UNREACHABLE where too many wait;
 * RA_ERROR_USAGE where it comes faster than the other end takes it. */
gboolean ra_chat_say(RaChat *chat, const char *text, GError **error);
/* RA_ASSIST_CHAT or RA_ASSIST_CHAT_SEEN. FALSE: it breaks the rules, the session has to end. */
gboolean ra_chat_take(RaChat *chat, const RaAssist *message);
/* The session runs, for the first time or again. */
void ra_chat_linked(RaChat *chat);
