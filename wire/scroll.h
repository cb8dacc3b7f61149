/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds content that moved up or down between two pictures. Inside the room only. */
#pragma once

#include "wire/rect.h"

#include <glib.h>

typedef struct {
    RaRect to;      /* where it is now */
    guint16 from_y; /* where its top was; it moved straight up or down */
} RaScroll;

/*
 * Looks inside BOUNDS, which lies inside both pictures. TRUE: *RET is a move that makes more of the
 * old picture equal to the new one than before; not all of it need fit. A wrong answer may cost
 * bytes: the caller does the same move in its model and compares again.
 */
gboolean ra_scroll_find(const RaFrameView *before, const RaFrameView *after, const RaRect *bounds,
                        RaScroll *ret);
