/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/encoder-private.h"

#include <string.h>

enum {
    PARTS_MAX = 16384,           /* rectangles of one update; what is left comes in the next */
    MOVE_TILES_MIN = 6,          /* changed tiles, below which movement is not looked for */
    MOVE_MISSES_MAX = 4,         /* failed searches in a row, after which some are left out */
    MOVE_PAUSE = 8,              /* updates without a search then */
    TIGHT_PART_AREA = 256 * 128, /* pixels; larger parts rarely have few colours */
    TIGHT_PART_WIDTH = 512,      /* pixels */
    ZRLE_PART_AREA = 1 << 19,    /* pixels; at most 2 MiB to be inflated */
    LEVEL_DEFAULT = 1,           /* of zlib: more costs more than it saves */
    LOSSY_PART_WIDTH = 2048,     /* pixels: each JPEG has 600 bytes of tables */
    LOSSY_PART_AREA = 2048 * 256,
    COST_HEAD = 24,     /* bytes of each box beside its pixels */
    COST_FIRST = 1024,  /* bytes for 1024 pixels, before anything was measured */
    COST_MAX = 8192,    /* the same, at the most */
    COST_WEIGHT = 4096, /* pixels; of less nothing is learnt */
    SMALL_AREA = 1024,  /* pixels of a tile: a change that has its turn first */
    TURN_TILE_BITS = 24,
};

/* A turn: whether it is large, when it was sent last, the tile. */
#define TURN_LARGE (G_GUINT64_CONSTANT(1) << 63)
#define TURN_TILE  ((1u << TURN_TILE_BITS) - 1)

static RaFrameView model_view(const RaEncoder *e)
{
    return (RaFrameView){e->model, e->grid.width, e->grid.height, e->grid.width * 4u};
}

static void new_model(RaEncoder *e)
{
    g_free(e->model);
    ra_grid_clear(&e->grid);
    ra_grid_init(&e->grid, e->width, e->height);
    ra_blur_clear(&e->blur);
    ra_blur_init(&e->blur, &e->grid);
    g_array_set_size(e->left, 0);
    g_free(e->sent_in);
    e->sent_in = g_new0(guint32, e->blur.tiles);
    e->model = g_malloc0((gsize)e->width * e->height * 4);
}

RaEncoder *ra_encoder_new(guint16 width, guint16 height)
{
    RaEncoder *encoder = g_new0(RaEncoder, 1);
    ra_rect_encoder_init(&encoder->rects);
    encoder->width = CLAMP(width, 1, RA_SCREEN_SIDE_MAX);
    encoder->height = CLAMP(height, 1, RA_SCREEN_SIDE_MAX);
    encoder->finder = ra_move_finder_new();
    encoder->written = g_byte_array_new();
    encoder->parts = g_array_new(FALSE, FALSE, sizeof(RaGridPart));
    encoder->left = g_array_new(FALSE, FALSE, sizeof(RaRect));
    encoder->leaving = g_array_new(FALSE, FALSE, sizeof(RaRect));
    encoder->turns = g_array_new(FALSE, FALSE, sizeof(guint64));
    encoder->cost[FALSE] = encoder->cost[TRUE] = COST_FIRST;
    encoder->jpeg_level = -1;
    encoder->encoding = RA_RFB_RAW;
    new_model(encoder);
    return encoder;
}

void ra_encoder_free(RaEncoder *encoder)
{
    if (encoder == NULL)
        return;
    ra_rect_encoder_clear(&encoder->rects);
    ra_grid_clear(&encoder->grid);
    ra_blur_clear(&encoder->blur);
    ra_move_finder_free(encoder->finder);
    g_byte_array_unref(encoder->written);
    g_array_unref(encoder->parts);
    g_array_unref(encoder->left);
    g_array_unref(encoder->leaving);
    g_array_unref(encoder->turns);
    g_free(encoder->sent_in);
    g_free(encoder->model);
    g_free(encoder->cursor.pixels);
    g_free(encoder);
}

void ra_encoder_set_format(RaEncoder *encoder, const RaPixelFormat *format)
{
    g_return_if_fail(ra_pixel_format_valid(format));
    encoder->rects.format = *format;
    encoder->cursor_new = encoder->cursor.pixels != NULL;
    ra_encoder_invalidate(encoder, NULL);
}

gboolean ra_encoder_takes(const RaEncoder *encoder, gint32 encoding)
{
    for (guint i = 0; i < encoder->n_known; i++) {
        if (encoder->known[i] == encoding)
            return TRUE;
    }
    return FALSE;
}

static gboolean takes_size(const RaEncoder *e)
{
    return ra_encoder_takes(e, RA_RFB_DESKTOP_SIZE) ||
           ra_encoder_takes(e, RA_RFB_EXTENDED_DESKTOP_SIZE);
}

