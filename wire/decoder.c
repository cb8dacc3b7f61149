/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/decoder.h"

#include "wire/buffer.h"
#include "wire/cursor.h"
#include "wire/decode.h"
#include "wire/ipc.h"
#include "wire/mosaic.h"

#include <string.h>

enum { RECT_HEAD_SIZE = 12, SCREEN_SIZE = 16, PIXEL = 4 };

typedef enum { START, MESSAGE, RECT_HEAD, RECT_BODY, FAILED } State;

/* One piece: an event, or RA_DECODE_OK without one (kind RA_EVENT_NONE), which means go on. */
typedef RaDecode (*Take)(RaDecoder *d, const guint8 *data, gsize size, gsize *used,
                         RaServerEvent *event);

G_STATIC_ASSERT((int)RA_MOSAIC_DRAWN_MAX == (int)RA_DECODER_DRAWN_MAX);

struct _RaDecoder {
    State state;
    Take take; /* the present rectangle's */
    guint16 width, height;
    guint8 *frame; /* borrowed; NULL until the caller gave one of the present size */
    guint32 stride;
    guint rects_left;
    RaRect rect;
    gint32 encoding;
    gsize raw_at; /* bytes of a Raw rectangle that are drawn */
    RaRectDecoder rects;
    GByteArray *cursor;
};

const gint32 *ra_decoder_encodings(guint *n)
{
    static const gint32 encodings[] = {
        RA_RFB_MOSAIC,
        RA_RFB_TIGHT,
        RA_RFB_ZRLE,
        RA_RFB_COPY_RECT,
        RA_RFB_RAW,
        RA_RFB_CURSOR_WITH_ALPHA,
        RA_RFB_CURSOR,
        RA_RFB_POINTER_POSITION,
        RA_RFB_EXTENDED_DESKTOP_SIZE,
        RA_RFB_DESKTOP_SIZE,
        RA_RFB_LAST_RECT,
        RA_RFB_FENCE,
        RA_RFB_CONTINUOUS_UPDATES,
        RA_RFB_QEMU_EXTENDED_KEY,
        RA_RFB_EXTENDED_CLIPBOARD,
        RA_RFB_ASSIST,
    };
    *n = G_N_ELEMENTS(encodings);
    return encodings;
}

RaDecoder *ra_decoder_new(guint16 width, guint16 height)
{
    RaDecoder *decoder = g_new0(RaDecoder, 1);
    decoder->width = width;
    decoder->height = height;
    decoder->cursor = g_byte_array_new();
    ra_rect_decoder_init(&decoder->rects);
    return decoder;
}

void ra_decoder_free(RaDecoder *decoder)
{
    if (decoder == NULL)
        return;
    ra_rect_decoder_clear(&decoder->rects);
    g_byte_array_unref(decoder->cursor);
    g_free(decoder);
}

void ra_decoder_set_frame(RaDecoder *decoder, guint8 *pixels, guint32 stride)
{
    decoder->frame = pixels;
    decoder->stride = stride;
}

static void end_rect(RaDecoder *d)
{
    d->rects_left--;
    d->state = RECT_HEAD;
}

static RaDecode resize(RaDecoder *d, guint16 width, guint16 height, RaServerEvent *event)
{
    if (width < 1 || width > RA_SCREEN_SIDE_MAX || height < 1 || height > RA_SCREEN_SIDE_MAX)
        return RA_DECODE_BAD;
    end_rect(d);
    if (width == d->width && height == d->height)
        return RA_DECODE_OK;
    d->width = width;
    d->height = height;
    d->frame = NULL;
    event->kind = RA_EVENT_RESIZE;
    event->resize.width = width;
    event->resize.height = height;
    return RA_DECODE_OK;
}

static void drawn(RaDecoder *d, RaServerEvent *event)
{
    end_rect(d);
    if (d->rect.width == 0 || d->rect.height == 0)
        return;
    event->kind = RA_EVENT_RECT;
    event->drawn.rect = &d->rect;
    event->drawn.n = 1;
}

