/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-app/stand-in.h"

#include "bus/names.h"

#include <string.h>
#include <sys/socket.h>

enum { PATIENCE_SECONDS = 60, QUESTION_SECONDS = 60 };

typedef struct {
    guint count;
    char *last;
    GVariant *reply;
    char *error, *message;
} Method;

struct _StandIn {
    RaBusHost1 *host;
    RaBusConsent1 *consent;
    GDBusConnection *connection;
    RaAgentLink *link;
    GHashTable *methods; /* name: Method */
    guint numbers;
    gboolean closed;
};

static void free_method(gpointer data)
{
    Method *method = data;
    g_free(method->last);
    g_clear_pointer(&method->reply, g_variant_unref);
    g_free(method->error);
    g_free(method->message);
    g_free(method);
}

static Method *method_of(StandIn *agent, const char *name)
{
    Method *method = g_hash_table_lookup(agent->methods, name);
    if (method == NULL) {
        method = g_new0(Method, 1);
        method->last = g_strdup("");
        g_hash_table_insert(agent->methods, g_strdup(name), method);
    }
    return method;
}

static GVariant *empty_reply(StandIn *agent, const GDBusMethodInfo *info)
{
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE_TUPLE);
    for (GDBusArgInfo **out = info->out_args; out != NULL && *out != NULL; out++) {
        const char *type = (*out)->signature;
        if (type[0] == 'a')
            g_variant_builder_add_value(&builder,
                                        g_variant_new_array(G_VARIANT_TYPE(type + 1), NULL, 0));
        else if (type[0] == 'u')
            g_variant_builder_add(&builder, "u", ++agent->numbers);
        else
            g_error("the stand-in has no reply of type %s: use stand_in_reply()", type);
    }
    return g_variant_builder_end(&builder);
}

/* Any method of both interfaces: the generated signals are all alike in their first arguments. */
static void on_method(GClosure *closure, GValue *ret, guint n, const GValue *values, gpointer hint,
                      gpointer marshal_data)
{
    StandIn *agent = closure->data;
    GDBusMethodInvocation *invocation = g_value_get_object(&values[1]);
    Method *method = method_of(agent, g_dbus_method_invocation_get_method_name(invocation));
    (void)n, (void)hint, (void)marshal_data;
    method->count++;
    g_free(method->last);
    method->last = g_variant_print(g_dbus_method_invocation_get_parameters(invocation), FALSE);
    g_value_set_boolean(ret, TRUE);
    if (method->error != NULL)
        g_dbus_method_invocation_return_dbus_error(invocation, method->error, method->message);
    else
        g_dbus_method_invocation_return_value(
            invocation,
            method->reply != NULL
                ? method->reply
                : empty_reply(agent, g_dbus_method_invocation_get_method_info(invocation)));
}

/* "SendFile" is the signal "handle-send-file". */
static char *signal_of(const char *method)
{
    GString *signal = g_string_new("handle");
    for (; *method != '\0'; method++) {
        if (g_ascii_isupper(*method))
            g_string_append_c(signal, '-');
        g_string_append_c(signal, g_ascii_tolower(*method));
    }
    return g_string_free(signal, FALSE);
}

static void take_methods(StandIn *agent, gpointer skeleton)
{
    const GDBusInterfaceInfo *info = g_dbus_interface_skeleton_get_info(skeleton);
    for (GDBusMethodInfo **method = info->methods; *method != NULL; method++) {
        g_autofree char *signal = signal_of((*method)->name);
        GClosure *closure = g_closure_new_simple(sizeof(GClosure), agent);
        g_closure_set_marshal(closure, on_method);
        g_signal_connect_closure(skeleton, signal, closure, FALSE);
    }
}

