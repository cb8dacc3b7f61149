/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-agent/tests.h"

#include "host/terminal.h"
#include "tests/host-agent/invite.h"
#include "tests/host-agent/memory-guard.h"
#include "tests/host-agent/stage.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    Stage stage;
    int person; /* the other side of the terminal */
    RaTerminal *terminal;
    GString *seen;
} Fixture;

static void set_up(Fixture *f)
{
    f->person = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    g_assert_cmpint(f->person, >=, 0);
    g_assert_cmpint(grantpt(f->person), ==, 0);
    g_assert_cmpint(unlockpt(f->person), ==, 0);
    const int tty = open(ptsname(f->person), O_RDWR | O_NOCTTY | O_CLOEXEC);
    g_assert_cmpint(tty, >=, 0);
    f->seen = g_string_new(NULL);
    stage_init(&f->stage, "");
    stage_start(&f->stage);
    f->terminal = ra_terminal_new(f->stage.agent, tty);
}

static void tear_down(Fixture *f)
{
    ra_terminal_free(f->terminal);
    stage_clear(&f->stage);
    close(f->person);
    g_string_free(f->seen, TRUE);
}

static void read_screen(Fixture *f)
{
    char bytes[4096];
    gssize n = 0;
    while ((n = read(f->person, bytes, sizeof bytes)) > 0)
        g_string_append_len(f->seen, bytes, n);
}

/* Lets the main loop run until TEXT is on the terminal; what was there since the last time. */
static char *read_until(Fixture *f, const char *text)
{
    const gint64 end = g_get_monotonic_time() + 60 * (gint64)G_USEC_PER_SEC;
    do {
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
        read_screen(f);
    } while (strstr(f->seen->str, text) == NULL && g_get_monotonic_time() < end);
    g_test_message("%s", f->seen->str);
    g_assert_nonnull(strstr(f->seen->str, text));
    char *seen = g_strdup(f->seen->str);
    g_string_truncate(f->seen, 0);
    return seen;
}

static void await_text(Fixture *f, const char *text)
{
    g_free(read_until(f, text));
}

static void type(Fixture *f, const char *text)
{
    g_assert_cmpint(write(f->person, text, strlen(text)), ==, (gssize)strlen(text));
}

/* Until nobody can say any more that the question was not read. */
static void read_question(void)
{
    g_usleep((RA_QUESTION_READ_MS + 50) * 1000);
}

