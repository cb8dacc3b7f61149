/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mosaic: what goes in comes out, nothing else is touched, and what is broken is refused. */
#include "wire/mosaic.h"

#include "tests/wire/test-wire.h"
#include "wire/mosaic-private.h"

#include <string.h>
#include <zstd.h>

enum { RECT_HEAD_SIZE = 12, MARGIN = 3, CANARY = 0x5aa55a };

/* Both ends, and a picture that the far one draws, with a margin that nobody may touch. */
typedef struct {
    RaMosaicEncoder *encoder;
    RaMosaicDecoder *decoder;
    Picture shown;
    GByteArray *bytes;
} Ends;

static void ends_init(Ends *ends)
{
    *ends = (Ends){ra_mosaic_encoder_new(), ra_mosaic_decoder_new(), {0}, g_byte_array_new()};
}

static void ends_clear(Ends *ends)
{
    ra_mosaic_encoder_free(ends->encoder);
    ra_mosaic_decoder_free(ends->decoder);
    picture_clear(&ends->shown);
    g_byte_array_unref(ends->bytes);
}

/* A place for a picture of this size, all of it canary. */
static void ends_resize(Ends *ends, guint width, guint height)
{
    picture_clear(&ends->shown);
    ends->shown = picture_new(width + 2 * MARGIN, height + 2 * MARGIN);
    for (gsize i = 0; i < (gsize)ends->shown.width * ends->shown.height; i++)
        ends->shown.pixels[i] = CANARY;
}

static guint32 *shown_at(Ends *ends, guint x, guint y)
{
    return ends->shown.pixels + (gsize)(y + MARGIN) * ends->shown.width + x + MARGIN;
}

static guint get_u16(const guint8 *bytes)
{
    return (guint)bytes[0] << 8 | bytes[1];
}

/* Ends the rectangle and draws it. Every cut of its first and last CUT bytes must want more. */
static RaRect ends_pass(Ends *ends, gsize cut)
{
    g_byte_array_set_size(ends->bytes, 0);
    g_assert_true(ra_mosaic_end(ends->encoder, ends->bytes));
    g_assert_cmpuint(ra_mosaic_pending(ends->encoder), ==, 0);
    const guint8 *head = ends->bytes->data;
    const RaRect rect = {(guint16)get_u16(head), (guint16)get_u16(head + 2),
                         (guint16)get_u16(head + 4), (guint16)get_u16(head + 6)};
    g_assert_cmpuint(get_u16(head + 8) << 16 | get_u16(head + 10), ==, RA_RFB_MOSAIC);
    const RaTarget target = {(guint8 *)shown_at(ends, rect.x, rect.y), ends->shown.width * 4u,
                             rect.width, rect.height};
    const gsize size = ends->bytes->len - RECT_HEAD_SIZE;
    gsize used = 77;
    for (gsize n = 0; n < size; n++) {
        if (n >= cut && n + cut < size)
            continue;
        g_autofree guint8 *some = g_memdup2(head + RECT_HEAD_SIZE, n); /* for sanitizers */
        g_assert_cmpint(ra_decode_mosaic(ends->decoder, &target, some, n, &used), ==,
                        RA_DECODE_MORE);
        g_assert_cmpuint(used, ==, 77);
    }
    g_byte_array_append(ends->bytes, (const guint8 *)"more", 4);
    g_assert_cmpint(ra_decode_mosaic(ends->decoder, &target, ends->bytes->data + RECT_HEAD_SIZE,
                                     size + 4, &used),
                    ==, RA_DECODE_OK);
    g_assert_cmpuint(used, ==, size);
    return rect;
}

/* What lies in RECT is PICTURE's, and nothing around it was drawn. */
static void assert_shown(Ends *ends, const Picture *picture, const RaRect *rect)
{
    for (guint y = 0; y < ends->shown.height; y++) {
        for (guint x = 0; x < ends->shown.width; x++) {
            const guint px = x - MARGIN, py = y - MARGIN;
            const gboolean inside = px - rect->x < rect->width && py - rect->y < rect->height;
            const guint32 pixel = ends->shown.pixels[(gsize)y * ends->shown.width + x];
            const guint32 want =
                inside ? picture->pixels[(gsize)py * picture->width + px] & 0xffffff : CANARY;
            if (pixel != want)
                g_error("%u,%u is %06x, not %06x", px, py, pixel, want);
        }
    }
}

