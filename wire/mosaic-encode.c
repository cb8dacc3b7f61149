/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/mosaic-forms.h"

#include <zstd.h>

enum { RECT_HEAD_SIZE = 12, LEVEL = 1 };

/* A part whose data wait. */
typedef struct {
    RaRect rect;
    RaMosaicKind kind;
} Part;

struct _RaMosaicEncoder {
    ZSTD_CCtx *zstd;
    RaMosaicForms forms;
    guint n_parts;
    guint x0, y0, x1, y1; /* the box around all parts: x0 <= x < x1 */
    gsize area;           /* pixels of all parts together */
    gsize n_data;         /* bytes of all parts' data, in DATA */
    guint8 *data;         /* RA_MOSAIC_RAW_MAX bytes */
    guint8 *heads;        /* room for those of all parts */
    Part parts[RA_MOSAIC_PARTS_MAX];
};

static void check(gsize result)
{
    if (ZSTD_isError(result))
        g_error("zstd: %s", ZSTD_getErrorName(result)); /* no memory, or a mistake of ours */
}

RaMosaicEncoder *ra_mosaic_encoder_new(void)
{
    RaMosaicEncoder *mosaic = g_new0(RaMosaicEncoder, 1);
    mosaic->data = g_malloc(RA_MOSAIC_RAW_MAX + RA_MOSAIC_SLACK);
    mosaic->heads = g_malloc((gsize)RA_MOSAIC_PARTS_MAX * RA_MOSAIC_HEAD_MAX);
    ra_mosaic_forms_init(&mosaic->forms);
    mosaic->zstd = ZSTD_createCCtx();
    if (mosaic->zstd == NULL)
        g_error("zstd cannot start");
    check(ZSTD_CCtx_setParameter(mosaic->zstd, ZSTD_c_compressionLevel, LEVEL));
    check(ZSTD_CCtx_setParameter(mosaic->zstd, ZSTD_c_windowLog, RA_MOSAIC_WINDOW_LOG));
    return mosaic;
}

void ra_mosaic_encoder_free(RaMosaicEncoder *mosaic)
{
    if (mosaic == NULL)
        return;
    ZSTD_freeCCtx(mosaic->zstd);
    g_free(mosaic->data);
    g_free(mosaic->heads);
    ra_mosaic_forms_clear(&mosaic->forms);
    g_free(mosaic);
}

gsize ra_mosaic_pending(const RaMosaicEncoder *mosaic)
{
    return mosaic->n_data + (gsize)mosaic->n_parts * RA_MOSAIC_HEAD_MAX;
}

/* Takes RECT into the box around all parts. FALSE, nothing taken, if they had more pixels than that
 * then: the other end does not take it. */
static gboolean widen(RaMosaicEncoder *mosaic, const RaRect *rect)
{
    const gboolean first = mosaic->n_parts == 0;
    const guint right = (guint)rect->x + rect->width, bottom = (guint)rect->y + rect->height;
    const guint x0 = first ? rect->x : MIN(mosaic->x0, rect->x);
    const guint y0 = first ? rect->y : MIN(mosaic->y0, rect->y);
    const guint x1 = first ? right : MAX(mosaic->x1, right);
    const guint y1 = first ? bottom : MAX(mosaic->y1, bottom);
    const gsize area = (first ? 0 : mosaic->area) + (gsize)rect->width * rect->height;
    if (area > (gsize)(x1 - x0) * (y1 - y0))
        return FALSE;
    mosaic->x0 = x0;
    mosaic->y0 = y0;
    mosaic->x1 = x1;
    mosaic->y1 = y1;
    mosaic->area = area;
    return TRUE;
}

gboolean ra_mosaic_add(RaMosaicEncoder *mosaic, const RaFrameView *picture, const RaRect *rect,
                       gboolean flat)
{
    const gsize area = (gsize)rect->width * rect->height;
    g_return_val_if_fail(area > 0 && (flat || area <= RA_MOSAIC_AREA_MAX), FALSE);
    if (mosaic->n_parts == RA_MOSAIC_PARTS_MAX ||
        ra_mosaic_pending(mosaic) + RA_MOSAIC_HEAD_MAX + ra_mosaic_most(area, flat) >
            RA_MOSAIC_RAW_MAX ||
        !widen(mosaic, rect))
        return FALSE;
    Part *part = &mosaic->parts[mosaic->n_parts++];
    guint8 *from = mosaic->data + mosaic->n_data;
    const guint8 *end =
        ra_mosaic_write_part(&mosaic->forms, picture, rect, flat, from, &part->kind);
    part->rect = *rect;
    mosaic->n_data += (gsize)(end - from);
    return TRUE;
}

