/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/cursor.h"

#include "wire/rfb.h"

enum { OPAQUE = 255, OPAQUE_FROM = 128 /* alpha that a mask takes for opaque */ };

static void write_head(RaWriter *w, const RaCursor *cursor, gint32 encoding)
{
    ra_writer_u16(w, cursor->hot_x);
    ra_writer_u16(w, cursor->hot_y);
    ra_writer_u16(w, cursor->width);
    ra_writer_u16(w, cursor->height);
    ra_writer_s32(w, encoding);
}

static guint32 unmultiply(guint8 colour, guint8 alpha)
{
    return alpha == 0 ? 0 : MIN(255u, (colour * 255u + alpha / 2u) / alpha);
}

void ra_cursor_write(const RaCursor *cursor, const RaPixelFormat *format, GByteArray *out)
{
    const gsize n = (gsize)cursor->width * cursor->height, mask_row = (cursor->width + 7u) / 8;
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    write_head(&writer, cursor, RA_RFB_CURSOR);
    guint8 *to = ra_writer_reserve(&writer, n * format->bits / 8 + mask_row * cursor->height);
    for (gsize i = 0; i < n; i++) {
        const guint8 *p = cursor->pixels + i * 4;
        const guint32 native =
            unmultiply(p[2], p[3]) << 16 | unmultiply(p[1], p[3]) << 8 | unmultiply(p[0], p[3]);
        to = ra_pixel_format_put(format, ra_pixel_format_value(format, native), to);
    }
    for (guint y = 0; y < cursor->height; y++) {
        for (guint x = 0; x < cursor->width; x++) {
            if (cursor->pixels[((gsize)y * cursor->width + x) * 4 + 3] >= OPAQUE_FROM)
                to[y * mask_row + x / 8] |= (guint8)(0x80 >> x % 8);
        }
    }
}

void ra_cursor_write_with_alpha(const RaCursor *cursor, GByteArray *out)
{
    const gsize n = (gsize)cursor->width * cursor->height;
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    write_head(&writer, cursor, RA_RFB_CURSOR_WITH_ALPHA);
    ra_writer_s32(&writer, RA_RFB_RAW);
    guint8 *to = ra_writer_reserve(&writer, n * 4);
    for (gsize i = 0; i < n * 4; i += 4) {
        to[i] = cursor->pixels[i + 2];
        to[i + 1] = cursor->pixels[i + 1];
        to[i + 2] = cursor->pixels[i];
        to[i + 3] = cursor->pixels[i + 3];
    }
}

void ra_cursor_read(const guint8 *data, guint width, guint height, guint8 *pixels)
{
    const gsize mask_row = (width + 7u) / 8;
    const guint8 *mask = data + (gsize)width * height * 4;
    for (guint y = 0; y < height; y++) {
        for (guint x = 0; x < width; x++) {
            const gsize i = ((gsize)y * width + x) * 4;
            const gboolean opaque = (mask[y * mask_row + x / 8] & 0x80 >> x % 8) != 0;
            for (guint k = 0; k < 3; k++)
                pixels[i + k] = opaque ? data[i + k] : 0;
            pixels[i + 3] = opaque ? OPAQUE : 0;
        }
    }
}

void ra_cursor_read_with_alpha(const guint8 *data, guint width, guint height, guint8 *pixels)
{
    for (gsize i = 0; i < (gsize)width * height * 4; i += 4) {
        const guint8 alpha = data[i + 3];
        pixels[i] = MIN(data[i + 2], alpha);
        pixels[i + 1] = MIN(data[i + 1], alpha);
        pixels[i + 2] = MIN(data[i], alpha);
        pixels[i + 3] = alpha;
    }
}
