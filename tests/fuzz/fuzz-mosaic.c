/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mosaic. The first three bytes: what, then the rectangle's width and height less one. What 0: the
 * rest is what the other end sent, one rectangle after the other. 1: the rest is a rectangle before
 * zstd. 2: the rest are pixels, one byte each, to be encoded and decoded in parts. */
#include "wire/mosaic.h"

#include <stdint.h>
#include <string.h>
#include <zstd.h>

enum { HEAD_SIZE = 3, RECT_HEAD_SIZE = 12, SIDE_MAX = 256, MARGIN = 2, CANARY = 0x5aa55a };
enum { ROW = SIDE_MAX + 2 * MARGIN };

static guint32 shown[ROW * ROW];
static guint32 pixels[SIDE_MAX * SIDE_MAX];

static RaTarget target_at(guint x, guint y, guint width, guint height)
{
    return (RaTarget){(guint8 *)&shown[(y + MARGIN) * ROW + x + MARGIN], ROW * 4, (guint16)width,
                      (guint16)height};
}

/* Nothing outside of WIDTH x HEIGHT was drawn. */
static void check_margin(guint width, guint height)
{
    for (guint y = 0; y < ROW; y++) {
        for (guint x = 0; x < ROW; x++) {
            if (x - MARGIN >= width || y - MARGIN >= height)
                g_assert(shown[y * ROW + x] == CANARY);
        }
    }
}

static void decode_stream(const uint8_t *data, size_t size, const RaTarget *target)
{
    RaMosaicDecoder *decoder = ra_mosaic_decoder_new();
    gsize used = 0;
    while (size > 0 && ra_decode_mosaic(decoder, target, data, size, &used) == RA_DECODE_OK) {
        g_assert(used > 0 && used <= size);
        data += used;
        size -= used;
    }
    ra_mosaic_decoder_free(decoder);
}

static void decode_raw(const uint8_t *raw, size_t size, const RaTarget *target)
{
    const gsize room = ZSTD_compressBound(size) + 64;
    g_autofree guint8 *data = g_malloc(room + 4);
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    ZSTD_inBuffer in = {raw, size, 0};
    ZSTD_outBuffer out = {data + 4, room, 0};
    g_assert(ZSTD_compressStream2(zstd, &out, &in, ZSTD_e_flush) == 0);
    ZSTD_freeCCtx(zstd);
    for (guint i = 0; i < 4; i++)
        data[i] = (guint8)((out.pos >> (7 * i) & 127) | (i < 3 ? 128 : 0));
    decode_stream(data, out.pos + 4, target);
}

static guint32 colour_of(guint8 byte)
{
    return byte < 128 ? byte * 0x020202u : byte * 0x01030507u;
}

static void pass(RaMosaicEncoder *encoder, RaMosaicDecoder *decoder, guint width)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    gsize used = 0;
    if (!ra_mosaic_end(encoder, bytes))
        return;
    const guint8 *head = bytes->data;
    const RaTarget target =
        target_at(head[1], head[3], (guint)head[4] << 8 | head[5], (guint)head[6] << 8 | head[7]);
    g_assert(head[1] + target.width <= (gint)width);
    g_assert(ra_decode_mosaic(decoder, &target, head + RECT_HEAD_SIZE, bytes->len - RECT_HEAD_SIZE,
                              &used) == RA_DECODE_OK);
    g_assert(used == bytes->len - RECT_HEAD_SIZE);
}

/* Columns, the first bytes of DATA wide; two of them make up a rectangle. */
static void round_trip(const uint8_t *data, size_t size, guint width, guint height)
{
    RaMosaicEncoder *encoder = ra_mosaic_encoder_new();
    RaMosaicDecoder *decoder = ra_mosaic_decoder_new();
    const RaFrameView view = {(const guint8 *)pixels, (guint16)width, (guint16)height, width * 4};
    guint parts = 0;
    for (gsize i = 0; i < (gsize)width * height; i++)
        pixels[i] = colour_of(size == 0 ? 0 : data[i % size]);
    for (guint x = 0; x < width;) {
        const guint some = parts < size ? data[parts] + 1u : width;
        const RaRect rect = {(guint16)x, 0, (guint16)MIN(some, width - x), (guint16)height};
        g_assert(ra_mosaic_add(encoder, &view, &rect, FALSE));
        if (++parts % 2 == 0)
            pass(encoder, decoder, width);
        x += rect.width;
    }
    pass(encoder, decoder, width);
    for (guint y = 0; y < height; y++) {
        for (guint x = 0; x < width; x++)
            g_assert(shown[(y + MARGIN) * ROW + x + MARGIN] == (pixels[y * width + x] & 0xffffff));
    }
    ra_mosaic_encoder_free(encoder);
    ra_mosaic_decoder_free(decoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEAD_SIZE)
        return 0;
    const guint width = data[1] + 1u, height = data[2] + 1u;
    const RaTarget target = target_at(0, 0, width, height);
    for (gsize i = 0; i < G_N_ELEMENTS(shown); i++)
        shown[i] = CANARY;
    if (data[0] % 3 == 0)
        decode_stream(data + HEAD_SIZE, size - HEAD_SIZE, &target);
    else if (data[0] % 3 == 1)
        decode_raw(data + HEAD_SIZE, size - HEAD_SIZE, &target);
    else
        round_trip(data + HEAD_SIZE, size - HEAD_SIZE, width, height);
    check_margin(width, height);
    return 0;
}
