/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is on the helper's keycaps comes out at the novice's, whatever the two layouts are: typed
 * through the input sink into a real terminal. */
#include "host/scancode.h"
#include "host/x11.h"
#include "tests/support/xvfb.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xcb/xtest.h>
#include <xkbcommon/xkbcommon.h>

enum {
    EVDEV_OFFSET = 8,
    CODE_SHIFT = 0x2a,
    CODE_ALTGR = 0xb8,
    CAPS_KEYCODE = 66,
    NUM_KEYCODE = 77,
    PATIENCE = 2400, /* of 25 ms */
};

/* Letters, digits, all of ASCII; what AltGr gives; what accents give; what no layout here has. */
static const char TEXT[] =
    "The quick brown fox jumps over the lazy dog ZYXWVUTSRQPONMLKJIHGFEDCBA 0123456789"
    " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    " \xE2\x82\xAC\xC2\xB2\xC2\xA3\xC2\xA7\xC2\xB5\xC2\xB0\xC2\xB4" /* € ² £ § µ ° ´ */
    " \xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F\xC3\x84\xC3\x96\xC3\x9C"     /* ä ö ü ß Ä Ö Ü */
    " \xC3\xA9\xC3\xA8\xC3\xA7\xC3\xA0\xC3\xB9\xC3\x89\xC3\x87"     /* é è ç à ù É Ç */
    " \xC3\xA2\xC3\xAA\xC3\xAE\xC3\xB4\xC3\xBB\xC3\xAB\xC3\xB1"     /* â ê î ô û ë ñ */
    " \xC5\x82\xD0\xB6\xF0\x9F\x98\x80\xE4\xB8\xAD end";            /* ł ж 😀 中 */

typedef struct {
    RaXvfb *xvfb;
    RaInput *input;
    xcb_connection_t *xcb;
    xcb_window_t root;
    char *folder, *file;
    GPid terminal;
} Fixture;

static void on_nothing(G_GNUC_UNUSED gpointer data)
{
}

static const RaInputEvents events = {.escape = on_nothing, .novice_active = on_nothing};

static gboolean has_programs(void)
{
    static const char *const programs[] = {"setxkbmap", "xterm"};
    if (!ra_xvfb_or_skip())
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
        g_autofree char *path = g_find_program_in_path(programs[i]);
        if (path == NULL) {
            g_test_skip("setxkbmap or xterm is not installed");
            return FALSE;
        }
    }
    return TRUE;
}

static void set_layout(Fixture *f, const char *layout)
{
    int status = -1;
    g_autofree char *command =
        g_strdup_printf("setxkbmap -display %s %s", ra_xvfb_display(f->xvfb), layout);
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, &status, NULL));
    g_assert_cmpint(status, ==, 0);
    ra_pump(100);
}

static void die_with_parent(G_GNUC_UNUSED gpointer data)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

/* A terminal that writes down what is typed, as it comes. */
static void start_terminal(Fixture *f)
{
    g_autofree char *script =
        g_strdup_printf("stty raw -echo; printf ready > '%s'; exec cat >> '%s'", f->file, f->file);
    const char *argv[] = {"xterm", "-u8",  "-display", ra_xvfb_display(f->xvfb), "-e", "/bin/sh",
                          "-c",    script, NULL};
    g_auto(GStrv) env = g_get_environ();
    env = g_environ_setenv(env, "LC_ALL", "C.UTF-8", TRUE);
    env = g_environ_unsetenv(env, "XMODIFIERS");
    g_assert_true(g_spawn_async(NULL, (char **)argv, env,
                                G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, die_with_parent,
                                NULL, &f->terminal, NULL));
}

/* Waits until the file holds EXPECTED; its contents in the end. Caller frees. */
static char *wait_for(Fixture *f, const char *expected)
{
    char *text = NULL;
    for (int i = 0; i < PATIENCE; i++) {
        g_clear_pointer(&text, g_free);
        if (g_file_get_contents(f->file, &text, NULL, NULL) && g_str_has_suffix(text, expected))
            break;
        ra_pump(25);
    }
    return text != NULL ? text : g_strdup("");
}

static gboolean fixture_start(Fixture *f, const char *layout)
{
    g_autoptr(GError) error = NULL;
    if (!has_programs())
        return FALSE;
    *f = (Fixture){.xvfb = ra_xvfb_start("800x600x24", NULL)};
    set_layout(f, layout);
    f->folder = g_dir_make_tmp("ra-layouts-XXXXXX", NULL);
    f->file = g_build_filename(f->folder, "typed", NULL);
    f->xcb = xcb_connect(ra_xvfb_display(f->xvfb), NULL);
    g_assert_cmpint(xcb_connection_has_error(f->xcb), ==, 0);
    f->root = xcb_setup_roots_iterator(xcb_get_setup(f->xcb)).data->root;
    f->input = ra_x11_input_new(ra_xvfb_display(f->xvfb), NULL, &error);
    g_assert_no_error(error);
    g_assert_true(f->input->class->start(f->input, &events, f, &error));
    const RaIpcMessage inside = {.kind = RA_IPC_POINTER, .pointer = {100, 100, 0}};
    start_terminal(f);
    g_autofree char *ready = wait_for(f, "ready");
    g_assert_cmpstr(ready, ==, "ready");
    f->input->class->inject(f->input, &inside);
    ra_pump(200);
    return TRUE;
}

static void fixture_end(Fixture *f)
{
    ra_input_free(f->input);
    kill(f->terminal, SIGTERM);
    waitpid(f->terminal, NULL, 0);
    g_spawn_close_pid(f->terminal);
    g_unlink(f->file);
    g_rmdir(f->folder);
    xcb_disconnect(f->xcb);
    ra_xvfb_free(f->xvfb);
    g_free(f->file);
    g_free(f->folder);
}

