/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agent on a real message bus, private to the test, and on the window's socket. */
#include "tests/host-agent/tests.h"

#include "bus/names.h"
#include "tests/host-agent/bus.h"
#include "tests/host-agent/invite.h"
#include "tests/host-agent/memory-guard.h"

#include <string.h>

static void test_methods(void)
{
    Bus f;
    bus_set_up(&f, FALSE);
    bus_assert_property(&f, "State", "idle");
    BusCall call = bus_host1(&f, "Prepare", NULL);
    guint16 port = 0;
    g_auto(GStrv) hosts = NULL;
    g_assert_no_error(call.error);
    g_variant_get(call.reply, "(q^as)", &port, &hosts);
    bus_call_clear(&call);
    g_assert_cmpuint(port, ==, ra_agent_port(f.stage.agent));
    g_assert_cmpuint(port, ==, ra_store_port(f.stage.store));
    g_assert_cmpuint(g_strv_length(hosts), ==, 1); /* it listens at loopback alone */
    g_autofree char *host = g_strdup_printf("127.0.0.1:%u", port);
    g_assert_cmpstr(hosts[0], ==, host);
    bus_assert_property(&f, "State", "listening");

    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    g_autofree char *id = invite(f.stage.store, now, 3600, RA_RIGHTS_ALL);
    bus_assert_done(bus_host1(&f, "Register", g_variant_new("(s)", id)));
    bus_assert_refused(bus_host1(&f, "Register", g_variant_new("(s)", "no such id")), "NotFound");

    call = bus_host1(&f, "List", NULL);
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
    bus_call_clear(&call);

    bus_assert_done(bus_host1(&f, "Cancel", g_variant_new("(s)", id)));
    bus_assert_refused(bus_host1(&f, "Cancel", g_variant_new("(s)", id)), "NotFound");
    bus_assert_refused(bus_host1(&f, "Cancel", g_variant_new("(s)", "")), "NotFound");
    bus_assert_refused(bus_host1(&f, "Register", g_variant_new("(s)", id)), "NotFound");
    bus_assert_done(bus_host1(&f, "End", NULL));
    bus_assert_done(bus_host1(&f, "TakeBackControl", NULL));
    bus_tear_down(&f);
}

/* The whole bus hears a question; who may answer depends. */
static void test_answer(void)
{
    for (guint bus_answers = 0; bus_answers < 2; bus_answers++) {
        Bus f;
        BusHeard heard = {0};
        bus_set_up(&f, bus_answers != 0);
        bus_listen(f.client, &heard);
        bus_assert_property(&f, "Questions", "0"); /* after which the subscription stands */
        g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
        FakeWorker *worker = stage_helper(&f.stage, id, "Hanna");
        bus_await(&heard.asked, 1);
        g_assert_cmpuint(heard.question, ==, f.stage.question);
        bus_assert_property(&f, "Questions", "1");
        bus_assert_property(&f, "State", "asking");
        bus_assert_property(&f, "Helper", "Hanna");
        bus_assert_refused(bus_host1(&f, "Answer", g_variant_new("(ub)", heard.question + 1, TRUE)),
                           bus_answers ? "NotFound" : "NotAllowed");
        BusCall call = bus_host1(&f, "Answer", g_variant_new("(ub)", heard.question, TRUE));
        if (!bus_answers) {
            bus_assert_refused(call, "NotAllowed");
            g_assert_cmpuint(worker->sent->len, ==, 2); /* CONNECTION, KEY */
            bus_assert_done(bus_host1(&f, "End", NULL));
            bus_await(&heard.settled, 1);
            g_assert_cmpstr(heard.how, ==, "gone");
        } else {
            bus_assert_done(call);
            bus_await(&heard.settled, 1);
            g_assert_cmpstr(heard.how, ==, "yes");
            g_assert_true(fake_worker_last(worker, RA_IPC_ALLOW)->allow.yes);
            bus_assert_property(&f, "State", "viewing");
            bus_assert_refused(
                bus_host1(&f, "Answer", g_variant_new("(ub)", heard.question, FALSE)), "NotFound");
        }
        bus_assert_property(&f, "Questions", "0");
        g_free(heard.how);
        bus_tear_down(&f);
    }
}

