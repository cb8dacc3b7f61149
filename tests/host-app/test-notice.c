/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lasting notification, on a bus of the test's own with a notification server of its own. */
#include "host/app/notice.h"
#include "tests/host-app/stand-in.h"

#include <string.h>

#define SERVER "org.freedesktop.Notifications"
#define PATH   "/org/freedesktop/Notifications"

typedef struct {
    GTestDBus *bus;
    StandIn *agent;
    RaNotice *notice;
    GDBusConnection *ours, *server;
    guint object, name;
    const char *const *capabilities;
    /* What the server was told */
    guint notified, closed, replaced, last_id;
    guint dismissals; /* that the program has heard of */
    char *summary, *body, *actions, *hints;
    int presented;
} Fixture;

static const char xml[] =
    "<node><interface name='" SERVER "'>"
    "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
    "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='as' direction='in'/><arg type='a{sv}' direction='in'/>"
    "<arg type='i' direction='in'/><arg type='u' direction='out'/></method>"
    "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
    "</interface></node>";

static void on_notify(Fixture *f, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    g_autoptr(GVariant) actions = NULL;
    g_autoptr(GVariant) hints = NULL;
    int expire = -1;
    g_free(f->summary);
    g_free(f->body);
    g_free(f->actions);
    g_free(f->hints);
    g_variant_get(parameters, "(su&sss@as@a{sv}i)", NULL, &f->replaced, NULL, &f->summary, &f->body,
                  &actions, &hints, &expire);
    g_assert_cmpint(expire, ==, 0); /* never */
    f->actions = g_variant_print(actions, FALSE);
    f->hints = g_variant_print(hints, FALSE);
    if (f->replaced == 0)
        f->last_id++;
    f->notified++;
    g_dbus_method_invocation_return_value(invocation, g_variant_new("(u)", f->last_id));
}

static void on_call(GDBusConnection *connection, const char *sender, const char *path,
                    const char *interface, const char *method, GVariant *parameters,
                    GDBusMethodInvocation *invocation, gpointer data)
{
    Fixture *f = data;
    (void)connection, (void)sender, (void)path, (void)interface;
    if (strcmp(method, "Notify") == 0) {
        on_notify(f, parameters, invocation);
    } else if (strcmp(method, "CloseNotification") == 0) {
        guint id = 0;
        g_variant_get(parameters, "(u)", &id);
        g_assert_cmpuint(id, ==, f->last_id);
        f->closed++;
        g_dbus_method_invocation_return_value(invocation, NULL);
    } else {
        g_dbus_method_invocation_return_value(invocation, g_variant_new("(^as)", f->capabilities));
    }
}

static GDBusConnection *connect_bus(Fixture *f)
{
    g_autoptr(GError) error = NULL;
    GDBusConnection *connection =
        g_dbus_connection_new_for_address_sync(g_test_dbus_get_bus_address(f->bus),
                                               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                               NULL, NULL, &error);
    g_assert_no_error(error);
    return connection;
}

static void start_server(Fixture *f)
{
    static const GDBusInterfaceVTable vtable = {.method_call = on_call};
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusNodeInfo) info = g_dbus_node_info_new_for_xml(xml, &error);
    g_assert_no_error(error);
    f->server = connect_bus(f);
    f->object = g_dbus_connection_register_object(f->server, PATH, info->interfaces[0], &vtable, f,
                                                  NULL, &error);
    g_assert_no_error(error);
    f->name = g_bus_own_name_on_connection(f->server, SERVER, G_BUS_NAME_OWNER_FLAGS_NONE, NULL,
                                           NULL, NULL, NULL);
}

static void stop_server(Fixture *f)
{
    g_bus_unown_name(f->name);
    g_dbus_connection_unregister_object(f->server, f->object);
    g_dbus_connection_close_sync(f->server, NULL, NULL);
    g_clear_object(&f->server);
}

static void on_present(gpointer data)
{
    ((Fixture *)data)->presented++;
}

