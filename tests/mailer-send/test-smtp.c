/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What needs no server. tests/scenario/test_send.py talks to real ones. */
#include "base/error.h"
#include "mailer/send/smtp-dialogue.h"
#include "mailer/send/smtp-server.h"
#include "tests/mailer-send/tests.h"

#include <string.h>

/* TEXT: lines, ">" before what is sent, else what the server says. */
static RaSmtpDialogue *play(const char *text)
{
    RaSmtpDialogue *dialogue = ra_smtp_dialogue_new();
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_autofree char *whole = g_strconcat(*line, "\r\n", NULL);
        if (*whole == '>')
            ra_smtp_dialogue_command(dialogue, whole + 1, strlen(whole) - 1);
        else if (*whole != '\r') /* byte by byte: it may come cut anywhere */
            for (const char *p = whole; *p != '\0'; p++)
                ra_smtp_dialogue_reply(dialogue, p, 1);
    }
    return dialogue;
}

static void test_dialogue(void)
{
    static const struct {
        const char *text;
        RaSmtpStage stage;
        int code, first, second; /* of the last reply, and of two recipients */
        gboolean logged_in, accepted;
    } cases[] = {
        {"", RA_SMTP_CONNECTED, 0, 0, 0, FALSE, FALSE},
        {"554 go away", RA_SMTP_CONNECTED, 554, 0, 0, FALSE, FALSE},
        {"220 hi\n>EHLO x\n250-a\n250-SIZE 10\n250 b", RA_SMTP_HELLO, 250, 0, 0, FALSE, FALSE},
        {"220 hi\n>EHLO x\n250-a\n250-SIZE 10", RA_SMTP_HELLO, 0, 0, 0, FALSE, FALSE},
        {">STARTTLS\n454 no", RA_SMTP_STARTTLS, 454, 0, 0, FALSE, FALSE},
        {">AUTH PLAIN\n334 \n>UkNQVA==\n535 5.7.8 wrong", RA_SMTP_LOGIN, 535, 0, 0, TRUE, FALSE},
        /* What goes on after AUTH is no command, whatever it looks like. */
        {">AUTH LOGIN\n334 \n>RCPT\n334 \n>DATA\n235 ok", RA_SMTP_LOGIN, 235, 0, 0, TRUE, FALSE},
        {">MAIL FROM:<a> SIZE=9\n552 too big", RA_SMTP_SENDER, 552, 0, 0, FALSE, FALSE},
        {">RCPT TO:<a>\n250 ok\n>RCPT TO:<b>\n550-no\n550 such", RA_SMTP_RECIPIENT, 550, 250, 550,
         FALSE, FALSE},
        {">RCPT TO:<a>\n250 ok\n>RCPT TO:<b>", RA_SMTP_RECIPIENT, 0, 250, 0, FALSE, FALSE},
        {">RCPT TO:<a>\n250 ok\n>DATA\n354 go", RA_SMTP_MESSAGE, 0, 250, 0, FALSE, FALSE},
        {">RCPT TO:<a>\n250 ok\n>DATA\n354 go\n250 taken", RA_SMTP_MESSAGE, 250, 250, 0, FALSE,
         TRUE},
        {">RCPT TO:<a>\n250 ok\n>DATA\n354 go\n552 too big", RA_SMTP_MESSAGE, 552, 250, 0, FALSE,
         FALSE},
        {">RCPT TO:<a>\n250 ok\n>DATA\n354 go\n250 taken\n>QUIT\n221 bye", RA_SMTP_MESSAGE, 250,
         250, 0, FALSE, TRUE},
        {">RCPT TO:<a>\n550 no\n>QUIT\n221 bye", RA_SMTP_RECIPIENT, 550, 550, 0, FALSE, FALSE},
        {">RCPT TO:<a>\n250 ok\n>DATA\n554 no", RA_SMTP_DATA, 554, 250, 0, FALSE, FALSE},
        {"garbage\n\n22\n2x0 no\n220", RA_SMTP_CONNECTED, 220, 0, 0, FALSE, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].text);
        g_autoptr(RaSmtpDialogue) dialogue = play(cases[i].text);
        g_assert_cmpint(ra_smtp_dialogue_stage(dialogue), ==, cases[i].stage);
        g_assert_cmpint(ra_smtp_dialogue_last(dialogue)->code, ==, cases[i].code);
        g_assert_cmpint(ra_smtp_dialogue_recipient(dialogue, 0)->code, ==, cases[i].first);
        g_assert_cmpint(ra_smtp_dialogue_recipient(dialogue, 1)->code, ==, cases[i].second);
        g_assert_cmpint(ra_smtp_dialogue_logged_in(dialogue), ==, cases[i].logged_in);
        g_assert_cmpint(ra_smtp_dialogue_accepted(dialogue), ==, cases[i].accepted);
    }
}

