/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Movement: each content, each distance, each place; and what never moved. */
#include "wire/movement.h"
#include "tests/wire/test-wire.h"

#include <string.h>

enum {
    WIDTH = 900,
    HEIGHT = 700,
    MARGIN = 400,  /* pixels of a page around what is seen of it */
    MOVES_MAX = 8, /* searches for one picture */
    GLYPHS = 60,
    GLYPH_WIDTH = 7,
    GLYPH_HEIGHT = 11,
    LINE = 16,
};

typedef enum {
    PAGE_TEXT,     /* antialiased words with line numbers and empty lines */
    PAGE_TERMINAL, /* short lines on a dark ground, the same few pixels in many places */
    PAGE_SHEET,    /* a grid of lines, in few of its cells a number */
    PAGE_PHOTO,
    PAGE_WINDOWS,
    N_PAGES,
} Page;

static const char *const names[] = {"text", "terminal", "sheet", "photo", "windows"};

static void fill(Picture *p, guint32 colour)
{
    for (gsize i = 0; i < (gsize)p->width * p->height; i++)
        p->pixels[i] = colour;
}

/* A made-up letter: always the same pixels for the same NUMBER; GREY: with soft edges. */
static void draw_glyph(Picture *p, guint x, guint y, guint number, guint32 ground, gboolean grey)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(number + 1);
    for (guint row = 0; row < GLYPH_HEIGHT; row++) {
        for (guint column = 0; column < GLYPH_WIDTH; column++) {
            const guint32 ink = g_rand_int_range(random, 0, 256) & (grey ? 0xc0u : 0x80u);
            if (y + row < p->height && x + column < p->width)
                p->pixels[(gsize)(y + row) * p->width + x + column] = ground ^ ink * 0x10101u;
        }
    }
}

static void draw_words(Picture *p, guint x, guint y, guint n, guint32 ground, GRand *random)
{
    for (guint i = 0; i < n; i++, x += GLYPH_WIDTH) {
        if (g_rand_int_range(random, 0, 6) != 0)
            draw_glyph(p, x, y, (guint)g_rand_int_range(random, 0, GLYPHS), ground, TRUE);
    }
}

static void draw_lines(Picture *p, GRand *random, gboolean terminal)
{
    const guint32 ground = terminal ? 0x101018 : 0xffffff;
    fill(p, ground);
    for (guint y = 3, line = 1; y < p->height; y += LINE, line++) {
        for (guint k = 0, rest = line; !terminal && k < 4; k++, rest /= 10)
            draw_glyph(p, 40 - k * GLYPH_WIDTH, y, 100 + rest % 10, 0xf0f0f0, TRUE);
        const gint most = terminal ? 60 : p->width / GLYPH_WIDTH;
        if (g_rand_int_range(random, 0, 3) != 0)
            draw_words(p, 60, y, (guint)g_rand_int_range(random, 5, most), ground, random);
        if (terminal) /* its windows are looked at in the middle of the page, too */
            draw_words(p, MARGIN + 120, y, (guint)g_rand_int_range(random, 0, 40), ground, random);
    }
}

static void draw_sheet(Picture *p, GRand *random)
{
    fill(p, 0xffffff);
    for (guint y = 0; y < p->height; y++) {
        for (guint x = 0; x < p->width; x++) {
            if (y % 20 == 0 || x % 72 == 0)
                p->pixels[(gsize)y * p->width + x] = 0xd0d0d0;
        }
    }
    for (guint y = 5; y < p->height; y += 20) {
        for (guint x = 8; x < p->width; x += 72) {
            if (g_rand_int_range(random, 0, 3) == 0)
                draw_words(p, x, y, (guint)g_rand_int_range(random, 1, 8), 0xffffff, random);
        }
    }
}

static Picture new_page(Page page, guint32 seed)
{
    Picture p = picture_new(WIDTH + 2 * MARGIN, HEIGHT + 2 * MARGIN);
    g_autoptr(GRand) random = g_rand_new_with_seed(seed);
    if (page == PAGE_TEXT || page == PAGE_TERMINAL)
        draw_lines(&p, random, page == PAGE_TERMINAL);
    else if (page == PAGE_SHEET)
        draw_sheet(&p, random);
    else
        picture_draw(&p, page == PAGE_PHOTO ? CONTENT_PHOTO : CONTENT_WINDOWS, seed);
    return p;
}

/* Puts WHERE of TO from FROM, whose X, Y goes to its top left. */
static void put(Picture *to, const RaRect *where, const Picture *from, guint x, guint y)
{
    for (guint row = 0; row < where->height; row++)
        memcpy(to->pixels + (gsize)(where->y + row) * to->width + where->x,
               from->pixels + (gsize)(y + row) * from->width + x, where->width * 4u);
}

