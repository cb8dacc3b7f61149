/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ra-inbox: the help desk's mailbox as a queue of invitations. ra-inbox(1). */
#include "config.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "mailer/inbox/ra-inbox.h"
#include "mailer/inbox/screen.h"
#include "mailer/inbox/text.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

typedef struct {
    const char *name;
    gboolean needs_id;
    gboolean (*run)(RaInboxRun *run, GError **error);
} Command;

void ra_inbox_warn(const char *text)
{
    g_printerr("ra-inbox: warning: %s\n", text);
}

void ra_inbox_say(const RaInboxRun *run, const char *format, ...)
{
    if (run->options.json)
        return;
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    (void)fputs(text, stdout); /* UTF-8 in every locale */
    (void)fflush(stdout);
}

/* --- list --- */

/* Of the terminal; 0 where there is none. */
static guint terminal_columns(void)
{
    struct winsize size;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

static gboolean list(RaInboxRun *run, GError **error)
{
    if (!ra_queue_load(run->queue, NULL, NULL, error))
        return FALSE;
    run->cases = ra_queue_cases(run->queue, run->result.now);
    for (guint i = run->cases->len; i-- > 0;) {
        if (!(run->plan->states & 1U << ra_case_state(run->cases->pdata[i], run->result.now)))
            g_ptr_array_remove_index(run->cases, i);
    }
    run->result.cases = run->cases;
    if (ra_queue_left_out(run->queue) > 0)
        ra_inbox_warn("there are too many messages: the oldest were not looked at; use --since");
    if (run->cases->len == 0) {
        ra_inbox_say(run, "There is no case%s.\n",
                     run->options.all ? "" : " that waits (--all shows the rest)");
        return TRUE;
    }
    g_autofree char *table = ra_inbox_table(run->cases, terminal_columns(), run->result.now);
    ra_inbox_say(run, "%s", table);
    return TRUE;
}

/* --- claim, release, done --- */

/* Tells the novice, where that is wanted. What was done stays done where it fails. */
gboolean ra_inbox_tell(RaInboxRun *run, RaCaseEvent event, GError **error)
{
    if (!ra_teller_tells(run->plan->teller, event))
        return TRUE;
    g_autoptr(GError) problem = NULL;
    if (ra_case_tell(run->plan->teller, run->queue, run->result.item, event, run->result.seconds,
                     NULL, &problem))
        return TRUE;
    if (g_error_matches(problem, RA_ERROR, RA_ERROR_DECLINED)) {
        ra_inbox_warn(problem->message); /* nobody who may be written to */
        return TRUE;
    }
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
}

void ra_inbox_look_again(RaInboxRun *run, const char *id)
{
    RaCase *item = ra_queue_find(run->queue, id, NULL);
    if (item == NULL)
        return;
    ra_case_unref(run->result.item);
    run->result.item = item;
}

gboolean ra_inbox_act(RaInboxRun *run, RaCaseAct what, GError **error)
{
    if (!ra_queue_load(run->queue, run->id, NULL, error))
        return FALSE;
    run->result.item = ra_queue_find(run->queue, run->id, error);
    if (run->result.item == NULL)
        return FALSE;
    g_autofree char *id = g_strdup(run->result.item->id);
    g_autofree char *before = g_strdup(run->result.item->mark->owner);
    const gboolean done = ra_queue_act(run->queue, id, what, run->options.force, NULL, error);
    ra_inbox_look_again(run, id);
    if (done && before != NULL && strcmp(before, run->plan->name) != 0)
        run->result.taken_from = run->taken_from = g_steal_pointer(&before);
    return done;
}

/* "You have the case 12 of Jo Novice <jo@example.org> now." */
void ra_inbox_say_case(const RaInboxRun *run, const char *before, const char *after)
{
    g_autofree char *who = ra_inbox_who(run->result.item);
    g_autofree char *owner =
        run->taken_from != NULL ? ra_text_line(run->taken_from, RA_TEXT_NAME_MAX) : NULL;
    ra_inbox_say(run, "%s %s of %s%s%s%s.\n", before, run->result.item->id, who, after,
                 owner != NULL ? ", taken over from " : "", owner != NULL ? owner : "");
}

static gboolean claim(RaInboxRun *run, GError **error)
{
    if (!ra_inbox_act(run, RA_ACT_CLAIM, error))
        return FALSE;
    ra_inbox_say_case(run, "You have the case", " now");
    return ra_inbox_tell(run, RA_EVENT_CLAIMED, error);
}

static gboolean release(RaInboxRun *run, GError **error)
{
    if (!ra_inbox_act(run, RA_ACT_RELEASE, error))
        return FALSE;
    ra_inbox_say_case(run, "The case", " is open again");
    return TRUE;
}

static gboolean finish(RaInboxRun *run, GError **error)
{
    if (!ra_inbox_act(run, RA_ACT_DONE, error))
        return FALSE;
    ra_inbox_say_case(run, "The case", " is done");
    return ra_inbox_tell(run, RA_EVENT_FINISHED, error);
}

/* --- screen --- */

static gboolean screen(RaInboxRun *run, GError **error)
{
    return ra_inbox_screen_run(run->plan, error);
}

/* Without a command: for persons. */
static const char *preset_command(const RaInboxRun *run)
{
    return !run->options.json && ra_inbox_screen_check(NULL) ? "screen" : "list";
}

/* --- all of it --- */

static const Command commands[] = {
    {"list", FALSE, list},     {"claim", TRUE, claim},        {"release", TRUE, release},
    {"done", TRUE, finish},    {"open", TRUE, ra_inbox_open}, {"watch", FALSE, ra_inbox_watch},
    {"screen", FALSE, screen},
};

static const Command *find_command(RaInboxRun *run, GError **error)
{
    const guint words = run->options.words != NULL ? g_strv_length(run->options.words) : 0;
    const char *name = words > 0 ? run->options.words[0] : preset_command(run);
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(commands[i].name, name) != 0)
            continue;
        if (words == 2 && commands[i].needs_id)
            run->id = g_strdup(run->options.words[1]);
        else if (words == 2 || commands[i].needs_id)
            break;
        if (words <= 2)
            return &commands[i];
    }
    g_set_error_literal(
        error, RA_ERROR, RA_ERROR_USAGE,
        "the command is one of: list, claim ID, release ID, done ID, open ID, watch, screen");
    return NULL;
}

