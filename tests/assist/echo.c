/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The echo canceller in rooms that are made of numbers. */
#include "assist/echo.h"
#include "tests/assist/test-voice.h"
#include "tests/support/speech.h"
#include "wire/ipc.h"

#include <math.h>
#include <string.h>

enum {
    SECONDS = 12,
    SAMPLES = SECONDS * RA_SOUND_RATE,
    SETTLED = 6 * RA_SOUND_RATE, /* samples after which it is measured */
};

/* What FAR sounds like at the microphone: after DELAY samples, weaker, and two reflections. */
static void add_echo(const gint16 *far, guint delay, double loud, gint16 *near)
{
    static const struct {
        guint later; /* samples */
        double part;
    } paths[] = {{0, 1}, {RA_SOUND_RATE / 170, 0.4}, {RA_SOUND_RATE / 61, -0.25}};
    for (guint p = 0; p < G_N_ELEMENTS(paths); p++) {
        const gsize later = delay + paths[p].later;
        for (gsize i = later; i < SAMPLES; i++)
            near[i] = (gint16)CLAMP(near[i] + far[i - later] * loud * paths[p].part, -32768, 32767);
    }
}

/* Plays FAR and records NEAR in step; the loudspeaker takes GULP samples at once, and its thread
 * may be as many gulps late or early as RESTLESS says. In the fifth second it stops for 100 ms. */
static void run(const gint16 *far, const gint16 *near, guint gulp, int restless, gint16 *ret)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(3);
    g_autoptr(RaEcho) echo = ra_echo_new();
    gsize played = 0;
    for (gsize at = 0; at + RA_SOUND_FRAME <= SAMPLES; at += RA_SOUND_FRAME) {
        gint64 until = (gint64)at + RA_SOUND_FRAME;
        if (restless > 0)
            until += (gint64)g_rand_int_range(rand, -restless, restless + 1) * gulp;
        const gboolean stopped = restless > 0 && at / 4800 == 42;
        for (; !stopped && (gint64)played < MIN(until, SAMPLES); played += gulp)
            ra_echo_played(echo, far + played, gulp);
        gint16 frame[RA_SOUND_FRAME];
        ra_echo_take_played(echo, frame);
        ra_echo_clean(echo, near + at, frame, ret + at);
    }
}

/* As a clock that is faster by DRIFT records it. */
static void stretch(gint16 *samples, double drift)
{
    g_autofree gint16 *was = g_memdup2(samples, SAMPLES * sizeof *samples);
    for (gsize i = 0; i < SAMPLES && drift > 0; i++) {
        const double at = i / (1 + drift);
        const gsize whole = (gsize)at;
        const double part = at - whole;
        samples[i] =
            (gint16)(was[whole] * (1 - part) + was[MIN(whole + 1, (gsize)SAMPLES - 1)] * part);
    }
}

static void test_echo(void)
{
    static const struct {
        guint delay_ms;
        double loud;
        double drift; /* the microphone's clock is faster by this */
        int restless; /* gulps */
    } cases[] = {
        {40, 0.5, 0, 0}, {80, 0.3, 0, 0},       {120, 0.5, 0, 0},      {120, 0.1, 0, 0},
        {40, 0.5, 0, 1}, {80, 0.3, 0.00002, 0}, {80, 0.3, 0.00005, 0}, {80, 0.3, 0, 2},
    };
    g_autofree gint16 *far = g_new(gint16, SAMPLES);
    g_autofree gint16 *ret = g_new0(gint16, SAMPLES);
    ra_speech_make(11, far, SAMPLES);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree gint16 *near = g_new0(gint16, SAMPLES);
        add_echo(far, cases[i].delay_ms * 48, cases[i].loud, near);
        ra_speech_add_noise(1, 10, near, SAMPLES);
        stretch(near, cases[i].drift);
        run(far, near, 480, cases[i].restless, ret);
        const double before = ra_speech_level(near + SETTLED, SAMPLES - SETTLED);
        const double after = ra_speech_level(ret + SETTLED, SAMPLES - SETTLED);
        g_test_message("echo after %u ms at %.1f dB, drift %g, restless %d: %.1f dB less",
                       cases[i].delay_ms, before, cases[i].drift, cases[i].restless,
                       before - after);
        /* Two devices with clocks of their own are harder. */
        g_assert_cmpfloat(before - after, >, cases[i].drift > 0 ? 12 : 15);
    }
}

/* Both speak at once: ours comes through, theirs does not come back. */
static void test_both_speak(void)
{
    g_autofree gint16 *far = g_new(gint16, SAMPLES);
    g_autofree gint16 *said = g_new(gint16, SAMPLES);
    g_autofree gint16 *ret = g_new0(gint16, SAMPLES);
    ra_speech_make(11, far, SAMPLES);
    ra_speech_make(12, said, SAMPLES);
    memset(said, 0, SETTLED / 2 * sizeof *said); /* it can learn first */
    g_autofree gint16 *near = g_memdup2(said, SAMPLES * sizeof *said);
    add_echo(far, 80 * 48, 0.3, near);
    run(far, near, 480, 0, ret);
    const gsize n = SAMPLES - SETTLED;
    const RaSpeechMatch raw = ra_speech_compare(said + SETTLED, n, near + SETTLED, n, 4800);
    const RaSpeechMatch ours = ra_speech_compare(said + SETTLED, n, ret + SETTLED, n, 4800);
    const RaSpeechMatch theirs = ra_speech_compare(far + SETTLED, n, ret + SETTLED, n, 9600);
    g_test_message("ours: correlation %.3f (%.3f before), SNR %.1f dB (%.1f), heard %.3f; theirs: "
                   "correlation %.3f",
                   ours.correlation, raw.correlation, ours.snr, raw.snr, ours.heard,
                   theirs.correlation);
    g_assert_cmpfloat(ours.correlation, >, 0.8);
    g_assert_cmpfloat(ours.heard, >, 0.9);
    g_assert_cmpfloat(theirs.correlation, <, 0.25);
}

/* Nobody else speaks: our voice comes through noise, and a low one is raised. */
static void test_alone(void)
{
    static const gint16 silence[SAMPLES];
    g_autofree gint16 *said = g_new(gint16, SAMPLES);
    g_autofree gint16 *ret = g_new0(gint16, SAMPLES);
    ra_speech_make(13, said, SAMPLES);
    for (gsize i = 0; i < SAMPLES; i++)
        said[i] /= 3;
    g_autofree gint16 *near = g_memdup2(said, SAMPLES * sizeof *said);
    ra_speech_add_noise(2, 60, near, SAMPLES);
    run(silence, near, 960, 0, ret);
    const gsize n = SAMPLES - SETTLED;
    const RaSpeechMatch match = ra_speech_compare(said + SETTLED, n, ret + SETTLED, n, 4800);
    const double gain = ra_speech_level(ret + SETTLED, n) - ra_speech_level(said + SETTLED, n);
    g_test_message("correlation %.3f, SNR %.1f dB, heard %.3f, gain %.1f dB, delay %.1f ms",
                   match.correlation, match.snr, match.heard, gain, match.delay / 48.0);
    g_assert_cmpfloat(match.correlation, >, 0.8);
    g_assert_cmpfloat(match.heard, >, 0.9);
    g_assert_cmpfloat(gain, >, 3);
    g_assert_cmpfloat(gain, <, 12.5);
}

void test_echo_add(void)
{
    g_test_add_func("/echo/cancelled", test_echo);
    g_test_add_func("/echo/both-speak", test_both_speak);
    g_test_add_func("/echo/alone", test_alone);
}
