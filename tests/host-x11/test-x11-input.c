/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 input sink against real servers: what arrives in a window, and who is told apart. */
#include "base/error.h"
#include "host/scancode.h"
#include "host/x11.h"
#include "tests/support/xvfb.h"

#include <linux/input-event-codes.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/xcb.h>
#include <xcb/xinput.h>
#include <xcb/xkb.h>
#include <xcb/xtest.h>
#include <xkbcommon/xkbcommon-x11.h>

enum { CAPS_KEYCODE = 66 };

typedef struct {
    RaXvfb *xvfb;
    RaInput *input;
    xcb_connection_t *xcb; /* the program under the helper's keys */
    xcb_window_t root, window;
    struct xkb_context *context;
    int device;
    guint8 xkb_event;
    struct xkb_keymap *keymap;
    int escapes, actives;
} Fixture;

static void on_escape(gpointer data)
{
    ((Fixture *)data)->escapes++;
}

static void on_active(gpointer data)
{
    ((Fixture *)data)->actives++;
}

static const RaInputEvents events = {on_escape, on_active};

/* Waits until the server has done all that was asked for, and returns what it told. */
static void settle(Fixture *f)
{
    free(xcb_get_input_focus_reply(f->xcb, xcb_get_input_focus(f->xcb), NULL));
}

static void open_window(Fixture *f)
{
    const xcb_screen_t *screen = xcb_setup_roots_iterator(xcb_get_setup(f->xcb)).data;
    const guint32 values[] = {
        TRUE, XCB_EVENT_MASK_KEY_PRESS | XCB_EVENT_MASK_KEY_RELEASE | XCB_EVENT_MASK_BUTTON_PRESS |
                  XCB_EVENT_MASK_BUTTON_RELEASE | XCB_EVENT_MASK_POINTER_MOTION};
    f->root = screen->root;
    f->window = xcb_generate_id(f->xcb);
    xcb_create_window(f->xcb, XCB_COPY_FROM_PARENT, f->window, screen->root, 0, 0,
                      screen->width_in_pixels, screen->height_in_pixels, 0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                      XCB_CW_OVERRIDE_REDIRECT | XCB_CW_EVENT_MASK, values);
    xcb_map_window(f->xcb, f->window);
    settle(f);
    xcb_set_input_focus(f->xcb, XCB_INPUT_FOCUS_POINTER_ROOT, f->window, XCB_CURRENT_TIME);
    settle(f);
}

static gboolean fixture_start(Fixture *f, const char *layout)
{
    if (!ra_xvfb_or_skip())
        return FALSE;
    g_autofree char *setxkbmap = g_find_program_in_path("setxkbmap");
    if (setxkbmap == NULL) {
        g_test_skip("setxkbmap is not installed");
        return FALSE;
    }
    g_autoptr(GError) error = NULL;
    *f = (Fixture){.xvfb = ra_xvfb_start("640x480x24", NULL)};
    g_autofree char *command =
        g_strdup_printf("%s -display %s %s", setxkbmap, ra_xvfb_display(f->xvfb), layout);
    int status = -1;
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, &status, NULL));
    g_assert_cmpint(status, ==, 0);
    f->xcb = xcb_connect(ra_xvfb_display(f->xvfb), NULL);
    g_assert_cmpint(xcb_connection_has_error(f->xcb), ==, 0);
    f->context = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
    g_assert_true(xkb_x11_setup_xkb_extension(f->xcb, 1, 0, 0, NULL, NULL, &f->xkb_event, NULL));
    f->device = xkb_x11_get_core_keyboard_device_id(f->xcb);
    open_window(f);
    f->input = ra_x11_input_new(ra_xvfb_display(f->xvfb), NULL, &error);
    g_assert_no_error(error);
    g_assert_true(f->input->class->start(f->input, &events, f, &error));
    g_assert_no_error(error);
    return TRUE;
}

static void fixture_end(Fixture *f)
{
    ra_input_free(f->input);
    xkb_keymap_unref(f->keymap);
    xkb_context_unref(f->context);
    xcb_disconnect(f->xcb);
    ra_xvfb_free(f->xvfb);
}

