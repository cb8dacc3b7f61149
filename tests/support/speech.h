/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Speech for tests, made here: syllables of voiced sound (a glottal pulse through three moving
 * formants) and of hiss, with pauses between words. And the comparison of what was heard with what
 * was said. Signed 16 bits, mono, RA_SPEECH_RATE.
 */
#pragma once

#include <glib.h>

enum { RA_SPEECH_RATE = 48000 };

/* The same SEED gives the same speech, longer N the same beginning. Peaks at about a third of full
 * scale; begins within a tenth of a second. */
void ra_speech_make(guint seed, gint16 *ret, gsize n);
/* White noise with this effective value, added. */
void ra_speech_add_noise(guint seed, double level, gint16 *samples, gsize n);

typedef struct {
    gsize delay;        /* samples by which HEARD comes later, where the two agree best */
    double correlation; /* there, -1..1 */
    double snr;   /* dB: mean over the 20 ms segments in which somebody speaks, each -10..35 */
    double heard; /* share of those segments that are there at all, 0..1 */
} RaSpeechMatch;

/* Looks for delays of 0..MAX_DELAY samples. */
RaSpeechMatch ra_speech_compare(const gint16 *said, gsize n_said, const gint16 *heard,
                                gsize n_heard, gsize max_delay);
/* The same by pieces of half a second, each with a delay of its own: where two clocks are at work,
 * or the link changed. DELAY is the median, the others are means over the pieces in which somebody
 * speaks. */
RaSpeechMatch ra_speech_compare_pieces(const gint16 *said, gsize n_said, const gint16 *heard,
                                       gsize n_heard, gsize max_delay);
/* Mean power in dB of full scale; -120 for silence. */
double ra_speech_level(const gint16 *samples, gsize n);
