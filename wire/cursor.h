/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pointer's shape on the wire: Cursor (RFC 6143, 7.8.1) and Cursor With Alpha (rfbproto).
 * Inside the room only. */
#pragma once

#include "wire/pixel.h"

#include <glib.h>

typedef struct {
    guint16 width, height, hot_x, hot_y;
    guint8 *pixels; /* B G R A, alpha premultiplied */
} RaCursor;

/* Each appends a whole rectangle, its head included. */
void ra_cursor_write(const RaCursor *cursor, const RaPixelFormat *format, GByteArray *out);
void ra_cursor_write_with_alpha(const RaCursor *cursor, GByteArray *out);

/* DATA is what follows the head: pixels in the native format and a mask, or R G B A. PIXELS has
 * room for WIDTH * HEIGHT * 4 bytes. */
void ra_cursor_read(const guint8 *data, guint width, guint height, guint8 *pixels);
void ra_cursor_read_with_alpha(const guint8 *data, guint width, guint height, guint8 *pixels);
