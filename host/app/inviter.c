/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/inviter.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/paths.h"
#include "host/app/inviter-report.h"

#include <string.h>
#include <unistd.h>

enum {
    DEFAULTS_SECONDS = 30,
    INVITE_SECONDS = 2 * 60 * 60, /* ra-invite has limits of its own; mail may take an hour */
    CHUNK = 16 * 1024,
    MESSAGE_FD = 3, /* in ra-invite */
};

/* One run of ra-invite. Lives until all that it waits for has come back, which may be after the
 * inviter. */
typedef struct {
    RaInviter *inviter; /* NULL: whoever started it has gone, or was told already */
    GSubprocess *process;
    GByteArray *text;
    GCancellable *cancel;
    guint timer;
    guint pending;   /* callbacks that are still to come */
    GError *failure; /* it could not be started; NULL: it was */
    gboolean exited, ended, forgotten;
    RaInviterDefaultsFunc defaults; /* one of the two */
    RaInviterFunc done;
    gpointer data;
} Run;

struct _RaInviter {
    char *program;
    guint seconds; /* 0: as above */
    GQueue runs;   /* under way */
};

RaInviter *ra_inviter_new_for(const char *program, guint seconds)
{
    RaInviter *inviter = g_new0(RaInviter, 1);
    inviter->program = g_strdup(program);
    inviter->seconds = seconds;
    return inviter;
}

RaInviter *ra_inviter_new(void)
{
    g_autofree char *program = ra_path_program("ra-invite");
    return ra_inviter_new_for(program, 0);
}

static void come_back(Run *run)
{
    if (--run->pending > 0)
        return;
    g_clear_object(&run->process);
    g_clear_object(&run->cancel);
    g_clear_error(&run->failure);
    g_byte_array_unref(run->text);
    g_free(run);
}

/* Nobody waits for it any more. The process is left alone. */
static void let_go(Run *run)
{
    if (run->inviter == NULL)
        return;
    g_queue_remove(&run->inviter->runs, run);
    run->inviter = NULL;
    g_clear_handle_id(&run->timer, g_source_remove);
    g_cancellable_cancel(run->cancel);
}

void ra_inviter_free(RaInviter *inviter)
{
    if (inviter == NULL)
        return;
    while (!g_queue_is_empty(&inviter->runs))
        let_go(g_queue_peek_head(&inviter->runs));
    g_free(inviter->program);
    g_free(inviter);
}

gboolean ra_inviter_busy(const RaInviter *inviter)
{
    for (const GList *link = inviter->runs.head; link != NULL; link = link->next)
        if (((const Run *)link->data)->done != NULL)
            return TRUE;
    return FALSE;
}

void ra_inviter_forget(RaInviter *inviter, gpointer data)
{
    for (GList *link = inviter->runs.head; link != NULL; link = link->next) {
        Run *run = link->data;
        run->forgotten = run->forgotten || run->data == data;
    }
}

/* Tells what came of RUN, which may free the inviter or start the next run. */
static void tell(Run *run, const RaInviteDefaults *defaults, const RaInviteOutcome *outcome,
                 const GError *error)
{
    if (run->inviter == NULL)
        return;
    let_go(run);
    if (run->forgotten)
        return;
    if (run->defaults != NULL)
        run->defaults(defaults, error, run->data);
    else
        run->done(outcome, error, run->data);
}

static void tell_failure(Run *run, RaError code, const char *what)
{
    g_autoptr(GError) error = g_error_new_literal(RA_ERROR, (int)code, what);
    tell(run, NULL, NULL, error);
}

/* It has said all, and ended. */
static void judge(Run *run)
{
    const char *text = (const char *)run->text->data;
    g_autoptr(GError) error = NULL;
    if (!g_subprocess_get_if_exited(run->process)) {
        tell_failure(run, RA_ERROR_FAILED,
                     _("ra-invite stopped in the middle of its work: look at \"Your invitations\" "
                       "before you try again"));
        return;
    }
    const int status = g_subprocess_get_exit_status(run->process);
    if (run->defaults != NULL) {
        g_autoptr(RaInviteDefaults) defaults =
            ra_invite_defaults_parse(text, run->text->len, &error);
        tell(run, defaults, NULL, error);
        return;
    }
    g_autoptr(RaInviteOutcome) outcome = ra_invite_outcome_parse(text, run->text->len, &error);
    if (outcome != NULL && outcome->code != status)
        tell_failure(run, RA_ERROR_MALFORMED,
                     "ra-invite reports something else than it ended with");
    else
        tell(run, NULL, outcome, error);
}

static void on_gone(GObject *source, GAsyncResult *result, gpointer data)
{
    Run *run = data;
    run->exited = g_subprocess_wait_finish(G_SUBPROCESS(source), result, NULL);
    if (run->exited && run->ended)
        judge(run);
    come_back(run);
}

static void read_on(Run *run, GInputStream *stream);

static void on_read(GObject *source, GAsyncResult *result, gpointer data)
{
    Run *run = data;
    g_autoptr(GBytes) bytes =
        g_input_stream_read_bytes_finish(G_INPUT_STREAM(source), result, NULL);
    const gsize size = bytes != NULL ? g_bytes_get_size(bytes) : 0;
    if (size > 0 && run->text->len + size > RA_INVITER_REPORT_MAX) {
        tell_failure(run, RA_ERROR_MALFORMED, "ra-invite says much more than its report");
    } else if (size > 0) {
        g_byte_array_append(run->text, g_bytes_get_data(bytes, NULL), (guint)size);
        read_on(run, G_INPUT_STREAM(source));
    } else {
        run->ended = TRUE;
        if (run->exited)
            judge(run);
    }
    come_back(run);
}

