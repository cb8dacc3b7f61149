/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tight (rfbproto) in the native pixel format: a TPIXEL is red, green, blue. */
#include "wire/mosaic.h"

#include <string.h>
#include <turbojpeg.h>

enum {
    KIND_FILL = 8,
    KIND_JPEG = 9,
    KIND_FILTER = 4, /* bit: a filter's number follows */
    FILTER_COPY = 0,
    FILTER_PALETTE = 1,
    FILTER_GRADIENT = 2,
    PLAIN_MAX = 12, /* fewer bytes come uncompressed and without a length */
    PIXEL = 3,
};

void ra_rect_decoder_init(RaRectDecoder *decoder)
{
    memset(decoder, 0, sizeof *decoder);
    decoder->scratch = g_byte_array_new();
}

void ra_rect_decoder_clear(RaRectDecoder *decoder)
{
    ra_inflate_clear(&decoder->zrle);
    for (gsize i = 0; i < G_N_ELEMENTS(decoder->tight); i++)
        ra_inflate_clear(&decoder->tight[i]);
    g_byte_array_unref(decoder->scratch);
    if (decoder->jpeg != NULL)
        tjDestroy(decoder->jpeg);
    ra_mosaic_decoder_free(decoder->mosaic);
}

/* A rectangle's fields before its data. */
typedef struct {
    guint reset, kind, stream, filter;
    guint colours;
    guint32 palette[256];
    gsize row_size; /* bytes of a row once inflated */
} Head;

static guint32 pixel_of(const guint8 *bytes)
{
    return ra_native_pixel(bytes[0], bytes[1], bytes[2]);
}

/* Seven bits a byte, lowest first, at most three bytes, the last with eight. */
static guint32 read_compact(RaReader *r)
{
    guint32 length = 0;
    for (guint shift = 0; shift <= 14; shift += 7) {
        const guint8 byte = ra_reader_u8(r);
        if (shift == 14)
            return length | (guint32)byte << 14;
        length |= (guint32)(byte & 127) << shift;
        if ((byte & 128) == 0)
            break;
    }
    return length;
}

static void read_palette(RaReader *r, Head *head)
{
    head->colours = ra_reader_u8(r) + 1u;
    const guint8 *bytes = ra_reader_bytes(r, (gsize)head->colours * PIXEL);
    for (guint i = 0; bytes != NULL && i < head->colours; i++)
        head->palette[i] = pixel_of(bytes + (gsize)i * PIXEL);
}

/* FALSE for what is no Tight; the reader fails where bytes are missing. */
static gboolean read_head(RaReader *r, const RaTarget *target, Head *head)
{
    const guint8 control = ra_reader_u8(r);
    head->reset = control & 15;
    head->kind = control >> 4;
    if (head->kind == KIND_FILL || head->kind == KIND_JPEG)
        return TRUE;
    if (head->kind > KIND_JPEG)
        return FALSE;
    head->stream = head->kind & 3;
    head->filter = (head->kind & KIND_FILTER) != 0 ? ra_reader_u8(r) : FILTER_COPY;
    head->row_size = (gsize)target->width * PIXEL;
    if (head->filter == FILTER_PALETTE) {
        read_palette(r, head);
        head->row_size = head->colours <= 2 ? (target->width + 7u) / 8 : target->width;
    }
    return head->filter <= FILTER_GRADIENT &&
           (gsize)target->width * target->height <= RA_DECODE_TIGHT_AREA_MAX;
}

static void draw_fill(const RaTarget *target, guint32 colour)
{
    for (guint y = 0; y < target->height; y++)
        ra_fill_pixels(ra_target_row(target, y), target->width, colour);
}

static void draw_copy(const RaTarget *target, const guint8 *data)
{
    for (guint y = 0; y < target->height; y++) {
        guint32 *row = ra_target_row(target, y);
        for (guint x = 0; x < target->width; x++, data += PIXEL)
            row[x] = pixel_of(data);
    }
}

