/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Time is counted in samples of the loudspeaker (`now`): so much has been asked for, and between
 * two askings the caller's clock goes on. Against it stands the stamp of each packet; the
 * difference is the packet's transit. The least transit of the last one to two seconds is the base;
 * what a packet's transit has more is its lateness. Only the drift between the other microphone and
 * this loudspeaker is left in it, and the base follows that.
 *
 * `delay` is how much later than the base the sound is played now. It is held at the target, which
 * is the recent peak of the lateness and a margin for the size of the loudspeaker's gulps.
 */
#include "assist/jitter.h"

#include "wire/ipc.h"

#include <stdlib.h>
#include <string.h>

enum {
    MS = RA_SOUND_RATE / 1000,
    FADE = 5 * MS,            /* samples: long enough to hide a cut */
    DECLICK = 5 * MS / 2,     /* samples: the end of what breaks off */
    WINDOW = RA_SOUND_RATE,   /* samples: half of the time in which the base is looked for */
    PEAK_MAX = 160 * MS,      /* lateness beyond it is a stall, which no buffer should cover */
    STALL_STEP = 20 * MS,     /* but the next one may be smaller */
    CALM = 125,               /* the peak shrinks by one sample in so many */
    LACK = 4 * MS,            /* below the target: pauses are made longer */
    EXCESS_QUIET = 10 * MS,   /* beyond the target: pauses are shortened */
    EXCESS_LOUD = 30 * MS,    /* beyond the target for PATIENCE: speech is cut */
    EXCESS_AT_ONCE = 80 * MS, /* beyond the target: cut now */
    PATIENCE = 2 * RA_SOUND_RATE,
    FORGET = 5 * RA_SOUND_RATE,  /* samples without a packet, after which the base is not known */
    STRANGE = 2 * RA_SOUND_RATE, /* a stamp that jumps back so far begins a new count */
    QUIET = 330,                 /* 1 % of full scale: a pause, after the noise suppression */
};

#define UNKNOWN (G_MAXINT64 / 2) /* samples: longer than any pause */

struct _RaJitter {
    gint16 ring[RA_JITTER_ROOM]; /* of sample S: ring[S % RA_JITTER_ROOM] */
    gint64 play, end;            /* samples of the other end: next to play, after the last one */
    gboolean started;            /* a packet has come: stamps and clock can be compared */
    gboolean playing;            /* FALSE: waits for sound, or until it is time for it */
    gint64 asked;                /* samples of the loudspeaker */
    gint64 asked_at;             /* microseconds */
    guint gulp;                  /* samples that the loudspeaker takes at once */
    gint64 base, base_next;      /* least transit of the last window, and of this one */
    gint64 window_end, last_put; /* loudspeaker samples */
    gint64 peak;                 /* recent lateness, shrinking */
    gboolean stalled;            /* what comes was held up by something that is over */
    gint64 starved_at;           /* loudspeaker samples: silence since */
    gint64 pause;                /* samples: so long is it as it should be */
    gint64 excess_since;         /* loudspeaker samples, -1: no excess */
    guint fade_in;               /* samples of it still to come */
    gint16 last;                 /* sample that was played last */
    RaJitterStats stats;
};

RaJitter *ra_jitter_new(void)
{
    RaJitter *jitter = g_new0(RaJitter, 1);
    ra_jitter_reset(jitter);
    return jitter;
}

void ra_jitter_free(RaJitter *jitter)
{
    g_free(jitter);
}

void ra_jitter_reset(RaJitter *jitter)
{
    *jitter = (RaJitter){.excess_since = -1, .gulp = 10 * MS};
}

guint ra_jitter_waiting(const RaJitter *jitter)
{
    return (guint)(jitter->end - jitter->play);
}

guint ra_jitter_target(const RaJitter *jitter)
{
    return (guint)CLAMP(jitter->peak + jitter->gulp, RA_JITTER_TARGET_MIN, RA_JITTER_TARGET_MAX);
}

const RaJitterStats *ra_jitter_stats(const RaJitter *jitter)
{
    return &jitter->stats;
}

static gint16 *at(RaJitter *jitter, gint64 sample)
{
    return &jitter->ring[(guint64)sample % RA_JITTER_ROOM];
}

