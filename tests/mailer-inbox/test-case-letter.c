/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The replies in a novice's thread: to whom, in which thread, in which words. */
#include "base/duration.h"
#include "base/error.h"
#include "mailer/find/gmime-auto.h"
#include "mailer/inbox/case-letter.h"
#include "mailer/inbox/tell-limit.h"

#include <string.h>

enum { NOW = 1795250000 };

/* The message as it came, by its headers. Caller unrefs. */
static RaMessageInfo *info_of(const char *text)
{
    RaHeaders *headers = ra_headers_new();
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL && **line != '\0'; line++) {
        const RaLine taken = {.text = *line, .length = strlen(*line), .starts = TRUE};
        g_assert_true(ra_headers_take(headers, &taken));
    }
    RaMessageInfo *info = ra_message_info_ref(ra_headers_message(headers));
    ra_headers_free(headers);
    return info;
}

static const struct {
    const char *headers;
    const char *to; /* NULL: nobody is written to */
} recipients[] = {
    {"From: Jo <jo@example.org>", "jo@example.org"},
    {"From: jo@example.org\nReply-To: Jo at home <jo@home.example>", "jo@home.example"},
    {"From: jo@example.org\nAuto-Submitted: no", "jo@example.org"},
    {"From: jo@example.org\nReturn-Path: <jo@example.org>", "jo@example.org"},
    {"From: jo@example.org, ann@example.org\nReply-To: ann@example.org", "ann@example.org"},
    {"From: jo@b\xc3\xbc"
     "cher.example",
     "jo@xn--bcher-kva.example"},
    {"From: jo@example.org, ann@example.org", NULL},
    {"From: jo@example.org\nFrom: ann@example.org", NULL},
    {"From: jo@example.org\nAuto-Submitted: auto-generated", NULL},
    {"From: jo@example.org\nAuto-Submitted: auto-replied", NULL},
    {"From: jo@example.org\nList-Id: <all.example.org>", NULL},
    {"From: jo@example.org\nPrecedence: bulk", NULL},
    {"From: jo@example.org\nReturn-Path: <>", NULL},
    {"From: Mail Delivery System <MAILER-DAEMON@example.org>", NULL},
    {"From: jo@example.org\nReply-To: no-reply@example.org", NULL},
    {"From: owner-list@example.org", NULL},
    {"From: list-request@example.org", NULL},
    {"Subject: nobody", NULL},
    {"From: jo", NULL},
    {"From: \"a b\"@example.org", NULL},
    {"From: =?utf-8?q?jo=40example=2Eorg=0D=0ABcc=3A_x=40y=2Eexample?=", NULL},
};

static void test_recipients(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(recipients); i++) {
        g_autoptr(GError) error = NULL;
        RaMessageInfo *info = info_of(recipients[i].headers);
        g_autofree char *to = ra_case_letter_recipient(info, &error);
        g_test_message("case %zu", i);
        g_assert_cmpstr(to, ==, recipients[i].to);
        if (to == NULL)
            g_assert_error(error, RA_ERROR, RA_ERROR_DECLINED);
        ra_message_info_unref(info);
    }
}

static GMimeMessage *parse(GBytes *bytes)
{
    gsize size;
    const char *data = g_bytes_get_data(bytes, &size);
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(data, size);
    g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
    return g_mime_parser_construct_message(parser, NULL);
}

/* 7-bit, CRLF and nothing else at the ends of lines, none of them too long. */
static void check_wire(GBytes *bytes)
{
    gsize size, column = 0;
    const char *data = g_bytes_get_data(bytes, &size);
    for (gsize i = 0; i < size; i++) {
        g_assert_true(data[i] == '\r' || data[i] == '\n' || data[i] == '\t' ||
                      (data[i] >= ' ' && data[i] <= '~'));
        if (data[i] == '\n') {
            g_assert_cmpint(data[i - 1], ==, '\r');
            column = 0;
        } else {
            g_assert_true(data[i] != '\r' || data[i + 1] == '\n');
            column++;
            g_assert_cmpuint(column, <=, 998);
        }
    }
}

