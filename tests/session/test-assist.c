/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The assistance messages between two programs, through their workers. */
#include "tests/session/programs.h"
#include "tests/session/test-session.h"
#include "wire/decoder.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define HELPER RA_ASSIST_FROM_HELPER
#define NOVICE RA_ASSIST_FROM_NOVICE

static const RaAssist everything = {RA_ASSIST_FEATURES, .features = RA_FEATURES_ALL};

/* Two workers in the middle of a session. */
typedef struct {
    Program host, viewer;
    Frame frame;
    const guint8 *picture;
} Session;

static void session_start(Session *s)
{
    frame_make(&s->frame, 0x40);
    meet(&s->host, &s->viewer);
    s->picture = show(&s->host, &s->viewer, &s->frame);
}

static void session_stop(Session *s)
{
    munmap((void *)(gintptr)s->picture, STRIDE * HEIGHT);
    frame_clear(&s->frame);
    program_stop(&s->host);
    program_stop(&s->viewer);
}

static void assert_word(GByteArray *word, const RaAssist *message)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_assert_true(ra_assist_write(message, HELPER | NOVICE, bytes));
    g_assert_cmpmem(word->data, word->len, bytes->data, bytes->len);
    g_byte_array_unref(word);
}

/* Each kind comes to the other program as it was said, or, where it is not for the other program,
 * does not come. */
static void test_relay(void)
{
    static const guint8 some[] = "some bytes";
    static const struct {
        RaAssist message;
        guint from;
    } cases[] = {
        {{RA_ASSIST_RESUME, .resume = {"r-1", "0123456789abcdef0123456789ABCDE", 60}}, NOVICE},
        {{RA_ASSIST_HELD, .flag = TRUE}, NOVICE},
        {{RA_ASSIST_PAUSED, .flag = FALSE}, NOVICE},
        {{RA_ASSIST_CHAT, .chat = {1, 6, "gr\xc3\xbc\xc3\x9f"}}, HELPER | NOVICE},
        {{RA_ASSIST_CHAT_SEEN, .number = 1}, HELPER | NOVICE},
        {{RA_ASSIST_FILE_OFFER, .offer = {1, 10, "a.txt", "text/plain"}}, HELPER | NOVICE},
        {{RA_ASSIST_FILE_ANSWER, .file_answer = {1, TRUE, 0}}, HELPER | NOVICE},
        {{RA_ASSIST_FILE_DATA, .piece = {1, 0, 10, some}}, HELPER | NOVICE},
        {{RA_ASSIST_FILE_TAKEN, .piece = {1, 10, 0, NULL}}, HELPER | NOVICE},
        {{RA_ASSIST_FILE_END, .file_end = {1, {1, 2, 3}}}, HELPER | NOVICE},
        {{RA_ASSIST_FILE_CLOSE, .file_close = {1, FALSE, RA_FILE_DONE}}, HELPER | NOVICE},
        {{RA_ASSIST_VOICE_WANT}, HELPER | NOVICE},
        {{RA_ASSIST_VOICE_ANSWER, .answer = {FALSE, RA_GOODBYE_DECLINED}}, HELPER | NOVICE},
        {{RA_ASSIST_VOICE_MUTED, .flag = TRUE}, HELPER | NOVICE},
        {{RA_ASSIST_VOICE_END}, HELPER | NOVICE},
        {{RA_ASSIST_CLIPBOARD_SHARED, .flag = TRUE}, HELPER | NOVICE},
        {{RA_ASSIST_POINT, .point = {10, 20, RA_POINT_DOWN}}, HELPER},
        {{RA_ASSIST_MONITORS, .monitors = {1, 0, {{1920, 1080, "DP-1"}}}}, NOVICE},
        {{RA_ASSIST_MONITOR, .number = 0}, HELPER},
    };
    Session s;
    session_start(&s);
    say(&s.host, &everything);
    assert_word(expect_word(&s.viewer, RA_ASSIST_FEATURES), &everything);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const RaAssist *message = &cases[i].message;
        if (cases[i].from & NOVICE) {
            say(&s.host, message);
            assert_word(expect_word(&s.viewer, message->kind), message);
        }
        if (cases[i].from & HELPER) {
            say(&s.viewer, message);
            assert_word(expect_word(&s.host, message->kind), message);
        }
    }
    const RaAssist quality = {RA_ASSIST_QUALITY, .quality = RA_QUALITY_LOW};
    say(&s.viewer, &quality);
    linger();
    g_assert_cmpuint(s.host.words->len, ==, 0); /* the worker's own */
    g_assert_false(s.host.gone || s.viewer.gone);
    session_stop(&s);
}

