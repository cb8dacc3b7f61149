/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An input sink under test, and a window on the same server that takes what it injects. */
#pragma once

#include "host/x11.h"
#include "tests/host-x11/real.h"
#include "tests/support/xvfb.h"

#include <xcb/xcb.h>
#include <xkbcommon/xkbcommon.h>

typedef struct {
    RaXvfb *xvfb;
    RaInput *input;
    xcb_connection_t *xcb; /* the program under the helper's keys */
    xcb_window_t root, window;
    struct xkb_context *context;
    int device;
    guint8 xkb_event;
    struct xkb_keymap *keymap;
    int escapes, actives, pauses;
} Desk;

/* They count in the Desk that is their data. */
extern const RaInputEvents desk_events;

/* A server whose keyboard has that layout, a window with the focus, and a sink that has been
 * started. FALSE: skipped, since a program is missing. */
gboolean desk_start(Desk *f, const char *layout);
void desk_end(Desk *f);
/* Waits until the server has done all that the window's client asked for. */
void desk_settle(Desk *f);
/* The same for what the sink asked for. */
void desk_sync(Desk *f);

/* The helper's key, as in RA_IPC_KEY_PRESS, and pointer, as in RA_IPC_POINTER. */
void desk_key(Desk *f, gboolean down, guint32 keysym, guint32 code);
void desk_pointer(Desk *f, guint16 x, guint16 y, guint16 buttons);

/* The presses that arrived since the last call, in words: "Shift_L A". Caller frees. */
char *desk_typed(Desk *f);
/* How many keys are down on the server's keyboard. */
guint desk_keys_down(Desk *f);
