/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of the search for movement: movement.c decides, movement-vote.c has the guesses,
 * movement-cut.c checks them. */
#pragma once

#include "wire/movement.h"

#include <string.h>

enum {
    RA_SHIFTS_MAX = 3,   /* guesses of one search */
    RA_SAMPLE_SIDE = 16, /* pixels of a row that are compared, or hashed, at once */
};

/* Content that was at X - x, Y - y is at X, Y now; not 0, 0. */
typedef struct {
    gint16 x, y;
} RaShift;

/* Two pictures, and what differs between them. */
typedef struct {
    const RaFrameView *before, *after;
    const RaGrid *changed;
    guint width, height; /* that both have */
    RaRect bounds;       /* of what changed; inside both */
    gsize area;          /* of what changed, in pixels */
} RaMoveCase;

static inline const guint8 *ra_move_pixel(const RaFrameView *picture, guint x, guint y)
{
    return picture->pixels + (gsize)y * picture->stride + (gsize)x * 4;
}

/* Tables of the guesses. */
typedef struct _RaMoveVotes RaMoveVotes;

RaMoveVotes *ra_move_votes_new(void);
void ra_move_votes_free(RaMoveVotes *votes);
/* The shifts that most speaks for, the best first; how many. Up and down: */
guint ra_move_votes_vertical(RaMoveVotes *votes, const RaMoveCase *c, RaShift *ret);
/* In any direction; three times as dear. */
guint ra_move_votes_any(RaMoveVotes *votes, const RaMoveCase *c, RaShift *ret);

/* Tables of the check. */
typedef struct _RaMoveCutter RaMoveCutter;

RaMoveCutter *ra_move_cutter_new(void);
void ra_move_cutter_free(RaMoveCutter *cutter);
/* Cuts out where SHIFT is good for most, exact to the pixel at its edges, as far as the rows tell
 * that are looked at. Returns about how many pixels come right by it; 0: it is no good. */
gsize ra_move_cut(RaMoveCutter *cutter, const RaMoveCase *c, const RaShift *shift, RaRect *to);
