/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 screen source against real servers. */
#include "base/error.h"
#include "host/x11.h"
#include "tests/support/xvfb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xcb/randr.h>
#include <xcb/xcb.h>

typedef struct {
    RaXvfb *xvfb;
    RaScreen *screen;
    xcb_connection_t *xcb; /* the drawing client */
    xcb_screen_t *root;
    xcb_gcontext_t gc;
    int damaged, resized, cursors, lost;
    RaIpcMessage cursor;
    GByteArray *cursor_pixels;
    const guint8 *map; /* of the frame, as the worker has it */
    gsize map_size;
} Fixture;

static void on_damaged(gpointer data)
{
    ((Fixture *)data)->damaged++;
}

static void on_resized(gpointer data)
{
    ((Fixture *)data)->resized++;
}

static void on_cursor(const RaIpcMessage *cursor, gpointer data)
{
    Fixture *f = data;
    f->cursors++;
    f->cursor = *cursor;
    g_byte_array_set_size(f->cursor_pixels, 0);
    g_byte_array_append(f->cursor_pixels, cursor->cursor.pixels,
                        (guint)cursor->cursor.width * cursor->cursor.height * 4);
}

static void on_lost(const GError *error, gpointer data)
{
    g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
    ((Fixture *)data)->lost++;
}

static const RaScreenEvents events = {on_damaged, on_resized, on_cursor, on_lost};

static void connect_painter(Fixture *f)
{
    f->xcb = xcb_connect(ra_xvfb_display(f->xvfb), NULL);
    g_assert_cmpint(xcb_connection_has_error(f->xcb), ==, 0);
    f->root = xcb_setup_roots_iterator(xcb_get_setup(f->xcb)).data;
    f->gc = xcb_generate_id(f->xcb);
    const guint32 values[] = {XCB_SUBWINDOW_MODE_INCLUDE_INFERIORS, 0};
    xcb_create_gc(f->xcb, f->gc, f->root->root, XCB_GC_SUBWINDOW_MODE | XCB_GC_GRAPHICS_EXPOSURES,
                  values);
}

static void fixture_start(Fixture *f, const char *mode, const char *const *extra,
                          const char *monitor)
{
    g_autoptr(GError) error = NULL;
    *f = (Fixture){.cursor_pixels = g_byte_array_new()};
    f->xvfb = ra_xvfb_start(mode, extra);
    connect_painter(f);
    f->screen = ra_x11_screen_new(ra_xvfb_display(f->xvfb), monitor, &error);
    g_assert_no_error(error);
    g_assert_true(f->screen->class->start(f->screen, &events, f, &error));
    g_assert_no_error(error);
}

static void fixture_end(Fixture *f)
{
    if (f->map != NULL)
        munmap((void *)f->map, f->map_size);
    ra_screen_free(f->screen);
    xcb_disconnect(f->xcb);
    ra_xvfb_free(f->xvfb);
    g_byte_array_unref(f->cursor_pixels);
}

static void fill(Fixture *f, gint16 x, gint16 y, guint16 width, guint16 height, guint32 pixel)
{
    const xcb_rectangle_t rect = {x, y, width, height};
    xcb_change_gc(f->xcb, f->gc, XCB_GC_FOREGROUND, &pixel);
    xcb_poly_fill_rectangle(f->xcb, f->root->root, f->gc, 1, &rect);
}

/* Waits until the server has done all that the painter asked for. */
static void settle(Fixture *f)
{
    free(xcb_get_input_focus_reply(f->xcb, xcb_get_input_focus(f->xcb), NULL));
}

static RaIpcMessage frame_of(Fixture *f)
{
    RaIpcMessage frame;
    const int fd = f->screen->class->frame(f->screen, &frame);
    g_assert_cmpint(fd, >=, 0);
    if (f->map != NULL)
        munmap((void *)f->map, f->map_size);
    f->map_size = (gsize)frame.frame.stride * frame.frame.height;
    f->map = mmap(NULL, f->map_size, PROT_READ, MAP_SHARED, fd, 0);
    g_assert_true(f->map != MAP_FAILED);
    return frame;
}

static RaIpcMessage fetch(Fixture *f)
{
    RaIpcMessage pixels;
    g_assert_true(f->screen->class->fetch(f->screen, &pixels));
    g_assert_cmpint(pixels.kind, ==, RA_IPC_PIXELS);
    g_assert_cmpuint(pixels.rects.n, <=, RA_IPC_RECTS_MAX);
    return pixels;
}

