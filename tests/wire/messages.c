/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The viewer's messages: each there and back, cut short at every
 * byte, with bytes behind it, and broken. */
#include "tests/wire/test-wire.h"
#include "wire/rfb.h"

#include <string.h>

static const RaRfbClientMessage messages[] = {
    {RA_RFB_SET_PIXEL_FORMAT, .format = {16, 16, TRUE, 31, 63, 31, 11, 5, 0}},
    {RA_RFB_SET_ENCODINGS, .encodings = {3, {RA_RFB_TIGHT, RA_RFB_CURSOR, -27}}},
    {RA_RFB_SET_ENCODINGS, .encodings = {0, {0}}},
    {RA_RFB_UPDATE_REQUEST, .request = {TRUE, FALSE, {1, 2, 3, 4}}},
    {RA_RFB_UPDATE_REQUEST, .request = {FALSE, FALSE, {0, 0, 65535, 65535}}},
    {RA_RFB_KEY, .key = {TRUE, 0xff1b, 0}},
    {RA_RFB_KEY, .key = {FALSE, 0x61, 0}},
    {RA_RFB_POINTER, .pointer = {0x81, 640, 480}},
    {RA_RFB_CLIENT_CUT_TEXT, .cut_text = {(const guint8 *)"Gr\xfc\xdf"
                                                          "e",
                                          5, FALSE}},
    {RA_RFB_CLIENT_CUT_TEXT, .cut_text = {(const guint8 *)"", 0, FALSE}},
    {RA_RFB_CLIENT_CUT_TEXT, .cut_text = {(const guint8 *)"\1\2\3\4", 4, TRUE}},
    {RA_RFB_ENABLE_CONTINUOUS, .request = {FALSE, TRUE, {0, 0, 800, 600}}},
    {RA_RFB_CLIENT_FENCE, .fence = {RA_RFB_FENCE_REQUEST | 1, 3, {7, 8, 9}}},
    {RA_RFB_CLIENT_FENCE, .fence = {0, 0, {0}}},
    {RA_RFB_SET_DESKTOP_SIZE, .size = {1024, 768}},
    {RA_RFB_QEMU, .key = {TRUE, 0xff0d, 0x9c}},
};

static void assert_same(const RaRfbClientMessage *a, const RaRfbClientMessage *b)
{
    g_autoptr(GByteArray) one = g_byte_array_new();
    g_autoptr(GByteArray) two = g_byte_array_new();
    g_assert_true(ra_rfb_client_encode(a, one));
    g_assert_true(ra_rfb_client_encode(b, two));
    g_assert_cmpmem(one->data, one->len, two->data, two->len);
}

/* What decoding SIZE bytes says; nothing is touched unless it is OK. */
static RaDecode try_client(const guint8 *data, gsize size)
{
    RaRfbClientMessage message = {.kind = 99};
    gsize used = 12345;
    g_autofree guint8 *copy = size > 0 ? g_memdup2(data, size) : NULL;
    const RaDecode result = ra_rfb_client_decode(copy, size, &message, &used);
    if (result != RA_DECODE_OK)
        g_assert_true(message.kind == 99 && used == 12345);
    return result;
}

static void test_client(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        RaRfbClientMessage message;
        gsize used = 0;
        g_test_message("case %zu, type %d", i, messages[i].kind);
        g_assert_true(ra_rfb_client_encode(&messages[i], bytes));
        g_assert_cmpint(bytes->data[0], ==, messages[i].kind);
        for (gsize size = 0; size < bytes->len; size++)
            g_assert_cmpint(try_client(bytes->data, size), ==, RA_DECODE_MORE);
        const gsize whole = bytes->len;
        g_byte_array_append(bytes, (const guint8 *)"\xff\xff", 2);
        g_assert_cmpint(ra_rfb_client_decode(bytes->data, bytes->len, &message, &used), ==,
                        RA_DECODE_OK);
        g_assert_cmpint(used, ==, whole);
        g_assert_cmpint(message.kind, ==, messages[i].kind);
        assert_same(&message, &messages[i]);
    }
}

