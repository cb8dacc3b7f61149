/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-strokes.h"

#include <math.h>

enum {
    FADE_MS = 500,      /* the last part of its life: it becomes thinner */
    GROW_MS = 450,      /* the first: a ring becomes wider */
    FRAME_MS = 33,      /* between two pictures while that lasts */
    JITTER = 4,         /* pixels: nearer to the last one, a point says nothing new */
    LENGTH_MAX = 40000, /* pixels of all */
};

typedef struct {
    GArray *points; /* of RaStrokePoint */
    gint64 began, last;
} Line;

struct _RaStrokes {
    GPtrArray *lines; /* the oldest first */
    gboolean open;    /* the last one goes on */
    guint n_points;   /* of all */
    double length;    /* of all, in pixels: what it costs the X server to draw them */
};

static void line_free(gpointer data)
{
    Line *line = data;
    g_array_unref(line->points);
    g_free(line);
}

RaStrokes *ra_strokes_new(void)
{
    RaStrokes *strokes = g_new0(RaStrokes, 1);
    strokes->lines = g_ptr_array_new_with_free_func(line_free);
    return strokes;
}

void ra_strokes_free(RaStrokes *strokes)
{
    if (strokes == NULL)
        return;
    g_ptr_array_unref(strokes->lines);
    g_free(strokes);
}

/* From point I to the one behind it; 0 where there is none. */
static double length_at(const Line *line, guint i)
{
    if (i + 1 >= line->points->len)
        return 0;
    const RaStrokePoint *from = &g_array_index(line->points, RaStrokePoint, i);
    return hypot(from[1].x - from[0].x, from[1].y - from[0].y);
}

static void forget_first_point(RaStrokes *strokes)
{
    Line *oldest = strokes->lines->pdata[0];
    strokes->n_points--;
    strokes->length -= length_at(oldest, 0);
    g_array_remove_index(oldest->points, 0);
    if (oldest->points->len > 0)
        return;
    g_ptr_array_remove_index(strokes->lines, 0);
    strokes->open &= strokes->lines->len > 0;
    if (strokes->lines->len == 0)
        strokes->length = 0; /* of rounding */
}

static void forget_first(RaStrokes *strokes)
{
    for (guint n = ((Line *)strokes->lines->pdata[0])->points->len; n > 0; n--)
        forget_first_point(strokes);
}

static Line *begin(RaStrokes *strokes, gint64 now)
{
    Line *line = g_new0(Line, 1);
    line->points = g_array_new(FALSE, FALSE, sizeof(RaStrokePoint));
    line->began = line->last = now;
    g_ptr_array_add(strokes->lines, line);
    strokes->open = TRUE;
    return line;
}

static gboolean says_nothing(const Line *line, RaStrokePoint point)
{
    if (line->points->len == 0)
        return FALSE;
    const RaStrokePoint last = g_array_index(line->points, RaStrokePoint, line->points->len - 1);
    return ABS(last.x - point.x) <= JITTER && ABS(last.y - point.y) <= JITTER;
}

void ra_strokes_add(RaStrokes *strokes, gint64 now, int x, int y, RaPointPhase phase)
{
    const RaStrokePoint point = {x, y};
    ra_strokes_expire(strokes, now);
    Line *line = strokes->open ? strokes->lines->pdata[strokes->lines->len - 1] : NULL;
    if (phase == RA_POINT_END) {
        strokes->open = FALSE;
    } else if (phase == RA_POINT_DOWN || line == NULL) {
        line = begin(strokes, now);
    }
    if (line == NULL)
        return;
    line->last = now;
    if (phase == RA_POINT_END || says_nothing(line, point))
        return;
    g_array_append_val(line->points, point);
    strokes->n_points++;
    if (line->points->len > 1)
        strokes->length += length_at(line, line->points->len - 2);
    while (strokes->n_points > RA_POINTING_POINTS_MAX ||
           (strokes->n_points > 2 && strokes->length > LENGTH_MAX))
        forget_first_point(strokes);
}

void ra_strokes_clear(RaStrokes *strokes)
{
    g_ptr_array_set_size(strokes->lines, 0);
    strokes->n_points = 0;
    strokes->length = 0;
    strokes->open = FALSE;
}

static int left_ms(const Line *line, gint64 now)
{
    const gint64 end = line->last + RA_POINTING_SECONDS * G_USEC_PER_SEC;
    return end > now ? (int)((end - now + 999) / 1000) : 0;
}

/* A later one can end before an earlier one only where the clock of the caller runs backwards. */
guint ra_strokes_expire(RaStrokes *strokes, gint64 now)
{
    while (strokes->lines->len > 0 && left_ms(strokes->lines->pdata[0], now) == 0)
        forget_first(strokes);
    return strokes->lines->len;
}

RaStroke ra_strokes_get(const RaStrokes *strokes, guint i, gint64 now)
{
    const Line *line = strokes->lines->pdata[i];
    return (RaStroke){.point = (const RaStrokePoint *)line->points->data,
                      .n = line->points->len,
                      .strength = MIN(left_ms(line, now) / (double)FADE_MS, 1),
                      .age = (double)(now - line->began) / G_USEC_PER_SEC};
}

int ra_strokes_next(const RaStrokes *strokes, gint64 now)
{
    int next = -1;
    for (guint i = 0; i < strokes->lines->len; i++) {
        const Line *line = strokes->lines->pdata[i];
        const gboolean grows = line->points->len == 1 && now - line->began < GROW_MS * 1000;
        const int fade_in = left_ms(line, now) - FADE_MS;
        const int its = grows || fade_in <= 0 ? FRAME_MS : fade_in;
        if (next < 0 || its < next)
            next = its;
    }
    return next;
}
