/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a session is besides the picture: the real modules, and an other end that the test plays. */
#include "tests/viewer/tests.h"

#include "viewer/session.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    RaSession *session;
    RaModel model;
    RaPort port;
    GString *sent; /* kinds, "57 48 " */
    guint parts;   /* that were told to be other ones */
    char *folder;
} Scene;

static void on_send(const RaIpcMessage *message, int fd, gpointer data)
{
    g_assert_cmpint(fd, ==, -1);
    g_assert_cmpint(message->kind, ==, RA_IPC_ASSIST);
    g_string_append_printf(((Scene *)data)->sent, "%u ", message->assist.kind);
}

static guint on_queued(gpointer data)
{
    (void)data;
    return 0;
}

static void on_parts(guint parts, gpointer data)
{
    ((Scene *)data)->parts |= parts;
}

static void on_history(const RaHistoryEntry *entry, gpointer data)
{
    (void)entry;
    ((Scene *)data)->parts |= RA_MODEL_CHAT;
}

static void begin(Scene *scene)
{
    g_autoptr(GError) error = NULL;
    memset(scene, 0, sizeof *scene);
    scene->sent = g_string_new(NULL);
    scene->folder = g_dir_make_tmp("viewer-session-XXXXXX", &error);
    g_assert_no_error(error);
    scene->port = (RaPort){on_send, on_queued, scene};
    scene->model.history = ra_history_new("Helen", "Maria", on_history, scene);
    scene->model.quality = RA_QUALITY_HIGH;
    scene->model.clipboard = TRUE;
    const RaSessionOptions options = {.port = &scene->port,
                                      .model = &scene->model,
                                      .name = "Maria",
                                      .folder = scene->folder,
                                      .changed = on_parts,
                                      .data = scene};
    scene->session = ra_session_new(&options);
    g_assert_cmpuint(scene->parts, ==, 0);
    g_assert_nonnull(scene->model.transfers);
}

static void finish(Scene *scene)
{
    ra_session_free(scene->session);
    g_assert_null(scene->model.transfers);
    ra_history_free(scene->model.history);
    g_string_free(scene->sent, TRUE);
    g_assert_cmpint(g_rmdir(scene->folder), ==, 0); /* nothing is left in it */
    g_free(scene->folder);
}

static gboolean take(Scene *scene, const RaAssist *assist)
{
    const RaIpcMessage message = {.kind = RA_IPC_ASSIST, .assist = *assist};
    return ra_session_take(scene->session, &message, -1);
}

static void take_flag(Scene *scene, RaAssistKind kind, gboolean flag)
{
    const RaAssist assist = {.kind = kind, .flag = flag};
    g_assert_true(take(scene, &assist));
}

/* The history since the last call, entries by |. */
static void assert_history(Scene *scene, guint *seen, const char *wanted)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (; *seen < ra_history_length(scene->model.history); (*seen)++)
        g_string_append_printf(text, "%s|", ra_history_get(scene->model.history, *seen)->text);
    g_assert_cmpstr(text->str, ==, wanted);
}

static char *act(Scene *scene, RaActKind kind, gboolean flag, guint number, const char *text)
{
    const RaAct made = {.kind = kind, .flag = flag, .number = number, .text = text};
    return ra_session_act(scene->session, &made);
}

static void assert_sent(Scene *scene, const char *wanted)
{
    g_assert_cmpstr(scene->sent->str, ==, wanted);
    g_string_truncate(scene->sent, 0);
}

