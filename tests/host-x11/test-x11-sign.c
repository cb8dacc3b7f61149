/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 sign against real servers: seen, on top, pressed. */
#include "base/error.h"
#include "host/x11-panel.h"
#include "host/x11.h"
#include "tests/host-x11/real.h"
#include "tests/support/xvfb.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/randr.h>
#include <xcb/xcb.h>
#include <xcb/xtest.h>

enum { SCREEN_WIDTH = 1024, SCREEN_HEIGHT = 600, DPI = 96 };
static const char WHO[] = "Petra <Desk>";

typedef struct {
    RaXvfb *xvfb;
    RaSign *sign;
    xcb_connection_t *xcb;
    xcb_window_t root;
    int taken_back, ended, hidden, shown, muted, unmuted, chats;
} Fixture;

typedef struct {
    xcb_window_t id;
    int x, y, width, height;
} Window;

static void on_take_back(gpointer data)
{
    ((Fixture *)data)->taken_back++;
}

static void on_end(gpointer data)
{
    ((Fixture *)data)->ended++;
}

static void on_pause(gboolean paused, gpointer data)
{
    Fixture *f = data;
    (*(paused ? &f->hidden : &f->shown))++;
}

static void on_mute(gboolean muted, gpointer data)
{
    Fixture *f = data;
    (*(muted ? &f->muted : &f->unmuted))++;
}

static void on_chat(gpointer data)
{
    ((Fixture *)data)->chats++;
}

static const RaSignEvents events = {
    .take_back = on_take_back, .end = on_end, .pause = on_pause, .mute = on_mute, .chat = on_chat};

static gboolean fixture_start(Fixture *f)
{
    g_autoptr(GError) error = NULL;
    if (!ra_xvfb_or_skip())
        return FALSE;
    g_autofree char *mode = g_strdup_printf("%dx%dx24", SCREEN_WIDTH, SCREEN_HEIGHT);
    *f = (Fixture){.xvfb = ra_xvfb_start(mode, NULL)};
    f->xcb = xcb_connect(ra_xvfb_display(f->xvfb), NULL);
    g_assert_cmpint(xcb_connection_has_error(f->xcb), ==, 0);
    f->root = xcb_setup_roots_iterator(xcb_get_setup(f->xcb)).data->root;
    f->sign = ra_x11_sign_new(ra_xvfb_display(f->xvfb), &events, f, &error);
    g_assert_no_error(error);
    return TRUE;
}

static void fixture_end(Fixture *f)
{
    ra_sign_free(f->sign);
    xcb_disconnect(f->xcb);
    ra_xvfb_free(f->xvfb);
}

/* The windows that can be seen, from the lowest; returns how many. */
static guint visible(Fixture *f, Window *ret, guint max)
{
    guint n = 0;
    xcb_query_tree_reply_t *tree =
        xcb_query_tree_reply(f->xcb, xcb_query_tree(f->xcb, f->root), NULL);
    const xcb_window_t *children = xcb_query_tree_children(tree);
    for (int i = 0; i < xcb_query_tree_children_length(tree); i++) {
        xcb_get_window_attributes_reply_t *a = xcb_get_window_attributes_reply(
            f->xcb, xcb_get_window_attributes(f->xcb, children[i]), NULL);
        xcb_get_geometry_reply_t *g =
            xcb_get_geometry_reply(f->xcb, xcb_get_geometry(f->xcb, children[i]), NULL);
        if (a != NULL && g != NULL && a->map_state == XCB_MAP_STATE_VIEWABLE) {
            g_assert_cmpuint(n, <, max);
            ret[n++] = (Window){children[i], g->x, g->y, g->width, g->height};
        }
        free(a);
        free(g);
    }
    free(tree);
    return n;
}

static Window panel_of(Fixture *f)
{
    Window windows[16];
    const guint n = visible(f, windows, G_N_ELEMENTS(windows));
    g_assert_cmpuint(n, >, 0);
    return windows[n - 1];
}

static void show_state(Fixture *f, const RaSignState *state)
{
    f->sign->class->show(f->sign, state);
    ra_pump(50);
}

static void show(Fixture *f, RaRights rights)
{
    const RaSignState state = {.who = WHO, .rights = rights};
    show_state(f, &state);
}

