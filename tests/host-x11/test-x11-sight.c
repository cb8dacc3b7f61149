/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What hides a window from a person, or does not, as the X11 guard sees it. */
#include "tests/host-x11/cover.h"

#include <xcb/shape.h>

enum { LEFT = COVER_LEFT, TOP = COVER_TOP, WIDTH = COVER_WIDTH, HEIGHT = COVER_HEIGHT };

typedef struct {
    const char *what;
    void (*hide)(Cover *f);
    void (*mend)(Cover *f); /* NULL: the guard does it itself */
} HiddenCase;

static void unmap(Cover *f)
{
    xcb_unmap_window(f->app, f->window);
}

static void map(Cover *f)
{
    xcb_map_window(f->app, f->window);
}

static void place(Cover *f, int x, int y, guint width, guint height)
{
    const guint32 values[] = {(guint32)x, (guint32)y, width, height};
    xcb_configure_window(f->app, f->window,
                         XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y | XCB_CONFIG_WINDOW_WIDTH |
                             XCB_CONFIG_WINDOW_HEIGHT,
                         values);
}

static void put_back(Cover *f)
{
    place(f, LEFT, TOP, WIDTH, HEIGHT);
}

static void move_away(Cover *f)
{
    place(f, 5000, 5000, WIDTH, HEIGHT);
}

static void move_partly_away(Cover *f)
{
    place(f, LEFT, -10, WIDTH, HEIGHT);
}

static void shrink(Cover *f)
{
    place(f, LEFT, TOP, 190, HEIGHT);
}

static void flatten(Cover *f)
{
    place(f, LEFT, TOP, WIDTH, 110);
}

static void set_opacity(Cover *f, guint8 format, guint32 value)
{
    xcb_change_property(f->foe, XCB_PROP_MODE_REPLACE, f->window,
                        cover_atom(f, "_NET_WM_WINDOW_OPACITY"), XCB_ATOM_CARDINAL, format, 1,
                        &value);
}

static void fade(Cover *f)
{
    set_opacity(f, 32, 0x7fffffff);
}

static void fade_oddly(Cover *f)
{
    set_opacity(f, 8, 0xffffffff);
}

static void unfade(Cover *f)
{
    xcb_delete_property(f->foe, f->window, cover_atom(f, "_NET_WM_WINDOW_OPACITY"));
}

static void solid(Cover *f)
{
    set_opacity(f, 32, 0xffffffff);
}

static void cut(Cover *f, xcb_shape_sk_t kind)
{
    const xcb_rectangle_t bands[] = {{0, 0, WIDTH, 100}, {0, 150, WIDTH, HEIGHT - 150}};
    xcb_shape_rectangles(f->foe, XCB_SHAPE_SO_SET, kind, XCB_CLIP_ORDERING_UNSORTED, f->window, 0,
                         0, G_N_ELEMENTS(bands), bands);
}

static void cut_bounding(Cover *f)
{
    cut(f, XCB_SHAPE_SK_BOUNDING);
}

static void cut_clip(Cover *f)
{
    cut(f, XCB_SHAPE_SK_CLIP);
}

static void uncut(Cover *f)
{
    xcb_shape_mask(f->foe, XCB_SHAPE_SO_SET, XCB_SHAPE_SK_BOUNDING, f->window, 0, 0, XCB_NONE);
    xcb_shape_mask(f->foe, XCB_SHAPE_SO_SET, XCB_SHAPE_SK_CLIP, f->window, 0, 0, XCB_NONE);
}

static void round_corners(Cover *f)
{
    const xcb_rectangle_t rows[] = {
        {12, 0, WIDTH - 24, 12}, {0, 12, WIDTH, HEIGHT - 24}, {12, HEIGHT - 12, WIDTH - 24, 12}};
    xcb_shape_rectangles(f->foe, XCB_SHAPE_SO_SET, XCB_SHAPE_SK_BOUNDING,
                         XCB_CLIP_ORDERING_UNSORTED, f->window, 0, 0, G_N_ELEMENTS(rows), rows);
}

static void cover(Cover *f)
{
    f->cover = cover_new(f, COVER_PLAIN, LEFT + 100, TOP + 100, 50, 50);
}

static void cover_by_input_only(Cover *f)
{
    f->cover = cover_new(f, COVER_INPUT_ONLY, LEFT + 100, TOP + 100, 50, 50);
}

static void cover_by_border(Cover *f)
{
    f->cover = cover_new(f, COVER_BORDER, LEFT - 60, TOP + 100, 50, 50);
}

static const xcb_rectangle_t beside = {0, 0, 1024, 100}, across = {0, 0, 1024, 400};

static void shape_cover(Cover *f, const xcb_rectangle_t *rect)
{
    xcb_shape_rectangles(f->foe, XCB_SHAPE_SO_SET, XCB_SHAPE_SK_BOUNDING,
                         XCB_CLIP_ORDERING_UNSORTED, f->cover, 0, 0, 1, rect);
}

/* Cut to lie beside the window. */
static void cover_beside(Cover *f)
{
    f->cover = cover_new(f, COVER_UNMAPPED, 0, 0, 1024, 768);
    shape_cover(f, &beside);
    xcb_map_window(f->foe, f->cover);
}

static void uncut_cover(Cover *f)
{
    cover_beside(f);
    cover_sync(f->foe);
    g_assert_cmpint(cover_since(f), !=, 0);
    shape_cover(f, &across);
}

