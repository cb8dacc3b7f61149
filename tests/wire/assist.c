/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Assistance messages and the hello: each there and back, cut short at every byte, with bytes
 * behind it, and broken. */
#include "wire/assist.h"

#include "tests/wire/test-wire.h"

#include <string.h>

#define HELPER RA_ASSIST_FROM_HELPER
#define NOVICE RA_ASSIST_FROM_NOVICE

static const struct {
    RaAssist message;
    guint from;
    const char *bytes;
    gsize size;
} assists[] = {
    {{RA_ASSIST_RIGHTS, .rights = RA_RIGHTS_ALL}, NOVICE, "\x52\1\0\0\0\0\0\4\0\0\0\3", 12},
    {{RA_ASSIST_WANT_CONTROL}, HELPER, "\x52\2\0\0\0\0\0\0", 8},
    {{RA_ASSIST_RETURN_CONTROL}, HELPER, "\x52\3\0\0\0\0\0\0", 8},
    {{RA_ASSIST_CONTROL_DENIED, .end = {RA_GOODBYE_FORBIDDEN, ""}},
     NOVICE,
     "\x52\4\0\0\0\0\0\1\6",
     9},
    {{RA_ASSIST_GOODBYE, .end = {RA_GOODBYE_ENDED, "so long"}},
     HELPER | NOVICE,
     "\x52\5\0\0\0\0\0\x0a\1\0\7so long",
     18},
    {{RA_ASSIST_FEATURES, .features = RA_FEATURE_CHAT | RA_FEATURE_POINT},
     NOVICE,
     "\x52\6\0\0\0\0\0\4\0\0\0\x22",
     12},
    {{RA_ASSIST_RESUME, .resume = {"r-1", "0123456789abcdef0123456789ABCDE", 60}},
     NOVICE,
     "\x52\7\0\0\0\0\0\x27\0\3r-10123456789abcdef0123456789ABCDE\0\0\x3c",
     47},
    {{RA_ASSIST_HELD, .flag = TRUE}, NOVICE, "\x52\x08\0\0\0\0\0\1\1", 9},
    {{RA_ASSIST_PAUSED, .flag = FALSE}, NOVICE, "\x52\x09\0\0\0\0\0\1\0", 9},
    {{RA_ASSIST_CHAT, .chat = {7, 3, "h\xc3\xa9"}},
     HELPER | NOVICE,
     "\x52\x10\0\0\0\0\0\7\0\0\0\7h\xc3\xa9",
     15},
    {{RA_ASSIST_CHAT_SEEN, .number = 0x01020304},
     HELPER | NOVICE,
     "\x52\x11\0\0\0\0\0\4\1\2\3\4",
     12},
    {{RA_ASSIST_FILE_OFFER, .offer = {5, 0x100000002, "a.txt", "t/p"}},
     HELPER | NOVICE,
     "\x52\x18\0\0\0\0\0\x18\0\0\0\5\0\0\0\1\0\0\0\2\0\5"
     "a.txt\0\3t/p",
     32},
    {{RA_ASSIST_FILE_ANSWER, .file_answer = {5, TRUE, 258}},
     HELPER | NOVICE,
     "\x52\x19\0\0\0\0\0\x0d\0\0\0\5\1\0\0\0\0\0\0\1\2",
     21},
    {{RA_ASSIST_FILE_DATA, .piece = {5, 9, 3, (const guint8 *)"\0xy"}},
     HELPER | NOVICE,
     "\x52\x1a\0\0\0\0\0\x0f\0\0\0\5\0\0\0\0\0\0\0\x09\0xy",
     23},
    {{RA_ASSIST_FILE_TAKEN, .piece = {5, 12, 0, NULL}},
     HELPER | NOVICE,
     "\x52\x1b\0\0\0\0\0\x0c\0\0\0\5\0\0\0\0\0\0\0\x0c",
     20},
    {{RA_ASSIST_FILE_END, .file_end = {5, "0123456789abcdef0123456789ABCDE"}},
     HELPER | NOVICE,
     "\x52\x1c\0\0\0\0\0\x24\0\0\0\5"
     "0123456789abcdef0123456789ABCDE\0",
     44},
    {{RA_ASSIST_FILE_CLOSE, .file_close = {5, TRUE, RA_FILE_NO_SPACE}},
     HELPER | NOVICE,
     "\x52\x1d\0\0\0\0\0\6\0\0\0\5\1\4",
     14},
    {{RA_ASSIST_VOICE_WANT}, HELPER | NOVICE, "\x52\x28\0\0\0\0\0\0", 8},
    {{RA_ASSIST_VOICE_ANSWER, .answer = {FALSE, RA_GOODBYE_DECLINED}},
     HELPER | NOVICE,
     "\x52\x29\0\0\0\0\0\2\0\2",
     10},
    {{RA_ASSIST_VOICE_MUTED, .flag = TRUE}, HELPER | NOVICE, "\x52\x2a\0\0\0\0\0\1\1", 9},
    {{RA_ASSIST_VOICE_END}, HELPER | NOVICE, "\x52\x2b\0\0\0\0\0\0", 8},
    {{RA_ASSIST_VOICE_SOUND, .sound = {960, 2, (const guint8 *)"ab"}},
     HELPER | NOVICE,
     "\x52\x2c\0\0\0\0\0\6\0\0\3\xc0"
     "ab",
     14},
    {{RA_ASSIST_CLIPBOARD_SHARED, .flag = TRUE}, HELPER | NOVICE, "\x52\x30\0\0\0\0\0\1\1", 9},
    {{RA_ASSIST_CLIPBOARD_PICTURE, .picture = {10, 8, 2, (const guint8 *)"ND"}},
     HELPER | NOVICE,
     "\x52\x31\0\0\0\0\0\x0a\0\0\0\x0a\0\0\0\x08ND",
     18},
    {{RA_ASSIST_POINT, .point = {640, 480, RA_POINT_MOVE}},
     HELPER,
     "\x52\x38\0\0\0\0\0\5\2\x80\1\xe0\2",
     13},
    {{RA_ASSIST_QUALITY, .quality = RA_QUALITY_LOSSLESS}, HELPER, "\x52\x39\0\0\0\0\0\1\4", 9},
    {{RA_ASSIST_MONITORS, .monitors = {2, 1, {{1920, 1080, "DP-1"}, {800, 600, ""}}}},
     NOVICE,
     "\x52\x3a\0\0\0\0\0\x12\2\1\7\x80\4\x38\0\4"
     "DP-1\3\x20\2\x58\0\0",
     26},
    {{RA_ASSIST_MONITOR, .number = RA_MONITOR_ALL}, HELPER, "\x52\x3b\0\0\0\0\0\4\0\0\0\xff", 12},
    {{RA_ASSIST_PING, .number = 1}, HELPER | NOVICE, "\x52\x3c\0\0\0\0\0\4\0\0\0\1", 12},
    {{RA_ASSIST_PONG, .number = 1}, HELPER | NOVICE, "\x52\x3d\0\0\0\0\0\4\0\0\0\1", 12},
};

