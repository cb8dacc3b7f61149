/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/sign/pgp-run.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

enum {
    SECONDS_MAX = 20,
    SIGNATURE_FD = 3, /* in GnuPG */
    SIGNED_FD = 4,
};

/* The user's own configuration and trust hold, but for what would reach out or wait for somebody.
 */
#define COMMON                                                                                 \
    "gpg", "--batch", "--no-tty", "--quiet", "--no-auto-key-retrieve", "--no-auto-key-locate", \
        "--no-auto-key-import", "--disable-dirmngr", "--no-autostart", "--no-greeting"

/* Without a keyring GnuPG would make one. */
static gboolean has_keyring(void)
{
    static const char *const names[] = {"pubring.kbx", "pubring.gpg", "common.conf"};
    const char *set = g_getenv("GNUPGHOME");
    g_autofree char *home =
        set != NULL ? g_strdup(set) : g_build_filename(g_get_home_dir(), ".gnupg", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(home, names[i], NULL);
        if (access(path, R_OK) == 0)
            return TRUE;
    }
    return FALSE;
}

typedef struct {
    GCancellable *cancellable;
    gboolean over;
    char *output;
} Wait;

static void on_output(GObject *process, GAsyncResult *result, gpointer data)
{
    Wait *wait = data;
    g_autoptr(GBytes) output = NULL;
    wait->over = TRUE;
    if (!g_subprocess_communicate_finish(G_SUBPROCESS(process), result, &output, NULL, NULL))
        return;
    gsize size = 0;
    const char *text = g_bytes_get_data(output, &size);
    wait->output = g_strndup(size > 0 ? text : "", size);
}

static gboolean on_timeout(gpointer data)
{
    g_cancellable_cancel(((Wait *)data)->cancellable);
    return G_SOURCE_REMOVE;
}

/* What PROCESS writes, when it has ended; NULL where it takes too long. */
static char *wait_for(GSubprocess *process)
{
    g_autoptr(GMainContext) context = g_main_context_new();
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GSource) timeout = g_timeout_source_new_seconds(SECONDS_MAX);
    Wait wait = {.cancellable = cancellable};
    g_main_context_push_thread_default(context);
    g_source_set_callback(timeout, on_timeout, &wait, NULL);
    g_source_attach(timeout, context);
    g_subprocess_communicate_async(process, NULL, cancellable, on_output, &wait);
    while (!wait.over)
        g_main_context_iteration(context, TRUE);
    g_source_destroy(timeout);
    g_main_context_pop_thread_default(context);
    if (wait.output == NULL) {
        g_subprocess_force_exit(process);
        (void)g_subprocess_wait(process, NULL, NULL); /* it is killed by another thread */
    }
    return wait.output;
}

/* FDS (-1 for none) become SIGNATURE_FD and SIGNED_FD. */
static char *run(const char *const *argv, int signature, int signed_part)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_subprocess_launcher_setenv(launcher, "LC_ALL", "C.UTF-8", TRUE);
    if (signature >= 0) {
        g_subprocess_launcher_take_fd(launcher, fcntl(signature, F_DUPFD_CLOEXEC, 0), SIGNATURE_FD);
        g_subprocess_launcher_take_fd(launcher, fcntl(signed_part, F_DUPFD_CLOEXEC, 0), SIGNED_FD);
    }
    g_autoptr(GSubprocess) process = g_subprocess_launcher_spawnv(launcher, argv, NULL);
    return process != NULL ? wait_for(process) : NULL;
}

char *ra_pgp_run_verify(RaSpool *signed_part, const GByteArray *signature, const char **why)
{
    static const char *const argv[] = {
        COMMON, "--enable-special-filenames", "--status-fd=1", "--verify", "--", "-&3", "-&4",
        NULL};
    g_autofree char *program = g_find_program_in_path(argv[0]);
    g_autoptr(RaSpool) spool = ra_spool_new();
    (void)ra_spool_push(spool, signature->data, signature->len);
    const int signature_fd = ra_spool_to_fd(spool), signed_fd = ra_spool_to_fd(signed_part);
    *why = program == NULL                     ? "GnuPG is not installed"
           : !has_keyring()                    ? "you have no GnuPG keyring"
           : signature_fd < 0 || signed_fd < 0 ? "there is not enough memory"
                                               : NULL;
    if (*why != NULL)
        return NULL;
    *why = "GnuPG did not answer";
    return run(argv, signature_fd, signed_fd);
}

char *ra_pgp_run_list(const char *fingerprint)
{
    const char *const argv[] = {COMMON, "--with-colons", "--list-keys", "--", fingerprint, NULL};
    return run(argv, -1, -1);
}
