/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pixel formats: what is refused, how colours are rounded, and every encoding in each of them. */
#include "tests/wire/reference.h"
#include "tests/wire/test-wire.h"

#include <string.h>

static const RaPixelFormat formats[] = {
    {32, 24, FALSE, 255, 255, 255, 16, 8, 0},
    {32, 24, TRUE, 255, 255, 255, 16, 8, 0},
    {32, 24, FALSE, 255, 255, 255, 0, 8, 16},
    {32, 24, TRUE, 255, 255, 255, 24, 16, 8},
    {32, 24, FALSE, 255, 255, 255, 8, 16, 24},
    {32, 32, FALSE, 255, 255, 255, 16, 8, 0},
    {32, 24, FALSE, 255, 255, 255, 24, 8, 0},
    {32, 30, FALSE, 1023, 1023, 1023, 20, 10, 0},
    {32, 16, TRUE, 31, 63, 31, 11, 5, 0},
    {16, 16, FALSE, 31, 63, 31, 11, 5, 0},
    {16, 16, TRUE, 31, 63, 31, 11, 5, 0},
    {16, 15, FALSE, 31, 31, 31, 0, 5, 10},
    {16, 12, TRUE, 15, 15, 15, 8, 4, 0},
    {8, 8, FALSE, 7, 7, 3, 0, 3, 6},
    {8, 8, TRUE, 3, 7, 7, 6, 3, 0},
    {8, 6, FALSE, 3, 3, 3, 4, 2, 0},
    {8, 3, FALSE, 1, 1, 1, 2, 1, 0},
};

static const struct {
    RaPixelFormat format;
    const char *why;
} refused[] = {
    {{24, 24, FALSE, 255, 255, 255, 16, 8, 0}, "24 bits"},
    {{0, 24, FALSE, 255, 255, 255, 16, 8, 0}, "no bits"},
    {{16, 24, FALSE, 31, 63, 31, 11, 5, 0}, "deeper than its bits"},
    {{16, 0, FALSE, 31, 63, 31, 11, 5, 0}, "no depth"},
    {{16, 16, FALSE, 255, 255, 255, 16, 8, 0}, "shifted out"},
    {{16, 16, FALSE, 31, 63, 31, 12, 5, 0}, "too high by one"},
    {{32, 24, FALSE, 255, 255, 255, 16, 8, 32}, "shift of all bits"},
    {{32, 24, FALSE, 255, 255, 255, 16, 255, 0}, "shift beyond any number"},
    {{32, 24, FALSE, 255, 255, 255, 16, 8, 8}, "overlap"},
    {{32, 24, FALSE, 255, 254, 255, 16, 8, 0}, "no power of two"},
    {{32, 24, FALSE, 0, 255, 255, 16, 8, 0}, "no red"},
    {{32, 32, FALSE, 65535, 65535, 65535, 0, 0, 0}, "all on one place"},
};

static void test_valid(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        RaWriter writer = ra_writer_init(bytes, 100);
        RaPixelFormat format;
        g_assert_true(ra_pixel_format_valid(&formats[i]));
        ra_pixel_format_write(&writer, &formats[i]);
        g_assert_cmpint(bytes->len, ==, RA_PIXEL_FORMAT_SIZE);
        RaReader reader = ra_reader_init(bytes->data, bytes->len);
        ra_pixel_format_read(&reader, &format);
        g_assert_true(ra_reader_done(&reader));
        g_assert_true(ra_pixel_format_equal(&format, &formats[i]));
        bytes->data[3] = 0; /* a colour map */
        reader = ra_reader_init(bytes->data, bytes->len);
        ra_pixel_format_read(&reader, &format);
        g_assert_false(ra_reader_ok(&reader));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_test_message("%s", refused[i].why);
        g_assert_false(ra_pixel_format_valid(&refused[i].format));
    }
}

/* One colour of FORMAT as 8 bits. */
static guint32 widen(guint32 value, guint max, guint shift)
{
    return ((value >> shift & max) * 255 + max / 2) / max;
}

static guint32 native_of(const RaPixelFormat *f, guint32 value)
{
    return widen(value, f->red_max, f->red_shift) << 16 |
           widen(value, f->green_max, f->green_shift) << 8 |
           widen(value, f->blue_max, f->blue_shift);
}

