/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/grid.h"

#include <string.h>

enum { JOIN_SLACK = 256 }; /* pixels that a join may add, besides a quarter of the area */

static void set_whole(const RaGrid *grid, RaGridTile *tile, guint column, guint row)
{
    tile->x0 = (guint16)(column * RA_GRID_TILE);
    tile->y0 = (guint16)(row * RA_GRID_TILE);
    tile->x1 = (guint16)MIN((column + 1) * RA_GRID_TILE, grid->width);
    tile->y1 = (guint16)MIN((row + 1) * RA_GRID_TILE, grid->height);
}

void ra_grid_whole(const RaGrid *grid, gsize tile, RaGridTile *ret)
{
    *ret = (RaGridTile){0};
    set_whole(grid, ret, (guint)(tile % grid->columns), (guint)(tile / grid->columns));
}

void ra_grid_init(RaGrid *grid, guint16 width, guint16 height)
{
    *grid = (RaGrid){.width = width, .height = height};
    grid->columns = (width + RA_GRID_TILE - 1u) / RA_GRID_TILE;
    grid->rows = (height + RA_GRID_TILE - 1u) / RA_GRID_TILE;
    grid->tiles = g_new0(RaGridTile, (gsize)grid->columns * grid->rows);
    const RaRect all = {0, 0, width, height};
    ra_grid_mark_stale(grid, &all);
}

void ra_grid_clear(RaGrid *grid)
{
    g_clear_pointer(&grid->tiles, g_free);
}

void ra_grid_mark_stale(RaGrid *grid, const RaRect *rect)
{
    const guint x1 = MIN((guint)rect->x + rect->width, grid->width);
    const guint y1 = MIN((guint)rect->y + rect->height, grid->height);
    for (guint y = rect->y / RA_GRID_TILE; y * RA_GRID_TILE < y1; y++) {
        for (guint x = rect->x / RA_GRID_TILE; x * RA_GRID_TILE < x1; x++) {
            RaGridTile *tile = &grid->tiles[(gsize)y * grid->columns + x];
            grid->n_stale += !tile->stale;
            tile->stale = TRUE;
            set_whole(grid, tile, x, y);
        }
    }
}

void ra_grid_reset(RaGrid *grid)
{
    for (gsize i = 0; i < (gsize)grid->columns * grid->rows; i++) {
        RaGridTile *tile = &grid->tiles[i];
        if (tile->stale)
            set_whole(grid, tile, (guint)(i % grid->columns), (guint)(i / grid->columns));
        else
            tile->x1 = 0;
        tile->lossy = FALSE;
    }
}

void ra_grid_forget_stale(RaGrid *grid)
{
    for (gsize i = 0; i < (gsize)grid->columns * grid->rows; i++) {
        RaGridTile *tile = &grid->tiles[i];
        if (tile->x1 == 0)
            continue;
        grid->n_stale -= tile->stale;
        tile->stale = FALSE;
    }
}

static gboolean same_pixel(const guint8 *a, const guint8 *b, guint x)
{
    return memcmp(a + (gsize)x * 4, b + (gsize)x * 4, 4) == 0;
}

/* Widens TILE's box by what differs of row Y, X0 <= x < X1; something does. */
static void widen(RaGridTile *tile, const guint8 *a, const guint8 *b, guint x0, guint x1, guint y)
{
    while (same_pixel(a, b, x0))
        x0++;
    while (same_pixel(a, b, x1 - 1))
        x1--;
    if (tile->x1 == 0) {
        *tile = (RaGridTile){(guint16)x0, (guint16)y, (guint16)x1, (guint16)(y + 1), FALSE, FALSE};
        return;
    }
    tile->x0 = (guint16)MIN(tile->x0, x0);
    tile->x1 = (guint16)MAX(tile->x1, x1);
    tile->y0 = (guint16)MIN(tile->y0, y);
    tile->y1 = (guint16)MAX(tile->y1, y + 1);
}

/* Row by row, and tile by tile only where a row differs: the fastest order for memory. */
void ra_grid_compare(RaGrid *grid, const RaFrameView *a, const RaFrameView *b, const RaRect *rect)
{
    const guint width = MIN(MIN(a->width, b->width), grid->width);
    const guint height = MIN(MIN(a->height, b->height), grid->height);
    const guint x0 = rect->x, x1 = MIN((guint)rect->x + rect->width, width);
    const guint y1 = MIN((guint)rect->y + rect->height, height);
    if (x0 >= x1)
        return;
    for (guint y = rect->y; y < y1; y++) {
        const guint8 *row_a = a->pixels + (gsize)y * a->stride;
        const guint8 *row_b = b->pixels + (gsize)y * b->stride;
        if (memcmp(row_a + (gsize)x0 * 4, row_b + (gsize)x0 * 4, (gsize)(x1 - x0) * 4) == 0)
            continue;
        RaGridTile *tiles = grid->tiles + (gsize)(y / RA_GRID_TILE) * grid->columns;
        for (guint x = x0; x < x1;) {
            const guint end = MIN(x1, (x / RA_GRID_TILE + 1) * RA_GRID_TILE);
            RaGridTile *tile = &tiles[x / RA_GRID_TILE];
            if (!tile->stale &&
                memcmp(row_a + (gsize)x * 4, row_b + (gsize)x * 4, (gsize)(end - x) * 4) != 0)
                widen(tile, row_a, row_b, x, end, y);
            x = end;
        }
    }
}

