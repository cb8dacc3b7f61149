/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agent on a real message bus, private to the test, and on the window's socket. */
#include "tests/host-agent/tests.h"

#include "bus/names.h"
#include "host/service.h"
#include "tests/host-agent/invite.h"
#include "tests/host-agent/stage.h"

#include <gio/gunixfdlist.h>
#include <string.h>
#include <unistd.h>

#define HOST1    "org.remoteassistance.Host1"
#define CONSENT1 "org.remoteassistance.Consent1"

typedef struct {
    Stage stage;
    GTestDBus *daemon;
    GDBusConnection *bus;    /* the agent's */
    GDBusConnection *client; /* another program's */
    RaService *service;
} Fixture;

static GDBusConnection *connect_bus(Fixture *f)
{
    g_autoptr(GError) error = NULL;
    GDBusConnection *bus =
        g_dbus_connection_new_for_address_sync(g_test_dbus_get_bus_address(f->daemon),
                                               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                               NULL, NULL, &error);
    g_assert_no_error(error);
    return bus;
}

static void set_up(Fixture *f, gboolean bus_answers)
{
    g_autoptr(GError) error = NULL;
    stage_init(&f->stage, "");
    f->stage.config.bus_answers = bus_answers;
    stage_start(&f->stage);
    f->daemon = g_test_dbus_new(G_TEST_DBUS_NONE);
    g_test_dbus_up(f->daemon);
    f->bus = connect_bus(f);
    f->client = connect_bus(f);
    const RaServiceOptions options = {.bus_answers = bus_answers, .attach = TRUE};
    f->service = ra_service_new(f->stage.agent, f->bus, &options, &error);
    g_assert_no_error(error);
}

static void tear_down(Fixture *f)
{
    ra_service_free(f->service);
    g_dbus_connection_close_sync(f->client, NULL, NULL);
    g_dbus_connection_close_sync(f->bus, NULL, NULL);
    g_object_unref(f->client);
    g_object_unref(f->bus);
    stage_clear(&f->stage);
    g_test_dbus_down(f->daemon);
    g_object_unref(f->daemon);
}

typedef struct {
    GVariant *reply;
    GUnixFDList *fds;
    GError *error;
    gboolean done;
} Call;

static void on_reply(GObject *connection, GAsyncResult *result, gpointer data)
{
    Call *call = data;
    call->reply = g_dbus_connection_call_with_unix_fd_list_finish(G_DBUS_CONNECTION(connection),
                                                                  &call->fds, result, &call->error);
    call->done = TRUE;
}

/* The agent answers from the same main loop. */
static Call call_on(GDBusConnection *connection, const char *name, const char *interface,
                    const char *method, GVariant *arguments)
{
    Call call = {0};
    g_dbus_connection_call_with_unix_fd_list(connection, name, RA_BUS_PATH, interface, method,
                                             arguments, NULL, G_DBUS_CALL_FLAGS_NONE, 5000, NULL,
                                             NULL, on_reply, &call);
    while (!call.done)
        g_main_context_iteration(NULL, TRUE);
    return call;
}

static Call call_host1(Fixture *f, const char *method, GVariant *arguments)
{
    return call_on(f->client, g_dbus_connection_get_unique_name(f->bus), HOST1, method, arguments);
}

static void call_clear(Call *call)
{
    g_clear_pointer(&call->reply, g_variant_unref);
    g_clear_object(&call->fds);
    g_clear_error(&call->error);
}

static void assert_refused(Call call, const char *name)
{
    g_assert_null(call.reply);
    g_assert_nonnull(call.error);
    g_autofree char *remote = g_dbus_error_get_remote_error(call.error);
    g_autofree char *expected = g_strconcat(RA_BUS_ERROR, name, NULL);
    g_assert_cmpstr(remote, ==, expected);
    call_clear(&call);
}

static void assert_done(Call call)
{
    g_assert_no_error(call.error);
    call_clear(&call);
}

