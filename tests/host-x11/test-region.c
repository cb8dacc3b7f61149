/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What changed, as rectangles and bands: nothing may be forgotten, little may be added. */
#include "host/region.h"

#include <string.h>

enum { WIDTH = 400, HEIGHT = 300 };

static void test_few(void)
{
    static const struct {
        int rect[3][4]; /* x, y, width, height */
        guint n;
        RaRect first;
    } cases[] = {
        {{{10, 20, 30, 40}}, 1, {10, 20, 30, 40}},
        {{{-10, -20, 30, 40}}, 1, {0, 0, 20, 20}},
        {{{390, 290, 30, 40}}, 1, {390, 290, 10, 10}},
        {{{400, 0, 30, 40}, {0, 300, 1, 1}, {-5, 0, 5, 5}}, 0, {0, 0, 0, 0}},
        {{{10, 10, 0, 10}, {10, 10, 10, 0}}, 0, {0, 0, 0, 0}},
        {{{-30000, -30000, 65535, 65535}}, 1, {0, 0, WIDTH, HEIGHT}},
        {{{10, 10, 100, 100}, {20, 20, 10, 10}}, 1, {10, 10, 100, 100}}, /* inside */
        {{{20, 20, 10, 10}, {10, 10, 100, 100}}, 1, {10, 10, 100, 100}}, /* swallows */
        {{{0, 0, 10, 10}, {10, 0, 10, 10}}, 1, {0, 0, 20, 10}},          /* beside */
        {{{0, 0, 10, 10}, {390, 290, 10, 10}}, 2, {0, 0, 10, 10}},       /* far apart */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        RaRegion region = {0};
        g_test_message("case %zu", i);
        for (gsize k = 0; k < G_N_ELEMENTS(cases[i].rect); k++) {
            const int *r = cases[i].rect[k];
            ra_region_add(&region, r[0], r[1], r[2], r[3], WIDTH, HEIGHT);
        }
        g_assert_cmpuint(region.n, ==, cases[i].n);
        if (region.n > 0)
            g_assert_cmpmem(&region.rect[0], sizeof(RaRect), &cases[i].first, sizeof(RaRect));
    }
}

static gboolean covers(const RaRegion *region, int x, int y)
{
    for (guint i = 0; i < region->n; i++) {
        const RaRect *r = &region->rect[i];
        if (x >= r->x && x < r->x + r->width && y >= r->y && y < r->y + r->height)
            return TRUE;
    }
    return FALSE;
}

static void check_bands(const RaRegion *region, guint gap)
{
    RaBand bands[RA_IPC_RECTS_MAX];
    guint8 in_band[HEIGHT] = {0};
    const guint n = ra_region_bands(region, gap, bands);
    for (guint i = 0; i < n; i++) {
        g_assert_cmpuint(bands[i].y + bands[i].height, <=, HEIGHT);
        if (i > 0)
            g_assert_cmpuint(bands[i].y, >, bands[i - 1].y + bands[i - 1].height + gap);
        memset(in_band + bands[i].y, 1, bands[i].height);
    }
    for (guint i = 0; i < region->n; i++)
        for (int y = region->rect[i].y; y < region->rect[i].y + region->rect[i].height; y++)
            g_assert_true(in_band[y]);
}

/* Many random ones: the limit holds, and each pixel that was added is there. */
static void test_many(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(3);
    for (int round = 0; round < 40; round++) {
        static guint8 truth[HEIGHT][WIDTH];
        RaRegion region = {0};
        const int side = g_rand_int_range(rand, 2, 30);
        memset(truth, 0, sizeof truth);
        for (int i = 0; i < 300; i++) {
            const int x = g_rand_int_range(rand, 0, WIDTH), y = g_rand_int_range(rand, 0, HEIGHT);
            const int width = g_rand_int_range(rand, 1, side);
            const int height = g_rand_int_range(rand, 1, side);
            ra_region_add(&region, x, y, width, height, WIDTH, HEIGHT);
            for (int row = y; row < MIN(y + height, HEIGHT); row++)
                memset(&truth[row][x], 1, (gsize)MIN(width, WIDTH - x));
            g_assert_cmpuint(region.n, <=, RA_IPC_RECTS_MAX);
        }
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++)
                g_assert_true(!truth[y][x] || covers(&region, x, y));
        check_bands(&region, 0);
        check_bands(&region, 16);
    }
}

/* Far more than can be told one by one, on the largest screen: still all of it, in the limit. */
static void test_flood(void)
{
    enum { SIDE = RA_IPC_SCREEN_SIDE_MAX, RECTS = 5000 };
    g_autoptr(GRand) rand = g_rand_new_with_seed(5);
    g_autofree RaRect *all = g_new(RaRect, RECTS);
    RaRegion region = {0};
    for (guint i = 0; i < RECTS; i++) {
        all[i] = (RaRect){(guint16)g_rand_int_range(rand, 0, SIDE - 8),
                          (guint16)g_rand_int_range(rand, 0, SIDE - 8), 8, 8};
        ra_region_add(&region, all[i].x, all[i].y, 8, 8, SIDE, SIDE);
        g_assert_cmpuint(region.n, <=, RA_IPC_RECTS_MAX);
    }
    for (guint i = 0; i < RECTS; i++)
        g_assert_true(covers(&region, all[i].x, all[i].y) &&
                      covers(&region, all[i].x + 7, all[i].y + 7));
    for (guint i = 0; i < region.n; i++) {
        g_assert_cmpuint(region.rect[i].x + region.rect[i].width, <=, SIDE);
        g_assert_cmpuint(region.rect[i].y + region.rect[i].height, <=, SIDE);
    }
}

/* Too many in one part: the rest of the screen stays out of it. */
static void test_crowd(void)
{
    enum { SCREEN_WIDTH = 1920, SCREEN_HEIGHT = 1080 };
    RaRegion region = {0};
    for (int i = 0; i < 400; i++)
        ra_region_add(&region, 300 + i % 20 * 20, 400 + i / 20 * 20, 1, 1, SCREEN_WIDTH,
                      SCREEN_HEIGHT);
    for (guint i = 0; i < 80; i++)
        ra_region_add(&region, (int)i % 10 * 190, (int)i / 10 * 130, 2, 2, SCREEN_WIDTH,
                      SCREEN_HEIGHT / 2);
    for (int i = 0; i < 400; i++)
        g_assert_true(covers(&region, 300 + i % 20 * 20, 400 + i / 20 * 20));
    for (int x = 0; x < SCREEN_WIDTH; x++)
        g_assert_false(covers(&region, x, 900));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/region/few", test_few);
    g_test_add_func("/host/region/many", test_many);
    g_test_add_func("/host/region/flood", test_flood);
    g_test_add_func("/host/region/crowd", test_crowd);
    return g_test_run();
}