/* The viewer's screen takes the novice's size, if the viewer can be told. */
static void follow_size(RaEncoder *e)
{
    const gboolean differs = e->grid.width != e->width || e->grid.height != e->height;
    if (takes_size(e) && differs) {
        new_model(e);
        e->size_new = TRUE;
    }
}

void ra_encoder_set_encodings(RaEncoder *encoder, const gint32 *encodings, guint n)
{
    const gboolean had_cursor = ra_encoder_takes(encoder, RA_RFB_CURSOR) ||
                                ra_encoder_takes(encoder, RA_RFB_CURSOR_WITH_ALPHA);
    const gboolean had_pointer = ra_encoder_takes(encoder, RA_RFB_POINTER_POSITION);
    encoder->n_known = MIN(n, (guint)RA_RFB_KNOWN_ENCODINGS_MAX);
    memcpy(encoder->known, encodings, encoder->n_known * sizeof *encodings);
    encoder->encoding = RA_RFB_RAW;
    encoder->rects.level = LEVEL_DEFAULT;
    encoder->jpeg_level = -1;
    for (guint i = encoder->n_known; i-- > 0;) {
        const gint32 encoding = encodings[i];
        if (encoding == RA_RFB_RAW || encoding == RA_RFB_ZRLE || encoding == RA_RFB_TIGHT)
            encoder->encoding = encoding;
        else if (encoding >= RA_RFB_COMPRESSION_FIRST && encoding <= RA_RFB_COMPRESSION_LAST)
            encoder->rects.level = encoding - RA_RFB_COMPRESSION_FIRST;
        else if (encoding >= RA_RFB_JPEG_QUALITY_FIRST && encoding <= RA_RFB_JPEG_QUALITY_LAST)
            encoder->jpeg_level = encoding - RA_RFB_JPEG_QUALITY_FIRST;
    }
    if (!had_cursor)
        encoder->cursor_new = encoder->cursor.pixels != NULL;
    if (!had_pointer)
        encoder->pointer_new = encoder->pointer_known;
    follow_size(encoder);
}

void ra_encoder_set_quality(RaEncoder *encoder, RaQuality quality, guint64 rate)
{
    encoder->lossy = ra_lossy_of(quality, rate);
}

void ra_encoder_set_budget(RaEncoder *encoder, gsize bytes)
{
    encoder->budget = bytes;
}

gboolean ra_encoder_blurred(const RaEncoder *encoder)
{
    return encoder->blur.n > encoder->blur.n_due;
}

void ra_encoder_rest(RaEncoder *encoder)
{
    ra_blur_rest(&encoder->blur);
}

void ra_encoder_resize(RaEncoder *encoder, guint16 width, guint16 height)
{
    encoder->width = CLAMP(width, 1, RA_SCREEN_SIDE_MAX);
    encoder->height = CLAMP(height, 1, RA_SCREEN_SIDE_MAX);
    follow_size(encoder);
    encoder->pointer_new = encoder->pointer_known; /* what was outside may be inside now */
    ra_encoder_invalidate(encoder, NULL);
}

void ra_encoder_invalidate(RaEncoder *encoder, const RaRect *rect)
{
    const RaRect all = {0, 0, encoder->grid.width, encoder->grid.height};
    ra_grid_mark_stale(&encoder->grid, rect == NULL ? &all : rect);
}

RaFrameView ra_encoder_model(const RaEncoder *encoder)
{
    return model_view(encoder);
}

gboolean ra_encoder_pending(const RaEncoder *encoder)
{
    return encoder->grid.n_stale > 0 || encoder->left->len > 0 || encoder->blur.n_due > 0 ||
           ra_encoder_extras_pending(encoder);
}

static void compare_all(RaEncoder *e, const RaFrameView *frame, const RaRect *dirty, guint n)
{
    const RaFrameView model = model_view(e);
    ra_grid_reset(&e->grid);
    for (guint i = 0; i < n; i++)
        ra_grid_compare(&e->grid, &model, frame, &dirty[i]);
    for (guint i = 0; i < e->left->len; i++)
        ra_grid_compare(&e->grid, &model, frame, &g_array_index(e->left, RaRect, i));
}

/* The model's pixels move as the viewer will move its own. */
static void move_model(RaEncoder *e, const RaMove *move)
{
    const gsize stride = e->grid.width * 4u, size = move->to.width * 4u;
    guint8 *to = e->model + move->to.y * stride + move->to.x * 4u;
    const guint8 *from = e->model + move->from_y * stride + move->from_x * 4u;
    const gboolean down = move->to.y > move->from_y;
    for (guint i = 0; i < move->to.height; i++) {
        const gsize row = down ? move->to.height - 1u - i : i;
        memmove(to + row * stride, from + row * stride, size);
    }
}

