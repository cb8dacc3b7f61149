/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-agent/scene.h"
#include "tests/host-agent/tests.h"

enum {
    NEW = 1 << RA_HELPER_SESSION_NEW,
    ASKING = 1 << RA_HELPER_SESSION_ASKING,
    VIEWING = 1 << RA_HELPER_SESSION_VIEWING,
    REQUESTED = 1 << RA_HELPER_SESSION_REQUESTED,
    CONTROLLING = 1 << RA_HELPER_SESSION_CONTROLLING,
    LEAVING = 1 << RA_HELPER_SESSION_LEAVING,
    SHARING = VIEWING | REQUESTED | CONTROLLING,
};

/* Every message in every state: what is not listed as allowed ends the session, and whatever
 * happens nothing is injected except under control, nothing fetched except after a yes. */
static void test_table(void)
{
    static const struct {
        RaIpcKind kind;
        guint allowed;
    } cases[] = {
        {RA_IPC_ASK, NEW},
        {RA_IPC_WANT_PIXELS, SHARING | LEAVING},
        {RA_IPC_WANT_CONTROL, VIEWING | LEAVING},
        {RA_IPC_RETURN_CONTROL, SHARING | LEAVING},
        {RA_IPC_POINTER, CONTROLLING | LEAVING},
        {RA_IPC_KEY_PRESS, CONTROLLING | LEAVING},
        {RA_IPC_WANT_KEY, 0},
        {RA_IPC_HANDSHAKE_FAILED, 0},
        {RA_IPC_AUTHENTICATED, 0},
        {RA_IPC_ENDED, 0},
        /* What only the host's program, or the viewer's side, may say. */
        {RA_IPC_ALLOW, 0},
        {RA_IPC_RIGHTS, 0},
        {RA_IPC_CURSOR, 0},
        {RA_IPC_SECURED, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (guint state = RA_HELPER_SESSION_NEW; state <= RA_HELPER_SESSION_LEAVING; state++) {
            Scene f;
            if (state == RA_HELPER_SESSION_BROKEN) /* nobody is there to say anything */
                continue;
            g_test_message("message %d in state %u", cases[i].kind, state);
            scene_set_up(&f);
            scene_go_to(&f, state);
            RaIpcMessage message = {.kind = cases[i].kind};
            if (cases[i].kind == RA_IPC_ASK)
                g_strlcpy(message.ask.identity, IDENTITY, sizeof message.ask.identity);
            fake_worker_say(f.worker, &message);
            fake_settle();
            const gboolean allowed = (cases[i].allowed & (1u << state)) != 0;
            g_assert_cmpint(f.ended, ==, !allowed);
            g_assert_cmpint(f.worker->peer == NULL, ==, !allowed);
            const gboolean input =
                cases[i].kind == RA_IPC_POINTER || cases[i].kind == RA_IPC_KEY_PRESS;
            g_assert_cmpuint(f.desktop.injected, ==,
                             input && state == RA_HELPER_SESSION_CONTROLLING ? 1 : 0);
            g_assert_cmpuint(
                scene_fetches(&f), ==,
                allowed && cases[i].kind == RA_IPC_WANT_PIXELS && (SHARING & (1u << state)) ? 1
                                                                                            : 0);
            if (!allowed)
                g_assert_false(f.desktop.shown);
            scene_tear_down(&f);
        }
    }
}

/* Nothing of the screen is made, let alone sent, before the yes; and none after a no. */
static void test_connect(void)
{
    static const struct {
        gboolean yes, withdraw, no_screen, no_sign, no_input;
        RaGoodbye admit_first, admit_later; /* at the yes */
        gboolean begins;
        RaGoodbye reason;
    } cases[] = {
        {.yes = TRUE, .begins = TRUE},
        {.yes = TRUE, .no_input = TRUE, .begins = TRUE},
        {.yes = FALSE, .reason = RA_GOODBYE_DECLINED},
        {.yes = TRUE, .no_screen = TRUE, .reason = RA_GOODBYE_NO_SCREEN},
        {.yes = TRUE, .no_sign = TRUE, .reason = RA_GOODBYE_NO_SCREEN},
        {.admit_first = RA_GOODBYE_BUSY, .reason = RA_GOODBYE_BUSY},
        {.admit_first = RA_GOODBYE_EXPIRED, .reason = RA_GOODBYE_EXPIRED},
        {.yes = TRUE, .admit_later = RA_GOODBYE_EXPIRED, .reason = RA_GOODBYE_EXPIRED},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Scene f;
        g_test_message("case %zu", i);
        scene_set_up(&f);
        f.desktop.no_screen = cases[i].no_screen;
        f.desktop.no_sign = cases[i].no_sign;
        f.desktop.no_input = cases[i].no_input;
        f.admit = cases[i].admit_first;
        scene_ask(&f, IDENTITY, "Ha\x1b[31mn\u201dna\xE2\x80\xAE");
        fake_settle();
        g_assert_cmpuint(f.desktop.screens, ==, 0);
        if (cases[i].admit_first == RA_GOODBYE_UNKNOWN) {
            g_assert_cmpstr(f.name, ==, "Ha [31mn'na");
            g_assert_cmpstr(f.to, ==, "desk@example.org");
            g_assert_cmpuint(f.worker->sent->len, ==, 0);
            f.admit = cases[i].admit_later;
            scene_answer(&f, cases[i].yes);
        }
        fake_settle();
        g_assert_cmpuint(f.question, ==, 0);
        const RaIpcMessage *allow = fake_worker_last(f.worker, RA_IPC_ALLOW);
        g_assert_nonnull(allow);
        g_assert_cmpint(allow->allow.yes, ==, cases[i].begins);
        g_assert_cmpuint(f.began, ==, cases[i].begins);
        g_assert_cmpint(f.desktop.shown, ==, cases[i].begins);
        g_assert_cmpuint(fake_worker_count(f.worker, RA_IPC_FRAME), ==, cases[i].begins);
        if (cases[i].begins) {
            g_assert_cmpstr(f.desktop.shown_who, ==, "Ha [31mn'na");
            g_assert_cmpint(f.desktop.shown_rights, ==, RA_RIGHT_VIEW);
            g_assert_cmpuint(fake_worker_count(f.worker, RA_IPC_CURSOR), ==, 1);
        } else {
            g_assert_cmpint(allow->allow.reason, ==, cases[i].reason);
            g_assert_cmpuint(f.worker->sent->len, ==, 1);
            fake_worker_say_kind(f.worker, RA_IPC_ENDED);
            fake_settle();
            g_assert_true(f.ended);
        }
        scene_tear_down(&f);
    }
}

/* A worker that names an invitation whose key it was not given. */
static void test_other_identity(void)
{
    Scene f;
    scene_set_up(&f);
    scene_ask(&f, "ffffffffffffffffffffffffffffffff", "Hanna");
    fake_settle();
    g_assert_true(f.ended);
    g_assert_cmpuint(f.question, ==, 0);
    g_assert_cmpuint(f.worker->sent->len, ==, 0);
    scene_tear_down(&f);
}

/* The token: the host fetches only while the worker owes nothing, and not without damage. */
static void test_token(void)
{
    Scene f;
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    g_assert_cmpuint(scene_fetches(&f), ==, 0); /* the frame is the worker's */
    fake_worker_say_kind(f.worker, RA_IPC_WANT_PIXELS);
    g_assert_cmpuint(scene_fetches(&f), ==, 1);
    g_assert_cmpuint(fake_worker_count(f.worker, RA_IPC_PIXELS), ==, 1);

    ra_memory_screen_fill(f.desktop.screen, (RaRect){1, 1, 5, 5}, 0x123456);
    fake_settle();
    g_assert_cmpuint(scene_fetches(&f), ==, 1);
    fake_worker_say_kind(f.worker, RA_IPC_WANT_PIXELS);
    const RaIpcMessage *pixels = fake_worker_last(f.worker, RA_IPC_PIXELS);
    g_assert_cmpuint(pixels->rects.n, ==, 1);
    g_assert_cmpuint(pixels->rects.rect[0].width, ==, 5);

    fake_worker_say_kind(f.worker, RA_IPC_WANT_PIXELS); /* ours, with nothing to show */
    g_assert_cmpuint(scene_fetches(&f), ==, 2);
    ra_memory_screen_fill(f.desktop.screen, (RaRect){0, 0, 2, 2}, 0xFFFFFF);
    fake_settle();
    g_assert_cmpuint(scene_fetches(&f), ==, 3);

    /* A new size while the worker holds the old frame: it owes two answers. */
    ra_memory_screen_resize(f.desktop.screen, 32, 16);
    fake_settle();
    const RaIpcMessage *frame = fake_worker_last(f.worker, RA_IPC_FRAME);
    g_assert_cmpuint(fake_worker_count(f.worker, RA_IPC_FRAME), ==, 2);
    g_assert_cmpuint(frame->frame.width, ==, 32);
    fake_worker_say_kind(f.worker, RA_IPC_WANT_PIXELS);
    g_assert_cmpuint(scene_fetches(&f), ==, 3);
    fake_worker_say_kind(f.worker, RA_IPC_WANT_PIXELS);
    g_assert_cmpuint(scene_fetches(&f), ==, 4);

    /* One too many. */
    fake_worker_say_kind(f.worker, RA_IPC_WANT_PIXELS);
    g_assert_cmpuint(scene_fetches(&f), ==, 4);
    fake_worker_say_kind(f.worker, RA_IPC_WANT_PIXELS);
    fake_settle();
    g_assert_true(f.ended);
    scene_tear_down(&f);
}

static void say_key(Scene *f)
{
    fake_worker_say_kind(f->worker, RA_IPC_KEY_PRESS);
}

/* Ways in which control ends; each before the next event. */
static void test_control_ends(void)
{
    enum { RETURNED, ESCAPE, SIGN, TAKEN, WAYS };
    for (guint way = RETURNED; way < WAYS; way++) {
        Scene f;
        scene_set_up(&f);
        scene_go_to(&f, RA_HELPER_SESSION_CONTROLLING);
        g_assert_cmpint(f.desktop.shown_rights, ==, RA_RIGHTS_ALL);
        g_assert_true(fake_worker_last(f.worker, RA_IPC_CONTROL_ANSWER)->allow.yes);
        g_assert_cmpint(fake_worker_last(f.worker, RA_IPC_RIGHTS)->rights.rights, ==,
                        RA_RIGHTS_ALL);
        say_key(&f);
        g_assert_cmpuint(f.desktop.injected, ==, 1);
        const guint released = f.desktop.released;
        if (way == RETURNED)
            fake_worker_say_kind(f.worker, RA_IPC_RETURN_CONTROL);
        else if (way == ESCAPE)
            f.desktop.input_events->escape(f.desktop.input_data);
        else if (way == SIGN)
            f.desktop.sign_events->take_back(f.desktop.sign_data);
        else
            ra_helper_session_take_back(f.session);
        g_assert_cmpuint(f.desktop.released, >, released);
        g_assert_cmpint(f.desktop.shown_rights, ==, RA_RIGHT_VIEW);
        g_assert_cmpint(fake_worker_last(f.worker, RA_IPC_RIGHTS)->rights.rights, ==,
                        RA_RIGHT_VIEW);
        say_key(&f); /* was under way */
        fake_worker_say_kind(f.worker, RA_IPC_POINTER);
        fake_settle();
        g_assert_cmpuint(f.desktop.injected, ==, 1);
        g_assert_cmpint(ra_helper_session_state(f.session), ==, RA_HELPER_SESSION_VIEWING);
        scene_tear_down(&f);
    }
}

/* While a question is open, and half a second after, nothing is injected. */
static void test_hold(void)
{
    Scene f;
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_CONTROLLING);
    say_key(&f);
    const guint released = f.desktop.released;
    const guint number =
        ra_questions_ask(f.questions, RA_QUESTION_VOICE,
                         g_variant_new_parsed("{'name': <''>, 'to': <['']>}"), NULL, NULL);
    ra_helper_session_hold(f.session);
    g_assert_cmpuint(f.desktop.released, ==, released + 1);
    say_key(&f);
    ra_questions_withdraw(f.questions, number);
    say_key(&f);
    g_assert_cmpuint(f.desktop.injected, ==, 1);
    fake_clock_pass(&f.clock, 1);
    say_key(&f);
    g_assert_cmpuint(f.desktop.injected, ==, 2);
    scene_tear_down(&f);
}

