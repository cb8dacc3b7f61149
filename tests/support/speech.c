/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/speech.h"

#include <math.h>

enum {
    COARSE = 6,                    /* samples of one in the first, coarse comparison */
    SEGMENT = RA_SPEECH_RATE / 50, /* samples */
    PIECE = RA_SPEECH_RATE / 2,    /* samples */
    FORMANTS = 3,
    PAUSE_EVERY = 5, /* syllables, on average */
};

#define SPEAKING (-45.0) /* dB of full scale: above it somebody speaks */

/* Formants of seven vowels, Hz (measured averages as phonetics textbooks give them). */
static const double vowels[][FORMANTS] = {
    {730, 1090, 2440}, {270, 2290, 3010}, {300, 870, 2240},  {530, 1840, 2480},
    {570, 840, 2410},  {440, 1020, 2240}, {660, 1720, 2410},
};

typedef struct {
    guint32 state; /* of the random numbers */
    double pitch, phase;
    double y[FORMANTS][2]; /* resonators' memory */
} Mouth;

static double random_unit(guint32 *state)
{
    *state = *state * 1664525U + 1013904223U;
    return (*state >> 8) / (double)(1 << 24);
}

static double resonate(double y[2], double in, double hertz, double width)
{
    const double r = exp(-G_PI * width / RA_SPEECH_RATE);
    const double out =
        in * (1 - r) * 8 + 2 * r * cos(2 * G_PI * hertz / RA_SPEECH_RATE) * y[0] - r * r * y[1];
    y[1] = y[0];
    y[0] = out;
    return out;
}

static double voiced(Mouth *mouth, const double formant[FORMANTS])
{
    mouth->phase += mouth->pitch / RA_SPEECH_RATE;
    mouth->phase -= floor(mouth->phase);
    /* Opens slowly, closes at once; a little breath. */
    const double open = mouth->phase < 0.6 ? mouth->phase / 0.6 : 0;
    const double in = open * open - 0.12 + 0.02 * (random_unit(&mouth->state) - 0.5);
    double out = 0;
    for (guint i = 0; i < FORMANTS; i++)
        out += resonate(mouth->y[i], in, formant[i], 60 + 30 * i) / (1 + i);
    return out;
}

static double hiss(Mouth *mouth)
{
    return resonate(mouth->y[2], random_unit(&mouth->state) - 0.5, 5200, 1800);
}

static gsize say_syllable(Mouth *mouth, gint16 *ret, gsize room)
{
    const gsize n = (gsize)((0.12 + 0.16 * random_unit(&mouth->state)) * RA_SPEECH_RATE);
    const double *from = vowels[(guint)(random_unit(&mouth->state) * G_N_ELEMENTS(vowels))];
    const double *to = vowels[(guint)(random_unit(&mouth->state) * G_N_ELEMENTS(vowels))];
    const gboolean is_hiss = random_unit(&mouth->state) < 0.2;
    const double loud = (is_hiss ? 900 : 1100) * (0.6 + 0.4 * random_unit(&mouth->state));
    const double glide = 1 + 0.5 * (random_unit(&mouth->state) - 0.5);
    const double pitch = 90 + 90 * random_unit(&mouth->state);
    for (gsize i = 0; i < MIN(n, room); i++) {
        const double at = (double)i / n;
        double formant[FORMANTS];
        for (guint k = 0; k < FORMANTS; k++)
            formant[k] = from[k] + (to[k] - from[k]) * at;
        mouth->pitch = pitch * (1 + (glide - 1) * at);
        const double out = is_hiss ? hiss(mouth) : voiced(mouth, formant);
        ret[i] = (gint16)CLAMP(out * loud * sin(G_PI * at), -30000, 30000);
    }
    return MIN(n, room);
}

void ra_speech_make(guint seed, gint16 *ret, gsize n)
{
    Mouth mouth = {.state = seed * 2654435761U + 1};
    gsize at = 0;
    for (guint syllable = 1; at < n; syllable++) {
        at += say_syllable(&mouth, ret + at, n - at);
        const gboolean pause = random_unit(&mouth.state) * PAUSE_EVERY < 1;
        gsize gap = (gsize)((pause ? 0.35 : 0.02) * random_unit(&mouth.state) * RA_SPEECH_RATE);
        for (; gap > 0 && at < n; gap--)
            ret[at++] = 0;
    }
}

void ra_speech_add_noise(guint seed, double level, gint16 *samples, gsize n)
{
    guint32 state = seed * 2654435761U + 7;
    for (gsize i = 0; i < n; i++) {
        const double noise = (random_unit(&state) - 0.5) * 2 * sqrt(3) * level;
        samples[i] = (gint16)CLAMP(lround(samples[i] + noise), G_MININT16, G_MAXINT16);
    }
}

