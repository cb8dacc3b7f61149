/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-pointer.h"

#include "wire/ipc.h"

#include <stdlib.h>
#include <xcb/xinput.h>

/* 2.2 is the first whose raw events come in spite of grabs for certain. */
enum { XI_MAJOR = 2, XI_MINOR = 2 };

static void select_motion(RaX11 *x11, guint32 events)
{
    const struct {
        xcb_input_event_mask_t head;
        guint32 mask;
    } selection = {{XCB_INPUT_DEVICE_ALL_MASTER, 1}, events};
    xcb_input_xi_select_events(ra_x11_xcb(x11), ra_x11_root(x11), 1, &selection.head);
}

void ra_x11_pointer_watch(RaX11 *x11, guint8 *opcode)
{
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    const xcb_query_extension_reply_t *input = ra_x11_extension(x11, &xcb_input_id, "XInput", NULL);
    *opcode = 0;
    if (input == NULL)
        return;
    xcb_input_xi_query_version_reply_t *version = xcb_input_xi_query_version_reply(
        xcb, xcb_input_xi_query_version(xcb, XI_MAJOR, XI_MINOR), NULL);
    if (version != NULL && version->major_version == XI_MAJOR &&
        version->minor_version >= XI_MINOR) {
        *opcode = input->major_opcode;
        select_motion(x11, XCB_INPUT_XI_EVENT_MASK_RAW_MOTION);
    }
    free(version);
}

void ra_x11_pointer_unwatch(RaX11 *x11, guint8 opcode)
{
    if (opcode != 0)
        select_motion(x11, 0);
}

gboolean ra_x11_pointer_event(guint8 opcode, const xcb_generic_event_t *event)
{
    const xcb_ge_generic_event_t *generic = (const xcb_ge_generic_event_t *)event;
    return opcode != 0 && (event->response_type & 0x7f) == XCB_GE_GENERIC &&
           generic->extension == opcode && generic->event_type == XCB_INPUT_RAW_MOTION;
}

xcb_query_pointer_cookie_t ra_x11_pointer_ask(RaX11 *x11)
{
    return xcb_query_pointer(ra_x11_xcb(x11), ra_x11_root(x11));
}

void ra_x11_pointer_read(RaX11 *x11, xcb_query_pointer_cookie_t asked, const RaX11Area *area,
                         guint16 *x, guint16 *y)
{
    xcb_query_pointer_reply_t *reply = xcb_query_pointer_reply(ra_x11_xcb(x11), asked, NULL);
    *x = *y = RA_IPC_OUTSIDE;
    if (reply != NULL && reply->same_screen) {
        const int in_x = reply->root_x - area->x, in_y = reply->root_y - area->y;
        if (in_x >= 0 && in_y >= 0 && in_x < area->width && in_y < area->height) {
            *x = (guint16)in_x;
            *y = (guint16)in_y;
        }
    }
    free(reply);
}
