/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Four narrow columns of the changed area are hashed row by row. A row that is alone of its kind in
 * both pictures votes for the distance between the two. The winner is then checked in segments of
 * 64 pixels, and the rectangle where it holds is cut out.
 */
#include "wire/movement.h"

#include <string.h>

enum {
    PROBES = 4,
    PROBE_WIDTH = 16, /* pixels */
    SEGMENT = 64,     /* pixels */
    VOTES_MIN = 8,
    TILES_MIN = 6,   /* changed */
    HEIGHT_MIN = 24, /* pixels */
    GAIN_MIN = 128,  /* segments; about 8000 pixels */
};

struct _RaMoveFinder {
    gboolean unused;
};

RaMoveFinder *ra_move_finder_new(void)
{
    return g_new0(RaMoveFinder, 1);
}

void ra_move_finder_free(RaMoveFinder *finder)
{
    g_free(finder);
}

void ra_move_finder_begin(RaMoveFinder *finder G_GNUC_UNUSED)
{
}

typedef struct {
    guint64 hash;
    guint row;   /* of the old picture, from the top of the area */
    guint seen;  /* in the old picture; 0: an empty slot */
    guint again; /* in the new one */
    guint new_row;
} Slot;

static const guint8 *pixel_at(const RaFrameView *picture, guint x, guint y)
{
    return picture->pixels + (gsize)y * picture->stride + (gsize)x * 4;
}

/* 0 for a row of one colour, which tells nothing. */
static guint64 hash_row(const guint8 *pixels)
{
    guint64 hash = 0x9e3779b97f4a7c15u, word;
    if (memcmp(pixels, pixels + 4, (PROBE_WIDTH - 1) * 4) == 0)
        return 0;
    for (guint i = 0; i < PROBE_WIDTH * 4; i += 8) {
        memcpy(&word, pixels + i, 8);
        hash = (hash ^ word) * 0xff51afd7ed558ccdu;
        hash ^= hash >> 32;
    }
    return hash | 1;
}

static Slot *find_slot(Slot *slots, gsize n, guint64 hash)
{
    gsize at = (gsize)(hash >> 20) & (n - 1);
    while (slots[at].seen != 0 && slots[at].hash != hash)
        at = (at + 1) & (n - 1);
    return &slots[at];
}

/* Votes of one probe; VOTES[d + height] counts content that moved down by d. */
static void vote(const RaFrameView *before, const RaFrameView *after, const RaRect *bounds, guint x,
                 Slot *slots, gsize n_slots, guint *votes)
{
    memset(slots, 0, n_slots * sizeof *slots);
    for (guint row = 0; row < bounds->height; row++) {
        const guint64 hash = hash_row(pixel_at(before, x, bounds->y + row));
        if (hash == 0)
            continue;
        Slot *slot = find_slot(slots, n_slots, hash);
        slot->hash = hash;
        slot->row = row;
        slot->seen++;
    }
    for (guint row = 0; row < bounds->height; row++) {
        const guint64 hash = hash_row(pixel_at(after, x, bounds->y + row));
        Slot *slot = hash == 0 ? NULL : find_slot(slots, n_slots, hash);
        if (slot == NULL || slot->seen == 0)
            continue;
        slot->again++;
        slot->new_row = row;
    }
    for (gsize i = 0; i < n_slots; i++) {
        if (slots[i].seen == 1 && slots[i].again == 1)
            votes[slots[i].new_row + bounds->height - slots[i].row]++;
    }
}

/* The distance with the most votes, 0 for none that counts. */
static gint find_distance(const RaFrameView *before, const RaFrameView *after, const RaRect *bounds)
{
    gsize n_slots = 64;
    while (n_slots < (gsize)bounds->height * 2)
        n_slots *= 2;
    g_autofree Slot *slots = g_new(Slot, n_slots);
    g_autofree guint *votes = g_new0(guint, (gsize)bounds->height * 2);
    const guint room = bounds->width - (guint)PROBE_WIDTH;
    for (guint i = 0; i < PROBES; i++)
        vote(before, after, bounds, bounds->x + room * (2 * i + 1) / (2 * PROBES), slots, n_slots,
             votes);
    gint best = 0;
    guint most = VOTES_MIN - 1;
    for (gint d = 1 - bounds->height; d < bounds->height; d++) {
        if (d != 0 && votes[d + bounds->height] > most) {
            most = votes[d + bounds->height];
            best = d;
        }
    }
    return best;
}

