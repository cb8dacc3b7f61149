/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a message's headers decides about replies: the thread, and who must not be answered; and
 * what its person says. */
#include "mailer/find/headers.h"
#include "mailer/find/words.h"

#include <string.h>

static const struct {
    const char *text;
    const char *references, *automatic;
    gboolean bulk;
} cases[] = {
    {"From: a@b.example", "", "", FALSE},
    {"References: <1@a>\n\t<2@a>\nIn-Reply-To: <3@a>", "<1@a>\t<2@a>", "", FALSE},
    {"In-Reply-To: <3@a> (yours)", "<3@a> (yours)", "", FALSE},
    {"references: <1@a>\nReferences: <2@a>", "<1@a>", "", FALSE},
    {"Auto-Submitted: No", "", "no", FALSE},
    {"AUTO-SUBMITTED:Auto-Replied; owner-email=a", "", "auto-replied", FALSE},
    {"Auto-Submitted: auto-generated (by cron)", "", "auto-generated", FALSE},
    {"Auto-Submitted:", "", "", FALSE},
    {"Precedence: Bulk", "", "", TRUE},
    {"Precedence: list", "", "", TRUE},
    {"Precedence: junk", "", "", TRUE},
    {"Precedence: first-class", "", "", FALSE},
    {"List-Id: <help.example.org>", "", "", TRUE},
    {"list-unsubscribe: <mailto:x@y>", "", "", TRUE},
    {"Listen: to me", "", "", FALSE},
    {"X-List-Id: a", "", "", FALSE},
    {"Return-Path: <>", "", "", TRUE},
    {"Return-Path: < >", "", "", TRUE},
    {"Return-Path: <a@b.example>", "", "", FALSE},
    {"References: \xff", "\xef\xbf\xbd", "", FALSE},
};

static void test_replies(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        RaHeaders *headers = ra_headers_new();
        g_auto(GStrv) lines = g_strsplit(cases[i].text, "\n", -1);
        for (char **line = lines; *line != NULL; line++) {
            const RaLine taken = {.text = *line, .length = strlen(*line), .starts = TRUE};
            g_assert_true(ra_headers_take(headers, &taken));
        }
        g_test_message("%s", cases[i].text);
        RaMessageInfo *info = ra_message_info_ref(ra_headers_message(headers));
        ra_headers_free(headers);
        g_assert_cmpstr(info->references, ==, cases[i].references);
        g_assert_cmpstr(info->automatic, ==, cases[i].automatic);
        g_assert_cmpint(info->bulk, ==, cases[i].bulk);
        ra_message_info_unref(info);
    }
}

static const struct {
    const char *charset, *from, *subject, *name, *shown;
} unnamed[] = {
    {"koi8-r", "From: \xef\xd4 \xf6\xc5\xce\xd1 <z@a.example>", "Subject: \xf6\xc5\xce\xd1",
     "От Женя", "Женя"},
    {"shift_jis", "From: \x93\xfa\x96\x7b <z@a.example>", "Subject: \x95\x5c", "日本", "表"},
    {"gb18030", "From: \"\xc4\xe3\xba\xc3\" <z@a.example>", "Subject: \xc4\xe3", "你好", "你"},
    {"koi8-r", "From: Jürgen <z@a.example>", "Subject: =?utf-8?q?J=C3=BC?=", "Jürgen", "Jü"},
    {"", "From: J\xfcrgen <z@a.example>", "Subject: J\xfc", "Jürgen", "Jü"},
    {"no-such", "From: J\xfcrgen <z@a.example>", "Subject: J\xfc", "Jürgen", "Jü"},
};

/* Bytes of a charset that no header names are of the one that the text names. */
static void test_unnamed(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(unnamed); i++) {
        RaHeaders *headers = ra_headers_new();
        const char *lines[] = {unnamed[i].from, unnamed[i].subject};
        for (gsize k = 0; k < G_N_ELEMENTS(lines); k++) {
            const RaLine line = {.text = lines[k], .length = strlen(lines[k]), .starts = TRUE};
            g_assert_true(ra_headers_take(headers, &line));
        }
        ra_headers_add_text(headers, unnamed[i].charset, "x", 1);
        const RaMessageInfo *info = ra_headers_message(headers);
        g_assert_cmpstr(info->from_name, ==, unnamed[i].name);
        g_assert_cmpstr(info->from_address, ==, "z@a.example");
        g_assert_cmpstr(info->subject, ==, unnamed[i].shown);
        ra_headers_free(headers);
    }
}

#define LETTER                                                                              \
    "Jo would like your assistance. A personal \nmessage may be included below.\n\nHOW TO " \
    "HELP:\n\n"

static const struct {
    const char *text, *charset, *words;
} says[] = {
    {"", "", ""},
    {"My printer is on fire.\r\n\r\nJo\r\n", "us-ascii", "My printer is on fire.\n\nJo"},
    {"Bitte hilf mir, J\xf6rg", "iso-8859-1", "Bitte hilf mir, J\u00f6rg"},
    {"J\xf6rg", "utf-8", "J\ufffdrg"},
    {"Jo", "no-such-charset", "Jo"},
    {"J\xf6", "", "J\ufffd"},
    {"Help\n-- \nJo, 3rd floor", "", "Help"},
    {"Help\n-----BEGIN REMOTE ASSISTANCE INVITATION-----\nabc", "", "Help"},
    {"-----BEGIN REMOTE ASSISTANCE INVITATION-----\nabc", "", ""},
    {LETTER "* Look\n\nThis invitation expires:\n\n* today", "", ""},
    {LETTER "Personal message:\n\nMy printer prints only \nevery page.\n From Jo\n\n"
            "This invitation expires:\n\n* today",
     "utf-8", "My printer prints only every page.\nFrom Jo"},
    {LETTER "\nPersonal message:\n\ncut off her", "utf-8", "cut off her"},
};

static void test_words(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(says); i++) {
        g_autofree char *words =
            ra_message_words(says[i].text, strlen(says[i].text), says[i].charset);
        g_test_message("%s", says[i].text);
        g_assert_cmpstr(words, ==, says[i].words);
    }
    g_autofree char *many = g_strnfill(RA_WORDS_READ, '\xc3'); /* cut in the midst of a character */
    g_autofree char *words = ra_message_words(many, RA_WORDS_READ, "");
    g_assert_true(g_utf8_validate(words, -1, NULL));
    g_assert_cmpuint(strlen(words), <=, RA_WORDS_MAX);
    g_autofree char *zero = ra_message_words("a\0b", 3, "");
    g_assert_cmpstr(zero, ==, "ab");
}

int main(int argc, char **argv)
{
    g_mime_init();
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/headers/replies", test_replies);
    g_test_add_func("/headers/unnamed", test_unnamed);
    g_test_add_func("/headers/words", test_words);
    return g_test_run();
}