/* Compares a part of the frame with what another client reads from the screen at AT_X, AT_Y. */
static void assert_true_picture(Fixture *f, const RaIpcMessage *frame, int at_x, int at_y)
{
    const guint16 width = frame->frame.width, height = frame->frame.height;
    xcb_get_image_reply_t *image =
        xcb_get_image_reply(f->xcb,
                            xcb_get_image(f->xcb, XCB_IMAGE_FORMAT_Z_PIXMAP, f->root->root,
                                          (gint16)at_x, (gint16)at_y, width, height, ~0u),
                            NULL);
    g_assert_nonnull(image);
    const guint32 *truth = (const guint32 *)(const void *)xcb_get_image_data(image);
    for (guint y = 0; y < height; y++) {
        const guint32 *row = (const guint32 *)(const void *)(f->map + y * frame->frame.stride);
        for (guint x = 0; x < width; x++)
            if ((row[x] & 0xffffff) != (truth[y * width + x] & 0xffffff))
                g_error("pixel %u,%u is %06x, not %06x", x, y, row[x] & 0xffffff,
                        truth[y * width + x] & 0xffffff);
    }
    free(image);
}

static gboolean covers(const RaIpcMessage *pixels, int x, int y)
{
    for (guint i = 0; i < pixels->rects.n; i++) {
        const RaRect r = pixels->rects.rect[i];
        if (x >= r.x && x < r.x + r.width && y >= r.y && y < r.y + r.height)
            return TRUE;
    }
    return FALSE;
}

static gsize area_of(const RaIpcMessage *pixels)
{
    gsize sum = 0;
    for (guint i = 0; i < pixels->rects.n; i++)
        sum += (gsize)pixels->rects.rect[i].width * pixels->rects.rect[i].height;
    return sum;
}

/* Draws here and there, and follows. */
static void follow(Fixture *f)
{
    g_assert_true(ra_pump_until(&f->damaged));
    RaIpcMessage frame = frame_of(f);
    RaIpcMessage pixels = fetch(f);
    g_assert_cmpuint(area_of(&pixels), ==, (gsize)frame.frame.width * frame.frame.height);
    assert_true_picture(f, &frame, 0, 0);

    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    for (int round = 0; round < 50; round++) {
        f->damaged = 0;
        const int n = g_rand_int_range(rand, 1, 100);
        for (int i = 0; i < n; i++)
            fill(f, (gint16)g_rand_int_range(rand, -50, frame.frame.width),
                 (gint16)g_rand_int_range(rand, -50, frame.frame.height),
                 (guint16)g_rand_int_range(rand, 51, 90), (guint16)g_rand_int_range(rand, 51, 90),
                 g_rand_int(rand) & 0xffffff);
        settle(f);
        g_assert_true(ra_pump_until(&f->damaged));
        g_assert_cmpint(f->damaged, ==, 1);
        fetch(f);
        assert_true_picture(f, &frame, 0, 0);
    }
}

static void test_follow(gconstpointer data)
{
    Fixture f;
    if (!ra_xvfb_or_skip())
        return;
    const char *const extra[] = {"-extension", "MIT-SHM", NULL};
    fixture_start(&f, "640x480x24", data != NULL ? extra : NULL, NULL);
    const RaIpcMessage frame = frame_of(&f);
    g_assert_cmpint(frame.kind, ==, RA_IPC_FRAME);
    g_assert_cmpuint(frame.frame.width, ==, 640);
    g_assert_cmpuint(frame.frame.height, ==, 480);
    g_assert_cmpuint(frame.frame.stride, ==, 640 * 4);
    g_assert_cmpint(frame.frame.name[0], !=, '\0');
    follow(&f);
    fixture_end(&f);
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
        Fixture f = {.cursor_pixels = g_byte_array_new()};
        f.xvfb = ra_xvfb_start(cases[i].mode, NULL);
        connect_painter(&f);
        f.screen = ra_x11_screen_new(ra_xvfb_display(f.xvfb), NULL, &error);
        g_assert_no_error(error);
        if (cases[i].seen == 0) {
            g_assert_false(f.screen->class->start(f.screen, &events, &f, &error));
            g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
            fixture_end(&f);
            continue;
        }
        g_assert_true(f.screen->class->start(f.screen, &events, &f, &error));
        fill(&f, 33, 44, 5, 5, cases[i].pixel);
        settle(&f);
        g_assert_true(ra_pump_until(&f.damaged));
        const RaIpcMessage frame = frame_of(&f);
        fetch(&f);
        const guint8 *pixel = f.map + 46 * frame.frame.stride + 35 * 4;
        const guint32 seen = (guint32)pixel[2] << 16 | (guint32)pixel[1] << 8 | pixel[0];
        g_assert_cmphex(seen, ==, cases[i].seen);
        fixture_end(&f);
    }
}

