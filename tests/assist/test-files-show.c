/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening and showing what came: a bus with a file manager, and a program for text, of our own. */
#include "assist/files.h"
#include "base/error.h"
#include "tests/assist/test-assist.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

enum { PATIENCE = 60 /* seconds */ };

typedef struct {
    char *folder, *text, *script;
    char *opened; /* what the program for text and folders was given is written here */
    char *shown;  /* URI that the file manager was asked to show */
} Desk;

/* A program for plain text and for folders. */
static void install_program(const Desk *desk)
{
    g_autofree char *folder = g_build_filename(g_get_user_data_dir(), "applications", NULL);
    g_autofree char *desktop = g_build_filename(folder, "opener.desktop", NULL);
    g_autofree char *list = g_build_filename(g_get_user_config_dir(), "mimeapps.list", NULL);
    g_autofree char *entry = g_strdup_printf(
        "[Desktop Entry]\nType=Application\nName=Opener\nExec=sh -c 'echo \"$0\" > %s' %%f\n"
        "MimeType=text/plain;inode/directory;\n",
        desk->opened);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_cmpint(g_mkdir_with_parents(g_get_user_config_dir(), 0700), ==, 0);
    g_assert_true(g_file_set_contents(desktop, entry, -1, NULL));
    g_assert_true(g_file_set_contents(list,
                                      "[Default Applications]\ntext/plain=opener.desktop\n"
                                      "inode/directory=opener.desktop\n",
                                      -1, NULL));
}

static char *put(const Desk *desk, const char *name, const char *text)
{
    char *path = g_build_filename(desk->folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static RaTransfer came(const char *path, const char *name)
{
    return (RaTransfer){.handle = 1,
                        .incoming = TRUE,
                        .state = RA_TRANSFER_OVER,
                        .end = RA_FILE_DONE,
                        .name = name,
                        .type = "text/plain",
                        .path = path};
}

/* What the program was started for; the caller's. */
static char *wait_opened(const Desk *desk)
{
    char *text = NULL;
    const gint64 until = g_get_monotonic_time() + PATIENCE * (gint64)G_USEC_PER_SEC;
    while (text == NULL || !g_str_has_suffix(text, "\n")) {
        g_assert_cmpint(g_get_monotonic_time(), <, until);
        (void)g_main_context_iteration(NULL, FALSE);
        g_usleep(1000);
        g_clear_pointer(&text, g_free);
        (void)g_file_get_contents(desk->opened, &text, NULL, NULL);
    }
    (void)g_unlink(desk->opened);
    return g_strchomp(text);
}

static GDBusMessage *answer(GDBusConnection *bus, GDBusMessage *message, gboolean incoming,
                            gpointer data)
{
    Desk *desk = data;
    if (!incoming || g_strcmp0(g_dbus_message_get_member(message), "ShowItems") != 0)
        return message;
    g_autoptr(GVariant) uris = g_variant_get_child_value(g_dbus_message_get_body(message), 0);
    (void)g_variant_get_child(uris, 0, "s", &desk->shown);
    g_autoptr(GDBusMessage) reply = g_dbus_message_new_method_reply(message);
    (void)g_dbus_connection_send_message(bus, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
    g_object_unref(message);
    return NULL;
}

static void check_show(Desk *desk, GTestDBus *daemon)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) manager =
        g_dbus_connection_new_for_address_sync(g_test_dbus_get_bus_address(daemon),
                                               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                               NULL, NULL, &error);
    g_assert_no_error(error);
    const RaTransfer text = came(desk->text, "letter.txt");
    const RaTransfer script = came(desk->script, "script");

    /* Without a file manager the folder is opened. */
    g_assert_true(ra_files_show(&text, NULL));
    g_autofree char *folder = wait_opened(desk);
    g_assert_cmpstr(folder, ==, desk->folder);

    (void)g_dbus_connection_add_filter(manager, answer, desk, NULL);
    g_autoptr(GVariant) named = g_dbus_connection_call_sync(
        manager, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
        g_variant_new("(su)", "org.freedesktop.FileManager1", 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
        NULL, &error);
    g_assert_no_error(error);
    g_assert_nonnull(named);
    /* What can run is only ever shown, also where its name is harmless. */
    g_assert_true(ra_files_open(&script, NULL));
    const gint64 until = g_get_monotonic_time() + PATIENCE * (gint64)G_USEC_PER_SEC;
    while (g_atomic_pointer_get(&desk->shown) == NULL) {
        g_assert_cmpint(g_get_monotonic_time(), <, until);
        (void)g_main_context_iteration(NULL, FALSE);
        g_usleep(1000);
    }
    g_autofree char *uri = g_filename_to_uri(desk->script, NULL, NULL);
    g_assert_cmpstr(desk->shown, ==, uri);
    g_assert_false(g_file_test(desk->opened, G_FILE_TEST_EXISTS));
}

static void test_show(void)
{
    g_autofree char *program = g_find_program_in_path("dbus-daemon");
    if (program == NULL) {
        g_test_skip("dbus-daemon is not installed");
        return;
    }
    Desk desk = {.folder = test_folder_new()};
    desk.text = put(&desk, "letter.txt", "hello");
    desk.script = put(&desk, "script", "#!/bin/sh\n");
    desk.opened = g_build_filename(desk.folder, "opened", NULL);
    install_program(&desk);
    g_autoptr(GTestDBus) daemon = g_test_dbus_new(G_TEST_DBUS_NONE);
    g_test_dbus_up(daemon);

    const RaTransfer text = came(desk.text, "letter.txt");
    g_autoptr(GError) error = NULL;
    g_assert_true(ra_files_open(&text, &error));
    g_assert_no_error(error);
    g_autofree char *opened = wait_opened(&desk);
    g_assert_cmpstr(opened, ==, desk.text);
    check_show(&desk, daemon);

    g_test_dbus_down(daemon);
    test_folder_remove(desk.folder);
    g_free(desk.text);
    g_free(desk.script);
    g_free(desk.opened);
    g_free(desk.shown);
}

void ra_test_files_show(void)
{
    g_test_add_func("/assist/files/show", test_show);
}
