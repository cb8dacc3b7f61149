/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 guard against real servers: whose hands press, and how a window is kept in sight. */
#include "host/x11-panel.h"
#include "host/x11.h"
#include "tests/host-x11/cover.h"
#include "tests/host-x11/real.h"
#include "tests/support/xvfb.h"

#include <stdlib.h>
#include <xcb/xtest.h>

enum { SPACE = 65 };

static void nothing(gpointer data)
{
    (void)data;
}

static void press(Cover *f, guint8 type, guint8 detail)
{
    xcb_test_fake_input(f->foe, type, detail, 0, f->root, 0, 0, 0);
    cover_sync(f->foe);
}

static RaGuardHands hands(Cover *f)
{
    return f->guard->class->hands(f->guard);
}

static void test_hands(void)
{
    Cover f;
    if (!cover_start(&f, FALSE))
        return;
    g_assert_true(f.guard->class->sees(f.guard));
    g_assert_cmpint(hands(&f).real, ==, 0);
    g_assert_cmpint(hands(&f).injected, ==, 0);
    /* Injected: a key, a button, a movement. Nothing of it waits for the main loop. */
    gint64 before = 0;
    const guint8 kinds[][2] = {
        {XCB_KEY_PRESS, SPACE}, {XCB_BUTTON_PRESS, 1}, {XCB_MOTION_NOTIFY, 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_usleep(5000);
        xcb_test_fake_input(f.foe, kinds[i][0], kinds[i][1], 0, f.root, (gint16)(300 + i), 300, 0);
        cover_sync(f.foe);
        g_assert_cmpint(hands(&f).injected, >, before);
        g_assert_cmpint(hands(&f).injected, <=, g_get_monotonic_time());
        before = hands(&f).injected;
        if (kinds[i][0] != XCB_MOTION_NOTIFY)
            press(&f, kinds[i][0] + 1, kinds[i][1]);
    }
    g_assert_cmpint(hands(&f).real, ==, 0);
    before = hands(&f).injected;
    /* Real ones, anywhere while there is no window. */
    const gint64 now = g_get_monotonic_time();
    ra_real_key(f.foe, SPACE);
    g_assert_cmpint(hands(&f).real, !=, 0);
    g_assert_cmpint(hands(&f).real, <=, g_get_monotonic_time());
    g_assert_cmpint(hands(&f).real, >=, now - G_USEC_PER_SEC);
    RaRealMouse *mouse = ra_real_mouse_new(f.foe);
    gint64 pressed = hands(&f).real;
    g_usleep(5000);
    ra_real_mouse_move(mouse, 20, 20);
    g_assert_cmpint(hands(&f).real, ==, pressed); /* a movement is no press */
    ra_real_mouse_button(mouse, TRUE);
    g_assert_cmpint(hands(&f).real, >, pressed);
    ra_real_mouse_button(mouse, FALSE);
    g_assert_cmpint(hands(&f).injected, ==, before);
    ra_real_mouse_free(mouse);
    cover_end(&f);
}

/* An event that another program made up and sent around is nobody's hand. */
static void test_sent(void)
{
    Cover f;
    if (!cover_start(&f, FALSE))
        return;
    xcb_button_press_event_t sent = {.response_type = XCB_BUTTON_PRESS,
                                     .detail = 1,
                                     .root = f.root,
                                     .event = f.window,
                                     .event_x = 10,
                                     .event_y = 10,
                                     .same_screen = TRUE};
    static const guint8 types[] = {XCB_BUTTON_PRESS, XCB_KEY_PRESS, XCB_GE_GENERIC};
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        sent.response_type = types[i];
        xcb_send_event(f.foe, FALSE, f.window, 0, (const char *)&sent);
        xcb_send_event(f.foe, TRUE, f.root, 0xffffff, (const char *)&sent);
    }
    cover_sync(f.foe);
    g_assert_cmpint(hands(&f).real, ==, 0);
    g_assert_cmpint(hands(&f).injected, ==, 0);
    cover_end(&f);
}