static gsize count_wrong(const Picture *a, const Picture *b)
{
    gsize n = 0;
    for (gsize i = 0; i < (gsize)a->width * a->height; i++)
        n += a->pixels[i] != b->pixels[i];
    return n;
}

static void do_move(Picture *p, const RaMove *move)
{
    g_assert_true(ra_rect_inside(&move->to, p->width, p->height));
    g_assert_cmpuint(move->from_x + move->to.width, <=, p->width);
    g_assert_cmpuint(move->from_y + move->to.height, <=, p->height);
    g_assert_true(move->to.x != move->from_x || move->to.y != move->from_y);
    Picture copy = picture_new(p->width, p->height);
    memcpy(copy.pixels, p->pixels, (gsize)p->width * p->height * 4);
    put(p, &move->to, &copy, move->from_x, move->from_y);
    picture_clear(&copy);
}

/* Everything the encoder does with a picture but sending it: moves in BEFORE until nothing is
 * found. Returns how many; each must leave fewer pixels wrong. */
static guint search(RaMoveFinder *finder, Picture *before, const Picture *after, RaMove *moves)
{
    RaGrid grid;
    guint n = 0;
    const RaFrameView a = picture_view(before), b = picture_view(after);
    const RaRect all = {0, 0, before->width, before->height};
    ra_grid_init(&grid, before->width, before->height);
    ra_grid_forget_stale(&grid);
    ra_grid_reset(&grid);
    ra_grid_compare(&grid, &a, &b, &all);
    ra_move_finder_begin(finder);
    gsize wrong = count_wrong(before, after);
    while (n < MOVES_MAX && ra_move_find(finder, &a, &b, &grid, &moves[n])) {
        do_move(before, &moves[n]);
        ra_grid_compare_again(&grid, &a, &b, &moves[n].to);
        const gsize left = count_wrong(before, after);
        g_assert_cmpuint(left, <, wrong);
        wrong = left;
        n++;
    }
    ra_grid_clear(&grid);
    return n;
}

static gboolean is_shift(const RaMove *move, gint dx, gint dy)
{
    return move->to.x - move->from_x == dx && move->to.y - move->from_y == dy;
}

static const struct {
    gint x, y;
} shifts[] = {
    {0, 1},  {0, -1}, {0, 16},   {0, -16}, {0, 33},    {0, -250}, {1, 0},
    {-1, 0}, {72, 0}, {-180, 0}, {3, 2},   {-37, -90}, {120, 75},
};

/* A page is seen through a window, and moves in it. */
static void test_pan(void)
{
    static const RaRect places[] = {{0, 0, WIDTH, HEIGHT},
                                    {0, 90, WIDTH, HEIGHT - 113},
                                    {101, 57, 577, 501},
                                    {333, 222, 300, 200}};
    for (Page kind = 0; kind < N_PAGES; kind++) {
        Picture page = new_page(kind, 7), around = new_page(PAGE_WINDOWS, 8);
        for (gsize i = 0; i < G_N_ELEMENTS(shifts) * G_N_ELEMENTS(places); i++) {
            const gint dx = shifts[i % G_N_ELEMENTS(shifts)].x;
            const gint dy = shifts[i % G_N_ELEMENTS(shifts)].y;
            const RaRect *place = &places[i / G_N_ELEMENTS(shifts)];
            RaMove moves[MOVES_MAX];
            if (ABS(dx) * 2 > place->width || ABS(dy) * 2 > place->height)
                continue;
            g_test_message("%s in %ux%u by %d,%d", names[kind], place->width, place->height, dx,
                           dy);
            Picture before = picture_new(WIDTH, HEIGHT), after = picture_new(WIDTH, HEIGHT);
            put(&before, &(RaRect){0, 0, WIDTH, HEIGHT}, &around, MARGIN, MARGIN);
            put(&after, &(RaRect){0, 0, WIDTH, HEIGHT}, &around, MARGIN, MARGIN);
            put(&before, place, &page, MARGIN, MARGIN);
            put(&after, place, &page, (guint)(MARGIN - dx), (guint)(MARGIN - dy));
            RaMoveFinder *finder = ra_move_finder_new();
            const guint n = search(finder, &before, &after, moves);
            ra_move_finder_free(finder);
            g_assert_true(n > 0 || kind == PAGE_WINDOWS); /* of few colours, and cheap */
            for (guint k = 0; k < n; k++)
                g_test_message("found %u,%u %ux%u from %u,%u", moves[k].to.x, moves[k].to.y,
                               moves[k].to.width, moves[k].to.height, moves[k].from_x,
                               moves[k].from_y);
            g_assert_true(kind == PAGE_WINDOWS || is_shift(&moves[0], dx, dy));
            /* Wrong are what came into sight, and a corner of a line here and there. */
            const gsize new_area =
                (gsize)place->width * place->height -
                (gsize)(place->width - ABS(dx)) * (gsize)(place->height - ABS(dy));
            if (kind != PAGE_WINDOWS)
                g_assert_cmpuint(count_wrong(&before, &after), <=, new_area + 64);
            picture_clear(&before);
            picture_clear(&after);
        }
        picture_clear(&page);
        picture_clear(&around);
    }
}

