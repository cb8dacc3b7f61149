/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/opening.h"

#include "base/error.h"
#include "base/io.h"
#include "base/paths.h"
#include "mailer/open/files.h"
#include "mailer/open/text.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    LINE_MAX_BYTES = 256, /* of the report */
    KILL_AFTER = 5,       /* seconds that it may take to end */
    TICKET_FD = 3,        /* in the child */
    REPORT_FD = 4,
};

struct _RaOpening {
    RaOpeningFuncs funcs;
    gpointer data;
    GSubprocess *process;
    GCancellable *cancel; /* of waiting for it */
    int report;           /* our end; -1: closed */
    GSource *source;
    GString *line;
    gint64 seconds, since; /* of the sessions, as told; monotonic time of the last "connected" */
    gboolean connected, told;
    guint killer;
};

/* "ended CODE SECONDS": the second number; the exit code is the process's own. */
static void take_line(RaOpening *opening, const char *line)
{
    int code = 0;
    gint64 seconds = 0;
    if (strcmp(line, "connected") == 0) {
        opening->connected = TRUE;
        opening->since = g_get_monotonic_time();
        opening->funcs.connected(opening->data);
        /* Each number has a width, so that none overflows. NOLINTNEXTLINE(cert-err34-c) */
    } else if (sscanf(line, "ended %3d %18" G_GINT64_FORMAT, &code, &seconds) == 2 &&
               seconds >= 0) {
        opening->seconds = seconds;
        opening->told = TRUE;
    }
}

/* Takes what the child has written. FALSE at the end, and where nobody listens any more. */
static gboolean take_report(RaOpening *opening)
{
    char bytes[512];
    const gssize n = read(opening->report, bytes, sizeof bytes);
    if (n <= 0)
        return n < 0 && (errno == EINTR || errno == EAGAIN);
    for (gssize i = 0; i < n; i++) {
        if (bytes[i] != '\n') {
            if (opening->line->len < LINE_MAX_BYTES)
                g_string_append_c(opening->line, bytes[i]);
            continue;
        }
        g_autofree char *line = g_strdup(opening->line->str);
        g_string_truncate(opening->line, 0);
        take_line(opening, line);
    }
    return TRUE;
}

static gboolean report_ready(gint fd, GIOCondition condition, gpointer data)
{
    RaOpening *opening = data;
    (void)fd, (void)condition;
    if (take_report(opening))
        return G_SOURCE_CONTINUE;
    ra_source_drop(&opening->source);
    return G_SOURCE_REMOVE;
}

static void process_ended(GObject *object, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    GSubprocess *process = G_SUBPROCESS(object);
    if (!g_subprocess_wait_finish(process, result, &error))
        return; /* cancelled: the opening is gone */
    RaOpening *opening = data;
    while (opening->source != NULL && take_report(opening))
        ; /* what it said last */
    ra_source_drop(&opening->source);
    const int code = g_subprocess_get_if_exited(process) ? g_subprocess_get_exit_status(process)
                                                         : RA_ERROR_FAILED;
    gint64 seconds = opening->seconds;
    if (opening->connected && !opening->told) /* it died */
        seconds = (g_get_monotonic_time() - opening->since) / G_USEC_PER_SEC;
    opening->funcs.ended(code, seconds, opening->data);
}

/* --- starting --- */

/* The invitation as a file without a name: for ra-open, or for the viewer with what there is to
 * warn of. */
static int make_ticket_fd(const RaCase *item, gboolean window, GError **error)
{
    if (!window) {
        gsize size = 0;
        const void *bytes = g_bytes_get_data(ra_found_bytes(item->found), &size);
        g_autoptr(RaSecret) copy = ra_secret_new_copy(bytes, size);
        return ra_secret_to_fd(copy, error);
    }
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    g_ptr_array_add(found, item->found);
    g_autoptr(RaHandover) handover = ra_open_handover(found, 0);
    return ra_handover_to_fd(handover, error);
}