/* The window hears and answers; nobody else does, and there is no second one. */
static void test_window(void)
{
    Bus f;
    BusHeard heard = {0};
    bus_set_up(&f, FALSE);
    GDBusConnection *window = bus_attach(&f);
    bus_listen(window, &heard);
    bus_assert_refused(bus_host1(&f, "AttachWindow", NULL), "Busy");
    bus_assert_refused(bus_call(window, NULL, HOST1, "AttachWindow", NULL), "Busy");
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_helper(&f.stage, id, "Hanna");
    bus_await(&heard.asked, 1);
    GVariant *yes = g_variant_ref_sink(g_variant_new("(ub)", heard.question, TRUE));
    /* Consent1 is nowhere but on the socket, and Host1 does not take answers there either. */
    BusCall call =
        bus_call(f.client, g_dbus_connection_get_unique_name(f.bus), CONSENT1, "Answer", yes);
    g_assert_true(g_error_matches(call.error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
                  g_error_matches(call.error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE));
    bus_call_clear(&call);
    bus_assert_refused(bus_call(window, NULL, HOST1, "Answer", yes), "NotAllowed");
    g_variant_unref(yes);
    bus_say_yes(&f, window);
    g_assert_true(fake_worker_last(worker, RA_IPC_ALLOW)->allow.yes);
    bus_await(&heard.settled, 1);

    /* It closes: the open question is not answered by that, and another window can. */
    fake_worker_say_kind(worker, RA_IPC_WANT_CONTROL);
    bus_await(&heard.asked, 2);
    bus_detach(window);
    const gint64 end = g_get_monotonic_time() + 60 * (gint64)G_USEC_PER_SEC;
    while (g_get_monotonic_time() < end) {
        call = bus_host1(&f, "AttachWindow", NULL);
        const gboolean attached = call.error == NULL;
        bus_call_clear(&call);
        if (attached)
            break;
    }
    g_assert_cmpint(g_get_monotonic_time(), <, end);
    g_assert_cmpuint(f.stage.question, !=, 0);
    g_free(heard.how);
    bus_tear_down(&f);
}

/* The helper who has control may not bring a window of their own; a caller who left the bus is
 * detached. */
static void test_window_guards(void)
{
    Bus f;
    bus_set_up(&f, FALSE);
    GDBusConnection *window = bus_attach(&f);
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_view(&f.stage, id);
    fake_worker_say_kind(worker, RA_IPC_WANT_CONTROL);
    bus_say_yes(&f, window);
    bus_assert_property(&f, "State", "controlling");
    g_dbus_connection_close_sync(f.client, NULL, NULL);
    g_object_unref(f.client);
    f.client = bus_connect(&f);
    const gint64 end = g_get_monotonic_time() + 60 * (gint64)G_USEC_PER_SEC;
    while (!g_dbus_connection_is_closed(window) && g_get_monotonic_time() < end) {
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
    }
    g_assert_true(g_dbus_connection_is_closed(window));
    bus_assert_refused(bus_host1(&f, "AttachWindow", NULL), "NotAllowed");
    bus_assert_done(bus_host1(&f, "TakeBackControl", NULL));
    bus_assert_property(&f, "State", "viewing");
    /* Nor may a program that they left running, for as long as the session lasts. */
    bus_assert_refused(bus_host1(&f, "AttachWindow", NULL), "NotAllowed");
    fake_worker_die(worker);
    bus_assert_refused(bus_host1(&f, "AttachWindow", NULL), "NotAllowed");
    bus_assert_done(bus_host1(&f, "End", NULL));
    bus_detach(bus_attach(&f));
    bus_detach(window);
    bus_tear_down(&f);
}

/* Without its option the agent has one window, its own. */
static void test_attach_refused(void)
{
    Bus f;
    g_autoptr(GError) error = NULL;
    const RaServiceOptions options = {0};
    bus_set_up(&f, FALSE);
    ra_service_free(f.service);
    f.service = ra_service_new(f.stage.agent, f.bus, &options, &error);
    g_assert_no_error(error);
    bus_assert_refused(bus_host1(&f, "AttachWindow", NULL), "NotAllowed");
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    (void)stage_helper(&f.stage, id, "Hanna");
    bus_assert_refused(bus_host1(&f, "AttachWindow", NULL), "NotAllowed");
    bus_assert_refused(bus_host1(&f, "ShowWindow", NULL), "Failed"); /* there is none */
    bus_tear_down(&f);
}

/* What comes together is told once; but how fast this computer is nobody knows. */
static void test_invitations_changed(void)
{
    Bus f;
    BusHeard heard = {0};
    bus_set_up(&f, FALSE);
    bus_listen(f.client, &heard);
    bus_assert_property(&f, "State", "idle"); /* after which the subscription stands */
    g_autofree char *first = stage_invite(&f.stage, RA_RIGHTS_ALL);
    bus_await_more(&heard.invitations, 0);
    guint before = heard.invitations;
    bus_assert_done(bus_host1(&f, "Cancel", g_variant_new("(s)", first)));
    bus_await_more(&heard.invitations, before);
    before = heard.invitations;
    g_autofree char *second = stage_invite(&f.stage, RA_RIGHTS_ALL);
    bus_await_more(&heard.invitations, before);
    before = heard.invitations;
    (void)stage_view(&f.stage, second); /* used */
    bus_await_more(&heard.invitations, before);
    g_free(heard.how);
    bus_tear_down(&f);
}

/* What the question tells of the invitation: it is proven, unlike the name. */
static void test_details(void)
{
    static const struct {
        gboolean ticket, password;
        RaRights rights;
    } cases[] = {{TRUE, TRUE, RA_RIGHTS_ALL}, {FALSE, FALSE, RA_RIGHT_VIEW}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Bus f;
        bus_set_up(&f, FALSE);
        const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
        g_autofree char *id = cases[i].ticket
                                  ? invite_sealed(f.stage.store, now, 3600, cases[i].rights)
                                  : invite(f.stage.store, now, 3600, cases[i].rights);
        bus_assert_done(bus_host1(&f, "Register", g_variant_new("(s)", id)));
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
        bus_tear_down(&f);
    }
}

static void test_show_window(void)
{
    Bus f;
    BusHeard heard = {0};
    bus_set_up(&f, FALSE);
    GDBusConnection *window = bus_attach(&f);
    g_dbus_connection_signal_subscribe(window, NULL, CONSENT1, "Present", RA_BUS_PATH, NULL,
                                       G_DBUS_SIGNAL_FLAGS_NONE, bus_on_signal, &heard, NULL);
    bus_assert_refused(bus_host1(&f, "ShowWindow", NULL), "NotFound");
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_view(&f.stage, id);
    bus_assert_done(bus_host1(&f, "ShowWindow", NULL)); /* before it listens */
    bus_assert_done(bus_call(window, NULL, CONSENT1, "History", NULL));
    bus_await(&heard.presented, 1);
    g_assert_cmpstr(heard.how, ==, "session");
    g_assert_true(f.stage.desktop.sign.chat);
    f.stage.desktop.sign_events->chat(f.stage.desktop.sign_data);
    bus_await(&heard.presented, 2);
    g_assert_cmpstr(heard.how, ==, "chat");
    const RaAssist said = {.kind = RA_ASSIST_CHAT, .chat = {.number = 1, .size = 2, .text = "Hi"}};
    g_assert_cmpuint(f.stage.desktop.sign.unread, ==, 0);
    fake_worker_say_assist(worker, &said);
    g_assert_cmpuint(f.stage.desktop.sign.unread, ==, 1);
    bus_assert_done(bus_call(window, NULL, CONSENT1, "MarkRead", NULL));
    g_assert_cmpuint(f.stage.desktop.sign.unread, ==, 0);
    bus_assert_done(bus_host1(&f, "End", NULL));
    bus_assert_done(bus_host1(&f, "ShowWindow", NULL)); /* what was said is there to be read */
    bus_await(&heard.presented, 3);
    g_free(heard.how);
    bus_detach(window);
    bus_tear_down(&f);
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
    Bus f;
    bus_set_up(&f, FALSE);
    GDBusConnection *window = bus_attach(&f);
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    (void)stage_view(&f.stage, id);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        bus_assert_refused(bus_call(window, NULL, CONSENT1, cases[i].method,
                                    g_variant_new_parsed(cases[i].arguments)),
                           cases[i].error);
    bus_assert_done(bus_call(window, NULL, CONSENT1, "Say", g_variant_new("(s)", "Still here")));
    bus_tear_down(&f);
}

/* What the window does in a session; and that the bus may hide the screen, but not show it. */
static void test_consent(void)
{
    Bus f;
    bus_set_up(&f, FALSE);
    GDBusConnection *window = bus_attach(&f);
    bus_assert_refused(bus_call(window, NULL, CONSENT1, "Say", g_variant_new("(s)", "hi")),
                       "Failed");
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_view(&f.stage, id);
    bus_assert_done(
        bus_call(window, NULL, CONSENT1, "Say", g_variant_new("(s)", "Can you see it?")));
    g_assert_cmpuint(fake_worker_count_assist(worker, RA_ASSIST_CHAT), ==, 1);
    const RaAssist said = {.kind = RA_ASSIST_CHAT,
                           .chat = {.number = 1, .size = 9, .text = "y\033es\nI do"}};
    fake_worker_say_assist(worker, &said);

    BusCall call = bus_call(window, NULL, CONSENT1, "History", NULL);
    g_assert_no_error(call.error);
    g_autofree char *history = g_variant_print(call.reply, FALSE);
    g_assert_nonnull(strstr(history, "Hanna sees your screen"));
    g_assert_nonnull(strstr(history, "Can you see it?"));
    g_assert_nonnull(strstr(history, "y es\\nI do"));
    bus_call_clear(&call);
    bus_assert_done(bus_call(window, NULL, CONSENT1, "MarkRead", NULL));

    bus_assert_done(bus_host1(&f, "Hide", NULL));
    g_assert_true(bus_flag(&f, "Paused"));
    bus_assert_done(bus_call(window, NULL, CONSENT1, "Show", NULL));
    g_assert_false(bus_flag(&f, "Paused"));
    g_assert_false(bus_flag(&f, "HelperLost"));
    fake_worker_die(worker);
    g_assert_true(bus_flag(&f, "HelperLost"));
    g_assert_false(bus_flag(&f, "Talking"));

    /* Nothing of it is on the bus. */
    static const char *const methods[] = {"History", "Show", "MarkRead", "Transfers"};
    for (gsize i = 0; i < G_N_ELEMENTS(methods); i++) {
        call = bus_call(f.client, g_dbus_connection_get_unique_name(f.bus), CONSENT1, methods[i],
                        NULL);
        g_assert_nonnull(call.error);
        bus_call_clear(&call);
    }
    bus_detach(window);
    bus_tear_down(&f);
}

static RaGuard *give_guard(gpointer data, G_GNUC_UNUSED GError **error)
{
    return &((RaMemoryGuard *)((FakeDesktop *)data)->guard)->guard;
}

/* A program presses the window's buttons, without a key or a click: nothing that gives. */
static void test_by_press(void)
{
    static const struct {
        const char *method;
        const char *arguments; /* NULL: none */
        gboolean taken;
    } cases[] = {
        {"Talk", "(true,)", FALSE},           {"Mute", "(false,)", FALSE},
        {"ShareClipboard", "(true,)", FALSE}, {"Show", NULL, FALSE},
        {"ShareClipboard", "(false,)", TRUE}, {"SendFile", "(b'/etc/hostname',)", TRUE},
    };
    Bus f;
    RaMemoryGuard guard;
    memory_guard_init(&guard);
    bus_set_up(&f, FALSE);
    GDBusConnection *window = bus_attach(&f);
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    f.stage.desktop.guard = &guard;
    f.stage.desktop.desktop.guard = give_guard;
    guard.hands.real = g_get_monotonic_time() + 60 * (gint64)G_USEC_PER_SEC;
    (void)stage_view(&f.stage, id);
    guard.hands.real = 0;
    bus_assert_done(bus_host1(&f, "Hide", NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        GVariant *arguments =
            cases[i].arguments != NULL ? g_variant_new_parsed(cases[i].arguments) : NULL;
        g_test_message("%s", cases[i].method);
        BusCall call = bus_call(window, NULL, CONSENT1, cases[i].method, arguments);
        if (cases[i].taken)
            bus_assert_done(call);
        else
            bus_assert_refused(call, "NotAllowed");
    }
    g_assert_true(bus_flag(&f, "Paused"));
    guard.hands.real = g_get_monotonic_time() + G_USEC_PER_SEC; /* however slow this is */
    bus_assert_done(bus_call(window, NULL, CONSENT1, "Show", NULL));
    g_assert_false(bus_flag(&f, "Paused"));
    bus_detach(window);
    bus_tear_down(&f);
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
    Bus f;
    bus_set_up(&f, FALSE);
    GDBusConnection *window = bus_attach(&f);
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_view(&f.stage, id);
    fake_worker_say_kind(worker, RA_IPC_WANT_CONTROL);
    bus_say_yes(&f, window);
    g_usleep((RA_QUESTION_HOLD_MS + 50) * 1000);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        GVariant *arguments =
            cases[i].arguments != NULL ? g_variant_new_parsed(cases[i].arguments) : NULL;
        g_test_message("%s", cases[i].method);
        fake_worker_say_kind(worker, RA_IPC_KEY_PRESS);
        BusCall call = bus_call(window, NULL, CONSENT1, cases[i].method, arguments);
        if (cases[i].gives)
            bus_assert_refused(call, "NotAllowed");
        else
            bus_assert_done(call);
    }
    g_assert_cmpuint(f.stage.desktop.injected, ==, G_N_ELEMENTS(cases));
    g_assert_cmpuint(fake_worker_count_assist(worker, RA_ASSIST_VOICE_WANT), ==, 0);
    g_assert_cmpuint(fake_worker_count_assist(worker, RA_ASSIST_FILE_OFFER), ==, 0);
    bus_detach(window);
    bus_tear_down(&f);
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
    g_test_add_func("/host/service/by-press", test_by_press);
    g_test_add_func("/host/service/by-hand", test_by_hand);
}