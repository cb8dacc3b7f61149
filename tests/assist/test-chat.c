/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/chat.h"
#include "base/error.h"
#include "tests/assist/test-assist.h"

#include <string.h>

static gboolean take_text(RaChat *chat, guint32 number, const char *text)
{
    const RaAssist message = {
        .kind = RA_ASSIST_CHAT,
        .chat = {.number = number, .size = (guint32)strlen(text), .text = text},
    };
    return ra_chat_take(chat, &message);
}

static gboolean take_seen(RaChat *chat, guint32 number)
{
    const RaAssist message = {.kind = RA_ASSIST_CHAT_SEEN, .number = number};
    return ra_chat_take(chat, &message);
}

static void assert_sent_text(TestPort *port, guint32 number, const char *text)
{
    RaAssist message;
    g_assert_true(test_port_next(port, &message));
    g_assert_cmpint(message.kind, ==, RA_ASSIST_CHAT);
    g_assert_cmpuint(message.chat.number, ==, number);
    g_assert_cmpmem(message.chat.text, message.chat.size, text, strlen(text));
}

static void assert_sent_seen(TestPort *port, guint32 number)
{
    RaAssist message;
    g_assert_true(test_port_next(port, &message));
    g_assert_cmpint(message.kind, ==, RA_ASSIST_CHAT_SEEN);
    g_assert_cmpuint(message.number, ==, number);
}

