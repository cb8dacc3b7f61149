/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/encode.h"

void ra_rect_encoder_init(RaRectEncoder *encoder)
{
    *encoder = (RaRectEncoder){.format = ra_pixel_format_native, .level = 1};
    encoder->scratch = g_byte_array_new();
}

void ra_rect_encoder_clear(RaRectEncoder *encoder)
{
    ra_deflate_clear(&encoder->zrle);
    for (guint i = 0; i < RA_TIGHT_STREAMS; i++)
        ra_deflate_clear(&encoder->tight[i]);
    ra_encode_tight_clear(encoder);
    g_byte_array_unref(encoder->scratch);
    g_free(encoder->values);
}

const guint32 *ra_rect_encoder_values(RaRectEncoder *encoder, const RaFrameView *picture,
                                      const RaRect *rect)
{
    const gsize n = (gsize)rect->width * rect->height;
    if (n > encoder->n_values) {
        encoder->n_values = n;
        encoder->values = g_renew(guint32, encoder->values, n);
    }
    for (guint y = 0; y < rect->height; y++) {
        const guint8 *row =
            picture->pixels + (gsize)(rect->y + y) * picture->stride + (gsize)rect->x * 4;
        ra_pixel_format_values(&encoder->format, row, rect->width,
                               encoder->values + (gsize)y * rect->width);
    }
    return encoder->values;
}

void ra_encode_raw(RaRectEncoder *encoder, const RaFrameView *picture, const RaRect *rect,
                   GByteArray *out)
{
    const guint before = out->len;
    const gsize row_size = (gsize)rect->width * encoder->format.bits / 8;
    g_byte_array_set_size(out, (guint)(before + row_size * rect->height));
    for (guint y = 0; y < rect->height; y++) {
        const guint8 *row =
            picture->pixels + (gsize)(rect->y + y) * picture->stride + (gsize)rect->x * 4;
        ra_pixel_format_convert(&encoder->format, row, rect->width,
                                out->data + before + y * row_size);
    }
}
