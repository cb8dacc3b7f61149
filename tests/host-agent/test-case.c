/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be asked for in a session beside the screen: only what was offered, each file and each
 * conversation with its own yes. */
#include "host/asking.h"
#include "tests/host-agent/scene.h"
#include "tests/host-agent/tests.h"

#include <string.h>

/* Every message that a helper may send, filled in so that it can be encoded. */
static const struct {
    RaAssist message;
    RaFeatures feature; /* it belongs to; 0: none */
} said[] = {
    {{.kind = RA_ASSIST_CHAT, .chat = {.number = 1, .size = 2, .text = "hi"}}, RA_FEATURE_CHAT},
    {{.kind = RA_ASSIST_FILE_OFFER, .offer = {.id = 1, .size = 5, .name = "a"}}, RA_FEATURE_FILES},
    {{.kind = RA_ASSIST_VOICE_WANT}, RA_FEATURE_VOICE},
    {{.kind = RA_ASSIST_CLIPBOARD_SHARED, .flag = TRUE}, RA_FEATURE_CLIPBOARD},
    {{.kind = RA_ASSIST_POINT, .point = {.x = 3, .phase = RA_POINT_DOWN}}, RA_FEATURE_POINT},
    {{.kind = RA_ASSIST_MONITOR, .number = 1}, 0},
};

static void test_features(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(said); i++) {
        for (guint with = 0; with <= 1; with++) {
            Scene f;
            g_test_message("message %d, offered %u", said[i].message.kind, with);
            scene_set_up(&f);
            if (!with)
                f.features &= ~(guint)said[i].feature;
            scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
            const RaAssist *offered = fake_worker_last_assist(f.worker, RA_ASSIST_FEATURES);
            g_assert_cmpuint(offered->features, ==, f.features);
            fake_worker_say_assist(f.worker, &said[i].message);
            fake_settle();
            g_assert_cmpint(f.ended, ==, !with && said[i].feature != 0);
            g_assert_cmpint(f.desktop.shown, ==, !f.ended);
            scene_tear_down(&f);
        }
    }
}

/* They are told first, and what only the novice's end or the worker may say ends the session. */
static void test_lies(void)
{
    static const RaAssistKind lies[] = {
        RA_ASSIST_RIGHTS,         RA_ASSIST_WANT_CONTROL, RA_ASSIST_FEATURES, RA_ASSIST_RESUME,
        RA_ASSIST_HELD,           RA_ASSIST_PAUSED,       RA_ASSIST_MONITORS, RA_ASSIST_GOODBYE,
        RA_ASSIST_CONTROL_DENIED, RA_ASSIST_PING,
    };
    for (gsize i = 0; i < G_N_ELEMENTS(lies); i++) {
        Scene f;
        scene_set_up(&f);
        scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
        fake_worker_lie(f.worker, lies[i]);
        fake_settle();
        g_assert_true(f.ended);
        g_assert_null(f.worker->peer);
        scene_tear_down(&f);
    }
    /* And in every state in which nothing is shared. */
    for (gsize i = 0; i < G_N_ELEMENTS(said); i++) {
        for (guint state = RA_HELPER_SESSION_NEW; state <= RA_HELPER_SESSION_ASKING; state++) {
            Scene f;
            scene_set_up(&f);
            scene_go_to(&f, state);
            fake_worker_say_assist(f.worker, &said[i].message);
            fake_settle();
            g_assert_true(f.ended);
            g_assert_cmpuint(f.question, ==, 0);
            scene_tear_down(&f);
        }
    }
}

