/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/mosaic-private.h"
#include "wire/rects.h"

#include <zstd.h>

struct _RaMosaicDecoder {
    ZSTD_DCtx *zstd;
    guint8 *raw; /* a rectangle before zstd */
    gsize room;
    guint32 *above, *row; /* of pixels; three of them */
    RaRect drawn[RA_MOSAIC_DRAWN_MAX];
    guint n_drawn;
};

/* Parts that are looked at one by one for that; more of them are told as one box. */
enum { APART_MAX = 1024 };

/* Bytes that are there; FAILED once some were not. */
typedef struct {
    const guint8 *at, *end;
    gboolean failed;
} Source;

typedef struct {
    RaTarget target;
    RaRect box;
    guint kind;
} Part;

RaMosaicDecoder *ra_mosaic_decoder_new(void)
{
    RaMosaicDecoder *mosaic = g_new0(RaMosaicDecoder, 1);
    mosaic->zstd = ZSTD_createDCtx();
    if (mosaic->zstd == NULL || ZSTD_isError(ZSTD_DCtx_setParameter(
                                    mosaic->zstd, ZSTD_d_windowLogMax, RA_MOSAIC_WINDOW_LOG)))
        g_error("zstd cannot start");
    mosaic->above = g_new(guint32, RA_SCREEN_SIDE_MAX);
    mosaic->row = g_new(guint32, (gsize)RA_SCREEN_SIDE_MAX * RA_MOSAIC_PIXEL);
    return mosaic;
}

void ra_mosaic_decoder_free(RaMosaicDecoder *mosaic)
{
    if (mosaic == NULL)
        return;
    ZSTD_freeDCtx(mosaic->zstd);
    g_free(mosaic->raw);
    g_free(mosaic->above);
    g_free(mosaic->row);
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
    ret->box = (RaRect){0, 0, target->width, target->height};
    if (first && (ret->kind & RA_MOSAIC_LAST) != 0)
        return TRUE;
    const guint32 x = take_number(heads, 3), y = take_number(heads, 3);
    const guint32 width = take_number(heads, 3), height = take_number(heads, 3);
    if (heads->failed || width == 0 || height == 0 || x + width > target->width ||
        y + height > target->height)
        return FALSE;
    ret->target.pixels += (gsize)y * target->stride + (gsize)x * 4;
    ret->box = (RaRect){(guint16)x, (guint16)y, (guint16)width, (guint16)height};
    ret->target.width = ret->box.width;
    ret->target.height = ret->box.height;
    return TRUE;
}

static guint32 pixel_of(const guint8 *bytes)
{
    return ra_native_pixel(bytes[2], bytes[1], bytes[0]);
}

static gboolean draw_flat(Source *data, const RaTarget *target)
{
    const guint8 *colour = take(data, RA_MOSAIC_PIXEL);
    for (guint y = 0; colour != NULL && y < target->height; y++)
        ra_fill_pixels(ra_target_row(target, y), target->width, pixel_of(colour));
    return colour != NULL;
}

/* Bit MASK of each byte chooses between two colours. */
RA_MOSAIC_HOT static void draw_two(guint32 *row, guint width, const guint8 *bytes, guint8 mask,
                                   const guint32 *palette)
{
    const guint32 zero = palette[0], one = palette[1];
    for (guint x = 0; x < width; x++)
        row[x] = (bytes[x] & mask) != 0 ? one : zero;
}

/* Bit MASK of four planes makes up an index. */
RA_MOSAIC_HOT static void collect(const guint8 *const *planes, guint width, guint8 mask, guint8 *to)
{
    const guint8 *a = planes[0], *b = planes[1], *c = planes[2], *d = planes[3];
    for (guint x = 0; x < width; x++)
        to[x] = (guint8)((a[x] & mask ? 1 : 0) | (b[x] & mask ? 2 : 0) | (c[x] & mask ? 4 : 0) |
                         (d[x] & mask ? 8 : 0));
}

RA_MOSAIC_HOT static guint8 greatest(const guint8 *bytes, guint n)
{
    guint8 most = 0;
    for (guint i = 0; i < n; i++)
        most = MAX(most, bytes[i]);
    return most;
}