/* Every kind that there is has its line above. */
static void test_assist_complete(void)
{
    static const char empty[RA_ASSIST_HEAD_SIZE];
    guint kinds = 0, known = 0;
    for (guint kind = 1; kind < RA_ASSIST_OPTIONAL; kind++) {
        char bytes[sizeof empty] = {RA_RFB_ASSIST_MESSAGE, (char)kind, 0, 0, 0, 1};
        gboolean listed = FALSE;
        RaAssist message;
        gsize used;
        /* An unknown kind is bad at once, a known one waits for what its head announces. */
        for (guint from = HELPER; from <= NOVICE; from <<= 1) {
            if (ra_assist_decode((const guint8 *)bytes, sizeof bytes, from, &message, &used) ==
                RA_DECODE_MORE) {
                kinds++;
                break;
            }
        }
        for (gsize i = 0; i < G_N_ELEMENTS(assists) && !listed; i++)
            listed = (guint)assists[i].message.kind == kind;
        known += listed;
    }
    g_assert_cmpuint(kinds, ==, known);
}

/* What programs say to each other, and what stays between the workers. */
static void test_assist_programs(void)
{
    static const RaAssistKind workers[] = {
        RA_ASSIST_RIGHTS,  RA_ASSIST_WANT_CONTROL, RA_ASSIST_RETURN_CONTROL,
        RA_ASSIST_GOODBYE, RA_ASSIST_VOICE_SOUND,  RA_ASSIST_CLIPBOARD_PICTURE,
        RA_ASSIST_QUALITY, RA_ASSIST_PING,         RA_ASSIST_CONTROL_DENIED,
        RA_ASSIST_PONG,
    };
    for (gsize i = 0; i < G_N_ELEMENTS(assists); i++) {
        gboolean programs = TRUE;
        for (gsize k = 0; k < G_N_ELEMENTS(workers); k++)
            programs = programs && assists[i].message.kind != workers[k];
        for (guint from = HELPER; from <= NOVICE; from <<= 1)
            g_assert_true(ra_assist_reaches_program(assists[i].message.kind, from) ==
                          (programs && (assists[i].from & from) != 0));
    }
    g_assert_false(ra_assist_reaches_program(RA_ASSIST_SKIPPED, HELPER));
}