/* The loudspeaker's clock. Not far beyond its next gulp: it may have stopped. */
static gint64 clock_now(const RaJitter *jitter, gint64 now)
{
    const gint64 since = MAX(now - jitter->asked_at, 0) * MS / 1000;
    return jitter->asked - jitter->gulp + MIN(since, 3 * (gint64)jitter->gulp);
}

static gint64 base_of(const RaJitter *jitter)
{
    return MIN(jitter->base, jitter->base_next);
}

/* ---- What comes ---- */

/* Everything begins anew with the packet of this stamp. */
static void anchor(RaJitter *jitter, gint64 stamp, gint64 transit)
{
    jitter->stats.dropped += ra_jitter_waiting(jitter);
    jitter->play = jitter->end = stamp;
    jitter->base = jitter->base_next = transit;
    jitter->started = TRUE;
    jitter->playing = FALSE;
    jitter->pause = UNKNOWN;
    jitter->excess_since = -1;
}

/* Learns from one packet how late packets are. */
static void learn(RaJitter *jitter, gint64 now, gint64 transit)
{
    if (now - jitter->last_put > FORGET)
        jitter->base = jitter->base_next = transit;
    if (now >= jitter->window_end) {
        const gint64 before = base_of(jitter);
        jitter->base = jitter->base_next;
        jitter->base_next = transit;
        /* Against a higher base nothing was as late as it seemed. */
        jitter->peak = MAX(jitter->peak - MAX(base_of(jitter) - before, 0), 0);
        jitter->window_end = now + WINDOW;
    }
    jitter->base_next = MIN(jitter->base_next, transit);
    jitter->peak = MAX(jitter->peak - MIN(now - jitter->last_put, FORGET) / CALM, 0);
    const gint64 late = transit - base_of(jitter);
    if (late > PEAK_MAX && !jitter->stalled) {
        jitter->stalled = TRUE;
        jitter->peak = MIN(jitter->peak + STALL_STEP, PEAK_MAX);
    } else if (late <= STALL_STEP) {
        jitter->stalled = FALSE; /* what was held up has come: it only tells of the one stall */
    }
    if (!jitter->stalled)
        jitter->peak = MAX(jitter->peak, late);
    jitter->last_put = now;
}

/* Moves on by N samples that wait, the first of what follows being mixed with what is left out. */
static void drop(RaJitter *jitter, gint64 n)
{
    n = CLAMP(n, 0, jitter->end - jitter->play);
    const gint64 fade = MIN(FADE, MIN(n, jitter->end - jitter->play - n));
    for (gint64 i = 0; i < fade && jitter->playing; i++) {
        gint16 *to = at(jitter, jitter->play + n + i);
        *to = (gint16)((*at(jitter, jitter->play + i) * (fade - i) + *to * i) / fade);
    }
    jitter->play += n;
    jitter->stats.dropped += (guint64)n;
    jitter->excess_since = -1;
}

/* What was left out between the packets is silence. */
static void fill_to(RaJitter *jitter, gint64 stamp)
{
    for (; jitter->end < stamp; jitter->end++)
        *at(jitter, jitter->end) = 0;
}

/* Nothing waits: a pause is over, or what was late has come. It is played when it is time. */
static void end_silence(RaJitter *jitter, gint64 first)
{
    if (jitter->playing && first == jitter->end)
        return; /* just in time */
    if (jitter->playing)
        jitter->starved_at = jitter->asked;
    if (jitter->pause != UNKNOWN)
        jitter->pause = first - jitter->end;
    jitter->play = jitter->end = first;
    jitter->playing = FALSE;
}

