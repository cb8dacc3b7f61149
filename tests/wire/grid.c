/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The grid: what differs is in a box, whatever was compared before. */
#include "wire/grid.h"
#include "tests/wire/test-wire.h"

#include <string.h>

/* Flips one to 60 pixels of PICTURE near each other; RET: around them. */
static void scribble(Picture *picture, GRand *random, RaRect *ret)
{
    const guint x0 = (guint)g_rand_int_range(random, 0, picture->width);
    const guint y0 = (guint)g_rand_int_range(random, 0, picture->height);
    const gint side = g_rand_int_range(random, 1, 150);
    guint left = x0, right = x0, top = y0, bottom = y0;
    for (gint i = g_rand_int_range(random, 1, 60); i > 0; i--) {
        guint x = x0 + (guint)g_rand_int_range(random, 0, side);
        guint y = y0 + (guint)g_rand_int_range(random, 0, side);
        x = MIN(x, picture->width - 1u);
        y = MIN(y, picture->height - 1u);
        picture->pixels[(gsize)y * picture->width + x] ^= 0x10000;
        right = MAX(right, x);
        bottom = MAX(bottom, y);
    }
    *ret = (RaRect){(guint16)left, (guint16)top, (guint16)(right - left + 1),
                    (guint16)(bottom - top + 1)};
}

static gboolean in_box(const RaGrid *grid, guint x, guint y)
{
    const RaGridTile *tile =
        &grid->tiles[(gsize)(y / RA_GRID_TILE) * grid->columns + x / RA_GRID_TILE];
    return tile->x1 != 0 && x >= tile->x0 && x < tile->x1 && y >= tile->y0 && y < tile->y1;
}

/* Each box is inside its tile, around pixels that differ, and its rows are exact; each pixel that
 * differs is in a box. */
static void assert_boxes(const RaGrid *grid, const Picture *a, const Picture *b)
{
    g_autofree guint *top = g_new(guint, (gsize)grid->columns * grid->rows);
    guint n = 0;
    memset(top, 0xff, (gsize)grid->columns * grid->rows * sizeof *top);
    for (guint y = 0; y < a->height; y++) {
        for (guint x = 0; x < a->width; x++) {
            const gsize i = (gsize)y * a->width + x;
            if (a->pixels[i] == b->pixels[i])
                continue;
            g_assert_true(in_box(grid, x, y));
            guint *first = &top[(gsize)(y / RA_GRID_TILE) * grid->columns + x / RA_GRID_TILE];
            *first = MIN(*first, y);
        }
    }
    for (gsize i = 0; i < (gsize)grid->columns * grid->rows; i++) {
        const RaGridTile *tile = &grid->tiles[i];
        RaGridTile whole;
        g_assert_true((tile->x1 != 0) == (top[i] != G_MAXUINT));
        if (tile->x1 == 0)
            continue;
        n++;
        ra_grid_whole(grid, i, &whole);
        g_assert_cmpuint(tile->y0, ==, top[i]);
        g_assert_true(tile->x0 >= whole.x0 && tile->x1 <= whole.x1 && tile->x0 < tile->x1);
        g_assert_true(tile->y0 >= whole.y0 && tile->y1 <= whole.y1 && tile->y0 < tile->y1);
    }
    RaRect bounds;
    g_assert_cmpuint(ra_grid_changed(grid, &bounds), ==, n);
}

static void fresh(RaGrid *grid, guint width, guint height)
{
    ra_grid_init(grid, (guint16)width, (guint16)height);
    ra_grid_forget_stale(grid);
    g_assert_cmpuint(grid->n_stale, ==, 0);
    ra_grid_reset(grid);
}

static void test_compare(void)
{
    static const struct {
        guint width, height;
    } sizes[] = {{1, 1}, {64, 64}, {65, 200}, {500, 300}, {640, 130}};
    g_autoptr(GRand) random = g_rand_new_with_seed(1);
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        Picture a = picture_new(sizes[i].width, sizes[i].height);
        Picture b = picture_new(sizes[i].width, sizes[i].height);
        const RaFrameView view_a = picture_view(&a), view_b = picture_view(&b);
        RaGrid grid;
        fresh(&grid, a.width, a.height);
        for (guint round = 0; round < 60; round++) {
            RaRect dirty[4];
            ra_grid_reset(&grid);
            for (guint k = 0; k < 1 + round % 4; k++) {
                scribble(&b, random, &dirty[k]);
                ra_grid_compare(&grid, &view_a, &view_b, &dirty[k]);
            }
            /* A later one may have taken back what an earlier one did. */
            ra_grid_compare_again(&grid, &view_a, &view_b, &(RaRect){0, 0, a.width, a.height});
            assert_boxes(&grid, &a, &b);
            memcpy(a.pixels, b.pixels, (gsize)a.width * a.height * 4);
        }
        ra_grid_clear(&grid);
        picture_clear(&a);
        picture_clear(&b);
    }
}

