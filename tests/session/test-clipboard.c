/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is copied at one end, and comes to the other. */
#include "tests/session/programs.h"
#include "tests/session/test-session.h"
#include "wire/clipboard.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ALL_SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };
static const RaAssist everything = {RA_ASSIST_FEATURES, .features = RA_FEATURES_ALL};

static void copy_sealed(Program *program, RaClipboardFormat format, const void *data, gsize size,
                        int seals, guint32 said)
{
    const int fd = memfd_create("copied", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    g_assert_cmpint(write(fd, data, size), ==, (gssize)size);
    g_assert_cmpint(fcntl(fd, F_ADD_SEALS, seals), ==, 0);
    RaIpcMessage message = {.kind = RA_IPC_CLIPBOARD};
    message.clipboard.format = format;
    message.clipboard.size = said;
    ra_worker_send(program->worker, &message, fd);
    close(fd);
}

static void copy(Program *program, RaClipboardFormat format, const void *data, gsize size)
{
    copy_sealed(program, format, data, size, ALL_SEALS, (guint32)size);
}

static void expect_copied(Program *program, RaClipboardFormat format, const void *data, gsize size)
{
    const RaIpcMessage message = expect(program, RA_IPC_CLIPBOARD);
    g_assert_cmpint(message.clipboard.format, ==, format);
    g_assert_cmpuint(message.clipboard.size, ==, size);
    g_assert_cmpint(fcntl(program->fd, F_GET_SEALS) & ALL_SEALS, ==, ALL_SEALS);
    g_autofree guint8 *got = g_malloc(size + 1);
    g_assert_cmpint(pread(program->fd, got, size + 1, 0), ==, (gssize)size);
    g_assert_cmpmem(got, size, data, size);
}

static void expect_nothing(Program *program)
{
    linger();
    g_assert_false(find(program, RA_IPC_CLIPBOARD, NULL));
    g_assert_false(program->gone);
}

typedef struct {
    Program host, viewer;
    Frame frame;
} Session;

/* In the middle of a session; with RIGHTS, with these FEATURES. */
static void session_start(Session *s, RaRights rights, guint32 features)
{
    const RaAssist offered = {RA_ASSIST_FEATURES, .features = features};
    frame_make(&s->frame, 0x40);
    meet(&s->host, &s->viewer);
    munmap((void *)(gintptr)show(&s->host, &s->viewer, &s->frame), STRIDE * HEIGHT);
    say(&s->host, &offered);
    g_byte_array_unref(expect_word(&s->viewer, RA_ASSIST_FEATURES));
    send_rights(&s->host, rights);
    (void)expect(&s->viewer, RA_IPC_RIGHTS);
}

static void session_stop(Session *s)
{
    frame_clear(&s->frame);
    program_stop(&s->host);
    program_stop(&s->viewer);
}

static char *long_text(gsize size)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(3);
    char *text = g_malloc(size);
    for (gsize i = 0; i < size; i++)
        text[i] = i % 60 == 59 ? '\n' : (char)g_rand_int_range(random, 32, 127);
    return text;
}

static void test_text(void)
{
    static const char text[] = "two lines\ngr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80";
    g_autofree char *most = long_text(RA_CLIPBOARD_TEXT_MAX);
    Session s;
    session_start(&s, RA_RIGHTS_ALL, RA_FEATURES_ALL);
    copy(&s.host, RA_CLIPBOARD_TEXT, text, strlen(text));
    expect_copied(&s.viewer, RA_CLIPBOARD_TEXT, text, strlen(text));
    copy(&s.viewer, RA_CLIPBOARD_TEXT, text, strlen(text));
    expect_copied(&s.host, RA_CLIPBOARD_TEXT, text, strlen(text));
    copy(&s.host, RA_CLIPBOARD_TEXT, most, RA_CLIPBOARD_TEXT_MAX);
    expect_copied(&s.viewer, RA_CLIPBOARD_TEXT, most, RA_CLIPBOARD_TEXT_MAX);
    copy(&s.viewer, RA_CLIPBOARD_TEXT, most, RA_CLIPBOARD_TEXT_MAX);
    expect_copied(&s.host, RA_CLIPBOARD_TEXT, most, RA_CLIPBOARD_TEXT_MAX);
    session_stop(&s);
}

/* What a program says that is not so goes nowhere. */
static void test_files(void)
{
    Session s;
    session_start(&s, RA_RIGHTS_ALL, RA_FEATURES_ALL);
    copy_sealed(&s.viewer, RA_CLIPBOARD_TEXT, "text", 4, F_SEAL_SHRINK, 4);
    copy_sealed(&s.viewer, RA_CLIPBOARD_TEXT, "text", 4, ALL_SEALS, 5);
    copy_sealed(&s.viewer, RA_CLIPBOARD_TEXT, "text", 4, ALL_SEALS, 3);
    copy(&s.viewer, RA_CLIPBOARD_TEXT, "\xff", 1);
    copy(&s.viewer, RA_CLIPBOARD_TEXT, "", 0);
    expect_nothing(&s.host);
    copy(&s.viewer, RA_CLIPBOARD_TEXT, "text", 4);
    expect_copied(&s.host, RA_CLIPBOARD_TEXT, "text", 4);
    session_stop(&s);
}