static guint32 pixel_at(Fixture *f, int x, int y)
{
    xcb_get_image_reply_t *image = xcb_get_image_reply(
        f->xcb,
        xcb_get_image(f->xcb, XCB_IMAGE_FORMAT_Z_PIXMAP, f->root, (gint16)x, (gint16)y, 1, 1, ~0u),
        NULL);
    guint32 pixel;
    memcpy(&pixel, xcb_get_image_data(image), sizeof pixel);
    free(image);
    return pixel & 0xffffff;
}

static char *name_of(Fixture *f, xcb_window_t window)
{
    xcb_intern_atom_reply_t *atom = xcb_intern_atom_reply(
        f->xcb, xcb_intern_atom(f->xcb, FALSE, strlen("_NET_WM_NAME"), "_NET_WM_NAME"), NULL);
    xcb_get_property_reply_t *reply = xcb_get_property_reply(
        f->xcb,
        xcb_get_property(f->xcb, FALSE, window, atom->atom, XCB_GET_PROPERTY_TYPE_ANY, 0, 256),
        NULL);
    char *name =
        g_strndup(xcb_get_property_value(reply), (gsize)xcb_get_property_value_length(reply));
    free(atom);
    free(reply);
    return name;
}

static void fake(Fixture *f, guint8 type, guint8 detail, int x, int y)
{
    xcb_test_fake_input(f->xcb, type, detail, 0, f->root, (gint16)x, (gint16)y, 0);
    free(xcb_get_input_focus_reply(f->xcb, xcb_get_input_focus(f->xcb), NULL));
    ra_pump(10);
}

/* The middle of a part of the panel on the screen, as its layout has it. */
static void find_part_of(Fixture *f, const RaSignState *state, RaPanelPart part, int *x, int *y)
{
    const Window panel = panel_of(f);
    g_autoptr(RaPanel) layout = ra_panel_new(state, DPI, SCREEN_WIDTH);
    g_assert_true(ra_panel_middle(layout, part, x, y));
    *x += panel.x;
    *y += panel.y;
}

static void find_part(Fixture *f, RaRights rights, RaPanelPart part, int *x, int *y)
{
    const RaSignState state = {.who = WHO, .rights = rights};
    find_part_of(f, &state, part, x, y);
}

static void test_seen(void)
{
    Fixture f;
    Window windows[16];
    if (!fixture_start(&f))
        return;
    g_assert_cmpuint(visible(&f, windows, 16), ==, 0);
    show(&f, RA_RIGHT_VIEW);
    g_assert_cmpuint(visible(&f, windows, 16), ==, 1);
    g_assert_cmpint(windows[0].y, ==, 0);
    g_assert_cmpint(abs(windows[0].x + windows[0].width / 2 - SCREEN_WIDTH / 2), <=, 1);
    g_autofree char *watches = name_of(&f, windows[0].id);
    g_assert_cmpstr(
        watches, ==,
        "Petra <Desk> sees your screen \xE2\x80\x93 They can look, but not touch anything");
    /* Control: the frame too, on all four sides. */
    show(&f, RA_RIGHT_VIEW | RA_RIGHT_CONTROL);
    g_assert_cmpuint(visible(&f, windows, 16), ==, 5);
    g_autofree char *controls = name_of(&f, panel_of(&f).id);
    g_assert_nonnull(strstr(controls, "Press Esc to stop"));
    const guint32 colour = ra_panel_warning_colour();
    g_assert_cmphex(pixel_at(&f, 2, 300), ==, colour);
    g_assert_cmphex(pixel_at(&f, SCREEN_WIDTH - 3, 300), ==, colour);
    g_assert_cmphex(pixel_at(&f, 20, 2), ==, colour);
    g_assert_cmphex(pixel_at(&f, 20, SCREEN_HEIGHT - 3), ==, colour);
    g_assert_cmphex(pixel_at(&f, 20, 20), !=, colour);
    show(&f, RA_RIGHT_VIEW);
    g_assert_cmpuint(visible(&f, windows, 16), ==, 1);
    f.sign->class->hide(f.sign);
    ra_pump(20);
    g_assert_cmpuint(visible(&f, windows, 16), ==, 0);
    fixture_end(&f);
}