/* RFB's decoder finds where an assistance message ends, and leaves it to its own. */
static void test_assist_in_rfb(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(assists); i++) {
        const guint8 *bytes = (const guint8 *)assists[i].bytes;
        RaRfbClientMessage message;
        gsize used = 0;
        g_assert_cmpint(ra_rfb_client_decode(bytes, assists[i].size, &message, &used), ==,
                        RA_DECODE_OK);
        g_assert_cmpint(message.kind, ==, RA_RFB_ASSIST_MESSAGE);
        g_assert_cmpint(used, ==, assists[i].size);
        g_assert_cmpint(message.assist_size, ==, assists[i].size);
        g_assert_cmpint(ra_rfb_client_decode(bytes, assists[i].size - 1, &message, &used), ==,
                        RA_DECODE_MORE);
    }
}

static RaDecode try_assist(const char *data, gsize size, guint from)
{
    RaAssist message = {.kind = 99};
    gsize used = 12345;
    g_autofree guint8 *copy = size > 0 ? g_memdup2(data, size) : NULL;
    const RaDecode result = ra_assist_decode(copy, size, from, &message, &used);
    if (result != RA_DECODE_OK)
        g_assert_true(message.kind == 99 && used == 12345);
    return result;
}

static void test_assist(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(assists); i++) {
        for (guint from = HELPER; from <= NOVICE; from <<= 1) {
            g_autoptr(GByteArray) bytes = g_byte_array_new();
            const gboolean may = (assists[i].from & from) != 0;
            RaAssist message;
            gsize used = 0;
            g_assert_true(ra_assist_write(&assists[i].message, from, bytes) == may);
            g_assert_cmpint(try_assist(assists[i].bytes, assists[i].size, from), ==,
                            may ? RA_DECODE_OK : RA_DECODE_BAD);
            if (!may)
                continue;
            g_assert_cmpmem(bytes->data, bytes->len, assists[i].bytes, assists[i].size);
            for (gsize size = 0; size < bytes->len; size++)
                g_assert_cmpint(try_assist(assists[i].bytes, size, from), ==, RA_DECODE_MORE);
            g_byte_array_append(bytes, (const guint8 *)"!", 1);
            g_assert_cmpint(ra_assist_decode(bytes->data, bytes->len, from, &message, &used), ==,
                            RA_DECODE_OK);
            g_assert_cmpint(used, ==, assists[i].size);
            g_byte_array_set_size(bytes, 0);
            g_assert_true(ra_assist_write(&message, from, bytes));
            g_assert_cmpmem(bytes->data, bytes->len, assists[i].bytes, assists[i].size);
        }
    }
}

