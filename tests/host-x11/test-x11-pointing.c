/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the helper points at: how long it is seen, and how it lies on a real screen. */
#include "host/x11-strokes.h"
#include "host/x11.h"
#include "tests/support/xvfb.h"

#include <stdlib.h>
#include <xcb/xcb.h>
#include <xcb/xtest.h>

enum { GROUND = 0x205080, ORANGE = 0xff7a00, WHITE = 0xffffff, SECOND = G_USEC_PER_SEC };

typedef struct {
    RaXvfb *xvfb;
    RaPointing *pointing;
    xcb_connection_t *xcb;
    xcb_window_t root, below;
} Fixture;

static gboolean fixture_start(Fixture *f)
{
    g_autoptr(GError) error = NULL;
    if (!ra_xvfb_or_skip())
        return FALSE;
    *f = (Fixture){.xvfb = ra_xvfb_start("800x600x24", NULL)};
    f->xcb = xcb_connect(ra_xvfb_display(f->xvfb), NULL);
    g_assert_cmpint(xcb_connection_has_error(f->xcb), ==, 0);
    f->root = xcb_setup_roots_iterator(xcb_get_setup(f->xcb)).data->root;
    f->below = xcb_generate_id(f->xcb);
    const guint32 values[] = {GROUND, TRUE};
    xcb_create_window(f->xcb, XCB_COPY_FROM_PARENT, f->below, f->root, 0, 0, 800, 600, 0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                      XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT, values);
    xcb_map_window(f->xcb, f->below);
    xcb_flush(f->xcb);
    f->pointing = ra_x11_pointing_new(ra_xvfb_display(f->xvfb), &error);
    g_assert_no_error(error);
    return TRUE;
}

static void fixture_end(Fixture *f)
{
    ra_pointing_free(f->pointing);
    xcb_disconnect(f->xcb);
    ra_xvfb_free(f->xvfb);
}

static guint32 pixel_at(Fixture *f, int x, int y)
{
    xcb_get_image_reply_t *image = xcb_get_image_reply(
        f->xcb,
        xcb_get_image(f->xcb, XCB_IMAGE_FORMAT_Z_PIXMAP, f->root, (gint16)x, (gint16)y, 1, 1, ~0u),
        NULL);
    const guint32 pixel = *(guint32 *)(void *)xcb_get_image_data(image);
    free(image);
    return pixel & 0xffffff;
}

static void point(Fixture *f, guint16 x, guint16 y, RaPointPhase phase)
{
    f->pointing->class->point(f->pointing, 100, 50, x, y, phase);
    ra_pump(20);
}

static xcb_window_t child_at(Fixture *f, gint16 x, gint16 y)
{
    xcb_test_fake_input(f->xcb, XCB_MOTION_NOTIFY, 0, 0, f->root, x, y, 0);
    xcb_query_pointer_reply_t *reply =
        xcb_query_pointer_reply(f->xcb, xcb_query_pointer(f->xcb, f->root), NULL);
    const xcb_window_t child = reply->child;
    free(reply);
    return child;
}

/* A line, which the pointer passes through, and which is gone after its time. */
static void test_line(void)
{
    Fixture f;
    if (!fixture_start(&f))
        return;
    point(&f, 100, 100, RA_POINT_DOWN);
    point(&f, 300, 100, RA_POINT_MOVE);
    point(&f, 300, 300, RA_POINT_MOVE);
    g_assert_cmphex(pixel_at(&f, 300, 150), ==, ORANGE);
    g_assert_cmphex(pixel_at(&f, 400, 250), ==, ORANGE);
    g_assert_cmphex(pixel_at(&f, 300, 146), ==, WHITE);
    g_assert_cmphex(pixel_at(&f, 300, 140), ==, GROUND);
    g_assert_cmphex(pixel_at(&f, 250, 300), ==, GROUND);
    g_assert_cmphex(child_at(&f, 300, 150), ==, f.below);
    point(&f, 0, 0, RA_POINT_END);
    ra_pump(2200);
    g_assert_cmphex(pixel_at(&f, 300, 150), ==, ORANGE);
    ra_pump(1000);
    g_assert_cmphex(pixel_at(&f, 300, 150), ==, GROUND);
    g_assert_cmphex(pixel_at(&f, 300, 146), ==, GROUND);
    fixture_end(&f);
}

