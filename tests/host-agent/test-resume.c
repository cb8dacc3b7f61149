/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A link that breaks, and who comes back. */
#include "tests/host-agent/scene.h"
#include "tests/host-agent/tests.h"

#include <string.h>

static void break_link(Scene *f, gboolean worker_says_so)
{
    const RaIpcMessage ended = {.kind = RA_IPC_ENDED, .ended.reason = RA_GOODBYE_LINK};
    if (worker_says_so)
        fake_worker_say(f->worker, &ended);
    else
        fake_worker_die(f->worker);
}

/* Without a link there is no power, but the sign. */
static void test_broken(void)
{
    for (guint state = RA_HELPER_SESSION_VIEWING; state <= RA_HELPER_SESSION_CONTROLLING; state++) {
        for (guint says_so = 0; says_so <= 1; says_so++) {
            Scene f;
            scene_set_up(&f);
            scene_go_to(&f, state);
            break_link(&f, says_so != 0);
            g_assert_cmpint(ra_helper_session_state(f.session), ==, RA_HELPER_SESSION_BROKEN);
            g_assert_null(f.worker->peer);
            g_assert_null(f.desktop.input_events);
            g_assert_cmpuint(f.question, ==, 0);
            g_assert_true(f.desktop.shown);
            g_assert_true(f.desktop.sign.lost);
            g_assert_cmpint(f.desktop.shown_rights, ==, RA_RIGHT_VIEW);
            g_assert_nonnull(strstr(f.last_event, "connection was lost"));
            fake_settle();
            g_assert_false(f.ended);
            /* The novice does not wait. */
            f.desktop.sign_events->end(f.desktop.sign_data);
            g_assert_false(f.desktop.shown);
            fake_settle();
            g_assert_true(f.ended);
            scene_tear_down(&f);
        }
    }
}

static void test_returns(void)
{
    Scene f;
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_CONTROLLING);
    g_autofree char *identity = g_strdup(scene_resume_identity(f.worker));
    g_assert_true(ra_resume_is_identity(identity));
    ra_helper_session_pause(f.session, TRUE);
    break_link(&f, TRUE);
    f.admit = RA_GOODBYE_EXPIRED; /* the invitation, meanwhile */
    fake_clock_pass(&f.clock, RA_RESUME_SECONDS - 1);
    scene_return(&f, identity);
    fake_settle();

    g_assert_cmpuint(f.question, ==, 0); /* nobody was asked */
    g_assert_null(f.fresh);
    g_assert_cmpint(ra_helper_session_state(f.session), ==, RA_HELPER_SESSION_VIEWING);
    g_assert_true(fake_worker_last(f.back, RA_IPC_ALLOW)->allow.yes);
    g_assert_cmpint(fake_worker_last(f.back, RA_IPC_RIGHTS)->rights.rights, ==, RA_RIGHT_VIEW);
    g_assert_cmpuint(fake_worker_count_assist(f.back, RA_ASSIST_FEATURES), ==, 1);
    g_assert_cmpuint(fake_worker_count(f.back, RA_IPC_FRAME), ==, 1);
    g_assert_cmpuint(f.desktop.screens, ==, 2); /* in memory that the old worker never saw */
    g_assert_cmpuint(f.began, ==, 1);
    g_assert_false(f.desktop.sign.lost);
    g_assert_nonnull(strstr(f.last_event, "Hanna is back"));
    g_assert_cmpstr(ra_helper_session_helper(f.session), ==, "Hanna");

    /* What was hidden stays so. */
    g_assert_true(f.desktop.sign.paused);
    g_assert_true(fake_worker_last_assist(f.back, RA_ASSIST_PAUSED)->flag);
    fake_worker_say_kind(f.back, RA_IPC_WANT_PIXELS);
    g_assert_cmpuint(scene_fetches(&f), ==, 0);
    ra_helper_session_pause(f.session, FALSE);
    g_assert_cmpuint(scene_fetches(&f), ==, 1);

    /* Another key for the next time; the old one is of no use, and control has its own yes. */
    g_assert_cmpstr(scene_resume_identity(f.back), !=, identity);
    g_assert_null(ra_helper_session_resume_key(f.session, identity));
    fake_worker_say_kind(f.back, RA_IPC_KEY_PRESS);
    fake_settle();
    g_assert_true(f.ended);
    g_assert_cmpuint(f.desktop.injected, ==, 0);
    scene_tear_down(&f);
}