void ra_jitter_put(RaJitter *jitter, gint64 now_us, guint32 stamp, const gint16 *samples, guint n)
{
    if (n == 0 || n > RA_SOUND_FRAME)
        return;
    const gint64 now = clock_now(jitter, now_us);
    /* The stamp's 32 bits continue at the last ones, forwards or backwards. */
    gint64 first = jitter->end + (gint32)(stamp - (guint32)jitter->end);
    const gint64 transit = now - first;
    if (!jitter->started || first < jitter->end - STRANGE ||
        llabs(transit - base_of(jitter)) > FORGET) {
        anchor(jitter, first, transit);
        jitter->window_end = now + WINDOW;
        jitter->last_put = now;
    }
    if (first < jitter->end) { /* twice the same */
        jitter->stats.dropped += n;
        return;
    }
    learn(jitter, now, transit);
    if (jitter->play == jitter->end)
        end_silence(jitter, first);
    const gint64 waiting = first + n - jitter->play;
    if (waiting > RA_JITTER_ROOM) {
        if (first - jitter->end >= RA_JITTER_ROOM - n)
            anchor(jitter, first, transit);
        else
            drop(jitter, waiting - RA_JITTER_ROOM);
    }
    fill_to(jitter, first);
    for (guint i = 0; i < n; i++)
        *at(jitter, first + i) = samples[i];
    jitter->end = first + n;
}

/* ---- What goes ---- */

static gboolean is_quiet(RaJitter *jitter, gint64 n)
{
    for (gint64 i = 0; i < n; i++)
        if (abs(*at(jitter, jitter->play + i)) > QUIET)
            return FALSE;
    return TRUE;
}

/* Keeps the delay near the target: N samples are about to be played. Returns FALSE if it is better
 * to wait. */
static gboolean steer(RaJitter *jitter, guint n)
{
    const gint64 target = ra_jitter_target(jitter);
    const gint64 delay = jitter->asked - base_of(jitter) - jitter->play;
    const gint64 excess = delay - target;
    if (excess > EXCESS_AT_ONCE) {
        drop(jitter, excess);
        return TRUE;
    }
    if (!jitter->playing)
        return excess + n / 2 >= 0;
    if (excess < EXCESS_QUIET)
        jitter->excess_since = -1;
    else if (jitter->excess_since < 0)
        jitter->excess_since = jitter->asked;
    if (excess >= EXCESS_QUIET && ra_jitter_waiting(jitter) >= 2 * n && is_quiet(jitter, 2 * n))
        drop(jitter, MIN(excess, n));
    else if (excess >= EXCESS_LOUD && jitter->asked - jitter->excess_since > PATIENCE)
        drop(jitter, excess);
    else if (excess < -LACK && ra_jitter_waiting(jitter) >= n && is_quiet(jitter, n))
        return FALSE; /* a pause lasts a little longer */
    return TRUE;
}

/* Silence, into which what was played before fades. */
static void be_silent(RaJitter *jitter, gint16 *ret, guint n)
{
    for (guint i = 0; i < n; i++)
        ret[i] = i < DECLICK ? (gint16)(jitter->last * (gint32)(DECLICK - i) / DECLICK) : 0;
    if (n == 0)
        return;
    jitter->last = 0;
    jitter->fade_in = DECLICK;
}

static void take(RaJitter *jitter, gint16 *ret, guint n)
{
    for (guint i = 0; i < n; i++) {
        gint32 sample = *at(jitter, jitter->play + i);
        if (jitter->fade_in > 0)
            sample = sample * (gint32)(DECLICK - jitter->fade_in--) / DECLICK;
        ret[i] = (gint16)sample;
    }
    if (n > 0)
        jitter->last = ret[n - 1];
    jitter->play += n;
    jitter->stats.played += n;
}

static void begin(RaJitter *jitter)
{
    const gint64 missing = jitter->asked - jitter->starved_at - jitter->pause;
    if (missing > 0) {
        jitter->stats.late++;
        jitter->stats.inserted += (guint64)missing;
    }
    jitter->pause = 0;
    jitter->playing = TRUE;
}

void ra_jitter_get(RaJitter *jitter, gint64 now, gint16 *ret, guint n)
{
    jitter->gulp = CLAMP(n, 1, 100 * MS);
    guint got = 0;
    if (ra_jitter_waiting(jitter) > 0) {
        if (steer(jitter, n)) {
            if (!jitter->playing)
                begin(jitter);
            got = MIN(n, ra_jitter_waiting(jitter));
            take(jitter, ret, got);
        } else if (jitter->playing) {
            jitter->stats.inserted += n;
        }
    }
    if (jitter->playing && ra_jitter_waiting(jitter) == 0 && got < n) {
        jitter->playing = FALSE;
        jitter->starved_at = jitter->asked + got;
    }
    be_silent(jitter, ret + got, n - got);
    jitter->asked += n;
    jitter->asked_at = now;
}
