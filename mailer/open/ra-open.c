/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ra-open: opens an invitation to help somebody, and starts the viewer. ra-open(1). */
#include "config.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/prompt.h"
#include "mailer/open/files.h"
#include "mailer/open/options.h"
#include "mailer/open/report.h"
#include "mailer/open/search.h"
#include "mailer/open/text.h"
#include "ticket/password.h"

#include <locale.h>
#include <stdio.h>

enum {
    TRIES = 3,
    LIST_MAX = 20, /* invitations that are listed where one is chosen */
};

typedef struct {
    RaOpenOptions options;
    RaOpenResult result;
    RaExtraction *extraction; /* what the result borrows from */
    GPtrArray *sorted;
    char *freerdp; /* for Microsoft's invitations: the program */
} Run;

/* For a person: nothing of it under --json. */
static void say(const Run *run, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void say(const Run *run, const char *format, ...)
{
    if (run->options.json)
        return;
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_print("%s", text);
    (void)fflush(stdout);
}

static void warn(const Run *run, const char *text)
{
    if (!run->options.json) /* its report has them */
        g_printerr("ra-open: warning: %s\n", text);
}

static gboolean find(Run *run, GError **error)
{
    if (!ra_open_options_settle(&run->options, error))
        return FALSE;
    const RaExtractOptions how = {.key_file = run->options.key_file,
                                  .ca_file = run->options.ca_file};
    run->extraction = ra_open_search(run->options.files[0], &how, !run->options.json, error);
    if (run->extraction == NULL)
        return FALSE;
    run->result.extraction = run->extraction;
    if (!ra_extraction_check(run->extraction, error))
        return FALSE;
    run->result.sorted = run->sorted = ra_open_sort(run->extraction, run->result.now);
    g_auto(GStrv) warnings = ra_open_search_warnings(run->extraction);
    for (gsize i = 0; warnings[i] != NULL; i++)
        warn(run, warnings[i]);
    return TRUE;
}

static gboolean choose(Run *run, GError **error)
{
    const guint n = run->sorted->len;
    const int number = run->options.number;
    if (!ra_open_check_number(run->sorted, run->options.number, error))
        return FALSE;
    run->result.chosen = number > 0 ? (guint)number : 1;
    if (number > 0 || n == 1)
        return TRUE;
    const guint shown = run->options.check ? G_MAXUINT : LIST_MAX;
    g_autofree char *table = ra_open_table(run->sorted, run->result.now, shown);
    say(run, "There are %u invitations:\n\n%s\n", n, table);
    if (run->options.check)
        return TRUE;
    run->result.chosen = 0;
    if (run->options.json || !ra_prompt_possible()) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "there are %u invitations and nobody to ask: choose with --number", n);
        return FALSE;
    }
    run->result.chosen = ra_prompt_number("Which one do you want to open? [1] ", n, 1);
    if (run->result.chosen == 0)
        g_set_error(error, RA_ERROR, RA_ERROR_DECLINED,
                    "no invitation was chosen: type a number from 1 to %u", n);
    return run->result.chosen > 0;
}

static const RaFound *chosen(const Run *run)
{
    return run->sorted->pdata[run->result.chosen - 1];
}

static void show(const Run *run)
{
    g_autofree char *text = ra_open_describe(chosen(run), run->result.now);
    g_auto(GStrv) warnings = ra_open_warnings(chosen(run));
    say(run, "Somebody asks you for help with their computer:\n\n%s\n", text);
    for (gsize i = 0; warnings[i] != NULL; i++)
        warn(run, warnings[i]);
}

static gboolean ask(const Run *run, GError **error)
{
    if (run->options.yes)
        return TRUE;
    if (!ra_prompt_possible()) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "there is no terminal to ask on: use --yes, with --password-file");
        return FALSE;
    }
    g_autofree char *who = ra_open_who(chosen(run));
    g_autofree char *question =
        g_strdup_printf("Do you want to connect to %s's computer now? [y/N] ", who);
    if (ra_prompt_yes_no(question, 0))
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_DECLINED, "you chose not to connect");
    return FALSE;
}

/* PASSWORD is NULL where none is needed. */
static gboolean try_password(Run *run, RaSecret *password, GError **error)
{
    run->result.tried = TRUE;
    return ra_opening_try(ra_found_either(chosen(run)), password, run->options.key_file,
                          &run->result.opened, error);
}