/* The same for the parts of a mosaic. */
static void drawn_mosaic(RaDecoder *d, RaServerEvent *event)
{
    RaRect *rects = ra_mosaic_drawn(d->rects.mosaic, &event->drawn.n);
    end_rect(d);
    for (guint i = 0; i < event->drawn.n; i++) {
        rects[i].x = (guint16)(rects[i].x + d->rect.x);
        rects[i].y = (guint16)(rects[i].y + d->rect.y);
    }
    event->kind = RA_EVENT_RECT;
    event->drawn.rect = rects;
}

static guint8 *frame_at(const RaDecoder *d, guint x, guint y)
{
    return d->frame + (gsize)y * d->stride + (gsize)x * PIXEL;
}

/* Takes whatever is there: no row need be complete. */
static RaDecode take_raw(RaDecoder *d, const guint8 *data, gsize size, gsize *used,
                         RaServerEvent *event)
{
    const gsize row_size = (gsize)d->rect.width * PIXEL, whole = row_size * d->rect.height;
    gsize at = 0;
    while (d->raw_at < whole && at < size) {
        const gsize row = d->raw_at / row_size, column = d->raw_at % row_size;
        const gsize n = MIN(row_size - column, size - at);
        memcpy(frame_at(d, d->rect.x, (guint)(d->rect.y + row)) + column, data + at, n);
        at += n;
        d->raw_at += n;
    }
    *used = at;
    if (d->raw_at < whole)
        return RA_DECODE_MORE;
    drawn(d, event);
    return RA_DECODE_OK;
}

static RaDecode take_copy(RaDecoder *d, const guint8 *data, gsize size, gsize *used,
                          RaServerEvent *event)
{
    RaReader reader = ra_reader_init(data, size);
    RaRect from = d->rect;
    from.x = ra_reader_u16(&reader);
    from.y = ra_reader_u16(&reader);
    if (!ra_reader_ok(&reader))
        return RA_DECODE_MORE;
    if (!ra_rect_inside(&from, d->width, d->height))
        return RA_DECODE_BAD;
    const gboolean down = d->rect.y > from.y;
    for (guint i = 0; i < from.height; i++) {
        const guint row = down ? from.height - 1u - i : i;
        memmove(frame_at(d, d->rect.x, d->rect.y + row), frame_at(d, from.x, from.y + row),
                (gsize)from.width * PIXEL);
    }
    *used = reader.at;
    drawn(d, event);
    return RA_DECODE_OK;
}

static RaDecode decode_rect(RaDecoder *d, const RaTarget *target, const guint8 *data, gsize size,
                            gsize *used)
{
    if (d->encoding == RA_RFB_ZRLE)
        return ra_decode_zrle(&d->rects, target, data, size, used);
    if (d->encoding == RA_RFB_TIGHT)
        return ra_decode_tight(&d->rects, target, data, size, used);
    if (d->rects.mosaic == NULL)
        d->rects.mosaic = ra_mosaic_decoder_new();
    return ra_decode_mosaic(d->rects.mosaic, target, data, size, used);
}

static RaDecode take_compressed(RaDecoder *d, const guint8 *data, gsize size, gsize *used,
                                RaServerEvent *event)
{
    const RaTarget target = {frame_at(d, d->rect.x, d->rect.y), d->stride, d->rect.width,
                             d->rect.height};
    if (target.width == 0 || target.height == 0)
        return RA_DECODE_BAD;
    const RaDecode result = decode_rect(d, &target, data, size, used);
    if (result == RA_DECODE_OK && d->encoding == RA_RFB_MOSAIC)
        drawn_mosaic(d, event);
    else if (result == RA_DECODE_OK)
        drawn(d, event);
    return result;
}

