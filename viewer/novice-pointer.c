/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/novice-pointer.h"

struct _RaPointer {
    RaShape shape;    /* as it came */
    RaShape drawn;    /* in the size that is drawn; none: to be made */
    int percent;      /* that `drawn` was made for */
    guint16 x, y;     /* pixels of the picture */
    gboolean changed; /* the shape, since it was last placed */
    RaBox box;        /* where it lies in the window; empty: nowhere */
    RaBox seen;       /* what is to be seen of it there */
};

RaNovicePointer *ra_novice_pointer_new(void)
{
    RaNovicePointer *pointer = g_new0(RaNovicePointer, 1);
    pointer->x = pointer->y = RA_IPC_OUTSIDE;
    return pointer;
}

void ra_novice_pointer_free(RaNovicePointer *pointer)
{
    if (pointer == NULL)
        return;
    ra_shape_clear(&pointer->shape);
    ra_shape_clear(&pointer->drawn);
    g_free(pointer);
}

void ra_novice_pointer_set_shape(RaNovicePointer *pointer, const RaIpcMessage *message)
{
    ra_shape_set(&pointer->shape, message);
    ra_shape_clear(&pointer->drawn);
    pointer->changed = TRUE;
}

void ra_novice_pointer_set_position(RaNovicePointer *pointer, const RaIpcMessage *message)
{
    pointer->x = message->pointer.x;
    pointer->y = message->pointer.y;
}

/* The middle of pixel AT of the picture's SIZE, which is SHOWN pixels long in the window. */
static int scaled(int at, int shown, int size)
{
    return (int)((2 * (gint64)at + 1) * shown / (2 * (gint64)size));
}

static RaBox box_in(RaNovicePointer *pointer, const RaView *view)
{
    if (view == NULL || pointer->shape.pixels == NULL || pointer->x >= view->picture_width ||
        pointer->y >= view->picture_height)
        return (RaBox){0};
    const int percent = ra_view_percent(view);
    if (pointer->drawn.pixels == NULL || pointer->percent != percent) {
        ra_shape_clear(&pointer->drawn);
        pointer->drawn = ra_shape_scaled(&pointer->shape, percent);
        pointer->percent = percent;
        pointer->changed = TRUE;
    }
    const RaShape *drawn = &pointer->drawn;
    const int x = scaled(pointer->x, view->shown.width, view->picture_width);
    const int y = scaled(pointer->y, view->shown.height, view->picture_height);
    return (RaBox){view->shown.x + x - drawn->hot_x, view->shown.y + y - drawn->hot_y, drawn->width,
                   drawn->height};
}

static gboolean same_box(RaBox a, RaBox b)
{
    return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height;
}

gboolean ra_novice_pointer_place(RaNovicePointer *pointer, const RaView *view, RaBox *before,
                                 RaBox *now)
{
    const RaBox box = box_in(pointer, view);
    RaBox seen = {0};
    if (!ra_box_is_empty(box))
        seen = ra_box_intersect(box, ra_box_intersect(view->shown, view->area));
    const gboolean other =
        pointer->changed || !same_box(box, pointer->box) || !same_box(seen, pointer->seen);
    *before = pointer->seen;
    *now = seen;
    pointer->box = box;
    pointer->seen = seen;
    pointer->changed = FALSE;
    return other;
}

RaBox ra_novice_pointer_seen(const RaNovicePointer *pointer)
{
    return pointer->seen;
}

/* The worker is not trusted to have multiplied by alpha. */
static guint8 blend(guint8 over, guint8 alpha, guint8 under)
{
    return (guint8)MIN(255u, over + (under * (255u - alpha) + 127) / 255);
}

void ra_novice_pointer_draw(const RaNovicePointer *pointer, RaDrawing *drawing, RaBox part)
{
    const RaBox box = ra_box_intersect(pointer->seen, part);
    for (int y = box.y; y < box.y + box.height; y++) {
        const int row = (y - pointer->box.y) * pointer->drawn.width;
        const guint8 *from = pointer->drawn.pixels + (gsize)(row + box.x - pointer->box.x) * 4;
        guint8 *to = drawing->pixels + (gsize)y * drawing->stride + (gsize)box.x * 4;
        for (int x = 0; x < box.width; x++, from += 4, to += 4)
            for (int i = 0; i < 3; i++)
                to[i] = blend(from[i], from[3], to[i]);
    }
}