/* Where a window is kept, only what is pressed for it counts. */
static void test_pressed_elsewhere(void)
{
    Cover f;
    if (!cover_start(&f, TRUE))
        return;
    RaRealMouse *mouse = ra_real_mouse_new(f.foe);
    const xcb_window_t other = cover_new(&f, COVER_PLAIN, 0, 0, 100, 100);
    xcb_set_input_focus(f.foe, XCB_INPUT_FOCUS_NONE, other, XCB_CURRENT_TIME);
    ra_real_mouse_move(mouse, 50, 50);
    ra_real_mouse_button(mouse, TRUE);
    ra_real_mouse_button(mouse, FALSE);
    ra_real_key(f.foe, SPACE);
    g_assert_cmpint(hands(&f).real, ==, 0);
    ra_real_mouse_move(mouse, COVER_LEFT + 50, COVER_TOP + 50);
    ra_real_mouse_button(mouse, TRUE);
    ra_real_mouse_button(mouse, FALSE);
    const gint64 clicked = hands(&f).real;
    g_assert_cmpint(clicked, !=, 0);
    ra_real_key(f.foe, SPACE); /* the pointer is there, the focus is not */
    g_assert_cmpint(hands(&f).real, ==, clicked);
    g_usleep(5000);
    xcb_set_input_focus(f.foe, XCB_INPUT_FOCUS_NONE, f.window, XCB_CURRENT_TIME);
    cover_sync(f.foe);
    ra_real_key(f.foe, SPACE);
    g_assert_cmpint(hands(&f).real, >, clicked);
    f.guard->class->keep(f.guard, f.window);
    g_assert_cmpint(hands(&f).real, ==, 0);
    ra_real_mouse_free(mouse);
    cover_end(&f);
}

/* Inside of a window manager's frame. */
static void test_frame(void)
{
    Cover f;
    if (!cover_start(&f, TRUE))
        return;
    const xcb_window_t frame =
        cover_new(&f, COVER_PLAIN, COVER_LEFT, COVER_TOP, COVER_WIDTH + 20, COVER_HEIGHT + 40);
    xcb_reparent_window(f.foe, f.window, frame, 10, 30);
    cover_sync(f.foe);
    (void)cover_await_sight(&f);
    /* The frame cuts it off. */
    const guint32 small[] = {COVER_WIDTH, COVER_HEIGHT},
                  large[] = {COVER_WIDTH + 20, COVER_HEIGHT + 40};
    const guint16 size = XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT;
    xcb_configure_window(f.foe, frame, size, small);
    cover_sync(f.foe);
    g_assert_cmpint(cover_since(&f), ==, 0);
    xcb_configure_window(f.foe, frame, size, large);
    cover_sync(f.foe);
    (void)cover_await_sight(&f);
    /* Another in the same frame. */
    const xcb_window_t sibling = cover_new(&f, COVER_PLAIN, 0, 0, 100, 100);
    xcb_reparent_window(f.foe, sibling, frame, 50, 50);
    cover_sync(f.foe);
    g_assert_cmpint(cover_since(&f), ==, 0);
    xcb_destroy_window(f.foe, sibling);
    cover_sync(f.foe);
    (void)cover_await_sight(&f);
    /* The frame is what is raised. */
    (void)cover_new(&f, COVER_PLAIN, COVER_LEFT + 50, COVER_TOP + 50, 100, 100);
    (void)cover_await_sight(&f);
    g_assert_cmpuint(cover_topmost(&f), ==, frame);
    const guint32 half = 0x7fffffff;
    xcb_change_property(f.foe, XCB_PROP_MODE_REPLACE, frame,
                        cover_atom(&f, "_NET_WM_WINDOW_OPACITY"), XCB_ATOM_CARDINAL, 32, 1, &half);
    cover_sync(f.foe);
    g_assert_cmpint(cover_since(&f), ==, 0);
    cover_end(&f);
}