/* Cuts the pointer's shape to what the program takes. */
static void cut_cursor(RaDecoder *d, RaServerEvent *event)
{
    const gboolean none = d->rect.width == 0 || d->rect.height == 0;
    const guint width = none ? 0 : MIN(d->rect.width, RA_IPC_CURSOR_SIDE_MAX);
    const guint height = none ? 0 : MIN(d->rect.height, RA_IPC_CURSOR_SIDE_MAX);
    for (guint y = 1; y < height; y++)
        memmove(d->cursor->data + (gsize)y * width * PIXEL,
                d->cursor->data + (gsize)y * d->rect.width * PIXEL, (gsize)width * PIXEL);
    event->kind = RA_EVENT_CURSOR;
    event->cursor.width = (guint16)width;
    event->cursor.height = (guint16)height;
    event->cursor.hot_x = MIN(d->rect.x, RA_IPC_CURSOR_SIDE_MAX);
    event->cursor.hot_y = MIN(d->rect.y, RA_IPC_CURSOR_SIDE_MAX);
    event->cursor.pixels = d->cursor->data;
}

static RaDecode take_cursor(RaDecoder *d, const guint8 *data, gsize size, gsize *used,
                            RaServerEvent *event)
{
    const guint width = d->rect.width, height = d->rect.height;
    const gboolean alpha = d->encoding == RA_RFB_CURSOR_WITH_ALPHA;
    if (width > RA_DECODER_CURSOR_SIDE_MAX || height > RA_DECODER_CURSOR_SIDE_MAX)
        return RA_DECODE_BAD;
    const gsize pixels = (gsize)width * height * PIXEL;
    RaReader reader = ra_reader_init(data, size);
    const gint32 inner = alpha ? ra_reader_s32(&reader) : RA_RFB_RAW;
    if (inner != RA_RFB_RAW)
        return RA_DECODE_BAD;
    const guint8 *bytes =
        ra_reader_bytes(&reader, alpha ? pixels : pixels + (width + 7) / 8 * height);
    if (bytes == NULL)
        return RA_DECODE_MORE;
    g_byte_array_set_size(d->cursor, (guint)pixels);
    if (alpha)
        ra_cursor_read_with_alpha(bytes, width, height, d->cursor->data);
    else
        ra_cursor_read(bytes, width, height, d->cursor->data);
    *used = reader.at;
    cut_cursor(d, event);
    end_rect(d);
    return RA_DECODE_OK;
}

static RaDecode take_pointer(RaDecoder *d, const guint8 *data, gsize size, gsize *used,
                             RaServerEvent *event)
{
    (void)data;
    (void)size;
    *used = 0;
    event->kind = RA_EVENT_POINTER;
    event->pointer.x = d->rect.x;
    event->pointer.y = d->rect.y;
    end_rect(d);
    return RA_DECODE_OK;
}

static RaDecode take_desktop_size(RaDecoder *d, const guint8 *data, gsize size, gsize *used,
                                  RaServerEvent *event)
{
    (void)data;
    (void)size;
    *used = 0;
    return resize(d, d->rect.width, d->rect.height, event);
}

/* Of the screens only the size of all together counts here. */
static RaDecode take_extended_size(RaDecoder *d, const guint8 *data, gsize size, gsize *used,
                                   RaServerEvent *event)
{
    RaReader reader = ra_reader_init(data, size);
    const guint screens = ra_reader_u8(&reader);
    if (screens > RA_RFB_SCREENS_MAX)
        return RA_DECODE_BAD;
    ra_reader_skip(&reader, 3 + (gsize)screens * SCREEN_SIZE);
    if (!ra_reader_ok(&reader))
        return RA_DECODE_MORE;
    *used = reader.at;
    if (d->rect.y == 0)
        return resize(d, d->rect.width, d->rect.height, event);
    end_rect(d); /* somebody's wish was refused */
    return RA_DECODE_OK;
}

static RaDecode take_extended_key(RaDecoder *d, const guint8 *data, gsize size, gsize *used,
                                  RaServerEvent *event)
{
    (void)data;
    (void)size;
    *used = 0;
    event->kind = RA_EVENT_EXTENDED_KEY;
    end_rect(d);
    return RA_DECODE_OK;
}

