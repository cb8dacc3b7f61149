/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/mail-portal.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <string.h>
#include <unistd.h>

#define DESKTOP       "org.freedesktop.portal.Desktop"
#define DESKTOP_PATH  "/org/freedesktop/portal/desktop"
#define EMAIL         "org.freedesktop.portal.Email"
#define REQUEST       "org.freedesktop.portal.Request"
#define DOCUMENTS     "org.freedesktop.portal.Documents"
#define DOCUMENTS_DIR "/org/freedesktop/portal/documents"

enum {
    CALL_MS = 10 * 1000,    /* for a call that asks nobody; starts the portal where it must */
    SEVERAL_ADDRESSES = 3,  /* the version of the interface that takes them */
    NOT_EXPORTED_AGAIN = 1, /* AddFull: reuse what is there already */
};

gboolean ra_portal_is_sandboxed(void)
{
    return g_file_test("/.flatpak-info", G_FILE_TEST_EXISTS) ||
           g_strcmp0(g_getenv("SNAP_NAME"), "remote-assistance") == 0;
}

typedef struct {
    GMainContext *context;
    gboolean over;
    guint32 response; /* 0 done, 1 cancelled, 2 anything else */
    char *path;       /* of the request */
} Request;

static void on_response(GDBusConnection *bus, const char *sender, const char *path,
                        const char *interface, const char *signal, GVariant *parameters,
                        gpointer data)
{
    (void)bus, (void)sender, (void)interface, (void)signal;
    Request *request = data;
    if (g_strcmp0(path, request->path) != 0 ||
        !g_variant_is_of_type(parameters, G_VARIANT_TYPE("(ua{sv})")))
        return;
    g_variant_get_child(parameters, 0, "u", &request->response);
    request->over = TRUE;
}

static gboolean on_time(gpointer data)
{
    Request *request = data;
    request->response = 2;
    request->over = TRUE;
    return G_SOURCE_REMOVE;
}

/* Where the request will be: known before the call, so that no answer is missed. */
static char *request_path(GDBusConnection *bus, const char *token)
{
    g_autofree char *name = g_strdup(g_dbus_connection_get_unique_name(bus) + 1);
    return g_strdup_printf(DESKTOP_PATH "/request/%s/%s", g_strdelimit(name, ".", '_'), token);
}

/* The version of the interface; 0 where nobody answers. */
static guint32 email_version(GDBusConnection *bus, GError **error)
{
    guint32 version = 0;
    g_autoptr(GVariant) value = NULL;
    g_autoptr(GVariant) reply = g_dbus_connection_call_sync(
        bus, DESKTOP, DESKTOP_PATH, "org.freedesktop.DBus.Properties", "Get",
        g_variant_new("(ss)", EMAIL, "version"), G_VARIANT_TYPE("(v)"), G_DBUS_CALL_FLAGS_NONE,
        CALL_MS, NULL, error);
    if (reply == NULL)
        return 0;
    g_variant_get(reply, "(v)", &value);
    if (g_variant_is_of_type(value, G_VARIANT_TYPE_UINT32))
        version = g_variant_get_uint32(value);
    return MAX(version, 1);
}

static GVariant *arguments(const RaDraft *draft, const char *token, guint32 version)
{
    GVariantBuilder options, files;
    g_autofree char *subject = ra_text_line(draft->subject, RA_PORTAL_SUBJECT_MAX);
    g_variant_builder_init(&options, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&options, "{sv}", "handle_token", g_variant_new_string(token));
    if (version >= SEVERAL_ADDRESSES)
        g_variant_builder_add(&options, "{sv}", "addresses", g_variant_new_strv(draft->to, -1));
    else
        g_variant_builder_add(&options, "{sv}", "address", g_variant_new_string(draft->to[0]));
    g_variant_builder_add(&options, "{sv}", "subject", g_variant_new_string(subject));
    g_variant_builder_add(&options, "{sv}", "body", g_variant_new_string(draft->text_with_ticket));
    g_variant_builder_init(&files, G_VARIANT_TYPE("ah"));
    g_variant_builder_add(&files, "h", 0);
    g_variant_builder_add(&options, "{sv}", "attachment_fds", g_variant_builder_end(&files));
    return g_variant_new("(sa{sv})", "", &options);
}

/* The descriptor is duplicated into the list. */
static GUnixFDList *list_of(const char *file, GError **error)
{
    const int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        g_set_error_literal(error, G_IO_ERROR, g_io_error_from_errno(errno), g_strerror(errno));
        return NULL;
    }
    GUnixFDList *list = g_unix_fd_list_new();
    const int index = g_unix_fd_list_append(list, fd, error);
    close(fd);
    if (index == 0)
        return list;
    g_object_unref(list);
    return NULL;
}

