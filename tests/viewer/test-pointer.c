/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The novice's pointer in the helper's window, on a virtual display: it is where it should be, and
 * where it was the picture is back, pixel by pixel. */
#include "tests/viewer/fakes.h"
#include "tests/viewer/stage.h"

#include "viewer/frame.h"
#include "viewer/window.h"

#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

enum {
    WIDTH = 500, /* of the picture */
    HEIGHT = 300,
    SIDE = 16, /* of the pointer's shape */
    HOT_X = 3,
    HOT_Y = 5,
    PATIENCE = 3000, /* times 20 ms */
};

typedef struct {
    RaWindow *window;
    RaModel model;
    int memory; /* of the picture */
    RaBox box;  /* the window's, on the screen */
    guint32 pixels[WIDTH * HEIGHT];
    guint8 shape[SIDE * SIDE * 4];
} Scene;

static Stage *the_stage;
static Scene scene;

static char *on_act(const RaAct *act G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
    return NULL;
}

static void say_shape(guint16 side)
{
    const RaIpcMessage cursor = {.kind = RA_IPC_CURSOR,
                                 .cursor = {side, side, HOT_X, HOT_Y, scene.shape}};
    ra_window_set_cursor(scene.window, &cursor);
}

static void say_place(guint16 x, guint16 y)
{
    const RaIpcMessage pointer = {.kind = RA_IPC_POINTER, .pointer = {.x = x, .y = y}};
    ra_window_set_pointer(scene.window, &pointer);
}

static void say_rights(RaRights rights)
{
    scene.model.status = (RaStatus){.state = RA_CONNECT_SHARING, .name = "Maria", .rights = rights};
    ra_window_update(scene.window, RA_MODEL_STATUS);
}

static void write_pixels(void)
{
    g_assert_cmpint(pwrite(scene.memory, scene.pixels, sizeof scene.pixels, 0), ==,
                    sizeof scene.pixels);
}

static void show_picture(void)
{
    g_autoptr(GError) error = NULL;
    RaIpcMessage message = {.kind = RA_IPC_SCREEN};
    message.frame.width = WIDTH;
    message.frame.height = HEIGHT;
    message.frame.stride = WIDTH * 4;
    for (guint i = 0; i < WIDTH * HEIGHT; i++)
        scene.pixels[i] = (guint32)g_test_rand_int_range(0, 0x1000000);
    /* A field of one colour, on which a scaled pointer can be told. */
    for (guint y = 0; y < 150; y++)
        for (guint x = 0; x < 250; x++)
            scene.pixels[y * WIDTH + x] = 0x204060;
    scene.memory = fake_memfd(sizeof scene.pixels, F_SEAL_SHRINK);
    write_pixels();
    RaPicture *picture = ra_picture_new(&message, scene.memory, &error);
    g_assert_no_error(error);
    ra_window_set_picture(scene.window, picture);
}

/* Half of it red, a quarter half transparent green, a quarter nothing. */
static void make_shape(void)
{
    for (guint i = 0; i < SIDE * SIDE; i++) {
        static const guint8 kinds[][4] = {{0, 0, 255, 255}, {0, 128, 0, 128}, {0, 0, 0, 0}};
        const guint x = i % SIDE, y = i / SIDE;
        memcpy(scene.shape + (gsize)i * 4, kinds[x < SIDE / 2 ? 0 : y < SIDE / 2 ? 1 : 2], 4);
    }
}

static gboolean begin(void)
{
    static const RaWindowOptions options;
    g_autoptr(GError) error = NULL;
    stage_choices("[Viewer]\nChat=false\n"); /* the picture has the whole width */
    if (the_stage == NULL)
        the_stage = stage_new(1280, 720);
    if (the_stage == NULL)
        return FALSE;
    scene.window = ra_window_new(&options, &scene.model, on_act, NULL, &error);
    g_assert_no_error(error);
    say_rights(RA_RIGHT_VIEW);
    make_shape();
    show_picture();
    stage_run(200);
    scene.box = stage_window(the_stage);
    stage_move(the_stage, 0, 0);
    return TRUE;
}

static void end(void)
{
    ra_window_free(scene.window);
    close(scene.memory);
}

static RaView view_of(RaViewMode mode)
{
    RaView view = {.mode = mode,
                   .picture_width = WIDTH,
                   .picture_height = HEIGHT,
                   .area = {scene.box.x, scene.box.y + RA_FRAME_BAR, scene.box.width,
                            scene.box.height - RA_FRAME_BAR - RA_FRAME_STATUS}};
    ra_view_layout(&view);
    return view;
}

static guint8 over(guint8 colour, guint8 alpha, guint32 under)
{
    return (guint8)(colour + ((under & 0xff) * (255u - alpha) + 127) / 255);
}

/* The picture, one to one, with the pointer's hot spot at X, Y. */
static void expect_at(guint32 *expected, int x, int y)
{
    memcpy(expected, scene.pixels, sizeof scene.pixels);
    for (int i = 0; i < SIDE * SIDE; i++) {
        const int to_x = x - HOT_X + i % SIDE, to_y = y - HOT_Y + i / SIDE;
        const guint8 *from = scene.shape + (gsize)i * 4;
        if (to_x < 0 || to_y < 0 || to_x >= WIDTH || to_y >= HEIGHT)
            continue;
        guint32 *pixel = &expected[to_y * WIDTH + to_x];
        *pixel = (guint32)over(from[2], from[3], *pixel >> 16) << 16 |
                 (guint32)over(from[1], from[3], *pixel >> 8) << 8 | over(from[0], from[3], *pixel);
    }
}

