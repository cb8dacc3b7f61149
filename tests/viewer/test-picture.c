/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared pictures, geometry and scaling. */
#include "tests/viewer/fakes.h"
#include "tests/viewer/tests.h"

#include "base/error.h"
#include "viewer/picture.h"
#include "viewer/scale.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { W = 64, H = 48 };

static RaIpcMessage screen_message(guint16 width, guint16 height, guint32 stride)
{
    return (RaIpcMessage){.kind = RA_IPC_SCREEN, .frame = {width, height, stride, ""}};
}

static void test_memory(void)
{
    enum { SEALS = F_SEAL_SHRINK | F_SEAL_GROW };
    static const struct {
        gsize size;
        int seals;
        guint32 stride;
        gboolean ok;
    } cases[] = {
        {W * H * 4, SEALS, W * 4, TRUE},        {W * H * 4, F_SEAL_SHRINK, W * 4, TRUE},
        {W * H * 4 + 4096, SEALS, W * 4, TRUE}, {W * H * 4, 0, W * 4, FALSE},
        {W * H * 4, F_SEAL_GROW, W * 4, FALSE}, {W * H * 4 - 1, SEALS, W * 4, FALSE},
        {W * H * 4, SEALS, W * 4 + 4, FALSE},   {0, SEALS, W * 4, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        const int fd = fake_memfd(cases[i].size, cases[i].seals);
        const RaIpcMessage message = screen_message(W, H, cases[i].stride);
        g_autoptr(RaPicture) picture = ra_picture_new(&message, fd, &error);
        close(fd);
        g_assert_cmpint(picture != NULL, ==, cases[i].ok);
        if (!cases[i].ok)
            g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
    }
}

/* Descriptors of other kinds, and memory that could still fail when it is read. */
static void test_foreign_memory(void)
{
    const RaIpcMessage message = screen_message(W, H, W * 4);
    g_autofree char *path = NULL;
    int pipes[2];
    g_assert_cmpint(pipe(pipes), ==, 0);
    const int file = g_file_open_tmp("ra-test-XXXXXX", &path, NULL);
    g_assert_cmpint(ftruncate(file, W * H * 4), ==, 0);
    unlink(path);
    const int huge = memfd_create("huge", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB);
    if (huge >= 0) {
        g_assert_cmpint(ftruncate(huge, 64 * 1024 * 1024), ==, 0);
        g_assert_cmpint(fcntl(huge, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), ==, 0);
    }
    const int fds[] = {-1, pipes[0], file, huge};
    for (gsize i = 0; i < G_N_ELEMENTS(fds); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(ra_picture_new(&message, fds[i], &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_FAILED);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(fds); i++) {
        if (fds[i] >= 0)
            close(fds[i]);
    }
    close(pipes[1]);
}

static void assert_box(RaBox box, int x, int y, int width, int height)
{
    g_assert_cmpint(box.width, ==, width);
    g_assert_cmpint(box.height, ==, height);
    if (width > 0 && height > 0) {
        g_assert_cmpint(box.x, ==, x);
        g_assert_cmpint(box.y, ==, y);
    }
}

static void test_clip(void)
{
    static const struct {
        RaRect rect;
        RaBox box;
    } cases[] = {
        {{0, 0, W, H}, {0, 0, W, H}},         {{10, 10, 5, 5}, {10, 10, 5, 5}},
        {{60, 40, 100, 100}, {60, 40, 4, 8}}, {{65535, 65535, 65535, 65535}, {0, 0, 0, 0}},
        {{0, 0, 0, 10}, {0, 0, 0, 0}},        {{W, 0, 1, 1}, {0, 0, 0, 0}},
    };
    g_autoptr(GError) error = NULL;
    const int fd = fake_memfd(W * H * 4, F_SEAL_SHRINK);
    const RaIpcMessage message = screen_message(W, H, W * 4);
    g_autoptr(RaPicture) picture = ra_picture_new(&message, fd, &error);
    close(fd);
    g_assert_no_error(error);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const RaBox box = ra_picture_clip(picture, &cases[i].rect);
        assert_box(box, cases[i].box.x, cases[i].box.y, cases[i].box.width, cases[i].box.height);
    }
}

static const struct {
    RaViewMode mode;
    int width, height; /* of the picture */
    RaBox area;
    int pan_x, pan_y;
    RaBox shown;
    int percent;
} layouts[] = {
    {RA_VIEW_AUTO, 800, 600, {0, 40, 1000, 700}, 0, 0, {100, 90, 800, 600}, 100},
    {RA_VIEW_AUTO, 1920, 1080, {0, 40, 960, 700}, 9, 9, {0, 120, 960, 540}, 50},
    {RA_VIEW_AUTO, 1000, 2000, {0, 0, 800, 500}, 0, 0, {275, 0, 250, 500}, 25},
    {RA_VIEW_FIT, 800, 600, {0, 0, 1600, 1300}, 0, 0, {0, 50, 1600, 1200}, 200},
    {RA_VIEW_ACTUAL, 800, 600, {0, 40, 500, 700}, 100, 5, {-100, 90, 800, 600}, 100},
    {RA_VIEW_ACTUAL, 800, 600, {0, 40, 500, 500}, 999, -5, {-300, 40, 800, 600}, 100},
    {RA_VIEW_AUTO, 16384, 1, {0, 0, 640, 200}, 0, 0, {0, 99, 640, 1}, 4},
    {RA_VIEW_FIT, 1, 16384, {0, 0, 640, 200}, 0, 0, {319, 0, 1, 200}, 100},
};

static RaView lay_out(gsize i)
{
    RaView view = {.mode = layouts[i].mode,
                   .picture_width = layouts[i].width,
                   .picture_height = layouts[i].height,
                   .area = layouts[i].area,
                   .pan_x = layouts[i].pan_x,
                   .pan_y = layouts[i].pan_y};
    ra_view_layout(&view);
    return view;
}

static void test_layout(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(layouts); i++) {
        const RaView view = lay_out(i);
        const RaBox *shown = &layouts[i].shown;
        g_test_message("layout %zu", i);
        assert_box(view.shown, shown->x, shown->y, shown->width, shown->height);
        g_assert_cmpint(ra_view_percent(&view), ==, layouts[i].percent);
    }
}

