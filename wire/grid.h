/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A screen in tiles of 64 x 64: which parts of it differ between two pictures, and how to cover
 * them with few rectangles. Inside the room only.
 */
#pragma once

#include "wire/rect.h"

#include <glib.h>

enum { RA_GRID_TILE = 64 }; /* pixels, each side */

/* What is to be sent of one tile: x0 <= x < x1, y0 <= y < y1 of the screen; x1 is 0 for nothing. */
typedef struct {
    guint16 x0, y0, x1, y1;
    gboolean stale; /* all of it, whether it differs or not */
    gboolean lossy; /* may be sent so; set by the encoder for one update */
} RaGridTile;

typedef struct {
    guint16 width, height; /* pixels */
    guint columns, rows;   /* tiles */
    guint n_stale;
    guint column0, column1, row0, row1; /* only tiles inside have a box: c0 <= c < c1 */
    RaGridTile *tiles;
    GArray *above, *below; /* room for ra_grid_cover() */
} RaGrid;

/* All stale. */
void ra_grid_init(RaGrid *grid, guint16 width, guint16 height);
void ra_grid_clear(RaGrid *grid);

/* Tiles that RECT touches. */
void ra_grid_mark_stale(RaGrid *grid, const RaRect *rect);
/* The box of all of tile number TILE. */
void ra_grid_whole(const RaGrid *grid, gsize tile, RaGridTile *ret);
/* Gives tile number TILE such a box, lossy or not as it was. */
void ra_grid_add_whole(RaGrid *grid, gsize tile);
/* Boxes: none but the stale tiles'. */
void ra_grid_reset(RaGrid *grid);
/* After the boxes that there are were sent. */
void ra_grid_forget_stale(RaGrid *grid);
/* Adds to the boxes what differs inside RECT. The pictures may be smaller than the grid; what lies
 * outside one of them is not looked at. */
void ra_grid_compare(RaGrid *grid, const RaFrameView *a, const RaFrameView *b, const RaRect *rect);
/* After something moved to RECT in one of the pictures: makes anew the boxes of the tiles that RECT
 * touches. All of these tiles is compared. */
void ra_grid_compare_again(RaGrid *grid, const RaFrameView *a, const RaFrameView *b,
                           const RaRect *rect);
/* Number of tiles with a box, and the box around all. */
guint ra_grid_changed(const RaGrid *grid, RaRect *bounds);

/* A rectangle to be sent; FLAT: all of it has the colour of its first pixel. */
typedef struct {
    RaRect rect;
    gboolean flat, lossy;
} RaGridPart;

typedef struct {
    guint width_max; /* pixels */
    gsize area_max;  /* pixels, of a part that is not flat */
    gboolean find_flat;
    guint lossy_width_max; /* the same for lossy parts */
    gsize lossy_area_max;
} RaGridLimits;

/* Covers the boxes with rectangles: neighbours are joined where that adds few pixels. PICTURE tells
 * what is flat. RET: an array of RaGridPart, appended to. */
void ra_grid_cover(RaGrid *grid, const RaFrameView *picture, const RaGridLimits *limits,
                   GArray *ret);