/* The part of N values with the largest sum; FALSE if none is positive. */
static gboolean best_part(const gint *values, guint n, guint *start, guint *end)
{
    gint best = 0, sum = 0;
    guint from = 0;
    for (guint i = 0; i < n; i++) {
        if (sum <= 0) {
            sum = 0;
            from = i;
        }
        sum += values[i];
        if (sum > best) {
            best = sum;
            *start = from;
            *end = i + 1;
        }
    }
    return best > 0;
}

static gboolean same(const RaFrameView *a, guint ya, const RaFrameView *b, guint yb, guint x,
                     guint width)
{
    return memcmp(pixel_at(a, x, ya), pixel_at(b, x, yb), (gsize)width * 4) == 0;
}

/* What a move would bring to an area, in segments: 1 one comes right, -1 it comes wrong, 0 no
 * difference; and the sums of that. */
typedef struct {
    guint columns;
    gint8 *cells;
    gint *column_sums, *row_sums;
} Gains;

static void measure(const RaFrameView *before, const RaFrameView *after, const RaRect *to,
                    gint distance, Gains *gains)
{
    for (guint row = 0; row < to->height; row++) {
        const guint y = (guint)to->y + row;
        for (guint column = 0; column < gains->columns; column++) {
            const guint x = column * SEGMENT;
            const guint width = MIN((guint)SEGMENT, to->width - x);
            const gboolean right =
                same(before, (guint)((gint)y - distance), after, y, to->x + x, width);
            const gboolean was_right = same(before, y, after, y, to->x + x, width);
            const gint8 cell = (gint8)(right - was_right);
            gains->cells[(gsize)row * gains->columns + column] = cell;
            gains->column_sums[column] += cell;
        }
    }
}

/* The columns that gain, and in them the rows that do. FALSE if that is too little. */
static gboolean cut_out(const Gains *gains, const RaRect *area, RaRect *ret)
{
    guint left, right, top, bottom;
    if (!best_part(gains->column_sums, gains->columns, &left, &right))
        return FALSE;
    for (guint row = 0; row < area->height; row++) {
        for (guint column = left; column < right; column++)
            gains->row_sums[row] += gains->cells[(gsize)row * gains->columns + column];
    }
    if (!best_part(gains->row_sums, area->height, &top, &bottom))
        return FALSE;
    gint gain = 0;
    for (guint row = top; row < bottom; row++)
        gain += gains->row_sums[row];
    const guint x0 = left * SEGMENT, x1 = MIN(right * SEGMENT, area->width);
    *ret = (RaRect){(guint16)(area->x + x0), (guint16)(area->y + top), (guint16)(x1 - x0),
                    (guint16)(bottom - top)};
    return gain >= GAIN_MIN;
}

gboolean ra_move_find(RaMoveFinder *finder G_GNUC_UNUSED, const RaFrameView *before,
                      const RaFrameView *after, const RaGrid *changed, RaMove *ret)
{
    RaRect found_bounds;
    const RaRect *bounds = &found_bounds;
    if (ra_grid_changed(changed, &found_bounds) < TILES_MIN)
        return FALSE;
    if (bounds->width < PROBE_WIDTH || bounds->height < HEIGHT_MIN)
        return FALSE;
    const gint distance = find_distance(before, after, bounds);
    if (distance == 0)
        return FALSE;
    RaRect area = *bounds;
    area.height = (guint16)(area.height - ABS(distance));
    if (distance > 0)
        area.y = (guint16)(area.y + distance);

    RaMove move = {0};
    Gains gains = {.columns = (area.width + SEGMENT - 1u) / SEGMENT};
    gains.cells = g_new(gint8, (gsize)gains.columns * area.height);
    gains.column_sums = g_new0(gint, gains.columns);
    gains.row_sums = g_new0(gint, area.height);
    measure(before, after, &area, distance, &gains);
    const gboolean found = cut_out(&gains, &area, &move.to);
    g_free(gains.cells);
    g_free(gains.column_sums);
    g_free(gains.row_sums);
    if (!found)
        return FALSE;
    move.from_x = move.to.x;
    move.from_y = (guint16)((gint)move.to.y - distance);
    *ret = move;
    return TRUE;
}
