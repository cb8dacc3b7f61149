/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pixels of an update: the model's boxes, covered with rectangles, each in its encoding. */
#include "wire/encoder-private.h"

#include <string.h>

enum {
    PARTS_MAX = 16384,           /* rectangles of one update; what is left comes in the next */
    TIGHT_PART_AREA = 256 * 128, /* pixels; larger parts rarely have few colours */
    TIGHT_PART_WIDTH = 512,      /* pixels */
    ZRLE_PART_AREA = 1 << 17,    /* pixels; 512 KiB to be inflated */
    /* Strips: the other end decodes one while the next is made, and each JPEG has 600 bytes of
     * tables. */
    LOSSY_PART_WIDTH = 2048,
    LOSSY_PART_AREA = 2048 * 128,
    MOSAIC_PART_AREA = 1 << 17, /* pixels: wide rows pack best; a row of tiles of a large screen */
    COST_MAX = 8192,            /* bytes for 1024 pixels, at the most */
    COST_WEIGHT = 4096,         /* pixels; of less nothing is learnt */
};

static RaGridLimits limits_of(const RaEncoder *e)
{
    if (e->now.mosaic)
        return (RaGridLimits){RA_SCREEN_SIDE_MAX, MOSAIC_PART_AREA, TRUE, LOSSY_PART_WIDTH,
                              LOSSY_PART_AREA};
    if (e->encoding == RA_RFB_TIGHT)
        return (RaGridLimits){TIGHT_PART_WIDTH, TIGHT_PART_AREA, TRUE, LOSSY_PART_WIDTH,
                              LOSSY_PART_AREA};
    return (RaGridLimits){RA_SCREEN_SIDE_MAX, ZRLE_PART_AREA, FALSE, 0, 0};
}

void ra_encoder_cover(RaEncoder *e)
{
    const RaFrameView model = ra_encoder_model(e);
    const RaGridLimits limits = limits_of(e);
    if (e->now.mosaic && e->mosaic == NULL)
        e->mosaic = ra_mosaic_encoder_new();
    ra_grid_cover(&e->grid, &model, &limits, e->parts);
    ra_grid_forget_stale(&e->grid);
    for (guint i = PARTS_MAX; i < e->parts->len; i++)
        ra_grid_mark_stale(&e->grid, &g_array_index(e->parts, RaGridPart, i).rect);
    if (e->parts->len > PARTS_MAX)
        g_array_set_size(e->parts, PARTS_MAX);
}

static void end_mosaic(RaEncoder *e, GByteArray *out)
{
    if (e->mosaic != NULL && ra_mosaic_end(e->mosaic, out))
        e->now.count++;
}

static void write_mosaic(RaEncoder *e, const RaGridPart *part, GByteArray *out)
{
    const RaFrameView model = ra_encoder_model(e);
    if (!ra_mosaic_add(e->mosaic, &model, &part->rect, part->flat)) {
        end_mosaic(e, out);
        g_warn_if_fail(ra_mosaic_add(e->mosaic, &model, &part->rect, part->flat));
    }
    if (ra_mosaic_pending(e->mosaic) >= RA_MOSAIC_PIECE_ABOUT)
        end_mosaic(e, out);
}

static void write_exact(RaEncoder *e, const RaGridPart *part, GByteArray *out)
{
    const RaFrameView model = ra_encoder_model(e);
    if (e->now.mosaic) {
        write_mosaic(e, part, out);
        return;
    }
    ra_encoder_rect_head(out, &part->rect, e->encoding);
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
    e->now.count++;
}

/* FALSE, nothing written, where JPEG fails. */
static gboolean write_lossy(RaEncoder *e, const RaGridPart *part, GByteArray *out)
{
    const RaFrameView model = ra_encoder_model(e);
    const RaLossy *lossy = &e->now.lossy;
    const guint before = out->len;
    ra_encoder_rect_head(out, &part->rect, RA_RFB_TIGHT);
    if (!ra_encode_tight_jpeg(&e->rects, &model, &part->rect, lossy->quality, lossy->colour, out)) {
        g_byte_array_set_size(out, before);
        return FALSE;
    }
    e->now.count++;
    return TRUE;
}

static void write_part(RaEncoder *e, const RaGridPart *part, GByteArray *out)
{
    const guint before = out->len;
    if (!part->lossy || !write_lossy(e, part, out))
        write_exact(e, part, out);
    e->now.bytes[part->lossy] += out->len - before;
}

/* SHARE: of quality 80, in 1024. */
static void learn_cost(RaEncoder *e, gboolean lossy, guint share)
{
    const gsize weight = e->now.weight[lossy] * share / 1024;
    guint *cost = &e->cost[lossy];
    if (weight >= COST_WEIGHT)
        *cost = (guint)MIN((*cost * 3 + e->now.bytes[lossy] * 1024 / weight) / 4 + 1, COST_MAX);
}

gboolean ra_encoder_write_parts(RaEncoder *e, GByteArray *out, gsize about)
{
    const GArray *parts = e->parts;
    const guint start = out->len;
    gsize last = 0; /* bytes of the last part: half of another one like it should still fit */
    while (e->now.next < parts->len && (out->len == start || out->len - start + last / 2 < about)) {
        const guint before = out->len;
        write_part(e, &g_array_index(parts, RaGridPart, e->now.next++), out);
        last = out->len - before;
    }
    if (e->now.next < parts->len)
        return TRUE;
    if (e->now.mosaic) {
        const guint before = out->len;
        end_mosaic(e, out);
        e->now.bytes[FALSE] += out->len - before;
    }
    learn_cost(e, FALSE, 1024);
    learn_cost(e, TRUE, ra_lossy_share(&e->now.lossy));
    return FALSE;
}
