/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The viewer without its window: tables of keys, words; and the other files' tests. */
#include "tests/viewer/tests.h"
#include "viewer/keys.h"
#include "viewer/status.h"

#include <fcntl.h>
#include <string.h>

static const struct {
    SDL_Scancode scancode;
    SDL_Keycode sym;
    Uint16 mod;
    guint32 code, keysym;
} keys[] = {
    {SDL_SCANCODE_A, SDLK_a, 0, 0x1e, 'a'},
    {SDL_SCANCODE_A, SDLK_a, KMOD_LSHIFT, 0x1e, 'A'},
    {SDL_SCANCODE_A, SDLK_a, KMOD_CAPS, 0x1e, 'A'},
    {SDL_SCANCODE_A, SDLK_a, KMOD_CAPS | KMOD_RSHIFT, 0x1e, 'a'},
    {SDL_SCANCODE_A, SDLK_a, KMOD_CTRL, 0x1e, 'a'},
    {SDL_SCANCODE_SEMICOLON, 0xf6, 0, 0x27, 0xf6},          /* German ö */
    {SDL_SCANCODE_SEMICOLON, 0xf6, KMOD_SHIFT, 0x27, 0xd6}, /* Ö */
    {SDL_SCANCODE_Q, 0x439, 0, 0x10, 0x01000439},           /* Russian й */
    {SDL_SCANCODE_Q, 0x439, KMOD_SHIFT, 0x10, 0x01000419},  /* Й */
    {SDL_SCANCODE_ESCAPE, SDLK_ESCAPE, 0, 0x01, 0xff1b},
    {SDL_SCANCODE_RETURN, SDLK_RETURN, 0, 0x1c, 0xff0d},
    {SDL_SCANCODE_KP_ENTER, SDLK_KP_ENTER, 0, 0x9c, 0xff8d},
    {SDL_SCANCODE_KP_7, SDLK_KP_7, KMOD_NUM, 0x47, 0xffb7},
    {SDL_SCANCODE_KP_7, SDLK_KP_7, 0, 0x47, 0xff95},
    {SDL_SCANCODE_HOME, SDLK_HOME, 0, 0xc7, 0xff50},
    {SDL_SCANCODE_DELETE, SDLK_DELETE, 0, 0xd3, 0xffff},
    {SDL_SCANCODE_BACKSPACE, SDLK_BACKSPACE, 0, 0x0e, 0xff08},
    {SDL_SCANCODE_LCTRL, SDLK_LCTRL, KMOD_LCTRL, 0x1d, 0xffe3},
    {SDL_SCANCODE_RCTRL, SDLK_RCTRL, KMOD_RCTRL, 0x9d, 0xffe4},
    {SDL_SCANCODE_RALT, SDLK_RALT, KMOD_RALT, 0xb8, 0xffea}, /* no layout is known */
    {SDL_SCANCODE_GRAVE, (SDL_Keycode)SDLK_SCANCODE_MASK, 0, 0x29, 0xffffff},
    {SDL_SCANCODE_RALT, SDLK_MODE, KMOD_MODE, 0xb8, 0xfe03},
    {SDL_SCANCODE_LGUI, SDLK_LGUI, 0, 0xdb, 0xffeb},
    {SDL_SCANCODE_APPLICATION, SDLK_APPLICATION, 0, 0xdd, 0xff67},
    {SDL_SCANCODE_F1, SDLK_F1, 0, 0x3b, 0xffbe},
    {SDL_SCANCODE_F10, SDLK_F10, 0, 0x44, 0xffc7},
    {SDL_SCANCODE_F12, SDLK_F12, 0, 0x58, 0xffc9},
    {SDL_SCANCODE_F13, SDLK_F13, 0, 0x5d, 0xffca},
    {SDL_SCANCODE_PRINTSCREEN, SDLK_PRINTSCREEN, 0, 0x54, 0xff61},
    {SDL_SCANCODE_PAUSE, SDLK_PAUSE, 0, 0xc6, 0xff13},
    {SDL_SCANCODE_NUMLOCKCLEAR, SDLK_NUMLOCKCLEAR, 0, 0x45, 0xff7f},
    {SDL_SCANCODE_NONUSBACKSLASH, SDLK_LESS, 0, 0x56, '<'},
    {SDL_SCANCODE_INTERNATIONAL3, 0xa5, 0, 0x7d, 0xa5},
    {SDL_SCANCODE_UNKNOWN, SDLK_UNKNOWN, 0, 0, 0},
    {(SDL_Scancode)-1, (SDL_Keycode)0xffffffff, 0, 0, 0},
    {SDL_NUM_SCANCODES, 0xd800, 0, 0, 0},
};

static void test_keys(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_test_message("key %zu", i);
        g_assert_cmphex(ra_key_code(keys[i].scancode), ==, keys[i].code);
        g_assert_cmphex(ra_key_keysym(keys[i].sym, (SDL_Keymod)keys[i].mod), ==, keys[i].keysym);
    }
    g_assert_cmphex(ra_key_keysym_of_character('!'), ==, '!');
    g_assert_cmphex(ra_key_keysym_of_character(0x20ac), ==, 0x010020ac);
    g_assert_cmphex(ra_key_keysym_of_character('\n'), ==, 0);
    g_assert_cmphex(ra_key_keysym_of_character(0x85), ==, 0);
    g_assert_cmphex(ra_key_button(SDL_BUTTON_RIGHT), ==, 4);
    g_assert_cmphex(ra_key_button(SDL_BUTTON_X2), ==, 256);
    g_assert_cmphex(ra_key_button(99), ==, 0);
}