/* The same with BITS planes, WIDTH bytes each. FALSE if there are not so many colours. */
static gboolean draw_many(guint32 *row, guint width, const guint8 *bytes, guint8 mask, guint bits,
                          const guint32 *palette, guint n)
{
    static const guint8 nothing[RA_SCREEN_SIDE_MAX];
    guint8 indices[RA_SCREEN_SIDE_MAX];
    const guint8 *planes[RA_MOSAIC_BITS_MAX];
    for (guint i = 0; i < RA_MOSAIC_BITS_MAX; i++)
        planes[i] = i < bits ? bytes + (gsize)i * width : nothing;
    collect(planes, width, mask, indices);
    if (greatest(indices, width) >= n)
        return FALSE;
    for (guint x = 0; x < width; x++)
        row[x] = palette[indices[x]];
    return TRUE;
}

typedef struct {
    guint32 colour[RA_MOSAIC_COLOURS_MAX];
    guint n;
} Palette;

static gboolean take_palette(Source *data, Palette *ret)
{
    const guint8 *n = take(data, 1);
    if (n == NULL || *n < 2 || *n > RA_MOSAIC_COLOURS_MAX)
        return FALSE;
    ret->n = *n;
    const guint8 *colours = take(data, (gsize)ret->n * RA_MOSAIC_PIXEL);
    for (guint i = 0; colours != NULL && i < ret->n; i++)
        ret->colour[i] = pixel_of(colours + (gsize)i * RA_MOSAIC_PIXEL);
    return colours != NULL;
}

static gboolean draw_few(Source *data, const RaTarget *target)
{
    Palette palette;
    if (!take_palette(data, &palette))
        return FALSE;
    const guint bits = ra_mosaic_bits(palette.n), width = target->width;
    const gsize strips = (target->height + RA_MOSAIC_FEW_STRIP - 1u) / RA_MOSAIC_FEW_STRIP;
    const guint8 *bytes = take(data, strips * bits * width);
    if (bytes == NULL)
        return FALSE;
    for (guint y = 0; y < target->height; y++) {
        const guint8 mask = (guint8)(1u << y % RA_MOSAIC_FEW_STRIP);
        const guint8 *strip = bytes + (gsize)(y / RA_MOSAIC_FEW_STRIP) * bits * width;
        guint32 *row = ra_target_row(target, y);
        if (bits == 1)
            draw_two(row, width, strip, mask, palette.colour);
        else if (!draw_many(row, width, strip, mask, bits, palette.colour, palette.n))
            return FALSE;
    }
    return TRUE;
}

/* A byte of each pixel, in strips, as what it has more than its left neighbour. */
typedef struct {
    guint8 first;
    const guint8 *bytes;
    guint32 *strip; /* the present one, summed up: four rows in a number, the first lowest */
} Plane;

static gboolean take_plane(Source *data, const RaTarget *target, Plane *ret)
{
    const guint8 *first = take(data, 1);
    ret->bytes = take(data, (gsize)target->width * target->height);
    if (ret->bytes != NULL)
        ret->first = *first;
    return ret->bytes != NULL;
}

/* A and B added, byte by byte. */
static inline guint32 add_bytes(guint32 a, guint32 b)
{
    const guint32 top = 0x80808080; /* bits that must not reach the next byte */
    return ((a & ~top) + (b & ~top)) ^ ((a ^ b) & top);
}

/* The next four rows, all at once. */
static void sum_four(Plane *plane, guint width)
{
    guint32 sum = plane->first * 0x01010101u;
    for (guint x = 0; x < width; x++) {
        sum = add_bytes(sum, ra_mosaic_get_u32(plane->bytes + (gsize)x * RA_MOSAIC_PLANE_STRIP));
        plane->strip[x] = sum;
    }
    plane->bytes += (gsize)width * RA_MOSAIC_PLANE_STRIP;
}

/* The last N rows, fewer than four. */
static void sum_few(Plane *plane, guint width, guint n)
{
    guint32 sum = plane->first * 0x01010101u;
    for (guint x = 0; x < width; x++, plane->bytes += n) {
        guint32 more = 0;
        for (guint i = 0; i < n; i++)
            more |= (guint32)plane->bytes[i] << 8 * i;
        sum = add_bytes(sum, more);
        plane->strip[x] = sum;
    }
}

