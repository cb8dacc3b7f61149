/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mosaic, our own encoding of exact pixels (RA_RFB_MOSAIC; the format and its reasons: "Mosaic" in
 * doc/PROTOCOL.md): any number of parts of a rectangle, each in the form that suits it (one colour,
 * a few colours, predicted from the row above), all through one zstd stream that lasts as long as
 * the session and is flushed once for each rectangle. Native pixels only. What is between the parts
 * stays as it is.
 */
#pragma once

#include "wire/decode.h"
#include "wire/rect.h"

#include <glib.h>

enum {
    RA_MOSAIC_PARTS_MAX = 8192,   /* of one rectangle */
    RA_MOSAIC_AREA_MAX = 1 << 18, /* pixels that one part may have, if it is not of one colour */
    RA_MOSAIC_RAW_MAX = 2 << 20,  /* bytes of a rectangle before zstd */
    RA_MOSAIC_DATA_MAX = RA_MOSAIC_RAW_MAX + (64 << 10), /* the same, compressed */
    /* Bytes before zstd, after which a writer ends a rectangle: the other end draws it while the
       next one is made. */
    RA_MOSAIC_PIECE_ABOUT = 256 << 10,
};

typedef struct _RaMosaicEncoder RaMosaicEncoder;

RaMosaicEncoder *ra_mosaic_encoder_new(void);
void ra_mosaic_encoder_free(RaMosaicEncoder *mosaic); /* NULL is fine */

/*
 * Adds RECT of PICTURE, whose pixels are read now; not empty, and of at most RA_MOSAIC_AREA_MAX
 * pixels unless it is FLAT: all of it has the colour of its first pixel. FALSE, nothing added: the
 * rectangle is full, or RECT lies over other parts of it; end it first, then it fits.
 *
 * What suits best: boxes that are tight around a small change; where much changes, parts 64 high or
 * higher and as wide as can be (64 x 64 makes a quarter to a half more bytes, and takes twice the
 * time).
 */
gboolean ra_mosaic_add(RaMosaicEncoder *mosaic, const RaFrameView *picture, const RaRect *rect,
                       gboolean flat);
/* Bytes before zstd of what was added since the last end. */
gsize ra_mosaic_pending(const RaMosaicEncoder *mosaic);
/* Appends one whole rectangle of an update, its head included, that covers what was added; FALSE,
 * nothing appended, if nothing was. */
gboolean ra_mosaic_end(RaMosaicEncoder *mosaic, GByteArray *out);

/* Of the decoder. */
typedef struct _RaMosaicDecoder RaMosaicDecoder;

RaMosaicDecoder *ra_mosaic_decoder_new(void);
void ra_mosaic_decoder_free(RaMosaicDecoder *mosaic); /* NULL is fine */
/* As ra_decode_tight(): takes what follows the rectangle's head, all of it or nothing. Parts that
 * do not lie inside TARGET, or data that are not exactly what they need, are RA_DECODE_BAD. */
RaDecode ra_decode_mosaic(RaMosaicDecoder *mosaic, const RaTarget *target, const guint8 *data,
                          gsize size, gsize *used);
/* What the last rectangle drew, RA_MOSAIC_DRAWN_MAX boxes at the most, from TARGET's upper left.
 * Borrowed until the next one. */
enum { RA_MOSAIC_DRAWN_MAX = 16 };
RaRect *ra_mosaic_drawn(RaMosaicDecoder *mosaic, guint *n);