/* Every point of the window maps into the picture, and the corners to the corners. */
static void test_points(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(layouts); i++) {
        const RaView view = lay_out(i);
        const RaBox seen = ra_box_intersect(view.shown, view.area);
        const gboolean pans = ra_view_pans_x(&view) || ra_view_pans_y(&view);
        guint16 x, y;
        for (int px = -3000; px < 3000; px += 211) {
            for (int py = -3000; py < 3000; py += 173) {
                const gboolean inside = ra_view_to_picture(&view, px, py, &x, &y);
                g_assert_cmpint(inside, ==, ra_box_contains(seen, px, py));
                g_assert_cmpint(x, <, view.picture_width);
                g_assert_cmpint(y, <, view.picture_height);
            }
        }
        if (pans || view.picture_width > 4000 || view.picture_height > 4000)
            continue;
        ra_view_to_picture(&view, -30000, -30000, &x, &y);
        g_assert_cmpint(x, <=, view.picture_width / view.shown.width);
        g_assert_cmpint(y, <=, view.picture_height / view.shown.height);
        ra_view_to_picture(&view, 30000, 30000, &x, &y);
        g_assert_cmpint(x, >=, view.picture_width - 1 - view.picture_width / view.shown.width);
        g_assert_cmpint(y, >=, view.picture_height - 1 - view.picture_height / view.shown.height);
    }
    const RaView one = lay_out(0);
    guint16 x, y;
    g_assert_true(ra_view_to_picture(&one, 100 + 17, 90 + 23, &x, &y));
    g_assert_cmpint(x, ==, 17);
    g_assert_cmpint(y, ==, 23);
}

static guint32 *random_pixels(int width, int height)
{
    guint32 *pixels = g_new(guint32, (gsize)width * (gsize)height);
    for (int i = 0; i < width * height; i++)
        pixels[i] = (guint32)g_test_rand_int();
    return pixels;
}

static int channel(guint32 pixel, int shift)
{
    return (int)(pixel >> shift & 0xff);
}

/* Reference: the exact average over the area that a target pixel covers, in floating point. */
static double average(const guint32 *from, int width, int height, RaBox to, int x, int y, int shift)
{
    const double left = (double)x * width / to.width, right = (double)(x + 1) * width / to.width;
    const double top = (double)y * height / to.height;
    const double below = (double)(y + 1) * height / to.height;
    double sum = 0;
    for (int sy = (int)top; sy < height && sy < below; sy++) {
        for (int sx = (int)left; sx < width && sx < right; sx++) {
            const double w = MIN(right, sx + 1.0) - MAX(left, (double)sx);
            const double h = MIN(below, sy + 1.0) - MAX(top, (double)sy);
            sum += w * h * channel(from[sy * width + sx], shift);
        }
    }
    return sum / ((right - left) * (below - top));
}

