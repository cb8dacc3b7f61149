/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The desktop's file chooser, played by this program on a bus of its own. */
#include "viewer/portal.h"

#include <string.h>

static const char xml[] =
    "<node><interface name='org.freedesktop.portal.FileChooser'>"
    "<method name='OpenFile'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='o' direction='out'/></method>"
    "<method name='SaveFile'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='o' direction='out'/></method>"
    "</interface></node>";

typedef enum { ANSWERS, CANCELS, REFUSES, FOREIGN, GARBAGE } Mood;

typedef struct {
    GTestDBus *bus;
    GDBusConnection *portal, *viewer;
    GDBusNodeInfo *info;
    guint object, name;
    gboolean named;
    Mood mood;
    char *asked; /* what the portal was asked */
    char *got;   /* what came of it */
} Scene;

static GVariant *results(Mood mood)
{
    GVariantBuilder all;
    const char *const good[] = {"file:///home/me/a%20b.pdf", "file:///c", NULL};
    const char *const foreign[] = {"https://example.org/x", "nonsense", NULL};
    g_variant_builder_init(&all, G_VARIANT_TYPE_VARDICT);
    if (mood == GARBAGE)
        g_variant_builder_add(&all, "{sv}", "uris", g_variant_new_int32(7));
    else
        g_variant_builder_add(&all, "{sv}", "uris",
                              g_variant_new_strv(mood == FOREIGN ? foreign : good, -1));
    return g_variant_new("(u@a{sv})", mood == CANCELS ? 1u : 0u, g_variant_builder_end(&all));
}

static void on_call(GDBusConnection *bus, const char *sender, const char *path,
                    const char *interface, const char *method, GVariant *parameters,
                    GDBusMethodInvocation *invocation, gpointer data)
{
    (void)path;
    (void)interface;
    Scene *scene = data;
    const char *title, *token = "?", *folder = "-", *name = "-";
    gboolean multiple = FALSE, directory = FALSE;
    g_autoptr(GVariant) options = NULL;
    g_variant_get(parameters, "(&s&s@a{sv})", NULL, &title, &options);
    (void)g_variant_lookup(options, "handle_token", "&s", &token);
    (void)g_variant_lookup(options, "multiple", "b", &multiple);
    (void)g_variant_lookup(options, "directory", "b", &directory);
    (void)g_variant_lookup(options, "current_folder", "^&ay", &folder);
    (void)g_variant_lookup(options, "current_name", "&s", &name);
    g_free(scene->asked);
    scene->asked =
        g_strdup_printf("%s %s %d%d %s %s", method, title, multiple, directory, folder, name);
    if (scene->mood == REFUSES) {
        g_dbus_method_invocation_return_dbus_error(invocation, "org.example.No", "no");
        return;
    }
    g_autofree char *who = g_strdelimit(g_strdup(sender + 1), ".", '_');
    g_autofree char *request =
        g_strdup_printf("/org/freedesktop/portal/desktop/request/%s/%s", who, token);
    g_dbus_method_invocation_return_value(invocation, g_variant_new("(o)", request));
    g_dbus_connection_emit_signal(bus, sender, request, "org.freedesktop.portal.Request",
                                  "Response", results(scene->mood), NULL);
}

static void on_named(GDBusConnection *bus, const char *name, gpointer data)
{
    (void)bus;
    (void)name;
    ((Scene *)data)->named = TRUE;
}

static GDBusConnection *join(GTestDBus *bus)
{
    g_autoptr(GError) error = NULL;
    GDBusConnection *connection =
        g_dbus_connection_new_for_address_sync(g_test_dbus_get_bus_address(bus),
                                               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                               NULL, NULL, &error);
    g_assert_no_error(error);
    return connection;
}

