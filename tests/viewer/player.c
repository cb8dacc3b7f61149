/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/viewer/player.h"

#include "base/error.h"

#include <unistd.h>

static void on_state(RaConnect *connect, RaConnectState state, gpointer data)
{
    Seen *seen = data;
    g_assert_cmpint(ra_connect_state(connect), ==, state);
    if (state != RA_CONNECT_RESUMING)
        g_string_append(seen->log, state == RA_CONNECT_WAITING ? "waiting " : "sharing ");
    else if (!g_str_has_suffix(seen->log->str, "resuming ")) /* it comes again each second */
        g_string_append(seen->log, "resuming ");
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

static void on_features(RaConnect *connect, guint32 features, gpointer data)
{
    (void)connect;
    g_string_append_printf(((Seen *)data)->log, "features-%u ", features);
}

static gboolean on_message(RaConnect *connect, const RaIpcMessage *message, int fd, gpointer data)
{
    (void)connect;
    (void)fd;
    Seen *seen = data;
    g_string_append_printf(seen->log, "message-%u ",
                           message->kind == RA_IPC_ASSIST ? message->assist.kind : message->kind);
    return !seen->refuse_message;
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

static void on_rest(RaConnect *connect, gpointer data)
{
    const Seen *seen = data;
    g_assert_true(seen->connect == connect);
}

const RaConnectCallbacks player_callbacks = {
    .state = on_state,
    .screen = on_screen,
    .changed = on_changed,
    .cursor = on_cursor,
    .pointer = on_pointer,
    .rights = on_rights,
    .control_denied = on_denied,
    .features = on_features,
    .message = on_message,
    .ended = on_ended,
    .rest = on_rest,
};

void player_start(Seen *seen, RaRights rights)
{
    g_autoptr(RaInvitation) invitation = fake_invitation(rights);
    g_autoptr(GError) error = NULL;
    *seen = (Seen){.log = g_string_new(NULL), .code = -1};
    fake_reset();
    seen->connect =
        ra_connect_new(invitation, "Hel\nper", NULL, &fake_parts, &player_callbacks, seen, &error);
    g_assert_no_error(error);
}

void player_stop(Seen *seen)
{
    ra_connect_free(seen->connect);
    g_string_free(seen->log, TRUE);
    g_free(seen->message);
    g_assert_false(fake_worker_alive());
    g_assert_false(fake_dialer_alive());
}

void player_assert_log(Seen *seen, const char *log)
{
    g_assert_cmpstr(seen->log->str, ==, log);
    g_string_truncate(seen->log, 0);
}

void player_assert_sent(const char *sent)
{
    g_autofree char *text = fake_take_sent();
    g_assert_cmpstr(text, ==, sent);
}

void player_share(Seen *seen, RaRights rights)
{
    player_start(seen, rights);
    fake_connects(0, "192.0.2.1:3389");
    fake_says_id(RA_IPC_SECURED, 0);
    close(fake_says_screen(80, 60));
    g_free(fake_take_sent());
    player_assert_log(seen, "waiting screen-80x60 sharing ");
}