/* The order of a beginning: nothing before the yes, the features before anything they speak of. */
static void test_beginning(void)
{
    Scene f;
    scene_set_up(&f);
    f.rights = RA_RIGHT_VIEW;
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    static const RaIpcKind first[] = {RA_IPC_ALLOW, RA_IPC_RIGHTS, RA_IPC_ASSIST, RA_IPC_FRAME};
    for (gsize i = 0; i < G_N_ELEMENTS(first); i++)
        g_assert_cmpint(g_array_index(f.worker->sent, RaIpcMessage, i).kind, ==, first[i]);
    const RaAssist *features = &g_array_index(f.worker->sent, RaIpcMessage, 2).assist;
    g_assert_cmpint(features->kind, ==, RA_ASSIST_FEATURES);
    g_assert_cmpuint(features->features, ==, RA_FEATURES_ALL & ~(guint)RA_FEATURE_CONTROL);
    g_assert_cmpuint(fake_worker_last_assist(f.worker, RA_ASSIST_MONITORS)->monitors.n, ==, 2);
    g_assert_cmpuint(fake_worker_count_assist(f.worker, RA_ASSIST_PAUSED), ==, 0);
    g_assert_nonnull(strstr(f.last_event, "Hanna sees your screen"));
    scene_tear_down(&f);

    /* A stock viewer has what RFB has. */
    scene_set_up(&f);
    f.stock = TRUE;
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    g_assert_cmpuint(fake_worker_last_assist(f.worker, RA_ASSIST_FEATURES)->features, ==,
                     RA_FEATURE_CONTROL | RA_FEATURE_CLIPBOARD);
    g_assert_cmpuint(fake_worker_count_assist(f.worker, RA_ASSIST_RESUME), ==, 0);
    g_autoptr(GError) error = NULL;
    g_assert_false(ra_case_say(ra_helper_session_case(f.session), "hello", &error));
    g_assert_nonnull(error);
    scene_tear_down(&f);
}

static void offer(Scene *f, guint id)
{
    const RaAssist message = {.kind = RA_ASSIST_FILE_OFFER,
                              .offer = {.id = id, .size = 100000, .name = "a.pdf"}};
    fake_worker_say_assist(f->worker, &message);
    fake_settle();
}

static const RaAssist *file_answer(const Scene *f)
{
    return fake_worker_last_assist(f->worker, RA_ASSIST_FILE_ANSWER);
}

/* One question for each file; input waits while it is open. */
static void test_files(void)
{
    Scene f;
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_CONTROLLING);
    offer(&f, 1);
    g_assert_cmpuint(f.question, !=, 0);
    g_assert_cmpint(f.kind, ==, RA_QUESTION_FILE);
    const guint first = f.question;
    fake_worker_say_kind(f.worker, RA_IPC_KEY_PRESS);
    g_assert_cmpuint(f.desktop.injected, ==, 0);
    offer(&f, 2);
    g_assert_cmpuint(f.question, ==, first); /* the next waits for its turn */
    g_assert_null(file_answer(&f));
    scene_answer(&f, TRUE);
    fake_settle();
    g_assert_true(file_answer(&f)->file_answer.yes);
    g_assert_cmpuint(f.question, !=, 0);
    scene_answer(&f, FALSE);
    fake_settle();
    g_assert_cmpuint(f.question, ==, 0);

    /* The helper thinks better of it. */
    offer(&f, 3);
    g_assert_cmpuint(f.question, !=, 0);
    const RaAssist close = {.kind = RA_ASSIST_FILE_CLOSE,
                            .file_close = {.id = 3, .of_sender = TRUE, .how = RA_FILE_CANCELLED}};
    fake_worker_say_assist(f.worker, &close);
    fake_settle();
    g_assert_cmpuint(f.question, ==, 0);
    g_assert_cmpint(f.outcome, ==, RA_OUTCOME_GONE);
    scene_tear_down(&f);
}

