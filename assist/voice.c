/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/voice.h"

#include "assist/audio.h"

#include <math.h>
#include <string.h>

enum {
    ASKED_MS = 60 * 1000,
    WAY_MS = 2 * 1000,          /* the other end's "no answer" has this long to come to us */
    UNDER_WAY_US = 2 * 1000000, /* sound that still comes after the end */
    LEVELS_MS = 125,
    LEVEL_DB = 60,   /* a meter shows so much below full scale */
    QUEUED_MAX = 10, /* messages before ours, beyond which our sound would come too late */
};

struct _RaVoice {
    const RaPort *port;
    const RaVoiceEvents *events;
    gpointer data;
    RaVoiceStatus status;
    RaAudio *audio;
    guint patience_ms;
    guint timer;   /* of a question */
    guint levels;  /* timer, while ON */
    guint closing; /* ENDs of ours that the other end has not answered: what it sent before its
                      answer is of the past */
    gint64 end_us; /* when ON was left, 0: never was */
};

static void send_message(RaVoice *voice, const RaAssist *message)
{
    ra_port_send_assist(voice->port, message);
}

/* ---- Devices and what is told of them ---- */

/* Compares everything but buffer_ms with what was told last. */
static void tell(RaVoice *voice, const RaVoiceStatus *before)
{
    RaVoiceStatus *status = &voice->status;
    const gboolean on = status->state == RA_VOICE_ON;
    status->microphone_open = ra_audio_has_microphone(voice->audio);
    status->no_loudspeaker = on && !ra_audio_has_loudspeaker(voice->audio);
    if (!on)
        status->no_microphone = FALSE;
    else if (!status->muted) /* nobody knows while it is closed */
        status->no_microphone = !status->microphone_open;
    const RaVoiceStatus *now = status;
    if (before->state != now->state || before->muted != now->muted ||
        before->their_muted != now->their_muted ||
        before->microphone_open != now->microphone_open ||
        before->no_microphone != now->no_microphone ||
        before->no_loudspeaker != now->no_loudspeaker || before->refused != now->refused)
        voice->events->changed(now, voice->data);
}

static guint level_of(guint peak)
{
    const double db = peak > 0 ? 20 * log10(peak / 32768.0) : -LEVEL_DB;
    return (guint)CLAMP(lround(100 * (db + LEVEL_DB) / LEVEL_DB), 0, 100);
}

static gboolean on_levels(gpointer data)
{
    RaVoice *voice = data;
    guint ours, theirs;
    ra_audio_peaks(voice->audio, &ours, &theirs);
    voice->status.buffer_ms = ra_audio_waiting_ms(voice->audio);
    voice->events->levels(level_of(ours), level_of(theirs), voice->data);
    return G_SOURCE_CONTINUE;
}

static void on_recorded(guint32 stamp, const gint16 *samples, gpointer data)
{
    RaVoice *voice = data;
    if (voice->status.state != RA_VOICE_ON || voice->status.muted)
        return;
    if (voice->port->queued(voice->port->data) > QUEUED_MAX)
        return;
    const RaIpcMessage message = {
        .kind = RA_IPC_SOUND,
        .sound = {.stamp = stamp, .n = RA_SOUND_FRAME, .samples = (const guint8 *)samples},
    };
    voice->port->send(&message, -1, voice->port->data);
}

static void on_devices(gpointer data)
{
    RaVoice *voice = data;
    const RaVoiceStatus before = voice->status;
    tell(voice, &before);
}

static const RaAudioEvents audio_events = {on_recorded, on_devices};

/* ---- States ---- */

static gboolean on_patience(gpointer data);

/* REFUSED: FALSE but for a no to our question. Nobody is told yet. */
static void enter(RaVoice *voice, RaVoiceState state, gboolean refused)
{
    RaVoiceStatus *status = &voice->status;
    const gboolean on = state == RA_VOICE_ON;
    if (status->state == RA_VOICE_ON)
        voice->end_us = g_get_monotonic_time();
    *status = (RaVoiceStatus){.state = state, .refused = refused};
    ra_audio_want_loudspeaker(voice->audio, on);
    ra_audio_want_microphone(voice->audio, on);
    g_clear_handle_id(&voice->timer, g_source_remove);
    g_clear_handle_id(&voice->levels, g_source_remove);
    if (on)
        voice->levels = g_timeout_add(LEVELS_MS, on_levels, voice);
    else if (state == RA_VOICE_ASKED)
        voice->timer = g_timeout_add(voice->patience_ms, on_patience, voice);
    else if (state == RA_VOICE_ASKING)
        voice->timer = g_timeout_add(voice->patience_ms + WAY_MS, on_patience, voice);
}

static void go(RaVoice *voice, RaVoiceState state, gboolean refused)
{
    const RaVoiceStatus before = voice->status;
    enter(voice, state, refused);
    tell(voice, &before);
}

/* Withdraws the question or ends the talk. */
static void end(RaVoice *voice)
{
    send_message(voice, &(RaAssist){.kind = RA_ASSIST_VOICE_END});
    voice->closing++;
    go(voice, RA_VOICE_OFF, FALSE);
}

static gboolean on_patience(gpointer data)
{
    RaVoice *voice = data;
    voice->timer = 0;
    if (voice->status.state == RA_VOICE_ASKED)
        ra_voice_answer(voice, FALSE, RA_GOODBYE_NO_ANSWER);
    else
        end(voice);
    return G_SOURCE_REMOVE;
}

