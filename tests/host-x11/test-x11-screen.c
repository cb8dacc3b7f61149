/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 screen source against real servers: the picture and the pointer's shape. */
#include "base/error.h"
#include "tests/host-x11/painter.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Draws here and there, and follows. */
static void follow(Painter *f)
{
    g_assert_true(ra_pump_until(&f->damaged));
    RaIpcMessage frame = painter_frame(f);
    RaIpcMessage pixels = painter_fetch(f);
    g_assert_cmpuint(painter_area(&pixels), ==, (gsize)frame.frame.width * frame.frame.height);
    painter_assert_true(f, &frame, 0, 0);

    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    for (int round = 0; round < 50; round++) {
        f->damaged = 0;
        const int n = g_rand_int_range(rand, 1, 100);
        for (int i = 0; i < n; i++)
            painter_fill(f, (gint16)g_rand_int_range(rand, -50, frame.frame.width),
                         (gint16)g_rand_int_range(rand, -50, frame.frame.height),
                         (guint16)g_rand_int_range(rand, 51, 90),
                         (guint16)g_rand_int_range(rand, 51, 90), g_rand_int(rand) & 0xffffff);
        painter_settle(f);
        g_assert_true(ra_pump_until(&f->damaged));
        g_assert_cmpint(f->damaged, ==, 1);
        painter_fetch(f);
        painter_assert_true(f, &frame, 0, 0);
    }
}

static void test_follow(gconstpointer data)
{
    Painter f;
    if (!ra_xvfb_or_skip())
        return;
    const char *const extra[] = {"-extension", "MIT-SHM", NULL};
    painter_start(&f, "640x480x24", data != NULL ? extra : NULL, NULL);
    const RaIpcMessage frame = painter_frame(&f);
    g_assert_cmpint(frame.kind, ==, RA_IPC_FRAME);
    g_assert_cmpuint(frame.frame.width, ==, 640);
    g_assert_cmpuint(frame.frame.height, ==, 480);
    g_assert_cmpuint(frame.frame.stride, ==, 640 * 4);
    g_assert_cmpint(frame.frame.name[0], !=, '\0');
    follow(&f);
    painter_end(&f);
}

static void test_depths(void)
{
    static const struct {
        const char *mode;
        guint32 pixel, seen; /* seen 0: the screen is refused */
    } cases[] = {
        {"320x200x16", 0xf81f, 0xff00ff},
        {"320x200x16", 0x8410, 0x848284},
        {"320x200x15", 0x7c1f, 0xff00ff},
        {"320x200x30", 0x3ff003ff, 0xff00ff},
        {"320x200x8", 0, 0},
    };
    if (!ra_xvfb_or_skip())
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].mode);
        g_autoptr(GError) error = NULL;
        Painter f;
        painter_connect(&f, cases[i].mode, NULL);
        f.screen = ra_x11_screen_new(ra_xvfb_display(f.xvfb), NULL, &error);
        g_assert_no_error(error);
        if (cases[i].seen == 0) {
            g_assert_false(f.screen->class->start(f.screen, &painter_events, &f, &error));
            g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
            painter_end(&f);
            continue;
        }
        g_assert_true(f.screen->class->start(f.screen, &painter_events, &f, &error));
        painter_fill(&f, 33, 44, 5, 5, cases[i].pixel);
        painter_settle(&f);
        g_assert_true(ra_pump_until(&f.damaged));
        const RaIpcMessage frame = painter_frame(&f);
        painter_fetch(&f);
        const guint8 *pixel = f.map + 46 * frame.frame.stride + 35 * 4;
        const guint32 seen = (guint32)pixel[2] << 16 | (guint32)pixel[1] << 8 | pixel[0];
        g_assert_cmphex(seen, ==, cases[i].seen);
        painter_end(&f);
    }
}

static void test_rects(void)
{
    Painter f;
    if (!ra_xvfb_or_skip())
        return;
    painter_start(&f, "800x600x24", NULL, NULL);
    g_assert_true(ra_pump_until(&f.damaged));
    painter_fetch(&f);
    /* Two small changes far from each other are two small rectangles. */
    f.damaged = 0;
    painter_fill(&f, 10, 10, 10, 18, 0xff0000);
    painter_fill(&f, 700, 500, 10, 18, 0x00ff00);
    painter_settle(&f);
    g_assert_true(ra_pump_until(&f.damaged));
    RaIpcMessage pixels = painter_fetch(&f);
    g_assert_cmpuint(pixels.rects.n, ==, 2);
    g_assert_true(painter_covers(&pixels, 10, 10) && painter_covers(&pixels, 709, 517));
    g_assert_cmpuint(painter_area(&pixels), ==, 2 * 10 * 18);
    /* A still screen has nothing to say. */
    f.damaged = 0;
    ra_pump(100);
    g_assert_cmpint(f.damaged, ==, 0);
    pixels = painter_fetch(&f);
    g_assert_cmpuint(pixels.rects.n, ==, 0);
    /* A busy one says it once until it is fetched. */
    for (gint16 i = 0; i < 600; i += 6) {
        painter_fill(&f, i, i, 5, 5, 0x0000ff);
        painter_settle(&f);
        g_main_context_iteration(NULL, FALSE);
    }
    g_assert_true(ra_pump_until(&f.damaged));
    ra_pump(20);
    g_assert_cmpint(f.damaged, ==, 1);
    pixels = painter_fetch(&f);
    g_assert_cmpuint(pixels.rects.n, >, 0);
    for (int i = 0; i < 600; i += 6)
        g_assert_true(painter_covers(&pixels, i, i) &&
                      painter_covers(&pixels, MIN(i + 4, 799), MIN(i + 4, 599)));
    painter_end(&f);
}