/* What programs say too early comes later; what is not offered does not come. */
static void test_features(void)
{
    static const RaAssist some = {RA_ASSIST_FEATURES, .features = RA_FEATURE_CHAT};
    static const RaAssist chat = {RA_ASSIST_CHAT, .chat = {1, 2, "hi"}};
    static const RaAssist offer = {RA_ASSIST_FILE_OFFER, .offer = {1, 1, "a", ""}};
    static const RaAssist resume = {RA_ASSIST_RESUME, .resume = {"r-2", {7}, 60}};
    Session s;
    session_start(&s);
    say(&s.viewer, &chat);
    say(&s.viewer, &offer);
    say(&s.host, &resume);
    say(&s.host, &chat);
    linger();
    g_assert_cmpuint(s.host.words->len, ==, 0);
    g_assert_cmpuint(s.viewer.words->len, ==, 0);
    say(&s.host, &some);
    assert_word(expect_word(&s.host, RA_ASSIST_CHAT), &chat);
    assert_word(expect_word(&s.viewer, RA_ASSIST_FEATURES), &some);
    assert_word(expect_word(&s.viewer, RA_ASSIST_RESUME), &resume);
    assert_word(expect_word(&s.viewer, RA_ASSIST_CHAT), &chat);
    say(&s.host, &offer);
    say(&s.viewer, &offer);
    linger();
    g_assert_cmpuint(s.host.words->len, ==, 0);
    g_assert_cmpuint(s.viewer.words->len, ==, 0);
    session_stop(&s);
}

/* Before the viewer has listed what it takes: all in its order, FEATURES first. */
static void test_early(void)
{
    static const RaAssist chat = {RA_ASSIST_CHAT, .chat = {1, 2, "hi"}};
    static const RaAssist held = {RA_ASSIST_HELD, .flag = TRUE};
    Program host, viewer;
    Frame frame;
    frame_make(&frame, 0x40);
    meet(&host, &viewer);
    send_allow(&host, TRUE, RA_GOODBYE_UNKNOWN);
    say(&host, &chat);
    say(&host, &everything);
    say(&host, &held);
    send_frame(&host, &frame);
    send_rights(&host, RA_RIGHT_VIEW);
    (void)expect(&viewer, RA_IPC_RIGHTS);
    assert_word(expect_word(&viewer, RA_ASSIST_HELD), &held);
    g_assert_cmpuint(viewer.words->len, ==, 2);
    g_assert_cmpint(((GByteArray *)viewer.words->pdata[0])->data[1], ==, RA_ASSIST_FEATURES);
    g_assert_cmpint(((GByteArray *)viewer.words->pdata[1])->data[1], ==, RA_ASSIST_CHAT);
    frame_clear(&frame);
    program_stop(&host);
    program_stop(&viewer);
}

static const gint32 ours[] = {RA_RFB_RAW, RA_RFB_ASSIST};

