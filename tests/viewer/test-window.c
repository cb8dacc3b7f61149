/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole viewer but the worker, in a window on a virtual display: what it shows is compared with
 * what it was given, what is typed and clicked with what it passes on. */
#include "tests/viewer/fakes.h"
#include "tests/viewer/stage.h"

#include "base/error.h"
#include "viewer/app.h"
#include "viewer/frame.h"

#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SCREEN_WIDTH = 1280,
    SCREEN_HEIGHT = 720,
    SMALL_WIDTH = 400, /* a picture that fits */
    SMALL_HEIGHT = 300,
    LARGE_WIDTH = 2560, /* one that does not */
    LARGE_HEIGHT = 1440,
    PATIENCE = 3000, /* times 20 ms, for what shall come */
};

/* X key codes of the usual PC keyboard: evdev's plus 8. */
enum {
    KEY_1 = 10,
    KEY_A = 38,
    KEY_C = 54,
    KEY_CTRL = 37,
    KEY_SHIFT = 50,
    KEY_ALT = 64,
    KEY_TAB = 23,
    KEY_ENTER = 36,
    KEY_UP = 111,
};

typedef struct {
    Stage *stage;
    RaApp *app;
    int memory; /* of the picture; -1: none */
    int width, height;
    guint32 *pixels;
    RaBox window;
} Scene;

static Stage *the_stage;

static gboolean begin(Scene *scene, gboolean view_only)
{
    stage_choices("[Viewer]\nChat=false\n"); /* the picture has the whole width */
    if (the_stage == NULL)
        the_stage = stage_new(SCREEN_WIDTH, SCREEN_HEIGHT);
    if (the_stage == NULL)
        return FALSE;
    g_autoptr(RaInvitation) invitation = fake_invitation(RA_RIGHTS_ALL);
    g_autoptr(GError) error = NULL;
    const RaAppOptions options = {
        .invitation = invitation, .helper = "Helper", .view_only = view_only, .parts = &fake_parts};
    fake_reset();
    *scene = (Scene){.stage = the_stage, .memory = -1};
    scene->app = ra_app_new(&options, &error);
    g_assert_no_error(error);
    scene->window = stage_window(scene->stage);
    stage_run(100);
    return TRUE;
}

static void end(Scene *scene)
{
    ra_app_free(scene->app);
    g_free(scene->pixels);
    if (scene->memory >= 0)
        close(scene->memory);
}

/* What the worker is sent from the last call on. What should come may take its time on a busy
 * machine; what should not come gets a moment. */
static void assert_sent(const char *sent)
{
    g_autoptr(GString) seen = g_string_new(NULL);
    for (int i = 0; i < PATIENCE && (i == 0 || seen->len < strlen(sent)); i++) {
        stage_run(20);
        g_autofree char *text = fake_take_sent();
        g_string_append(seen, text);
    }
    g_assert_cmpstr(seen->str, ==, sent);
}

static void assert_title(Scene *scene, const char *title)
{
    g_autofree char *text = stage_title(scene->stage);
    for (int i = 0; i < PATIENCE && strcmp(text, title) != 0; i++) {
        stage_run(20);
        g_free(text);
        text = stage_title(scene->stage);
    }
    g_assert_cmpstr(text, ==, title);
}

static void write_pixels(Scene *scene)
{
    const gsize size = (gsize)scene->width * (gsize)scene->height * 4;
    g_assert_cmpint(pwrite(scene->memory, scene->pixels, size, 0), ==, (gssize)size);
}

