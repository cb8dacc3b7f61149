/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The session's state machine, with a worker and a dialler that the test plays. */
#include "tests/viewer/player.h"
#include "tests/viewer/tests.h"

#include "base/error.h"

#include <string.h>
#include <unistd.h>

static void test_happy(void)
{
    Seen seen;
    player_start(&seen, RA_RIGHTS_ALL);
    player_assert_sent("identity Hel per 1\n");
    g_assert_cmpstr(ra_connect_name(seen.connect), ==, "Maria");
    fake_connects(0, "192.0.2.1:3389");
    fake_connects(1, "[2001:db8::1]:3389");
    player_assert_sent("socket 0 192.0.2.1:3389\nsocket 1 [2001:db8::1]:3389\n");
    fake_says_attempt_failed(0, FALSE, "no");
    g_autofree char *dialled = fake_take_dialled();
    g_assert_cmpstr(dialled, ==, "failed 0 ");
    fake_says_id(RA_IPC_SECURED, 1);
    g_assert_false(fake_dialer_alive());
    fake_says_rights(RA_RIGHT_VIEW);
    close(fake_says_screen(80, 60));
    fake_says_changed(0, 0, 80, 60);
    fake_says_kind(RA_IPC_CURSOR);
    fake_says_kind(RA_IPC_POINTER);
    close(fake_says_screen(100, 50));
    player_assert_log(
        &seen, "waiting rights-1 screen-80x60 sharing changed-1 cursor pointer screen-100x50 ");
    fake_says_ended(RA_GOODBYE_ENDED, "");
    player_assert_log(&seen, "ended(they ended the session) ");
    g_assert_cmpint(seen.code, ==, RA_ERROR_DECLINED);
    g_assert_cmpstr(seen.message, ==, "Disconnected from Maria: they ended the session");
    player_stop(&seen);
}

/* Input goes out only between the rights for it and their end. */
static void test_control(void)
{
    Seen seen;
    player_share(&seen, RA_RIGHTS_ALL);
    ra_connect_pointer(seen.connect, 1, 2, 0);
    ra_connect_key(seen.connect, TRUE, 'a', 0x1e);
    player_assert_sent("");
    ra_connect_want_control(seen.connect);
    const RaIpcMessage no = {.kind = RA_IPC_CONTROL_ANSWER, .allow = {FALSE, RA_GOODBYE_DECLINED}};
    fake_says(&no, -1);
    player_assert_log(&seen, "denied ");
    ra_connect_key(seen.connect, TRUE, 'a', 0x1e);
    player_assert_sent("want\n");
    fake_says_rights(RA_RIGHTS_ALL);
    ra_connect_pointer(seen.connect, 1, 2, 1);
    ra_connect_key(seen.connect, TRUE, 'a', 0x1e);
    ra_connect_return_control(seen.connect);
    player_assert_sent("pointer 1 2 1\nkey down 61 1e\nreturn\n");
    fake_says_rights(RA_RIGHT_VIEW);
    ra_connect_key(seen.connect, FALSE, 'a', 0x1e);
    player_assert_sent("");
    player_stop(&seen);
}

/* An invitation to look on never lets input out, whatever the worker says. */
static void test_view_only_invitation(void)
{
    Seen seen;
    player_share(&seen, RA_RIGHT_VIEW);
    ra_connect_want_control(seen.connect);
    fake_says_rights(RA_RIGHTS_ALL);
    player_assert_log(&seen, "rights-1 ");
    ra_connect_key(seen.connect, TRUE, 'a', 0x1e);
    player_assert_sent("");
    player_stop(&seen);
}

static void test_unreached(void)
{
    static const struct {
        gboolean tls, socket_fails;
        gint code;
    } cases[] = {
        {FALSE, FALSE, RA_ERROR_UNREACHABLE},
        {FALSE, TRUE, RA_ERROR_UNREACHABLE},
        {TRUE, TRUE, RA_ERROR_PASSWORD},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Seen seen;
        player_start(&seen, RA_RIGHTS_ALL);
        fake_dial_fails(0, "192.0.2.1:3389", "192.0.2.1:3389 refused the connection.");
        if (cases[i].socket_fails)
            fake_connects(1, "[2001:db8::1]:3389");
        else
            fake_dial_fails(1, "[2001:db8::1]:3389", "no route\nto \x1b[1mhost");
        fake_exhausted();
        if (cases[i].socket_fails) {
            g_assert_cmpint(seen.code, ==, -1); /* the handshake may still succeed */
            fake_says_attempt_failed(1, cases[i].tls, "no route to [1mhost");
        }
        g_assert_cmpint(seen.code, ==, cases[i].code);
        g_assert_nonnull(strstr(seen.message, "(192.0.2.1:3389 refused the connection; "
                                              "[2001:db8::1]:3389: no route to [1mhost)"));
        player_stop(&seen);
    }
}

