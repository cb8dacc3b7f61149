/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ticket/armour.h"

#include "tests/ticket/tests.h"

#include <string.h>

static GBytes *document(gsize size)
{
    g_autofree guint8 *data = g_malloc(size);
    for (gsize i = 0; i < size; i++)
        data[i] = (guint8)(i * 131 + i / 251);
    return g_bytes_new(data, size);
}

static char *replace(const char *text, const char *from, const char *to)
{
    g_autoptr(GString) changed = g_string_new(text);
    g_string_replace(changed, from, to, 0);
    return g_string_free(g_steal_pointer(&changed), FALSE);
}

static void test_form(void)
{
    static const char expected[] =
        RA_ARMOUR_BEGIN "\nVGhlIHRpY2tldAo=\n=Vn5RRBCi\n" RA_ARMOUR_END "\n";
    g_autoptr(GBytes) bytes = g_bytes_new("The ticket\n", 11);
    g_autofree char *block = ra_armour(bytes);
    g_assert_cmpstr(block, ==, expected);
    static const gsize sizes[] = {1, 2, 3, 47, 48, 49, 96, 1000, RA_TICKET_MAX};
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GBytes) one = document(sizes[i]);
        g_autofree char *text = ra_armour(one);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        for (gsize k = 0; lines[k] != NULL; k++)
            g_assert_cmpuint(strlen(lines[k]), <=, 64);
        g_autoptr(GPtrArray) found = ra_dearmour(text, strlen(text), 9, NULL);
        g_assert_cmpuint(found->len, ==, 1);
        g_assert_true(g_bytes_equal(found->pdata[0], one));
    }
}

/* Ways in which a message changes on its way: what stands for a line end, and what goes before and
 * behind each line. */
static const struct {
    const char *what, *before, *end;
} journeys[] = {
    {"plain", "", "\n"},
    {"DOS", "", "\r\n"},
    {"old Mac", "", "\r"},
    {"trailing spaces", "", "  \t\n"},
    {"quoted", "> ", "\n"},
    {"quoted deep", ">> > ", "\r\n"},
    {"quoted without a space", ">", "\n"},
    {"quoted by bars", " | ", "\n"},
    {"quoted with initials", "JD> ", "\n"},
    {"indented", "    ", "\n"},
    {"no-break spaces", "\xC2\xA0\xC2\xA0", "\n"},
    {"no-break spaces in Latin-1", "\xA0", "\n"},
    {"zero-width spaces", "\xE2\x80\x8B", "\n"},
    {"space-stuffed and flowed", " ", " \r\n"},
    {"paragraphs", "", "\n\n"},
    {"one line", "", " "},
};

static void test_journeys(void)
{
    g_autoptr(GBytes) bytes = document(500);
    g_autofree char *block = ra_armour(bytes);
    g_auto(GStrv) lines = g_strsplit(block, "\n", -1);
    for (gsize i = 0; i < G_N_ELEMENTS(journeys); i++) {
        g_test_message("%s", journeys[i].what);
        g_autoptr(GString) text = g_string_new("Dear helper - please -- help me.\n");
        for (gsize k = 0; lines[k] != NULL; k++)
            g_string_append_printf(text, "%s%s%s", journeys[i].before, lines[k], journeys[i].end);
        g_string_append(text, "\n-- \nAnna\n");
        guint damaged = 9;
        g_autoptr(GPtrArray) found = ra_dearmour(text->str, text->len, 9, &damaged);
        g_assert_cmpuint(damaged, ==, 0);
        g_assert_cmpuint(found->len, ==, 1);
        g_assert_true(g_bytes_equal(found->pdata[0], bytes));
    }
}

static void test_wrapped_markers(void)
{
    g_autoptr(GBytes) bytes = document(100);
    g_autofree char *block = ra_armour(bytes);
    g_autofree char *wrapped = replace(block, "ASSISTANCE ", "ASSISTANCE\r\n> ");
    g_autofree char *text = g_strconcat("> Hello: ", wrapped, "> Bye", NULL);
    g_autoptr(GPtrArray) found = ra_dearmour(text, strlen(text), 9, NULL);
    g_assert_cmpuint(found->len, ==, 1);
    g_assert_true(g_bytes_equal(found->pdata[0], bytes));
}

