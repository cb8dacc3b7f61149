/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ra-invite(1): makes an invitation and sends it; lists, cancels and sends again. */
#include "config.h"

#include "base/duration.h"
#include "base/error.h"
#include "mailer/json.h"
#include "mailer/send/invite-defaults.h"
#include "mailer/send/invite-report.h"
#include "mailer/send/invite.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

static struct {
    RaInviteOptions invite;
    gboolean defaults;
    gboolean list;
    char *cancel;
    char *resend;
    gboolean json;
    gboolean version;
} options;

static const GOptionEntry who_entries[] = {
    {"to", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.invite.to, "Whom to invite (repeatable)",
     "ADDRESS"},
    {"from", 0, 0, G_OPTION_ARG_STRING, &options.invite.from, "Your mail address", "ADDRESS"},
    {"name", 0, 0, G_OPTION_ARG_STRING, &options.invite.name, "Your name", "NAME"},
    {"message", 0, 0, G_OPTION_ARG_STRING, &options.invite.message, "A personal message", "TEXT"},
    {"message-file", 0, 0, G_OPTION_ARG_FILENAME, &options.invite.message_file,
     "The personal message from a file", "FILE|-"},
    {"expires", 0, 0, G_OPTION_ARG_STRING, &options.invite.expires,
     "How long the invitation is valid: 30m, 1h (default), 2d", "TIME"},
    {"view-only", 0, 0, G_OPTION_ARG_NONE, &options.invite.view_only,
     "The helper may look, and never ask for control", NULL},
    {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &options.invite.password_file,
     "A password of your own, the first line of a file", "FILE|-"},
    {"generate-password", 0, 0, G_OPTION_ARG_NONE, &options.invite.generate_password,
     "Make a password and show it (default)", NULL},
    {"no-password", 0, 0, G_OPTION_ARG_NONE, &options.invite.no_password,
     "No password: only with --seal-to", NULL},
    {"seal-to", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.invite.seal_to,
     "Only the owner of this certificate can open it (repeatable)", "CERT.pem"},
    {"advertise", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.invite.advertise,
     "Where this computer can be reached, tried first (repeatable)", "HOST[:PORT]"},
    {NULL},
};

static const GOptionEntry way_entries[] = {
    {"smtp", 0, 0, G_OPTION_ARG_STRING, &options.invite.smtp,
     "Send through this server: smtp://HOST[:PORT], smtps://HOST[:PORT]", "URL"},
    {"smtp-user", 0, 0, G_OPTION_ARG_STRING, &options.invite.smtp_user, "Log in as", "USER"},
    {"smtp-password-file", 0, 0, G_OPTION_ARG_FILENAME, &options.invite.smtp_password_file,
     "The password for it", "FILE|-"},
    {"smtp-token-file", 0, 0, G_OPTION_ARG_FILENAME, &options.invite.smtp_token_file,
     "Or an OAuth 2 access token", "FILE|-"},
    {"smtp-ca", 0, 0, G_OPTION_ARG_FILENAME, &options.invite.smtp_ca,
     "Trust these certificates as well", "FILE"},
    {"smtp-tls", 0, 0, G_OPTION_ARG_STRING, &options.invite.smtp_tls,
     "Encryption: auto (default), required, none", "WHEN"},
    {"sendmail", 0, 0, G_OPTION_ARG_NONE, &options.invite.sendmail,
     "Send through this computer's sendmail program", NULL},
    {"mail-client", 0, 0, G_OPTION_ARG_NONE, &options.invite.mail_client,
     "Open the message in your mail program", NULL},
    {"save", 0, 0, G_OPTION_ARG_FILENAME, &options.invite.save, "Save the invitation as a file",
     "FILE"},
    {"force", 0, 0, G_OPTION_ARG_NONE, &options.invite.force, "Replace that file", NULL},
    {"print", 0, 0, G_OPTION_ARG_NONE, &options.invite.print,
     "Write the mail message to standard output", NULL},
    {NULL},
};

static const GOptionEntry action_entries[] = {
    {"defaults", 0, 0, G_OPTION_ARG_NONE, &options.defaults,
     "Tell what a new invitation would be, and make none", NULL},
    {"list", 0, 0, G_OPTION_ARG_NONE, &options.list, "List your invitations", NULL},
    {"cancel", 0, 0, G_OPTION_ARG_STRING, &options.cancel, "Cancel an invitation", "ID"},
    {"resend", 0, 0, G_OPTION_ARG_STRING, &options.resend, "Send an invitation again", "ID"},
    {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Answer with one JSON object", NULL},
    {"version", 0, 0, G_OPTION_ARG_NONE, &options.version, "Show the version", NULL},
    {NULL},
};

static int complain(const GError *error)
{
    fprintf(stderr, "ra-invite: %s\n", error->message);
    return ra_error_exit_code(error);
}

/* The same, where nothing else is said. */
static int give_up(const GError *error)
{
    if (options.json) {
        g_autofree char *text = ra_invite_outcome_json(NULL, error);
        fputs(text, stdout);
    }
    return complain(error);
}

static gboolean parse(int *argc, char ***argv, GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new("- ask for help by mail");
    g_option_context_set_summary(
        context, "Makes an invitation to see and control this screen, and sends it.");
    g_option_context_add_main_entries(context, who_entries, NULL);
    g_option_context_add_main_entries(context, way_entries, NULL);
    g_option_context_add_main_entries(context, action_entries, NULL);
    if (!ra_json_parse_options(context, &options.json, argc, argv, error))
        return FALSE;
    const char *wrong = NULL;
    if (*argc > 1)
        wrong = "there is an argument that belongs to no option: see ra-invite --help";
    else if (options.defaults + options.list + (options.cancel != NULL) + (options.resend != NULL) >
             1)
        wrong = "choose one of --defaults, --list, --cancel and --resend";
    else if (options.json && options.invite.print)
        wrong = "choose one of --json and --print: both write to standard output";
    if (wrong != NULL)
        g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE, wrong);
    return wrong == NULL;
}

