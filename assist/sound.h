/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The microphone and the loudspeaker: SDL's audio devices, RA_SOUND_RATE, mono. What comes from the
 * other end waits in a jitter buffer, what the microphone hears is freed of echo and noise. Both
 * happen in SDL's threads; everything here is called, and calls back, in the main loop's thread.
 *
 * A device that is wanted but missing is looked for every few seconds, one that vanishes is noticed
 * within a second. No event loop of SDL is needed, and none is disturbed: the audio subsystem is
 * started and stopped by its own count of users.
 */
#pragma once

#include <glib.h>

enum {
    RA_SOUND_GULP = 480, /* samples that a device gives or takes at once: 10 ms */
};

typedef struct {
    /* RA_SOUND_FRAME samples of the microphone. STAMP counts samples; it goes on by the clock while
     * the microphone is closed. */
    void (*recorded)(guint32 stamp, const gint16 *samples, gpointer data);
    /* A wanted device was found or lost. Not for what the functions below do at once. */
    void (*changed)(gpointer data);
} RaSoundEvents;

typedef struct _RaSound RaSound;

/* EVENTS is borrowed. Opens nothing. */
RaSound *ra_sound_new(const RaSoundEvents *events, gpointer data);
void ra_sound_free(RaSound *sound);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaSound, ra_sound_free)

/* Opens or closes the loudspeaker, the microphone. A closed microphone is closed: nothing that it
 * heard is given any more. */
void ra_sound_want_loudspeaker(RaSound *sound, gboolean wanted);
void ra_sound_want_microphone(RaSound *sound, gboolean wanted);
gboolean ra_sound_has_loudspeaker(const RaSound *sound); /* open now */
gboolean ra_sound_has_microphone(const RaSound *sound);

/* Sound of the other end: ra_jitter_put(). Dropped while there is no loudspeaker. */
void ra_sound_play(RaSound *sound, guint32 stamp, const gint16 *samples, guint n);
/* Milliseconds of it that wait, on average over the last third of a second. */
guint ra_sound_waiting_ms(RaSound *sound);
/* The largest sample of the microphone and of the loudspeaker since the last call, 0..32767. */
void ra_sound_peaks(RaSound *sound, guint *microphone, guint *loudspeaker);
