/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The buffer of late sound against links that are made of numbers. */
#include "assist/jitter.h"
#include "tests/assist/test-voice.h"
#include "tests/support/speech.h"
#include "wire/ipc.h"

#include <stdlib.h>
#include <string.h>

enum {
    SECONDS = 30,
    FRAMES = SECONDS * 50,
    SAMPLES = FRAMES * RA_SOUND_FRAME,
    GULP = 480,                /* samples that the loudspeaker takes at once */
    CALM = 10 * RA_SOUND_RATE, /* samples after which the steady state is measured */
    ONE_WAY_MS = 37,           /* of the undisturbed link */
};

/* Milliseconds that the link holds packet I back, beyond the usual. */
typedef double (*Lateness)(guint i);

static guint32 random_state;

static double on_time(guint i)
{
    (void)i;
    return 0;
}

static double jittery(guint i)
{
    (void)i;
    random_state = random_state * 1664525U + 1013904223U;
    return (random_state >> 8) * 60.0 / (1 << 24); /* 30 ms, and up to 30 more or less */
}

/* Nothing moves for half a second at 10 s and at 20 s. */
static double stalling(guint i)
{
    const guint at = i % 500;
    return i >= 500 && at < 25 ? 500 - at * 20.0 : 0;
}

static double slower_later(guint i)
{
    return i < FRAMES / 2 ? 0 : 90;
}

static double faster_later(guint i)
{
    return i < FRAMES / 2 ? 90 : 0;
}

typedef struct {
    const char *name;
    Lateness late;
    double usual_ms;  /* of that lateness, at the end */
    double drift;     /* the other clock runs faster by this */
    guint delay_ms;   /* at most, from arrival without lateness to the loudspeaker: mean */
    guint waiting_ms; /* at most: mean of what waits */
    guint late_max;   /* how often sound may be missing after CALM */
    guint inserted_ms, dropped_ms; /* at most, in all */
} Case;

static const Case cases[] = {
    {"clean", on_time, 0, 0, 20, 30, 0, 0, 0},
    {"30-ms-more-or-less", jittery, 30, 0, 50, 60, 1, 200, 200},
    {"stalls-of-half-a-second", stalling, 0, 0, 30, 40, 2, 1100, 1100},
    {"the-other-clock-is-faster", on_time, 0, 0.001, 25, 35, 0, 30, 40},
    {"the-other-clock-is-slower", on_time, 0, -0.001, 25, 35, 0, 40, 30},
    {"the-link-becomes-slower", slower_later, 90, 0, 25, 35, 1, 120, 30},
    {"the-link-becomes-faster", faster_later, 0, 0, 30, 45, 0, 30, 120},
};

typedef struct {
    double delay_ms, waiting_ms;
    guint late;
    gint16 *heard; /* SAMPLES; the caller's */
    RaJitterStats stats;
} Result;

/* Microseconds at which packet I is there. Order is kept. */
static gint64 *arrivals(const Case *c)
{
    gint64 *ret = g_new(gint64, FRAMES);
    for (guint i = 0; i < FRAMES; i++) {
        const double sent = (i + 1) * 20000.0 / (1 + c->drift);
        ret[i] = (gint64)(sent + (ONE_WAY_MS + c->late(i)) * 1000);
        if (i > 0)
            ret[i] = MAX(ret[i], ret[i - 1]);
    }
    return ret;
}

static Result simulate(const Case *c, const gint16 *said, guint32 stamp)
{
    g_autoptr(RaJitter) jitter = ra_jitter_new();
    Result result = {.heard = g_new0(gint16, SAMPLES + GULP)};
    random_state = 1;
    g_autofree gint64 *arrival = arrivals(c);
    guint next = 0, measured = 0, late_before = 0;
    for (gsize at = 0; at < SAMPLES; at += GULP) {
        const gint64 now = (gint64)(at * 1000 / 48);
        for (; next < FRAMES && arrival[next] <= now; next++)
            ra_jitter_put(jitter, arrival[next], stamp + next * RA_SOUND_FRAME,
                          said + (gsize)next * RA_SOUND_FRAME, RA_SOUND_FRAME);
        const guint waiting = ra_jitter_waiting(jitter);
        g_assert_cmpuint(waiting, <=, RA_JITTER_ROOM);
        ra_jitter_get(jitter, now, result.heard + at, GULP);
        if (at >= CALM) {
            result.waiting_ms += waiting / 48.0;
            measured++;
        } else {
            late_before = ra_jitter_stats(jitter)->late;
        }
    }
    result.waiting_ms /= measured;
    result.stats = *ra_jitter_stats(jitter);
    result.late = result.stats.late - late_before;
    return result;
}