static void test_rects(void)
{
    Fixture f;
    if (!ra_xvfb_or_skip())
        return;
    fixture_start(&f, "800x600x24", NULL, NULL);
    g_assert_true(ra_pump_until(&f.damaged));
    fetch(&f);
    /* Two small changes far from each other are two small rectangles. */
    f.damaged = 0;
    fill(&f, 10, 10, 10, 18, 0xff0000);
    fill(&f, 700, 500, 10, 18, 0x00ff00);
    settle(&f);
    g_assert_true(ra_pump_until(&f.damaged));
    RaIpcMessage pixels = fetch(&f);
    g_assert_cmpuint(pixels.rects.n, ==, 2);
    g_assert_true(covers(&pixels, 10, 10) && covers(&pixels, 709, 517));
    g_assert_cmpuint(area_of(&pixels), ==, 2 * 10 * 18);
    /* A still screen has nothing to say. */
    f.damaged = 0;
    ra_pump(100);
    g_assert_cmpint(f.damaged, ==, 0);
    pixels = fetch(&f);
    g_assert_cmpuint(pixels.rects.n, ==, 0);
    /* A busy one says it once until it is fetched. */
    for (gint16 i = 0; i < 600; i += 6) {
        fill(&f, i, i, 5, 5, 0x0000ff);
        settle(&f);
        g_main_context_iteration(NULL, FALSE);
    }
    g_assert_true(ra_pump_until(&f.damaged));
    ra_pump(20);
    g_assert_cmpint(f.damaged, ==, 1);
    pixels = fetch(&f);
    g_assert_cmpuint(pixels.rects.n, >, 0);
    for (int i = 0; i < 600; i += 6)
        g_assert_true(covers(&pixels, i, i) && covers(&pixels, MIN(i + 4, 799), MIN(i + 4, 599)));
    fixture_end(&f);
}

/* Writes go on while the screen is fetched: nothing may be forgotten. */
static void test_race(void)
{
    Fixture f;
    if (!ra_xvfb_or_skip())
        return;
    fixture_start(&f, "400x300x24", NULL, NULL);
    const RaIpcMessage frame = frame_of(&f);
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    for (int i = 0; i < 3000; i++) {
        fill(&f, (gint16)g_rand_int_range(rand, 0, 390), (gint16)g_rand_int_range(rand, 0, 290), 10,
             10, g_rand_int(rand) & 0xffffff);
        xcb_flush(f.xcb);
        g_main_context_iteration(NULL, FALSE);
        if (f.damaged != 0) {
            f.damaged = 0;
            fetch(&f);
        }
    }
    settle(&f);
    do {
        f.damaged = 0;
        fetch(&f);
        ra_pump(20);
    } while (f.damaged != 0);
    assert_true_picture(&f, &frame, 0, 0);
    fixture_end(&f);
}

static void test_seals(gconstpointer data)
{
    Fixture f;
    RaIpcMessage frame;
    if (!ra_xvfb_or_skip())
        return;
    const char *const extra[] = {"-extension", "MIT-SHM", NULL};
    fixture_start(&f, "320x200x24", data != NULL ? extra : NULL, NULL);
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
    fixture_end(&f);
}

/* Xvfb's one monitor keeps its mode, but can be switched off, and on again. */
static void set_monitor_on(Fixture *f, gboolean on)
{
    xcb_randr_get_screen_resources_reply_t *all = xcb_randr_get_screen_resources_reply(
        f->xcb, xcb_randr_get_screen_resources(f->xcb, f->root->root), NULL);
    const xcb_randr_crtc_t crtc = xcb_randr_get_screen_resources_crtcs(all)[0];
    const xcb_randr_mode_t mode = xcb_randr_get_screen_resources_modes(all)[0].id;
    const xcb_randr_output_t output = xcb_randr_get_screen_resources_outputs(all)[0];
    xcb_randr_set_crtc_config_reply_t *reply = xcb_randr_set_crtc_config_reply(
        f->xcb,
        xcb_randr_set_crtc_config(f->xcb, crtc, XCB_CURRENT_TIME, all->config_timestamp, 0, 0,
                                  on ? mode : XCB_NONE, XCB_RANDR_ROTATION_ROTATE_0, on ? 1 : 0,
                                  &output),
        NULL);
    g_assert_nonnull(reply);
    g_assert_cmpint(reply->status, ==, XCB_RANDR_SET_CONFIG_SUCCESS);
    free(reply);
    free(all);
}

