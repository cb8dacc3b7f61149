/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ways of sending by other programs of this computer: sendmail(1), xdg-email(1). */
#include "mailer/send.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "mailer/compose.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    SAID_MAX = 4096,         /* bytes of a program's complaints that are looked at */
    CLIENT_GRACE_SECONDS = 5 /* a mail program that still runs then has come up */
};

/* An anonymous file with INPUT in it (which may be NULL), at its beginning; -1 on failure. A file
 * and not a pipe, so that a program that stops reading does no harm. */
static int memory_file(GBytes *input)
{
    const int fd = memfd_create("remote-assistance", MFD_CLOEXEC);
    gsize size = 0;
    const char *data = input != NULL ? g_bytes_get_data(input, &size) : NULL;
    while (fd >= 0 && size > 0) {
        const ssize_t n = write(fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            close(fd);
            return -1;
        }
        data += n;
        size -= (gsize)n;
    }
    if (fd >= 0)
        lseek(fd, 0, SEEK_SET);
    return fd;
}

typedef struct {
    gboolean over;     /* the program has ended, or the time is up */
    gboolean finished; /* it has ended */
} Wait;

static void on_finished(GObject *source, GAsyncResult *result, gpointer data)
{
    Wait *wait = data;
    if (g_subprocess_wait_finish(G_SUBPROCESS(source), result, NULL))
        wait->finished = TRUE;
    wait->over = TRUE;
}

static gboolean on_time(gpointer data)
{
    g_cancellable_cancel(data);
    return G_SOURCE_REMOVE;
}

/* TRUE if PROCESS ended within SECONDS. */
static gboolean wait_for(GSubprocess *process, gint64 seconds)
{
    g_autoptr(GMainContext) context = g_main_context_new();
    g_autoptr(GCancellable) cancel = g_cancellable_new();
    g_autoptr(GSource) timer = g_timeout_source_new_seconds((guint)seconds);
    Wait wait = {FALSE, FALSE};
    g_main_context_push_thread_default(context);
    g_source_set_callback(timer, on_time, cancel, NULL);
    g_source_attach(timer, context);
    g_subprocess_wait_async(process, cancel, on_finished, &wait);
    while (!wait.over)
        g_main_context_iteration(context, TRUE);
    g_source_destroy(timer);
    g_main_context_pop_thread_default(context);
    return wait.finished;
}

static gboolean fail(GError **error, const char *program, const char *what, const char *advice)
{
    g_autofree char *shown = ra_text_line(program, RA_TEXT_LINE_MAX);
    g_set_error(error, RA_ERROR, RA_ERROR_MAIL, "%s %s: %s", shown, what, advice);
    return FALSE;
}

/* How PROCESS ended, with what it said on standard error. */
static gboolean check_end(GSubprocess *process, const char *program, int complaints, GError **error)
{
    if (g_subprocess_get_successful(process))
        return TRUE;
    char text[SAID_MAX + 1];
    const ssize_t n = pread(complaints, text, SAID_MAX, 0);
    text[MAX(n, 0)] = '\0';
    g_autofree char *said = ra_text_line(text, RA_TEXT_LINE_MAX);
    g_autofree char *what =
        g_subprocess_get_if_exited(process)
            ? g_strdup_printf("failed with exit status %d", g_subprocess_get_exit_status(process))
            : g_strdup_printf("was ended by signal %d", g_subprocess_get_term_sig(process));
    return fail(error, program, what, *said != '\0' ? said : "look into its log");
}

/* Starts ARGV with INPUT (NULL: nothing) and its complaints in COMPLAINTS, a descriptor. */
static GSubprocess *start(const char *const *argv, GBytes *input, int complaints, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
    g_subprocess_launcher_take_stderr_fd(launcher, dup(complaints));
    const int in = memory_file(input);
    if (in < 0) {
        fail(error, argv[0], "cannot be given the message", g_strerror(errno));
        return NULL;
    }
    g_subprocess_launcher_take_stdin_fd(launcher, in);
    g_autoptr(GError) local = NULL;
    GSubprocess *process = g_subprocess_launcher_spawnv(launcher, argv, &local);
    if (process == NULL)
        fail(error, argv[0], "cannot be started", local->message);
    return process;
}