static void assert_shown(const guint32 *expected)
{
    const RaView view = view_of(RA_VIEW_ACTUAL);
    gboolean same = FALSE;
    for (int i = 0; i < PATIENCE && !same; i++) {
        stage_run(20);
        g_autofree guint32 *seen = stage_grab(the_stage, view.shown);
        same = memcmp(seen, expected, sizeof scene.pixels) == 0;
    }
    g_assert_true(same);
}

static void assert_at(int x, int y)
{
    g_autofree guint32 *expected = g_malloc(sizeof scene.pixels);
    expect_at(expected, x, y);
    assert_shown(expected);
}

static void test_exact(void)
{
    static const struct {
        guint16 x, y;
    } places[] = {{100, 100}, {103, 98}, {300, 200}, {0, 0}, {WIDTH - 1, HEIGHT - 1}, {250, 0}};
    if (!begin())
        return;
    assert_shown(scene.pixels); /* neither shape nor place are known */
    say_place(90, 90);
    assert_shown(scene.pixels);
    say_shape(SIDE);
    assert_at(90, 90);
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        say_place(places[i].x, places[i].y);
        assert_at(places[i].x, places[i].y);
    }
    say_place(RA_IPC_OUTSIDE, RA_IPC_OUTSIDE);
    assert_shown(scene.pixels);
    say_place(WIDTH, 10);
    assert_shown(scene.pixels);
    say_place(10, 20);
    assert_at(10, 20);
    say_shape(0);
    assert_shown(scene.pixels);
    end();
}

/* The picture changes under it. */
static void test_changes(void)
{
    if (!begin())
        return;
    say_shape(SIDE);
    say_place(300, 200);
    assert_at(300, 200);
    for (guint i = 0; i < WIDTH * HEIGHT; i++)
        scene.pixels[i] ^= 0x00ffff;
    write_pixels();
    const RaIpcMessage changed = {
        .kind = RA_IPC_CHANGED, .rects = {2, {{0, 0, 303, HEIGHT}, {303, 0, WIDTH - 303, HEIGHT}}}};
    ra_window_changed(scene.window, &changed);
    assert_at(300, 200); /* drawn once, not twice over itself */
    say_place(20, 30);
    assert_at(20, 30);
    end();
}

/* In control the helper's own pointer is enough, as long as it is over the picture. */
static void test_control(void)
{
    if (!begin())
        return;
    const RaView view = view_of(RA_VIEW_ACTUAL);
    say_shape(SIDE);
    say_place(100, 100);
    stage_move(the_stage, view.shown.x + 400, view.shown.y + 250);
    assert_at(100, 100); /* only looking: it is shown */
    say_rights(RA_RIGHTS_ALL);
    assert_shown(scene.pixels);
    say_place(120, 110);
    assert_shown(scene.pixels);
    stage_move(the_stage, scene.box.x + 300, scene.box.y + 5); /* the toolbar */
    assert_at(120, 110);
    stage_move(the_stage, view.shown.x + 400, view.shown.y + 250);
    assert_shown(scene.pixels);
    say_rights(RA_RIGHT_VIEW);
    assert_at(120, 110);
    end();
}

static guint32 pixel_at(const RaView *view, int x, int y)
{
    const RaBox one = {view->shown.x + x, view->shown.y + y, 1, 1};
    g_autofree guint32 *seen = stage_grab(the_stage, one);
    return *seen;
}

/* Enlarged with the picture, and gone with nothing left. */
static void test_scaled(void)
{
    if (!begin())
        return;
    ra_window_set_mode(scene.window, RA_VIEW_FIT);
    stage_resize(the_stage, 640, 600);
    scene.box = stage_window(the_stage);
    const RaView view = view_of(RA_VIEW_FIT);
    g_assert_cmpint(view.shown.width, >, WIDTH);
    stage_run(100);
    g_autofree guint32 *before = stage_grab(the_stage, view.shown);
    say_shape(SIDE);
    say_place(100, 100);
    stage_run(100);
    const int x = 100 * view.shown.width / WIDTH, y = 100 * view.shown.height / HEIGHT;
    g_assert_cmphex(pixel_at(&view, x, y), ==, 0xff0000);
    g_assert_cmphex(pixel_at(&view, x, y - 3), ==, 0xff0000);
    g_assert_cmphex(pixel_at(&view, x - 2 * SIDE, y), ==, 0x204060);
    g_assert_cmphex(pixel_at(&view, x, y + 2 * SIDE), ==, 0x204060);
    say_place(200, 100);
    stage_run(100);
    g_assert_cmphex(pixel_at(&view, x, y), ==, 0x204060);
    g_assert_cmphex(pixel_at(&view, 200 * view.shown.width / WIDTH, y), ==, 0xff0000);
    say_place(450, 250); /* over noise */
    stage_run(100);
    say_place(RA_IPC_OUTSIDE, RA_IPC_OUTSIDE);
    stage_run(100);
    g_autofree guint32 *after = stage_grab(the_stage, view.shown);
    g_assert_cmpmem(after, (gsize)view.shown.width * (gsize)view.shown.height * 4, before,
                    (gsize)view.shown.width * (gsize)view.shown.height * 4);
    end();
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pointer/exact", test_exact);
    g_test_add_func("/pointer/changes", test_changes);
    g_test_add_func("/pointer/control", test_control);
    g_test_add_func("/pointer/scaled", test_scaled);
    const int result = g_test_run();
    stage_free(the_stage);
    return result;
}