static gboolean begin(Scene *scene, gboolean there)
{
    static const GDBusInterfaceVTable table = {.method_call = on_call};
    *scene = (Scene){0};
    g_autofree char *daemon = g_find_program_in_path("dbus-daemon");
    if (daemon == NULL) {
        g_test_skip("dbus-daemon is not installed");
        return FALSE;
    }
    scene->bus = g_test_dbus_new(G_TEST_DBUS_NONE);
    g_test_dbus_up(scene->bus);
    scene->portal = join(scene->bus);
    scene->viewer = join(scene->bus);
    scene->info = g_dbus_node_info_new_for_xml(xml, NULL);
    scene->object =
        g_dbus_connection_register_object(scene->portal, "/org/freedesktop/portal/desktop",
                                          scene->info->interfaces[0], &table, scene, NULL, NULL);
    if (!there)
        return TRUE;
    scene->name =
        g_bus_own_name_on_connection(scene->portal, "org.freedesktop.portal.Desktop",
                                     G_BUS_NAME_OWNER_FLAGS_NONE, on_named, NULL, scene, NULL);
    while (!scene->named)
        g_main_context_iteration(NULL, TRUE);
    return TRUE;
}

static void end(Scene *scene)
{
    if (scene->name != 0)
        g_bus_unown_name(scene->name);
    g_dbus_connection_unregister_object(scene->portal, scene->object);
    g_dbus_connection_close_sync(scene->portal, NULL, NULL);
    g_dbus_connection_close_sync(scene->viewer, NULL, NULL);
    g_object_unref(scene->portal);
    g_object_unref(scene->viewer);
    g_dbus_node_info_unref(scene->info);
    g_test_dbus_down(scene->bus);
    g_object_unref(scene->bus);
    g_free(scene->asked);
    g_free(scene->got);
}

static void on_done(gboolean missing, const char *const *paths, gpointer data)
{
    Scene *scene = data;
    g_assert_null(scene->got);
    g_autofree char *all = paths != NULL ? g_strjoinv(" ", (char **)paths) : g_strdup("none");
    scene->got = g_strdup(missing ? "missing" : all);
}

static void ask(Scene *scene, Mood mood, const RaChooseOptions *options, const char *asked,
                const char *got)
{
    scene->mood = mood;
    g_clear_pointer(&scene->got, g_free);
    (void)ra_portal_new(scene->viewer, options, on_done, scene);
    while (scene->got == NULL)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpstr(scene->asked, ==, asked);
    g_assert_cmpstr(scene->got, ==, got);
}

static void test_answers(void)
{
    Scene scene;
    const RaChooseOptions files = {.kind = RA_CHOOSE_FILES, .title = "Send", .accept = "Send"};
    const RaChooseOptions folder = {
        .kind = RA_CHOOSE_FOLDER, .title = "Where", .accept = "Choose", .folder = "/tmp"};
    const RaChooseOptions file = {
        .kind = RA_CHOOSE_NEW, .title = "Save", .accept = "Save", .name = "a.txt"};
    if (!begin(&scene, TRUE))
        return;
    ask(&scene, ANSWERS, &files, "OpenFile Send 10 - -", "/home/me/a b.pdf /c");
    ask(&scene, CANCELS, &folder, "OpenFile Where 01 /tmp -", "none");
    ask(&scene, ANSWERS, &file, "SaveFile Save 00 - a.txt", "/home/me/a b.pdf /c");
    ask(&scene, FOREIGN, &files, "OpenFile Send 10 - -", "none");
    ask(&scene, GARBAGE, &files, "OpenFile Send 10 - -", "none");
    ask(&scene, REFUSES, &files, "OpenFile Send 10 - -", "missing");
    end(&scene);
}

static void test_missing(void)
{
    Scene scene;
    const RaChooseOptions files = {.kind = RA_CHOOSE_FILES, .title = "Send", .accept = "Send"};
    if (!begin(&scene, FALSE))
        return;
    ask(&scene, ANSWERS, &files, NULL, "missing");
    end(&scene);
}

/* Taken away before it answers: nobody is called. */
static void test_taken_away(void)
{
    Scene scene;
    const RaChooseOptions files = {.kind = RA_CHOOSE_FILES, .title = "Send", .accept = "Send"};
    if (!begin(&scene, TRUE))
        return;
    ra_portal_free(ra_portal_new(scene.viewer, &files, on_done, &scene));
    for (int i = 0; i < 50; i++) {
        g_main_context_iteration(NULL, FALSE);
        g_usleep(2000);
    }
    g_assert_null(scene.got);
    end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_dbus_unset();
    g_test_add_func("/portal/answers", test_answers);
    g_test_add_func("/portal/missing", test_missing);
    g_test_add_func("/portal/taken-away", test_taken_away);
    return g_test_run();
}
