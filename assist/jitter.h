/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sound that waits to be played. The link loses nothing and keeps the order, so all that can happen
 * to a packet is that it comes late. The buffer holds as little as the lateness of the last seconds
 * asks for, grows when sound came too late, shrinks when it is calm (in pauses first, where nobody
 * hears it), and after a stall of the link drops what is too old at once. Cuts are cross-faded.
 *
 * Pure: the caller tells the time. Not for two threads at once.
 */
#pragma once

#include <glib.h>

enum {
    RA_JITTER_TARGET_MIN = 720,  /* samples (15 ms): the least delay that is aimed at */
    RA_JITTER_TARGET_MAX = 9600, /* samples (200 ms): more delay makes talking impossible */
    RA_JITTER_ROOM = 48000,      /* samples (1 s) that can wait at all */
};

typedef struct {
    guint64 played;   /* samples of the other end */
    guint64 dropped;  /* samples that came too late, or were cut to catch up */
    guint64 inserted; /* samples of silence, in which sound was waited for that was missing */
    guint late;       /* how often that happened */
} RaJitterStats;

typedef struct _RaJitter RaJitter;

RaJitter *ra_jitter_new(void);
void ra_jitter_free(RaJitter *jitter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaJitter, ra_jitter_free)

/* Forgets all sound and all it learnt. */
void ra_jitter_reset(RaJitter *jitter);
/* NOW: microseconds of a clock that never goes back. STAMP counts samples at the other end and may
 * start anywhere, wrap, and leave out pauses. N: 1..RA_SOUND_FRAME, more is dropped. */
void ra_jitter_put(RaJitter *jitter, gint64 now, guint32 stamp, const gint16 *samples, guint n);
/* The next N samples for the loudspeaker, silence where there is nothing. */
void ra_jitter_get(RaJitter *jitter, gint64 now, gint16 *ret, guint n);

/* Samples. What waits now, and the delay that is aimed at: from the moment at which the fastest
 * packets come until they are played. */
guint ra_jitter_waiting(const RaJitter *jitter);
guint ra_jitter_target(const RaJitter *jitter);
const RaJitterStats *ra_jitter_stats(const RaJitter *jitter); /* borrowed */
