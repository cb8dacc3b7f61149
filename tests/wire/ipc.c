/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/ipc.h"

#include "tests/wire/test-wire.h"

#include <string.h>

#define H   RA_IPC_FROM_HOST
#define HW  RA_IPC_FROM_HOST_WORKER
#define V   RA_IPC_FROM_VIEWER
#define VW  RA_IPC_FROM_VIEWER_WORKER
#define ALL (H | HW | V | VW)

static const guint8 shape[2 * 3 * 4] = {1, 2, 3, 4, 5};

/* Every kind with telling values, who may send it, whether a descriptor comes along. */
static const struct {
    RaIpcMessage message;
    guint from;
    gboolean fd;
} messages[] = {
    {{RA_IPC_CONNECTION, .connection = {7, "192.0.2.1"}}, H, TRUE},
    {{RA_IPC_KEY, .secret = {"id", TRUE, {1, 2, 3}, "Novice"}}, H, FALSE},
    {{RA_IPC_ALLOW, .allow = {FALSE, RA_GOODBYE_DECLINED}}, H, FALSE},
    {{RA_IPC_FRAME, .frame = {1920, 1080, 7680, "desktop"}}, H, TRUE},
    {{RA_IPC_PIXELS, .rects = {2, {{1, 2, 3, 4}, {5, 6, 7, 8}}}}, H, FALSE},
    {{RA_IPC_CONTROL_ANSWER, .allow = {TRUE, RA_GOODBYE_UNKNOWN}}, H | VW, FALSE},
    {{RA_IPC_IDENTITY, .secret = {"id", FALSE, {255}, ""}}, V, FALSE},
    {{RA_IPC_SOCKET, .connection = {G_MAXUINT32, ""}}, V, TRUE},
    {{RA_IPC_WANT_CONTROL_OUT}, V, FALSE},
    {{RA_IPC_RETURN_CONTROL_OUT}, V, FALSE},
    {{RA_IPC_BYE, .ended = {RA_GOODBYE_ENDED, TRUE, "bye"}}, H | V, FALSE},
    {{RA_IPC_WANT_KEY, .identity = {"identity"}}, HW, FALSE},
    {{RA_IPC_HANDSHAKE_FAILED, .connection = {1, "x"}}, HW, FALSE},
    {{RA_IPC_AUTHENTICATED, .connection = {2, "y"}}, HW, FALSE},
    {{RA_IPC_ASK, .ask = {"id", "Helper", TRUE}}, HW, FALSE},
    {{RA_IPC_WANT_PIXELS}, HW, FALSE},
    {{RA_IPC_WANT_CONTROL}, HW, FALSE},
    {{RA_IPC_RETURN_CONTROL}, HW, FALSE},
    {{RA_IPC_ATTEMPT_FAILED, .attempt = {3, TRUE, "why"}}, VW, FALSE},
    {{RA_IPC_SECURED, .connection = {4, ""}}, VW, FALSE},
    {{RA_IPC_SCREEN, .frame = {1, 1, 4, ""}}, VW, TRUE},
    {{RA_IPC_CHANGED, .rects = {0, {{0}}}}, VW, FALSE},
    {{RA_IPC_CURSOR, .cursor = {2, 3, 1, 1, shape}}, H | VW, FALSE},
    {{RA_IPC_CURSOR, .cursor = {0, 0, 0, 0, NULL}}, H | VW, FALSE},
    {{RA_IPC_RIGHTS, .rights = {RA_RIGHTS_ALL}}, H | VW, FALSE},
    {{RA_IPC_POINTER, .pointer = {65535, 1, 511}}, ALL, FALSE},
    {{RA_IPC_KEY_PRESS, .key = {TRUE, 0xff0d, 28}}, V | HW, FALSE},
    {{RA_IPC_ENDED, .ended = {RA_GOODBYE_LAST, FALSE, ""}}, HW | VW, FALSE},
    {{RA_IPC_ASSIST, .assist = {RA_ASSIST_CHAT, .chat = {1, 2, "hi"}}}, ALL, FALSE},
    {{RA_IPC_ASSIST, .assist = {RA_ASSIST_FEATURES, .features = RA_FEATURES_ALL}}, H | VW, FALSE},
    {{RA_IPC_ASSIST, .assist = {RA_ASSIST_RESUME, .resume = {"r-1", {1, 2}, 60}}}, H | VW, FALSE},
    {{RA_IPC_ASSIST, .assist = {RA_ASSIST_POINT, .point = {1, 2, RA_POINT_DOWN}}}, V | HW, FALSE},
    {{RA_IPC_ASSIST, .assist = {RA_ASSIST_QUALITY, .quality = RA_QUALITY_LOW}}, V, FALSE},
    {{RA_IPC_SOUND, .sound = {48000, 2, (const guint8 *)"abcd"}}, ALL, FALSE},
    {{RA_IPC_CLIPBOARD, .clipboard = {RA_CLIPBOARD_PNG, RA_CLIPBOARD_PICTURE_MAX}}, ALL, TRUE},
    {{RA_IPC_CLIPBOARD, .clipboard = {RA_CLIPBOARD_TEXT, 0}}, ALL, TRUE},
    {{RA_IPC_METER, .meter = {1, 2, 3}}, HW | VW, FALSE},
    {{RA_IPC_BELL}, H, TRUE},
};