static void key(Fixture *f, gboolean down, guint32 keysym, guint32 code)
{
    const RaIpcMessage message = {.kind = RA_IPC_KEY_PRESS, .key = {down, keysym, code}};
    f->input->class->inject(f->input, &message);
}

static guint32 code_of(xkb_keycode_t keycode)
{
    for (guint32 code = 1; code < 256; code++)
        if (ra_scancode_to_evdev(code) == keycode - EVDEV_OFFSET)
            return code;
    return 0;
}

/* Where the helper's layout has the character: at which key and level (bit 0 Shift, bit 1 AltGr).
 */
static gboolean find_key(struct xkb_keymap *map, guint32 character, guint32 *code, guint *level)
{
    for (*level = 0; *level < 4; (*level)++)
        for (xkb_keycode_t k = xkb_keymap_min_keycode(map); k <= 100; k++) {
            const xkb_keysym_t *syms;
            if (*level < xkb_keymap_num_levels_for_key(map, k, 0) &&
                xkb_keymap_key_get_syms_by_level(map, k, 0, *level, &syms) == 1 &&
                xkb_keysym_to_utf32(syms[0]) == character && code_of(k) != 0) {
                *code = code_of(k);
                return TRUE;
            }
        }
    return FALSE;
}

/* What a viewer sends for one character: the modifiers at their places, then the key at its place
 * with the keysym; from an input method, or behind an accent, the keysym without a place of its
 * own. */
static void type_character(Fixture *f, struct xkb_keymap *helper, guint32 character)
{
    guint32 code = 0;
    guint level = 0;
    const guint32 keysym = character <= 0xff ? character : 0x1000000 | character;
    if (!find_key(helper, character, &code, &level))
        code = level = 0;
    if ((level & 1) != 0)
        key(f, TRUE, XKB_KEY_Shift_L, CODE_SHIFT);
    if ((level & 2) != 0)
        key(f, TRUE, XKB_KEY_ISO_Level3_Shift, CODE_ALTGR);
    key(f, TRUE, keysym, code);
    key(f, FALSE, keysym, code);
    if ((level & 2) != 0)
        key(f, FALSE, XKB_KEY_ISO_Level3_Shift, CODE_ALTGR);
    if ((level & 1) != 0)
        key(f, FALSE, XKB_KEY_Shift_L, CODE_SHIFT);
}

static void type_text(Fixture *f, const char *helper_layout, const char *text)
{
    struct xkb_context *context = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
    const struct xkb_rule_names names = {.layout = helper_layout};
    struct xkb_keymap *map = xkb_keymap_new_from_names(context, &names, 0);
    g_assert_nonnull(map);
    for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c))
        type_character(f, map, g_utf8_get_char(c));
    xkb_keymap_unref(map);
    xkb_context_unref(context);
}

static void press_real(Fixture *f, guint8 keycode)
{
    xcb_test_fake_input(f->xcb, XCB_KEY_PRESS, keycode, 0, f->root, 0, 0, 0);
    xcb_test_fake_input(f->xcb, XCB_KEY_RELEASE, keycode, 0, f->root, 0, 0, 0);
    free(xcb_get_input_focus_reply(f->xcb, xcb_get_input_focus(f->xcb), NULL));
}

static void assert_nothing_held(Fixture *f)
{
    static const guint8 none[32];
    f->input->class->release_all(f->input);
    xcb_query_keymap_reply_t *reply =
        xcb_query_keymap_reply(f->xcb, xcb_query_keymap(f->xcb), NULL);
    g_assert_cmpmem(reply->keys, sizeof reply->keys, none, sizeof none);
    free(reply);
}

static void assert_types(Fixture *f, const char *novice, const char *helper, const char *what)
{
    g_test_message("%s at %s %s", helper, novice, what);
    g_assert_cmpint(truncate(f->file, 0), ==, 0);
    type_text(f, helper, TEXT);
    g_autofree char *typed = wait_for(f, TEXT);
    g_assert_cmpstr(typed, ==, TEXT);
    assert_nothing_held(f);
}

static const char *const layouts[] = {"us", "gb", "de", "fr"};

static void test_matrix(gconstpointer data)
{
    const char *novice = data;
    Fixture f;
    if (!fixture_start(&f, novice))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(layouts); i++)
        assert_types(&f, novice, layouts[i], "");
    press_real(&f, CAPS_KEYCODE);
    press_real(&f, NUM_KEYCODE);
    assert_types(&f, novice, "de", "with Caps Lock and Num Lock");
    fixture_end(&f);
}

/* The novice changes the layout, or switches to another of theirs, while the helper types. */
static void test_changes(void)
{
    Fixture f;
    if (!fixture_start(&f, "us"))
        return;
    assert_types(&f, "us", "fr", "");
    set_layout(&f, "fr");
    assert_types(&f, "fr", "us", "by now");
    set_layout(&f, "-layout us,ru -option grp:shifts_toggle");
    assert_types(&f, "us,ru", "us", "by now");
    set_layout(&f, "-layout ru,us");
    assert_types(&f, "ru,us", "de", "by now");
    fixture_end(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(layouts); i++) {
        g_autofree char *path = g_strdup_printf("/host/x11/layouts/%s", layouts[i]);
        g_test_add_data_func(path, layouts[i], test_matrix);
    }
    g_test_add_func("/host/x11/layouts/changes", test_changes);
    return g_test_run();
}
