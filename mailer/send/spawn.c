/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/spawn.h"

#include "base/error.h"
#include "base/io.h"
#include "base/text.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SAID_MAX = 4096 }; /* bytes of a program's complaints that are looked at */

struct _RaSpawned {
    char *program;
    GSubprocess *process;
    int complaints; /* a file with what it said on standard error */
};

/* An anonymous file with INPUT in it (which may be NULL), at its beginning; -1 on failure. A file
 * and not a pipe, so that a program that stops reading does no harm. */
static int memory_file(GBytes *input)
{
    const int fd = memfd_create("remote-assistance", MFD_CLOEXEC);
    gsize size = 0;
    const void *data = input != NULL ? g_bytes_get_data(input, &size) : NULL;
    if (fd >= 0 && (!ra_write_all(fd, data, size) || lseek(fd, 0, SEEK_SET) != 0)) {
        close(fd);
        return -1;
    }
    return fd;
}

gboolean ra_spawn_fail(GError **error, const char *program, const char *what, const char *advice)
{
    g_autofree char *shown = ra_text_line(program, RA_TEXT_LINE_MAX);
    g_set_error(error, RA_ERROR, RA_ERROR_MAIL, "%s %s: %s", shown, what, advice);
    return FALSE;
}

static void new_session(gpointer data)
{
    (void)data;
    (void)setsid();
}

RaSpawned *ra_spawn(const char *const *argv, GBytes *input, gboolean own_session, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
    const int complaints = memory_file(NULL), in = memory_file(input);
    if (complaints < 0 || in < 0) {
        ra_spawn_fail(error, argv[0], "cannot be given the message", g_strerror(errno));
        if (complaints >= 0)
            close(complaints);
        if (in >= 0)
            close(in);
        return NULL;
    }
    g_subprocess_launcher_take_stderr_fd(launcher, dup(complaints));
    g_subprocess_launcher_take_stdin_fd(launcher, in);
    if (own_session)
        g_subprocess_launcher_set_child_setup(launcher, new_session, NULL, NULL);
    g_autoptr(GError) local = NULL;
    GSubprocess *process = g_subprocess_launcher_spawnv(launcher, argv, &local);
    if (process == NULL) {
        ra_spawn_fail(error, argv[0], "cannot be started", local->message);
        close(complaints);
        return NULL;
    }
    RaSpawned *spawned = g_new0(RaSpawned, 1);
    spawned->program = g_strdup(argv[0]);
    spawned->process = process;
    spawned->complaints = complaints;
    return spawned;
}

typedef struct {
    gboolean over;     /* the program has ended, or the time is up */
    gboolean finished; /* it has ended */
} Wait;

static void on_finished(GObject *source, GAsyncResult *result, gpointer data)
{
    Wait *wait = data;
    if (g_subprocess_wait_finish(G_SUBPROCESS(source), result, NULL))
        wait->finished = TRUE;
    wait->over = TRUE;
}

static gboolean on_time(gpointer data)
{
    g_cancellable_cancel(data);
    return G_SOURCE_REMOVE;
}

gboolean ra_spawned_wait(RaSpawned *spawned, gint64 seconds)
{
    g_autoptr(GMainContext) context = g_main_context_new();
    g_autoptr(GCancellable) cancel = g_cancellable_new();
    g_autoptr(GSource) timer = g_timeout_source_new_seconds((guint)seconds);
    Wait wait = {FALSE, FALSE};
    g_main_context_push_thread_default(context);
    g_source_set_callback(timer, on_time, cancel, NULL);
    g_source_attach(timer, context);
    g_subprocess_wait_async(spawned->process, cancel, on_finished, &wait);
    while (!wait.over)
        g_main_context_iteration(context, TRUE);
    g_source_destroy(timer);
    g_main_context_pop_thread_default(context);
    return wait.finished;
}

gboolean ra_spawned_check(RaSpawned *spawned, GError **error)
{
    GSubprocess *process = spawned->process;
    if (g_subprocess_get_successful(process))
        return TRUE;
    char text[SAID_MAX + 1];
    const ssize_t n = pread(spawned->complaints, text, SAID_MAX, 0);
    text[MAX(n, 0)] = '\0';
    g_autofree char *said = ra_text_line(text, RA_TEXT_LINE_MAX);
    g_autofree char *what =
        g_subprocess_get_if_exited(process)
            ? g_strdup_printf("failed with exit status %d", g_subprocess_get_exit_status(process))
            : g_strdup_printf("was ended by signal %d", g_subprocess_get_term_sig(process));
    return ra_spawn_fail(error, spawned->program, what, *said != '\0' ? said : "look into its log");
}

void ra_spawned_kill(RaSpawned *spawned)
{
    g_subprocess_force_exit(spawned->process);
}

void ra_spawned_free(RaSpawned *spawned)
{
    if (spawned == NULL)
        return;
    g_object_unref(spawned->process);
    close(spawned->complaints);
    g_free(spawned->program);
    g_free(spawned);
}