RA_MOSAIC_HOT static void draw_grey_row(guint32 *row, guint width, const guint32 *strip,
                                        guint shift)
{
    for (guint x = 0; x < width; x++) {
        const guint32 grey = strip[x] >> shift & 0xff;
        row[x] = GUINT32_TO_LE(grey | grey << 8 | grey << 16);
    }
}

RA_MOSAIC_HOT static void draw_planes_row(guint32 *row, guint width, const Plane *planes,
                                          guint shift)
{
    const guint32 *greens = planes[0].strip, *reds = planes[1].strip, *blues = planes[2].strip;
    for (guint x = 0; x < width; x++) {
        const guint32 green = greens[x] >> shift & 0xff;
        const guint32 red = ((reds[x] >> shift) + green) & 0xff;
        const guint32 blue = ((blues[x] >> shift) + green) & 0xff;
        row[x] = GUINT32_TO_LE(red << 16 | green << 8 | blue);
    }
}

/* One plane, of grey, or three. */
static gboolean draw_planes(RaMosaicDecoder *mosaic, Source *data, const RaTarget *target,
                            guint n_planes)
{
    Plane planes[RA_MOSAIC_PIXEL];
    for (guint i = 0; i < n_planes; i++) {
        planes[i].strip = mosaic->row + (gsize)i * RA_SCREEN_SIDE_MAX;
        if (!take_plane(data, target, &planes[i]))
            return FALSE;
    }
    for (guint y = 0; y < target->height; y += RA_MOSAIC_PLANE_STRIP) {
        const guint n = MIN(target->height - y, RA_MOSAIC_PLANE_STRIP);
        for (guint i = 0; i < n_planes; i++) {
            if (n == RA_MOSAIC_PLANE_STRIP)
                sum_four(&planes[i], target->width);
            else
                sum_few(&planes[i], target->width, n);
        }
        for (guint i = 0; i < n; i++) {
            guint32 *row = ra_target_row(target, y + i);
            if (n_planes == 1)
                draw_grey_row(row, target->width, planes[0].strip, 8 * i);
            else
                draw_planes_row(row, target->width, planes, 8 * i);
        }
    }
    return TRUE;
}

/* Numbers of three bytes, with anything above; two at once, as far as nothing is read behind
 * them. */
static void unpack_row(const guint8 *bytes, guint width, guint32 *to)
{
    guint x = 0;
    for (; x + 3 <= width; x += 2, bytes += 2 * RA_MOSAIC_PIXEL) {
        const guint64 two = ra_mosaic_get_u64(bytes);
        to[x] = (guint32)two;
        to[x + 1] = (guint32)(two >> 24);
    }
    for (; x < width; x++, bytes += RA_MOSAIC_PIXEL)
        to[x] = (guint32)bytes[0] | (guint32)bytes[1] << 8 | (guint32)bytes[2] << 16;
}

/* MORE says what ROW has more than ABOVE: green, and blue and red less green. */
RA_MOSAIC_HOT static void add(guint32 *row, const guint32 *above, guint width, const guint32 *more)
{
    for (guint x = 0; x < width; x++) {
        const guint32 a = GUINT32_FROM_LE(above[x]), green = more[x] >> 8 & 0xff;
        const guint32 others = (a & 0xff00ff) + (more[x] & 0xff00ff) + (green | green << 16);
        const guint32 greens = (a & 0xff00) + (green << 8);
        row[x] = GUINT32_TO_LE((others & 0xff00ff) | (greens & 0xff00));
    }
}

