/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 implementations of host/screen.h, host/input.h, host/sign.h,
 * host/pointing.h and host/guard.h. Each opens its own
 * connection to DISPLAY (NULL: $DISPLAY), serviced from the caller's main context. RA_ERROR_FAILED
 * where the server cannot be reached or lacks an extension, which the message names. */
#pragma once

#include "host/guard.h"
#include "host/input.h"
#include "host/pointing.h"
#include "host/screen.h"
#include "host/sign.h"

typedef struct _RaX11Choice RaX11Choice; /* host/x11-choice.h */

/* CHOICE is referenced; NULL: one of its own. The screen's start() chooses the whole desktop, where
 * none is pinned. */
RaScreen *ra_x11_screen_new(const char *display, RaX11Choice *choice, GError **error);
RaInput *ra_x11_input_new(const char *display, RaX11Choice *choice, GError **error);
RaSign *ra_x11_sign_new(const char *display, const RaSignEvents *events, gpointer data,
                        GError **error);
RaPointing *ra_x11_pointing_new(const char *display, GError **error);
RaGuard *ra_x11_guard_new(const char *display, GError **error);
