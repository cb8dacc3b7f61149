/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The novice's agent, one per desktop session; manual page ra-host(1). */
#include "assist/clipboard-x11.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/paths.h"
#include "base/secret.h"
#include "base/settings.h"
#include "bus/names.h"
#include "config.h"
#include "host/agent.h"
#include "host/service.h"
#include "host/terminal.h"
#include "host/x11-choice.h"
#include "host/x11-desktop.h"
#include "host/x11.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

enum { LEAVE_SECONDS = 5 }; /* for workers to say goodbye, at the most */

typedef struct {
    int port;
    GStrv listen, advertise;
    char *monitor;
    gboolean terminal, no_window, bus_answers, no_bus, autostart, version;
} Options;

typedef struct {
    Options options;
    RaX11Choice *choice; /* of the monitor that is shared */
    RaSettings *settings;
    RaStore *store;
    RaAgent *agent;
    RaX11Desktop *desktop;
    GDBusConnection *bus;
    RaService *service;
    RaTerminal *terminal;
    GMainLoop *loop;
    RaAgentState shown;
    gboolean leaving;
    int status;
} Program;

static int complain(const GError *error)
{
    (void)fprintf(stderr, "ra-host: %s\n", error->message);
    return ra_error_exit_code(error);
}

/* Without a bus there is a terminal. */
static gboolean has_window(const Options *options)
{
    return !options->terminal && !options->no_window;
}

static gboolean check_options(const Options *options, GError **error)
{
    if (options->port < 0 || options->port > 65535)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "--port: give a number from 1 to 65535, or leave it out");
    else if (options->no_bus && !options->terminal)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "--no-bus: nobody could answer; add --terminal");
    else if (options->no_bus && options->bus_answers)
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "--bus-answers needs the bus: leave out --no-bus");
    else
        return TRUE;
    return FALSE;
}

static gboolean parse_options(Options *ret, int *argc, char ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"port", 'p', 0, G_OPTION_ARG_INT, &ret->port, "Listen on this port and no other", "N"},
        {"listen", 'l', 0, G_OPTION_ARG_STRING_ARRAY, &ret->listen,
         "Listen at this address only; may be given several times", "ADDR"},
        {"advertise", 'a', 0, G_OPTION_ARG_STRING_ARRAY, &ret->advertise,
         "Put this address into tickets, before the computer's own; may be given several times",
         "HOST[:PORT]"},
        {"monitor", 'm', 0, G_OPTION_ARG_STRING, &ret->monitor,
         "Share only this monitor (a name that xrandr shows)", "NAME"},
        {"terminal", 't', 0, G_OPTION_ARG_NONE, &ret->terminal, "Ask on this terminal", NULL},
        {"no-window", 0, 0, G_OPTION_ARG_NONE, &ret->no_window,
         "Start no window; another program may attach its own", NULL},
        {"bus-answers", 0, 0, G_OPTION_ARG_NONE, &ret->bus_answers,
         "Let every program of this desktop session answer for you (tests only)", NULL},
        {"no-bus", 0, 0, G_OPTION_ARG_NONE, &ret->no_bus, "Do without D-Bus; with --terminal",
         NULL},
        {"autostart", 0, 0, G_OPTION_ARG_NONE, &ret->autostart,
         "Leave at once where no invitation is open", NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &ret->version, "Show the version", NULL},
        {0},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_set_summary(
        context, "Shares this screen with a helper who has your invitation, after asking you.");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (*argc > 1) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "too many arguments: ra-host takes options only, see ra-host --help");
        return FALSE;
    }
    return check_options(ret, error);
}

/* The desktop: X11 */

static RaScreen *open_screen(gpointer data, GError **error)
{
    return ra_x11_screen_new(NULL, ((const Program *)data)->choice, error);
}

static RaInput *open_input(gpointer data, GError **error)
{
    return ra_x11_input_new(NULL, ((const Program *)data)->choice, error);
}

static RaSign *open_sign(const RaSignEvents *events, gpointer events_data, gpointer data,
                         GError **error)
{
    (void)data;
    return ra_x11_sign_new(NULL, events, events_data, error);
}

static RaPointing *open_pointing(gpointer data, GError **error)
{
    (void)data;
    return ra_x11_pointing_new(NULL, error);
}

static RaSelection *open_selection(gpointer data, GError **error)
{
    (void)data;
    return ra_clipboard_x11_new(NULL, error);
}

static RaGuard *open_guard(gpointer data, GError **error)
{
    (void)data;
    return ra_x11_guard_new(NULL, error);
}

static RaPeer *start_worker(gpointer data, GError **error)
{
    (void)data;
    return ra_peer_new_worker(error);
}

/* Found out now rather than when a helper waits. */
static gboolean screen_is_there(Program *program, GError **error)
{
    static const RaScreenEvents events = {0}; /* none comes: the main loop does not run */
    g_autoptr(RaScreen) screen = NULL;
    if (g_getenv("DISPLAY") == NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "there is no X11 display to share (DISPLAY is not set): start it in a desktop "
                    "session");
        return FALSE;
    }
    screen = open_screen(program, error);
    return screen != NULL && screen->class->start(screen, &events, NULL, error);
}