/* Every pixel one of N colours. */
static void draw_few(Picture *picture, guint n, GRand *random)
{
    for (gsize i = 0; i < (gsize)picture->width * picture->height; i++)
        picture->pixels[i] =
            (guint32)g_rand_int_range(random, 0, (gint32)n) * 0x0f1e2du | 0x77000000;
}

/* Greys, and what differs from them in one colour only. */
static void draw_planes(Picture *picture, guint32 mask, GRand *random)
{
    for (gsize i = 0; i < (gsize)picture->width * picture->height; i++)
        picture->pixels[i] = 0x204060 + (g_rand_int(random) & mask & 0x1f1f1f);
}

/* Noise, about every other row as the one above; PLAIN of those at the top of one colour. */
static void draw_rows(Picture *picture, guint plain, GRand *random)
{
    for (guint y = 0; y < picture->height; y++) {
        guint32 *row = picture->pixels + (gsize)y * picture->width;
        const gboolean again = y < plain || g_rand_boolean(random);
        for (guint x = 0; x < picture->width; x++)
            row[x] = !again ? g_rand_int(random) : y == 0 ? 0x123456 : (row - picture->width)[x];
    }
}

enum { VARIANTS = N_CONTENTS + 20 + 4 + 2 };

static void draw_variant(Picture *picture, guint variant, GRand *random)
{
    static const guint32 masks[] = {0x00ff00, 0xff0000, 0x0000ff, 0xff00ff};
    if (variant < N_CONTENTS)
        picture_draw(picture, (Content)variant, variant);
    else if (variant < N_CONTENTS + 20)
        draw_few(picture, variant - N_CONTENTS + 1, random);
    else if (variant < N_CONTENTS + 24)
        draw_planes(picture, masks[variant - N_CONTENTS - 20], random);
    else
        draw_rows(picture, (variant - N_CONTENTS - 24) * 5, random);
}

/* Sizes, contents, and with them every form; all through one stream. */
static void test_round_trip(void)
{
    static const struct {
        guint width, height;
    } sizes[] = {{1, 1},  {1, 2},   {2, 1},   {1, 70},  {130, 1}, {7, 9},    {8, 8},
                 {9, 18}, {15, 17}, {64, 64}, {65, 63}, {33, 40}, {200, 100}};
    GRand *random = g_rand_new_with_seed(5);
    Ends ends;
    ends_init(&ends);
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        for (guint variant = 0; variant < VARIANTS; variant++) {
            Picture picture = picture_new(sizes[i].width, sizes[i].height);
            const RaFrameView view = picture_view(&picture);
            const RaRect all = {0, 0, picture.width, picture.height};
            g_test_message("%ux%u variant %u", picture.width, picture.height, variant);
            draw_variant(&picture, variant, random);
            ends_resize(&ends, picture.width, picture.height);
            g_assert_true(ra_mosaic_add(ends.encoder, &view, &all, FALSE));
            const RaRect rect = ends_pass(&ends, 40);
            g_assert_cmpmem(&rect, sizeof rect, &all, sizeof all);
            assert_shown(&ends, &picture, &all);
            picture_clear(&picture);
        }
    }
    ends_clear(&ends);
    g_rand_free(random);
}

static RaRect random_rect(const Picture *picture, GRand *random)
{
    RaRect rect;
    rect.x = (guint16)g_rand_int_range(random, 0, picture->width);
    rect.y = (guint16)g_rand_int_range(random, 0, picture->height);
    rect.width = (guint16)g_rand_int_range(random, 1, picture->width - rect.x + 1);
    rect.height = (guint16)g_rand_int_range(random, 1, picture->height - rect.y + 1);
    return rect;
}

/* One colour over a random rectangle, text or noise over another. */
static void scribble(Picture *picture, GRand *random)
{
    for (guint i = 0; i < 6; i++) {
        const RaRect rect = random_rect(picture, random);
        const guint colours = (guint)g_rand_int_range(random, 1, 40);
        const guint32 base = g_rand_int(random), step = g_rand_int(random);
        for (guint y = 0; y < rect.height; y++) {
            for (guint x = 0; x < rect.width; x++) {
                const guint32 n = (guint32)g_rand_int_range(random, 0, (gint32)colours);
                picture->pixels[(gsize)(rect.y + y) * picture->width + rect.x + x] =
                    base + n * step;
            }
        }
    }
}

