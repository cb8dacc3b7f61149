/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How pictures get to the screen: straight from the worker's memory where they can, drawn where
 * something lies over them or the X server cannot; only what changed; and always the same pixels.
 */
#include "tests/viewer/fakes.h"
#include "tests/viewer/stage.h"

#include "viewer/window-private.h"

#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WIDTH = 800, HEIGHT = 500, LARGE_WIDTH = 1500, LARGE_HEIGHT = 900, SIDE = 16, STEPS = 16 };

static struct {
    Stage *stage;
    RaWindow *window;
    RaModel model;
    int width, height;
    guint32 *pixels; /* of the picture, shared with the window */
    RaBox box;       /* the window's, on the screen */
    guint32 seed;
    RaCanvasCount wanted;
    RaRect part;
} scene;

/* What was to be seen after each step, on the X server before. */
static struct {
    guint32 *seen;
    RaBox box;
} before[STEPS];
static guint step;
static Stage *ended[2]; /* with the last one goes what they share */

static char *on_act(const RaAct *act G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
    return NULL;
}

static void drop_pixels(void)
{
    if (scene.pixels != NULL)
        munmap(scene.pixels, (gsize)scene.width * (gsize)scene.height * 4);
    scene.pixels = NULL;
}

static void give_picture(int width, int height)
{
    g_autoptr(GError) error = NULL;
    const gsize size = (gsize)width * (gsize)height * 4;
    const RaIpcMessage message = {
        .kind = RA_IPC_SCREEN, .frame = {(guint16)width, (guint16)height, (guint32)width * 4, ""}};
    drop_pixels();
    const int memory = fake_memfd(size, 0);
    scene.width = width;
    scene.height = height;
    scene.pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    g_assert_true(scene.pixels != MAP_FAILED);
    g_assert_cmpint(fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_FUTURE_WRITE), ==, 0);
    RaPicture *picture = ra_picture_new(&message, memory, &error);
    g_assert_no_error(error);
    close(memory);
    ra_window_set_picture(scene.window, picture);
}

/* Other pixels in PART, the same in each run. */
static void draw(RaRect part)
{
    for (int y = part.y; y < part.y + part.height; y++)
        for (int x = part.x; x < part.x + part.width; x++) {
            scene.seed = scene.seed * 1664525 + 1013904223;
            scene.pixels[y * scene.width + x] = scene.seed >> 8 | 0x55000000;
        }
}

static void tell(const RaRect *rects, guint n)
{
    RaIpcMessage message = {.kind = RA_IPC_CHANGED, .rects.n = n};
    memcpy(message.rects.rect, rects, n * sizeof *rects);
    ra_window_changed(scene.window, &message);
}

static RaRect whole(void)
{
    return (RaRect){0, 0, (guint16)scene.width, (guint16)scene.height};
}

static gboolean begin(gboolean shared)
{
    static const RaWindowOptions options = {.scale = 100};
    g_autoptr(GError) error = NULL;
    stage_choices("[Viewer]\nChat=false\n");
    scene.stage = shared ? stage_new(1280, 800) : stage_new_without(1280, 800, "MIT-SHM");
    if (scene.stage == NULL)
        return FALSE;
    scene.seed = 1;
    scene.model =
        (RaModel){.features = RA_FEATURES_ALL,
                  .status = {.state = RA_CONNECT_SHARING, .name = "Anna", .rights = RA_RIGHT_VIEW}};
    stage_move(scene.stage, 0, 0);
    scene.window = ra_window_new(&options, &scene.model, on_act, NULL, &error);
    g_assert_no_error(error);
    ra_window_update(scene.window, RA_MODEL_ALL);
    give_picture(WIDTH, HEIGHT);
    stage_run(200);
    scene.box = stage_window(scene.stage);
    step = 0;
    return TRUE;
}

static void end(gboolean shared)
{
    ra_window_free(scene.window);
    drop_pixels();
    ended[shared] = scene.stage;
}

