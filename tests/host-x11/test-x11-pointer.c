/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 screen source against real servers: where the pointer is. */
#include "tests/host-x11/painter.h"

#include <xcb/xtest.h>

/* As a device does. */
static void move(Painter *f, gint16 x, gint16 y)
{
    xcb_test_fake_input(f->xcb, XCB_MOTION_NOTIFY, FALSE, XCB_CURRENT_TIME, f->root->root, x, y, 0);
}

/* As a program does. */
static void warp(Painter *f, gint16 x, gint16 y)
{
    xcb_warp_pointer(f->xcb, XCB_NONE, f->root->root, 0, 0, 0, 0, x, y);
    painter_settle(f);
}

static void assert_at(Painter *f, guint16 x, guint16 y)
{
    g_assert_true(ra_pump_until(&f->pointers));
    g_assert_cmpuint(f->pointer_x, ==, x);
    g_assert_cmpuint(f->pointer_y, ==, y);
    f->pointers = 0;
    ra_pump(60);
    g_assert_cmpint(f->pointers, ==, 0); /* while it is still, nothing is said */
}

static void test_moves(void)
{
    Painter f;
    if (!ra_xvfb_or_skip())
        return;
    painter_start(&f, "640x480x24", NULL, NULL);
    g_assert_true(ra_pump_until(&f.pointers)); /* one comes at the start */
    ra_pump(60);
    g_assert_cmpint(f.pointers, ==, 1);
    f.pointers = 0;
    move(&f, 100, 50);
    painter_settle(&f);
    assert_at(&f, 100, 50);
    move(&f, 639, 479);
    painter_settle(&f);
    assert_at(&f, 639, 479);
    /* Many motions before anybody looks are one. */
    for (gint16 i = 0; i < 300; i++)
        move(&f, i, i);
    painter_settle(&f);
    assert_at(&f, 299, 299);
    move(&f, 299, 299);
    painter_settle(&f);
    ra_pump(60);
    g_assert_cmpint(f.pointers, ==, 0);
    painter_end(&f);
}

/* No device moved: it is seen when the screen changes. */
static void test_warp(void)
{
    Painter f;
    if (!ra_xvfb_or_skip())
        return;
    painter_start(&f, "640x480x24", NULL, NULL);
    g_assert_true(ra_pump_until(&f.damaged));
    painter_fetch(&f);
    ra_pump(60);
    f.damaged = f.pointers = 0;
    warp(&f, 77, 88);
    painter_fill(&f, 0, 0, 10, 10, 0xffffff);
    painter_settle(&f);
    g_assert_true(ra_pump_until(&f.damaged));
    painter_fetch(&f);
    assert_at(&f, 77, 88);
    painter_end(&f);
}

/* FALSE: skipped. */
static gboolean add_monitor(Painter *f)
{
    int status = -1;
    g_autofree char *path = g_find_program_in_path("xrandr");
    g_autofree char *command = g_strdup_printf(
        "xrandr -d %s --setmonitor right 320/80x200/60+320+100 none", ra_xvfb_display(f->xvfb));
    if (path == NULL) {
        g_test_skip("xrandr is not installed");
        return FALSE;
    }
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, &status, NULL));
    g_assert_cmpint(status, ==, 0);
    return TRUE;
}

/* One monitor of two is shared: places are its own, and those on the other are nobody's business.
 */
static void test_monitor(void)
{
    Painter f;
    g_autoptr(GError) error = NULL;
    if (!ra_xvfb_or_skip())
        return;
    painter_start(&f, "640x480x24", NULL, NULL);
    if (!add_monitor(&f)) {
        painter_end(&f);
        return;
    }
    ra_screen_free(f.screen);
    f.screen = painter_open(&f, "right");
    g_assert_no_error(error);
    move(&f, 10, 10);
    painter_settle(&f);
    g_assert_true(f.screen->class->start(f.screen, &painter_events, &f, &error));
    g_assert_no_error(error);
    f.pointers = 0;
    assert_at(&f, RA_IPC_OUTSIDE, RA_IPC_OUTSIDE);
    move(&f, 320, 100);
    painter_settle(&f);
    assert_at(&f, 0, 0);
    move(&f, 639, 299);
    painter_settle(&f);
    assert_at(&f, 319, 199);
    move(&f, 639, 300);
    painter_settle(&f);
    assert_at(&f, RA_IPC_OUTSIDE, RA_IPC_OUTSIDE);
    move(&f, 5, 5); /* from one place outside to another */
    painter_settle(&f);
    ra_pump(60);
    g_assert_cmpint(f.pointers, ==, 0);
    painter_end(&f);
}

static void test_stop(void)
{
    Painter f;
    g_autoptr(GError) error = NULL;
    if (!ra_xvfb_or_skip())
        return;
    painter_start(&f, "640x480x24", NULL, NULL);
    g_assert_true(ra_pump_until(&f.pointers));
    f.screen->class->stop(f.screen);
    f.pointers = 0;
    move(&f, 9, 9);
    painter_settle(&f);
    ra_pump(60);
    g_assert_cmpint(f.pointers, ==, 0);
    g_assert_true(f.screen->class->start(f.screen, &painter_events, &f, &error));
    assert_at(&f, 9, 9);
    painter_end(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/x11/pointer/moves", test_moves);
    g_test_add_func("/host/x11/pointer/warp", test_warp);
    g_test_add_func("/host/x11/pointer/monitor", test_monitor);
    g_test_add_func("/host/x11/pointer/stop", test_stop);
    return g_test_run();
}
