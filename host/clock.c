/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/clock.h"

#include <time.h>

static gint64 wall(gpointer data)
{
    (void)data;
    return g_get_real_time() / G_USEC_PER_SEC;
}

static gint64 boot(gpointer data)
{
    (void)data;
    struct timespec now = {0};
    if (clock_gettime(CLOCK_BOOTTIME, &now) != 0)
        return g_get_monotonic_time();
    return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gint64 monotonic(gpointer data)
{
    (void)data;
    return g_get_monotonic_time();
}

const RaClock ra_clock_system = {.wall = wall, .boot = boot, .monotonic = monotonic};