static void on_note(const char *line, gpointer data)
{
    Program *program = data;
    if (program->terminal != NULL)
        ra_terminal_show(program->terminal, line);
    else
        (void)fprintf(stderr, "ra-host: %s\n", line);
}

/* A terminal has it from the history. */
static void on_ending(const char *line, gpointer data)
{
    if (((const Program *)data)->terminal == NULL)
        (void)fprintf(stderr, "ra-host: %s\n", line);
}

/* For the journal; a terminal has the sign. */
static void on_changed(gpointer data)
{
    Program *program = data;
    const RaAgentState state = ra_agent_state(program->agent);
    if (state == program->shown || program->terminal != NULL)
        return;
    program->shown = state;
    const char *helper = ra_agent_helper(program->agent);
    (void)fprintf(stderr, "ra-host: %s%s%s\n", ra_agent_state_name(state),
                  helper[0] != '\0' ? ": " : "", helper);
}

static void on_finished(gpointer data)
{
    g_main_loop_quit(((Program *)data)->loop);
}

static gboolean on_patience(gpointer data)
{
    g_main_loop_quit(((Program *)data)->loop);
    return G_SOURCE_REMOVE;
}

/* In order: the helper hears it, keys are released; a second signal does not wait for that. */
static void leave(Program *program)
{
    if (program->leaving) {
        g_main_loop_quit(program->loop);
        return;
    }
    program->leaving = TRUE;
    g_timeout_add_seconds(LEAVE_SECONDS, on_patience, program);
    ra_agent_shut_down(program->agent);
}

static gboolean on_signal(gpointer data)
{
    leave(data);
    return G_SOURCE_CONTINUE;
}

static void on_bus_closed(GDBusConnection *bus, gboolean vanished, GError *error, gpointer data)
{
    (void)bus, (void)vanished, (void)error;
    leave(data);
}

static void on_desktop_gone(gpointer data)
{
    leave(data);
}

static gboolean connect_bus(Program *program, GError **error)
{
    g_autoptr(GError) local = NULL;
    if (program->options.no_bus)
        return TRUE;
    program->bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, &local);
    if (program->bus == NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "the session bus cannot be reached (%s): start it in a desktop session, or "
                    "with --terminal --no-bus",
                    local->message);
        return FALSE;
    }
    g_dbus_connection_set_exit_on_close(program->bus, FALSE);
    g_signal_connect(program->bus, "closed", G_CALLBACK(on_bus_closed), program);
    return TRUE;
}

/* The object is there before the name is: a caller who waits for the name finds it. And the name
 * is ours before the agent listens, from the main loop: a second one changes nothing. */
static gboolean offer_service(Program *program, GError **error)
{
    enum { DO_NOT_QUEUE = 4, PRIMARY_OWNER = 1 }; /* of the D-Bus specification */
    guint result = 0;
    if (program->bus == NULL)
        return TRUE;
    g_autofree char *window = ra_path_program("remote-assistance");
    const RaServiceOptions options = {.bus_answers = program->options.bus_answers,
                                      .attach = program->options.no_window,
                                      .window_program =
                                          has_window(&program->options) ? window : NULL,
                                      .clock = &ra_clock_system};
    program->service = ra_service_new(program->agent, program->bus, &options, error);
    if (program->service == NULL)
        return FALSE;
    g_autoptr(GVariant) reply = g_dbus_connection_call_sync(
        program->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
        "RequestName", g_variant_new("(su)", RA_BUS_NAME, (guint32)DO_NOT_QUEUE),
        G_VARIANT_TYPE("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
    if (reply == NULL)
        return FALSE;
    g_variant_get(reply, "(u)", &result);
    if (result != PRIMARY_OWNER)
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "the agent runs already in this desktop session: use that one, or end it "
                    "first");
    return result == PRIMARY_OWNER;
}

static gboolean open_terminal(Program *program, GError **error)
{
    if (!program->options.terminal)
        return TRUE;
    const int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (tty < 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    "--terminal: there is no terminal to ask on: %s", g_strerror(errno));
        return FALSE;
    }
    (void)signal(SIGTTIN, SIG_IGN);
    (void)signal(SIGTTOU, SIG_IGN);
    program->terminal = ra_terminal_new(program->agent, tty);
    ra_terminal_show(program->terminal,
                     _("Remote Assistance waits for helpers who have your invitation.\n"
                       "You are asked before anybody sees anything. Ctrl-C ends it."));
    return TRUE;
}

static void warn_of_bus_answers(void)
{
    static const char warning[] =
        "WARNING: --bus-answers is on. Every program of this desktop session can let a helper in "
        "without asking you. This is for tests only: never use it on a computer that matters.";
    (void)fprintf(stderr, "ra-host: %s\n", warning);
    openlog("ra-host", LOG_PID, LOG_AUTHPRIV);
    syslog(LOG_WARNING, "%s", warning);
    closelog();
}

