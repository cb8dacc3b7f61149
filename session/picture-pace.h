/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much of the picture may be on its way. An update that carries a mark (a fence) is followed
 * until the viewer confirms it, which tells the rate and the delay of all of the way, the viewer's
 * decoder included. About one delay's worth of data is let go, so that a slow link has no queue in
 * which a key press would wait, and a long fast one is filled. Small updates go without a mark,
 * which with its answer would be most of their bytes, until some have added up. Pure: the caller
 * tells the time.
 */
#pragma once

#include <glib.h>

enum {
    RA_PICTURE_PACE_UPDATES_MAX = 64,         /* with a mark, on their way at a time */
    RA_PICTURE_PACE_BUDGET_FIRST = 16 * 1024, /* bytes of an update while nothing is known; */
    RA_PICTURE_PACE_BUDGET_NEAR = 512 * 1024, /* while only the delay is, and short: up to */
    RA_PICTURE_PACE_BUDGET_MIN = 4 * 1024,
    RA_PICTURE_PACE_BUDGET_MAX = 1024 * 1024,
    RA_PICTURE_PACE_SAMPLES = 8,          /* of the rate; the best of the last ones counts */
    RA_PICTURE_PACE_LOOSE_MIN = 2 * 1024, /* bytes that may go without a mark: 16 ms of the rate, */
    RA_PICTURE_PACE_LOOSE_MAX = 8 * 1024, /* within these bounds; */
    RA_PICTURE_PACE_HEAD = 64,            /* of each message, for TLS, TCP and IP, too */
};

typedef struct {
    guint64 size;       /* bytes */
    guint64 loose;      /* bytes that left before it without a mark: confirmed with it */
    guint64 taken;      /* confirmed in all when it was sent */
    gint64 since;       /* when that was confirmed; or the time of sending if all was */
    gint64 begun, sent; /* microseconds: its first and its last piece left */
    gboolean small;     /* there was no more to send: says little of the rate */
    gboolean alone;     /* nothing was before it: tells the delay */
} RaPicturePaceUpdate;

/* All zero at the start. Times are microseconds of any steady clock. */
typedef struct {
    RaPicturePaceUpdate update[RA_PICTURE_PACE_UPDATES_MAX]; /* a ring */
    guint first, n;
    guint64 flying; /* bytes on their way, but those that are */
    gsize size;     /* of the last update */
    guint64 loose;  /* bytes that left without a mark since the last one */
    guint64 taken;  /* bytes confirmed in all */
    gint64 taken_at;
    guint64 sample[RA_PICTURE_PACE_SAMPLES]; /* bytes a second */
    guint next_sample;
    gboolean known;         /* they tell more than how little there was to send */
    gboolean kept_up;       /* the link took the last update as fast as it came: more may follow */
    gint64 delay, delay_at; /* the shortest of late, and when; 0: not known */
    guint64 delay_size;     /* bytes of the update that had it */
    guint64 grown;          /* the rate when it last grew by a quarter, */
    gint64 grown_at;        /* and when that was */
    gboolean settled;       /* it no longer grows */
} RaPicturePace;

/* May another update leave? */
gboolean ra_picture_pace_may_send(const RaPicturePace *pace);
/* Might one more beside the one that is about to leave? If so, its pixels can be fetched. */
gboolean ra_picture_pace_may_send_two(const RaPicturePace *pace);
/* Bytes that the next update may have. */
gsize ra_picture_pace_budget(const RaPicturePace *pace);
/* TRUE: an update of SIZE bytes is to carry a mark. MORE: there would have been more to say. */
gboolean ra_picture_pace_wants_mark(const RaPicturePace *pace, gsize size, gboolean more,
                                    gint64 now);
/* TRUE: SIZE bytes more may leave without a mark. */
gboolean ra_picture_pace_fits_loose(const RaPicturePace *pace, gsize size);
/* SIZE bytes left without a mark. */
void ra_picture_pace_sent_loose(RaPicturePace *pace, gsize size);
/* A mark that is not told of by ra_picture_pace_taken() left behind them. */
void ra_picture_pace_sent_mark(RaPicturePace *pace);
/* An update of SIZE bytes with a mark left, its first piece at BEGUN, its last one now. */
void ra_picture_pace_sent(RaPicturePace *pace, gsize size, gboolean more, gint64 begun, gint64 now);
/* The oldest on its way with a mark was confirmed. Nothing where there is none. */
void ra_picture_pace_taken(RaPicturePace *pace, gint64 now);
/* Bytes a second; 0: not known. */
guint64 ra_picture_pace_rate(const RaPicturePace *pace);