static void test_control_refused(void)
{
    Scene f;
    scene_set_up(&f);
    f.rights = RA_RIGHT_VIEW;
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    fake_worker_say_kind(f.worker, RA_IPC_WANT_CONTROL);
    g_assert_cmpuint(f.question, ==, 0);
    g_assert_cmpint(fake_worker_last(f.worker, RA_IPC_CONTROL_ANSWER)->allow.reason, ==,
                    RA_GOODBYE_FORBIDDEN);
    scene_tear_down(&f);

    /* Whoever asks again and again is not let through to the novice. */
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    for (guint i = 0; i < RA_HELPER_SESSION_REFUSALS_MAX; i++) {
        fake_worker_say_kind(f.worker, RA_IPC_WANT_CONTROL);
        g_assert_cmpuint(f.question, !=, 0);
        if (i % 2 == 0)
            scene_answer(&f, FALSE);
        else
            ra_helper_session_take_back(f.session); /* ESC is a no as well */
    }
    fake_worker_say_kind(f.worker, RA_IPC_WANT_CONTROL);
    g_assert_cmpuint(f.question, ==, 0);
    g_assert_cmpuint(fake_worker_count(f.worker, RA_IPC_CONTROL_ANSWER), ==,
                     RA_HELPER_SESSION_REFUSALS_MAX + 1);
    g_assert_false(fake_worker_last(f.worker, RA_IPC_CONTROL_ANSWER)->allow.yes);
    say_key(&f); /* control was never granted */
    fake_settle();
    g_assert_true(f.ended);
    g_assert_cmpuint(f.desktop.injected, ==, 0);
    scene_tear_down(&f);
}