/* Looks at the window; the second time it has to look as the first. */
static void look(gboolean shared)
{
    const RaBox *box = &scene.box;
    guint32 *seen = stage_grab(scene.stage, *box);
    const gsize size = (gsize)box->width * (gsize)box->height * 4;
    g_test_message("step %u", step);
    g_assert_cmpuint(step, <, STEPS);
    if (shared) {
        before[step].seen = seen;
        before[step].box = *box;
    } else {
        g_assert_cmpmem(box, sizeof *box, &before[step].box, sizeof *box);
        g_assert_true(memcmp(seen, before[step].seen, size) == 0);
        g_free(seen);
        g_clear_pointer(&before[step].seen, g_free);
    }
    step++;
}

/* The picture is where it should be, pixel by pixel, but for what is under OVER. */
static void assert_seen(RaBox over)
{
    const RaBox *shown = &scene.window->view.shown;
    const RaBox on_screen = {scene.box.x + shown->x, scene.box.y + shown->y, shown->width,
                             shown->height};
    g_autofree guint32 *seen = stage_grab(scene.stage, on_screen);
    for (int y = 0; y < scene.height; y++)
        for (int x = 0; x < scene.width; x++) {
            const gsize at = (gsize)y * (gsize)scene.width + (gsize)x;
            if (!ra_box_contains(over, x, y) && seen[at] != (scene.pixels[at] & 0xffffff))
                g_error("another pixel at %d, %d", x, y);
        }
}

/* Changes PART and shows it; TRUE if nothing but that had to be drawn: a window may be exposed at
 * any time. */
static gboolean shown_alone(gpointer data)
{
    const RaRect *part = data;
    ra_window_flush(scene.window);
    draw(*part);
    tell(part, 1);
    const gboolean alone = !scene.window->unsettled;
    ra_window_flush(scene.window);
    return alone;
}

static const RaCanvasCount *show(RaRect part)
{
    const guint32 seed = scene.seed;
    g_assert_true(stage_wait(shown_alone, &part));
    scene.seed = seed; /* however often it was tried */
    draw(part);
    tell(&part, 1);
    ra_window_flush(scene.window);
    return ra_canvas_count(scene.window->canvas);
}

static void show_plain(gboolean shared)
{
    const RaRect parts[] = {whole(), {790, 490, 10, 10}, {0, 0, 1, 1}, {17, 99, 10, 18}};
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        const RaCanvasCount *count = show(parts[i]);
        const gint64 area = (gint64)parts[i].width * parts[i].height;
        g_assert_cmpuint(count->by_cairo, ==, 0);
        g_assert_cmpint(count->direct_area, ==, shared ? area : 0);
        g_assert_cmpint(count->drawn_area, ==, shared ? 0 : area);
        assert_seen((RaBox){0});
    }
    look(shared);
}

/* What was told twice is shown once; what is far apart is not joined to a screen full. */
static void show_several(gboolean shared)
{
    RaRect rects[RA_IPC_RECTS_MAX];
    const guint n = G_N_ELEMENTS(rects);
    for (guint i = 0; i < 4 * n; i++) {
        const guint16 x = (guint16)(i * 97 % (WIDTH - 10)), y = (guint16)(i * 61 % (HEIGHT - 18));
        rects[i % n] = (RaRect){x, y, 10, 18};
        draw(rects[i % n]);
        if (i % n == n - 1)
            tell(rects, n);
    }
    ra_window_flush(scene.window);
    const RaCanvasCount *count = ra_canvas_count(scene.window->canvas);
    g_assert_cmpuint(count->direct + count->by_hand, <=, RA_CANVAS_PARTS_MAX);
    assert_seen((RaBox){0});
    const RaRect twice[] = {{100, 100, 50, 50}, {0, 0, WIDTH, HEIGHT}, {200, 100, 99, 99}};
    draw(whole());
    tell(twice, G_N_ELEMENTS(twice));
    ra_window_flush(scene.window);
    g_assert_cmpint(count->direct_area + count->drawn_area, ==, WIDTH * HEIGHT);
    look(shared);
}

