/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/xvfb.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000, DISPLAY_FD = 3 };

struct _RaXvfb {
    GSubprocess *process;
    char *display;
};

gboolean ra_xvfb_or_skip(void)
{
    g_autofree char *path = g_find_program_in_path("Xvfb");
    if (path == NULL)
        g_test_skip("Xvfb is not installed");
    return path != NULL;
}

/* A test that fails aborts: its server must not outlive it. */
static void die_with_parent(G_GNUC_UNUSED gpointer data)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

/* The server writes its number and a line end once it is ready. */
static char *read_display(int fd)
{
    g_autoptr(GString) number = g_string_new(":");
    char c;
    while (read(fd, &c, 1) == 1 && c != '\n')
        g_string_append_c(number, c);
    g_assert_cmpuint(number->len, >, 1);
    return g_strdup(number->str);
}

RaXvfb *ra_xvfb_start(const char *screen, const char *const *extra)
{
    int ends[2];
    g_autoptr(GError) error = NULL;
    g_assert_true(g_unix_open_pipe(ends, FD_CLOEXEC, &error));
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_subprocess_launcher_set_child_setup(launcher, die_with_parent, NULL, NULL);
    g_subprocess_launcher_take_fd(launcher, ends[1], DISPLAY_FD);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    const char *const fixed[] = {"Xvfb",     "-displayfd", "3", "-nolisten", "tcp",
                                 "-noreset", "-screen",    "0", screen};
    for (gsize i = 0; i < G_N_ELEMENTS(fixed); i++)
        g_ptr_array_add(argv, (gpointer)fixed[i]);
    for (; extra != NULL && *extra != NULL; extra++)
        g_ptr_array_add(argv, (gpointer)*extra);
    g_ptr_array_add(argv, NULL);
    RaXvfb *xvfb = g_new0(RaXvfb, 1);
    xvfb->process =
        g_subprocess_launcher_spawnv(launcher, (const char *const *)argv->pdata, &error);
    g_assert_no_error(error);
    g_clear_object(&launcher); /* closes our copy of the writing end */
    xvfb->display = read_display(ends[0]);
    close(ends[0]);
    return xvfb;
}

const char *ra_xvfb_display(const RaXvfb *xvfb)
{
    return xvfb->display;
}

void ra_xvfb_kill(RaXvfb *xvfb)
{
    if (xvfb->process == NULL)
        return;
    g_subprocess_send_signal(xvfb->process, SIGTERM);
    g_subprocess_wait(xvfb->process, NULL, NULL);
    g_clear_object(&xvfb->process);
}

void ra_xvfb_free(RaXvfb *xvfb)
{
    ra_xvfb_kill(xvfb);
    g_free(xvfb->display);
    g_free(xvfb);
}

static gboolean set_flag(gpointer flag)
{
    *(gboolean *)flag = TRUE;
    return G_SOURCE_REMOVE;
}

int ra_pump_until(const int *flag)
{
    gboolean late = FALSE;
    const guint timer = g_timeout_add(PATIENCE_MS, set_flag, &late);
    while (*flag == 0 && !late)
        g_main_context_iteration(NULL, TRUE);
    if (!late)
        g_source_remove(timer);
    return *flag;
}

void ra_pump(guint milliseconds)
{
    gboolean over = FALSE;
    g_timeout_add(milliseconds, set_flag, &over);
    while (!over)
        g_main_context_iteration(NULL, TRUE);
}
