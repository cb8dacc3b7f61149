/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is a photo, and what only looks as busy as one. */
#include "tests/wire/test-wire.h"
#include "wire/lossy.h"

#include <string.h>

enum { SIDE = 512 };

/* Letters of WIDTH x HEIGHT pixels, nearly without space between them, with soft edges in INK on
 * GROUND; COLOURED: as for the thirds of a flat screen's pixels. */
static void draw_letters(Picture *p, gint width, gint height, guint32 ink, guint32 ground,
                         gboolean coloured)
{
    g_autoptr(GRand) random = g_rand_new_with_seed((guint32)(width * 100 + height));
    guint8 letters[64][32][3];
    for (guint i = 0; i < sizeof letters; i++) {
        /* A stroke, no stroke, or the edge of one. */
        const gint what = g_rand_int_range(random, 0, 5);
        ((guint8 *)letters)[i] = (guint8)(what < 2   ? 255
                                          : what < 4 ? 0
                                                     : g_rand_int_range(random, 1, 8) * 32);
    }
    for (gint y = 0; y < SIDE; y++) {
        for (gint x = 0; x < SIDE; x++) {
            const guint letter = (guint)((y / height * 7919 + x / width * 104729) % 1000003) % 64;
            const guint8 *cover = letters[letter][(y % height * width + x % width) % 32];
            guint32 pixel = 0;
            for (guint k = 0; k < 3; k++) {
                const guint a = ink >> 8 * k & 255, b = ground >> 8 * k & 255;
                const guint share = cover[coloured ? k : 0];
                pixel |= (a * share + b * (255 - share)) / 255 << 8 * k;
            }
            p->pixels[y * SIDE + x] = pixel;
        }
    }
}

typedef enum {
    KIND_LETTERS,
    KIND_CHECKER,
    KIND_HATCH,
    KIND_DITHER,
    KIND_GRADIENT,
    KIND_CONTENT,
} Kind;

static guint32 rule(Kind kind, guint x, guint y)
{
    static const guint8 order[4][4] = {
        {0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}};
    guint32 pixel = 0;
    switch (kind) {
    case KIND_CHECKER:
        return ((x ^ y) & 1) != 0 ? 0xffffff : 0x336699;
    case KIND_HATCH:
        return (x + y) % 3 == 0 ? 0x101010 : 0xe0e0ff;
    case KIND_DITHER: /* 6 steps of each colour */
        for (guint k = 0; k < 3; k++) {
            const guint value = (k == 0 ? x : k == 1 ? y : (x + y) / 2) * 80 / SIDE;
            const guint step = value / 16 + (value % 16 > order[(y + k) % 4][(x + k) % 4]);
            pixel |= step * 42 << 8 * k;
        }
        return pixel;
    default:
        return (x * 255 / SIDE) << 16 | (y * 255 / SIDE) << 8 | 0x40;
    }
}

static guint count_lossy(const Picture *p, RaQuality quality)
{
    const RaFrameView view = picture_view(p);
    const RaLossy lossy = ra_lossy_of(quality, 0);
    guint n = 0;
    for (guint y = 0; y < SIDE; y += RA_GRID_TILE) {
        for (guint x = 0; x < SIDE; x += RA_GRID_TILE) {
            const RaGridTile box = {
                (guint16)x, (guint16)y, (guint16)(x + RA_GRID_TILE), (guint16)(y + RA_GRID_TILE),
                FALSE,      FALSE};
            n += ra_lossy_suits(&lossy, &view, ra_lossy_busy(&view, &box), &box);
        }
    }
    return n;
}

