/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two clocks that limits of time are held to, as a seam for tests: what must end at a moment
 * ends when either clock says so, since a person can set the one, and a restart forgets the
 * other. And the one that moments of what is seen and pressed are told in. */
#pragma once

#include <glib.h>

typedef struct {
    gint64 (*wall)(gpointer data);      /* seconds since 1970 UTC; can be set */
    gint64 (*boot)(gpointer data);      /* microseconds; only goes forward, in suspend too */
    gint64 (*monotonic)(gpointer data); /* g_get_monotonic_time() */
    gpointer data;
} RaClock;

extern const RaClock ra_clock_system; /* CLOCK_REALTIME, CLOCK_BOOTTIME, CLOCK_MONOTONIC */

static inline gint64 ra_clock_wall(const RaClock *clock)
{
    return clock->wall(clock->data);
}

static inline gint64 ra_clock_boot(const RaClock *clock)
{
    return clock->boot(clock->data);
}

static inline gint64 ra_clock_monotonic(const RaClock *clock)
{
    return clock->monotonic(clock->data);
}
