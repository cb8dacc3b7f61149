/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ra-viewer: the helper's window on the novice's screen. ra-viewer(1). */
#include "config.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/prompt.h"
#include "base/settings.h"
#include "base/text.h"
#include "ticket/password.h"
#include "viewer/app.h"
#include "viewer/open.h"

#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>

enum { TRIES = 3 };

typedef struct {
    gboolean yes, fullscreen, view_only, no_wait, verbose, version;
    int invitation_fd, ticket_fd, report_fd, scale;
    char *password_file, *key_file, *quality, *proxy, *name;
    char **files;
} Options;

/* In RaQuality's order. */
static const char *const qualities[] = {"auto", "low", "medium", "high", "lossless", NULL};

static int quality_of(const Options *options)
{
    for (int i = 0; options->quality != NULL && qualities[i] != NULL; i++)
        if (g_str_equal(options->quality, qualities[i]))
            return i;
    return -1;
}

static gboolean check(const Options *options, GError **error)
{
    const guint files = options->files != NULL ? g_strv_length(options->files) : 0;
    const int fds = (options->invitation_fd >= 0) + (options->ticket_fd >= 0);
    if (options->quality != NULL && quality_of(options) < 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "--quality is one of auto, low, medium, high, lossless.");
        return FALSE;
    }
    if (options->scale != 0 && (options->scale < 50 || options->scale > 400)) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "--scale is a number from 50 to 400.");
        return FALSE;
    }
    if (files + (guint)fds != 1) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "Give one invitation to open: ra-viewer FILE");
        return FALSE;
    }
    return TRUE;
}

static gboolean parse(Options *options, int argc, char **argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &options->password_file,
         "Read the password from the first line of FILE; - is standard input", "FILE"},
        {"key", 0, 0, G_OPTION_ARG_FILENAME, &options->key_file,
         "Private key and certificate, for invitations sealed to the help desk", "KEY.pem"},
        {"yes", 'y', 0, G_OPTION_ARG_NONE, &options->yes, "Connect without the question", NULL},
        {"fullscreen", 'f', 0, G_OPTION_ARG_NONE, &options->fullscreen,
         "Begin with the whole screen (F11 switches)", NULL},
        {"view-only", 0, 0, G_OPTION_ARG_NONE, &options->view_only, "Never send mouse and keyboard",
         NULL},
        {"quality", 0, 0, G_OPTION_ARG_STRING, &options->quality,
         "auto, low, medium, high or lossless (default: as chosen last time)", "LEVEL"},
        {"scale", 0, 0, G_OPTION_ARG_INT, &options->scale,
         "Size of text and buttons in percent (default: as the display is dense)", "PERCENT"},
        {"name", 0, 0, G_OPTION_ARG_STRING, &options->name,
         "Your name as the other side is shown it (default: your user's full name)", "NAME"},
        {"proxy", 0, 0, G_OPTION_ARG_STRING, &options->proxy,
         "Connect through this proxy: socks5h://HOST:PORT or http://HOST:PORT", "URL"},
        {"no-wait", 0, 0, G_OPTION_ARG_NONE, &options->no_wait,
         "At the end leave at once, without waiting for Close", NULL},
        {"invitation-fd", 0, 0, G_OPTION_ARG_INT, &options->invitation_fd,
         "An opened invitation from ra-open, on this descriptor", "N"},
        {"ticket-fd", 0, 0, G_OPTION_ARG_INT, &options->ticket_fd,
         "A sealed one, about which the window asks", "N"},
        {"report-fd", 0, 0, G_OPTION_ARG_INT, &options->report_fd,
         "Tell a program how it goes, on this descriptor", "N"},
        {"verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose,
         "Tell each step on standard error", NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files, NULL, NULL},
        {NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("[--] FILE");
    g_option_context_set_summary(context, "Shows the screen of somebody who asked for help.");
    g_option_context_set_description(
        context, "Exit codes: 0 you left, 2 usage, 3 no invitation found, 4 malformed, 5 expired,\n"
                 "6 wrong password or key or a cancelled invitation, 7 cannot be reached or the\n"
                 "connection was lost, 8 declined or ended by the other side, 9 forbidden there,\n"
                 "1 anything else. See ra-viewer(1).\n");
    g_option_context_add_main_entries(context, entries, NULL);
    return g_option_context_parse(context, &argc, &argv, error) &&
           (options->version || check(options, error));
}

static void clear(Options *options)
{
    g_free(options->password_file);
    g_free(options->key_file);
    g_free(options->quality);
    g_free(options->proxy);
    g_free(options->name);
    g_strfreev(options->files);
}