static void test_kinds(void)
{
    static const struct {
        const char *name;
        Kind kind;
        guint a, b; /* of letters: the size; else the content */
        guint32 ink, ground;
        gboolean coloured, photo;
    } cases[] = {
        {"letters 4 x 6", KIND_LETTERS, 4, 6, 0x000000, 0xffffff, FALSE, FALSE},
        {"letters 5 x 7", KIND_LETTERS, 5, 7, 0x000000, 0xffffff, FALSE, FALSE},
        {"letters 6 x 9, light", KIND_LETTERS, 6, 9, 0xc0ffc0, 0x101020, FALSE, FALSE},
        {"letters 5 x 7, coloured", KIND_LETTERS, 5, 7, 0x000000, 0xffffff, TRUE, FALSE},
        {"letters 4 x 6, blue", KIND_LETTERS, 4, 6, 0x2040a0, 0xf0f0f0, TRUE, FALSE},
        {"letters 6 x 8, pale", KIND_LETTERS, 6, 8, 0x909090, 0xffffff, FALSE, FALSE},
        {"chequers", KIND_CHECKER, 0, 0, 0, 0, FALSE, FALSE},
        {"hatching", KIND_HATCH, 0, 0, 0, 0, FALSE, FALSE},
        {"dithering", KIND_DITHER, 0, 0, 0, 0, FALSE, FALSE},
        {"gradient", KIND_GRADIENT, 0, 0, 0, 0, FALSE, FALSE},
        {"text", KIND_CONTENT, CONTENT_TEXT, 0, 0, 0, FALSE, FALSE},
        {"windows", KIND_CONTENT, CONTENT_WINDOWS, 0, 0, 0, FALSE, FALSE},
        {"colours", KIND_CONTENT, CONTENT_COLOURS, 0, 0, 0, FALSE, FALSE},
        {"photo", KIND_CONTENT, CONTENT_PHOTO, 0, 0, 0, FALSE, TRUE},
        {"noise", KIND_CONTENT, CONTENT_NOISE, 0, 0, 0, FALSE, TRUE},
    };
    const guint all = (SIDE / RA_GRID_TILE) * (SIDE / RA_GRID_TILE);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Picture p = picture_new(SIDE, SIDE);
        if (cases[i].kind == KIND_LETTERS)
            draw_letters(&p, (gint)cases[i].a, (gint)cases[i].b, cases[i].ink, cases[i].ground,
                         cases[i].coloured);
        else if (cases[i].kind == KIND_CONTENT)
            picture_draw(&p, (Content)cases[i].a, 5);
        for (guint k = 0;
             cases[i].kind != KIND_LETTERS && cases[i].kind != KIND_CONTENT && k < SIDE * SIDE; k++)
            p.pixels[k] = rule(cases[i].kind, k % SIDE, k / SIDE);
        g_test_message("%s: %u of %u lossy", cases[i].name, count_lossy(&p, RA_QUALITY_HIGH), all);
        g_assert_cmpuint(count_lossy(&p, RA_QUALITY_HIGH), ==, cases[i].photo ? all : 0);
        g_assert_cmpuint(count_lossy(&p, RA_QUALITY_LOSSLESS), ==, 0);
        /* The fourth byte of a pixel means nothing. */
        g_autoptr(GRand) random = g_rand_new_with_seed(9);
        for (guint k = 0; k < SIDE * SIDE; k++)
            p.pixels[k] |= (guint32)g_rand_int(random) << 24;
        g_assert_cmpuint(count_lossy(&p, RA_QUALITY_HIGH), ==, cases[i].photo ? all : 0);
        picture_clear(&p);
    }
}

/* Of boxes of any size nothing outside the picture is read, and no answer is too large. */
static void test_boxes(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(3);
    for (guint i = 0; i < 2000; i++) {
        const guint width = (guint)g_rand_int_range(random, 1, 80);
        const guint height = (guint)g_rand_int_range(random, 1, 80);
        Picture p = picture_new(width, height);
        picture_draw(&p, (Content)(i % N_CONTENTS), i);
        const RaFrameView view = picture_view(&p);
        const guint16 x0 = (guint16)g_rand_int_range(random, 0, 80);
        const guint16 y0 = (guint16)g_rand_int_range(random, 0, 80);
        const RaGridTile box = {x0,
                                y0,
                                (guint16)(x0 + g_rand_int_range(random, 1, RA_GRID_TILE + 1)),
                                (guint16)(y0 + g_rand_int_range(random, 1, RA_GRID_TILE + 1)),
                                FALSE,
                                FALSE};
        g_assert_cmpuint(ra_lossy_busy(&view, &box), <=, 1000);
        ra_lossy_drawn(&view, &box);
        ra_lossy_written(&view, &box);
        picture_clear(&p);
    }
}

void add_busy_tests(void)
{
    g_test_add_func("/wire/busy/kinds", test_kinds);
    g_test_add_func("/wire/busy/boxes", test_boxes);
}
