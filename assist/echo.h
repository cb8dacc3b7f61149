/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cleans what the microphone hears: takes out what the loudspeaker played, then noise, and brings
 * the voice to an even loudness (speexdsp).
 *
 * What is played and what is recorded are paired by counting, not by the clock, so that the echo's
 * delay stays what it is while the canceller learns it: the path from ra_echo_played() to
 * ra_echo_clean() through the devices and the room may take up to RA_ECHO_TAIL_MS.
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

/* Forgets what was played and what it learnt: a device was opened anew. Not while another thread
 * calls ra_echo_clean(). */
void ra_echo_reset(RaEcho *echo);
/* N samples go to the loudspeaker. From any thread. */
void ra_echo_played(RaEcho *echo, const gint16 *samples, guint n);
/* Cleans RA_SOUND_FRAME samples of the microphone; RET may not be NEAR. From one thread. */
void ra_echo_clean(RaEcho *echo, const gint16 *near, gint16 *ret);
