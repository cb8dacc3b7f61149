/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The worker that faces the other end. Started by ra-host and ra-viewer, never by a person: it
 * talks over descriptor 3 (session/channel.h) and holds no power of its own. */
#include "base/secret.h"
#include "config.h"
#include "session/handshakes.h"
#include "session/host-session.h"
#include "session/viewer-session.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PROGRAM_FD = 3 };

typedef struct {
    GMainLoop *loop;
    RaChannel *channel;
    RaHandshakes *handshakes;
    RaRace *race;
    RaHostSession *host;
    RaViewerSession *viewer;
    char helper[RA_IPC_TEXT_MAX + 1]; /* at the viewer: our own name */
    gboolean proxied;                 /* at the viewer: dialled through a proxy */
} Worker;

static void leave(gpointer data)
{
    Worker *worker = data;
    g_main_loop_quit(worker->loop);
}

static void send_connection(Worker *worker, RaIpcKind kind, guint32 id)
{
    RaIpcMessage message = {.kind = kind};
    message.connection.id = id;
    (void)ra_channel_send(worker->channel, &message, -1);
}

/* From now on this worker is that session's. */
static void on_handshake(RaLink *link, guint32 connection, const char *name, gpointer data)
{
    Worker *worker = data;
    g_clear_pointer(&worker->handshakes, ra_handshakes_free);
    send_connection(worker, RA_IPC_AUTHENTICATED, connection);
    worker->host = ra_host_session_new(link, worker->channel, name, leave, worker);
}

static void on_race_won(RaLink *link, guint32 attempt, gpointer data)
{
    Worker *worker = data;
    g_clear_pointer(&worker->race, ra_race_free);
    send_connection(worker, RA_IPC_SECURED, attempt);
    worker->viewer = ra_viewer_session_new(link, worker->channel, worker->helper, worker->proxied,
                                           leave, worker);
}

static void host_message(const RaIpcMessage *message, int fd, gpointer data)
{
    Worker *worker = data;
    if (worker->host != NULL) {
        ra_host_session_message(worker->host, message, fd);
    } else if (message->kind == RA_IPC_CONNECTION) {
        ra_handshakes_add(worker->handshakes, message->connection.id, fd);
    } else {
        /* An answer that came too late, or BYE: a gate has nobody to say goodbye to. */
        if (fd >= 0)
            close(fd);
        if (message->kind == RA_IPC_BYE)
            leave(worker);
    }
}

static void viewer_message(const RaIpcMessage *message, int fd, gpointer data)
{
    Worker *worker = data;
    if (worker->viewer != NULL) {
        ra_viewer_session_message(worker->viewer, message, fd);
    } else if (message->kind == RA_IPC_IDENTITY && worker->race == NULL) {
        g_strlcpy(worker->helper, message->secret.name, sizeof worker->helper);
        worker->proxied = !message->secret.known;
        worker->race = ra_race_new(worker->channel, message, on_race_won, worker);
    } else if (message->kind == RA_IPC_SOCKET && worker->race != NULL) {
        ra_race_add(worker->race, message->connection.id, fd);
    } else {
        if (fd >= 0)
            close(fd);
        if (message->kind == RA_IPC_BYE)
            leave(worker);
    }
}

static void on_gone(const char *reason G_GNUC_UNUSED, gpointer data)
{
    leave(data);
}

static const RaChannelCallbacks host_callbacks = {.message = host_message, .gone = on_gone};
static const RaChannelCallbacks viewer_callbacks = {.message = viewer_message, .gone = on_gone};

static void run(gboolean host)
{
    Worker worker = {.loop = g_main_loop_new(NULL, FALSE)};
    worker.channel = ra_channel_new(PROGRAM_FD, host ? RA_IPC_FROM_HOST : RA_IPC_FROM_VIEWER,
                                    host ? &host_callbacks : &viewer_callbacks, &worker);
    if (host)
        worker.handshakes = ra_handshakes_new(worker.channel, on_handshake, &worker);
    g_main_loop_run(worker.loop);
    ra_handshakes_free(worker.handshakes);
    ra_race_free(worker.race);
    ra_host_session_free(worker.host);
    ra_viewer_session_free(worker.viewer);
    ra_channel_free(worker.channel);
    g_main_loop_unref(worker.loop);
}

static gboolean is_our_socket(void)
{
    int type = 0;
    socklen_t size = sizeof type;
    return getsockopt(PROGRAM_FD, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

int main(int argc, char **argv)
{
    ra_secret_harden_process();
    (void)signal(SIGPIPE, SIG_IGN);
    /* A person's Ctrl-C is for the program, which then tells the other end and us. */
    (void)signal(SIGINT, SIG_IGN);
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("ra-session (%s) %s\n", PACKAGE_NAME, PACKAGE_VERSION);
        return EXIT_SUCCESS;
    }
    const gboolean host = argc == 2 && strcmp(argv[1], "--role=host") == 0;
    const gboolean viewer = argc == 2 && strcmp(argv[1], "--role=viewer") == 0;
    if ((!host && !viewer) || !is_our_socket()) {
        fputs("ra-session is started by ra-host and ra-viewer: start one of those instead\n",
              stderr);
        return 2;
    }
    run(host);
    return EXIT_SUCCESS;
}
