/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The session's state machine, with a worker and a dialler that the test plays. */
#include "tests/viewer/fakes.h"
#include "tests/viewer/tests.h"

#include "base/error.h"
#include "viewer/outcome.h"

#include <string.h>
#include <unistd.h>

typedef struct {
    RaConnect *connect;
    GString *log;
    gboolean refuse_screen, free_at_end;
    gint code; /* of the end: -1 none yet, 0 without an error */
    char *message;
} Seen;

static void on_state(RaConnect *connect, RaConnectState state, gpointer data)
{
    (void)connect;
    g_string_append(((Seen *)data)->log, state == RA_CONNECT_WAITING ? "waiting " : "sharing ");
}

static gboolean on_screen(RaConnect *connect, const RaIpcMessage *message, int fd, gpointer data,
                          GError **error)
{
    (void)connect;
    Seen *seen = data;
    g_assert_cmpint(fd, >=, 0);
    g_string_append_printf(seen->log, "screen-%ux%u ", message->frame.width, message->frame.height);
    if (seen->refuse_screen)
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "bad picture");
    return !seen->refuse_screen;
}

static void on_changed(RaConnect *connect, const RaIpcMessage *message, gpointer data)
{
    (void)connect;
    g_string_append_printf(((Seen *)data)->log, "changed-%u ", message->rects.n);
}

static void on_cursor(RaConnect *connect, const RaIpcMessage *message, gpointer data)
{
    (void)connect;
    (void)message;
    g_string_append(((Seen *)data)->log, "cursor ");
}

static void on_pointer(RaConnect *connect, const RaIpcMessage *message, gpointer data)
{
    (void)connect;
    (void)message;
    g_string_append(((Seen *)data)->log, "pointer ");
}

static void on_rights(RaConnect *connect, RaRights rights, gpointer data)
{
    (void)connect;
    g_string_append_printf(((Seen *)data)->log, "rights-%u ", rights);
}

static void on_denied(RaConnect *connect, gpointer data)
{
    (void)connect;
    g_string_append(((Seen *)data)->log, "denied ");
}

static void on_ended(RaConnect *connect, const char *reason, const GError *error, gpointer data)
{
    Seen *seen = data;
    g_assert_cmpint(seen->code, ==, -1);
    g_string_append_printf(seen->log, "ended(%s) ", reason);
    seen->code = error == NULL ? 0 : ra_error_exit_code(error);
    seen->message = g_strdup(error != NULL ? error->message : "");
    if (seen->free_at_end) {
        ra_connect_free(connect);
        seen->connect = NULL;
    }
}

static const RaConnectCallbacks callbacks = {
    .state = on_state,
    .screen = on_screen,
    .changed = on_changed,
    .cursor = on_cursor,
    .pointer = on_pointer,
    .rights = on_rights,
    .control_denied = on_denied,
    .ended = on_ended,
};

static void start(Seen *seen, RaRights rights)
{
    g_autoptr(RaInvitation) invitation = fake_invitation(rights);
    g_autoptr(GError) error = NULL;
    *seen = (Seen){.log = g_string_new(NULL), .code = -1};
    fake_reset();
    seen->connect =
        ra_connect_new(invitation, "Hel\nper", NULL, &fake_parts, &callbacks, seen, &error);
    g_assert_no_error(error);
}

static void stop(Seen *seen)
{
    ra_connect_free(seen->connect);
    g_string_free(seen->log, TRUE);
    g_free(seen->message);
    g_assert_false(fake_worker_alive());
    g_assert_false(fake_dialer_alive());
}

static void assert_log(Seen *seen, const char *log)
{
    g_assert_cmpstr(seen->log->str, ==, log);
    g_string_truncate(seen->log, 0);
}

static void assert_sent(const char *sent)
{
    g_autofree char *text = fake_take_sent();
    g_assert_cmpstr(text, ==, sent);
}

/* As far as the first screen. */
static void share(Seen *seen, RaRights rights)
{
    start(seen, rights);
    fake_connects(0, "192.0.2.1:3389");
    fake_says_id(RA_IPC_SECURED, 0);
    close(fake_says_screen(80, 60));
    g_free(fake_take_sent());
    assert_log(seen, "waiting screen-80x60 sharing ");
}

static void test_happy(void)
{
    Seen seen;
    start(&seen, RA_RIGHTS_ALL);
    assert_sent("identity Hel per 1\n");
    g_assert_cmpstr(ra_connect_name(seen.connect), ==, "Maria");
    fake_connects(0, "192.0.2.1:3389");
    fake_connects(1, "[2001:db8::1]:3389");
    assert_sent("socket 0 192.0.2.1:3389\nsocket 1 [2001:db8::1]:3389\n");
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
    assert_log(&seen,
               "waiting rights-1 screen-80x60 sharing changed-1 cursor pointer screen-100x50 ");
    fake_says_ended(RA_GOODBYE_ENDED, "");
    assert_log(&seen, "ended(they ended the session) ");
    g_assert_cmpint(seen.code, ==, RA_ERROR_DECLINED);
    g_assert_cmpstr(seen.message, ==, "Disconnected from Maria: they ended the session");
    stop(&seen);
}