/* Pieces and texts are cut to their limits by whoever makes them. */
static void test_assist_limits(void)
{
    static guint8 zeros[RA_FILE_PIECE_MAX + 1];
    static char text[RA_CHAT_TEXT_MAX + 1];
    memset(text, 'x', sizeof text);
    static const RaAssist fit[] = {
        {RA_ASSIST_CHAT, .chat = {1, RA_CHAT_TEXT_MAX, text}},
        {RA_ASSIST_FILE_DATA,
         .piece = {1, G_MAXINT64 - RA_FILE_PIECE_MAX, RA_FILE_PIECE_MAX, zeros}},
        {RA_ASSIST_VOICE_SOUND, .sound = {1, RA_SOUND_PACKET_MAX, zeros}},
        {RA_ASSIST_CLIPBOARD_PICTURE,
         .picture = {RA_CLIPBOARD_PICTURE_MAX, 0, RA_PICTURE_PIECE_MAX, zeros}},
    };
    static const RaAssist bad[] = {
        {RA_ASSIST_CHAT, .chat = {1, RA_CHAT_TEXT_MAX + 1, text}},
        {RA_ASSIST_CHAT, .chat = {1, 2, "a\xc3"}},
        {RA_ASSIST_FILE_DATA, .piece = {1, 0, RA_FILE_PIECE_MAX + 1, zeros}},
        {RA_ASSIST_FILE_DATA, .piece = {1, G_MAXINT64, 1, zeros}},
        {RA_ASSIST_FILE_OFFER, .offer = {1, 1, "a\xff", ""}},
        {RA_ASSIST_FILE_CLOSE, .file_close = {1, FALSE, RA_FILE_LAST + 1}},
        {RA_ASSIST_VOICE_SOUND, .sound = {1, RA_SOUND_PACKET_MAX + 1, zeros}},
        {RA_ASSIST_VOICE_SOUND, .sound = {1, 0, zeros}},
        {RA_ASSIST_CLIPBOARD_PICTURE, .picture = {RA_CLIPBOARD_PICTURE_MAX + 1, 0, 1, zeros}},
        {RA_ASSIST_CLIPBOARD_PICTURE,
         .picture = {RA_PICTURE_PIECE_MAX * 2, 0, RA_PICTURE_PIECE_MAX + 1, zeros}},
        {RA_ASSIST_MONITORS, .monitors = {RA_MONITORS_MAX + 1, 0, {{0}}}},
        {RA_ASSIST_QUALITY, .quality = RA_QUALITY_LAST + 1},
        {RA_ASSIST_RESUME, .resume = {"", {0}, 60}},
    };
    for (guint from = HELPER; from <= NOVICE; from <<= 1) {
        for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
            g_autoptr(GByteArray) bytes = g_byte_array_new();
            g_assert_false(ra_assist_write(&bad[i], from, bytes));
            g_assert_cmpuint(bytes->len, ==, 0);
        }
        for (gsize i = 0; i < G_N_ELEMENTS(fit); i++) {
            g_autoptr(GByteArray) bytes = g_byte_array_new();
            g_assert_true(ra_assist_write(&fit[i], from, bytes));
            g_assert_cmpint(try_assist((const char *)bytes->data, bytes->len, from), ==,
                            RA_DECODE_OK);
        }
    }
}

static void test_assist_clear(void)
{
    RaAssist message = {RA_ASSIST_RESUME, .resume = {"r-1", {1, 2, 3}, 60}};
    const RaAssist empty = {0};
    ra_assist_clear(&message);
    g_assert_cmpmem(&message, sizeof message, &empty, sizeof empty);
}

#define KEY "0123456789abcdef0123456789abcdef"

