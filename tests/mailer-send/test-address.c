/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "mailer/send/address.h"
#include "mailer/send/flowed.h"
#include "tests/mailer-send/tests.h"

#include <string.h>

#define LOCAL_64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void test_address(void)
{
    static const struct {
        const char *text, *parsed; /* NULL: refused */
    } cases[] = {
        {"anna@example.com", "anna@example.com"},
        {"a.b+c_d=e@sub.example.com", "a.b+c_d=e@sub.example.com"},
        {"anna@localhost", "anna@localhost"},
        {"o'neil@example.ie", "o'neil@example.ie"},
        {"anna@b\xC3\xBC"
         "cher.example",
         "anna@xn--bcher-kva.example"},
        {LOCAL_64 "@example.com", LOCAL_64 "@example.com"},
        {"a" LOCAL_64 "@example.com", NULL},
        {"", NULL},
        {"@", NULL},
        {"anna", NULL},
        {"anna@", NULL},
        {"@example.com", NULL},
        {"anna@example..com", NULL},
        {"anna@.example.com", NULL},
        {"anna@-x.example.com", NULL},
        {"-oQ@example.com", NULL},
        {".anna@example.com", NULL},
        {"anna.@example.com", NULL},
        {"an..na@example.com", NULL},
        {"anna@b@example.com", NULL},
        {"an na@example.com", NULL},
        {"anna@exam ple.com", NULL},
        {"anna@example.com ", NULL},
        {"Anna <anna@example.com>", NULL},
        {"<anna@example.com>", NULL},
        {"anna@example.com,bob@example.com", NULL},
        {"\"a b\"@example.com", NULL},
        {"anna@[127.0.0.1]", NULL},
        {"anna@example.com\r\nBcc: eve@example.com", NULL},
        {"anna@example.com\nRCPT TO:<eve@example.com>", NULL},
        {"anna\r@example.com", NULL},
        {"anna\t@example.com", NULL},
        {"anna@example.com\x7F", NULL},
        {"\xC3\xA4nna@example.com", NULL},
        {"anna@exa\xFFmple.com", NULL},
        {"anna@e%00.com", NULL},
        {"=?utf-8?q?eve?=@example.com", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_test_message("%s", cases[i].text);
        g_autofree char *parsed = ra_address_parse(cases[i].text, &error);
        g_assert_cmpstr(parsed, ==, cases[i].parsed);
        if (parsed != NULL) {
            g_assert_no_error(error);
            g_assert_cmpstr(ra_address_domain(parsed), ==, strchr(parsed, '@') + 1);
        } else {
            g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
            g_assert_null(strpbrk(error->message, "\r\n"));
        }
    }
}

static void test_address_too_long(void)
{
    g_autofree char *label = g_strnfill(60, 'a');
    g_autofree char *domain = g_strjoin(".", label, label, label, label, "com", NULL);
    g_autofree char *address = g_strconcat("anna@", domain, NULL);
    g_autofree char *longer = g_strconcat("annaa@a", domain, NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *good = ra_address_parse(address, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(strlen(good), ==, 252);
    g_autofree char *bad = ra_address_parse(longer, &error);
    g_assert_no_error(error);
    g_assert_nonnull(bad);
    g_autofree char *too_long = g_strconcat("a", longer, NULL);
    g_assert_null(ra_address_parse(too_long, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
}

#define WORD72 "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"

static void test_flowed(void)
{
    static const struct {
        const char *text, *flowed;
    } cases[] = {
        {"", ""},
        {"short", "short\n"},
        {"two\nlines", "two\nlines\n"},
        {"a\n\nb\n", "a\n\nb\n"},
        {WORD72 " next", WORD72 " \nnext\n"},
        {WORD72 "x next", WORD72 "x \nnext\n"},
        {"first " WORD72, "first \n" WORD72 "\n"},
        {"> quoted", " > quoted\n"},
        {" indented", "  indented\n"},
        {"From here", " From here\n"},
        {"Fromage", "Fromage\n"},
        {"trailing  ", "trailing\n"},
        {"-- ", "--\n"},
        /* A line that would read "-- " is a signature's separator: it is not broken there. */
        {"-- " WORD72, "-- " WORD72 "\n"},
        /* What begins a wrapped line is stuffed as well. */
        {WORD72 " > x", WORD72 " \n > x\n"},
        /* 37 wide characters are 74 columns. */
        {"\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5"
         "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5"
         "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5"
         "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5"
         "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5 \xE6\x97\xA5"
         "\xE6\x97\xA5\xE6\x97\xA5",
         "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5"
         "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5"
         "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5"
         "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5"
         "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5 \n\xE6\x97\xA5"
         "\xE6\x97\xA5\xE6\x97\xA5\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        ra_flowed_append(out, cases[i].text);
        g_assert_cmpstr(out->str, ==, cases[i].flowed);
    }
}

static void test_flowed_fixed(void)
{
    g_autoptr(GString) out = g_string_new("before\n");
    g_autofree char *word = g_strnfill(200, 'x');
    g_autofree char *text = g_strconcat(word, " y  \n>z\n", NULL);
    g_autofree char *wanted = g_strconcat("before\n", word, " y\n >z\n", NULL);
    ra_flowed_append_fixed(out, text);
    g_assert_cmpstr(out->str, ==, wanted);
}

void add_address_tests(void)
{
    g_test_add_func("/mailer/address/parse", test_address);
    g_test_add_func("/mailer/address/length", test_address_too_long);
    g_test_add_func("/mailer/flowed/wrap", test_flowed);
    g_test_add_func("/mailer/flowed/fixed", test_flowed_fixed);
}