static xcb_window_t cover_all(Fixture *f)
{
    const guint32 values[] = {0x00ff00, TRUE};
    const xcb_window_t window = xcb_generate_id(f->xcb);
    xcb_create_window(f->xcb, XCB_COPY_FROM_PARENT, window, f->root, 0, 0, SCREEN_WIDTH,
                      SCREEN_HEIGHT, 0, XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                      XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT, values);
    xcb_map_window(f->xcb, window);
    xcb_flush(f->xcb);
    return window;
}

static void test_on_top(void)
{
    Fixture f;
    Window windows[16];
    if (!fixture_start(&f))
        return;
    show(&f, RA_RIGHTS_ALL);
    const Window panel = panel_of(&f);
    const xcb_window_t cover = cover_all(&f);
    ra_pump(100);
    g_assert_cmpuint(visible(&f, windows, 16), ==, 6);
    g_assert_cmpuint(windows[0].id, ==, cover);
    g_assert_cmpuint(windows[5].id, ==, panel.id);
    g_assert_cmphex(pixel_at(&f, panel.x + panel.width / 2, 2), !=, 0x00ff00);
    /* One that will not stay below: we come back, and neither side burns the processor. */
    const guint32 above = XCB_STACK_MODE_ABOVE;
    for (int i = 0; i < 50; i++) {
        xcb_configure_window(f.xcb, cover, XCB_CONFIG_WINDOW_STACK_MODE, &above);
        xcb_flush(f.xcb);
        ra_pump(4);
    }
    ra_pump(700);
    g_assert_cmpuint(panel_of(&f).id, ==, panel.id);
    /* What does not touch the sign is let be. */
    const guint32 aside[] = {300, 300, 100, 100};
    xcb_configure_window(f.xcb, cover,
                         XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y | XCB_CONFIG_WINDOW_WIDTH |
                             XCB_CONFIG_WINDOW_HEIGHT,
                         aside);
    xcb_configure_window(f.xcb, cover, XCB_CONFIG_WINDOW_STACK_MODE, &above);
    xcb_flush(f.xcb);
    ra_pump(50);
    g_assert_cmpuint(panel_of(&f).id, ==, cover);
    fixture_end(&f);
}

/* Whoever hides the sign does not succeed. */
static void test_tampered(void)
{
    Fixture f;
    Window before[16], after[16];
    if (!fixture_start(&f))
        return;
    show(&f, RA_RIGHTS_ALL);
    ra_pump(50);
    g_assert_cmpuint(visible(&f, before, 16), ==, 5);
    const guint32 away[] = {5000, 5000, 1, 1};
    for (guint i = 0; i < 5; i++) {
        if (i % 2 == 0)
            xcb_unmap_window(f.xcb, before[i].id);
        xcb_configure_window(f.xcb, before[i].id,
                             XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y | XCB_CONFIG_WINDOW_WIDTH |
                                 XCB_CONFIG_WINDOW_HEIGHT,
                             away);
    }
    xcb_flush(f.xcb);
    ra_pump(100);
    g_assert_cmpuint(visible(&f, after, 16), ==, 5);
    g_assert_cmpint(panel_of(&f).id, ==, before[4].id);
    for (guint i = 0; i < 5; i++) {
        guint same = 0;
        while (same < 5 && after[same].id != before[i].id)
            same++;
        g_assert_cmpint(after[same].x, ==, before[i].x);
        g_assert_cmpint(after[same].y, ==, before[i].y);
        g_assert_cmpint(after[same].width, ==, before[i].width);
    }
    g_assert_cmpint(f.ended, ==, 0);
    /* Our own changes are none. */
    for (guint i = 0; i < 40; i++)
        show(&f, i % 2 == 0 ? RA_RIGHT_VIEW : RA_RIGHTS_ALL);
    ra_pump(50);
    g_assert_cmpint(f.ended, ==, 0);
    xcb_destroy_window(f.xcb, before[4].id);
    xcb_flush(f.xcb);
    g_assert_true(ra_pump_until(&f.ended));
    fixture_end(&f);
}

