/* SPDX-License-Identifier: GPL-3.0-or-later */
/* X servers for tests: a real Xvfb on a free display, gone when the test ends. */
#pragma once

#include <glib.h>

typedef struct _RaXvfb RaXvfb;

/* TRUE if there is an Xvfb to start; otherwise the test has been marked as skipped. */
gboolean ra_xvfb_or_skip(void);
/* SCREEN as "1024x768x24"; EXTRA: NULL-terminated further arguments, or NULL. Never NULL: a server
 * that does not start fails the test. */
RaXvfb *ra_xvfb_start(const char *screen, const char *const *extra);
const char *ra_xvfb_display(const RaXvfb *xvfb); /* ":7"; borrowed */
/* Kills the server, if it still runs, and waits for it. */
void ra_xvfb_kill(RaXvfb *xvfb);
void ra_xvfb_free(RaXvfb *xvfb); /* kills it too */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaXvfb, ra_xvfb_free)

/* Runs the default main context until *FLAG is no longer 0 or 5 seconds are over, and returns
 * *FLAG. */
int ra_pump_until(const int *flag);
/* Runs the default main context for so many milliseconds. */
void ra_pump(guint milliseconds);
