/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has been copied: there and back, as other programs write it, broken, and too large. */
#include "wire/clipboard.h"

#include "tests/wire/test-wire.h"
#include "wire/rfb.h"

#include <string.h>
#include <zlib.h>

static void assert_text(GBytes *bytes, const char *text)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(bytes, &size);
    g_assert_cmpmem(data, size, text, strlen(text));
}

/* PROVIDE as another program may write it: a whole zlib stream of SIZE, then DATA. */
static GByteArray *foreign(guint32 flags, guint32 size, const void *data, gsize length)
{
    g_autoptr(GByteArray) plain = g_byte_array_new();
    GByteArray *out = g_byte_array_new();
    const guint32 head = GUINT32_TO_BE(size), mark = GUINT32_TO_BE(flags);
    g_byte_array_append(plain, (const guint8 *)&head, sizeof head);
    g_byte_array_append(plain, data, (guint)length);
    uLongf packed = compressBound(plain->len);
    g_autofree guint8 *bytes = g_malloc(packed);
    g_assert_cmpint(compress(bytes, &packed, plain->data, plain->len), ==, Z_OK);
    g_byte_array_append(out, (const guint8 *)&mark, sizeof mark);
    g_byte_array_append(out, bytes, (guint)packed);
    return out;
}

static void test_both_ways(void)
{
    static const char *const texts[] = {"a", "two\nlines\n", "\n\n",
                                        "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80", "tab\there"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GByteArray) out = g_byte_array_new();
        g_autoptr(GBytes) text = g_bytes_new_static(texts[i], strlen(texts[i]));
        RaClip clip;
        g_assert_true(ra_clip_write_provide(out, text));
        g_assert_true(ra_clip_decode(out->data, out->len, &clip));
        g_assert_cmpint(clip.action, ==, RA_CLIP_PROVIDE);
        g_assert_cmpuint(clip.formats, ==, RA_CLIP_TEXT);
        assert_text(clip.text, texts[i]);
        ra_clip_clear(&clip);
        for (gsize size = 0; size < 5; size++) {
            g_autofree guint8 *copy = size > 0 ? g_memdup2(out->data, size) : NULL;
            g_assert_false(ra_clip_decode(copy, size, &clip));
        }
    }
    g_autoptr(GBytes) lines = g_bytes_new_static("a\nb", 3);
    g_assert_cmpuint(ra_clip_wire_size(lines), ==, 5);
}

static void test_small(void)
{
    static const RaClipAction actions[] = {RA_CLIP_REQUEST, RA_CLIP_PEEK, RA_CLIP_NOTIFY};
    RaClip clip;
    g_autoptr(GByteArray) out = g_byte_array_new();
    ra_clip_write_caps(out);
    g_assert_cmpmem(out->data, out->len, "\x1f\0\0\1\0\x10\0\0", 8);
    g_assert_true(ra_clip_decode(out->data, out->len, &clip));
    g_assert_cmpint(clip.action, ==, RA_CLIP_CAPS);
    g_assert_cmpuint(clip.text_max, ==, RA_CLIPBOARD_TEXT_MAX);
    g_assert_cmpuint(clip.actions, ==, RA_CLIP_ACTIONS & ~(guint)RA_CLIP_CAPS);
    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++) {
        g_byte_array_set_size(out, 0);
        ra_clip_write(out, actions[i], i == 1 ? 0 : RA_CLIP_TEXT);
        g_assert_cmpuint(out->len, ==, 4);
        g_assert_true(ra_clip_decode(out->data, out->len, &clip));
        g_assert_cmpint(clip.action, ==, actions[i]);
        g_assert_cmpuint(clip.formats, ==, i == 1 ? 0 : RA_CLIP_TEXT);
    }
}

/* As other programs write it. */
static void test_foreign(void)
{
    static const struct {
        guint32 flags, size;
        const char *data;
        gsize length;
        const char *text;
    } cases[] = {
        {RA_CLIP_PROVIDE | 1, 6, "a\r\nb\r\0", 6, "a\nb\n"},
        {RA_CLIP_PROVIDE | 1, 3, "abc", 3, "abc"},             /* no NUL */
        {RA_CLIP_PROVIDE | 1, 5, "a\0bc\0", 5, "a"},           /* one too many */
        {RA_CLIP_PROVIDE | 1, 2, "\xff\0", 2, "\xef\xbf\xbd"}, /* no UTF-8 */
        {RA_CLIP_PROVIDE | 1, 0, "", 0, ""},
        {RA_CLIP_PROVIDE | 7, 2, "x\0\0\0\0\2rt\0\0\0\0", 12, "x"}, /* other formats behind it */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        RaClip clip;
        g_autoptr(GByteArray) out =
            foreign(cases[i].flags, cases[i].size, cases[i].data, cases[i].length);
        g_assert_true(ra_clip_decode(out->data, out->len, &clip));
        assert_text(clip.text, cases[i].text);
        ra_clip_clear(&clip);
    }
    RaClip clip;
    g_assert_true(ra_clip_decode((const guint8 *)"\x10\0\0\2garbage", 11, &clip)); /* only RTF */
    g_assert_null(clip.text);
    g_assert_true(ra_clip_decode((const guint8 *)"\x1f\0\0\3\0\0\0\1\0\0\0\2", 12, &clip));
    g_assert_cmpuint(clip.text_max, ==, 1);
}