/* A viewer that says what it may not say now. */
static void test_lies(void)
{
    static const struct {
        RaAssist message;
        guint32 features; /* that the host offers; 0: none yet */
        guint listed;     /* of the encodings above */
        RaRights rights;
    } cases[] = {
        {{RA_ASSIST_CHAT, .chat = {1, 1, "x"}}, 0, 2, RA_RIGHT_VIEW},
        {{RA_ASSIST_FILE_OFFER, .offer = {1, 1, "a", ""}}, RA_FEATURE_CHAT, 2, RA_RIGHT_VIEW},
        {{RA_ASSIST_VOICE_SOUND, .sound = {1, 1, (const guint8 *)"x"}},
         RA_FEATURE_CHAT,
         2,
         RA_RIGHT_VIEW},
        {{RA_ASSIST_QUALITY, .quality = RA_QUALITY_LOW}, 0, 2, RA_RIGHT_VIEW},
        {{RA_ASSIST_MONITOR, .number = 0}, 0, 2, RA_RIGHT_VIEW},
        {{RA_ASSIST_WANT_CONTROL}, RA_FEATURES_ALL, 1, RA_RIGHT_VIEW},
        {{RA_ASSIST_CHAT, .chat = {1, 1, "x"}}, RA_FEATURES_ALL, 1, RA_RIGHT_VIEW},
        {{RA_ASSIST_RIGHTS, .rights = RA_RIGHTS_ALL}, RA_FEATURES_ALL, 2, RA_RIGHT_VIEW},
        {{RA_ASSIST_HELD, .flag = TRUE}, RA_FEATURES_ALL, 2, RA_RIGHT_VIEW},
        {{RA_ASSIST_RESUME, .resume = {"r-1", {1}, 60}}, RA_FEATURES_ALL, 2, RA_RIGHT_VIEW},
    };
    Frame frame;
    frame_make(&frame, 0x40);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Program host;
        Liar liar;
        g_test_message("case %zu, kind %d", i, cases[i].message.kind);
        meet_liar(&host, &liar, &frame, RA_ASSIST_PAYLOAD_MAX, ours, cases[i].listed);
        const RaAssist features = {RA_ASSIST_FEATURES, .features = cases[i].features};
        if (cases[i].features != 0)
            say(&host, &features);
        liar_listen(&liar, 20);
        liar_assist(&liar, &cases[i].message);
        g_assert_cmpint(expect(&host, RA_IPC_ENDED).ended.reason, ==, RA_GOODBYE_PROTOCOL);
        g_assert_null(find_word(&host, cases[i].message.kind));
        liar_clear(&liar);
        program_stop(&host);
    }
    frame_clear(&frame);
}

/* TRUE if the bytes that a viewer was sent after the handshake have an assistance message. */
static gboolean has_assist(const Liar *liar, gsize from)
{
    static guint8 pixels[STRIDE * HEIGHT];
    g_autoptr(RaDecoder) decoder = ra_decoder_new(WIDTH, HEIGHT);
    gsize at = from;
    for (;;) {
        RaServerEvent event;
        gsize used = 0;
        const RaDecode result =
            ra_decoder_step(decoder, liar->got->data + at, liar->got->len - at, &used, &event);
        g_assert_cmpint(result, !=, RA_DECODE_BAD);
        at += used;
        if (result == RA_DECODE_MORE)
            return FALSE;
        if (event.kind == RA_EVENT_RESIZE)
            ra_decoder_set_frame(decoder, pixels, STRIDE);
        if (event.kind == RA_EVENT_ASSIST)
            return TRUE;
    }
}

/* Version, list of security types, result, ServerInit with "Anna's desktop". */
enum { STOCK_START = 12 + 2 + 4 + 24 + 14 };

/* A stock viewer hears nothing of what it does not understand, and leaves as it always did. */
static void test_stock(void)
{
    static const RaAssist chat = {RA_ASSIST_CHAT, .chat = {1, 2, "hi"}};
    static const RaAssist paused = {RA_ASSIST_PAUSED, .flag = TRUE};
    Frame frame;
    Program host;
    Liar liar;
    frame_make(&frame, 0x40);
    meet_liar(&host, &liar, &frame, 0, ours, 1);
    say(&host, &everything);
    say(&host, &chat);
    say(&host, &paused);
    send_rights(&host, RA_RIGHTS_ALL);
    liar_listen(&liar, 100);
    g_assert_false(has_assist(&liar, STOCK_START));
    GByteArray *shared = expect_word(&host, RA_ASSIST_CLIPBOARD_SHARED);
    g_assert_cmpint(shared->data[RA_ASSIST_HEAD_SIZE], ==, 1);
    g_byte_array_unref(shared);
    liar_clear(&liar);
    const RaIpcMessage ended = expect(&host, RA_IPC_ENDED);
    g_assert_cmpint(ended.ended.reason, ==, RA_GOODBYE_ENDED);
    program_stop(&host);
    frame_clear(&frame);
}

