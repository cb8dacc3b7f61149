/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/mosaic-private.h"

#include <string.h>
#include <zstd.h>

enum { LENGTH_MAX = 4, PIXEL = 3 };

struct _RaMosaicDecoder {
    ZSTD_DCtx *zstd;
    guint8 *raw; /* a rectangle before zstd */
    gsize room;
};

/* Bytes that are there; FAILED once some were not. */
typedef struct {
    const guint8 *at, *end;
    gboolean failed;
} Source;

typedef struct {
    RaTarget target;
    guint kind;
} Part;

RaMosaicDecoder *ra_mosaic_decoder_new(void)
{
    RaMosaicDecoder *mosaic = g_new0(RaMosaicDecoder, 1);
    mosaic->zstd = ZSTD_createDCtx();
    if (mosaic->zstd == NULL || ZSTD_isError(ZSTD_DCtx_setParameter(
                                    mosaic->zstd, ZSTD_d_windowLogMax, RA_MOSAIC_WINDOW_LOG)))
        g_error("zstd cannot start");
    return mosaic;
}

void ra_mosaic_decoder_free(RaMosaicDecoder *mosaic)
{
    if (mosaic == NULL)
        return;
    ZSTD_freeDCtx(mosaic->zstd);
    g_free(mosaic->raw);
    g_free(mosaic);
}

static const guint8 *take(Source *source, gsize n)
{
    const guint8 *bytes = source->at;
    if (source->failed || n > (gsize)(source->end - source->at)) {
        source->failed = TRUE;
        return NULL;
    }
    source->at += n;
    return bytes;
}

/* Seven bits a byte, lowest first, at most MOST bytes; the last has no top bit. */
static guint32 take_number(Source *source, guint most)
{
    guint32 number = 0;
    for (guint i = 0; i < most; i++) {
        const guint8 *byte = take(source, 1);
        if (byte == NULL)
            return 0;
        number |= (guint32)(*byte & 127) << (7 * i);
        if ((*byte & 128) == 0)
            return number;
    }
    source->failed = TRUE;
    return 0;
}

/* Room for SIZE bytes; what was there may be lost. */
static void make_room(RaMosaicDecoder *mosaic, gsize size)
{
    if (mosaic->room >= size)
        return;
    mosaic->room = size;
    mosaic->raw = g_realloc(mosaic->raw, size);
}

/* Sets *SIZE to the bytes before zstd. FALSE if DATA are not a piece of the stream. */
static gboolean unpack(RaMosaicDecoder *mosaic, const guint8 *data, gsize n, gsize *size)
{
    enum { FIRST_ROOM = 128 << 10 };
    ZSTD_inBuffer in = {data, n, 0};
    make_room(mosaic, FIRST_ROOM);
    ZSTD_outBuffer out = {mosaic->raw, mosaic->room, 0};
    for (;;) {
        const gsize result = ZSTD_decompressStream(mosaic->zstd, &out, &in);
        if (ZSTD_isError(result) || result == 0)
            return FALSE; /* nor does the stream end */
        if (out.pos < out.size)
            break;
        if (out.pos > RA_MOSAIC_RAW_MAX)
            return FALSE;
        make_room(mosaic, MIN(out.size * 2, RA_MOSAIC_RAW_MAX + 1));
        out.dst = mosaic->raw;
        out.size = mosaic->room;
    }
    *size = out.pos;
    return in.pos == in.size;
}

/* FALSE if this is no part of TARGET. */
static gboolean read_head(Source *heads, const RaTarget *target, gboolean first, Part *ret)
{
    const guint8 *kind = take(heads, 1);
    if (kind == NULL)
        return FALSE;
    ret->kind = *kind;
    ret->target = *target;
    if (first && (ret->kind & RA_MOSAIC_LAST) != 0)
        return TRUE;
    const guint32 x = take_number(heads, 3), y = take_number(heads, 3);
    const guint32 width = take_number(heads, 3), height = take_number(heads, 3);
    if (heads->failed || width == 0 || height == 0 || x + width > target->width ||
        y + height > target->height)
        return FALSE;
    ret->target.pixels += (gsize)y * target->stride + (gsize)x * 4;
    ret->target.width = (guint16)width;
    ret->target.height = (guint16)height;
    return TRUE;
}

static guint32 pixel_of(const guint8 *bytes)
{
    return ra_native_pixel(bytes[2], bytes[1], bytes[0]);
}

static gboolean draw_flat(Source *data, const RaTarget *target)
{
    const guint8 *colour = take(data, PIXEL);
    for (guint y = 0; colour != NULL && y < target->height; y++)
        ra_fill_pixels(ra_target_row(target, y), target->width, pixel_of(colour));
    return colour != NULL;
}