/* A screen full of windows, twice. */
typedef struct {
    Picture before, after, page;
    RaMoveFinder *finder;
    RaMove moves[MOVES_MAX];
} Scene;

static Scene new_scene(Page kind)
{
    Scene s = {picture_new(WIDTH, HEIGHT),
               picture_new(WIDTH, HEIGHT),
               new_page(kind, 3),
               ra_move_finder_new(),
               {{{0}, 0, 0}}};
    Picture ground = new_page(PAGE_WINDOWS, 4);
    put(&s.before, &(RaRect){0, 0, WIDTH, HEIGHT}, &ground, MARGIN, MARGIN);
    put(&s.after, &(RaRect){0, 0, WIDTH, HEIGHT}, &ground, MARGIN, MARGIN);
    picture_clear(&ground);
    return s;
}

static void clear_scene(Scene *s)
{
    ra_move_finder_free(s->finder);
    picture_clear(&s->before);
    picture_clear(&s->after);
    picture_clear(&s->page);
}

static guint search_scene(Scene *s)
{
    return search(s->finder, &s->before, &s->after, s->moves);
}

static gboolean any_shift(const Scene *s, guint n, gint dx, gint dy)
{
    for (guint i = 0; i < n; i++) {
        if (is_shift(&s->moves[i], dx, dy))
            return TRUE;
    }
    return FALSE;
}

/* A window is dragged over others: all of it is found at its new place. */
static void test_drag(void)
{
    static const struct {
        gint x, y;
    } drags[] = {{1, 1}, {-5, 3}, {0, 40}, {-60, 0}, {200, 150}, {-150, -100}};
    for (Page kind = 0; kind < PAGE_WINDOWS; kind++) {
        for (gsize i = 0; i < G_N_ELEMENTS(drags); i++) {
            Scene s = new_scene(kind);
            const RaRect from = {211, 133, 401, 307};
            const RaRect to = {(guint16)(from.x + drags[i].x), (guint16)(from.y + drags[i].y),
                               from.width, from.height};
            g_test_message("%s by %d,%d", names[kind], drags[i].x, drags[i].y);
            put(&s.before, &from, &s.page, MARGIN, MARGIN);
            put(&s.after, &to, &s.page, MARGIN, MARGIN);
            const guint n = search_scene(&s);
            g_assert_true(any_shift(&s, n, drags[i].x, drags[i].y));
            gsize wrong = 0;
            for (guint y = to.y; y < to.y + (guint)to.height; y++) {
                for (guint x = to.x; x < to.x + (guint)to.width; x++)
                    wrong += s.before.pixels[y * WIDTH + x] != s.after.pixels[y * WIDTH + x];
            }
            g_assert_cmpuint(wrong, <=, 64);
            clear_scene(&s);
        }
    }
}

/* Two windows scroll at once, by different distances; again and again. */
static void test_two(void)
{
    const RaRect left = {20, 40, 380, 600}, right = {450, 100, 400, 500};
    Scene s = new_scene(PAGE_TEXT);
    for (guint i = 0; i < 10; i++) {
        put(&s.before, &left, &s.page, 0, 13 * i);
        put(&s.before, &right, &s.page, 300, 400 - 7 * i);
        put(&s.after, &left, &s.page, 0, 13 * (i + 1));
        put(&s.after, &right, &s.page, 300, 400 - 7 * (i + 1));
        const guint n = search_scene(&s);
        g_assert_true(any_shift(&s, n, 0, -13));
        g_assert_true(any_shift(&s, n, 0, 7));
        g_assert_cmpuint(count_wrong(&s.before, &s.after), <=, 13 * 380 + 7 * 400 + 64);
    }
    clear_scene(&s);
}

