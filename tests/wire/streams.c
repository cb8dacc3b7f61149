/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server sends, by hand: forms that our encoder never makes, and lies. */
#include "tests/wire/test-wire.h"
#include "wire/decoder.h"

#include <string.h>
#include <turbojpeg.h>
#include <zlib.h>

enum { SIDE = 8 };

/* Decodes SIZE bytes into an 8 x 8 frame; the last event goes to RET. MORE: all was taken. */
static RaDecode decode(const guint8 *data, gsize size, guint32 *frame, RaServerEvent *ret)
{
    g_autoptr(RaDecoder) decoder = ra_decoder_new(SIDE, SIDE);
    /* Of the exact size, so that a sanitizer sees a read beyond it. */
    g_autofree guint8 *copy = g_memdup2(data, MAX(size, 1));
    RaDecode result = RA_DECODE_OK;
    gsize at = 0;
    while (result == RA_DECODE_OK) {
        RaServerEvent event;
        gsize used = 0;
        result = ra_decoder_step(decoder, copy + at, size - at, &used, &event);
        at += used;
        if (result == RA_DECODE_OK)
            *ret = event;
        if (result == RA_DECODE_OK && event.kind == RA_EVENT_RESIZE)
            ra_decoder_set_frame(decoder, event.resize.width == SIDE ? (guint8 *)frame : NULL,
                                 SIDE * 4);
    }
    if (result == RA_DECODE_MORE && at < size)
        return RA_DECODE_OK; /* some are left: cut short */
    if (result == RA_DECODE_BAD)
        g_assert_cmpint(ra_decoder_step(decoder, copy, size, &at, ret), ==, RA_DECODE_BAD);
    return result;
}

#define UPDATE1 "\0\0\0\1"