/* The helper's key. The receiving window must have seen the press before the next one: real
 * programs look up a key's meaning when they read the event. */
static void key(Fixture *f, gboolean down, guint32 keysym, guint32 code)
{
    const RaIpcMessage message = {.kind = RA_IPC_KEY_PRESS, .key = {down, keysym, code}};
    f->input->class->inject(f->input, &message);
}

static void pointer(Fixture *f, guint16 x, guint16 y, guint16 buttons)
{
    const RaIpcMessage message = {.kind = RA_IPC_POINTER, .pointer = {x, y, buttons}};
    f->input->class->inject(f->input, &message);
}

/* Another connection's requests may be done later than ours: a round trip of the sink's own. */
static void sync_sink(Fixture *f)
{
    key(f, TRUE, XKB_KEY_NoSymbol, 1 << 20); /* asks for the state, presses nothing */
    settle(f);
}

/* What a toolkit makes of a key press: the keysym under the layout and modifiers of the moment. */
static xkb_keysym_t meaning(Fixture *f, const xcb_key_press_event_t *press)
{
    xkb_keymap_unref(f->keymap);
    f->keymap = xkb_x11_keymap_new_from_device(f->context, f->xcb, f->device, 0);
    struct xkb_state *state = xkb_state_new(f->keymap);
    xkb_state_update_mask(state, press->state & 0xffu, 0, 0, 0, 0, press->state >> 13 & 3u);
    const xkb_keysym_t keysym = xkb_state_key_get_one_sym(state, press->detail);
    xkb_state_unref(state);
    return keysym;
}

/* The presses that arrived since the last call, in words: "Shift_L A". */
static char *typed(Fixture *f)
{
    g_autoptr(GString) all = g_string_new(NULL);
    sync_sink(f);
    xcb_generic_event_t *event;
    while ((event = xcb_poll_for_event(f->xcb)) != NULL) {
        char name[64];
        if ((event->response_type & 0x7f) == XCB_KEY_PRESS) {
            xkb_keysym_get_name(meaning(f, (xcb_key_press_event_t *)event), name, sizeof name);
            g_string_append_printf(all, "%s%s", all->len > 0 ? " " : "", name);
        }
        free(event);
    }
    return g_string_free(g_steal_pointer(&all), FALSE);
}

/* Which keys are down on the server's keyboard. */
static guint keys_down(Fixture *f)
{
    sync_sink(f);
    xcb_query_keymap_reply_t *reply =
        xcb_query_keymap_reply(f->xcb, xcb_query_keymap(f->xcb), NULL);
    guint n = 0;
    for (gsize i = 0; i < sizeof reply->keys; i++)
        n += (guint)__builtin_popcount(reply->keys[i]);
    free(reply);
    return n;
}

typedef struct {
    gboolean down;
    guint32 keysym, code;
} Key;