static void show_meter(gboolean shared)
{
    (void)show(whole());
    scene.model.meter.in = 190000;
    scene.model.meter.delay = 23400;
    ra_window_update(scene.window, RA_MODEL_METER);
    ra_window_flush(scene.window);
    const RaCanvasCount *count = ra_canvas_count(scene.window->canvas);
    g_assert_cmpint(count->drawn_area, >, 0);
    g_assert_cmpint(count->drawn_area, <, scene.box.width * 40);
    g_assert_cmpint(count->direct_area, ==, 0);
    look(shared);
}

static void show_pointer(gboolean shared)
{
    guint8 shape[SIDE * SIDE * 4];
    memset(shape, 0x80, sizeof shape);
    const RaIpcMessage cursor = {.kind = RA_IPC_CURSOR, .cursor = {SIDE, SIDE, 0, 0, shape}};
    const RaIpcMessage pointer = {.kind = RA_IPC_POINTER, .pointer = {.x = 300, .y = 200}};
    (void)show(whole());
    ra_window_set_cursor(scene.window, &cursor);
    ra_window_set_pointer(scene.window, &pointer);
    g_assert_false(scene.window->unsettled);
    ra_window_flush(scene.window);
    const RaCanvasCount *count = show(whole());
    g_assert_cmpint(count->drawn_area, ==, shared ? SIDE * SIDE : WIDTH * HEIGHT);
    g_assert_cmpint(count->direct_area, ==, shared ? WIDTH * HEIGHT - SIDE * SIDE : 0);
    assert_seen((RaBox){300, 200, SIDE, SIDE});
    look(shared);
}

static void show_strokes(gboolean shared)
{
    ra_point_begin(scene.window, 20, 30);
    ra_point_move(scene.window, 60, 90);
    ra_point_end(scene.window);
    ra_window_flush(scene.window);
    g_assert_cmpint(ra_canvas_count(scene.window->canvas)->drawn_area, <, 100 * 120);
    look(shared);
    (void)show(whole());
    look(shared);
}

static void show_words(gboolean shared)
{
    ra_ui_announce(scene.window->shell.ui, "Somebody said something that is shown over it all.");
    ra_window_flush(scene.window);
    (void)show(whole());
    look(shared);
    scene.model.held = TRUE;
    ra_window_update(scene.window, RA_MODEL_STATUS);
    ra_window_flush(scene.window);
    (void)show(whole());
    look(shared);
    scene.model.paused = TRUE;
    ra_window_update(scene.window, RA_MODEL_STATUS);
    ra_window_flush(scene.window);
    g_assert_cmpint(show(whole())->direct_area, ==, 0); /* it is hidden */
    look(shared);
    scene.model.paused = scene.model.held = FALSE;
    ra_window_update(scene.window, RA_MODEL_STATUS);
    ra_window_flush(scene.window);
}

static void show_large(gboolean shared)
{
    give_picture(LARGE_WIDTH, LARGE_HEIGHT);
    stage_run(100);
    g_assert_cmpint(show(whole())->direct_area, ==, 0); /* it is scaled */
    look(shared);
    ra_window_set_mode(scene.window, RA_VIEW_ACTUAL);
    ra_window_flush(scene.window);
    const RaCanvasCount *count = show(whole());
    g_assert_cmpuint(count->by_cairo, >, 0); /* the scroll bars */
    g_assert_cmpint(count->drawn_area > count->direct_area, ==, !shared);
    look(shared);
    ra_window_pan(scene.window, 123, 45);
    ra_window_flush(scene.window);
    look(shared);
}

static void play(gboolean shared)
{
    if (!begin(shared))
        return;
    show_plain(shared);
    show_several(shared);
    show_meter(shared);
    show_pointer(shared);
    show_large(shared);
    give_picture(WIDTH, HEIGHT);
    ra_window_set_mode(scene.window, RA_VIEW_AUTO);
    stage_run(100);
    show_strokes(shared);
    show_words(shared);
    end(shared);
}

/* In this order: the second looks whether it looks as the first did. */
static void test_shared(void)
{
    play(TRUE);
}

static void test_drawn(void)
{
    play(FALSE);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/show/shared", test_shared);
    g_test_add_func("/show/drawn", test_drawn);
    const int result = g_test_run();
    stage_free(ended[0]);
    stage_free(ended[1]);
    return result;
}
