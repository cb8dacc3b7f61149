/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFB's pixel formats (RFC 6143, 7.4): true colour of 8, 16 or 32 bits, either byte order. */
#pragma once

#include "wire/buffer.h"

#include <glib.h>

enum { RA_PIXEL_FORMAT_SIZE = 16 }; /* bytes on the wire */

typedef struct {
    guint8 bits;  /* of a pixel: 8, 16 or 32 */
    guint8 depth; /* useful bits: 1..bits */
    gboolean big_endian;
    guint16 red_max, green_max, blue_max; /* 2^n - 1, at least 1 */
    guint8 red_shift, green_shift, blue_shift;
} RaPixelFormat;

/* 32 bits little-endian 0x00RRGGBB: how all pictures of this program lie in memory, and what our
 * own viewer asks for. */
extern const RaPixelFormat ra_pixel_format_native;

/* TRUE if the maxima are as above and the three colours fit into a pixel without overlap. */
gboolean ra_pixel_format_valid(const RaPixelFormat *format);
gboolean ra_pixel_format_equal(const RaPixelFormat *a, const RaPixelFormat *b);
void ra_pixel_format_write(RaWriter *writer, const RaPixelFormat *format);
/* Fails the reader for a colour map format and for one that is not valid. */
void ra_pixel_format_read(RaReader *reader, RaPixelFormat *ret);

/* A pixel as a number of FORMAT (as it would stand in a register). NATIVE: 0xXXRRGGBB; each colour
 * is rounded to the nearest. */
guint32 ra_pixel_format_value(const RaPixelFormat *format, guint32 native);
/* The same for N native pixels in memory. */
void ra_pixel_format_values(const RaPixelFormat *format, const guint8 *from, gsize n, guint32 *to);
/* Writes VALUE in FORMAT's bytes (bits / 8); returns where the next one goes. */
guint8 *ra_pixel_format_put(const RaPixelFormat *format, guint32 value, guint8 *to);
/* N native pixels at FROM as bytes of FORMAT at TO (n * bits / 8 bytes). */
void ra_pixel_format_convert(const RaPixelFormat *format, const guint8 *from, gsize n, guint8 *to);