/* A character is put into a line: the rest of it moves on. */
static void test_insert(void)
{
    Scene s = new_scene(PAGE_TEXT);
    const RaRect all = {0, 0, WIDTH, HEIGHT}, rest = {207, 304, 600, LINE};
    put(&s.before, &all, &s.page, 0, 0);
    put(&s.after, &all, &s.page, 0, 0);
    g_autoptr(GRand) random = g_rand_new_with_seed(1);
    draw_words(&s.before, 200, 304, 80, 0xffffff, random);
    memcpy(s.after.pixels, s.before.pixels, (gsize)WIDTH * HEIGHT * 4);
    put(&s.after, &rest, &s.before, 200, 304);
    const guint n = search_scene(&s);
    g_assert_true(any_shift(&s, n, GLYPH_WIDTH, 0));
    g_assert_cmpuint(count_wrong(&s.before, &s.after), <=, GLYPH_WIDTH * LINE);
    clear_scene(&s);
}

/* What shows something else each time has not moved: little is gained, whatever is found. */
static void test_nothing(void)
{
    for (Content content = 0; content < N_CONTENTS; content++) {
        Scene s = new_scene(PAGE_TEXT);
        picture_draw(&s.before, content, 1);
        picture_draw(&s.after, content, 2);
        const gsize wrong = count_wrong(&s.before, &s.after);
        g_test_message("content %d: %zu pixels", content, wrong);
        const guint n = search_scene(&s);
        if (content == CONTENT_NOISE || content == CONTENT_PHOTO || content == CONTENT_TEXT)
            g_assert_cmpuint(n, ==, 0);
        clear_scene(&s);
    }
}

/* However long there was a film: what scrolls then is found in the third picture at the latest. */
static void test_after_film(void)
{
    static const struct {
        gint x, y;
    } ways[] = {{0, 9}, {11, 0}, {-8, 5}};
    for (gsize way = 0; way < G_N_ELEMENTS(ways); way++) {
        for (guint film = 20; film < 24; film++) {
            Scene s = new_scene(PAGE_TEXT);
            for (guint i = 0; i < film; i++) {
                picture_draw(&s.after, CONTENT_NOISE, i);
                g_assert_cmpuint(search_scene(&s), ==, 0);
                memcpy(s.before.pixels, s.after.pixels, (gsize)WIDTH * HEIGHT * 4);
            }
            guint found = 0;
            const RaRect all = {0, 0, WIDTH, HEIGHT};
            for (gint i = 0; i < 6; i++) {
                const gint x = MARGIN - ways[way].x * i, y = MARGIN - ways[way].y * i;
                put(&s.before, &all, &s.page, (guint)x, (guint)y);
                put(&s.after, &all, &s.page, (guint)(x - ways[way].x), (guint)(y - ways[way].y));
                const guint n = search_scene(&s);
                found += any_shift(&s, n, ways[way].x, ways[way].y);
            }
            g_assert_cmpuint(found, >=, 4);
            clear_scene(&s);
        }
    }
}

/* Pictures and changes of any size and shape; two sizes at once. */
static void test_sizes(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(5);
    for (guint i = 0; i < 300; i++) {
        Picture a = picture_new((guint)g_rand_int_range(random, 1, 300),
                                (guint)g_rand_int_range(random, 1, 300));
        Picture b = picture_new((guint)g_rand_int_range(random, 1, 300),
                                (guint)g_rand_int_range(random, 1, 300));
        RaGrid grid;
        RaMove move;
        RaMoveFinder *finder = ra_move_finder_new();
        const RaFrameView before = picture_view(&a), after = picture_view(&b);
        picture_draw(&a, CONTENT_TEXT, i);
        picture_draw(&b, i % 2 == 0 ? CONTENT_TEXT : CONTENT_COLOURS, i);
        ra_grid_init(&grid, a.width, a.height); /* all of it stale, beyond B too */
        ra_move_finder_begin(finder);
        for (guint n = 0; n < 3 && ra_move_find(finder, &before, &after, &grid, &move); n++) {
            do_move(&a, &move);
            g_assert_true(ra_rect_inside(&move.to, b.width, b.height));
            ra_grid_forget_stale(&grid);
            ra_grid_reset(&grid);
            ra_grid_compare(&grid, &before, &after, &(RaRect){0, 0, a.width, a.height});
        }
        ra_move_finder_free(finder);
        ra_grid_clear(&grid);
        picture_clear(&a);
        picture_clear(&b);
    }
}

void add_movement_tests(void)
{
    g_test_add_func("/wire/movement/pan", test_pan);
    g_test_add_func("/wire/movement/drag", test_drag);
    g_test_add_func("/wire/movement/two", test_two);
    g_test_add_func("/wire/movement/insert", test_insert);
    g_test_add_func("/wire/movement/nothing", test_nothing);
    g_test_add_func("/wire/movement/after-film", test_after_film);
    g_test_add_func("/wire/movement/sizes", test_sizes);
}
