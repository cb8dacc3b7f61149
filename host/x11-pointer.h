/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where an X screen's pointer is. */
#pragma once

#include "host/x11-area.h"

/* Asks to be told when a device moves, whoever has a grab (XInput 2.2, raw motion). The major
 * opcode of XInput is returned in *OPCODE, 0 where the server is too old: then nothing tells. */
void ra_x11_pointer_watch(RaX11 *x11, guint8 *opcode);
void ra_x11_pointer_unwatch(RaX11 *x11, guint8 opcode);
/* TRUE if EVENT tells that a device moved. A program that puts the pointer elsewhere causes none.
 */
gboolean ra_x11_pointer_event(guint8 opcode, const xcb_generic_event_t *event);
/* Asks the server for the place. The answer is to be read; it costs no wait where that of a later
 * question was waited for. */
xcb_query_pointer_cookie_t ra_x11_pointer_ask(RaX11 *x11);
/* Reads it: the place in AREA; RA_IPC_OUTSIDE, both, where it is not in it. */
void ra_x11_pointer_read(RaX11 *x11, xcb_query_pointer_cookie_t asked, const RaX11Area *area,
                         guint16 *x, guint16 *y);
