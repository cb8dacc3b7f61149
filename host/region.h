/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What changed on a screen, as a few rectangles that hold at least all of it. */
#pragma once

#include "wire/ipc.h"

typedef struct {
    guint n;
    RaRect rect[RA_IPC_RECTS_MAX]; /* none empty */
} RaRegion;

/* A run of rows to fetch in one go. */
typedef struct {
    guint16 y, height;
} RaBand;

/* Adds X, Y, WIDTH, HEIGHT, first cut to 0, 0, MAX_WIDTH, MAX_HEIGHT. Rectangles that lie in
 * others go, and those that waste little are joined. */
void ra_region_add(RaRegion *region, int x, int y, int width, int height, guint16 max_width,
                   guint16 max_height);
/* The rows that REGION touches, from the top, into BANDS (RA_IPC_RECTS_MAX of them); bands with
 * no more than GAP rows between them become one. Returns how many. */
guint ra_region_bands(const RaRegion *region, guint gap, RaBand *bands);