static const struct {
    const char *bytes;
    gsize size;
    RaDecode result; /* MORE: fine, and all taken; OK: cut short */
    RaServerEventKind last;
    const char *why;
} streams[] = {
    {"\1", 1, RA_DECODE_BAD, 0, "a colour map"},
    {"\xff", 1, RA_DECODE_BAD, 0, "unknown type"},
    {"\2", 1, RA_DECODE_MORE, RA_EVENT_BELL, "bell"},
    {"\x96", 1, RA_DECODE_MORE, RA_EVENT_END_CONTINUOUS, "end of continuous updates"},
    {"\3\0\0\0\0\0\0\2hi", 10, RA_DECODE_MORE, RA_EVENT_CUT_TEXT, "text"},
    {"\3\0\0\0\xff\xff\xff\xfe\1\2", 10, RA_DECODE_MORE, RA_EVENT_CUT_TEXT, "extended text"},
    {"\3\0\0\0\0\4\0\1", 8, RA_DECODE_BAD, 0, "text over its limit"},
    {"\3\0\0\0\x80\0\0\0", 8, RA_DECODE_BAD, 0, "a length that has no negative"},
    {"\xf8\0\0\0\x80\0\0\3\2ab", 11, RA_DECODE_MORE, RA_EVENT_FENCE, "fence"},
    {"\xf8\0\0\0\0\0\0\0\x41", 9, RA_DECODE_BAD, 0, "fence over its limit"},
    {"\x52\1\0\0\0\0\0\4\0\0\0\1", 12, RA_DECODE_MORE, RA_EVENT_ASSIST, "rights"},
    {"\x52\x99\0\0\0\0\0\0\2", 9, RA_DECODE_MORE, RA_EVENT_BELL, "skipped, then a bell"},
    {"\x52\2\0\0\0\0\0\0", 8, RA_DECODE_BAD, 0, "a helper's message"},
    {"\0\0\0\0", 4, RA_DECODE_MORE, RA_EVENT_UPDATE_END, "an update of nothing"},
    {"\0\0\xff\xff\0\0\0\0\0\0\0\0\xff\xff\xff\x20", 16, RA_DECODE_MORE, RA_EVENT_UPDATE_END,
     "LastRect"},
    {UPDATE1 "\0\0\0\0\0\0\0\0\0\0\0\5", 16, RA_DECODE_BAD, 0, "Hextile was not asked for"},
    {UPDATE1 "\0\7\0\7\0\1\0\1\0\0\0\0abcd", 20, RA_DECODE_MORE, RA_EVENT_UPDATE_END, "a corner"},
    {UPDATE1 "\0\7\0\7\0\2\0\1\0\0\0\0", 16, RA_DECODE_BAD, 0, "too far right"},
    {UPDATE1 "\0\0\0\x08\0\1\0\1\0\0\0\0", 16, RA_DECODE_BAD, 0, "too far down"},
    {UPDATE1 "\xff\xff\0\0\0\1\0\1\0\0\0\0", 16, RA_DECODE_BAD, 0, "a sum beyond 16 bits"},
    {UPDATE1 "\0\x08\0\x08\0\0\0\0\0\0\0\0", 16, RA_DECODE_MORE, RA_EVENT_UPDATE_END, "empty"},
    {UPDATE1 "\0\0\0\0\0\x08\0\x08\0\0\0\1\0\0\0\0", 20, RA_DECODE_MORE, RA_EVENT_UPDATE_END,
     "copy onto itself"},
    {UPDATE1 "\0\0\0\0\0\x08\0\x08\0\0\0\1\0\1\0\0", 20, RA_DECODE_BAD, 0, "copy from outside"},
    {UPDATE1 "\0\0\0\0\0\0\0\0\xff\xff\xff\x21", 16, RA_DECODE_BAD, 0, "a size of 0"},
    {UPDATE1 "\0\0\0\0\x40\1\0\1\xff\xff\xff\x21", 16, RA_DECODE_BAD, 0, "a size of 16385"},
    {UPDATE1 "\0\0\0\0\0\x08\0\x08\xff\xff\xff\x21", 16, RA_DECODE_MORE, RA_EVENT_UPDATE_END,
     "the size that it has"},
    {"\0\0\0\2\0\0\0\0\0\x09\0\x08\xff\xff\xff\x21\0\0\0\0\0\1\0\1\0\0\0\0", 28, RA_DECODE_BAD, 0,
     "pixels before there is a frame of the new size"},
    {UPDATE1 "\0\0\0\0\0\x08\0\x08\xff\xff\xfe\xcc\x41\0\0\0", 20, RA_DECODE_BAD, 0, "65 screens"},
    {UPDATE1 "\0\1\0\1\0\x20\0\x20\xff\xff\xfe\xcc\0\0\0\0", 20, RA_DECODE_MORE,
     RA_EVENT_UPDATE_END, "a wish refused"},
    {UPDATE1 "\0\0\0\0\0\0\0\0\xff\xff\xfe\xfe", 16, RA_DECODE_MORE, RA_EVENT_UPDATE_END,
     "extended keys"},
    {UPDATE1 "\0\0\0\0\0\1\0\1\xff\xff\xff\x11"
             "BGRX\x80",
     21, RA_DECODE_MORE, RA_EVENT_UPDATE_END, "a cursor"},
    {UPDATE1 "\0\0\0\0\2\1\0\1\xff\xff\xff\x11", 16, RA_DECODE_BAD, 0, "a cursor 513 wide"},
    {UPDATE1 "\0\0\0\0\0\1\0\1\xff\xff\xfe\xc6\0\0\0\0RGBA", 24, RA_DECODE_MORE,
     RA_EVENT_UPDATE_END, "a cursor with alpha"},
    {UPDATE1 "\0\0\0\0\0\1\0\1\xff\xff\xfe\xc6\0\0\0\7", 20, RA_DECODE_BAD, 0, "it in Tight"},
    {UPDATE1 "\0\0\0\0\0\0\0\1\0\0\0\7", 16, RA_DECODE_BAD, 0, "Tight, empty"},
    {UPDATE1 "\0\0\0\0\0\1\0\1\0\0\0\7\x80\1\2\3", 20, RA_DECODE_MORE, RA_EVENT_UPDATE_END,
     "Tight, filled"},
    {UPDATE1 "\0\0\0\0\0\1\0\1\0\0\0\7\xa0", 17, RA_DECODE_BAD, 0, "Tight, PNG"},
    {UPDATE1 "\0\0\0\0\0\1\0\1\0\0\0\7\x40\3", 18, RA_DECODE_BAD, 0, "Tight, unknown filter"},
    {UPDATE1 "\0\0\0\0\0\1\0\1\0\0\0\7\x40\0\1\2\3", 21, RA_DECODE_MORE, RA_EVENT_UPDATE_END,
     "Tight, copy, few bytes"},
    {UPDATE1 "\0\0\0\0\0\1\0\1\0\0\0\7\x40\1\0\1\2\3\x80", 23, RA_DECODE_BAD, 0,
     "Tight, index beyond the palette"},
    {UPDATE1 "\0\0\0\0\0\1\0\1\0\0\0\7\x40\1\2\1\1\1\2\2\2\3\3\3\3", 29, RA_DECODE_BAD, 0,
     "Tight, index 3 of 3"},
    {UPDATE1 "\0\0\0\0\0\1\0\1\0\0\0\7\x90\4junk", 22, RA_DECODE_BAD, 0, "Tight, no JPEG"},
    {UPDATE1 "\0\0\0\0\0\x08\0\x08\0\0\0\7\0\4junk", 22, RA_DECODE_BAD, 0, "Tight, no zlib"},
    {UPDATE1 "\0\0\0\0\0\x08\0\x08\0\0\0\7\0\0", 18, RA_DECODE_BAD, 0, "Tight, zlib of nothing"},
    {UPDATE1 "\0\0\0\0\0\1\0\1\0\0\0\x10\0\0\0\4junk", 24, RA_DECODE_BAD, 0, "ZRLE, no zlib"},
    {UPDATE1 "\0\0\0\0\0\1\0\1\0\0\0\x10\0\xc0\0\1", 20, RA_DECODE_BAD, 0, "ZRLE, too long"},
    {UPDATE1 "\0\0\0\0\0\0\0\0\0\0\0\x10\0\0\0\0", 20, RA_DECODE_BAD, 0, "ZRLE, empty"},
};

