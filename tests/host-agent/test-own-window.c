/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window that the agent starts itself: when, with what, and how often. */
#include "tests/host-agent/tests.h"

#include "bus/host1.h"
#include "bus/names.h"
#include "host/own-window.h"
#include "host/window-program.h"
#include "tests/host-agent/stage.h"
#include "tests/host-agent/stand-in.h"

#include <signal.h>
#include <string.h>
#include <sys/types.h>

enum { PATIENCE_SECONDS = 60 };

typedef struct {
    Stage stage;
    FakeClock clock;
    RaBusHost1 *host1;
    RaOwnWindow *own;
    char *log;
    guint notes;
} Fixture;

static void on_note(const char *line, gpointer data)
{
    g_test_message("%s", line);
    ((Fixture *)data)->notes++;
}

static void on_present(const char *what, gpointer data)
{
    g_assert_true(ra_own_window_present(((Fixture *)data)->own, what, NULL));
}

static void on_asked(G_GNUC_UNUSED const RaQuestion *question, gpointer data)
{
    Fixture *f = data;
    ra_bus_host1_set_questions(f->host1, ra_questions_list(ra_agent_questions(f->stage.agent)));
}

static void set_up(Fixture *f, const char *mode)
{
    static const RaAgentEvents events = {.asked = on_asked, .note = on_note, .present = on_present};
    *f = (Fixture){0};
    stage_init(&f->stage, "");
    f->stage.config.own_window = TRUE;
    stage_start(&f->stage);
    ra_agent_watch(f->stage.agent, &events, f);
    f->log = g_build_filename(f->stage.dir, "stand-in", NULL);
    g_setenv(STAND_IN_LOG, f->log, TRUE);
    g_setenv(STAND_IN_MODE, mode, TRUE);
    fake_clock_init(&f->clock);
    f->host1 = ra_bus_host1_skeleton_new();
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    f->own = ra_own_window_new(f->stage.agent, self, &f->clock.clock,
                               G_DBUS_INTERFACE_SKELETON(f->host1));
}

static void tear_down(Fixture *f)
{
    ra_own_window_free(f->own);
    g_object_unref(f->host1);
    ra_agent_unwatch(f->stage.agent, f);
    g_unsetenv(STAND_IN_LOG);
    g_unsetenv(STAND_IN_MODE);
    stage_clear(&f->stage);
    g_free(f->log);
}

/* How many lines of the log begin with WORD and a blank; in *LAST (may be NULL) what follows in the
 * last of them. */
static guint count(const Fixture *f, const char *word, char **last)
{
    g_autofree char *text = NULL;
    g_autofree char *begin = g_strconcat(word, " ", NULL);
    guint n = 0;
    if (!g_file_get_contents(f->log, &text, NULL, NULL))
        return 0;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (!g_str_has_prefix(*line, begin))
            continue;
        n++;
        if (last != NULL) {
            g_free(*last);
            *last = g_strdup(*line + strlen(begin));
        }
    }
    return n;
}

static void await(const Fixture *f, const char *word, guint n)
{
    const gint64 end = g_get_monotonic_time() + PATIENCE_SECONDS * (gint64)G_USEC_PER_SEC;
    while (count(f, word, NULL) < n && g_get_monotonic_time() < end) {
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(2000);
    }
    g_assert_cmpuint(count(f, word, NULL), ==, n);
}

/* What the agent and the window do is seen only in that nothing comes: it has to have had time. */
static void await_notes(const Fixture *f, guint n)
{
    const gint64 end = g_get_monotonic_time() + PATIENCE_SECONDS * (gint64)G_USEC_PER_SEC;
    while (f->notes < n && g_get_monotonic_time() < end)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(f->notes, ==, n);
}

/* Returns when the process is no more, and the agent has heard of it. */
static void send_signal(const Fixture *f, int number)
{
    g_autofree char *text = NULL;
    const gint64 end = g_get_monotonic_time() + PATIENCE_SECONDS * (gint64)G_USEC_PER_SEC;
    g_assert_cmpuint(count(f, "pid", &text), >, 0);
    const pid_t pid = (pid_t)strtol(text, NULL, 10);
    g_assert_cmpint(kill(pid, number), ==, 0);
    while (kill(pid, 0) == 0 && g_get_monotonic_time() < end) {
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(2000);
    }
    g_assert_cmpint(kill(pid, 0), !=, 0);
    fake_settle();
}

