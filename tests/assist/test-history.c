/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/history.h"
#include "base/error.h"
#include "tests/assist/test-assist.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static void count_change(const RaHistoryEntry *entry, gpointer data)
{
    guint *changes = data;
    g_assert_cmpuint(entry->number, >, 0);
    (*changes)++;
}

static void test_entries(void)
{
    guint changes = 0;
    g_autoptr(RaHistory) history = ra_history_new("Bob", "Anna", count_change, &changes);
    g_assert_cmpuint(ra_history_add(history, RA_HISTORY_ME, "hello"), ==, 1);
    g_assert_cmpuint(ra_history_add(history, RA_HISTORY_THEM, "two\r\nlines\x1B[31m"), ==, 2);
    g_assert_cmpuint(ra_history_event(history, "%s may %s", "Bob", "see"), ==, 3);
    g_assert_cmpuint(ra_history_add(history, RA_HISTORY_THEM, "\xF0\x9F\x91\x8D \xD7\xA9"), ==, 4);
    g_assert_cmpuint(changes, ==, 4);
    g_assert_cmpuint(ra_history_length(history), ==, 4);
    g_assert_cmpuint(ra_history_unread(history), ==, 2);
    g_assert_cmpstr(ra_history_get(history, 1)->text, ==, "two\nlines [31m");
    g_assert_cmpstr(ra_history_get(history, 2)->text, ==, "Bob may see");
    g_assert_cmpstr(ra_history_get(history, 3)->text, ==, "\xF0\x9F\x91\x8D \xD7\xA9");
    g_assert_null(ra_history_get(history, 4));

    ra_history_mark_there(history, 1);
    ra_history_mark_there(history, 1); /* no change any more */
    ra_history_mark_there(history, 2); /* not ours */
    ra_history_mark_there(history, 0);
    ra_history_mark_there(history, 5);
    g_assert_cmpuint(changes, ==, 5);
    g_assert_true(ra_history_get(history, 0)->there);
    ra_history_mark_read(history);
    ra_history_mark_read(history);
    g_assert_cmpuint(changes, ==, 7);
    g_assert_cmpuint(ra_history_unread(history), ==, 0);
    g_assert_cmpstr(ra_history_name(history, RA_HISTORY_ME), ==, "Bob");
    g_assert_cmpstr(ra_history_name(history, RA_HISTORY_THEM), ==, "Anna");
    g_assert_cmpstr(ra_history_name(history, RA_HISTORY_EVENT), ==, "");
}

static void test_many(void)
{
    g_autoptr(RaHistory) history = ra_history_new("", "", NULL, NULL);
    for (guint i = 0; i < RA_HISTORY_ENTRIES_MAX + 5; i++)
        (void)ra_history_add(history, RA_HISTORY_THEM, "x");
    g_assert_cmpuint(ra_history_length(history), ==, RA_HISTORY_ENTRIES_MAX);
    g_assert_cmpuint(ra_history_unread(history), ==, RA_HISTORY_ENTRIES_MAX);
    g_assert_cmpuint(ra_history_get(history, 0)->number, ==, 6);
    ra_history_mark_there(history, 5); /* gone */
    ra_history_mark_read(history);
    g_assert_cmpuint(ra_history_unread(history), ==, 0);
    g_assert_true(ra_history_get(history, 0)->read);
    g_autofree char *text = ra_history_text(history);
    g_assert_nonnull(strstr(text, "(5 older entries are missing)"));
    g_assert_nonnull(strstr(text, "the other side: x\n"));
    g_assert_true(g_str_has_prefix(text, "Remote Assistance with the other side. Times are local"));
}