/* One try with what was typed. */
static gboolean try_typed(Run *run, RaSecret *password, GError **error)
{
    if (ra_secret_size(password) == 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_PASSWORD, "no password was typed");
        return FALSE;
    }
    if (chosen(run)->msra == NULL)
        say(run, "Checking the password...\n");
    return try_password(run, password, error);
}

/* Asks up to TRIES times. */
static gboolean open_asking(Run *run, GError **error)
{
    for (guint left = TRIES - 1;; left--) {
        g_autoptr(GError) refusal = NULL;
        g_autoptr(RaSecret) password =
            ra_prompt_secret("Password (it is not shown): ", RA_TICKET_PASSWORD_MAX, error);
        if (password == NULL)
            return FALSE;
        if (try_typed(run, password, &refusal))
            return TRUE;
        if (left == 0 || !g_error_matches(refusal, RA_ERROR, RA_ERROR_PASSWORD)) {
            g_propagate_error(error, g_steal_pointer(&refusal));
            return FALSE;
        }
        g_printerr("ra-open: %s (%u more %s)\n", refusal->message, left,
                   left == 1 ? "try" : "tries");
    }
}

static gboolean open_ticket(Run *run, GError **error)
{
    if (ra_found_needs_key(chosen(run)) && run->options.key_file == NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "the invitation is sealed to the help desk's certificate: give its key with "
                    "--key");
        return FALSE;
    }
    if (!ra_found_needs_password(chosen(run)))
        return try_password(run, NULL, error);
    if (run->options.password_file != NULL) {
        g_autoptr(RaSecret) password =
            ra_secret_read_line(run->options.password_file, RA_TICKET_PASSWORD_MAX, error);
        return password != NULL && try_password(run, password, error);
    }
    if (ra_prompt_possible())
        return open_asking(run, error);
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                "there is no terminal to ask for the password: use --password-file");
    return FALSE;
}

/* --check: as far as it goes without asking. */
static gboolean check(Run *run, GError **error)
{
    const RaFound *found = chosen(run);
    const gboolean key = run->options.key_file != NULL;
    const gboolean password = run->options.password_file != NULL;
    const gboolean can =
        (!ra_found_needs_key(found) || key) && (!ra_found_needs_password(found) || password);
    if (can && !open_ticket(run, error))
        return FALSE;
    g_autofree char *text = ra_open_checked(found, can, key, password);
    say(run, "%s", text);
    return TRUE;
}

/* For another viewer: the key in a file, the addresses on the terminal. */
static gboolean save_psk(Run *run, GError **error)
{
    if (chosen(run)->msra != NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "this is Microsoft's invitation, which has no key to save: leave out "
                    "--save-psk");
        return FALSE;
    }
    if (!open_ticket(run, error))
        return FALSE;
    const RaInvitation *invitation = run->result.opened.invitation;
    if (!ra_open_save_psk(run->options.save_psk, invitation, error))
        return FALSE;
    g_autofree char *name = g_filename_display_name(run->options.save_psk);
    say(run,
        "Saved the key as %s. It opens their screen until the invitation ends: delete it "
        "after use.\n",
        name);
    for (const char *const *host = ra_invitation_hosts(invitation); *host != NULL; host++)
        say(run, "Address: %s\n", *host);
    return TRUE;
}

/* If that was asked for. */
static gboolean save_ticket(Run *run, GError **error)
{
    const char *file = run->options.save_ticket;
    if (file == NULL)
        return TRUE;
    if (!ra_open_save_ticket(file, ra_found_bytes(chosen(run)), error))
        return FALSE;
    run->result.saved = file;
    g_autofree char *name = g_filename_display_name(file);
    say(run, "Saved the invitation as %s.\n", name);
    return TRUE;
}

/* Whoever is to connect is there. */
static gboolean find_program(Run *run, GError **error)
{
    if (chosen(run)->msra == NULL)
        return ra_open_viewer_check(error);
    run->freerdp = ra_freerdp_find(error);
    return run->freerdp != NULL;
}

static gboolean go(Run *run, GError **error)
{
    if (!find(run, error) || !choose(run, error))
        return FALSE;
    const RaFound *found = chosen(run);
    show(run);
    if (!save_ticket(run, error))
        return FALSE;
    if (!ra_found_check_time(found, run->result.now, error))
        return FALSE;
    if (run->options.check)
        return check(run, error);
    if (run->options.save_psk != NULL)
        return save_psk(run, error);
    if (!ask(run, error) || !open_ticket(run, error) || !find_program(run, error))
        return FALSE;
    run->result.connecting = TRUE;
    return TRUE;
}