static void test_allowed(void)
{
    static const struct {
        RaRights rights;
        guint32 features;
    } cases[] = {
        {RA_RIGHT_VIEW, RA_FEATURES_ALL},
        {RA_RIGHTS_ALL, RA_FEATURES_ALL & ~(guint)RA_FEATURE_CLIPBOARD},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Session s;
        session_start(&s, cases[i].rights, cases[i].features);
        copy(&s.host, RA_CLIPBOARD_TEXT, "text", 4);
        copy(&s.viewer, RA_CLIPBOARD_TEXT, "text", 4);
        copy(&s.viewer, RA_CLIPBOARD_PNG, "\x89PNG\r\n\x1a\npicture", 15);
        expect_nothing(&s.viewer);
        expect_nothing(&s.host);
        session_stop(&s);
    }
}

static void test_pictures(void)
{
    const gsize size = 700 * 1000;
    g_autofree char *picture = long_text(size);
    memcpy(picture, "\x89PNG\r\n\x1a\n", 8);
    Session s;
    session_start(&s, RA_RIGHTS_ALL, RA_FEATURES_ALL);
    copy(&s.host, RA_CLIPBOARD_PNG, picture, size);
    expect_copied(&s.viewer, RA_CLIPBOARD_PNG, picture, size);
    copy(&s.viewer, RA_CLIPBOARD_PNG, picture, size);
    expect_copied(&s.host, RA_CLIPBOARD_PNG, picture, size);
    /* Two at a time: the second counts, whole. */
    copy(&s.viewer, RA_CLIPBOARD_PNG, picture, size);
    copy(&s.viewer, RA_CLIPBOARD_PNG, picture, size / 2);
    RaIpcMessage message = expect(&s.host, RA_IPC_CLIPBOARD);
    while (message.clipboard.size != size / 2)
        message = expect(&s.host, RA_IPC_CLIPBOARD);
    copy(&s.viewer, RA_CLIPBOARD_PNG, "no picture", 10);
    expect_nothing(&s.host);
    session_stop(&s);
}

static const gint32 ours[] = {RA_RFB_RAW, RA_RFB_ASSIST};
static const gint32 stock[] = {RA_RFB_RAW, RA_RFB_EXTENDED_CLIPBOARD};

/* Pieces out of order, of another total: the end of the session. Without control: nothing. */
static void test_liars(void)
{
    static const guint8 bytes[4] = {1, 2, 3, 4};
    static const struct {
        guint32 total[2], offset[2];
        RaRights rights;
        gboolean ends;
    } cases[] = {
        {{100, 100}, {0, 5}, RA_RIGHTS_ALL, TRUE},
        {{100, 101}, {0, 4}, RA_RIGHTS_ALL, TRUE},
        {{100, 100}, {8, 8}, RA_RIGHTS_ALL, FALSE},
        {{100, 100}, {0, 5}, RA_RIGHT_VIEW, FALSE},
    };
    Frame frame;
    frame_make(&frame, 0x40);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Program host;
        Liar liar;
        meet_liar(&host, &liar, &frame, RA_ASSIST_PAYLOAD_MAX, ours, 2);
        say(&host, &everything);
        send_rights(&host, cases[i].rights);
        liar_listen(&liar, 20);
        for (guint k = 0; k < 2; k++) {
            const RaAssist piece = {RA_ASSIST_CLIPBOARD_PICTURE,
                                    .picture = {cases[i].total[k], cases[i].offset[k], 4, bytes}};
            liar_assist(&liar, &piece);
        }
        if (cases[i].ends)
            g_assert_cmpint(expect(&host, RA_IPC_ENDED).ended.reason, ==, RA_GOODBYE_PROTOCOL);
        else
            expect_nothing(&host);
        liar_clear(&liar);
        program_stop(&host);
    }
    frame_clear(&frame);
}

static void liar_clip(Liar *liar, const GByteArray *content)
{
    RaRfbClientMessage message = {.kind = RA_RFB_CLIENT_CUT_TEXT};
    message.cut_text.bytes = content->data;
    message.cut_text.size = content->len;
    message.cut_text.extended = TRUE;
    liar_encode(liar, &message);
}

/* Where NEEDLE stands in what the host has sent; fails if it does not come. */
static const guint8 *find_bytes(Liar *liar, const char *needle, gsize size)
{
    const guint8 *at;
    while ((at = memmem(liar->got->data, liar->got->len, needle, size)) == NULL)
        liar_hear(liar, liar->got->len + 1);
    return at;
}

