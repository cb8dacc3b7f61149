/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-cursor.h"

#include <stdlib.h>
#include <xcb/xfixes.h>

/* How many pixels go from the front of a side, so that the hot spot stays inside. */
static guint16 cut_before(guint16 side, guint16 hot)
{
    if (side <= RA_IPC_CURSOR_SIDE_MAX)
        return 0;
    return (guint16)CLAMP(hot - RA_IPC_CURSOR_SIDE_MAX / 2, 0, side - RA_IPC_CURSOR_SIDE_MAX);
}

gboolean ra_x11_cursor_watch(RaX11 *x11, guint8 *first_event, GError **error)
{
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    const xcb_query_extension_reply_t *xfixes =
        ra_x11_extension(x11, &xcb_xfixes_id, "XFIXES", error);
    if (xfixes == NULL)
        return FALSE;
    *first_event = xfixes->first_event;
    xcb_discard_reply(
        xcb,
        xcb_xfixes_query_version(xcb, XCB_XFIXES_MAJOR_VERSION, XCB_XFIXES_MINOR_VERSION).sequence);
    xcb_xfixes_select_cursor_input(xcb, ra_x11_root(x11),
                                   XCB_XFIXES_CURSOR_NOTIFY_MASK_DISPLAY_CURSOR);
    return TRUE;
}

void ra_x11_cursor_unwatch(RaX11 *x11)
{
    xcb_xfixes_select_cursor_input(ra_x11_xcb(x11), ra_x11_root(x11), 0);
}

gboolean ra_x11_cursor_event(guint8 first_event, const xcb_generic_event_t *event)
{
    return (event->response_type & 0x7f) == first_event + XCB_XFIXES_CURSOR_NOTIFY;
}

void ra_x11_cursor_read(RaX11 *x11, GByteArray *pixels, RaIpcMessage *ret)
{
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    xcb_xfixes_get_cursor_image_reply_t *image =
        xcb_xfixes_get_cursor_image_reply(xcb, xcb_xfixes_get_cursor_image(xcb), NULL);
    *ret = (RaIpcMessage){.kind = RA_IPC_CURSOR};
    g_byte_array_set_size(pixels, 0);
    if (image == NULL || image->width == 0 || image->height == 0) {
        free(image);
        return;
    }
    const guint16 left = cut_before(image->width, image->xhot);
    const guint16 top = cut_before(image->height, image->yhot);
    ret->cursor.width = MIN(image->width, RA_IPC_CURSOR_SIDE_MAX);
    ret->cursor.height = MIN(image->height, RA_IPC_CURSOR_SIDE_MAX);
    ret->cursor.hot_x = (guint16)MIN(image->xhot - left, ret->cursor.width - 1);
    ret->cursor.hot_y = (guint16)MIN(image->yhot - top, ret->cursor.height - 1);
    const guint32 *from = xcb_xfixes_get_cursor_image_cursor_image(image);
    for (gsize y = top; y < (gsize)top + ret->cursor.height; y++)
        for (gsize x = left; x < (gsize)left + ret->cursor.width; x++) {
            const guint32 pixel = GUINT32_TO_LE(from[y * image->width + x]);
            g_byte_array_append(pixels, (const guint8 *)&pixel, sizeof pixel);
        }
    ret->cursor.pixels = pixels->data;
    free(image);
}
