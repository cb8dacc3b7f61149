/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/terminal.h"

#include "base/text.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { ANSWER_MAX = 64, FOREGROUND_MS = 500 };

struct _RaTerminal {
    RaAgent *agent;
    int fd;
    GQueue *waiting; /* of RaQuestion; the first is on the terminal */
    GString *answer; /* what was typed of it so far */
    guint input, retry;
    RaAgentState shown;
};

static void show(RaTerminal *terminal, const char *text)
{
    for (gsize left = strlen(text); left > 0;) {
        const gssize n = write(terminal->fd, text, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return; /* a terminal that takes nothing: it would hold up the agent */
        text += n;
        left -= (gsize)n;
    }
}

void ra_terminal_show(RaTerminal *terminal, const char *line)
{
    show(terminal, line);
    show(terminal, "\n");
}

static const char *text_of(const RaQuestion *question, const char *key)
{
    const char *text = "";
    (void)g_variant_lookup(question->details, key, "&s", &text);
    return text;
}

static char *people_of(const RaQuestion *question)
{
    g_autofree const char **to = NULL;
    if (!g_variant_lookup(question->details, "to", "^a&s", &to) || to[0] == NULL)
        return g_strdup("a person who has your invitation");
    g_autofree char *joined = g_strjoinv(", ", (char **)to);
    return ra_text_line(joined, RA_TEXT_LINE_MAX);
}

static const char caution[] =
    "  Say yes only to people that you know and trust, and whom you asked for\n"
    "  help yourself. No bank, no company such as Microsoft and no police\n"
    "  officer asks for this by telephone.\n";

static char *describe_connect(const RaQuestion *question)
{
    g_autofree char *people = people_of(question);
    const char *name = text_of(question, "name");
    return g_strdup_printf(
        "\n"
        "  Remote Assistance: somebody would like to see your screen.\n"
        "\n"
        "  Who:        %s, at %s\n"
        "  Invitation: sent to %s\n"
        "\n"
        "  They will see everything that is on your screen. They cannot use your "
        "mouse or\n"
        "  keyboard unless you say yes to that too. You can end it at any time.\n"
        "\n"
        "%s"
        "\n"
        "  Let them see your screen? [y/N] ",
        name[0] != '\0' ? name : "(they gave no name)", text_of(question, "peer"), people, caution);
}

static char *describe_control(const RaQuestion *question)
{
    const char *name = text_of(question, "name");
    return g_strdup_printf(
        "\n"
        "  Remote Assistance: %s would like to control your computer.\n"
        "\n"
        "  They will be able to do everything that you can do here: open, change "
        "and delete\n"
        "  your files, read your mail, run programs. To stop it press ESC, or "
        "\"Stop control\"\n"
        "  at the top of the screen.\n"
        "\n"
        "%s"
        "\n"
        "  Let them control your computer? [y/N] ",
        name[0] != '\0' ? name : "the helper", caution);
}

static char *describe(const RaQuestion *question)
{
    switch (question->kind) {
    case RA_QUESTION_CONNECT:
        return describe_connect(question);
    case RA_QUESTION_CONTROL:
        return describe_control(question);
    case RA_QUESTION_FILE:
        return g_strdup("\n  Remote Assistance: the helper offers a file. Accept it? [y/N] ");
    case RA_QUESTION_VOICE:
        break;
    }
    return g_strdup("\n  Remote Assistance: the helper would like to talk. Start voice? [y/N] ");
}

static void question_free(gpointer pointer)
{
    RaQuestion *question = pointer;
    g_variant_unref(question->details);
    g_free(question);
}

static gboolean on_input(gint fd, GIOCondition condition, gpointer data);

static void stop_reading(RaTerminal *terminal)
{
    g_clear_handle_id(&terminal->input, g_source_remove);
    g_clear_handle_id(&terminal->retry, g_source_remove);
}

static void start_reading(RaTerminal *terminal)
{
    if (terminal->input == 0)
        terminal->input = g_unix_fd_add(terminal->fd, G_IO_IN | G_IO_HUP, on_input, terminal);
}

/* What was typed before the question was shown does not answer it. */
static void ask_first(RaTerminal *terminal)
{
    const RaQuestion *question = g_queue_peek_head(terminal->waiting);
    if (question == NULL) {
        stop_reading(terminal);
        return;
    }
    (void)tcflush(terminal->fd, TCIFLUSH);
    g_string_truncate(terminal->answer, 0);
    g_autofree char *text = describe(question);
    show(terminal, text);
    start_reading(terminal);
}

static void answer(RaTerminal *terminal, gboolean yes)
{
    const RaQuestion *question = g_queue_peek_head(terminal->waiting);
    g_autoptr(GError) error = NULL;
    if (question == NULL || ra_questions_answer(ra_agent_questions(terminal->agent),
                                                question->number, yes, RA_ANSWER_TERMINAL, &error))
        return; /* on_settled() goes on with the next */
    show(terminal, "  ");
    ra_terminal_show(terminal, error->message);
    ask_first(terminal);
}

static void take_line(RaTerminal *terminal)
{
    g_autofree char *line = g_strdup(terminal->answer->str);
    g_string_truncate(terminal->answer, 0);
    g_strstrip(line);
    answer(terminal, g_ascii_strcasecmp(line, "y") == 0 || g_ascii_strcasecmp(line, "yes") == 0);
}

static gboolean on_retry(gpointer data)
{
    RaTerminal *terminal = data;
    terminal->retry = 0;
    start_reading(terminal);
    return G_SOURCE_REMOVE;
}

/* TRUE while another job has the terminal: what is typed is for that one. */
static gboolean in_background(const RaTerminal *terminal)
{
    const pid_t foreground = tcgetpgrp(terminal->fd);
    return foreground > 0 && foreground != getpgrp();
}

static gboolean on_input(gint fd, GIOCondition condition, gpointer data)
{
    RaTerminal *terminal = data;
    char bytes[ANSWER_MAX];
    (void)condition;
    if (in_background(terminal)) {
        terminal->input = 0;
        terminal->retry = g_timeout_add(FOREGROUND_MS, on_retry, terminal);
        return G_SOURCE_REMOVE;
    }
    const gssize n = read(fd, bytes, sizeof bytes);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return G_SOURCE_CONTINUE;
    if (n <= 0) { /* the end of input answers what is open with no */
        terminal->input = 0;
        show(terminal, "\n");
        answer(terminal, FALSE);
        return G_SOURCE_REMOVE;
    }
    const char *end = memchr(bytes, '\n', (gsize)n);
    const gsize take = end != NULL ? (gsize)(end - bytes) : (gsize)n;
    if (terminal->answer->len < ANSWER_MAX) /* longer is no yes in any case */
        g_string_append_len(terminal->answer, bytes, (gssize)take);
    if (end == NULL)
        return G_SOURCE_CONTINUE;
    terminal->input = 0; /* whoever is asked next starts to read anew */
    take_line(terminal);
    if (g_queue_peek_head(terminal->waiting) != NULL)
        start_reading(terminal);
    return G_SOURCE_REMOVE;
}

static void on_asked(const RaQuestion *question, gpointer data)
{
    RaTerminal *terminal = data;
    RaQuestion *copy = g_memdup2(question, sizeof *question);
    g_variant_ref(copy->details);
    g_queue_push_tail(terminal->waiting, copy);
    if (g_queue_get_length(terminal->waiting) == 1)
        ask_first(terminal);
}

static void on_settled(const RaQuestion *question, RaOutcome outcome, gpointer data)
{
    static const char *const words[] = {"  Yes.", "  No.", "\n  Nobody answered: that means no.",
                                        "\n  They left: there is nothing to answer any more."};
    RaTerminal *terminal = data;
    for (GList *link = terminal->waiting->head; link != NULL; link = link->next) {
        RaQuestion *waiting = link->data;
        if (waiting->number != question->number)
            continue;
        const gboolean first = link == terminal->waiting->head;
        question_free(waiting);
        g_queue_delete_link(terminal->waiting, link);
        if (first) {
            ra_terminal_show(terminal, words[outcome]);
            ask_first(terminal);
        }
        return;
    }
}

static void on_changed(gpointer data)
{
    RaTerminal *terminal = data;
    const RaAgentState state = ra_agent_state(terminal->agent);
    const RaAgentState before = terminal->shown;
    const char *helper = ra_agent_helper(terminal->agent);
    const char *who = helper[0] != '\0' ? helper : "the helper";
    terminal->shown = state;
    if (state == before)
        return;
    g_autofree char *line = NULL;
    if (state == RA_AGENT_VIEWING)
        line = g_strdup_printf("  >>> %s SEES your screen. Ctrl-C ends it.", who);
    else if (state == RA_AGENT_CONTROLLING)
        line = g_strdup_printf("  >>> %s CONTROLS your computer. ESC stops it.", who);
    else if (before >= RA_AGENT_VIEWING)
        line = g_strdup("  The session is over: nobody sees your screen.");
    if (line != NULL)
        ra_terminal_show(terminal, line);
}

static const RaAgentEvents events = {
    .asked = on_asked, .settled = on_settled, .changed = on_changed};

RaTerminal *ra_terminal_new(RaAgent *agent, int fd)
{
    RaTerminal *terminal = g_new0(RaTerminal, 1);
    terminal->agent = agent;
    terminal->fd = fd;
    terminal->waiting = g_queue_new();
    terminal->answer = g_string_new(NULL);
    terminal->shown = ra_agent_state(agent);
    (void)g_unix_set_fd_nonblocking(fd, TRUE, NULL);
    ra_agent_watch(agent, &events, terminal);
    return terminal;
}

void ra_terminal_free(RaTerminal *terminal)
{
    if (terminal == NULL)
        return;
    ra_agent_unwatch(terminal->agent, terminal);
    stop_reading(terminal);
    g_queue_free_full(terminal->waiting, question_free);
    g_string_free(terminal->answer, TRUE);
    close(terminal->fd);
    g_free(terminal);
}
