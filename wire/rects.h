/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A short list of rectangles that grows without being allocated: what changed since it was last
 * looked at. */
#pragma once

#include "wire/rect.h"

/*
 * Adds RECT to the N of RECTS, which has room for MAX (at least 1). Afterwards they cover what they
 * did and RECT, and none of them is inside another. Two become one where that covers hardly more
 * than they did; and where there is no room, those two for which it covers the least more. Empty
 * ones are left out.
 */
void ra_rects_add(RaRect *rects, guint *n, guint max, RaRect rect);
