/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The novice's window; manual page remote-assistance(1), design in doc/NOVICE.md. */
#include "base/error.h"
#include "base/i18n.h"
#include "base/secret.h"
#include "host/app/access.h"
#include "host/app/companion.h"
#include "host/app/front.h"
#include "host/app/resources.h"
#include "host/app/ui.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

/* A consent window with nothing to show stays so long for what may come next. */
enum { CONSENT_LINGER_MS = 10000 };

typedef struct {
    gboolean invite, invitations, version;
    int consent_fd; /* -1: this is the front */
} Options;

/* The consent window's process */
typedef struct {
    RaAgentLink *link;
    RaCompanion *companion;
} Consent;

static int complain(const GError *error)
{
    (void)fprintf(stderr, "remote-assistance: %s\n", error->message);
    return ra_error_exit_code(error);
}

static gboolean is_stream_socket(int fd)
{
    int domain = 0, type = 0;
    socklen_t domain_size = sizeof domain, type_size = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &domain_size) == 0 && domain == AF_UNIX &&
           getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_size) == 0 && type == SOCK_STREAM;
}

static gboolean check_options(const Options *options, gboolean consent, GError **error)
{
    if (options->invite + options->invitations + consent > 1)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "the window opens at one place: give only one of the options");
    else if (consent &&
             (options->consent_fd <= STDERR_FILENO || !is_stream_socket(options->consent_fd)))
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "--consent-fd: %d is no socket of the agent's, which alone gives this option",
                    options->consent_fd);
    else
        return TRUE;
    return FALSE;
}

static gboolean take_consent_fd(const char *name, const char *value, gpointer data, GError **error)
{
    Options *options = data;
    guint64 fd = 0;
    (void)name;
    if (!g_ascii_string_to_unsigned(value, 10, 0, G_MAXINT, &fd, NULL)) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "--consent-fd: not a descriptor's number");
        return FALSE;
    }
    options->consent_fd = (int)fd;
    return TRUE;
}

static gboolean parse_options(Options *ret, int *argc, char ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"invite", 'i', 0, G_OPTION_ARG_NONE, &ret->invite, "Begin with inviting somebody", NULL},
        {"invitations", 'l', 0, G_OPTION_ARG_NONE, &ret->invitations, "Show your invitations",
         NULL},
        {"consent-fd", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_CALLBACK, (gpointer)take_consent_fd,
         "For the agent: be its window, on this socket", "N"},
        {"version", 0, 0, G_OPTION_ARG_NONE, &ret->version, "Show the version", NULL},
        {0},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    GOptionGroup *group = g_option_group_new("", "", "", ret, NULL);
    g_option_group_add_entries(group, entries);
    g_option_context_set_main_group(context, group);
    g_option_context_set_summary(context,
                                 "The window for asking somebody to help you on your computer.");
    ret->consent_fd = -1;
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (*argc > 1) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "too many arguments: remote-assistance takes options only, see "
                    "remote-assistance --help");
        return FALSE;
    }
    return check_options(ret, ret->consent_fd >= 0, error);
}

static gboolean open_display(GError **error)
{
    if (gtk_init_check())
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "%s",
                _("there is no display to show a window on: start it in a desktop session, or use "
                  "ra-invite on this terminal"));
    return FALSE;
}

/* The action goes to the instance that runs already, if there is one, and so does the rest. */
static int run_front(const Options *options, char **argv)
{
    g_autoptr(GtkApplication) front = ra_front_new();
    g_autoptr(GError) error = NULL;
    if (!g_application_register(G_APPLICATION(front), NULL, &error))
        return complain(error);
    if (options->invite || options->invitations)
        g_action_group_activate_action(G_ACTION_GROUP(front),
                                       options->invite ? "invite" : "invitations", NULL);
    return g_application_run(G_APPLICATION(front), 1, argv);
}

static void on_agent_gone(gpointer data)
{
    const Consent *consent = data;
    if (consent->companion != NULL)
        ra_companion_agent_gone(consent->companion);
}

static void on_consent_activate(GtkApplication *application, gpointer data)
{
    Consent *consent = data;
    if (consent->companion != NULL)
        return;
    g_application_hold(G_APPLICATION(application));
    consent->companion = ra_companion_new(application, consent->link);
    g_application_release(G_APPLICATION(application));
}

static int run_consent(int fd, char **argv)
{
    Consent consent = {0};
    g_autoptr(GError) error = NULL;
    consent.link = ra_agent_link_new(fd, on_agent_gone, &consent, &error);
    if (consent.link == NULL)
        return complain(error);
    GtkApplication *application =
        gtk_application_new("org.remoteassistance.Consent", G_APPLICATION_NON_UNIQUE);
    g_application_set_inactivity_timeout(G_APPLICATION(application), CONSENT_LINGER_MS);
    g_signal_connect(application, "activate", G_CALLBACK(on_consent_activate), &consent);
    const int status = g_application_run(G_APPLICATION(application), 1, argv);
    g_clear_pointer(&consent.companion, ra_companion_free);
    g_object_unref(application);
    ra_agent_link_free(consent.link);
    return status;
}

int main(int argc, char **argv)
{
    Options options = {0};
    g_autoptr(GError) error = NULL;
    ra_secret_harden_process();
    ra_i18n_init();
    (void)signal(SIGPIPE, SIG_IGN);
    if (!parse_options(&options, &argc, &argv, &error))
        return complain(error);
    if (options.version) {
        (void)puts("remote-assistance (" PACKAGE_NAME ") " PACKAGE_VERSION);
        return EXIT_SUCCESS;
    }
    if (!open_display(&error))
        return complain(error);
    ra_access_init();
    ra_ui_shut_inspector();
    g_resources_register(ra_app_get_resource());
    ra_ui_add_style(gdk_display_get_default());
    return options.consent_fd >= 0 ? run_consent(options.consent_fd, argv)
                                   : run_front(&options, argv);
}
