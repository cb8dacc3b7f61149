/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 sign, and whoever leaves its windows where they are but takes care that nothing is seen
 * of them, or throws them out. */
#include "host/x11.h"
#include "tests/host-x11/cover.h"

#include <stdlib.h>
#include <xcb/shape.h>
#include <xcb/xtest.h>

enum { BAR, PANEL, WINDOWS };

static void on_end(gpointer data)
{
    (*(int *)data)++;
}

/* What a test does to a window of the sign, each in another way hidden from the novice. */
static void shape_away(Cover *f, xcb_window_t window, xcb_shape_sk_t kind)
{
    xcb_shape_rectangles(f->foe, XCB_SHAPE_SO_SET, kind, XCB_CLIP_ORDERING_UNSORTED, window, 0, 0,
                         0, NULL);
}

static void cut_away(Cover *f, xcb_window_t window)
{
    shape_away(f, window, XCB_SHAPE_SK_BOUNDING);
}

static void clip_away(Cover *f, xcb_window_t window)
{
    shape_away(f, window, XCB_SHAPE_SK_CLIP);
}

static void click_through(Cover *f, xcb_window_t window)
{
    shape_away(f, window, XCB_SHAPE_SK_INPUT);
}

static void fade(Cover *f, xcb_window_t window)
{
    const guint32 nothing = 0;
    xcb_change_property(f->foe, XCB_PROP_MODE_REPLACE, window,
                        cover_atom(f, "_NET_WM_WINDOW_OPACITY"), XCB_ATOM_CARDINAL, 32, 1,
                        &nothing);
}

static void fill(Cover *f, xcb_window_t window)
{
    const xcb_window_t inside = xcb_generate_id(f->foe);
    xcb_create_window(f->foe, XCB_COPY_FROM_PARENT, inside, window, 0, 0, 1024, 768, 0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT, 0, NULL);
    xcb_map_window(f->foe, inside);
}

static void fill_by_another(Cover *f, xcb_window_t window)
{
    xcb_reparent_window(f->foe, cover_new(f, COVER_PLAIN, 0, 0, 1024, 768), window, 0, 0);
}

static void put_number(GString *ret, int number)
{
    g_string_append_printf(ret, "%d ", number);
}

/* All that others could change of a window, in words. Caller frees. */
static char *look_of(Cover *f, xcb_window_t window)
{
    GString *ret = g_string_new(NULL);
    for (guint kind = 0; kind <= XCB_SHAPE_SK_INPUT; kind++) {
        xcb_shape_get_rectangles_reply_t *reply = xcb_shape_get_rectangles_reply(
            f->foe, xcb_shape_get_rectangles(f->foe, window, (xcb_shape_kind_t)kind), NULL);
        g_assert_nonnull(reply);
        const xcb_rectangle_t *rects = xcb_shape_get_rectangles_rectangles(reply);
        for (int i = 0; i < xcb_shape_get_rectangles_rectangles_length(reply); i++) {
            put_number(ret, rects[i].x);
            put_number(ret, rects[i].y);
            put_number(ret, rects[i].width);
            put_number(ret, rects[i].height);
        }
        g_string_append(ret, "/ ");
        free(reply);
    }
    xcb_get_property_reply_t *property = xcb_get_property_reply(
        f->foe,
        xcb_get_property(f->foe, FALSE, window, cover_atom(f, "_NET_WM_WINDOW_OPACITY"),
                         XCB_GET_PROPERTY_TYPE_ANY, 0, 1),
        NULL);
    put_number(ret, property->type != XCB_ATOM_NONE);
    free(property);
    xcb_query_tree_reply_t *tree =
        xcb_query_tree_reply(f->foe, xcb_query_tree(f->foe, window), NULL);
    put_number(ret, tree->children_len);
    free(tree);
    return g_string_free(ret, FALSE);
}

