/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The host's picture path: frames in, RFB's FramebufferUpdate messages out.
 *
 * The encoder keeps its own copy of what the viewer has been sent (the model). A changed tile is
 * first copied into the model and then encoded from it, so that what the viewer shows always equals
 * the model, whatever happens to the frame meanwhile. All is exact within the viewer's pixel
 * format; or, where a quality below lossless was set and the viewer takes JPEG, photo-like tiles
 * are lossy while they change, and exact again once they have rested.
 */
#pragma once

#include "wire/assist.h"

#include <glib.h>

enum { RA_CURSOR_SIDE_MAX = 128 }; /* pixels; larger cursors are cut to it by the caller */

typedef struct _RaEncoder RaEncoder;

/* WIDTH x HEIGHT as ServerInit told the viewer. Starts with Raw, the native format, and all of the
 * screen to be sent. Never NULL. */
RaEncoder *ra_encoder_new(guint16 width, guint16 height);
void ra_encoder_free(RaEncoder *encoder); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaEncoder, ra_encoder_free)

/* The viewer's SetPixelFormat; valid. All of the screen is sent anew. */
void ra_encoder_set_format(RaEncoder *encoder, const RaPixelFormat *format);
/* The viewer's SetEncodings: what it takes, and which of Tight, ZRLE and Raw it likes best. To one
 * that takes Mosaic, and LastRect, what is exact goes so in the native format. */
void ra_encoder_set_encodings(RaEncoder *encoder, const gint32 *encodings, guint n);
/* TRUE if the viewer's list has ENCODING. */
gboolean ra_encoder_takes(const RaEncoder *encoder, gint32 encoding);

/* For our own viewers; lossless until it is called. A foreign viewer gets what the JPEG level in
 * its list says, and nothing lossy without one. RATE is what the link carries in bytes a second, 0
 * if not known: RA_QUALITY_AUTO follows it and how much is lossy. */
void ra_encoder_set_quality(RaEncoder *encoder, RaQuality quality, guint64 rate);
/* Updates from now on have about so many bytes at the most (at least one tile's); what does not fit
 * is looked at again by the next. 0: no limit. */
void ra_encoder_set_budget(RaEncoder *encoder, gsize bytes);
/* TRUE while something was sent lossy and has to be sent once more: ra_encoder_rest() is to be
 * called in equal intervals then. What did not change for three of them becomes pending. */
gboolean ra_encoder_blurred(const RaEncoder *encoder);
void ra_encoder_rest(RaEncoder *encoder);

/* The screen has a new size; the next update says so and has all of the screen. A viewer that takes
 * neither DesktopSize nor ExtendedDesktopSize keeps its size: it gets what fits, the rest black. */
void ra_encoder_resize(RaEncoder *encoder, guint16 width, guint16 height);
/* Answers SetDesktopSize: the next update says that it was refused (the novice's screen is the
 * novice's). */
void ra_encoder_refuse_resize(RaEncoder *encoder);
/* The pointer's shape, for viewers that take Cursor or Cursor With Alpha: PIXELS are WIDTH * HEIGHT
 * times B G R A, alpha premultiplied, copied. 0 x 0: no pointer. Sides up to RA_CURSOR_SIDE_MAX. */
void ra_encoder_set_cursor(RaEncoder *encoder, guint16 width, guint16 height, guint16 hot_x,
                           guint16 hot_y, const guint8 *pixels);
/* Where the pointer's hot spot is, for viewers that take its position; only the last one counts. A
 * point outside the screen: the pointer is not on it, which is told to our own viewers only. */
void ra_encoder_set_pointer(RaEncoder *encoder, guint16 x, guint16 y);
/* RECT (NULL: everything) is sent anew by the next update, changed or not: for a request that is
 * not incremental. Cut to the screen. */
void ra_encoder_invalidate(RaEncoder *encoder, const RaRect *rect);

/*
 * Appends one whole FramebufferUpdate to OUT and returns TRUE; or FALSE, nothing appended, if
 * nothing changed. FRAME has the size of the last ra_encoder_resize() (or _new()); only DIRTY (N
 * rectangles, cut to the screen) is looked at, what lies between them where something moved, and
 * what is still to be sent anew. Dirty rectangles are not remembered: each is given to one call
 * that is to look at it.
 */
gboolean ra_encoder_update(RaEncoder *encoder, const RaFrameView *frame, const RaRect *dirty,
                           guint n, GByteArray *out);
/*
 * The same in pieces, so that FRAME can be given back, and the first piece be decoded by the other
 * end, while the rest is being encoded. ra_encoder_begin() compares and takes what is to be sent
 * into the model: FRAME is not looked at after it. TRUE: ra_encoder_write() is to be called until
 * it returns FALSE, before any other call on the encoder.
 */
gboolean ra_encoder_begin(RaEncoder *encoder, const RaFrameView *frame, const RaRect *dirty,
                          guint n);
/* Appends the next piece of the one FramebufferUpdate to OUT: whole rectangles of about ABOUT
 * bytes, at least one. TRUE: there are more to come. */
gboolean ra_encoder_write(RaEncoder *encoder, GByteArray *out, gsize about);
/* Appends an update with nothing but the pointer's position and returns TRUE; or FALSE, nothing
 * appended, if that is not to be sent, or only after another update. */
gboolean ra_encoder_update_pointer(RaEncoder *encoder, GByteArray *out);
/* TRUE if an update would say something without any dirty rectangle. */
gboolean ra_encoder_pending(const RaEncoder *encoder);
/* What the viewer has been sent (exactly, but for what is blurred). Borrowed; for tests. */
RaFrameView ra_encoder_model(const RaEncoder *encoder);
