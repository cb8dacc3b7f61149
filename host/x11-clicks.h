/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pointer does on a window of ours, and whether a real device did it. */
#pragma once

#include "host/x11-devices.h"

enum { RA_X11_CLICKS_WARY_MS = 500 }; /* after injected input: a real click does not count as one */

typedef enum {
    RA_X11_CLICK_NONE, /* the event is about something else */
    RA_X11_CLICK_MOVE,
    RA_X11_CLICK_PRESS, /* of the first button */
    RA_X11_CLICK_RELEASE,
    RA_X11_CLICK_LEAVE,
} RaX11ClickKind;

typedef struct {
    RaX11ClickKind kind;
    int x, y;      /* in the window */
    int root_x;    /* in the root window */
    gboolean real; /* a real device did it, and nobody injected anything here just before: who
                      steers the pointer under the novice's finger decides nothing */
} RaX11Click;

typedef struct _RaX11Clicks RaX11Clicks;

/* Where the server lacks XInput 2.2 nothing can be told apart: but then nobody controls either
 * (host/x11-devices.h), so all that happens is real. */
RaX11Clicks *ra_x11_clicks_new(RaX11 *x11);
void ra_x11_clicks_free(RaX11Clicks *clicks); /* NULL is fine */
/* To be called once, for a window that selects no pointer events of the core protocol. */
void ra_x11_clicks_watch(RaX11Clicks *clicks, xcb_window_t window);
RaX11Click ra_x11_clicks_event(RaX11Clicks *clicks, const xcb_generic_event_t *event);