/* Whoever asks again and again is not let through to the novice. */
static void test_refusals(void)
{
    Scene f;
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    for (guint i = 0; i < RA_ASKING_REFUSALS_MAX; i++) {
        offer(&f, i + 1);
        scene_answer(&f, FALSE);
        fake_settle();
    }
    offer(&f, 99);
    g_assert_cmpuint(f.question, ==, 0);
    for (guint i = 0; i < RA_ASKING_REFUSALS_MAX; i++) {
        fake_worker_say_assist_kind(f.worker, RA_ASSIST_VOICE_WANT);
        fake_settle();
        g_assert_cmpint(f.kind, ==, RA_QUESTION_VOICE);
        g_assert_cmpuint(f.question, !=, 0);
        scene_answer(&f, FALSE);
        fake_settle();
        g_assert_false(fake_worker_last_assist(f.worker, RA_ASSIST_VOICE_ANSWER)->answer.yes);
    }
    fake_worker_say_assist_kind(f.worker, RA_ASSIST_VOICE_WANT);
    fake_settle();
    g_assert_cmpuint(f.question, ==, 0);
    g_assert_cmpuint(fake_worker_count_assist(f.worker, RA_ASSIST_VOICE_ANSWER), ==,
                     RA_ASKING_REFUSALS_MAX + 1);
    g_assert_false(f.ended);
    scene_tear_down(&f);
}

static guint count_events(const Scene *f)
{
    return ra_history_length(ra_case_history(ra_helper_session_case(f->session)));
}

/* Nor whoever asks, takes it back before the answer, and asks again. */
static void test_taken_back(void)
{
    Scene f;
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    for (guint i = 0; i <= RA_ASKING_REFUSALS_MAX; i++) {
        offer(&f, i + 1);
        g_assert_cmpint(f.question != 0, ==, i < RA_ASKING_REFUSALS_MAX);
        const RaAssist close = {
            .kind = RA_ASSIST_FILE_CLOSE,
            .file_close = {.id = i + 1, .of_sender = TRUE, .how = RA_FILE_CANCELLED}};
        fake_worker_say_assist(f.worker, &close);
        fake_settle();
        g_assert_cmpuint(f.question, ==, 0);
    }
    for (guint i = 0; i <= RA_ASKING_REFUSALS_MAX; i++) {
        fake_worker_say_assist_kind(f.worker, RA_ASSIST_VOICE_WANT);
        fake_settle();
        g_assert_cmpint(f.question != 0, ==, i < RA_ASKING_REFUSALS_MAX);
        fake_worker_say_assist_kind(f.worker, RA_ASSIST_VOICE_END);
        fake_settle();
        g_assert_cmpuint(f.question, ==, 0);
    }
    /* What is not asked is not told either. */
    const guint events = count_events(&f);
    for (guint i = 0; i < 100; i++) {
        fake_worker_say_assist_kind(f.worker, RA_ASSIST_VOICE_WANT);
        if (i % 2 == 0)
            fake_settle();
        fake_worker_say_assist_kind(f.worker, RA_ASSIST_VOICE_END);
    }
    fake_settle();
    g_assert_cmpuint(count_events(&f), ==, events);
    g_assert_false(f.ended);
    scene_tear_down(&f);

    /* Too fast to be asked about counts as well. */
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    for (guint i = 0; i < RA_ASKING_REFUSALS_MAX; i++) {
        fake_worker_say_assist_kind(f.worker, RA_ASSIST_VOICE_WANT);
        fake_worker_say_assist_kind(f.worker, RA_ASSIST_VOICE_END);
    }
    fake_worker_say_assist_kind(f.worker, RA_ASSIST_VOICE_WANT);
    fake_settle();
    g_assert_cmpuint(f.question, ==, 0);
    scene_tear_down(&f);
}

static void test_voice(void)
{
    static const gint16 silence[RA_SOUND_FRAME] = {0};
    const RaIpcMessage sound = {.kind = RA_IPC_SOUND,
                                .sound = {.n = RA_SOUND_FRAME, .samples = (const guint8 *)silence}};
    Scene f;
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    fake_worker_say_assist_kind(f.worker, RA_ASSIST_VOICE_WANT);
    fake_settle();
    g_assert_false(f.desktop.sign.talking); /* nothing before the yes */
    g_assert_false(f.desktop.sign.microphone);
    scene_answer(&f, TRUE);
    fake_settle();
    g_assert_true(fake_worker_last_assist(f.worker, RA_ASSIST_VOICE_ANSWER)->answer.yes);
    g_assert_true(f.desktop.sign.talking);
    fake_worker_say(f.worker, &sound);
    f.desktop.sign_events->mute(TRUE, f.desktop.sign_data);
    fake_settle();
    g_assert_false(f.desktop.sign.microphone);
    g_assert_true(f.desktop.sign.talking);
    g_assert_false(f.ended);
    scene_tear_down(&f);

    /* Sound that nobody agreed to. */
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    fake_worker_say(f.worker, &sound);
    fake_settle();
    g_assert_true(f.ended);
    scene_tear_down(&f);
}

