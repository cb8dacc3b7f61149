/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/assist/test-assist.h"

#include <glib/gstdio.h>

static void port_send(const RaIpcMessage *message, int fd, gpointer data)
{
    TestPort *port = data;
    g_assert_cmpint(fd, ==, -1);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_assert_true(ra_ipc_encode(message, bytes));
    g_ptr_array_add(port->sent, g_byte_array_free_to_bytes(g_steal_pointer(&bytes)));
}

static guint port_queued(gpointer data)
{
    (void)data;
    return 0;
}

TestPort *test_port_new(void)
{
    TestPort *port = g_new0(TestPort, 1);
    port->port = (RaPort){.send = port_send, .queued = port_queued, .data = port};
    port->sent = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    return port;
}

void test_port_free(TestPort *port)
{
    g_ptr_array_unref(port->sent);
    g_free(port);
}

gboolean test_port_next(TestPort *port, RaAssist *ret)
{
    static GBytes *held;
    g_clear_pointer(&held, g_bytes_unref);
    if (port->sent->len == 0)
        return FALSE;
    held = g_ptr_array_steal_index(port->sent, 0);
    RaIpcMessage message;
    gsize size;
    const void *data = g_bytes_get_data(held, &size);
    g_assert_true(ra_ipc_decode(&message, RA_IPC_FROM_VIEWER, data, size));
    g_assert_cmpint(message.kind, ==, RA_IPC_ASSIST);
    *ret = message.assist;
    return TRUE;
}

char *test_folder_new(void)
{
    g_autoptr(GError) error = NULL;
    char *folder = g_dir_make_tmp("ra-assist-XXXXXX", &error);
    g_assert_no_error(error);
    return folder;
}

void test_folder_remove(char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
            test_folder_remove(g_steal_pointer(&path));
        else
            (void)g_unlink(path);
    }
    (void)g_rmdir(folder);
    g_free(folder);
}

guint test_folder_count(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_assert_nonnull(dir);
    guint n = 0;
    while (g_dir_read_name(dir) != NULL)
        n++;
    return n;
}