static RaSign *show_sign(Cover *f, int *ended, xcb_window_t *windows)
{
    static const RaSignEvents events = {.take_back = on_end, .end = on_end};
    const RaSignState state = {.who = "Petra", .rights = RA_RIGHTS_ALL};
    g_autoptr(GError) error = NULL;
    RaSign *sign = ra_x11_sign_new(ra_xvfb_display(f->xvfb), &events, ended, &error);
    g_assert_no_error(error);
    sign->class->show(sign, &state);
    ra_pump(50);
    xcb_query_tree_reply_t *tree =
        xcb_query_tree_reply(f->foe, xcb_query_tree(f->foe, f->root), NULL);
    g_assert_cmpuint(tree->children_len, >, WINDOWS);
    for (guint i = 0; i < WINDOWS; i++)
        windows[i] = xcb_query_tree_children(tree)[tree->children_len - WINDOWS + i];
    g_assert_cmpuint(windows[PANEL], ==, cover_topmost(f));
    free(tree);
    return sign;
}

static void await_look(Cover *f, xcb_window_t window, const char *look)
{
    const gint64 end = g_get_monotonic_time() + COVER_PATIENCE * (gint64)G_USEC_PER_SEC;
    gboolean same = FALSE;
    while (!same && g_get_monotonic_time() < end) {
        ra_pump(5);
        g_autofree char *now = look_of(f, window);
        same = g_str_equal(now, look);
    }
    g_assert_true(same);
}

static void test_hidden(void)
{
    static const struct {
        const char *what;
        void (*hide)(Cover *f, xcb_window_t window);
        gboolean panel_only;
    } cases[] = {{"cut away", cut_away, FALSE},
                 {"not drawn on", clip_away, FALSE},
                 {"clicked through", click_through, TRUE}, /* as the frame is anyway */
                 {"see-through", fade, FALSE},
                 {"filled", fill, FALSE},
                 {"filled with a window from elsewhere", fill_by_another, FALSE}};
    Cover f;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        xcb_window_t windows[WINDOWS];
        int ended = 0;
        if (!cover_start(&f, FALSE))
            return;
        RaSign *sign = show_sign(&f, &ended, windows);
        for (guint k = cases[i].panel_only ? PANEL : BAR; k < WINDOWS; k++) {
            g_test_message("%s: %u", cases[i].what, k);
            g_autofree char *before = look_of(&f, windows[k]);
            cases[i].hide(&f, windows[k]);
            g_autofree char *hidden = look_of(&f, windows[k]);
            g_assert_cmpstr(hidden, !=, before);
            await_look(&f, windows[k], before);
        }
        g_assert_cmpint(ended, ==, 0);
        ra_sign_free(sign);
        cover_end(&f);
    }
}

static void await_on_top(Cover *f, xcb_window_t window)
{
    const gint64 end = g_get_monotonic_time() + COVER_PATIENCE * (gint64)G_USEC_PER_SEC;
    while (cover_topmost(f) != window && g_get_monotonic_time() < end)
        ra_pump(5);
    g_assert_cmpuint(cover_topmost(f), ==, window);
}

/* A window that is above, but aside, is let be until it is moved to where the sign is. */
static void test_moved_over(void)
{
    xcb_window_t windows[WINDOWS];
    int ended = 0;
    Cover f;
    if (!cover_start(&f, FALSE))
        return;
    RaSign *sign = show_sign(&f, &ended, windows);
    const xcb_window_t cover = cover_new(&f, COVER_PLAIN, 460, 300, 100, 100);
    ra_pump(50);
    g_assert_cmpuint(cover_topmost(&f), ==, cover);
    for (int y = 290; y >= 0 && cover_topmost(&f) == cover; y -= 10) {
        const guint32 to = (guint32)y;
        xcb_configure_window(f.foe, cover, XCB_CONFIG_WINDOW_Y, &to);
        cover_sync(f.foe);
        ra_pump(4);
    }
    await_on_top(&f, windows[PANEL]);
    g_assert_cmpint(ended, ==, 0);
    ra_sign_free(sign);
    cover_end(&f);
}