static const struct {
    const char *what, *layout;
    gboolean caps; /* Caps Lock is on at the novice's */
    Key keys[8];
    const char *typed;
} typing[] = {
    {"plain", "us", FALSE, {{1, 'a', 0x1e}, {0, 'a', 0x1e}, {1, 'b', 0x30}}, "a b"},
    {"no place", "us", FALSE, {{1, 'a', 0}, {0, 'a', 0}, {1, 'b', 0}}, "a b"},
    {"a place alone", "us", FALSE, {{1, 0, 0x1e}, {0, 0, 0x1e}}, "a"},
    {"Shift held", "us", FALSE, {{1, XKB_KEY_Shift_L, 0x2a}, {1, 'A', 0x1e}}, "Shift_L A"},
    {"capital without Shift", "us", FALSE, {{1, 'A', 0}, {0, 'A', 0}, {1, 'b', 0}}, "Shift_L A b"},
    {"small letter under Shift",
     "us",
     FALSE,
     {{1, XKB_KEY_Shift_L, 0x2a}, {1, 'a', 0}, {1, 'B', 0}},
     "Shift_L a Shift_L B"},
    {"control", "us", FALSE, {{1, XKB_KEY_Control_L, 0x1d}, {1, 'c', 0x2e}}, "Control_L c"},
    {"back tab",
     "us",
     FALSE,
     {{1, XKB_KEY_Shift_L, 0x2a}, {1, XKB_KEY_Tab, 0x0f}},
     "Shift_L ISO_Left_Tab"},
    {"back tab, no place",
     "us",
     FALSE,
     {{1, XKB_KEY_Shift_L, 0}, {1, XKB_KEY_Tab, 0}},
     "Shift_L ISO_Left_Tab"},
    {"functions",
     "us",
     FALSE,
     {{1, XKB_KEY_F5, 0x3f},
      {1, XKB_KEY_Return, 0x1c},
      {1, XKB_KEY_Escape, 1},
      {1, XKB_KEY_Left, 0xcb},
      {1, XKB_KEY_Delete, 0}},
     "F5 Return Escape Left Delete"},
    {"keypad without Num Lock",
     "us",
     FALSE,
     {{1, XKB_KEY_KP_End, 0x4f}, {0, XKB_KEY_KP_End, 0x4f}, {1, XKB_KEY_KP_1, 0x4f}},
     "KP_End KP_1"},
    {"Caps Lock, small", "us", TRUE, {{1, 'a', 0x1e}, {0, 'a', 0x1e}}, "Shift_L a"},
    {"Caps Lock, capital", "us", TRUE, {{1, 'A', 0x1e}}, "A"},
    {"Caps Lock, digit and sign", "us", TRUE, {{1, '1', 0x02}, {1, '!', 0}}, "1 Shift_L exclam"},
    {"German keys for an American slash", "de", FALSE, {{1, '/', 0x35}}, "Shift_L slash"},
    {"German AltGr", "de", FALSE, {{1, '@', 0}, {0, '@', 0}, {1, 'q', 0}}, "ISO_Level3_Shift at q"},
    {"German AltGr, held by the helper",
     "de",
     FALSE,
     {{1, XKB_KEY_ISO_Level3_Shift, 0xb8}, {1, '@', 0x10}},
     "ISO_Level3_Shift at"},
    {"American Shift-2 on German keys",
     "de",
     FALSE,
     {{1, XKB_KEY_Shift_L, 0x2a}, {1, '@', 0x03}, {1, 'A', 0x1e}},
     "Shift_L ISO_Level3_Shift at Shift_L A"},
    {"the same letter elsewhere", "de", FALSE, {{1, 'z', 0x2c}, {1, 'y', 0x15}}, "z y"},
    {"umlaut as Unicode", "de", FALSE, {{1, 0x10000fc, 0}}, "udiaeresis"},
    {"not in the layout",
     "us",
     FALSE,
     {{1, 0x100d55c, 0}, {0, 0x100d55c, 0}, {1, 0x101f600, 0}, {0, 0x101f600, 0}, {1, 'x', 0}},
     "UD55C U0001F600 x"},
    {"nothing at all", "us", FALSE, {{1, 0, 0}, {0, 0, 0}, {0, 'a', 0}, {1, 0, 0xffffffff}}, ""},
};

static void test_typing(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(typing); i++) {
        Fixture f;
        if (!fixture_start(&f, typing[i].layout))
            return;
        g_test_message("%s", typing[i].what);
        if (typing[i].caps) {
            xcb_test_fake_input(f.xcb, XCB_KEY_PRESS, CAPS_KEYCODE, 0, f.root, 0, 0, 0);
            xcb_test_fake_input(f.xcb, XCB_KEY_RELEASE, CAPS_KEYCODE, 0, f.root, 0, 0, 0);
            g_free(typed(&f));
        }
        g_autoptr(GString) all = g_string_new(NULL);
        for (gsize k = 0; k < G_N_ELEMENTS(typing[i].keys); k++) {
            const Key *next = &typing[i].keys[k];
            if (next->down || next->keysym != 0 || next->code != 0)
                key(&f, next->down, next->keysym, next->code);
            g_autofree char *now = typed(&f);
            g_string_append_printf(all, "%s%s", all->len > 0 && now[0] != '\0' ? " " : "", now);
        }
        g_assert_cmpstr(all->str, ==, typing[i].typed);
        f.input->class->release_all(f.input);
        g_assert_cmpuint(keys_down(&f), ==, 0);
        fixture_end(&f);
    }
}