/* Our own viewer says goodbye before it closes; without, the link broke. */
static void test_no_goodbye(void)
{
    Frame frame;
    Program host;
    Liar liar;
    frame_make(&frame, 0x40);
    meet_liar(&host, &liar, &frame, RA_ASSIST_PAYLOAD_MAX, ours, 2);
    liar_clear(&liar);
    g_assert_cmpint(expect(&host, RA_IPC_ENDED).ended.reason, ==, RA_GOODBYE_LINK);
    program_stop(&host);
    meet_liar(&host, &liar, &frame, RA_ASSIST_PAYLOAD_MAX, ours, 2);
    const RaAssist goodbye = {RA_ASSIST_GOODBYE, .end = {RA_GOODBYE_ENDED, "bye"}};
    liar_assist(&liar, &goodbye);
    g_assert_cmpint(expect(&host, RA_IPC_ENDED).ended.reason, ==, RA_GOODBYE_ENDED);
    liar_clear(&liar);
    program_stop(&host);
    frame_clear(&frame);
}

/* An end that takes little gets short pieces, and no message that is too long. */
static void test_payload_max(void)
{
    static guint8 bytes[RA_FILE_PIECE_MAX];
    static char text[RA_CHAT_TEXT_MAX];
    memset(text, 'x', sizeof text);
    const RaAssist chat = {RA_ASSIST_CHAT, .chat = {1, sizeof text, text}};
    const RaAssist data = {RA_ASSIST_FILE_DATA, .piece = {1, 5, sizeof bytes, bytes}};
    Frame frame;
    Program host;
    Liar liar;
    frame_make(&frame, 0x40);
    for (gsize i = 0; i < sizeof bytes; i++)
        bytes[i] = (guint8)(i * 7);
    meet_liar(&host, &liar, &frame, RA_ASSIST_PAYLOAD_LEAST, ours, 2);
    say(&host, &everything);
    liar_listen(&liar, 50);
    g_byte_array_set_size(liar.got, 0);
    say(&host, &chat);
    say(&host, &data);
    liar_hear(&liar, sizeof bytes);
    liar_listen(&liar, 200);
    gsize at = 0, taken = 0;
    RaAssist message;
    for (gsize used = 0; at < liar.got->len; at += used) {
        g_assert_cmpint(
            ra_assist_decode(liar.got->data + at, liar.got->len - at, NOVICE, &message, &used), ==,
            RA_DECODE_OK);
        g_assert_cmpuint(used, <=, RA_ASSIST_PAYLOAD_LEAST + RA_ASSIST_HEAD_SIZE);
        if (message.kind == RA_ASSIST_PING)
            continue;
        g_assert_cmpint(message.kind, ==, RA_ASSIST_FILE_DATA);
        g_assert_cmpuint(message.piece.offset, ==, 5 + taken);
        g_assert_cmpmem(message.piece.data, message.piece.size, bytes + taken, message.piece.size);
        taken += message.piece.size;
    }
    g_assert_cmpuint(taken, ==, sizeof bytes);
    liar_clear(&liar);
    program_stop(&host);
    frame_clear(&frame);
}

static gboolean find_key(const char *identity G_GNUC_UNUSED, guint8 *ret,
                         gpointer data G_GNUC_UNUSED)
{
    memcpy(ret, key, RA_LINK_KEY_SIZE);
    return TRUE;
}

