/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the agent itself sees of how a question is answered, so that it need not trust a window's
 * word (doc/NOVICE.md, "When a yes counts"): whose hands pressed keys and buttons, and whether the
 * question's window is in sight. A vtable beside host/screen.h: X11 (host/x11-guard.c), memory for
 * tests. It watches for as long as it lives: the agent has one while a question is open or somebody
 * is helping.
 */
#pragma once

#include <glib.h>

typedef struct _RaGuard RaGuard;

/* Moments are those of g_get_monotonic_time(); 0: not since it watches. */
typedef struct {
    gint64 real;     /* a key or button was pressed on a real device, for the window that is kept
                        where one is */
    gint64 injected; /* a key, button or movement was injected: by us, or by any program */
} RaGuardHands;

typedef struct {
    /* FALSE: it cannot see what happens (any more), and the rest tells nothing. */
    gboolean (*sees)(RaGuard *guard);
    RaGuardHands (*hands)(RaGuard *guard);
    /* Keeps WINDOW, of another program of ours, above all but the sign and raises it where it is
     * covered; 0: none any more. A window that goes away is not in sight. */
    void (*keep)(RaGuard *guard, guint32 window);
    /* Since when that window has been in sight whole, with nothing over it but the sign: a moment;
     * 0 while it is not. It looks now, and does not go by what it saw last. */
    gint64 (*in_sight_since)(RaGuard *guard);
    void (*free)(RaGuard *guard);
} RaGuardClass;

struct _RaGuard {
    const RaGuardClass *class;
};

static inline void ra_guard_free(RaGuard *guard)
{
    if (guard != NULL)
        guard->class->free(guard);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaGuard, ra_guard_free)
