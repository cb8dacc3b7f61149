/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/pixel.h"

#include <string.h>

/* A loop for the compiler to make vectors of; clang does so anyway. */
#if defined __GNUC__ && !defined __clang__
#define HOT __attribute__((optimize("O3")))
#else
#define HOT
#endif

const RaPixelFormat ra_pixel_format_native = {
    .bits = 32,
    .depth = 24,
    .red_max = 255,
    .green_max = 255,
    .blue_max = 255,
    .red_shift = 16,
    .green_shift = 8,
    .blue_shift = 0,
};

static gboolean max_valid(guint16 max)
{
    return max >= 1 && (max & (max + 1u)) == 0;
}

gboolean ra_pixel_format_valid(const RaPixelFormat *format)
{
    if (format->bits != 8 && format->bits != 16 && format->bits != 32)
        return FALSE;
    if (format->depth < 1 || format->depth > format->bits)
        return FALSE;
    if (!max_valid(format->red_max) || !max_valid(format->green_max) ||
        !max_valid(format->blue_max))
        return FALSE;
    if (format->red_shift >= format->bits || format->green_shift >= format->bits ||
        format->blue_shift >= format->bits)
        return FALSE;
    const guint64 red = (guint64)format->red_max << format->red_shift;
    const guint64 green = (guint64)format->green_max << format->green_shift;
    const guint64 blue = (guint64)format->blue_max << format->blue_shift;
    return ((red | green | blue) >> format->bits) == 0 && (red & green) == 0 && (red & blue) == 0 &&
           (green & blue) == 0;
}

gboolean ra_pixel_format_equal(const RaPixelFormat *a, const RaPixelFormat *b)
{
    return a->bits == b->bits && a->depth == b->depth && !a->big_endian == !b->big_endian &&
           a->red_max == b->red_max && a->green_max == b->green_max && a->blue_max == b->blue_max &&
           a->red_shift == b->red_shift && a->green_shift == b->green_shift &&
           a->blue_shift == b->blue_shift;
}

void ra_pixel_format_write(RaWriter *writer, const RaPixelFormat *format)
{
    ra_writer_u8(writer, format->bits);
    ra_writer_u8(writer, format->depth);
    ra_writer_u8(writer, format->big_endian != FALSE);
    ra_writer_u8(writer, 1); /* true colour */
    ra_writer_u16(writer, format->red_max);
    ra_writer_u16(writer, format->green_max);
    ra_writer_u16(writer, format->blue_max);
    ra_writer_u8(writer, format->red_shift);
    ra_writer_u8(writer, format->green_shift);
    ra_writer_u8(writer, format->blue_shift);
    (void)ra_writer_reserve(writer, 3);
}

void ra_pixel_format_read(RaReader *reader, RaPixelFormat *ret)
{
    RaPixelFormat format = {.bits = ra_reader_u8(reader)};
    format.depth = ra_reader_u8(reader);
    format.big_endian = ra_reader_u8(reader) != 0;
    const gboolean true_colour = ra_reader_u8(reader) != 0;
    format.red_max = ra_reader_u16(reader);
    format.green_max = ra_reader_u16(reader);
    format.blue_max = ra_reader_u16(reader);
    format.red_shift = ra_reader_u8(reader);
    format.green_shift = ra_reader_u8(reader);
    format.blue_shift = ra_reader_u8(reader);
    ra_reader_skip(reader, 3);
    if (!ra_reader_ok(reader) || !true_colour || !ra_pixel_format_valid(&format))
        ra_reader_fail(reader);
    else
        *ret = format;
}

guint32 ra_pixel_format_value(const RaPixelFormat *format, guint32 native)
{
    const guint32 red = native >> 16 & 255, green = native >> 8 & 255, blue = native & 255;
    return (red * format->red_max + 127) / 255 << format->red_shift |
           (green * format->green_max + 127) / 255 << format->green_shift |
           (blue * format->blue_max + 127) / 255 << format->blue_shift;
}

HOT static void native_values(const guint8 *from, gsize n, guint32 *to)
{
    for (gsize i = 0; i < n; i++) {
        guint32 pixel;
        memcpy(&pixel, from + i * 4, 4);
        to[i] = GUINT32_FROM_LE(pixel) & 0xffffff;
    }
}

void ra_pixel_format_values(const RaPixelFormat *format, const guint8 *from, gsize n, guint32 *to)
{
    native_values(from, n, to);
    if (ra_pixel_format_equal(format, &ra_pixel_format_native))
        return;
    for (gsize i = 0; i < n; i++)
        to[i] = ra_pixel_format_value(format, to[i]);
}

guint8 *ra_pixel_format_put(const RaPixelFormat *format, guint32 value, guint8 *to)
{
    const guint size = format->bits / 8;
    for (guint i = 0; i < size; i++)
        to[i] = (guint8)(value >> 8 * (format->big_endian ? size - 1 - i : i));
    return to + size;
}

void ra_pixel_format_convert(const RaPixelFormat *format, const guint8 *from, gsize n, guint8 *to)
{
    if (ra_pixel_format_equal(format, &ra_pixel_format_native)) {
        memcpy(to, from, n * 4); /* what X holds is nobody's business */
        return;
    }
    for (gsize i = 0; i < n; i++) {
        guint32 native;
        memcpy(&native, from + i * 4, 4);
        to =
            ra_pixel_format_put(format, ra_pixel_format_value(format, GUINT32_FROM_LE(native)), to);
    }
}
