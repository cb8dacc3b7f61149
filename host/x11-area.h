/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which part of an X screen is shared, in the root window's pixels. */
#pragma once

#include "host/x11-conn.h"

enum { RA_X11_DPI = 96 }; /* where nothing is magnified */

typedef struct {
    int x, y;
    guint16 width, height; /* 0 x 0: the monitor is switched off */
} RaX11Area;

/* Asks to be told of changes to the size of the screen and to the monitors' places. The first
 * RandR event is returned in *FIRST_EVENT, 0 where the server has no RandR. */
void ra_x11_area_watch(RaX11 *x11, guint8 *first_event);
/* TRUE if EVENT may have changed the area. */
gboolean ra_x11_area_event(RaX11 *x11, guint8 first_event, const xcb_generic_event_t *event);
/* The whole screen, or the monitor of that RandR name. RA_ERROR_USAGE where no such monitor is
 * known (the message lists those that are), RA_ERROR_FAILED where the server cannot say or the
 * area exceeds RA_IPC_SCREEN_SIDE_MAX. */
gboolean ra_x11_area_query(RaX11 *x11, const char *monitor, RaX11Area *ret, GError **error);
typedef struct {
    char *name;
    RaX11Area area; /* as far as it lies on the screen; never empty */
} RaX11Monitor;

/* Those that show something, from left to right and from top to bottom: elements are
 * RaX11Monitor, none where the server cannot say. */
GArray *ra_x11_area_monitors(RaX11 *x11);
/* The primary monitor; the whole screen where none is known. */
void ra_x11_area_primary(RaX11 *x11, RaX11Area *ret);
/* Dots per inch that the desktop wants to be drawn for, RA_X11_DPI where it does not say. */
double ra_x11_area_dpi(RaX11 *x11);
