/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/wire/reference.h"

#include <string.h>

typedef struct {
    const guint8 *at, *end;
} Bytes;

static const guint8 *take(Bytes *b, gsize n)
{
    g_assert_cmpint(n, <=, b->end - b->at);
    b->at += n;
    return b->at - n;
}

static guint32 take_number(Bytes *b, guint size)
{
    const guint8 *p = take(b, size);
    guint32 value = 0;
    for (guint i = 0; i < size; i++)
        value = value << 8 | p[i];
    return value;
}

/* SIZE bytes of a pixel, which stand SHIFT bits up in it. */
static guint32 take_pixel(const Reference *r, Bytes *b, guint size, guint shift)
{
    const guint8 *p = take(b, size);
    guint32 value = 0;
    for (guint i = 0; i < size; i++)
        value |= (guint32)p[r->format.big_endian ? size - 1 - i : i] << (8 * i + shift);
    return value;
}

static void put(Reference *r, guint x, guint y, guint32 value)
{
    g_assert_cmpint(x, <, r->width);
    g_assert_cmpint(y, <, r->height);
    r->values[(gsize)y * r->width + x] = value;
}

static Bytes unzip(z_stream *z, Bytes *b, gsize size, gsize room)
{
    guint8 *out = g_malloc(room);
    z->next_in = (Bytef *)take(b, size);
    z->avail_in = (uInt)size;
    z->next_out = out;
    z->avail_out = (uInt)room;
    g_assert_cmpint(inflate(z, Z_SYNC_FLUSH), ==, Z_OK);
    g_assert_cmpint(z->avail_in, ==, 0);
    return (Bytes){out, out + room - z->avail_out};
}

static guint32 cpixel(const Reference *r, Bytes *b)
{
    const RaPixelFormat *f = &r->format;
    const guint64 used = (guint64)f->red_max << f->red_shift |
                         (guint64)f->green_max << f->green_shift |
                         (guint64)f->blue_max << f->blue_shift;
    if (f->bits == 32 && f->depth <= 24 && used <= 0xffffff)
        return take_pixel(r, b, 3, 0);
    if (f->bits == 32 && f->depth <= 24 && used % 256 == 0)
        return take_pixel(r, b, 3, 8);
    return take_pixel(r, b, f->bits / 8u, 0);
}

static gsize take_run(Bytes *b)
{
    gsize run = 1;
    guint32 byte;
    do {
        byte = take_number(b, 1);
        run += byte;
    } while (byte == 255);
    return run;
}

static void zrle_tile(Reference *r, Bytes *b, guint x0, guint y0, guint w, guint h)
{
    const guint sub = take_number(b, 1);
    guint32 palette[128] = {0};
    const guint colours = sub & 127;
    g_assert_true(sub <= 16 || sub == 128 || sub >= 130);
    for (guint i = 0; i < colours; i++)
        palette[i] = cpixel(r, b);
    const guint bits = colours <= 2 ? 1 : colours <= 4 ? 2 : 4;
    gsize left = 0;
    guint32 colour = palette[0];
    for (guint y = 0; y < h; y++) {
        guint byte = 0;
        for (guint x = 0; x < w; x++) {
            if (sub == 0) {
                colour = cpixel(r, b);
            } else if (sub > 1 && sub <= 16) {
                if (x * bits % 8 == 0)
                    byte = take_number(b, 1);
                colour = palette[byte >> (8 - bits - x * bits % 8) & ((1u << bits) - 1)];
            } else if (sub >= 128 && left-- == 0) {
                const guint index = sub == 128 ? 128 : take_number(b, 1);
                colour = sub == 128 ? cpixel(r, b) : palette[index & 127];
                left = (index >= 128 ? take_run(b) : 1) - 1;
            }
            put(r, x0 + x, y0 + y, colour);
        }
    }
    g_assert_cmpint(left, ==, 0);
}

static void take_zrle(Reference *r, Bytes *b, guint x0, guint y0, guint w, guint h)
{
    const guint32 length = take_number(b, 4);
    Bytes data = unzip(&r->zrle, b, length, (gsize)w * h * 8 + 65536);
    const guint8 *start = data.at;
    for (guint y = 0; y < h; y += 64) {
        for (guint x = 0; x < w; x += 64)
            zrle_tile(r, &data, x0 + x, y0 + y, MIN(64, w - x), MIN(64, h - y));
    }
    g_assert_true(data.at == data.end);
    g_free((gpointer)start);
}

static gboolean tight_is_rgb(const RaPixelFormat *f)
{
    return f->bits == 32 && f->depth == 24 && f->red_max == 255 && f->green_max == 255 &&
           f->blue_max == 255;
}

static guint32 tpixel(const Reference *r, Bytes *b)
{
    const RaPixelFormat *f = &r->format;
    if (!tight_is_rgb(f))
        return take_pixel(r, b, f->bits / 8u, 0);
    const guint8 *p = take(b, 3);
    return (guint32)p[0] << f->red_shift | (guint32)p[1] << f->green_shift |
           (guint32)p[2] << f->blue_shift;
}