/* Random pictures in random parts, what is between them untouched. */
static void test_parts(void)
{
    GRand *random = g_rand_new_with_seed(6);
    Ends ends;
    ends_init(&ends);
    for (guint round = 0; round < 120; round++) {
        Picture picture = picture_new((guint)g_rand_int_range(random, 1, 160),
                                      (guint)g_rand_int_range(random, 1, 120));
        Picture expected = picture_new(picture.width, picture.height);
        const RaFrameView view = picture_view(&picture);
        const guint parts = (guint)g_rand_int_range(random, 1, 12);
        scribble(&picture, random);
        ends_resize(&ends, picture.width, picture.height);
        for (gsize i = 0; i < (gsize)picture.width * picture.height; i++)
            expected.pixels[i] = CANARY;
        for (guint i = 0; i < parts; i++) {
            const RaRect rect = random_rect(&picture, random);
            const gboolean flat = i % 3 == 1;
            const guint32 *from = picture.pixels + (gsize)rect.y * picture.width + rect.x;
            if (!ra_mosaic_add(ends.encoder, &view, &rect, flat)) {
                ends_pass(&ends, 0); /* it lies over others */
                g_assert_true(ra_mosaic_add(ends.encoder, &view, &rect, flat));
            }
            for (gsize y = 0; y < rect.height; y++) {
                for (gsize x = 0; x < rect.width; x++)
                    expected.pixels[(rect.y + y) * picture.width + rect.x + x] =
                        (flat ? from[0] : from[y * picture.width + x]) & 0xffffff;
            }
        }
        ends_pass(&ends, 0);
        assert_shown(&ends, &expected, &(RaRect){0, 0, picture.width, picture.height});
        picture_clear(&expected);
        picture_clear(&picture);
    }
    ends_clear(&ends);
    g_rand_free(random);
}

/* Two letters in two corners are no change of all that is between them. */
static void test_drawn(void)
{
    const RaRect letters[] = {{3, 4, 9, 18}, {140, 90, 9, 18}};
    Picture picture = picture_new(160, 120);
    const RaFrameView view = picture_view(&picture);
    Ends ends;
    guint n = 0;
    ends_init(&ends);
    ends_resize(&ends, picture.width, picture.height);
    for (gsize i = 0; i < G_N_ELEMENTS(letters); i++)
        g_assert_true(ra_mosaic_add(ends.encoder, &view, &letters[i], FALSE));
    const RaRect around = ends_pass(&ends, 0);
    const RaRect *drawn = ra_mosaic_drawn(ends.decoder, &n);
    g_assert_cmpuint(n, ==, G_N_ELEMENTS(letters));
    for (guint i = 0; i < n; i++) {
        g_assert_cmpuint(drawn[i].x + around.x, ==, letters[i].x);
        g_assert_cmpuint(drawn[i].y + around.y, ==, letters[i].y);
        g_assert_cmpuint(drawn[i].width, ==, letters[i].width);
        g_assert_cmpuint(drawn[i].height, ==, letters[i].height);
    }
    ends_clear(&ends);
    picture_clear(&picture);
}

/* A rectangle takes parts until it is full, and then is as large as it may be. */
static void test_full(void)
{
    GRand *random = g_rand_new_with_seed(7);
    Picture picture = picture_new(512, 2048);
    const RaFrameView view = picture_view(&picture);
    RaRect rect = {0, 0, 512, 512};
    Ends ends;
    ends_init(&ends);
    ends_resize(&ends, 512, 2048);
    g_byte_array_set_size(ends.bytes, 0);
    g_assert_false(ra_mosaic_end(ends.encoder, ends.bytes));
    g_assert_cmpuint(ends.bytes->len, ==, 0);
    for (gsize i = 0; i < 512 * 2048; i++)
        picture.pixels[i] = g_rand_int(random);
    while (ra_mosaic_add(ends.encoder, &view, &rect, FALSE))
        rect.y = (guint16)(rect.y + rect.height);
    g_assert_cmpuint(rect.y, >=, 1024);
    g_assert_cmpuint(ra_mosaic_pending(ends.encoder), <=, RA_MOSAIC_RAW_MAX);
    const RaRect all = {0, 0, 512, rect.y}, drawn = ends_pass(&ends, 0);
    g_assert_cmpmem(&drawn, sizeof drawn, &all, sizeof all);
    assert_shown(&ends, &picture, &all);
    guint n = 0;
    for (RaRect dot = {0, 0, 1, 1}; ra_mosaic_add(ends.encoder, &view, &dot, TRUE); n++)
        dot = (RaRect){(guint16)((n + 1) % 512), (guint16)((n + 1) / 512), 1, 1};
    g_assert_cmpuint(n, ==, RA_MOSAIC_PARTS_MAX);
    ends_pass(&ends, 0);
    assert_shown(&ends, &picture, &all);
    ends_clear(&ends);
    picture_clear(&picture);
    g_rand_free(random);
}