static void test_pointing(void)
{
    Scene f;
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    RaAssist point = {.kind = RA_ASSIST_POINT, .point = {.x = 7, .phase = RA_POINT_DOWN}};
    fake_worker_say_assist(f.worker, &point);
    g_assert_cmpuint(f.desktop.points, ==, 1);
    g_assert_cmpint(f.desktop.point_left, ==, 100);
    g_assert_cmpuint(f.desktop.point_x, ==, 7);

    /* Not over a question; what was there goes. */
    fake_worker_say_kind(f.worker, RA_IPC_WANT_CONTROL);
    const guint clears = f.desktop.clears;
    ra_helper_session_hold(f.session); /* the agent does so for each question */
    g_assert_cmpuint(f.desktop.clears, ==, clears + 1);
    fake_worker_say_assist(f.worker, &point);
    g_assert_cmpuint(f.desktop.points, ==, 1);
    scene_answer(&f, FALSE);

    ra_helper_session_pause(f.session, TRUE);
    g_assert_cmpuint(f.desktop.clears, ==, clears + 2);
    fake_worker_say_assist(f.worker, &point);
    g_assert_cmpuint(f.desktop.points, ==, 1);
    ra_helper_session_pause(f.session, FALSE);

    /* No more a second than anybody can follow. */
    point.point.phase = RA_POINT_MOVE;
    for (guint i = 0; i < 10000; i++)
        fake_worker_say_assist(f.worker, &point);
    g_assert_cmpuint(f.desktop.points, <=, 4 * RA_SHARING_POINTS_MAX);
    g_assert_false(f.ended);
    scene_tear_down(&f);
}

/* What the helper copies is here only while they have control of what they see. */
static void test_clipboard(void)
{
    const RaIpcMessage copied = {.kind = RA_IPC_CLIPBOARD, .clipboard.size = 5};
    const RaAssist shared = {.kind = RA_ASSIST_CLIPBOARD_SHARED, .flag = TRUE};
    g_autoptr(GError) error = NULL;
    Scene f;
    scene_set_up(&f);
    scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
    RaCase *talk = ra_helper_session_case(f.session);
    g_assert_true(fake_worker_last_assist(f.worker, RA_ASSIST_CLIPBOARD_SHARED)->flag);
    fake_worker_say_assist(f.worker, &shared);
    fake_worker_say(f.worker, &copied);
    g_assert_cmpuint(f.desktop.pasted, ==, 0);
    fake_worker_say_kind(f.worker, RA_IPC_WANT_CONTROL);
    scene_answer(&f, TRUE);
    fake_worker_say(f.worker, &copied);
    g_assert_cmpuint(f.desktop.pasted, ==, 1);
    ra_helper_session_pause(f.session, TRUE);
    fake_worker_say(f.worker, &copied);
    g_assert_cmpuint(f.desktop.pasted, ==, 1);
    ra_helper_session_pause(f.session, FALSE);
    g_assert_true(ra_case_share_clipboard(talk, FALSE, &error));
    g_assert_false(fake_worker_last_assist(f.worker, RA_ASSIST_CLIPBOARD_SHARED)->flag);
    fake_worker_say(f.worker, &copied);
    g_assert_cmpuint(f.desktop.pasted, ==, 1);
    g_assert_true(ra_case_share_clipboard(talk, TRUE, &error));
    fake_worker_say(f.worker, &copied);
    g_assert_cmpuint(f.desktop.pasted, ==, 2);
    ra_helper_session_take_back(f.session);
    fake_worker_say(f.worker, &copied);
    g_assert_cmpuint(f.desktop.pasted, ==, 2);
    g_assert_false(f.ended);
    scene_tear_down(&f);

    /* Not offered: our own viewer knows, a stock one does not. */
    for (guint stock = 0; stock <= 1; stock++) {
        scene_set_up(&f);
        f.features &= ~(guint)RA_FEATURE_CLIPBOARD;
        f.stock = stock != 0;
        scene_go_to(&f, RA_HELPER_SESSION_CONTROLLING);
        fake_worker_say(f.worker, &copied);
        fake_settle();
        g_assert_cmpint(f.ended, ==, !stock);
        g_assert_cmpuint(f.desktop.pasted, ==, 0);
        scene_tear_down(&f);
    }
}