/* Gives the viewer a picture: colours that change slowly, and noise on top. */
static void show(Scene *scene, int width, int height)
{
    if (ra_app_state(scene->app) == RA_CONNECT_DIALLING) {
        fake_connects(0, "192.0.2.1:3389");
        fake_says_id(RA_IPC_SECURED, 0);
    }
    scene->width = width;
    scene->height = height;
    g_free(scene->pixels);
    scene->pixels = g_new(guint32, (gsize)width * (gsize)height);
    for (int i = 0; i < width * height; i++) {
        const guint32 x = (guint32)(i % width) * 200 / (guint32)width;
        const guint32 y = (guint32)(i / width) * 200 / (guint32)height;
        scene->pixels[i] = x << 16 | y << 8 | (guint32)g_test_rand_int_range(0, 50);
    }
    if (scene->memory >= 0)
        close(scene->memory);
    scene->memory = fake_says_screen((guint16)width, (guint16)height);
    write_pixels(scene);
    fake_says_changed(0, 0, (guint16)width, (guint16)height);
    stage_run(200);
    scene->window = stage_window(scene->stage);
    g_free(fake_take_sent());
}

/* Where on the screen the picture lies. */
static RaView view_of(const Scene *scene)
{
    const RaBox *window = &scene->window;
    RaView view = {.picture_width = scene->width,
                   .picture_height = scene->height,
                   .area = {window->x, window->y + RA_FRAME_BAR, window->width,
                            window->height - RA_FRAME_BAR - RA_FRAME_STATUS}};
    ra_view_layout(&view);
    return view;
}

static void assert_shown(Scene *scene, const guint32 *pixels)
{
    const RaView view = view_of(scene);
    const gsize size = (gsize)scene->width * (gsize)scene->height * 4;
    gboolean same = FALSE;
    g_assert_false(ra_view_is_scaled(&view));
    for (int i = 0; i < PATIENCE && !same; i++) {
        g_autofree guint32 *seen = stage_grab(scene->stage, view.shown);
        same = memcmp(seen, pixels, size) == 0;
        if (!same)
            stage_run(20);
    }
    g_assert_true(same);
}

/* One to one the screen is exactly the picture, and only what is said to have changed is drawn. */
static void test_exact(void)
{
    Scene scene;
    if (!begin(&scene, FALSE))
        return;
    assert_title(&scene, "Maria – Remote Assistance (connecting)");
    show(&scene, SMALL_WIDTH, SMALL_HEIGHT);
    assert_title(&scene, "Maria – Remote Assistance");
    assert_shown(&scene, scene.pixels);

    const gsize size = SMALL_WIDTH * SMALL_HEIGHT * 4;
    g_autofree guint32 *expected = g_memdup2(scene.pixels, size);
    memset(scene.pixels, 0, size);
    write_pixels(&scene);
    for (int y = 20; y < 70; y++)
        memset(expected + y * SMALL_WIDTH + 33, 0, 101 * 4);
    fake_says_changed(33, 20, 101, 50);
    stage_run(100);
    assert_shown(&scene, expected);

    for (int y = 290; y < SMALL_HEIGHT; y++)
        memset(expected + y * SMALL_WIDTH + 390, 0, 10 * 4);
    fake_says_changed(390, 290, 65000, 65000); /* reaches out of the picture */
    fake_says_changed(65000, 65000, 65535, 65535);
    stage_run(100);
    assert_shown(&scene, expected);
    show(&scene, 300, 200); /* the remote screen's size changes */
    assert_shown(&scene, scene.pixels);
    end(&scene);
}

static int channel(guint32 pixel, int shift)
{
    return (int)(pixel >> shift & 0xff);
}

/* The largest difference between what is seen and the picture's pixel at that place. */
static double scaled_error(Scene *scene, const RaView *view)
{
    g_autofree guint32 *seen = stage_grab(scene->stage, view->shown);
    double error = 0;
    for (int y = 0; y < view->shown.height; y++) {
        for (int x = 0; x < view->shown.width; x++) {
            const int from_x = x * scene->width / view->shown.width;
            const int from_y = y * scene->height / view->shown.height;
            const guint32 want = scene->pixels[from_y * scene->width + from_x];
            for (int shift = 8; shift < 24; shift += 8) /* without the noise */
                error = MAX(error, abs(channel(want, shift) -
                                       channel(seen[y * view->shown.width + x], shift)));
        }
    }
    return error;
}