static void test_rounding(void)
{
    const RaPixelFormat rgb565 = formats[9], rgb111 = formats[16], rgb30 = formats[7];
    g_assert_cmphex(ra_pixel_format_value(&rgb565, 0xffffff), ==, 0xffff);
    g_assert_cmphex(ra_pixel_format_value(&rgb565, 0xff8000ff), ==, 0x801f);
    g_assert_cmphex(ra_pixel_format_value(&rgb565, 0x080408), ==, 0x0821);
    g_assert_cmphex(ra_pixel_format_value(&rgb111, 0x7f80ff), ==, 3);
    g_assert_cmphex(ra_pixel_format_value(&rgb30, 0x0000ff), ==, 1023);
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        /* There and back and there again is the same, in numbers and in bytes. */
        for (guint32 native = 0; native < 0x1000000; native += 0x010305) {
            const guint32 value = ra_pixel_format_value(&formats[i], native);
            const guint32 back = native_of(&formats[i], value);
            const guint32 memory[2] = {GUINT32_TO_LE(native), GUINT32_TO_LE(back)};
            const gsize size = formats[i].bits / 8;
            guint8 bytes[8];
            g_assert_cmphex(ra_pixel_format_value(&formats[i], back), ==, value);
            ra_pixel_format_convert(&formats[i], (const guint8 *)memory, 2, bytes);
            g_assert_cmpmem(bytes, size, bytes + size, size);
        }
    }
}

/* What the reference shows must be the screen, rounded. */
static void check(const Reference *reference, const Picture *screen)
{
    for (gsize i = 0; i < (gsize)screen->width * screen->height; i++) {
        const guint32 want = ra_pixel_format_value(&reference->format, screen->pixels[i]);
        if (reference->values[i] != want)
            g_error("pixel %zu is %08x, not %08x", i, reference->values[i], want);
    }
}

static void update(RaEncoder *encoder, const Picture *screen, Reference *reference)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    const RaRect all = {0, 0, screen->width, screen->height};
    const RaFrameView frame = picture_view(screen);
    ra_encoder_update(encoder, &frame, &all, 1, bytes);
    reference_take(reference, bytes->data, bytes->len);
    check(reference, screen);
}

static void test_encodings(void)
{
    static const gint32 encodings[] = {RA_RFB_RAW, RA_RFB_ZRLE, RA_RFB_TIGHT};
    for (gsize k = 0; k < G_N_ELEMENTS(encodings); k++) {
        for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
            const gint32 list[] = {encodings[k], RA_RFB_COPY_RECT};
            Picture screen = picture_new(300, 140);
            Reference reference;
            RaEncoder *encoder = ra_encoder_new(300, 140);
            g_test_message("encoding %d format %zu", encodings[k], i);
            ra_encoder_set_encodings(encoder, list, 2);
            ra_encoder_set_format(encoder, &formats[i]);
            reference_init(&reference, &formats[i], 300, 140);
            for (Content content = 0; content < N_CONTENTS; content++) {
                picture_draw(&screen, content, (guint32)i);
                update(encoder, &screen, &reference);
                memmove(screen.pixels, screen.pixels + 300 * 10, 300 * 130 * 4);
                update(encoder, &screen, &reference);
            }
            g_assert_cmpint(reference.copies, >, 0);
            g_assert_true((reference.zrles > 0) == (encodings[k] == RA_RFB_ZRLE));
            g_assert_true((reference.tights > 0) == (encodings[k] == RA_RFB_TIGHT));
            reference_clear(&reference);
            ra_encoder_free(encoder);
            picture_clear(&screen);
        }
    }
}

/* A viewer changes its mind in the middle. */
static void test_change(void)
{
    static const gint32 lists[][2] = {
        {RA_RFB_TIGHT, RA_RFB_RAW}, {RA_RFB_ZRLE, RA_RFB_TIGHT}, {RA_RFB_RAW, RA_RFB_ZRLE}};
    Picture screen = picture_new(100, 100);
    Reference reference;
    RaEncoder *encoder = ra_encoder_new(100, 100);
    reference_init(&reference, &ra_pixel_format_native, 100, 100);
    for (guint i = 0; i < 12; i++) {
        picture_draw(&screen, (Content)(i % N_CONTENTS), i);
        ra_encoder_set_encodings(encoder, lists[i % 3], 2);
        reference.format = formats[i];
        ra_encoder_set_format(encoder, &formats[i]);
        update(encoder, &screen, &reference);
    }
    g_assert_true(reference.raws > 0 && reference.zrles > 0 && reference.tights > 0);
    reference_clear(&reference);
    ra_encoder_free(encoder);
    picture_clear(&screen);
}

void add_format_tests(void)
{
    g_test_add_func("/wire/format/valid", test_valid);
    g_test_add_func("/wire/format/rounding", test_rounding);
    g_test_add_func("/wire/format/encodings", test_encodings);
    g_test_add_func("/wire/format/change", test_change);
}
