/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/open/options.h"

#include "base/error.h"
#include "base/prompt.h"
#include "base/settings.h"
#include "mailer/json.h"
#include "mailer/open/files.h"

#include <string.h>

gboolean ra_open_options_parse(RaOpenOptions *options, int argc, char **argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"check", 0, 0, G_OPTION_ARG_NONE, &options->check,
         "Do all but connect; without --password-file the password is not checked", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options->json, "Print one JSON object instead of text",
         NULL},
        {"yes", 'y', 0, G_OPTION_ARG_NONE, &options->yes,
         "Connect without the question (a password is still needed)", NULL},
        {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &options->password_file,
         "Read the password from the first line of FILE; - is standard input", "FILE"},
        {"key", 0, 0, G_OPTION_ARG_FILENAME, &options->key_file,
         "Private key and certificate, for invitations sealed and messages encrypted to you",
         "KEY.pem"},
        {"ca", 0, 0, G_OPTION_ARG_FILENAME, &options->ca_file,
         "Certificates of those who may vouch for a message's signer, beside the system's", "FILE"},
        {"number", 'n', 0, G_OPTION_ARG_INT, &options->number,
         "Of several invitations take this one of the list", "N"},
        {"save-psk", 0, 0, G_OPTION_ARG_FILENAME, &options->save_psk,
         "Save the key for stunnel instead of connecting, to use another viewer", "FILE"},
        {"save-ticket", 0, 0, G_OPTION_ARG_FILENAME, &options->save_ticket,
         "Save the invitation itself to a new file", "FILE"},
        {"window", 'w', 0, G_OPTION_ARG_NONE, &options->window,
         "Ask in the viewer's window, also where there is a terminal", NULL},
        {"hold", 0, 0, G_OPTION_ARG_NONE, &options->hold,
         "Wait for Enter at the end, for a terminal window that closes by itself", NULL},
        {"report-fd", 0, 0, G_OPTION_ARG_INT, &options->report_fd,
         "For the viewer: tell a program how it goes, on this descriptor", "N"},
        {"version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files, NULL, NULL},
        {NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("[--] FILE|-");
    g_option_context_set_summary(
        context,
        "Opens an invitation to help somebody: a saved ticket, a mail message, a mailbox, or\n"
        "text with an invitation in it. Shows who asks, asks you, takes the password, and\n"
        "starts the viewer. Without a terminal, the viewer's window asks.");
    g_option_context_set_description(
        context,
        "Exit codes: 0 done, 2 usage, 3 no invitation found, 4 malformed, 5 expired or not yet\n"
        "valid, 6 wrong password or key or the invitation was altered, 8 you declined, 1 anything\n"
        "else.\n\n"
        "--json prints: ok; error (null, or code, name, message); warnings; invitations (each:\n"
        "number, kind, version, name, address, valid_from, valid_until, seconds_left, state,\n"
        "needs_password, needs_key, found_as, part, mailbox_index, path, file_name,\n"
        "sender_differs, message, signed_by, encrypted); messages; damaged; foreign; locked;\n"
        "chosen; opened (null: not tried) with id, password_checked, hosts, control (ours), "
        "key_hash and uris\n"
        "(Microsoft's); saved; connecting.\n"
        "See ra-open(1).\n");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!ra_json_parse_options(context, &options->json, &argc, &argv, error))
        return FALSE;
    const guint n = options->files != NULL ? g_strv_length(options->files) : 0;
    if (n != 1 && !options->version)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    n == 0 ? "name the message or the ticket to open: ra-open FILE"
                           : "name one file only: what is in it is found by itself");
    else if (n == 1 && strcmp(options->files[0], "-") == 0 && options->password_file != NULL &&
             strcmp(options->password_file, "-") == 0)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "standard input cannot be both the message and the password");
    else if (options->window && (options->check || options->json || options->save_psk != NULL))
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "--window asks to connect: leave out --check, --json and --save-psk");
    else
        return options->report_fd == -1 || ra_open_report_check(options->report_fd, error);
    return FALSE;
}

gboolean ra_open_options_settle(RaOpenOptions *options, GError **error)
{
    g_autoptr(RaSettings) settings = ra_settings_load(NULL, NULL, error);
    if (settings == NULL)
        return FALSE;
    if (options->key_file == NULL)
        options->key_file = g_strdup(ra_settings_string(settings, "Open.Key"));
    if (options->ca_file == NULL)
        options->ca_file = g_strdup(ra_settings_string(settings, "Open.Ca"));
    return TRUE;
}

gboolean ra_open_options_in_window(const RaOpenOptions *options)
{
    const gboolean desktop = g_getenv("DISPLAY") != NULL || g_getenv("WAYLAND_DISPLAY") != NULL;
    if (options->window)
        return TRUE;
    return desktop && !options->check && !options->json && options->save_psk == NULL &&
           !(options->yes && options->password_file != NULL) && !ra_prompt_possible();
}

void ra_open_options_clear(RaOpenOptions *options)
{
    g_free(options->password_file);
    g_free(options->key_file);
    g_free(options->ca_file);
    g_free(options->save_ticket);
    g_free(options->save_psk);
    g_strfreev(options->files);
}