static void read_on(Run *run, GInputStream *stream)
{
    run->pending++;
    g_input_stream_read_bytes_async(stream, CHUNK, G_PRIORITY_DEFAULT, run->cancel, on_read, run);
}

static gboolean on_time(gpointer data)
{
    Run *run = data;
    run->timer = 0;
    /* What only looks can be ended; what may be sending is not cut off. */
    if (run->defaults != NULL)
        g_subprocess_force_exit(run->process);
    tell_failure(run, RA_ERROR_FAILED, _("ra-invite does not answer: try again later"));
    return G_SOURCE_REMOVE;
}

static gboolean on_failure(gpointer data)
{
    Run *run = data;
    tell(run, NULL, NULL, run->failure);
    come_back(run);
    return G_SOURCE_REMOVE;
}

/* A line of text as a memory file for the child; FD is -1 where there is none. */
static gboolean pass(RaSecret *secret, int *fd, GError **error)
{
    *fd = secret != NULL ? ra_secret_to_fd(secret, error) : -1;
    return secret == NULL || *fd >= 0;
}

static GSubprocess *spawn(const char *const *argv, RaSecret *password, RaSecret *message,
                          GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE);
    int in = -1, extra = -1;
    if (!pass(password, &in, error))
        return NULL;
    if (in >= 0)
        g_subprocess_launcher_take_stdin_fd(launcher, in);
    if (!pass(message, &extra, error))
        return NULL;
    if (extra >= 0)
        g_subprocess_launcher_take_fd(launcher, extra, MESSAGE_FD);
    if (!g_get_charset(NULL)) /* names would not get through */
        g_subprocess_launcher_setenv(launcher, "LC_ALL", "C.UTF-8", TRUE);
    return g_subprocess_launcher_spawnv(launcher, argv, error);
}

/* Calls back from the main loop, never from here. */
static void start(RaInviter *inviter, Run *run, GPtrArray *argv, RaSecret *password,
                  RaSecret *message, guint seconds)
{
    run->text = g_byte_array_new();
    run->cancel = g_cancellable_new();
    run->inviter = inviter;
    g_queue_push_tail(&inviter->runs, run);
    g_ptr_array_add(argv, NULL);
    run->process = spawn((const char *const *)argv->pdata, password, message, &run->failure);
    run->pending++;
    if (run->process == NULL) {
        g_idle_add(on_failure, run);
        return;
    }
    run->timer =
        g_timeout_add_seconds(inviter->seconds > 0 ? inviter->seconds : seconds, on_time, run);
    g_subprocess_wait_async(run->process, run->cancel, on_gone, run);
    read_on(run, g_subprocess_get_stdout_pipe(run->process));
}

static GPtrArray *argv_new(const RaInviter *inviter)
{
    GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(argv, g_strdup(inviter->program));
    g_ptr_array_add(argv, g_strdup("--json"));
    return argv;
}

/* "--NAME=VALUE", so that no value is taken for an option. */
static void add(GPtrArray *argv, const char *name, const char *value)
{
    if (value != NULL && *value != '\0')
        g_ptr_array_add(argv, g_strdup_printf("--%s=%s", name, value));
}

static void add_way(GPtrArray *argv, const RaInviteOrder *order)
{
    for (const char *const *to = order->to; to != NULL && *to != NULL; to++)
        add(argv, "to", *to);
    if (order->way == RA_INVITE_SENDMAIL)
        g_ptr_array_add(argv, g_strdup("--sendmail"));
    else if (order->way == RA_INVITE_MAIL_CLIENT)
        g_ptr_array_add(argv, g_strdup("--mail-client"));
    else if (order->way == RA_INVITE_FILE)
        add(argv, "save", order->file);
    /* A server of the settings is what ra-invite takes where nothing else is named. */
    if (order->way == RA_INVITE_FILE && order->overwrite)
        g_ptr_array_add(argv, g_strdup("--force"));
}

void ra_inviter_defaults(RaInviter *inviter, RaInviterDefaultsFunc done, gpointer data)
{
    g_autoptr(GPtrArray) argv = argv_new(inviter);
    Run *run = g_new0(Run, 1);
    run->defaults = done;
    run->data = data;
    g_ptr_array_add(argv, g_strdup("--defaults"));
    start(inviter, run, argv, NULL, NULL, DEFAULTS_SECONDS);
}

void ra_inviter_invite(RaInviter *inviter, const RaInviteOrder *order, RaInviterFunc done,
                       gpointer data)
{
    g_autoptr(GPtrArray) argv = argv_new(inviter);
    g_autoptr(RaSecret) message = NULL;
    Run *run = g_new0(Run, 1);
    run->done = done;
    run->data = data;
    add_way(argv, order);
    add(argv, "from", order->from);
    add(argv, "name", order->name);
    g_ptr_array_add(argv, g_strdup_printf("--expires=%" G_GINT64_FORMAT "s", order->lifetime));
    if (order->view_only)
        g_ptr_array_add(argv, g_strdup("--view-only"));
    g_ptr_array_add(argv, g_strdup("--password-file=-"));
    if (order->message != NULL && *order->message != '\0') {
        message = ra_secret_new_copy(order->message, strlen(order->message));
        g_ptr_array_add(argv, g_strdup_printf("--message-file=/dev/fd/%d", MESSAGE_FD));
    }
    start(inviter, run, argv, order->password, message, INVITE_SECONDS);
}

void ra_inviter_resend(RaInviter *inviter, const char *id, const RaInviteOrder *order,
                       RaInviterFunc done, gpointer data)
{
    g_autoptr(GPtrArray) argv = argv_new(inviter);
    Run *run = g_new0(Run, 1);
    run->done = done;
    run->data = data;
    add(argv, "resend", id);
    add_way(argv, order);
    start(inviter, run, argv, NULL, NULL, INVITE_SECONDS);
}