static void test_buttons(void)
{
    Fixture f;
    int x, y;
    if (!fixture_start(&f))
        return;
    show(&f, RA_RIGHTS_ALL);
    find_part(&f, RA_RIGHTS_ALL, RA_PANEL_STOP_CONTROL, &x, &y);
    fake(&f, XCB_MOTION_NOTIFY, 0, x, y);
    fake(&f, XCB_BUTTON_PRESS, 1, 0, 0);
    g_assert_cmpint(f.taken_back, ==, 0); /* it counts when let go */
    fake(&f, XCB_BUTTON_RELEASE, 1, 0, 0);
    g_assert_true(ra_pump_until(&f.taken_back));
    g_assert_cmpint(f.ended, ==, 0);
    /* Pressed, and thought better of. */
    fake(&f, XCB_BUTTON_PRESS, 1, 0, 0);
    fake(&f, XCB_MOTION_NOTIFY, 0, x, 300);
    fake(&f, XCB_BUTTON_RELEASE, 1, 0, 0);
    fake(&f, XCB_MOTION_NOTIFY, 0, x, y);
    fake(&f, XCB_BUTTON_PRESS, 3, 0, 0);
    fake(&f, XCB_BUTTON_RELEASE, 3, 0, 0);
    ra_pump(20);
    g_assert_cmpint(f.taken_back, ==, 1);
    show(&f, RA_RIGHT_VIEW);
    find_part(&f, RA_RIGHT_VIEW, RA_PANEL_END, &x, &y);
    fake(&f, XCB_MOTION_NOTIFY, 0, x, y);
    fake(&f, XCB_BUTTON_PRESS, 1, 0, 0);
    fake(&f, XCB_BUTTON_RELEASE, 1, 0, 0);
    g_assert_true(ra_pump_until(&f.ended));
    g_assert_cmpint(f.taken_back, ==, 1);
    fixture_end(&f);
}

/* A message that comes while the button is held down does not take it away. */
static void test_chat(void)
{
    Fixture f;
    RaSignState state = {.who = WHO, .rights = RA_RIGHTS_ALL, .chat = TRUE};
    int x, y;
    if (!fixture_start(&f))
        return;
    show_state(&f, &state);
    find_part_of(&f, &state, RA_PANEL_CHAT, &x, &y);
    fake(&f, XCB_MOTION_NOTIFY, 0, x, y);
    fake(&f, XCB_BUTTON_PRESS, 1, 0, 0);
    state.unread = 2;
    show_state(&f, &state);
    g_assert_cmpint(f.chats, ==, 0);
    fake(&f, XCB_BUTTON_RELEASE, 1, 0, 0);
    g_assert_true(ra_pump_until(&f.chats));
    g_assert_cmpint(f.taken_back + f.ended, ==, 0);
    fixture_end(&f);
}

static void test_drag(void)
{
    Fixture f;
    if (!fixture_start(&f))
        return;
    show(&f, RA_RIGHT_VIEW);
    const Window before = panel_of(&f);
    fake(&f, XCB_MOTION_NOTIFY, 0, before.x + 60, 20);
    fake(&f, XCB_BUTTON_PRESS, 1, 0, 0);
    fake(&f, XCB_MOTION_NOTIFY, 0, before.x + 160, 400);
    Window after = panel_of(&f);
    g_assert_cmpint(abs(after.x - before.x - 100), <=, 1);
    g_assert_cmpint(after.y, ==, 0);
    fake(&f, XCB_MOTION_NOTIFY, 0, SCREEN_WIDTH - 1, 400);
    fake(&f, XCB_BUTTON_RELEASE, 1, 0, 0);
    after = panel_of(&f);
    g_assert_cmpint(after.x + after.width, ==, SCREEN_WIDTH);
    fake(&f, XCB_MOTION_NOTIFY, 0, 100, 400);
    g_assert_cmpint(panel_of(&f).x, ==, after.x);
    g_assert_cmpint(f.ended + f.taken_back, ==, 0);
    fixture_end(&f);
}

/* The frame lets the pointer through. */
static void test_transparent(void)
{
    Fixture f;
    if (!fixture_start(&f))
        return;
    const xcb_window_t below = cover_all(&f);
    show(&f, RA_RIGHTS_ALL);
    fake(&f, XCB_MOTION_NOTIFY, 0, 1, 300);
    xcb_query_pointer_reply_t *reply =
        xcb_query_pointer_reply(f.xcb, xcb_query_pointer(f.xcb, f.root), NULL);
    g_assert_cmpuint(reply->child, ==, below);
    free(reply);
    fixture_end(&f);
}

