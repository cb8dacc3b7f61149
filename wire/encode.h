/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The encodings of a rectangle's pixels, as the encoder uses them. Inside the room only. */
#pragma once

#include "wire/pixel.h"
#include "wire/rect.h"
#include "wire/zstream.h"

#include <glib.h>

enum {
    RA_TIGHT_WIDTH_MAX = 2048, /* pixels; a limit of Tight itself */
    RA_TIGHT_STREAMS = 4,
    RA_TIGHT_DATA_MAX = (1 << 22) - 1, /* bytes; what a compact length can say */
    RA_ZRLE_TILE = 64,                 /* pixels, each side */
};

/* What the encodings need to know of a viewer, and what they keep between rectangles. */
typedef struct {
    RaPixelFormat format;
    int level; /* of zlib */
    RaDeflate zrle, tight[RA_TIGHT_STREAMS];
    GByteArray *scratch;
    guint32 *values; /* a rectangle's pixels in the viewer's format */
    gsize n_values;
    void *jpeg; /* libturbojpeg's; NULL until one is needed */
    guint8 *jpeg_data;
    gsize n_jpeg_data; /* bytes of room */
} RaRectEncoder;

void ra_rect_encoder_init(RaRectEncoder *encoder);
void ra_rect_encoder_clear(RaRectEncoder *encoder);
/* The pixels of RECT of PICTURE as numbers of the viewer's format, without gaps. Borrowed until
 * the next call. */
const guint32 *ra_rect_encoder_values(RaRectEncoder *encoder, const RaFrameView *picture,
                                      const RaRect *rect);

/* Each appends what follows the rectangle's head. */
void ra_encode_raw(RaRectEncoder *encoder, const RaFrameView *picture, const RaRect *rect,
                   GByteArray *out);
void ra_encode_zrle(RaRectEncoder *encoder, const RaFrameView *picture, const RaRect *rect,
                    GByteArray *out);
/* RECT is at most RA_TIGHT_WIDTH_MAX wide, and its pixels take up at most RA_TIGHT_DATA_MAX / 2. */
void ra_encode_tight(RaRectEncoder *encoder, const RaFrameView *picture, const RaRect *rect,
                     GByteArray *out);
/* The same as JPEG of QUALITY 1..100, with colours at full resolution if COLOUR. FALSE, OUT as it
 * was, where that fails. For formats with 8 bits of each colour in 32. */
gboolean ra_encode_tight_jpeg(RaRectEncoder *encoder, const RaFrameView *picture,
                              const RaRect *rect, int quality, gboolean colour, GByteArray *out);
void ra_encode_tight_clear(RaRectEncoder *encoder);
/* TRUE if a viewer with this format can have JPEG. */
gboolean ra_encode_tight_takes_jpeg(const RaPixelFormat *format);
/* The same for a rectangle of one colour, of any height. */
void ra_encode_tight_flat(RaRectEncoder *encoder, guint32 native, GByteArray *out);