static gboolean start(Program *program, const RaDesktop *desktop, GError **error)
{
    const Options *options = &program->options;
    g_autofree char *state_dir = ra_path_state_dir();
    g_autofree char *store_dir = g_build_filename(state_dir, "invitations", NULL);
    const RaAgentConfig config = {
        .store = program->store,
        .settings = program->settings,
        .clock = &ra_clock_system,
        .desktop = desktop,
        .start_worker = start_worker,
        .store_dir = store_dir,
        .listen = (const char *const *)options->listen,
        .advertise = (const char *const *)options->advertise,
        .port = (guint16)options->port,
        .bus_answers = options->bus_answers,
        .question_seconds = RA_QUESTION_SECONDS,
        .linger_seconds = options->autostart ? 0 : RA_AGENT_LINGER_SECONDS,
        .stay = options->terminal,
        .own_window = has_window(options),
    };
    static const RaAgentEvents events = {
        .changed = on_changed, .ending = on_ending, .note = on_note, .finished = on_finished};
    if (options->bus_answers)
        warn_of_bus_answers();
    program->agent = ra_agent_new(&config, error);
    if (program->agent == NULL)
        return FALSE;
    ra_agent_watch(program->agent, &events, program);
    if (!offer_service(program, error) || !open_terminal(program, error))
        return FALSE;
    if (program->terminal == NULL)
        return TRUE;
    /* So that an invitation that is made next, without a bus to ask on, names the right port. */
    guint16 port = 0;
    g_auto(GStrv) hosts = NULL;
    return ra_agent_prepare(program->agent, &port, &hosts, error);
}

static int run(Program *program)
{
    const RaDesktop desktop = {.screen = open_screen,
                               .input = open_input,
                               .sign = open_sign,
                               .pointing = open_pointing,
                               .selection = open_selection,
                               .guard = open_guard,
                               .data = program};
    g_autoptr(GError) error = NULL;
    program->loop = g_main_loop_new(NULL, FALSE);
    program->desktop = ra_x11_desktop_new(NULL, on_desktop_gone, program, &error);
    if (program->desktop != NULL && start(program, &desktop, &error)) {
        static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
        for (gsize i = 0; i < G_N_ELEMENTS(ends); i++)
            g_unix_signal_add(ends[i], on_signal, program);
        g_main_loop_run(program->loop);
    } else {
        program->status = complain(error);
    }
    g_clear_pointer(&program->terminal, ra_terminal_free);
    g_clear_pointer(&program->service, ra_service_free);
    g_clear_pointer(&program->agent, ra_agent_free);
    if (program->bus != NULL)
        (void)g_dbus_connection_flush_sync(program->bus, NULL, NULL);
    g_clear_object(&program->bus);
    g_clear_pointer(&program->desktop, ra_x11_desktop_free);
    g_clear_pointer(&program->loop, g_main_loop_unref);
    return program->status;
}

/* Everything that can be found wrong before the agent exists. TRUE: run; else *STATUS. */
static gboolean set_up(Program *program, int *status)
{
    g_autoptr(GError) error = NULL;
    program->settings = ra_settings_load(NULL, NULL, &error);
    if (program->settings != NULL)
        program->store = ra_store_open(NULL, &error);
    if (program->store == NULL) {
        *status = complain(error);
        return FALSE;
    }
    const char *const *problem = ra_settings_problems(program->settings);
    for (; *problem != NULL; problem++)
        (void)fprintf(stderr, "ra-host: %s\n", *problem);
    *status = EXIT_SUCCESS;
    if (program->options.autostart &&
        (!ra_settings_boolean(program->settings, "Invitation.Enabled") ||
         ra_store_expire(program->store, g_get_real_time() / G_USEC_PER_SEC, NULL) == 0))
        return FALSE;
    program->choice = ra_x11_choice_new(program->options.monitor);
    if (screen_is_there(program, &error) && connect_bus(program, &error))
        return TRUE;
    *status = complain(error);
    return FALSE;
}

int main(int argc, char **argv)
{
    Program program = {0};
    g_autoptr(GError) error = NULL;
    int status = EXIT_SUCCESS;
    ra_secret_harden_process();
    ra_i18n_init();
    (void)signal(SIGPIPE, SIG_IGN);
    if (!parse_options(&program.options, &argc, &argv, &error))
        status = complain(error);
    else if (program.options.version)
        (void)puts("ra-host (" PACKAGE_NAME ") " PACKAGE_VERSION);
    else if (set_up(&program, &status))
        status = run(&program);
    g_clear_pointer(&program.choice, ra_x11_choice_unref);
    ra_store_free(program.store);
    ra_settings_free(program.settings);
    g_strfreev(program.options.listen);
    g_strfreev(program.options.advertise);
    g_free(program.options.monitor);
    return status;
}
