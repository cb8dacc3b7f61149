/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sound of the other end: packets one after the other, each behind a u16 that tells its length. */
#include "wire/voice.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(RaVoiceDecoder) decoder = ra_voice_decoder_new();
    while (size >= 2) {
        const gsize want = (gsize)data[0] << 8 | data[1];
        data += 2;
        size -= 2;
        const gsize n = MIN(want, size);
        gint16 samples[RA_SOUND_FRAME];
        const guint got = ra_voice_decode(decoder, data, n, samples);
        g_assert_true(got == 0 || got == RA_SOUND_FRAME);
        data += n;
        size -= n;
    }
    return 0;
}
