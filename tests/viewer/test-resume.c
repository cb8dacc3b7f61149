/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links that break and come back, or do not. A second has 20 ms here. */
#include "tests/viewer/player.h"
#include "tests/viewer/tests.h"

#include "base/error.h"
#include "viewer/resume.h"

#include <unistd.h>

static gboolean on_late(gpointer data)
{
    *(gboolean *)data = TRUE;
    return G_SOURCE_REMOVE;
}

/* Runs until a dialler is there (or the end). */
static void wait_for_try(Seen *seen)
{
    gboolean late = FALSE;
    const guint timer = g_timeout_add(10000, on_late, &late);
    while (!fake_dialer_alive() && seen->code == -1 && !late)
        g_main_context_iteration(NULL, TRUE);
    g_assert_false(late);
    g_source_remove(timer);
}

static void begin(Seen *seen, guint16 seconds)
{
    player_share(seen, RA_RIGHTS_ALL);
    fake_says_rights(RA_RIGHTS_ALL);
    fake_says_features(RA_FEATURES_ALL);
    fake_says_resume("r-1", seconds);
    player_assert_log(seen, "rights-3 features-63 ");
}

static void come_back(Seen *seen)
{
    wait_for_try(seen);
    fake_connects(0, "192.0.2.1:3389");
    fake_says_id(RA_IPC_SECURED, 0);
}

/* The link breaks, by itself or because the worker dies, and is there again. */
static void test_resume(void)
{
    for (int dies = 0; dies < 2; dies++) {
        Seen seen;
        begin(&seen, 60);
        if (dies)
            fake_worker_dies();
        else
            fake_says_ended(RA_GOODBYE_LINK, "reset");
        g_assert_false(fake_worker_alive() || fake_dialer_alive());
        player_assert_log(&seen, "resuming ");
        g_assert_cmpuint(ra_connect_rights(seen.connect), ==, 0);
        g_assert_cmpuint(ra_connect_resuming(seen.connect), >, 55);
        ra_connect_key(seen.connect, TRUE, 'a', 0x1e);
        ra_connect_want_control(seen.connect);
        come_back(&seen);
        player_assert_sent("identity r-1 Hel per 1\nsocket 0 192.0.2.1:3389\n");
        g_assert_cmpint(ra_connect_state(seen.connect), ==, RA_CONNECT_RESUMING);
        g_string_truncate(seen.log, 0);
        fake_says_rights(RA_RIGHT_VIEW);
        close(fake_says_screen(80, 60));
        fake_says_features(RA_FEATURE_CHAT);
        player_assert_log(&seen, "rights-1 screen-80x60 sharing features-2 ");
        g_assert_cmpuint(ra_connect_resuming(seen.connect), ==, 0);
        /* The next time by the new key, and this time while the screen is hidden. */
        fake_says_resume("r-2", 60);
        fake_says_ended(RA_GOODBYE_LINK, "");
        come_back(&seen);
        player_assert_sent("identity r-2 Hel per 1\nsocket 0 192.0.2.1:3389\n");
        g_string_truncate(seen.log, 0);
        fake_says_features(RA_FEATURES_ALL);
        player_assert_log(&seen, "sharing features-63 ");
        fake_says_ended(RA_GOODBYE_ENDED, "");
        player_assert_log(&seen, "ended(they ended the session) ");
        player_stop(&seen);
    }
}

/* Tries that lead nowhere are followed by others, until one succeeds. */
static void test_resume_late(void)
{
    Seen seen;
    begin(&seen, 60);
    fake_says_ended(RA_GOODBYE_LINK, "");
    for (int i = 0; i < 6; i++) {
        wait_for_try(&seen);
        g_assert_cmpint(seen.code, ==, -1);
        switch (i) {
        case 0:
            fake_dial_fails(0, "192.0.2.1:3389", "no route");
            fake_exhausted();
            break;
        case 1: /* a handshake that never ends: the try's own limit */
            fake_connects(0, "192.0.2.1:3389");
            break;
        case 2:
            fake_worker_dies();
            break;
        case 3: /* it got as far as the handshake */
            fake_connects(0, "192.0.2.1:3389");
            fake_says_id(RA_IPC_SECURED, 0);
            fake_says_ended(RA_GOODBYE_LINK, "");
            break;
        case 4: /* a stranger at that address */
            fake_connects(0, "192.0.2.1:3389");
            fake_says_attempt_failed(0, TRUE, "wrong key");
            fake_exhausted();
            break;
        default:
            come_back(&seen);
            break;
        }
        while (i == 1 && fake_dialer_alive())
            g_main_context_iteration(NULL, TRUE);
    }
    g_string_truncate(seen.log, 0);
    close(fake_says_screen(80, 60));
    player_assert_log(&seen, "screen-80x60 sharing ");
    player_stop(&seen);
}

