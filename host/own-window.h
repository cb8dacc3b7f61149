/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The agent's own consent window: started when the first question comes, or when the novice wants
 * to see it, and again when it dies while there is something to show.
 */
#pragma once

#include "host/agent.h"

#include <gio/gio.h>

enum {
    RA_OWN_WINDOW_AGAIN_MAX = 5, /* starts after it died, in as many */
    RA_OWN_WINDOW_AGAIN_SECONDS = 600,
    RA_OWN_WINDOW_HELLO_SECONDS = 60, /* to say something on its socket */
};

typedef struct _RaOwnWindow RaOwnWindow;

/* PROGRAM is the path of the window's program. HOST1 is shown to it. Watches AGENT, which outlives
 * it; CLOCK is borrowed. */
RaOwnWindow *ra_own_window_new(RaAgent *agent, const char *program, const RaClock *clock,
                               GDBusInterfaceSkeleton *host1);
/* The window leaves. */
void ra_own_window_free(RaOwnWindow *own);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaOwnWindow, ra_own_window_free)
/* Brings it before the novice, and starts it where it is not there. WHAT: as Consent1's Present, a
 * static text. RA_ERROR_FAILED where it cannot be started. */
gboolean ra_own_window_present(RaOwnWindow *own, const char *what, GError **error);
