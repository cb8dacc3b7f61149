/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a helper without control draws over the novice's screen to say "here": a vtable beside
 * host/screen.h. A click goes through it, it never covers the panel or a question, and it fades
 * after RA_POINTING_SECONDS. */
#pragma once

#include "wire/assist.h"

#include <glib.h>

enum {
    RA_POINTING_SECONDS = 3,       /* after the stroke's end, until it is gone */
    RA_POINTING_POINTS_MAX = 2048, /* of all strokes in sight; the oldest go first */
};

typedef struct _RaPointing RaPointing;

typedef struct {
    /* X and Y are pixels of the shared part of the screen, whose corner is at LEFT, TOP of the
     * desktop; outside of it: ignored. */
    void (*point)(RaPointing *pointing, int left, int top, guint16 x, guint16 y,
                  RaPointPhase phase);
    /* Takes all away at once. */
    void (*clear)(RaPointing *pointing);
    void (*free)(RaPointing *pointing);
} RaPointingClass;

struct _RaPointing {
    const RaPointingClass *class;
};

static inline void ra_pointing_free(RaPointing *pointing)
{
    if (pointing != NULL)
        pointing->class->free(pointing);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaPointing, ra_pointing_free)