static void on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
    StandIn *agent = data;
    g_autoptr(GError) error = NULL;
    (void)source;
    agent->connection = g_dbus_connection_new_finish(result, &error);
    g_assert_no_error(error);
    g_dbus_interface_skeleton_export(G_DBUS_INTERFACE_SKELETON(agent->host), agent->connection,
                                     RA_BUS_PATH, &error);
    g_assert_no_error(error);
    g_dbus_interface_skeleton_export(G_DBUS_INTERFACE_SKELETON(agent->consent), agent->connection,
                                     RA_BUS_PATH, &error);
    g_assert_no_error(error);
    g_dbus_connection_start_message_processing(agent->connection);
}

static void on_closed(gpointer data)
{
    ((StandIn *)data)->closed = TRUE;
}

static void link_up(StandIn *agent)
{
    g_autoptr(GError) error = NULL;
    int pair[2];
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
    g_autoptr(GSocket) socket = g_socket_new_from_fd(pair[0], &error);
    g_assert_no_error(error);
    g_autoptr(GSocketConnection) stream = g_socket_connection_factory_create_connection(socket);
    g_autofree char *guid = g_dbus_generate_guid();
    g_dbus_connection_new(G_IO_STREAM(stream), guid,
                          G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER |
                              G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                          NULL, NULL, on_connected, agent);
    agent->link = ra_agent_link_new(pair[1], on_closed, agent, &error);
    g_assert_no_error(error);
}

StandIn *stand_in_new(void)
{
    StandIn *agent = g_new0(StandIn, 1);
    agent->methods = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_method);
    agent->host = ra_bus_host1_skeleton_new();
    agent->consent = ra_bus_consent1_skeleton_new();
    ra_bus_host1_set_questions(agent->host,
                               g_variant_new_array(G_VARIANT_TYPE("(usa{sv})"), NULL, 0));
    ra_bus_host1_set_state(agent->host, "listening");
    ra_bus_host1_set_helper(agent->host, "");
    ra_bus_consent1_set_features(agent->consent, (const char *const[]){NULL});
    ra_bus_consent1_set_voice(agent->consent, g_variant_new_array(G_VARIANT_TYPE("{sv}"), NULL, 0));
    take_methods(agent, agent->host);
    take_methods(agent, agent->consent);
    link_up(agent);
    return agent;
}

void stand_in_leave(StandIn *agent)
{
    if (agent->connection == NULL)
        return;
    g_dbus_interface_skeleton_unexport(G_DBUS_INTERFACE_SKELETON(agent->host));
    g_dbus_interface_skeleton_unexport(G_DBUS_INTERFACE_SKELETON(agent->consent));
    g_dbus_connection_close_sync(agent->connection, NULL, NULL);
    g_clear_object(&agent->connection);
}

void stand_in_free(StandIn *agent)
{
    stand_in_leave(agent);
    ra_agent_link_free(agent->link);
    g_object_unref(agent->host);
    g_object_unref(agent->consent);
    g_hash_table_unref(agent->methods);
    g_free(agent);
}

RaAgentLink *stand_in_link(StandIn *agent)
{
    return agent->link;
}

RaBusHost1 *stand_in_host(StandIn *agent)
{
    return agent->host;
}

RaBusConsent1 *stand_in_consent(StandIn *agent)
{
    return agent->consent;
}

gboolean stand_in_is_closed(StandIn *agent)
{
    return agent->closed;
}

/* The questions that are open without NUMBER. */
static void init_without(StandIn *agent, guint number, GVariantBuilder *builder)
{
    GVariantIter iter;
    GVariant *child;
    g_variant_builder_init(builder, G_VARIANT_TYPE("a(usa{sv})"));
    g_variant_iter_init(&iter, ra_bus_host1_get_questions(agent->host));
    while ((child = g_variant_iter_next_value(&iter)) != NULL) {
        guint other;
        g_variant_get_child(child, 0, "u", &other);
        if (other != number)
            g_variant_builder_add_value(builder, child);
        g_variant_unref(child);
    }
}