/* Each colour is what its neighbours promise (left + above - above left) plus what is sent. */
static void draw_gradient(const RaTarget *target, const guint8 *data)
{
    guint8 above[RA_DECODE_TIGHT_WIDTH_MAX + 1][PIXEL] = {{0}};
    for (guint y = 0; y < target->height; y++) {
        guint32 *row = ra_target_row(target, y);
        guint8 left[PIXEL] = {0}, corner[PIXEL] = {0};
        for (guint x = 0; x < target->width; x++, data += PIXEL) {
            for (guint k = 0; k < PIXEL; k++) {
                const gint promised = CLAMP(left[k] + above[x][k] - corner[k], 0, 255);
                corner[k] = above[x][k];
                left[k] = (guint8)(promised + data[k]);
                above[x][k] = left[k];
            }
            row[x] = pixel_of(left);
        }
    }
}

static gboolean draw_palette(const RaTarget *target, const Head *head, const guint8 *data)
{
    for (guint y = 0; y < target->height; y++, data += head->row_size) {
        guint32 *row = ra_target_row(target, y);
        for (guint x = 0; x < target->width; x++) {
            const guint index = head->colours > 2 ? data[x] : data[x / 8] >> (7 - x % 8) & 1u;
            if (index >= head->colours)
                return FALSE;
            row[x] = head->palette[index];
        }
    }
    return TRUE;
}

static gboolean draw_jpeg(RaRectDecoder *decoder, const RaTarget *target, const guint8 *data,
                          gsize size)
{
    int width, height, sampling, space;
    if (decoder->jpeg == NULL)
        decoder->jpeg = tjInitDecompress();
    if (decoder->jpeg == NULL)
        g_error("libturbojpeg cannot start");
    if (tjDecompressHeader3(decoder->jpeg, data, (unsigned long)size, &width, &height, &sampling,
                            &space) != 0 ||
        width != target->width || height != target->height)
        return FALSE;
    return tjDecompress2(decoder->jpeg, data, (unsigned long)size, target->pixels, width,
                         (int)target->stride, height, TJPF_BGRX,
                         TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS) == 0;
}

static gboolean draw_basic(RaRectDecoder *decoder, const RaTarget *target, const Head *head,
                           const guint8 *data, gsize size)
{
    const gsize want = head->row_size * target->height;
    if (want >= PLAIN_MAX) {
        g_byte_array_set_size(decoder->scratch, (guint)want);
        if (!ra_inflate_exact(&decoder->tight[head->stream], data, size, decoder->scratch->data,
                              want))
            return FALSE;
        data = decoder->scratch->data;
    }
    if (head->filter == FILTER_PALETTE)
        return draw_palette(target, head, data);
    if (head->filter == FILTER_GRADIENT)
        draw_gradient(target, data);
    else
        draw_copy(target, data);
    return TRUE;
}

RaDecode ra_decode_tight(RaRectDecoder *decoder, const RaTarget *target, const guint8 *data,
                         gsize size, gsize *used)
{
    RaReader reader = ra_reader_init(data, size);
    Head head = {0};
    if (target->width > RA_DECODE_TIGHT_WIDTH_MAX ||
        (!read_head(&reader, target, &head) && ra_reader_ok(&reader)))
        return RA_DECODE_BAD;
    gsize length = PIXEL;
    if (head.kind == KIND_JPEG ||
        (head.kind < KIND_FILL && head.row_size * target->height >= PLAIN_MAX))
        length = read_compact(&reader);
    else if (head.kind < KIND_FILL)
        length = head.row_size * target->height;
    const guint8 *bytes = ra_reader_bytes(&reader, length);
    if (bytes == NULL)
        return RA_DECODE_MORE;

    gboolean good = TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(decoder->tight); i++) {
        if ((head.reset & 1u << i) != 0)
            ra_inflate_reset(&decoder->tight[i]);
    }
    if (head.kind == KIND_FILL)
        draw_fill(target, pixel_of(bytes));
    else if (head.kind == KIND_JPEG)
        good = draw_jpeg(decoder, target, bytes, length);
    else
        good = draw_basic(decoder, target, &head, bytes, length);
    *used = reader.at;
    return good ? RA_DECODE_OK : RA_DECODE_BAD;
}
