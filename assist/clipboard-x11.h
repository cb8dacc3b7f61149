/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CLIPBOARD selection of an X server (ICCCM 2), through a connection of its own that is served
 * from the caller's main context. Large contents go in pieces (INCR), both ways. */
#pragma once

#include "assist/clipboard.h"

/* DISPLAY NULL: $DISPLAY. RA_ERROR_FAILED where the server cannot be reached or lacks XFIXES. */
RaSelection *ra_clipboard_x11_new(const char *display, GError **error);
