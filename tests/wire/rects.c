/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of what changed. */
#include "wire/rects.h"
#include "tests/wire/test-wire.h"

#include <string.h>

enum { MAX = 8, SIDE = 400 };

typedef struct {
    guint n, want_n;
    RaRect add[4], want[4];
} Case;

static const Case cases[] = {
    {1, 0, {{5, 5, 0, 9}}, {{0}}},
    {1, 1, {{1, 2, 3, 4}}, {{1, 2, 3, 4}}},
    /* far from each other */
    {2, 2, {{0, 0, 10, 10}, {300, 300, 10, 10}}, {{0, 0, 10, 10}, {300, 300, 10, 10}}},
    /* inside, and around */
    {2, 1, {{0, 0, 400, 400}, {100, 100, 50, 50}}, {{0, 0, 400, 400}}},
    {3, 1, {{10, 10, 9, 9}, {390, 390, 9, 9}, {0, 0, 400, 400}}, {{0, 0, 400, 400}}},
    /* side by side */
    {2, 1, {{0, 0, 400, 100}, {0, 100, 400, 300}}, {{0, 0, 400, 400}}},
    {3, 1, {{0, 0, 100, 10}, {200, 0, 100, 10}, {100, 0, 100, 10}}, {{0, 0, 300, 10}}},
    /* letters of one line */
    {2, 1, {{10, 10, 9, 18}, {30, 10, 9, 18}}, {{10, 10, 29, 18}}},
    /* a cross is not its box */
    {2, 2, {{100, 0, 50, 400}, {0, 100, 400, 50}}, {{100, 0, 50, 400}, {0, 100, 400, 50}}},
    /* the corners of what there can be */
    {2, 1, {{0, 0, 65535, 65535}, {65535, 65535, 65535, 65535}}, {{0, 0, 65535, 65535}}},
};

static void test_few(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        RaRect rects[MAX];
        guint n = 0;
        g_test_message("case %zu", i);
        for (guint k = 0; k < cases[i].n; k++)
            ra_rects_add(rects, &n, MAX, cases[i].add[k]);
        if (i + 1 == G_N_ELEMENTS(cases)) /* beyond any screen: that it comes back is enough */
            continue;
        g_assert_cmpuint(n, ==, cases[i].want_n);
        g_assert_cmpmem(rects, n * sizeof *rects, cases[i].want, n * sizeof *rects);
    }
}

/* Whatever comes, nothing is lost, and nothing overflows. */
static void test_many(void)
{
    static guint8 wanted[SIDE][SIDE];
    for (guint round = 0; round < 50; round++) {
        RaRect rects[MAX + 1];
        guint n = 0;
        const guint max = (guint)g_test_rand_int_range(1, MAX + 1);
        memset(wanted, 0, sizeof wanted);
        for (guint i = 0; i < 30; i++) {
            const guint x = (guint)g_test_rand_int_range(0, SIDE - 60);
            const guint y = (guint)g_test_rand_int_range(0, SIDE - 60);
            const guint width = (guint)g_test_rand_int_range(1, 60);
            const guint height = (guint)g_test_rand_int_range(1, 60);
            ra_rects_add(rects, &n, max,
                         (RaRect){(guint16)x, (guint16)y, (guint16)width, (guint16)height});
            for (guint row = y; row < y + height; row++)
                memset(wanted[row] + x, 1, width);
            g_assert_cmpuint(n, <=, max);
        }
        for (guint i = 0; i < n; i++) {
            g_assert_true(ra_rect_inside(&rects[i], SIDE, SIDE));
            for (guint row = rects[i].y; row < (guint)rects[i].y + rects[i].height; row++)
                memset(wanted[row] + rects[i].x, 0, rects[i].width);
        }
        for (guint y = 0; y < SIDE; y++)
            for (guint x = 0; x < SIDE; x++)
                g_assert_cmpuint(wanted[y][x], ==, 0);
    }
}

/* What is far apart stays so as long as there is room; then the nearest meet. */
static void test_nearest(void)
{
    RaRect rects[4];
    guint n = 0;
    const RaRect far[] = {{0, 0, 10, 10},
                          {10000, 0, 10, 10},
                          {0, 10000, 10, 10},
                          {10000, 10000, 10, 10},
                          {10000, 10200, 10, 10}};
    for (gsize i = 0; i < G_N_ELEMENTS(far); i++)
        ra_rects_add(rects, &n, 4, far[i]);
    g_assert_cmpuint(n, ==, 4);
    for (guint i = 0; i < n; i++)
        g_assert_cmpuint((guint)rects[i].width * rects[i].height, <=, 10 * 210);
}

void add_rect_tests(void)
{
    g_test_add_func("/wire/rects/few", test_few);
    g_test_add_func("/wire/rects/many", test_many);
    g_test_add_func("/wire/rects/nearest", test_nearest);
}
