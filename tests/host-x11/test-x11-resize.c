/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 screen source while screens change their size, monitors come and go, servers die. */
#include "base/error.h"
#include "tests/host-x11/painter.h"

#include <stdlib.h>
#include <string.h>
#include <xcb/randr.h>

/* Xvfb's one monitor keeps its mode, but can be switched off, and on again. */
static void set_monitor_on(Painter *f, gboolean on)
{
    xcb_randr_get_screen_resources_reply_t *all = xcb_randr_get_screen_resources_reply(
        f->xcb, xcb_randr_get_screen_resources(f->xcb, f->root->root), NULL);
    const xcb_randr_crtc_t crtc = xcb_randr_get_screen_resources_crtcs(all)[0];
    const xcb_randr_mode_t mode = xcb_randr_get_screen_resources_modes(all)[0].id;
    const xcb_randr_output_t output = xcb_randr_get_screen_resources_outputs(all)[0];
    xcb_randr_set_crtc_config_reply_t *reply = xcb_randr_set_crtc_config_reply(
        f->xcb,
        xcb_randr_set_crtc_config(f->xcb, crtc, XCB_CURRENT_TIME, all->config_timestamp, 0, 0,
                                  on ? mode : XCB_NONE, XCB_RANDR_ROTATION_ROTATE_0, on ? 1 : 0,
                                  &output),
        NULL);
    g_assert_nonnull(reply);
    g_assert_cmpint(reply->status, ==, XCB_RANDR_SET_CONFIG_SUCCESS);
    free(reply);
    free(all);
}

static void set_screen_size(Painter *f, guint16 width, guint16 height)
{
    set_monitor_on(f, FALSE);
    xcb_generic_error_t *error = xcb_request_check(
        f->xcb, xcb_randr_set_screen_size_checked(f->xcb, f->root->root, width, height, 200, 200));
    g_assert_null(error);
}

static void test_resize(void)
{
    static const struct {
        guint16 width, height;
    } cases[] = {{640, 480}, {1024, 768}, {320, 240}, {1, 1}, {321, 241}};
    Painter f;
    if (!ra_xvfb_or_skip())
        return;
    painter_start(&f, "1024x768x24", NULL, NULL);
    g_assert_true(ra_pump_until(&f.damaged));
    painter_fetch(&f);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%u x %u", cases[i].width, cases[i].height);
        f.resized = f.damaged = 0;
        set_screen_size(&f, cases[i].width, cases[i].height);
        g_assert_true(ra_pump_until(&f.resized));
        g_assert_true(ra_pump_until(&f.damaged));
        ra_pump(50); /* several events tell of one change */
        g_assert_cmpint(f.lost, ==, 0);
        const RaIpcMessage frame = painter_frame(&f);
        g_assert_cmpuint(frame.frame.width, ==, cases[i].width);
        g_assert_cmpuint(frame.frame.height, ==, cases[i].height);
        painter_fill(&f, 200, 100, 100, 100, 0x123456);
        painter_settle(&f);
        painter_fetch(&f);
        painter_assert_true(&f, &frame, 0, 0);
    }
    painter_end(&f);
}

/* The screen shrinks between the event that told of damage and the fetch. */
static void test_shrink_unseen(void)
{
    Painter f;
    if (!ra_xvfb_or_skip())
        return;
    painter_start(&f, "1024x768x24", NULL, NULL);
    g_assert_true(ra_pump_until(&f.damaged));
    painter_fetch(&f);
    f.damaged = 0;
    painter_fill(&f, 0, 700, 1000, 60, 0xff0000);
    painter_settle(&f);
    g_assert_true(ra_pump_until(&f.damaged));
    set_screen_size(&f, 640, 480);
    const RaIpcMessage pixels = painter_fetch(&f); /* not through the main loop in between */
    g_assert_cmpuint(pixels.rects.n, ==, 0);
    g_assert_true(ra_pump_until(&f.resized));
    const RaIpcMessage frame = painter_frame(&f);
    g_assert_cmpuint(frame.frame.width, ==, 640);
    painter_fetch(&f);
    painter_assert_true(&f, &frame, 0, 0);
    painter_end(&f);
}

