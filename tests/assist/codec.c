/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opus as wire/voice.h uses it. */
#include "tests/assist/test-voice.h"
#include "tests/support/speech.h"
#include "wire/voice.h"

#include <string.h>

enum {
    SECONDS = 4,
    FRAMES = SECONDS * 50,
    SAMPLES = FRAMES * RA_SOUND_FRAME,
    OPUS_DELAY_MAX = RA_SOUND_RATE / 100, /* samples: Opus looks 6.5 ms ahead */
};

/* Through encoder and decoder; what is not sent is heard as silence. Returns the bytes sent. */
static gsize pass_through(const gint16 *said, gint16 *heard)
{
    g_autoptr(RaVoiceEncoder) encoder = ra_voice_encoder_new();
    g_autoptr(RaVoiceDecoder) decoder = ra_voice_decoder_new();
    gsize bytes = 0;
    memset(heard, 0, SAMPLES * sizeof *heard);
    for (guint i = 0; i < FRAMES; i++) {
        guint8 packet[RA_SOUND_PACKET_MAX];
        const gsize at = (gsize)i * RA_SOUND_FRAME;
        const gsize size = ra_voice_encode(encoder, said + at, RA_SOUND_FRAME, packet);
        g_assert_cmpuint(size, <=, RA_SOUND_PACKET_MAX);
        bytes += size;
        if (size > 0)
            g_assert_cmpuint(ra_voice_decode(decoder, packet, size, heard + at), ==,
                             RA_SOUND_FRAME);
    }
    return bytes;
}

static void test_speech(void)
{
    g_autofree gint16 *said = g_new(gint16, SAMPLES);
    g_autofree gint16 *heard = g_new(gint16, SAMPLES);
    ra_speech_make(1, said, SAMPLES);
    const gsize bytes = pass_through(said, heard);
    const RaSpeechMatch match = ra_speech_compare(said, SAMPLES, heard, SAMPLES, RA_SOUND_RATE / 4);
    g_test_message(
        "delay %.1f ms, correlation %.3f, segmental SNR %.1f dB, heard %.3f, %.1f kbit/s",
        match.delay / 48.0, match.correlation, match.snr, match.heard,
        bytes * 8 / (1000.0 * SECONDS));
    g_assert_cmpuint(match.delay, <=, OPUS_DELAY_MAX);
    g_assert_cmpfloat(match.correlation, >, 0.9);
    g_assert_cmpfloat(match.snr, >, 2.5); /* Opus keeps what is heard, not the wave */
    g_assert_cmpfloat(match.heard, >, 0.97);
    g_assert_cmpuint(bytes * 8 / SECONDS, <, 48000);

    /* The comparison itself can say no: other speech does not match. */
    ra_speech_make(2, said, SAMPLES);
    const RaSpeechMatch other = ra_speech_compare(said, SAMPLES, heard, SAMPLES, RA_SOUND_RATE / 4);
    g_assert_cmpfloat(other.correlation, <, 0.4);
    g_assert_cmpfloat(other.snr, <, 0);
}

static void test_silence(void)
{
    g_autofree gint16 *said = g_new0(gint16, SAMPLES);
    g_autofree gint16 *heard = g_new(gint16, SAMPLES);
    const gsize bytes = pass_through(said, heard);
    g_test_message("%" G_GSIZE_FORMAT " bytes of silence", bytes);
    g_assert_cmpuint(bytes * 8 / SECONDS, <, 4000);
    g_assert_cmpfloat(ra_speech_level(heard, SAMPLES), <, -70);
}

/* Fewer samples than a frame make a whole packet; none or too many make none. */
static void test_lengths(void)
{
    static const struct {
        guint n;
        gboolean packet;
    } cases[] = {{0, FALSE}, {1, TRUE}, {480, TRUE}, {960, TRUE}, {961, FALSE}, {48000, FALSE}};
    g_autofree gint16 *said = g_new(gint16, 48000);
    ra_speech_make(3, said, 48000);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(RaVoiceEncoder) encoder = ra_voice_encoder_new();
        g_autoptr(RaVoiceDecoder) decoder = ra_voice_decoder_new();
        guint8 packet[RA_SOUND_PACKET_MAX];
        gint16 samples[RA_SOUND_FRAME];
        const gsize size = ra_voice_encode(encoder, said + 4800, cases[i].n, packet);
        g_assert_cmpint(size > 0, ==, cases[i].packet);
        if (size > 0)
            g_assert_cmpuint(ra_voice_decode(decoder, packet, size, samples), ==, RA_SOUND_FRAME);
    }
}

/* The first byte of a packet tells its bandwidth, its frames' length and their number (RFC 6716,
 * 3.1). Only 20 ms are good, and what breaks the form changes nothing. */
static void test_bad_packets(void)
{
    static const struct {
        const char *name, *bytes;
        gsize size;
    } cases[] = {
        {"nothing", "", 0},
        {"10 ms", "\x70\x01\x02\x03", 4},
        {"40 ms", "\x10\x01\x02\x03", 4},
        {"two frames of 20 ms", "\x79\x01\x02\x03\x04", 5},
        {"two frames of unlike length", "\x72\x09\x01", 3},
        {"a number of frames, but none follow", "\x7b", 1},
        {"no frames", "\x7b\x00", 2},
        {"63 frames", "\x7b\x3f\x01\x02", 4},
        {"odd bytes for two frames", "\x71\x01\x02\x03", 4},
        {"padding without end", "\x7b\x41\xff\xff\xff", 5},
    };
    g_autoptr(RaVoiceDecoder) decoder = ra_voice_decoder_new();
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint16 samples[RA_SOUND_FRAME];
        memset(samples, 0x55, sizeof samples);
        g_autofree guint8 *exact = g_memdup2(cases[i].bytes, cases[i].size);
        g_test_message("%s", cases[i].name);
        g_assert_cmpuint(ra_voice_decode(decoder, exact, cases[i].size, samples), ==, 0);
        for (guint k = 0; k < RA_SOUND_FRAME; k++)
            g_assert_cmpint(samples[k], ==, 0x5555);
    }
    g_autofree guint8 *large = g_malloc0(RA_SOUND_PACKET_MAX + 1);
    gint16 samples[RA_SOUND_FRAME];
    large[0] = 0x78;
    g_assert_cmpuint(ra_voice_decode(decoder, large, RA_SOUND_PACKET_MAX + 1, samples), ==, 0);
    g_assert_cmpuint(ra_voice_decode(decoder, large, RA_SOUND_PACKET_MAX, samples), ==,
                     RA_SOUND_FRAME);
}

void test_codec_add(void)
{
    g_test_add_func("/codec/speech", test_speech);
    g_test_add_func("/codec/silence", test_silence);
    g_test_add_func("/codec/lengths", test_lengths);
    g_test_add_func("/codec/bad-packets", test_bad_packets);
}
