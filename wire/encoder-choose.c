/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes with this update, and how: the budget, what is lossy, what has rested. */
#include "wire/encoder-private.h"

#include <string.h>

enum {
    COST_HEAD = 24,    /* bytes of each box beside its pixels */
    SMALL_AREA = 1024, /* pixels of a tile: a change that has its turn first */
    TURN_TILE_BITS = 24,
};

/* A turn: whether it is large, when it was sent last, the tile. */
#define TURN_LARGE (G_GUINT64_CONSTANT(1) << 63)
#define TURN_TILE  ((1u << TURN_TILE_BITS) - 1)

/* How photos may be sent to this viewer now. */
RaLossy ra_encoder_lossy_now(const RaEncoder *e)
{
    if (e->encoding != RA_RFB_TIGHT || !ra_encode_tight_takes_jpeg(&e->rects.format))
        return (RaLossy){0};
    if (ra_encoder_takes(e, RA_RFB_ASSIST))
        return e->lossy;
    return e->jpeg_level >= 0 ? ra_lossy_of_level(e->jpeg_level) : (RaLossy){0};
}

/* In bytes, as far as can be told; sets whether it may be lossy. */
static gsize estimate(const RaEncoder *e, const RaLossy *lossy, const RaFrameView *frame,
                      RaGridTile *box, gsize *weight)
{
    const gsize area = (gsize)(box->x1 - box->x0) * (gsize)(box->y1 - box->y0);
    const guint busy = ra_lossy_busy(frame, box);
    box->lossy = ra_lossy_suits(lossy, busy, box);
    *weight = box->lossy ? area : area * busy / 1000;
    return COST_HEAD + *weight * e->cost[box->lossy] / 1024;
}

/* What changed is left for the next update. A stale tile stays one. */
static void leave_out(RaEncoder *e, RaGridTile *box)
{
    const RaRect rect = {box->x0, box->y0, (guint16)(box->x1 - box->x0),
                         (guint16)(box->y1 - box->y0)};
    if (!box->stale)
        g_array_append_val(e->leaving, rect);
    box->x1 = 0;
    box->lossy = FALSE;
}

static gint compare_turns(gconstpointer a, gconstpointer b)
{
    const guint64 one = *(const guint64 *)a, two = *(const guint64 *)b;
    return one < two ? -1 : one > two;
}

/* What changed, in the order in which it has its turn: first what is small, since a person may
 * have typed it; of the same kind what was sent longest ago. The tile's number comes last. */
static void find_turns(RaEncoder *e)
{
    g_array_set_size(e->turns, 0);
    for (gsize i = 0; i < e->blur.tiles; i++) {
        const RaGridTile *tile = &e->grid.tiles[i];
        const gsize area = (gsize)(tile->x1 - tile->x0) * (gsize)(tile->y1 - tile->y0);
        const guint64 turn =
            (area > SMALL_AREA ? TURN_LARGE : 0) | (guint64)e->sent_in[i] << TURN_TILE_BITS | i;
        if (tile->x1 != 0)
            g_array_append_val(e->turns, turn);
    }
    if (e->budget > 0)
        g_array_sort(e->turns, compare_turns);
}

/* Tiles that have rested, exactly, while that fits into the budget beside what is SPENT. */
static void choose_rested(RaEncoder *e, const RaFrameView *frame, gsize spent, gsize budget)
{
    const RaLossy exact = {0};
    gsize weight = 0;
    for (gsize i = 0; i < e->blur.tiles && e->blur.n_due > 0; i++) {
        RaGridTile *tile = &e->grid.tiles[i];
        if (tile->x1 != 0 || !ra_blur_due(&e->blur, i))
            continue;
        ra_grid_add_whole(&e->grid, i);
        const gsize cost = estimate(e, &exact, frame, tile, &weight);
        if (spent > 0 && spent + cost > budget) {
            tile->x1 = 0;
            return;
        }
        spent += cost;
        e->weight[FALSE] += weight;
    }
}

/* Of what changed as much as the budget allows, small things up to half of it if there are others;
 * then tiles that have rested. */
void ra_encoder_choose(RaEncoder *e, const RaFrameView *frame)
{
    const RaLossy lossy = ra_encoder_lossy_now(e);
    const gsize budget = e->budget > 0 ? e->budget : G_MAXSIZE;
    gsize spent = 0, weight = 0;
    gboolean full = FALSE;
    e->weight[FALSE] = e->weight[TRUE] = 0;
    g_array_set_size(e->leaving, 0);
    find_turns(e);
    const guint n = e->turns->len;
    const gboolean mixed = n > 0 && g_array_index(e->turns, guint64, n - 1) >= TURN_LARGE;
    for (guint i = 0; i < n; i++) {
        const guint64 turn = g_array_index(e->turns, guint64, i);
        RaGridTile *tile = &e->grid.tiles[turn & TURN_TILE];
        const gboolean enough = mixed && turn < TURN_LARGE && spent > budget / 2;
        const gsize cost = full || enough ? 0 : estimate(e, &lossy, frame, tile, &weight);
        full = full || (spent > 0 && spent + cost > budget);
        if (full || enough) {
            leave_out(e, tile);
            continue;
        }
        spent += cost;
        e->weight[tile->lossy] += weight;
    }
    if (!full)
        choose_rested(e, frame, spent, budget);
    GArray *done = e->left;
    e->left = e->leaving;
    e->leaving = done;
}

/* What is to be sent, from the frame into the model; black where the frame ends. */
void ra_encoder_copy(RaEncoder *e, const RaFrameView *frame)
{
    e->number++;
    for (gsize i = 0; i < (gsize)e->grid.columns * e->grid.rows; i++) {
        const RaGridTile *box = &e->grid.tiles[i];
        if (box->x1 == 0)
            continue;
        e->sent_in[i] = e->number;
        ra_blur_sent(&e->blur, &e->grid, i, box->lossy);
        const gsize width = box->x1 - box->x0;
        const gsize inside = frame->width > box->x0 ? MIN(width, (gsize)frame->width - box->x0) : 0;
        for (guint y = box->y0; y < box->y1; y++) {
            guint8 *to = e->model + ((gsize)y * e->grid.width + box->x0) * 4;
            const gsize copied = y < frame->height ? inside : 0;
            if (copied > 0)
                memcpy(to, frame->pixels + (gsize)y * frame->stride + box->x0 * 4u, copied * 4);
            memset(to + copied * 4, 0, (width - copied) * 4);
        }
    }
}