/* A viewer's program, and a liar as its host, up to the running session. */
static void meet_lying_host(Program *viewer, Liar *liar)
{
    int pair[2];
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
    program_start(viewer, RA_WORKER_VIEWER);
    introduce(viewer, IDENTITY, key);
    offer_socket(viewer, 1, pair[1]);
    *liar = (Liar){.link = ra_link_new_server(pair[0], find_key, NULL), .got = g_byte_array_new()};
    for (guint i = 0; i < 5000 && ra_link_handshake(liar->link, NULL) != RA_LINK_OK; i++) {
        g_main_context_iteration(NULL, FALSE);
        g_usleep(1000);
    }
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    const RaHello hello = {RA_HELLO_VERSION, RA_ASSIST_PAYLOAD_MAX, "Liar"};
    g_assert_true(ra_hello_write(&hello, bytes));
    g_byte_array_append(bytes, (const guint8 *)"RFB 003.008\n\1\1\0\0\0\0", 18);
    ra_rfb_write_server_init(bytes, WIDTH, HEIGHT, &ra_pixel_format_native, "desktop");
    liar_say(liar, bytes->data, bytes->len);
    (void)expect(viewer, RA_IPC_SCREEN);
    liar_listen(liar, 20);
}

/* The same rules for a host. */
static void test_host_lies(void)
{
    static const guint8 some[4] = {1, 2, 3, 4};
    static const RaAssist rights = {RA_ASSIST_RIGHTS, .rights = RA_RIGHTS_ALL};
    static const struct {
        RaAssist message;
        guint32 features; /* said before; 0: none */
        gboolean ends;
    } cases[] = {
        {{RA_ASSIST_CHAT, .chat = {1, 1, "x"}}, 0, TRUE},
        {{RA_ASSIST_PAUSED, .flag = TRUE}, 0, TRUE},
        {{RA_ASSIST_FILE_OFFER, .offer = {1, 1, "a", ""}}, RA_FEATURE_CHAT, TRUE},
        {{RA_ASSIST_VOICE_SOUND, .sound = {1, 4, some}}, RA_FEATURE_CHAT, TRUE},
        {{RA_ASSIST_WANT_CONTROL}, RA_FEATURES_ALL, TRUE},
        {{RA_ASSIST_POINT, .point = {1, 1, RA_POINT_DOWN}}, RA_FEATURES_ALL, TRUE},
        {{RA_ASSIST_CLIPBOARD_PICTURE, .picture = {9, 4, 4, some}}, RA_FEATURES_ALL, FALSE},
        {{RA_ASSIST_PONG, .number = 77}, 0, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Program viewer;
        Liar liar;
        g_test_message("case %zu, kind %d", i, cases[i].message.kind);
        meet_lying_host(&viewer, &liar);
        const RaAssist features = {RA_ASSIST_FEATURES, .features = cases[i].features};
        liar_assist(&liar, &rights);
        if (cases[i].features != 0)
            liar_assist(&liar, &features);
        liar_assist(&liar, &cases[i].message);
        if (cases[i].ends) {
            g_assert_cmpint(expect(&viewer, RA_IPC_ENDED).ended.reason, ==, RA_GOODBYE_PROTOCOL);
        } else {
            linger();
            g_assert_false(find(&viewer, RA_IPC_ENDED, NULL));
        }
        g_assert_null(find_word(&viewer, cases[i].message.kind));
        liar_clear(&liar);
        program_stop(&viewer);
    }
}

/* A clipboard that is none. */
static void test_host_clipboard(void)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    Program viewer;
    Liar liar;
    meet_lying_host(&viewer, &liar);
    g_assert_true(ra_rfb_write_server_extended_cut_text(out, (const guint8 *)"\x10\0\0\1x", 5));
    liar_say(&liar, out->data, out->len);
    g_assert_cmpint(expect(&viewer, RA_IPC_ENDED).ended.reason, ==, RA_GOODBYE_PROTOCOL);
    liar_clear(&liar);
    program_stop(&viewer);
}

void ra_test_assist(void)
{
    g_test_add_func("/session/assist/host-lies", test_host_lies);
    g_test_add_func("/session/assist/host-clipboard", test_host_clipboard);
    g_test_add_func("/session/assist/relay", test_relay);
    g_test_add_func("/session/assist/features", test_features);
    g_test_add_func("/session/assist/early", test_early);
    g_test_add_func("/session/assist/lies", test_lies);
    g_test_add_func("/session/assist/stock", test_stock);
    g_test_add_func("/session/assist/no-goodbye", test_no_goodbye);
    g_test_add_func("/session/assist/payload-max", test_payload_max);
}