guint ra_grid_changed(const RaGrid *grid, RaRect *bounds)
{
    guint n = 0, x0 = G_MAXUINT16, y0 = G_MAXUINT16, x1 = 0, y1 = 0;
    for (gsize i = 0; i < (gsize)grid->columns * grid->rows; i++) {
        const RaGridTile *tile = &grid->tiles[i];
        if (tile->x1 == 0)
            continue;
        n++;
        x0 = MIN(x0, tile->x0);
        y0 = MIN(y0, tile->y0);
        x1 = MAX(x1, tile->x1);
        y1 = MAX(y1, tile->y1);
    }
    if (n == 0)
        x0 = y0 = 0;
    *bounds = (RaRect){(guint16)x0, (guint16)y0, (guint16)(x1 - x0), (guint16)(y1 - y0)};
    return n;
}

static const guint8 *pixel_at(const RaFrameView *picture, guint x, guint y)
{
    return picture->pixels + (gsize)y * picture->stride + (gsize)x * 4;
}

static gboolean is_flat(const RaFrameView *picture, const RaGridTile *tile)
{
    const guint8 *first = pixel_at(picture, tile->x0, tile->y0);
    const gsize size = (gsize)(tile->x1 - tile->x0) * 4;
    /* A row equals itself one pixel on if it has one colour. */
    if (memcmp(first, first + 4, size - 4) != 0)
        return FALSE;
    for (guint y = tile->y0 + 1u; y < tile->y1; y++) {
        if (memcmp(first, pixel_at(picture, tile->x0, y), size) != 0)
            return FALSE;
    }
    return TRUE;
}

static gsize area_of(const RaGridTile *box)
{
    return (gsize)(box->x1 - box->x0) * (gsize)(box->y1 - box->y0);
}

typedef struct {
    RaGridTile box;
    gboolean flat;
} Run;

/* Widens RUN by NEXT if that is allowed and worth while. */
static gboolean join(Run *run, const Run *next, const RaFrameView *picture,
                     const RaGridLimits *limits)
{
    const RaGridTile *a = &run->box, *b = &next->box;
    const RaGridTile both = {
        MIN(a->x0, b->x0), MIN(a->y0, b->y0), MAX(a->x1, b->x1), MAX(a->y1, b->y1), FALSE,
        a->lossy};
    const gsize area = area_of(&both), covered = area_of(a) + area_of(b);
    const guint width_max = a->lossy ? limits->lossy_width_max : limits->width_max;
    const gsize area_max = a->lossy ? limits->lossy_area_max : limits->area_max;
    if (run->flat != next->flat || a->lossy != b->lossy || (guint)(both.x1 - both.x0) > width_max)
        return FALSE;
    if (run->flat) {
        if (area != covered ||
            memcmp(pixel_at(picture, a->x0, a->y0), pixel_at(picture, b->x0, b->y0), 4) != 0)
            return FALSE;
    } else if (area > area_max || area > covered + covered / 4 + JOIN_SLACK) {
        return FALSE;
    }
    run->box = both;
    return TRUE;
}

static void append_part(GArray *ret, const Run *run)
{
    const RaGridPart part = {
        .rect = {run->box.x0, run->box.y0, (guint16)(run->box.x1 - run->box.x0),
                 (guint16)(run->box.y1 - run->box.y0)},
        .flat = run->flat,
        .lossy = run->box.lossy,
    };
    g_array_append_val(ret, part);
}

/* The runs of one row of tiles. */
static void find_runs(const RaGrid *grid, guint row, const RaFrameView *picture,
                      const RaGridLimits *limits, GArray *runs)
{
    gboolean open = FALSE;
    for (guint column = 0; column < grid->columns; column++) {
        const RaGridTile *tile = &grid->tiles[(gsize)row * grid->columns + column];
        if (tile->x1 == 0) {
            open = FALSE;
            continue;
        }
        const Run run = {*tile, limits->find_flat && !tile->lossy && is_flat(picture, tile)};
        if (!open || !join(&g_array_index(runs, Run, runs->len - 1), &run, picture, limits))
            g_array_append_val(runs, run);
        open = TRUE;
    }
}

/* Joins each run of BELOW with one of ABOVE that has the same sides and ends where it begins; what
 * of ABOVE found no partner is done. */
static void stack_runs(GArray *above, GArray *below, const RaFrameView *picture,
                       const RaGridLimits *limits, GArray *ret)
{
    guint k = 0;
    for (guint i = 0; i < above->len; i++) {
        Run *upper = &g_array_index(above, Run, i);
        while (k < below->len && g_array_index(below, Run, k).box.x0 < upper->box.x0)
            k++;
        Run *lower = k < below->len ? &g_array_index(below, Run, k) : NULL;
        if (lower == NULL || lower->box.x0 != upper->box.x0 || lower->box.x1 != upper->box.x1 ||
            lower->box.y0 != upper->box.y1 || !join(lower, upper, picture, limits))
            append_part(ret, upper);
    }
}

void ra_grid_cover(const RaGrid *grid, const RaFrameView *picture, const RaGridLimits *limits,
                   GArray *ret)
{
    GArray *above = g_array_new(FALSE, FALSE, sizeof(Run));
    GArray *below = g_array_new(FALSE, FALSE, sizeof(Run));
    for (guint row = 0; row <= grid->rows; row++) {
        g_array_set_size(below, 0);
        if (row < grid->rows)
            find_runs(grid, row, picture, limits, below);
        stack_runs(above, below, picture, limits, ret);
        GArray *swap = above;
        above = below;
        below = swap;
    }
    g_array_unref(above);
    g_array_unref(below);
}
