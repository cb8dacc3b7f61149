/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pixels of an update: the model's boxes, covered with rectangles, each in its encoding. */
#include "wire/encoder-private.h"

#include <string.h>

enum {
    PARTS_MAX = 16384,           /* rectangles of one update; what is left comes in the next */
    TIGHT_PART_AREA = 256 * 128, /* pixels; larger parts rarely have few colours */
    TIGHT_PART_WIDTH = 512,      /* pixels */
    ZRLE_PART_AREA = 1 << 19,    /* pixels; at most 2 MiB to be inflated */
    LOSSY_PART_WIDTH = 2048,     /* pixels: each JPEG has 600 bytes of tables */
    LOSSY_PART_AREA = 2048 * 256,
    COST_MAX = 8192,    /* bytes for 1024 pixels, at the most */
    COST_WEIGHT = 4096, /* pixels; of less nothing is learnt */
};

static void write_part(RaEncoder *e, const RaGridPart *part, GByteArray *out)
{
    const RaFrameView model = ra_encoder_model(e);
    ra_encoder_rect_head(out, &part->rect, e->encoding);
    if (part->lossy) {
        const RaLossy lossy = ra_encoder_lossy_now(e);
        if (ra_encode_tight_jpeg(&e->rects, &model, &part->rect, lossy.quality, lossy.colour, out))
            return;
    }
    if (e->encoding == RA_RFB_ZRLE) {
        ra_encode_zrle(&e->rects, &model, &part->rect, out);
    } else if (e->encoding == RA_RFB_RAW) {
        ra_encode_raw(&e->rects, &model, &part->rect, out);
    } else if (!part->flat) {
        ra_encode_tight(&e->rects, &model, &part->rect, out);
    } else {
        guint32 colour;
        memcpy(&colour, model.pixels + (gsize)part->rect.y * model.stride + part->rect.x * 4u, 4);
        ra_encode_tight_flat(&e->rects, GUINT32_FROM_LE(colour), out);
    }
}

static RaGridLimits limits_of(gint32 encoding)
{
    if (encoding == RA_RFB_TIGHT)
        return (RaGridLimits){TIGHT_PART_WIDTH, TIGHT_PART_AREA, TRUE, LOSSY_PART_WIDTH,
                              LOSSY_PART_AREA};
    return (RaGridLimits){RA_SCREEN_SIDE_MAX, ZRLE_PART_AREA, FALSE, 0, 0};
}

static void learn_cost(RaEncoder *e, gboolean lossy, gsize bytes)
{
    guint *cost = &e->cost[lossy];
    if (e->weight[lossy] >= COST_WEIGHT)
        *cost = (guint)MIN((*cost * 3 + bytes * 1024 / e->weight[lossy]) / 4 + 1, COST_MAX);
}

guint ra_encoder_write_parts(RaEncoder *e, GByteArray *out)
{
    const RaFrameView model = ra_encoder_model(e);
    const RaGridLimits limits = limits_of(e->encoding);
    gsize bytes[2] = {0};
    g_array_set_size(e->parts, 0);
    ra_grid_cover(&e->grid, &model, &limits, e->parts);
    ra_grid_forget_stale(&e->grid);
    for (guint i = 0; i < e->parts->len; i++) {
        const RaGridPart *part = &g_array_index(e->parts, RaGridPart, i);
        if (i >= PARTS_MAX) {
            ra_grid_mark_stale(&e->grid, &part->rect);
            continue;
        }
        const guint before = out->len;
        write_part(e, part, out);
        bytes[part->lossy] += out->len - before;
    }
    learn_cost(e, FALSE, bytes[FALSE]);
    learn_cost(e, TRUE, bytes[TRUE]);
    return MIN(e->parts->len, (guint)PARTS_MAX);
}