static void test_hostile(void)
{
    static const struct {
        const char *bytes;
        gsize size;
        const char *why;
    } cases[] = {
        {"", 0, "nothing"},
        {"\x10\0\0", 3, "half of the flags"},
        {"\0\0\0\1", 4, "no action"},
        {"\x0a\0\0\1", 4, "two actions"},
        {"\x08\0\0\1x", 5, "a notice with more behind it"},
        {"\x1f\0\0\1\0\0\0", 7, "caps without their size"},
        {"\x1f\0\0\3\0\0\0\1", 8, "caps with half of their sizes"},
        {"\x1f\0\0\0\0\0\0\1", 8, "caps with a size too many"},
        {"\x10\0\0\1", 4, "text without a stream"},
        {"\x10\0\0\1garbage!", 12, "text that is no stream"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        RaClip clip = {.text_max = 77};
        g_test_message("%s", cases[i].why);
        g_assert_false(ra_clip_decode((const guint8 *)cases[i].bytes, cases[i].size, &clip));
        g_assert_cmpuint(clip.text_max, ==, 77);
    }
    RaClip clip;
    g_autoptr(GByteArray) cut = foreign(RA_CLIP_PROVIDE | 1, 9, "short", 5);
    g_assert_false(ra_clip_decode(cut->data, cut->len, &clip));
}

/* A stream of zeros that would fill the memory, and text at the limit. */
static void test_limits(void)
{
    const gsize huge = 64u * 1024 * 1024;
    g_autofree char *zeros = g_malloc(huge);
    memset(zeros, 'x', huge);
    RaClip clip;
    g_autoptr(GByteArray) bomb = foreign(RA_CLIP_PROVIDE | 1, (guint32)huge, zeros, huge);
    g_assert_true(ra_clip_decode(bomb->data, bomb->len, &clip));
    g_assert_null(clip.text);
    g_autoptr(GByteArray) over =
        foreign(RA_CLIP_PROVIDE | 1, RA_CLIPBOARD_TEXT_MAX + 1, zeros, RA_CLIPBOARD_TEXT_MAX + 1);
    g_assert_true(ra_clip_decode(over->data, over->len, &clip));
    g_assert_null(clip.text);

    /* The worst there is: nothing repeats, half of it are line ends. */
    g_autoptr(GRand) random = g_rand_new_with_seed(1);
    for (gsize i = 0; i < RA_CLIPBOARD_TEXT_MAX; i++)
        zeros[i] = i % 8 == 0 ? '\n' : (char)g_rand_int_range(random, 32, 127);
    g_autoptr(GBytes) most = g_bytes_new_static(zeros, RA_CLIPBOARD_TEXT_MAX);
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_assert_true(ra_clip_write_provide(out, most));
    g_assert_cmpuint(out->len, <=, RA_RFB_EXTENDED_CUT_TEXT_MAX);
    g_assert_true(ra_clip_decode(out->data, out->len, &clip));
    g_assert_true(g_bytes_equal(clip.text, most));
    ra_clip_clear(&clip);
    g_autoptr(GBytes) more = g_bytes_new_static(zeros, RA_CLIPBOARD_TEXT_MAX + 1);
    const guint before = out->len;
    g_assert_false(ra_clip_write_provide(out, more));
    g_assert_cmpuint(out->len, ==, before);
}

static void test_latin1(void)
{
    g_autoptr(GBytes) text = ra_clip_from_latin1((const guint8 *)"Gr\xfc\xdf\r\ne", 7);
    assert_text(text, "Gr\xc3\xbc\xc3\x9f\ne");
    g_autoptr(GBytes) back = ra_clip_to_latin1(text);
    assert_text(back, "Gr\xfc\xdf\ne");
    g_autoptr(GBytes) wide = g_bytes_new_static("\xe2\x82\xac 5", 5);
    g_autoptr(GBytes) narrow = ra_clip_to_latin1(wide);
    assert_text(narrow, "? 5");
    g_autofree guint8 *many = g_malloc(RA_CLIPBOARD_TEXT_MAX + 1);
    memset(many, 'x', RA_CLIPBOARD_TEXT_MAX + 1);
    g_assert_null(ra_clip_from_latin1(many, RA_CLIPBOARD_TEXT_MAX + 1));
    g_autoptr(GBytes) most = g_bytes_new_static(many, RA_CLIPBOARD_TEXT_MAX);
    g_autoptr(GBytes) cut = ra_clip_to_latin1(most);
    g_assert_cmpuint(g_bytes_get_size(cut), ==, RA_RFB_CUT_TEXT_MAX);
}

/* Around it: the messages of RFB. */
static void test_in_rfb(void)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_assert_true(ra_rfb_write_server_extended_cut_text(out, (const guint8 *)"\1\2\3\4", 4));
    g_assert_cmpmem(out->data, out->len, "\3\0\0\0\xff\xff\xff\xfc\1\2\3\4", 12);
    g_assert_false(ra_rfb_write_server_extended_cut_text(out, out->data, 0));
    g_assert_false(
        ra_rfb_write_server_extended_cut_text(out, out->data, RA_RFB_EXTENDED_CUT_TEXT_MAX + 1));
    g_assert_cmpuint(out->len, ==, 12);
}

void add_clipboard_tests(void)
{
    g_test_add_func("/wire/clipboard/both-ways", test_both_ways);
    g_test_add_func("/wire/clipboard/small", test_small);
    g_test_add_func("/wire/clipboard/foreign", test_foreign);
    g_test_add_func("/wire/clipboard/hostile", test_hostile);
    g_test_add_func("/wire/clipboard/limits", test_limits);
    g_test_add_func("/wire/clipboard/latin1", test_latin1);
    g_test_add_func("/wire/clipboard/in-rfb", test_in_rfb);
}