static char *property(Fixture *f, const char *name)
{
    Call call =
        call_on(f->client, g_dbus_connection_get_unique_name(f->bus),
                "org.freedesktop.DBus.Properties", "Get", g_variant_new("(ss)", HOST1, name));
    g_assert_no_error(call.error);
    g_autoptr(GVariant) value = NULL;
    g_variant_get(call.reply, "(v)", &value);
    char *text = g_variant_is_of_type(value, G_VARIANT_TYPE_STRING)
                     ? g_variant_dup_string(value, NULL)
                     : g_strdup_printf("%zu", g_variant_n_children(value));
    call_clear(&call);
    return text;
}

static void assert_property(Fixture *f, const char *name, const char *expected)
{
    g_autofree char *value = property(f, name);
    g_assert_cmpstr(value, ==, expected);
}

static void test_methods(void)
{
    Fixture f;
    set_up(&f, FALSE);
    assert_property(&f, "State", "idle");
    Call call = call_host1(&f, "Prepare", NULL);
    guint16 port = 0;
    g_auto(GStrv) hosts = NULL;
    g_assert_no_error(call.error);
    g_variant_get(call.reply, "(q^as)", &port, &hosts);
    call_clear(&call);
    g_assert_cmpuint(port, ==, ra_agent_port(f.stage.agent));
    g_assert_cmpuint(port, ==, ra_store_port(f.stage.store));
    g_assert_cmpuint(g_strv_length(hosts), ==, 1); /* it listens at loopback alone */
    g_autofree char *host = g_strdup_printf("127.0.0.1:%u", port);
    g_assert_cmpstr(hosts[0], ==, host);
    assert_property(&f, "State", "listening");

    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    g_autofree char *id = invite(f.stage.store, now, 3600, RA_RIGHTS_ALL);
    assert_done(call_host1(&f, "Register", g_variant_new("(s)", id)));
    assert_refused(call_host1(&f, "Register", g_variant_new("(s)", "no such id")), "NotFound");

    call = call_host1(&f, "List", NULL);
    g_assert_no_error(call.error);
    g_autoptr(GVariant) list = g_variant_get_child_value(call.reply, 0);
    g_assert_cmpuint(g_variant_n_children(list), ==, 1);
    g_autoptr(GVariant) first = g_variant_get_child_value(list, 0);
    const char *text = NULL;
    gint64 end = 0;
    g_assert_true(g_variant_lookup(first, "id", "&s", &text));
    g_assert_cmpstr(text, ==, id);
    g_assert_true(g_variant_lookup(first, "state", "&s", &text));
    g_assert_cmpstr(text, ==, "open");
    g_assert_true(g_variant_lookup(first, "end", "x", &end));
    g_assert_cmpint(end, ==, now + 3600);
    call_clear(&call);

    assert_done(call_host1(&f, "Cancel", g_variant_new("(s)", id)));
    assert_refused(call_host1(&f, "Cancel", g_variant_new("(s)", id)), "NotFound");
    assert_refused(call_host1(&f, "Cancel", g_variant_new("(s)", "")), "NotFound");
    assert_refused(call_host1(&f, "Register", g_variant_new("(s)", id)), "NotFound");
    assert_done(call_host1(&f, "End", NULL));
    assert_done(call_host1(&f, "TakeBackControl", NULL));
    tear_down(&f);
}

typedef struct {
    guint asked, settled, presented, invitations, question;
    char *how;
} Heard;

static void on_signal(G_GNUC_UNUSED GDBusConnection *connection, G_GNUC_UNUSED const char *sender,
                      G_GNUC_UNUSED const char *path, G_GNUC_UNUSED const char *interface,
                      const char *signal, GVariant *values, gpointer data)
{
    Heard *heard = data;
    if (g_str_equal(signal, "Asked")) {
        heard->asked++;
        g_variant_get_child(values, 0, "u", &heard->question);
    } else if (g_str_equal(signal, "Settled")) {
        heard->settled++;
        g_free(heard->how);
        g_variant_get_child(values, 1, "s", &heard->how);
    } else if (g_str_equal(signal, "Present")) {
        heard->presented++;
        g_free(heard->how);
        g_variant_get_child(values, 0, "s", &heard->how);
    } else if (g_str_equal(signal, "InvitationsChanged")) {
        heard->invitations++;
    }
}

