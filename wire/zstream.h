/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zlib streams that last as long as a session and are flushed after each piece (RFC 6143, 7.7.6;
 * Tight in rfbproto). Inside the room only.
 */
#pragma once

#include <glib.h>
#include <zlib.h>

typedef struct {
    z_stream stream;
    gboolean open;
} RaDeflate;

/* Appends SIZE bytes of DATA, compressed and flushed. LEVEL (0..9) counts at the first call. */
void ra_deflate(RaDeflate *deflate, int level, const guint8 *data, gsize size, GByteArray *out);
void ra_deflate_clear(RaDeflate *deflate);

typedef struct {
    z_stream stream;
    gboolean open;
} RaInflate;

/* The next call starts a new stream. */
void ra_inflate_reset(RaInflate *inflate);
void ra_inflate_clear(RaInflate *inflate);
/* Inflates exactly WANT bytes out of exactly SIZE bytes. FALSE if it is not so; never writes more
 * than WANT. */
gboolean ra_inflate_exact(RaInflate *inflate, const guint8 *data, gsize size, guint8 *out,
                          gsize want);

enum { RA_INFLATE_WINDOW = 32 * 1024 }; /* bytes: the most that ra_inflate_take() gives at once */

/* One piece, read bit by bit. */
typedef struct {
    RaInflate *inflate;
    gsize at, end;
    guint8 window[RA_INFLATE_WINDOW];
} RaInflateReader;

void ra_inflate_begin(RaInflateReader *reader, RaInflate *inflate, const guint8 *data, gsize size);
/* SIZE bytes, at most RA_INFLATE_WINDOW; borrowed until the next call. NULL if there are fewer. */
const guint8 *ra_inflate_take(RaInflateReader *reader, gsize size);
/* TRUE if the piece has been used up, in and out. */
gboolean ra_inflate_end(RaInflateReader *reader);
