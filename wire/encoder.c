/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/encoder-private.h"

#include <string.h>

enum {
    LEVEL_DEFAULT = 1, /* of zlib: more costs more than it saves */
    /* Bytes for 1024 pixels, before anything was measured. */
    COST_FIRST_EXACT = 1024,
    COST_FIRST_LOSSY = 256,
    RECTS_OPEN = 0xffff, /* of an update: until LastRect */
};

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
    g_free(e->weights);
    e->weights = g_new0(guint16, e->blur.tiles);
    e->model = g_malloc0((gsize)e->width * e->height * 4);
}

RaEncoder *ra_encoder_new(guint16 width, guint16 height)
{
    RaEncoder *encoder = g_new0(RaEncoder, 1);
    ra_rect_encoder_init(&encoder->rects);
    encoder->width = CLAMP(width, 1, RA_SCREEN_SIDE_MAX);
    encoder->height = CLAMP(height, 1, RA_SCREEN_SIDE_MAX);
    encoder->finder = ra_move_finder_new();
    encoder->head = g_byte_array_new();
    encoder->parts = g_array_new(FALSE, FALSE, sizeof(RaGridPart));
    encoder->left = g_array_new(FALSE, FALSE, sizeof(RaRect));
    encoder->leaving = g_array_new(FALSE, FALSE, sizeof(RaRect));
    encoder->turns = g_array_new(FALSE, FALSE, sizeof(guint64));
    encoder->cost[FALSE] = COST_FIRST_EXACT;
    encoder->cost[TRUE] = COST_FIRST_LOSSY;
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
    ra_mosaic_encoder_free(encoder->mosaic);
    g_byte_array_unref(encoder->head);
    g_array_unref(encoder->parts);
    g_array_unref(encoder->left);
    g_array_unref(encoder->leaving);
    g_array_unref(encoder->turns);
    g_free(encoder->sent_in);
    g_free(encoder->weights);
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
    return (RaFrameView){encoder->model, encoder->grid.width, encoder->grid.height,
                         encoder->grid.width * 4u};
}

gboolean ra_encoder_pending(const RaEncoder *encoder)
{
    return encoder->grid.n_stale > 0 || encoder->left->len > 0 || encoder->blur.n_due > 0 ||
           ra_encoder_extras_pending(encoder);
}

static gboolean takes_mosaic(const RaEncoder *e)
{
    return ra_encoder_takes(e, RA_RFB_MOSAIC) && ra_encoder_takes(e, RA_RFB_LAST_RECT) &&
           ra_pixel_format_equal(&e->rects.format, &ra_pixel_format_native);
}

gboolean ra_encoder_begin(RaEncoder *encoder, const RaFrameView *frame, const RaRect *dirty,
                          guint n)
{
    GByteArray *head = encoder->head;
    g_byte_array_set_size(head, 0);
    g_array_set_size(encoder->parts, 0);
    encoder->now = (RaEncoderUpdate){.mosaic = takes_mosaic(encoder)};
    if (ra_encoder_size_pending(encoder)) {
        /* Whoever looked at nothing must look again. */
        for (guint i = 0; i < n; i++)
            ra_grid_mark_stale(&encoder->grid, &dirty[i]);
        ra_encoder_write_size(encoder, head);
        encoder->now.count = 1;
        return TRUE;
    }
    ra_encoder_update_head(head, 0);
    encoder->now.count = ra_encoder_write_extras(encoder, head);
    ra_encoder_compare(encoder, frame, dirty, n);
    encoder->now.count += ra_encoder_write_moves(encoder, frame, head);
    ra_encoder_choose(encoder, frame);
    ra_encoder_copy(encoder, frame);
    ra_encoder_cover(encoder);
    return encoder->now.count + encoder->parts->len > 0;
}

gboolean ra_encoder_write(RaEncoder *encoder, GByteArray *out, gsize about)
{
    const gboolean first = encoder->head->len > 0;
    const guint before = out->len;
    if (first) {
        g_byte_array_append(out, encoder->head->data, encoder->head->len);
        g_byte_array_set_size(encoder->head, 0);
    }
    const gboolean more = ra_encoder_write_parts(encoder, out, about);
    if (first) {
        /* How many a mosaic needs is known only when it is done. */
        encoder->now.open = more && encoder->now.mosaic;
        const guint left = encoder->parts->len - encoder->now.next;
        const guint count = encoder->now.open ? RECTS_OPEN : encoder->now.count + left;
        out->data[before + 2] = (guint8)(count >> 8);
        out->data[before + 3] = (guint8)count;
    }
    if (encoder->now.open && !more)
        ra_encoder_rect_head(out, &(RaRect){0}, RA_RFB_LAST_RECT);
    return more;
}

gboolean ra_encoder_update(RaEncoder *encoder, const RaFrameView *frame, const RaRect *dirty,
                           guint n, GByteArray *out)
{
    if (!ra_encoder_begin(encoder, frame, dirty, n))
        return FALSE;
    while (ra_encoder_write(encoder, out, G_MAXSIZE))
        continue;
    return TRUE;
}