static void test_streams(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(streams); i++) {
        guint32 frame[SIDE * SIDE] = {0};
        RaServerEvent event = {0};
        const guint8 *bytes = (const guint8 *)streams[i].bytes;
        g_test_message("%s", streams[i].why);
        g_assert_cmpint(decode(bytes, streams[i].size, frame, &event), ==, streams[i].result);
        if (streams[i].result == RA_DECODE_BAD)
            continue;
        g_assert_cmpint(event.kind, ==, streams[i].last);
        for (gsize size = 0; size < streams[i].size; size++)
            g_assert_cmpint(decode(bytes, size, frame, &event), !=, RA_DECODE_BAD);
    }
}

/* HEAD, a compact length (Tight) or a long one (ZRLE), then DATA. */
static GByteArray *make_update(gint32 encoding, const char *head, gsize head_size,
                               const guint8 *data, gsize size)
{
    GByteArray *bytes = g_byte_array_new();
    RaWriter w = ra_writer_init(bytes, 1 << 20);
    ra_writer_u32(&w, 1);
    ra_writer_u32(&w, 0);
    ra_writer_u32(&w, SIDE << 16 | SIDE);
    ra_writer_s32(&w, encoding);
    ra_writer_bytes(&w, head, head_size);
    if (encoding == RA_RFB_ZRLE) {
        ra_writer_u32(&w, (guint32)size);
    } else {
        ra_writer_u8(&w, (guint8)(size & 127) | 128);
        ra_writer_u8(&w, (guint8)(size >> 7));
    }
    ra_writer_bytes(&w, data, size);
    return bytes;
}

