/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/agent-link.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "bus/names.h"

#include <string.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 5 };

struct _RaAgentLink {
    GDBusConnection *connection;
    RaBusHost1 *host;
    RaBusConsent1 *consent;
    void (*closed)(gpointer data);
    gpointer data;
};

/* What is waited for while a link is made; the main loop runs meanwhile. */
typedef struct {
    GCancellable *cancellable;
    RaAgentLink *link;
    guint waiting;
    GError *error; /* the first one */
} Making;

static void on_closed(GDBusConnection *connection, gboolean vanished, GError *error, gpointer data)
{
    RaAgentLink *link = data;
    (void)vanished, (void)error;
    g_signal_handlers_disconnect_by_data(connection, link);
    link->closed(link->data);
}

static void step_done(Making *making, GError *error)
{
    making->waiting--;
    if (error == NULL)
        return;
    if (making->error == NULL)
        making->error = error;
    else
        g_error_free(error);
    g_cancellable_cancel(making->cancellable);
}

static void on_host(GObject *source, GAsyncResult *result, gpointer data)
{
    Making *making = data;
    GError *error = NULL;
    (void)source;
    making->link->host = ra_bus_host1_proxy_new_finish(result, &error);
    step_done(making, error);
}

static void on_consent(GObject *source, GAsyncResult *result, gpointer data)
{
    Making *making = data;
    GError *error = NULL;
    (void)source;
    making->link->consent = ra_bus_consent1_proxy_new_finish(result, &error);
    step_done(making, error);
}

static void on_connection(GObject *source, GAsyncResult *result, gpointer data)
{
    Making *making = data;
    GError *error = NULL;
    (void)source;
    GDBusConnection *connection = g_dbus_connection_new_finish(result, &error);
    making->link->connection = connection;
    if (connection != NULL) {
        making->waiting += 2;
        ra_bus_host1_proxy_new(connection, G_DBUS_PROXY_FLAGS_NONE, NULL, RA_BUS_PATH,
                               making->cancellable, on_host, making);
        ra_bus_consent1_proxy_new(connection, G_DBUS_PROXY_FLAGS_NONE, NULL, RA_BUS_PATH,
                                  making->cancellable, on_consent, making);
    }
    step_done(making, error);
}

static gboolean on_late(gpointer data)
{
    g_cancellable_cancel(data);
    return G_SOURCE_CONTINUE; /* taken away by who set it */
}

static void make(Making *making, GIOStream *stream)
{
    const guint timer = g_timeout_add_seconds(PATIENCE_SECONDS, on_late, making->cancellable);
    making->waiting = 1;
    g_dbus_connection_new(stream, NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL,
                          making->cancellable, on_connection, making);
    while (making->waiting > 0)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(timer);
}

static GIOStream *open_stream(int fd, GError **error)
{
    g_autoptr(GSocket) socket = g_socket_new_from_fd(fd, error);
    if (socket == NULL) {
        close(fd);
        return NULL;
    }
    return G_IO_STREAM(g_socket_connection_factory_create_connection(socket));
}

RaAgentLink *ra_agent_link_new(int fd, void (*closed)(gpointer data), gpointer data, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GIOStream) stream = open_stream(fd, &failure);
    g_autoptr(RaAgentLink) link = g_new0(RaAgentLink, 1);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    Making making = {.cancellable = cancellable, .link = link};
    link->closed = closed;
    link->data = data;
    if (stream != NULL)
        make(&making, stream);
    if (failure == NULL)
        failure = making.error;
    if (failure == NULL && g_dbus_connection_is_closed(link->connection))
        g_set_error_literal(&failure, G_IO_ERROR, G_IO_ERROR_CLOSED, "it closed the connection");
    if (failure != NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "the agent that started this window cannot be reached: %s", failure->message);
        return NULL;
    }
    g_signal_connect(link->connection, "closed", G_CALLBACK(on_closed), link);
    return g_steal_pointer(&link);
}

void ra_agent_link_free(RaAgentLink *link)
{
    if (link == NULL)
        return;
    g_clear_object(&link->host);
    g_clear_object(&link->consent);
    if (link->connection != NULL) {
        g_signal_handlers_disconnect_by_data(link->connection, link);
        g_dbus_connection_close(link->connection, NULL, NULL, NULL);
        g_object_unref(link->connection);
    }
    g_free(link);
}

RaBusHost1 *ra_agent_link_host(RaAgentLink *link)
{
    return link->host;
}

RaBusConsent1 *ra_agent_link_consent(RaAgentLink *link)
{
    return link->consent;
}

char *ra_agent_link_message(const GError *error)
{
    g_autofree char *remote = g_dbus_error_get_remote_error(error);
    if (remote == NULL || !g_str_has_prefix(remote, RA_BUS_ERROR))
        return g_strdup(_("Remote Assistance on this computer does not answer."));
    g_autoptr(GError) copy = g_error_copy(error);
    (void)g_dbus_error_strip_remote_error(copy);
    return ra_text_line(copy->message, RA_TEXT_LINE_MAX);
}
