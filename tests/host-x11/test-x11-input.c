/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 input sink against real servers: what arrives, what is let go, who is told apart. */
#include "host/scancode.h"
#include "tests/host-x11/desk.h"

#include <linux/input-event-codes.h>
#include <stdlib.h>
#include <xcb/xtest.h>

static void test_release(void)
{
    Desk f;
    if (!desk_start(&f, "us"))
        return;
    desk_key(&f, TRUE, XKB_KEY_Shift_L, 0x2a);
    desk_key(&f, TRUE, 'A', 0x1e);
    desk_key(&f, TRUE, 'A', 0x1e); /* the helper's keyboard repeats */
    g_assert_cmpuint(desk_keys_down(&f), ==, 2);
    desk_key(&f, FALSE, XKB_KEY_Shift_L, 0x2a);
    desk_key(&f, FALSE, 'a', 0x1e); /* another keysym by now */
    g_assert_cmpuint(desk_keys_down(&f), ==, 0);
    desk_key(&f, TRUE, XKB_KEY_Shift_R, 0); /* from a viewer that knows no places */
    desk_key(&f, TRUE, 'A', 0);
    desk_key(&f, FALSE, XKB_KEY_Shift_R, 0);
    desk_key(&f, FALSE, 'a', 0);
    g_assert_cmpuint(desk_keys_down(&f), ==, 0);
    for (guint32 code = 0x10; code < 0x19; code++)
        desk_key(&f, TRUE, 0, code);
    g_assert_cmpuint(desk_keys_down(&f), ==, 9);
    desk_pointer(&f, 5, 5, 0x7);
    f.input->class->release_all(f.input);
    g_assert_cmpuint(desk_keys_down(&f), ==, 0);
    xcb_query_pointer_reply_t *reply =
        xcb_query_pointer_reply(f.xcb, xcb_query_pointer(f.xcb, f.root), NULL);
    g_assert_cmphex(reply->mask, ==, 0);
    free(reply);
    /* The end of the sink releases too. */
    desk_key(&f, TRUE, 'x', 0);
    g_assert_cmpuint(desk_keys_down(&f), ==, 1);
    ra_input_free(f.input);
    g_autoptr(GError) error = NULL;
    f.input = ra_x11_input_new(ra_xvfb_display(f.xvfb), NULL, &error);
    g_assert_true(f.input->class->start(f.input, &desk_events, &f, &error));
    g_assert_cmpuint(desk_keys_down(&f), ==, 0);
    desk_end(&f);
}

static void test_pointer(void)
{
    static const struct {
        guint16 x, y, buttons;
        gint16 seen_x, seen_y;
        const char *seen; /* + pressed, - released */
    } cases[] = {
        {100, 50, 0, 100, 50, ""},
        {101, 51, 1, 101, 51, "+1"},
        {102, 52, 5, 102, 52, "+3"},
        {102, 52, 0, 102, 52, "-1-3"},
        {102, 52, 8, 102, 52, "+4"},
        {102, 52, 0, 102, 52, "-4"},
        {102, 52, 0x60, 102, 52, "+6+7"},
        {102, 52, 0x180, 102, 52, "-6-7+8+9"},
        {102, 52, 0xfe00, 102, 52, "-8-9"},
        {65535, 65535, 0, 639, 479, ""},
        {0, 0, 2, 0, 0, "+2"},
        {0, 0, 0, 0, 0, "-2"},
    };
    Desk f;
    if (!desk_start(&f, "us"))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) seen = g_string_new(NULL);
        desk_pointer(&f, cases[i].x, cases[i].y, cases[i].buttons);
        desk_sync(&f);
        xcb_generic_event_t *event;
        while ((event = xcb_poll_for_event(f.xcb)) != NULL) {
            const xcb_button_press_event_t *button = (xcb_button_press_event_t *)event;
            const guint8 type = event->response_type & 0x7f;
            if (type == XCB_BUTTON_PRESS || type == XCB_BUTTON_RELEASE) {
                g_string_append_printf(seen, "%c%u", type == XCB_BUTTON_PRESS ? '+' : '-',
                                       button->detail);
                g_assert_cmpint(button->root_x, ==, cases[i].seen_x);
                g_assert_cmpint(button->root_y, ==, cases[i].seen_y);
            }
            free(event);
        }
        g_assert_cmpstr(seen->str, ==, cases[i].seen);
        xcb_query_pointer_reply_t *reply =
            xcb_query_pointer_reply(f.xcb, xcb_query_pointer(f.xcb, f.root), NULL);
        g_assert_cmpint(reply->root_x, ==, cases[i].seen_x);
        g_assert_cmpint(reply->root_y, ==, cases[i].seen_y);
        free(reply);
    }
    desk_end(&f);
}

/* Uses a key of the keyboard that the server believes to be a real one. */
static void real_key(Desk *f, guint8 keycode)
{
    ra_real_key(f->xcb, keycode);
}

/* The key that hides the screen, in any layout; the helper's is just a key. */
static void test_pause(void)
{
    Desk f;
    if (!desk_start(&f, "fr"))
        return;
    desk_key(&f, TRUE, XKB_KEY_Pause, 0xc6);
    desk_key(&f, FALSE, XKB_KEY_Pause, 0xc6);
    g_autofree char *got = desk_typed(&f);
    g_assert_cmpstr(got, ==, "Pause");
    ra_pump(50);
    g_assert_cmpint(f.pauses + f.actives, ==, 0);
    real_key(&f, KEY_PAUSE + 8);
    g_assert_true(ra_pump_until(&f.pauses));
    real_key(&f, KEY_A + 8);
    ra_pump(50);
    g_assert_cmpint(f.pauses, ==, 1);
    g_assert_cmpint(f.escapes, ==, 0);
    /* Whoever had control may have changed what keys mean. */
    const xcb_keysym_t pause[] = {XKB_KEY_Pause, XKB_KEY_Pause}, other[] = {XKB_KEY_F13, 0};
    xcb_change_keyboard_mapping(f.xcb, 1, KEY_A + 8, 2, pause);
    xcb_change_keyboard_mapping(f.xcb, 1, KEY_PAUSE + 8, 2, other);
    real_key(&f, KEY_A + 8);
    ra_pump(50);
    g_assert_cmpint(f.pauses, ==, 1);
    f.pauses = 0;
    real_key(&f, KEY_PAUSE + 8);
    g_assert_true(ra_pump_until(&f.pauses));
    desk_end(&f);
}

