/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rectangles and pictures, as all of the pixel path speaks of them. */
#pragma once

#include <glib.h>

enum {
    RA_SCREEN_SIDE_MAX = 16384, /* pixels, each side of a screen */
};

typedef struct {
    guint16 x, y, width, height; /* pixels */
} RaRect;

/* A picture to be read: rows of STRIDE bytes from the top, each pixel 32 bits little-endian
 * 0xXXRRGGBB (in memory B G R X); X may hold anything. Borrowed. */
typedef struct {
    const guint8 *pixels;
    guint16 width, height; /* pixels, 1..RA_SCREEN_SIDE_MAX */
    guint32 stride;        /* bytes, at least width * 4 */
} RaFrameView;

/* TRUE if RECT, which may be empty, lies inside WIDTH x HEIGHT. */
static inline gboolean ra_rect_inside(const RaRect *rect, guint width, guint height)
{
    return (guint)rect->x + rect->width <= width && (guint)rect->y + rect->height <= height;
}