static GMimeMessage *reply(const char *headers, RaCaseEvent event, const char *helper,
                           gint64 seconds)
{
    g_autoptr(GError) error = NULL;
    RaMessageInfo *info = info_of(headers);
    const RaCaseLetter letter = {.message = info,
                                 .event = event,
                                 .from = "help@desk.example",
                                 .helper = helper,
                                 .now = NOW,
                                 .seconds = seconds,
                                 .end = NOW - RA_HOUR};
    g_autoptr(GBytes) bytes = ra_case_letter_compose(&letter, &error);
    g_assert_no_error(error);
    check_wire(bytes);
    ra_message_info_unref(info);
    return parse(bytes);
}

static const char *header(GMimeMessage *mail, const char *name)
{
    return g_mime_object_get_header(GMIME_OBJECT(mail), name);
}

#define BASE "From: jo@example.org\n"

static const struct {
    const char *headers;
    const char *subject, *in_reply_to, *references; /* NULL: there is no such header */
} threads[] = {
    {BASE "Subject: Help\nMessage-ID: <1@a.example>", "Re: Help", "<1@a.example>", "<1@a.example>"},
    {BASE "Subject: Re: Help\nMessage-ID: <2@a.example>\nReferences: <0@a.example> <1@a.example>",
     "Re: Help", "<2@a.example>", "<0@a.example> <1@a.example> <2@a.example>"},
    {BASE "Subject: AW: RE: Re[2]: Help\nMessage-ID: <2@a.example>\nIn-Reply-To: <1@a.example>",
     "Re: Help", "<2@a.example>", "<1@a.example> <2@a.example>"},
    {BASE "Subject: SV: Antw: Hilfe: Drucker\nMessage-ID: <2@a.example>", "Re: Hilfe: Drucker",
     "<2@a.example>", "<2@a.example>"},
    {BASE "Subject: =?utf-8?q?H=C3=A9lp?=", "Re: H\xc3\xa9lp", NULL, NULL},
    {BASE "Subject: Re:", "Re: your request for help", NULL, NULL},
    {BASE, "Re: your request for help", NULL, NULL},
    /* what would break out */
    {BASE "Subject: =?utf-8?q?Help=0D=0ABcc:_x=40y.example?=", "Re: Help Bcc: x@y.example", NULL,
     NULL},
    {BASE "Subject: a\nMessage-ID: <1\x01@a.example>", "Re: a", NULL, NULL},
    {BASE "Subject: a\nMessage-ID: <no-at-sign>\nReferences: <x@y> <\xc3\xa9@y> <un closed@y> "
          "nonsense <<z@y>",
     "Re: a", NULL, "<x@y> <z@y>"},
};

static void test_threads(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++) {
        g_test_message("case %zu", i);
        g_autoptr(GMimeMessage) mail = reply(threads[i].headers, RA_EVENT_CLAIMED, "Maria", 0);
        g_assert_cmpstr(g_mime_message_get_subject(mail), ==, threads[i].subject);
        g_assert_cmpstr(header(mail, "In-Reply-To"), ==, threads[i].in_reply_to);
        g_assert_cmpstr(header(mail, "References"), ==, threads[i].references);
        g_assert_null(header(mail, "Bcc"));
        g_assert_cmpstr(header(mail, "To"), ==, "jo@example.org");
        g_assert_cmpstr(header(mail, "From"), ==, "Maria <help@desk.example>");
        g_assert_cmpstr(header(mail, "Auto-Submitted"), ==, "auto-replied");
        g_assert_cmpstr(header(mail, "X-Remote-Assistance-Case"), ==, "claimed");
        g_assert_true(g_str_has_suffix(g_mime_message_get_message_id(mail), "@desk.example"));
        g_assert_nonnull(header(mail, "Date"));
    }
}