/* A bit for each row says that it is as the one above; the others follow. */
static gboolean draw_full(RaMosaicDecoder *mosaic, Source *data, const RaTarget *target)
{
    const gsize row_size = (gsize)target->width * RA_MOSAIC_PIXEL;
    const guint8 *first = take(data, RA_MOSAIC_PIXEL);
    const guint8 *same = take(data, (target->height + 7u) / 8);
    const guint32 *above = mosaic->above;
    if (same == NULL || (target->height % 8 != 0 && same[target->height / 8] >> target->height % 8))
        return FALSE;
    ra_fill_pixels(mosaic->above, target->width, pixel_of(first));
    for (guint y = 0; y < target->height; y++) {
        guint32 *row = ra_target_row(target, y);
        if ((same[y / 8] >> y % 8 & 1) != 0) {
            memcpy(row, above, (gsize)target->width * sizeof *row);
        } else {
            const guint8 *bytes = take(data, row_size);
            if (bytes == NULL)
                return FALSE;
            unpack_row(bytes, target->width, mosaic->row);
            add(row, above, target->width, mosaic->row);
        }
        above = row;
    }
    return TRUE;
}

static gboolean draw_part(RaMosaicDecoder *mosaic, Source *data, const Part *part)
{
    const RaTarget *target = &part->target;
    const guint kind = part->kind & ~(guint)RA_MOSAIC_LAST;
    if (kind != RA_MOSAIC_FLAT && (gsize)target->width * target->height > RA_MOSAIC_AREA_MAX)
        return FALSE;
    switch (kind) {
    case RA_MOSAIC_FLAT:
        return draw_flat(data, target);
    case RA_MOSAIC_FEW:
        return draw_few(data, target);
    case RA_MOSAIC_GREY:
        return draw_planes(mosaic, data, target, 1);
    case RA_MOSAIC_PLANES:
        return draw_planes(mosaic, data, target, RA_MOSAIC_PIXEL);
    case RA_MOSAIC_FULL:
        return draw_full(mosaic, data, target);
    default:
        return FALSE;
    }
}

/* Heads come first, then the data of all parts. These have no more pixels than the rectangle: few
 * bytes must not make much work. */
static gboolean draw(RaMosaicDecoder *mosaic, const RaTarget *target, gsize size)
{
    const guint8 *raw = mosaic->raw;
    Source heads = {raw, raw + size, FALSE};
    Part part = {.kind = 0};
    gsize left = (gsize)target->width * target->height; /* pixels that no part has taken */
    guint n = 0;
    mosaic->n_drawn = 0;
    do {
        if (n == RA_MOSAIC_PARTS_MAX || !read_head(&heads, target, n == 0, &part))
            return FALSE;
        const gsize area = (gsize)part.target.width * part.target.height;
        if (area > left)
            return FALSE;
        left -= area;
        if (n == APART_MAX)
            part.box = (RaRect){0, 0, target->width, target->height};
        if (n <= APART_MAX)
            ra_rects_add(mosaic->drawn, &mosaic->n_drawn, RA_MOSAIC_DRAWN_MAX, part.box);
        n++;
    } while ((part.kind & RA_MOSAIC_LAST) == 0);
    Source data = {heads.at, heads.end, FALSE};
    heads = (Source){raw, heads.at, FALSE};
    for (guint i = 0; i < n; i++) {
        if (!read_head(&heads, target, i == 0, &part) || !draw_part(mosaic, &data, &part))
            return FALSE;
    }
    return data.at == data.end;
}

RaDecode ra_decode_mosaic(RaMosaicDecoder *mosaic, const RaTarget *target, const guint8 *data,
                          gsize size, gsize *used)
{
    if (size == 0)
        return RA_DECODE_MORE; /* DATA may be NULL, which has no arithmetic */
    Source head = {data, data + MIN(size, RA_MOSAIC_LENGTH_MAX), FALSE};
    const gsize length = take_number(&head, RA_MOSAIC_LENGTH_MAX);
    if (head.failed)
        return size < RA_MOSAIC_LENGTH_MAX ? RA_DECODE_MORE : RA_DECODE_BAD;
    if (length > RA_MOSAIC_DATA_MAX)
        return RA_DECODE_BAD;
    const gsize at = (gsize)(head.at - data);
    gsize raw_size;
    if (size - at < length)
        return RA_DECODE_MORE;
    if (!unpack(mosaic, head.at, length, &raw_size) || !draw(mosaic, target, raw_size))
        return RA_DECODE_BAD;
    *used = at + length;
    return RA_DECODE_OK;
}

RaRect *ra_mosaic_drawn(RaMosaicDecoder *mosaic, guint *n)
{
    *n = mosaic->n_drawn;
    return mosaic->drawn;
}