/* The helper is back before this end noticed that they were gone; and once more. */
static void test_early(void)
{
    Scene f;
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_CONTROLLING);
    g_autofree char *identity = g_strdup(scene_resume_identity(f.worker));
    scene_return(&f, identity);
    fake_settle();
    g_assert_null(f.worker->peer);
    g_assert_cmpint(ra_helper_session_state(f.session), ==, RA_HELPER_SESSION_VIEWING);
    g_autofree char *next = g_strdup(scene_resume_identity(f.back));
    scene_return(&f, next);
    fake_settle();
    g_assert_cmpint(ra_helper_session_state(f.session), ==, RA_HELPER_SESSION_VIEWING);
    g_assert_cmpuint(f.question, ==, 0);
    scene_tear_down(&f);
}

/* Who is not let in again. */
static void test_refused(void)
{
    enum { USED, TOO_LATE, MADE_UP, ENDED, STOCK, WAYS };
    for (guint way = USED; way < WAYS; way++) {
        Scene f;
        g_test_message("way %u", way);
        scene_set_up(&f);
        scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
        g_autofree char *identity = g_strdup(scene_resume_identity(f.worker));
        g_autoptr(RaSecret) key = ra_helper_session_resume_key(f.session, identity);
        g_assert_nonnull(key);
        if (way == USED) {
            scene_return(&f, identity);
            fake_settle();
        }
        if (way == ENDED)
            ra_helper_session_leave(f.session, RA_GOODBYE_ENDED);
        else
            (way == USED ? fake_worker_die(f.back) : break_link(&f, TRUE));
        if (way == TOO_LATE)
            fake_clock_pass(&f.clock, RA_RESUME_SECONDS);
        f.stock = way == STOCK;
        scene_return(&f, way == MADE_UP ? "r-0123456789abcdef" : identity);
        const RaIpcMessage *answer = fake_worker_last(f.back, RA_IPC_ALLOW);
        g_assert_nonnull(answer);
        g_assert_false(answer->allow.yes);
        g_assert_cmpuint(f.back->sent->len, ==, 1);
        g_assert_cmpint(f.desktop.shown, ==, way != ENDED);
        fake_worker_say_kind(f.back, RA_IPC_ENDED);
        fake_settle();
        g_assert_null(f.fresh);
        scene_tear_down(&f);
    }
}

/* A minute by the clock that goes on in suspend. */
static void test_over(void)
{
    Scene f;
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    break_link(&f, FALSE);
    fake_clock_pass(&f.clock, RA_RESUME_SECONDS + 1);
    fake_wait(&f.ended);
    g_assert_false(f.desktop.shown);
    g_assert_nonnull(strstr(f.last_event, "did not come back"));
    scene_tear_down(&f);

    /* A stock viewer has nothing to come back with. */
    scene_set_up(&f);
    f.stock = TRUE;
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    break_link(&f, TRUE);
    fake_settle();
    g_assert_true(f.ended);
    g_assert_false(f.desktop.shown);
    scene_tear_down(&f);
}

/* The screen cannot be had again: the session ends, and the helper hears why. */
static void test_no_screen(void)
{
    Scene f;
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    g_autofree char *identity = g_strdup(scene_resume_identity(f.worker));
    break_link(&f, TRUE);
    f.desktop.no_screen = TRUE;
    scene_return(&f, identity);
    g_assert_cmpint(fake_worker_last(f.back, RA_IPC_BYE)->ended.reason, ==, RA_GOODBYE_NO_SCREEN);
    g_assert_cmpuint(fake_worker_count(f.back, RA_IPC_FRAME), ==, 0);
    g_assert_false(f.desktop.shown);
    fake_worker_say_kind(f.back, RA_IPC_ENDED);
    fake_settle();
    g_assert_true(f.ended);
    scene_tear_down(&f);
}

void add_resume_tests(void)
{
    g_test_add_func("/host/resume/broken", test_broken);
    g_test_add_func("/host/resume/returns", test_returns);
    g_test_add_func("/host/resume/early", test_early);
    g_test_add_func("/host/resume/refused", test_refused);
    g_test_add_func("/host/resume/over", test_over);
    g_test_add_func("/host/resume/no-screen", test_no_screen);
}