static void test_scale_down(void)
{
    static const struct {
        int width, height;
    } targets[] = {{37, 29}, {64, 24}, {1, 1}, {63, 47}, {W, H}};
    g_autofree guint32 *from = random_pixels(W, H);
    for (gsize i = 0; i < G_N_ELEMENTS(targets); i++) {
        const RaBox to = {0, 0, targets[i].width, targets[i].height};
        g_autofree guint32 *out = g_new0(guint32, (gsize)to.width * (gsize)to.height);
        g_autoptr(RaScaler) scaler = ra_scaler_new(W, H, to.width, to.height);
        ra_scaler_draw(scaler, (guint8 *)from, W * 4, (guint8 *)out, (gsize)to.width * 4, to);
        for (int j = 0; j < to.width * to.height; j++) {
            g_assert_cmpint(channel(out[j], 24), ==, 255);
            for (int shift = 0; shift < 24; shift += 8) {
                const double want = average(from, W, H, to, j % to.width, j / to.width, shift);
                g_assert_cmpfloat_with_epsilon(channel(out[j], shift), want, 0.75);
            }
        }
    }
}

/* A flat picture stays exactly flat, and enlarging never leaves the range of the neighbours. */
static void test_scale_flat(void)
{
    guint32 flat[W * H];
    for (int i = 0; i < W * H; i++)
        flat[i] = 0x00fe8001;
    static const int sizes[] = {1, 7, 63, 64, 65, 200, 333};
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        const RaBox to = {0, 0, sizes[i], sizes[i]};
        g_autofree guint32 *out = g_new0(guint32, (gsize)to.width * (gsize)to.height);
        g_autoptr(RaScaler) scaler = ra_scaler_new(W, H, to.width, to.height);
        ra_scaler_draw(scaler, (guint8 *)flat, W * 4, (guint8 *)out, (gsize)to.width * 4, to);
        for (int j = 0; j < to.width * to.height; j++)
            g_assert_cmphex(out[j], ==, 0xfffe8001);
    }
}

/* Parts drawn by themselves make the same picture as all at once; and what ra_view_to_window() says
 * is all that a change touches. */
static void test_scale_parts(void)
{
    static const int sizes[] = {20, 50, 64, 111};
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree guint32 *from = random_pixels(W, H);
        RaView view = {.mode = RA_VIEW_FIT,
                       .picture_width = W,
                       .picture_height = H,
                       .area = {0, 0, sizes[i], sizes[i] * H / W}};
        ra_view_layout(&view);
        const int width = view.area.width, height = view.area.height;
        const gsize stride = (gsize)width * 4, size = stride * (gsize)height;
        g_autofree guint8 *whole = g_malloc0(size);
        g_autofree guint8 *parts = g_malloc0(size);
        g_autoptr(RaScaler) scaler = ra_scaler_new(W, H, view.shown.width, view.shown.height);
        ra_scaler_draw(scaler, (guint8 *)from, W * 4, parts, stride, view.shown);
        for (int round = 0; round < 200; round++) {
            const int x = g_test_rand_int_range(0, W), y = g_test_rand_int_range(0, H);
            const RaBox part = {x, y, g_test_rand_int_range(1, W - x + 1),
                                g_test_rand_int_range(1, H - y + 1)};
            for (int py = y; py < y + part.height; py++) {
                for (int px = x; px < x + part.width; px++)
                    from[py * W + px] = (guint32)g_test_rand_int();
            }
            const RaBox to = ra_view_to_window(&view, part);
            guint8 *first = parts + (gsize)to.y * stride + (gsize)to.x * 4;
            ra_scaler_draw(scaler, (guint8 *)from, W * 4, first, stride, to);
        }
        ra_scaler_draw(scaler, (guint8 *)from, W * 4, whole, stride, view.shown);
        g_assert_cmpmem(whole, size, parts, size);
    }
}

void add_picture_tests(void)
{
    g_test_add_func("/picture/memory", test_memory);
    g_test_add_func("/picture/foreign-memory", test_foreign_memory);
    g_test_add_func("/picture/clip", test_clip);
    g_test_add_func("/view/layout", test_layout);
    g_test_add_func("/view/points", test_points);
    g_test_add_func("/scale/down", test_scale_down);
    g_test_add_func("/scale/flat", test_scale_flat);
    g_test_add_func("/scale/parts", test_scale_parts);
}
