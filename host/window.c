/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/window.h"

#include "base/error.h"
#include "bus/names.h"
#include "host/consent.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

struct _RaConsentWindow {
    RaAgent *agent;
    GDBusInterfaceSkeleton *host1;
    RaConsent *consent;
    GDBusConnection *connection; /* NULL until the window said hello */
    GCancellable *cancellable;
    RaConsentWindowGone gone;
    gpointer data;
    guint watch, gone_idle, hello_timer;
};

static gboolean tell_gone(gpointer data)
{
    RaConsentWindow *window = data;
    window->gone_idle = 0;
    window->gone(window, window->data);
    return G_SOURCE_REMOVE;
}

static void lose(RaConsentWindow *window)
{
    if (window->gone_idle == 0)
        window->gone_idle = g_idle_add(tell_gone, window);
}

static void on_closed(GDBusConnection *connection, gboolean vanished, GError *error, gpointer data)
{
    (void)connection, (void)vanished, (void)error;
    lose(data);
}

static void on_owner_vanished(GDBusConnection *bus, const char *name, gpointer data)
{
    (void)bus, (void)name;
    lose(data);
}

static gboolean on_hello_timeout(gpointer data)
{
    RaConsentWindow *window = data;
    window->hello_timer = 0;
    lose(window);
    return G_SOURCE_REMOVE;
}

/* The window said hello: it may see the objects, then its messages are taken. */
static void on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
    (void)source;
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) connection = g_dbus_connection_new_finish(result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* the window is freed */
    RaConsentWindow *window = data;
    g_clear_handle_id(&window->hello_timer, g_source_remove);
    window->connection = connection != NULL ? g_object_ref(connection) : NULL;
    if (connection == NULL ||
        !g_dbus_interface_skeleton_export(window->host1, connection, RA_BUS_PATH, NULL) ||
        !ra_consent_export(window->consent, connection, NULL)) {
        lose(window);
        return;
    }
    g_signal_connect(connection, "closed", G_CALLBACK(on_closed), window);
    g_dbus_connection_start_message_processing(connection);
}

gboolean ra_consent_window_pair(int *ours, int *theirs, GError **error)
{
    int pair[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot make a socket for the window: %s",
                    g_strerror(errno));
        return FALSE;
    }
    *ours = pair[0];
    *theirs = pair[1];
    return TRUE;
}

RaConsentWindow *ra_consent_window_new(RaAgent *agent, GDBusInterfaceSkeleton *host1, int fd,
                                       guint hello_seconds, RaConsentWindowGone gone, gpointer data,
                                       GError **error)
{
    g_autoptr(GSocket) socket = g_socket_new_from_fd(fd, error);
    if (socket == NULL) {
        close(fd);
        return NULL;
    }
    g_autoptr(GSocketConnection) stream = g_socket_connection_factory_create_connection(socket);
    RaConsentWindow *window = g_new0(RaConsentWindow, 1);
    window->agent = agent;
    window->host1 = g_object_ref(host1);
    window->gone = gone;
    window->data = data;
    window->cancellable = g_cancellable_new();
    window->consent = ra_consent_new(agent, RA_ANSWER_WINDOW);
    ra_agent_attach(agent);
    window->hello_timer = g_timeout_add_seconds(hello_seconds, on_hello_timeout, window);
    g_autofree char *guid = g_dbus_generate_guid();
    g_dbus_connection_new(G_IO_STREAM(stream), guid,
                          G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER |
                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_REQUIRE_SAME_USER |
                              G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                          NULL, window->cancellable, on_connected, window);
    return window;
}

void ra_consent_window_follow(RaConsentWindow *window, GDBusConnection *bus, const char *owner)
{
    window->watch = g_bus_watch_name_on_connection(bus, owner, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
                                                   on_owner_vanished, window, NULL);
}

void ra_consent_window_present(RaConsentWindow *window, const char *what)
{
    ra_consent_present(window->consent, what);
}

void ra_consent_window_free(RaConsentWindow *window)
{
    if (window == NULL)
        return;
    g_cancellable_cancel(window->cancellable);
    g_object_unref(window->cancellable);
    g_clear_handle_id(&window->watch, g_bus_unwatch_name);
    g_clear_handle_id(&window->gone_idle, g_source_remove);
    g_clear_handle_id(&window->hello_timer, g_source_remove);
    ra_consent_free(window->consent);
    ra_agent_detach(window->agent);
    if (window->connection != NULL) {
        g_signal_handlers_disconnect_by_data(window->connection, window);
        if (g_dbus_interface_skeleton_has_connection(window->host1, window->connection))
            g_dbus_interface_skeleton_unexport_from_connection(window->host1, window->connection);
        g_dbus_connection_close(window->connection, NULL, NULL, NULL);
        g_object_unref(window->connection);
    }
    g_object_unref(window->host1);
    g_free(window);
}
