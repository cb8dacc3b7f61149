/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * FreeRDP (2 and 3 alike) takes a connection file, NAME.rdp, whose lines that begin with "/" are
 * options. Its first one may be the name of a ticket, since that is an absolute path. Both are
 * links in a folder of our own to descriptors that FreeRDP inherits.
 *
 * Whoever made the invitation is a stranger until the novice is seen, and may run any server that
 * they like. By itself FreeRDP would share the clipboard with it; and where it has a terminal, it
 * asks there for whatever a server makes it want.
 */
#include "mailer/open/freerdp.h"

#include "base/error.h"
#include "base/text.h"
#include "mailer/open/freerdp-internal.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
    TICKET_FD = 10, /* in FreeRDP's process */
    OPTIONS_FD = 11,
    LOOK_EVERY = 500 /* milliseconds */
};

#define TICKET_LINK  "ticket.msrcIncident"
#define OPTIONS_LINK "options.rdp"

RaMsraCall *ra_msra_call_new(RaMsra *msra, RaMsraOpened *opened, RaSecret *password)
{
    RaMsraCall *call = g_new0(RaMsraCall, 1);
    call->msra = ra_msra_ref(msra);
    call->opened = opened;
    call->password = password != NULL ? ra_secret_ref(password) : NULL;
    return call;
}

void ra_msra_call_free(RaMsraCall *call)
{
    if (call == NULL)
        return;
    ra_msra_unref(call->msra);
    ra_msra_opened_free(call->opened);
    ra_secret_unref(call->password);
    g_free(call);
}

char *ra_freerdp_find(GError **error)
{
    static const struct {
        const char *name;
        gboolean x, wayland; /* what it can show itself on */
    } clients[] = {
        {"xfreerdp3", TRUE, FALSE},  {"xfreerdp", TRUE, FALSE},   {"sdl-freerdp3", TRUE, TRUE},
        {"sdl-freerdp", TRUE, TRUE}, {"wlfreerdp3", FALSE, TRUE}, {"wlfreerdp", FALSE, TRUE},
    };
    const gboolean x = g_getenv("DISPLAY") != NULL, wayland = g_getenv("WAYLAND_DISPLAY") != NULL;
    const char *missing = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(clients); i++) {
        g_autofree char *program = g_find_program_in_path(clients[i].name);
        if (program == NULL)
            continue;
        if ((clients[i].x && x) || (clients[i].wayland && wayland))
            return g_steal_pointer(&program);
        if (missing == NULL)
            missing = clients[i].x ? "an X display" : "a Wayland display";
    }
    if (missing != NULL)
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "this is Microsoft's invitation, for which FreeRDP needs %s: open it from a "
                    "desktop",
                    missing);
    else
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "this is Microsoft's invitation, which FreeRDP's client opens, and that is not "
                    "installed: install the package freerdp2-x11 (or freerdp3-x11)");
    return NULL;
}

gboolean ra_freerdp_has_key(const char *program)
{
    g_autofree char *name = g_path_get_basename(program);
    return g_str_has_prefix(name, "xfreerdp");
}

/* One option a line. NULL and RA_ERROR_FAILED for a password that no line can hold. */
static RaSecret *write_options(const char *program, const RaMsraCall *call, const char *folder,
                               GError **error)
{
    const char *password = call->password != NULL ? ra_secret_text(call->password) : "none";
    const gsize size = strlen(password);
    if (strpbrk(password, "\r\n") != NULL ||
        (call->password != NULL && size != ra_secret_size(call->password))) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "FreeRDP cannot take a password with line ends: ask for a new invitation");
        return NULL;
    }
    g_autofree char *name = ra_text_line(ra_msra_name(call->msra), RA_TEXT_NAME_MAX);
    g_autofree char *head =
        g_strdup_printf("%s/" TICKET_LINK "\n/cert:ignore\n%s/t:%s\n/assistance:", folder,
                        ra_freerdp_has_key(program) ? "" : "/auto-request-control\n",
                        *name != '\0' ? name : "Remote Assistance");
    const gsize head_size = strlen(head);
    RaSecret *options = ra_secret_new(head_size + size + 1);
    guint8 *out = ra_secret_bytes(options);
    memcpy(out, head, head_size);
    memcpy(out + head_size, password, size);
    out[head_size + size] = '\n';
    return options;
}

/* FOLDER/NAME leads whoever opens it to descriptor FD of their own. */
static gboolean make_link(const char *folder, const char *name, int fd, GError **error)
{
    g_autofree char *file = g_build_filename(folder, name, NULL);
    g_autofree char *target = g_strdup_printf("/proc/self/fd/%d", fd);
    if (symlink(target, file) == 0)
        return TRUE;
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot hand the invitation to FreeRDP: %s",
                g_strerror(errno));
    return FALSE;
}

static char *make_folder(GError **error)
{
    const char *parent = g_getenv("XDG_RUNTIME_DIR");
    if (parent == NULL || *parent != '/' || access(parent, W_OK | X_OK) != 0)
        parent = g_get_tmp_dir();
    g_autofree char *folder = g_build_filename(parent, "ra-freerdp-XXXXXX", NULL);
    if (g_mkdtemp(folder) != NULL)
        return g_steal_pointer(&folder);
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot make a folder in %s: %s", parent,
                g_strerror(errno));
    return NULL;
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = {TICKET_LINK, OPTIONS_LINK};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *file = g_build_filename(folder, names[i], NULL);
        (void)g_unlink(file);
    }
    (void)g_rmdir(folder);
}