static void assert_scaled(Scene *scene)
{
    const RaView view = view_of(scene);
    double error = 255;
    g_assert_true(ra_view_is_scaled(&view));
    for (int i = 0; i < PATIENCE && error > 2; i++) {
        if (i > 0)
            stage_run(20);
        error = scaled_error(scene, &view);
    }
    g_assert_cmpfloat(error, <=, 2);
}

static void test_scaled(void)
{
    Scene scene;
    if (!begin(&scene, FALSE))
        return;
    show(&scene, LARGE_WIDTH, LARGE_HEIGHT);
    g_assert_cmpint(scene.window.width, <=, SCREEN_WIDTH * 9 / 10);
    g_assert_cmpint(scene.window.height, <=, SCREEN_HEIGHT * 9 / 10);
    assert_scaled(&scene);
    for (int i = 0; i < LARGE_WIDTH * LARGE_HEIGHT; i++)
        scene.pixels[i] += 0x201000;
    write_pixels(&scene);
    for (guint16 i = 0; i < 10; i++) /* a strip at a time: no seams */
        fake_says_changed((guint16)(LARGE_WIDTH / 10 * i), 0, LARGE_WIDTH / 10, LARGE_HEIGHT);
    stage_run(200);
    assert_scaled(&scene);
    end(&scene);
}

/* On the screen, a point of the picture. */
static void move_to(Scene *scene, int x, int y)
{
    const RaView view = view_of(scene);
    stage_move(scene->stage, view.shown.x + x * view.shown.width / scene->width,
               view.shown.y + y * view.shown.height / scene->height);
}

static void press(Scene *scene, int keycode)
{
    stage_key(scene->stage, keycode, TRUE);
    stage_key(scene->stage, keycode, FALSE);
}

/* Nothing goes out without the right to control, nor with --view-only. */
static void test_no_input(void)
{
    for (int view_only = 0; view_only < 2; view_only++) {
        Scene scene;
        if (!begin(&scene, view_only))
            return;
        show(&scene, SMALL_WIDTH, SMALL_HEIGHT);
        stage_focus(scene.stage, TRUE);
        if (view_only)
            fake_says_rights(RA_RIGHTS_ALL);
        move_to(&scene, 100, 100);
        stage_button(scene.stage, 1, TRUE);
        stage_button(scene.stage, 1, FALSE);
        press(&scene, KEY_A);
        stage_button(scene.stage, 4, TRUE);
        stage_button(scene.stage, 4, FALSE);
        assert_sent("");
        end(&scene);
    }
}

static void test_input(void)
{
    Scene scene;
    if (!begin(&scene, FALSE))
        return;
    show(&scene, SMALL_WIDTH, SMALL_HEIGHT);
    stage_focus(scene.stage, TRUE);
    move_to(&scene, 1, 1);
    fake_says_rights(RA_RIGHTS_ALL);
    stage_run(50);
    assert_title(&scene, "Maria – Remote Assistance (in control)");
    press(&scene, KEY_A);
    assert_sent("key down 61 1e\nkey up 61 1e\n");
    stage_key(scene.stage, KEY_SHIFT, TRUE);
    press(&scene, KEY_1);
    stage_key(scene.stage, KEY_SHIFT, FALSE);
    assert_sent("key down ffe1 2a\nkey down 21 2\nkey up 21 2\nkey up ffe1 2a\n");
    press(&scene, KEY_UP);
    press(&scene, KEY_TAB);
    assert_sent("key down ff52 c8\nkey up ff52 c8\nkey down ff09 f\nkey up ff09 f\n");
    move_to(&scene, 100, 50);
    stage_button(scene.stage, 3, TRUE);
    stage_button(scene.stage, 3, FALSE);
    stage_button(scene.stage, 5, TRUE);
    stage_button(scene.stage, 5, FALSE);
    assert_sent("pointer 100 50 0\npointer 100 50 4\npointer 100 50 0\npointer 100 50 16\n"
                "pointer 100 50 0\n");
    end(&scene);
}