static void test_assist_hostile(void)
{
    static const struct {
        const char *bytes;
        gsize size;
        guint from;
        RaDecode result;
        const char *why;
    } cases[] = {
        {"\x51", 1, HELPER, RA_DECODE_BAD, "another type"},
        {"\x52\0\0\0\0\0\0\0", 8, HELPER, RA_DECODE_BAD, "kind 0"},
        {"\x52\x7f\0\0\0\0\0\0", 8, HELPER, RA_DECODE_BAD, "unknown kind"},
        {"\x52\x80\0\0\0\0\0\2ab", 10, HELPER, RA_DECODE_OK, "unknown and optional"},
        {"\x52\x80\0\0\0\0\0\2a", 9, HELPER, RA_DECODE_MORE, "the same, cut short"},
        {"\x52\x80\0\0\0\1\0\1", 8, HELPER, RA_DECODE_BAD, "optional, but too long"},
        {"\x52\2\0\1\0\0\0\0", 8, HELPER, RA_DECODE_BAD, "reserved bytes in use"},
        {"\x52\2\0\0\0\0\0\1x", 9, HELPER, RA_DECODE_BAD, "a byte left over"},
        {"\x52\1\0\0\0\0\0\3\0\0\1", 11, NOVICE, RA_DECODE_BAD, "rights too short"},
        {"\x52\1\0\0\0\0\0\4\0\0\0\4", 12, NOVICE, RA_DECODE_BAD, "an unknown right"},
        {"\x52\5\0\0\0\0\0\4\1\0\1\xff", 12, NOVICE, RA_DECODE_BAD, "no UTF-8"},
        {"\x52\5\0\0\0\0\0\3\x63\0\0", 11, NOVICE, RA_DECODE_OK, "a reason of later times"},
        {"\x52\6\0\0\0\0\0\4\x80\0\0\1", 12, NOVICE, RA_DECODE_OK, "features of later times"},
        {"\x52\x08\0\0\0\0\0\1\2", 9, NOVICE, RA_DECODE_BAD, "a flag of 2"},
        {"\x52\7\0\0\0\0\0\x24\0\0" KEY "\0\x3c", 44, NOVICE, RA_DECODE_BAD, "no identity"},
        {"\x52\7\0\0\0\0\0\x25\0\1\n" KEY "\0\x3c", 45, NOVICE, RA_DECODE_BAD, "not a name"},
        {"\x52\7\0\0\0\0\0\x25\0\1r" KEY "\0\0", 45, NOVICE, RA_DECODE_BAD, "no time"},
        {"\x52\7\0\0\0\0\0\x24\0\1r" KEY "\0", 44, NOVICE, RA_DECODE_BAD, "half a time"},
        {"\x52\7\0\0\0\0\0\3\0\x41r", 11, NOVICE, RA_DECODE_BAD, "identity too long"},
        {"\x52\x10\0\0\0\0\0\4\0\0\0\1", 12, HELPER, RA_DECODE_BAD, "chat without words"},
        {"\x52\x10\0\0\0\0\0\5\0\0\0\1\xff", 13, HELPER, RA_DECODE_BAD, "chat, no UTF-8"},
        {"\x52\x10\0\0\0\0\0\6\0\0\0\1a\0", 14, HELPER, RA_DECODE_BAD, "chat with NUL"},
        {"\x52\x18\0\0\0\0\0\x10\0\0\0\5\0\0\0\0\0\0\0\1\0\0\0\0", 24, NOVICE, RA_DECODE_BAD,
         "a file without name"},
        {"\x52\x18\0\0\0\0\0\x11\0\0\0\5\x80\0\0\0\0\0\0\1\0\1n\0\0", 25, NOVICE, RA_DECODE_BAD,
         "a file of 2^63 bytes"},
        {"\x52\x19\0\0\0\0\0\x0d\0\0\0\5\1\xff\0\0\0\0\0\0\0", 21, NOVICE, RA_DECODE_BAD,
         "an answer far away"},
        {"\x52\x1a\0\0\0\0\0\x0c\0\0\0\5\0\0\0\0\0\0\0\0", 20, NOVICE, RA_DECODE_BAD,
         "a piece of nothing"},
        {"\x52\x1a\0\0\0\0\0\x0d\0\0\0\5\x7f\xff\xff\xff\xff\xff\xff\xff!", 21, NOVICE,
         RA_DECODE_BAD, "a piece that ends beyond all"},
        {"\x52\x1b\0\0\0\0\0\x0c\0\0\0\5\xff\0\0\0\0\0\0\0", 20, NOVICE, RA_DECODE_BAD,
         "taken far away"},
        {"\x52\x1d\0\0\0\0\0\6\0\0\0\5\0\7", 14, NOVICE, RA_DECODE_BAD, "an unknown end"},
        {"\x52\x2c\0\0\0\0\0\4\0\0\0\0", 12, NOVICE, RA_DECODE_BAD, "sound without sound"},
        {"\x52\x31\0\0\0\0\0\x09\0\0\0\0\0\0\0\0!", 17, NOVICE, RA_DECODE_BAD, "a picture of 0"},
        {"\x52\x31\0\0\0\0\0\x09\0\x80\0\1\0\0\0\0!", 17, NOVICE, RA_DECODE_BAD,
         "a picture over its limit"},
        {"\x52\x31\0\0\0\0\0\x0a\0\0\0\2\0\0\0\1ab", 18, NOVICE, RA_DECODE_BAD,
         "a piece beyond its picture"},
        {"\x52\x31\0\0\0\0\0\x09\0\0\0\2\xff\xff\xff\xff!", 17, NOVICE, RA_DECODE_BAD,
         "a piece at 2^32"},
        {"\x52\x38\0\0\0\0\0\5\0\0\0\0\3", 13, HELPER, RA_DECODE_BAD, "an unknown stroke"},
        {"\x52\x39\0\0\0\0\0\1\5", 9, HELPER, RA_DECODE_BAD, "an unknown quality"},
        {"\x52\x3a\0\0\0\0\0\2\0\xff", 10, NOVICE, RA_DECODE_BAD, "no monitors"},
        {"\x52\x3a\0\0\0\0\0\x08\1\1\0\1\0\1\0\0", 16, NOVICE, RA_DECODE_BAD,
         "a monitor that is not listed"},
        {"\x52\x3a\0\0\0\0\0\2\x11\0", 10, NOVICE, RA_DECODE_BAD, "17 monitors"},
        {"\x52\x3b\0\0\0\0\0\4\0\0\0\x10", 12, HELPER, RA_DECODE_BAD, "monitor 16"},
        {"\x52\x3c\0\0\0\0\0\0", 8, HELPER, RA_DECODE_BAD, "a ping without number"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].why);
        g_assert_cmpint(try_assist(cases[i].bytes, cases[i].size, cases[i].from), ==,
                        cases[i].result);
    }
    const RaAssist bad[] = {
        {.kind = 0},
        {RA_ASSIST_RIGHTS, .rights = 8},
        {RA_ASSIST_GOODBYE, .end = {RA_GOODBYE_LAST + 1, ""}},
    };
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(ra_assist_write(&bad[i], NOVICE, bytes));
    g_assert_cmpint(bytes->len, ==, 0);
}