/* As RFC 6143 and rfbproto draw them. */
static void test_client_bytes(void)
{
    static const struct {
        gsize index, size;
        const char *bytes;
    } cases[] = {
        {0, 20, "\0\0\0\0\x10\x10\1\1\0\x1f\0\x3f\0\x1f\x0b\5\0\0\0\0"},
        {1, 16, "\2\0\0\3\0\0\0\7\xff\xff\xff\x11\xff\xff\xff\xe5"},
        {3, 10, "\3\1\0\1\0\2\0\3\0\4"},
        {5, 8, "\4\1\0\0\0\0\xff\x1b"},
        {7, 6, "\5\x81\2\x80\1\xe0"},
        {8, 13,
         "\6\0\0\0\0\0\0\5Gr\xfc\xdf"
         "e"},
        {10, 12, "\6\0\0\0\xff\xff\xff\xfc\1\2\3\4"},
        {11, 10, "\x96\1\0\0\0\0\3\x20\2\x58"},
        {12, 12, "\xf8\0\0\0\x80\0\0\1\3\7\x8\x9"},
        {14, 24, "\xfb\0\4\0\3\0\1\0\0\0\0\0\0\0\0\0\4\0\3\0\0\0\0\0"},
        {15, 12, "\xff\0\0\1\0\0\xff\x0d\0\0\0\x9c"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_assert_true(ra_rfb_client_encode(&messages[cases[i].index], bytes));
        g_assert_cmpmem(bytes->data, bytes->len, cases[i].bytes, cases[i].size);
    }
}

static void test_client_hostile(void)
{
    static const struct {
        const char *bytes;
        gsize size;
        const char *why;
    } cases[] = {
        {"\1", 1, "FixColourMapEntries, long gone"},
        {"\7", 1, "file transfer of another kind"},
        {"\xfa", 1, "xvp"},
        {"\xfc", 1, "Tight's own messages"},
        {"\xfd", 1, "GII"},
        {"\0\0\0\0\x10\x10\1\0\0\x1f\0\x3f\0\x1f\x0b\5\0\0\0\0", 20, "a colour map"},
        {"\0\0\0\0\x18\x18\0\1\0\xff\0\xff\0\xff\x10\x08\0\0\0\0", 20, "24 bits a pixel"},
        {"\0\0\0\0\x20\x18\0\1\0\xff\0\xff\0\xff\x10\xff\0\0\0\0", 20, "a shift of 255"},
        {"\2\0\4\1", 4, "1025 encodings"},
        {"\6\0\0\0\0\4\0\1", 8, "text over its limit"},
        {"\6\0\0\0\xff\xee\xff\xff", 8, "extended text over its limit"},
        {"\6\0\0\0\x80\0\0\0", 8, "a length that has no negative"},
        {"\xf8\0\0\0\0\0\0\0\x41", 9, "a fence's payload of 65 bytes"},
        {"\xfb\0\4\0\3\0\x41\0", 8, "65 screens"},
        {"\xfb\0\0\0\3\0\0\0", 8, "no width"},
        {"\xff\1\0\0\0\0\0\0\0\0\0\0", 12, "QEMU audio"},
        {"\x52\1\0\0\0\1\0\1", 8, "an assistance message over its limit"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].why);
        g_assert_cmpint(try_client((const guint8 *)cases[i].bytes, cases[i].size), ==,
                        RA_DECODE_BAD);
    }
}

/* Unknown encodings are left out; of the known ones the first 64 count. */
static void test_encodings(void)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    RaWriter w = ra_writer_init(bytes, 100000);
    RaRfbClientMessage message;
    gsize used;
    ra_writer_u16(&w, RA_RFB_SET_ENCODINGS << 8);
    ra_writer_u16(&w, RA_RFB_ENCODINGS_MAX);
    for (guint i = 0; i < RA_RFB_ENCODINGS_MAX; i++)
        ra_writer_s32(&w, i % 2 == 0 ? 5 : i == 1 ? RA_RFB_ZRLE : RA_RFB_COPY_RECT);
    g_assert_cmpint(ra_rfb_client_decode(bytes->data, bytes->len, &message, &used), ==,
                    RA_DECODE_OK);
    g_assert_cmpint(used, ==, bytes->len);
    g_assert_cmpint(message.encodings.n, ==, RA_RFB_KNOWN_ENCODINGS_MAX);
    g_assert_cmpint(message.encodings.encoding[0], ==, RA_RFB_ZRLE);
    g_assert_cmpint(message.encodings.encoding[63], ==, RA_RFB_COPY_RECT);
}

static void test_client_limits(void)
{
    static guint8 text[RA_RFB_CUT_TEXT_MAX + 1];
    const RaRfbClientMessage bad[] = {
        {.kind = 1},
        {.kind = RA_RFB_ASSIST_MESSAGE},
        {RA_RFB_SET_PIXEL_FORMAT, .format = {24, 24, FALSE, 255, 255, 255, 16, 8, 0}},
        {RA_RFB_SET_ENCODINGS, .encodings = {RA_RFB_KNOWN_ENCODINGS_MAX + 1, {0}}},
        {RA_RFB_CLIENT_CUT_TEXT, .cut_text = {text, sizeof text, FALSE}},
        {RA_RFB_CLIENT_CUT_TEXT, .cut_text = {text, 0, TRUE}},
        {RA_RFB_CLIENT_FENCE, .fence = {0, RA_RFB_FENCE_MAX + 1, {0}}},
        {RA_RFB_SET_DESKTOP_SIZE, .size = {0, 1}},
    };
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_assert_false(ra_rfb_client_encode(&bad[i], bytes));
        g_assert_cmpint(bytes->len, ==, 0);
    }
    static guint8 extended[RA_RFB_EXTENDED_CUT_TEXT_MAX];
    const RaRfbClientMessage largest = {RA_RFB_CLIENT_CUT_TEXT,
                                        .cut_text = {extended, sizeof extended, TRUE}};
    g_assert_true(ra_rfb_client_encode(&largest, bytes));
    g_assert_cmpint(bytes->len, ==, RA_RFB_CLIENT_MESSAGE_MAX);
    g_assert_cmpint(try_client(bytes->data, bytes->len), ==, RA_DECODE_OK);
}

void add_message_tests(void)
{
    g_test_add_func("/wire/client/messages", test_client);
    g_test_add_func("/wire/client/bytes", test_client_bytes);
    g_test_add_func("/wire/client/hostile", test_client_hostile);
    g_test_add_func("/wire/client/encodings", test_encodings);
    g_test_add_func("/wire/client/limits", test_client_limits);
}