/* No two places share a code, but those that are the same key under two names. */
static void test_codes_differ(void)
{
    guint seen[256] = {0};
    for (int i = 0; i < SDL_NUM_SCANCODES; i++) {
        const guint32 code = ra_key_code((SDL_Scancode)i);
        g_assert_cmphex(code, <=, 0xff);
        seen[code]++;
    }
    for (guint i = 1; i < 256; i++) {
        const gboolean twice = i == 0x2b || i == 0x54 || i == 0xa0 || i == 0xdd;
        g_assert_cmpuint(seen[i], <=, twice ? 2 : 1);
    }
}

static const struct {
    RaStatus status;
    const char *line, *title;
} words[] = {
    {{0}, "", "Maria – Remote Assistance (invitation)"},
    {{.state = RA_CONNECT_DIALLING},
     "Connecting to Maria…",
     "Maria – Remote Assistance (connecting)"},
    {{.state = RA_CONNECT_WAITING},
     "Waiting for Maria to agree…",
     "Maria – Remote Assistance (waiting)"},
    {{.state = RA_CONNECT_SHARING, .rights = RA_RIGHT_VIEW},
     "Connected to Maria – Screen view only",
     "Maria – Remote Assistance"},
    {{.state = RA_CONNECT_SHARING, .rights = RA_RIGHT_VIEW, .asking = TRUE},
     "Connected to Maria – Waiting for Maria to let you take control…",
     "Maria – Remote Assistance"},
    {{.state = RA_CONNECT_SHARING, .rights = RA_RIGHT_VIEW, .refused = TRUE},
     "Connected to Maria – Screen view only; Maria did not give control",
     "Maria – Remote Assistance"},
    {{.state = RA_CONNECT_SHARING, .rights = RA_RIGHTS_ALL},
     "Connected to Maria – You are in control",
     "Maria – Remote Assistance (in control)"},
    {{.state = RA_CONNECT_SHARING, .rights = RA_RIGHTS_ALL, .view_only = TRUE},
     "Connected to Maria – Screen view only here",
     "Maria – Remote Assistance"},
    {{.state = RA_CONNECT_SHARING, .rights = RA_RIGHTS_ALL, .held = TRUE},
     "Connected to Maria – Maria is using mouse and keyboard; wait a moment",
     "Maria – Remote Assistance (in control)"},
    {{.state = RA_CONNECT_SHARING, .rights = RA_RIGHTS_ALL, .paused = TRUE, .held = TRUE},
     "Connected to Maria – Maria has hidden the screen for now",
     "Maria – Remote Assistance (in control)"},
    {{.state = RA_CONNECT_RESUMING, .resuming = 42},
     "The connection to Maria was lost – Reconnecting… (42 s)",
     "Maria – Remote Assistance (reconnecting)"},
    {{.state = RA_CONNECT_ENDED, .reason = "they ended the session"},
     "Not connected to Maria: they ended the session",
     "Maria – Remote Assistance (disconnected)"},
    {{.state = RA_CONNECT_ENDED,
      .rights = RA_RIGHTS_ALL,
      .begun = TRUE,
      .reason = "they ended the session"},
     "Disconnected from Maria: they ended the session",
     "Maria – Remote Assistance (disconnected)"},
};

static void test_meter(void)
{
    static const struct {
        guint32 in, delay;
        const char *text;
    } cases[] = {
        {0, 0, ""},
        {0, 23400, "0 kbit/s · 23 ms"},
        {150000, 23400, "1.2 Mbit/s · 23 ms"},
        {150000, 0, "1.2 Mbit/s"},
        {124900, 400, "999 kbit/s · 1 ms"},
        {125000, 1500, "1.0 Mbit/s · 2 ms"},
        {1250000, 1000000, "10 Mbit/s · 1000 ms"},
        {G_MAXUINT32, G_MAXUINT32, "34360 Mbit/s · 4294967 ms"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = ra_status_meter(cases[i].in, cases[i].delay);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

static void test_words(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        RaStatus status = words[i].status;
        status.name = "Maria";
        g_autofree char *line = ra_status_line(&status);
        g_autofree char *title = ra_status_title(&status);
        g_autofree char *heading = NULL, *text = NULL;
        const char *button;
        ra_status_panel(&status, &heading, &text, &button);
        g_assert_cmpstr(line, ==, words[i].line);
        g_assert_cmpstr(title, ==, words[i].title);
        g_assert_cmpint(heading == NULL, ==,
                        status.state == RA_CONNECT_SHARING || status.state == 0);
        if (status.state == RA_CONNECT_ENDED) {
            g_assert_cmpstr(text, ==, "They ended the session.");
            g_assert_cmpstr(button, ==, "Close");
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keys/table", test_keys);
    g_test_add_func("/keys/codes-differ", test_codes_differ);
    g_test_add_func("/status/meter", test_meter);
    g_test_add_func("/status/words", test_words);
    add_ask_tests();
    add_connect_tests();
    add_resume_tests();
    add_session_tests();
    add_open_tests();
    add_picture_tests();
    add_report_tests();
    return g_test_run();
}
