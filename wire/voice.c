/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/voice.h"

#include <opus.h>
#include <string.h>

enum {
    BITS_PER_SECOND = 32000,
    COMPLEXITY = 7,      /* of 10: from here on Opus tells speech from music by analysis */
    NOTHING_TO_SEND = 2, /* bytes: a packet this small says "silence goes on" (opus_encode) */
};

/* Neither constructor fails but for want of memory, which ends a GLib program anyway. */
struct _RaVoiceEncoder {
    OpusEncoder *opus;
};

struct _RaVoiceDecoder {
    OpusDecoder *opus;
};

RaVoiceEncoder *ra_voice_encoder_new(void)
{
    RaVoiceEncoder *encoder = g_new0(RaVoiceEncoder, 1);
    int result = OPUS_OK;
    encoder->opus = opus_encoder_create(RA_SOUND_RATE, 1, OPUS_APPLICATION_VOIP, &result);
    if (encoder->opus == NULL)
        g_error("Opus has no encoder for speech: %s", opus_strerror(result));
    opus_encoder_ctl(encoder->opus, OPUS_SET_BITRATE(BITS_PER_SECOND));
    opus_encoder_ctl(encoder->opus, OPUS_SET_VBR(1));
    opus_encoder_ctl(encoder->opus, OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE));
    opus_encoder_ctl(encoder->opus, OPUS_SET_COMPLEXITY(COMPLEXITY));
    opus_encoder_ctl(encoder->opus, OPUS_SET_DTX(1));
    /* The link loses nothing: no bits are spent on packets that might get lost. */
    opus_encoder_ctl(encoder->opus, OPUS_SET_INBAND_FEC(0));
    opus_encoder_ctl(encoder->opus, OPUS_SET_PACKET_LOSS_PERC(0));
    return encoder;
}

void ra_voice_encoder_free(RaVoiceEncoder *encoder)
{
    if (encoder == NULL)
        return;
    opus_encoder_destroy(encoder->opus);
    g_free(encoder);
}

gsize ra_voice_encode(RaVoiceEncoder *encoder, const gint16 *samples, guint n, guint8 *ret)
{
    if (n == 0 || n > RA_SOUND_FRAME)
        return 0;
    gint16 frame[RA_SOUND_FRAME] = {0};
    memcpy(frame, samples, n * sizeof *samples);
    const opus_int32 size =
        opus_encode(encoder->opus, frame, RA_SOUND_FRAME, ret, RA_SOUND_PACKET_MAX);
    return size > NOTHING_TO_SEND ? (gsize)size : 0;
}

RaVoiceDecoder *ra_voice_decoder_new(void)
{
    RaVoiceDecoder *decoder = g_new0(RaVoiceDecoder, 1);
    int result = OPUS_OK;
    decoder->opus = opus_decoder_create(RA_SOUND_RATE, 1, &result);
    if (decoder->opus == NULL)
        g_error("Opus has no decoder for speech: %s", opus_strerror(result));
    return decoder;
}

void ra_voice_decoder_free(RaVoiceDecoder *decoder)
{
    if (decoder == NULL)
        return;
    opus_decoder_destroy(decoder->opus);
    g_free(decoder);
}

guint ra_voice_decode(RaVoiceDecoder *decoder, const guint8 *data, gsize size, gint16 *ret)
{
    if (size == 0 || size > RA_SOUND_PACKET_MAX)
        return 0;
    /* Checked beforehand: a packet of another length would have changed the decoder's state. */
    if (opus_packet_get_nb_samples(data, (opus_int32)size, RA_SOUND_RATE) != RA_SOUND_FRAME)
        return 0;
    gint16 frame[RA_SOUND_FRAME];
    if (opus_decode(decoder->opus, data, (opus_int32)size, frame, RA_SOUND_FRAME, 0) !=
        RA_SOUND_FRAME)
        return 0;
    memcpy(ret, frame, sizeof frame);
    return RA_SOUND_FRAME;
}
