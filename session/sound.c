/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/sound.h"

#include "wire/voice.h"

#include <string.h>

struct _RaSound {
    RaStream *stream;
    RaChannel *channel;
    RaRelay *relay;
    RaVoiceEncoder *encoder; /* NULL until somebody speaks */
    RaVoiceDecoder *decoder;
};

RaSound *ra_sound_new(RaStream *stream, RaChannel *channel, RaRelay *relay)
{
    RaSound *sound = g_new0(RaSound, 1);
    sound->stream = stream;
    sound->channel = channel;
    sound->relay = relay;
    return sound;
}

void ra_sound_free(RaSound *sound)
{
    if (sound == NULL)
        return;
    ra_voice_encoder_free(sound->encoder);
    ra_voice_decoder_free(sound->decoder);
    g_free(sound);
}

void ra_sound_from_program(RaSound *sound, const RaIpcMessage *message)
{
    gint16 samples[RA_SOUND_FRAME];
    guint8 packet[RA_SOUND_PACKET_MAX];
    if (sound->encoder == NULL)
        sound->encoder = ra_voice_encoder_new();
    memcpy(samples, message->sound.samples, message->sound.n * sizeof *samples);
    const gsize size = ra_voice_encode(sound->encoder, samples, message->sound.n, packet);
    explicit_bzero(samples, sizeof samples);
    if (size == 0)
        return;
    const RaAssist out = {.kind = RA_ASSIST_VOICE_SOUND,
                          .sound = {message->sound.stamp, (guint32)size, packet}};
    while (ra_stream_waiting(sound->stream, RA_PRIORITY_VOICE, NULL) >= RA_SOUND_WAITING_MAX)
        ra_stream_drop_oldest(sound->stream, RA_PRIORITY_VOICE);
    (void)ra_relay_send(sound->relay, &out);
}

void ra_sound_from_link(RaSound *sound, const RaAssist *message)
{
    gint16 samples[RA_SOUND_FRAME];
    if (sound->decoder == NULL)
        sound->decoder = ra_voice_decoder_new();
    const guint n =
        ra_voice_decode(sound->decoder, message->sound.data, message->sound.size, samples);
    if (n == 0)
        return;
    RaIpcMessage out = {.kind = RA_IPC_SOUND};
    out.sound.stamp = message->sound.stamp;
    out.sound.n = (guint16)n;
    out.sound.samples = (const guint8 *)samples;
    (void)ra_channel_send(sound->channel, &out, -1);
    explicit_bzero(samples, sizeof samples);
}
