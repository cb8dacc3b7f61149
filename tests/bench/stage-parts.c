/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the encoder, one by one. */
#include "tests/bench/stage.h"

#include "wire/encode.h"
#include "wire/grid.h"
#include "wire/lossy.h"
#include "wire/mosaic.h"
#include "wire/movement.h"

#include <string.h>

enum {
    PART_WIDTH = 512, /* pixels; of parts as a cover makes them */
    PART_AREA = 256 * 128,
    STRIP = 64, /* pixels; the height of JPEGs */
    JPEG_QUALITY = 80,
    ZRLE_HEIGHT = 256, /* pixels */
    MOVES_MAX = 6,
};

typedef struct {
    RaGrid grid;
    RaMoveFinder *finder;
    GArray *parts;
    RaRectEncoder rects;
    RaMosaicEncoder *mosaic;
    GByteArray *out;
    guint sum; /* so that nothing is left out as of no use */
} Parts;

static void parts_init(RaStageRun *run)
{
    Parts *parts = g_new0(Parts, 1);
    ra_grid_init(&parts->grid, run->scene.width, run->scene.height);
    ra_grid_forget_stale(&parts->grid);
    ra_grid_reset(&parts->grid);
    parts->finder = ra_move_finder_new();
    parts->parts = g_array_new(FALSE, FALSE, sizeof(RaGridPart));
    ra_rect_encoder_init(&parts->rects);
    parts->rects.level = 1;
    parts->mosaic = ra_mosaic_encoder_new();
    parts->out = g_byte_array_new();
    run->own = parts;
}

static void parts_clear(RaStageRun *run)
{
    Parts *parts = run->own;
    ra_grid_clear(&parts->grid);
    ra_move_finder_free(parts->finder);
    g_array_unref(parts->parts);
    ra_rect_encoder_clear(&parts->rects);
    ra_mosaic_encoder_free(parts->mosaic);
    g_byte_array_unref(parts->out);
    g_free(parts);
}

static void compare(RaStageRun *run)
{
    Parts *parts = run->own;
    const RaFrameView before = ra_stage_before(run), after = ra_scene_view(&run->scene);
    ra_grid_reset(&parts->grid);
    for (guint i = 0; i < run->scene.n_dirty; i++)
        ra_grid_compare(&parts->grid, &before, &after, &run->scene.dirty[i]);
}

const RaStageClass ra_stage_compare = {parts_init, ra_stage_next_picture, compare, parts_clear};

static void prepare_compared(RaStageRun *run)
{
    ra_stage_next_picture(run);
    compare(run);
}

/* Does MOVE in the picture before, as an encoder does in its model. */
static void move_pixels(RaStageRun *run, const RaMove *move)
{
    const gsize stride = run->scene.width * 4u;
    guint8 *to = run->before + move->to.y * stride + move->to.x * 4u;
    const guint8 *from = run->before + move->from_y * stride + move->from_x * 4u;
    const gboolean down = move->to.y > move->from_y;
    for (guint i = 0; i < move->to.height; i++) {
        const gsize at = (down ? move->to.height - 1u - i : i) * stride;
        memmove(to + at, from + at, move->to.width * 4u);
    }
}

static void move(RaStageRun *run)
{
    Parts *parts = run->own;
    RaMove found;
    const RaFrameView before = ra_stage_before(run), after = ra_scene_view(&run->scene);
    ra_move_finder_begin(parts->finder);
    for (guint i = 0; i < MOVES_MAX; i++) {
        if (!ra_move_find(parts->finder, &before, &after, &parts->grid, &found))
            break;
        move_pixels(run, &found);
        ra_grid_compare_again(&parts->grid, &before, &after, &found.to);
    }
}

const RaStageClass ra_stage_move = {parts_init, prepare_compared, move, parts_clear};

static void classify(RaStageRun *run)
{
    Parts *parts = run->own;
    const RaFrameView picture = ra_scene_view(&run->scene);
    for (gsize i = 0; i < (gsize)parts->grid.columns * parts->grid.rows; i++) {
        const RaGridTile *tile = &parts->grid.tiles[i];
        if (tile->x1 != 0)
            parts->sum += ra_lossy_busy(&picture, tile);
    }
}

const RaStageClass ra_stage_classify = {parts_init, prepare_compared, classify, parts_clear};

static void cover(RaStageRun *run)
{
    Parts *parts = run->own;
    const RaGridLimits limits = {PART_WIDTH, PART_AREA, TRUE, PART_WIDTH, PART_AREA};
    const RaFrameView picture = ra_scene_view(&run->scene);
    g_array_set_size(parts->parts, 0);
    ra_grid_cover(&parts->grid, &picture, &limits, parts->parts);
}

const RaStageClass ra_stage_cover = {parts_init, prepare_compared, cover, parts_clear};

static void prepare_mosaic(RaStageRun *run)
{
    Parts *parts = run->own;
    prepare_compared(run);
    cover(run);
    g_byte_array_set_size(parts->out, 0);
}

static void encode_mosaic(RaStageRun *run)
{
    Parts *parts = run->own;
    const RaFrameView picture = ra_scene_view(&run->scene);
    for (guint i = 0; i < parts->parts->len; i++) {
        const RaGridPart *part = &g_array_index(parts->parts, RaGridPart, i);
        ra_mosaic_add(parts->mosaic, &picture, &part->rect, part->flat);
        if (ra_mosaic_pending(parts->mosaic) >= RA_MOSAIC_PIECE_ABOUT)
            ra_mosaic_end(parts->mosaic, parts->out);
    }
    ra_mosaic_end(parts->mosaic, parts->out);
    run->bytes = parts->out->len;
}

const RaStageClass ra_stage_mosaic = {parts_init, prepare_mosaic, encode_mosaic, parts_clear};

static void prepare_encode(RaStageRun *run)
{
    Parts *parts = run->own;
    ra_stage_next_picture(run);
    g_byte_array_set_size(parts->out, 0);
}

/* All of the screen in equal parts. */
static void encode(RaStageRun *run)
{
    static const struct {
        guint width, height;
    } sizes[] = {[RA_STAGE_TIGHT] = {PART_WIDTH, PART_AREA / PART_WIDTH},
                 [RA_STAGE_ZRLE] = {RA_SCREEN_SIDE_MAX, ZRLE_HEIGHT},
                 [RA_STAGE_JPEG] = {RA_TIGHT_WIDTH_MAX, STRIP}};
    Parts *parts = run->own;
    const int how = run->stage->how;
    const RaFrameView picture = ra_scene_view(&run->scene);
    for (guint y = 0; y < picture.height; y += sizes[how].height) {
        for (guint x = 0; x < picture.width; x += sizes[how].width) {
            const RaRect rect = {(guint16)x, (guint16)y,
                                 (guint16)MIN(sizes[how].width, picture.width - x),
                                 (guint16)MIN(sizes[how].height, picture.height - y)};
            if (how == RA_STAGE_JPEG)
                ra_encode_tight_jpeg(&parts->rects, &picture, &rect, JPEG_QUALITY, FALSE,
                                     parts->out);
            else if (how == RA_STAGE_ZRLE)
                ra_encode_zrle(&parts->rects, &picture, &rect, parts->out);
            else
                ra_encode_tight(&parts->rects, &picture, &rect, parts->out);
        }
    }
    run->bytes = parts->out->len;
}

const RaStageClass ra_stage_encode = {parts_init, prepare_encode, encode, parts_clear};
