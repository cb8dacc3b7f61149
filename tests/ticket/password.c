/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ticket/password.h"

#include "tests/ticket/tests.h"

#include <string.h>

enum { LETTERS_MIN = 4, LETTERS_MAX = 10 };

static gboolean differ_in_one(const char *a, const char *b)
{
    gsize la = strlen(a), lb = strlen(b);
    gsize same = 0, tail = 0;
    while (same < MIN(la, lb) && a[same] == b[same])
        same++;
    while (tail < MIN(la, lb) - same && a[la - 1 - tail] == b[lb - 1 - tail])
        tail++;
    return MAX(la, lb) - same - tail <= 1;
}

static void test_list(void)
{
    for (gsize i = 0; i < RA_WORDS; i++) {
        const char *word = ra_words[i];
        const gsize length = strlen(word);
        g_assert_cmpuint(strspn(word, "abcdefghijklmnopqrstuvwxyz"), ==, length);
        g_assert_true(length >= LETTERS_MIN && length <= LETTERS_MAX);
        if (i > 0) {
            g_assert_cmpstr(ra_words[i - 1], <, word);
            /* Sorted: a word that begins another would begin the next one. */
            g_assert_false(g_str_has_prefix(word, ra_words[i - 1]));
        }
        for (gsize k = 0; k < i; k++)
            g_assert_false(differ_in_one(ra_words[k], word));
    }
}

static void test_generate(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < 4096; i++) {
        g_autoptr(RaSecret) password = ra_password_generate_for(RA_PASSWORD_SHORT_LIFE);
        g_assert_cmpuint(strlen(ra_secret_text(password)), ==, ra_secret_size(password));
        g_auto(GStrv) parts = g_strsplit(ra_secret_text(password), "-", -1);
        g_assert_cmpuint(g_strv_length(parts), ==, 4);
        for (gsize k = 0; parts[k] != NULL; k++)
            g_hash_table_add(words, g_strdup(parts[k]));
        g_assert_true(g_hash_table_add(seen, g_strdup(ra_secret_text(password))));
        g_autoptr(RaSecret) normal = ra_password_normalise(password);
        g_assert_true(ra_secret_equal(normal, password));
    }
    /* 16384 draws leave out 0.7 of the 2048 words on the average. */
    g_assert_cmpuint(g_hash_table_size(words), >, RA_WORDS - 16);
    g_autoptr(RaSecret) longer = ra_password_generate_for(RA_PASSWORD_SHORT_LIFE + 1);
    g_auto(GStrv) five = g_strsplit(ra_secret_text(longer), "-", -1);
    g_assert_cmpuint(g_strv_length(five), ==, 5);
}