/* Twenty characters that no key has, as fast as they come, and nothing of them stays. */
static void test_many_strangers(void)
{
    Fixture f;
    if (!fixture_start(&f, "us"))
        return;
    xcb_get_keyboard_mapping_reply_t *before =
        xcb_get_keyboard_mapping_reply(f.xcb, xcb_get_keyboard_mapping(f.xcb, 8, 248), NULL);
    for (guint32 i = 0; i < 20; i++) {
        char wanted[64];
        const guint32 keysym = 0x1004e00 + i;
        key(&f, TRUE, keysym, 0);
        g_autofree char *got = typed(&f);
        key(&f, FALSE, keysym, 0);
        xkb_keysym_get_name(keysym, wanted, sizeof wanted);
        g_assert_cmpstr(got, ==, wanted);
    }
    f.input->class->release_all(f.input);
    settle(&f);
    sync_sink(&f);
    xcb_get_keyboard_mapping_reply_t *after =
        xcb_get_keyboard_mapping_reply(f.xcb, xcb_get_keyboard_mapping(f.xcb, 8, 248), NULL);
    g_assert_cmpmem(xcb_get_keyboard_mapping_keysyms(before),
                    (gsize)xcb_get_keyboard_mapping_keysyms_length(before) * 4,
                    xcb_get_keyboard_mapping_keysyms(after),
                    (gsize)xcb_get_keyboard_mapping_keysyms_length(after) * 4);
    free(before);
    free(after);
    fixture_end(&f);
}

static void test_release(void)
{
    Fixture f;
    if (!fixture_start(&f, "us"))
        return;
    key(&f, TRUE, XKB_KEY_Shift_L, 0x2a);
    key(&f, TRUE, 'A', 0x1e);
    key(&f, TRUE, 'A', 0x1e); /* the helper's keyboard repeats */
    g_assert_cmpuint(keys_down(&f), ==, 2);
    key(&f, FALSE, XKB_KEY_Shift_L, 0x2a);
    key(&f, FALSE, 'a', 0x1e); /* another keysym by now */
    g_assert_cmpuint(keys_down(&f), ==, 0);
    key(&f, TRUE, XKB_KEY_Shift_R, 0); /* from a viewer that knows no places */
    key(&f, TRUE, 'A', 0);
    key(&f, FALSE, XKB_KEY_Shift_R, 0);
    key(&f, FALSE, 'a', 0);
    g_assert_cmpuint(keys_down(&f), ==, 0);
    for (guint32 code = 0x10; code < 0x19; code++)
        key(&f, TRUE, 0, code);
    g_assert_cmpuint(keys_down(&f), ==, 9);
    pointer(&f, 5, 5, 0x7);
    f.input->class->release_all(f.input);
    g_assert_cmpuint(keys_down(&f), ==, 0);
    xcb_query_pointer_reply_t *reply =
        xcb_query_pointer_reply(f.xcb, xcb_query_pointer(f.xcb, f.root), NULL);
    g_assert_cmphex(reply->mask, ==, 0);
    free(reply);
    /* The end of the sink releases too. */
    key(&f, TRUE, 'x', 0);
    g_assert_cmpuint(keys_down(&f), ==, 1);
    ra_input_free(f.input);
    g_autoptr(GError) error = NULL;
    f.input = ra_x11_input_new(ra_xvfb_display(f.xvfb), NULL, &error);
    g_assert_true(f.input->class->start(f.input, &events, &f, &error));
    g_assert_cmpuint(keys_down(&f), ==, 0);
    fixture_end(&f);
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
    Fixture f;
    if (!fixture_start(&f, "us"))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) seen = g_string_new(NULL);
        pointer(&f, cases[i].x, cases[i].y, cases[i].buttons);
        sync_sink(&f);
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
    fixture_end(&f);
}