/* A monitor that is switched off stands still until it comes back. */
static void test_monitor_off(void)
{
    Painter f;
    if (!ra_xvfb_or_skip())
        return;
    painter_start(&f, "640x480x24", NULL, "screen");
    g_assert_true(ra_pump_until(&f.damaged));
    painter_fetch(&f);
    set_monitor_on(&f, FALSE);
    f.damaged = 0;
    ra_pump(50);
    painter_fill(&f, 0, 0, 50, 50, 0xff);
    painter_settle(&f);
    ra_pump(50);
    g_assert_cmpint(f.lost + f.resized + f.damaged, ==, 0);
    RaIpcMessage pixels = painter_fetch(&f);
    g_assert_cmpuint(pixels.rects.n, ==, 0);
    set_monitor_on(&f, TRUE);
    g_assert_true(ra_pump_until(&f.damaged));
    const RaIpcMessage frame = painter_frame(&f);
    pixels = painter_fetch(&f);
    g_assert_cmpuint(painter_area(&pixels), ==, 640 * 480);
    painter_assert_true(&f, &frame, 0, 0);
    painter_end(&f);
}

static gboolean has_xrandr(void)
{
    g_autofree char *path = g_find_program_in_path("xrandr");
    if (path == NULL)
        g_test_skip("xrandr is not installed");
    return path != NULL;
}

static void test_monitor(void)
{
    Painter f;
    g_autoptr(GError) error = NULL;
    if (!ra_xvfb_or_skip() || !has_xrandr())
        return;
    painter_start(&f, "1024x768x24", NULL, "screen");
    /* A monitor of our own over a part of the screen, which then is shared alone. */
    g_autofree char *command = g_strdup_printf(
        "xrandr -d %s --setmonitor left 300/80x200/60+100+50 none", ra_xvfb_display(f.xvfb));
    int status = -1;
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, &status, NULL));
    g_assert_cmpint(status, ==, 0);
    ra_screen_free(f.screen);
    f.screen = painter_open(&f, "no such");
    g_assert_no_error(error);
    g_assert_false(f.screen->class->start(f.screen, &painter_events, &f, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, "there is screen"));
    g_clear_error(&error);
    ra_screen_free(f.screen);
    f.screen = painter_open(&f, "left");
    g_assert_true(f.screen->class->start(f.screen, &painter_events, &f, &error));
    g_assert_no_error(error);
    f.damaged = 0;
    g_assert_true(ra_pump_until(&f.damaged));
    const RaIpcMessage frame = painter_frame(&f);
    g_assert_cmpuint(frame.frame.width, ==, 300);
    g_assert_cmpuint(frame.frame.height, ==, 200);
    painter_fetch(&f);
    f.damaged = 0;
    painter_fill(&f, 0, 0, 99, 700, 0xff0000); /* beside it */
    painter_settle(&f);
    ra_pump(50);
    g_assert_cmpint(f.damaged, ==, 0);
    painter_fill(&f, 90, 100, 30, 20, 0x00ff00); /* partly inside */
    painter_settle(&f);
    g_assert_true(ra_pump_until(&f.damaged));
    const RaIpcMessage pixels = painter_fetch(&f);
    g_assert_cmpuint(pixels.rects.n, ==, 1);
    g_assert_true(painter_covers(&pixels, 0, 50) && painter_covers(&pixels, 19, 69) &&
                  !painter_covers(&pixels, 20, 50));
    painter_assert_true(&f, &frame, 100, 50);
    painter_end(&f);
}
static void test_lost(void)
{
    Painter f;
    RaIpcMessage pixels;
    if (!ra_xvfb_or_skip())
        return;
    painter_start(&f, "320x200x24", NULL, NULL);
    g_assert_true(ra_pump_until(&f.damaged));
    ra_xvfb_kill(f.xvfb);
    g_assert_true(ra_pump_until(&f.lost));
    ra_pump(50);
    g_assert_cmpint(f.lost, ==, 1);
    g_assert_false(f.screen->class->fetch(f.screen, &pixels));
    painter_end(&f);
    /* Noticed first by a fetch. */
    painter_start(&f, "320x200x24", NULL, NULL);
    g_assert_true(ra_pump_until(&f.damaged));
    ra_xvfb_kill(f.xvfb);
    g_assert_false(f.screen->class->fetch(f.screen, &pixels));
    g_assert_cmpint(f.lost, ==, 0);
    g_assert_true(ra_pump_until(&f.lost));
    painter_end(&f);
}
int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/x11/screen/resize", test_resize);
    g_test_add_func("/host/x11/screen/shrink-unseen", test_shrink_unseen);
    g_test_add_func("/host/x11/screen/monitor", test_monitor);
    g_test_add_func("/host/x11/screen/monitor-off", test_monitor_off);
    g_test_add_func("/host/x11/screen/lost", test_lost);
    return g_test_run();
}