static gboolean ask(RaEither either, GError **error)
{
    g_autofree char *name = ra_text_line(ra_either_name(either), RA_TEXT_NAME_MAX);
    g_autofree char *address = ra_text_line(ra_either_address(either), RA_TEXT_NAME_MAX);
    g_autofree char *end = ra_moment_format_local(ra_either_end(either));
    if (!ra_prompt_possible()) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "There is no terminal to ask on; use --yes to connect without the question.");
        return FALSE;
    }
    g_autofree char *question = g_strdup_printf(
        "%s%s%s%s asks for help, until %s.\n"
        "Do you want to connect to %s's computer now? [y/N] ",
        name, *address != '\0' ? " <" : "", address, *address != '\0' ? ">" : "", end, name);
    if (ra_prompt_yes_no(question, 0))
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_DECLINED, "Not connected.");
    return FALSE;
}

static gboolean open_once(RaEither either, const Options *options, RaOpened *ret, GError **error)
{
    g_autoptr(RaSecret) password = NULL;
    if (ra_either_needs_password(either)) {
        password = options->password_file != NULL
                       ? ra_secret_read_line(options->password_file, RA_TICKET_PASSWORD_MAX, error)
                       : ra_prompt_secret("Password: ", RA_TICKET_PASSWORD_MAX, error);
        if (password == NULL)
            return FALSE;
    }
    return ra_opening_try(either, password, options->key_file, ret, error);
}

/* A password that is typed may be wrong three times; one from a file once. */
static gboolean open_ticket(RaEither either, const Options *options, RaOpened *ret, GError **error)
{
    const gboolean typed = ra_either_needs_password(either) && options->password_file == NULL;
    for (int left = typed ? TRIES : 1;; left--) {
        g_autoptr(GError) inner = NULL;
        if (open_once(either, options, ret, &inner))
            return TRUE;
        if (left == 1 || !g_error_matches(inner, RA_ERROR, RA_ERROR_PASSWORD)) {
            g_propagate_error(error, g_steal_pointer(&inner));
            return FALSE;
        }
        g_printerr("%s\n", inner->message);
    }
}

/* Somebody is there to ask, but no terminal: the window does it. */
static gboolean asks_in_window(const Options *options)
{
    const gboolean desktop = g_getenv("DISPLAY") != NULL || g_getenv("WAYLAND_DISPLAY") != NULL;
    if (options->ticket_fd >= 0)
        return TRUE;
    return desktop && options->invitation_fd < 0 && !ra_prompt_possible() && !options->no_wait &&
           !(options->yes && options->password_file != NULL);
}

/* What the window is to ask about; its strings are those of OPTIONS. */
static gboolean find_tickets(const Options *options, RaAskOptions *ask, GError **error)
{
    ask->key_file = options->key_file;
    ask->yes = options->yes;
    if (options->password_file != NULL) {
        ask->password = ra_secret_read_line(options->password_file, RA_TICKET_PASSWORD_MAX, error);
        if (ask->password == NULL)
            return FALSE;
    }
    ask->handover = options->ticket_fd >= 0 ? ra_viewer_take_tickets(options->ticket_fd, error)
                                            : ra_viewer_find_tickets(options->files[0]);
    if (ask->handover != NULL)
        return TRUE;
    g_clear_pointer(&ask->password, ra_secret_unref);
    return FALSE;
}

static gboolean find_invitation(const Options *options, RaOpened *ret, GError **error)
{
    if (options->invitation_fd >= 0) {
        ret->invitation = ra_viewer_take_invitation(options->invitation_fd, error);
        return ret->invitation != NULL;
    }
    RaEither either = {NULL, NULL};
    const gboolean good = ra_viewer_find_ticket(options->files[0], &either, error) &&
                          ra_either_check_time(either, ra_moment_now(), error) &&
                          (options->yes || ask(either, error)) &&
                          open_ticket(either, options, ret, error);
    ra_either_clear(&either);
    return good;
}

static const char *helper_name(const Options *options, const RaSettings *settings)
{
    const char *set = ra_settings_string(settings, "Helper.Name");
    if (options->name != NULL && !ra_settings_locked(settings, "Helper.Name"))
        return options->name;
    if (set != NULL && *set != '\0')
        return set;
    const char *real = g_get_real_name();
    return g_str_equal(real, "Unknown") || *real == '\0' ? g_get_user_name() : real;
}

static void note(const char *line, gpointer data)
{
    const Options *options = data;
    if (options->verbose)
        g_printerr("ra-viewer: %s\n", line);
}

static gboolean on_signal(gpointer app)
{
    ra_app_leave(app);
    return G_SOURCE_CONTINUE;
}