static void set_screen_size(Fixture *f, guint16 width, guint16 height)
{
    set_monitor_on(f, FALSE);
    xcb_generic_error_t *error = xcb_request_check(
        f->xcb, xcb_randr_set_screen_size_checked(f->xcb, f->root->root, width, height, 200, 200));
    g_assert_null(error);
}

static void test_resize(void)
{
    static const struct {
        guint16 width, height;
    } cases[] = {{640, 480}, {1024, 768}, {320, 240}, {1, 1}, {321, 241}};
    Fixture f;
    if (!ra_xvfb_or_skip())
        return;
    fixture_start(&f, "1024x768x24", NULL, NULL);
    g_assert_true(ra_pump_until(&f.damaged));
    fetch(&f);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%u x %u", cases[i].width, cases[i].height);
        f.resized = f.damaged = 0;
        set_screen_size(&f, cases[i].width, cases[i].height);
        g_assert_true(ra_pump_until(&f.resized));
        g_assert_true(ra_pump_until(&f.damaged));
        ra_pump(50); /* several events tell of one change */
        g_assert_cmpint(f.lost, ==, 0);
        const RaIpcMessage frame = frame_of(&f);
        g_assert_cmpuint(frame.frame.width, ==, cases[i].width);
        g_assert_cmpuint(frame.frame.height, ==, cases[i].height);
        fill(&f, 200, 100, 100, 100, 0x123456);
        settle(&f);
        fetch(&f);
        assert_true_picture(&f, &frame, 0, 0);
    }
    fixture_end(&f);
}

/* The screen shrinks between the event that told of damage and the fetch. */
static void test_shrink_unseen(void)
{
    Fixture f;
    if (!ra_xvfb_or_skip())
        return;
    fixture_start(&f, "1024x768x24", NULL, NULL);
    g_assert_true(ra_pump_until(&f.damaged));
    fetch(&f);
    f.damaged = 0;
    fill(&f, 0, 700, 1000, 60, 0xff0000);
    settle(&f);
    g_assert_true(ra_pump_until(&f.damaged));
    set_screen_size(&f, 640, 480);
    const RaIpcMessage pixels = fetch(&f); /* not through the main loop in between */
    g_assert_cmpuint(pixels.rects.n, ==, 0);
    g_assert_true(ra_pump_until(&f.resized));
    const RaIpcMessage frame = frame_of(&f);
    g_assert_cmpuint(frame.frame.width, ==, 640);
    fetch(&f);
    assert_true_picture(&f, &frame, 0, 0);
    fixture_end(&f);
}

/* A monitor that is switched off stands still until it comes back. */
static void test_monitor_off(void)
{
    Fixture f;
    if (!ra_xvfb_or_skip())
        return;
    fixture_start(&f, "640x480x24", NULL, "screen");
    g_assert_true(ra_pump_until(&f.damaged));
    fetch(&f);
    set_monitor_on(&f, FALSE);
    f.damaged = 0;
    ra_pump(50);
    fill(&f, 0, 0, 50, 50, 0xff);
    settle(&f);
    ra_pump(50);
    g_assert_cmpint(f.lost + f.resized + f.damaged, ==, 0);
    RaIpcMessage pixels = fetch(&f);
    g_assert_cmpuint(pixels.rects.n, ==, 0);
    set_monitor_on(&f, TRUE);
    g_assert_true(ra_pump_until(&f.damaged));
    const RaIpcMessage frame = frame_of(&f);
    pixels = fetch(&f);
    g_assert_cmpuint(area_of(&pixels), ==, 640 * 480);
    assert_true_picture(&f, &frame, 0, 0);
    fixture_end(&f);
}

static gboolean has_xrandr(void)
{
    g_autofree char *path = g_find_program_in_path("xrandr");
    if (path == NULL)
        g_test_skip("xrandr is not installed");
    return path != NULL;
}

