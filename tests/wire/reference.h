/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A second decoder, plain and slow, for every pixel format: what the encoder says to stock viewers
 * is checked by code that shares nothing with it. */
#pragma once

#include "wire/pixel.h"

#include <glib.h>
#include <zlib.h>

typedef struct {
    RaPixelFormat format;
    guint width, height;
    guint32 *values; /* pixels as numbers of FORMAT */
    z_stream zrle, tight[4];
    guint raws, copies, zrles, tights;
} Reference;

void reference_init(Reference *reference, const RaPixelFormat *format, guint width, guint height);
void reference_clear(Reference *reference);
/* Whole FramebufferUpdates; anything unexpected fails the test. */
void reference_take(Reference *reference, const guint8 *data, gsize size);
