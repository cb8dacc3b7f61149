/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pixels of an X screen, and their way to ours: 32 bits little-endian 0xXXRRGGBB. */
#pragma once

#include "host/x11-conn.h"

enum { RA_X11_PIXELS_LEVELS = 1024 }; /* of a colour, at the most: 10 bits */

typedef struct {
    guint bits;     /* of a pixel: 16, 24 or 32 */
    guint row_bits; /* a row is a multiple of this */
    gboolean big_endian;
    guint32 mask[3];                       /* red, green, blue */
    guint shift[3];                        /* of the lowest bit */
    guint8 level[3][RA_X11_PIXELS_LEVELS]; /* to 0..255 */
} RaX11Pixels;

/* RA_ERROR_FAILED where the root window has no true colours. */
gboolean ra_x11_pixels_init(RaX11Pixels *pixels, RaX11 *x11, GError **error);
/* TRUE if nothing is to be converted. */
gboolean ra_x11_pixels_are_ours(const RaX11Pixels *pixels);
/* Bytes of a row of WIDTH pixels. */
gsize ra_x11_pixels_stride(const RaX11Pixels *pixels, guint width);
/* WIDTH pixels from ROW to TO (WIDTH * 4 bytes). */
void ra_x11_pixels_convert(const RaX11Pixels *pixels, const guint8 *row, guint width, guint8 *to);