/* Looks for content that moved; sends a CopyRect for it and compares again. */
static guint write_move(RaEncoder *e, const RaFrameView *frame, const RaRect *dirty, guint n,
                        GByteArray *out)
{
    RaRect bounds;
    RaMove move;
    if (e->grid.n_stale > 0 || !ra_encoder_takes(e, RA_RFB_COPY_RECT) ||
        ra_grid_changed(&e->grid, &bounds) < MOVE_TILES_MIN)
        return 0;
    if (e->pause > 0) {
        e->pause--;
        return 0;
    }
    const RaFrameView model = model_view(e);
    if (!ra_move_find(e->finder, &model, frame, &bounds, &move)) {
        e->misses++;
        if (e->misses >= MOVE_MISSES_MAX)
            e->pause = MOVE_PAUSE;
        return 0;
    }
    e->misses = 0;
    move_model(e, &move);
    ra_blur_moved(&e->blur, &e->grid, &move.to, move.from_x, move.from_y);
    ra_encoder_rect_head(out, &move.to, RA_RFB_COPY_RECT);
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    ra_writer_u16(&writer, move.from_x);
    ra_writer_u16(&writer, move.from_y);
    compare_all(e, frame, dirty, n);
    const RaFrameView moved = model_view(e);
    ra_grid_compare(&e->grid, &moved, frame, &move.to);
    return 1;
}

/* How photos may be sent to this viewer now. */
static RaLossy lossy_now(const RaEncoder *e)
{
    if (e->encoding != RA_RFB_TIGHT || !ra_encode_tight_takes_jpeg(&e->rects.format))
        return (RaLossy){0};
    if (ra_encoder_takes(e, RA_RFB_ASSIST))
        return e->lossy;
    return e->jpeg_level >= 0 ? ra_lossy_of_level(e->jpeg_level) : (RaLossy){0};
}

/* In bytes, as far as can be told; sets whether it may be lossy. */
static gsize estimate(const RaEncoder *e, const RaLossy *lossy, const RaFrameView *frame,
                      RaGridTile *box, gsize *weight)
{
    const gsize area = (gsize)(box->x1 - box->x0) * (gsize)(box->y1 - box->y0);
    const guint busy = ra_lossy_busy(frame, box);
    box->lossy = ra_lossy_suits(lossy, busy, box);
    *weight = box->lossy ? area : area * busy / 1000;
    return COST_HEAD + *weight * e->cost[box->lossy] / 1024;
}

/* What changed is left for the next update. A stale tile stays one. */
static void leave_out(RaEncoder *e, RaGridTile *box)
{
    const RaRect rect = {box->x0, box->y0, (guint16)(box->x1 - box->x0),
                         (guint16)(box->y1 - box->y0)};
    if (!box->stale)
        g_array_append_val(e->leaving, rect);
    box->x1 = 0;
    box->lossy = FALSE;
}

static gint compare_turns(gconstpointer a, gconstpointer b)
{
    const guint64 one = *(const guint64 *)a, two = *(const guint64 *)b;
    return one < two ? -1 : one > two;
}

/* What changed, in the order in which it has its turn: first what is small, since a person may
 * have typed it; of the same kind what was sent longest ago. The tile's number comes last. */
static void find_turns(RaEncoder *e)
{
    g_array_set_size(e->turns, 0);
    for (gsize i = 0; i < e->blur.tiles; i++) {
        const RaGridTile *tile = &e->grid.tiles[i];
        const gsize area = (gsize)(tile->x1 - tile->x0) * (gsize)(tile->y1 - tile->y0);
        const guint64 turn =
            (area > SMALL_AREA ? TURN_LARGE : 0) | (guint64)e->sent_in[i] << TURN_TILE_BITS | i;
        if (tile->x1 != 0)
            g_array_append_val(e->turns, turn);
    }
    if (e->budget > 0)
        g_array_sort(e->turns, compare_turns);
}

/* Tiles that have rested, exactly, while that fits into the budget beside what is SPENT. */
static void choose_rested(RaEncoder *e, const RaFrameView *frame, gsize spent, gsize budget)
{
    const RaLossy exact = {0};
    gsize weight = 0;
    for (gsize i = 0; i < e->blur.tiles && e->blur.n_due > 0; i++) {
        RaGridTile *tile = &e->grid.tiles[i];
        if (tile->x1 != 0 || !ra_blur_due(&e->blur, i))
            continue;
        ra_grid_whole(&e->grid, i, tile);
        const gsize cost = estimate(e, &exact, frame, tile, &weight);
        if (spent > 0 && spent + cost > budget) {
            tile->x1 = 0;
            return;
        }
        spent += cost;
        e->weight[FALSE] += weight;
    }
}