static xcb_input_device_id_t find_device(Fixture *f, const char *name)
{
    xcb_input_device_id_t id = 0;
    free(xcb_input_xi_query_version_reply(f->xcb, xcb_input_xi_query_version(f->xcb, 2, 2), NULL));
    xcb_input_xi_query_device_reply_t *all = xcb_input_xi_query_device_reply(
        f->xcb, xcb_input_xi_query_device(f->xcb, XCB_INPUT_DEVICE_ALL), NULL);
    for (xcb_input_xi_device_info_iterator_t i = xcb_input_xi_query_device_infos_iterator(all);
         i.rem > 0; xcb_input_xi_device_info_next(&i)) {
        g_autofree char *its = g_strndup(xcb_input_xi_device_info_name(i.data), i.data->name_len);
        if (g_str_equal(its, name))
            id = i.data->deviceid;
    }
    free(all);
    g_assert_cmpuint(id, !=, 0);
    return id;
}

/* Uses a key of the keyboard that the server believes to be a real one. */
static void real_key(Fixture *f, guint8 keycode)
{
    const guint8 first = xcb_get_extension_data(f->xcb, &xcb_input_id)->first_event;
    const guint8 id = (guint8)find_device(f, "Xvfb keyboard");
    free(xcb_input_open_device_reply(f->xcb, xcb_input_open_device(f->xcb, id), NULL));
    xcb_test_fake_input(f->xcb, first + XCB_INPUT_DEVICE_KEY_PRESS, keycode, 0, 0, 0, 0, id);
    xcb_test_fake_input(f->xcb, first + XCB_INPUT_DEVICE_KEY_RELEASE, keycode, 0, 0, 0, 0, id);
    settle(f);
}

static void test_escape(void)
{
    Fixture f;
    if (!fixture_start(&f, "us"))
        return;
    /* The helper's ESC passes to the desktop, and is not the novice's. */
    key(&f, TRUE, XKB_KEY_Escape, 1);
    g_autofree char *got = typed(&f);
    g_assert_cmpstr(got, ==, "Escape");
    key(&f, FALSE, XKB_KEY_Escape, 1);
    pointer(&f, 50, 50, 1);
    pointer(&f, 50, 50, 0);
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
    /* Under another program's grab, with Shift held by the helper, and in another layout. */
    xcb_grab_keyboard_reply_t *grab =
        xcb_grab_keyboard_reply(f.xcb, xcb_grab_keyboard(f.xcb, FALSE, f.window, 0, 1, 1), NULL);
    g_assert_cmpint(grab->status, ==, XCB_GRAB_STATUS_SUCCESS);
    free(grab);
    key(&f, TRUE, XKB_KEY_Shift_L, 0x2a);
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
    fixture_end(&f);
}

/* However much the novice does, the program hears of it once a turn. */
static void test_cheap(void)
{
    Fixture f;
    if (!fixture_start(&f, "us"))
        return;
    for (int i = 0; i < 200; i++)
        real_key(&f, KEY_A + 8);
    g_assert_true(ra_pump_until(&f.actives));
    ra_pump(50);
    g_assert_cmpint(f.actives, <, 20);
    ra_xvfb_kill(f.xvfb);
    ra_pump(50);
    key(&f, TRUE, 'a', 0); /* into the void */
    pointer(&f, 1, 1, 1);
    fixture_end(&f);
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
    g_test_add_func("/host/x11/input/typing", test_typing);
    g_test_add_func("/host/x11/input/many-strangers", test_many_strangers);
    g_test_add_func("/host/x11/input/release", test_release);
    g_test_add_func("/host/x11/input/pointer", test_pointer);
    g_test_add_func("/host/x11/input/escape", test_escape);
    g_test_add_func("/host/x11/input/cheap", test_cheap);
    return g_test_run();
}