/* A thread of a thousand messages: the first stays, and the latest. */
static void test_long_thread(void)
{
    GString *headers = g_string_new(BASE "Message-ID: <last@a.example>\nReferences:");
    for (int i = 0; i < 1000; i++)
        g_string_append_printf(headers, " <%d@a.example>", i);
    g_autoptr(GMimeMessage) mail = reply(headers->str, RA_EVENT_CLAIMED, "", 0);
    const char *references = header(mail, "References");
    g_assert_cmpuint(strlen(references), <=, 998);
    g_assert_cmpuint(strlen(references), >, 900);
    g_assert_true(g_str_has_prefix(references, "<0@a.example> <"));
    g_assert_true(g_str_has_suffix(references, "@a.example> <last@a.example>"));
    g_string_free(headers, TRUE);

    g_autofree char *long_id = g_strnfill(5000, 'a');
    g_autofree char *text =
        g_strdup_printf(BASE "Message-ID: <%s@b>\nReferences: <%s@b> <c@d>", long_id, long_id);
    g_autoptr(GMimeMessage) other = reply(text, RA_EVENT_CLAIMED, "", 0);
    g_assert_null(header(other, "In-Reply-To"));
    g_assert_cmpstr(header(other, "References"), ==, "<c@d>");
    g_assert_cmpstr(header(other, "From"), ==, "help@desk.example");
}

static const struct {
    RaCaseEvent event;
    const char *helper;
    gint64 seconds;
    const char *says;
} words[] = {
    {RA_EVENT_CLAIMED, "Maria", 0, "Maria has taken your request for help"},
    {RA_EVENT_CLAIMED, "", 0, "The help desk has taken your request"},
    {RA_EVENT_CLAIMED, "J\xc3\xb6rg", 0, "J\xc3\xb6rg has taken your request"},
    {RA_EVENT_CONNECTED, "Maria", 0, "Maria is connected to your computer"},
    {RA_EVENT_FINISHED, "Maria", 725, "The session with Maria is over. It lasted 12 minutes."},
    {RA_EVENT_FINISHED, "Maria", 3, "It lasted 1 minute."},
    {RA_EVENT_FINISHED, "", 7260,
     "The session with the help desk is over. It lasted 2 hours 1 minute."},
    {RA_EVENT_FINISHED, "Maria", 0, "Maria has finished your request for help."},
    {RA_EVENT_EXPIRED, "", 0, "If you still need help, please send a new invitation."},
};

static void test_words(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autoptr(GMimeMessage) mail =
            reply(BASE "Subject: a", words[i].event, words[i].helper, words[i].seconds);
        GMimeObject *part = g_mime_message_get_mime_part(mail);
        g_autofree char *text = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
        g_autoptr(GRegex) soft = g_regex_new(" \r?\n", 0, 0, NULL); /* format=flowed */
        g_autofree char *flowed = g_regex_replace_literal(soft, text, -1, 0, " ", 0, NULL);
        if (strstr(flowed, words[i].says) == NULL)
            g_error("\"%s\" is not in:\n%s", words[i].says, flowed);
        g_assert_cmpstr(g_mime_object_get_content_type_parameter(part, "format"), ==, "flowed");
        g_assert_cmpstr(header(mail, "X-Remote-Assistance-Case"), ==,
                        ra_case_event_name(words[i].event));
    }
}

static void test_refused(void)
{
    static const struct {
        const char *from, *helper;
        RaError code;
    } cases[] = {
        {"help@desk.example", "Maria\r\nBcc: x@y.example", RA_ERROR_USAGE},
        {"help@desk.example", "Maria\xff", RA_ERROR_USAGE},
        {"help@desk.example", "=?utf-8?q?x?=", RA_ERROR_USAGE},
        {"help@desk.example\nBcc: x@y.example", "Maria", RA_ERROR_USAGE},
        {"nobody", "Maria", RA_ERROR_USAGE},
        {"jo@example.org", "Maria", RA_ERROR_DECLINED},
        {"JO@example.ORG", "Maria", RA_ERROR_DECLINED},
    };
    RaMessageInfo *info = info_of(BASE);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        const RaCaseLetter letter = {
            .message = info, .from = cases[i].from, .helper = cases[i].helper, .now = NOW};
        g_assert_null(ra_case_letter_compose(&letter, &error));
        g_assert_error(error, RA_ERROR, (gint)cases[i].code);
    }
    ra_message_info_unref(info);
}

