/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/buffer.h"

#include "tests/wire/test-wire.h"

#include <string.h>

static void test_round_trip(void)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    RaWriter w = ra_writer_init(bytes, 100);
    ra_writer_u8(&w, 0xab);
    ra_writer_u16(&w, 0x1234);
    ra_writer_u32(&w, 0xdeadbeef);
    ra_writer_u64(&w, 0x0102030405060708u);
    ra_writer_s32(&w, -239);
    ra_writer_bytes(&w, "xyz", 3);
    ra_writer_text(&w, "J\xC3\xBCrgen", 7);
    memset(ra_writer_reserve(&w, 2), 7, 2);
    g_assert_true(ra_writer_ok(&w));
    g_assert_cmpint(bytes->len, ==, 1 + 2 + 4 + 8 + 4 + 3 + 2 + 7 + 2);
    g_assert_cmphex(bytes->data[1], ==, 0x12);

    RaReader r = ra_reader_init(bytes->data, bytes->len);
    char text[8];
    g_assert_cmphex(ra_reader_u8(&r), ==, 0xab);
    g_assert_cmphex(ra_reader_u16(&r), ==, 0x1234);
    g_assert_cmphex(ra_reader_u32(&r), ==, 0xdeadbeef);
    g_assert_cmphex(ra_reader_u64(&r), ==, 0x0102030405060708u);
    g_assert_cmpint(ra_reader_s32(&r), ==, -239);
    g_assert_cmpmem(ra_reader_bytes(&r, 3), 3, "xyz", 3);
    ra_reader_text(&r, text, 7);
    g_assert_cmpstr(text, ==, "J\xC3\xBCrgen");
    g_assert_cmpint(ra_reader_left(&r), ==, 2);
    g_assert_true(ra_reader_ok(&r));
    g_assert_false(ra_reader_done(&r));
    ra_reader_skip(&r, 2);
    g_assert_true(ra_reader_done(&r));
}

static void test_reader_sticky(void)
{
    static const guint8 data[] = {1, 2, 3, 4, 5};
    RaReader r = ra_reader_init(data, sizeof data);
    g_assert_cmphex(ra_reader_u64(&r), ==, 0);
    g_assert_false(ra_reader_ok(&r));
    g_assert_cmpint(ra_reader_left(&r), ==, 0);
    g_assert_cmphex(ra_reader_u8(&r), ==, 0); /* though there is one */
    g_assert_null(ra_reader_bytes(&r, 0));
    r = ra_reader_init(data, sizeof data);
    ra_reader_skip(&r, 5);
    ra_reader_fail(&r);
    g_assert_false(ra_reader_done(&r));
    r = ra_reader_init(NULL, 0);
    g_assert_true(ra_reader_done(&r));
    g_assert_null(ra_reader_bytes(&r, 1));
    r = ra_reader_init(data, sizeof data);
    ra_reader_skip(&r, 1);
    ra_reader_skip(&r, G_MAXSIZE); /* no sum of it overflows */
    g_assert_false(ra_reader_ok(&r));
}

static void test_reader_text(void)
{
    static const struct {
        const char *bytes;
        gsize size;
        gboolean good;
    } cases[] = {
        {"\0\0", 2, TRUE},      {"\0\3abc", 5, TRUE},
        {"\0\4abcd", 6, FALSE}, {"\0\3ab", 4, FALSE},
        {"\0\3a\0c", 5, FALSE}, {"\0\2\xC3\xBC", 4, TRUE},
        {"\0\1\xC3", 3, FALSE}, {"\xff\xff", 2, FALSE},
        {"\0", 1, FALSE},       {"\0\3\xED\xA0\x80", 5, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        char text[4] = "old";
        RaReader r = ra_reader_init(cases[i].bytes, cases[i].size);
        ra_reader_text(&r, text, 3);
        g_assert_true(ra_reader_done(&r) == cases[i].good);
        if (!cases[i].good)
            g_assert_cmpstr(text, ==, "old");
        else
            g_assert_cmpmem(text, strlen(text), cases[i].bytes + 2, cases[i].size - 2);
    }
}

static void test_writer_limit(void)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    RaWriter w = ra_writer_init(bytes, 5);
    ra_writer_u32(&w, 1);
    ra_writer_u16(&w, 2);
    ra_writer_u8(&w, 3); /* would fit, but comes after a failure */
    g_assert_false(ra_writer_ok(&w));
    g_assert_cmpint(bytes->len, ==, 4);
    g_assert_null(ra_writer_reserve(&w, 1));
    w = ra_writer_init(bytes, 5);
    ra_writer_text(&w, "ab", 1);
    g_assert_false(ra_writer_ok(&w));
    w = ra_writer_init(bytes, 3); /* below what is there already */
    ra_writer_u8(&w, 1);
    g_assert_false(ra_writer_ok(&w));
    g_assert_cmpint(bytes->len, ==, 4);
}

void add_buffer_tests(void)
{
    g_test_add_func("/wire/buffer/round-trip", test_round_trip);
    g_test_add_func("/wire/buffer/reader-sticky", test_reader_sticky);
    g_test_add_func("/wire/buffer/reader-text", test_reader_text);
    g_test_add_func("/wire/buffer/writer-limit", test_writer_limit);
}