/* The encodings: DRAWS: the rectangle is a part of the frame. */
static const struct rule {
    gint32 encoding;
    gboolean draws;
    Take take;
} rules[] = {
    {RA_RFB_RAW, TRUE, take_raw},
    {RA_RFB_COPY_RECT, TRUE, take_copy},
    {RA_RFB_MOSAIC, TRUE, take_compressed},
    {RA_RFB_TIGHT, TRUE, take_compressed},
    {RA_RFB_ZRLE, TRUE, take_compressed},
    {RA_RFB_CURSOR, FALSE, take_cursor},
    {RA_RFB_CURSOR_WITH_ALPHA, FALSE, take_cursor},
    {RA_RFB_POINTER_POSITION, FALSE, take_pointer},
    {RA_RFB_DESKTOP_SIZE, FALSE, take_desktop_size},
    {RA_RFB_EXTENDED_DESKTOP_SIZE, FALSE, take_extended_size},
    {RA_RFB_QEMU_EXTENDED_KEY, FALSE, take_extended_key},
};

static const struct rule *find_rule(gint32 encoding)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (rules[i].encoding == encoding)
            return &rules[i];
    }
    return NULL;
}

static RaDecode take_rect_head(RaDecoder *d, const guint8 *data, gsize size, gsize *used,
                               RaServerEvent *event)
{
    if (d->rects_left == 0) {
        d->state = MESSAGE;
        event->kind = RA_EVENT_UPDATE_END;
        *used = 0;
        return RA_DECODE_OK;
    }
    if (size < RECT_HEAD_SIZE)
        return RA_DECODE_MORE;
    RaReader reader = ra_reader_init(data, RECT_HEAD_SIZE);
    d->rect.x = ra_reader_u16(&reader);
    d->rect.y = ra_reader_u16(&reader);
    d->rect.width = ra_reader_u16(&reader);
    d->rect.height = ra_reader_u16(&reader);
    d->encoding = ra_reader_s32(&reader);
    d->raw_at = 0;
    *used = RECT_HEAD_SIZE;
    if (d->encoding == RA_RFB_LAST_RECT) {
        d->rects_left = 0;
        return RA_DECODE_OK;
    }
    const struct rule *rule = find_rule(d->encoding);
    if (rule == NULL)
        return RA_DECODE_BAD;
    if (rule->draws && (d->frame == NULL || !ra_rect_inside(&d->rect, d->width, d->height)))
        return RA_DECODE_BAD;
    d->take = rule->take;
    d->state = RECT_BODY;
    return RA_DECODE_OK;
}

static RaDecode take_cut_text(RaDecoder *d, const guint8 *data, gsize size, gsize *used,
                              RaServerEvent *event)
{
    (void)d;
    RaReader reader = ra_reader_init(data, size);
    ra_reader_skip(&reader, 4);
    const gint64 length = ra_reader_s32(&reader);
    const gsize n = (gsize)ABS(length);
    if (n > (length < 0 ? (gsize)RA_RFB_EXTENDED_CUT_TEXT_MAX : (gsize)RA_RFB_CUT_TEXT_MAX))
        return RA_DECODE_BAD;
    const guint8 *bytes = ra_reader_bytes(&reader, n);
    if (bytes == NULL)
        return RA_DECODE_MORE;
    event->kind = RA_EVENT_CUT_TEXT;
    event->cut_text.bytes = bytes;
    event->cut_text.size = (guint32)n;
    event->cut_text.extended = length < 0;
    *used = reader.at;
    return RA_DECODE_OK;
}