/* A session's life in the words of its history. */
static void test_words(void)
{
    Scene scene;
    guint seen = 0;
    begin(&scene);
    ra_session_sharing(scene.session);
    ra_session_features(scene.session, RA_FEATURES_ALL);
    ra_session_denied(scene.session);
    ra_session_control(scene.session, TRUE);
    ra_session_control(scene.session, TRUE);
    take_flag(&scene, RA_ASSIST_PAUSED, TRUE);
    take_flag(&scene, RA_ASSIST_PAUSED, FALSE);
    ra_session_control(scene.session, FALSE);
    ra_session_control(scene.session, TRUE);
    g_assert_null(act(&scene, RA_ACT_CONTROL, FALSE, 0, NULL));
    ra_session_control(scene.session, FALSE);
    assert_history(&scene, &seen,
                   "Connected to Maria|Maria did not give you control|Maria gave you control|"
                   "Maria hid the screen|Maria shows the screen again|Maria took control back|"
                   "Maria gave you control|You gave control back|");
    ra_session_control(scene.session, TRUE);
    ra_session_unlinked(scene.session);
    ra_session_unlinked(scene.session); /* each second */
    ra_session_sharing(scene.session);
    ra_session_features(scene.session, RA_FEATURES_ALL);
    ra_session_end(scene.session, "they ended the session");
    ra_session_end(scene.session, "again");
    assert_history(&scene, &seen,
                   "Maria gave you control|The connection broke|The connection to Maria is back|"
                   "The session is over: they ended the session|");
    finish(&scene);
}

/* Who is linked is told what was chosen, and what comes is what the model says. */
static void test_model(void)
{
    Scene scene;
    begin(&scene);
    assert_sent(&scene, "");
    ra_session_features(scene.session, RA_FEATURE_CHAT | RA_FEATURE_CLIPBOARD);
    g_assert_cmpuint(scene.model.features, ==, RA_FEATURE_CHAT | RA_FEATURE_CLIPBOARD);
    g_assert_nonnull(strstr(scene.sent->str, "57 "));
    g_string_truncate(scene.sent, 0);
    ra_session_features(scene.session, RA_FEATURES_ALL);
    assert_sent(&scene, ""); /* no new link */
    take_flag(&scene, RA_ASSIST_PAUSED, TRUE);
    take_flag(&scene, RA_ASSIST_HELD, TRUE);
    g_assert_true(scene.model.paused && scene.model.held);
    const RaIpcMessage meter = {.kind = RA_IPC_METER, .meter = {1, 2, 3}};
    g_assert_true(ra_session_take(scene.session, &meter, -1));
    g_assert_cmpuint(scene.model.meter.delay, ==, 3);
    g_assert_null(act(&scene, RA_ACT_QUALITY, FALSE, RA_QUALITY_LOW, NULL));
    g_assert_null(act(&scene, RA_ACT_QUALITY, FALSE, RA_QUALITY_LOW, NULL));
    g_assert_null(act(&scene, RA_ACT_QUALITY, FALSE, 99, NULL));
    g_assert_null(act(&scene, RA_ACT_MONITOR, FALSE, 0, NULL)); /* none is known */
    assert_sent(&scene, "57 ");
    g_assert_cmpint(scene.model.quality, ==, RA_QUALITY_LOW);
    ra_session_unlinked(scene.session);
    g_assert_false(scene.model.paused || scene.model.held);
    g_assert_cmpuint(scene.model.meter.delay, ==, 0);
    g_assert_null(act(&scene, RA_ACT_QUALITY, FALSE, RA_QUALITY_HIGH, NULL));
    assert_sent(&scene, "");
    ra_session_features(scene.session, RA_FEATURES_ALL);
    g_assert_true(g_str_has_prefix(scene.sent->str, "57 "));
    finish(&scene);
}