static void test_damage(void)
{
    g_autoptr(GBytes) bytes = document(300);
    g_autofree char *block = ra_armour(bytes);
    const gsize size = strlen(block);
    const char *body = block + strlen(RA_ARMOUR_BEGIN) + 1;
    const char *end = strstr(block, "\n-----END");
    for (gsize i = (gsize)(body - block); i < (gsize)(end - block); i++) {
        if (block[i] == '\n')
            continue;
        const char was = block[i];
        guint damaged = 0;
        block[i] = was == 'A' ? 'B' : 'A';
        g_autoptr(GPtrArray) changed = ra_dearmour(block, size, 9, &damaged);
        g_assert_cmpuint(changed->len, ==, 0);
        g_assert_cmpuint(damaged, ==, 1);
        block[i] = '*';
        g_autoptr(GPtrArray) starred = ra_dearmour(block, size, 9, &damaged);
        g_assert_cmpuint(starred->len, ==, 0);
        g_assert_cmpuint(damaged, ==, 1);
        block[i] = was;
    }
    for (gsize cut = 0; cut < size - 1; cut++) {
        g_autofree char *exact = g_memdup2(block, MAX(cut, 1));
        guint damaged = 9;
        g_autoptr(GPtrArray) found = ra_dearmour(exact, cut, 9, &damaged);
        g_assert_cmpuint(found->len, ==, 0);
        g_assert_cmpuint(damaged, ==, cut >= strlen(RA_ARMOUR_BEGIN) ? 1 : 0);
    }
}

static void test_several(void)
{
    g_autoptr(GBytes) one = document(10);
    g_autoptr(GBytes) two = document(20);
    g_autofree char *a = ra_armour(one);
    g_autofree char *b = ra_armour(two);
    g_autofree char *half = g_strndup(a, strlen(a) - 20);
    g_autofree char *text = g_strconcat("x", a, "y", half, b, RA_ARMOUR_END, a, NULL);
    guint damaged = 0;
    g_autoptr(GPtrArray) found = ra_dearmour(text, strlen(text), 9, &damaged);
    g_assert_cmpuint(damaged, ==, 1);
    g_assert_cmpuint(found->len, ==, 3);
    g_assert_true(g_bytes_equal(found->pdata[0], one));
    g_assert_true(g_bytes_equal(found->pdata[1], two));
    g_assert_true(g_bytes_equal(found->pdata[2], one));
    g_autoptr(GPtrArray) first = ra_dearmour(text, strlen(text), 1, &damaged);
    g_assert_cmpuint(first->len, ==, 1);
    g_autoptr(GPtrArray) none = ra_dearmour(text, strlen(text), 0, &damaged);
    g_assert_cmpuint(none->len, ==, 0);
    g_autoptr(GPtrArray) empty = ra_dearmour("", 0, 9, &damaged);
    g_assert_cmpuint(empty->len, ==, 0);
}

/* Hostile text costs no more than its length. */
static void test_time(void)
{
    static const char *const pieces[] = {"-----BEGIN ",          RA_ARMOUR_BEGIN,      "-----", "A",
                                         (RA_ARMOUR_BEGIN "\n"), "-----BEGIN REMOTE\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autoptr(GString) text = g_string_new(RA_ARMOUR_BEGIN);
        while (text->len < 2 * 1024 * 1024)
            g_string_append(text, pieces[i]);
        g_string_append(text, RA_ARMOUR_END);
        const gint64 from = g_get_monotonic_time();
        g_autoptr(GPtrArray) found = ra_dearmour(text->str, text->len, 9, NULL);
        g_assert_cmpuint(found->len, ==, 0);
        g_assert_cmpint(g_get_monotonic_time() - from, <, 5 * G_USEC_PER_SEC);
    }
}

void add_armour_tests(void)
{
    g_test_add_func("/armour/form", test_form);
    g_test_add_func("/armour/journeys", test_journeys);
    g_test_add_func("/armour/wrapped-markers", test_wrapped_markers);
    g_test_add_func("/armour/damage", test_damage);
    g_test_add_func("/armour/several", test_several);
    g_test_add_func("/armour/time", test_time);
}
