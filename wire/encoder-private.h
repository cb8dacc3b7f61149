/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of the encoder: encoder.c (the seam), encoder-move.c (compare, movement),
 * encoder-choose.c (what goes now), encoder-write.c (pixels), encoder-extras.c (all that is said
 * beside pixels: size, pointer, what is spoken).
 */
#pragma once

#include "wire/cursor.h"
#include "wire/encode.h"
#include "wire/encoder.h"
#include "wire/grid.h"
#include "wire/lossy.h"
#include "wire/mosaic.h"
#include "wire/movement.h"

/* One update, from ra_encoder_begin() to the last ra_encoder_write(). */
typedef struct {
    RaLossy lossy;   /* how photos go */
    guint count;     /* rectangles that were written */
    guint next;      /* of the parts */
    gboolean open;   /* its head does not say how many there are: LastRect ends it */
    gsize weight[2]; /* of all parts: busy pixels, and lossy ones; 0: not known */
    gsize bytes[2];  /* that they took */
    gboolean mosaic; /* what is exact goes into it */
} RaEncoderUpdate;

struct _RaEncoder {
    RaRectEncoder rects;
    gint32 known[RA_RFB_KNOWN_ENCODINGS_MAX];
    guint n_known;
    gint32 encoding; /* of pixels: Tight, ZRLE or Raw */

    guint16 width, height; /* of the novice's screen */
    RaGrid grid;           /* of the viewer's: */
    guint8 *model;
    RaMoveFinder *finder;
    RaMosaicEncoder *mosaic; /* NULL until a viewer takes it */
    GArray *parts;           /* of RaGridPart: what is to be written */
    GByteArray *head;        /* what comes before them: the update's head, extras, copies */
    RaEncoderUpdate now;

    RaLossy lossy;  /* as asked for */
    int jpeg_level; /* that a foreign viewer asked for; -1: none */
    RaBlur blur;
    gsize budget;     /* bytes of an update, at the most, as far as can be told; 0: any */
    GArray *left;     /* of RaRect: changed, and beyond the budget of the last update */
    GArray *leaving;  /* the same of the update that is being made */
    guint32 *sent_in; /* for each tile: the number of the update in which it was sent last */
    guint32 number;   /* of the update that is being made */
    GArray *turns;    /* of guint64, see encoder-choose.c */
    guint16 *weights; /* for each tile: the pixels of its box that cost something */
    guint cost[2];    /* measured: bytes for 1024 of those, exact; and lossy, at quality 80 */

    RaCursor cursor;
    guint16 pointer_x, pointer_y;
    gboolean pointer_known, pointer_new;
    gboolean cursor_new, size_new, size_refused, size_announced, extended_key_announced;
};

/* TRUE if something waits to be said. */
gboolean ra_encoder_size_pending(const RaEncoder *e);
gboolean ra_encoder_extras_pending(const RaEncoder *e);

void ra_encoder_rect_head(GByteArray *out, const RaRect *rect, gint32 encoding);
void ra_encoder_update_head(GByteArray *out, guint n);
/* An update of its own: a viewer may throw away pixels that come along with a new size. */
void ra_encoder_write_size(RaEncoder *e, GByteArray *out);
/* Rectangles without pixels of the screen; how many. */
guint ra_encoder_write_extras(RaEncoder *e, GByteArray *out);

/* Sets the grid's boxes to where FRAME differs from the model, in DIRTY and what was left over. */
void ra_encoder_compare(RaEncoder *e, const RaFrameView *frame, const RaRect *dirty, guint n);
/* Looks for content that moved: CopyRects for it, and what differs then. How many. */
guint ra_encoder_write_moves(RaEncoder *e, const RaFrameView *frame, GByteArray *out);
/* Of what changed as much as the budget allows, small things up to half of it if there are others;
 * then tiles that have rested. The rest of the boxes is emptied. */
void ra_encoder_choose(RaEncoder *e, const RaFrameView *frame);
/* What is to be sent, from the frame into the model; black where the frame ends. */
void ra_encoder_copy(RaEncoder *e, const RaFrameView *frame);
/* Covers the model's boxes with parts. */
void ra_encoder_cover(RaEncoder *e);
/* Writes the next parts, until there are ABOUT bytes or more; FALSE: that was the last of them. */
gboolean ra_encoder_write_parts(RaEncoder *e, GByteArray *out, gsize about);