static RaPortalAnswer ask(GDBusConnection *bus, const RaDraft *draft, guint32 version,
                          Request *request, guint seconds, GError **error)
{
    g_autofree char *token = g_strdup_printf("remote_assistance_%u", g_random_int());
    g_autoptr(GUnixFDList) files = list_of(draft->file, error);
    if (files == NULL)
        return RA_PORTAL_ABSENT;
    request->path = request_path(bus, token);
    const guint subscription =
        g_dbus_connection_signal_subscribe(bus, DESKTOP, REQUEST, "Response", NULL, NULL,
                                           G_DBUS_SIGNAL_FLAGS_NONE, on_response, request, NULL);
    g_autoptr(GVariant) reply = g_dbus_connection_call_with_unix_fd_list_sync(
        bus, DESKTOP, DESKTOP_PATH, EMAIL, "ComposeEmail", arguments(draft, token, version),
        G_VARIANT_TYPE("(o)"), G_DBUS_CALL_FLAGS_NONE, CALL_MS, files, NULL, NULL, error);
    if (reply != NULL) {
        const char *path; /* old portals choose their own */
        g_variant_get(reply, "(&o)", &path);
        if (g_strcmp0(path, request->path) != 0) {
            g_free(request->path);
            request->path = g_strdup(path);
        }
        g_autoptr(GSource) timer = g_timeout_source_new_seconds(seconds);
        g_source_set_callback(timer, on_time, request, NULL);
        g_source_attach(timer, request->context);
        while (!request->over)
            g_main_context_iteration(request->context, TRUE);
        g_source_destroy(timer);
    }
    g_dbus_connection_signal_unsubscribe(bus, subscription);
    if (reply == NULL)
        return RA_PORTAL_ABSENT;
    if (request->response > 1)
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, "it could not open a message");
    return request->response == 0   ? RA_PORTAL_DONE
           : request->response == 1 ? RA_PORTAL_DECLINED
                                    : RA_PORTAL_ABSENT;
}

RaPortalAnswer ra_portal_compose(const RaDraft *draft, guint seconds, char **why)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GMainContext) context = g_main_context_new();
    Request request = {.context = context};
    RaPortalAnswer answer = RA_PORTAL_ABSENT;
    g_main_context_push_thread_default(context);
    g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, &error);
    const guint32 version = bus != NULL ? email_version(bus, &error) : 0;
    if (version > 0 && version < SEVERAL_ADDRESSES && g_strv_length((GStrv)draft->to) != 1)
        g_set_error_literal(&error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                            "it is too old for several recipients: invite them one by one");
    else if (version > 0)
        answer = ask(bus, draft, version, &request, seconds, &error);
    g_main_context_pop_thread_default(context);
    g_free(request.path);
    if (answer == RA_PORTAL_ABSENT) {
        g_dbus_error_strip_remote_error(error);
        *why = ra_text_line(error->message, RA_TEXT_LINE_MAX);
    }
    return answer;
}

/* Where the documents are mounted. */
static char *mount_point(GDBusConnection *bus)
{
    g_autoptr(GVariant) reply = g_dbus_connection_call_sync(
        bus, DOCUMENTS, DOCUMENTS_DIR, DOCUMENTS, "GetMountPoint", NULL, G_VARIANT_TYPE("(ay)"),
        G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL, NULL);
    if (reply == NULL)
        return NULL;
    const char *path;
    g_variant_get(reply, "(^&ay)", &path);
    return g_path_is_absolute(path) ? g_strdup(path) : NULL;
}

char *ra_portal_share(const char *file, const char *app)
{
    g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);
    g_autofree char *mount = bus != NULL ? mount_point(bus) : NULL;
    g_autoptr(GUnixFDList) files = mount != NULL ? list_of(file, NULL) : NULL;
    if (files == NULL)
        return NULL;
    static const char *const rights[] = {"read", NULL};
    GVariantBuilder handles;
    g_variant_builder_init(&handles, G_VARIANT_TYPE("ah"));
    g_variant_builder_add(&handles, "h", 0);
    g_autoptr(GVariant) reply = g_dbus_connection_call_with_unix_fd_list_sync(
        bus, DOCUMENTS, DOCUMENTS_DIR, DOCUMENTS, "AddFull",
        g_variant_new("(ahus^as)", &handles, (guint32)NOT_EXPORTED_AGAIN, app, rights),
        G_VARIANT_TYPE("(asa{sv})"), G_DBUS_CALL_FLAGS_NONE, CALL_MS, files, NULL, NULL, NULL);
    if (reply == NULL)
        return NULL;
    g_autofree const char **ids = NULL;
    g_variant_get_child(reply, 0, "^a&s", &ids);
    g_autofree char *base = g_path_get_basename(file);
    if (ids[0] == NULL || ids[1] != NULL || strchr(ids[0], '/') != NULL)
        return NULL;
    return *ids[0] != '\0' ? g_build_filename(mount, ids[0], base, NULL) : NULL;
}
