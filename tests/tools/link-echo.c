/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For tests: the two ends of a link as a program.
 *   link-echo --keys FILE                            listens on loopback, prints "port N", sends
 *                                                    back what comes, prints a line for each
 *                                                    connection: "up IDENTITY native|plain", or
 *                                                    "failed CODE: WHY"
 *   link-echo --keys FILE --dial HOST:PORT --identity ID [--proxy URL]
 *                                                    sends one line from standard input, prints
 *                                                    the line that comes back; exits with the code
 *                                                    of the error
 * A line of FILE is "IDENTITY:KEY in hexadecimal"; with ":expired" behind it the key is not given
 * out any more.
 */
#include "base/error.h"
#include "link/dial.h"
#include "link/link.h"
#include "link/listen.h"

#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *keys_file, *dial_host, *identity, *proxy;
static GMainLoop *loop;
static GError *failure;

static const GOptionEntry entries[] = {
    {"keys", 0, 0, G_OPTION_ARG_FILENAME, &keys_file, "Keys", "FILE"},
    {"dial", 0, 0, G_OPTION_ARG_STRING, &dial_host, "Where to", "HOST:PORT"},
    {"identity", 0, 0, G_OPTION_ARG_STRING, &identity, "Who to be", "ID"},
    {"proxy", 0, 0, G_OPTION_ARG_STRING, &proxy, "By way of", "URL"},
    {NULL},
};

/* One link, and what waits to go back through it. */
typedef struct {
    RaLink *link;
    RaListener *listener; /* NULL: we dialled */
    guint id;
    gboolean up;
    char data[16 * 1024];
    gsize size;
    GSource *source;
} End;

static gboolean find_key(const char *name, guint8 *key, gpointer data G_GNUC_UNUSED)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(keys_file, &text, NULL, NULL))
        return FALSE;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) fields = g_strsplit(lines[i], ":", 3);
        if (g_strv_length(fields) != 2 || strcmp(fields[0], name) != 0 ||
            strlen(fields[1]) != 2 * (gsize)RA_LINK_KEY_SIZE)
            continue;
        for (guint b = 0; b < RA_LINK_KEY_SIZE; b++)
            key[b] = (guint8)(g_ascii_xdigit_value(fields[1][2 * b]) << 4 |
                              g_ascii_xdigit_value(fields[1][2 * b + 1]));
        return TRUE;
    }
    return FALSE;
}

static void end_free(End *end)
{
    if (end->source != NULL) {
        g_source_destroy(end->source);
        g_source_unref(end->source);
    }
    ra_link_free(end->link);
    g_free(end);
}

static void on_up(End *end)
{
    end->up = TRUE;
    if (end->listener == NULL) {
        if (fgets(end->data, sizeof end->data, stdin) != NULL)
            end->size = strlen(end->data);
        return;
    }
    ra_listener_settled(end->listener, end->id);
    printf("up %s %s\n", ra_link_identity(end->link),
           ra_link_native(end->link) ? "native" : "plain");
}

/* What came: back with it, or out. FALSE when we have what we dialled for. */
static gboolean take(End *end, gsize got)
{
    if (end->listener != NULL) {
        end->size = got;
        return TRUE;
    }
    printf("%.*s", (int)got, end->data);
    return memchr(end->data, '\n', got) == NULL;
}

static RaLinkStatus step(End *end, GError **error)
{
    if (!end->up) {
        const RaLinkStatus status = ra_link_handshake(end->link, error);
        if (status == RA_LINK_OK)
            on_up(end);
        return status;
    }
    gsize n = 0;
    if (end->size > 0) {
        const RaLinkStatus status = ra_link_write(end->link, end->data, end->size, &n, error);
        if (status == RA_LINK_OK) {
            end->size -= n;
            memmove(end->data, end->data + n, end->size);
        }
        return status;
    }
    const RaLinkStatus status = ra_link_read(end->link, end->data, sizeof end->data, &n, error);
    return status == RA_LINK_OK && !take(end, n) ? RA_LINK_CLOSED : status;
}

static gboolean on_ready(gint fd, GIOCondition condition, gpointer data);