/* Becomes the viewer, or waits for FreeRDP. Returns the exit code. */
static int connect_them(Run *run)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(RaReport) report = NULL;
    const RaMsraCall *call = run->result.opened.call;
    g_autofree char *who = ra_open_who(chosen(run));
    say(run, "Connecting to %s's computer...\n", who);
    if (call != NULL) {
        g_autofree char *text = ra_open_freerdp(run->freerdp, call->opened);
        g_autofree char *helper = ra_opening_helper();
        say(run, "%s", text);
        report = ra_report_new(run->options.report_fd, NULL);
        (void)ra_freerdp_run(run->freerdp, call, helper, report, &failure);
    } else {
        ra_open_viewer_run(run->result.opened.invitation, run->options.report_fd, &failure);
    }
    if (failure != NULL)
        g_printerr("ra-open: %s\n", failure->message);
    const int code = failure != NULL ? ra_error_exit_code(failure) : 0;
    ra_report_ended(report, code);
    return code;
}

/* The last word, and the exit code. */
static int finish(Run *run, GError *error)
{
    run->result.error = error;
    if (run->options.json) {
        g_autofree char *report = ra_open_report(&run->result);
        (void)fputs(report, stdout); /* UTF-8 in every locale */
        (void)fflush(stdout);
    } else if (error != NULL) {
        g_printerr("ra-open: %s\n", error->message);
    }
    if (run->result.connecting)
        return connect_them(run);
    if (run->options.hold && !g_error_matches(error, RA_ERROR, RA_ERROR_DECLINED))
        (void)ra_prompt_yes_no("Press Enter to close. ", 0);
    return error != NULL ? ra_error_exit_code(error) : 0;
}

/* What the window is to ask about. */
static RaHandover *find_for_window(Run *run, GError **error)
{
    const guint number = (guint)MAX(run->options.number, 0);
    if (!find(run, error) || !ra_open_check_number(run->sorted, run->options.number, error))
        return NULL;
    if (run->options.save_ticket != NULL && number == 0 && run->sorted->len > 1) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "there are %u invitations: choose which one to save with --number",
                    run->sorted->len);
        return NULL;
    }
    run->result.chosen = MAX(number, 1);
    return save_ticket(run, error) ? ra_open_handover(run->sorted, number) : NULL;
}

/* Becomes the viewer, which shows an error as well. Returns only where there is none. */
static int ask_in_window(Run *run)
{
    g_autoptr(GError) error = NULL, failure = NULL;
    g_autoptr(GStrvBuilder) more = g_strv_builder_new();
    g_autoptr(RaHandover) handover = find_for_window(run, &error);
    if (handover == NULL)
        handover = ra_handover_new_error(error);
    if (run->options.yes)
        g_strv_builder_add(more, "--yes");
    if (run->options.key_file != NULL)
        g_strv_builder_add_many(more, "--key", run->options.key_file, NULL);
    if (run->options.password_file != NULL)
        g_strv_builder_add_many(more, "--password-file", run->options.password_file, NULL);
    g_auto(GStrv) options = g_strv_builder_end(more);
    ra_open_viewer_ask(handover, (const char *const *)options, run->options.report_fd, &failure);
    g_printerr("ra-open: %s\n", error != NULL ? error->message : failure->message);
    return ra_error_exit_code(error != NULL ? error : failure);
}

static void clear(Run *run)
{
    ra_opened_clear(&run->result.opened);
    g_free(run->freerdp);
    g_clear_pointer(&run->sorted, g_ptr_array_unref);
    ra_extraction_free(run->extraction);
    ra_open_options_clear(&run->options);
}

int main(int argc, char **argv)
{
    (void)setlocale(LC_ALL, "");
    g_set_prgname("ra-open");
    ra_secret_harden_process();
    Run run = {.options = {.report_fd = -1}, .result.now = ra_moment_now()};
    g_autoptr(GError) error = NULL;
    int code = 0;
    if (!ra_open_options_parse(&run.options, argc, argv, &error))
        code = finish(&run, error);
    else if (run.options.version)
        (void)puts("ra-open (" PACKAGE_NAME ") " PACKAGE_VERSION);
    else if (ra_open_options_in_window(&run.options))
        code = ask_in_window(&run);
    else {
        (void)go(&run, &error);
        code = finish(&run, error);
    }
    clear(&run);
    return code;
}