/* Seven bits a byte, lowest first; all but the last have the top bit. */
static guint8 *put_number(guint8 *to, guint32 number)
{
    for (; number >= 128; number >>= 7)
        *to++ = (guint8)(number | 128);
    *to++ = (guint8)number;
    return to;
}

/* The heads of all parts; one alone is all of the rectangle and needs no box. */
static gsize write_heads(const RaMosaicEncoder *mosaic, const RaRect *bounds)
{
    guint8 *to = mosaic->heads;
    const guint n = mosaic->n_parts;
    for (guint i = 0; i < n; i++) {
        const Part *part = &mosaic->parts[i];
        *to++ = (guint8)((guint)part->kind | (i + 1 == n ? RA_MOSAIC_LAST : 0u));
        if (n == 1)
            break;
        to = put_number(to, (guint32)(part->rect.x - bounds->x));
        to = put_number(to, (guint32)(part->rect.y - bounds->y));
        to = put_number(to, part->rect.width);
        to = put_number(to, part->rect.height);
    }
    return (gsize)(to - mosaic->heads);
}

/* Straight into OUT, which has the room. */
static gsize pack(RaMosaicEncoder *mosaic, gsize n_heads, guint8 *to, gsize room)
{
    ZSTD_outBuffer packed = {to, room, 0};
    ZSTD_inBuffer heads = {mosaic->heads, n_heads, 0}, data = {mosaic->data, mosaic->n_data, 0};
    check(ZSTD_compressStream2(mosaic->zstd, &packed, &heads, ZSTD_e_continue));
    const gsize left = ZSTD_compressStream2(mosaic->zstd, &packed, &data, ZSTD_e_flush);
    check(left);
    g_assert(heads.pos == heads.size && data.pos == data.size && left == 0);
    return packed.pos;
}

static void put_u16(guint8 *to, guint value)
{
    to[0] = (guint8)(value >> 8);
    to[1] = (guint8)value;
}

static void put_rect_head(guint8 *to, const RaRect *rect)
{
    put_u16(to, rect->x);
    put_u16(to + 2, rect->y);
    put_u16(to + 4, rect->width);
    put_u16(to + 6, rect->height);
    put_u16(to + 8, (guint)RA_RFB_MOSAIC >> 16);
    put_u16(to + 10, (guint)RA_RFB_MOSAIC & 0xffff);
}

gboolean ra_mosaic_end(RaMosaicEncoder *mosaic, GByteArray *out)
{
    if (mosaic->n_parts == 0)
        return FALSE;
    const RaRect bounds = {(guint16)mosaic->x0, (guint16)mosaic->y0,
                           (guint16)(mosaic->x1 - mosaic->x0), (guint16)(mosaic->y1 - mosaic->y0)};
    const gsize n_heads = write_heads(mosaic, &bounds), start = out->len;
    /* Whatever zstd holds back or adds: a block's head for each 128 KiB, and that of the stream. */
    const gsize room = ZSTD_compressBound(n_heads + mosaic->n_data) + 128;
    g_byte_array_set_size(out, (guint)(start + RECT_HEAD_SIZE + RA_MOSAIC_LENGTH_MAX + room));
    guint8 *head = out->data + start, *data = head + RECT_HEAD_SIZE + RA_MOSAIC_LENGTH_MAX;
    const gsize size = pack(mosaic, n_heads, data, room);
    put_rect_head(head, &bounds);
    guint8 *to = put_number(head + RECT_HEAD_SIZE, (guint32)size);
    memmove(to, data, size);
    g_byte_array_set_size(out, (guint)(to + size - out->data));
    mosaic->n_parts = 0;
    mosaic->n_data = 0;
    return TRUE;
}