/* Where the guard cannot help: inside of the window itself. */
static void cover_inside(Cover *f)
{
    f->cover = cover_new(f, COVER_PLAIN, LEFT, TOP, 100, 100);
    xcb_reparent_window(f->foe, f->cover, f->window, 50, 50);
}

static void destroy_cover(Cover *f)
{
    xcb_destroy_window(f->foe, f->cover);
}

static void cover_outside(Cover *f)
{
    f->cover = cover_new(f, COVER_PLAIN, LEFT + WIDTH, TOP, 100, 100);
}

static void cover_edge(Cover *f)
{
    f->cover = cover_new(f, COVER_INPUT_ONLY, LEFT - 50, TOP, 51, 100);
}

static void cover_below(Cover *f)
{
    const guint32 below = XCB_STACK_MODE_BELOW;
    f->cover = cover_new(f, COVER_UNMAPPED, LEFT, TOP, 100, 100);
    xcb_configure_window(f->foe, f->cover, XCB_CONFIG_WINDOW_STACK_MODE, &below);
    xcb_map_window(f->foe, f->cover);
}

static void cover_hidden(Cover *f)
{
    f->cover = cover_new(f, COVER_UNMAPPED, LEFT, TOP, 100, 100);
}

/* The program's own menu. */
static void open_menu(Cover *f)
{
    xcb_connection_t *foe = f->foe;
    f->foe = f->app;
    f->cover = cover_new(f, COVER_PLAIN, LEFT + 50, TOP + 50, 100, 100);
    f->foe = foe;
    cover_sync(f->app);
}

static void close_menu(Cover *f)
{
    xcb_destroy_window(f->app, f->cover);
}

static void set_shadow(Cover *f, guint32 size)
{
    const guint32 sides[] = {size, size, size, size};
    xcb_change_property(f->app, XCB_PROP_MODE_REPLACE, f->window,
                        cover_atom(f, "_GTK_FRAME_EXTENTS"), XCB_ATOM_CARDINAL, 32, 4, sides);
    cover_sync(f->app);
}

/* Its shadow alone lies beyond the screen. */
static void move_with_shadow(Cover *f)
{
    set_shadow(f, 32);
    place(f, LEFT, -32, WIDTH, HEIGHT);
}

static void move_with_lie(Cover *f)
{
    set_shadow(f, 129);
    place(f, LEFT, -32, WIDTH, HEIGHT);
}

static void put_back_without_shadow(Cover *f)
{
    xcb_delete_property(f->app, f->window, cover_atom(f, "_GTK_FRAME_EXTENTS"));
    put_back(f);
}

static void test_hidden(void)
{
    static const HiddenCase cases[] = {
        {"unmapped", unmap, map},
        {"moved away", move_away, put_back},
        {"partly beyond the screen", move_partly_away, put_back},
        {"beyond the screen, with a lie about its shadow", move_with_lie, put_back_without_shadow},
        {"narrow", shrink, put_back},
        {"flat", flatten, put_back},
        {"see-through", fade, unfade},
        {"see-through in an odd way", fade_oddly, solid},
        {"cut", cut_bounding, uncut},
        {"not drawn in the middle", cut_clip, uncut},
        {"covered", cover, NULL},
        {"covered by what only catches clicks", cover_by_input_only, NULL},
        {"covered by a border", cover_by_border, NULL},
        {"covered by what was cut", uncut_cover, NULL},
        {"covered from inside", cover_inside, destroy_cover},
    };
    Cover f;
    if (!cover_start(&f, TRUE))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].what);
        const gint64 before = cover_await_sight(&f);
        f.cover = 0;
        cases[i].hide(&f);
        cover_sync(f.app);
        cover_sync(f.foe);
        /* The guard may have mended it by the second look: what counts is that it begins anew. */
        g_assert_cmpint(cover_since(&f), ==, 0);
        if (cases[i].mend != NULL) {
            ra_pump(20);
            g_assert_cmpint(cover_since(&f), ==, 0);
            cases[i].mend(&f);
            cover_sync(f.app);
            cover_sync(f.foe);
        }
        g_assert_cmpint(cover_await_sight(&f), >, before);
        if (f.cover != 0)
            destroy_cover(&f);
    }
    cover_end(&f);
}

static void test_not_hidden(void)
{
    static const HiddenCase cases[] = {
        {"beside", cover_outside, destroy_cover},
        {"at the very edge", cover_edge, destroy_cover},
        {"below", cover_below, destroy_cover},
        {"not mapped", cover_hidden, destroy_cover},
        {"cut to lie beside", cover_beside, destroy_cover},
        {"its own menu", open_menu, close_menu},
        {"round corners", round_corners, uncut},
        {"quite solid", solid, unfade},
        {"moved a little", put_back, put_back},
    };
    Cover f;
    if (!cover_start(&f, TRUE))
        return;
    const gint64 since = cover_await_sight(&f);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].what);
        cases[i].hide(&f);
        cover_sync(f.app);
        cover_sync(f.foe);
        g_assert_cmpint(cover_since(&f), ==, since);
        ra_pump(5);
        cases[i].mend(&f);
        cover_sync(f.app);
        cover_sync(f.foe);
        g_assert_cmpint(cover_since(&f), ==, since);
    }
    move_with_shadow(&f);
    cover_sync(f.app);
    g_assert_cmpint(cover_since(&f), !=, 0);
    cover_end(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/x11/sight/hidden", test_hidden);
    g_test_add_func("/host/x11/sight/not-hidden", test_not_hidden);
    return g_test_run();
}