/* A narrow change has a narrow box. */
static void test_exact(void)
{
    static const struct {
        RaRect change;
        RaGridTile box; /* of the first tile */
    } cases[] = {
        {{5, 7, 10, 18}, {5, 7, 15, 25, FALSE, FALSE}},
        {{0, 0, 1, 1}, {0, 0, 1, 1, FALSE, FALSE}},
        {{63, 63, 20, 20}, {63, 63, 64, 64, FALSE, FALSE}},
        {{10, 0, 47, 64}, {10, 0, 57, 64, FALSE, FALSE}},
        {{2, 3, 60, 4}, {0, 3, 64, 7, FALSE, FALSE}},
        {{50, 60, 200, 200}, {50, 60, 64, 64, FALSE, FALSE}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const RaRect *change = &cases[i].change;
        Picture a = picture_new(300, 300), b = picture_new(300, 300);
        const RaFrameView view_a = picture_view(&a), view_b = picture_view(&b);
        RaGrid grid;
        fresh(&grid, 300, 300);
        for (guint y = change->y; y < change->y + (guint)change->height; y++) {
            for (guint x = change->x; x < change->x + (guint)change->width; x++)
                b.pixels[y * 300 + x] = 0xffffff;
        }
        ra_grid_compare(&grid, &view_a, &view_b, &(RaRect){0, 0, 300, 300});
        g_assert_cmpuint(grid.tiles[0].x0, ==, cases[i].box.x0);
        g_assert_cmpuint(grid.tiles[0].y0, ==, cases[i].box.y0);
        g_assert_cmpuint(grid.tiles[0].x1, ==, cases[i].box.x1);
        g_assert_cmpuint(grid.tiles[0].y1, ==, cases[i].box.y1);
        assert_boxes(&grid, &a, &b);
        ra_grid_clear(&grid);
        picture_clear(&a);
        picture_clear(&b);
    }
}

/* Nothing is read outside the smaller picture, and stale tiles stay whole. */
static void test_limits(void)
{
    Picture a = picture_new(200, 200), b = picture_new(130, 70);
    const RaFrameView view_a = picture_view(&a), view_b = picture_view(&b);
    RaGrid grid;
    RaRect bounds;
    fresh(&grid, 200, 200);
    memset(b.pixels, 1, 130 * 70 * 4);
    ra_grid_compare(&grid, &view_a, &view_b, &(RaRect){100, 60, 65535, 65535});
    g_assert_cmpuint(ra_grid_changed(&grid, &bounds), ==, 4);
    g_assert_cmpuint(bounds.x + bounds.width, ==, 130);
    g_assert_cmpuint(bounds.y + bounds.height, ==, 70);
    ra_grid_compare(&grid, &view_a, &view_b, &(RaRect){150, 0, 10, 10});
    ra_grid_compare(&grid, &view_a, &view_b, &(RaRect){0, 0, 0, 0});
    g_assert_cmpuint(ra_grid_changed(&grid, &bounds), ==, 4);
    ra_grid_mark_stale(&grid, &(RaRect){199, 199, 1, 1});
    ra_grid_compare_again(&grid, &view_a, &view_a, &(RaRect){0, 0, 200, 200});
    g_assert_cmpuint(ra_grid_changed(&grid, &bounds), ==, 1);
    g_assert_cmpuint(bounds.x, ==, 192);
    ra_grid_reset(&grid);
    g_assert_cmpuint(ra_grid_changed(&grid, &bounds), ==, 1);
    ra_grid_forget_stale(&grid);
    ra_grid_reset(&grid);
    g_assert_cmpuint(ra_grid_changed(&grid, &bounds), ==, 0);
    ra_grid_add_whole(&grid, 5);
    g_assert_cmpuint(ra_grid_changed(&grid, &bounds), ==, 1);
    ra_grid_clear(&grid);
    picture_clear(&a);
    picture_clear(&b);
}

/* The parts lie beside each other, none is too large, and what differs is in one. */
static void test_cover(void)
{
    const RaGridLimits limits = {200, 100 * 100, TRUE, 400, 300 * 200};
    g_autoptr(GRand) random = g_rand_new_with_seed(2);
    g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(RaGridPart));
    for (guint round = 0; round < 200; round++) {
        Picture a = picture_new(500, 300), b = picture_new(500, 300), seen = picture_new(500, 300);
        const RaFrameView view_a = picture_view(&a), view_b = picture_view(&b);
        RaGrid grid;
        RaRect dirty;
        fresh(&grid, 500, 300);
        if (round % 4 == 0)
            picture_draw(&b, (Content)(round / 4 % N_CONTENTS), round);
        for (guint i = 0; i < round % 7; i++)
            scribble(&b, random, &dirty);
        ra_grid_compare(&grid, &view_a, &view_b, &(RaRect){0, 0, 500, 300});
        for (gsize i = 0; i < (gsize)grid.columns * grid.rows; i++)
            grid.tiles[i].lossy = round % 2 == 0 && i % 5 < 3;
        g_array_set_size(parts, 0);
        ra_grid_cover(&grid, &view_b, &limits, parts);
        for (guint i = 0; i < parts->len; i++) {
            const RaGridPart *part = &g_array_index(parts, RaGridPart, i);
            const RaRect *rect = &part->rect;
            g_assert_true(ra_rect_inside(rect, 500, 300));
            g_assert_cmpuint(rect->width, <=, part->lossy ? 400 : 200);
            if (!part->flat)
                g_assert_cmpuint(rect->width * rect->height, <=, part->lossy ? 60000 : 10000);
            for (guint y = rect->y; y < rect->y + (guint)rect->height; y++) {
                for (guint x = rect->x; x < rect->x + (guint)rect->width; x++) {
                    g_assert_cmpuint(seen.pixels[y * 500 + x]++, ==, 0);
                    if (part->flat)
                        g_assert_cmphex(b.pixels[y * 500 + x], ==,
                                        b.pixels[rect->y * 500 + rect->x]);
                }
            }
        }
        for (gsize i = 0; i < (gsize)500 * 300; i++)
            g_assert_true(seen.pixels[i] == 1 || a.pixels[i] == b.pixels[i]);
        ra_grid_clear(&grid);
        picture_clear(&a);
        picture_clear(&b);
        picture_clear(&seen);
    }
}

void add_grid_tests(void)
{
    g_test_add_func("/wire/grid/compare", test_compare);
    g_test_add_func("/wire/grid/exact", test_exact);
    g_test_add_func("/wire/grid/limits", test_limits);
    g_test_add_func("/wire/grid/cover", test_cover);
}