/* The lasting sign is ours, and lies over everything; but not what others put into it. */
static void test_sign(void)
{
    static const RaSignEvents events = {.take_back = nothing, .end = nothing};
    Cover f;
    if (!cover_start(&f, TRUE))
        return;
    const guint32 top = 0;
    xcb_configure_window(f.app, f.window, XCB_CONFIG_WINDOW_Y, &top);
    cover_sync(f.app);
    const gint64 since = cover_await_sight(&f);
    RaSign *sign = ra_x11_sign_new(ra_xvfb_display(f.xvfb), &events, NULL, NULL);
    const RaSignState state = {.who = "Petra", .rights = RA_RIGHT_VIEW};
    sign->class->show(sign, &state);
    const gint64 end = g_get_monotonic_time() + COVER_PATIENCE * (gint64)G_USEC_PER_SEC;
    while (cover_topmost(&f) == f.window && g_get_monotonic_time() < end)
        ra_pump(5);
    ra_pump(50);
    const xcb_window_t panel = cover_topmost(&f);
    g_assert_cmpuint(panel, !=, f.window);
    g_assert_cmpint(cover_since(&f), ==, since);
    const xcb_window_t inside = cover_new(&f, COVER_PLAIN, COVER_LEFT, 0, 300, 50);
    xcb_reparent_window(f.foe, inside, panel, 0, 0);
    cover_sync(f.foe);
    g_assert_cmpint(cover_since(&f), ==, 0);
    ra_sign_free(sign);
    cover_end(&f);
}

/* One that will not stay below: the window is not in sight then, and nobody burns the processor. */
static void test_insists(void)
{
    const guint32 above = XCB_STACK_MODE_ABOVE, events = XCB_EVENT_MASK_STRUCTURE_NOTIFY;
    guint raised = 0;
    Cover f;
    if (!cover_start(&f, TRUE))
        return;
    (void)cover_await_sight(&f);
    xcb_change_window_attributes(f.app, f.window, XCB_CW_EVENT_MASK, &events);
    cover_sync(f.app);
    const gint64 start = g_get_monotonic_time();
    const xcb_window_t over = cover_new(&f, COVER_PLAIN, COVER_LEFT, COVER_TOP, 100, 100);
    for (guint i = 0; i < 100; i++) {
        xcb_configure_window(f.foe, over, XCB_CONFIG_WINDOW_STACK_MODE, &above);
        cover_sync(f.foe);
        g_assert_cmpint(cover_since(&f), ==, 0);
        ra_pump(3);
    }
    cover_sync(f.app);
    const gint64 took = g_get_monotonic_time() - start;
    xcb_generic_event_t *event;
    while ((event = xcb_poll_for_event(f.app)) != NULL) {
        raised += (event->response_type & 0x7f) == XCB_CONFIGURE_NOTIFY;
        free(event);
    }
    g_test_message("raised %u times", raised);
    g_assert_cmpuint(raised, >, 0);
    g_assert_cmpint(raised, <=, 9 + 2 * took / G_USEC_PER_SEC);
    (void)cover_await_sight(&f);
    g_assert_cmpuint(cover_topmost(&f), ==, f.window);
    cover_end(&f);
}

/* Numbers that are no window's to keep, and one that goes away. */
static void test_no_window(void)
{
    Cover f;
    if (!cover_start(&f, FALSE))
        return;
    const guint32 windows[] = {0, f.root, 0x1fffffff, f.screen->default_colormap, G_MAXUINT32};
    for (gsize i = 0; i < G_N_ELEMENTS(windows); i++) {
        f.guard->class->keep(f.guard, windows[i]);
        ra_pump(5);
        g_assert_cmpint(cover_since(&f), ==, 0);
    }
    f.guard->class->keep(f.guard, f.window);
    (void)cover_await_sight(&f);
    xcb_destroy_window(f.app, f.window);
    cover_sync(f.app);
    g_assert_cmpint(cover_since(&f), ==, 0);
    f.guard->class->keep(f.guard, 0);
    g_assert_cmpint(cover_since(&f), ==, 0);
    g_assert_true(f.guard->class->sees(f.guard));
    cover_end(&f);
}

static void test_lost(void)
{
    Cover f;
    if (!cover_start(&f, TRUE))
        return;
    (void)cover_await_sight(&f);
    ra_xvfb_kill(f.xvfb);
    g_assert_false(f.guard->class->sees(f.guard));
    ra_pump(20);
    g_assert_false(f.guard->class->sees(f.guard));
    g_assert_cmpint(cover_since(&f), ==, 0);
    g_assert_cmpint(hands(&f).real, ==, 0);
    f.guard->class->keep(f.guard, 0);
    f.guard->class->keep(f.guard, f.window);
    cover_end(&f);
}

