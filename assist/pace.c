/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/pace.h"

#include "wire/assist.h"

enum {
    PIECES_MAX = 1024, /* on their way */
    PIECE_MIN = 1024,  /* bytes */
    PIECE_TIME = 1000, /* microseconds that a piece takes at the measured rate */
    PIECES_LEAST = 8,  /* that have to be late before the window shrinks */
    WINDOW_START = 2 * PIECE_MIN,
    START_STEP = 4000,          /* microseconds of data that one round adds at the start ... */
    START_STEPS_LEAST = 8,      /* ... but at least an eighth of what there is */
    SPAN = 10 * G_USEC_PER_SEC, /* the shortest time is that of the last one or two of these */
};

typedef struct {
    guint64 end;    /* of this piece, in the bytes that were ever sent */
    gint64 time;    /* when it left */
    gdouble window; /* of that moment */
} Piece;

struct _RaPace {
    Piece pieces[PIECES_MAX]; /* a ring */
    guint first, n;
    guint64 sent, taken; /* bytes */
    gdouble window;      /* bytes */
    gdouble step;        /* bytes that it grows with each byte taken, until it is ... */
    gdouble goal;        /* ... this */
    gdouble rate;        /* bytes a microsecond */
    gboolean starting;   /* it grows until something waits */
    gint64 shortest[2];  /* microseconds; of the span before, and of this one */
    gint64 span_start;

    /* A round: from now until what was on its way at its start has come. */
    gint64 round_start, round_shortest;
    guint64 round_end, round_taken;
    gdouble wanted;    /* the window that its shortest time calls for */
    guint counted;     /* pieces */
    gboolean full;     /* the window kept something back */
    gboolean draining; /* this round makes room */
};

static void begin_round(RaPace *pace, gint64 now)
{
    pace->round_start = now;
    pace->round_end = pace->sent;
    pace->round_taken = pace->taken;
    pace->round_shortest = G_MAXINT64;
    pace->wanted = 0;
    pace->counted = 0;
    pace->full = FALSE;
}

void ra_pace_reset(RaPace *pace)
{
    *pace = (RaPace){.window = WINDOW_START, .goal = WINDOW_START, .starting = TRUE};
    pace->shortest[0] = pace->shortest[1] = pace->round_shortest = G_MAXINT64;
}

RaPace *ra_pace_new(void)
{
    RaPace *pace = g_new0(RaPace, 1);
    ra_pace_reset(pace);
    return pace;
}

void ra_pace_free(RaPace *pace)
{
    g_free(pace);
}

static gint64 shortest(const RaPace *pace)
{
    return MIN(pace->shortest[0], pace->shortest[1]);
}

/* What may be on its way now: less while room is made, so little that nothing waits. */
static gdouble allowed(const RaPace *pace)
{
    if (!pace->draining)
        return pace->window;
    const gdouble base = (gdouble)MAX(shortest(pace), 1);
    return pace->window * base / (base + 2 * RA_PACE_TARGET);
}

guint ra_pace_next(RaPace *pace)
{
    const gdouble most = MIN(pace->rate * PIECE_TIME, pace->window / 4);
    const guint piece = (guint)CLAMP(most, PIECE_MIN, RA_FILE_PIECE_MAX);
    const guint64 on_way = pace->sent - pace->taken;
    if (pace->n < PIECES_MAX &&
        (on_way == 0 || (gdouble)(on_way + piece) <= MAX(allowed(pace), PIECE_MIN)))
        return piece;
    pace->full = TRUE;
    return 0;
}

void ra_pace_sent(RaPace *pace, guint size, gint64 now)
{
    g_return_if_fail(pace->n < PIECES_MAX);
    if (pace->span_start == 0)
        pace->span_start = now;
    const gboolean idle = pace->n == 0;
    pace->sent += size;
    pace->pieces[(pace->first + pace->n++) % PIECES_MAX] =
        (Piece){.end = pace->sent, .time = now, .window = pace->window};
    if (idle && pace->counted == 0)
        begin_round(pace, now);
}

