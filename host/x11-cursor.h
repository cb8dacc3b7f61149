/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shape of an X screen's pointer. */
#pragma once

#include "host/x11-conn.h"
#include "wire/ipc.h"

/* Asks for events; the first XFixes event is returned in *FIRST_EVENT. */
gboolean ra_x11_cursor_watch(RaX11 *x11, guint8 *first_event, GError **error);
void ra_x11_cursor_unwatch(RaX11 *x11);
/* TRUE if EVENT tells that the shape changed. */
gboolean ra_x11_cursor_event(guint8 first_event, const xcb_generic_event_t *event);
/* The shape as an RA_IPC_CURSOR message, whose pixels are put into PIXELS; a shape larger than
 * RA_IPC_CURSOR_SIDE_MAX is cut around its hot spot. 0 x 0 where the server does not say. */
void ra_x11_cursor_read(RaX11 *x11, GByteArray *pixels, RaIpcMessage *ret);