static void test_resume_in_vain(void)
{
    static const struct {
        gboolean answered;
        RaGoodbye goodbye; /* UNKNOWN: it does not come so far */
        gint code;
        const char *reason;
    } cases[] = {
        {FALSE, RA_GOODBYE_UNKNOWN, 7, "the connection was lost and did not come back"},
        {TRUE, RA_GOODBYE_UNKNOWN, 8,
         "the connection was lost, and their computer has ended the session"},
        {TRUE, RA_GOODBYE_BUSY, 8, "somebody else is helping them already"},
        {TRUE, RA_GOODBYE_ENDED, 8, "they ended the session"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Seen seen;
        begin(&seen, cases[i].answered ? 60 : 5);
        fake_says_ended(RA_GOODBYE_LINK, "");
        while (seen.code == -1) {
            wait_for_try(&seen);
            if (seen.code != -1)
                break;
            if (cases[i].goodbye != RA_GOODBYE_UNKNOWN) {
                come_back(&seen);
                fake_says_ended(cases[i].goodbye, "");
            } else {
                fake_connects(0, "192.0.2.1:3389");
                fake_says_attempt_failed(0, cases[i].answered, "no");
                fake_exhausted();
            }
        }
        g_autofree char *end = g_strdup_printf("ended(%s) ", cases[i].reason);
        g_assert_true(g_str_has_suffix(seen.log->str, end));
        g_assert_cmpint(seen.code, ==, cases[i].code);
        g_assert_true(g_str_has_prefix(seen.message, "Disconnected from Maria: "));
        player_stop(&seen);
    }
}

/* Who says goodbye is not called again, and who never told how to come back cannot be. */
static void test_no_resume(void)
{
    for (int i = 0; i < 2; i++) {
        Seen seen;
        if (i == 0)
            player_share(&seen, RA_RIGHTS_ALL);
        else
            begin(&seen, 60);
        fake_says_ended(i == 1 ? RA_GOODBYE_SHUTTING_DOWN : RA_GOODBYE_LINK, "");
        g_assert_cmpint(seen.code, !=, -1);
        player_stop(&seen);
    }
}

/* Between two tries, during one, and when it got as far as the handshake. */
static void test_leave_resuming(void)
{
    for (int when = 0; when < 3; when++) {
        Seen seen;
        begin(&seen, 60);
        fake_says_ended(RA_GOODBYE_LINK, "");
        if (when > 0)
            wait_for_try(&seen);
        if (when > 1)
            come_back(&seen);
        ra_connect_leave(seen.connect);
        g_assert_cmpint(seen.code, ==, -1);
        while (seen.code == -1)
            g_main_context_iteration(NULL, TRUE);
        g_assert_cmpint(seen.code, ==, 0);
        g_assert_true(g_str_has_suffix(seen.log->str, "ended(you ended the session) "));
        player_stop(&seen);
    }
}

static void test_free_resuming(void)
{
    Seen seen;
    begin(&seen, 60);
    fake_says_ended(RA_GOODBYE_LINK, "");
    player_stop(&seen); /* and no timer fires afterwards */
    for (int i = 0; i < 5; i++) {
        g_usleep(10000);
        while (g_main_context_iteration(NULL, FALSE))
            continue;
    }
    g_assert_false(fake_worker_alive());
}

/* The times, by a clock that the test moves. */
static void test_resume_times(void)
{
    static const guint pauses[] = {0, 1000, 2000, 4000, 5000, 5000};
    const RaAssist how = {.kind = RA_ASSIST_RESUME, .resume = {"r-1", {1}, 600}};
    g_autoptr(RaResume) resume = ra_resume_new(1000);
    g_assert_false(ra_resume_possible(resume));
    ra_resume_take(resume, &how);
    g_assert_true(ra_resume_possible(resume));
    ra_resume_broken(resume, 1000);
    g_assert_cmpuint(ra_resume_left(resume, 1000), ==, RA_RESUME_SECONDS);
    for (gsize i = 0; i < G_N_ELEMENTS(pauses); i++)
        g_assert_cmpuint(ra_resume_pause(resume), ==, pauses[i]);
    ra_resume_broken(resume, 9 * G_USEC_PER_SEC); /* no new minute by a try in vain */
    g_assert_cmpuint(ra_resume_left(resume, 10 * G_USEC_PER_SEC), ==, 51);
    g_assert_cmpuint(ra_resume_left(resume, 61 * G_USEC_PER_SEC), ==, 0);
    /* A link that breaks again at once is not dialled without a pause. */
    ra_resume_back(resume, 20 * G_USEC_PER_SEC);
    ra_resume_broken(resume, 22 * G_USEC_PER_SEC);
    g_assert_cmpuint(ra_resume_left(resume, 22 * G_USEC_PER_SEC), ==, RA_RESUME_SECONDS);
    g_assert_cmpuint(ra_resume_pause(resume), ==, 5000);
    ra_resume_back(resume, 30 * G_USEC_PER_SEC);
    ra_resume_broken(resume, 90 * G_USEC_PER_SEC);
    g_assert_cmpuint(ra_resume_pause(resume), ==, 0);
}

void add_resume_tests(void)
{
    g_test_add_func("/resume/again", test_resume);
    g_test_add_func("/resume/late", test_resume_late);
    g_test_add_func("/resume/in-vain", test_resume_in_vain);
    g_test_add_func("/resume/never", test_no_resume);
    g_test_add_func("/resume/leave", test_leave_resuming);
    g_test_add_func("/resume/free", test_free_resuming);
    g_test_add_func("/resume/times", test_resume_times);
}