/* One point is a ring around the place, which stays in sight. */
static void test_ring(void)
{
    Fixture f;
    if (!fixture_start(&f))
        return;
    point(&f, 200, 200, RA_POINT_DOWN);
    point(&f, 201, 200, RA_POINT_END);
    ra_pump(700);
    g_assert_cmphex(pixel_at(&f, 300, 250), ==, GROUND);
    g_assert_cmphex(pixel_at(&f, 300 + 26, 250), ==, ORANGE);
    g_assert_cmphex(pixel_at(&f, 300, 250 - 26), ==, ORANGE);
    f.pointing->class->clear(f.pointing);
    g_assert_cmphex(pixel_at(&f, 300 + 26, 250), ==, GROUND);
    fixture_end(&f);
}

/* Whatever a helper sends: nothing off the screen, and the last of it is seen. */
static void test_hostile(void)
{
    static const guint16 far[][2] = {{65535, 65535}, {700, 10}, {10, 550}, {0, 65535}};
    Fixture f;
    if (!fixture_start(&f))
        return;
    for (guint i = 0; i < G_N_ELEMENTS(far); i++)
        point(&f, far[i][0], far[i][1], i % 2 == 0 ? RA_POINT_DOWN : RA_POINT_MOVE);
    g_assert_cmphex(pixel_at(&f, 799, 599), ==, GROUND);
    point(&f, 5, 5, RA_POINT_END);
    for (guint i = 0; i < 6000; i++)
        f.pointing->class->point(f.pointing, 0, 0, (guint16)(i * 37 % 800), (guint16)(i * 91 % 600),
                                 RA_POINT_MOVE);
    f.pointing->class->point(f.pointing, -50, -50, 100, 700, RA_POINT_DOWN);
    f.pointing->class->point(f.pointing, -50, -50, 100, 600, RA_POINT_DOWN);
    f.pointing->class->point(f.pointing, -50, -50, 200, 600, RA_POINT_MOVE);
    for (guint i = 0; i < 100 && pixel_at(&f, 100, 550) != ORANGE; i++)
        ra_pump(50); /* the server needs its time for so much */
    g_assert_cmphex(pixel_at(&f, 100, 550), ==, ORANGE);
    f.pointing->class->clear(f.pointing);
    g_assert_cmphex(pixel_at(&f, 100, 550), ==, GROUND);
    ra_xvfb_kill(f.xvfb);
    ra_pump(50);
    point(&f, 5, 5, RA_POINT_DOWN);
    f.pointing->class->clear(f.pointing);
    fixture_end(&f);
}

static void on_nothing(G_GNUC_UNUSED gpointer data)
{
}

/* The sign stays above, and is not even touched; other windows lie below. */
static void test_below_sign(void)
{
    static const RaSignEvents events = {.take_back = on_nothing, .end = on_nothing};
    const RaSignState state = {.who = "Petra", .rights = RA_RIGHTS_ALL};
    Fixture f;
    if (!fixture_start(&f))
        return;
    g_autoptr(RaSign) sign = ra_x11_sign_new(ra_xvfb_display(f.xvfb), &events, NULL, NULL);
    sign->class->show(sign, &state);
    ra_pump(50);
    const xcb_window_t panel = child_at(&f, 400, 10);
    g_assert_cmphex(panel, !=, f.below);
    for (guint i = 0; i < 5; i++) {
        f.pointing->class->point(f.pointing, 0, 0, 400, 0, RA_POINT_DOWN);
        f.pointing->class->point(f.pointing, 0, 0, 400, 200, RA_POINT_MOVE);
        ra_pump(50);
        g_assert_cmphex(pixel_at(&f, 400, 60), ==, ORANGE);
        g_assert_cmphex(pixel_at(&f, 400, 20), !=, ORANGE);
        g_assert_cmphex(child_at(&f, 400, 10), ==, panel);
        f.pointing->class->clear(f.pointing);
    }
    ra_sign_free(g_steal_pointer(&sign));
    fixture_end(&f);
}