/* A drag goes on outside the window, clamped; what is held goes up when the focus goes. */
static void test_held(void)
{
    Scene scene;
    if (!begin(&scene, FALSE))
        return;
    show(&scene, SMALL_WIDTH, SMALL_HEIGHT);
    stage_focus(scene.stage, TRUE);
    fake_says_rights(RA_RIGHTS_ALL);
    move_to(&scene, 10, 10);
    stage_button(scene.stage, 1, TRUE);
    g_free(fake_take_sent());
    stage_move(scene.stage, 0, 0);
    assert_sent("pointer 0 0 1\n");
    stage_key(scene.stage, KEY_A, TRUE);
    stage_run(900); /* long enough for the keyboard to repeat */
    assert_sent("key down 61 1e\n");
    stage_focus(scene.stage, FALSE);
    assert_sent("key up 61 1e\npointer 0 0 0\n");
    stage_key(scene.stage, KEY_A, FALSE);
    stage_button(scene.stage, 1, FALSE);
    assert_sent("");
    end(&scene);
}

/* The helper makes the window larger, then smaller than the picture. */
static void test_resize(void)
{
    Scene scene;
    if (!begin(&scene, FALSE))
        return;
    show(&scene, SMALL_WIDTH * 2, SMALL_HEIGHT * 2);
    stage_resize(scene.stage, 1000, 690);
    scene.window = stage_window(scene.stage);
    assert_shown(&scene, scene.pixels);
    stage_resize(scene.stage, 700, 500);
    scene.window = stage_window(scene.stage);
    assert_scaled(&scene);
    end(&scene);
}

/* The remote pointer's shape lies over the picture in control, and nowhere else. */
static void test_pointer(void)
{
    guint8 shape[20 * 30 * 4];
    const RaIpcMessage cursor = {.kind = RA_IPC_CURSOR, .cursor = {20, 30, 3, 4, shape}};
    const RaIpcMessage none = {.kind = RA_IPC_CURSOR};
    int width, height;
    Scene scene;
    if (!begin(&scene, FALSE))
        return;
    for (gsize i = 0; i < sizeof shape; i++)
        shape[i] = (guint8[]){0x10, 0x20, 0x30, 0xff}[i % 4];
    show(&scene, SMALL_WIDTH, SMALL_HEIGHT);
    fake_says(&cursor, -1);
    move_to(&scene, 50, 50);
    g_assert_cmphex(stage_pointer(scene.stage, &width, &height), !=, 0xff302010);
    fake_says_rights(RA_RIGHTS_ALL);
    stage_run(50);
    g_assert_cmphex(stage_pointer(scene.stage, &width, &height), ==, 0xff302010);
    g_assert_cmpint(width, ==, 20);
    g_assert_cmpint(height, ==, 30);
    fake_says(&none, -1); /* a dot, so that the helper sees it at all */
    stage_run(50);
    g_assert_cmphex(stage_pointer(scene.stage, &width, &height), ==, 0xffffffff);
    g_assert_cmpint(width, ==, 5);
    fake_says(&cursor, -1);
    stage_move(scene.stage, scene.window.x + 300, scene.window.y + 10); /* the toolbar */
    g_assert_cmphex(stage_pointer(scene.stage, &width, &height), !=, 0xff302010);
    end(&scene);
}

/* A click on the middle of a toolbar button, whose box is found by its place in the row. */
static void click(Scene *scene, int x, int y)
{
    stage_move(scene->stage, scene->window.x + x, scene->window.y + y);
    stage_button(scene->stage, 1, TRUE);
    stage_button(scene->stage, 1, FALSE);
}