static void await_count(const guint *count, guint n)
{
    const gint64 end = g_get_monotonic_time() + 60 * (gint64)G_USEC_PER_SEC;
    while (*count < n && g_get_monotonic_time() < end) {
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
    }
    g_assert_cmpuint(*count, ==, n);
}

static guint listen_to(GDBusConnection *connection, Heard *heard)
{
    return g_dbus_connection_signal_subscribe(connection, NULL, HOST1, NULL, RA_BUS_PATH, NULL,
                                              G_DBUS_SIGNAL_FLAGS_NONE, on_signal, heard, NULL);
}

/* The whole bus hears a question; who may answer depends. */
static void test_answer(void)
{
    for (guint bus_answers = 0; bus_answers < 2; bus_answers++) {
        Fixture f;
        Heard heard = {0};
        set_up(&f, bus_answers != 0);
        listen_to(f.client, &heard);
        assert_property(&f, "Questions", "0"); /* after which the subscription stands */
        g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
        FakeWorker *worker = stage_helper(&f.stage, id, "Hanna");
        await_count(&heard.asked, 1);
        g_assert_cmpuint(heard.question, ==, f.stage.question);
        assert_property(&f, "Questions", "1");
        assert_property(&f, "State", "asking");
        assert_property(&f, "Helper", "Hanna");
        assert_refused(call_host1(&f, "Answer", g_variant_new("(ub)", heard.question + 1, TRUE)),
                       bus_answers ? "NotFound" : "NotAllowed");
        Call call = call_host1(&f, "Answer", g_variant_new("(ub)", heard.question, TRUE));
        if (!bus_answers) {
            assert_refused(call, "NotAllowed");
            g_assert_cmpuint(worker->sent->len, ==, 2); /* CONNECTION, KEY */
            assert_done(call_host1(&f, "End", NULL));
            await_count(&heard.settled, 1);
            g_assert_cmpstr(heard.how, ==, "gone");
        } else {
            assert_done(call);
            await_count(&heard.settled, 1);
            g_assert_cmpstr(heard.how, ==, "yes");
            g_assert_true(fake_worker_last(worker, RA_IPC_ALLOW)->allow.yes);
            assert_property(&f, "State", "viewing");
            assert_refused(call_host1(&f, "Answer", g_variant_new("(ub)", heard.question, FALSE)),
                           "NotFound");
        }
        assert_property(&f, "Questions", "0");
        g_free(heard.how);
        tear_down(&f);
    }
}

static GDBusConnection *attach(Fixture *f)
{
    Call call = call_host1(f, "AttachWindow", NULL);
    g_assert_no_error(call.error);
    g_autoptr(GError) error = NULL;
    const int fd = g_unix_fd_list_get(call.fds, 0, &error);
    g_assert_no_error(error);
    call_clear(&call);
    g_autoptr(GSocket) socket = g_socket_new_from_fd(fd, &error);
    g_assert_no_error(error);
    g_autoptr(GSocketConnection) stream = g_socket_connection_factory_create_connection(socket);
    GDBusConnection *window = g_dbus_connection_new_sync(
        G_IO_STREAM(stream), NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL, NULL,
        &error);
    g_assert_no_error(error);
    return window;
}

static void detach(GDBusConnection *window)
{
    g_dbus_connection_close_sync(window, NULL, NULL);
    g_object_unref(window);
}

