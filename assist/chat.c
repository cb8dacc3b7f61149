/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/chat.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

/* Messages that are on their way at a time: the others follow as these are confirmed, so that all
 * that waited for a link does not fill the worker's queue at once. */
enum { ON_THEIR_WAY_MAX = 32 };

/* So many messages at once and then a second: more than any person types, so that nobody washes
 * away with chat what else the history tells. What comes may have waited for a link, so it may be
 * more than what is said. */
enum {
    SAID_MAX = 2 * RA_CHAT_WAITING_MAX,
    SAID_A_SECOND = 5,
    HEARD_A_SECOND = 2 * SAID_A_SECOND,
};

/* What may still be said, or come, now. */
typedef struct {
    gdouble left;
    gint64 since; /* monotonic */
} Allowance;

typedef struct {
    guint32 number;
    guint entry; /* in the history */
    char *text;
} Waiting;

struct _RaChat {
    RaHistory *history;
    const RaPort *port;
    gboolean linked;
    GQueue waiting;    /* of Waiting, by number: not confirmed */
    guint on_way;      /* of them, the first so many, sent over this link */
    guint32 last;      /* number that we gave */
    guint32 last_sent; /* that ever left */
    guint32 seen;      /* of theirs: all up to this one have come */
    Allowance to_say, to_hear;
};

static void waiting_free(gpointer data)
{
    Waiting *waiting = data;
    g_free(waiting->text);
    g_free(waiting);
}

RaChat *ra_chat_new(RaHistory *history, const RaPort *port)
{
    RaChat *chat = g_new0(RaChat, 1);
    chat->history = history;
    chat->port = port;
    chat->to_say = (Allowance){SAID_MAX, g_get_monotonic_time()};
    chat->to_hear = (Allowance){RA_CHAT_HEARD_MAX, chat->to_say.since};
    g_queue_init(&chat->waiting);
    return chat;
}

void ra_chat_free(RaChat *chat)
{
    if (chat == NULL)
        return;
    g_queue_clear_full(&chat->waiting, waiting_free);
    g_free(chat);
}

/* FALSE: there is nothing left of it. */
static gboolean use(Allowance *allowance, guint max, guint a_second)
{
    const gint64 now = g_get_monotonic_time();
    const gdouble more = (gdouble)(now - allowance->since) * a_second / G_USEC_PER_SEC;
    allowance->left = MIN(allowance->left + more, (gdouble)max);
    allowance->since = now;
    if (allowance->left < 1)
        return FALSE;
    allowance->left--;
    return TRUE;
}

static void send_waiting(RaChat *chat)
{
    while (chat->linked && chat->on_way < MIN(chat->waiting.length, ON_THEIR_WAY_MAX)) {
        const Waiting *next = g_queue_peek_nth(&chat->waiting, chat->on_way);
        const RaAssist message = {
            .kind = RA_ASSIST_CHAT,
            .chat = {.number = next->number,
                     .size = (guint32)strlen(next->text),
                     .text = next->text},
        };
        chat->on_way++;
        chat->last_sent = MAX(chat->last_sent, next->number);
        ra_port_send_assist(chat->port, &message);
    }
}

static gboolean check_text(const char *text, GError **error)
{
    g_autofree char *shown = ra_text_message(text, RA_TEXT_MESSAGE_MAX);
    if (shown[0] == '\0') {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, _("There is nothing to send: type a message"));
        return FALSE;
    }
    if (strlen(text) > RA_CHAT_TEXT_MAX) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    _("The message is too long (%zu bytes, %d at the most): send it "
                      "in parts, or as a file"),
                    strlen(text), RA_CHAT_TEXT_MAX);
        return FALSE;
    }
    return TRUE;
}

gboolean ra_chat_say(RaChat *chat, const char *text, GError **error)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_strstrip(valid);
    if (!check_text(valid, error))
        return FALSE;
    if (chat->waiting.length >= RA_CHAT_WAITING_MAX || chat->last == G_MAXUINT32) {
        g_set_error(
            error, RA_ERROR, RA_ERROR_UNREACHABLE,
            _("The other side has not received your last messages: wait for the connection"));
        return FALSE;
    }
    if (!use(&chat->to_say, SAID_MAX, SAID_A_SECOND)) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                    _("That is too much at once: wait a moment, or send it as a file"));
        return FALSE;
    }
    Waiting *waiting = g_new0(Waiting, 1);
    waiting->number = ++chat->last;
    waiting->text = g_steal_pointer(&valid);
    g_queue_push_tail(&chat->waiting, waiting);
    waiting->entry = ra_history_add(chat->history, RA_HISTORY_ME, waiting->text);
    send_waiting(chat);
    return TRUE;
}

static gboolean take_seen(RaChat *chat, guint32 number)
{
    if (number > chat->last_sent)
        return FALSE;
    for (;;) {
        Waiting *first = g_queue_peek_head(&chat->waiting);
        if (first == NULL || first->number > number)
            break;
        (void)g_queue_pop_head(&chat->waiting);
        chat->on_way -= MIN(chat->on_way, 1);
        ra_history_mark_there(chat->history, first->entry);
        waiting_free(first);
    }
    send_waiting(chat);
    return TRUE;
}

static gboolean take_chat(RaChat *chat, const RaAssist *message)
{
    const guint32 number = message->chat.number;
    if (number == 0 || number > (guint64)chat->seen + 1)
        return FALSE;
    const gboolean is_new = number > chat->seen;
    if (is_new && !use(&chat->to_hear, RA_CHAT_HEARD_MAX, HEARD_A_SECOND))
        return FALSE;
    chat->seen = MAX(chat->seen, number);
    const RaAssist seen = {.kind = RA_ASSIST_CHAT_SEEN, .number = chat->seen};
    ra_port_send_assist(chat->port, &seen);
    if (is_new) {
        g_autofree char *text = g_strndup(message->chat.text, message->chat.size);
        (void)ra_history_add(chat->history, RA_HISTORY_THEM, text);
    }
    return TRUE;
}

gboolean ra_chat_take(RaChat *chat, const RaAssist *message)
{
    switch (message->kind) {
    case RA_ASSIST_CHAT:
        return take_chat(chat, message);
    case RA_ASSIST_CHAT_SEEN:
        return take_seen(chat, message->number);
    default:
        return FALSE;
    }
}

void ra_chat_linked(RaChat *chat)
{
    chat->linked = TRUE;
    chat->on_way = 0;
    send_waiting(chat);
}