static GByteArray *make_zlib(gint32 encoding, const char *head, gsize head_size, const guint8 *data,
                             gsize size)
{
    guint8 packed[4096];
    z_stream z = {0};
    g_assert_cmpint(deflateInit(&z, 6), ==, Z_OK);
    z.next_in = (Bytef *)data;
    z.avail_in = (uInt)size;
    z.next_out = packed;
    z.avail_out = sizeof packed;
    g_assert_cmpint(deflate(&z, Z_SYNC_FLUSH), ==, Z_OK);
    deflateEnd(&z);
    return make_update(encoding, head, head_size, packed, sizeof packed - z.avail_out);
}

static RaDecode decode_bytes(GByteArray *bytes, guint32 *frame)
{
    RaServerEvent event;
    const RaDecode result = decode(bytes->data, bytes->len, frame, &event);
    g_byte_array_unref(bytes);
    return result;
}

/* What inflates to less, or more, or is no tile. */
static void test_zlib(void)
{
    static const struct {
        gint32 encoding;
        const char *data;
        gsize size;
        gboolean good;
        const char *why;
    } cases[] = {
        {RA_RFB_ZRLE, "\1abc", 4, TRUE, "solid"},
        {RA_RFB_ZRLE, "\1ab", 3, FALSE, "solid, short"},
        {RA_RFB_ZRLE, "\1abcd", 5, FALSE, "solid, a byte left over"},
        {RA_RFB_ZRLE, "\2aaabbb12345678", 15, TRUE, "two colours"},
        {RA_RFB_ZRLE, "\2aaabbb1234567", 14, FALSE, "two colours, short"},
        {RA_RFB_ZRLE, "\3aaabbbccc\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
         26, FALSE, "index 3 of 3"},
        {RA_RFB_ZRLE, "\x11", 1, FALSE, "type 17"},
        {RA_RFB_ZRLE, "\x81", 1, FALSE, "type 129"},
        {RA_RFB_ZRLE, "\x80xyz\x3f", 5, TRUE, "a run of 64"},
        {RA_RFB_ZRLE, "\x80xyz\x40", 5, FALSE, "a run of 65"},
        {RA_RFB_ZRLE, "\x80xyz\xff\xff\xff", 7, FALSE, "a run without end"},
        {RA_RFB_ZRLE, "\x82xyzXYZ\x81\x3f", 9, TRUE, "a run of the second colour"},
        {RA_RFB_ZRLE, "\x82xyzXYZ\x82\x3f", 9, FALSE, "a run of the third of two"},
        {RA_RFB_ZRLE, "\x82xyzXYZ\0\1\x80\x3d", 11, TRUE, "single pixels, then a run"},
        {RA_RFB_ZRLE, "\x82xyzXYZ\0\1\x80\x3e", 11, FALSE, "the same, too long"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint32 frame[SIDE * SIDE] = {0};
        g_test_message("%s", cases[i].why);
        const RaDecode result = decode_bytes(
            make_zlib(cases[i].encoding, "", 0, (const guint8 *)cases[i].data, cases[i].size),
            frame);
        g_assert_cmpint(result, ==, cases[i].good ? RA_DECODE_MORE : RA_DECODE_BAD);
    }
    static const guint8 data[SIDE * SIDE * 3 + 1];
    guint32 frame[SIDE * SIDE];
    for (gsize size = sizeof data - 3; size <= sizeof data; size++) {
        const gboolean right = size == sizeof data - 1;
        g_assert_cmpint(decode_bytes(make_zlib(RA_RFB_TIGHT, "\0", 1, data, size), frame), ==,
                        right ? RA_DECODE_MORE : RA_DECODE_BAD);
    }
    /* Bytes that are nobody's behind the stream's flush. */
    GByteArray *more = make_zlib(RA_RFB_TIGHT, "\0", 1, data, sizeof data - 1);
    more->data[17]++;
    g_byte_array_append(more, (const guint8 *)"\7", 1);
    g_assert_cmpint(decode_bytes(more, frame), ==, RA_DECODE_BAD);
}

/* A stream that begins anew says so; without that its head is no data. */
static void test_zlib_reset(void)
{
    static const guint8 data[SIDE * SIDE * 3];
    guint32 frame[SIDE * SIDE];
    for (guint reset = 0; reset < 2; reset++) {
        GByteArray *bytes = make_zlib(RA_RFB_TIGHT, "\x10", 1, data, sizeof data);
        GByteArray *second = make_zlib(RA_RFB_TIGHT, reset ? "\x12" : "\x11", 1, data, sizeof data);
        g_byte_array_append(bytes, second->data, second->len);
        g_byte_array_unref(second);
        g_assert_cmpint(decode_bytes(bytes, frame), ==, reset ? RA_DECODE_MORE : RA_DECODE_BAD);
    }
}

/* What the server's small messages are made of, and that the viewer reads them. */
static void test_small_messages(void)
{
    static const char want[] = "\2\3\0\0\0\0\0\0\2hi\xf8\0\0\0\x80\0\0\1\2\7\x08\x96";
    static const RaServerEventKind kinds[] = {RA_EVENT_RESIZE, RA_EVENT_BELL, RA_EVENT_CUT_TEXT,
                                              RA_EVENT_FENCE, RA_EVENT_END_CONTINUOUS};
    const RaRfbFence fence = {RA_RFB_FENCE_REQUEST | RA_RFB_FENCE_BLOCK_BEFORE, 2, {7, 8}};
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    ra_rfb_write_bell(bytes);
    ra_rfb_write_server_cut_text(bytes, (const guint8 *)"hi", 2);
    ra_rfb_write_fence(bytes, &fence);
    ra_rfb_write_end_of_continuous_updates(bytes);
    g_assert_cmpmem(bytes->data, bytes->len, want, sizeof want - 1);
    g_autoptr(RaDecoder) decoder = ra_decoder_new(SIDE, SIDE);
    RaServerEvent event;
    gsize at = 0, used;
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++, at += used) {
        g_assert_cmpint(ra_decoder_step(decoder, bytes->data + at, bytes->len - at, &used, &event),
                        ==, RA_DECODE_OK);
        g_assert_cmpint(event.kind, ==, kinds[i]);
        if (event.kind == RA_EVENT_CUT_TEXT)
            g_assert_cmpmem(event.cut_text.bytes, event.cut_text.size, "hi", 2);
        if (event.kind == RA_EVENT_FENCE)
            g_assert_true(event.fence.flags == fence.flags && event.fence.size == 2 &&
                          event.fence.payload[1] == 8);
    }
    g_assert_cmpint(at, ==, bytes->len);
    /* Too long a text is cut, so that it stays within what the viewer takes. */
    g_autofree guint8 *text = g_malloc0(RA_RFB_CUT_TEXT_MAX + 5);
    g_byte_array_set_size(bytes, 0);
    ra_rfb_write_server_cut_text(bytes, text, RA_RFB_CUT_TEXT_MAX + 5);
    g_assert_cmpint(bytes->len, ==, 8 + RA_RFB_CUT_TEXT_MAX);
}