static void test_chat(void)
{
    Scene scene;
    begin(&scene);
    ra_session_features(scene.session, RA_FEATURES_ALL);
    g_string_truncate(scene.sent, 0);
    const RaAssist hello = {.kind = RA_ASSIST_CHAT, .chat = {1, 5, "Hello"}};
    g_assert_true(take(&scene, &hello));
    g_assert_true(take(&scene, &hello)); /* the same again, after a resumption */
    g_assert_cmpuint(ra_history_length(scene.model.history), ==, 1);
    g_assert_cmpuint(ra_history_unread(scene.model.history), ==, 1);
    g_assert_null(act(&scene, RA_ACT_READ, FALSE, 0, NULL));
    g_assert_cmpuint(ra_history_unread(scene.model.history), ==, 0);
    g_assert_cmpuint(scene.parts & RA_MODEL_CHAT, !=, 0);
    g_string_truncate(scene.sent, 0);
    g_assert_null(act(&scene, RA_ACT_SAY, FALSE, 0, " Grüß Gott \xf0\x9f\x99\x82 "));
    assert_sent(&scene, "16 ");
    g_autofree char *empty = act(&scene, RA_ACT_SAY, FALSE, 0, "  \n ");
    g_assert_nonnull(empty);
    ra_session_end(scene.session, "x");
    g_autofree char *late = act(&scene, RA_ACT_SAY, FALSE, 0, "Are you there?");
    g_assert_nonnull(late);
    g_autofree char *file = g_build_filename(scene.folder, "history.txt", NULL);
    g_assert_null(act(&scene, RA_ACT_SAVE_HISTORY, FALSE, 0, file));
    g_autofree char *again = act(&scene, RA_ACT_SAVE_HISTORY, FALSE, 0, file);
    g_assert_nonnull(again); /* nothing is written over */
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_assert_nonnull(strstr(text, "Maria: Hello\n"));
    g_assert_nonnull(strstr(text, "Helen: Grüß Gott \xf0\x9f\x99\x82\n"));
    g_assert_cmpint(g_unlink(file), ==, 0);
    finish(&scene);
}

static void test_monitors(void)
{
    Scene scene;
    begin(&scene);
    RaAssist two = {.kind = RA_ASSIST_MONITORS, .monitors = {.n = 2, .current = RA_MONITOR_ALL}};
    two.monitors.monitor[0].width = 1920;
    two.monitors.monitor[0].height = 1080;
    g_strlcpy(two.monitors.monitor[0].name, "DP-1\x1b[2J", 32);
    two.monitors.monitor[1].width = two.monitors.monitor[1].height = 65535;
    memset(two.monitors.monitor[1].name, 0xff, 31); /* nothing but replacement characters */
    g_assert_true(take(&scene, &two));
    g_assert_cmpuint(scene.model.monitors.n, ==, 2);
    g_assert_cmpuint(scene.model.monitors.current, ==, RA_MONITOR_ALL);
    g_assert_cmpstr(scene.model.monitors.name[0], ==, "DP-1 [2J, 1920 × 1080");
    g_assert_true(g_utf8_validate(scene.model.monitors.name[1], -1, NULL));
    g_string_truncate(scene.sent, 0);
    ra_session_features(scene.session, RA_FEATURES_ALL);
    g_string_truncate(scene.sent, 0);
    g_assert_null(act(&scene, RA_ACT_MONITOR, FALSE, 1, NULL));
    g_assert_null(act(&scene, RA_ACT_MONITOR, FALSE, 2, NULL));
    g_assert_null(act(&scene, RA_ACT_MONITOR, FALSE, RA_MONITOR_ALL, NULL));
    assert_sent(&scene, "59 59 ");
    two.monitors.n = 1;
    two.monitors.current = 0;
    g_assert_true(take(&scene, &two));
    g_assert_cmpuint(scene.model.monitors.n, ==, 0); /* nothing to choose from */
    two.monitors.current = 1;
    g_assert_false(take(&scene, &two));
    finish(&scene);
}

