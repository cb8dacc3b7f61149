/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much of a file may be on its way: as much as keeps the link busy, and so little that what a
 * person does meanwhile hardly waits for it. The receiver confirms what it has; the time until
 * then, less the shortest of the last seconds, is what the file's own data waits somewhere. The
 * window grows and shrinks so that this stays near RA_PACE_TARGET, as FAST TCP does it (Wei, Jin,
 * Low, Hegde, IEEE/ACM Transactions on Networking 14 (2006) 1246). Every ten seconds it makes room
 * for a moment, so that the shortest time is seen again.
 *
 * Pure: times come from the caller, in microseconds of one clock that never goes back.
 */
#pragma once

#include <glib.h>

enum {
    RA_PACE_TARGET = 5000,               /* microseconds that data may wait on its way */
    RA_PACE_WINDOW_MAX = 8 * 1024 * 1024 /* bytes that may be on their way, whatever the link */
};

typedef struct _RaPace RaPace;

RaPace *ra_pace_new(void);
void ra_pace_free(RaPace *pace);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaPace, ra_pace_free)

/* Bytes of a piece that may leave now, 1..RA_FILE_PIECE_MAX; 0: not before something is confirmed.
 */
guint ra_pace_next(RaPace *pace);
/* SIZE bytes leave. */
void ra_pace_sent(RaPace *pace, guint size, gint64 now);
/* The next SIZE bytes of those on their way have come. */
void ra_pace_taken(RaPace *pace, guint64 size, gint64 now);
/* What is on its way will not be confirmed any more: its transfer is over. */
void ra_pace_forget(RaPace *pace);
/* Another link: nothing is known of it. */
void ra_pace_reset(RaPace *pace);
