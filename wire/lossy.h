/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may be sent as JPEG, how well, and until when: photo-like tiles while they change. Tiles
 * that were sent so are blurred until they have rested; then they are sent once more, exactly.
 * Inside the room only.
 */
#pragma once

#include "wire/assist.h"
#include "wire/grid.h"

enum {
    RA_LOSSY_USUAL = 80, /* quality, with colours at half resolution: what moves looks well */
    RA_BLUR_RESTED = 3,  /* calls of ra_blur_rest() without a change, after which a tile is due */
};

/* How to encode; all zero: everything exactly. */
typedef struct {
    gboolean some;   /* photo-like tiles may be lossy */
    gboolean most;   /* those with many colours too */
    int quality;     /* of JPEG, 1..100 */
    gboolean colour; /* colours are kept at full resolution */
    gsize enough; /* bytes that all photos of one update should take at the most; 0: any number */
} RaLossy;

/* RATE: bytes a second that the link is known to carry, 0 if not known. */
RaLossy ra_lossy_of(RaQuality quality, guint64 rate);
/* The JPEG level of RFB's pseudo-encodings, 0..9. */
RaLossy ra_lossy_of_level(int level);
/* How PIXELS go of which 1024 take COST bytes at RA_LOSSY_USUAL: of LOSSY's quality, or less well
 * where they should take less. */
RaLossy ra_lossy_fit(const RaLossy *lossy, gsize pixels, guint cost);
/* What this way takes compared with RA_LOSSY_USUAL, in 1024: about. */
guint ra_lossy_share(const RaLossy *lossy);
/* Of 1000 pixels in BOX of PICTURE, how many are unlike their left neighbour: tells photos from
 * text and drawings, and what a part will cost. Looks at every eighth row. */
guint ra_lossy_busy(const RaFrameView *picture, const RaGridTile *box);
/* TRUE if BOX has few colours. Asked only of what is busy: quick where it has many. */
gboolean ra_lossy_drawn(const RaFrameView *picture, const RaGridTile *box);
/* TRUE if BOX has the edges of letters, or of a pattern. The same. */
gboolean ra_lossy_written(const RaFrameView *picture, const RaGridTile *box);
/* TRUE if a box of PICTURE that is so busy may be lossy: it is neither drawn nor written. */
gboolean ra_lossy_suits(const RaLossy *lossy, const RaFrameView *picture, guint busy,
                        const RaGridTile *box);
/* TRUE if BOX is so small that it may be text, however busy: lossy only beside what is lossy. */
gboolean ra_lossy_narrow(const RaGridTile *box);

/* Which tiles of a grid are blurred. */
typedef struct {
    guint8 *age;    /* 0: exact; else 1 + rests since it was sent */
    guint8 *before; /* room for ra_blur_moved() */
    gsize tiles;
    guint n, n_due; /* blurred; rested for long enough */
} RaBlur;

void ra_blur_init(RaBlur *blur, const RaGrid *grid);
void ra_blur_clear(RaBlur *blur);
/* BOX of tile number TILE was sent. */
void ra_blur_sent(RaBlur *blur, const RaGrid *grid, gsize tile, gboolean lossy);
/* The rectangle TO came from there, with what of it was blurred. */
void ra_blur_moved(RaBlur *blur, const RaGrid *grid, const RaRect *to, guint from_x, guint from_y);
void ra_blur_rest(RaBlur *blur);
static inline gboolean ra_blur_due(const RaBlur *blur, gsize tile)
{
    return blur->age[tile] > RA_BLUR_RESTED;
}
