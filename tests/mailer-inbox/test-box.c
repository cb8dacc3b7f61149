/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marks, and helpers' names as keywords and files hold them. */
#include "mailer/inbox/box.h"

static void test_owners(void)
{
    static const struct {
        const char *owner, *text;
    } cases[] = {
        {"alice", "alice"},
        {"Alice", "_41lice"},
        {"jo.b-2", "jo.b-2"},
        {"a_b", "a_5fb"},
        {"J\xc3\xbcrgen (%*)\"\\", "_4a_c3_bcrgen_20_28_25_2a_29_22_5c"},
        {"]{", "_5d_7b"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = ra_owner_encode(cases[i].owner);
        g_assert_cmpstr(text, ==, cases[i].text);
        g_autofree char *owner = ra_owner_decode(text);
        g_assert_cmpstr(owner, ==, cases[i].owner);
    }
}

static void test_never_made(void)
{
    static const char *const texts[] = {
        "",    "Alice", "a b", "_",      "a_4",       "_zz",   "_61", /* "a" stands for itself */
        "_4A", "_00",   "_ff", "_c3_28", "a\xc3\xbc", "a_00b",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *owner = ra_owner_decode(texts[i]);
        g_assert_cmpstr(owner, ==, NULL);
    }
    g_autofree char *longest = g_strnfill(RA_OWNER_MAX, 'a');
    g_autofree char *longer = g_strnfill(RA_OWNER_MAX + 1, 'a');
    g_autofree char *kept = ra_owner_decode(longest);
    g_assert_cmpstr(kept, ==, longest);
    g_assert_null(ra_owner_decode(longer));
}

static void test_marks(void)
{
    g_autoptr(RaMark) nobody = ra_mark_new(NULL, FALSE, FALSE);
    g_autoptr(RaMark) mine = ra_mark_new("alice", TRUE, FALSE);
    g_autoptr(RaMark) same = ra_mark_copy(mine);
    g_autoptr(RaMark) other = ra_mark_new("bob", TRUE, FALSE);
    g_assert_true(ra_mark_equal(mine, same));
    g_assert_false(ra_mark_equal(mine, other));
    g_assert_false(ra_mark_equal(mine, nobody));
    g_assert_false(ra_mark_equal(nobody, mine));
    same->done = TRUE;
    g_assert_false(ra_mark_equal(mine, same));
    same->done = FALSE;
    same->told = RA_TOLD_CLAIMED;
    g_assert_false(ra_mark_equal(mine, same));
    g_autoptr(RaMark) copy = ra_mark_copy(same);
    g_assert_true(ra_mark_equal(copy, same));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/box/owners", test_owners);
    g_test_add_func("/box/never-made", test_never_made);
    g_test_add_func("/box/marks", test_marks);
    return g_test_run();
}