/* A message is what it becomes on the wire. */
static void assert_same(const RaIpcMessage *a, const RaIpcMessage *b)
{
    g_autoptr(GByteArray) one = g_byte_array_new();
    g_autoptr(GByteArray) two = g_byte_array_new();
    g_assert_true(ra_ipc_encode(a, one));
    g_assert_true(ra_ipc_encode(b, two));
    g_assert_cmpmem(one->data, one->len, two->data, two->len);
}

static gboolean refuses(guint from, const guint8 *data, gsize size)
{
    RaIpcMessage untouched = {.kind = 77};
    /* A copy of the exact size, so that a sanitizer sees a read beyond it. */
    g_autofree guint8 *copy = size > 0 ? g_memdup2(data, size) : NULL;
    const gboolean decoded = ra_ipc_decode(&untouched, from, copy, size);
    return !decoded && untouched.kind == 77;
}

static void test_messages(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        RaIpcMessage message;
        g_test_message("kind %d", messages[i].message.kind);
        g_assert_true(ra_ipc_encode(&messages[i].message, bytes));
        g_assert_true(ra_ipc_has_fd(messages[i].message.kind) == messages[i].fd);
        for (guint from = 1; from <= VW; from <<= 1) {
            if ((messages[i].from & from) == 0) {
                g_assert_true(refuses(from, bytes->data, bytes->len));
                continue;
            }
            g_assert_true(ra_ipc_decode(&message, from, bytes->data, bytes->len));
            g_assert_cmpint(message.kind, ==, messages[i].message.kind);
            assert_same(&message, &messages[i].message);
        }
        for (gsize size = 0; size < bytes->len; size++)
            g_assert_true(refuses(messages[i].from, bytes->data, size));
        g_byte_array_append(bytes, (const guint8 *)"", 1);
        g_assert_true(refuses(messages[i].from, bytes->data, bytes->len));
    }
}

/* The fields, one by one: a pair that loses the same field at both ends would be the same above. */
static void test_fields(void)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    RaIpcMessage m;
    g_assert_true(ra_ipc_encode(&messages[1].message, bytes));
    g_assert_true(ra_ipc_decode(&m, H, bytes->data, bytes->len));
    g_assert_cmpstr(m.secret.identity, ==, "id");
    g_assert_cmpstr(m.secret.name, ==, "Novice");
    g_assert_true(m.secret.known);
    g_assert_cmpmem(m.secret.key, 3, "\1\2\3", 3);
    ra_ipc_message_clear(&m);
    g_assert_cmpint(m.secret.key[0], ==, 0);
    g_byte_array_set_size(bytes, 0);
    g_assert_true(ra_ipc_encode(&messages[3].message, bytes));
    g_assert_true(ra_ipc_decode(&m, H, bytes->data, bytes->len));
    g_assert_cmpint(m.frame.width, ==, 1920);
    g_assert_cmpint(m.frame.height, ==, 1080);
    g_assert_cmpint(m.frame.stride, ==, 7680);
    g_assert_cmpstr(m.frame.name, ==, "desktop");
    g_byte_array_set_size(bytes, 0);
    g_assert_true(ra_ipc_encode(&messages[4].message, bytes));
    g_assert_true(ra_ipc_decode(&m, H, bytes->data, bytes->len));
    g_assert_cmpint(m.rects.n, ==, 2);
    g_assert_cmpint(m.rects.rect[1].x, ==, 5);
    g_assert_cmpint(m.rects.rect[1].height, ==, 8);
    g_byte_array_set_size(bytes, 0);
    g_assert_true(ra_ipc_encode(&messages[22].message, bytes));
    g_assert_true(ra_ipc_decode(&m, VW, bytes->data, bytes->len));
    g_assert_cmpmem(m.cursor.pixels, 24, shape, 24);
    g_byte_array_set_size(bytes, 0);
    g_assert_true(ra_ipc_encode(&messages[26].message, bytes));
    g_assert_true(ra_ipc_decode(&m, V, bytes->data, bytes->len));
    g_assert_true(m.key.down);
    g_assert_cmphex(m.key.keysym, ==, 0xff0d);
    g_assert_cmpint(m.key.code, ==, 28);
}

