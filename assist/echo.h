/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cleans what the microphone hears: takes out what the loudspeaker played, then noise, and brings
 * the voice to an even loudness (speexdsp).
 *
 * What is played and what is recorded are paired by counting, not by the clock, so that the echo's
 * delay stays what it is while the canceller learns it: the path from ra_echo_played() through the
 * devices and the room to the frame that ra_echo_take_played() is called for may take up to
 * RA_ECHO_TAIL_MS.
 */
#pragma once

#include <glib.h>

enum {
    RA_ECHO_TAIL_MS = 200,
};

typedef struct _RaEcho RaEcho;

RaEcho *ra_echo_new(void);
void ra_echo_free(RaEcho *echo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaEcho, ra_echo_free)

/* Forgets what was played and what it learnt: a device was opened anew. */
void ra_echo_reset(RaEcho *echo);
/* N samples go to the loudspeaker. From any thread. */
void ra_echo_played(RaEcho *echo, const gint16 *samples, guint n);
/* The microphone gave a frame: the RA_SOUND_FRAME samples whose echo it may hold. From any thread.
 */
void ra_echo_take_played(RaEcho *echo, gint16 *ret);
/* Cleans NEAR, a frame of the microphone, of FAR, which was taken for it; 10 ms later in RET. Takes
 * about half a millisecond: not for a device's thread. */
void ra_echo_clean(RaEcho *echo, const gint16 *near, const gint16 *far, gint16 *ret);
