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

typedef struct {
    RaRectEncoder *encoder;
    guint32 pixels[RA_ZRLE_TILE * RA_ZRLE_TILE];
    guint width, height;
    RaPalette palette;
    gboolean has_palette;
    gsize plain_size, palette_size; /* bytes of the two RLE forms, without the palette */
} Tile;

/* CPIXEL: three bytes where a 32-bit pixel has all colour in its lower or upper three. */
typedef struct {
    guint size, shift;
} Cpixel;

static Cpixel cpixel(const RaPixelFormat *format)
{
    const guint64 used = (guint64)format->red_max << format->red_shift |
                         (guint64)format->green_max << format->green_shift |
                         (guint64)format->blue_max << format->blue_shift;
    if (format->bits == 32 && format->depth <= 24 && used < 1u << 24)
        return (Cpixel){3, 0};
    if (format->bits == 32 && format->depth <= 24 && (used & 0xff) == 0)
        return (Cpixel){3, 8};
    return (Cpixel){format->bits / 8u, 0};
}

static void put_pixel(const RaRectEncoder *e, guint32 value, GByteArray *out)
{
    const Cpixel c = cpixel(&e->format);
    guint8 bytes[4];
    for (guint i = 0; i < c.size; i++)
        bytes[i] = (guint8)(value >> (c.shift + 8 * (e->format.big_endian ? c.size - 1 - i : i)));
    g_byte_array_append(out, bytes, c.size);
}

static void put_u8(guint8 value, GByteArray *out)
{
    g_byte_array_append(out, &value, 1);
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
    const guint pixel_size = cpixel(&tile->encoder->format).size;
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

static void put_length(gsize run, GByteArray *out)
{
    gsize left = run - 1;
    for (; left >= 255; left -= 255)
        put_u8(255, out);
    put_u8((guint8)left, out);
}

static void put_palette(const Tile *tile, GByteArray *out)
{
    for (guint i = 0; i < tile->palette.n; i++)
        put_pixel(tile->encoder, tile->palette.colour[i], out);
}

static guint packed_bits(guint colours)
{
    return colours <= 2 ? 1 : colours <= 4 ? 2 : 4;
}

static void put_packed(const Tile *tile, GByteArray *out)
{
    const guint bits = packed_bits(tile->palette.n);
    const guint32 *pixel = tile->pixels;
    put_u8((guint8)tile->palette.n, out);
    put_palette(tile, out);
    for (guint y = 0; y < tile->height; y++) {
        guint byte = 0, filled = 0;
        for (guint x = 0; x < tile->width; x++) {
            byte = byte << bits | ra_palette_index(&tile->palette, *pixel++);
            filled += bits;
            if (filled == 8) {
                put_u8((guint8)byte, out);
                byte = filled = 0;
            }
        }
        if (filled > 0)
            put_u8((guint8)(byte << (8 - filled)), out);
    }
}

static void put_rle(const Tile *tile, gboolean with_palette, GByteArray *out)
{
    const gsize n = (gsize)tile->width * tile->height;
    put_u8((guint8)(SUB_PLAIN_RLE + (with_palette ? tile->palette.n : 0)), out);
    if (with_palette)
        put_palette(tile, out);
    for (gsize at = 0; at < n;) {
        const gsize run = run_length(tile, at);
        if (!with_palette) {
            put_pixel(tile->encoder, tile->pixels[at], out);
            put_length(run, out);
        } else {
            const guint8 index = ra_palette_index(&tile->palette, tile->pixels[at]);
            put_u8(run == 1 ? index : index | 128, out);
            if (run > 1)
                put_length(run, out);
        }
        at += run;
    }
}

static void put_raw(const Tile *tile, GByteArray *out)
{
    put_u8(SUB_RAW, out);
    for (gsize i = 0; i < (gsize)tile->width * tile->height; i++)
        put_pixel(tile->encoder, tile->pixels[i], out);
}

/* The form with the fewest bytes before zlib. */
static void put_tile(Tile *tile, GByteArray *out)
{
    measure(tile);
    const guint pixel_size = cpixel(&tile->encoder->format).size;
    const gsize raw = (gsize)tile->width * tile->height * pixel_size;
    if (tile->has_palette && tile->palette.n == 1) {
        put_u8(SUB_SOLID, out);
        put_pixel(tile->encoder, tile->pixels[0], out);
        return;
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
        put_packed(tile, out);
    else if (least == palette_rle)
        put_rle(tile, TRUE, out);
    else if (least == tile->plain_size)
        put_rle(tile, FALSE, out);
    else
        put_raw(tile, out);
}

void ra_encode_zrle(RaRectEncoder *encoder, const RaFrameView *picture, const RaRect *rect,
                    GByteArray *out)
{
    const guint32 *values = ra_rect_encoder_values(encoder, picture, rect);
    Tile tile = {.encoder = encoder};
    g_byte_array_set_size(encoder->scratch, 0);
    for (guint y = 0; y < rect->height; y += RA_ZRLE_TILE) {
        for (guint x = 0; x < rect->width; x += RA_ZRLE_TILE) {
            tile.width = MIN(RA_ZRLE_TILE, rect->width - x);
            tile.height = MIN(RA_ZRLE_TILE, rect->height - y);
            for (guint row = 0; row < tile.height; row++)
                memcpy(tile.pixels + (gsize)row * tile.width,
                       values + (gsize)(y + row) * rect->width + x, (gsize)tile.width * 4);
            put_tile(&tile, encoder->scratch);
        }
    }
    const guint before = out->len;
    g_byte_array_set_size(out, before + 4);
    ra_deflate(&encoder->zrle, encoder->level, encoder->scratch->data, encoder->scratch->len, out);
    const guint32 length = GUINT32_TO_BE(out->len - before - 4);
    memcpy(out->data + before, &length, 4);
}