/* What xfreerdp's exit code says; client/X11/xfreerdp.h lists them. */
static gboolean judge(int code, GError **error)
{
    static const struct {
        int first, last;
        RaError reason;
        const char *text;
    } codes[] = {
        {5, 5, RA_ERROR_DECLINED, "another connection took the place of this one"},
        {7, 9, RA_ERROR_DECLINED, "the other computer refused the connection"},
        {132, 132, RA_ERROR_PASSWORD, "the other computer refused the password"},
        {134, 135, RA_ERROR_PASSWORD, "the other computer refused the password"},
        {131, 131, RA_ERROR_UNREACHABLE, "FreeRDP could not connect"},
        {133, 133, RA_ERROR_UNREACHABLE, "FreeRDP and the other computer did not come to terms"},
        {137, 137, RA_ERROR_UNREACHABLE, "FreeRDP could not connect"},
        {139, 147, RA_ERROR_UNREACHABLE, "FreeRDP could not connect"},
    };
    enum { ENDED_MAX = 4, BY_USER = 11 };
    if (code <= ENDED_MAX || code == BY_USER)
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++) {
        if (code < codes[i].first || code > codes[i].last)
            continue;
        g_set_error(error, RA_ERROR, (gint)codes[i].reason,
                    "%s: ask whether their invitation is still open, and for a new one",
                    codes[i].text);
        return FALSE;
    }
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "FreeRDP ended with code %d: %s", code,
                "run it again from a terminal and read what it says");
    return FALSE;
}

typedef struct {
    GMainLoop *loop;
    GSubprocess *process;
    RaReport *report;
    gboolean stopped; /* by a signal to us */
} Running;

static gboolean on_signal(gpointer data)
{
    Running *running = data;
    running->stopped = TRUE;
    g_subprocess_send_signal(running->process, SIGTERM);
    return G_SOURCE_CONTINUE;
}

static void on_ended(GObject *source, GAsyncResult *result, gpointer data)
{
    (void)g_subprocess_wait_finish(G_SUBPROCESS(source), result, NULL);
    g_main_loop_quit(((Running *)data)->loop);
}

/* Until it has reached the other computer. */
static gboolean on_look(gpointer data)
{
    const Running *running = data;
    const char *pid = g_subprocess_get_identifier(running->process);
    if (pid != NULL && ra_freerdp_has_link(pid))
        ra_report_connected(running->report);
    return G_SOURCE_CONTINUE;
}

static gboolean wait_for(GSubprocess *process, RaReport *report, GError **error)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    Running running = {.loop = loop, .process = process, .report = report};
    const guint sources[] = {g_timeout_add(LOOK_EVERY, on_look, &running),
                             g_unix_signal_add(SIGINT, on_signal, &running),
                             g_unix_signal_add(SIGTERM, on_signal, &running),
                             g_unix_signal_add(SIGHUP, on_signal, &running)};
    (void)signal(SIGPIPE, SIG_IGN); /* nobody has to read the report */
    g_subprocess_wait_async(process, NULL, on_ended, &running);
    g_main_loop_run(loop);
    for (gsize i = 0; i < G_N_ELEMENTS(sources); i++)
        g_source_remove(sources[i]);
    ra_report_over(report);
    if (running.stopped)
        return TRUE;
    if (g_subprocess_get_if_exited(process))
        return judge(g_subprocess_get_exit_status(process), error);
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "FreeRDP crashed (signal %d): try once more",
                g_subprocess_get_term_sig(process));
    return FALSE;
}

/* In FreeRDP's process: without a terminal it cannot ask. Signals of ours end it. */
static void leave_terminal(gpointer data)
{
    (void)data;
    (void)setsid();
}

static gboolean run_in(const char *folder, const char *program, const RaMsraCall *call,
                       GBytes *ticket, RaReport *report, GError **error)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(ticket, &size);
    g_autoptr(RaSecret) document = ra_secret_new_copy(data, size);
    g_autoptr(RaSecret) options = write_options(program, call, folder, error);
    if (options == NULL || !make_link(folder, TICKET_LINK, TICKET_FD, error) ||
        !make_link(folder, OPTIONS_LINK, OPTIONS_FD, error))
        return FALSE;
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
    g_subprocess_launcher_set_child_setup(launcher, leave_terminal, NULL, NULL);
    const int ticket_fd = ra_secret_to_fd(document, error);
    if (ticket_fd < 0)
        return FALSE;
    g_subprocess_launcher_take_fd(launcher, ticket_fd, TICKET_FD);
    const int options_fd = ra_secret_to_fd(options, error);
    if (options_fd < 0)
        return FALSE;
    g_subprocess_launcher_take_fd(launcher, options_fd, OPTIONS_FD);
    g_autofree char *file = g_build_filename(folder, OPTIONS_LINK, NULL);
    g_autoptr(GSubprocess) process =
        g_subprocess_launcher_spawn(launcher, error, program, file, "-clipboard", NULL);
    g_subprocess_launcher_close(launcher);
    return process != NULL && wait_for(process, report, error);
}

gboolean ra_freerdp_run(const char *program, const RaMsraCall *call, const char *expert,
                        RaReport *report, GError **error)
{
    g_autoptr(GBytes) ticket = ra_freerdp_ticket(call, expert, error);
    g_autofree char *folder = ticket != NULL ? make_folder(error) : NULL;
    if (folder == NULL)
        return FALSE;
    const gboolean good = run_in(folder, program, call, ticket, report, error);
    remove_folder(folder);
    return good;
}
