/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/geometry.h"

/* One direction: where LENGTH pixels of the picture begin in an area, and the panning. */
static int place(int start, int room, int length, int *pan)
{
    if (length <= room) {
        *pan = 0;
        return start + (room - length) / 2;
    }
    *pan = CLAMP(*pan, 0, length - room);
    return start - *pan;
}

/* VALUE * TO / FROM, rounded to the nearest. */
static int rescale(int value, int to, int from)
{
    return (int)(((gint64)value * to + from / 2) / from);
}

void ra_view_layout(RaView *view)
{
    const int width = view->picture_width, height = view->picture_height;
    const int room_x = MAX(view->area.width, 1), room_y = MAX(view->area.height, 1);
    view->shown.width = width;
    view->shown.height = height;
    const gboolean fits = width <= room_x && height <= room_y;
    if (view->mode == RA_VIEW_FIT || (view->mode == RA_VIEW_AUTO && !fits)) {
        if ((gint64)width * room_y >= (gint64)height * room_x) {
            view->shown.width = room_x;
            view->shown.height = MAX(rescale(height, room_x, width), 1);
        } else {
            view->shown.width = MAX(rescale(width, room_y, height), 1);
            view->shown.height = room_y;
        }
    }
    view->shown.x = place(view->area.x, room_x, view->shown.width, &view->pan_x);
    view->shown.y = place(view->area.y, room_y, view->shown.height, &view->pan_y);
}

gboolean ra_view_is_scaled(const RaView *view)
{
    return view->shown.width != view->picture_width || view->shown.height != view->picture_height;
}

int ra_view_percent(const RaView *view)
{
    return MAX(rescale(100, view->shown.width, view->picture_width), 1);
}

gboolean ra_view_pans_x(const RaView *view)
{
    return view->shown.width > view->area.width;
}

gboolean ra_view_pans_y(const RaView *view)
{
    return view->shown.height > view->area.height;
}

/* One direction of ra_view_to_window(): FROM..TO of the picture's SIZE pixels, drawn as SHOWN. */
static void span_to_window(int from, int to, int size, int shown, int *ret_from, int *ret_to)
{
    if (shown > size) { /* enlarging looks at the neighbours too */
        from--;
        to++;
    }
    *ret_from = (int)((gint64)MAX(from, 0) * shown / size);
    *ret_to = (int)(((gint64)MIN(to, size) * shown + size - 1) / size);
}

RaBox ra_view_to_window(const RaView *view, RaBox part)
{
    int left, right, top, bottom;
    span_to_window(part.x, part.x + part.width, view->picture_width, view->shown.width, &left,
                   &right);
    span_to_window(part.y, part.y + part.height, view->picture_height, view->shown.height, &top,
                   &bottom);
    const RaBox box = {view->shown.x + left, view->shown.y + top, right - left, bottom - top};
    return ra_box_intersect(box, view->area);
}

gboolean ra_view_to_picture(const RaView *view, int x, int y, guint16 *ret_x, guint16 *ret_y)
{
    const RaBox visible = ra_box_intersect(view->shown, view->area);
    const int last_x = visible.x + MAX(visible.width, 1) - 1;
    const int last_y = visible.y + MAX(visible.height, 1) - 1;
    const gint64 in_x = CLAMP(x, visible.x, last_x) - view->shown.x;
    const gint64 in_y = CLAMP(y, visible.y, last_y) - view->shown.y;
    /* The middle of the window's pixel, so that enlarged and reduced pictures agree. */
    *ret_x = (guint16)CLAMP((2 * in_x + 1) * view->picture_width / (2 * view->shown.width), 0,
                            view->picture_width - 1);
    *ret_y = (guint16)CLAMP((2 * in_y + 1) * view->picture_height / (2 * view->shown.height), 0,
                            view->picture_height - 1);
    return ra_box_contains(visible, x, y);
}

RaBox ra_box_intersect(RaBox a, RaBox b)
{
    const int left = MAX(a.x, b.x), top = MAX(a.y, b.y);
    const int right = MIN(a.x + a.width, b.x + b.width);
    const int bottom = MIN(a.y + a.height, b.y + b.height);
    if (right <= left || bottom <= top)
        return (RaBox){left, top, 0, 0};
    return (RaBox){left, top, right - left, bottom - top};
}

guint ra_box_subtract(RaBox a, RaBox b, RaBox ret[4])
{
    const RaBox common = ra_box_intersect(a, b);
    guint n = 0;
    if (ra_box_is_empty(a))
        return 0;
    if (ra_box_is_empty(common)) {
        ret[0] = a;
        return 1;
    }
    const int right = common.x + common.width, below = common.y + common.height;
    const RaBox sides[] = {
        {a.x, a.y, a.width, common.y - a.y},
        {a.x, below, a.width, a.y + a.height - below},
        {a.x, common.y, common.x - a.x, common.height},
        {right, common.y, a.x + a.width - right, common.height},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(sides); i++) {
        if (!ra_box_is_empty(sides[i]))
            ret[n++] = sides[i];
    }
    return n;
}

gboolean ra_box_contains(RaBox box, int x, int y)
{
    return x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height;
}

gboolean ra_box_is_empty(RaBox box)
{
    return box.width <= 0 || box.height <= 0;
}