static void test_link(gconstpointer data)
{
    const Case *c = data;
    g_autofree gint16 *said = g_new(gint16, SAMPLES);
    ra_speech_make(21, said, SAMPLES);
    /* The stamps wrap around on the way. */
    Result result = simulate(c, said, G_MAXUINT32 - 100 * RA_SOUND_FRAME);
    g_autofree gint16 *heard = result.heard;
    /* The last four seconds, when all has settled. */
    const gsize from = SAMPLES - 5 * RA_SOUND_RATE, n = 4 * RA_SOUND_RATE;
    const RaSpeechMatch match =
        ra_speech_compare(said + from, n, heard + from, SAMPLES - from, RA_SOUND_RATE / 2);
    /* A packet is there 20 ms after its first sample was said, and what the link takes. */
    const double drifted = c->drift * (from + n / 2.0) / 48;
    result.delay_ms = match.delay / 48.0 - 20 - ONE_WAY_MS - c->usual_ms + drifted;
    g_test_message("delay %.1f ms, waiting %.1f ms, %u times late, %.0f ms inserted, %.0f ms "
                   "dropped, correlation %.3f",
                   result.delay_ms, result.waiting_ms, result.late, result.stats.inserted / 48.0,
                   result.stats.dropped / 48.0, match.correlation);
    g_assert_cmpfloat(result.delay_ms, <=, c->delay_ms);
    g_assert_cmpfloat(result.waiting_ms, <=, c->waiting_ms);
    g_assert_cmpuint(result.late, <=, c->late_max);
    g_assert_cmpfloat(result.stats.inserted / 48.0, <=, c->inserted_ms);
    g_assert_cmpfloat(result.stats.dropped / 48.0, <=, c->dropped_ms);
    g_assert_cmpfloat(match.heard, >, 0.95);
}

/* After a stall what is too old goes at once. */
static void test_catches_up(void)
{
    g_autoptr(RaJitter) jitter = ra_jitter_new();
    g_autofree gint16 *said = g_new(gint16, 100 * RA_SOUND_FRAME);
    gint16 heard[GULP];
    ra_speech_make(22, said, 100 * RA_SOUND_FRAME);
    gint64 now = 0;
    guint frame = 0;
    for (; now < 1000000; now += 10000) {
        if (now % 20000 == 0) {
            ra_jitter_put(jitter, now, frame * RA_SOUND_FRAME, said + frame * RA_SOUND_FRAME, 960);
            frame++;
        }
        ra_jitter_get(jitter, now, heard, GULP);
    }
    for (; now < 1500000; now += 10000)
        ra_jitter_get(jitter, now, heard, GULP);
    for (guint i = 0; i < 25; i++, frame++)
        ra_jitter_put(jitter, now, frame * RA_SOUND_FRAME, said + frame * RA_SOUND_FRAME, 960);
    g_assert_cmpuint(ra_jitter_waiting(jitter), >=, 24 * RA_SOUND_FRAME);
    ra_jitter_get(jitter, now, heard, GULP);
    g_test_message("%.1f ms wait", ra_jitter_waiting(jitter) / 48.0);
    g_assert_cmpuint(ra_jitter_waiting(jitter), <=, 60 * 48);
    g_assert_cmpuint(ra_jitter_stats(jitter)->dropped, >=, 400 * 48);
}

