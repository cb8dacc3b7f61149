/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window around the picture, on a virtual display, used as people do: what they do in it comes
 * back as acts, and what they chose is there again the next time. */
#include "tests/viewer/fakes.h"
#include "tests/viewer/stage.h"

#include "viewer/frame.h"
#include "viewer/window.h"

#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

enum {
    WIDTH = 600, /* of the picture */
    HEIGHT = 400,
    PANE = 300,      /* dp: the chat, by default */
    PATIENCE = 3000, /* times 20 ms */
};

/* X key codes of the usual PC keyboard: evdev's plus 8. */
enum {
    KEY_ESC = 9,
    KEY_ENTER = 36,
    KEY_CTRL = 37,
    KEY_A = 38,
    KEY_H = 43,
    KEY_SHIFT = 50,
    KEY_B = 56,
    KEY_M = 58,
    KEY_ALT = 64,
    KEY_P = 33,
};

typedef struct {
    Stage *stage;
    RaWindow *window;
    RaModel model;
    RaHistory *history;
    GString *log;
    gboolean close_frees;
    RaBox box; /* of the window, on the screen */
} Scene;

static Stage *the_stage;

static void log_act(Scene *scene, const RaAct *act)
{
    switch (act->kind) {
    case RA_ACT_SAY:
        g_string_append_printf(scene->log, "say:%s ", act->text);
        break;
    case RA_ACT_KEY:
        g_string_append_printf(scene->log, "key:%x:%d ", act->key.keysym, act->key.down);
        break;
    case RA_ACT_POINT:
        g_string_append_printf(scene->log, "point:%d:%u:%u ", act->point.phase, act->point.x,
                               act->point.y);
        break;
    case RA_ACT_READ:
        g_string_append(scene->log, "read ");
        ra_history_mark_read(scene->history);
        break;
    case RA_ACT_CLOSE:
        g_string_append(scene->log, "close ");
        break;
    default:
        break;
    }
}

static char *on_act(const RaAct *act, gpointer data)
{
    Scene *scene = data;
    log_act(scene, act);
    if (act->kind == RA_ACT_CLOSE && scene->close_frees)
        g_clear_pointer(&scene->window, ra_window_free);
    return act->kind == RA_ACT_SAY && strcmp(act->text, "no") == 0 ? g_strdup("It is not sent.")
                                                                   : NULL;
}

static void show_picture(Scene *scene)
{
    g_autoptr(GError) error = NULL;
    RaIpcMessage message = {.kind = RA_IPC_SCREEN};
    message.frame.width = WIDTH;
    message.frame.height = HEIGHT;
    message.frame.stride = WIDTH * 4;
    const int memory = fake_memfd(WIDTH * HEIGHT * 4, F_SEAL_SHRINK);
    RaPicture *picture = ra_picture_new(&message, memory, &error);
    g_assert_no_error(error);
    close(memory);
    ra_window_set_picture(scene->window, picture);
}

static gboolean begin(Scene *scene, const char *choices)
{
    static const RaWindowOptions options = {.scale = 100};
    g_autoptr(GError) error = NULL;
    if (choices != NULL)
        stage_choices(choices);
    if (the_stage == NULL)
        the_stage = stage_new(1280, 800);
    if (the_stage == NULL)
        return FALSE;
    *scene = (Scene){.stage = the_stage, .log = g_string_new(NULL)};
    scene->history = ra_history_new("Helen", "Anna", NULL, NULL);
    scene->model.history = scene->history;
    scene->model.features = RA_FEATURES_ALL;
    scene->model.status =
        (RaStatus){.state = RA_CONNECT_SHARING, .name = "Anna", .rights = RA_RIGHT_VIEW};
    scene->window = ra_window_new(&options, &scene->model, on_act, scene, &error);
    g_assert_no_error(error);
    ra_window_update(scene->window, RA_MODEL_ALL);
    show_picture(scene);
    stage_run(200);
    scene->box = stage_window(scene->stage);
    stage_focus(scene->stage, TRUE);
    return TRUE;
}

