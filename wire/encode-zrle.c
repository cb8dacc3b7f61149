/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ZRLE: RFC 6143, 7.7.6. */
#include "wire/encode.h"
#include "wire/palette.h"

#include <string.h>

enum {
    SUB_RAW = 0,
    SUB_SOLID = 1,
    SUB_PLAIN_RLE = 128,
    PACKED_COLOURS_MAX = 16,
    RLE_COLOURS_MAX = 127,
};

/* CPIXEL: three bytes where a 32-bit pixel has all colour in its lower or upper three. */
typedef struct {
    guint size, shift;
    gboolean big_endian;
} Cpixel;

typedef struct {
    Cpixel cpixel;
    guint32 pixels[RA_ZRLE_TILE * RA_ZRLE_TILE];
    guint width, height;
    RaPalette palette;
    gboolean has_palette;
    gsize plain_size, palette_size; /* bytes of the two RLE forms, without the palette */
} Tile;

/* Bytes of a tile at the most: raw, or with a palette what is no longer than that. */
enum { TILE_MAX = 1 + (RA_ZRLE_TILE * RA_ZRLE_TILE + RA_PALETTE_MAX) * 4 };

static Cpixel cpixel_of(const RaPixelFormat *format)
{
    const guint64 used = (guint64)format->red_max << format->red_shift |
                         (guint64)format->green_max << format->green_shift |
                         (guint64)format->blue_max << format->blue_shift;
    if (format->bits == 32 && format->depth <= 24 && used < 1u << 24)
        return (Cpixel){3, 0, format->big_endian};
    if (format->bits == 32 && format->depth <= 24 && (used & 0xff) == 0)
        return (Cpixel){3, 8, format->big_endian};
    return (Cpixel){format->bits / 8u, 0, format->big_endian};
}

/* All of these write at TO and return where the next byte goes. */

static guint8 *put_pixel(const Tile *tile, guint32 value, guint8 *to)
{
    const Cpixel c = tile->cpixel;
    value >>= c.shift;
    for (guint i = 0; i < c.size; i++)
        to[i] = (guint8)(value >> 8 * (c.big_endian ? c.size - 1 - i : i));
    return to + c.size;
}

static gsize run_length(const Tile *tile, gsize at)
{
    const gsize n = (gsize)tile->width * tile->height;
    gsize end = at + 1;
    while (end < n && tile->pixels[end] == tile->pixels[at])
        end++;
    return end - at;
}

static void measure(Tile *tile)
{
    const gsize n = (gsize)tile->width * tile->height;
    const guint pixel_size = tile->cpixel.size;
    tile->plain_size = tile->palette_size = 0;
    for (gsize at = 0; at < n;) {
        const gsize run = run_length(tile, at);
        const gsize length_size = 1 + (run - 1) / 255;
        tile->plain_size += pixel_size + length_size;
        tile->palette_size += run == 1 ? 1 : 1 + length_size;
        at += run;
    }
    tile->has_palette = ra_palette_build(&tile->palette, tile->pixels, n, RLE_COLOURS_MAX);
}

static guint8 *put_length(gsize run, guint8 *to)
{
    gsize left = run - 1;
    for (; left >= 255; left -= 255)
        *to++ = 255;
    *to++ = (guint8)left;
    return to;
}

static guint8 *put_palette(const Tile *tile, guint8 *to)
{
    for (guint i = 0; i < tile->palette.n; i++)
        to = put_pixel(tile, tile->palette.colour[i], to);
    return to;
}

static guint packed_bits(guint colours)
{
    return colours <= 2 ? 1 : colours <= 4 ? 2 : 4;
}

static guint8 *put_packed(const Tile *tile, guint8 *to)
{
    const guint bits = packed_bits(tile->palette.n);
    const guint32 *pixel = tile->pixels;
    guint32 last = *pixel;
    guint index = ra_palette_index(&tile->palette, last);
    *to++ = (guint8)tile->palette.n;
    to = put_palette(tile, to);
    for (guint y = 0; y < tile->height; y++) {
        guint byte = 0, filled = 0;
        for (guint x = 0; x < tile->width; x++, pixel++) {
            if (*pixel != last) {
                last = *pixel;
                index = ra_palette_index(&tile->palette, last);
            }
            byte = byte << bits | index;
            filled += bits;
            if (filled == 8) {
                *to++ = (guint8)byte;
                byte = filled = 0;
            }
        }
        if (filled > 0)
            *to++ = (guint8)(byte << (8 - filled));
    }
    return to;
}