/* What lies over other parts goes into another rectangle. */
static void test_over(void)
{
    Picture picture = picture_new(200, 100);
    const RaFrameView view = picture_view(&picture);
    const RaRect first = {0, 0, 10, 10}, same = {5, 5, 5, 5}, far = {190, 90, 10, 10};
    Ends ends;
    ends_init(&ends);
    ends_resize(&ends, 200, 100);
    g_assert_true(ra_mosaic_add(ends.encoder, &view, &first, TRUE));
    const gsize pending = ra_mosaic_pending(ends.encoder);
    g_assert_false(ra_mosaic_add(ends.encoder, &view, &same, TRUE));
    g_assert_cmpuint(ra_mosaic_pending(ends.encoder), ==, pending);
    g_assert_true(ra_mosaic_add(ends.encoder, &view, &far, TRUE));
    ends_pass(&ends, 0);
    g_assert_true(ra_mosaic_add(ends.encoder, &view, &same, TRUE));
    ends_pass(&ends, 0);
    ends_clear(&ends);
    picture_clear(&picture);
}

/* The pixels that an end does not own are not read: the last row ends with the picture. */
static void test_edges(void)
{
    const gsize width = 37, height = 5;
    g_autofree guint32 *pixels = g_malloc(width * height * 4); /* for sanitizers */
    for (gsize i = 0; i < width * height; i++)
        pixels[i] = (guint32)(i * 2654435761u);
    const RaFrameView view = {(const guint8 *)pixels, (guint16)width, (guint16)height,
                              (guint32)width * 4};
    Ends ends;
    ends_init(&ends);
    ends_resize(&ends, (guint)width, (guint)height);
    for (guint i = 0; i < width; i++) {
        const RaRect rect = {(guint16)i, 0, (guint16)(width - i), (guint16)height};
        g_assert_true(ra_mosaic_add(ends.encoder, &view, &rect, FALSE));
        ends_pass(&ends, 0);
    }
    const Picture picture = {(guint16)width, (guint16)height, pixels};
    assert_shown(&ends, &picture, &(RaRect){0, 0, (guint16)width, (guint16)height});
    ends_clear(&ends);
}