static void end(Scene *scene)
{
    ra_window_free(scene->window);
    ra_history_free(scene->history);
    g_string_free(scene->log, TRUE);
}

static void assert_log(Scene *scene, const char *wanted)
{
    for (int i = 0; i < PATIENCE && (i == 0 || scene->log->len < strlen(wanted)); i++)
        stage_run(20);
    g_assert_cmpstr(scene->log->str, ==, wanted);
    g_string_truncate(scene->log, 0);
}

static void press(Scene *scene, int key)
{
    stage_key(scene->stage, key, TRUE);
    stage_key(scene->stage, key, FALSE);
}

static void shortcut(Scene *scene, int key)
{
    stage_key(scene->stage, KEY_CTRL, TRUE);
    stage_key(scene->stage, KEY_ALT, TRUE);
    press(scene, key);
    stage_key(scene->stage, KEY_ALT, FALSE);
    stage_key(scene->stage, KEY_CTRL, FALSE);
}

static void click(Scene *scene, int x, int y)
{
    stage_move(scene->stage, scene->box.x + x, scene->box.y + y);
    stage_button(scene->stage, 1, TRUE);
    stage_button(scene->stage, 1, FALSE);
}

static void test_message(void)
{
    Scene scene;
    if (!begin(&scene, "[Viewer]\n"))
        return;
    g_assert_cmpint(scene.box.width, ==, WIDTH + PANE); /* the picture one to one, and the chat */
    shortcut(&scene, KEY_M);
    press(&scene, KEY_H);
    press(&scene, KEY_A);
    stage_key(scene.stage, KEY_SHIFT, TRUE);
    press(&scene, KEY_ENTER);
    stage_key(scene.stage, KEY_SHIFT, FALSE);
    press(&scene, KEY_B);
    press(&scene, KEY_ENTER);
    assert_log(&scene, "say:ha\nb ");
    press(&scene, KEY_ENTER); /* nothing to say */
    assert_log(&scene, "");
    end(&scene);
}

/* In control keys are the other computer's, but for the message box while it has the focus. */
static void test_keys_go_where_the_focus_is(void)
{
    Scene scene;
    if (!begin(&scene, "[Viewer]\n"))
        return;
    scene.model.status.rights = RA_RIGHTS_ALL;
    ra_window_update(scene.window, RA_MODEL_STATUS);
    press(&scene, KEY_A);
    assert_log(&scene, "key:61:1 key:61:0 ");
    click(&scene, 100, scene.box.height - RA_FRAME_STATUS - 25);
    press(&scene, KEY_B);
    assert_log(&scene, "");
    click(&scene, PANE + 100, 300); /* on the picture */
    press(&scene, KEY_A);
    assert_log(&scene, "key:61:1 key:61:0 ");
    end(&scene);
}

static void drag(Scene *scene, int x, int y, int to_x, int to_y)
{
    stage_move(scene->stage, scene->box.x + x, scene->box.y + y);
    stage_button(scene->stage, 1, TRUE);
    stage_move(scene->stage, scene->box.x + to_x, scene->box.y + to_y);
    stage_button(scene->stage, 1, FALSE);
}

static void test_pointing(void)
{
    Scene scene;
    if (!begin(&scene, "[Viewer]\n"))
        return;
    drag(&scene, PANE + 10, RA_FRAME_BAR + 20, PANE + 50, RA_FRAME_BAR + 60);
    assert_log(&scene, "point:1:10:20 point:2:50:60 point:0:50:60 ");
    scene.model.features &= ~(guint32)RA_FEATURE_POINT;
    ra_window_update(scene.window, RA_MODEL_STATUS);
    drag(&scene, PANE + 10, RA_FRAME_BAR + 20, PANE + 50, RA_FRAME_BAR + 60);
    assert_log(&scene, "");
    scene.model.features |= RA_FEATURE_POINT;
    scene.model.status.rights = RA_RIGHTS_ALL; /* in control: with the tool */
    ra_window_update(scene.window, RA_MODEL_STATUS);
    shortcut(&scene, KEY_P);
    stage_run(50);
    g_string_truncate(scene.log, 0); /* the keys of the shortcut */
    drag(&scene, PANE + 10, RA_FRAME_BAR + 20, PANE + 50, RA_FRAME_BAR + 60);
    assert_log(&scene, "point:1:10:20 point:2:50:60 point:0:50:60 ");
    end(&scene);
}

