/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/worker.h"

#include "base/error.h"
#include "base/paths.h"
#include "session/channel.h"

#include <errno.h>
#include <gio/gio.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

G_STATIC_ASSERT((int)RA_WORKER_QUEUE_MAX == (int)RA_CHANNEL_QUEUE_MAX);

enum { WORKER_FD = 3, LEAVE_MS = 2000 };

struct _RaWorker {
    RaChannel *channel;
    GSubprocess *process;
    const RaWorkerCallbacks *callbacks;
    gpointer data;
    GSource *gone_source; /* a failed send is told from the main loop */
    gboolean told;        /* that the worker is gone */
};

static void tell_gone(RaWorker *worker, const char *reason)
{
    if (worker->told)
        return;
    worker->told = TRUE;
    g_autoptr(GError) error = g_error_new(
        RA_ERROR, ra_channel_is_liar(worker->channel) ? RA_ERROR_MALFORMED : RA_ERROR_FAILED,
        "the session's worker is gone: %s", reason);
    worker->callbacks->gone(worker, error, worker->data);
}

static void on_message(const RaIpcMessage *message, int fd, gpointer data)
{
    RaWorker *worker = data;
    worker->callbacks->message(worker, message, fd, worker->data);
}

static void on_gone(const char *reason, gpointer data)
{
    tell_gone(data, reason);
}

static void on_rest(gpointer data)
{
    RaWorker *worker = data;
    if (worker->callbacks->rest != NULL)
        worker->callbacks->rest(worker, worker->data);
}

static const RaChannelCallbacks channel_callbacks = {
    .message = on_message, .gone = on_gone, .rest = on_rest};

/* What the worker may know of the environment: how to speak, and what developers set. */
static char **worker_environment(void)
{
    static const char *const kept[] = {
        "LANG",    "LC_ALL",       "LC_MESSAGES",   "G_MESSAGES_DEBUG",
        "G_DEBUG", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"};
    char **environment = g_new0(char *, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(kept); i++) {
        const char *value = g_getenv(kept[i]);
        if (value != NULL)
            environment = g_environ_setenv(environment, kept[i], value, TRUE);
    }
    return environment;
}

static GSubprocess *start_process(RaWorkerRole role, int fd, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
    g_auto(GStrv) environment = worker_environment();
    g_subprocess_launcher_set_environ(launcher, environment);
    g_subprocess_launcher_set_cwd(launcher, "/");
    g_subprocess_launcher_take_fd(launcher, fd, WORKER_FD);
    g_autofree char *program = ra_path_program("ra-session");
    return g_subprocess_launcher_spawn(
        launcher, error, program, role == RA_WORKER_HOST ? "--role=host" : "--role=viewer", NULL);
}

RaWorker *ra_worker_new(RaWorkerRole role, const RaWorkerCallbacks *callbacks, gpointer data,
                        GError **error)
{
    int pair[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot make a socket: %s",
                    g_strerror(errno));
        return NULL;
    }
    g_autoptr(GError) local = NULL;
    g_autoptr(GSubprocess) process = start_process(role, pair[1], &local);
    if (process == NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "cannot start the program ra-session (%s): is remote-assistance installed "
                    "completely?",
                    local->message);
        close(pair[0]);
        return NULL;
    }
    RaWorker *worker = g_new0(RaWorker, 1);
    worker->process = g_steal_pointer(&process);
    worker->callbacks = callbacks;
    worker->data = data;
    worker->channel = ra_channel_new(
        pair[0], role == RA_WORKER_HOST ? RA_IPC_FROM_HOST_WORKER : RA_IPC_FROM_VIEWER_WORKER,
        &channel_callbacks, worker);
    return worker;
}

/* The process is given a moment to leave after its socketpair was closed. */
static gboolean kill_late(gpointer data)
{
    GSubprocess *process = data;
    g_subprocess_force_exit(process);
    return G_SOURCE_REMOVE;
}

static void on_exited(GObject *process, GAsyncResult *result, gpointer data)
{
    GSource *timer = data;
    (void)g_subprocess_wait_finish(G_SUBPROCESS(process), result, NULL);
    g_source_destroy(timer);
    g_source_unref(timer);
}

void ra_worker_free(RaWorker *worker)
{
    if (worker == NULL)
        return;
    ra_channel_flush(worker->channel, 0);
    ra_channel_free(worker->channel);
    if (worker->gone_source != NULL) {
        g_source_destroy(worker->gone_source);
        g_source_unref(worker->gone_source);
    }
    GSource *timer = g_timeout_source_new(LEAVE_MS);
    g_source_set_callback(timer, kill_late, g_object_ref(worker->process), g_object_unref);
    g_source_attach(timer, g_main_context_get_thread_default());
    g_subprocess_wait_async(worker->process, NULL, on_exited, timer);
    g_object_unref(worker->process);
    g_free(worker);
}

static gboolean on_send_failed(gpointer data)
{
    RaWorker *worker = data;
    g_clear_pointer(&worker->gone_source, g_source_unref);
    tell_gone(worker, "it does not take messages any more");
    return G_SOURCE_REMOVE;
}

void ra_worker_send(RaWorker *worker, const RaIpcMessage *message, int fd)
{
    if (ra_channel_send(worker->channel, message, fd) || worker->gone_source != NULL ||
        worker->told)
        return;
    worker->gone_source = g_idle_source_new();
    g_source_set_callback(worker->gone_source, on_send_failed, worker, NULL);
    g_source_attach(worker->gone_source, g_main_context_get_thread_default());
}

guint ra_worker_queued(const RaWorker *worker)
{
    return ra_channel_queued(worker->channel);
}
