/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text in the columns of a terminal, and what a line of the screen says about a case. */
#include "base/duration.h"
#include "mailer/inbox/columns.h"
#include "mailer/inbox/row.h"

#include <locale.h>
#include <string.h>

enum { NOW = 1795250000 };

static const struct {
    const char *text;
    int width;
    const char *left; /* as it is fitted, filled up on the right */
} fits[] = {
    {"Jo", 4, "Jo  "},
    {"Jo", 2, "Jo"},
    {"Joan", 3, "Jo\u2026"},
    {"Joan", 1, "\u2026"},
    {"Joan", 0, ""},
    {"Joan", -5, ""},
    {"", 3, "   "},
    {"\u738b\u5c0f\u660e", 6, "\u738b\u5c0f\u660e"},
    {"\u738b\u5c0f\u660e", 5, "\u738b\u5c0f\u2026"},
    {"\u738b\u5c0f\u660e", 4, "\u738b\u2026 "}, /* half a character is none */
    {"e\u0301t\u0301e", 3, "e\u0301t\u0301e"},  /* marks go with what they stand on */
    {"e\u0301t\u0301e", 2, "e\u0301\u2026"},
    {"\u2764\ufe0fx", 3, "\u2764x "},             /* a selector that terminals differ about */
    {"\U0001f44b\U0001f3fdx", 4, "\U0001f44bx "}, /* and a skin's colour */
};

static void test_fit(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(fits); i++) {
        g_autofree char *fitted = ra_columns_fit(fits[i].text, fits[i].width, FALSE);
        g_test_message("%s in %d", fits[i].text, fits[i].width);
        g_assert_cmpstr(fitted, ==, fits[i].left);
        g_assert_cmpint(ra_columns_width(fitted), ==, MAX(fits[i].width, 0));
    }
    g_autofree char *right = ra_columns_fit("5m", 4, TRUE);
    g_assert_cmpstr(right, ==, "  5m");
    g_autofree char *cut = ra_columns_fit("12345", 4, TRUE);
    g_assert_cmpstr(cut, ==, "123\u2026");
}

/* No width and no text makes more columns than there are. */
static void test_fit_any(void)
{
    for (int i = 0; i < 2000; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (int n = g_test_rand_int_range(0, 30); n > 0; n--) {
            const gunichar c = (gunichar)g_test_rand_int_range(0x20, 0x20000);
            if (g_unichar_validate(c) && !g_unichar_iscntrl(c))
                g_string_append_unichar(text, c);
        }
        const int width = g_test_rand_int_range(0, 40);
        g_autofree char *fitted = ra_columns_fit(text->str, width, i % 2 == 0);
        g_assert_true(g_utf8_validate(fitted, -1, NULL));
        g_assert_cmpint(ra_columns_width(fitted), ==, width);
        g_auto(GStrv) lines = ra_columns_wrap(text->str, width, width / 4);
        for (char **line = lines; *line != NULL; line++)
            g_assert_cmpint(ra_columns_width(*line), <=, MAX(width, 10));
    }
}

static const struct {
    const char *text;
    int width, indent;
    const char *lines; /* joined by "|" */
} wraps[] = {
    {"", 20, 2, ""},
    {"one", 20, 2, "one"},
    {"one two three four", 10, 2, "one two|  three|  four"},
    {"  Who: abcdefghijklmnop", 12, 4, "  Who:|    abcdefgh|    ijklmnop"},
    {"a\nb", 20, 4, "a|b"},
    {"\u738b\u738b\u738b\u738b\u738b\u738b", 10, 0, "\u738b\u738b\u738b\u738b\u738b|\u738b"},
};

static void test_wrap(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(wraps); i++) {
        g_auto(GStrv) lines = ra_columns_wrap(wraps[i].text, wraps[i].width, wraps[i].indent);
        g_autofree char *joined = g_strjoinv("|", lines);
        g_assert_cmpstr(joined, ==, wraps[i].lines);
    }
}

/* A case whose message has these headers and whose invitation cannot be read. */
typedef struct {
    RaCase item;
    RaMessageInfo message;
} Damaged;

static RaCase *damaged(Damaged *made, RaMark *mark)
{
    *made = (Damaged){.message = {.sender = (char *)"",
                                  .reply_to = (char *)"",
                                  .from_name = (char *)"J\xc3\xbcrgen",
                                  .from_address = (char *)"j@example.org",
                                  .subject = (char *)"Drucker \x1b[2J"}};
    made->item = (RaCase){.id = (char *)"4f1a2b",
                          .received = NOW - 2 * RA_HOUR,
                          .mark = mark,
                          .problem = (char *)"it is cut off",
                          .message = &made->message};
    return &made->item;
}

static void test_row(void)
{
    Damaged made;
    RaMark mark = {.owner = NULL};
    RaCase *item = damaged(&made, &mark);
    g_autofree char *who = ra_row_who(item);
    g_autofree char *subject = ra_row_subject(item);
    g_autofree char *age = ra_row_age(item, NOW);
    g_autofree char *state = ra_row_state(item, "maria", NOW);
    g_autofree char *details = ra_row_details(item, "maria", NOW);
    g_assert_cmpstr(who, ==, "J\xc3\xbcrgen");
    g_assert_cmpstr(subject, ==, "Drucker [2J");
    g_assert_cmpstr(age, ==, "2h");
    g_assert_cmpstr(state, ==, "invalid");
    g_assert_nonnull(strstr(details, "Problem:      it is cut off\n"));
    g_assert_null(strchr(details, '\x1b'));
    g_assert_false(ra_row_is_warned(item));
    g_assert_false(ra_row_is_urgent(item, NOW));
    g_assert_cmpuint(ra_row_next(item, NOW), ==, RA_MINUTE);
}

static const struct {
    const char *text;
    gboolean found;
} searches[] = {
    {"", TRUE},        {"j\xc3\xbcrgen", TRUE}, {"J\xc3\x9cRGEN", TRUE}, {"ju\xcc\x88rgen", TRUE},
    {"drucker", TRUE}, {"EXAMPLE.org", TRUE},   {"4f1a", TRUE},          {"maria", FALSE},
};

static void test_matches(void)
{
    Damaged made;
    RaMark mark = {.owner = NULL};
    const RaCase *item = damaged(&made, &mark);
    for (gsize i = 0; i < G_N_ELEMENTS(searches); i++)
        g_assert_cmpint(ra_row_matches(item, searches[i].text), ==, searches[i].found);
    mark.owner = (char *)"Maria";
    g_assert_true(ra_row_matches(item, "maria"));
    g_assert_true(ra_row_is_mine(item, "Maria"));
    g_assert_true(ra_row_in(item, RA_ROWS_MINE, "Maria", NOW));
    g_assert_false(ra_row_in(item, RA_ROWS_MINE, "Bob", NOW));
    g_assert_false(ra_row_in(item, RA_ROWS_OPEN, "Maria", NOW));
    mark.done = TRUE;
    g_assert_false(ra_row_in(item, RA_ROWS_MINE, "Maria", NOW));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        g_error("There is no locale C.UTF-8");
    g_test_add_func("/columns/fit", test_fit);
    g_test_add_func("/columns/fit-any", test_fit_any);
    g_test_add_func("/columns/wrap", test_wrap);
    g_test_add_func("/row/damaged", test_row);
    g_test_add_func("/row/matches", test_matches);
    return g_test_run();
}
