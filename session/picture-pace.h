/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much of the picture may be on its way: what is sent is followed until the viewer confirms it
 * (a fence), which tells the rate and the delay of all of the way, the viewer's decoder included.
 * About one delay's worth of data is let go, so that a slow link has no queue in which a key press
 * would wait, and a long fast one is filled. Pure: the caller tells the time.
 */
#pragma once

#include <glib.h>

enum {
    RA_PICTURE_PACE_UPDATES_MAX = 32,         /* on their way at a time */
    RA_PICTURE_PACE_BUDGET_FIRST = 16 * 1024, /* bytes of an update while the rate is not known */
    RA_PICTURE_PACE_BUDGET_MIN = 4 * 1024,
    RA_PICTURE_PACE_BUDGET_MAX = 1024 * 1024,
    RA_PICTURE_PACE_SAMPLES = 8, /* of the rate; the best of the last ones counts */
};

typedef struct {
    guint64 size;   /* bytes */
    guint64 taken;  /* confirmed in all when it was sent */
    gint64 since;   /* when that was confirmed; or the time of sending if all was */
    gint64 sent;    /* microseconds */
    gboolean small; /* there was no more to send: says little of the rate */
    gboolean alone; /* nothing was before it: tells the delay */
} RaPicturePaceUpdate;

/* All zero at the start. Times are microseconds of any steady clock. */
typedef struct {
    RaPicturePaceUpdate update[RA_PICTURE_PACE_UPDATES_MAX]; /* a ring */
    guint first, n;
    guint64 flying; /* bytes on their way */
    guint64 taken;  /* bytes confirmed in all */
    gint64 taken_at;
    guint64 sample[RA_PICTURE_PACE_SAMPLES]; /* bytes a second */
    guint next_sample;
    gint64 delay, delay_at; /* the shortest of late, and when; 0: not known */
    guint64 delay_size;     /* bytes of the update that had it */
    guint64 grown;          /* the rate when it last grew by a quarter, */
    gint64 grown_at;        /* and when that was */
    gboolean settled;       /* it no longer grows */
} RaPicturePace;

/* An update of SIZE bytes left; MORE: there would have been more to say. */
void ra_picture_pace_sent(RaPicturePace *pace, gsize size, gboolean more, gint64 now);
/* The oldest on its way was confirmed. Nothing where there is none. */
void ra_picture_pace_taken(RaPicturePace *pace, gint64 now);
gboolean ra_picture_pace_may_send(const RaPicturePace *pace);
/* For the next update. */
gsize ra_picture_pace_budget(const RaPicturePace *pace);
/* Bytes a second; 0: not known. */
guint64 ra_picture_pace_rate(const RaPicturePace *pace);