/* Input goes out only between the rights for it and their end. */
static void test_control(void)
{
    Seen seen;
    share(&seen, RA_RIGHTS_ALL);
    ra_connect_pointer(seen.connect, 1, 2, 0);
    ra_connect_key(seen.connect, TRUE, 'a', 0x1e);
    assert_sent("");
    ra_connect_want_control(seen.connect);
    const RaIpcMessage no = {.kind = RA_IPC_CONTROL_ANSWER, .allow = {FALSE, RA_GOODBYE_DECLINED}};
    fake_says(&no, -1);
    assert_log(&seen, "denied ");
    ra_connect_key(seen.connect, TRUE, 'a', 0x1e);
    assert_sent("want\n");
    fake_says_rights(RA_RIGHTS_ALL);
    ra_connect_pointer(seen.connect, 1, 2, 1);
    ra_connect_key(seen.connect, TRUE, 'a', 0x1e);
    ra_connect_return_control(seen.connect);
    assert_sent("pointer 1 2 1\nkey down 61 1e\nreturn\n");
    fake_says_rights(RA_RIGHT_VIEW);
    ra_connect_key(seen.connect, FALSE, 'a', 0x1e);
    assert_sent("");
    stop(&seen);
}

/* An invitation to look on never lets input out, whatever the worker says. */
static void test_view_only_invitation(void)
{
    Seen seen;
    share(&seen, RA_RIGHT_VIEW);
    ra_connect_want_control(seen.connect);
    fake_says_rights(RA_RIGHTS_ALL);
    assert_log(&seen, "rights-1 ");
    ra_connect_key(seen.connect, TRUE, 'a', 0x1e);
    assert_sent("");
    stop(&seen);
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
        start(&seen, RA_RIGHTS_ALL);
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
        stop(&seen);
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
            share(&seen, RA_RIGHTS_ALL);
        } else {
            start(&seen, RA_RIGHTS_ALL);
            fake_connects(0, "192.0.2.1:3389");
            fake_says_id(RA_IPC_SECURED, 0);
        }
        seen.free_at_end = TRUE;
        fake_says_ended(cases[i].reason, cases[i].detail);
        g_assert_cmpint(seen.code, ==, cases[i].code);
        g_assert_cmpstr(seen.message, ==, cases[i].message);
        stop(&seen);
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
            share(&seen, RA_RIGHTS_ALL);
        } else {
            start(&seen, RA_RIGHTS_ALL);
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
        assert_log(&seen, "ended(this computer's session program failed) ");
        g_assert_cmpint(seen.code, ==, RA_ERROR_FAILED);
        stop(&seen);
    }
}

static void test_bad_picture(void)
{
    Seen seen;
    start(&seen, RA_RIGHTS_ALL);
    fake_connects(0, "192.0.2.1:3389");
    fake_says_id(RA_IPC_SECURED, 0);
    seen.refuse_screen = TRUE;
    close(fake_says_screen(80, 60));
    g_assert_cmpstr(seen.message, ==, "bad picture");
    stop(&seen);
}

static void test_gone(void)
{
    Seen seen;
    share(&seen, RA_RIGHTS_ALL);
    fake_worker_dies();
    g_assert_cmpint(seen.code, ==, RA_ERROR_FAILED);
    g_assert_cmpstr(seen.message, ==, "the worker is gone");
    stop(&seen);

    g_autoptr(RaInvitation) invitation = fake_invitation(RA_RIGHTS_ALL);
    g_autoptr(GError) error = NULL;
    fake_reset();
    fake_refuse_worker();
    g_assert_null(ra_connect_new(invitation, "H", NULL, &fake_parts, &callbacks, &seen, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
}

/* Leaving: a goodbye, no error, also where the worker does not answer. */
static void test_leave(void)
{
    for (int answered = 0; answered < 2; answered++) {
        Seen seen;
        share(&seen, RA_RIGHTS_ALL);
        ra_connect_leave(seen.connect);
        ra_connect_leave(seen.connect);
        ra_connect_want_control(seen.connect);
        assert_sent("bye\n");
        if (answered)
            fake_says_ended(RA_GOODBYE_ENDED, "");
        while (seen.code == -1)
            g_main_context_iteration(NULL, TRUE);
        assert_log(&seen, "ended(you ended the session) ");
        g_assert_cmpint(seen.code, ==, 0);
        stop(&seen);
    }
}

void add_connect_tests(void)
{
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
