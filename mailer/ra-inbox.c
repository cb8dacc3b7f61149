/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ra-inbox: the help desk's mailbox as a queue of invitations. ra-inbox(1). */
#include "config.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "mailer/inbox-plan.h"
#include "mailer/inbox-report.h"
#include "mailer/inbox-text.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static struct {
    RaInboxOptions inbox;
    gboolean json;
    gboolean version;
    char **words; /* the command, and the case */
} options;

typedef struct {
    RaInboxPlan *plan;
    RaQueue *queue;
    const char *id; /* the case that is meant; NULL for commands that need none */
    RaInboxResult result;
    GPtrArray *cases;
    char *taken_from;
} Run;

typedef struct {
    const char *name;
    gboolean needs_id;
    gboolean (*run)(Run *run, GError **error);
} Command;

static const GOptionEntry box_entries[] = {
    {"inbox", 0, 0, G_OPTION_ARG_FILENAME, &options.inbox.inbox,
     "The mailbox: imaps://HOST/FOLDER, imap://HOST/FOLDER, or the folder of a Maildir", "URL"},
    {"user", 0, 0, G_OPTION_ARG_STRING, &options.inbox.user, "Log in as", "USER"},
    {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &options.inbox.password_file,
     "The mailbox's password, the first line of a file", "FILE|-"},
    {"token-file", 0, 0, G_OPTION_ARG_FILENAME, &options.inbox.token_file,
     "Or an OAuth 2 access token", "FILE|-"},
    {"ca", 0, 0, G_OPTION_ARG_FILENAME, &options.inbox.ca, "Trust these certificates as well",
     "FILE"},
    {"tls", 0, 0, G_OPTION_ARG_STRING, &options.inbox.tls,
     "Encryption: auto (default), required, none", "WHEN"},
    {"name", 0, 0, G_OPTION_ARG_STRING, &options.inbox.name,
     "Your name at the cases that you claim", "NAME"},
    {"since", 0, 0, G_OPTION_ARG_STRING, &options.inbox.since,
     "Look at messages that came within that time (default: 31d)", "TIME"},
    {NULL},
};

static const GOptionEntry case_entries[] = {
    {"all", 'a', 0, G_OPTION_ARG_NONE, &options.inbox.all,
     "List the cases that are done or have expired, too", NULL},
    {"state", 0, 0, G_OPTION_ARG_STRING, &options.inbox.states,
     "List only open, claimed, in-session, done, expired, invalid (separated by commas)", "STATES"},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &options.inbox.force,
     "Take a case over from the helper who has it", NULL},
    {"key", 0, 0, G_OPTION_ARG_FILENAME, &options.inbox.key_file,
     "Private key and certificate, for what is sealed or encrypted to the help desk", "KEY.pem"},
    {"tell", 0, 0, G_OPTION_ARG_STRING, &options.inbox.tell,
     "Reply to the novice when the case is claimed, connected, finished, expired (separated by "
     "commas)",
     "EVENTS"},
    {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Print JSON instead of text", NULL},
    {"version", 0, 0, G_OPTION_ARG_NONE, &options.version, "Print the version", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.words, NULL, NULL},
    {NULL},
};

static gboolean parse(int argc, char **argv, GError **error)
{
    g_autoptr(GOptionContext) context =
        g_option_context_new("[list | claim ID | release ID | done ID]");
    g_option_context_set_summary(
        context, "Shows the invitations in the help desk's mailbox as a queue of cases, and lets\n"
                 "helpers claim them, so that no two take the same.");
    g_option_context_set_description(
        context,
        "Exit codes: 0 done, 1 anything else, 2 usage or no such case, 4 damaged, 5 expired,\n"
        "6 the mailbox refused the login, 7 its server cannot be reached, 8 somebody else has\n"
        "the case, 9 forbidden by policy, 10 a reply could not be sent. See ra-inbox(1).\n");
    g_option_context_add_main_entries(context, box_entries, NULL);
    g_option_context_add_main_entries(context, case_entries, NULL);
    return g_option_context_parse(context, &argc, &argv, error);
}

static void warn(const char *text)
{
    g_printerr("ra-inbox: warning: %s\n", text);
}