static gboolean has(const Fixture *f, const char *line)
{
    g_autofree char *text = NULL;
    g_autofree char *whole = g_strconcat("\n", line, "\n", NULL);
    g_assert_true(g_file_get_contents(f->log, &text, NULL, NULL));
    return strstr(text, whole) != NULL;
}

static void test_start(void)
{
    static const char *const gone[] = {"GTK_MODULES", "GIO_EXTRA_MODULES", "GDK_PIXBUF_MODULEDIR",
                                       "GTK_DEBUG",   "LD_RA_TEST",        "PYTHONPATH"};
    Fixture f;
    for (gsize i = 0; i < G_N_ELEMENTS(gone); i++)
        g_setenv(gone[i], "x", FALSE);
    g_setenv("RA_TEST_KEPT", "yes", TRUE);
    set_up(&f, "no");
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    fake_settle();
    g_assert_cmpuint(count(&f, "pid", NULL), ==, 0);
    FakeWorker *worker = stage_helper(&f.stage, id, "Hanna");
    await(&f, "ready", 1);
    g_assert_cmpuint(f.stage.question, ==, 0);
    g_assert_false(fake_worker_last(worker, RA_IPC_ALLOW)->allow.yes);

    g_assert_cmpuint(count(&f, "fd", NULL), ==, 4);
    g_assert_true(has(&f, "fd 3") && has(&f, "fd 2") && has(&f, "env RA_TEST_KEPT=yes"));
    g_assert_true(has(&f, "env GDK_BACKEND=x11"));
    for (gsize i = 0; i < G_N_ELEMENTS(gone); i++) {
        g_autofree char *line = g_strdup_printf("env %s=x", gone[i]);
        g_assert_false(has(&f, line));
        g_unsetenv(gone[i]);
    }
    g_unsetenv("RA_TEST_KEPT");
    tear_down(&f);
}

