/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The desktop session behind an X11 display: whether it can be shared at all, and when it ends.
 * The agent must not outlive it, since the session bus can: the next login would find an agent
 * whose screen is gone. */
#pragma once

#include <glib.h>

typedef struct _RaX11Desktop RaX11Desktop;

/* DISPLAY NULL: $DISPLAY. GONE is called from the caller's main context when the server is gone.
 * RA_ERROR_FAILED where there is none, or where it is Xwayland, which shows nothing of the desktop
 * but a black picture. */
RaX11Desktop *ra_x11_desktop_new(const char *display, void (*gone)(gpointer data), gpointer data,
                                 GError **error);
void ra_x11_desktop_free(RaX11Desktop *desktop); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaX11Desktop, ra_x11_desktop_free)
