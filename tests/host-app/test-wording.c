/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times, sizes and lists of people in words. */
#include "base/i18n.h"
#include "host/app/wording.h"

#include <libintl.h>
#include <locale.h>

typedef struct {
    gint64 seconds;
    const char *english, *german;
} Left;

static const Left lefts[] = {
    {G_MININT64, "", ""},
    {-1, "", ""},
    {0, "", ""},
    {1, "1 second", "1 Sekunde"},
    {42, "42 seconds", "42 Sekunden"},
    {59, "59 seconds", "59 Sekunden"},
    {60, "1 minute", "1 Minute"},
    {61, "2 minutes", "2 Minuten"},
    {120, "2 minutes", "2 Minuten"},
    {3540, "59 minutes", "59 Minuten"},
    {3541, "1 hour", "1 Stunde"},
    {3600, "1 hour", "1 Stunde"},
    {3601, "1 hour 1 minute", "1 Stunde 1 Minute"},
    {3900, "1 hour 5 minutes", "1 Stunde 5 Minuten"},
    {7200, "2 hours", "2 Stunden"},
    {86399, "1 day", "1 Tag"},
    {86400, "1 day", "1 Tag"},
    {86401, "1 day 1 hour", "1 Tag 1 Stunde"},
    {86400 + 5 * 3600, "1 day 5 hours", "1 Tag 5 Stunden"},
    {2 * 86400, "2 days", "2 Tage"},
    {3 * 86400 - 3600, "2 days 23 hours", "2 Tage 23 Stunden"},
    {3 * 86400 - 1, "3 days", "3 Tage"},
    {3 * 86400, "3 days", "3 Tage"},
    {3 * 86400 + 1, "4 days", "4 Tage"},
    {30 * 86400, "30 days", "30 Tage"},
    {G_MAXINT64, "1000000 days", "1000000 Tage"},
};

/* Seconds since 1970; TZ is Europe/Berlin's rule: 20 November 2026, 14:03 is 13:03 UTC. */
enum { FRIDAY = 1795179780 };

static const struct {
    gint64 moment, now;
    const char *english, *german;
} moments[] = {
    {FRIDAY, FRIDAY, "14:03", "14:03"},
    {FRIDAY, FRIDAY + 9 * 3600, "14:03", "14:03"},
    {FRIDAY, FRIDAY + 10 * 3600, "Fri 20 Nov, 14:03", NULL},
    {FRIDAY, FRIDAY - 15 * 3600, "Fri 20 Nov, 14:03", NULL},
    {FRIDAY, FRIDAY + 60 * 86400, "20 Nov 2026, 14:03", NULL},
    {FRIDAY - 86400 * 120, FRIDAY, "Thu 23 Jul, 15:03", NULL}, /* in summer */
    {G_MAXINT64, FRIDAY, "", ""},
    {FRIDAY, G_MININT64, "", ""},
};

static const struct {
    const char *people[6];
    const char *english, *german;
} lists[] = {
    {{NULL}, "", ""},
    {{"a@x.org", NULL}, "a@x.org", "a@x.org"},
    {{"a@x.org", "b@x.org", NULL}, "a@x.org and b@x.org", "a@x.org und b@x.org"},
    {{"a@x.org", "b@x.org", "c@x.org", NULL},
     "a@x.org, b@x.org and 1 other",
     "a@x.org, b@x.org und 1 weitere Person"},
    {{"a@x.org", "b@x.org", "c@x.org", "d@x.org", "e@x.org", NULL},
     "a@x.org, b@x.org and 3 others",
     "a@x.org, b@x.org und 3 weitere"},
};

static void check_left(gboolean german)
{
    for (gsize i = 0; i < G_N_ELEMENTS(lefts); i++) {
        g_autofree char *text = ra_wording_left(lefts[i].seconds);
        g_assert_cmpstr(text, ==, german ? lefts[i].german : lefts[i].english);
    }
}

static void check_moments(gboolean german)
{
    for (gsize i = 0; i < G_N_ELEMENTS(moments); i++) {
        const char *want = german ? moments[i].german : moments[i].english;
        g_autofree char *text = ra_wording_moment(moments[i].moment, moments[i].now);
        if (want != NULL)
            g_assert_cmpstr(text, ==, want);
    }
}

static void check_people(gboolean german)
{
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autofree char *text = ra_wording_people(lists[i].people);
        g_assert_cmpstr(text, ==, german ? lists[i].german : lists[i].english);
    }
    g_autofree char *nobody = ra_wording_people(NULL);
    g_assert_cmpstr(nobody, ==, "");
}

static void test_left(void)
{
    check_left(FALSE);
}

static void test_moment(void)
{
    check_moments(FALSE);
}

static void test_people(void)
{
    check_people(FALSE);
}

static void test_size(void)
{
    /* GLib puts a no-break space between number and unit. */
    static const struct {
        guint64 bytes;
        const char *text;
    } sizes[] = {
        {0, "0 bytes"},
        {1, "1 byte"},
        {999, "999 bytes"},
        {1400000, "1.4\302\240MB"},
        {G_MAXUINT64, "18.4\302\240EB"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *text = ra_wording_size(sizes[i].bytes);
        g_assert_cmpstr(text, ==, sizes[i].text);
    }
}

/* The texts are German wherever there is a locale to switch to; dates only with a German one. */
static void test_german(void)
{
    if (setlocale(LC_ALL, "C.UTF-8") == NULL) {
        g_test_skip("there is no locale C.UTF-8");
        return;
    }
    g_autofree char *catalogs = g_test_build_filename(G_TEST_BUILT, "..", "po", NULL);
    (void)bindtextdomain(GETTEXT_PACKAGE, catalogs);
    (void)g_setenv("LANGUAGE", "de", TRUE);
    check_left(TRUE);
    check_people(TRUE);
    if (setlocale(LC_ALL, "de_DE.UTF-8") != NULL) {
        g_autofree char *text = ra_wording_moment(FRIDAY, FRIDAY + 86400);
        check_moments(TRUE);
        g_assert_cmpstr(text, ==, "Fr, 20.\u00a0Nov, 14:03");
    }
    g_unsetenv("LANGUAGE");
    (void)setlocale(LC_ALL, "C");
}

int main(int argc, char **argv)
{
    (void)g_setenv("LC_ALL", "C", TRUE);
    g_unsetenv("LANGUAGE");
    (void)g_setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", TRUE);
    ra_i18n_init();
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wording/left", test_left);
    g_test_add_func("/wording/moment", test_moment);
    g_test_add_func("/wording/people", test_people);
    g_test_add_func("/wording/size", test_size);
    g_test_add_func("/wording/german", test_german);
    return g_test_run();
}