char *ra_sendmail_find(void)
{
    static const char *const places[] = {"/usr/sbin/sendmail", "/usr/lib/sendmail"};
    char *found = g_find_program_in_path("sendmail");
    for (gsize i = 0; found == NULL && i < G_N_ELEMENTS(places); i++) {
        if (g_file_test(places[i], G_FILE_TEST_IS_EXECUTABLE))
            found = g_strdup(places[i]);
    }
    return found;
}

gboolean ra_send_sendmail(const char *program, const char *from, const char *const *to,
                          GBytes *message, gint64 timeout, GError **error)
{
    /* -i: a line with a dot alone does not end the message. */
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_ptr_array_add(argv, (gpointer)program);
    g_ptr_array_add(argv, (gpointer) "-i");
    g_ptr_array_add(argv, (gpointer) "-f");
    g_ptr_array_add(argv, (gpointer)from);
    g_ptr_array_add(argv, (gpointer) "--");
    for (; *to != NULL; to++)
        g_ptr_array_add(argv, (gpointer)*to);
    g_ptr_array_add(argv, NULL);

    const int complaints = memory_file(NULL);
    if (complaints < 0)
        return fail(error, program, "cannot be started", g_strerror(errno));
    g_autoptr(GBytes) unix_message = ra_letter_unix(message);
    g_autoptr(GSubprocess) process =
        start((const char *const *)argv->pdata, unix_message, complaints, error);
    gboolean ok = process != NULL;
    if (ok && !wait_for(process, timeout)) {
        g_subprocess_force_exit(process);
        g_autofree char *time = ra_duration_format(timeout);
        g_autofree char *what = g_strdup_printf("was not done after %s", time);
        ok = fail(error, program, what, "it was stopped; try again later");
    } else if (ok) {
        ok = check_end(process, program, complaints, error);
    }
    close(complaints);
    return ok;
}

/* The program that the desktop opens mail addresses with. */
static char *mail_program_name(void)
{
    g_autoptr(GAppInfo) info = g_app_info_get_default_for_uri_scheme("mailto");
    g_autofree char *name =
        info != NULL ? ra_text_line(g_app_info_get_display_name(info), RA_TEXT_NAME_MAX) : NULL;
    return name != NULL && *name != '\0' ? g_steal_pointer(&name) : g_strdup("your mail program");
}

gboolean ra_mail_client_check(GError **error)
{
    g_autofree char *program = g_find_program_in_path("xdg-email");
    return program != NULL ||
           fail(error, "xdg-email", "is not installed",
                "install the package xdg-utils, or send by --smtp or --sendmail");
}

char *ra_send_mail_client(const char *const *to, const char *subject, const char *text,
                          const char *file, GError **error)
{
    if (!ra_mail_client_check(error))
        return NULL;
    g_autofree char *program = g_find_program_in_path("xdg-email");
    const char *const options[] = {program,  "--utf8", "--subject", subject,
                                   "--body", text,     "--attach",  file};
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++)
        g_ptr_array_add(argv, (gpointer)options[i]);
    for (; *to != NULL; to++)
        g_ptr_array_add(argv, (gpointer)*to);
    g_ptr_array_add(argv, NULL);

    const int complaints = memory_file(NULL);
    if (complaints < 0) {
        fail(error, program, "cannot be started", g_strerror(errno));
        return NULL;
    }
    g_autoptr(GSubprocess) process =
        start((const char *const *)argv->pdata, NULL, complaints, error);
    /* Where xdg-email becomes the mail program itself, it does not end before that does. */
    const gboolean ok = process != NULL && (!wait_for(process, CLIENT_GRACE_SECONDS) ||
                                            check_end(process, program, complaints, error));
    close(complaints);
    return ok ? mail_program_name() : NULL;
}