static guint8 *put_rle(const Tile *tile, gboolean with_palette, guint8 *to)
{
    const gsize n = (gsize)tile->width * tile->height;
    *to++ = (guint8)(SUB_PLAIN_RLE + (with_palette ? tile->palette.n : 0));
    if (with_palette)
        to = put_palette(tile, to);
    for (gsize at = 0; at < n;) {
        const gsize run = run_length(tile, at);
        if (!with_palette) {
            to = put_length(run, put_pixel(tile, tile->pixels[at], to));
        } else {
            const guint8 index = ra_palette_index(&tile->palette, tile->pixels[at]);
            *to++ = run == 1 ? index : index | 128;
            if (run > 1)
                to = put_length(run, to);
        }
        at += run;
    }
    return to;
}

static guint8 *put_raw(const Tile *tile, guint8 *to)
{
    *to++ = SUB_RAW;
    for (gsize i = 0; i < (gsize)tile->width * tile->height; i++)
        to = put_pixel(tile, tile->pixels[i], to);
    return to;
}

/* The form with the fewest bytes before zlib. */
static guint8 *put_tile(Tile *tile, guint8 *to)
{
    measure(tile);
    const guint pixel_size = tile->cpixel.size;
    const gsize raw = (gsize)tile->width * tile->height * pixel_size;
    if (tile->has_palette && tile->palette.n == 1) {
        *to++ = SUB_SOLID;
        return put_pixel(tile, tile->pixels[0], to);
    }
    gsize packed = G_MAXSIZE, palette_rle = G_MAXSIZE;
    if (tile->has_palette) {
        const gsize palette = (gsize)tile->palette.n * pixel_size;
        palette_rle = palette + tile->palette_size;
        if (tile->palette.n <= PACKED_COLOURS_MAX)
            packed = palette +
                     (gsize)(tile->width * packed_bits(tile->palette.n) + 7) / 8 * tile->height;
    }
    const gsize least = MIN(MIN(raw, packed), MIN(tile->plain_size, palette_rle));
    if (least == packed)
        return put_packed(tile, to);
    if (least == palette_rle)
        return put_rle(tile, TRUE, to);
    if (least == tile->plain_size)
        return put_rle(tile, FALSE, to);
    return put_raw(tile, to);
}

void ra_encode_zrle(RaRectEncoder *encoder, const RaFrameView *picture, const RaRect *rect,
                    GByteArray *out)
{
    const guint32 *values = ra_rect_encoder_values(encoder, picture, rect);
    GByteArray *scratch = encoder->scratch;
    Tile tile;
    tile.cpixel = cpixel_of(&encoder->format);
    g_byte_array_set_size(scratch, 0);
    for (guint y = 0; y < rect->height; y += RA_ZRLE_TILE) {
        for (guint x = 0; x < rect->width; x += RA_ZRLE_TILE) {
            tile.width = MIN(RA_ZRLE_TILE, rect->width - x);
            tile.height = MIN(RA_ZRLE_TILE, rect->height - y);
            for (guint row = 0; row < tile.height; row++)
                memcpy(tile.pixels + (gsize)row * tile.width,
                       values + (gsize)(y + row) * rect->width + x, (gsize)tile.width * 4);
            const guint start = scratch->len;
            g_byte_array_set_size(scratch, start + TILE_MAX);
            const guint8 *end = put_tile(&tile, scratch->data + start);
            g_byte_array_set_size(scratch, (guint)(end - scratch->data));
        }
    }
    const guint before = out->len;
    g_byte_array_set_size(out, before + 4);
    ra_deflate(&encoder->zrle, encoder->level, scratch->data, scratch->len, out);
    const guint32 length = GUINT32_TO_BE(out->len - before - 4);
    memcpy(out->data + before, &length, 4);
}