static void test_gradient(void)
{
    Picture picture = picture_new(SIDE, SIDE);
    guint32 frame[SIDE * SIDE] = {0};
    guint8 data[SIDE * SIDE * 3];
    picture_draw(&picture, CONTENT_NOISE, 5);
    for (guint i = 0; i < SIDE * SIDE; i++) {
        for (guint k = 0; k < 3; k++) {
            const guint shift = 16 - 8 * k, x = i % SIDE;
            const guint32 *p = picture.pixels + i;
            const gint left = x > 0 ? (gint)(p[-1] >> shift & 255) : 0;
            const gint above = i >= SIDE ? (gint)(*(p - SIDE) >> shift & 255) : 0;
            const gint corner = x > 0 && i >= SIDE ? (gint)(*(p - SIDE - 1) >> shift & 255) : 0;
            const gint promised = CLAMP(left + above - corner, 0, 255);
            data[i * 3 + k] = (guint8)((gint)(*p >> shift & 255) - promised);
        }
    }
    /* All four streams are new; the third is used. */
    g_assert_cmpint(decode_bytes(make_zlib(RA_RFB_TIGHT, "\x6f\2", 2, data, sizeof data), frame),
                    ==, RA_DECODE_MORE);
    for (guint i = 0; i < SIDE * SIDE; i++)
        g_assert_cmphex(GUINT32_FROM_LE(frame[i]), ==, picture.pixels[i]);
    picture_clear(&picture);
}