/* Subscribed after the notice, and so called after it. */
static void on_dismissed(GDBusConnection *connection, const char *sender, const char *path,
                         const char *interface, const char *signal, GVariant *parameters,
                         gpointer data)
{
    (void)connection, (void)sender, (void)path, (void)interface, (void)signal, (void)parameters;
    ((Fixture *)data)->dismissals++;
}

static void set_up(Fixture *f, const char *const *capabilities)
{
    *f = (Fixture){.bus = g_test_dbus_new(G_TEST_DBUS_NONE), .capabilities = capabilities};
    g_test_dbus_up(f->bus);
    f->agent = stand_in_new();
    f->ours = connect_bus(f);
    f->notice = ra_notice_new(f->ours, stand_in_link(f->agent), on_present, f);
    g_dbus_connection_signal_subscribe(f->ours, SERVER, SERVER, "NotificationClosed", PATH, NULL,
                                       G_DBUS_SIGNAL_FLAGS_NONE, on_dismissed, f, NULL);
}

/* All that the server answered so far has been heard. */
static void hear(Fixture *f)
{
    (void)g_dbus_connection_flush_sync(f->server, NULL, NULL);
    g_autoptr(GVariant) id = g_dbus_connection_call_sync(
        f->ours, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId",
        NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
    g_assert_nonnull(id);
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

static void tear_down(Fixture *f)
{
    if (f->server != NULL)
        hear(f);
    ra_notice_free(f->notice);
    if (f->server != NULL)
        stop_server(f);
    g_dbus_connection_close_sync(f->ours, NULL, NULL);
    g_object_unref(f->ours);
    stand_in_free(f->agent);
    g_test_dbus_down(f->bus);
    g_object_unref(f->bus);
    g_free(f->summary);
    g_free(f->body);
    g_free(f->actions);
    g_free(f->hints);
}

static void set_state(Fixture *f, const char *state, const char *name)
{
    ra_bus_host1_set_state(stand_in_host(f->agent), state);
    ra_bus_host1_set_helper(stand_in_host(f->agent), name);
}

typedef struct {
    const guint *counter;
    guint wanted;
} Count;

static gboolean is_reached(gpointer data)
{
    const Count *count = data;
    return *count->counter >= count->wanted;
}

static void wait_for(const guint *counter, guint wanted)
{
    Count count = {counter, wanted};
    stand_in_until(is_reached, &count);
}

static const char *const all[] = {"actions", "body", "body-markup", NULL};
static const char *const plain[] = {"actions", "body", NULL};
static const char *const little[] = {NULL};

/* One notification that changes in place with the state, and goes at the end. */
static void test_states(void)
{
    Fixture f;
    set_up(&f, all);
    start_server(&f);
    set_state(&f, "viewing", "Ann");
    wait_for(&f.notified, 1);
    g_assert_cmpstr(f.body, ==, "“\u2068Ann\u2069” sees your screen.");
    g_assert_null(strstr(f.actions, "Stop control"));
    g_assert_nonnull(strstr(f.actions, "'end', 'End session'"));
    g_assert_nonnull(strstr(f.hints, "'urgency': <byte 0x02>"));
    g_assert_nonnull(strstr(f.hints, "'resident': <true>"));
    set_state(&f, "controlling", "Ann");
    wait_for(&f.notified, 2);
    g_assert_cmpuint(f.replaced, ==, 1);
    g_assert_nonnull(strstr(f.actions, "'stop', 'Stop control'"));
    ra_bus_host1_set_paused(stand_in_host(f.agent), TRUE);
    wait_for(&f.notified, 3);
    g_assert_nonnull(strstr(f.body, "hidden from"));
    set_state(&f, "listening", "");
    wait_for(&f.closed, 1);
    g_assert_cmpuint(f.notified, ==, 3);
    tear_down(&f);
    g_assert_cmpuint(f.closed, ==, 1);
}

/* A name is a name, whatever the server makes of the text. */
static void test_names(void)
{
    static const struct {
        const char *name;
        const char *const *capabilities;
        const char *summary, *body;
    } cases[] = {
        {"<b>&Bob", all, "You are being helped",
         "“\u2068&lt;b&gt;&amp;Bob\u2069” sees your screen."},
        {"<b>&Bob", plain, "You are being helped",
         "“\u2068\u2039b\u203a\uff06Bob\u2069” sees your screen."},
        {"%s%n", all, "You are being helped", "“\u2068%s%n\u2069” sees your screen."},
        {"", all, "You are being helped", "Your helper sees your screen."},
        {"Bob", little, "“\u2068Bob\u2069” sees your screen.", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture f;
        set_up(&f, cases[i].capabilities);
        start_server(&f);
        ra_bus_host1_set_helper(stand_in_host(f.agent), cases[i].name);
        stand_in_settle_down(f.agent);
        set_state(&f, "viewing", cases[i].name);
        wait_for(&f.notified, 1);
        g_assert_cmpstr(f.summary, ==, cases[i].summary);
        g_assert_cmpstr(f.body, ==, cases[i].body);
        g_assert_cmpint(strcmp(f.actions, "[]") == 0, ==, cases[i].capabilities == little);
        tear_down(&f);
    }
}

static void act(Fixture *f, guint id, const char *key)
{
    g_dbus_connection_emit_signal(f->server, NULL, PATH, SERVER, "ActionInvoked",
                                  g_variant_new("(us)", id, key), NULL);
}

/* Its buttons, of ours only. */
static void test_actions(void)
{
    Fixture f;
    set_up(&f, all);
    start_server(&f);
    set_state(&f, "controlling", "Ann");
    wait_for(&f.notified, 1);
    hear(&f);
    act(&f, f.last_id + 1, "end"); /* another program's */
    act(&f, f.last_id, "format");
    act(&f, f.last_id, "stop");
    stand_in_wait(f.agent, "TakeBackControl", 1);
    act(&f, f.last_id, "default");
    act(&f, f.last_id, "end");
    stand_in_wait(f.agent, "End", 1);
    g_assert_cmpint(f.presented, ==, 1);
    g_assert_cmpuint(stand_in_calls(f.agent, "TakeBackControl"), ==, 1);
    /* Closed by the novice: no other one until something changes. */
    g_dbus_connection_emit_signal(f.server, NULL, PATH, SERVER, "NotificationClosed",
                                  g_variant_new("(uu)", f.last_id, 2u), NULL);
    wait_for(&f.dismissals, 1);
    set_state(&f, "viewing", "Ann");
    wait_for(&f.notified, 2);
    g_assert_cmpuint(f.replaced, ==, 0);
    hear(&f);
    ra_notice_free(g_steal_pointer(&f.notice));
    wait_for(&f.closed, 1);
    tear_down(&f);
}

/* No server; one that comes; it dies; another one comes. */
static void test_server(void)
{
    Fixture f;
    set_up(&f, all);
    set_state(&f, "viewing", "Ann");
    stand_in_settle_down(f.agent);
    g_assert_cmpuint(f.notified, ==, 0);
    start_server(&f);
    wait_for(&f.notified, 1);
    stop_server(&f);
    set_state(&f, "controlling", "Ann");
    stand_in_settle_down(f.agent);
    start_server(&f);
    wait_for(&f.notified, 2);
    g_assert_cmpuint(f.replaced, ==, 0);
    hear(&f);
    stand_in_leave(f.agent); /* nobody helps any more */
    ra_notice_free(g_steal_pointer(&f.notice));
    wait_for(&f.closed, 1);
    tear_down(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/notice/states", test_states);
    g_test_add_func("/notice/names", test_names);
    g_test_add_func("/notice/actions", test_actions);
    g_test_add_func("/notice/server", test_server);
    return g_test_run();
}