static void test_escape(void)
{
    Desk f;
    if (!desk_start(&f, "us"))
        return;
    /* The helper's ESC passes to the desktop, and is not the novice's. */
    desk_key(&f, TRUE, XKB_KEY_Escape, 1);
    g_autofree char *got = desk_typed(&f);
    g_assert_cmpstr(got, ==, "Escape");
    desk_key(&f, FALSE, XKB_KEY_Escape, 1);
    desk_pointer(&f, 50, 50, 1);
    desk_pointer(&f, 50, 50, 0);
    ra_pump(50);
    g_assert_cmpint(f.escapes, ==, 0);
    g_assert_cmpint(f.actives, ==, 0);
    /* The novice's other keys. */
    real_key(&f, KEY_A + 8);
    g_assert_true(ra_pump_until(&f.actives));
    ra_pump(20);
    g_assert_cmpint(f.escapes, ==, 0);
    /* The novice's ESC. */
    real_key(&f, KEY_ESC + 8);
    g_assert_true(ra_pump_until(&f.escapes));
    g_assert_cmpint(f.escapes, ==, 1);
    /* It takes effect before the next event of the helper, though the main loop had no turn. */
    f.escapes = 0;
    g_free(desk_typed(&f));
    real_key(&f, KEY_ESC + 8);
    desk_key(&f, TRUE, 'z', 0);
    desk_pointer(&f, 77, 77, 1);
    g_assert_cmpint(f.escapes, ==, 0);
    g_autofree char *after = desk_typed(&f);
    g_assert_cmpstr(after, ==, "Escape");
    g_assert_true(ra_pump_until(&f.escapes));
    desk_key(&f, TRUE, 'z', 0);
    g_autofree char *again = desk_typed(&f); /* whether it may is the caller's to say */
    g_assert_cmpstr(again, ==, "z");
    desk_key(&f, FALSE, 'z', 0);
    /* Under another program's grab, with Shift held by the helper, and in another layout. */
    xcb_grab_keyboard_reply_t *grab =
        xcb_grab_keyboard_reply(f.xcb, xcb_grab_keyboard(f.xcb, FALSE, f.window, 0, 1, 1), NULL);
    g_assert_cmpint(grab->status, ==, XCB_GRAB_STATUS_SUCCESS);
    free(grab);
    desk_key(&f, TRUE, XKB_KEY_Shift_L, 0x2a);
    f.escapes = 0;
    real_key(&f, KEY_ESC + 8);
    g_assert_true(ra_pump_until(&f.escapes));
    f.input->class->release_all(f.input);
    g_autofree char *command = g_strdup_printf("setxkbmap -display %s us -option caps:swapescape",
                                               ra_xvfb_display(f.xvfb));
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
    f.escapes = 0;
    real_key(&f, KEY_CAPSLOCK + 8);
    g_assert_true(ra_pump_until(&f.escapes));
    f.escapes = 0;
    real_key(&f, KEY_ESC + 8); /* its place counts too */
    g_assert_true(ra_pump_until(&f.escapes));
    desk_end(&f);
}

/* However much the novice does, the program hears of it once a turn. */
static void test_cheap(void)
{
    Desk f;
    if (!desk_start(&f, "us"))
        return;
    for (int i = 0; i < 200; i++)
        real_key(&f, KEY_A + 8);
    g_assert_true(ra_pump_until(&f.actives));
    ra_pump(50);
    g_assert_cmpint(f.actives, <, 20);
    ra_xvfb_kill(f.xvfb);
    ra_pump(50);
    desk_key(&f, TRUE, 'a', 0); /* into the void */
    desk_pointer(&f, 1, 1, 1);
    desk_end(&f);
}

static void test_scancodes(void)
{
    static const struct {
        guint32 code;
        guint evdev;
    } cases[] = {
        {0, 0},
        {0x01, KEY_ESC},
        {0x1e, KEY_A},
        {0x53, KEY_KPDOT},
        {0x56, KEY_102ND},
        {0x57, KEY_F11},
        {0x9c, KEY_KPENTER},
        {0xb8, KEY_RIGHTALT},
        {0xc6, KEY_PAUSE},
        {0xc8, KEY_UP},
        {0xd3, KEY_DELETE},
        {0xdb, KEY_LEFTMETA},
        {0x55, 0},
        {0x7f, 0},
        {0xff, 0},
        {0x100, 0},
        {0xe01c, 0},
        {0xffffffff, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpuint(ra_scancode_to_evdev(cases[i].code), ==, cases[i].evdev);
}
int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/x11/input/scancodes", test_scancodes);
    g_test_add_func("/host/x11/input/release", test_release);
    g_test_add_func("/host/x11/input/pointer", test_pointer);
    g_test_add_func("/host/x11/input/escape", test_escape);
    g_test_add_func("/host/x11/input/pause", test_pause);
    g_test_add_func("/host/x11/input/cheap", test_cheap);
    return g_test_run();
}
