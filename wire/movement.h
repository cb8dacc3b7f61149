/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds content that moved between two pictures. Inside the room only. */
#pragma once

#include "wire/grid.h"

#include <glib.h>

typedef struct {
    RaRect to;              /* where it is now */
    guint16 from_x, from_y; /* where its top left was */
} RaMove;

/* Keeps what one search can hand to the next: its tables, so that nothing is allocated for a
 * picture, the last moves, which are tried first, and how often a search found nothing. */
typedef struct _RaMoveFinder RaMoveFinder;

RaMoveFinder *ra_move_finder_new(void);
void ra_move_finder_free(RaMoveFinder *finder); /* NULL is fine */

/* To be called before the first search of each picture. */
void ra_move_finder_begin(RaMoveFinder *finder);
/*
 * CHANGED has the boxes of what differs between the two pictures, and their size; the search costs
 * nothing where they are few. TRUE: *RET is a move that makes more of the old picture equal to the
 * new one than before; not all of it need fit. A wrong answer may cost bytes: the caller does the
 * same move in its model, calls ra_grid_compare_again() for its rectangle, and asks for another one
 * until there is none, or it has had enough.
 */
gboolean ra_move_find(RaMoveFinder *finder, const RaFrameView *before, const RaFrameView *after,
                      const RaGrid *changed, RaMove *ret);
