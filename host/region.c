/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/region.h"

#include <stdlib.h>
#include <string.h>

/* Two rectangles are joined where that adds less than this many pixels. */
enum { WASTE_MAX = 64 * 64 };
/* Rectangles that are left of too many. */
enum { COARSE_MAX = RA_IPC_RECTS_MAX / 2 };

static RaRect hull(RaRect a, RaRect b)
{
    const int left = MIN(a.x, b.x), top = MIN(a.y, b.y);
    const int right = MAX(a.x + a.width, b.x + b.width);
    const int bottom = MAX(a.y + a.height, b.y + b.height);
    return (RaRect){(guint16)left, (guint16)top, (guint16)(right - left), (guint16)(bottom - top)};
}

static int area(RaRect r)
{
    return r.width * r.height; /* RA_IPC_SCREEN_SIDE_MAX squared fits */
}

/* Pixels that joining A and B would add; negative where they overlap much. */
static int waste(RaRect a, RaRect b)
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

/* One span for each of COARSE_MAX rows of rows: what is left when there are too many rectangles to
 * look at each. Damage that is scattered so widely soon lies in what there is already. */
static void coarsen(RaRegion *region, guint16 max_width, guint16 max_height)
{
    const int pitch = (max_height + COARSE_MAX - 1) / COARSE_MAX;
    RaRegion spans = {0};
    for (int top = 0; top < max_height; top += pitch) {
        const int bottom = MIN(top + pitch, max_height);
        int left = max_width, right = 0;
        for (guint i = 0; i < region->n; i++) {
            const RaRect *r = &region->rect[i];
            if (r->y >= bottom || r->y + r->height <= top)
                continue;
            left = MIN(left, r->x);
            right = MAX(right, r->x + r->width);
        }
        if (left < right)
            spans.rect[spans.n++] = (RaRect){(guint16)left, (guint16)top, (guint16)(right - left),
                                             (guint16)(bottom - top)};
    }
    *region = spans;
}

/* The last one first: what is drawn next to each other comes one after the other. */
static gboolean holds(const RaRegion *region, RaRect rect)
{
    for (guint i = region->n; i-- > 0;) {
        const RaRect *r = &region->rect[i];
        if (rect.x >= r->x && rect.y >= r->y && rect.x + rect.width <= r->x + r->width &&
            rect.y + rect.height <= r->y + r->height)
            return TRUE;
    }
    return FALSE;
}

void ra_region_add(RaRegion *region, int x, int y, int width, int height, guint16 max_width,
                   guint16 max_height)
{
    const int left = CLAMP(x, 0, max_width), right = CLAMP(x + width, left, max_width);
    const int top = CLAMP(y, 0, max_height), bottom = CLAMP(y + height, top, max_height);
    if (left == right || top == bottom)
        return;
    RaRect rect = {(guint16)left, (guint16)top, (guint16)(right - left), (guint16)(bottom - top)};
    if (holds(region, rect))
        return;
    rect = absorb(region, rect);
    if (region->n == RA_IPC_RECTS_MAX) {
        coarsen(region, max_width, max_height);
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