static void test_reasons(void)
{
    static const struct {
        RaGoodbye reason;
        const char *detail;
        gboolean begun;
        gint code;
        const char *message;
    } cases[] = {
        {RA_GOODBYE_DECLINED, "", FALSE, 8, "Not connected to Maria: they declined the connection"},
        {RA_GOODBYE_BUSY, "", FALSE, 8,
         "Not connected to Maria: somebody else is helping them already"},
        {RA_GOODBYE_NO_ANSWER, "", FALSE, 8,
         "Not connected to Maria: nobody answered at their computer"},
        {RA_GOODBYE_EXPIRED, "", FALSE, 5,
         "Not connected to Maria: the invitation has expired or was cancelled"},
        {RA_GOODBYE_FORBIDDEN, "", FALSE, 9,
         "Not connected to Maria: a policy on their computer forbids it"},
        {RA_GOODBYE_LINK, "reset", TRUE, 7,
         "Disconnected from Maria: the connection was lost (reset)"},
        {RA_GOODBYE_PROTOCOL, "", TRUE, 1,
         "Disconnected from Maria: the two programs did not understand each other"},
        {RA_GOODBYE_UNKNOWN, "go\naway\x1b[2J", TRUE, 1, "Disconnected from Maria: go away [2J"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Seen seen;
        if (cases[i].begun) {
            player_share(&seen, RA_RIGHTS_ALL);
        } else {
            player_start(&seen, RA_RIGHTS_ALL);
            fake_connects(0, "192.0.2.1:3389");
            fake_says_id(RA_IPC_SECURED, 0);
        }
        seen.free_at_end = TRUE;
        fake_says_ended(cases[i].reason, cases[i].detail);
        g_assert_cmpint(seen.code, ==, cases[i].code);
        g_assert_cmpstr(seen.message, ==, cases[i].message);
        player_stop(&seen);
    }
}

/* What the worker may not say ends the session with a clear error. */
static void test_hostile(void)
{
    enum { DIAL, WAIT, SHARE };
    static const struct {
        int when;
        RaIpcKind kind;
        guint32 id;
    } cases[] = {
        {DIAL, RA_IPC_SECURED, 0},  {DIAL, RA_IPC_ATTEMPT_FAILED, 5},
        {DIAL, RA_IPC_CHANGED, 0},  {DIAL, RA_IPC_RIGHTS, 0},
        {DIAL, RA_IPC_CURSOR, 0},   {WAIT, RA_IPC_SECURED, 0},
        {WAIT, RA_IPC_CHANGED, 0},  {WAIT, RA_IPC_CURSOR, 0},
        {SHARE, RA_IPC_SECURED, 0}, {WAIT, RA_IPC_CONTROL_ANSWER, 0},
        {DIAL, RA_IPC_POINTER, 0},  {WAIT, RA_IPC_POINTER, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Seen seen;
        g_test_message("%d %d", cases[i].when, cases[i].kind);
        if (cases[i].when == SHARE) {
            player_share(&seen, RA_RIGHTS_ALL);
        } else {
            player_start(&seen, RA_RIGHTS_ALL);
            if (cases[i].when == WAIT) {
                fake_connects(0, "192.0.2.1:3389");
                fake_says_id(RA_IPC_SECURED, 0);
            }
        }
        g_string_truncate(seen.log, 0);
        RaIpcMessage message = {.kind = cases[i].kind};
        if (cases[i].kind == RA_IPC_ATTEMPT_FAILED || cases[i].kind == RA_IPC_SECURED)
            message.connection.id = cases[i].id;
        fake_says(&message, -1);
        player_assert_log(&seen, "ended(this computer's session program failed) ");
        g_assert_cmpint(seen.code, ==, RA_ERROR_FAILED);
        player_stop(&seen);
    }
}

static void test_bad_picture(void)
{
    Seen seen;
    player_start(&seen, RA_RIGHTS_ALL);
    fake_connects(0, "192.0.2.1:3389");
    fake_says_id(RA_IPC_SECURED, 0);
    seen.refuse_screen = TRUE;
    close(fake_says_screen(80, 60));
    g_assert_cmpstr(seen.message, ==, "bad picture");
    player_stop(&seen);
}

static void test_gone(void)
{
    Seen seen;
    player_share(&seen, RA_RIGHTS_ALL);
    fake_worker_dies();
    g_assert_cmpint(seen.code, ==, RA_ERROR_FAILED);
    g_assert_cmpstr(seen.message, ==, "the worker is gone");
    player_stop(&seen);

    g_autoptr(RaInvitation) invitation = fake_invitation(RA_RIGHTS_ALL);
    g_autoptr(GError) error = NULL;
    fake_reset();
    fake_refuse_worker();
    g_assert_null(
        ra_connect_new(invitation, "H", NULL, &fake_parts, &player_callbacks, &seen, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
}

/* Leaving: a goodbye, no error, also where the worker does not answer. */
static void test_leave(void)
{
    for (int answered = 0; answered < 2; answered++) {
        Seen seen;
        player_share(&seen, RA_RIGHTS_ALL);
        ra_connect_leave(seen.connect);
        ra_connect_leave(seen.connect);
        ra_connect_want_control(seen.connect);
        player_assert_sent("bye\n");
        if (answered)
            fake_says_ended(RA_GOODBYE_ENDED, "");
        while (seen.code == -1)
            g_main_context_iteration(NULL, TRUE);
        player_assert_log(&seen, "ended(you ended the session) ");
        g_assert_cmpint(seen.code, ==, 0);
        player_stop(&seen);
    }
}

/* What comes belongs to what was offered, or the worker is not to be trusted. */
static void test_offered(void)
{
    static const struct {
        guint32 features; /* 0: none were told */
        RaAssistKind kind;
        gboolean fine;
    } cases[] = {
        {RA_FEATURES_ALL, RA_ASSIST_CHAT_SEEN, TRUE},
        {RA_FEATURE_CHAT, RA_ASSIST_CHAT_SEEN, TRUE},
        {0, RA_ASSIST_CHAT_SEEN, FALSE},
        {RA_FEATURES_ALL & ~RA_FEATURE_CHAT, RA_ASSIST_CHAT_SEEN, FALSE},
        {RA_FEATURES_ALL & ~RA_FEATURE_FILES, RA_ASSIST_FILE_END, FALSE},
        {RA_FEATURE_FILES, RA_ASSIST_FILE_END, TRUE},
        {RA_FEATURES_ALL & ~RA_FEATURE_VOICE, RA_ASSIST_VOICE_WANT, FALSE},
        {RA_FEATURE_VOICE, RA_ASSIST_VOICE_WANT, TRUE},
        {RA_FEATURES_ALL & ~RA_FEATURE_CLIPBOARD, RA_ASSIST_CLIPBOARD_SHARED, FALSE},
        {RA_FEATURE_CLIPBOARD, RA_ASSIST_CLIPBOARD_SHARED, TRUE},
        {RA_FEATURE_CHAT, RA_ASSIST_PAUSED, TRUE},
        {RA_FEATURE_CHAT, RA_ASSIST_HELD, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Seen seen;
        g_test_message("%x %u", cases[i].features, cases[i].kind);
        player_share(&seen, RA_RIGHTS_ALL);
        if (cases[i].features != 0)
            fake_says_features(cases[i].features);
        g_string_truncate(seen.log, 0);
        const RaAssist assist = {.kind = cases[i].kind};
        fake_says_assist(&assist);
        g_assert_cmpint(seen.code, ==, cases[i].fine ? -1 : RA_ERROR_FAILED);
        g_assert_cmpint(strstr(seen.log->str, "message-") != NULL, ==, cases[i].fine);
        player_stop(&seen);
    }
}

static void test_broken_rule(void)
{
    Seen seen;
    player_share(&seen, RA_RIGHTS_ALL);
    fake_says_features(RA_FEATURES_ALL);
    fake_says_resume("r-1", 60);
    seen.refuse_message = TRUE;
    const RaAssist assist = {.kind = RA_ASSIST_CHAT_SEEN};
    fake_says_assist(&assist);
    player_assert_log(&seen,
                      "features-63 message-17 ended(this computer's session program failed) ");
    player_stop(&seen);
}

/* Nothing goes out before the session runs, nor what was not offered. */
static void test_send(void)
{
    const RaIpcMessage quality = {.kind = RA_IPC_ASSIST,
                                  .assist = {.kind = RA_ASSIST_QUALITY, .quality = RA_QUALITY_LOW}};
    const RaIpcMessage chat = {
        .kind = RA_IPC_ASSIST,
        .assist = {.kind = RA_ASSIST_CHAT, .chat = {.number = 1, .size = 2, .text = "hi"}}};
    Seen seen;
    player_share(&seen, RA_RIGHTS_ALL);
    ra_connect_send(seen.connect, &quality, -1);
    player_assert_sent("");
    fake_says_features(RA_FEATURE_VOICE);
    ra_connect_send(seen.connect, &quality, -1);
    ra_connect_send(seen.connect, &chat, -1);
    player_assert_sent("quality 1\n");
    fake_says_features(RA_FEATURE_CHAT);
    ra_connect_send(seen.connect, &chat, -1);
    player_assert_sent("chat 1 hi\n");
    ra_connect_leave(seen.connect);
    ra_connect_send(seen.connect, &chat, -1);
    player_assert_sent("bye\n");
    player_stop(&seen);
}

void add_connect_tests(void)
{
    g_test_add_func("/connect/offered", test_offered);
    g_test_add_func("/connect/broken-rule", test_broken_rule);
    g_test_add_func("/connect/send", test_send);
    g_test_add_func("/connect/happy", test_happy);
    g_test_add_func("/connect/control", test_control);
    g_test_add_func("/connect/view-only", test_view_only_invitation);
    g_test_add_func("/connect/unreached", test_unreached);
    g_test_add_func("/connect/reasons", test_reasons);
    g_test_add_func("/connect/hostile", test_hostile);
    g_test_add_func("/connect/bad-picture", test_bad_picture);
    g_test_add_func("/connect/gone", test_gone);
    g_test_add_func("/connect/leave", test_leave);
}