/* The novice drags the panel to where a window is already. */
static void test_dragged_below(void)
{
    xcb_window_t windows[WINDOWS];
    int ended = 0;
    Cover f;
    if (!cover_start(&f, FALSE))
        return;
    RaSign *sign = show_sign(&f, &ended, windows);
    xcb_get_geometry_reply_t *panel =
        xcb_get_geometry_reply(f.foe, xcb_get_geometry(f.foe, windows[PANEL]), NULL);
    const xcb_window_t cover = cover_new(&f, COVER_PLAIN, panel->x - 110, 10, 100, 60);
    ra_pump(50);
    g_assert_cmpuint(cover_topmost(&f), ==, cover);
    const struct {
        guint8 type, detail;
        int by;
    } steps[] = {{XCB_MOTION_NOTIFY, 0, 60},
                 {XCB_BUTTON_PRESS, 1, 0},
                 {XCB_MOTION_NOTIFY, 0, 0},
                 {XCB_BUTTON_RELEASE, 1, 0}};
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        xcb_test_fake_input(f.foe, steps[i].type, steps[i].detail, 0, f.root,
                            (gint16)(panel->x + steps[i].by), 20, 0);
        cover_sync(f.foe);
        ra_pump(20);
    }
    await_on_top(&f, windows[PANEL]);
    free(panel);
    ra_sign_free(sign);
    cover_end(&f);
}

/* One that does not stop: nobody watches without a sign. */
static void test_insists(void)
{
    xcb_window_t windows[WINDOWS];
    int ended = 0;
    Cover f;
    if (!cover_start(&f, FALSE))
        return;
    RaSign *sign = show_sign(&f, &ended, windows);
    const gint64 end = g_get_monotonic_time() + COVER_PATIENCE * (gint64)G_USEC_PER_SEC;
    while (ended == 0 && g_get_monotonic_time() < end) {
        fade(&f, windows[PANEL]);
        cover_sync(f.foe);
        ra_pump(1);
    }
    g_assert_cmpint(ended, !=, 0);
    ra_sign_free(sign);
    cover_end(&f);
}

/* Another client may throw out the sign's, while the rest goes on. */
static void test_killed(void)
{
    xcb_window_t windows[WINDOWS];
    int ended = 0;
    Cover f;
    if (!cover_start(&f, FALSE))
        return;
    RaSign *sign = show_sign(&f, &ended, windows);
    xcb_kill_client(f.foe, windows[PANEL]);
    xcb_flush(f.foe);
    g_assert_true(ra_pump_until(&ended));
    ra_sign_free(sign);
    cover_end(&f);
}

/* Nothing of it crashes where there is no server any more. */
static void test_lost(void)
{
    const RaSignState state = {.who = "Petra", .rights = RA_RIGHT_VIEW};
    xcb_window_t windows[WINDOWS];
    int ended = 0;
    Cover f;
    if (!cover_start(&f, FALSE))
        return;
    RaSign *sign = show_sign(&f, &ended, windows);
    ra_xvfb_kill(f.xvfb);
    ra_pump(50);
    sign->class->show(sign, &state);
    sign->class->hide(sign);
    ra_pump(20);
    ra_sign_free(sign);
    cover_end(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/x11/sign-hidden/hidden", test_hidden);
    g_test_add_func("/host/x11/sign-hidden/moved-over", test_moved_over);
    g_test_add_func("/host/x11/sign-hidden/dragged-below", test_dragged_below);
    g_test_add_func("/host/x11/sign-hidden/insists", test_insists);
    g_test_add_func("/host/x11/sign-hidden/killed", test_killed);
    g_test_add_func("/host/x11/sign-hidden/lost", test_lost);
    return g_test_run();
}
