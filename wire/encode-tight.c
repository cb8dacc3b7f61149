/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tight, as rfbproto documents it; without JPEG: all that is sent is exact. */
#include "wire/encode.h"
#include "wire/palette.h"

enum {
    CONTROL_FILL = 0x80,
    CONTROL_FILTER = 0x40, /* a filter's number follows */
    FILTER_PALETTE = 1,
    PLAIN_MAX = 12, /* fewer bytes go uncompressed and without a length */
    /* One zlib stream each, since their data are unlike. */
    STREAM_FULL = 0,
    STREAM_MONO = 1,
    STREAM_INDEXED = 2,
};

static void put_u8(guint8 value, GByteArray *out)
{
    g_byte_array_append(out, &value, 1);
}

/* TPIXEL: red, green, blue in this order where a 32-bit pixel has 8 bits of each. */
static gboolean three_bytes(const RaPixelFormat *f)
{
    return f->bits == 32 && f->depth == 24 && f->red_max == 255 && f->green_max == 255 &&
           f->blue_max == 255;
}

static void put_pixels(const RaPixelFormat *f, const guint32 *values, gsize n, GByteArray *out)
{
    const gboolean three = three_bytes(f);
    const guint before = out->len;
    g_byte_array_set_size(out, (guint)(before + n * (three ? 3u : f->bits / 8u)));
    guint8 *to = out->data + before;
    for (gsize i = 0; i < n; i++) {
        if (!three) {
            to = ra_pixel_format_put(f, values[i], to);
            continue;
        }
        *to++ = (guint8)(values[i] >> f->red_shift);
        *to++ = (guint8)(values[i] >> f->green_shift);
        *to++ = (guint8)(values[i] >> f->blue_shift);
    }
}

/* The scratch bytes, compressed where that is worth it. */
static void put_data(RaRectEncoder *encoder, guint stream, GByteArray *out)
{
    const GByteArray *data = encoder->scratch;
    if (data->len < PLAIN_MAX) {
        g_byte_array_append(out, data->data, data->len);
        return;
    }
    const guint before = out->len;
    g_byte_array_set_size(out, before + 3);
    ra_deflate(&encoder->tight[stream], encoder->level, data->data, data->len, out);
    const guint length = out->len - before - 3;
    g_assert(length <= RA_TIGHT_DATA_MAX);
    /* Always in three bytes: the form allows it, and the place is kept before it is known. */
    out->data[before] = (guint8)(0x80 | (length & 0x7f));
    out->data[before + 1] = (guint8)(0x80 | (length >> 7 & 0x7f));
    out->data[before + 2] = (guint8)(length >> 14);
}

static void put_mono(RaRectEncoder *encoder, const RaPalette *palette, const RaRect *rect,
                     const guint32 *values)
{
    for (guint y = 0; y < rect->height; y++) {
        for (guint x = 0; x < rect->width; x += 8) {
            guint byte = 0;
            for (guint bit = 0; bit < 8 && x + bit < rect->width; bit++)
                byte |= (guint)(values[x + bit] == palette->colour[1]) << (7 - bit);
            put_u8((guint8)byte, encoder->scratch);
        }
        values += rect->width;
    }
}

static void put_indexed(RaRectEncoder *encoder, const RaPalette *palette, gsize n,
                        const guint32 *values)
{
    g_byte_array_set_size(encoder->scratch, (guint)n);
    for (gsize i = 0; i < n; i++)
        encoder->scratch->data[i] = ra_palette_index(palette, values[i]);
}

void ra_encode_tight(RaRectEncoder *encoder, const RaFrameView *picture, const RaRect *rect,
                     GByteArray *out)
{
    const guint32 *values = ra_rect_encoder_values(encoder, picture, rect);
    const gsize n = (gsize)rect->width * rect->height;
    RaPalette palette;
    /* With many colours for its pixels a palette costs more than it saves. */
    guint max = (guint)MIN(n / 4 + 2, (gsize)RA_PALETTE_MAX);
    if (encoder->format.bits == 8)
        max = 2;
    const gboolean few = ra_palette_build(&palette, values, n, max);
    g_byte_array_set_size(encoder->scratch, 0);
    if (few && palette.n == 1) {
        put_u8(CONTROL_FILL, out);
        put_pixels(&encoder->format, values, 1, out);
        return;
    }
    if (!few) {
        put_u8(STREAM_FULL << 4, out);
        put_pixels(&encoder->format, values, n, encoder->scratch);
        put_data(encoder, STREAM_FULL, out);
        return;
    }
    const guint stream = palette.n == 2 ? STREAM_MONO : STREAM_INDEXED;
    put_u8((guint8)(stream << 4 | CONTROL_FILTER), out);
    put_u8(FILTER_PALETTE, out);
    put_u8((guint8)(palette.n - 1), out);
    put_pixels(&encoder->format, palette.colour, palette.n, out);
    if (palette.n == 2)
        put_mono(encoder, &palette, rect, values);
    else
        put_indexed(encoder, &palette, n, values);
    put_data(encoder, stream, out);
}

void ra_encode_tight_flat(RaRectEncoder *encoder, guint32 native, GByteArray *out)
{
    const guint32 value = ra_pixel_format_value(&encoder->format, native);
    put_u8(CONTROL_FILL, out);
    put_pixels(&encoder->format, &value, 1, out);
}