static void test_environment(void)
{
    static const struct {
        const char *variable;
        gboolean kept;
    } cases[] = {
        {"LD_PRELOAD=/x", FALSE},
        {"LD_LIBRARY_PATH=/x", FALSE},
        {"GTK_PATH=/x", FALSE},
        {"GTK_EXE_PREFIX=/x", FALSE},
        {"GIO_MODULE_DIR=/x", FALSE},
        {"GCONV_PATH=/x", FALSE},
        {"GTK_DATA_PREFIX=/x", FALSE},
        {"PYTHONPATH=/x", FALSE},
        {"ENV=/x", FALSE},
        {"GDK_PIXBUF_MODULE_FILE=/x", FALSE},
        {"OPENSSL_CONF=/x", FALSE},
        {"LSAN_OPTIONS=suppressions=x", TRUE},
        {"ASAN_OPTIONS=x", TRUE},
        {"UBSAN_OPTIONS=x", TRUE},
        {"DISPLAY=:1", TRUE},
        {"LANG=de_DE.UTF-8", TRUE},
        {"GTK_A11Y=atspi", TRUE},
        {"GTK_THEME=HighContrast", TRUE},
        {"ENVY=x", TRUE},
        {"HOLD_LD_=x", TRUE},
        {"GDK_SCALE=2", TRUE},
        {"GTK_IM_MODULE=ibus", TRUE},
        {"WAYLAND_DISPLAY=wayland-7", FALSE},
        {"GDK_BACKEND=broadway", FALSE},
        {"LANGUAGE=de:fr", TRUE},
        {"LANGUAGE=de:../../../tmp/x", FALSE},
        {"TEXTDOMAINDIR=/x", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        char **environment = g_new0(char *, 4);
        environment[0] = g_strdup("HOME=/home/nora");
        environment[1] = g_strdup(cases[i].variable);
        environment[2] = g_strdup("PATH=/usr/bin");
        environment = ra_window_program_clean(environment);
        g_test_message("%s", cases[i].variable);
        g_assert_cmpuint(g_strv_length(environment), ==, cases[i].kept ? 3 : 2);
        g_assert_true(g_strv_contains((const char *const *)environment, cases[i].variable) ==
                      cases[i].kept);
        g_assert_cmpstr(environment[cases[i].kept ? 2 : 1], ==, "PATH=/usr/bin");
        g_strfreev(environment);
    }
}

/* One that dies at once is started five times more, then not before ten minutes have passed. */
static void test_dies(void)
{
    Fixture f;
    set_up(&f, "die");
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    (void)stage_helper(&f.stage, id, "Hanna");
    await_notes(&f, 1 + RA_OWN_WINDOW_AGAIN_MAX + 1);
    g_assert_cmpuint(count(&f, "pid", NULL), ==, 1 + RA_OWN_WINDOW_AGAIN_MAX);
    g_assert_cmpuint(f.stage.question, !=, 0);
    g_autoptr(GError) error = NULL;
    g_assert_false(ra_own_window_present(f.own, "session", &error));
    g_assert_nonnull(error);
    fake_clock_pass(&f.clock, RA_OWN_WINDOW_AGAIN_SECONDS - 1);
    g_assert_false(ra_own_window_present(f.own, "session", NULL));
    fake_clock_pass(&f.clock, 1);
    g_setenv(STAND_IN_MODE, "stay", TRUE);
    g_assert_true(ra_own_window_present(f.own, "session", NULL));
    await(&f, "ready", 1);
    await(&f, "present", 1);
    tear_down(&f);
}

/* It is killed in a session, and is there again; it leaves when nothing is left but what was said,
 * and comes for that when the novice wants it. */
static void test_comes_and_goes(void)
{
    Fixture f;
    g_autofree char *what = NULL;
    set_up(&f, "stay");
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    (void)stage_view(&f.stage, id);
    await(&f, "ready", 1);
    g_assert_true(f.stage.desktop.sign.chat);
    send_signal(&f, SIGKILL);
    await(&f, "ready", 2);
    send_signal(&f, SIGUSR1); /* it may not leave now */
    await(&f, "ready", 3);
    f.stage.desktop.sign_events->chat(f.stage.desktop.sign_data);
    await(&f, "present", 1);
    g_assert_cmpuint(count(&f, "present", &what), ==, 1);
    g_assert_cmpstr(what, ==, "chat");

    ra_agent_end(f.stage.agent);
    fake_settle();
    g_assert_true(ra_agent_to_show(f.stage.agent));
    send_signal(&f, SIGUSR1);
    g_assert_cmpuint(count(&f, "pid", NULL), ==, 3);
    g_assert_true(ra_own_window_present(f.own, "session", NULL));
    await(&f, "ready", 4);
    await(&f, "present", 2);
    const guint notes = f.notes;
    send_signal(&f, SIGKILL);
    await_notes(&f, notes + 1);
    await(&f, "ready", 5); /* what was being read is there again */
    tear_down(&f);
}

static void test_missing(void)
{
    Fixture f;
    set_up(&f, "stay");
    ra_own_window_free(f.own);
    f.own = ra_own_window_new(f.stage.agent, "/nonexistent/program", &f.clock.clock,
                              G_DBUS_INTERFACE_SKELETON(f.host1));
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    (void)stage_helper(&f.stage, id, "Hanna");
    g_assert_cmpuint(f.notes, ==, 1);
    g_autoptr(GError) error = NULL;
    g_assert_false(ra_own_window_present(f.own, "session", &error));
    g_assert_nonnull(strstr(error->message, "installed"));
    tear_down(&f);
}

void add_own_window_tests(void)
{
    g_test_add_func("/host/own-window/start", test_start);
    g_test_add_func("/host/own-window/environment", test_environment);
    g_test_add_func("/host/own-window/dies", test_dies);
    g_test_add_func("/host/own-window/comes-and-goes", test_comes_and_goes);
    g_test_add_func("/host/own-window/missing", test_missing);
}
