/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/rects.h"

/* Pixels: to draw so many for nothing costs less than another rectangle does. */
enum { SLACK = 1024 };

static gint64 area(RaRect rect)
{
    return (gint64)rect.width * rect.height;
}

static RaRect unite(RaRect a, RaRect b)
{
    const guint right = MAX((guint)a.x + a.width, (guint)b.x + b.width);
    const guint bottom = MAX((guint)a.y + a.height, (guint)b.y + b.height);
    const guint16 x = MIN(a.x, b.x), y = MIN(a.y, b.y);
    return (RaRect){x, y, (guint16)MIN(right - x, G_MAXUINT16),
                    (guint16)MIN(bottom - y, G_MAXUINT16)};
}

/* Pixels that the one rectangle around both covers and they do not; what both have counts once. */
static gint64 waste(RaRect a, RaRect b)
{
    const int width = MIN(a.x + a.width, b.x + b.width) - MAX(a.x, b.x);
    const int height = MIN(a.y + a.height, b.y + b.height) - MAX(a.y, b.y);
    const gint64 common = width > 0 && height > 0 ? (gint64)width * height : 0;
    return area(unite(a, b)) - area(a) - area(b) + common;
}

void ra_rects_add(RaRect *rects, guint *n, guint max, RaRect rect)
{
    if (rect.width == 0 || rect.height == 0)
        return;
    for (;;) { /* each round takes one away */
        guint best = 0;
        gint64 least = G_MAXINT64;
        for (guint i = 0; i < *n; i++) {
            const gint64 wasted = waste(rects[i], rect);
            if (wasted < least) {
                least = wasted;
                best = i;
            }
        }
        if (least > SLACK && *n < max)
            break;
        rect = unite(rects[best], rect);
        rects[best] = rects[--*n];
    }
    rects[(*n)++] = rect;
}
