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

/* The model's pixels move as the viewer will move its own. */
static void move_model(RaEncoder *e, const RaMove *move)
{
    const gsize stride = e->grid.width * 4u, size = move->to.width * 4u;
    guint8 *to = e->model + move->to.y * stride + move->to.x * 4u;
    const guint8 *from = e->model + move->from_y * stride + move->from_x * 4u;
    const gboolean down = move->to.y > move->from_y;
    for (guint i = 0; i < move->to.height; i++) {
        const gsize row = down ? move->to.height - 1u - i : i;
        memmove(to + row * stride, from + row * stride, size);
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
        move_model(e, &move);
        ra_blur_moved(&e->blur, &e->grid, &move.to, move.from_x, move.from_y);
        ra_encoder_rect_head(out, &move.to, RA_RFB_COPY_RECT);
        RaWriter writer = ra_writer_init(out, G_MAXUINT);
        ra_writer_u16(&writer, move.from_x);
        ra_writer_u16(&writer, move.from_y);
        ra_grid_compare_again(&e->grid, &model, frame, &move.to);
    }
    return n;
}
