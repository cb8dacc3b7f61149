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
    RA_AUDIO_GULP = 480, /* samples that a device gives or takes at once: 10 ms */
};

typedef struct {
    /* RA_SOUND_FRAME samples of the microphone. STAMP counts samples; it goes on by the clock while
     * the microphone is closed. */
    void (*recorded)(guint32 stamp, const gint16 *samples, gpointer data);
    /* A wanted device was found or lost. Not for what the functions below do at once. */
    void (*changed)(gpointer data);
} RaAudioEvents;

typedef struct _RaAudio RaAudio;

/* EVENTS is borrowed. Opens nothing. */
RaAudio *ra_audio_new(const RaAudioEvents *events, gpointer data);
void ra_audio_free(RaAudio *audio);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaAudio, ra_audio_free)

/* Opens or closes the loudspeaker, the microphone. A closed microphone is closed: nothing that it
 * heard is given any more. */
void ra_audio_want_loudspeaker(RaAudio *audio, gboolean wanted);
void ra_audio_want_microphone(RaAudio *audio, gboolean wanted);
gboolean ra_audio_has_loudspeaker(const RaAudio *audio); /* open now */
gboolean ra_audio_has_microphone(const RaAudio *audio);

/* Sound of the other end: ra_jitter_put(). Dropped while there is no loudspeaker. */
void ra_audio_play(RaAudio *audio, guint32 stamp, const gint16 *samples, guint n);
/* Milliseconds of it that wait, on average over the last third of a second. */
guint ra_audio_waiting_ms(RaAudio *audio);
/* The largest sample of the microphone and of the loudspeaker since the last call, 0..32767. */
void ra_audio_peaks(RaAudio *audio, guint *microphone, guint *loudspeaker);
