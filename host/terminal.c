/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/terminal.h"

#include "base/i18n.h"
#include "base/text.h"
#include "host/terminal-private.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum {
    LINE_BYTES_MAX = 2 * RA_CHAT_TEXT_MAX, /* of a line that is typed; longer ones are dropped */
    FOREGROUND_MS = 500,
    REMIND_SECONDS = 20,  /* between two lines that tell how much time is left */
    PROGRESS_SECONDS = 5, /* between two lines about one file */
};

struct _RaTerminal {
    RaAgent *agent;
    int fd;
    GQueue *waiting;  /* of RaQuestion; the first is on the terminal */
    gint64 asked_at;  /* monotonic: when it was shown */
    gboolean guarded; /* it came in the course of a session */
    guint remind_timer;
    GString *line; /* what was typed so far */
    gboolean too_long;
    guint input, retry;
    RaAgentState shown;
    RaCase *talk;         /* whose history is shown; a reference, NULL for none */
    guint shown_entry;    /* the number of the last entry of it */
    GHashTable *progress; /* handle of a transfer to Progress */
};

typedef struct {
    RaTransferState state;
    gint64 shown; /* monotonic */
} Progress;

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

/* Each line of TEXT with INDENT before it. */
static void show_indented(RaTerminal *terminal, const char *indent, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        show(terminal, indent);
        ra_terminal_show(terminal, *line);
    }
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
    if (terminal->input == 0 && terminal->retry == 0)
        terminal->input = g_unix_fd_add(terminal->fd, G_IO_IN | G_IO_HUP, on_input, terminal);
}

static gboolean in_session(const RaTerminal *terminal)
{
    const RaCase *talk = ra_agent_case(terminal->agent);
    return talk != NULL && !ra_case_closed(talk);
}

static void show_prompt(RaTerminal *terminal)
{
    g_autofree char *prompt = ra_terminal_prompt();
    show(terminal, prompt);
}

static gboolean on_remind(gpointer data)
{
    RaTerminal *terminal = data;
    const RaQuestion *question = g_queue_peek_head(terminal->waiting);
    g_autofree char *left = ra_terminal_time_left(question, g_get_real_time() / G_USEC_PER_SEC);
    show(terminal, "\n");
    show_indented(terminal, "  ", left);
    show_prompt(terminal);
    show(terminal, terminal->line->str);
    return G_SOURCE_CONTINUE;
}

/* What was typed before the question was shown does not answer it. */
static void ask_first(RaTerminal *terminal)
{
    const RaQuestion *question = g_queue_peek_head(terminal->waiting);
    g_clear_handle_id(&terminal->remind_timer, g_source_remove);
    if (question == NULL)
        return;
    terminal->remind_timer = g_timeout_add_seconds(REMIND_SECONDS, on_remind, terminal);
    (void)tcflush(terminal->fd, TCIFLUSH);
    g_string_truncate(terminal->line, 0);
    terminal->too_long = FALSE;
    terminal->asked_at = g_get_monotonic_time();
    terminal->guarded = in_session(terminal);
    g_autofree char *text = ra_terminal_describe(question, g_get_real_time() / G_USEC_PER_SEC);
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
    show_indented(terminal, "  ", error->message);
    ask_first(terminal);
}

static gboolean is_word(const char *line, const char *word)
{
    return g_ascii_strncasecmp(line, word, 1) == 0 &&
           (line[1] == '\0' || g_ascii_strcasecmp(line, word) == 0);
}

/* Nobody has read a question in its first second: what comes then is no yes. In a session it may
 * also be a line of chat that was being typed, which is no answer at all. */
static void take_answer(RaTerminal *terminal, const char *line)
{
    const gboolean early =
        g_get_monotonic_time() - terminal->asked_at < RA_QUESTION_READ_MS * (gint64)1000;
    const gboolean yes = is_word(line, "yes");
    if (!early || (!yes && (!terminal->guarded || is_word(line, "no")))) {
        answer(terminal, yes);
        return;
    }
    show_indented(terminal, "  ", _("That was very quick. Please read the question first."));
    show_prompt(terminal);
}

