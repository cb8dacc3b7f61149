/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The helper's keys on the novice's layout: which characters come out. */
#include "tests/host-x11/desk.h"

#include <stdlib.h>
#include <xcb/xtest.h>

enum { CAPS_KEYCODE = 66 };

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
    {"shortcut by its letter",
     "us",
     FALSE,
     {{1, XKB_KEY_Control_L, 0x1d}, {1, 'a', 0x10}},
     "Control_L a"},
    {"shortcut of a digit that needs Shift",
     "fr",
     FALSE,
     {{1, XKB_KEY_Control_L, 0x1d}, {1, '2', 0x03}},
     "Control_L Shift_L 2"},
    {"shortcut with Shift",
     "us",
     FALSE,
     {{1, XKB_KEY_Control_L, 0x1d}, {1, XKB_KEY_Shift_L, 0x2a}, {1, '2', 0x03}},
     "Control_L Shift_L at"},
    {"shortcut in another script",
     "us",
     FALSE,
     {{1, XKB_KEY_Control_L, 0x1d}, {1, XKB_KEY_Cyrillic_es, 0x2e}},
     "Control_L c"},
    {"shortcut under Caps Lock",
     "us",
     TRUE,
     {{1, XKB_KEY_Control_L, 0x1d}, {1, 'a', 0x1e}},
     "Control_L A"},
    {"AltGr where there is none",
     "us",
     FALSE,
     {{1, XKB_KEY_ISO_Level3_Shift, 0xb8}, {1, '@', 0x10}},
     "Shift_L at"},
    {"right Alt where AltGr is",
     "de",
     FALSE,
     {{1, XKB_KEY_Alt_R, 0xb8}, {1, 'x', 0x2d}},
     "Alt_L x"},
    {"an accent",
     "de",
     FALSE,
     {{1, XKB_KEY_dead_circumflex, 0x29}, {1, 'e', 0x12}},
     "dead_circumflex e"},
    {"an accent that is elsewhere",
     "fr",
     FALSE,
     {{1, XKB_KEY_dead_circumflex, 0x29}},
     "dead_circumflex"},
    {"an accent that no key has", "us", FALSE, {{1, XKB_KEY_dead_acute, 0x28}}, "dead_acute"},
    {"a key that says nothing yet",
     "us",
     FALSE,
     {{1, XKB_KEY_VoidSymbol, 0x29}, {0, XKB_KEY_VoidSymbol, 0x29}, {1, 'a', 0x1e}},
     "a"},
    {"nothing at all", "us", FALSE, {{1, 0, 0}, {0, 0, 0}, {0, 'a', 0}, {1, 0, 0xffffffff}}, ""},
};

static void test_typing(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(typing); i++) {
        Desk f;
        if (!desk_start(&f, typing[i].layout))
            return;
        g_test_message("%s", typing[i].what);
        if (typing[i].caps) {
            xcb_test_fake_input(f.xcb, XCB_KEY_PRESS, CAPS_KEYCODE, 0, f.root, 0, 0, 0);
            xcb_test_fake_input(f.xcb, XCB_KEY_RELEASE, CAPS_KEYCODE, 0, f.root, 0, 0, 0);
            g_free(desk_typed(&f));
        }
        g_autoptr(GString) all = g_string_new(NULL);
        for (gsize k = 0; k < G_N_ELEMENTS(typing[i].keys); k++) {
            const Key *next = &typing[i].keys[k];
            if (next->down || next->keysym != 0 || next->code != 0)
                desk_key(&f, next->down, next->keysym, next->code);
            g_autofree char *now = desk_typed(&f);
            g_string_append_printf(all, "%s%s", all->len > 0 && now[0] != '\0' ? " " : "", now);
        }
        g_assert_cmpstr(all->str, ==, typing[i].typed);
        f.input->class->release_all(f.input);
        g_assert_cmpuint(desk_keys_down(&f), ==, 0);
        desk_end(&f);
    }
}

/* Twenty characters that no key has, as fast as they come, and nothing of them stays. */
static void test_many_strangers(void)
{
    Desk f;
    if (!desk_start(&f, "us"))
        return;
    xcb_get_keyboard_mapping_reply_t *before =
        xcb_get_keyboard_mapping_reply(f.xcb, xcb_get_keyboard_mapping(f.xcb, 8, 248), NULL);
    for (guint32 i = 0; i < 20; i++) {
        char wanted[64];
        const guint32 keysym = 0x1004e00 + i;
        desk_key(&f, TRUE, keysym, 0);
        g_autofree char *got = desk_typed(&f);
        for (guint k = 0; k < 20 && got[0] == '\0'; k++) { /* no key is free yet */
            ra_pump(25);
            g_free(got);
            got = desk_typed(&f);
        }
        desk_key(&f, FALSE, keysym, 0);
        xkb_keysym_get_name(keysym, wanted, sizeof wanted);
        g_assert_cmpstr(got, ==, wanted);
    }
    f.input->class->release_all(f.input);
    desk_settle(&f);
    desk_sync(&f);
    xcb_get_keyboard_mapping_reply_t *after =
        xcb_get_keyboard_mapping_reply(f.xcb, xcb_get_keyboard_mapping(f.xcb, 8, 248), NULL);
    g_assert_cmpmem(xcb_get_keyboard_mapping_keysyms(before),
                    (guint)xcb_get_keyboard_mapping_keysyms_length(before) * 4,
                    xcb_get_keyboard_mapping_keysyms(after),
                    (guint)xcb_get_keyboard_mapping_keysyms_length(after) * 4);
    free(before);
    free(after);
    desk_end(&f);
}
int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/x11/keys/typing", test_typing);
    g_test_add_func("/host/x11/keys/many-strangers", test_many_strangers);
    return g_test_run();
}
