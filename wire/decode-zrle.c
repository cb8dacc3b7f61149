/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ZRLE (RFC 6143, 7.7.6) in the native pixel format: a CPIXEL is blue, green, red. */
#include "wire/decode.h"

#include <string.h>

enum { TILE = 64, SUB_RAW = 0, SUB_SOLID = 1, PACKED_LAST = 16, SUB_PLAIN_RLE = 128, PIXEL = 3 };

typedef struct {
    RaInflateReader *reader;
    guint width, height;
    guint32 palette[128];
    guint colours;
    guint32 pixels[TILE * TILE];
} Tile;

static guint32 pixel_of(const guint8 *bytes)
{
    return ra_native_pixel(bytes[2], bytes[1], bytes[0]);
}

static gboolean take_u8(Tile *tile, guint8 *ret)
{
    const guint8 *byte = ra_inflate_take(tile->reader, 1);
    if (byte != NULL)
        *ret = *byte;
    return byte != NULL;
}

static gboolean take_palette(Tile *tile, guint colours)
{
    const guint8 *bytes = ra_inflate_take(tile->reader, (gsize)colours * PIXEL);
    for (guint i = 0; bytes != NULL && i < colours; i++)
        tile->palette[i] = pixel_of(bytes + (gsize)i * PIXEL);
    tile->colours = colours;
    return bytes != NULL;
}

static gboolean take_raw(Tile *tile)
{
    const gsize n = (gsize)tile->width * tile->height;
    const guint8 *bytes = ra_inflate_take(tile->reader, n * PIXEL);
    for (gsize i = 0; bytes != NULL && i < n; i++)
        tile->pixels[i] = pixel_of(bytes + i * PIXEL);
    return bytes != NULL;
}

static gboolean take_packed(Tile *tile)
{
    const guint bits = tile->colours <= 2 ? 1 : tile->colours <= 4 ? 2 : 4;
    const gsize row_size = (tile->width * bits + 7) / 8;
    const guint8 *bytes = ra_inflate_take(tile->reader, row_size * tile->height);
    if (bytes == NULL)
        return FALSE;
    guint32 *to = tile->pixels;
    for (guint y = 0; y < tile->height; y++) {
        for (guint x = 0; x < tile->width; x++) {
            const guint at = x * bits;
            const guint index =
                bytes[y * row_size + at / 8] >> (8 - bits - at % 8) & ((1u << bits) - 1);
            if (index >= tile->colours)
                return FALSE;
            *to++ = tile->palette[index];
        }
    }
    return TRUE;
}

/* Adds a run's length to *RUN; it ends at the first byte that is not 255. */
static gboolean take_length(Tile *tile, gsize max, gsize *run)
{
    guint8 byte;
    gsize length = 1;
    do {
        if (!take_u8(tile, &byte))
            return FALSE;
        length += byte;
    } while (byte == 255 && length <= max);
    *run = length;
    return length <= max;
}

static gboolean take_rle(Tile *tile)
{
    const gsize n = (gsize)tile->width * tile->height;
    for (gsize at = 0; at < n;) {
        gsize run = 1;
        guint32 colour;
        if (tile->colours == 0) {
            const guint8 *bytes = ra_inflate_take(tile->reader, PIXEL);
            if (bytes == NULL)
                return FALSE;
            colour = pixel_of(bytes);
            if (!take_length(tile, n - at, &run))
                return FALSE;
        } else {
            guint8 index;
            if (!take_u8(tile, &index) || (index & 127u) >= tile->colours)
                return FALSE;
            colour = tile->palette[index & 127u];
            if ((index & 128) != 0 && !take_length(tile, n - at, &run))
                return FALSE;
        }
        ra_fill_pixels(tile->pixels + at, run, colour);
        at += run;
    }
    return TRUE;
}

static gboolean take_tile(Tile *tile)
{
    guint8 sub;
    if (!take_u8(tile, &sub))
        return FALSE;
    tile->colours = 0;
    if (sub == SUB_RAW)
        return take_raw(tile);
    if (sub == SUB_SOLID) {
        if (!take_palette(tile, 1))
            return FALSE;
        ra_fill_pixels(tile->pixels, (gsize)tile->width * tile->height, tile->palette[0]);
        return TRUE;
    }
    if (sub <= PACKED_LAST)
        return take_palette(tile, sub) && take_packed(tile);
    if (sub == SUB_PLAIN_RLE)
        return take_rle(tile);
    if (sub < SUB_PLAIN_RLE + 2)
        return FALSE;
    return take_palette(tile, sub - SUB_PLAIN_RLE) && take_rle(tile);
}

static gboolean draw(RaRectDecoder *decoder, const RaTarget *target)
{
    Tile tile = {.reader = &decoder->reader};
    for (guint y = 0; y < target->height; y += TILE) {
        for (guint x = 0; x < target->width; x += TILE) {
            tile.width = MIN(TILE, target->width - x);
            tile.height = MIN(TILE, target->height - y);
            if (!take_tile(&tile))
                return FALSE;
            for (guint row = 0; row < tile.height; row++)
                memcpy(ra_target_row(target, y + row) + x, tile.pixels + (gsize)row * tile.width,
                       (gsize)tile.width * 4);
        }
    }
    return TRUE;
}

RaDecode ra_decode_zrle(RaRectDecoder *decoder, const RaTarget *target, const guint8 *data,
                        gsize size, gsize *used)
{
    RaReader head = ra_reader_init(data, size);
    const guint32 length = ra_reader_u32(&head);
    if (length > RA_DECODE_ZRLE_DATA_MAX)
        return RA_DECODE_BAD;
    const guint8 *bytes = ra_reader_bytes(&head, length);
    if (bytes == NULL)
        return RA_DECODE_MORE;
    ra_inflate_begin(&decoder->reader, &decoder->zrle, bytes, length);
    if (!draw(decoder, target) || !ra_inflate_end(&decoder->reader))
        return RA_DECODE_BAD;
    *used = 4 + (gsize)length;
    return RA_DECODE_OK;
}