double ra_speech_level(const gint16 *samples, gsize n)
{
    double power = 0;
    for (gsize i = 0; i < n; i++)
        power += (double)samples[i] * samples[i];
    return power > 0 ? 10 * log10(power / n / (32768.0 * 32768.0)) : -120;
}

static double correlate(const float *a, const float *b, gsize n)
{
    float sum = 0, aa = 0, bb = 0;
    for (gsize i = 0; i < n; i++) {
        sum += a[i] * b[i];
        aa += a[i] * a[i];
        bb += b[i] * b[i];
    }
    return aa > 0 && bb > 0 ? sum / sqrt((double)aa * bb) : 0;
}

/* Mean of each STEP samples, from -1 to 1. The caller's. */
static float *coarser(const gint16 *samples, gsize n, gsize step)
{
    float *ret = g_new0(float, n / step + 1);
    for (gsize i = 0; i + step <= n; i += step) {
        float sum = 0;
        for (gsize k = 0; k < step; k++)
            sum += samples[i + k];
        ret[i / step] = sum / (32768.0F * step);
    }
    return ret;
}

static gsize best_delay(const gint16 *said, gsize n_said, const gint16 *heard, gsize n_heard,
                        gsize step, gsize from, gsize to, double *ret)
{
    g_autofree float *a = coarser(said, n_said, step);
    g_autofree float *b = coarser(heard, n_heard, step);
    const gsize n_a = n_said / step, n_b = n_heard / step;
    gsize best = from;
    *ret = -1;
    for (gsize delay = from / step; delay <= to / step && delay < n_b; delay++) {
        const gsize n = MIN(n_a, n_b - delay);
        /* What overlaps by less than half is chance. */
        const double c = n * 2 >= n_a ? correlate(a, b + delay, n) : -1;
        if (c > *ret) {
            *ret = c;
            best = delay * step;
        }
    }
    return best;
}

RaSpeechMatch ra_speech_compare(const gint16 *said, gsize n_said, const gint16 *heard,
                                gsize n_heard, gsize max_delay)
{
    RaSpeechMatch match = {0};
    const gsize near =
        best_delay(said, n_said, heard, n_heard, COARSE, 0, max_delay, &match.correlation);
    match.delay = best_delay(said, n_said, heard, n_heard, 1, near > COARSE ? near - COARSE : 0,
                             near + COARSE, &match.correlation);
    guint speaking = 0, heard_too = 0;
    for (gsize at = 0; at + SEGMENT <= n_said && at + match.delay + SEGMENT <= n_heard;
         at += SEGMENT) {
        const double level = ra_speech_level(said + at, SEGMENT);
        if (level < SPEAKING)
            continue;
        speaking++;
        const gint16 *b = heard + at + match.delay;
        heard_too += ra_speech_level(b, SEGMENT) > level - 15;
        double ab = 0, aa = 0, bb = 0;
        for (gsize i = 0; i < SEGMENT; i++) {
            ab += (double)said[at + i] * b[i];
            aa += (double)said[at + i] * said[at + i];
            bb += (double)b[i] * b[i];
        }
        /* The part of B that is A, however loud, against the rest. */
        const double signal = aa > 0 ? ab * ab / aa : 0;
        const double rest = MAX(bb - signal, 1);
        match.snr += CLAMP(10 * log10(MAX(signal, 1) / rest), -10, 35);
    }
    match.snr = speaking > 0 ? match.snr / speaking : -10;
    match.heard = speaking > 0 ? (double)heard_too / speaking : 0;
    return match;
}

static int by_size(gconstpointer a, gconstpointer b)
{
    const gsize left = *(const gsize *)a, right = *(const gsize *)b;
    return left < right ? -1 : left > right;
}

RaSpeechMatch ra_speech_compare_pieces(const gint16 *said, gsize n_said, const gint16 *heard,
                                       gsize n_heard, gsize max_delay)
{
    RaSpeechMatch mean = {0};
    g_autoptr(GArray) delays = g_array_new(FALSE, FALSE, sizeof(gsize));
    for (gsize at = 0; at + PIECE <= n_said; at += PIECE) {
        if (ra_speech_level(said + at, PIECE) < SPEAKING)
            continue;
        const gsize room = at < n_heard ? MIN(n_heard - at, PIECE + max_delay) : 0;
        RaSpeechMatch match = {.correlation = 0, .snr = -10};
        if (room >= PIECE)
            match = ra_speech_compare(said + at, PIECE, heard + at, room, max_delay);
        mean.correlation += match.correlation;
        mean.snr += match.snr;
        mean.heard += match.heard;
        g_array_append_val(delays, match.delay);
    }
    if (delays->len == 0)
        return (RaSpeechMatch){.snr = -10};
    g_array_sort(delays, by_size);
    mean.delay = g_array_index(delays, gsize, delays->len / 2);
    mean.correlation /= delays->len;
    mean.snr /= delays->len;
    mean.heard /= delays->len;
    return mean;
}