static void test_strokes(void)
{
    g_autoptr(RaStrokes) strokes = ra_strokes_new();
    const gint64 t = 1000 * (gint64)SECOND;
    g_assert_cmpint(ra_strokes_next(strokes, t), ==, -1);
    ra_strokes_add(strokes, t, 0, 0, RA_POINT_END); /* of nothing */
    g_assert_cmpuint(ra_strokes_expire(strokes, t), ==, 0);
    ra_strokes_add(strokes, t, 1, 1, RA_POINT_DOWN);
    ra_strokes_add(strokes, t, 2, 1, RA_POINT_MOVE); /* a hand that is not quite still */
    g_assert_cmpuint(ra_strokes_get(strokes, 0, t).n, ==, 1);
    g_assert_cmpint(ra_strokes_next(strokes, t), <, 50);
    g_assert_cmpint(ra_strokes_next(strokes, t + SECOND), ==, 1500);
    ra_strokes_add(strokes, t, 50, 1, RA_POINT_MOVE);
    ra_strokes_add(strokes, t + SECOND, 0, 0, RA_POINT_END);
    ra_strokes_add(strokes, t + 2 * SECOND, 9, 9, RA_POINT_MOVE); /* without a beginning: one */
    g_assert_cmpuint(ra_strokes_expire(strokes, t + 2 * SECOND), ==, 2);
    g_assert_cmpfloat(ra_strokes_get(strokes, 0, t + 2 * SECOND).strength, ==, 1);
    g_assert_cmpfloat_with_epsilon(ra_strokes_get(strokes, 0, t + 15 * SECOND / 4).strength, 0.5,
                                   0.01);
    g_assert_cmpuint(ra_strokes_expire(strokes, t + 4 * SECOND), ==, 1);
    g_assert_cmpuint(ra_strokes_expire(strokes, t + 5 * SECOND), ==, 0); /* nobody ended it */
    g_assert_cmpint(ra_strokes_next(strokes, t + 5 * SECOND), ==, -1);
    for (int i = 0; i < 3 * RA_POINTING_POINTS_MAX; i++)
        ra_strokes_add(strokes, t, i * 5, 0, i % 100 == 0 ? RA_POINT_DOWN : RA_POINT_MOVE);
    guint n = 0;
    const guint lines = ra_strokes_expire(strokes, t);
    for (guint i = 0; i < lines; i++)
        n += ra_strokes_get(strokes, i, t).n;
    g_assert_cmpuint(n, ==, RA_POINTING_POINTS_MAX);
    const RaStroke last = ra_strokes_get(strokes, lines - 1, t);
    g_assert_cmpint(last.point[last.n - 1].x, ==, 15 * RA_POINTING_POINTS_MAX - 5);
    /* Long ones cost more than many. */
    ra_strokes_clear(strokes);
    for (int i = 0; i < 1000; i++)
        ra_strokes_add(strokes, t, i % 2 * 4000, 0, RA_POINT_MOVE);
    g_assert_cmpuint(ra_strokes_get(strokes, 0, t).n, ==, 11);
    ra_strokes_add(strokes, t, 1000000, 0, RA_POINT_MOVE);
    g_assert_cmpuint(ra_strokes_get(strokes, 0, t).n, ==, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/x11/pointing/strokes", test_strokes);
    g_test_add_func("/host/x11/pointing/line", test_line);
    g_test_add_func("/host/x11/pointing/ring", test_ring);
    g_test_add_func("/host/x11/pointing/hostile", test_hostile);
    g_test_add_func("/host/x11/pointing/below-sign", test_below_sign);
    return g_test_run();
}
