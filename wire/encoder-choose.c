/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes with this update, and how: the budget, what is lossy, what has rested. */
#include "wire/encoder-private.h"

#include <string.h>

enum {
    COST_HEAD = 24,    /* bytes of each box beside its pixels */
    SMALL_AREA = 1024, /* pixels of a tile: a change that has its turn first */
    RESTED_EVERY = 4,  /* updates without room; one tile that has rested goes in spite of that */
    TURN_TILE_BITS = 24,
};

/* A turn: whether it is large, when it was sent last, the tile. The least one comes first. */
#define TURN_LARGE (G_GUINT64_CONSTANT(1) << 63)
#define TURN_TILE  ((1u << TURN_TILE_BITS) - 1)

/* What there is to choose from. */
typedef struct {
    guint boxes;
    gsize weight[2]; /* exact, lossy */
} Sums;

/* What may still be sent. */
typedef struct {
    guint cost[2]; /* bytes for 1024 pixels of weight, as they go now */
    gsize budget, spent;
} Purse;

static gsize area_of(const RaGridTile *box)
{
    return (gsize)(box->x1 - box->x0) * (gsize)(box->y1 - box->y0);
}

/* How photos may be sent to this viewer at the best. */
static RaLossy lossy_of(const RaEncoder *e)
{
    const gboolean tight =
        e->encoding == RA_RFB_TIGHT || (e->now.mosaic && ra_encoder_takes(e, RA_RFB_TIGHT));
    if (!tight || !ra_encode_tight_takes_jpeg(&e->rects.format))
        return (RaLossy){0};
    if (ra_encoder_takes(e, RA_RFB_ASSIST))
        return e->lossy;
    return e->jpeg_level >= 0 ? ra_lossy_of_level(e->jpeg_level) : (RaLossy){0};
}

/* What the box of tile TILE weighs, and whether it may be lossy; a NARROW one if that is asked. */
static void weigh(RaEncoder *e, const RaLossy *lossy, const RaFrameView *frame, gsize tile,
                  gboolean narrow)
{
    RaGridTile *box = &e->grid.tiles[tile];
    const gsize area = area_of(box);
    const guint busy = ra_lossy_busy(frame, box);
    box->lossy = (narrow || !ra_lossy_narrow(box)) && ra_lossy_suits(lossy, frame, busy, box);
    e->weights[tile] = (guint16)(box->lossy ? area : area * busy / 1000);
}

/* The tiles that may have a box: first, and behind the last. */
static gsize first_tile(const RaGrid *grid)
{
    return (gsize)grid->row0 * grid->columns;
}

static gsize end_tile(const RaGrid *grid)
{
    return (gsize)grid->row1 * grid->columns;
}

/* TRUE if one of the tiles around tile TILE is lossy, and not narrow itself. */
static gboolean beside_lossy(const RaGrid *grid, gsize tile)
{
    const guint column = (guint)(tile % grid->columns), row = (guint)(tile / grid->columns);
    for (guint y = row > 0 ? row - 1 : 0; y < MIN(row + 2, grid->rows); y++) {
        for (guint x = column > 0 ? column - 1 : 0; x < MIN(column + 2, grid->columns); x++) {
            const RaGridTile *box = &grid->tiles[(gsize)y * grid->columns + x];
            if (box->x1 != 0 && box->lossy && !ra_lossy_narrow(box))
                return TRUE;
        }
    }
    return FALSE;
}

/* The edges of a film, whose boxes are narrow, are lossy as it is. */
static Sums weigh_all(RaEncoder *e, const RaLossy *lossy, const RaFrameView *frame)
{
    Sums sums = {0};
    const RaGrid *grid = &e->grid;
    const gsize end = end_tile(grid);
    gboolean some = FALSE;
    for (gsize i = first_tile(grid); i < end; i++) {
        if (grid->tiles[i].x1 == 0)
            continue;
        weigh(e, lossy, frame, i, FALSE);
        some = some || grid->tiles[i].lossy;
    }
    for (gsize i = first_tile(grid); i < end; i++) {
        const RaGridTile *box = &grid->tiles[i];
        if (box->x1 == 0)
            continue;
        if (some && ra_lossy_narrow(box) && beside_lossy(grid, i))
            weigh(e, lossy, frame, i, TRUE);
        sums.boxes++;
        sums.weight[box->lossy] += e->weights[i];
    }
    return sums;
}