static void test_hello(void)
{
    static const struct {
        const char *bytes;
        gsize size;
        RaDecode result;
        const char *name;
        guint payload_max;
    } cases[] = {
        {"RAH1\0\1\0\0", 8, RA_DECODE_OK, "", RA_ASSIST_PAYLOAD_LEAST},
        {"RAH1\0\1\0\7\0\1\0\3Eva", 15, RA_DECODE_OK, "Eva", RA_ASSIST_PAYLOAD_LEAST},
        {"RAH1\0\2\0\x08\0\2\0\4\0\1\0\0", 16, RA_DECODE_OK, "", 65536},
        {"RAH1\0\1\0\6\0\x63\0\2xy", 14, RA_DECODE_OK, "", RA_ASSIST_PAYLOAD_LEAST},
        {"RAH2", 4, RA_DECODE_BAD, NULL, 0},
        {"X", 1, RA_DECODE_BAD, NULL, 0},
        {"RAH1\0\0\0\0", 8, RA_DECODE_BAD, NULL, 0},                    /* version 0 */
        {"RAH1\0\1\x80\1", 8, RA_DECODE_BAD, NULL, 0},                  /* too long */
        {"RAH1\0\1\0\3\0\1\0", 11, RA_DECODE_BAD, NULL, 0},             /* half a field */
        {"RAH1\0\1\0\5\0\1\0\2a", 13, RA_DECODE_BAD, NULL, 0},          /* a field beyond the end */
        {"RAH1\0\1\0\5\0\1\0\1\xff", 13, RA_DECODE_BAD, NULL, 0},       /* no UTF-8 */
        {"RAH1\0\1\0\x08\0\1\0\0\0\1\0\0", 16, RA_DECODE_BAD, NULL, 0}, /* a name twice */
        {"RAH1\0\1\0\x08\0\2\0\4\0\0\3\xff", 16, RA_DECODE_BAD, NULL, 0}, /* 1023 bytes */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const guint8 *data = (const guint8 *)cases[i].bytes;
        RaHello hello = {.version = 99};
        gsize used = 0;
        g_test_message("case %zu", i);
        g_assert_cmpint(ra_hello_decode(data, cases[i].size, &hello, &used), ==, cases[i].result);
        if (cases[i].result != RA_DECODE_OK) {
            g_assert_cmpint(hello.version, ==, 99);
            continue;
        }
        g_assert_cmpint(used, ==, cases[i].size);
        g_assert_cmpstr(hello.name, ==, cases[i].name);
        g_assert_cmpint(hello.payload_max, ==, cases[i].payload_max);
        for (gsize size = 0; size < cases[i].size; size++)
            g_assert_cmpint(ra_hello_decode(data, size, &hello, &used), ==, RA_DECODE_MORE);
    }
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    RaHello hello = {RA_HELLO_VERSION, RA_ASSIST_PAYLOAD_MAX, "J\xC3\xBCrgen"}, back;
    gsize used;
    g_assert_true(ra_hello_write(&hello, bytes));
    g_assert_cmpint(ra_hello_decode(bytes->data, bytes->len, &back, &used), ==, RA_DECODE_OK);
    g_assert_cmpint(used, ==, bytes->len);
    g_assert_cmpstr(back.name, ==, hello.name);
    g_assert_cmpint(back.payload_max, ==, RA_ASSIST_PAYLOAD_MAX);
    hello.payload_max = 5;
    g_byte_array_set_size(bytes, 0);
    g_assert_false(ra_hello_write(&hello, bytes));
    g_assert_cmpint(bytes->len, ==, 0);
}

static void test_goodbye(void)
{
    for (guint reason = 0; reason <= RA_GOODBYE_LAST; reason++) {
        g_assert_nonnull(ra_goodbye_text(reason));
        for (guint other = 0; other < reason; other++)
            g_assert_cmpstr(ra_goodbye_text(reason), !=, ra_goodbye_text(other));
    }
    g_assert_cmpstr(ra_goodbye_text(RA_GOODBYE_LAST + 1), ==, ra_goodbye_text(RA_GOODBYE_UNKNOWN));
}

void add_assist_tests(void)
{
    g_test_add_func("/wire/assist/messages", test_assist);
    g_test_add_func("/wire/assist/complete", test_assist_complete);
    g_test_add_func("/wire/assist/programs", test_assist_programs);
    g_test_add_func("/wire/assist/limits", test_assist_limits);
    g_test_add_func("/wire/assist/clear", test_assist_clear);
    g_test_add_func("/wire/assist/in-rfb", test_assist_in_rfb);
    g_test_add_func("/wire/assist/hostile", test_assist_hostile);
    g_test_add_func("/wire/assist/hello", test_hello);
    g_test_add_func("/wire/goodbye", test_goodbye);
}
