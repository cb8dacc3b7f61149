/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/inbox/options.h"

#include "mailer/json.h"

static void add_box_entries(GOptionContext *context, RaInboxOptions *options)
{
    const GOptionEntry entries[] = {
        {"inbox", 0, 0, G_OPTION_ARG_FILENAME, &options->inbox,
         "The mailbox: imaps://HOST/FOLDER, imap://HOST/FOLDER, or the folder of a Maildir", "URL"},
        {"user", 0, 0, G_OPTION_ARG_STRING, &options->user, "Log in as", "USER"},
        {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &options->password_file,
         "The mailbox's password, the first line of a file", "FILE|-"},
        {"token-file", 0, 0, G_OPTION_ARG_FILENAME, &options->token_file,
         "Or an OAuth 2 access token", "FILE|-"},
        {"ca", 0, 0, G_OPTION_ARG_FILENAME, &options->ca, "Trust these certificates as well",
         "FILE"},
        {"tls", 0, 0, G_OPTION_ARG_STRING, &options->tls,
         "Encryption: auto (default), required, none", "WHEN"},
        {"name", 0, 0, G_OPTION_ARG_STRING, &options->name, "Your name at the cases that you claim",
         "NAME"},
        {"since", 0, 0, G_OPTION_ARG_STRING, &options->since,
         "Look at messages that came within that time (default: 31d)", "TIME"},
        {NULL},
    };
    g_option_context_add_main_entries(context, entries, NULL);
}

static void add_case_entries(GOptionContext *context, RaInboxOptions *options)
{
    const GOptionEntry entries[] = {
        {"all", 'a', 0, G_OPTION_ARG_NONE, &options->all,
         "List the cases that are done or have expired, too", NULL},
        {"state", 0, 0, G_OPTION_ARG_STRING, &options->states,
         "List only open, claimed, in-session, done, expired, invalid (separated by commas)",
         "STATES"},
        {"force", 'f', 0, G_OPTION_ARG_NONE, &options->force,
         "Take a case over from the helper who has it", NULL},
        {"key", 0, 0, G_OPTION_ARG_FILENAME, &options->key_file,
         "Private key and certificate, for what is sealed or encrypted to the help desk",
         "KEY.pem"},
        {"tell", 0, 0, G_OPTION_ARG_STRING, &options->tell,
         "Reply to the novice when the case is claimed, connected, finished, expired (separated by "
         "commas)",
         "EVENTS"},
        {"invitation-password-file", 0, 0, G_OPTION_ARG_FILENAME,
         &options->invitation_password_file,
         "To open: the password that was agreed on, the first line of a file", "FILE|-"},
        {"yes", 'y', 0, G_OPTION_ARG_NONE, &options->yes,
         "To open: connect without the question (a password is still needed)", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options->json, "Print JSON instead of text", NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->words, NULL, NULL},
        {NULL},
    };
    g_option_context_add_main_entries(context, entries, NULL);
}

gboolean ra_inbox_options_parse(RaInboxOptions *options, int argc, char **argv, GError **error)
{
    g_autoptr(GOptionContext) context =
        g_option_context_new("[list | claim ID | release ID | done ID | open ID | watch | screen]");
    g_option_context_set_summary(
        context, "Shows the invitations in the help desk's mailbox as a queue of cases, and lets\n"
                 "helpers claim them, so that no two take the same.");
    g_option_context_set_description(
        context,
        "Exit codes: 0 done, 1 anything else, 2 usage or no such case, 4 damaged, 5 expired,\n"
        "6 the mailbox refused the login, 7 its server cannot be reached, 8 somebody else has\n"
        "the case, 9 forbidden by policy, 10 a reply could not be sent. See ra-inbox(1).\n");
    add_box_entries(context, options);
    add_case_entries(context, options);
    return ra_json_parse_options(context, &options->json, &argc, &argv, error);
}

void ra_inbox_options_clear(RaInboxOptions *options)
{
    char **texts[] = {&options->inbox,
                      &options->user,
                      &options->password_file,
                      &options->token_file,
                      &options->ca,
                      &options->tls,
                      &options->name,
                      &options->since,
                      &options->states,
                      &options->key_file,
                      &options->invitation_password_file,
                      &options->tell};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_clear_pointer(texts[i], g_free);
    g_clear_pointer(&options->words, g_strfreev);
}