static void test_monitor(void)
{
    Fixture f;
    g_autoptr(GError) error = NULL;
    if (!ra_xvfb_or_skip() || !has_xrandr())
        return;
    fixture_start(&f, "1024x768x24", NULL, "screen");
    /* A monitor of our own over a part of the screen, which then is shared alone. */
    g_autofree char *command = g_strdup_printf(
        "xrandr -d %s --setmonitor left 300/80x200/60+100+50 none", ra_xvfb_display(f.xvfb));
    int status = -1;
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, &status, NULL));
    g_assert_cmpint(status, ==, 0);
    ra_screen_free(f.screen);
    f.screen = ra_x11_screen_new(ra_xvfb_display(f.xvfb), "no such", &error);
    g_assert_no_error(error);
    g_assert_false(f.screen->class->start(f.screen, &events, &f, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, "there is screen"));
    g_clear_error(&error);
    ra_screen_free(f.screen);
    f.screen = ra_x11_screen_new(ra_xvfb_display(f.xvfb), "left", &error);
    g_assert_true(f.screen->class->start(f.screen, &events, &f, &error));
    g_assert_no_error(error);
    f.damaged = 0;
    g_assert_true(ra_pump_until(&f.damaged));
    const RaIpcMessage frame = frame_of(&f);
    g_assert_cmpuint(frame.frame.width, ==, 300);
    g_assert_cmpuint(frame.frame.height, ==, 200);
    fetch(&f);
    f.damaged = 0;
    fill(&f, 0, 0, 99, 700, 0xff0000); /* beside it */
    settle(&f);
    ra_pump(50);
    g_assert_cmpint(f.damaged, ==, 0);
    fill(&f, 90, 100, 30, 20, 0x00ff00); /* partly inside */
    settle(&f);
    g_assert_true(ra_pump_until(&f.damaged));
    const RaIpcMessage pixels = fetch(&f);
    g_assert_cmpuint(pixels.rects.n, ==, 1);
    g_assert_true(covers(&pixels, 0, 50) && covers(&pixels, 19, 69) && !covers(&pixels, 20, 50));
    assert_true_picture(&f, &frame, 100, 50);
    fixture_end(&f);
}

static void set_cursor(Fixture *f, guint16 side, guint16 hot)
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
    settle(f);
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
    Fixture f;
    if (!ra_xvfb_or_skip())
        return;
    fixture_start(&f, "640x480x24", NULL, NULL);
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
    fixture_end(&f);
}

static void test_lost(void)
{
    Fixture f;
    RaIpcMessage pixels;
    if (!ra_xvfb_or_skip())
        return;
    fixture_start(&f, "320x200x24", NULL, NULL);
    g_assert_true(ra_pump_until(&f.damaged));
    ra_xvfb_kill(f.xvfb);
    g_assert_true(ra_pump_until(&f.lost));
    ra_pump(50);
    g_assert_cmpint(f.lost, ==, 1);
    g_assert_false(f.screen->class->fetch(f.screen, &pixels));
    fixture_end(&f);
    /* Noticed first by a fetch. */
    fixture_start(&f, "320x200x24", NULL, NULL);
    g_assert_true(ra_pump_until(&f.damaged));
    ra_xvfb_kill(f.xvfb);
    g_assert_false(f.screen->class->fetch(f.screen, &pixels));
    g_assert_cmpint(f.lost, ==, 0);
    g_assert_true(ra_pump_until(&f.lost));
    fixture_end(&f);
}

static void test_stop_start(void)
{
    Fixture f;
    g_autoptr(GError) error = NULL;
    RaIpcMessage frame;
    if (!ra_xvfb_or_skip())
        return;
    fixture_start(&f, "320x200x24", NULL, NULL);
    g_assert_true(ra_pump_until(&f.damaged));
    fetch(&f);
    f.screen->class->stop(f.screen);
    g_assert_cmpint(f.screen->class->frame(f.screen, &frame), ==, -1);
    f.damaged = 0;
    fill(&f, 0, 0, 50, 50, 0xff);
    settle(&f);
    ra_pump(50);
    g_assert_cmpint(f.damaged, ==, 0);
    g_assert_true(f.screen->class->start(f.screen, &events, &f, &error));
    follow(&f);
    fixture_end(&f);
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
    g_test_add_func("/host/x11/screen/race", test_race);
    g_test_add_data_func("/host/x11/screen/seals", NULL, test_seals);
    g_test_add_data_func("/host/x11/screen/seals-without-shm", "", test_seals);
    g_test_add_func("/host/x11/screen/resize", test_resize);
    g_test_add_func("/host/x11/screen/shrink-unseen", test_shrink_unseen);
    g_test_add_func("/host/x11/screen/monitor", test_monitor);
    g_test_add_func("/host/x11/screen/monitor-off", test_monitor_off);
    g_test_add_func("/host/x11/screen/cursor", test_cursor);
    g_test_add_func("/host/x11/screen/lost", test_lost);
    g_test_add_func("/host/x11/screen/stop-start", test_stop_start);
    g_test_add_func("/host/x11/screen/no-server", test_no_server);
    return g_test_run();
}
