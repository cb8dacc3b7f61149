/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tight, as rfbproto documents it. */
#include "wire/encode.h"
#include "wire/palette.h"

#include <turbojpeg.h>

enum {
    CONTROL_FILL = 0x80,
    CONTROL_JPEG = 0x90,
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

/* Always in three bytes: the form allows it, and the place is kept before it is known. */
static void put_length(guint length, guint8 *at)
{
    g_assert(length <= RA_TIGHT_DATA_MAX);
    at[0] = (guint8)(0x80 | (length & 0x7f));
    at[1] = (guint8)(0x80 | (length >> 7 & 0x7f));
    at[2] = (guint8)(length >> 14);
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
    put_length(out->len - before - 3, out->data + before);
}

static void put_mono(RaRectEncoder *encoder, const RaPalette *palette, const RaRect *rect,
                     const guint32 *values)
{
    const guint32 one = palette->colour[1];
    const guint row_size = (rect->width + 7u) / 8;
    g_byte_array_set_size(encoder->scratch, row_size * rect->height);
    guint8 *to = encoder->scratch->data;
    for (guint y = 0; y < rect->height; y++) {
        guint x = 0;
        for (; x + 8 <= rect->width; x += 8, values += 8)
            *to++ = (guint8)((values[0] == one) << 7 | (values[1] == one) << 6 |
                             (values[2] == one) << 5 | (values[3] == one) << 4 |
                             (values[4] == one) << 3 | (values[5] == one) << 2 |
                             (values[6] == one) << 1 | (values[7] == one));
        if (x == rect->width)
            continue;
        guint byte = 0;
        for (guint bit = 0; x + bit < rect->width; bit++)
            byte |= (guint)(*values++ == one) << (7 - bit);
        *to++ = (guint8)byte;
    }
}

static void put_indexed(RaRectEncoder *encoder, const RaPalette *palette, gsize n,
                        const guint32 *values)
{
    guint32 last = values[0];
    guint8 index = ra_palette_index(palette, last);
    g_byte_array_set_size(encoder->scratch, (guint)n);
    guint8 *to = encoder->scratch->data;
    for (gsize i = 0; i < n; i++) {
        if (values[i] != last) {
            last = values[i];
            index = ra_palette_index(palette, last);
        }
        to[i] = index;
    }
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

gboolean ra_encode_tight_takes_jpeg(const RaPixelFormat *format)
{
    return three_bytes(format);
}

/* Room for a JPEG of the worst size; FALSE if there is none for it. */
static gboolean reserve_jpeg(RaRectEncoder *encoder, const RaRect *rect, int sampling)
{
    const unsigned long size = tjBufSize(rect->width, rect->height, sampling);
    if (encoder->jpeg == NULL)
        encoder->jpeg = tjInitCompress();
    if (encoder->jpeg == NULL || size == (unsigned long)-1)
        return FALSE;
    if (size > encoder->n_jpeg_data) {
        g_free(encoder->jpeg_data);
        encoder->jpeg_data = g_malloc(size);
        encoder->n_jpeg_data = size;
    }
    return TRUE;
}

gboolean ra_encode_tight_jpeg(RaRectEncoder *encoder, const RaFrameView *picture,
                              const RaRect *rect, int quality, gboolean colour, GByteArray *out)
{
    const int sampling = colour ? TJSAMP_444 : TJSAMP_420;
    const guint8 *from = picture->pixels + (gsize)rect->y * picture->stride + (gsize)rect->x * 4;
    if (!reserve_jpeg(encoder, rect, sampling))
        return FALSE;
    unsigned long size = encoder->n_jpeg_data;
    if (tjCompress2(encoder->jpeg, from, rect->width, (int)picture->stride, rect->height, TJPF_BGRX,
                    &encoder->jpeg_data, &size, sampling, quality,
                    TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) != 0 ||
        size > RA_TIGHT_DATA_MAX)
        return FALSE;
    guint8 head[4] = {CONTROL_JPEG};
    put_length((guint)size, head + 1);
    g_byte_array_append(out, head, sizeof head);
    g_byte_array_append(out, encoder->jpeg_data, (guint)size);
    return TRUE;
}

void ra_encode_tight_clear(RaRectEncoder *encoder)
{
    if (encoder->jpeg != NULL)
        tjDestroy(encoder->jpeg);
    encoder->jpeg = NULL;
    g_clear_pointer(&encoder->jpeg_data, g_free);
    encoder->n_jpeg_data = 0;
}
