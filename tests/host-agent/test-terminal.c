/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-agent/tests.h"

#include "host/terminal.h"
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

/* Lets the main loop run until TEXT is on the terminal. */
static void await_text(Fixture *f, const char *text)
{
    const gint64 end = g_get_monotonic_time() + 60 * (gint64)G_USEC_PER_SEC;
    do {
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
        read_screen(f);
    } while (strstr(f->seen->str, text) == NULL && g_get_monotonic_time() < end);
    g_test_message("%s", f->seen->str);
    g_assert_nonnull(strstr(f->seen->str, text));
    g_string_truncate(f->seen, 0);
}

static void type(Fixture *f, const char *text)
{
    g_assert_cmpint(write(f->person, text, strlen(text)), ==, (gssize)strlen(text));
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
        await_text(&f, "Let them see your screen? [y/N] ");
        g_assert_cmpuint(fake_worker_count(worker, RA_IPC_ALLOW), ==, 0);
        type(&f, cases[i].typed);
        await_text(&f, cases[i].yes ? "sees your screen" : "  No.");
        g_assert_cmpint(fake_worker_last(worker, RA_IPC_ALLOW)->allow.yes, ==, cases[i].yes);
        tear_down(&f);
    }
}

static void test_story(void)
{
    Fixture f;
    set_up(&f);
    g_autofree char *id = stage_invite(&f.stage, RA_RIGHTS_ALL);
    FakeWorker *worker = stage_helper(&f.stage, id, "Ha\x1b[2Jnna");
    await_text(&f, "Who:        Ha [2Jnna, at 127.0.0.1");
    type(&f, "y\n");
    await_text(&f, ">>> Ha [2Jnna sees your screen");
    fake_worker_say_kind(worker, RA_IPC_WANT_CONTROL);
    await_text(&f, "Let them control your computer? [y/N] ");
    type(&f, "yes\n"); /* was meant for the chat, perhaps */
    await_text(&f, "came too soon to be an answer");
    g_assert_cmpint(ra_agent_state(f.stage.agent), ==, RA_AGENT_VIEWING);
    g_usleep(800 * 1000);
    type(&f, "yes\n");
    await_text(&f, ">>> Ha [2Jnna controls your computer");
    ra_agent_take_back_control(f.stage.agent);
    await_text(&f, ">>> You took control back");
    fake_worker_say_kind(worker, RA_IPC_WANT_CONTROL);
    await_text(&f, "Let them control your computer? [y/N] ");
    fake_worker_say_kind(worker, RA_IPC_ENDED);
    await_text(&f, "nothing to answer");
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
    await_text(&f, "there is no session");
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
    await_text(&f, "it is used so: /cancel N");
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
    await_text(&f, "Let them control your computer? [y/N] ");
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
    g_test_add_func("/host/terminal/story", test_story);
    g_test_add_func("/host/terminal/session", test_session);
}