static void test_answers(void)
{
    static const struct {
        const char *typed;
        gboolean yes;
    } cases[] = {
        {"y\n", TRUE},   {"Yes\n", TRUE},        {" yes \n", TRUE}, {"n\n", FALSE},
        {"\n", FALSE},   {"yy\n", FALSE},        {"x\n", FALSE},    {"yes please\n", FALSE},
        {"\x04", FALSE}, {"yes\x15no\n", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture f;
        set_up(&f);
        g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
        type(&f, "y\ny\n"); /* before the question: answers nothing */
        fake_settle();
        FakeWorker *worker = stage_helper(&f.stage, id, "Ha\x1b]0;x\x07nna");
        await_text(&f, "[y/N] ");
        g_assert_cmpuint(fake_worker_count(worker, RA_IPC_ALLOW), ==, 0);
        if (cases[i].yes)
            read_question();
        type(&f, cases[i].typed);
        await_text(&f, cases[i].yes ? "sees your screen" : "  No.");
        g_assert_cmpint(fake_worker_last(worker, RA_IPC_ALLOW)->allow.yes, ==, cases[i].yes);
        tear_down(&f);
    }
}

/* All that the table in doc/NOVICE.md asks for, and not a line too long for a terminal. */
static void test_question(void)
{
    static const char *const parts[] = {
        "May “Ha [2Jnna” see your screen?",
        "Proven:",
        "the invitation that you sent to desk@example.org (",
        "and its password.",
        "internet address 127.0.0.1.",
        "They say:",
        "The name is “Ha [2Jnna”. Anybody can type any name.",
        "If you say yes:",
        "- They see all that is on your screen.",
        "Only say yes to somebody you know",
        "Microsoft",
        "Without an answer it is No in ",
        "anything else for No, then Enter. [y/N] ",
    };
    Fixture f;
    set_up(&f);
    g_autoptr(GError) error = NULL;
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    g_autofree char *id = invite_sealed(f.stage.store, now, 3600, RA_RIGHTS_ALL);
    g_assert_true(ra_agent_register(f.stage.agent, id, &error));
    fake_settle();
    (void)stage_helper(&f.stage, id, "Ha\x1b[2Jnna");
    g_autofree char *seen = read_until(&f, "[y/N] ");
    g_auto(GStrv) lines = g_strsplit(seen, "\r\n", -1);
    for (char **line = lines; *line != NULL; line++)
        g_assert_cmpint(g_utf8_strlen(*line, -1), <=, 78);
    g_autofree char *flat = g_strjoinv(" ", lines);
    g_autoptr(GRegex) blanks = g_regex_new(" +", 0, 0, NULL);
    g_autofree char *text = g_regex_replace_literal(blanks, flat, -1, 0, " ", 0, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_test_message("%s", parts[i]);
        g_assert_nonnull(strstr(text, parts[i]));
    }
    tear_down(&f);
}

/* Who types at once has not read the question: that is no yes, but a no all the same. */
static void test_too_soon(void)
{
    Fixture f;
    set_up(&f);
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_helper(&f.stage, id, "Hanna");
    await_text(&f, "[y/N] ");
    type(&f, "yes\n");
    await_text(&f, "very quick");
    g_assert_cmpuint(fake_worker_count(worker, RA_IPC_ALLOW), ==, 0);
    read_question();
    type(&f, "yes\n");
    await_text(&f, "sees your screen");
    fake_worker_say_kind(worker, RA_IPC_WANT_CONTROL);
    await_text(&f, "[y/N] ");
    type(&f, "no\n");
    await_text(&f, "  No.");
    g_assert_cmpint(ra_agent_state(f.stage.agent), ==, RA_AGENT_VIEWING);
    tear_down(&f);
}

static RaGuard *give_guard(gpointer data, G_GNUC_UNUSED GError **error)
{
    return &((RaMemoryGuard *)((FakeDesktop *)data)->guard)->guard;
}

/* The terminal is on the desktop that is shared, and a program types into it. */
static void test_injected(void)
{
    Fixture f;
    RaMemoryGuard guard;
    memory_guard_init(&guard);
    set_up(&f);
    f.stage.desktop.guard = &guard;
    f.stage.desktop.desktop.guard = give_guard;
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_helper(&f.stage, id, "Hanna");
    await_text(&f, "[y/N] ");
    read_question();
    guard.hands.injected = g_get_monotonic_time() + G_USEC_PER_SEC; /* however slow this is */
    type(&f, "yes\n");
    await_text(&f, "A program moved the pointer or pressed keys");
    g_assert_cmpuint(fake_worker_count(worker, RA_IPC_ALLOW), ==, 0);
    read_question();
    guard.hands.injected = g_get_monotonic_time() - G_USEC_PER_SEC;
    type(&f, "yes\n");
    await_text(&f, "sees your screen");
    tear_down(&f);
}

static void test_story(void)
{
    Fixture f;
    set_up(&f);
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_helper(&f.stage, id, "Ha\x1b[2Jnna");
    await_text(&f, "[y/N] ");
    read_question();
    type(&f, "y\n");
    await_text(&f, ">>> Ha [2Jnna sees your screen");
    fake_worker_say_kind(worker, RA_IPC_WANT_CONTROL);
    await_text(&f, "[y/N] ");
    type(&f, "so, yes\n"); /* was meant for the chat, perhaps */
    await_text(&f, "very quick");
    g_assert_cmpint(ra_agent_state(f.stage.agent), ==, RA_AGENT_VIEWING);
    read_question();
    type(&f, "yes\n");
    await_text(&f, ">>> Ha [2Jnna controls your computer");
    ra_agent_take_back_control(f.stage.agent);
    await_text(&f, ">>> You took control back");
    fake_worker_say_kind(worker, RA_IPC_WANT_CONTROL);
    await_text(&f, "[y/N] ");
    fake_worker_say_kind(worker, RA_IPC_ENDED);
    await_text(&f, "not waiting any more");
    g_assert_cmpint(ra_agent_state(f.stage.agent), ==, RA_AGENT_LISTENING);
    tear_down(&f);
}

/* A whole session without a window. */
static void test_session(void)
{
    Fixture f;
    set_up(&f);
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    type(&f, "hello?\n");
    await_text(&f, "Nobody is connected");
    type(&f, "/talk\n");
    await_text(&f, "There is no session");
    FakeWorker *worker = stage_view(&f.stage, id);
    await_text(&f, "goes to them as chat");
    type(&f, "yes, it is slow\n");
    stage_await(worker, RA_IPC_ASSIST, fake_worker_count(worker, RA_IPC_ASSIST) + 1);
    g_assert_cmpuint(fake_worker_count_assist(worker, RA_ASSIST_CHAT), ==, 1);
    const RaAssist said = {.kind = RA_ASSIST_CHAT,
                           .chat = {.number = 1, .size = 9, .text = "\033[2J look"}};
    fake_worker_say_assist(worker, &said);
    await_text(&f, " Hanna: [2J look");
    g_assert_cmpuint(ra_history_unread(ra_case_history(ra_agent_case(f.stage.agent))), ==, 0);

    type(&f, "/hide\n");
    await_text(&f, ">>> You hid your screen");
    g_assert_true(ra_agent_paused(f.stage.agent));
    type(&f, "/show\n");
    await_text(&f, ">>> You show your screen");
    type(&f, "/nonsense\n");
    await_text(&f, "no such command");
    type(&f, "/cancel\n");
    await_text(&f, "It is used so: /cancel N");
    type(&f, "/cancel 77\n");
    await_text(&f, "no file with the number 77");
    type(&f, "/file /nonexistent/file\n");
    await_text(&f, "/nonexistent/file");
    type(&f, "/help\n");
    await_text(&f, "/clipboard on|off");
    type(&f, "/files\n");
    await_text(&f, "no files yet");

    /* Commands work while a question is open, and do not answer it. */
    fake_worker_say_kind(worker, RA_IPC_WANT_CONTROL);
    await_text(&f, "[y/N] ");
    type(&f, "/files\n");
    await_text(&f, "no files yet");
    g_assert_cmpuint(f.stage.question, !=, 0);
    type(&f, "/end\n");
    await_text(&f, "The session is over: you ended it");
    g_assert_cmpuint(f.stage.question, ==, 0);

    /* What was said stays, and can be saved. */
    g_autofree char *path = g_build_filename(f.stage.dir, "history.txt", NULL);
    g_autofree char *command = g_strdup_printf("/save %s\n", path);
    type(&f, command);
    await_text(&f, "Saved to");
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_nonnull(strstr(text, "yes, it is slow"));
    type(&f, "too late\n");
    await_text(&f, "Nobody is connected");
    tear_down(&f);
}

void add_terminal_tests(void)
{
    g_test_add_func("/host/terminal/answers", test_answers);
    g_test_add_func("/host/terminal/question", test_question);
    g_test_add_func("/host/terminal/too-soon", test_too_soon);
    g_test_add_func("/host/terminal/injected", test_injected);
    g_test_add_func("/host/terminal/story", test_story);
    g_test_add_func("/host/terminal/session", test_session);
}
