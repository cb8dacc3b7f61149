/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Draws a picture in another size, any part of it by itself: what changed is all that costs.
 * Making smaller averages every source pixel by the area that it covers, so that thin lines of
 * text do not vanish; making larger interpolates between neighbours. A part drawn alone comes out
 * exactly as in one go with the rest. Pixels are 32 bits, 0xXXRRGGBB; X comes out as 0xFF.
 */
#pragma once

#include "viewer/geometry.h"

typedef struct _RaScaler RaScaler;

/* Sizes in pixels, each side 1..RA_SCALER_SIDE_MAX. Never NULL. */
enum { RA_SCALER_SIDE_MAX = 32768 };
RaScaler *ra_scaler_new(int from_width, int from_height, int to_width, int to_height);
void ra_scaler_free(RaScaler *scaler); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaScaler, ra_scaler_free)
gboolean ra_scaler_fits(const RaScaler *scaler, int from_width, int from_height, int to_width,
                        int to_height);
/*
 * Draws PART (of the target, inside it) from FROM, the whole picture in rows of FROM_STRIDE bytes,
 * to TO, which is the first pixel of PART in rows of TO_STRIDE bytes.
 */
void ra_scaler_draw(RaScaler *scaler, const guint8 *from, gsize from_stride, guint8 *to,
                    gsize to_stride, RaBox part);
