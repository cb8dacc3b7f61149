/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds content that moved between two pictures. Inside the room only. */
#pragma once

#include "wire/rect.h"

#include <glib.h>

typedef struct {
    RaRect to;              /* where it is now */
    guint16 from_x, from_y; /* where its top left was */
} RaMove;

/* Keeps what one search can hand to the next: its tables, so that nothing is allocated for a
 * picture, and the last move, which is tried first. */
typedef struct _RaMoveFinder RaMoveFinder;

RaMoveFinder *ra_move_finder_new(void);
void ra_move_finder_free(RaMoveFinder *finder); /* NULL is fine */

/*
 * Looks inside BOUNDS, which lies inside both pictures. TRUE: *RET is a move that makes more of the
 * old picture equal to the new one than before; not all of it need fit. A wrong answer may cost
 * bytes: the caller does the same move in its model and compares again, and may then ask for
 * another one.
 */
gboolean ra_move_find(RaMoveFinder *finder, const RaFrameView *before, const RaFrameView *after,
                      const RaRect *bounds, RaMove *ret);
