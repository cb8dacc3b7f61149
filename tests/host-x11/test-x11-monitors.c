/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several monitors: which there are, and what is shared when the helper chooses one. */
#include "host/x11-choice.h"
#include "tests/host-x11/painter.h"

#include <stdlib.h>

typedef struct {
    Painter p;
    RaX11Choice *choice;
    RaInput *input;
} Fixture;

static gboolean xrandr(Fixture *f, const char *arguments)
{
    int status = -1;
    g_autofree char *command =
        g_strdup_printf("xrandr -d %s %s", ra_xvfb_display(f->p.xvfb), arguments);
    return g_spawn_command_line_sync(command, NULL, NULL, &status, NULL) && status == 0;
}

static void on_nothing(G_GNUC_UNUSED gpointer data)
{
}

static const RaInputEvents input_events = {.escape = on_nothing, .novice_active = on_nothing};

/* Two monitors side by side, the left one with its mode, the right one made up. */
static gboolean fixture_start(Fixture *f, const char *pinned)
{
    g_autoptr(GError) error = NULL;
    *f = (Fixture){0};
    if (!ra_xvfb_or_skip())
        return FALSE;
    painter_connect(&f->p, "800x400x24", NULL);
    if (!xrandr(f, "--setmonitor left 400/80x400/60+0+0 screen") ||
        !xrandr(f, "--setmonitor right 400/80x400/60+400+0 none")) {
        g_test_skip("xrandr is not installed");
        painter_end(&f->p);
        return FALSE;
    }
    f->choice = ra_x11_choice_new(pinned);
    f->p.screen = ra_x11_screen_new(ra_xvfb_display(f->p.xvfb), f->choice, &error);
    g_assert_no_error(error);
    f->input = ra_x11_input_new(ra_xvfb_display(f->p.xvfb), f->choice, &error);
    g_assert_no_error(error);
    g_assert_true(f->p.screen->class->start(f->p.screen, &painter_events, &f->p, &error));
    g_assert_true(f->input->class->start(f->input, &input_events, f, &error));
    g_assert_no_error(error);
    return TRUE;
}

static void fixture_end(Fixture *f)
{
    ra_input_free(f->input);
    painter_end(&f->p);
    ra_x11_choice_unref(f->choice);
}

