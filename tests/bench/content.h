/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a screen shows, made by rule: for benchmarks, the same on each run and of any size. Another
 * seed is another page of the same kind.
 *
 * Something that scrolls or pans is a large page that is seen through a window: draw the page once,
 * then ra_content_copy() from it, or hand the window on as it lies there (same stride).
 */
#pragma once

#include <glib.h>

typedef enum {
    RA_CONTENT_TEXT,     /* black on white without grey, like a bitmap font's, in lines of 15 */
    RA_CONTENT_TERMINAL, /* many colours on dark, antialiased, in lines of 17 */
    RA_CONTENT_GREY, /* a document, antialiased in greys: letters of several sizes and colours */
    RA_CONTENT_SUBPIXEL,  /* the same, antialiased for the thirds of a flat screen's pixels */
    RA_CONTENT_UI,        /* windows, icons, lists and a sheet before a wallpaper */
    RA_CONTENT_PHOTO,     /* shapes of all sizes, soft and sharp edges, textures, sensor noise */
    RA_CONTENT_VIDEO,     /* one scene; picture SEED of the film is zoomed, turned, and has its own
                             noise: no two pictures are related by a shift of whole pixels */
    RA_CONTENT_WALLPAPER, /* a soft gradient over the picture's size */
    RA_CONTENT_KINDS
} RaContent;

/* "text", "terminal", ...; static. */
const char *ra_content_name(RaContent kind);
/* FALSE, *RET untouched: no kind has this name. */
gboolean ra_content_named(const char *name, RaContent *ret);

/* Draws all of WIDTH x HEIGHT pixels (1..32767 each) in rows of STRIDE bytes (a multiple of 4, at
 * least WIDTH * 4): B, G, R and a byte that is 0. Letters are DejaVu's where it is installed. */
void ra_content_draw(RaContent kind, guint32 seed, guint width, guint height, guint8 *pixels,
                     gsize stride);

/* WIDTH x HEIGHT pixels of the picture FROM, those at X, Y first, to TO. */
void ra_content_copy(const guint8 *from, gsize from_stride, guint x, guint y, guint width,
                     guint height, guint8 *to, gsize to_stride);