/* NULL and no error: as the environment says. */
static gboolean find_proxy(const Options *options, const RaSettings *settings, const char **ret,
                           GError **error)
{
    const char *set = ra_settings_string(settings, "Link.Proxy");
    if (options->proxy != NULL && ra_settings_locked(settings, "Link.Proxy") &&
        g_strcmp0(options->proxy, set) != 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_FORBIDDEN,
                    "A policy on this computer sets the proxy: leave out --proxy.");
        return FALSE;
    }
    *ret = options->proxy != NULL ? options->proxy : set;
    return TRUE;
}

static gboolean run_app(RaApp *app, GError **error)
{
    const guint sources[] = {g_unix_signal_add(SIGINT, on_signal, app),
                             g_unix_signal_add(SIGTERM, on_signal, app),
                             g_unix_signal_add(SIGHUP, on_signal, app)};
    const gboolean ok = ra_app_run(app, error);
    for (gsize i = 0; i < G_N_ELEMENTS(sources); i++)
        g_source_remove(sources[i]);
    return ok;
}

/* FreeRDP connects; where the window asked, it says what went wrong as well. */
static gboolean run_freerdp(const RaMsraCall *call, const RaAppOptions *options, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autofree char *program = ra_freerdp_find(&failure);
    if (program != NULL && options->note != NULL)
        options->note("FreeRDP connects", options->data);
    if (program != NULL &&
        ra_freerdp_run(program, call, options->helper, options->report, &failure))
        return TRUE;
    if (options->ask->handover != NULL) { /* was there, and is taken */
        RaAskOptions ask = {.handover = ra_handover_new_error(failure)};
        RaAppOptions again = *options;
        again.ask = &ask;
        g_autoptr(RaApp) app = ra_app_new(&again, NULL);
        if (app != NULL)
            (void)run_app(app, NULL);
    }
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static gboolean run_viewer(const RaAppOptions *options, GError **error)
{
    g_autoptr(RaApp) app = ra_app_new(options, error);
    if (app == NULL || !run_app(app, error))
        return FALSE;
    g_autoptr(RaMsraCall) call = ra_app_take_call(app);
    g_clear_pointer(&app, ra_app_free); /* its window goes */
    return call == NULL || run_freerdp(call, options, error);
}

static gboolean run(Options *options, RaReport *report, GError **error)
{
    const char *proxy = NULL;
    g_autoptr(RaSettings) settings = ra_settings_load(NULL, NULL, error);
    if (settings == NULL || !find_proxy(options, settings, &proxy, error))
        return FALSE;
    for (const char *const *line = ra_settings_problems(settings); *line != NULL; line++)
        g_printerr("ra-viewer: %s\n", *line);
    RaOpened opened = {NULL, NULL};
    RaAskOptions ask = {0};
    if (asks_in_window(options) ? !find_tickets(options, &ask, error)
                                : !find_invitation(options, &opened, error))
        return FALSE;
    const RaAppOptions app_options = {
        .invitation = opened.invitation,
        .ask = &ask,
        .helper = helper_name(options, settings),
        .proxy = proxy,
        .fullscreen = options->fullscreen,
        .view_only = options->view_only,
        .scale = options->scale,
        .quality = quality_of(options),
        .no_wait = options->no_wait,
        .report = report,
        .parts = &ra_connect_parts,
        .note = note,
        .data = options,
    };
    const gboolean ok = opened.call != NULL ? run_freerdp(opened.call, &app_options, error)
                                            : run_viewer(&app_options, error);
    ra_secret_unref(ask.password);
    ra_opened_clear(&opened);
    return ok;
}

int main(int argc, char **argv)
{
    Options options = {.invitation_fd = -1, .ticket_fd = -1, .report_fd = -1};
    g_autoptr(RaReport) report = NULL;
    g_autoptr(GError) error = NULL;
    ra_secret_harden_process();
    (void)signal(SIGPIPE, SIG_IGN);
    setlocale(LC_ALL, "");
    g_set_prgname("ra-viewer");
    gboolean ok = parse(&options, argc, argv, &error);
    if (ok && options.version)
        (void)puts("ra-viewer (" PACKAGE_NAME ") " PACKAGE_VERSION);
    else if (ok)
        ok = (options.report_fd == -1 ||
              (report = ra_report_new(options.report_fd, &error)) != NULL) &&
             run(&options, report, &error);
    if (!ok)
        g_printerr("ra-viewer: %s\n", error->message);
    const int code = ok ? 0 : ra_error_exit_code(error);
    ra_report_ended(report, code);
    clear(&options);
    return code;
}