static void test_monitors(void)
{
    static const struct {
        guint number, chosen;
    } cases[] = {{1, 1}, {RA_MONITOR_ALL, RA_MONITOR_ALL}, {2, 99}, {RA_MONITORS_MAX - 1, 99}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Scene f;
        scene_set_up(&f);
        scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
        f.desktop.monitor = 99;
        const RaAssist message = {.kind = RA_ASSIST_MONITOR, .number = cases[i].number};
        fake_worker_say_assist(f.worker, &message);
        g_assert_cmpuint(f.desktop.monitor, ==, cases[i].chosen);
        g_assert_false(f.ended);
        scene_tear_down(&f);
    }
}

/* Who ended it, in words, and what was said stays. */
static void test_words(void)
{
    enum { US, THEM, LIAR, SCREEN, WAYS };
    static const char *const words[] = {"you ended it", "Hanna ended it", "broke its rules",
                                        "can no longer be shared"};
    for (guint way = US; way < WAYS; way++) {
        Scene f;
        scene_set_up(&f);
        scene_go_to(&f, RA_HELPER_SESSION_VIEWING);
        g_autoptr(RaCase) talk = ra_case_ref(ra_helper_session_case(f.session));
        g_assert_true(ra_case_say(talk, "good bye", NULL));
        const RaIpcMessage ended = {.kind = RA_IPC_ENDED, .ended.reason = RA_GOODBYE_ENDED};
        if (way == US)
            ra_helper_session_leave(f.session, RA_GOODBYE_ENDED);
        else if (way == THEM)
            fake_worker_say(f.worker, &ended);
        else if (way == LIAR)
            fake_worker_say_kind(f.worker, RA_IPC_ASK);
        else
            ra_memory_screen_lose(f.desktop.screen);
        fake_settle();
        g_assert_nonnull(strstr(f.last_event, words[way]));
        g_clear_pointer(&f.session, ra_helper_session_free);
        g_autofree char *text = ra_history_text(ra_case_history(talk));
        g_assert_nonnull(strstr(text, "good bye"));
        g_assert_nonnull(strstr(text, words[way]));
        g_assert_true(ra_case_closed(talk));
        g_assert_false(ra_case_say(talk, "too late", NULL));
        g_assert_cmpuint(ra_case_send_file(talk, "/etc/hostname", NULL), ==, 0);
        g_assert_false(ra_case_talk(talk, TRUE, NULL));
        f.ended = TRUE;
        scene_tear_down(&f);
    }
}

void add_case_tests(void)
{
    g_test_add_func("/host/case/features", test_features);
    g_test_add_func("/host/case/lies", test_lies);
    g_test_add_func("/host/case/beginning", test_beginning);
    g_test_add_func("/host/case/files", test_files);
    g_test_add_func("/host/case/refusals", test_refusals);
    g_test_add_func("/host/case/taken-back", test_taken_back);
    g_test_add_func("/host/case/voice", test_voice);
    g_test_add_func("/host/case/pointing", test_pointing);
    g_test_add_func("/host/case/clipboard", test_clipboard);
    g_test_add_func("/host/case/monitors", test_monitors);
    g_test_add_func("/host/case/words", test_words);
}