static gboolean draw_few(Source *data, const RaTarget *target)
{
    guint32 palette[RA_MOSAIC_COLOURS_MAX];
    const guint8 *n = take(data, 1);
    if (n == NULL || *n < 2 || *n > RA_MOSAIC_COLOURS_MAX)
        return FALSE;
    const guint8 *colours = take(data, (gsize)*n * PIXEL);
    const guint bits = ra_mosaic_bits(*n), mask = (1u << bits) - 1;
    const gsize row_size = (target->width * bits + 7) / 8;
    const guint8 *bytes = take(data, row_size * target->height);
    if (bytes == NULL)
        return FALSE;
    for (guint i = 0; i < *n; i++)
        palette[i] = pixel_of(colours + (gsize)i * PIXEL);
    for (guint y = 0; y < target->height; y++, bytes += row_size) {
        guint32 *row = ra_target_row(target, y);
        for (guint x = 0; x < target->width; x++) {
            const guint at = x * bits;
            const guint index = bytes[at / 8] >> (8 - bits - at % 8) & mask;
            if (index >= *n)
                return FALSE;
            row[x] = palette[index];
        }
    }
    return TRUE;
}

RA_MOSAIC_HOT static void add_row(guint32 *row, const guint32 *above, guint width,
                                  const guint8 *green, const guint8 *red, const guint8 *blue)
{
    for (guint x = 0; x < width; x++) {
        const guint32 a = GUINT32_FROM_LE(above[x]);
        const guint32 g = green[x];
        const guint32 red_blue = (a & 0xff00ff) + ((red[x] + g) << 16 | ((blue[x] + g) & 0xff));
        row[x] = GUINT32_TO_LE((red_blue & 0xff00ff) | ((a + (g << 8)) & 0xff00));
    }
}

static gboolean draw_up(Source *data, const RaTarget *target, guint kind)
{
    static const guint8 nothing[RA_SCREEN_SIDE_MAX];
    const gsize area = (gsize)target->width * target->height;
    const guint8 *first = take(data, PIXEL), *planes[3];
    gsize step[3];
    for (guint i = 0; i < 3; i++) {
        const gboolean there = (kind & (guint)RA_MOSAIC_GREEN << i) != 0;
        step[i] = there ? target->width : 0;
        planes[i] = there ? take(data, area) : nothing;
    }
    if (data->failed)
        return FALSE;
    guint32 *row = ra_target_row(target, 0);
    row[0] = pixel_of(first);
    for (guint x = 1; x < target->width; x++)
        add_row(row + x, row + x - 1, 1, planes[0] + x, planes[1] + x, planes[2] + x);
    for (guint y = 1; y < target->height; y++) {
        const guint32 *above = row;
        for (guint i = 0; i < 3; i++)
            planes[i] += step[i];
        row = ra_target_row(target, y);
        add_row(row, above, target->width, planes[0], planes[1], planes[2]);
    }
    return TRUE;
}

static gboolean draw_part(Source *data, const Part *part)
{
    const RaTarget *target = &part->target;
    const guint planes = RA_MOSAIC_GREEN | RA_MOSAIC_RED | RA_MOSAIC_BLUE;
    const guint kind = part->kind & ~(guint)RA_MOSAIC_LAST;
    if (kind == RA_MOSAIC_FLAT)
        return draw_flat(data, target);
    if ((gsize)target->width * target->height > RA_MOSAIC_AREA_MAX)
        return FALSE;
    if (kind == RA_MOSAIC_FEW)
        return draw_few(data, target);
    return (kind & ~planes) == RA_MOSAIC_UP && draw_up(data, target, kind);
}

/* Heads come first, then the data of all parts. */
static gboolean draw(const RaTarget *target, const guint8 *raw, gsize size)
{
    Source heads = {raw, raw + size, FALSE};
    Part part = {.kind = 0};
    guint n = 0;
    do {
        if (n == RA_MOSAIC_PARTS_MAX || !read_head(&heads, target, n == 0, &part))
            return FALSE;
        n++;
    } while ((part.kind & RA_MOSAIC_LAST) == 0);
    Source data = {heads.at, heads.end, FALSE};
    heads = (Source){raw, heads.at, FALSE};
    for (guint i = 0; i < n; i++) {
        if (!read_head(&heads, target, i == 0, &part) || !draw_part(&data, &part))
            return FALSE;
    }
    return data.at == data.end;
}

RaDecode ra_decode_mosaic(RaMosaicDecoder *mosaic, const RaTarget *target, const guint8 *data,
                          gsize size, gsize *used)
{
    Source head = {data, data + MIN(size, LENGTH_MAX), FALSE};
    const gsize length = take_number(&head, LENGTH_MAX);
    if (head.failed)
        return size < LENGTH_MAX ? RA_DECODE_MORE : RA_DECODE_BAD;
    if (length > RA_MOSAIC_DATA_MAX)
        return RA_DECODE_BAD;
    const gsize at = (gsize)(head.at - data);
    gsize raw_size;
    if (size - at < length)
        return RA_DECODE_MORE;
    if (!unpack(mosaic, head.at, length, &raw_size) || !draw(target, mosaic->raw, raw_size))
        return RA_DECODE_BAD;
    *used = at + length;
    return RA_DECODE_OK;
}
