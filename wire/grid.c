/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/grid.h"

#include <string.h>

enum {
    JOIN_SLACK = 256, /* pixels that a join may add, besides a quarter of the area */
    WIDE = 48,        /* pixels; a box so wide is made as wide as what was compared */
};

typedef struct {
    RaGridTile box;
    gboolean flat;
} Run;

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

static void no_boxes(RaGrid *grid)
{
    grid->column0 = grid->columns;
    grid->row0 = grid->rows;
    grid->column1 = grid->row1 = 0;
}

/* Tile COLUMN, ROW has a box. */
static void has_box(RaGrid *grid, guint column, guint row)
{
    grid->column0 = MIN(grid->column0, column);
    grid->column1 = MAX(grid->column1, column + 1);
    grid->row0 = MIN(grid->row0, row);
    grid->row1 = MAX(grid->row1, row + 1);
}

static RaGridTile *tile_at(const RaGrid *grid, guint column, guint row)
{
    return &grid->tiles[(gsize)row * grid->columns + column];
}

void ra_grid_init(RaGrid *grid, guint16 width, guint16 height)
{
    *grid = (RaGrid){.width = width, .height = height};
    grid->columns = (width + RA_GRID_TILE - 1u) / RA_GRID_TILE;
    grid->rows = (height + RA_GRID_TILE - 1u) / RA_GRID_TILE;
    grid->tiles = g_new0(RaGridTile, (gsize)grid->columns * grid->rows);
    grid->above = g_array_new(FALSE, FALSE, sizeof(Run));
    grid->below = g_array_new(FALSE, FALSE, sizeof(Run));
    const RaRect all = {0, 0, width, height};
    no_boxes(grid);
    ra_grid_mark_stale(grid, &all);
}

void ra_grid_clear(RaGrid *grid)
{
    g_clear_pointer(&grid->tiles, g_free);
    g_clear_pointer(&grid->above, g_array_unref);
    g_clear_pointer(&grid->below, g_array_unref);
}

void ra_grid_mark_stale(RaGrid *grid, const RaRect *rect)
{
    const guint x1 = MIN((guint)rect->x + rect->width, grid->width);
    const guint y1 = MIN((guint)rect->y + rect->height, grid->height);
    for (guint y = rect->y / RA_GRID_TILE; y * RA_GRID_TILE < y1; y++) {
        for (guint x = rect->x / RA_GRID_TILE; x * RA_GRID_TILE < x1; x++) {
            RaGridTile *tile = tile_at(grid, x, y);
            grid->n_stale += !tile->stale;
            tile->stale = TRUE;
            set_whole(grid, tile, x, y);
            has_box(grid, x, y);
        }
    }
}

void ra_grid_add_whole(RaGrid *grid, gsize tile)
{
    const guint column = (guint)(tile % grid->columns), row = (guint)(tile / grid->columns);
    set_whole(grid, &grid->tiles[tile], column, row);
    has_box(grid, column, row);
}

void ra_grid_reset(RaGrid *grid)
{
    for (guint row = grid->row0; row < grid->row1; row++) {
        for (guint column = grid->column0; column < grid->column1; column++) {
            tile_at(grid, column, row)->x1 = 0;
            tile_at(grid, column, row)->lossy = FALSE;
        }
    }
    no_boxes(grid);
    for (gsize i = 0; grid->n_stale > 0 && i < (gsize)grid->columns * grid->rows; i++) {
        if (grid->tiles[i].stale)
            ra_grid_add_whole(grid, i);
    }
}

void ra_grid_forget_stale(RaGrid *grid)
{
    for (guint row = grid->row0; row < grid->row1 && grid->n_stale > 0; row++) {
        for (guint column = grid->column0; column < grid->column1; column++) {
            RaGridTile *tile = tile_at(grid, column, row);
            if (tile->x1 == 0)
                continue;
            grid->n_stale -= tile->stale;
            tile->stale = FALSE;
        }
    }
}

typedef struct {
    const RaFrameView *a, *b;
} Pair;

static const guint8 *pixel_at(const RaFrameView *picture, guint x, guint y)
{
    return picture->pixels + (gsize)y * picture->stride + (gsize)x * 4;
}

static gboolean same(const Pair *pair, guint x0, guint x1, guint y)
{
    return memcmp(pixel_at(pair->a, x0, y), pixel_at(pair->b, x0, y), (gsize)(x1 - x0) * 4) == 0;
}

/* Widens TILE's box by what differs in x0 <= x < x1, y0 <= y < y1. Its rows come from above and
 * below; the rest is looked at only beside what is known to differ. A picture may change meanwhile:
 * the box may be wrong then, but not outside. */
