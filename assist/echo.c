/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/echo.h"

#include "wire/ipc.h"

#include <math.h>
#include <speex/speex_echo.h>
#include <speex/speex_preprocess.h>
#include <stdlib.h>

enum {
    FRAME = RA_SOUND_FRAME / 2, /* samples at a time, and how much later the cleaner gives them */
    TAIL = RA_SOUND_RATE / 1000 * RA_ECHO_TAIL_MS,
    ECHO_FRAMES = 30,                /* after so many no echo is heard */
    FAR_ROOM = RA_SOUND_RATE / 2,    /* samples played that are remembered */
    LOOK = 50,                       /* frames */
    MARGIN = RA_SOUND_RATE / 200,    /* samples: as the pairing is made */
    MARGIN_MAX = RA_SOUND_RATE / 50, /* samples: more would bring the echo before its cause */
    NOISE_DB = -18,                  /* what may be taken off steady noise */
    ECHO_DB = -45,          /* and off what is left of the echo, while nobody speaks here */
    ECHO_SPEAKING_DB = -15, /* and while somebody does */
};

/* A low voice is raised, slowly. speexdsp's own control of loudness is not used: at this rate it
 * takes ordinary voices for loud ones. All in dB, of full scale or a factor. */
#define VOICE_AIM      (-20.0)
#define VOICE_LEAST    (-50.0) /* below it nobody speaks */
#define GAIN_MAX       12.0
#define GAIN_STEP      0.1     /* in a frame */
#define VOICE_LEARNING 0.02    /* the part that a frame has in what is known of the voice */
#define PEAK_MAX       30000.0 /* samples */

struct _RaEcho {
    SpeexEchoState *canceller;
    SpeexPreprocessState *cleaner;
    guint far_quiet;      /* frames since something was played */
    double voice, gain;   /* dB: how loud this person speaks, and what is added */
    GMutex lock;          /* of what follows */
    gint16 far[FAR_ROOM]; /* played: sample S is far[S % FAR_ROOM] */
    gint64 played, heard; /* samples so far */
    gint64 offset;        /* sample S of the microphone may be the echo of sample S + OFFSET */
    gint64 margins[LOOK]; /* samples played beyond the ones needed, for each frame */
    guint n_margins;
};

static void set(SpeexPreprocessState *cleaner, int what, int value)
{
    (void)speex_preprocess_ctl(cleaner, what, &value);
}

static void prepare(RaEcho *echo)
{
    int rate = RA_SOUND_RATE;
    echo->canceller = speex_echo_state_init(FRAME, TAIL);
    (void)speex_echo_ctl(echo->canceller, SPEEX_ECHO_SET_SAMPLING_RATE, &rate);
    echo->cleaner = speex_preprocess_state_init(FRAME, rate);
    (void)speex_preprocess_ctl(echo->cleaner, SPEEX_PREPROCESS_SET_ECHO_STATE, echo->canceller);
    set(echo->cleaner, SPEEX_PREPROCESS_SET_DENOISE, 1);
    set(echo->cleaner, SPEEX_PREPROCESS_SET_NOISE_SUPPRESS, NOISE_DB);
    set(echo->cleaner, SPEEX_PREPROCESS_SET_ECHO_SUPPRESS, ECHO_DB);
    set(echo->cleaner, SPEEX_PREPROCESS_SET_ECHO_SUPPRESS_ACTIVE, ECHO_SPEAKING_DB);
    echo->voice = VOICE_AIM;
    echo->gain = 0;
}

static void discard(RaEcho *echo)
{
    speex_preprocess_state_destroy(echo->cleaner);
    speex_echo_state_destroy(echo->canceller);
}

RaEcho *ra_echo_new(void)
{
    RaEcho *echo = g_new0(RaEcho, 1);
    g_mutex_init(&echo->lock);
    prepare(echo);
    return echo;
}

void ra_echo_free(RaEcho *echo)
{
    if (echo == NULL)
        return;
    discard(echo);
    g_mutex_clear(&echo->lock);
    g_free(echo);
}

void ra_echo_reset(RaEcho *echo)
{
    discard(echo);
    prepare(echo);
    g_mutex_lock(&echo->lock);
    echo->played = echo->heard = 0;
    echo->n_margins = 0;
    g_mutex_unlock(&echo->lock);
}

void ra_echo_played(RaEcho *echo, const gint16 *samples, guint n)
{
    g_mutex_lock(&echo->lock);
    for (guint i = 0; i < n; i++)
        echo->far[echo->played++ % FAR_ROOM] = samples[i];
    g_mutex_unlock(&echo->lock);
}

static int by_size(const void *a, const void *b)
{
    const gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
    return left < right ? -1 : left > right;
}

/*
 * Looks once in a while at how many samples had been played beyond those that were needed. Where
 * some were missing again and again, or many were left each time, the pairing moves: the two
 * devices have clocks of their own. A thread that was late once is no reason.
 */
static void pair_anew(RaEcho *echo)
{
    qsort(echo->margins, LOOK, sizeof *echo->margins, by_size);
    const gint64 margin = echo->margins[LOOK / 10];
    if (margin < 0 || margin > MARGIN_MAX)
        echo->offset += margin - MARGIN;
    echo->n_margins = 0;
}

void ra_echo_take_played(RaEcho *echo, gint16 *ret)
{
    g_mutex_lock(&echo->lock);
    if (echo->heard == 0)
        echo->offset = echo->played - RA_SOUND_FRAME - MARGIN;
    const gint64 first = echo->heard + echo->offset;
    for (gint64 i = first; i < first + RA_SOUND_FRAME; i++)
        ret[i - first] =
            i >= MAX(0, echo->played - FAR_ROOM) && i < echo->played ? echo->far[i % FAR_ROOM] : 0;
    echo->heard += RA_SOUND_FRAME;
    echo->margins[echo->n_margins++] = echo->played - first - RA_SOUND_FRAME;
    if (echo->n_margins == LOOK)
        pair_anew(echo);
    g_mutex_unlock(&echo->lock);
}

static double loudness(const gint16 *samples)
{
    double power = 1;
    for (guint i = 0; i < FRAME; i++)
        power += (double)samples[i] * samples[i];
    return 10 * log10(power / FRAME / (32768.0 * 32768.0));
}

/* Learns how loud the person speaks, while nothing else is heard, and raises what is low. */
static void level(RaEcho *echo, const gint16 *far, gint16 *samples)
{
    const double loud = loudness(samples);
    echo->far_quiet = loudness(far) < VOICE_LEAST ? echo->far_quiet + 1 : 0;
    if (loud > VOICE_LEAST && echo->far_quiet > ECHO_FRAMES)
        echo->voice += (loud - echo->voice) * VOICE_LEARNING;
    const double aim = CLAMP(VOICE_AIM - echo->voice, 0, GAIN_MAX);
    const double before = pow(10, echo->gain / 20);
    echo->gain += CLAMP(aim - echo->gain, -GAIN_STEP, GAIN_STEP);
    const double after = pow(10, echo->gain / 20);
    for (guint i = 0; i < FRAME; i++)
        samples[i] = (gint16)CLAMP(samples[i] * (before + (after - before) * i / FRAME), -PEAK_MAX,
                                   PEAK_MAX);
}

void ra_echo_clean(RaEcho *echo, const gint16 *near, const gint16 *far, gint16 *ret)
{
    for (guint at = 0; at < RA_SOUND_FRAME; at += FRAME) {
        speex_echo_cancellation(echo->canceller, near + at, far + at, ret + at);
        (void)speex_preprocess_run(echo->cleaner, ret + at);
        level(echo, far + at, ret + at);
    }
}