/* What a server says is shown to people: joined, cleaned and cut. */
static void test_dialogue_text(void)
{
    g_autoptr(RaSmtpDialogue) dialogue =
        play(">RCPT TO:<a>\n550-no\x1b[2J such\n550 user\x07 here");
    g_assert_cmpstr(ra_smtp_dialogue_recipient(dialogue, 0)->text, ==, "no [2J such user here");

    g_autoptr(RaSmtpDialogue) flood = ra_smtp_dialogue_new();
    g_autofree char *junk = g_strnfill(100000, 'x');
    for (int i = 0; i < 50; i++) {
        ra_smtp_dialogue_reply(flood, "250-", 4);
        ra_smtp_dialogue_reply(flood, junk, 100000);
        ra_smtp_dialogue_reply(flood, "\0\n", 2);
    }
    ra_smtp_dialogue_reply(flood, "250 end\n", 8);
    g_assert_cmpint(ra_smtp_dialogue_last(flood)->code, ==, 250);
    g_assert_cmpint(g_utf8_strlen(ra_smtp_dialogue_last(flood)->text, -1), ==, RA_SMTP_TEXT_MAX);
}

static void test_server(void)
{
    enum { PASSWORD = 1, TOKEN = 2 };
    static const struct {
        const char *url, *user;
        int secrets;
        RaSmtpTls tls;
        const char *libcurl; /* NULL: refused */
        gboolean local;
        const char *login;
    } cases[] = {
        {"smtp://mail.example.com", NULL, 0, 0, "smtp://mail.example.com:25/", FALSE, NULL},
        {"smtp://mail.example.com", "anna", 1, 0, "smtp://mail.example.com:587/", FALSE, "anna"},
        {"smtps://mail.example.com", "anna", 2, 0, "smtps://mail.example.com:465/", FALSE, "anna"},
        {"smtp://mail.example.com:2525/", NULL, 0, 0, "smtp://mail.example.com:2525/", FALSE, NULL},
        {"SMTP://localhost", NULL, 0, 0, "smtp://localhost:25/", TRUE, NULL},
        {"smtp://LocalHost", NULL, 0, 0, "smtp://LocalHost:25/", TRUE, NULL},
        {"smtp://127.1.2.3", "anna", 1, RA_SMTP_TLS_NONE, "smtp://127.1.2.3:587/", TRUE, "anna"},
        {"smtp://[::1]:26", NULL, 0, 0, "smtp://[::1]:26/", TRUE, NULL},
        {"smtp://[2001:db8::1]", NULL, 0, 0, "smtp://[2001:db8::1]:25/", FALSE, NULL},
        {"smtp://localhost.example.com", NULL, 0, 0, "smtp://localhost.example.com:25/", FALSE,
         NULL},
        {"smtp://127.0.0.1.example.com", NULL, 0, 0, "smtp://127.0.0.1.example.com:25/", FALSE,
         NULL},
        {"smtp://anna%40example.com@mail", NULL, 1, 0, "smtp://mail:587/", FALSE,
         "anna@example.com"},
        {"smtp://bob@mail", "anna", 1, 0, "smtp://mail:587/", FALSE, "anna"},
        {"smtp://mail.example.com", NULL, 0, RA_SMTP_TLS_NONE, "smtp://mail.example.com:25/", FALSE,
         NULL},
        {"smtp://anna:secret@mail", NULL, 0, 0, NULL},
        {"smtp://anna:@mail", NULL, 0, 0, NULL},
        {"mail.example.com", NULL, 0, 0, NULL},
        {"mail.example.com:25", NULL, 0, 0, NULL},
        {"", NULL, 0, 0, NULL},
        {"smtp://", NULL, 0, 0, NULL},
        {"smtp:mail", NULL, 0, 0, NULL},
        {"http://mail", NULL, 0, 0, NULL},
        {"file:///etc/passwd", NULL, 0, 0, NULL},
        {"smtp://mail:0", NULL, 0, 0, NULL},
        {"smtp://mail:99999", NULL, 0, 0, NULL},
        {"smtp://mail/path", NULL, 0, 0, NULL},
        {"smtp://mail?q", NULL, 0, 0, NULL},
        {"smtp://mail#f", NULL, 0, 0, NULL},
        {"smtp://ma%0d%0ail", NULL, 0, 0, NULL},
        {"smtp://mail", "an\nna", 1, 0, NULL},
        {"smtp://mail", "anna", 0, 0, NULL},
        {"smtp://mail", NULL, 1, 0, NULL},
        {"smtp://mail", "anna", 3, 0, NULL},
        {"smtp://mail", "anna", 1, RA_SMTP_TLS_NONE, NULL},
        {"smtp://mail", "anna", 2, RA_SMTP_TLS_NONE, NULL},
    };
    g_autoptr(RaSecret) secret = ra_secret_new_copy("hunter2", 7);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const RaSmtpServer server = {.url = cases[i].url,
                                     .user = cases[i].user,
                                     .password = cases[i].secrets & PASSWORD ? secret : NULL,
                                     .token = cases[i].secrets & TOKEN ? secret : NULL,
                                     .tls = cases[i].tls,
                                     .timeout = 5};
        g_autoptr(GError) error = NULL;
        g_test_message("%s", cases[i].url);
        g_autoptr(RaSmtpTarget) target = ra_smtp_target_new(&server, &error);
        if (cases[i].libcurl == NULL) {
            g_assert_null(target);
            g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
            g_assert_null(strstr(error->message, "secret"));
            continue;
        }
        g_assert_no_error(error);
        g_assert_true(g_str_has_prefix(target->url, cases[i].libcurl));
        g_assert_cmpint(target->local, ==, cases[i].local);
        g_assert_cmpstr(target->user, ==, cases[i].login);
    }
}

