/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-agent/stand-in.h"

#include "bus/host1.h"
#include "bus/names.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One write, so that no line is ever seen in part. */
static void say(const char *word, const char *text)
{
    g_autofree char *line = g_strdup_printf("%s %s\n", word, text);
    const int fd = open(g_getenv(STAND_IN_LOG), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, line, strlen(line)) != (ssize_t)strlen(line))
        exit(EXIT_FAILURE);
    close(fd);
}

static void say_what_it_has(void)
{
    g_autofree char *pid = g_strdup_printf("%d", (int)getpid());
    g_autoptr(GDir) descriptors = g_dir_open("/proc/self/fd", 0, NULL);
    for (const char *name = NULL; (name = g_dir_read_name(descriptors)) != NULL;) {
        g_autofree char *path = g_build_filename("/proc/self/fd", name, NULL);
        g_autofree char *target = g_file_read_link(path, NULL);
        if (target != NULL && !g_str_has_prefix(target, "/proc/")) /* not the folder itself */
            say("fd", name);
    }
    g_auto(GStrv) environment = g_get_environ();
    for (char **variable = environment; *variable != NULL; variable++)
        say("env", *variable);
    say("pid", pid);
}

static void on_present(G_GNUC_UNUSED RaBusConsent1 *consent, const char *what,
                       G_GNUC_UNUSED gpointer data)
{
    say("present", what);
}

static void on_closed(G_GNUC_UNUSED GDBusConnection *connection, G_GNUC_UNUSED gboolean vanished,
                      G_GNUC_UNUSED GError *error, gpointer data)
{
    g_main_loop_quit(data);
}

static gboolean on_signal(gpointer data)
{
    g_main_loop_quit(data);
    return G_SOURCE_CONTINUE;
}

static GDBusConnection *connect_to(const char *fd)
{
    g_autoptr(GSocket) socket = g_socket_new_from_fd((int)strtol(fd, NULL, 10), NULL);
    g_autoptr(GSocketConnection) stream = g_socket_connection_factory_create_connection(socket);
    return g_dbus_connection_new_sync(
        G_IO_STREAM(stream), NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL, NULL, NULL);
}

static void say_no(GDBusConnection *connection, RaBusConsent1 *consent)
{
    g_autoptr(RaBusHost1) host = ra_bus_host1_proxy_new_sync(connection, G_DBUS_PROXY_FLAGS_NONE,
                                                             NULL, RA_BUS_PATH, NULL, NULL);
    guint number = 0;
    g_autoptr(GVariant) first = g_variant_get_child_value(ra_bus_host1_get_questions(host), 0);
    g_variant_get_child(first, 0, "u", &number);
    if (!ra_bus_consent1_call_answer_sync(consent, number, FALSE, NULL, NULL))
        exit(EXIT_FAILURE);
}

int stand_in_run(const char *fd)
{
    const char *mode = g_getenv(STAND_IN_MODE);
    say_what_it_has();
    if (g_str_equal(mode, "die"))
        return EXIT_FAILURE;
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_autoptr(GDBusConnection) connection = connect_to(fd);
    g_signal_connect(connection, "closed", G_CALLBACK(on_closed), loop);
    g_unix_signal_add(SIGUSR1, on_signal, loop);
    g_autoptr(RaBusConsent1) consent = ra_bus_consent1_proxy_new_sync(
        connection, G_DBUS_PROXY_FLAGS_NONE, NULL, RA_BUS_PATH, NULL, NULL);
    g_signal_connect(consent, "present", G_CALLBACK(on_present), NULL);
    g_autoptr(GVariant) history = NULL;
    if (!ra_bus_consent1_call_history_sync(consent, &history, NULL, NULL))
        return EXIT_FAILURE;
    if (g_str_equal(mode, "no"))
        say_no(connection, consent);
    say("ready", fd);
    g_main_loop_run(loop);
    return EXIT_SUCCESS;
}
