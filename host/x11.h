/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 implementations of host/screen.h, host/input.h, host/sign.h and
 * host/pointing.h. Each opens its own
 * connection to DISPLAY (NULL: $DISPLAY), serviced from the caller's main context. RA_ERROR_FAILED
 * where the server cannot be reached or lacks an extension, which the message names. */
#pragma once

#include "host/input.h"
#include "host/pointing.h"
#include "host/screen.h"
#include "host/sign.h"

/* MONITOR: the RandR name of one output, or NULL for the whole desktop. */
RaScreen *ra_x11_screen_new(const char *display, const char *monitor, GError **error);
RaInput *ra_x11_input_new(const char *display, const char *monitor, GError **error);
RaSign *ra_x11_sign_new(const char *display, const RaSignEvents *events, gpointer data,
                        GError **error);
RaPointing *ra_x11_pointing_new(const char *display, GError **error);