/* The question that is open, in sight for long enough, gets a yes in the window. */
static void say_yes(Fixture *f, GDBusConnection *window)
{
    const guint question = f->stage.question;
    GVariant *yes = g_variant_ref_sink(g_variant_new("(ub)", question, TRUE));
    assert_refused(call_on(window, NULL, CONSENT1, "Answer", yes), "NotAllowed");
    assert_done(call_on(window, NULL, CONSENT1, "Shown", g_variant_new("(uu)", question, 0u)));
    assert_refused(call_on(window, NULL, CONSENT1, "Answer", yes), "NotAllowed");
    g_usleep((RA_QUESTION_READ_MS + 1) * 1000);
    assert_done(call_on(window, NULL, CONSENT1, "Answer", yes));
    assert_refused(call_on(window, NULL, CONSENT1, "Answer", yes), "NotFound");
    g_variant_unref(yes);
}

/* The window hears and answers; nobody else does, and there is no second one. */
static void test_window(void)
{
    Fixture f;
    Heard heard = {0};
    set_up(&f, FALSE);
    GDBusConnection *window = attach(&f);
    listen_to(window, &heard);
    assert_refused(call_host1(&f, "AttachWindow", NULL), "Busy");
    assert_refused(call_on(window, NULL, HOST1, "AttachWindow", NULL), "Busy");
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_helper(&f.stage, id, "Hanna");
    await_count(&heard.asked, 1);
    GVariant *yes = g_variant_ref_sink(g_variant_new("(ub)", heard.question, TRUE));
    /* Consent1 is nowhere but on the socket, and Host1 does not take answers there either. */
    Call call =
        call_on(f.client, g_dbus_connection_get_unique_name(f.bus), CONSENT1, "Answer", yes);
    g_assert_true(g_error_matches(call.error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
                  g_error_matches(call.error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE));
    call_clear(&call);
    assert_refused(call_on(window, NULL, HOST1, "Answer", yes), "NotAllowed");
    g_variant_unref(yes);
    say_yes(&f, window);
    g_assert_true(fake_worker_last(worker, RA_IPC_ALLOW)->allow.yes);
    await_count(&heard.settled, 1);

    /* It closes: the open question is not answered by that, and another window can. */
    fake_worker_say_kind(worker, RA_IPC_WANT_CONTROL);
    await_count(&heard.asked, 2);
    detach(window);
    const gint64 end = g_get_monotonic_time() + 60 * (gint64)G_USEC_PER_SEC;
    while (g_get_monotonic_time() < end) {
        call = call_host1(&f, "AttachWindow", NULL);
        const gboolean attached = call.error == NULL;
        call_clear(&call);
        if (attached)
            break;
    }
    g_assert_cmpint(g_get_monotonic_time(), <, end);
    g_assert_cmpuint(f.stage.question, !=, 0);
    g_free(heard.how);
    tear_down(&f);
}

/* The helper who has control may not bring a window of their own; a caller who left the bus is
 * detached. */
static void test_window_guards(void)
{
    Fixture f;
    set_up(&f, FALSE);
    GDBusConnection *window = attach(&f);
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_view(&f.stage, id);
    fake_worker_say_kind(worker, RA_IPC_WANT_CONTROL);
    say_yes(&f, window);
    assert_property(&f, "State", "controlling");
    g_dbus_connection_close_sync(f.client, NULL, NULL);
    g_object_unref(f.client);
    f.client = connect_bus(&f);
    const gint64 end = g_get_monotonic_time() + 60 * (gint64)G_USEC_PER_SEC;
    while (!g_dbus_connection_is_closed(window) && g_get_monotonic_time() < end) {
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
    }
    g_assert_true(g_dbus_connection_is_closed(window));
    assert_refused(call_host1(&f, "AttachWindow", NULL), "NotAllowed");
    assert_done(call_host1(&f, "TakeBackControl", NULL));
    assert_property(&f, "State", "viewing");
    /* Nor may a program that they left running, for as long as the session lasts. */
    assert_refused(call_host1(&f, "AttachWindow", NULL), "NotAllowed");
    fake_worker_die(worker);
    assert_refused(call_host1(&f, "AttachWindow", NULL), "NotAllowed");
    assert_done(call_host1(&f, "End", NULL));
    detach(attach(&f));
    detach(window);
    tear_down(&f);
}

static gboolean flag(Fixture *f, const char *name)
{
    Call call =
        call_on(f->client, g_dbus_connection_get_unique_name(f->bus),
                "org.freedesktop.DBus.Properties", "Get", g_variant_new("(ss)", HOST1, name));
    g_autoptr(GVariant) value = NULL;
    g_assert_no_error(call.error);
    g_variant_get(call.reply, "(v)", &value);
    const gboolean flag = g_variant_get_boolean(value);
    call_clear(&call);
    return flag;
}

/* Without its option the agent has one window, its own. */
static void test_attach_refused(void)
{
    Fixture f;
    g_autoptr(GError) error = NULL;
    const RaServiceOptions options = {0};
    set_up(&f, FALSE);
    ra_service_free(f.service);
    f.service = ra_service_new(f.stage.agent, f.bus, &options, &error);
    g_assert_no_error(error);
    assert_refused(call_host1(&f, "AttachWindow", NULL), "NotAllowed");
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    (void)stage_helper(&f.stage, id, "Hanna");
    assert_refused(call_host1(&f, "AttachWindow", NULL), "NotAllowed");
    assert_refused(call_host1(&f, "ShowWindow", NULL), "Failed"); /* there is none */
    tear_down(&f);
}

static void await_more(const guint *count, guint than)
{
    const gint64 end = g_get_monotonic_time() + 60 * (gint64)G_USEC_PER_SEC;
    while (*count <= than && g_get_monotonic_time() < end) {
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
    }
    g_assert_cmpuint(*count, >, than);
}

/* What comes together is told once; but how fast this computer is nobody knows. */
static void test_invitations_changed(void)
{
    Fixture f;
    Heard heard = {0};
    set_up(&f, FALSE);
    listen_to(f.client, &heard);
    assert_property(&f, "State", "idle"); /* after which the subscription stands */
    g_autofree char *first = stage_invite(&f.stage, RA_RIGHTS_ALL);
    await_more(&heard.invitations, 0);
    guint before = heard.invitations;
    assert_done(call_host1(&f, "Cancel", g_variant_new("(s)", first)));
    await_more(&heard.invitations, before);
    before = heard.invitations;
    g_autofree char *second = stage_invite(&f.stage, RA_RIGHTS_ALL);
    await_more(&heard.invitations, before);
    before = heard.invitations;
    (void)stage_view(&f.stage, second); /* used */
    await_more(&heard.invitations, before);
    g_free(heard.how);
    tear_down(&f);
}

/* What the question tells of the invitation: it is proven, unlike the name. */
static void test_details(void)
{
    static const struct {
        gboolean ticket, password;
        RaRights rights;
    } cases[] = {{TRUE, TRUE, RA_RIGHTS_ALL}, {FALSE, FALSE, RA_RIGHT_VIEW}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture f;
        set_up(&f, FALSE);
        const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
        g_autofree char *id = cases[i].ticket
                                  ? invite_sealed(f.stage.store, now, 3600, cases[i].rights)
                                  : invite(f.stage.store, now, 3600, cases[i].rights);
        assert_done(call_host1(&f, "Register", g_variant_new("(s)", id)));
        (void)stage_helper(&f.stage, id, "Hanna");
        g_autoptr(GVariant) all =
            g_variant_ref_sink(ra_questions_list(ra_agent_questions(f.stage.agent)));
        g_autoptr(GVariant) details = NULL;
        gint64 start = 0;
        gboolean control = FALSE, password = FALSE;
        g_variant_get_child(all, 0, "(us@a{sv})", NULL, NULL, &details);
        g_assert_true(g_variant_lookup(details, "start", "x", &start));
        g_assert_true(g_variant_lookup(details, "control", "b", &control));
        g_assert_cmpint(start, ==, now);
        g_assert_cmpint(control, ==, cases[i].rights == RA_RIGHTS_ALL);
        g_assert_cmpint(g_variant_lookup(details, "password", "b", &password), ==,
                        cases[i].ticket); /* or it is not known */
        g_assert_cmpint(password, ==, cases[i].password);
        tear_down(&f);
    }
}

static void test_show_window(void)
{
    Fixture f;
    Heard heard = {0};
    set_up(&f, FALSE);
    GDBusConnection *window = attach(&f);
    g_dbus_connection_signal_subscribe(window, NULL, CONSENT1, "Present", RA_BUS_PATH, NULL,
                                       G_DBUS_SIGNAL_FLAGS_NONE, on_signal, &heard, NULL);
    assert_refused(call_host1(&f, "ShowWindow", NULL), "NotFound");
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_view(&f.stage, id);
    assert_done(call_host1(&f, "ShowWindow", NULL)); /* before it listens */
    assert_done(call_on(window, NULL, CONSENT1, "History", NULL));
    await_count(&heard.presented, 1);
    g_assert_cmpstr(heard.how, ==, "session");
    g_assert_true(f.stage.desktop.sign.chat);
    f.stage.desktop.sign_events->chat(f.stage.desktop.sign_data);
    await_count(&heard.presented, 2);
    g_assert_cmpstr(heard.how, ==, "chat");
    const RaAssist said = {.kind = RA_ASSIST_CHAT, .chat = {.number = 1, .size = 2, .text = "Hi"}};
    g_assert_cmpuint(f.stage.desktop.sign.unread, ==, 0);
    fake_worker_say_assist(worker, &said);
    g_assert_cmpuint(f.stage.desktop.sign.unread, ==, 1);
    assert_done(call_on(window, NULL, CONSENT1, "MarkRead", NULL));
    g_assert_cmpuint(f.stage.desktop.sign.unread, ==, 0);
    assert_done(call_host1(&f, "End", NULL));
    assert_done(call_host1(&f, "ShowWindow", NULL)); /* what was said is there to be read */
    await_count(&heard.presented, 3);
    g_free(heard.how);
    detach(window);
    tear_down(&f);
}

/* Calls in a session that cannot be done: each is answered, and the session goes on. */
static void test_consent_errors(void)
{
    static const struct {
        const char *method, *arguments, *error;
    } cases[] = {
        {"Say", "('',)", "NotFound"},
        {"CancelFile", "(uint32 99,)", "NotFound"},
        {"OpenFile", "(uint32 99,)", "NotFound"},
        {"ShowFile", "(uint32 99,)", "NotFound"},
        {"SendFile", "(b'/nothing/is/here',)", "Failed"},
        {"SaveHistory", "(b'/nothing/is/here',)", "Failed"},
        {"Answer", "(uint32 99, true)", "NotFound"},
        {"Shown", "(uint32 99, uint32 0)", "NotFound"},
    };
    Fixture f;
    set_up(&f, FALSE);
    GDBusConnection *window = attach(&f);
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    (void)stage_view(&f.stage, id);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_refused(call_on(window, NULL, CONSENT1, cases[i].method,
                               g_variant_new_parsed(cases[i].arguments)),
                       cases[i].error);
    assert_done(call_on(window, NULL, CONSENT1, "Say", g_variant_new("(s)", "Still here")));
    tear_down(&f);
}

/* What the window does in a session; and that the bus may hide the screen, but not show it. */
static void test_consent(void)
{
    Fixture f;
    set_up(&f, FALSE);
    GDBusConnection *window = attach(&f);
    assert_refused(call_on(window, NULL, CONSENT1, "Say", g_variant_new("(s)", "hi")), "Failed");
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_view(&f.stage, id);
    assert_done(call_on(window, NULL, CONSENT1, "Say", g_variant_new("(s)", "Can you see it?")));
    g_assert_cmpuint(fake_worker_count_assist(worker, RA_ASSIST_CHAT), ==, 1);
    const RaAssist said = {.kind = RA_ASSIST_CHAT,
                           .chat = {.number = 1, .size = 9, .text = "y\033es\nI do"}};
    fake_worker_say_assist(worker, &said);

    Call call = call_on(window, NULL, CONSENT1, "History", NULL);
    g_assert_no_error(call.error);
    g_autofree char *history = g_variant_print(call.reply, FALSE);
    g_assert_nonnull(strstr(history, "Hanna sees your screen"));
    g_assert_nonnull(strstr(history, "Can you see it?"));
    g_assert_nonnull(strstr(history, "y es\\nI do"));
    call_clear(&call);
    assert_done(call_on(window, NULL, CONSENT1, "MarkRead", NULL));

    assert_done(call_host1(&f, "Hide", NULL));
    g_assert_true(flag(&f, "Paused"));
    assert_done(call_on(window, NULL, CONSENT1, "Show", NULL));
    g_assert_false(flag(&f, "Paused"));
    g_assert_false(flag(&f, "HelperLost"));
    fake_worker_die(worker);
    g_assert_true(flag(&f, "HelperLost"));
    g_assert_false(flag(&f, "Talking"));

    /* Nothing of it is on the bus. */
    static const char *const methods[] = {"History", "Show", "MarkRead", "Transfers"};
    for (gsize i = 0; i < G_N_ELEMENTS(methods); i++) {
        call =
            call_on(f.client, g_dbus_connection_get_unique_name(f.bus), CONSENT1, methods[i], NULL);
        g_assert_nonnull(call.error);
        call_clear(&call);
    }
    detach(window);
    tear_down(&f);
}

/* The helper has control, and clicks in the novice's window: nothing that gives, all that takes. */
static void test_by_hand(void)
{
    static const struct {
        const char *method;
        const char *arguments; /* NULL: none */
        gboolean gives;
    } cases[] = {
        {"Show", NULL, TRUE},
        {"Talk", "(true,)", TRUE},
        {"Mute", "(false,)", TRUE},
        {"ShareClipboard", "(true,)", TRUE},
        {"SendFile", "(b'/etc/hostname',)", TRUE},
        {"Talk", "(false,)", FALSE},
        {"Mute", "(true,)", FALSE},
        {"ShareClipboard", "(false,)", FALSE},
    };
    Fixture f;
    set_up(&f, FALSE);
    GDBusConnection *window = attach(&f);
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_view(&f.stage, id);
    fake_worker_say_kind(worker, RA_IPC_WANT_CONTROL);
    say_yes(&f, window);
    g_usleep((RA_QUESTION_HOLD_MS + 50) * 1000);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        GVariant *arguments =
            cases[i].arguments != NULL ? g_variant_new_parsed(cases[i].arguments) : NULL;
        g_test_message("%s", cases[i].method);
        fake_worker_say_kind(worker, RA_IPC_KEY_PRESS);
        Call call = call_on(window, NULL, CONSENT1, cases[i].method, arguments);
        if (cases[i].gives)
            assert_refused(call, "NotAllowed");
        else
            assert_done(call);
    }
    g_assert_cmpuint(f.stage.desktop.injected, ==, G_N_ELEMENTS(cases));
    g_assert_cmpuint(fake_worker_count_assist(worker, RA_ASSIST_VOICE_WANT), ==, 0);
    g_assert_cmpuint(fake_worker_count_assist(worker, RA_ASSIST_FILE_OFFER), ==, 0);
    detach(window);
    tear_down(&f);
}

void add_service_tests(void)
{
    g_test_add_func("/host/service/methods", test_methods);
    g_test_add_func("/host/service/answer", test_answer);
    g_test_add_func("/host/service/window", test_window);
    g_test_add_func("/host/service/window-guards", test_window_guards);
    g_test_add_func("/host/service/attach-refused", test_attach_refused);
    g_test_add_func("/host/service/details", test_details);
    g_test_add_func("/host/service/show-window", test_show_window);
    g_test_add_func("/host/service/invitations-changed", test_invitations_changed);
    g_test_add_func("/host/service/consent", test_consent);
    g_test_add_func("/host/service/consent-errors", test_consent_errors);
    g_test_add_func("/host/service/by-hand", test_by_hand);
}