static void test_say(void)
{
    g_autoptr(RaHistory) history = ra_history_new("Bob", "Anna", NULL, NULL);
    g_autoptr(TestPort) port = test_port_new();
    g_autoptr(RaChat) chat = ra_chat_new(history, &port->port);
    g_autofree char *longest = g_strnfill(RA_CHAT_TEXT_MAX, 'x');
    g_autofree char *too_long = g_strconcat(longest, "y", NULL);
    static const char *const nothing[] = {"", "  \n\t ", "\xE2\x80\x8B", "\x01"};
    g_autoptr(GError) error = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(nothing); i++) {
        g_assert_false(ra_chat_say(chat, nothing[i], &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
        g_clear_error(&error);
    }
    g_assert_false(ra_chat_say(chat, too_long, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    g_assert_cmpuint(ra_history_length(history), ==, 0);

    /* Said before there is a link; sent when it is there. */
    g_assert_true(ra_chat_say(chat, " hello\n", NULL));
    g_assert_cmpuint(port->sent->len, ==, 0);
    ra_chat_linked(chat);
    assert_sent_text(port, 1, "hello");
    g_assert_true(ra_chat_say(chat, longest, NULL));
    assert_sent_text(port, 2, longest);
    g_assert_true(ra_chat_say(chat,
                              "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D e\xCC\x81 \xF0\x9F\x91\xA9"
                              "\xE2\x80\x8D\xF0\x9F\x92\xBB",
                              NULL));
    assert_sent_text(port, 3,
                     "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D e\xCC\x81 \xF0\x9F\x91\xA9"
                     "\xE2\x80\x8D\xF0\x9F\x92\xBB");
    g_assert_true(ra_chat_say(chat, "bad \xFF", NULL)); /* made valid */
    assert_sent_text(port, 4, "bad \xEF\xBF\xBD");
    g_assert_cmpuint(ra_history_length(history), ==, 4);
    g_assert_false(ra_history_get(history, 0)->there);

    g_assert_true(take_seen(chat, 0));
    g_assert_false(ra_history_get(history, 0)->there);
    g_assert_true(take_seen(chat, 2));
    g_assert_true(ra_history_get(history, 0)->there);
    g_assert_true(ra_history_get(history, 1)->there);
    g_assert_false(ra_history_get(history, 2)->there);
    g_assert_true(take_seen(chat, 1)); /* old news */
    g_assert_true(take_seen(chat, 4));
    g_assert_true(ra_history_get(history, 3)->there);
    g_assert_false(take_seen(chat, 5)); /* never said */
}

static void test_take(void)
{
    g_autoptr(RaHistory) history = ra_history_new("Bob", "Anna", NULL, NULL);
    g_autoptr(TestPort) port = test_port_new();
    g_autoptr(RaChat) chat = ra_chat_new(history, &port->port);
    ra_chat_linked(chat);
    g_assert_true(take_text(chat, 1, "one"));
    assert_sent_seen(port, 1);
    g_assert_true(take_text(chat, 2, "two\x1B[2J"));
    assert_sent_seen(port, 2);
    ra_chat_linked(chat);
    g_assert_true(take_text(chat, 1, "one")); /* again, after a resumption */
    assert_sent_seen(port, 2);
    g_assert_true(take_text(chat, 2, "two"));
    g_assert_true(take_text(chat, 3, "three"));
    g_assert_cmpuint(ra_history_length(history), ==, 3);
    g_assert_cmpstr(ra_history_get(history, 1)->text, ==, "two [2J");
    g_assert_cmpstr(ra_history_get(history, 2)->text, ==, "three");

    static const guint32 wrong[] = {0, 5, G_MAXUINT32};
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_false(take_text(chat, wrong[i], "no"));
    const RaAssist other = {.kind = RA_ASSIST_PING};
    g_assert_false(ra_chat_take(chat, &other));
    g_assert_cmpuint(ra_history_length(history), ==, 3);
}

/* Two ends; the link loses what was on its way when it broke. */
static void test_resume(void)
{
    g_autoptr(RaHistory) ours = ra_history_new("Bob", "Anna", NULL, NULL);
    g_autoptr(RaHistory) theirs = ra_history_new("Anna", "Bob", NULL, NULL);
    g_autoptr(TestPort) out = test_port_new();
    g_autoptr(TestPort) in = test_port_new();
    g_autoptr(RaChat) bob = ra_chat_new(ours, &out->port);
    g_autoptr(RaChat) anna = ra_chat_new(theirs, &in->port);
    RaAssist message;
    ra_chat_linked(bob);
    ra_chat_linked(anna);

    for (guint i = 0; i < RA_CHAT_WAITING_MAX; i++) {
        g_autofree char *text = g_strdup_printf("message %u", i);
        g_assert_true(ra_chat_say(bob, text, NULL));
    }
    g_autoptr(GError) error = NULL;
    g_assert_false(ra_chat_say(bob, "one more", &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_UNREACHABLE);
    g_assert_cmpuint(out->sent->len, <, RA_CHAT_WAITING_MAX / 2); /* not all at once */

    /* Three come, the answers to them are lost, and so is the rest. */
    for (guint i = 0; i < 3; i++) {
        g_assert_true(test_port_next(out, &message));
        g_assert_true(ra_chat_take(anna, &message));
    }
    g_ptr_array_set_size(out->sent, 0);
    g_ptr_array_set_size(in->sent, 0);
    ra_chat_linked(anna);
    ra_chat_linked(bob);
    while (test_port_next(out, &message)) {
        g_assert_true(ra_chat_take(anna, &message));
        while (test_port_next(in, &message))
            g_assert_true(ra_chat_take(bob, &message));
    }
    g_assert_cmpuint(ra_history_length(theirs), ==, RA_CHAT_WAITING_MAX);
    for (guint i = 0; i < RA_CHAT_WAITING_MAX; i++) {
        g_autofree char *text = g_strdup_printf("message %u", i);
        g_assert_cmpstr(ra_history_get(theirs, i)->text, ==, text);
        g_assert_true(ra_history_get(ours, i)->there);
    }
    g_assert_true(ra_chat_say(bob, "one more", NULL));
}

/* Nobody fills the history with chat: faster than any person it does not go. */
static void test_flood(void)
{
    g_autoptr(RaHistory) history = ra_history_new("Bob", "Anna", NULL, NULL);
    g_autoptr(TestPort) port = test_port_new();
    g_autoptr(RaChat) chat = ra_chat_new(history, &port->port);
    ra_chat_linked(chat);
    guint32 heard = 0;
    while (heard < 2 * RA_CHAT_HEARD_MAX && take_text(chat, heard + 1, "x"))
        heard++;
    g_assert_cmpuint(heard, >=, RA_CHAT_HEARD_MAX);
    g_assert_cmpuint(heard, <, RA_CHAT_HEARD_MAX + 100);
    g_assert_cmpuint(ra_history_length(history), ==, heard);

    /* Nor does an honest end say what the other would not take. */
    guint32 said = 0;
    g_autoptr(GError) error = NULL;
    while (said < RA_CHAT_HEARD_MAX && ra_chat_say(chat, "x", &error)) {
        said++;
        g_assert_true(take_seen(chat, said));
    }
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    g_assert_cmpuint(said, >=, 2 * RA_CHAT_WAITING_MAX);
    g_assert_cmpuint(said, <=, RA_CHAT_HEARD_MAX - RA_CHAT_WAITING_MAX);
}

void ra_test_chat(void)
{
    g_test_add_func("/assist/chat/say", test_say);
    g_test_add_func("/assist/chat/flood", test_flood);
    g_test_add_func("/assist/chat/take", test_take);
    g_test_add_func("/assist/chat/resume", test_resume);
}