static gboolean go(RaInboxRun *run, GError **error)
{
    const Command *command = find_command(run, error);
    g_autoptr(RaSettings) settings = command != NULL ? ra_settings_load(NULL, NULL, error) : NULL;
    if (settings == NULL)
        return FALSE;
    for (const char *const *p = ra_settings_problems(settings); *p != NULL; p++)
        ra_inbox_warn(*p);
    run->plan = ra_inbox_plan_new(&run->options, settings, run->result.now, error);
    if (run->plan == NULL)
        return FALSE;
    run->result.inbox = run->plan->url;
    if (command->run == ra_inbox_watch || command->run == screen) /* which make their own queue */
        return command->run(run, error);
    run->queue = ra_inbox_plan_queue(run->plan, NULL, NULL, error);
    run->result.queue = run->queue;
    return run->queue != NULL && command->run(run, error);
}

static int report(RaInboxRun *run, const GError *error)
{
    run->result.error = error;
    if (run->options.json && !run->reported) {
        g_autofree char *text = ra_inbox_report(&run->result);
        (void)fputs(text, stdout);
    }
    if (error != NULL)
        g_printerr("ra-inbox: %s\n", error->message);
    return error != NULL ? ra_error_exit_code(error) : run->result.code;
}

static void clear(RaInboxRun *run)
{
    g_clear_pointer(&run->cases, g_ptr_array_unref);
    ra_case_unref(run->result.item);
    ra_queue_free(run->queue);
    ra_inbox_plan_free(run->plan);
    g_free(run->taken_from);
    g_free(run->id);
    ra_inbox_options_clear(&run->options);
}

int main(int argc, char **argv)
{
    (void)setlocale(LC_ALL, "");
    g_set_prgname("ra-inbox");
    ra_secret_harden_process();
    RaInboxRun run = {.result.now = ra_moment_now()};
    g_autoptr(GError) error = NULL;
    int code = 0;
    if (ra_inbox_options_parse(&run.options, argc, argv, &error) && run.options.version) {
        (void)puts("ra-inbox (" PACKAGE_NAME ") " PACKAGE_VERSION);
    } else {
        if (error == NULL)
            (void)go(&run, &error);
        code = report(&run, error);
    }
    if (fflush(stdout) != 0 && code == 0) {
        perror("ra-inbox: cannot write to standard output");
        code = RA_ERROR_FAILED;
    }
    clear(&run);
    return code;
}
