/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows that the window manager has no say in: the sign's, and the one that is drawn on. */
#pragma once

#include "host/x11-conn.h"

/* WM_CLASS of the sign's windows: instance and class, both ended by NUL. */
#define RA_X11_SIGN_CLASS "remote-assistance\0Remote-assistance"
/* And of others. */
#define RA_X11_OVERLAY_CLASS "remote-assistance-overlay\0Remote-assistance"

/* One pixel large and not mapped; PIXEL is the ground, EVENTS core events. */
xcb_window_t ra_x11_overlay_new(RaX11 *x11, gboolean is_sign, guint32 pixel, guint32 events);
/* Lets the pointer pass through; does nothing where the server cannot. */
void ra_x11_overlay_pass(RaX11 *x11, xcb_window_t window);
gboolean ra_x11_overlay_has_shape(RaX11 *x11);
/* The pixel for 0xRRGGBB; white where the server has none. */
guint32 ra_x11_overlay_pixel(RaX11 *x11, guint32 rgb);