static void test_resize(void)
{
    Fixture f;
    if (!fixture_start(&f))
        return;
    show(&f, RA_RIGHTS_ALL);
    xcb_randr_get_screen_resources_reply_t *all = xcb_randr_get_screen_resources_reply(
        f.xcb, xcb_randr_get_screen_resources(f.xcb, f.root), NULL);
    free(xcb_randr_set_crtc_config_reply(
        f.xcb,
        xcb_randr_set_crtc_config(f.xcb, xcb_randr_get_screen_resources_crtcs(all)[0], 0,
                                  all->config_timestamp, 0, 0, XCB_NONE,
                                  XCB_RANDR_ROTATION_ROTATE_0, 0, NULL),
        NULL));
    free(all);
    xcb_generic_error_t *error = xcb_request_check(
        f.xcb, xcb_randr_set_screen_size_checked(f.xcb, f.root, 800, 500, 200, 200));
    g_assert_null(error);
    ra_pump(100);
    const guint32 colour = ra_panel_warning_colour();
    g_assert_cmphex(pixel_at(&f, 797, 300), ==, colour);
    g_assert_cmphex(pixel_at(&f, 20, 497), ==, colour);
    const Window panel = panel_of(&f);
    g_assert_cmpint(abs(panel.x + panel.width / 2 - 400), <=, 1);
    fixture_end(&f);
}

/* What could give the helper more counts by a real device only. */
static void test_by_hand(void)
{
    static const struct {
        RaSignState state;
        RaPanelPart part;
        gsize counter; /* in the fixture */
    } cases[] = {
        {{WHO, RA_RIGHTS_ALL}, RA_PANEL_PAUSE, offsetof(Fixture, hidden)},
        {{WHO, RA_RIGHT_VIEW, .paused = TRUE}, RA_PANEL_PAUSE, offsetof(Fixture, shown)},
        {{WHO, RA_RIGHT_VIEW, .talking = TRUE, .microphone = TRUE},
         RA_PANEL_MICROPHONE,
         offsetof(Fixture, muted)},
        {{WHO, RA_RIGHT_VIEW, .talking = TRUE}, RA_PANEL_MICROPHONE, offsetof(Fixture, unmuted)},
    };
    Fixture f;
    if (!fixture_start(&f))
        return;
    RaRealMouse *mouse = ra_real_mouse_new(f.xcb);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        int x, y, *const count = (int *)((char *)&f + cases[i].counter);
        show_state(&f, &cases[i].state);
        find_part_of(&f, &cases[i].state, cases[i].part, &x, &y);
        ra_real_mouse_move(mouse, 5, 400);
        /* Injected, in whole and in part. */
        fake(&f, XCB_MOTION_NOTIFY, 0, x, y);
        fake(&f, XCB_BUTTON_PRESS, 1, 0, 0);
        fake(&f, XCB_BUTTON_RELEASE, 1, 0, 0);
        ra_real_mouse_button(mouse, TRUE);
        fake(&f, XCB_BUTTON_RELEASE, 1, 0, 0);
        ra_real_mouse_button(mouse, FALSE);
        /* By hand, but where another led the pointer a moment ago. */
        fake(&f, XCB_MOTION_NOTIFY, 0, x + 1, y);
        ra_real_mouse_button(mouse, TRUE);
        ra_real_mouse_button(mouse, FALSE);
        ra_pump(700);
        g_assert_cmpint(*count, ==, 0);
        /* By hand. */
        ra_real_mouse_move(mouse, x, y);
        ra_real_mouse_button(mouse, TRUE);
        ra_real_mouse_button(mouse, FALSE);
        g_assert_true(ra_pump_until(count));
        g_assert_cmpint(*count, ==, 1);
    }
    g_assert_cmpint(f.hidden + f.shown + f.muted + f.unmuted, ==, 4);
    g_assert_cmpint(f.taken_back + f.ended, ==, 0);
    ra_real_mouse_free(mouse);
    fixture_end(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/x11/sign/by-hand", test_by_hand);
    g_test_add_func("/host/x11/sign/seen", test_seen);
    g_test_add_func("/host/x11/sign/on-top", test_on_top);
    g_test_add_func("/host/x11/sign/tampered", test_tampered);
    g_test_add_func("/host/x11/sign/buttons", test_buttons);
    g_test_add_func("/host/x11/sign/chat", test_chat);
    g_test_add_func("/host/x11/sign/drag", test_drag);
    g_test_add_func("/host/x11/sign/transparent", test_transparent);
    g_test_add_func("/host/x11/sign/resize", test_resize);
    return g_test_run();
}