static gboolean is_viewable(Cover *f)
{
    xcb_get_window_attributes_reply_t *reply =
        xcb_get_window_attributes_reply(f->app, xcb_get_window_attributes(f->app, f->window), NULL);
    const gboolean viewable = reply->map_state == XCB_MAP_STATE_VIEWABLE;
    free(reply);
    return viewable;
}

/* A window manager is asked first. */
static void test_manager(void)
{
    Cover f;
    if (!cover_start_managed(&f))
        return;
    f.guard->class->keep(f.guard, f.window);
    (void)cover_await_sight(&f);
    cover_await_above(&f, f.window, TRUE);
    /* Others want to be above, too. */
    const xcb_window_t other =
        cover_new(&f, COVER_MANAGED, COVER_LEFT, COVER_TOP, COVER_WIDTH, COVER_HEIGHT);
    cover_await_above(&f, other, TRUE);
    (void)cover_await_sight(&f);
    /* Sent to the icons, it is gone; and comes back when it is kept. */
    xcb_client_message_event_t message = {.response_type = XCB_CLIENT_MESSAGE,
                                          .format = 32,
                                          .window = f.window,
                                          .type = cover_atom(&f, "WM_CHANGE_STATE"),
                                          .data.data32 = {3}};
    const gint64 end = g_get_monotonic_time() + COVER_PATIENCE * (gint64)G_USEC_PER_SEC;
    gboolean gone = FALSE;
    while (!gone && g_get_monotonic_time() < end) {
        /* Once more: a slow manager may show it again, as the guard asked it to before. */
        xcb_send_event(f.app, FALSE, f.root,
                       XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY | XCB_EVENT_MASK_SUBSTRUCTURE_REDIRECT,
                       (const char *)&message);
        cover_sync(f.app);
        for (guint i = 0; i < 20 && !gone; i++) {
            ra_pump(5);
            gone = !is_viewable(&f) && cover_since(&f) == 0;
        }
    }
    g_assert_true(gone);
    f.guard->class->keep(f.guard, 0);
    cover_await_above(&f, f.window, FALSE);
    f.guard->class->keep(f.guard, f.window);
    (void)cover_await_sight(&f);
    cover_end(&f);
}

static int top_of(Cover *f)
{
    xcb_translate_coordinates_reply_t *reply = xcb_translate_coordinates_reply(
        f->app, xcb_translate_coordinates(f->app, f->window, f->root, 0, 0), NULL);
    const int y = reply->dst_y;
    free(reply);
    return y;
}

/* It does not stay where the panel lies over its title, with a window manager and without. */
static void test_room(gconstpointer managed)
{
    const guint32 top = 0;
    Cover f;
    if (GPOINTER_TO_INT(managed) ? !cover_start_managed(&f) : !cover_start(&f, FALSE))
        return;
    xcb_configure_window(f.app, f.window, XCB_CONFIG_WINDOW_Y, &top);
    cover_sync(f.app);
    const gint64 end = g_get_monotonic_time() + COVER_PATIENCE * (gint64)G_USEC_PER_SEC;
    while (top_of(&f) > 40 && g_get_monotonic_time() < end)
        ra_pump(5);
    g_assert_cmpint(top_of(&f), <=, 40);
    f.guard->class->keep(f.guard, f.window);
    while (top_of(&f) < ra_panel_room(96) && g_get_monotonic_time() < end)
        ra_pump(5);
    g_assert_cmpint(top_of(&f), >=, ra_panel_room(96));
    (void)cover_await_sight(&f);
    cover_end(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/x11/guard/hands", test_hands);
    g_test_add_func("/host/x11/guard/sent", test_sent);
    g_test_add_func("/host/x11/guard/pressed-elsewhere", test_pressed_elsewhere);
    g_test_add_func("/host/x11/guard/frame", test_frame);
    g_test_add_func("/host/x11/guard/sign", test_sign);
    g_test_add_func("/host/x11/guard/insists", test_insists);
    g_test_add_func("/host/x11/guard/no-window", test_no_window);
    g_test_add_func("/host/x11/guard/lost", test_lost);
    g_test_add_func("/host/x11/guard/manager", test_manager);
    g_test_add_data_func("/host/x11/guard/room", NULL, test_room);
    g_test_add_data_func("/host/x11/guard/room-managed", GINT_TO_POINTER(1), test_room);
    return g_test_run();
}
