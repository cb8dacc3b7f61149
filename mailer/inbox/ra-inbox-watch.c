/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "ra-inbox watch": a line for whatever happens in the mailbox. */
#include "base/duration.h"
#include "base/error.h"
#include "mailer/inbox/ra-inbox.h"
#include "mailer/inbox/text.h"
#include "mailer/inbox/watch.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    RaInboxRun *run;
    GMainLoop *loop;
    RaInboxWatch *watch;
    GError *error; /* why it ends */
} Watching;

/* Nobody reads any more: no use to go on. */
static void check_output(Watching *watching)
{
    if (fflush(stdout) == 0)
        return;
    if (watching->error == NULL)
        g_set_error(&watching->error, RA_ERROR, RA_ERROR_FAILED,
                    "cannot write to standard output: %s", g_strerror(errno));
    g_main_loop_quit(watching->loop);
}

static void write_event(Watching *watching, const char *event, const RaCase *item,
                        const GError *error)
{
    const gint64 now = ra_moment_now();
    g_autofree char *text = NULL;
    if (watching->run->options.json) {
        text = ra_inbox_report_event(event, item, error, watching->run->plan->name, now);
    } else if (item != NULL) {
        g_autoptr(GDateTime) time = g_date_time_new_now_local();
        g_autofree char *stamp = g_date_time_format(time, "%H:%M:%S");
        g_autofree char *line = ra_inbox_line(item, now);
        text = g_strdup_printf("%s  %s%s\n", stamp, line,
                               strcmp(event, "gone") == 0 ? "  (the message is gone)" : "");
    }
    if (text != NULL)
        (void)fputs(text, stdout);
    check_output(watching);
}

static void told_expired(RaCase *item, RaCaseEvent event, gboolean sent, const GError *error,
                         gpointer data)
{
    (void)item, (void)event, (void)sent, (void)data;
    if (error != NULL)
        ra_inbox_warn(error->message);
}

static void case_event(RaWatchEvent event, RaCase *item, RaCaseState before, gpointer data)
{
    static const char *const names[] = {
        [RA_WATCH_NEW] = "case", [RA_WATCH_CHANGED] = "case", [RA_WATCH_GONE] = "gone"};
    Watching *watching = data;
    const RaInboxRun *run = watching->run;
    const RaCaseState state = ra_case_state(item, ra_moment_now());
    /* What is of no interest now, and was of none, is passed over. */
    if (run->plan->states & (1U << state | 1U << before))
        write_event(watching, names[event], item, NULL);
    if (event == RA_WATCH_CHANGED && state == RA_CASE_EXPIRED)
        ra_case_tell_async(run->plan->teller, run->queue, item, RA_EVENT_EXPIRED, 0, told_expired,
                           NULL);
}

static void queue_changed(RaQueue *queue, gpointer data)
{
    (void)queue;
    ra_inbox_watch_look(((Watching *)data)->watch);
}

static void queue_trouble(RaQueue *queue, const GError *error, gpointer data)
{
    Watching *watching = data;
    /* What waiting does not mend, where it never worked: the login, the mailbox's name. */
    const gboolean hopeless = g_error_matches(error, RA_ERROR, RA_ERROR_PASSWORD) ||
                              g_error_matches(error, RA_ERROR, RA_ERROR_USAGE);
    if (hopeless && ra_queue_is_loading(queue)) {
        if (watching->error == NULL)
            watching->error = g_error_copy(error);
        write_event(watching, "trouble", NULL, error);
        g_main_loop_quit(watching->loop);
        return;
    }
    if (error != NULL)
        g_printerr("ra-inbox: %s (trying again)\n", error->message);
    else
        g_printerr("ra-inbox: the mailbox is back\n");
    write_event(watching, error != NULL ? "trouble" : "back", NULL, error);
}

static gboolean quit(gpointer data)
{
    g_main_loop_quit(data);
    return G_SOURCE_CONTINUE;
}

gboolean ra_inbox_watch(RaInboxRun *run, GError **error)
{
    const RaQueueFuncs funcs = {.changed = queue_changed, .trouble = queue_trouble};
    Watching watching = {.run = run, .loop = g_main_loop_new(NULL, FALSE)};
    run->queue = ra_inbox_plan_queue(run->plan, &funcs, &watching, error);
    if (run->queue == NULL) {
        g_main_loop_unref(watching.loop);
        return FALSE;
    }
    run->reported = TRUE;
    watching.watch = ra_inbox_watch_new(run->queue, case_event, &watching);
    (void)g_unix_signal_add(SIGINT, quit, watching.loop);
    (void)g_unix_signal_add(SIGTERM, quit, watching.loop);
    (void)signal(SIGPIPE, SIG_IGN);
    ra_queue_follow(run->queue);
    g_main_loop_run(watching.loop);
    ra_inbox_watch_free(watching.watch);
    ra_queue_free(g_steal_pointer(&run->queue));
    g_main_loop_unref(watching.loop);
    if (watching.error == NULL)
        return TRUE;
    g_propagate_error(error, watching.error);
    return FALSE;
}