static guint32 take_compact(Bytes *b)
{
    guint32 byte = take_number(b, 1), length = byte & 127;
    if (byte < 128)
        return length;
    byte = take_number(b, 1);
    length |= (byte & 127) << 7;
    return byte < 128 ? length : length | take_number(b, 1) << 14;
}

static void take_tight(Reference *r, Bytes *b, guint x0, guint y0, guint w, guint h)
{
    const guint control = take_number(b, 1);
    g_assert_cmpint(w, <=, 2048);
    g_assert_true((control & 15) == 0 && control <= 0x80);
    if (control == 0x80) {
        const guint32 colour = tpixel(r, b);
        for (guint i = 0; i < w * h; i++)
            put(r, x0 + i % w, y0 + i / w, colour);
        return;
    }
    const guint filter = (control & 0x40) != 0 ? take_number(b, 1) : 0;
    guint32 palette[256] = {0};
    const guint colours = filter == 1 ? take_number(b, 1) + 1 : 0;
    g_assert_cmpint(filter, <=, 1);
    for (guint i = 0; i < colours; i++)
        palette[i] = tpixel(r, b);
    const gsize pixel = tight_is_rgb(&r->format) ? 3 : r->format.bits / 8u;
    const gsize row = filter == 0 ? w * pixel : colours == 2 ? (w + 7) / 8 : w;
    Bytes data = *b;
    const guint8 *start = NULL;
    if (row * h < 12) {
        (void)take(b, row * h);
    } else {
        const guint32 length = take_compact(b);
        data = unzip(&r->tight[control >> 4 & 3], b, length, row * h + 1);
        start = data.at;
        g_assert_cmpint(data.end - data.at, ==, row * h);
    }
    for (guint y = 0; y < h; y++) {
        guint byte = 0;
        for (guint x = 0; x < w; x++) {
            guint32 colour;
            if (filter == 0) {
                colour = tpixel(r, &data);
            } else if (colours == 2) {
                if (x % 8 == 0)
                    byte = take_number(&data, 1);
                colour = palette[byte >> (7 - x % 8) & 1];
            } else {
                const guint index = take_number(&data, 1);
                g_assert_cmpint(index, <, colours);
                colour = palette[index];
            }
            put(r, x0 + x, y0 + y, colour);
        }
    }
    g_free((gpointer)start);
}

static void take_copy(Reference *r, Bytes *b, guint x0, guint y0, guint w, guint h)
{
    const guint from_x = take_number(b, 2), from_y = take_number(b, 2);
    g_autofree guint32 *old = g_memdup2(r->values, (gsize)r->width * r->height * 4);
    g_assert_cmpint(from_x + w, <=, r->width);
    g_assert_cmpint(from_y + h, <=, r->height);
    for (guint i = 0; i < w * h; i++)
        put(r, x0 + i % w, y0 + i / w, old[(gsize)(from_y + i / w) * r->width + from_x + i % w]);
}

static void take_rect(Reference *r, Bytes *b)
{
    const guint x = take_number(b, 2), y = take_number(b, 2);
    const guint w = take_number(b, 2), h = take_number(b, 2);
    const gint32 encoding = (gint32)take_number(b, 4);
    g_assert_true(w > 0 && h > 0);
    if (encoding == 0) {
        for (guint i = 0; i < w * h; i++)
            put(r, x + i % w, y + i / w, take_pixel(r, b, r->format.bits / 8u, 0));
        r->raws++;
    } else if (encoding == 1) {
        take_copy(r, b, x, y, w, h);
        r->copies++;
    } else if (encoding == 16) {
        take_zrle(r, b, x, y, w, h);
        r->zrles++;
    } else {
        g_assert_cmpint(encoding, ==, 7);
        take_tight(r, b, x, y, w, h);
        r->tights++;
    }
}

void reference_take(Reference *reference, const guint8 *data, gsize size)
{
    if (size == 0)
        return; /* there may be no data at all */
    Bytes b = {data, data + size};
    while (b.at < b.end) {
        g_assert_cmpint(take_number(&b, 2), ==, 0);
        for (guint n = take_number(&b, 2); n > 0; n--)
            take_rect(reference, &b);
    }
}

void reference_init(Reference *reference, const RaPixelFormat *format, guint width, guint height)
{
    *reference = (Reference){.format = *format, .width = width, .height = height};
    reference->values = g_new0(guint32, (gsize)width * height);
    g_assert_cmpint(inflateInit(&reference->zrle), ==, Z_OK);
    for (guint i = 0; i < 4; i++)
        g_assert_cmpint(inflateInit(&reference->tight[i]), ==, Z_OK);
}

void reference_clear(Reference *reference)
{
    inflateEnd(&reference->zrle);
    for (guint i = 0; i < 4; i++)
        inflateEnd(&reference->tight[i]);
    g_free(reference->values);
}