/* "left 400x400 right 400x400 *255" */
static char *describe(Fixture *f)
{
    RaAssist all;
    g_autoptr(GString) text = g_string_new(NULL);
    f->p.screen->class->monitors(f->p.screen, &all);
    g_assert_cmpint(all.kind, ==, RA_ASSIST_MONITORS);
    for (guint i = 0; i < all.monitors.n; i++)
        g_string_append_printf(text, "%s %ux%u ", all.monitors.monitor[i].name,
                               all.monitors.monitor[i].width, all.monitors.monitor[i].height);
    g_string_append_printf(text, "*%u", all.monitors.current);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void assert_monitors(Fixture *f, const char *expected)
{
    g_autofree char *got = describe(f);
    g_assert_cmpstr(got, ==, expected);
}

/* The frame has that size, its corner lies there, and the helper's pointer follows. */
static void assert_shared(Fixture *f, int x, int y, guint16 width, guint16 height)
{
    int left = -1, top = -1;
    const RaIpcMessage frame = painter_frame(&f->p);
    g_assert_cmpuint(frame.frame.width, ==, width);
    g_assert_cmpuint(frame.frame.height, ==, height);
    f->p.screen->class->origin(f->p.screen, &left, &top);
    g_assert_cmpint(left, ==, x);
    g_assert_cmpint(top, ==, y);
    const RaIpcMessage motion = {.kind = RA_IPC_POINTER, .pointer = {7, 9, 0}};
    f->input->class->inject(f->input, &motion);
    f->input->class->release_all(f->input); /* waits for the server */
    xcb_query_pointer_reply_t *reply =
        xcb_query_pointer_reply(f->p.xcb, xcb_query_pointer(f->p.xcb, f->p.root->root), NULL);
    g_assert_cmpint(reply->root_x, ==, x + 7);
    g_assert_cmpint(reply->root_y, ==, y + 9);
    free(reply);
    ra_pump(30);
    painter_fetch(&f->p);
    painter_assert_true(&f->p, &frame, x, y);
}

static void choose(Fixture *f, guint monitor)
{
    f->p.resized = f->p.monitors = 0;
    g_assert_true(f->p.screen->class->choose(f->p.screen, monitor));
    ra_pump(100);
}

static void test_choose(void)
{
    Fixture f;
    if (!fixture_start(&f, NULL))
        return;
    painter_fill(&f.p, 0, 0, 400, 400, 0x112233);
    painter_fill(&f.p, 400, 0, 400, 400, 0x445566);
    painter_settle(&f.p);
    assert_monitors(&f, "left 400x400 right 400x400 *255");
    assert_shared(&f, 0, 0, 800, 400);
    choose(&f, 1);
    g_assert_cmpint(f.p.resized, ==, 1);
    g_assert_cmpint(f.p.monitors, ==, 1);
    assert_monitors(&f, "left 400x400 right 400x400 *1");
    assert_shared(&f, 400, 0, 400, 400);
    choose(&f, 0); /* as large: another frame all the same */
    g_assert_cmpint(f.p.resized, ==, 1);
    assert_shared(&f, 0, 0, 400, 400);
    choose(&f, 0);
    g_assert_cmpint(f.p.resized + f.p.monitors, ==, 0);
    choose(&f, RA_MONITOR_ALL);
    g_assert_cmpint(f.p.resized, ==, 1);
    assert_shared(&f, 0, 0, 800, 400);
    g_assert_false(f.p.screen->class->choose(f.p.screen, 2));
    g_assert_false(f.p.screen->class->choose(f.p.screen, 254));
    g_assert_false(f.p.screen->class->choose(f.p.screen, G_MAXUINT));
    ra_pump(50);
    assert_shared(&f, 0, 0, 800, 400);
    fixture_end(&f);
}

static void test_live(void)
{
    Fixture f;
    if (!fixture_start(&f, NULL))
        return;
    choose(&f, 1);
    /* Another one comes: it is told, and what is shared stays. */
    f.p.monitors = f.p.resized = 0;
    g_assert_true(xrandr(&f, "--setmonitor middle 50/80x200/60+390+0 none"));
    g_assert_true(ra_pump_until(&f.p.monitors));
    assert_monitors(&f, "left 400x400 middle 50x200 right 400x400 *2");
    g_assert_cmpint(f.p.resized, ==, 0);
    assert_shared(&f, 400, 0, 400, 400);
    /* The chosen one goes. */
    f.p.monitors = f.p.resized = 0;
    g_assert_true(xrandr(&f, "--delmonitor right"));
    g_assert_true(ra_pump_until(&f.p.resized));
    ra_pump(50);
    assert_monitors(&f, "left 400x400 middle 50x200 *255");
    assert_shared(&f, 0, 0, 800, 400);
    g_assert_cmpint(f.p.monitors, >, 0);
    /* A new session begins with all. */
    choose(&f, 0);
    f.p.screen->class->stop(f.p.screen);
    g_assert_false(f.p.screen->class->choose(f.p.screen, 0));
    g_assert_true(f.p.screen->class->start(f.p.screen, &painter_events, &f.p, NULL));
    assert_shared(&f, 0, 0, 800, 400);
    fixture_end(&f);
}

/* What the novice chose is all that there is. */
static void test_pinned(void)
{
    Fixture f;
    if (!fixture_start(&f, "right"))
        return;
    assert_monitors(&f, "right 400x400 *0");
    assert_shared(&f, 400, 0, 400, 400);
    choose(&f, 0);
    g_assert_false(f.p.screen->class->choose(f.p.screen, 1));
    g_assert_false(f.p.screen->class->choose(f.p.screen, RA_MONITOR_ALL));
    ra_pump(50);
    g_assert_cmpint(f.p.resized, ==, 0);
    assert_shared(&f, 400, 0, 400, 400);
    fixture_end(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/x11/monitors/choose", test_choose);
    g_test_add_func("/host/x11/monitors/live", test_live);
    g_test_add_func("/host/x11/monitors/pinned", test_pinned);
    return g_test_run();
}
