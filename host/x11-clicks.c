/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-clicks.h"

#include <stdlib.h>
#include <xcb/xinput.h>

enum { FIXED_ONE = 1 << 16 }; /* of a position in 1/65536 pixels */

struct _RaX11Clicks {
    RaX11 *x11;
    RaX11Devices *devices; /* NULL: cannot be told apart */
    xcb_window_t window;
    gint64 wary_until; /* monotonic microseconds */
};

RaX11Clicks *ra_x11_clicks_new(RaX11 *x11)
{
    RaX11Clicks *clicks = g_new0(RaX11Clicks, 1);
    clicks->x11 = x11;
    clicks->devices = ra_x11_devices_new(x11, NULL);
    return clicks;
}

void ra_x11_clicks_free(RaX11Clicks *clicks)
{
    if (clicks == NULL)
        return;
    ra_x11_devices_free(clicks->devices);
    g_free(clicks);
}

void ra_x11_clicks_watch(RaX11Clicks *clicks, xcb_window_t window)
{
    const guint32 core = XCB_EVENT_MASK_BUTTON_PRESS | XCB_EVENT_MASK_BUTTON_RELEASE |
                         XCB_EVENT_MASK_POINTER_MOTION | XCB_EVENT_MASK_LEAVE_WINDOW;
    const guint32 events = XCB_INPUT_XI_EVENT_MASK_BUTTON_PRESS |
                           XCB_INPUT_XI_EVENT_MASK_BUTTON_RELEASE | XCB_INPUT_XI_EVENT_MASK_MOTION |
                           XCB_INPUT_XI_EVENT_MASK_LEAVE;
    clicks->window = window;
    if (clicks->devices != NULL) {
        ra_x11_devices_watch_window(clicks->devices, window, events);
        return;
    }
    xcb_get_window_attributes_reply_t *now = xcb_get_window_attributes_reply(
        ra_x11_xcb(clicks->x11), xcb_get_window_attributes(ra_x11_xcb(clicks->x11), window), NULL);
    const guint32 mask = (now != NULL ? now->your_event_mask : 0) | core;
    free(now);
    xcb_change_window_attributes(ra_x11_xcb(clicks->x11), window, XCB_CW_EVENT_MASK, &mask);
}

/* All of the core protocol's pointer events have one layout. */
static RaX11Click core_click(const RaX11Clicks *clicks, const xcb_generic_event_t *event)
{
    static const RaX11ClickKind kinds[] = {[XCB_BUTTON_PRESS] = RA_X11_CLICK_PRESS,
                                           [XCB_BUTTON_RELEASE] = RA_X11_CLICK_RELEASE,
                                           [XCB_MOTION_NOTIFY] = RA_X11_CLICK_MOVE,
                                           [XCB_LEAVE_NOTIFY] = RA_X11_CLICK_LEAVE};
    const guint8 type = event->response_type & 0x7f;
    const xcb_button_press_event_t *it = (const xcb_button_press_event_t *)event;
    if (type >= G_N_ELEMENTS(kinds) || kinds[type] == RA_X11_CLICK_NONE ||
        it->event != clicks->window)
        return (RaX11Click){0};
    if ((type == XCB_BUTTON_PRESS || type == XCB_BUTTON_RELEASE) &&
        it->detail != XCB_BUTTON_INDEX_1)
        return (RaX11Click){0};
    return (RaX11Click){kinds[type], it->event_x, it->event_y, it->root_x, TRUE};
}

static gboolean told_apart(RaX11Clicks *clicks, xcb_input_device_id_t source)
{
    const gint64 now = g_get_monotonic_time();
    if (!ra_x11_devices_is_real(clicks->devices, source)) {
        clicks->wary_until = now + RA_X11_CLICKS_WARY_MS * G_TIME_SPAN_MILLISECOND;
        return FALSE;
    }
    return now >= clicks->wary_until;
}

/* Presses, releases and motions have one layout. */
static RaX11Click device_click(RaX11Clicks *clicks, const xcb_input_button_press_event_t *it)
{
    if (it->event != clicks->window)
        return (RaX11Click){0};
    RaX11Click click = {.kind = RA_X11_CLICK_MOVE,
                        .x = it->event_x / FIXED_ONE,
                        .y = it->event_y / FIXED_ONE,
                        .root_x = it->root_x / FIXED_ONE,
                        .real = told_apart(clicks, it->sourceid)};
    if (it->event_type == XCB_INPUT_MOTION)
        return click;
    if (it->detail != XCB_BUTTON_INDEX_1)
        return (RaX11Click){0};
    click.kind =
        it->event_type == XCB_INPUT_BUTTON_PRESS ? RA_X11_CLICK_PRESS : RA_X11_CLICK_RELEASE;
    return click;
}

RaX11Click ra_x11_clicks_event(RaX11Clicks *clicks, const xcb_generic_event_t *event)
{
    if (clicks->devices == NULL)
        return core_click(clicks, event);
    if (!ra_x11_devices_is_theirs(clicks->devices, event))
        return (RaX11Click){0};
    switch (((const xcb_ge_generic_event_t *)event)->event_type) {
    case XCB_INPUT_BUTTON_PRESS:
    case XCB_INPUT_BUTTON_RELEASE:
    case XCB_INPUT_MOTION:
        return device_click(clicks, (const xcb_input_button_press_event_t *)event);
    case XCB_INPUT_LEAVE:
        return (RaX11Click){.kind = RA_X11_CLICK_LEAVE};
    default:
        return (RaX11Click){0};
    }
}