static void test_ca(void)
{
    const RaSmtpServer server = {.url = "smtps://mail", .ca_file = "/nonexistent.pem"};
    g_autoptr(GError) error = NULL;
    g_assert_false(ra_smtp_server_check(&server, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
}

static void test_tls(void)
{
    RaSmtpTls tls = RA_SMTP_TLS_REQUIRED;
    g_autoptr(GError) error = NULL;
    g_assert_false(ra_smtp_tls_parse("sometimes", &tls, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    g_assert_cmpint(tls, ==, RA_SMTP_TLS_REQUIRED);
    g_assert_true(ra_smtp_tls_parse("none", &tls, NULL));
    g_assert_cmpint(tls, ==, RA_SMTP_TLS_NONE);
    g_assert_true(ra_smtp_tls_parse("auto", &tls, NULL));
    g_assert_cmpint(tls, ==, RA_SMTP_TLS_AUTO);
}

void add_smtp_tests(void)
{
    g_test_add_func("/mailer/smtp/dialogue", test_dialogue);
    g_test_add_func("/mailer/smtp/dialogue-text", test_dialogue_text);
    g_test_add_func("/mailer/smtp/server", test_server);
    g_test_add_func("/mailer/smtp/ca", test_ca);
    g_test_add_func("/mailer/smtp/tls", test_tls);
}
