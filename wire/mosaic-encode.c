/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/mosaic-private.h"

#include <string.h>
#include <zstd.h>

enum { RECT_HEAD_SIZE = 12, LENGTH_MAX = 4, PIXEL = 3, LEVEL = 1 };

/* A part whose data wait. */
typedef struct {
    RaRect rect;
    guint8 kind;
} Part;

struct _RaMosaicEncoder {
    ZSTD_CCtx *zstd;
    guint n_parts;
    gsize n_data;    /* bytes of all parts' data, in DATA */
    guint8 *data;    /* RA_MOSAIC_RAW_MAX bytes */
    guint8 *heads;   /* room for those of all parts */
    guint8 *indices; /* of a part's pixels: RA_MOSAIC_AREA_MAX */
    guint32 palette[RA_MOSAIC_COLOURS_MAX];
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
    mosaic->data = g_malloc(RA_MOSAIC_RAW_MAX);
    mosaic->heads = g_malloc((gsize)RA_MOSAIC_PARTS_MAX * RA_MOSAIC_HEAD_MAX);
    mosaic->indices = g_malloc(RA_MOSAIC_AREA_MAX);
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
    g_free(mosaic->indices);
    g_free(mosaic);
}

gsize ra_mosaic_pending(const RaMosaicEncoder *mosaic)
{
    return mosaic->n_data + (gsize)mosaic->n_parts * RA_MOSAIC_HEAD_MAX;
}

static const guint32 *row_of(const RaFrameView *picture, const RaRect *rect, guint y)
{
    return (const guint32 *)(const void *)(picture->pixels +
                                           (gsize)(rect->y + y) * picture->stride) +
           rect->x;
}

static void put_pixel(guint8 *to, guint32 native)
{
    const guint32 pixel = GUINT32_FROM_LE(native);
    to[0] = (guint8)pixel;
    to[1] = (guint8)(pixel >> 8);
    to[2] = (guint8)(pixel >> 16);
}

/* The number of COLOUR among the N that there are, a new one if need be; RA_MOSAIC_COLOURS_MAX if
 * there is no room. */
static guint find_colour(RaMosaicEncoder *mosaic, guint *n, guint32 colour)
{
    guint i = 0;
    while (i < *n && mosaic->palette[i] != colour)
        i++;
    if (i == *n && i < RA_MOSAIC_COLOURS_MAX)
        mosaic->palette[(*n)++] = colour;
    return i;
}

/* Fills in the palette and the indices. The number of colours; 0 if they are too many. */
static guint find_few(RaMosaicEncoder *mosaic, const RaFrameView *picture, const RaRect *rect)
{
    guint8 *to = mosaic->indices;
    guint n = 1;
    mosaic->palette[0] = row_of(picture, rect, 0)[0] & GUINT32_TO_LE(0xffffff);
    guint32 last = mosaic->palette[0];
    guint index = 0;
    for (guint y = 0; y < rect->height; y++) {
        const guint32 *row = row_of(picture, rect, y);
        for (guint x = 0; x < rect->width; x++) {
            const guint32 pixel = row[x] & GUINT32_TO_LE(0xffffff);
            if (pixel != last) {
                last = pixel;
                index = find_colour(mosaic, &n, pixel);
                if (index == RA_MOSAIC_COLOURS_MAX)
                    return 0;
            }
            *to++ = (guint8)index;
        }
    }
    return n;
}

static guint8 *pack_row(guint8 *to, const guint8 *indices, guint width, guint bits)
{
    const guint each = 8 / bits;
    for (guint x = 0; x < width; x += each) {
        guint byte = 0;
        for (guint i = 0; i < each; i++)
            byte = byte << bits | (x + i < width ? indices[x + i] : 0u);
        *to++ = (guint8)byte;
    }
    return to;
}

static guint8 *write_few(const RaMosaicEncoder *mosaic, const RaRect *rect, guint n, guint8 *to)
{
    const guint bits = ra_mosaic_bits(n);
    *to++ = (guint8)n;
    for (guint i = 0; i < n; i++, to += PIXEL)
        put_pixel(to, mosaic->palette[i]);
    for (guint y = 0; y < rect->height; y++)
        to = pack_row(to, mosaic->indices + (gsize)y * rect->width, rect->width, bits);
    return to;
}

/* What ROW has more than ABOVE: green, and red and blue less green. RET gets the bits that any of
 * them has in its plane. */
RA_MOSAIC_HOT static void subtract(const guint32 *row, const guint32 *above, guint width,
                                   guint8 *green, guint8 *red, guint8 *blue, guint8 any[3])
{
    guint8 any_green = 0, any_red = 0, any_blue = 0;
    for (guint x = 0; x < width; x++) {
        const guint32 a = GUINT32_FROM_LE(row[x]), b = GUINT32_FROM_LE(above[x]);
        const guint8 g = (guint8)((a >> 8) - (b >> 8));
        const guint8 r = (guint8)((a >> 16) - (b >> 16) - g);
        const guint8 bl = (guint8)(a - b - g);
        green[x] = g;
        red[x] = r;
        blue[x] = bl;
        any_green |= g;
        any_red |= r;
        any_blue |= bl;
    }
    any[0] |= any_green;
    any[1] |= any_red;
    any[2] |= any_blue;
}