static GStrv make_arguments(const RaOpeningOptions *options, gboolean viewer)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_autofree char *program = ra_path_program(viewer ? "ra-viewer" : "ra-open");
    g_autofree char *report = g_strdup_printf("--report-fd=%d", REPORT_FD);
    g_strv_builder_add_many(builder, program, report, NULL);
    if (options->yes)
        g_strv_builder_add(builder, "--yes");
    if (options->key_file != NULL)
        g_strv_builder_add_many(builder, "--key", options->key_file, NULL);
    if (options->password_file != NULL)
        g_strv_builder_add_many(builder, "--password-file", options->password_file, NULL);
    g_autofree char *ticket = viewer ? g_strdup_printf("--ticket-fd=%d", TICKET_FD)
                                     : g_strdup_printf("/proc/self/fd/%d", TICKET_FD);
    if (!viewer)
        g_strv_builder_add(builder, "--");
    g_strv_builder_add(builder, ticket);
    return g_strv_builder_end(builder);
}

/* The child gets TICKET and REPORT, which are closed here. */
static GSubprocess *spawn(const RaOpeningOptions *options, gboolean viewer, int ticket, int report,
                          GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDIN_INHERIT);
    g_auto(GStrv) arguments = make_arguments(options, viewer);
    if (options->said_fd > 0) {
        g_subprocess_launcher_take_stdout_fd(launcher, dup(options->said_fd));
        g_subprocess_launcher_take_stderr_fd(launcher, dup(options->said_fd));
    } else if (options->quiet)
        g_subprocess_launcher_take_stdout_fd(launcher, dup(STDERR_FILENO));
    g_subprocess_launcher_take_fd(launcher, ticket, TICKET_FD);
    g_subprocess_launcher_take_fd(launcher, report, REPORT_FD);
    GSubprocess *process =
        g_subprocess_launcher_spawnv(launcher, (const char *const *)arguments, &problem);
    if (process == NULL)
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "the invitation cannot be opened: %s",
                    problem->message);
    return process;
}

RaOpening *ra_opening_new(const RaCase *item, const RaOpeningOptions *options,
                          const RaOpeningFuncs *funcs, gpointer data, GError **error)
{
    int pipe[2] = {-1, -1};
    const gboolean viewer = options->window; /* where Microsoft's go on to FreeRDP as well */
    const int ticket = make_ticket_fd(item, viewer, error);
    if (ticket < 0)
        return NULL;
    if (!g_unix_open_pipe(pipe, FD_CLOEXEC, error)) {
        close(ticket);
        return NULL;
    }
    GSubprocess *process = spawn(options, viewer, ticket, pipe[1], error);
    if (process == NULL) {
        close(pipe[0]);
        return NULL;
    }
    RaOpening *opening = g_new0(RaOpening, 1);
    opening->funcs = *funcs;
    opening->data = data;
    opening->process = process;
    opening->cancel = g_cancellable_new();
    opening->report = pipe[0];
    opening->line = g_string_new(NULL);
    (void)g_unix_set_fd_nonblocking(pipe[0], TRUE, NULL);
    ra_source_watch(&opening->source, pipe[0], G_IO_IN | G_IO_HUP, report_ready, opening);
    g_subprocess_wait_async(process, opening->cancel, process_ended, opening);
    return opening;
}

static gboolean kill_now(gpointer data)
{
    RaOpening *opening = data;
    opening->killer = 0;
    g_subprocess_force_exit(opening->process);
    return G_SOURCE_REMOVE;
}

void ra_opening_stop(RaOpening *opening)
{
    g_subprocess_send_signal(opening->process, SIGTERM);
    if (opening->killer == 0)
        opening->killer = g_timeout_add_seconds(KILL_AFTER, kill_now, opening);
}

void ra_opening_free(RaOpening *opening)
{
    if (opening == NULL)
        return;
    g_cancellable_cancel(opening->cancel);
    if (opening->killer != 0)
        g_source_remove(opening->killer);
    ra_source_drop(&opening->source);
    close(opening->report);
    g_object_unref(opening->process);
    g_object_unref(opening->cancel);
    g_string_free(opening->line, TRUE);
    g_free(opening);
}