/* Of what changed as much as the budget allows, small things up to half of it if there are others;
 * then tiles that have rested. */
static void choose_boxes(RaEncoder *e, const RaFrameView *frame)
{
    const RaLossy lossy = lossy_now(e);
    const gsize budget = e->budget > 0 ? e->budget : G_MAXSIZE;
    gsize spent = 0, weight = 0;
    gboolean full = FALSE;
    e->weight[FALSE] = e->weight[TRUE] = 0;
    g_array_set_size(e->leaving, 0);
    find_turns(e);
    const guint n = e->turns->len;
    const gboolean mixed = n > 0 && g_array_index(e->turns, guint64, n - 1) >= TURN_LARGE;
    for (guint i = 0; i < n; i++) {
        const guint64 turn = g_array_index(e->turns, guint64, i);
        RaGridTile *tile = &e->grid.tiles[turn & TURN_TILE];
        const gboolean enough = mixed && turn < TURN_LARGE && spent > budget / 2;
        const gsize cost = full || enough ? 0 : estimate(e, &lossy, frame, tile, &weight);
        full = full || (spent > 0 && spent + cost > budget);
        if (full || enough) {
            leave_out(e, tile);
            continue;
        }
        spent += cost;
        e->weight[tile->lossy] += weight;
    }
    if (!full)
        choose_rested(e, frame, spent, budget);
    GArray *done = e->left;
    e->left = e->leaving;
    e->leaving = done;
}

/* What is to be sent, from the frame into the model; black where the frame ends. */
static void copy_boxes(RaEncoder *e, const RaFrameView *frame)
{
    e->number++;
    for (gsize i = 0; i < (gsize)e->grid.columns * e->grid.rows; i++) {
        const RaGridTile *box = &e->grid.tiles[i];
        if (box->x1 == 0)
            continue;
        e->sent_in[i] = e->number;
        ra_blur_sent(&e->blur, &e->grid, i, box->lossy);
        const gsize width = box->x1 - box->x0;
        const gsize inside = frame->width > box->x0 ? MIN(width, (gsize)frame->width - box->x0) : 0;
        for (guint y = box->y0; y < box->y1; y++) {
            guint8 *to = e->model + ((gsize)y * e->grid.width + box->x0) * 4;
            const gsize copied = y < frame->height ? inside : 0;
            if (copied > 0)
                memcpy(to, frame->pixels + (gsize)y * frame->stride + box->x0 * 4u, copied * 4);
            memset(to + copied * 4, 0, (width - copied) * 4);
        }
    }
}

static void write_part(RaEncoder *e, const RaGridPart *part, GByteArray *out)
{
    const RaFrameView model = model_view(e);
    ra_encoder_rect_head(out, &part->rect, e->encoding);
    if (part->lossy) {
        const RaLossy lossy = lossy_now(e);
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

static guint write_parts(RaEncoder *e, GByteArray *out)
{
    const RaFrameView model = model_view(e);
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

gboolean ra_encoder_update(RaEncoder *encoder, const RaFrameView *frame, const RaRect *dirty,
                           guint n, GByteArray *out)
{
    if (ra_encoder_size_pending(encoder)) {
        /* Whoever looked at nothing must look again. */
        for (guint i = 0; i < n; i++)
            ra_grid_mark_stale(&encoder->grid, &dirty[i]);
        ra_encoder_write_size(encoder, out);
        return TRUE;
    }
    const guint before = out->len;
    ra_encoder_update_head(out, 0);
    guint count = ra_encoder_write_extras(encoder, out);
    compare_all(encoder, frame, dirty, n);
    count += write_move(encoder, frame, dirty, n, out);
    choose_boxes(encoder, frame);
    copy_boxes(encoder, frame);
    count += write_parts(encoder, out);
    if (count == 0) {
        g_byte_array_set_size(out, before);
        return FALSE;
    }
    out->data[before + 2] = (guint8)(count >> 8);
    out->data[before + 3] = (guint8)count;
    return TRUE;
}

gboolean ra_encoder_begin(RaEncoder *encoder, const RaFrameView *frame, const RaRect *dirty,
                          guint n)
{
    g_byte_array_set_size(encoder->written, 0);
    return ra_encoder_update(encoder, frame, dirty, n, encoder->written);
}

gboolean ra_encoder_write(RaEncoder *encoder, GByteArray *out, gsize about G_GNUC_UNUSED)
{
    g_byte_array_append(out, encoder->written->data, encoder->written->len);
    return FALSE;
}