static void compare_tile(RaGridTile *tile, const Pair *pair, guint x0, guint x1, guint y0, guint y1)
{
    while (y0 < y1 && same(pair, x0, x1, y0))
        y0++;
    if (y0 >= y1)
        return;
    while (y1 - 1 > y0 && same(pair, x0, x1, y1 - 1))
        y1--;
    guint left = x1, right = x0;
    for (guint y = y0; y < y1 && (left > x0 || right < x1); y++) {
        if (left > x0 && !same(pair, x0, left, y)) {
            guint x = x0;
            while (x + 1 < left && same(pair, x, x + 1, y))
                x++;
            left = x;
            right = MAX(right, left + 1);
        }
        if (right < x1 && !same(pair, right, x1, y)) {
            guint x = x1;
            while (x - 1 > right && same(pair, x - 1, x, y))
                x--;
            right = x;
        }
        if (right >= left + WIDE) {
            left = x0;
            right = x1;
        }
    }
    if (left >= right)
        return;
    const gboolean first = tile->x1 == 0;
    tile->x0 = (guint16)(first ? left : MIN(tile->x0, left));
    tile->x1 = (guint16)MAX(tile->x1, right);
    tile->y0 = (guint16)(first ? y0 : MIN(tile->y0, y0));
    tile->y1 = (guint16)(first ? y1 : MAX(tile->y1, y1));
}

/* Whole rows, the fastest order for memory, until one differs; then its tiles one by one where they
 * differ, and the rest of the rows between those as before. All of it lies in one row of tiles. */
static void compare_rows(RaGrid *grid, const Pair *pair, guint x0, guint x1, guint y, guint bottom)
{
    while (y < bottom && same(pair, x0, x1, y))
        y++;
    if (y >= bottom)
        return;
    const guint row = y / RA_GRID_TILE;
    guint equal = x0; /* where tiles begin that are the same in this row */
    for (guint x = x0, end; x < x1; x = end) {
        const guint column = x / RA_GRID_TILE;
        end = MIN(x1, (column + 1) * RA_GRID_TILE);
        if (same(pair, x, end, y))
            continue;
        if (equal < x)
            compare_rows(grid, pair, equal, x, y + 1, bottom);
        equal = end;
        RaGridTile *tile = tile_at(grid, column, row);
        if (!tile->stale)
            compare_tile(tile, pair, x, end, y, bottom);
        if (tile->x1 != 0)
            has_box(grid, column, row);
    }
    if (equal < x1)
        compare_rows(grid, pair, equal, x1, y + 1, bottom);
}

void ra_grid_compare(RaGrid *grid, const RaFrameView *a, const RaFrameView *b, const RaRect *rect)
{
    const Pair pair = {a, b};
    const guint width = MIN(MIN(a->width, b->width), grid->width);
    const guint height = MIN(MIN(a->height, b->height), grid->height);
    const guint x1 = MIN((guint)rect->x + rect->width, width);
    const guint y1 = MIN((guint)rect->y + rect->height, height);
    for (guint y = rect->y, end; rect->x < x1 && y < y1; y = end) {
        end = MIN(y1, (y / RA_GRID_TILE + 1) * RA_GRID_TILE);
        compare_rows(grid, &pair, rect->x, x1, y, end);
    }
}

void ra_grid_compare_again(RaGrid *grid, const RaFrameView *a, const RaFrameView *b,
                           const RaRect *rect)
{
    if (rect->width == 0 || rect->height == 0)
        return;
    const guint column0 = rect->x / RA_GRID_TILE, row0 = rect->y / RA_GRID_TILE;
    const guint x1 = MIN((guint)rect->x + rect->width, grid->width);
    const guint y1 = MIN((guint)rect->y + rect->height, grid->height);
    guint column1 = column0, row1 = row0;
    for (; row1 * RA_GRID_TILE < y1; row1++) {
        for (column1 = column0; column1 * RA_GRID_TILE < x1; column1++) {
            RaGridTile *tile = tile_at(grid, column1, row1);
            if (!tile->stale)
                tile->x1 = 0;
        }
    }
    const RaRect all = {(guint16)(column0 * RA_GRID_TILE), (guint16)(row0 * RA_GRID_TILE),
                        (guint16)((column1 - column0) * RA_GRID_TILE),
                        (guint16)((row1 - row0) * RA_GRID_TILE)};
    ra_grid_compare(grid, a, b, &all);
}

guint ra_grid_changed(const RaGrid *grid, RaRect *bounds)
{
    guint n = 0, x0 = G_MAXUINT16, y0 = G_MAXUINT16, x1 = 0, y1 = 0;
    for (guint row = grid->row0; row < grid->row1; row++) {
        for (guint column = grid->column0; column < grid->column1; column++) {
            const RaGridTile *tile = tile_at(grid, column, row);
            if (tile->x1 == 0)
                continue;
            n++;
            x0 = MIN(x0, tile->x0);
            y0 = MIN(y0, tile->y0);
            x1 = MAX(x1, tile->x1);
            y1 = MAX(y1, tile->y1);
        }
    }
    if (n == 0)
        x0 = y0 = 0;
    *bounds = (RaRect){(guint16)x0, (guint16)y0, (guint16)(x1 - x0), (guint16)(y1 - y0)};
    return n;
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
    for (guint column = grid->column0; column < grid->column1; column++) {
        const RaGridTile *tile = tile_at(grid, column, row);
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

void ra_grid_cover(RaGrid *grid, const RaFrameView *picture, const RaGridLimits *limits,
                   GArray *ret)
{
    g_array_set_size(grid->above, 0);
    for (guint row = grid->row0; row <= grid->row1; row++) {
        g_array_set_size(grid->below, 0);
        if (row < grid->row1)
            find_runs(grid, row, picture, limits, grid->below);
        stack_runs(grid->above, grid->below, picture, limits, ret);
        GArray *swap = grid->above;
        grid->above = grid->below;
        grid->below = swap;
    }
}