static void test_buttons(void)
{
    Scene scene;
    if (!begin(&scene, FALSE))
        return;
    show(&scene, SMALL_WIDTH, SMALL_HEIGHT);
    stage_focus(scene.stage, TRUE);
    click(&scene, 40, RA_FRAME_BAR / 2);
    assert_sent("want\n");
    click(&scene, 40, RA_FRAME_BAR / 2); /* already asked */
    assert_sent("");
    const RaIpcMessage no = {.kind = RA_IPC_CONTROL_ANSWER, .allow = {FALSE, RA_GOODBYE_DECLINED}};
    fake_says(&no, -1);
    stage_focus(scene.stage, TRUE);
    press(&scene, KEY_TAB);
    press(&scene, KEY_ENTER);
    assert_sent("want\n");
    fake_says_rights(RA_RIGHTS_ALL);
    stage_run(50);
    /* The shortcut gives control back, and leaves no key down at the other end. */
    stage_key(scene.stage, KEY_CTRL, TRUE);
    stage_key(scene.stage, KEY_ALT, TRUE);
    stage_key(scene.stage, KEY_C, TRUE);
    stage_run(200);
    g_autofree char *sent = fake_take_sent();
    g_assert_nonnull(strstr(sent, "key up ffe3 1d\n"));
    g_assert_nonnull(strstr(sent, "key up ffe9 38\n"));
    g_assert_true(g_str_has_suffix(sent, "return\n"));
    g_assert_null(strstr(sent, " 2e"));
    stage_key(scene.stage, KEY_C, FALSE);
    stage_key(scene.stage, KEY_ALT, FALSE);
    stage_key(scene.stage, KEY_CTRL, FALSE);
    end(&scene);
}

static gboolean press_enter(gpointer data)
{
    Scene *scene = data;
    assert_title(scene, "Maria – Remote Assistance (disconnected)");
    press(scene, KEY_ENTER);
    return G_SOURCE_REMOVE;
}

static void test_end(void)
{
    Scene scene;
    if (!begin(&scene, FALSE))
        return;
    show(&scene, SMALL_WIDTH, SMALL_HEIGHT);
    stage_focus(scene.stage, TRUE);
    g_autofree guint32 *before = stage_grab(scene.stage, view_of(&scene).shown);
    fake_says_ended(RA_GOODBYE_ENDED, "");
    stage_run(200);
    g_autofree guint32 *after = stage_grab(scene.stage, view_of(&scene).shown);
    /* The picture is dimmed. */
    g_assert_cmpint(channel(after[SMALL_WIDTH - 1], 16), <, channel(before[SMALL_WIDTH - 1], 16));
    g_autoptr(GError) error = NULL;
    g_timeout_add(10, press_enter, &scene);
    g_assert_false(ra_app_run(scene.app, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_DECLINED);
    g_assert_cmpstr(error->message, ==, "Disconnected from Maria: they ended the session");
    end(&scene);
}

/* What a worker gone bad might say: the session ends, the program does not. */
static void test_hostile(void)
{
    Scene scene;
    if (!begin(&scene, FALSE))
        return;
    show(&scene, SMALL_WIDTH, SMALL_HEIGHT);
    const int small = fake_memfd(4096, F_SEAL_SHRINK);
    const RaIpcMessage huge = {.kind = RA_IPC_SCREEN, .frame = {16384, 16384, 16384 * 4, ""}};
    fake_says(&huge, small);
    close(small);
    stage_run(100);
    assert_title(&scene, "Maria – Remote Assistance (disconnected)");
    g_assert_false(fake_worker_alive());
    end(&scene);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/window/exact", test_exact);
    g_test_add_func("/window/scaled", test_scaled);
    g_test_add_func("/window/no-input", test_no_input);
    g_test_add_func("/window/input", test_input);
    g_test_add_func("/window/held", test_held);
    g_test_add_func("/window/resize", test_resize);
    g_test_add_func("/window/pointer", test_pointer);
    g_test_add_func("/window/buttons", test_buttons);
    g_test_add_func("/window/end", test_end);
    g_test_add_func("/window/hostile", test_hostile);
    const int result = g_test_run();
    stage_free(the_stage);
    return result;
}