static RaDecode take_fence(RaDecoder *d, const guint8 *data, gsize size, gsize *used,
                           RaServerEvent *event)
{
    (void)d;
    RaReader reader = ra_reader_init(data, size);
    ra_reader_skip(&reader, 4);
    RaRfbFence fence = {.flags = ra_reader_u32(&reader)};
    fence.size = ra_reader_u8(&reader);
    if (fence.size > RA_RFB_FENCE_MAX)
        return RA_DECODE_BAD;
    const guint8 *payload = ra_reader_bytes(&reader, fence.size);
    if (payload == NULL)
        return RA_DECODE_MORE;
    memcpy(fence.payload, payload, fence.size);
    event->kind = RA_EVENT_FENCE;
    event->fence = fence;
    *used = reader.at;
    return RA_DECODE_OK;
}

static RaDecode take_assist(const guint8 *data, gsize size, gsize *used, RaServerEvent *event)
{
    RaAssist message;
    const RaDecode result = ra_assist_decode(data, size, RA_ASSIST_FROM_NOVICE, &message, used);
    if (result == RA_DECODE_OK && message.kind != RA_ASSIST_SKIPPED) {
        event->kind = RA_EVENT_ASSIST;
        event->assist = message;
        ra_assist_clear(&message);
    }
    return result;
}

static RaDecode take_message(RaDecoder *d, const guint8 *data, gsize size, gsize *used,
                             RaServerEvent *event)
{
    RaReader reader = ra_reader_init(data, size);
    const guint8 type = ra_reader_u8(&reader);
    *used = 1;
    switch (type) {
    case RA_RFB_SERVER_UPDATE:
        ra_reader_skip(&reader, 1);
        d->rects_left = ra_reader_u16(&reader);
        if (!ra_reader_ok(&reader))
            return RA_DECODE_MORE;
        *used = reader.at;
        d->state = RECT_HEAD;
        return RA_DECODE_OK;
    case RA_RFB_SERVER_BELL:
        event->kind = RA_EVENT_BELL;
        return RA_DECODE_OK;
    case RA_RFB_SERVER_END_CONTINUOUS:
        event->kind = RA_EVENT_END_CONTINUOUS;
        return RA_DECODE_OK;
    case RA_RFB_SERVER_CUT_TEXT:
        return take_cut_text(d, data, size, used, event);
    case RA_RFB_SERVER_FENCE:
        return take_fence(d, data, size, used, event);
    case RA_RFB_ASSIST_MESSAGE:
        return take_assist(data, size, used, event);
    default:
        return RA_DECODE_BAD;
    }
}

static RaDecode take(RaDecoder *d, const guint8 *data, gsize size, gsize *used,
                     RaServerEvent *event)
{
    switch (d->state) {
    case START:
        *used = 0;
        d->state = MESSAGE;
        event->kind = RA_EVENT_RESIZE;
        event->resize.width = d->width;
        event->resize.height = d->height;
        return RA_DECODE_OK;
    case MESSAGE:
        return size == 0 ? RA_DECODE_MORE : take_message(d, data, size, used, event);
    case RECT_HEAD:
        return take_rect_head(d, data, size, used, event);
    case RECT_BODY:
        return d->take(d, data, size, used, event);
    case FAILED:
        break;
    }
    return RA_DECODE_BAD;
}

RaDecode ra_decoder_step(RaDecoder *decoder, const guint8 *data, gsize size, gsize *used,
                         RaServerEvent *ret)
{
    gsize at = 0;
    RaDecode result;
    RaServerEvent event = {.kind = RA_EVENT_NONE};
    if (size == 0)
        data = (const guint8 *)""; /* may be NULL, which has no arithmetic */
    do {
        gsize taken = 0;
        result = take(decoder, data + at, size - at, &taken, &event);
        if (result == RA_DECODE_MORE && decoder->state != RECT_BODY)
            taken = 0;
        at += taken;
    } while (result == RA_DECODE_OK && event.kind == RA_EVENT_NONE);
    if (result == RA_DECODE_BAD) {
        decoder->state = FAILED;
        return RA_DECODE_BAD;
    }
    *used = at;
    if (result == RA_DECODE_OK)
        *ret = event;
    if (event.kind == RA_EVENT_ASSIST)
        ra_assist_clear(&event.assist); /* the copy here */
    return result;
}