static void wait_for(End *end, GIOCondition condition)
{
    if (end->source != NULL) {
        g_source_destroy(end->source);
        g_source_unref(end->source);
    }
    end->source = g_unix_fd_source_new(ra_link_fd(end->link), condition);
    g_source_set_callback(end->source, G_SOURCE_FUNC(on_ready), end, NULL);
    g_source_attach(end->source, NULL);
}

static gboolean on_ready(gint fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
    End *end = data;
    GError *error = NULL;
    RaLinkStatus status;
    do {
        status = step(end, &error);
    } while (status == RA_LINK_OK);
    if (status == RA_LINK_WANT_READ || status == RA_LINK_WANT_WRITE) {
        wait_for(end, status == RA_LINK_WANT_READ ? G_IO_IN : G_IO_OUT);
        return G_SOURCE_CONTINUE;
    }
    if (end->listener != NULL) {
        if (error != NULL)
            printf("failed %d: %s\n", error->code, error->message);
        ra_listener_settled(end->listener, end->id);
        g_clear_error(&error);
    } else {
        failure = error;
        g_main_loop_quit(loop);
    }
    end_free(end);
    return G_SOURCE_CONTINUE;
}

static void on_accepted(RaListener *listener, guint id, int fd, const char *peer G_GNUC_UNUSED,
                        gpointer data G_GNUC_UNUSED)
{
    End *end = g_new0(End, 1);
    end->listener = listener;
    end->id = id;
    end->link = ra_link_new_server(fd, find_key, NULL);
    wait_for(end, G_IO_IN);
}

static void on_connected(RaDialer *dialer G_GNUC_UNUSED, guint attempt G_GNUC_UNUSED, int fd,
                         const char *host G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
    guint8 key[RA_LINK_KEY_SIZE] = {0};
    End *end = g_new0(End, 1);
    if (!find_key(identity, key, NULL))
        g_printerr("there is no key of that identity\n");
    end->link = ra_link_new_client(fd, identity, key, TRUE);
    wait_for(end, G_IO_OUT);
}

static void on_failed(RaDialer *dialer G_GNUC_UNUSED, guint attempt G_GNUC_UNUSED,
                      const char *host G_GNUC_UNUSED, const GError *error,
                      gpointer data G_GNUC_UNUSED)
{
    g_clear_error(&failure);
    failure = g_error_copy(error);
}

static void on_exhausted(RaDialer *dialer G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
    g_main_loop_quit(loop);
}

static const RaDialerCallbacks callbacks = {on_connected, on_failed, on_exhausted};

static gboolean on_stop(gpointer data G_GNUC_UNUSED)
{
    g_main_loop_quit(loop);
    return G_SOURCE_CONTINUE;
}

int main(int argc, char **argv)
{
    static const char *const loopback[] = {"127.0.0.1", NULL};
    g_autoptr(GOptionContext) options = g_option_context_new(NULL);
    g_option_context_add_main_entries(options, entries, NULL);
    if (!g_option_context_parse(options, &argc, &argv, &failure) || keys_file == NULL ||
        (dial_host != NULL && identity == NULL)) {
        g_printerr("%s\n", failure != NULL ? failure->message : "see the head of link-echo.c");
        return RA_ERROR_USAGE;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    loop = g_main_loop_new(NULL, FALSE);
    g_unix_signal_add(SIGTERM, on_stop, NULL);
    if (dial_host != NULL) {
        const char *const hosts[] = {dial_host, NULL};
        g_autoptr(RaDialer) dialer G_GNUC_UNUSED = /* freed at the end of the block */
            ra_dialer_new(hosts, proxy, &callbacks, NULL);
        g_main_loop_run(loop);
    } else {
        g_autoptr(RaListener) listener =
            ra_listener_new(loopback, 0, FALSE, on_accepted, NULL, &failure);
        if (listener != NULL) {
            printf("port %u\n", ra_listener_port(listener));
            g_main_loop_run(loop);
        }
    }
    g_main_loop_unref(loop);
    if (failure == NULL)
        return EXIT_SUCCESS;
    g_printerr("%s\n", failure->message);
    return ra_error_exit_code(failure);
}