/* Rectangles of 4 x 2 before zstd. */
static const struct {
    const char *what;
    const char *raw;
    gsize size;
    RaDecode result;
} broken[] = {
    {"one colour", "\x80zzz", 4, RA_DECODE_OK},
    {"two parts", "\x00\x00\x00\x02\x02\x80\x02\x00\x02\x02zzzyyy", 16, RA_DECODE_OK},
    {"a number of three bytes", "\x00\x80\x80\x00\x00\x02\x02\x80\x02\x00\x02\x02zzzyyy", 18,
     RA_DECODE_OK},
    {"two colours", "\x81\x02zzzyyy\1\2\3\0", 12, RA_DECODE_OK},
    {"three colours", "\x81\x03zzzyyyxxx\1\0\1\0\2\3\0\0", 19, RA_DECODE_OK},
    {"grey", "\x82z\1\2\3\4\5\6\7\10", 10, RA_DECODE_OK},
    {"planes", "\x83zabcdefghyABCDEFGHx12345678", 28, RA_DECODE_OK},
    {"planes cut short", "\x83zabcdefghyABCDEFGHx1234567", 27, RA_DECODE_BAD},
    {"two planes", "\x83zabcdefghyABCDEFGH", 19, RA_DECODE_BAD},
    {"any colours", "\x84zzz\0abcdefghijklmnopqrstuvwx", 29, RA_DECODE_OK},
    {"any colours, the second row as the first", "\x84zzz\2abcdefghijkl", 17, RA_DECODE_OK},
    {"any colours, both rows as nothing", "\x84zzz\3", 5, RA_DECODE_OK},
    {"nothing", "", 0, RA_DECODE_BAD},
    {"no last part", "\x00\x00\x00\x04\x02zzz", 8, RA_DECODE_BAD},
    {"half a box", "\x00\x00\x00", 3, RA_DECODE_BAD},
    {"a number of four bytes", "\x00\x80\x80\x80\x00\x00\x02\x02\x80\x02\x00\x02\x02zzzyyy", 19,
     RA_DECODE_BAD},
    {"a part of no width", "\x00\x00\x00\x00\x02\x80\x02\x00\x02\x02zzzyyy", 16, RA_DECODE_BAD},
    {"a part of no height", "\x00\x00\x00\x02\x00\x80\x02\x00\x02\x02zzzyyy", 16, RA_DECODE_BAD},
    {"a part too far right", "\x00\x03\x00\x02\x02\x80\x02\x00\x02\x02zzzyyy", 16, RA_DECODE_BAD},
    {"a part too far down", "\x00\x00\x01\x02\x02\x80\x02\x00\x02\x02zzzyyy", 16, RA_DECODE_BAD},
    {"a second part too far right", "\x00\x00\x00\x02\x02\x80\x03\x00\x02\x02zzzyyy", 16,
     RA_DECODE_BAD},
    {"parts over each other", "\x00\x00\x00\x03\x02\x80\x02\x00\x02\x02zzzyyy", 16, RA_DECODE_BAD},
    {"no colour", "\x80zz", 3, RA_DECODE_BAD},
    {"something left", "\x80zzzz", 5, RA_DECODE_BAD},
    {"an unknown form", "\x87zzz", 4, RA_DECODE_BAD},
    {"an unknown bit", "\xc0zzz", 4, RA_DECODE_BAD},
    {"few colours, none said", "\x81", 1, RA_DECODE_BAD},
    {"few colours, none", "\x81\x00\1\2\3\0", 6, RA_DECODE_BAD},
    {"few colours, one", "\x81\x01zzz\1\2\3\0", 9, RA_DECODE_BAD},
    {"few colours, seventeen",
     "\x81\x11zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzabcdefghijklmnopqrst", 73,
     RA_DECODE_BAD},
    {"a palette cut short", "\x81\x02zzzyy", 7, RA_DECODE_BAD},
    {"indices cut short", "\x81\x02zzzyyy\1\2\3", 11, RA_DECODE_BAD},
    {"an index too high", "\x81\x03zzzyyyxxx\1\0\1\0\1\3\0\0", 19, RA_DECODE_BAD},
    {"grey, no first pixel", "\x82", 1, RA_DECODE_BAD},
    {"grey cut short", "\x82z\1\2\3\4\5\6\7", 9, RA_DECODE_BAD},
    {"any colours, no first pixel", "\x84zz", 3, RA_DECODE_BAD},
    {"any colours, no word about rows", "\x84zzz", 4, RA_DECODE_BAD},
    {"any colours, of rows that are not", "\x84zzz\6abcdefghijkl", 17, RA_DECODE_BAD},
    {"any colours cut short", "\x84zzz\0abcdefghijklmnopqrstuvw", 28, RA_DECODE_BAD},
    {"any colours with a row too many", "\x84zzz\2abcdefghijklmnopqrstuvwx", 29, RA_DECODE_BAD},
};

/* RAW as a rectangle of a stream that begins with it. */
static RaDecode decode_raw(const void *raw, gsize size, const RaTarget *target, gboolean end)
{
    const gsize room = ZSTD_compressBound(size);
    g_autofree guint8 *data = g_malloc(room + 4);
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    ZSTD_inBuffer in = {raw, size, 0};
    ZSTD_outBuffer out = {data + 4, room, 0};
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_windowLog, RA_MOSAIC_WINDOW_LOG);
    g_assert_cmpuint(ZSTD_compressStream2(zstd, &out, &in, end ? ZSTD_e_end : ZSTD_e_flush), ==, 0);
    ZSTD_freeCCtx(zstd);
    for (guint i = 0; i < 4; i++)
        data[i] = (guint8)((out.pos >> (7 * i) & 127) | (i < 3 ? 128 : 0));
    RaMosaicDecoder *decoder = ra_mosaic_decoder_new();
    gsize used = 77;
    const RaDecode result = ra_decode_mosaic(decoder, target, data, out.pos + 4, &used);
    g_assert_cmpuint(used, ==, result == RA_DECODE_OK ? out.pos + 4 : 77);
    ra_mosaic_decoder_free(decoder);
    return result;
}

static void test_broken(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autofree guint32 *pixels = g_new0(guint32, 8);
        const RaTarget target = {(guint8 *)pixels, 16, 4, 2};
        g_test_message("%s", broken[i].what);
        g_assert_cmpint(decode_raw(broken[i].raw, broken[i].size, &target, FALSE), ==,
                        broken[i].result);
    }
}

