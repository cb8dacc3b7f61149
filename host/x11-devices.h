/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of an X server's devices are real ones, and which inject (XTEST). Any X program can press
 * keys as a real device too: this tells our own injected input from the novice's, not friend from
 * foe. */
#pragma once

#include "host/x11-conn.h"

typedef enum {
    RA_X11_NO_INPUT,   /* not the novice, or no input */
    RA_X11_REAL_KEY,   /* a key was pressed on a real keyboard */
    RA_X11_REAL_OTHER, /* a real pointer moved, a button was pressed, a screen touched */
} RaX11Input;

typedef struct _RaX11Devices RaX11Devices;

/* RA_ERROR_FAILED where the server lacks XInput 2.2. */
RaX11Devices *ra_x11_devices_new(RaX11 *x11, GError **error);
void ra_x11_devices_free(RaX11Devices *devices); /* NULL is fine */
/* Asks for the events of all devices, whoever has the focus or a grab. */
void ra_x11_devices_watch(RaX11Devices *devices);
/* What EVENT tells; *KEYCODE is set for RA_X11_REAL_KEY. */
RaX11Input ra_x11_devices_event(RaX11Devices *devices, const xcb_generic_event_t *event,
                                guint *keycode);

/* A raw event, as it is. */
typedef struct {
    enum {
        RA_X11_RAW_NONE,
        RA_X11_RAW_KEY,
        RA_X11_RAW_BUTTON,
        RA_X11_RAW_TOUCH,
        RA_X11_RAW_MOTION
    } kind; /* presses, and moves of a pointer */
    gboolean real;
    guint16 device; /* the master that it goes to */
    guint32 detail; /* keycode or button */
    guint32 time;   /* of the server: milliseconds */
} RaX11Raw;

/* One of NONE where EVENT is something else. In place of ra_x11_devices_event(). */
RaX11Raw ra_x11_devices_raw(RaX11Devices *devices, const xcb_generic_event_t *event);

/* The same apart from that, for the events (bits of XInput) of one window alone. */
void ra_x11_devices_watch_window(RaX11Devices *devices, xcb_window_t window, guint32 events);
/* TRUE if EVENT is one of XInput's. To be called for all events. */
gboolean ra_x11_devices_is_theirs(RaX11Devices *devices, const xcb_generic_event_t *event);
/* FALSE if the device SOURCE (an event's sourceid) injects. */
gboolean ra_x11_devices_is_real(const RaX11Devices *devices, guint16 source);