/* Three planes; those without anything in them are left out. RET: the bits of those left. */
static guint8 *write_up(const RaFrameView *picture, const RaRect *rect, guint8 *to, guint8 *ret)
{
    const gsize area = (gsize)rect->width * rect->height;
    guint8 any[3] = {0};
    const guint32 *row = row_of(picture, rect, 0);
    put_pixel(to, row[0]);
    to += PIXEL;
    guint8 *planes[3] = {to, to + area, to + 2 * area};
    planes[0][0] = planes[1][0] = planes[2][0] = 0;
    subtract(row + 1, row, rect->width - 1u, planes[0] + 1, planes[1] + 1, planes[2] + 1, any);
    for (guint y = 1; y < rect->height; y++) {
        const gsize at = (gsize)y * rect->width;
        row = row_of(picture, rect, y);
        subtract(row, row_of(picture, rect, y - 1), rect->width, planes[0] + at, planes[1] + at,
                 planes[2] + at, any);
    }
    *ret = RA_MOSAIC_UP;
    for (guint i = 0; i < 3; i++) {
        if (any[i] == 0)
            continue;
        *ret |= (guint8)(RA_MOSAIC_GREEN << i);
        if (to != planes[i])
            memmove(to, planes[i], area);
        to += area;
    }
    return to;
}

gboolean ra_mosaic_add(RaMosaicEncoder *mosaic, const RaFrameView *picture, const RaRect *rect,
                       gboolean flat)
{
    const gsize area = (gsize)rect->width * rect->height;
    const gsize most =
        flat ? PIXEL : MAX(area, RA_MOSAIC_COLOURS_MAX) * PIXEL + PIXEL + 1; /* of any form */
    g_return_val_if_fail(area > 0 && (flat || area <= RA_MOSAIC_AREA_MAX), FALSE);
    if (mosaic->n_parts == RA_MOSAIC_PARTS_MAX ||
        ra_mosaic_pending(mosaic) + RA_MOSAIC_HEAD_MAX + most > RA_MOSAIC_RAW_MAX)
        return FALSE;
    Part *part = &mosaic->parts[mosaic->n_parts++];
    guint8 *const from = mosaic->data + mosaic->n_data, *to = from;
    const guint n = flat ? 1 : find_few(mosaic, picture, rect);
    part->rect = *rect;
    if (n == 1) {
        part->kind = RA_MOSAIC_FLAT;
        put_pixel(to, row_of(picture, rect, 0)[0]);
        to += PIXEL;
    } else if (n > 1) {
        part->kind = RA_MOSAIC_FEW;
        to = write_few(mosaic, rect, n, to);
    } else {
        to = write_up(picture, rect, to, &part->kind);
    }
    mosaic->n_data += (gsize)(to - from);
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

static RaRect bounds_of(const RaMosaicEncoder *mosaic)
{
    guint x0 = G_MAXUINT, y0 = G_MAXUINT, x1 = 0, y1 = 0;
    for (guint i = 0; i < mosaic->n_parts; i++) {
        const RaRect *rect = &mosaic->parts[i].rect;
        x0 = MIN(x0, rect->x);
        y0 = MIN(y0, rect->y);
        x1 = MAX(x1, (guint)rect->x + rect->width);
        y1 = MAX(y1, (guint)rect->y + rect->height);
    }
    return (RaRect){(guint16)x0, (guint16)y0, (guint16)(x1 - x0), (guint16)(y1 - y0)};
}

/* The heads of all parts; one alone is all of the rectangle and needs no box. */
static gsize write_heads(const RaMosaicEncoder *mosaic, const RaRect *bounds)
{
    guint8 *to = mosaic->heads;
    const guint n = mosaic->n_parts;
    for (guint i = 0; i < n; i++) {
        const Part *part = &mosaic->parts[i];
        *to++ = (guint8)(part->kind | (i + 1 == n ? RA_MOSAIC_LAST : 0));
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
    const RaRect bounds = bounds_of(mosaic);
    const gsize n_heads = write_heads(mosaic, &bounds), start = out->len;
    /* Whatever zstd holds back or adds: a block's head for each 128 KiB, and that of the stream. */
    const gsize room = ZSTD_compressBound(n_heads + mosaic->n_data) + 128;
    g_byte_array_set_size(out, (guint)(start + RECT_HEAD_SIZE + LENGTH_MAX + room));
    guint8 *head = out->data + start, *data = head + RECT_HEAD_SIZE + LENGTH_MAX;
    const gsize size = pack(mosaic, n_heads, data, room);
    put_rect_head(head, &bounds);
    guint8 *to = put_number(head + RECT_HEAD_SIZE, (guint32)size);
    memmove(to, data, size);
    g_byte_array_set_size(out, (guint)(to + size - out->data));
    mosaic->n_parts = 0;
    mosaic->n_data = 0;
    return TRUE;
}