/* The shortest time is looked for anew in each span, so that another way through the net with
 * another delay is learnt; for that the queue has to be empty for a moment. */
static void end_span(RaPace *pace, gint64 now)
{
    pace->draining = FALSE;
    if (now - pace->span_start < SPAN)
        return;
    pace->span_start = now;
    pace->shortest[0] = pace->shortest[1];
    pace->shortest[1] = G_MAXINT64;
    pace->draining = !pace->starting;
}

/* A smaller window holds at once, a larger one is reached in the course of the next round, so that
 * what it adds does not leave in one burst. */
static void aim(RaPace *pace, gdouble window)
{
    pace->goal = CLAMP(window, PIECE_MIN, RA_PACE_WINDOW_MAX);
    pace->window = MIN(pace->window, pace->goal);
    pace->step = (pace->goal - pace->window) / pace->window;
}

static void resize(RaPace *pace)
{
    const gdouble now = pace->window;
    if (pace->round_shortest > shortest(pace) + RA_PACE_TARGET / 4)
        pace->starting = FALSE;
    const gdouble next = pace->starting
                             ? now * (1 + CLAMP(START_STEP / (gdouble)pace->round_shortest,
                                                1.0 / START_STEPS_LEAST, 1))
                             : CLAMP(pace->wanted, now / 4, now * 2);
    /* It does not grow where it was not what held things up. */
    aim(pace, pace->full ? next : MIN(next, now));
}

static void end_round(RaPace *pace, gint64 now)
{
    /* A few late ones may be those of a busy computer. */
    if (pace->counted < PIECES_LEAST &&
        pace->round_shortest > shortest(pace) + RA_PACE_TARGET / 4) {
        pace->round_end = pace->sent;
        return;
    }
    pace->rate =
        (gdouble)(pace->taken - pace->round_taken) / (gdouble)MAX(now - pace->round_start, 1);
    /* One small piece at a time makes no queue: its time is the link's own. */
    if (pace->window <= PIECE_MIN) {
        pace->starting |= pace->round_shortest > 2 * shortest(pace);
        pace->shortest[0] = pace->shortest[1] = pace->round_shortest;
    }
    if (!pace->draining)
        resize(pace);
    end_span(pace, now);
    begin_round(pace, now);
}

/* The shortest time of a round tells what waits all the time; busy computers only make times
 * longer. It calls for the window with which it would have been RA_PACE_TARGET longer than the
 * link's own, or longer by half a small piece. */
static void count(RaPace *pace, const Piece *piece, gint64 time)
{
    pace->counted++;
    if (time >= pace->round_shortest)
        return;
    pace->round_shortest = time;
    const gdouble base = (gdouble)shortest(pace) / (gdouble)time;
    pace->wanted =
        piece->window * base + MAX(piece->window * RA_PACE_TARGET / (gdouble)time, PIECE_MIN / 2.0);
}

void ra_pace_taken(RaPace *pace, guint64 size, gint64 now)
{
    size = MIN(size, pace->sent - pace->taken);
    pace->taken += size;
    pace->window = MIN(pace->window + (gdouble)size * pace->step, MAX(pace->goal, pace->window));
    while (pace->n > 0 && pace->pieces[pace->first].end <= pace->taken) {
        const Piece *piece = &pace->pieces[pace->first];
        const gint64 time = MAX(now - piece->time, 1);
        pace->shortest[1] = MIN(pace->shortest[1], time);
        count(pace, piece, time);
        pace->first = (pace->first + 1) % PIECES_MAX;
        pace->n--;
    }
    if (pace->taken >= pace->round_end && pace->counted > 0)
        end_round(pace, now);
}

void ra_pace_forget(RaPace *pace)
{
    pace->taken = pace->sent;
    pace->n = 0;
}
