/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/encoder.h"

#include "wire/cursor.h"
#include "wire/encode.h"
#include "wire/grid.h"
#include "wire/scroll.h"

#include <string.h>

enum {
    PARTS_MAX = 16384,           /* rectangles of one update; what is left comes in the next */
    SCROLL_TILES_MIN = 6,        /* changed tiles, below which scrolling is not looked for */
    SCROLL_MISSES_MAX = 4,       /* failed searches in a row, after which some are left out */
    SCROLL_PAUSE = 8,            /* updates without a search then */
    TIGHT_PART_AREA = 256 * 128, /* pixels; larger parts rarely have few colours */
    TIGHT_PART_WIDTH = 512,      /* pixels */
    ZRLE_PART_AREA = 1 << 19,    /* pixels; at most 2 MiB to be inflated */
    LEVEL_DEFAULT = 1,           /* of zlib: more costs more than it saves */
};

/* ExtendedDesktopSize: who asked for the size, and what became of it (rfbproto). */
enum { REASON_SERVER = 0, REASON_CLIENT = 1, STATUS_OK = 0, STATUS_PROHIBITED = 1 };

struct _RaEncoder {
    RaRectEncoder rects;
    gint32 known[RA_RFB_KNOWN_ENCODINGS_MAX];
    guint n_known;
    gint32 encoding; /* of pixels: Tight, ZRLE or Raw */

    guint16 width, height; /* of the novice's screen */
    RaGrid grid;           /* of the viewer's: */
    guint8 *model;
    guint misses, pause; /* of the search for scrolling */
    GArray *parts;

    RaCursor cursor;
    guint16 pointer_x, pointer_y;
    gboolean pointer_known, pointer_new;
    gboolean cursor_new, size_new, size_refused, size_announced, extended_key_announced;
};

static RaFrameView model_view(const RaEncoder *e)
{
    return (RaFrameView){e->model, e->grid.width, e->grid.height, e->grid.width * 4u};
}

static void new_model(RaEncoder *e)
{
    g_free(e->model);
    ra_grid_clear(&e->grid);
    ra_grid_init(&e->grid, e->width, e->height);
    e->model = g_malloc0((gsize)e->width * e->height * 4);
}

RaEncoder *ra_encoder_new(guint16 width, guint16 height)
{
    RaEncoder *encoder = g_new0(RaEncoder, 1);
    ra_rect_encoder_init(&encoder->rects);
    encoder->width = CLAMP(width, 1, RA_SCREEN_SIDE_MAX);
    encoder->height = CLAMP(height, 1, RA_SCREEN_SIDE_MAX);
    encoder->parts = g_array_new(FALSE, FALSE, sizeof(RaGridPart));
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
    g_array_unref(encoder->parts);
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
    for (guint i = encoder->n_known; i-- > 0;) {
        const gint32 encoding = encodings[i];
        if (encoding == RA_RFB_RAW || encoding == RA_RFB_ZRLE || encoding == RA_RFB_TIGHT)
            encoder->encoding = encoding;
        else if (encoding >= RA_RFB_COMPRESSION_FIRST && encoding <= RA_RFB_COMPRESSION_LAST)
            encoder->rects.level = encoding - RA_RFB_COMPRESSION_FIRST;
    }
    if (!had_cursor)
        encoder->cursor_new = encoder->cursor.pixels != NULL;
    if (!had_pointer)
        encoder->pointer_new = encoder->pointer_known;
    follow_size(encoder);
}

void ra_encoder_resize(RaEncoder *encoder, guint16 width, guint16 height)
{
    encoder->width = CLAMP(width, 1, RA_SCREEN_SIDE_MAX);
    encoder->height = CLAMP(height, 1, RA_SCREEN_SIDE_MAX);
    follow_size(encoder);
    encoder->pointer_new = encoder->pointer_known; /* what was outside may be inside now */
    ra_encoder_invalidate(encoder, NULL);
}

void ra_encoder_refuse_resize(RaEncoder *encoder)
{
    encoder->size_refused = ra_encoder_takes(encoder, RA_RFB_EXTENDED_DESKTOP_SIZE);
}

void ra_encoder_set_cursor(RaEncoder *encoder, guint16 width, guint16 height, guint16 hot_x,
                           guint16 hot_y, const guint8 *pixels)
{
    if (width > RA_CURSOR_SIDE_MAX || height > RA_CURSOR_SIDE_MAX || width == 0 || height == 0)
        width = height = hot_x = hot_y = 0;
    g_free(encoder->cursor.pixels);
    encoder->cursor = (RaCursor){width, height, hot_x, hot_y, NULL};
    /* One byte more, so that no pointer at all is not taken for none known. */
    const gsize size = (gsize)width * height * 4;
    encoder->cursor.pixels = g_malloc0(size + 1);
    if (size > 0)
        memcpy(encoder->cursor.pixels, pixels, size);
    encoder->cursor_new = TRUE;
}