static gsize cost_of(const RaEncoder *e, const Purse *purse, gsize tile)
{
    const guint cost = purse->cost[e->grid.tiles[tile].lossy];
    return COST_HEAD + (gsize)e->weights[tile] * cost / 1024;
}

static gboolean affords(const Purse *purse, gsize cost)
{
    return purse->spent == 0 || purse->spent + cost <= purse->budget;
}

static void spend(RaEncoder *e, Purse *purse, gsize tile, gsize cost)
{
    purse->spent += cost;
    e->now.weight[e->grid.tiles[tile].lossy] += e->weights[tile];
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

/* A heap: no turn comes before that at half its place. */
static void sink(guint64 *turns, guint n, guint at)
{
    const guint64 turn = turns[at];
    for (guint next = 2 * at + 1; next < n; at = next, next = 2 * at + 1) {
        if (next + 1 < n && turns[next + 1] < turns[next])
            next++;
        if (turn <= turns[next])
            break;
        turns[at] = turns[next];
    }
    turns[at] = turn;
}

static guint64 take_turn(GArray *turns)
{
    guint64 *all = (guint64 *)turns->data;
    const guint64 first = all[0];
    all[0] = all[turns->len - 1];
    g_array_set_size(turns, turns->len - 1);
    if (turns->len > 0)
        sink(all, turns->len, 0);
    return first;
}

/* What changed: first what is small, since a person may have typed it; of the same kind what was
 * sent longest ago. TRUE if there is something large. */
static gboolean find_turns(RaEncoder *e)
{
    gboolean large = FALSE;
    g_array_set_size(e->turns, 0);
    for (gsize i = first_tile(&e->grid); i < end_tile(&e->grid); i++) {
        const RaGridTile *box = &e->grid.tiles[i];
        if (box->x1 == 0)
            continue;
        guint64 turn = (guint64)e->sent_in[i] << TURN_TILE_BITS | i;
        if (area_of(box) > SMALL_AREA) {
            turn |= TURN_LARGE;
            large = TRUE;
        }
        g_array_append_val(e->turns, turn);
    }
    for (guint i = e->turns->len / 2; i-- > 0;)
        sink((guint64 *)e->turns->data, e->turns->len, i);
    return large;
}

/* There is more than the budget allows: in turns. */
static void choose_some(RaEncoder *e, Purse *purse)
{
    const gboolean large = find_turns(e);
    gboolean full = FALSE;
    while (e->turns->len > 0) {
        const guint64 turn = take_turn(e->turns);
        const gsize tile = turn & TURN_TILE;
        const gboolean enough = large && turn < TURN_LARGE && purse->spent > purse->budget / 2;
        const gsize cost = cost_of(e, purse, tile);
        full = full || (!enough && !affords(purse, cost));
        if (full || enough)
            leave_out(e, &e->grid.tiles[tile]);
        else
            spend(e, purse, tile, cost);
    }
}

/* Tiles that have rested, exactly: LEAST of them, and more while that fits. */
static void choose_rested(RaEncoder *e, const RaFrameView *frame, Purse *purse, guint least)
{
    const RaLossy exact = {0};
    guint left = e->blur.n_due;
    for (gsize i = 0; i < e->blur.tiles && left > 0; i++) {
        RaGridTile *tile = &e->grid.tiles[i];
        if (!ra_blur_due(&e->blur, i))
            continue;
        left--;
        if (tile->x1 != 0)
            continue;
        ra_grid_add_whole(&e->grid, i);
        weigh(e, &exact, frame, i, FALSE);
        const gsize cost = cost_of(e, purse, i);
        if (least == 0 && !affords(purse, cost)) {
            tile->x1 = 0;
            return;
        }
        least -= least > 0;
        spend(e, purse, i, cost);
    }
}

/* A film goes as whole pictures, beside the budget of all else, where the link carries one in
 * time: in turns its upper part would be of one picture and its lower part of another. */
static gsize film_of(const RaEncoder *e, const Purse *purse, const Sums *sums)
{
    const gsize film = sums->weight[TRUE] * purse->cost[TRUE] / 1024;
    if (e->budget == 0 || film > e->now.lossy.enough + e->now.lossy.enough / 4)
        return 0;
    return film;
}

void ra_encoder_choose(RaEncoder *e, const RaFrameView *frame)
{
    const RaLossy lossy = lossy_of(e);
    const Sums sums = weigh_all(e, &lossy, frame);
    e->now.lossy = ra_lossy_fit(&lossy, sums.weight[TRUE], e->cost[TRUE]);
    Purse purse = {
        .cost = {e->cost[FALSE], e->cost[TRUE] * ra_lossy_share(&e->now.lossy) / 1024},
        .budget = e->budget > 0 ? e->budget : G_MAXSIZE,
    };
    purse.budget += film_of(e, &purse, &sums);
    const gsize all = (gsize)sums.boxes * COST_HEAD +
                      sums.weight[FALSE] * purse.cost[FALSE] / 1024 +
                      sums.weight[TRUE] * purse.cost[TRUE] / 1024;
    g_array_set_size(e->leaving, 0);
    if (all > purse.budget) {
        choose_some(e, &purse);
        purse.spent = MAX(purse.spent, purse.budget);
        if (e->number % RESTED_EVERY == 0)
            choose_rested(e, frame, &purse, 1);
    } else {
        purse.spent = all;
        memcpy(e->now.weight, sums.weight, sizeof e->now.weight);
        choose_rested(e, frame, &purse, 0);
    }
    GArray *done = e->left;
    e->left = e->leaving;
    e->leaving = done;
}

/* RECT of the model as FRAME has it now; black where that ends. */
static void copy_rect(RaEncoder *e, const RaFrameView *frame, const RaRect *rect)
{
    const gsize width = rect->width;
    const gsize inside = frame->width > rect->x ? MIN(width, (gsize)frame->width - rect->x) : 0;
    for (guint y = rect->y; y < (guint)rect->y + rect->height; y++) {
        guint8 *to = e->model + ((gsize)y * e->grid.width + rect->x) * 4;
        const gsize copied = y < frame->height ? inside : 0;
        if (copied > 0)
            memcpy(to, frame->pixels + (gsize)y * frame->stride + rect->x * 4u, copied * 4);
        memset(to + copied * 4, 0, (width - copied) * 4);
    }
}

/* Neighbours in one go where they fit together: long rows are what memory is fast at. */
void ra_encoder_copy(RaEncoder *e, const RaFrameView *frame)
{
    RaRect run = {0};
    e->number++;
    for (gsize i = first_tile(&e->grid); i < end_tile(&e->grid); i++) {
        const RaGridTile *box = &e->grid.tiles[i];
        if (box->x1 == 0)
            continue;
        e->sent_in[i] = e->number;
        ra_blur_sent(&e->blur, &e->grid, i, box->lossy);
        const guint16 width = (guint16)(box->x1 - box->x0), height = (guint16)(box->y1 - box->y0);
        if (box->x0 > 0 && run.x + run.width == box->x0 && run.y == box->y0 &&
            run.height == height) {
            run.width = (guint16)(run.width + width);
            continue;
        }
        copy_rect(e, frame, &run);
        run = (RaRect){box->x0, box->y0, width, height};
    }
    copy_rect(e, frame, &run);
}
