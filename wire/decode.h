/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The encodings of a rectangle's pixels, as the decoder uses them. Inside the room only. */
#pragma once

#include "wire/rfb.h"
#include "wire/zstream.h"

#include <glib.h>

enum {
    RA_DECODE_TIGHT_WIDTH_MAX = 2048,   /* pixels; a limit of Tight itself */
    RA_DECODE_TIGHT_AREA_MAX = 1 << 22, /* pixels of a rectangle that is not of one colour */
    RA_DECODE_ZRLE_DATA_MAX = 12 << 20, /* bytes, compressed */
};

/* Where a rectangle is drawn: native pixels. */
typedef struct {
    guint8 *pixels; /* its top left */
    guint32 stride; /* bytes */
    guint16 width, height;
} RaTarget;

/* What lasts from one rectangle to the next. */
typedef struct {
    RaInflate zrle, tight[4];
    RaInflateReader reader;
    GByteArray *scratch;
    void *jpeg;                      /* a tjhandle, made when it is needed */
    struct _RaMosaicDecoder *mosaic; /* the same */
} RaRectDecoder;

void ra_rect_decoder_init(RaRectDecoder *decoder);
void ra_rect_decoder_clear(RaRectDecoder *decoder);

/* Each takes what follows the rectangle's head, all of it or nothing, and draws. TARGET is not
 * empty. */
RaDecode ra_decode_zrle(RaRectDecoder *decoder, const RaTarget *target, const guint8 *data,
                        gsize size, gsize *used);
RaDecode ra_decode_tight(RaRectDecoder *decoder, const RaTarget *target, const guint8 *data,
                         gsize size, gsize *used);

/* N pixels of one colour; COLOUR as it lies in memory. */
static inline void ra_fill_pixels(guint32 *to, gsize n, guint32 colour)
{
    for (gsize i = 0; i < n; i++)
        to[i] = colour;
}

/* A row of TARGET. Rows are aligned as pixels are: the frame and its stride are. */
static inline guint32 *ra_target_row(const RaTarget *target, guint y)
{
    return (guint32 *)(void *)(target->pixels + (gsize)y * target->stride);
}

static inline guint32 ra_native_pixel(guint8 red, guint8 green, guint8 blue)
{
    return GUINT32_TO_LE((guint32)red << 16 | (guint32)green << 8 | blue);
}