void ra_encoder_set_pointer(RaEncoder *encoder, guint16 x, guint16 y)
{
    encoder->pointer_new |=
        !encoder->pointer_known || encoder->pointer_x != x || encoder->pointer_y != y;
    encoder->pointer_known = TRUE;
    encoder->pointer_x = x;
    encoder->pointer_y = y;
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

static gboolean cursor_pending(const RaEncoder *e)
{
    return e->cursor_new &&
           (ra_encoder_takes(e, RA_RFB_CURSOR) || ra_encoder_takes(e, RA_RFB_CURSOR_WITH_ALPHA));
}

static gboolean pointer_outside(const RaEncoder *e)
{
    return e->pointer_x >= e->grid.width || e->pointer_y >= e->grid.height;
}

/* What a foreign viewer makes of a point outside is not known. */
static gboolean pointer_pending(const RaEncoder *e)
{
    return e->pointer_new && ra_encoder_takes(e, RA_RFB_POINTER_POSITION) &&
           (!pointer_outside(e) || ra_encoder_takes(e, RA_RFB_ASSIST));
}

static gboolean extended_key_pending(const RaEncoder *e)
{
    return !e->extended_key_announced && ra_encoder_takes(e, RA_RFB_QEMU_EXTENDED_KEY);
}

static gboolean size_pending(const RaEncoder *e)
{
    return e->size_new || e->size_refused ||
           (!e->size_announced && ra_encoder_takes(e, RA_RFB_EXTENDED_DESKTOP_SIZE));
}

gboolean ra_encoder_pending(const RaEncoder *encoder)
{
    return encoder->grid.n_stale > 0 || cursor_pending(encoder) || pointer_pending(encoder) ||
           extended_key_pending(encoder) || size_pending(encoder);
}

static void write_rect_head(GByteArray *out, const RaRect *rect, gint32 encoding)
{
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    ra_writer_u16(&writer, rect->x);
    ra_writer_u16(&writer, rect->y);
    ra_writer_u16(&writer, rect->width);
    ra_writer_u16(&writer, rect->height);
    ra_writer_s32(&writer, encoding);
}

static void write_update_head(GByteArray *out, guint n)
{
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    ra_writer_u8(&writer, RA_RFB_SERVER_UPDATE);
    ra_writer_u8(&writer, 0);
    ra_writer_u16(&writer, (guint16)n);
}

/* An update of its own: a viewer may throw away pixels that come along with a new size. */
static void write_size_update(RaEncoder *e, GByteArray *out)
{
    RaRect rect = {0, 0, e->grid.width, e->grid.height};
    write_update_head(out, 1);
    if (!ra_encoder_takes(e, RA_RFB_EXTENDED_DESKTOP_SIZE)) {
        write_rect_head(out, &rect, RA_RFB_DESKTOP_SIZE);
    } else {
        const RaRect screen = rect;
        const gboolean refusal = e->size_refused && !e->size_new;
        rect.x = refusal ? REASON_CLIENT : REASON_SERVER;
        rect.y = refusal ? STATUS_PROHIBITED : STATUS_OK;
        write_rect_head(out, &rect, RA_RFB_EXTENDED_DESKTOP_SIZE);
        RaWriter writer = ra_writer_init(out, G_MAXUINT);
        ra_writer_u32(&writer, 1u << 24); /* one screen, padding */
        ra_writer_u32(&writer, 0);        /* its id */
        ra_writer_u16(&writer, screen.x);
        ra_writer_u16(&writer, screen.y);
        ra_writer_u16(&writer, screen.width);
        ra_writer_u16(&writer, screen.height);
        ra_writer_u32(&writer, 0); /* its flags */
        e->size_announced = TRUE;
        if (refusal)
            e->size_refused = FALSE;
    }
    e->size_new = FALSE;
}

static guint write_pointer(RaEncoder *e, GByteArray *out)
{
    if (!pointer_pending(e))
        return 0;
    RaRect rect = {e->pointer_x, e->pointer_y, 0, 0};
    if (pointer_outside(e))
        rect.x = rect.y = G_MAXUINT16;
    write_rect_head(out, &rect, RA_RFB_POINTER_POSITION);
    e->pointer_new = FALSE;
    return 1;
}

gboolean ra_encoder_update_pointer(RaEncoder *encoder, GByteArray *out)
{
    if (size_pending(encoder) || !pointer_pending(encoder))
        return FALSE;
    write_update_head(out, 1);
    write_pointer(encoder, out);
    return TRUE;
}

static guint write_pseudo_rects(RaEncoder *e, GByteArray *out)
{
    guint n = 0;
    if (extended_key_pending(e)) {
        write_rect_head(out, &(RaRect){0}, RA_RFB_QEMU_EXTENDED_KEY);
        e->extended_key_announced = TRUE;
        n++;
    }
    if (cursor_pending(e)) {
        if (ra_encoder_takes(e, RA_RFB_CURSOR_WITH_ALPHA))
            ra_cursor_write_with_alpha(&e->cursor, out);
        else
            ra_cursor_write(&e->cursor, &e->rects.format, out);
        e->cursor_new = FALSE;
        n++;
    }
    return n + write_pointer(e, out);
}

static void compare_all(RaEncoder *e, const RaFrameView *frame, const RaRect *dirty, guint n)
{
    const RaFrameView model = model_view(e);
    ra_grid_reset(&e->grid);
    for (guint i = 0; i < n; i++)
        ra_grid_compare(&e->grid, &model, frame, &dirty[i]);
}

/* The model's rows of SCROLL's rectangle move as the viewer will move its own. */
static void move_model(RaEncoder *e, const RaScroll *scroll)
{
    const gsize stride = e->grid.width * 4u, size = scroll->to.width * 4u;
    guint8 *to = e->model + scroll->to.y * stride + scroll->to.x * 4u;
    const guint8 *from = e->model + scroll->from_y * stride + scroll->to.x * 4u;
    const gboolean down = scroll->to.y > scroll->from_y;
    for (guint i = 0; i < scroll->to.height; i++) {
        const gsize row = down ? scroll->to.height - 1u - i : i;
        memcpy(to + row * stride, from + row * stride, size);
    }
}

/* Looks for content that moved; sends a CopyRect for it and compares again. */
static guint write_scroll(RaEncoder *e, const RaFrameView *frame, const RaRect *dirty, guint n,
                          GByteArray *out)
{
    RaRect bounds;
    RaScroll scroll;
    if (e->grid.n_stale > 0 || !ra_encoder_takes(e, RA_RFB_COPY_RECT) ||
        ra_grid_changed(&e->grid, &bounds) < SCROLL_TILES_MIN)
        return 0;
    if (e->pause > 0) {
        e->pause--;
        return 0;
    }
    const RaFrameView model = model_view(e);
    if (!ra_scroll_find(&model, frame, &bounds, &scroll)) {
        e->misses++;
        if (e->misses >= SCROLL_MISSES_MAX)
            e->pause = SCROLL_PAUSE;
        return 0;
    }
    e->misses = 0;
    move_model(e, &scroll);
    write_rect_head(out, &scroll.to, RA_RFB_COPY_RECT);
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    ra_writer_u16(&writer, scroll.to.x);
    ra_writer_u16(&writer, scroll.from_y);
    compare_all(e, frame, dirty, n);
    const RaFrameView moved = model_view(e);
    ra_grid_compare(&e->grid, &moved, frame, &scroll.to);
    return 1;
}

/* What is to be sent, from the frame into the model; black where the frame ends. */
static void copy_boxes(RaEncoder *e, const RaFrameView *frame)
{
    for (gsize i = 0; i < (gsize)e->grid.columns * e->grid.rows; i++) {
        const RaGridTile *box = &e->grid.tiles[i];
        if (box->x1 == 0)
            continue;
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
    write_rect_head(out, &part->rect, e->encoding);
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
        return (RaGridLimits){TIGHT_PART_WIDTH, TIGHT_PART_AREA, TRUE};
    return (RaGridLimits){RA_SCREEN_SIDE_MAX, ZRLE_PART_AREA, FALSE};
}

static guint write_parts(RaEncoder *e, GByteArray *out)
{
    const RaFrameView model = model_view(e);
    const RaGridLimits limits = limits_of(e->encoding);
    g_array_set_size(e->parts, 0);
    ra_grid_cover(&e->grid, &model, &limits, e->parts);
    ra_grid_forget_stale(&e->grid);
    for (guint i = 0; i < e->parts->len; i++) {
        const RaGridPart *part = &g_array_index(e->parts, RaGridPart, i);
        if (i < PARTS_MAX)
            write_part(e, part, out);
        else
            ra_grid_mark_stale(&e->grid, &part->rect);
    }
    return MIN(e->parts->len, (guint)PARTS_MAX);
}

gboolean ra_encoder_update(RaEncoder *encoder, const RaFrameView *frame, const RaRect *dirty,
                           guint n, GByteArray *out)
{
    if (size_pending(encoder)) {
        /* Whoever looked at nothing must look again. */
        for (guint i = 0; i < n; i++)
            ra_grid_mark_stale(&encoder->grid, &dirty[i]);
        write_size_update(encoder, out);
        return TRUE;
    }
    const guint before = out->len;
    write_update_head(out, 0);
    guint count = write_pseudo_rects(encoder, out);
    compare_all(encoder, frame, dirty, n);
    count += write_scroll(encoder, frame, dirty, n, out);
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