/* What zstd itself may not do. */
static void test_broken_stream(void)
{
    guint32 pixels[8] = {0};
    const RaTarget target = {(guint8 *)pixels, 16, 4, 2};
    RaMosaicDecoder *decoder = ra_mosaic_decoder_new();
    const gsize large = RA_MOSAIC_RAW_MAX + 1;
    g_autofree guint8 *zeros = g_malloc0(large);
    gsize used;
    g_assert_cmpint(decode_raw("\x80zzz", 4, &target, TRUE), ==, RA_DECODE_BAD); /* it ends */
    g_assert_cmpint(decode_raw(zeros, large, &target, FALSE), ==, RA_DECODE_BAD);
    static const struct {
        const char *what, *data;
        gsize size;
        RaDecode result;
    } cases[] = {
        {"a length of five bytes", "\x80\x80\x80\x80\x00", 5, RA_DECODE_BAD},
        {"too long", "\xff\xff\xff\x7f", 4, RA_DECODE_BAD},
        {"no zstd", "\x05hello", 6, RA_DECODE_BAD},
        {"nothing", "\x00", 1, RA_DECODE_BAD},
        {"a window of 2 MiB", "\x0d\x28\xb5\x2f\xfd\x00\x58\x20\x00\x00\x80zzz", 14, RA_DECODE_OK},
        {"a window of 4 MiB", "\x0d\x28\xb5\x2f\xfd\x00\x60\x20\x00\x00\x80zzz", 14, RA_DECODE_BAD},
        {"half a length", "\x80\x80\x80", 3, RA_DECODE_MORE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].what);
        RaMosaicDecoder *fresh = ra_mosaic_decoder_new();
        g_assert_cmpint(
            ra_decode_mosaic(fresh, &target, (const guint8 *)cases[i].data, cases[i].size, &used),
            ==, cases[i].result);
        ra_mosaic_decoder_free(fresh);
    }
    ra_mosaic_decoder_free(decoder);
}

/* Whole streams with single bytes changed: refused or drawn, and nothing outside is touched. */
static void test_damaged(void)
{
    GRand *random = g_rand_new_with_seed(8);
    Picture picture = picture_new(60, 50);
    const RaFrameView view = picture_view(&picture);
    const RaRect parts[] = {{0, 0, 30, 50}, {30, 0, 30, 20}, {31, 21, 29, 29}};
    for (guint round = 0; round < 300; round++) {
        Ends ends;
        gsize used;
        ends_init(&ends);
        ends_resize(&ends, 60, 50);
        draw_variant(&picture, round % VARIANTS, random);
        for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
            g_assert_true(ra_mosaic_add(ends.encoder, &view, &parts[i], FALSE));
        g_assert_true(ra_mosaic_end(ends.encoder, ends.bytes));
        const guint at = (guint)g_rand_int_range(random, RECT_HEAD_SIZE, (gint32)ends.bytes->len);
        ends.bytes->data[at] ^= (guint8)g_rand_int_range(random, 1, 256);
        const RaTarget target = {(guint8 *)shown_at(&ends, 0, 0), ends.shown.width * 4u, 60, 50};
        ra_decode_mosaic(ends.decoder, &target, ends.bytes->data + RECT_HEAD_SIZE,
                         ends.bytes->len - RECT_HEAD_SIZE, &used);
        for (guint y = 0; y < 50; y++)
            memset(shown_at(&ends, 0, y), 0, 60 * 4);
        memset(picture.pixels, 0, 60 * 50 * 4);
        assert_shown(&ends, &picture, &(RaRect){0, 0, 60, 50});
        ends_clear(&ends);
    }
    picture_clear(&picture);
    g_rand_free(random);
}

void add_mosaic_tests(void)
{
    g_test_add_func("/wire/mosaic/round-trip", test_round_trip);
    g_test_add_func("/wire/mosaic/parts", test_parts);
    g_test_add_func("/wire/mosaic/drawn", test_drawn);
    g_test_add_func("/wire/mosaic/full", test_full);
    g_test_add_func("/wire/mosaic/over", test_over);
    g_test_add_func("/wire/mosaic/edges", test_edges);
    g_test_add_func("/wire/mosaic/broken", test_broken);
    g_test_add_func("/wire/mosaic/broken-stream", test_broken_stream);
    g_test_add_func("/wire/mosaic/damaged", test_damaged);
}
