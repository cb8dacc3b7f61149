/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue over a box in memory: states, rules, races, trouble. */
#include "base/duration.h"
#include "base/error.h"
#include "mailer/inbox/columns.h"
#include "mailer/inbox/queue.h"
#include "mailer/inbox/text.h"
#include "tests/mailer-inbox/fake-box.h"

#include <locale.h>
#include <string.h>

static char *ids(const RaQueue *queue)
{
    const gint64 now = ra_moment_now();
    g_autoptr(GPtrArray) cases = ra_queue_cases(queue, now);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < cases->len; i++) {
        const RaCase *item = cases->pdata[i];
        g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", item->id,
                               ra_case_state_name(ra_case_state(item, now)));
    }
    return g_string_free(text, FALSE);
}

#define assert_ids(queue, wanted)           \
    G_STMT_START                            \
    {                                       \
        g_autofree char *ids_ = ids(queue); \
        g_assert_cmpstr(ids_, ==, wanted);  \
    }                                       \
    G_STMT_END

/* --- without the thread --- */

static void test_states(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaQueue) queue = ra_queue_new(&fake_full()->parent, "alice", NULL, NULL, NULL);
    g_assert_true(ra_queue_is_loading(queue));
    g_assert_true(ra_queue_load(queue, NULL, NULL, &error));
    g_assert_no_error(error);
    g_assert_false(ra_queue_is_loading(queue));
    assert_ids(queue, "2 open, 1 open, 4 open, 5 invalid, 3 expired");
    g_autoptr(RaCase) one = ra_queue_find(queue, "1", &error);
    g_assert_cmpstr(one->message->subject, ==, "Help 1");
    g_autoptr(RaCase) bad = ra_queue_find(queue, "5", &error);
    g_assert_nonnull(bad->problem);
    g_assert_null(bad->found);
    g_assert_cmpint(ra_case_state(one, ra_found_end(one->found) + 1), ==, RA_CASE_EXPIRED);
    g_assert_null(ra_queue_find(queue, "6", &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
}

/* Encrypted, and no key of ours opens it: a case where the outside says what it is. */
static void test_locked(void)
{
    static const struct {
        const char *headers;
        gboolean counts;
    } cases[] = {
        {"Subject: YOU HAVE RECEIVED A REMOTE ASSISTANCE INVITATION FROM: jo@example.org\n", TRUE},
        {"Subject: =?UTF-8?Q?Remote_Assistance_f=C3=BCr_Jo?=\n", TRUE},
        {"Subject: ...\nX-Remote-Assistance-Expires: 2026-11-21T10:00:00Z\n", TRUE},
        {"Subject: Lunch\n", FALSE},
        {"Subject: Lunch\nX-Remote-Assistance-Case: claimed\n", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        Fake *fake = fake_new();
        g_autofree char *text =
            g_strdup_printf("From: Jo <jo@example.org>\n%s\n-----BEGIN PGP MESSAGE-----\n\n"
                            "hQEMA0\n-----END PGP MESSAGE-----\n",
                            cases[i].headers);
        fake_add(fake, "1", 1, "");
        g_bytes_unref(fake_mail(fake, "1")->bytes);
        fake_mail(fake, "1")->bytes = g_bytes_new(text, strlen(text));
        g_autoptr(RaQueue) queue = ra_queue_new(&fake->parent, "alice", NULL, NULL, NULL);
        g_assert_true(ra_queue_load(queue, NULL, NULL, &error));
        assert_ids(queue, cases[i].counts ? "1 invalid" : "");
        g_autoptr(RaCase) item = ra_queue_find(queue, "1", NULL);
        g_assert_cmpint(item != NULL, ==, cases[i].counts);
        if (item == NULL)
            continue;
        g_assert_nonnull(strstr(item->problem, "encrypted with PGP"));
        g_assert_cmpstr(item->message->from_address, ==, "jo@example.org");
        g_assert_false(ra_queue_act(queue, "1", RA_ACT_CLAIM, FALSE, NULL, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
        g_assert_true(ra_queue_act(queue, "1", RA_ACT_DONE, FALSE, NULL, NULL));
    }
}

static void test_rules(void)
{
    static const struct {
        const char *id, *owner; /* before */
        gboolean session, done;
        RaCaseAct act;
        gboolean force;
        int code;          /* 0: it works */
        const char *after; /* the owner */
    } cases[] = {
        {"1", NULL, 0, 0, RA_ACT_CLAIM, 0, 0, "alice"},
        {"1", "alice", 0, 0, RA_ACT_CLAIM, 0, 0, "alice"},
        {"1", "alice", 1, 0, RA_ACT_CLAIM, 0, RA_ERROR_DECLINED, "alice"}, /* elsewhere */
        {"1", "alice", 1, 0, RA_ACT_CLAIM, 1, 0, "alice"},
        {"1", "alice", 1, 0, RA_ACT_RELEASE, 0, RA_ERROR_DECLINED, "alice"},
        {"1", "alice", 1, 0, RA_ACT_RELEASE, 1, 0, NULL},
        {"1", "alice", 1, 0, RA_ACT_DONE, 0, 0, "alice"},
        {"1", "alice", 1, 0, RA_ACT_SESSION, 0, 0, "alice"},
        {"1", "alice", 1, 0, RA_ACT_OVER, 0, 0, "alice"},
        {"3", "alice", 1, 0, RA_ACT_OVER, 0, 0, "alice"},
        {"1", "alice", 0, 1, RA_ACT_OVER, 0, 0, "alice"}, /* done meanwhile: stays so */
        {"1", "bob", 1, 0, RA_ACT_OVER, 0, 0, "bob"},     /* taken over meanwhile */
        {"1", NULL, 0, 0, RA_ACT_OVER, 0, 0, NULL},
        {"1", "bob", 0, 0, RA_ACT_CLAIM, 0, RA_ERROR_DECLINED, "bob"},
        {"1", "bob", 1, 0, RA_ACT_CLAIM, 0, RA_ERROR_DECLINED, "bob"},
        {"1", "bob", 0, 0, RA_ACT_CLAIM, 1, 0, "alice"},
        {"1", "bob", 0, 1, RA_ACT_CLAIM, 0, RA_ERROR_DECLINED, "bob"},
        {"1", "alice", 0, 1, RA_ACT_CLAIM, 0, 0, "alice"},
        {"3", NULL, 0, 0, RA_ACT_CLAIM, 0, RA_ERROR_EXPIRED, NULL},
        {"3", "bob", 0, 0, RA_ACT_CLAIM, 1, RA_ERROR_EXPIRED, "bob"},
        {"3", "alice", 1, 0, RA_ACT_CLAIM, 1, 0, "alice"},
        {"3", NULL, 0, 0, RA_ACT_DONE, 0, 0, "alice"},
        {"4", NULL, 0, 0, RA_ACT_CLAIM, 0, 0, "alice"},
        {"5", NULL, 0, 0, RA_ACT_CLAIM, 0, RA_ERROR_MALFORMED, NULL},
        {"5", NULL, 0, 0, RA_ACT_DONE, 0, 0, "alice"},
        {"1", "alice", 0, 0, RA_ACT_RELEASE, 0, 0, NULL},
        {"1", NULL, 0, 0, RA_ACT_RELEASE, 0, 0, NULL},
        {"1", "bob", 0, 0, RA_ACT_RELEASE, 0, RA_ERROR_DECLINED, "bob"},
        {"1", "bob", 1, 0, RA_ACT_RELEASE, 1, 0, NULL},
        {"1", "alice", 0, 0, RA_ACT_SESSION, 0, 0, "alice"},
        {"1", "bob", 0, 0, RA_ACT_SESSION, 0, RA_ERROR_DECLINED, "bob"},
        {"1", "bob", 0, 0, RA_ACT_DONE, 0, RA_ERROR_DECLINED, "bob"},
        {"1", "bob", 0, 0, RA_ACT_DONE, 1, 0, "alice"},
        {"9", NULL, 0, 0, RA_ACT_DONE, 0, RA_ERROR_USAGE, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        Fake *fake = fake_full();
        g_autoptr(RaQueue) queue = ra_queue_new(&fake->parent, "alice", NULL, NULL, NULL);
        Mail *mail = fake_mail(fake, cases[i].id);
        if (mail != NULL) {
            fake_set_mark(mail, ra_mark_new(cases[i].owner, cases[i].session, cases[i].done));
            mail->mark->told = RA_TOLD_CLAIMED;
        }
        g_assert_true(ra_queue_load(queue, NULL, NULL, &error));
        const gboolean done =
            ra_queue_act(queue, cases[i].id, cases[i].act, cases[i].force, NULL, &error);
        g_assert_cmpint(error != NULL ? error->code : 0, ==, cases[i].code);
        g_assert_cmpint(done, ==, cases[i].code == 0);
        if (mail == NULL)
            continue;
        g_assert_cmpstr(mail->mark->owner, ==, cases[i].after);
        g_assert_cmpuint(mail->mark->told, ==, RA_TOLD_CLAIMED);
        if (done) {
            const gboolean over = cases[i].act == RA_ACT_OVER;
            const gboolean others = over && g_strcmp0(cases[i].owner, "alice") != 0;
            g_assert_cmpint(mail->mark->session, ==,
                            others ? cases[i].session : cases[i].act == RA_ACT_SESSION);
            g_assert_cmpint(mail->mark->done, ==,
                            over ? cases[i].done : cases[i].act == RA_ACT_DONE);
        } else if (cases[i].code == RA_ERROR_DECLINED) {
            const gboolean own = g_strcmp0(cases[i].owner, "alice") == 0;
            g_assert_nonnull(strstr(error->message, own ? "you are in session" : "bob"));
        }
    }
}

static void test_faster(void)
{
    g_autoptr(GError) error = NULL;
    Fake *fake = fake_full();
    g_autoptr(RaQueue) queue = ra_queue_new(&fake->parent, "alice", NULL, NULL, NULL);
    g_assert_true(ra_queue_load(queue, NULL, NULL, &error));
    fake->faster = "bob";
    g_assert_false(ra_queue_act(queue, "1", RA_ACT_CLAIM, FALSE, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_DECLINED);
    g_assert_nonnull(strstr(error->message, "bob"));
    g_clear_error(&error);
    /* Force is for bob, whom the helper saw, not for carol. */
    fake->faster = "carol";
    g_assert_false(ra_queue_act(queue, "1", RA_ACT_CLAIM, TRUE, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_DECLINED);
    g_assert_nonnull(strstr(error->message, "carol"));
    g_clear_error(&error);
    fake->faster = "carol"; /* nobody had it: force is for nobody */
    g_assert_false(ra_queue_act(queue, "2", RA_ACT_CLAIM, TRUE, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_DECLINED);
    g_clear_error(&error);
    fake->told_meanwhile = 3;
    g_assert_true(ra_queue_act(queue, "4", RA_ACT_CLAIM, FALSE, NULL, &error));
    g_assert_no_error(error);
    fake->told_meanwhile = 1000;
    g_assert_false(ra_queue_act(queue, "4", RA_ACT_DONE, FALSE, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
}

static void test_tell(void)
{
    g_autoptr(GError) error = NULL;
    Fake *fake = fake_full();
    g_autoptr(RaQueue) queue = ra_queue_new(&fake->parent, "alice", NULL, NULL, NULL);
    g_assert_true(ra_queue_load(queue, "3", NULL, &error));
    assert_ids(queue, "3 expired");
    g_assert_cmpuint(fake->fetches, ==, 1);
    g_assert_true(ra_queue_tell(queue, "3", RA_EVENT_EXPIRED, TRUE, NULL, &error));
    g_assert_false(ra_queue_tell(queue, "3", RA_EVENT_EXPIRED, TRUE, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_DECLINED);
    g_clear_error(&error);
    g_assert_true(ra_queue_tell(queue, "3", RA_EVENT_EXPIRED, FALSE, NULL, &error));
    g_assert_cmpuint(fake_mail(fake, "3")->mark->told, ==, 0);
}

static void test_find(void)
{
    g_autoptr(GError) error = NULL;
    Fake *fake = fake_new();
    fake_add(fake, "12", 1, fake_armours[LONG]);
    fake_add(fake, "1", 1, fake_armours[LONG]);
    fake_add(fake, "13", 1, fake_armours[LONG]);
    fake_add(fake, "2a", 1, fake_armours[LONG]);
    g_autoptr(RaQueue) queue = ra_queue_new(&fake->parent, "alice", NULL, NULL, NULL);
    g_assert_true(ra_queue_load(queue, NULL, NULL, &error));
    g_autoptr(RaCase) exact = ra_queue_find(queue, "1", NULL);
    g_assert_cmpstr(exact->id, ==, "1");
    g_autoptr(RaCase) begun = ra_queue_find(queue, "2", NULL);
    g_assert_cmpstr(begun->id, ==, "2a");
    g_autoptr(RaCase) upper = ra_queue_find(queue, "2A", NULL);
    g_assert_cmpstr(upper->id, ==, "2a");
    g_assert_null(ra_queue_find(queue, "", NULL));
    g_assert_null(ra_queue_find(queue, "3", NULL));
}

static void test_unreadable(void)
{
    for (guint times_bad = 1; times_bad <= 3; times_bad += 2) {
        g_autoptr(GError) error = NULL;
        Fake *fake = fake_new();
        fake->unreadable = times_bad;
        fake_add(fake, "bad", 1, fake_armours[LONG]);
        fake_add(fake, "good", 2, fake_armours[LONG]);
        g_autoptr(RaQueue) queue = ra_queue_new(&fake->parent, "alice", NULL, NULL, NULL);
        g_assert_true(ra_queue_load(queue, NULL, NULL, &error));
        assert_ids(queue, times_bad == 1 ? "bad open, good open" : "good open, bad invalid");
    }
}

/* --- with it --- */

typedef struct {
    Fake *fake;
    RaQueue *queue;
    GMainLoop *loop;
    const char *wanted; /* the ids that end the loop; NULL: none do */
    GString *troubles;  /* what trouble() was told: codes, "-" for none */
    GString *acts;      /* what was answered: codes, 0 for none */
    guint wanted_troubles, wanted_acts;
} Scene;

static void check_scene(const Scene *scene)
{
    g_autofree char *now = ids(scene->queue);
    if ((scene->wanted == NULL || strcmp(now, scene->wanted) == 0) &&
        scene->troubles->len >= scene->wanted_troubles && scene->acts->len >= scene->wanted_acts)
        g_main_loop_quit(scene->loop);
}

static void on_changed(RaQueue *queue, gpointer data)
{
    (void)queue;
    check_scene(data);
}

static void on_trouble(RaQueue *queue, const GError *error, gpointer data)
{
    Scene *scene = data;
    (void)queue;
    g_string_append_printf(scene->troubles, "%s", error == NULL ? "-" : "x");
    check_scene(scene);
}

static void on_act(RaQueue *queue, const char *id, RaCaseAct act, const GError *error,
                   gpointer data)
{
    Scene *scene = data;
    (void)queue, (void)id, (void)act;
    g_string_append_printf(scene->acts, "%d", error != NULL ? error->code : 0);
    check_scene(scene);
}

static gboolean too_late(gpointer data)
{
    (void)data;
    g_error("waited in vain");
    return G_SOURCE_REMOVE;
}

static void play(Scene *scene, const char *wanted)
{
    const guint timer = g_timeout_add_seconds(30, too_late, NULL);
    scene->wanted = wanted;
    g_main_loop_run(scene->loop);
    g_source_remove(timer);
}

static void begin(Scene *scene, Fake *fake)
{
    static const RaQueueFuncs funcs = {on_changed, on_trouble};
    scene->fake = fake;
    scene->queue = ra_queue_new(&fake->parent, "alice", NULL, &funcs, scene);
    scene->loop = g_main_loop_new(NULL, FALSE);
    scene->troubles = g_string_new(NULL);
    scene->acts = g_string_new(NULL);
    ra_queue_follow(scene->queue);
}

static void end(Scene *scene)
{
    ra_queue_free(scene->queue);
    g_main_loop_unref(scene->loop);
    g_string_free(scene->troubles, TRUE);
    g_string_free(scene->acts, TRUE);
}

static void touch(Fake *fake, const char *id, RaMark *mark, gboolean gone)
{
    g_mutex_lock(&fake->lock);
    Mail *mail = fake_mail(fake, id);
    if (mark != NULL)
        fake_set_mark(mail, mark);
    mail->gone = gone;
    fake_signal(fake);
    g_mutex_unlock(&fake->lock);
}

static void test_follow(void)
{
    Scene scene = {0};
    Fake *fake = fake_full();
    begin(&scene, fake);
    play(&scene, "2 open, 1 open, 4 open, 5 invalid, 3 expired");
    touch(fake, "2", ra_mark_new("bob", FALSE, FALSE), FALSE);
    play(&scene, "1 open, 2 claimed, 4 open, 5 invalid, 3 expired");
    touch(fake, "5", NULL, TRUE);
    play(&scene, "1 open, 2 claimed, 4 open, 3 expired");
    fake_add(fake, "7", 700, fake_armours[SHORT]);
    play(&scene, "7 open, 1 open, 2 claimed, 4 open, 3 expired");
    scene.wanted_acts = 3;
    ra_queue_act_async(scene.queue, "7", RA_ACT_CLAIM, FALSE, on_act, &scene);
    ra_queue_act_async(scene.queue, "2", RA_ACT_CLAIM, FALSE, on_act, &scene);
    ra_queue_act_async(scene.queue, "7", RA_ACT_SESSION, FALSE, on_act, &scene);
    play(&scene, "1 open, 2 claimed, 7 in-session, 4 open, 3 expired");
    g_assert_cmpstr(scene.acts->str, ==, "080");
    g_assert_cmpuint(scene.troubles->len, ==, 0);
    g_mutex_lock(&fake->lock);
    fake->reset = TRUE; /* the box has become another */
    g_ptr_array_set_size(fake->mails, 1);
    fake_signal(fake);
    g_mutex_unlock(&fake->lock);
    play(&scene, "1 open");
    end(&scene);
}

static void test_trouble(void)
{
    Scene scene = {0};
    Fake *fake = fake_full();
    begin(&scene, fake);
    play(&scene, "2 open, 1 open, 4 open, 5 invalid, 3 expired");
    g_mutex_lock(&fake->lock);
    fake->trouble = g_error_new_literal(RA_ERROR, RA_ERROR_UNREACHABLE, "down");
    const guint before = fake->refreshes;
    fake_signal(fake);
    g_mutex_unlock(&fake->lock);
    scene.wanted_troubles = 1;
    scene.wanted_acts = 1;
    ra_queue_act_async(scene.queue, "1", RA_ACT_CLAIM, FALSE, on_act, &scene);
    play(&scene, NULL);
    g_usleep(2 * G_USEC_PER_SEC);
    g_mutex_lock(&fake->lock);
    g_assert_cmpuint(fake->refreshes - before, <=, 4); /* it does not hammer */
    g_clear_error(&fake->trouble);
    g_mutex_unlock(&fake->lock);
    g_assert_cmpstr(scene.acts->str, ==, "7");
    scene.wanted_troubles = 2;
    play(&scene, NULL);
    g_assert_cmpstr(scene.troubles->str, ==, "x-");
    end(&scene);
}

/* Always news, nothing new: it looks less and less often. */
static gboolean always_news(RaBox *box, guint seconds, GCancellable *cancel, GError **error)
{
    (void)box, (void)seconds;
    return !g_cancellable_set_error_if_cancelled(cancel, error);
}

static void test_no_busy_loop(void)
{
    Scene scene = {0};
    static RaBoxClass class;
    Fake *fake = fake_full();
    class = fake_class;
    class.wait = always_news;
    fake->parent.class = &class;
    begin(&scene, fake);
    play(&scene, "2 open, 1 open, 4 open, 5 invalid, 3 expired");
    g_usleep(G_USEC_PER_SEC);
    g_mutex_lock(&fake->lock);
    g_assert_cmpuint(fake->refreshes, <, 12);
    g_mutex_unlock(&fake->lock);
    end(&scene);
}

static void free_in_act(RaQueue *queue, const char *id, RaCaseAct act, const GError *error,
                        gpointer data)
{
    Scene *scene = data;
    (void)id, (void)act, (void)error;
    ra_queue_free(queue);
    scene->queue = NULL;
    g_main_loop_quit(scene->loop);
}

static void test_free_in_callback(void)
{
    Scene scene = {0};
    begin(&scene, fake_full());
    play(&scene, "2 open, 1 open, 4 open, 5 invalid, 3 expired");
    scene.wanted_acts = G_MAXUINT;
    ra_queue_act_async(scene.queue, "1", RA_ACT_CLAIM, FALSE, free_in_act, &scene);
    ra_queue_act_async(scene.queue, "1", RA_ACT_RELEASE, FALSE, on_act, &scene);
    play(&scene, NULL);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpuint(scene.acts->len, ==, 0);
    end(&scene);
}

/* --- as text --- */

static void test_table(void)
{
    Fake *fake = fake_full();
    fake_set_mark(fake_mail(fake, "1"), ra_mark_new("a\x1b[2Jb", FALSE, FALSE));
    g_autoptr(RaQueue) queue = ra_queue_new(&fake->parent, "alice", NULL, NULL, NULL);
    g_assert_true(ra_queue_load(queue, NULL, NULL, NULL));
    const gint64 now = ra_moment_now();
    g_autoptr(GPtrArray) cases = ra_queue_cases(queue, now);
    for (guint columns = 50; columns < 140; columns += 9) {
        g_autofree char *table = ra_inbox_table(cases, columns, now);
        g_auto(GStrv) lines = g_strsplit(table, "\n", -1);
        g_assert_cmpuint(g_strv_length(lines), ==, cases->len + 2);
        for (char **line = lines; *line != NULL; line++)
            g_assert_cmpuint(ra_columns_width(*line), <=, (int)columns);
        g_assert_null(strchr(table, '\x1b'));
    }
}

int main(int argc, char **argv)
{
    (void)setlocale(LC_ALL, "C.UTF-8");
    g_test_init(&argc, &argv, NULL);
    fake_make_armours();
    g_test_add_func("/queue/states", test_states);
    g_test_add_func("/queue/locked", test_locked);
    g_test_add_func("/queue/rules", test_rules);
    g_test_add_func("/queue/faster", test_faster);
    g_test_add_func("/queue/tell", test_tell);
    g_test_add_func("/queue/find", test_find);
    g_test_add_func("/queue/unreadable", test_unreadable);
    g_test_add_func("/queue/follow", test_follow);
    g_test_add_func("/queue/trouble", test_trouble);
    g_test_add_func("/queue/no-busy-loop", test_no_busy_loop);
    g_test_add_func("/queue/free-in-callback", test_free_in_callback);
    g_test_add_func("/queue/table", test_table);
    const int code = g_test_run();
    for (gsize i = 0; i < G_N_ELEMENTS(fake_armours); i++)
        g_free(fake_armours[i]);
    return code;
}