static void test_save(void)
{
    char *folder = test_folder_new();
    g_autoptr(RaHistory) history = ra_history_new("Bob", "An/na", NULL, NULL);
    (void)ra_history_add(history, RA_HISTORY_THEM, "first\n2026-11-21 14:03:09  Bob: I agree");
    g_autofree char *name = ra_history_file_name(history);
    g_assert_null(strchr(name, '/'));
    g_assert_true(g_str_has_prefix(name, "Remote Assistance with An_na "));
    g_assert_true(g_str_has_suffix(name, ".txt"));
    g_autofree char *path = g_build_filename(folder, name, NULL);

    g_autoptr(GError) error = NULL;
    g_assert_true(ra_history_save(history, path, &error));
    g_assert_no_error(error);
    g_autofree char *saved = NULL, *text = ra_history_text(history);
    g_assert_true(g_file_get_contents(path, &saved, NULL, NULL));
    g_assert_cmpstr(saved, ==, text);
    g_assert_nonnull(strstr(saved, "first\n    2026-11-21 14:03:09 Bob")); /* not at the margin */
    struct stat info;
    g_assert_cmpint(stat(path, &info), ==, 0);
    g_assert_cmpuint(info.st_mode & 0777, ==, 0600);

    /* Never over a file, and nothing is left of a failure. */
    (void)ra_history_add(history, RA_HISTORY_ME, "more");
    g_assert_false(ra_history_save(history, path, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
    g_clear_error(&error);
    g_autofree char *again = NULL;
    g_assert_true(g_file_get_contents(path, &again, NULL, NULL));
    g_assert_cmpstr(again, ==, text);
    g_autofree char *nowhere = g_build_filename(folder, "no", "such", NULL);
    g_assert_false(ra_history_save(history, nowhere, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
    g_assert_cmpuint(test_folder_count(folder), ==, 1);
    test_folder_remove(folder);
}

static void test_links(void)
{
    static const struct {
        const char *text, *want; /* links between spaces */
    } cases[] = {
        {"", ""},
        {"see http://example.com/a?b=c#d.", "http://example.com/a?b=c#d"},
        {"(see https://en.wikipedia.org/wiki/A_(b))", "https://en.wikipedia.org/wiki/A_(b)"},
        {"HTTPS://Example.COM, and mailto:anna@example.com!",
         "HTTPS://Example.COM mailto:anna@example.com"},
        {"<http://a.de><http://b.de>", "http://a.de http://b.de"},
        {"http://[::1]:80/x", "http://[::1]:80/x"},
        {"http://b\xC3\xBC"
         "cher.de/\xE2\x82\xAC",
         "http://b\xC3\xBC"
         "cher.de/\xE2\x82\xAC"},
        {"\"http://a.de/\"", "http://a.de/"},
        {"http://", ""},
        {"http://.", ""},
        {"http:///etc/passwd", ""},
        {"mailto:nobody", ""},
        {"mailto:@", ""},
        {"javascript:alert(1) file:///etc/passwd ftp://x.y", ""},
        {"xhttp://a.de", ""},
        {"two\nhttp://a.de\nlines", "http://a.de"},
        {"http://a.de\xC2\xA0x", "http://a.de"},
        {"\xE2\x80\x9Chttp://a.de\xE2\x80\x9D", "http://a.de"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GArray) links = ra_history_links(cases[i].text);
        g_assert_cmpuint(links->len % 2, ==, 0);
        g_autoptr(GString) got = g_string_new(NULL);
        for (guint k = 0; k < links->len; k += 2) {
            const gsize start = g_array_index(links, gsize, k);
            const gsize end = g_array_index(links, gsize, k + 1);
            g_assert_cmpuint(start, <, end);
            g_assert_cmpuint(end, <=, strlen(cases[i].text));
            g_string_append_printf(got, "%s%.*s", k > 0 ? " " : "", (int)(end - start),
                                   cases[i].text + start);
        }
        g_assert_cmpstr(got->str, ==, cases[i].want);
    }
}

void ra_test_history(void)
{
    g_test_add_func("/assist/history/entries", test_entries);
    g_test_add_func("/assist/history/many", test_many);
    g_test_add_func("/assist/history/save", test_save);
    g_test_add_func("/assist/history/links", test_links);
}
