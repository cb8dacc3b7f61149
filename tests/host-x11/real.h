/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The novice's own hands: input from devices that the server believes to be real ones. */
#pragma once

#include <glib.h>
#include <xcb/xcb.h>

/* Presses and releases a key of the real keyboard. */
void ra_real_key(xcb_connection_t *xcb, guint8 keycode);

/* The real mouse. */
typedef struct _RaRealMouse RaRealMouse;

RaRealMouse *ra_real_mouse_new(xcb_connection_t *xcb);
void ra_real_mouse_free(RaRealMouse *mouse);
/* To a place of the root window. Each waits until the server has done it, and serves the main
 * loop. */
void ra_real_mouse_move(RaRealMouse *mouse, int x, int y);
void ra_real_mouse_button(RaRealMouse *mouse, gboolean down); /* the first */