/* What was never agreed on, or is not for this program. */
static void test_hostile(void)
{
    static const RaAssist cases[] = {
        {.kind = RA_ASSIST_FILE_DATA, .piece = {1, 0, 1, (const guint8 *)"x"}},
        {.kind = RA_ASSIST_FILE_END, .file_end = {.id = 1}},
        {.kind = RA_ASSIST_FILE_ANSWER, .file_answer = {7, TRUE, 0}},
        {.kind = RA_ASSIST_FILE_TAKEN, .piece = {.id = 7}},
        {.kind = RA_ASSIST_CHAT_SEEN, .number = 5},
        {.kind = RA_ASSIST_RIGHTS, .rights = RA_RIGHTS_ALL},
        {.kind = RA_ASSIST_PING, .number = 5},
        {.kind = RA_ASSIST_GOODBYE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Scene scene;
        g_test_message("kind %u", cases[i].kind);
        begin(&scene);
        ra_session_features(scene.session, RA_FEATURES_ALL);
        g_assert_false(take(&scene, &cases[i]));
        finish(&scene);
    }
    Scene scene;
    begin(&scene);
    ra_session_features(scene.session, RA_FEATURES_ALL);
    const RaIpcMessage sound = {.kind = RA_IPC_SOUND,
                                .sound = {.n = 2, .samples = (const guint8 *)"\1\2\3\4"}};
    g_assert_false(ra_session_take(scene.session, &sound, -1));
    finish(&scene);
}

static void test_files(void)
{
    Scene scene;
    begin(&scene);
    ra_session_features(scene.session, RA_FEATURES_ALL);
    g_string_truncate(scene.sent, 0);
    const RaAssist offer = {.kind = RA_ASSIST_FILE_OFFER,
                            .offer = {.id = 1, .size = 3, .name = "../re\xe2\x80\xaeport.pdf"}};
    g_assert_true(take(&scene, &offer));
    g_assert_cmpuint(scene.model.transfers->len, ==, 1);
    const RaTransfer *transfer = g_ptr_array_index(scene.model.transfers, 0);
    g_assert_null(strpbrk(transfer->name, "/\xe2"));
    g_assert_cmpuint(ra_history_length(scene.model.history), ==, 1);
    const RaAct no = {.kind = RA_ACT_FILE_ANSWER, .handle = transfer->handle};
    g_assert_null(ra_session_act(scene.session, &no));
    g_assert_cmpuint(ra_history_length(scene.model.history), ==, 2);
    g_autofree char *missing = act(&scene, RA_ACT_SEND_FILE, FALSE, 0, "/nonexistent/file");
    g_assert_nonnull(missing);
    ra_session_features(scene.session, RA_FEATURE_CHAT);
    g_autofree char *forbidden = act(&scene, RA_ACT_SEND_FILE, FALSE, 0, "/etc/hostname");
    g_assert_nonnull(forbidden);
    finish(&scene);
}

/* Nobody keeps a question before the helper by asking again and again. */
static void test_in_vain(void)
{
    enum { TIMES = 20, ASKED = 5 };
    static const RaAssist want = {.kind = RA_ASSIST_VOICE_WANT},
                          end = {.kind = RA_ASSIST_VOICE_END};
    guint talks = 0, files = 0, entries = 0;
    Scene scene;
    begin(&scene);
    ra_session_features(scene.session, RA_FEATURES_ALL);
    for (guint i = 1; i <= TIMES; i++) {
        g_assert_true(take(&scene, &want));
        talks += scene.model.voice.state == RA_VOICE_ASKED;
        g_assert_true(take(&scene, &end));
        g_assert_cmpint(scene.model.voice.state, ==, RA_VOICE_OFF);
        if (i == ASKED)
            entries = ra_history_length(scene.model.history);
    }
    g_assert_cmpuint(talks, ==, ASKED);
    g_assert_cmpuint(ra_history_length(scene.model.history), ==, entries);
    for (guint i = 1; i <= TIMES; i++) {
        const RaAssist offer = {.kind = RA_ASSIST_FILE_OFFER,
                                .offer = {.id = i, .size = 3, .name = "a"}};
        const RaAssist close = {.kind = RA_ASSIST_FILE_CLOSE,
                                .file_close = {i, TRUE, RA_FILE_CANCELLED}};
        g_assert_true(take(&scene, &offer));
        const RaTransfer *last = g_ptr_array_index(scene.model.transfers, i - 1);
        files += last->state == RA_TRANSFER_OFFERED;
        g_assert_true(take(&scene, &close));
        g_assert_cmpint(last->state, ==, RA_TRANSFER_OVER);
    }
    g_assert_cmpuint(files, ==, ASKED);
    finish(&scene);
}

void add_session_tests(void)
{
    g_test_add_func("/session/words", test_words);
    g_test_add_func("/session/model", test_model);
    g_test_add_func("/session/chat", test_chat);
    g_test_add_func("/session/monitors", test_monitors);
    g_test_add_func("/session/hostile", test_hostile);
    g_test_add_func("/session/files", test_files);
    g_test_add_func("/session/in-vain", test_in_vain);
}
