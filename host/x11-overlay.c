/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-overlay.h"

#include <stdlib.h>
#include <xcb/shape.h>

gboolean ra_x11_overlay_has_shape(RaX11 *x11)
{
    const xcb_query_extension_reply_t *shape =
        xcb_get_extension_data(ra_x11_xcb(x11), &xcb_shape_id);
    return shape != NULL && shape->present;
}

xcb_window_t ra_x11_overlay_new(RaX11 *x11, gboolean is_sign, guint32 pixel, guint32 events)
{
    static const char sign_class[] = RA_X11_SIGN_CLASS, other_class[] = RA_X11_OVERLAY_CLASS;
    static const char name[] = "Remote Assistance";
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    const xcb_window_t window = xcb_generate_id(xcb);
    const guint32 values[] = {pixel, TRUE, events};
    xcb_create_window(xcb, XCB_COPY_FROM_PARENT, window, ra_x11_root(x11), 0, 0, 1, 1, 0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                      XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT | XCB_CW_EVENT_MASK, values);
    xcb_change_property(xcb, XCB_PROP_MODE_REPLACE, window, XCB_ATOM_WM_CLASS, XCB_ATOM_STRING, 8,
                        is_sign ? sizeof sign_class : sizeof other_class,
                        is_sign ? sign_class : other_class);
    xcb_change_property(xcb, XCB_PROP_MODE_REPLACE, window, XCB_ATOM_WM_NAME, XCB_ATOM_STRING, 8,
                        sizeof name - 1, name);
    /* For compositors: no shadow to cast, no effects to play. */
    const xcb_atom_t type = ra_x11_atom(x11, "_NET_WM_WINDOW_TYPE_NOTIFICATION");
    xcb_change_property(xcb, XCB_PROP_MODE_REPLACE, window, ra_x11_atom(x11, "_NET_WM_WINDOW_TYPE"),
                        XCB_ATOM_ATOM, 32, 1, &type);
    return window;
}

void ra_x11_overlay_pass(RaX11 *x11, xcb_window_t window)
{
    if (ra_x11_overlay_has_shape(x11))
        xcb_shape_rectangles(ra_x11_xcb(x11), XCB_SHAPE_SO_SET, XCB_SHAPE_SK_INPUT,
                             XCB_CLIP_ORDERING_UNSORTED, window, 0, 0, 0, NULL);
}

guint32 ra_x11_overlay_pixel(RaX11 *x11, guint32 rgb)
{
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    xcb_alloc_color_reply_t *reply = xcb_alloc_color_reply(
        xcb,
        xcb_alloc_color(xcb, ra_x11_screen(x11)->default_colormap,
                        (guint16)((rgb >> 16 & 0xff) * 257), (guint16)((rgb >> 8 & 0xff) * 257),
                        (guint16)((rgb & 0xff) * 257)),
        NULL);
    const guint32 pixel = reply != NULL ? reply->pixel : ra_x11_screen(x11)->white_pixel;
    free(reply);
    return pixel;
}