/* A stock viewer that speaks the extended clipboard as TigerVNC does: it tells, is asked, and
 * asks. */
static void test_stock_extended(void)
{
    g_autoptr(GBytes) text = g_bytes_new_static("theirs\n", 7);
    g_autoptr(GByteArray) content = g_byte_array_new();
    Program host;
    Liar liar;
    Frame frame;
    frame_make(&frame, 0x40);
    meet_liar(&host, &liar, &frame, 0, stock, 2);
    say(&host, &everything);
    send_rights(&host, RA_RIGHTS_ALL);
    liar_listen(&liar, 20);
    (void)find_bytes(&liar, "\3\0\0\0\xff\xff\xff\xf8\x1f\0\0\1", 12); /* caps */
    g_byte_array_append(content, (const guint8 *)"\x1f\0\0\1\0\0\0\0", 8);
    liar_clip(&liar, content); /* takes nothing unasked */
    g_byte_array_set_size(content, 0);
    ra_clip_write(content, RA_CLIP_NOTIFY, RA_CLIP_TEXT);
    liar_clip(&liar, content);
    liar_listen(&liar, 50);
    (void)find_bytes(&liar, "\3\0\0\0\xff\xff\xff\xfc\2\0\0\1", 12); /* request */
    g_byte_array_set_size(content, 0);
    g_assert_true(ra_clip_write_provide(content, text));
    liar_clip(&liar, content);
    expect_copied(&host, RA_CLIPBOARD_TEXT, "theirs\n", 7);

    copy(&host, RA_CLIPBOARD_TEXT, "ours", 4);
    liar_listen(&liar, 50);
    (void)find_bytes(&liar, "\3\0\0\0\xff\xff\xff\xfc\x08\0\0\1", 12); /* notify */
    g_byte_array_set_size(liar.got, 0);
    g_byte_array_set_size(content, 0);
    ra_clip_write(content, RA_CLIP_REQUEST, RA_CLIP_TEXT);
    liar_clip(&liar, content);
    liar_hear(&liar, 9);
    liar_listen(&liar, 50);
    RaClip clip;
    g_assert_true(ra_clip_decode(liar.got->data + 8, liar.got->len - 8, &clip));
    g_assert_cmpmem(g_bytes_get_data(clip.text, NULL), g_bytes_get_size(clip.text), "ours", 4);
    ra_clip_clear(&clip);

    /* Control is over: what was copied is no longer given away. */
    send_rights(&host, RA_RIGHT_VIEW);
    liar_listen(&liar, 20);
    g_byte_array_set_size(liar.got, 0);
    liar_clip(&liar, content);
    liar_listen(&liar, 50);
    g_assert_cmpuint(liar.got->len, ==, 0);
    liar_clear(&liar);
    program_stop(&host);
    frame_clear(&frame);
}

/* The oldest way: Latin-1. And who speaks the new one unasked lies. */
static void test_stock_plain(void)
{
    RaRfbClientMessage message = {.kind = RA_RFB_CLIENT_CUT_TEXT};
    Program host;
    Liar liar;
    Frame frame;
    frame_make(&frame, 0x40);
    meet_liar(&host, &liar, &frame, 0, stock, 1);
    say(&host, &everything);
    send_rights(&host, RA_RIGHTS_ALL);
    liar_listen(&liar, 20);
    message.cut_text.bytes = (const guint8 *)"Gr\xfc\xdf";
    message.cut_text.size = 4;
    liar_encode(&liar, &message);
    expect_copied(&host, RA_CLIPBOARD_TEXT, "Gr\xc3\xbc\xc3\x9f", 6);
    copy(&host, RA_CLIPBOARD_TEXT, "\xc3\xbc\xe2\x82\xac", 5);
    liar_listen(&liar, 50);
    (void)find_bytes(&liar, "\3\0\0\0\0\0\0\2\xfc?", 10);
    message.cut_text.bytes = (const guint8 *)"\x08\0\0\1";
    message.cut_text.extended = TRUE;
    liar_encode(&liar, &message);
    g_assert_cmpint(expect(&host, RA_IPC_ENDED).ended.reason, ==, RA_GOODBYE_PROTOCOL);
    liar_clear(&liar);
    program_stop(&host);
    frame_clear(&frame);
}

void ra_test_clipboard(void)
{
    g_test_add_func("/session/clipboard/text", test_text);
    g_test_add_func("/session/clipboard/files", test_files);
    g_test_add_func("/session/clipboard/allowed", test_allowed);
    g_test_add_func("/session/clipboard/pictures", test_pictures);
    g_test_add_func("/session/clipboard/liars", test_liars);
    g_test_add_func("/session/clipboard/stock-extended", test_stock_extended);
    g_test_add_func("/session/clipboard/stock-plain", test_stock_plain);
}