/* A program that draws thousands of small parts at once, while nobody fetches. */
static void test_flood(void)
{
    Painter f;
    if (!ra_xvfb_or_skip())
        return;
    painter_start(&f, "800x600x24", NULL, NULL);
    const RaIpcMessage frame = painter_frame(&f);
    g_autoptr(GRand) rand = g_rand_new_with_seed(2);
    g_assert_true(ra_pump_until(&f.damaged));
    painter_fetch(&f);
    for (int round = 0; round < 3; round++) {
        f.damaged = 0;
        for (int i = 0; i < 5000; i++)
            painter_fill(&f, (gint16)g_rand_int_range(rand, 0, 800),
                         (gint16)g_rand_int_range(rand, 0, 600), 8, 8, g_rand_int(rand) & 0xffffff);
        painter_settle(&f);
        g_assert_true(ra_pump_until(&f.damaged));
        ra_pump(20);
        g_assert_cmpint(f.damaged, ==, 1);
        painter_fetch(&f);
        painter_assert_true(&f, &frame, 0, 0);
    }
    painter_end(&f);
}

/* Narrow parts are fetched another way than whole rows: nothing beside them changes. */
static void test_narrow(void)
{
    Painter f;
    if (!ra_xvfb_or_skip())
        return;
    painter_start(&f, "800x600x24", NULL, NULL);
    const RaIpcMessage frame = painter_frame(&f);
    g_assert_true(ra_pump_until(&f.damaged));
    painter_fetch(&f);
    static const RaRect parts[] = {{0, 0, 1, 600},      {799, 0, 1, 600}, {400, 599, 1, 1},
                                   {100, 50, 200, 400}, {0, 300, 800, 1}, {3, 3, 794, 594}};
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        f.damaged = 0;
        /* A window hides what lies below it from a copy that does not ask for windows. */
        const xcb_window_t window = xcb_generate_id(f.xcb);
        const guint32 values[] = {0x102030 * (i + 1), TRUE};
        xcb_create_window(f.xcb, XCB_COPY_FROM_PARENT, window, f.root->root, (gint16)parts[i].x,
                          (gint16)parts[i].y, parts[i].width, parts[i].height, 0,
                          XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                          XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT, values);
        xcb_map_window(f.xcb, window);
        painter_settle(&f);
        g_assert_true(ra_pump_until(&f.damaged));
        const RaIpcMessage pixels = painter_fetch(&f);
        g_assert_true(painter_covers(&pixels, parts[i].x, parts[i].y));
        painter_assert_true(&f, &frame, 0, 0);
    }
    painter_end(&f);
}

/* Writes go on while the screen is fetched: nothing may be forgotten. */
static void test_race(void)
{
    Painter f;
    if (!ra_xvfb_or_skip())
        return;
    painter_start(&f, "400x300x24", NULL, NULL);
    const RaIpcMessage frame = painter_frame(&f);
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    for (int i = 0; i < 3000; i++) {
        painter_fill(&f, (gint16)g_rand_int_range(rand, 0, 390),
                     (gint16)g_rand_int_range(rand, 0, 290), 10, 10, g_rand_int(rand) & 0xffffff);
        xcb_flush(f.xcb);
        g_main_context_iteration(NULL, FALSE);
        if (f.damaged != 0) {
            f.damaged = 0;
            painter_fetch(&f);
        }
    }
    painter_settle(&f);
    do {
        f.damaged = 0;
        painter_fetch(&f);
        ra_pump(20);
    } while (f.damaged != 0);
    painter_assert_true(&f, &frame, 0, 0);
    painter_end(&f);
}