/* For a person: nothing of it under --json. */
static void say(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void say(const char *format, ...)
{
    if (options.json)
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

static gboolean list(Run *run, GError **error)
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
        warn("there are too many messages: the oldest were not looked at; use --since");
    if (run->cases->len == 0) {
        say("There is no case%s.\n", options.inbox.all ? "" : " that waits (--all shows the rest)");
        return TRUE;
    }
    g_autofree char *table = ra_inbox_table(run->cases, terminal_columns(), run->result.now);
    say("%s", table);
    return TRUE;
}

/* --- claim, release, done --- */

/* Tells the novice, where that is wanted. What was done stays done where it fails. */
static gboolean tell(Run *run, RaCaseEvent event, GError **error)
{
    if (!ra_teller_tells(run->plan->teller, event))
        return TRUE;
    g_autoptr(GError) problem = NULL;
    if (ra_case_tell(run->plan->teller, run->queue, run->result.item, event, 0, NULL, &problem))
        return TRUE;
    if (g_error_matches(problem, RA_ERROR, RA_ERROR_DECLINED)) {
        warn(problem->message); /* nobody who may be written to */
        return TRUE;
    }
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
}

static void look_again(Run *run, const char *id)
{
    RaCase *item = ra_queue_find(run->queue, id, NULL);
    if (item == NULL)
        return;
    ra_case_unref(run->result.item);
    run->result.item = item;
}

static gboolean act(Run *run, RaCaseAct what, GError **error)
{
    if (!ra_queue_load(run->queue, run->id, NULL, error))
        return FALSE;
    run->result.item = ra_queue_find(run->queue, run->id, error);
    if (run->result.item == NULL)
        return FALSE;
    g_autofree char *id = g_strdup(run->result.item->id);
    g_autofree char *before = g_strdup(run->result.item->mark->owner);
    const gboolean done = ra_queue_act(run->queue, id, what, options.inbox.force, NULL, error);
    look_again(run, id);
    if (done && before != NULL && strcmp(before, run->plan->name) != 0)
        run->result.taken_from = run->taken_from = g_steal_pointer(&before);
    return done;
}

/* "You have the case 12 of Jo Novice <jo@example.org> now." */
static void say_done(const Run *run, const char *before, const char *after)
{
    g_autofree char *who = ra_inbox_who(run->result.item);
    g_autofree char *owner =
        run->taken_from != NULL ? ra_text_line(run->taken_from, RA_TEXT_NAME_MAX) : NULL;
    say("%s %s of %s%s%s%s.\n", before, run->result.item->id, who, after,
        owner != NULL ? ", taken over from " : "", owner != NULL ? owner : "");
}

static gboolean claim(Run *run, GError **error)
{
    if (!act(run, RA_ACT_CLAIM, error))
        return FALSE;
    say_done(run, "You have the case", " now");
    return tell(run, RA_EVENT_CLAIMED, error);
}

static gboolean release(Run *run, GError **error)
{
    if (!act(run, RA_ACT_RELEASE, error))
        return FALSE;
    say_done(run, "The case", " is open again");
    return TRUE;
}

static gboolean finish(Run *run, GError **error)
{
    if (!act(run, RA_ACT_DONE, error))
        return FALSE;
    say_done(run, "The case", " is done");
    return tell(run, RA_EVENT_FINISHED, error);
}

/* --- all of it --- */

static const Command commands[] = {
    {"list", FALSE, list},
    {"claim", TRUE, claim},
    {"release", TRUE, release},
    {"done", TRUE, finish},
};

static const Command *find_command(Run *run, GError **error)
{
    const guint words = options.words != NULL ? g_strv_length(options.words) : 0;
    const char *name = words > 0 ? options.words[0] : "list";
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(commands[i].name, name) != 0)
            continue;
        if (words == 2 && commands[i].needs_id)
            run->id = options.words[1];
        else if (words == 2 || commands[i].needs_id)
            break;
        if (words <= 2)
            return &commands[i];
    }
    g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE,
                        "the command is one of: list, claim ID, release ID, done ID");
    return NULL;
}

static gboolean go(Run *run, GError **error)
{
    const Command *command = find_command(run, error);
    g_autoptr(RaSettings) settings = command != NULL ? ra_settings_load(NULL, NULL, error) : NULL;
    if (settings == NULL)
        return FALSE;
    for (const char *const *p = ra_settings_problems(settings); *p != NULL; p++)
        warn(*p);
    run->plan = ra_inbox_plan_new(&options.inbox, settings, run->result.now, error);
    if (run->plan == NULL)
        return FALSE;
    run->result.inbox = run->plan->url;
    run->queue = ra_inbox_plan_queue(run->plan, NULL, NULL, error);
    run->result.queue = run->queue;
    return run->queue != NULL && command->run(run, error);
}

static int report(Run *run, const GError *error)
{
    run->result.error = error;
    if (options.json) {
        g_autofree char *text = ra_inbox_report(&run->result);
        (void)fputs(text, stdout);
    }
    if (error != NULL)
        g_printerr("ra-inbox: %s\n", error->message);
    return error != NULL ? ra_error_exit_code(error) : 0;
}

static void clear(Run *run)
{
    g_clear_pointer(&run->cases, g_ptr_array_unref);
    ra_case_unref(run->result.item);
    ra_queue_free(run->queue);
    ra_inbox_plan_free(run->plan);
    g_free(run->taken_from);
    ra_inbox_options_clear(&options.inbox);
    g_strfreev(options.words);
}

/* An error in the options is reported as JSON too, if that was asked for. */
static gboolean wants_json(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--json") == 0)
            return TRUE;
    }
    return FALSE;
}

int main(int argc, char **argv)
{
    (void)setlocale(LC_ALL, "");
    g_set_prgname("ra-inbox");
    ra_secret_harden_process();
    options.json = wants_json(argc, argv);
    Run run = {.result.now = ra_moment_now()};
    g_autoptr(GError) error = NULL;
    int code = 0;
    if (parse(argc, argv, &error) && options.version) {
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