static void test_jpeg(void)
{
    Picture picture = picture_new(SIDE, SIDE);
    guint32 frame[SIDE * SIDE] = {0};
    unsigned char *jpeg = NULL;
    unsigned long size = 0;
    tjhandle tj = tjInitCompress();
    picture_draw(&picture, CONTENT_FLAT, 1);
    g_assert_cmpint(tjCompress2(tj, (const guint8 *)picture.pixels, SIDE, 0, SIDE, TJPF_BGRX, &jpeg,
                                &size, TJSAMP_444, 95, 0),
                    ==, 0);
    g_assert_cmpint(decode_bytes(make_update(RA_RFB_TIGHT, "\x90", 1, jpeg, size), frame), ==,
                    RA_DECODE_MORE);
    for (guint i = 0; i < SIDE * SIDE; i++) {
        for (guint shift = 0; shift < 24; shift += 8)
            g_assert_cmpint(
                ABS((gint)(frame[i] >> shift & 255) - (gint)(picture.pixels[i] >> shift & 255)), <=,
                4);
    }
    /* Cut short, and of another size than the rectangle's. */
    g_assert_cmpint(decode_bytes(make_update(RA_RFB_TIGHT, "\x90", 1, jpeg, size / 2), frame), ==,
                    RA_DECODE_BAD);
    g_assert_cmpint(tjCompress2(tj, (const guint8 *)picture.pixels, SIDE, 0, SIDE - 1, TJPF_BGRX,
                                &jpeg, &size, TJSAMP_444, 95, 0),
                    ==, 0);
    g_assert_cmpint(decode_bytes(make_update(RA_RFB_TIGHT, "\x90", 1, jpeg, size), frame), ==,
                    RA_DECODE_BAD);
    tjFree(jpeg);
    tjDestroy(tj);
    picture_clear(&picture);
}

/* Too large for the program: its upper left is kept. */
static void test_large_cursor(void)
{
    enum { WIDTH = 130, HEIGHT = 2 };
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    RaWriter w = ra_writer_init(bytes, 1 << 20);
    ra_writer_u32(&w, 1);
    ra_writer_u32(&w, 129u << 16 | 1);
    ra_writer_u32(&w, WIDTH << 16 | HEIGHT);
    ra_writer_s32(&w, RA_RFB_CURSOR_WITH_ALPHA);
    ra_writer_s32(&w, RA_RFB_RAW);
    for (guint i = 0; i < WIDTH * HEIGHT; i++)
        ra_writer_u32(&w, i << 8 | 255);
    g_autoptr(RaDecoder) decoder = ra_decoder_new(SIDE, SIDE);
    RaServerEvent event;
    gsize used, at = 0;
    for (guint i = 0; i < 2; i++, at += used)
        g_assert_cmpint(ra_decoder_step(decoder, bytes->data + at, bytes->len - at, &used, &event),
                        ==, RA_DECODE_OK);
    g_assert_cmpint(event.kind, ==, RA_EVENT_CURSOR);
    g_assert_cmpint(event.cursor.width, ==, 128);
    g_assert_cmpint(event.cursor.height, ==, 2);
    g_assert_cmpint(event.cursor.hot_x, ==, 128);
    g_assert_cmpint(event.cursor.pixels[128 * 4], ==, 130); /* blue of the second row's first */
}

void add_stream_tests(void)
{
    g_test_add_func("/wire/stream/table", test_streams);
    g_test_add_func("/wire/stream/zlib", test_zlib);
    g_test_add_func("/wire/stream/zlib-reset", test_zlib_reset);
    g_test_add_func("/wire/stream/small-messages", test_small_messages);
    g_test_add_func("/wire/stream/gradient", test_gradient);
    g_test_add_func("/wire/stream/jpeg", test_jpeg);
    g_test_add_func("/wire/stream/large-cursor", test_large_cursor);
}
