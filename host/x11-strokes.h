/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the helper drew, and how long it is to be seen: points and times, nothing of X. A stroke of
 * one point is a ring; a stroke that says nothing more for RA_POINTING_SECONDS has ended too.
 * However much is drawn, the oldest goes, so that it costs the X server little. */
#pragma once

#include "host/pointing.h"

typedef struct _RaStrokes RaStrokes;

typedef struct {
    int x, y;
} RaStrokePoint;

typedef struct {
    const RaStrokePoint *point;
    guint n;         /* at least 1 */
    double strength; /* 0..1: full, or fading */
    double age;      /* seconds since it began */
} RaStroke;

RaStrokes *ra_strokes_new(void);
void ra_strokes_free(RaStrokes *strokes); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaStrokes, ra_strokes_free)

/* NOW: monotonic microseconds, in each of these. X and Y count for RA_POINT_DOWN and _MOVE. */
void ra_strokes_add(RaStrokes *strokes, gint64 now, int x, int y, RaPointPhase phase);
void ra_strokes_clear(RaStrokes *strokes);
/* Forgets those that have faded; returns how many are left. */
guint ra_strokes_expire(RaStrokes *strokes, gint64 now);
/* The I-th of those, the oldest first. Its points are borrowed until the next change. */
RaStroke ra_strokes_get(const RaStrokes *strokes, guint i, gint64 now);
/* Milliseconds until it looks different; -1: never, there is nothing. */
int ra_strokes_next(const RaStrokes *strokes, gint64 now);
