/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mouse pointer's shape: pixels, and the one of them that points. */
#pragma once

#include "wire/ipc.h"

#include <glib.h>

typedef struct {
    int width, height, hot_x, hot_y; /* 0 x 0: none, and no pixels; else the hot spot is inside */
    guint8 *pixels;                  /* B G R A, alpha premultiplied, rows without gaps; owned */
} RaShape;

/* From RA_IPC_CURSOR; copied. Replaces what SHAPE held. */
void ra_shape_set(RaShape *shape, const RaIpcMessage *message);
void ra_shape_clear(RaShape *shape);
/* SHAPE, which is not none, as it is in a picture of PERCENT of its size: at most twice as large,
 * and never so small that nobody sees it. To be cleared. */
RaShape ra_shape_scaled(const RaShape *shape, int percent);
