/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The assistance messages on their way through a worker, the same at both ends: which kinds pass,
 * when, and with which priority. What one program says to the other is passed on, decoded and
 * written anew; the rest is the worker's own.
 *
 * A kind passes once the novice's FEATURES have been said, and only where they have its feature
 * (all that were ever offered in this session count, so that one that is taken back does not make a
 * liar of who had not heard of it). What our own program says too early is kept for then, and what
 * was not offered is dropped: a program need not know when its link is ready. The other end gets no
 * such help: what it may not say ends the session.
 */
#pragma once

#include "session/channel.h"
#include "session/stream.h"

typedef struct _RaRelay RaRelay;

enum { RA_RELAY_WAITING_MAX = 256 }; /* messages of our program that are kept; more are dropped */

typedef enum {
    RA_RELAY_BAD,    /* it may not be said, or not now: the session has to end */
    RA_RELAY_PASSED, /* our program has been told; nothing is left to do */
    RA_RELAY_OURS,   /* the worker's own business */
} RaRelayed;

/* US: whose worker this is. Borrows STREAM and CHANNEL. Closed at first. */
RaRelay *ra_relay_new(RaStream *stream, RaChannel *channel, RaAssistFrom us);
void ra_relay_free(RaRelay *relay); /* NULL is fine */

/* What the other end's hello said; RA_ASSIST_PAYLOAD_LEAST without. Messages that are longer are
 * left out, pieces of files are made shorter. */
void ra_relay_set_payload_max(RaRelay *relay, guint32 bytes);
guint32 ra_relay_payload_max(const RaRelay *relay);
/* The other end takes assistance messages now, and may send some. FIRST (NULL: none) leaves before
 * what was kept. */
void ra_relay_open(RaRelay *relay, const RaAssist *first);
/* It does not, or not any more: what was kept is dropped, and what comes is bad. */
void ra_relay_close(RaRelay *relay);
gboolean ra_relay_is_open(const RaRelay *relay);

/* To the other end, if it takes it. Wipes nothing of the caller's. FALSE: it was dropped. */
gboolean ra_relay_send(RaRelay *relay, const RaAssist *message);
/* RA_IPC_ASSIST of our own program: kept until it may be sent. At the host FEATURES count even
 * where the viewer is a stock one that never hears of them. */
void ra_relay_from_program(RaRelay *relay, const RaAssist *message);
/* What came over the link. */
RaRelayed ra_relay_from_link(RaRelay *relay, const RaAssist *message);
/* To our own program, as if the other end had said it. */
void ra_relay_tell_program(RaRelay *relay, const RaAssist *message);

/* All that was offered so far. */
guint32 ra_relay_features(const RaRelay *relay);