/* A message is read when it is in sight, of a window that somebody uses. */
static void test_read(void)
{
    Scene scene;
    if (!begin(&scene, "[Viewer]\nChat=false\n"))
        return;
    ra_history_add(scene.history, RA_HISTORY_THEM, "Hello https://example.org");
    ra_window_update(scene.window, RA_MODEL_CHAT);
    assert_log(&scene, "");
    shortcut(&scene, KEY_M);
    assert_log(&scene, "read ");
    stage_focus(scene.stage, FALSE);
    ra_history_add(scene.history, RA_HISTORY_THEM, "Are you there?");
    ra_window_update(scene.window, RA_MODEL_CHAT);
    assert_log(&scene, "");
    stage_focus(scene.stage, TRUE);
    assert_log(&scene, "read ");
    end(&scene);
}

/* What was typed stays where it could not be sent. */
static void test_refused(void)
{
    static const int keys[] = {57 /* n */, 32 /* o */};
    Scene scene;
    if (!begin(&scene, "[Viewer]\n"))
        return;
    shortcut(&scene, KEY_M);
    press(&scene, keys[0]);
    press(&scene, keys[1]);
    press(&scene, KEY_ENTER);
    assert_log(&scene, "say:no ");
    press(&scene, KEY_A);
    press(&scene, KEY_ENTER);
    assert_log(&scene, "say:noa ");
    end(&scene);
}

static void test_remembered(void)
{
    Scene scene;
    if (!begin(&scene, "[Viewer]\n"))
        return;
    stage_resize(scene.stage, 1011, 633);
    end(&scene);
    g_assert_true(begin(&scene, NULL));
    g_assert_cmpint(scene.box.width, ==, 1011);
    g_assert_cmpint(scene.box.height, ==, 633);
    end(&scene);
    /* A size that followed from the picture is not one that was chosen; nonsense is none at all. */
    g_assert_true(begin(&scene, "[Viewer]\nWidth=-7\nHeight=99999999\nChatWidth=3\nTheme=pink\n"));
    g_assert_cmpint(scene.box.width, ==, WIDTH + PANE);
    end(&scene);
    g_assert_true(begin(&scene, NULL));
    g_assert_cmpint(scene.box.width, ==, WIDTH + PANE);
    end(&scene);
}

/* Whoever is told that the window is closed may free it then and there. */
static void test_close_frees(void)
{
    Scene scene;
    if (!begin(&scene, "[Viewer]\n"))
        return;
    scene.close_frees = TRUE;
    scene.model.status.state = RA_CONNECT_ENDED;
    scene.model.status.reason = "they ended the session";
    ra_window_update(scene.window, RA_MODEL_STATUS);
    press(&scene, KEY_ESC);
    assert_log(&scene, "close ");
    g_assert_null(scene.window);
    end(&scene);
    g_assert_true(begin(&scene, "[Viewer]\n")); /* by a widget's own callback */
    scene.close_frees = TRUE;
    scene.model.status.state = RA_CONNECT_ENDED;
    scene.model.status.reason = "they ended the session";
    ra_window_update(scene.window, RA_MODEL_STATUS);
    press(&scene, KEY_ENTER);
    assert_log(&scene, "close ");
    g_assert_null(scene.window);
    end(&scene);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/panes/message", test_message);
    g_test_add_func("/panes/keys", test_keys_go_where_the_focus_is);
    g_test_add_func("/panes/pointing", test_pointing);
    g_test_add_func("/panes/read", test_read);
    g_test_add_func("/panes/refused", test_refused);
    g_test_add_func("/panes/remembered", test_remembered);
    g_test_add_func("/panes/close-frees", test_close_frees);
    const int result = g_test_run();
    stage_free(the_stage);
    return result;
}
