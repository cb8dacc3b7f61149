/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The helper's input gives way to the novice's own hands, and to a hidden screen. */
#include "host/hands.h"
#include "tests/host-agent/scene.h"
#include "tests/host-agent/tests.h"

#include <string.h>

static void say_pointer(Scene *f, guint16 buttons)
{
    const RaIpcMessage message = {.kind = RA_IPC_POINTER, .pointer.buttons = buttons};
    fake_worker_say(f->worker, &message);
}

static void say_key(Scene *f)
{
    fake_worker_say_kind(f->worker, RA_IPC_KEY_PRESS);
}

static void novice_moves(Scene *f)
{
    f->desktop.input_events->novice_active(f->desktop.input_data);
}

/* Lets the main loop run until the sign says HELD, five seconds at the most. In milliseconds. */
static guint await_held(Scene *f, gboolean held)
{
    const gint64 start = g_get_monotonic_time();
    while (f->desktop.sign.held != held &&
           g_get_monotonic_time() - start < 60 * (gint64)G_USEC_PER_SEC)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpint(f->desktop.sign.held, ==, held);
    return (guint)((g_get_monotonic_time() - start) / 1000);
}

static void test_held(void)
{
    Scene f;
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    novice_moves(&f); /* without control there is nothing to hold */
    g_assert_cmpuint(fake_worker_count_assist(f.worker, RA_ASSIST_HELD), ==, 0);
    fake_worker_say_kind(f.worker, RA_IPC_WANT_CONTROL);
    scene_answer(&f, TRUE);
    say_key(&f);
    say_pointer(&f, 1);
    g_assert_cmpuint(f.desktop.injected, ==, 2);
    const guint released = f.desktop.released;

    novice_moves(&f); /* at once: let go of, told, in sight */
    g_assert_cmpuint(f.desktop.released, ==, released + 1);
    g_assert_true(f.desktop.sign.held);
    g_assert_true(fake_worker_last_assist(f.worker, RA_ASSIST_HELD)->flag);
    for (guint i = 0; i < 100; i++)
        novice_moves(&f);
    g_assert_cmpuint(fake_worker_count_assist(f.worker, RA_ASSIST_HELD), ==, 1);
    say_key(&f);
    say_pointer(&f, 1);
    g_assert_cmpuint(f.desktop.injected, ==, 2);

    const guint waited = await_held(&f, FALSE);
    g_assert_cmpuint(waited, >=, RA_HANDS_HELD_MS - 20);
    g_assert_cmpuint(waited, <, RA_HANDS_HELD_MS + 1000);
    g_assert_cmpuint(fake_worker_count_assist(f.worker, RA_ASSIST_HELD), ==, 2);
    g_assert_false(fake_worker_last_assist(f.worker, RA_ASSIST_HELD)->flag);

    /* The button was down all the time: half a drag is no click. */
    say_pointer(&f, 1);
    g_assert_cmpuint(f.desktop.injected, ==, 3);
    g_assert_cmpuint(f.desktop.last_input.pointer.buttons, ==, 0);
    say_pointer(&f, 0);
    say_pointer(&f, 1);
    g_assert_cmpuint(f.desktop.last_input.pointer.buttons, ==, 1);
    scene_tear_down(&f);
}

/* Each event of the novice's own puts it off; the end of control ends it. */
static void test_held_longer(void)
{
    Scene f;
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_CONTROLLING);
    const gint64 start = g_get_monotonic_time();
    while (g_get_monotonic_time() - start < 2 * RA_HANDS_HELD_MS * 1000) {
        novice_moves(&f);
        say_key(&f);
        fake_settle();
        g_usleep(10000);
    }
    g_assert_true(f.desktop.sign.held);
    g_assert_cmpuint(f.desktop.injected, ==, 0);
    ra_helper_session_take_back(f.session);
    g_assert_false(f.desktop.sign.held);
    g_assert_false(fake_worker_last_assist(f.worker, RA_ASSIST_HELD)->flag);
    scene_tear_down(&f);
}

/* Every way to hide the screen; each before the next event, and nothing leaves until it is shown.
 */
static void test_paused(void)
{
    enum { KEY, SIGN, PROGRAM, WAYS };
    for (guint way = KEY; way < WAYS; way++) {
        Scene f;
        scene_set_up(&f);
        scene_go_to(&f, RA_HELPER_SESSION_CONTROLLING);
        fake_worker_say_kind(f.worker, RA_IPC_WANT_PIXELS);
        g_assert_cmpuint(scene_fetches(&f), ==, 1);
        say_key(&f);
        if (way == KEY)
            f.desktop.input_events->pause(f.desktop.input_data);
        else if (way == SIGN)
            f.desktop.sign_events->pause(TRUE, f.desktop.sign_data);
        else
            ra_helper_session_pause(f.session, TRUE);
        g_assert_true(f.desktop.sign.paused);
        g_assert_true(ra_helper_session_paused(f.session));
        g_assert_true(fake_worker_last_assist(f.worker, RA_ASSIST_PAUSED)->flag);
        g_assert_nonnull(strstr(f.last_event, "You hid your screen from Hanna"));
        const guint sent = f.worker->sent->len;

        say_key(&f);
        say_pointer(&f, 0);
        fake_worker_say_kind(f.worker, RA_IPC_WANT_PIXELS);
        ra_memory_screen_fill(f.desktop.screen, (RaRect){1, 1, 5, 5}, 0x123456);
        ra_memory_screen_cursor(f.desktop.screen, 4, 4, 0xFFFFFFFF);
        ra_memory_screen_point(f.desktop.screen, 3, 4);
        fake_settle();
        ra_memory_screen_resize(f.desktop.screen, 32, 16);
        fake_settle();
        g_assert_cmpuint(f.desktop.injected, ==, 1);
        g_assert_cmpuint(scene_fetches(&f), ==, 1);
        g_assert_cmpuint(f.worker->sent->len, ==, sent);
        /* Control is held meanwhile, not lost. */
        g_assert_cmpint(ra_helper_session_state(f.session), ==, RA_HELPER_SESSION_CONTROLLING);

        if (way == KEY)
            f.desktop.input_events->pause(f.desktop.input_data);
        else
            ra_helper_session_pause(f.session, FALSE);
        g_assert_false(f.desktop.sign.paused);
        g_assert_false(fake_worker_last_assist(f.worker, RA_ASSIST_PAUSED)->flag);
        g_assert_cmpuint(fake_worker_last(f.worker, RA_IPC_FRAME)->frame.width, ==, 32);
        g_assert_cmpuint(fake_worker_last(f.worker, RA_IPC_CURSOR)->cursor.width, ==, 4);
        g_assert_cmpuint(fake_worker_last(f.worker, RA_IPC_POINTER)->pointer.x, ==, 3);
        fake_worker_say_kind(f.worker, RA_IPC_WANT_PIXELS);
        g_assert_cmpuint(scene_fetches(&f), ==, 2);
        say_key(&f);
        g_assert_cmpuint(f.desktop.injected, ==, 2);
        scene_tear_down(&f);
    }
}

void add_hands_tests(void)
{
    g_test_add_func("/host/hands/held", test_held);
    g_test_add_func("/host/hands/held-longer", test_held_longer);
    g_test_add_func("/host/hands/paused", test_paused);
}