RaVoice *ra_voice_new(const RaPort *port, const RaVoiceEvents *events, gpointer data)
{
    RaVoice *voice = g_new0(RaVoice, 1);
    voice->port = port;
    voice->events = events;
    voice->data = data;
    voice->patience_ms = ASKED_MS;
    voice->audio = ra_audio_new(&audio_events, voice);
    return voice;
}

void ra_voice_free(RaVoice *voice)
{
    if (voice == NULL)
        return;
    enter(voice, RA_VOICE_OFF, FALSE);
    ra_audio_free(voice->audio);
    g_free(voice);
}

void ra_voice_set_patience(RaVoice *voice, guint ms)
{
    voice->patience_ms = ms;
}

const RaVoiceStatus *ra_voice_status(const RaVoice *voice)
{
    return &voice->status;
}

void ra_voice_ask(RaVoice *voice)
{
    if (voice->status.state != RA_VOICE_OFF)
        return;
    send_message(voice, &(RaAssist){.kind = RA_ASSIST_VOICE_WANT});
    go(voice, RA_VOICE_ASKING, FALSE);
}

void ra_voice_answer(RaVoice *voice, gboolean yes, RaGoodbye reason)
{
    if (voice->status.state != RA_VOICE_ASKED)
        return;
    send_message(voice, &(RaAssist){.kind = RA_ASSIST_VOICE_ANSWER,
                                    .answer = {.yes = yes, .reason = yes ? 0 : reason}});
    go(voice, yes ? RA_VOICE_ON : RA_VOICE_OFF, FALSE);
}

void ra_voice_mute(RaVoice *voice, gboolean muted)
{
    muted = muted != FALSE;
    if (voice->status.state != RA_VOICE_ON || voice->status.muted == muted)
        return;
    const RaVoiceStatus before = voice->status;
    voice->status.muted = muted;
    ra_audio_want_microphone(voice->audio, !muted);
    send_message(voice, &(RaAssist){.kind = RA_ASSIST_VOICE_MUTED, .flag = muted});
    tell(voice, &before);
}

void ra_voice_end(RaVoice *voice)
{
    if (voice->status.state == RA_VOICE_ASKED)
        ra_voice_answer(voice, FALSE, RA_GOODBYE_DECLINED);
    else if (voice->status.state != RA_VOICE_OFF)
        end(voice);
}

/* ---- The other end ---- */

static void take_want(RaVoice *voice, const RaAssist *message)
{
    (void)message;
    /* Each asked before the other's question came: both want to talk. */
    go(voice, voice->status.state == RA_VOICE_ASKING ? RA_VOICE_ON : RA_VOICE_ASKED, FALSE);
}

static void take_answer(RaVoice *voice, const RaAssist *message)
{
    go(voice, message->answer.yes ? RA_VOICE_ON : RA_VOICE_OFF, !message->answer.yes);
}

static void take_muted(RaVoice *voice, const RaAssist *message)
{
    const RaVoiceStatus before = voice->status;
    voice->status.their_muted = message->flag != FALSE;
    tell(voice, &before);
}

static void take_end(RaVoice *voice, const RaAssist *message)
{
    if (voice->closing > 0) {
        voice->closing--;
        return;
    }
    send_message(voice, message);
    if (voice->status.state != RA_VOICE_OFF)
        go(voice, RA_VOICE_OFF, FALSE);
}

gboolean ra_voice_take(RaVoice *voice, const RaAssist *message)
{
    static const struct {
        RaAssistKind kind;
        guint states; /* bits: in which it may come */
        void (*act)(RaVoice *voice, const RaAssist *message);
    } rules[] = {
        {RA_ASSIST_VOICE_WANT, 1 << RA_VOICE_OFF | 1 << RA_VOICE_ASKING, take_want},
        {RA_ASSIST_VOICE_ANSWER, 1 << RA_VOICE_ASKING, take_answer},
        {RA_ASSIST_VOICE_MUTED, 1 << RA_VOICE_ON, take_muted},
        {RA_ASSIST_VOICE_END, G_MAXUINT, take_end},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (rules[i].kind != message->kind)
            continue;
        if (voice->closing > 0 && message->kind != RA_ASSIST_VOICE_END)
            return TRUE;
        if ((rules[i].states & 1U << voice->status.state) == 0)
            return FALSE;
        rules[i].act(voice, message);
        return TRUE;
    }
    return FALSE;
}

gboolean ra_voice_take_sound(RaVoice *voice, const RaIpcMessage *message)
{
    if (message->kind != RA_IPC_SOUND || message->sound.n == 0 || message->sound.n > RA_SOUND_FRAME)
        return FALSE;
    if (voice->closing > 0)
        return TRUE;
    if (voice->status.state != RA_VOICE_ON)
        return voice->end_us > 0 && g_get_monotonic_time() - voice->end_us < UNDER_WAY_US;
    gint16 samples[RA_SOUND_FRAME];
    memcpy(samples, message->sound.samples, message->sound.n * sizeof *samples);
    ra_audio_play(voice->audio, message->sound.stamp, samples, message->sound.n);
    return TRUE;
}

void ra_voice_unlinked(RaVoice *voice)
{
    voice->closing = 0;
    if (voice->status.state != RA_VOICE_OFF)
        go(voice, RA_VOICE_OFF, FALSE);
}
