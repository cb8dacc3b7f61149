/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Speech as it travels: Opus (RFC 6716), mono, RA_SOUND_RATE, one packet for RA_SOUND_FRAME
 * samples, about 32 kbit/s while somebody speaks. A codec has a memory: one encoder and one decoder
 * for each conversation, and every packet in its order.
 */
#pragma once

#include "wire/ipc.h"

#include <glib.h>

typedef struct _RaVoiceEncoder RaVoiceEncoder;

RaVoiceEncoder *ra_voice_encoder_new(void);
void ra_voice_encoder_free(RaVoiceEncoder *encoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaVoiceEncoder, ra_voice_encoder_free)

/*
 * Encodes N samples (1..RA_SOUND_FRAME; fewer than a frame are followed by silence) into RET, which
 * has room for RA_SOUND_PACKET_MAX bytes. Returns the packet's size. 0: there is nothing to send,
 * because nobody speaks (such a gap is no error: the stamps of what follows tell how long it was),
 * or N is out of range.
 */
gsize ra_voice_encode(RaVoiceEncoder *encoder, const gint16 *samples, guint n, guint8 *ret);

typedef struct _RaVoiceDecoder RaVoiceDecoder;

RaVoiceDecoder *ra_voice_decoder_new(void);
void ra_voice_decoder_free(RaVoiceDecoder *decoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaVoiceDecoder, ra_voice_decoder_free)

/*
 * Decodes one packet of the other end into RET, RA_SOUND_FRAME samples. Returns their number, which
 * is RA_SOUND_FRAME, or 0 for anything but a good packet of that length: RET is untouched then and
 * the decoder can go on.
 */
guint ra_voice_decode(RaVoiceDecoder *decoder, const guint8 *data, gsize size, gint16 *ret);