static void take_chat(RaTerminal *terminal, const char *line)
{
    g_autoptr(GError) error = NULL;
    if (line[0] == '\0')
        return;
    if (!in_session(terminal))
        show_indented(terminal, "  ",
                      _("Nobody is connected. /help shows what can be typed here."));
    else if (!ra_case_say(ra_agent_case(terminal->agent), line, &error))
        show_indented(terminal, "  ", error->message);
}

static void take_line(RaTerminal *terminal)
{
    g_autofree char *line = g_strdup(terminal->line->str);
    const gboolean too_long = terminal->too_long;
    g_string_truncate(terminal->line, 0);
    terminal->too_long = FALSE;
    g_strstrip(line);
    if (line[0] == '/' && !too_long) {
        g_autofree char *reply = ra_terminal_command(terminal->agent, line);
        if (reply[0] != '\0')
            show_indented(terminal, "  ", reply);
    } else if (g_queue_peek_head(terminal->waiting) != NULL) {
        take_answer(terminal, too_long ? "" : line);
    } else if (too_long) {
        show_indented(terminal, "  ", _("That line was too long: it was not sent."));
    } else {
        take_chat(terminal, line);
    }
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

/* The end of input answers what is open with no; Ctrl-D is not the last that is heard. */
static gboolean take_end(RaTerminal *terminal, gboolean gone)
{
    if (gone)
        terminal->input = 0;
    if (g_queue_peek_head(terminal->waiting) != NULL) {
        show(terminal, "\n");
        answer(terminal, FALSE);
    }
    return gone ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static gboolean on_input(gint fd, GIOCondition condition, gpointer data)
{
    RaTerminal *terminal = data;
    char bytes[1024];
    if (in_background(terminal)) {
        terminal->input = 0;
        terminal->retry = g_timeout_add(FOREGROUND_MS, on_retry, terminal);
        return G_SOURCE_REMOVE;
    }
    const gssize n = read(fd, bytes, sizeof bytes);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return G_SOURCE_CONTINUE;
    if (n <= 0)
        return take_end(terminal, n < 0 || (condition & G_IO_HUP) != 0);
    for (gssize i = 0; i < n; i++) {
        if (bytes[i] == '\n')
            take_line(terminal);
        else if (terminal->line->len < LINE_BYTES_MAX)
            g_string_append_c(terminal->line, bytes[i]);
        else
            terminal->too_long = TRUE;
    }
    return G_SOURCE_CONTINUE;
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
    static const char *const words[] = {
        [RA_OUTCOME_YES] = N_("Yes."),
        [RA_OUTCOME_NO] = N_("No."),
        [RA_OUTCOME_TIMEOUT] = N_("There was no answer in time, so it was No."),
        [RA_OUTCOME_GONE] = N_("They are not waiting any more."),
    };
    RaTerminal *terminal = data;
    for (GList *link = terminal->waiting->head; link != NULL; link = link->next) {
        RaQuestion *waiting = link->data;
        if (waiting->number != question->number)
            continue;
        const gboolean first = link == terminal->waiting->head;
        question_free(waiting);
        g_queue_delete_link(terminal->waiting, link);
        if (first) {
            if (outcome == RA_OUTCOME_TIMEOUT || outcome == RA_OUTCOME_GONE)
                show(terminal, "\n"); /* nobody pressed Enter */
            show_indented(terminal, "  ", _(words[outcome]));
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
    terminal->shown = state;
    if (before >= RA_AGENT_VIEWING || state < RA_AGENT_VIEWING)
        return;
    show_indented(terminal, "      ",
                  _("Ctrl-C or /end ends it, /hide hides your screen, /help shows the rest."));
    if ((ra_case_features(ra_agent_case(terminal->agent)) & RA_FEATURE_CHAT) != 0)
        show_indented(terminal, "      ",
                      _("Any other line that you type here goes to them as chat."));
}

/* Another session's history begins again. */
static void follow_case(RaTerminal *terminal)
{
    RaCase *talk = ra_agent_case(terminal->agent);
    if (terminal->talk == talk)
        return;
    ra_case_unref(terminal->talk);
    terminal->talk = talk != NULL ? ra_case_ref(talk) : NULL;
    terminal->shown_entry = 0;
    g_hash_table_remove_all(terminal->progress);
}

static void on_history(const RaHistoryEntry *entry, gpointer data)
{
    RaTerminal *terminal = data;
    follow_case(terminal);
    if (terminal->talk == NULL || entry->number <= terminal->shown_entry)
        return;
    terminal->shown_entry = entry->number;
    if (entry->who == RA_HISTORY_EVENT) {
        show_indented(terminal, "  >>> ", entry->text);
    } else if (entry->who == RA_HISTORY_THEM) {
        RaHistory *history = ra_case_history(terminal->talk);
        g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(entry->time);
        g_autofree char *clock = g_date_time_format(time, "%H:%M");
        g_autofree char *head =
            g_strdup_printf("  %s %s: ", clock, ra_history_name(history, RA_HISTORY_THEM));
        show_indented(terminal, head, entry->text);
        ra_history_mark_read(history);
    }
}

/* What is over is in the history; of the rest a line now and then. */
static void on_transfer(const RaTransfer *transfer, gpointer data)
{
    RaTerminal *terminal = data;
    const gpointer key = GUINT_TO_POINTER(transfer->handle);
    const gint64 now = g_get_monotonic_time();
    follow_case(terminal);
    Progress *progress = g_hash_table_lookup(terminal->progress, key);
    if (transfer->state == RA_TRANSFER_OVER || transfer->state == RA_TRANSFER_OFFERED)
        return;
    if (progress == NULL) {
        progress = g_new0(Progress, 1);
        progress->state = RA_TRANSFER_OFFERED;
        g_hash_table_insert(terminal->progress, key, progress);
    }
    if (progress->state == transfer->state &&
        now - progress->shown < PROGRESS_SECONDS * (gint64)G_USEC_PER_SEC)
        return;
    progress->state = transfer->state;
    progress->shown = now;
    g_autofree char *text = ra_transfer_text(transfer);
    /* Translators: a file's number, and how far it is. */
    g_autofree char *line = g_strdup_printf(_("File %u: %s"), transfer->handle, text);
    show_indented(terminal, "  ", line);
}

RaTerminal *ra_terminal_new(RaAgent *agent, int fd)
{
    static const RaAgentEvents events = {.asked = on_asked,
                                         .settled = on_settled,
                                         .changed = on_changed,
                                         .history = on_history,
                                         .transfer = on_transfer};
    RaTerminal *terminal = g_new0(RaTerminal, 1);
    terminal->agent = agent;
    terminal->fd = fd;
    terminal->waiting = g_queue_new();
    terminal->line = g_string_new(NULL);
    terminal->progress = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    terminal->shown = ra_agent_state(agent);
    (void)g_unix_set_fd_nonblocking(fd, TRUE, NULL);
    ra_agent_watch(agent, &events, terminal);
    start_reading(terminal);
    return terminal;
}

void ra_terminal_free(RaTerminal *terminal)
{
    if (terminal == NULL)
        return;
    ra_agent_unwatch(terminal->agent, terminal);
    stop_reading(terminal);
    g_clear_handle_id(&terminal->remind_timer, g_source_remove);
    g_queue_free_full(terminal->waiting, question_free);
    g_string_free(terminal->line, TRUE);
    g_hash_table_unref(terminal->progress);
    ra_case_unref(terminal->talk);
    close(terminal->fd);
    g_free(terminal);
}