static void test_normalise(void)
{
    static const struct {
        const char *typed, *normal;
    } cases[] = {
        {"apricot-lantern-penguin-velvet", "apricot-lantern-penguin-velvet"},
        {"APRICOT LANTERN PENGUIN VELVET", "apricot-lantern-penguin-velvet"},
        {" Apricot  lantern-Penguin,velvet. ", "apricot-lantern-penguin-velvet"},
        {"apricotlanternpenguinvelvet", "apricot-lantern-penguin-velvet"},
        {"apricot\xE2\x80\x93lantern\xC2\xA0penguin\xE2\x80\x94velvet",
         "apricot-lantern-penguin-velvet"},
        {"apricot lantern penguin", "apricot lantern penguin"}, /* three are not ours */
        {"apricot lantern penguin velvets", "apricot lantern penguin velvets"},
        {"apricot lantern penguin velvet!", "apricot lantern penguin velvet!"},
        {"apricot lantern penguin velvet 7", "apricot lantern penguin velvet 7"},
        {"Tr0ub4dor & 3", "Tr0ub4dor & 3"},
        {" spaces stay ", " spaces stay "},
        {"e\xCC\x81t\xC3\xA9", "\xC3\xA9t\xC3\xA9"},
        {"\xEF\xAC\x81", "\xEF\xAC\x81"}, /* compatibility forms are left alone */
        {"\xFF\xFE", "\xFF\xFE"},
        {"", ""},
        {"----", "----"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(RaSecret) typed = test_secret(cases[i].typed);
        g_autoptr(RaSecret) normal = ra_password_normalise(typed);
        g_assert_cmpstr(ra_secret_text(normal), ==, cases[i].normal);
        g_assert_cmpuint(ra_secret_size(normal), ==, strlen(cases[i].normal));
        g_autoptr(RaSecret) twice = ra_password_normalise(normal);
        g_assert_true(ra_secret_equal(normal, twice));
    }
    /* Text behind a zero byte counts. */
    g_autoptr(RaSecret) zero = ra_secret_new_copy("a\0b", 3);
    g_autoptr(RaSecret) same = ra_password_normalise(zero);
    g_assert_true(ra_secret_equal(zero, same));
}

static void test_check(void)
{
    static const struct {
        const char *password;
        gboolean good, good_unchecked;
    } cases[] = {
        {"apricot-lantern-penguin-velvet", TRUE, TRUE},
        {"Qm7#vLw2!xRt", TRUE, FALSE}, /* 12 characters: enough only where a dictionary is */
        {"Qm7#vLw2!xRt9kZ", TRUE, TRUE},
        {"short", FALSE, FALSE},
        {"", FALSE, FALSE},
        {"aaaaaaaaaaaaaaaaaaaa", FALSE, FALSE},
        {"two\nlines are not one, however long", FALSE, FALSE},
        {"tab\tin a long long password", FALSE, FALSE},
        {"\xFFnot UTF-8 but long enough", FALSE, FALSE},
    };
    const gboolean dictionary = ra_password_dictionary_exists();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("case %zu", i);
        g_autoptr(GError) error = NULL;
        g_autoptr(RaSecret) password = test_secret(cases[i].password);
        g_assert_cmpint(ra_password_check_with(password, FALSE, &error), ==,
                        cases[i].good_unchecked);
        if (!cases[i].good_unchecked)
            g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
        if (strcmp(cases[i].password, "short") == 0)
            g_assert_nonnull(strstr(error->message, "shorter")); /* libpwquality's own words */
        g_clear_error(&error);
        const gboolean good = dictionary ? cases[i].good : cases[i].good_unchecked;
        g_assert_cmpint(ra_password_check(password, &error), ==, good);
    }
    g_autofree char *long_text = g_strnfill(RA_TICKET_PASSWORD_MAX + 1, 'a');
    g_autoptr(RaSecret) too_long = test_secret(long_text);
    g_assert_false(ra_password_check(too_long, NULL));
    g_autoptr(RaSecret) zero = ra_secret_new_copy("a long one with a \0 inside", 26);
    g_assert_false(ra_password_check(zero, NULL));
    if (!dictionary)
        g_test_message("no dictionary here (cracklib-runtime)");
    else {
        g_autoptr(GError) error = NULL;
        g_autoptr(RaSecret) word = test_secret("multiplication");
        g_assert_false(ra_password_check(word, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    }
}

/* Of two that are taken the longer one is stronger; what is refused has a reason and no rate. */
static void test_strength(void)
{
    static const char *const rising[] = {"tavibozukelirum", "Qm7#vLw2!xRt9kZp4&cB"};
    int before = -1;
    for (gsize i = 0; i < G_N_ELEMENTS(rising); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(RaSecret) password = test_secret(rising[i]);
        const int strength = ra_password_strength(password, &error);
        g_assert_no_error(error);
        g_assert_cmpint(strength, >, before);
        g_assert_cmpint(strength, <=, RA_PASSWORD_STRENGTH_MAX);
        before = strength;
    }
    static const char *const refused[] = {"", "short", "aaaaaaaaaaaaaaaaaaaa", "two\nlines, long"};
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(RaSecret) password = test_secret(refused[i]);
        g_assert_cmpint(ra_password_strength(password, &error), ==, -1);
        g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
        g_assert_null(strstr(error->message, "\n"));
    }
}

void add_password_tests(void)
{
    g_test_add_func("/password/strength", test_strength);
    g_test_add_func("/password/list", test_list);
    g_test_add_func("/password/generate", test_generate);
    g_test_add_func("/password/normalise", test_normalise);
    g_test_add_func("/password/check", test_check);
}
