/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-agent/bus.h"

#include "bus/names.h"

#include <string.h>
#include <unistd.h>

GDBusConnection *bus_connect(Bus *f)
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

void bus_set_up(Bus *f, gboolean bus_answers)
{
    g_autoptr(GError) error = NULL;
    stage_init(&f->stage, "");
    f->stage.config.bus_answers = bus_answers;
    stage_start(&f->stage);
    f->daemon = g_test_dbus_new(G_TEST_DBUS_NONE);
    g_test_dbus_up(f->daemon);
    f->bus = bus_connect(f);
    f->client = bus_connect(f);
    const RaServiceOptions options = {.bus_answers = bus_answers, .attach = TRUE};
    f->service = ra_service_new(f->stage.agent, f->bus, &options, &error);
    g_assert_no_error(error);
}

void bus_tear_down(Bus *f)
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

static void on_reply(GObject *connection, GAsyncResult *result, gpointer data)
{
    BusCall *call = data;
    call->reply = g_dbus_connection_call_with_unix_fd_list_finish(G_DBUS_CONNECTION(connection),
                                                                  &call->fds, result, &call->error);
    call->done = TRUE;
}

/* The agent answers from the same main loop. */
BusCall bus_call(GDBusConnection *connection, const char *name, const char *interface,
                 const char *method, GVariant *arguments)
{
    BusCall call = {0};
    g_dbus_connection_call_with_unix_fd_list(connection, name, RA_BUS_PATH, interface, method,
                                             arguments, NULL, G_DBUS_CALL_FLAGS_NONE, 5000, NULL,
                                             NULL, on_reply, &call);
    while (!call.done)
        g_main_context_iteration(NULL, TRUE);
    return call;
}

BusCall bus_host1(Bus *f, const char *method, GVariant *arguments)
{
    return bus_call(f->client, g_dbus_connection_get_unique_name(f->bus), HOST1, method, arguments);
}

void bus_call_clear(BusCall *call)
{
    g_clear_pointer(&call->reply, g_variant_unref);
    g_clear_object(&call->fds);
    g_clear_error(&call->error);
}

void bus_assert_refused(BusCall call, const char *name)
{
    g_assert_null(call.reply);
    g_assert_nonnull(call.error);
    g_autofree char *remote = g_dbus_error_get_remote_error(call.error);
    g_autofree char *expected = g_strconcat(RA_BUS_ERROR, name, NULL);
    g_assert_cmpstr(remote, ==, expected);
    bus_call_clear(&call);
}

void bus_assert_done(BusCall call)
{
    g_assert_no_error(call.error);
    bus_call_clear(&call);
}

static char *property(Bus *f, const char *name)
{
    BusCall call =
        bus_call(f->client, g_dbus_connection_get_unique_name(f->bus),
                 "org.freedesktop.DBus.Properties", "Get", g_variant_new("(ss)", HOST1, name));
    g_assert_no_error(call.error);
    g_autoptr(GVariant) value = NULL;
    g_variant_get(call.reply, "(v)", &value);
    char *text = g_variant_is_of_type(value, G_VARIANT_TYPE_STRING)
                     ? g_variant_dup_string(value, NULL)
                     : g_strdup_printf("%zu", g_variant_n_children(value));
    bus_call_clear(&call);
    return text;
}

void bus_assert_property(Bus *f, const char *name, const char *expected)
{
    g_autofree char *value = property(f, name);
    g_assert_cmpstr(value, ==, expected);
}

void bus_on_signal(G_GNUC_UNUSED GDBusConnection *connection, G_GNUC_UNUSED const char *sender,
                   G_GNUC_UNUSED const char *path, G_GNUC_UNUSED const char *interface,
                   const char *signal, GVariant *values, gpointer data)
{
    BusHeard *heard = data;
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

void bus_await(const guint *count, guint n)
{
    const gint64 end = g_get_monotonic_time() + 60 * (gint64)G_USEC_PER_SEC;
    while (*count < n && g_get_monotonic_time() < end) {
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
    }
    g_assert_cmpuint(*count, ==, n);
}

guint bus_listen(GDBusConnection *connection, BusHeard *heard)
{
    return g_dbus_connection_signal_subscribe(connection, NULL, HOST1, NULL, RA_BUS_PATH, NULL,
                                              G_DBUS_SIGNAL_FLAGS_NONE, bus_on_signal, heard, NULL);
}

GDBusConnection *bus_attach(Bus *f)
{
    BusCall call = bus_host1(f, "AttachWindow", NULL);
    g_assert_no_error(call.error);
    g_autoptr(GError) error = NULL;
    const int fd = g_unix_fd_list_get(call.fds, 0, &error);
    g_assert_no_error(error);
    bus_call_clear(&call);
    g_autoptr(GSocket) socket = g_socket_new_from_fd(fd, &error);
    g_assert_no_error(error);
    g_autoptr(GSocketConnection) stream = g_socket_connection_factory_create_connection(socket);
    GDBusConnection *window = g_dbus_connection_new_sync(
        G_IO_STREAM(stream), NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL, NULL,
        &error);
    g_assert_no_error(error);
    return window;
}

void bus_detach(GDBusConnection *window)
{
    g_dbus_connection_close_sync(window, NULL, NULL);
    g_object_unref(window);
}

/* The question that is open, in sight for long enough, gets a yes in the window. */
void bus_say_yes(Bus *f, GDBusConnection *window)
{
    const guint question = f->stage.question;
    GVariant *yes = g_variant_ref_sink(g_variant_new("(ub)", question, TRUE));
    bus_assert_refused(bus_call(window, NULL, CONSENT1, "Answer", yes), "NotAllowed");
    bus_assert_done(bus_call(window, NULL, CONSENT1, "Shown", g_variant_new("(uu)", question, 0u)));
    bus_assert_refused(bus_call(window, NULL, CONSENT1, "Answer", yes), "NotAllowed");
    g_usleep((RA_QUESTION_READ_MS + 1) * 1000);
    bus_assert_done(bus_call(window, NULL, CONSENT1, "Answer", yes));
    bus_assert_refused(bus_call(window, NULL, CONSENT1, "Answer", yes), "NotFound");
    g_variant_unref(yes);
}

gboolean bus_flag(Bus *f, const char *name)
{
    BusCall call =
        bus_call(f->client, g_dbus_connection_get_unique_name(f->bus),
                 "org.freedesktop.DBus.Properties", "Get", g_variant_new("(ss)", HOST1, name));
    g_autoptr(GVariant) value = NULL;
    g_assert_no_error(call.error);
    g_variant_get(call.reply, "(v)", &value);
    const gboolean bus_flag = g_variant_get_boolean(value);
    bus_call_clear(&call);
    return bus_flag;
}

void bus_await_more(const guint *count, guint than)
{
    const gint64 end = g_get_monotonic_time() + 60 * (gint64)G_USEC_PER_SEC;
    while (*count <= than && g_get_monotonic_time() < end) {
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
    }
    g_assert_cmpuint(*count, >, than);
}