static void test_names(void)
{
    RaCaseEvent event = RA_EVENT_EXPIRED;
    for (RaCaseEvent i = RA_EVENT_CLAIMED; i <= RA_EVENT_EXPIRED; i++) {
        g_assert_true(ra_case_event_parse(ra_case_event_name(i), &event));
        g_assert_cmpint(event, ==, i);
    }
    g_assert_false(ra_case_event_parse("Claimed", &event));
    g_assert_false(ra_case_event_parse("", &event));
    g_assert_cmpint(event, ==, RA_EVENT_EXPIRED);
}

/* Whoever is named as the sender of many invitations gets few replies, and so do many senders. */
static void test_limit(void)
{
    RaTellLimit *limit = ra_tell_limit_new();
    g_autoptr(GError) error = NULL;
    for (guint i = 0; i < 3 * RA_TELL_LIMIT_ADDRESS; i++) {
        g_autofree char *id = g_strdup_printf("same-%u", i);
        const char *to = i % 2 == 0 ? "Victim@example.org" : "victim@EXAMPLE.org";
        g_clear_error(&error);
        g_assert_cmpint(ra_tell_limit_take(limit, id, to, NOW + i, &error), ==,
                        i < RA_TELL_LIMIT_ADDRESS);
    }
    g_assert_error(error, RA_ERROR, (gint)RA_ERROR_DECLINED);
    /* One whose reply could not be sent may be tried again. */
    g_assert_true(ra_tell_limit_take(limit, "same-0", "victim@example.org", NOW + 20, NULL));
    guint sent = 0;
    for (guint i = 0; i < 2 * RA_TELL_LIMIT_ALL; i++) {
        g_autofree char *id = g_strdup_printf("%u", i);
        g_autofree char *to = g_strdup_printf("%u@example.org", i);
        sent += ra_tell_limit_take(limit, id, to, NOW + 30, NULL);
    }
    g_assert_cmpuint(sent, ==, RA_TELL_LIMIT_ALL - RA_TELL_LIMIT_ADDRESS);
    /* What others told counts as well. */
    for (guint i = 0; i < RA_TELL_LIMIT_ADDRESS; i++) {
        g_autofree char *id = g_strdup_printf("theirs-%u", i);
        ra_tell_limit_note(limit, id, "ann@example.org", NOW);
    }
    const gint64 later = NOW + RA_HOUR + RA_MINUTE;
    g_assert_false(ra_tell_limit_take(limit, "a", "ann@example.org", later, NULL));
    g_assert_false(ra_tell_limit_take(limit, "b", "victim@example.org", later, NULL));
    g_assert_true(ra_tell_limit_take(limit, "c", "1@example.org", later, NULL));
    g_assert_true(ra_tell_limit_take(limit, "d", "victim@example.org", NOW + 2 * RA_DAY, NULL));
    ra_tell_limit_free(limit);
}

int main(int argc, char **argv)
{
    g_mime_init();
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/case-letter/recipients", test_recipients);
    g_test_add_func("/case-letter/limit", test_limit);
    g_test_add_func("/case-letter/threads", test_threads);
    g_test_add_func("/case-letter/long-thread", test_long_thread);
    g_test_add_func("/case-letter/words", test_words);
    g_test_add_func("/case-letter/refused", test_refused);
    g_test_add_func("/case-letter/names", test_names);
    return g_test_run();
}
