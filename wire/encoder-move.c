/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between the model and the frame, and what of it only moved. */
#include "wire/encoder-private.h"

#include <string.h>

enum { MOVES_MAX = 6 }; /* of one update: a window that scrolls may need more than one */

void ra_encoder_compare(RaEncoder *e, const RaFrameView *frame, const RaRect *dirty, guint n)
{
    const RaFrameView model = ra_encoder_model(e);
    ra_grid_reset(&e->grid);
    for (guint i = 0; i < n; i++)
        ra_grid_compare(&e->grid, &model, frame, &dirty[i]);
    for (guint i = 0; i < e->left->len; i++)
        ra_grid_compare(&e->grid, &model, frame, &g_array_index(e->left, RaRect, i));
}

/* TRUE if the viewer may show something else than the model where MOVE takes from. */
static gboolean from_stale(const RaGrid *grid, const RaMove *move)
{
    if (grid->n_stale == 0)
        return FALSE;
    const guint x1 = (move->from_x + move->to.width - 1u) / RA_GRID_TILE;
    const guint y1 = (move->from_y + move->to.height - 1u) / RA_GRID_TILE;
    for (guint y = move->from_y / RA_GRID_TILE; y <= y1; y++) {
        for (guint x = move->from_x / RA_GRID_TILE; x <= x1; x++) {
            if (grid->tiles[(gsize)y * grid->columns + x].stale)
                return TRUE;
        }
    }
    return FALSE;
}

/* The model's pixels move as the viewer will move its own: rows Y0 to Y1 of where they go. */
static void move_rows(RaEncoder *e, const RaMove *move, guint y0, guint y1)
{
    const gsize stride = e->grid.width * 4u, size = move->to.width * 4u;
    guint8 *to = e->model + move->to.x * 4u;
    const guint8 *from = e->model + move->from_x * 4u;
    const guint n = y1 - y0;
    for (guint i = 0; i < n; i++) {
        const guint y = move->to.y > move->from_y ? y1 - 1 - i : y0 + i;
        memmove(to + y * stride, from + (y + move->from_y - move->to.y) * stride, size);
    }
}

/* Each row of tiles is compared again while the rows that moved there are still in the cache. */
static void move_model(RaEncoder *e, const RaMove *move, const RaFrameView *frame)
{
    const RaFrameView model = ra_encoder_model(e);
    const guint top = move->to.y, bottom = top + move->to.height;
    const guint first = top / RA_GRID_TILE, last = (bottom - 1) / RA_GRID_TILE;
    for (guint i = 0; i <= last - first; i++) {
        const guint row = move->to.y > move->from_y ? last - i : first + i;
        const guint y0 = MAX(row * RA_GRID_TILE, top), y1 = MIN((row + 1) * RA_GRID_TILE, bottom);
        const RaRect moved = {move->to.x, (guint16)y0, move->to.width, (guint16)(y1 - y0)};
        move_rows(e, move, y0, y1);
        ra_grid_compare_again(&e->grid, &model, frame, &moved);
    }
}

guint ra_encoder_write_moves(RaEncoder *e, const RaFrameView *frame, GByteArray *out)
{
    const RaFrameView model = ra_encoder_model(e);
    guint n = 0;
    RaMove move;
    if (e->grid.n_stale > e->blur.tiles / 2 || !ra_encoder_takes(e, RA_RFB_COPY_RECT))
        return 0;
    ra_move_finder_begin(e->finder);
    for (; n < MOVES_MAX && ra_move_find(e->finder, &model, frame, &e->grid, &move); n++) {
        if (from_stale(&e->grid, &move))
            break;
        move_model(e, &move, frame);
        ra_blur_moved(&e->blur, &e->grid, &move.to, move.from_x, move.from_y);
        ra_encoder_rect_head(out, &move.to, RA_RFB_COPY_RECT);
        RaWriter writer = ra_writer_init(out, G_MAXUINT);
        ra_writer_u16(&writer, move.from_x);
        ra_writer_u16(&writer, move.from_y);
    }
    return n;
}
