/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/region.h"

#include <stdlib.h>
#include <string.h>

/* Two rectangles are joined where that adds less than this many pixels. */
enum { WASTE_MAX = 64 * 64 };

static RaRect hull(RaRect a, RaRect b)
{
    const int left = MIN(a.x, b.x), top = MIN(a.y, b.y);
    const int right = MAX(a.x + a.width, b.x + b.width);
    const int bottom = MAX(a.y + a.height, b.y + b.height);
    return (RaRect){(guint16)left, (guint16)top, (guint16)(right - left), (guint16)(bottom - top)};
}

static gint64 area(RaRect r)
{
    return (gint64)r.width * r.height;
}

/* Pixels that joining A and B would add; negative where they overlap much. */
static gint64 waste(RaRect a, RaRect b)
{
    return area(hull(a, b)) - area(a) - area(b);
}

static void drop(RaRegion *region, guint i)
{
    region->rect[i] = region->rect[--region->n];
}

/* Joins RECT with all that it may be joined with, and returns what it has grown to. */
static RaRect absorb(RaRegion *region, RaRect rect)
{
    guint i = 0;
    while (i < region->n) {
        if (waste(region->rect[i], rect) > WASTE_MAX) {
            i++;
            continue;
        }
        rect = hull(region->rect[i], rect);
        drop(region, i);
        i = 0; /* it has grown: look at all again */
    }
    return rect;
}

static guint cheapest(const RaRegion *region, RaRect rect)
{
    guint best = 0;
    for (guint i = 1; i < region->n; i++)
        if (waste(region->rect[i], rect) < waste(region->rect[best], rect))
            best = i;
    return best;
}

void ra_region_add(RaRegion *region, int x, int y, int width, int height, guint16 max_width,
                   guint16 max_height)
{
    const int left = CLAMP(x, 0, max_width), right = CLAMP(x + width, left, max_width);
    const int top = CLAMP(y, 0, max_height), bottom = CLAMP(y + height, top, max_height);
    if (left == right || top == bottom)
        return;
    RaRect rect = {(guint16)left, (guint16)top, (guint16)(right - left), (guint16)(bottom - top)};
    rect = absorb(region, rect);
    while (region->n == RA_IPC_RECTS_MAX) {
        const guint best = cheapest(region, rect);
        rect = hull(region->rect[best], rect);
        drop(region, best);
        rect = absorb(region, rect);
    }
    region->rect[region->n++] = rect;
}

static int compare_top(gconstpointer a, gconstpointer b)
{
    return ((const RaRect *)a)->y - ((const RaRect *)b)->y;
}

guint ra_region_bands(const RaRegion *region, guint gap, RaBand *bands)
{
    RaRect sorted[RA_IPC_RECTS_MAX];
    memcpy(sorted, region->rect, region->n * sizeof *sorted);
    qsort(sorted, region->n, sizeof *sorted, compare_top);
    guint n = 0;
    for (guint i = 0; i < region->n; i++) {
        const guint bottom = sorted[i].y + sorted[i].height;
        RaBand *last = n > 0 ? &bands[n - 1] : NULL;
        if (last != NULL && sorted[i].y <= last->y + last->height + gap)
            last->height = (guint16)MAX(last->height, bottom - last->y);
        else
            bands[n++] = (RaBand){sorted[i].y, sorted[i].height};
    }
    return n;
}