/* A pause in which nothing is sent is no lateness. */
static void test_pauses(void)
{
    g_autoptr(RaJitter) jitter = ra_jitter_new();
    g_autofree gint16 *said = g_new(gint16, FRAMES * RA_SOUND_FRAME);
    gint16 heard[GULP];
    ra_speech_make(23, said, FRAMES * RA_SOUND_FRAME);
    for (guint i = 0; i < FRAMES; i++) {
        const gint64 now = (gint64)i * 20000;
        if (i % 50 < 30)
            ra_jitter_put(jitter, now + 3000, i * RA_SOUND_FRAME, said + (gsize)i * RA_SOUND_FRAME,
                          RA_SOUND_FRAME);
        ra_jitter_get(jitter, now + 5000, heard, GULP);
        ra_jitter_get(jitter, now + 15000, heard, GULP);
    }
    const RaJitterStats *stats = ra_jitter_stats(jitter);
    g_assert_cmpuint(stats->late, ==, 0);
    g_assert_cmpuint(stats->inserted, ==, 0);
    g_assert_cmpuint(stats->dropped, ==, 0);
    g_assert_cmpuint(stats->played + ra_jitter_waiting(jitter), ==,
                     (guint64)SECONDS * 30 * RA_SOUND_FRAME);
}

/* Where sound breaks off and where it is cut there is no step. */
static void test_no_clicks(void)
{
    static const Case stalls = {.late = stalling};
    g_autofree gint16 *said = g_new(gint16, SAMPLES);
    for (gsize i = 0; i < SAMPLES; i++) /* a triangle of 200 Hz: steps of 133 */
        said[i] = (gint16)(labs((long)(i % 240) - 120) * 133 - 8000);
    Result result = simulate(&stalls, said, 0);
    g_autofree gint16 *heard = result.heard;
    gint step = 0;
    for (gsize i = 1; i < SAMPLES; i++)
        step = MAX(step, abs(heard[i] - heard[i - 1]));
    g_test_message("the largest step is %d, %" G_GUINT64_FORMAT " samples dropped", step,
                   result.stats.dropped);
    g_assert_cmpint(step, <, 400);
    g_assert_cmpuint(result.stats.dropped, >, 0);
}

/* Whatever the stamps and sizes, what waits has a limit and what is played is what came. */
static void test_hostile(void)
{
    g_autoptr(RaJitter) jitter = ra_jitter_new();
    g_autoptr(GRand) rand = g_rand_new_with_seed(5);
    gint16 loud[RA_SOUND_FRAME + 1], heard[4096];
    for (guint i = 0; i <= RA_SOUND_FRAME; i++)
        loud[i] = 1000;
    guint32 stamp = 0;
    gint64 now = 0;
    for (guint i = 0; i < 200000; i++) {
        const guint kind = g_rand_int_range(rand, 0, 100);
        stamp = kind < 3 ? g_rand_int(rand)
                         : stamp + (guint32)g_rand_int_range(rand, kind < 10 ? -99999 : 960,
                                                             kind < 20 ? 99999 : 961);
        now += g_rand_int_range(rand, 0, 30000);
        ra_jitter_put(jitter, now, stamp, loud, (guint)g_rand_int_range(rand, 0, 962));
        g_assert_cmpuint(ra_jitter_waiting(jitter), <=, RA_JITTER_ROOM);
        g_assert_cmpuint(ra_jitter_target(jitter), <=, RA_JITTER_TARGET_MAX);
        if (i % 3 == 0) {
            const guint n = (guint)g_rand_int_range(rand, 0, 4097);
            ra_jitter_get(jitter, now, heard, n);
            for (guint k = 0; k < n; k++)
                g_assert_true(heard[k] >= 0 && heard[k] <= 1000);
        }
    }
}

void test_jitter_add(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/jitter/link/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_link);
    }
    g_test_add_func("/jitter/catches-up", test_catches_up);
    g_test_add_func("/jitter/pauses", test_pauses);
    g_test_add_func("/jitter/no-clicks", test_no_clicks);
    g_test_add_func("/jitter/hostile", test_hostile);
}
