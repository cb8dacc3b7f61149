/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often a window may be raised or put back, where another program undoes it each time: a few
 * times at once, then twice a second. */
#pragma once

#include <glib.h>

enum {
    RA_X11_CREDIT_MAX = 8,
    RA_X11_CREDIT_PER_SECOND = 2,
    RA_X11_CREDIT_RETRY_MS = 500, /* when there is some again */
};

typedef struct {
    double left;
    gint64 at; /* when that was counted: monotonic microseconds */
} RaX11Credit;

static inline void ra_x11_credit_init(RaX11Credit *credit)
{
    *credit = (RaX11Credit){RA_X11_CREDIT_MAX, g_get_monotonic_time()};
}

/* FALSE: not now. */
static inline gboolean ra_x11_credit_take(RaX11Credit *credit)
{
    const gint64 now = g_get_monotonic_time();
    const double seconds = (double)(now - credit->at) / G_USEC_PER_SEC;
    credit->left = MIN(credit->left + seconds * RA_X11_CREDIT_PER_SECOND, RA_X11_CREDIT_MAX);
    credit->at = now;
    if (credit->left < 1)
        return FALSE;
    credit->left -= 1;
    return TRUE;
}