static void test_more_fields(void)
{
    static const RaIpcMessage sent[] = {
        {RA_IPC_ASSIST, .assist = {RA_ASSIST_RESUME, .resume = {"r-1", {1, 2}, 60}}},
        {RA_IPC_SOUND, .sound = {48000, 2, (const guint8 *)"abcd"}},
        {RA_IPC_CLIPBOARD, .clipboard = {RA_CLIPBOARD_PNG, 77}},
        {RA_IPC_METER, .meter = {1, 2, 3}},
    };
    RaIpcMessage m[G_N_ELEMENTS(sent)];
    g_autoptr(GPtrArray) keep = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
    for (gsize i = 0; i < G_N_ELEMENTS(sent); i++) {
        GByteArray *bytes = g_byte_array_new();
        g_ptr_array_add(keep, bytes);
        g_assert_true(ra_ipc_encode(&sent[i], bytes));
        g_assert_true(ra_ipc_decode(&m[i], VW, bytes->data, bytes->len));
    }
    g_assert_cmpstr(m[0].assist.resume.identity, ==, "r-1");
    g_assert_cmpint(m[0].assist.resume.seconds, ==, 60);
    g_assert_cmpmem(m[0].assist.resume.key, 2, "\1\2", 2);
    ra_ipc_message_clear(&m[0]);
    const RaAssist empty = {0};
    g_assert_cmpmem(&m[0].assist, sizeof empty, &empty, sizeof empty);
    g_assert_cmpuint(m[1].sound.stamp, ==, 48000);
    g_assert_cmpmem(m[1].sound.samples, m[1].sound.n * 2, "abcd", 4);
    g_assert_cmpint(m[2].clipboard.format, ==, RA_CLIPBOARD_PNG);
    g_assert_cmpuint(m[2].clipboard.size, ==, 77);
    g_assert_cmpuint(m[3].meter.in, ==, 1);
    g_assert_cmpuint(m[3].meter.out, ==, 2);
    g_assert_cmpuint(m[3].meter.delay, ==, 3);
}

/* What is between the workers is not for a program to say or to hear. */
static void test_workers_only(void)
{
    static const RaAssist kept[] = {
        {RA_ASSIST_RIGHTS, .rights = RA_RIGHTS_ALL},
        {RA_ASSIST_WANT_CONTROL},
        {RA_ASSIST_GOODBYE, .end = {RA_GOODBYE_ENDED, ""}},
        {RA_ASSIST_VOICE_SOUND, .sound = {0, 1, (const guint8 *)"x"}},
        {RA_ASSIST_CLIPBOARD_PICTURE, .picture = {1, 0, 1, (const guint8 *)"x"}},
        {RA_ASSIST_PING, .number = 1},
        {RA_ASSIST_PONG, .number = 1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(kept); i++) {
        const RaIpcMessage message = {RA_IPC_ASSIST, .assist = kept[i]};
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_assert_true(ra_ipc_encode(&message, bytes));
        for (guint from = 1; from <= VW; from <<= 1)
            g_assert_true(refuses(from, bytes->data, bytes->len));
    }
}

static void test_limits(void)
{
    static guint8 huge[129 * 129 * 4];
    const RaIpcMessage bad[] = {
        {.kind = 0},
        {.kind = 255},
        {RA_IPC_ALLOW, .allow = {FALSE, RA_GOODBYE_LAST + 1}},
        {RA_IPC_ENDED, .ended = {RA_GOODBYE_LAST + 1, FALSE, ""}},
        {RA_IPC_FRAME, .frame = {0, 1, 4, ""}},
        {RA_IPC_FRAME, .frame = {1, 0, 4, ""}},
        {RA_IPC_FRAME, .frame = {RA_IPC_SCREEN_SIDE_MAX + 1, 1, 65540, ""}},
        {RA_IPC_FRAME, .frame = {2, 1, 4, ""}},
        {RA_IPC_FRAME, .frame = {2, 1, 9, ""}},
        {RA_IPC_PIXELS, .rects = {RA_IPC_RECTS_MAX + 1, {{0}}}},
        {RA_IPC_CURSOR, .cursor = {129, 129, 0, 0, huge}},
        {RA_IPC_CURSOR, .cursor = {0, 1, 0, 0, NULL}},
        {RA_IPC_RIGHTS, .rights = {4}},
        {RA_IPC_ASSIST, .assist = {RA_ASSIST_SKIPPED}},
        {RA_IPC_ASSIST, .assist = {RA_ASSIST_CHAT, .chat = {1, 0, ""}}},
        {RA_IPC_SOUND, .sound = {0, 0, huge}},
        {RA_IPC_SOUND, .sound = {0, RA_SOUND_FRAME + 1, huge}},
        {RA_IPC_CLIPBOARD, .clipboard = {RA_CLIPBOARD_LAST + 1, 1}},
        {RA_IPC_CLIPBOARD, .clipboard = {RA_CLIPBOARD_TEXT, RA_CLIPBOARD_TEXT_MAX + 1}},
        {RA_IPC_CLIPBOARD, .clipboard = {RA_CLIPBOARD_PNG, RA_CLIPBOARD_PICTURE_MAX + 1}},
    };
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_assert_false(ra_ipc_encode(&bad[i], bytes));
        g_assert_cmpint(bytes->len, ==, 0);
    }
    /* The largest datagram is within the limit that the socket's buffer is made for. */
    RaIpcMessage cursor = {RA_IPC_CURSOR, .cursor = {128, 128, 0, 0, huge}};
    g_assert_true(ra_ipc_encode(&cursor, bytes));
    g_assert_cmpint(bytes->len, <=, RA_IPC_MAX);
}

