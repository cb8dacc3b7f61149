/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Talking: who asked whom, the microphone, the loudspeaker, the echo and the late packets. SDL's
 * audio devices (SDL_AUDIODRIVER=disk and dummy serve tests), speexdsp against the echo. Opus is
 * the worker's business: here is plain sound, RA_SOUND_FRAME samples at RA_SOUND_RATE.
 *
 * A microphone opens only in state ON, and closes when it ends or is muted. A device that is
 * missing or vanishes makes silence, is told, and is looked for again; it never ends anything.
 */
#pragma once

#include "assist/port.h"

typedef enum {
    RA_VOICE_OFF,
    RA_VOICE_ASKING, /* we asked; 60 seconds, then off */
    RA_VOICE_ASKED,  /* they asked: the person is to be asked */
    RA_VOICE_ON,
} RaVoiceState;

typedef struct {
    RaVoiceState state;
    gboolean muted, their_muted;
    gboolean microphone_open;               /* sound of this room leaves the computer now */
    gboolean no_microphone, no_loudspeaker; /* ON, but there is none */
    gboolean refused;                       /* OFF: our last question was answered with no */
    guint buffer_ms; /* of sound waiting to be played; what is late is dropped */
} RaVoiceStatus;

typedef struct {
    /* The status changed (not for buffer_ms alone). */
    void (*changed)(const RaVoiceStatus *status, gpointer data);
    /* Eight times a second while ON: the peaks since, 0..100, of our microphone and of theirs. */
    void (*levels)(guint ours, guint theirs, gpointer data);
} RaVoiceEvents;

typedef struct _RaVoice RaVoice;

/* PORT and EVENTS are borrowed. Opens no device yet. */
RaVoice *ra_voice_new(const RaPort *port, const RaVoiceEvents *events, gpointer data);
void ra_voice_free(RaVoice *voice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaVoice, ra_voice_free)

const RaVoiceStatus *ra_voice_status(const RaVoice *voice); /* borrowed */
/* Each does nothing in a state that it does not fit. Asking while asked is none of them: only
 * ra_voice_answer() says yes. But who asks while the other's question is on its way agrees to it,
 * so the host lets only a person's own hand ask. Ending also withdraws a question, and refuses one.
 */
void ra_voice_ask(RaVoice *voice);
void ra_voice_answer(RaVoice *voice, gboolean yes, RaGoodbye reason);
void ra_voice_mute(RaVoice *voice, gboolean muted);
void ra_voice_end(RaVoice *voice);
/* How long a question stays open, instead of 60 seconds. For tests. */
void ra_voice_set_patience(RaVoice *voice, guint ms);
/* Any RA_ASSIST_VOICE_* message but SOUND. FALSE: it breaks the rules, the session has to end. */
gboolean ra_voice_take(RaVoice *voice, const RaAssist *message);
/* An RA_IPC_SOUND message. FALSE: sound that nobody agreed to. What was under way when we ended it
 * (two seconds) is dropped silently. */
gboolean ra_voice_take_sound(RaVoice *voice, const RaIpcMessage *message);
/* The link is gone, or the session: off, and all devices closed. */
void ra_voice_unlinked(RaVoice *voice);