/* To OUT, which is where the report goes. */
static void show_password(FILE *out, const RaInviteResult *result)
{
    if (result->password != NULL) {
        fputs("Password: ", out);
        fputs(ra_secret_text(result->password), out);
        fputs("\nTell the password by telephone. Never send it by mail.\n", out);
    } else if (result->asks) {
        fputs(options.resend != NULL
                  ? "The password is still the one that you have. Tell it by telephone, never by "
                    "mail.\n"
                  : "Tell your password by telephone. Never send it by mail.\n",
              out);
    }
}

static void report(const RaInviteResult *result, const GError *error)
{
    if (options.json) {
        char *text = ra_invite_report_json(result, error);
        fputs(text, stdout);
        explicit_bzero(text, strlen(text));
        g_free(text);
        return;
    }
    if (result->id == NULL)
        return;
    FILE *out = stdout;
    if (result->printable != NULL) {
        gsize size;
        const void *data = g_bytes_get_data(result->printable, &size);
        fwrite(data, 1, size, stdout);
        out = stderr; /* standard output holds the message and nothing else */
    }
    g_autofree char *text = ra_invite_report_text(result);
    fputs(text, out);
    show_password(out, result);
}

static gboolean invite(const RaSettings *settings, RaStore *store, RaInviteResult *result,
                       GError **error)
{
    g_autoptr(RaInvitePlan) plan =
        ra_invite_plan_new(&options.invite, settings, options.resend != NULL, error);
    if (plan == NULL)
        return FALSE;
    return options.resend != NULL ? ra_invite_resend(plan, store, options.resend, result, error)
                                  : ra_invite_run(plan, settings, store, result, error);
}

static int do_invite(const RaSettings *settings, RaStore *store)
{
    g_autoptr(GError) error = NULL;
    RaInviteResult result = {0};
    int code = 0;
    if (!invite(settings, store, &result, &error))
        code = complain(error);
    if (result.id != NULL && !result.listening)
        fprintf(stderr,
                "ra-invite: warning: nobody can connect until ra-host runs in your desktop "
                "session (%s)\n",
                result.why_not);
    report(&result, error);
    ra_invite_result_clear(&result);
    return code;
}

static int do_list(RaStore *store)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) damaged = NULL;
    if (ra_store_expire(store, ra_moment_now(), &error) < 0)
        return give_up(error);
    g_autoptr(GPtrArray) entries = ra_store_list(store, &damaged, &error);
    if (entries == NULL)
        return give_up(error);
    for (char **file = damaged; file != NULL && *file != NULL; file++)
        fprintf(stderr, "ra-invite: warning: the stored invitation %s is damaged and left out\n",
                *file);
    g_autofree char *text =
        options.json ? ra_invite_list_json(entries) : ra_invite_list_text(entries);
    fputs(text, stdout);
    return 0;
}

static int do_cancel(RaStore *store)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *id = NULL;
    if (!ra_invite_cancel(store, options.cancel, &id, &error))
        return give_up(error);
    g_autofree char *text = options.json
                                ? ra_invite_outcome_json(id, NULL)
                                : g_strdup_printf("The invitation %.8s is cancelled.\n", id);
    fputs(text, stdout);
    return 0;
}

static int do_defaults(const RaSettings *settings)
{
    g_autofree char *text =
        options.json ? ra_invite_defaults_json(settings) : ra_invite_defaults_text(settings);
    fputs(text, stdout);
    return 0;
}

static int act(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaSettings) settings = ra_settings_load(NULL, NULL, &error);
    if (settings == NULL)
        return give_up(error);
    for (const char *const *p = ra_settings_problems(settings); *p != NULL; p++)
        fprintf(stderr, "ra-invite: warning: %s\n", *p);
    if (options.defaults)
        return do_defaults(settings);
    g_autoptr(RaStore) store = ra_store_open(NULL, &error);
    if (store == NULL)
        return give_up(error);
    if (options.list)
        return do_list(store);
    if (options.cancel != NULL)
        return do_cancel(store);
    return do_invite(settings, store);
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    setlocale(LC_ALL, "");
    ra_secret_harden_process();
    int code = 0;
    if (!parse(&argc, &argv, &error))
        code = give_up(error);
    else if (options.version)
        puts("ra-invite (" PACKAGE_NAME ") " PACKAGE_VERSION);
    else
        code = act();
    if (fflush(stdout) != 0 && code == 0) {
        perror("ra-invite: cannot write to standard output");
        code = RA_ERROR_FAILED;
    }
    ra_invite_options_clear(&options.invite);
    g_free(options.cancel);
    g_free(options.resend);
    return code;
}
