/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A call of the portal returns at once with the path of a Request object; the answer comes as that
 * object's signal Response. Its path is known beforehand from the caller's name and a token, so
 * that no answer is missed:
 * https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Request.html
 */
#include "viewer/portal.h"

#include <string.h>

#define PORTAL       "org.freedesktop.portal.Desktop"
#define PORTAL_PATH  "/org/freedesktop/portal/desktop"
#define FILE_CHOOSER "org.freedesktop.portal.FileChooser"
#define REQUEST      "org.freedesktop.portal.Request"

enum { PATHS_MAX = 1000 };

struct _RaPortal {
    RaChooseKind kind;
    char *title, *accept, *folder, *name; /* FOLDER and NAME may be NULL */
    RaPortalFunc func;
    gpointer data;
    GCancellable *cancel;
    GDBusConnection *bus;
    char *request; /* path of the object that answers */
    char *token;
    guint signal;
    guint idle; /* a source: there is no bus */
};

static void portal_free(RaPortal *portal)
{
    if (portal->idle != 0)
        g_source_remove(portal->idle);
    if (portal->signal != 0)
        g_dbus_connection_signal_unsubscribe(portal->bus, portal->signal);
    g_cancellable_cancel(portal->cancel);
    g_object_unref(portal->cancel);
    g_clear_object(&portal->bus);
    g_free(portal->title);
    g_free(portal->accept);
    g_free(portal->folder);
    g_free(portal->name);
    g_free(portal->request);
    g_free(portal->token);
    g_free(portal);
}

static void finish(RaPortal *portal, gboolean missing, const char *const *paths)
{
    const RaPortalFunc func = portal->func;
    const gpointer data = portal->data;
    portal_free(portal);
    func(missing, paths, data);
}

static void close_request(const RaPortal *portal)
{
    if (portal->bus != NULL && portal->request != NULL)
        g_dbus_connection_call(portal->bus, PORTAL, portal->request, REQUEST, "Close", NULL, NULL,
                               G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}

void ra_portal_free(RaPortal *portal)
{
    if (portal == NULL)
        return;
    close_request(portal);
    portal_free(portal);
}

/* Local files alone; the caller's. */
static char **paths_of(GVariant *results)
{
    g_autoptr(GStrvBuilder) paths = g_strv_builder_new();
    g_autofree const char **uris = NULL;
    (void)g_variant_lookup(results, "uris", "^a&s", &uris);
    for (guint i = 0; uris != NULL && uris[i] != NULL && i < PATHS_MAX; i++) {
        g_autofree char *path = g_filename_from_uri(uris[i], NULL, NULL);
        if (path != NULL)
            g_strv_builder_add(paths, path);
    }
    return g_strv_builder_end(paths);
}

static void on_response(GDBusConnection *bus, const char *sender, const char *path,
                        const char *interface, const char *signal, GVariant *parameters,
                        gpointer data)
{
    (void)bus;
    (void)sender;
    (void)path;
    (void)interface;
    (void)signal;
    if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(ua{sv})"))) {
        finish(data, FALSE, NULL);
        return;
    }
    guint32 response;
    g_autoptr(GVariant) results = NULL;
    g_variant_get(parameters, "(u@a{sv})", &response, &results);
    g_auto(GStrv) paths = paths_of(results);
    finish(data, FALSE, response == 0 && *paths != NULL ? (const char *const *)paths : NULL);
}

static void on_called(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) reply =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
    if (reply != NULL || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* the answer comes as a signal; or DATA is gone */
    RaPortal *portal = data;
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        close_request(portal); /* lest it comes up late, beside the other one */
    finish(portal, TRUE, NULL);
}

static GVariant *options_of(const RaPortal *portal)
{
    GVariantBuilder options;
    g_variant_builder_init(&options, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&options, "{sv}", "handle_token", g_variant_new_string(portal->token));
    g_variant_builder_add(&options, "{sv}", "accept_label", g_variant_new_string(portal->accept));
    if (portal->kind == RA_CHOOSE_FILES)
        g_variant_builder_add(&options, "{sv}", "multiple", g_variant_new_boolean(TRUE));
    if (portal->kind == RA_CHOOSE_FOLDER)
        g_variant_builder_add(&options, "{sv}", "directory", g_variant_new_boolean(TRUE));
    if (portal->folder != NULL)
        g_variant_builder_add(&options, "{sv}", "current_folder",
                              g_variant_new_bytestring(portal->folder));
    if (portal->name != NULL && portal->kind == RA_CHOOSE_NEW)
        g_variant_builder_add(&options, "{sv}", "current_name", g_variant_new_string(portal->name));
    return g_variant_builder_end(&options);
}

/* The portal on BUS is asked. */
static void call(RaPortal *portal)
{
    static guint number; /* of requests of this process */
    g_autofree char *sender = g_strdup(g_dbus_connection_get_unique_name(portal->bus) + 1);
    g_strdelimit(sender, ".", '_');
    portal->token = g_strdup_printf("remote_assistance_%u", ++number);
    portal->request = g_strdup_printf(PORTAL_PATH "/request/%s/%s", sender, portal->token);
    portal->signal = g_dbus_connection_signal_subscribe(
        portal->bus, PORTAL, REQUEST, "Response", portal->request, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
        on_response, portal, NULL);
    g_dbus_connection_call(portal->bus, PORTAL, PORTAL_PATH, FILE_CHOOSER,
                           portal->kind == RA_CHOOSE_NEW ? "SaveFile" : "OpenFile",
                           g_variant_new("(ss@a{sv})", "", portal->title, options_of(portal)),
                           G_VARIANT_TYPE("(o)"), G_DBUS_CALL_FLAGS_NONE, RA_PORTAL_SECONDS * 1000,
                           portal->cancel, on_called, portal);
}

static void on_bus(GObject *source, GAsyncResult *result, gpointer data)
{
    (void)source;
    g_autoptr(GError) error = NULL;
    GDBusConnection *bus = g_bus_get_finish(result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* DATA is gone */
    RaPortal *portal = data;
    portal->bus = bus;
    if (bus == NULL) {
        finish(portal, TRUE, NULL);
        return;
    }
    g_dbus_connection_set_exit_on_close(bus, FALSE);
    call(portal);
}

static gboolean on_no_bus(gpointer data)
{
    RaPortal *portal = data;
    portal->idle = 0;
    finish(portal, TRUE, NULL);
    return G_SOURCE_REMOVE;
}

/* One that is there already: GIO would start one of its own. */
static gboolean have_bus(void)
{
    const char *address = g_getenv("DBUS_SESSION_BUS_ADDRESS");
    g_autofree char *socket = g_build_filename(g_get_user_runtime_dir(), "bus", NULL);
    return (address != NULL && *address != '\0') || g_file_test(socket, G_FILE_TEST_EXISTS);
}

RaPortal *ra_portal_new(GDBusConnection *bus, const RaChooseOptions *options, RaPortalFunc func,
                        gpointer data)
{
    RaPortal *portal = g_new0(RaPortal, 1);
    portal->kind = options->kind;
    portal->title = g_strdup(options->title);
    portal->accept = g_strdup(options->accept);
    portal->folder = g_strdup(options->folder);
    portal->name = g_strdup(options->name);
    portal->func = func;
    portal->data = data;
    portal->cancel = g_cancellable_new();
    if (bus != NULL) {
        portal->bus = g_object_ref(bus);
        call(portal);
    } else if (have_bus()) {
        g_bus_get(G_BUS_TYPE_SESSION, portal->cancel, on_bus, portal);
    } else {
        portal->idle = g_idle_add(on_no_bus, portal);
    }
    return portal;
}