/* Ways in which a session ends, from each state. */
static void test_ends(void)
{
    enum { SIGN, PROGRAM, WORKER_DIES, WORKER_ENDS, SCREEN_LOST, WAYS };
    for (guint way = SIGN; way < WAYS; way++) {
        for (guint state = RA_HELPER_SESSION_NEW; state <= RA_HELPER_SESSION_CONTROLLING; state++) {
            Scene f;
            if ((way == SIGN || way == SCREEN_LOST) && state < RA_HELPER_SESSION_VIEWING)
                continue;
            g_test_message("way %u, state %u", way, state);
            scene_set_up(&f);
            scene_go_to(&f, state);
            if (way == SIGN)
                f.desktop.sign_events->end(f.desktop.sign_data);
            else if (way == PROGRAM)
                ra_helper_session_leave(f.session, RA_GOODBYE_ENDED);
            else if (way == WORKER_DIES)
                fake_worker_die(f.worker);
            else if (way == WORKER_ENDS)
                fake_worker_say_kind(f.worker, RA_IPC_ENDED);
            else
                ra_memory_screen_lose(f.desktop.screen);
            const gboolean stays = way == WORKER_DIES && state >= RA_HELPER_SESSION_VIEWING;
            if (way != SCREEN_LOST) /* at once */
                g_assert_cmpint(f.desktop.shown, ==, stays);
            fake_settle();
            g_assert_cmpint(f.desktop.shown, ==, stays);
            g_assert_cmpuint(f.question, ==, 0);
            if (stays) { /* may come back: test-resume.c */
                g_assert_cmpint(ra_helper_session_state(f.session), ==, RA_HELPER_SESSION_BROKEN);
                ra_helper_session_leave(f.session, RA_GOODBYE_ENDED);
                g_assert_false(f.desktop.shown);
                fake_settle();
            }
            const gboolean says_goodbye = way == SIGN || way == PROGRAM || way == SCREEN_LOST;
            g_assert_cmpuint(fake_worker_count(f.worker, RA_IPC_BYE), ==, says_goodbye);
            if (says_goodbye) {
                g_assert_cmpint(fake_worker_last(f.worker, RA_IPC_BYE)->ended.reason, ==,
                                way == SCREEN_LOST ? RA_GOODBYE_NO_SCREEN : RA_GOODBYE_ENDED);
                say_key(&f); /* whatever it still says */
                fake_worker_say_kind(f.worker, RA_IPC_ENDED);
                fake_settle();
            }
            g_assert_cmpuint(f.desktop.injected, ==, 0);
            g_assert_true(f.ended);
            scene_tear_down(&f);
        }
    }
}

/* A worker that never leaves is not waited for. */
static void test_worker_stays(void)
{
    Scene f;
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    ra_helper_session_leave(f.session, RA_GOODBYE_SHUTTING_DOWN);
    const gint64 start = g_get_monotonic_time();
    while (!f.ended && g_get_monotonic_time() - start < 60 * (gint64)G_USEC_PER_SEC)
        g_main_context_iteration(NULL, TRUE);
    g_assert_true(f.ended);
    g_assert_null(f.worker->peer);
    scene_tear_down(&f);
}

void add_session_tests(void)
{
    g_test_add_func("/host/session/table", test_table);
    g_test_add_func("/host/session/connect", test_connect);
    g_test_add_func("/host/session/other-identity", test_other_identity);
    g_test_add_func("/host/session/token", test_token);
    g_test_add_func("/host/session/control-ends", test_control_ends);
    g_test_add_func("/host/session/hold", test_hold);
    g_test_add_func("/host/session/control-refused", test_control_refused);
    g_test_add_func("/host/session/ends", test_ends);
    g_test_add_func("/host/session/worker-stays", test_worker_stays);
}