static void test_seals(gconstpointer data)
{
    Painter f;
    RaIpcMessage frame;
    if (!ra_xvfb_or_skip())
        return;
    const char *const extra[] = {"-extension", "MIT-SHM", NULL};
    painter_start(&f, "320x200x24", data != NULL ? extra : NULL, NULL);
    const int fd = f.screen->class->frame(f.screen, &frame);
    const gsize size = (gsize)frame.frame.stride * frame.frame.height;
    g_assert_cmpint(fcntl(fd, F_GET_SEALS), ==,
                    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL);
    g_assert_true(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
    g_assert_cmpint(errno, ==, EPERM);
    g_assert_cmpint(ftruncate(fd, 0), ==, -1);
    g_assert_cmpint(ftruncate(fd, (off_t)size * 2), ==, -1);
    g_assert_cmpint(pwrite(fd, "x", 1, 0), ==, -1);
    void *map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    g_assert_true(map != MAP_FAILED);
    g_assert_cmpint(mprotect(map, size, PROT_READ | PROT_WRITE), ==, -1);
    munmap(map, size);
    painter_end(&f);
}
static void set_cursor(Painter *f, guint16 side, guint16 hot)
{
    const xcb_pixmap_t bits = xcb_generate_id(f->xcb);
    const xcb_cursor_t cursor = xcb_generate_id(f->xcb);
    const xcb_gcontext_t gc = xcb_generate_id(f->xcb);
    const guint32 one = 1;
    const xcb_rectangle_t all = {0, 0, side, side};
    xcb_create_pixmap(f->xcb, 1, bits, f->root->root, side, side);
    xcb_create_gc(f->xcb, gc, bits, XCB_GC_FOREGROUND, &one);
    xcb_poly_fill_rectangle(f->xcb, bits, gc, 1, &all);
    xcb_create_cursor(f->xcb, cursor, bits, bits, 0xffff, 0, 0, 0, 0, 0xffff, hot, hot);
    xcb_change_window_attributes(f->xcb, f->root->root, XCB_CW_CURSOR, &cursor);
    painter_settle(f);
}

static void test_cursor(void)
{
    static const struct {
        guint16 side, hot, seen_side, seen_hot;
    } cases[] = {{16, 3, 16, 3},
                 {24, 23, 24, 23},
                 {200, 0, 128, 0},
                 {200, 199, 128, 127},
                 {200, 100, 128, 64}};
    Painter f;
    if (!ra_xvfb_or_skip())
        return;
    painter_start(&f, "640x480x24", NULL, NULL);
    g_assert_true(ra_pump_until(&f.cursors)); /* one comes at the start */
    ra_pump(20);
    g_assert_cmpint(f.cursors, ==, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        f.cursors = 0;
        set_cursor(&f, cases[i].side, cases[i].hot);
        g_assert_true(ra_pump_until(&f.cursors));
        g_assert_cmpuint(f.cursor.cursor.width, ==, cases[i].seen_side);
        g_assert_cmpuint(f.cursor.cursor.height, ==, cases[i].seen_side);
        g_assert_cmpuint(f.cursor.cursor.hot_x, ==, cases[i].seen_hot);
        g_assert_cmpuint(f.cursor.cursor.hot_y, ==, cases[i].seen_hot);
        static const guint8 red[] = {0, 0, 0xff, 0xff};
        g_assert_cmpmem(f.cursor_pixels->data, 4, red, 4);
    }
    painter_end(&f);
}
static void test_stop_start(void)
{
    Painter f;
    g_autoptr(GError) error = NULL;
    RaIpcMessage frame;
    if (!ra_xvfb_or_skip())
        return;
    painter_start(&f, "320x200x24", NULL, NULL);
    g_assert_true(ra_pump_until(&f.damaged));
    painter_fetch(&f);
    f.screen->class->stop(f.screen);
    g_assert_cmpint(f.screen->class->frame(f.screen, &frame), ==, -1);
    f.damaged = 0;
    painter_fill(&f, 0, 0, 50, 50, 0xff);
    painter_settle(&f);
    ra_pump(50);
    g_assert_cmpint(f.damaged, ==, 0);
    g_assert_true(f.screen->class->start(f.screen, &painter_events, &f, &error));
    follow(&f);
    painter_end(&f);
}
static void test_no_server(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(ra_x11_screen_new("/nonexistent/x:77", NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
    if (!ra_xvfb_or_skip())
        return;
    const char *const extra[] = {"-extension", "DAMAGE", NULL};
    g_autoptr(RaXvfb) xvfb = ra_xvfb_start("320x200x24", extra);
    g_clear_error(&error);
    g_assert_null(ra_x11_screen_new(ra_xvfb_display(xvfb), NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, "DAMAGE"));
}
int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/host/x11/screen/follow", NULL, test_follow);
    g_test_add_data_func("/host/x11/screen/follow-without-shm", "", test_follow);
    g_test_add_func("/host/x11/screen/depths", test_depths);
    g_test_add_func("/host/x11/screen/rects", test_rects);
    g_test_add_func("/host/x11/screen/flood", test_flood);
    g_test_add_func("/host/x11/screen/narrow", test_narrow);
    g_test_add_func("/host/x11/screen/race", test_race);
    g_test_add_data_func("/host/x11/screen/seals", NULL, test_seals);
    g_test_add_data_func("/host/x11/screen/seals-without-shm", "", test_seals);
    g_test_add_func("/host/x11/screen/cursor", test_cursor);
    g_test_add_func("/host/x11/screen/stop-start", test_stop_start);
    g_test_add_func("/host/x11/screen/no-server", test_no_server);
    return g_test_run();
}