void stand_in_ask(StandIn *agent, guint number, const char *what, GVariant *details)
{
    g_autoptr(GVariant) own = g_variant_ref_sink(details);
    GVariantBuilder builder;
    init_without(agent, number, &builder);
    g_variant_builder_add(&builder, "(us@a{sv})", number, what, own);
    ra_bus_host1_set_questions(agent->host, g_variant_builder_end(&builder));
    ra_bus_host1_emit_asked(agent->host, number, what, own);
}

void stand_in_settle(StandIn *agent, guint number, const char *how)
{
    GVariantBuilder builder;
    init_without(agent, number, &builder);
    ra_bus_host1_set_questions(agent->host, g_variant_builder_end(&builder));
    ra_bus_host1_emit_settled(agent->host, number, how);
}

GVariant *stand_in_details(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) given = g_variant_parse(G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);
    g_assert_no_error(error);
    g_auto(GVariantDict) dict = G_VARIANT_DICT_INIT(given);
    if (!g_variant_dict_contains(&dict, "deadline"))
        g_variant_dict_insert(&dict, "deadline", "x",
                              g_get_real_time() / G_USEC_PER_SEC + QUESTION_SECONDS);
    return g_variant_dict_end(&dict);
}

guint stand_in_calls(StandIn *agent, const char *method)
{
    return method_of(agent, method)->count;
}

const char *stand_in_last(StandIn *agent, const char *method)
{
    return method_of(agent, method)->last;
}

void stand_in_reply(StandIn *agent, const char *method, GVariant *reply)
{
    Method *entry = method_of(agent, method);
    g_clear_pointer(&entry->reply, g_variant_unref);
    entry->reply = g_variant_ref_sink(reply);
}

void stand_in_refuse(StandIn *agent, const char *method, const char *name, const char *message)
{
    Method *entry = method_of(agent, method);
    g_free(entry->error);
    g_free(entry->message);
    entry->error = name != NULL ? g_strconcat(RA_BUS_ERROR, name, NULL) : NULL;
    entry->message = g_strdup(message);
}

static gboolean on_late(G_GNUC_UNUSED gpointer data)
{
    g_error("what the test waits for has not come in a minute");
    return G_SOURCE_REMOVE;
}

void stand_in_until(gboolean (*is_so)(gpointer data), gpointer data)
{
    const guint timer = g_timeout_add_seconds(PATIENCE_SECONDS, on_late, NULL);
    while (!is_so(data))
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(timer);
}

typedef struct {
    StandIn *agent;
    const char *method;
    guint count;
} Wanted;

static gboolean was_called(gpointer data)
{
    const Wanted *wanted = data;
    return stand_in_calls(wanted->agent, wanted->method) >= wanted->count;
}

void stand_in_wait(StandIn *agent, const char *method, guint count)
{
    Wanted wanted = {agent, method, count};
    stand_in_until(was_called, &wanted);
}

static void on_answered(GObject *source, GAsyncResult *result, gpointer data)
{
    GVariant *reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, NULL);
    g_clear_pointer(&reply, g_variant_unref);
    *(gboolean *)data = TRUE;
}

static gboolean is_set(gpointer data)
{
    return *(gboolean *)data;
}

/* Messages keep their order: a question and its answer come after all that was sent before. */
void stand_in_settle_down(StandIn *agent)
{
    GDBusProxy *proxy = G_DBUS_PROXY(ra_agent_link_host(agent->link));
    g_dbus_interface_skeleton_flush(G_DBUS_INTERFACE_SKELETON(agent->host));
    g_dbus_interface_skeleton_flush(G_DBUS_INTERFACE_SKELETON(agent->consent));
    for (guint i = 0; i < 2; i++) { /* what the first lets the window send, the second brings */
        gboolean answered = FALSE;
        g_dbus_connection_call(g_dbus_proxy_get_connection(proxy), NULL, RA_BUS_PATH,
                               "org.freedesktop.DBus.Peer", "Ping", NULL, NULL,
                               G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_answered, &answered);
        stand_in_until(is_set, &answered);
        while (g_main_context_iteration(NULL, FALSE))
            ;
    }
}