static void test_hostile(void)
{
    static const struct {
        const char *bytes;
        gsize size;
        guint from;
        const char *why;
    } cases[] = {
        {"", 0, ALL, "nothing"},
        {"\0", 1, ALL, "kind 0"},
        {"\xff", 1, ALL, "unknown kind"},
        {"\3\2\0", 3, H, "a boolean that is 2"},
        {"\3\1\x63", 3, H, "unknown reason"},
        {"\xa1\0\0\0\4", 5, H, "unknown right"},
        {"\5\x41", 2, H, "too many rectangles"},
        {"\5\1\0\0\0\0\0\0\0", 9, H, "half a rectangle"},
        {"\x60\0\1\xff", 4, HW, "no UTF-8"},
        {"\x60\0\1\0", 4, HW, "NUL in text"},
        {"\x60\0\x41"
         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
         68, HW, "identity too long"},
        {"\xa0\0\xff\0\xff\0\0\0\0", 9, H, "cursor without its pixels"},
        {"\4\0\2\0\1\0\0\0\4\0\0", 11, H, "stride below the width"},
        {"\xa5", 1, ALL, "no message to pass on"},
        {"\xa5\x52\x99\0\0\0\0\0\0", 9, ALL, "an optional kind that nobody knows"},
        {"\xa5\x52\x28\0\0\0\0\0\0\x52\x28\0\0\0\0\0\0", 17, ALL, "two messages to pass on"},
        {"\xa5\x52\x10\0\0\0\0\0\5\0\0\0\1", 13, ALL, "half a message to pass on"},
        {"\xa6\0\0\0\0\0\2ab", 9, ALL, "fewer samples than announced"},
        {"\xa6\0\0\0\0\0\0", 7, ALL, "no samples"},
        {"\xa7\2\0\0\0\0", 6, ALL, "clipboard of another format"},
        {"\xa7\0\0\x10\0\1", 6, ALL, "too much text copied"},
    };
    G_STATIC_ASSERT(RA_IPC_ASSIST == 0xa5 && RA_IPC_CLIPBOARD == 0xa7);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].why);
        g_assert_true(refuses(cases[i].from, (const guint8 *)cases[i].bytes, cases[i].size));
    }
    g_autofree guint8 *large = g_malloc0(RA_IPC_MAX + 1);
    large[0] = RA_IPC_WANT_PIXELS;
    g_assert_true(refuses(ALL, large, RA_IPC_MAX + 1));
}

void add_ipc_tests(void)
{
    g_test_add_func("/wire/ipc/messages", test_messages);
    g_test_add_func("/wire/ipc/fields", test_fields);
    g_test_add_func("/wire/ipc/more-fields", test_more_fields);
    g_test_add_func("/wire/ipc/workers-only", test_workers_only);
    g_test_add_func("/wire/ipc/limits", test_limits);
    g_test_add_func("/wire/ipc/hostile", test_hostile);
}
