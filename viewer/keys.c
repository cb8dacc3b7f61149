/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/keys.h"

/* Scan code set 1. A code that follows 0xE0 has bit 7 set, as QEMU's extended key event wants it;
 * Pause, whose real sequence is longer, is 0xE0 0x46 there, Print Screen 0x54. */
static const guint8 codes[SDL_NUM_SCANCODES] = {
    [SDL_SCANCODE_ESCAPE] = 0x01,
    [SDL_SCANCODE_1] = 0x02,
    [SDL_SCANCODE_2] = 0x03,
    [SDL_SCANCODE_3] = 0x04,
    [SDL_SCANCODE_4] = 0x05,
    [SDL_SCANCODE_5] = 0x06,
    [SDL_SCANCODE_6] = 0x07,
    [SDL_SCANCODE_7] = 0x08,
    [SDL_SCANCODE_8] = 0x09,
    [SDL_SCANCODE_9] = 0x0a,
    [SDL_SCANCODE_0] = 0x0b,
    [SDL_SCANCODE_MINUS] = 0x0c,
    [SDL_SCANCODE_EQUALS] = 0x0d,
    [SDL_SCANCODE_BACKSPACE] = 0x0e,
    [SDL_SCANCODE_TAB] = 0x0f,
    [SDL_SCANCODE_Q] = 0x10,
    [SDL_SCANCODE_W] = 0x11,
    [SDL_SCANCODE_E] = 0x12,
    [SDL_SCANCODE_R] = 0x13,
    [SDL_SCANCODE_T] = 0x14,
    [SDL_SCANCODE_Y] = 0x15,
    [SDL_SCANCODE_U] = 0x16,
    [SDL_SCANCODE_I] = 0x17,
    [SDL_SCANCODE_O] = 0x18,
    [SDL_SCANCODE_P] = 0x19,
    [SDL_SCANCODE_LEFTBRACKET] = 0x1a,
    [SDL_SCANCODE_RIGHTBRACKET] = 0x1b,
    [SDL_SCANCODE_RETURN] = 0x1c,
    [SDL_SCANCODE_LCTRL] = 0x1d,
    [SDL_SCANCODE_A] = 0x1e,
    [SDL_SCANCODE_S] = 0x1f,
    [SDL_SCANCODE_D] = 0x20,
    [SDL_SCANCODE_F] = 0x21,
    [SDL_SCANCODE_G] = 0x22,
    [SDL_SCANCODE_H] = 0x23,
    [SDL_SCANCODE_J] = 0x24,
    [SDL_SCANCODE_K] = 0x25,
    [SDL_SCANCODE_L] = 0x26,
    [SDL_SCANCODE_SEMICOLON] = 0x27,
    [SDL_SCANCODE_APOSTROPHE] = 0x28,
    [SDL_SCANCODE_GRAVE] = 0x29,
    [SDL_SCANCODE_LSHIFT] = 0x2a,
    [SDL_SCANCODE_BACKSLASH] = 0x2b,
    [SDL_SCANCODE_NONUSHASH] = 0x2b,
    [SDL_SCANCODE_Z] = 0x2c,
    [SDL_SCANCODE_X] = 0x2d,
    [SDL_SCANCODE_C] = 0x2e,
    [SDL_SCANCODE_V] = 0x2f,
    [SDL_SCANCODE_B] = 0x30,
    [SDL_SCANCODE_N] = 0x31,
    [SDL_SCANCODE_M] = 0x32,
    [SDL_SCANCODE_COMMA] = 0x33,
    [SDL_SCANCODE_PERIOD] = 0x34,
    [SDL_SCANCODE_SLASH] = 0x35,
    [SDL_SCANCODE_RSHIFT] = 0x36,
    [SDL_SCANCODE_KP_MULTIPLY] = 0x37,
    [SDL_SCANCODE_LALT] = 0x38,
    [SDL_SCANCODE_SPACE] = 0x39,
    [SDL_SCANCODE_CAPSLOCK] = 0x3a,
    [SDL_SCANCODE_F1] = 0x3b,
    [SDL_SCANCODE_F2] = 0x3c,
    [SDL_SCANCODE_F3] = 0x3d,
    [SDL_SCANCODE_F4] = 0x3e,
    [SDL_SCANCODE_F5] = 0x3f,
    [SDL_SCANCODE_F6] = 0x40,
    [SDL_SCANCODE_F7] = 0x41,
    [SDL_SCANCODE_F8] = 0x42,
    [SDL_SCANCODE_F9] = 0x43,
    [SDL_SCANCODE_F10] = 0x44,
    [SDL_SCANCODE_NUMLOCKCLEAR] = 0x45,
    [SDL_SCANCODE_SCROLLLOCK] = 0x46,
    [SDL_SCANCODE_KP_7] = 0x47,
    [SDL_SCANCODE_KP_8] = 0x48,
    [SDL_SCANCODE_KP_9] = 0x49,
    [SDL_SCANCODE_KP_MINUS] = 0x4a,
    [SDL_SCANCODE_KP_4] = 0x4b,
    [SDL_SCANCODE_KP_5] = 0x4c,
    [SDL_SCANCODE_KP_6] = 0x4d,
    [SDL_SCANCODE_KP_PLUS] = 0x4e,
    [SDL_SCANCODE_KP_1] = 0x4f,
    [SDL_SCANCODE_KP_2] = 0x50,
    [SDL_SCANCODE_KP_3] = 0x51,
    [SDL_SCANCODE_KP_0] = 0x52,
    [SDL_SCANCODE_KP_PERIOD] = 0x53,
    [SDL_SCANCODE_PRINTSCREEN] = 0x54,
    [SDL_SCANCODE_SYSREQ] = 0x54,
    [SDL_SCANCODE_NONUSBACKSLASH] = 0x56,
    [SDL_SCANCODE_F11] = 0x57,
    [SDL_SCANCODE_F12] = 0x58,
    [SDL_SCANCODE_KP_EQUALS] = 0x59,
    [SDL_SCANCODE_F13] = 0x5d,
    [SDL_SCANCODE_F14] = 0x5e,
    [SDL_SCANCODE_F15] = 0x5f,
    [SDL_SCANCODE_INTERNATIONAL2] = 0x70, /* Katakana/Hiragana */
    [SDL_SCANCODE_INTERNATIONAL1] = 0x73, /* Ro */
    [SDL_SCANCODE_LANG4] = 0x77,          /* Hiragana */
    [SDL_SCANCODE_LANG3] = 0x78,          /* Katakana */
    [SDL_SCANCODE_INTERNATIONAL4] = 0x79, /* Henkan */
    [SDL_SCANCODE_INTERNATIONAL5] = 0x7b, /* Muhenkan */
    [SDL_SCANCODE_INTERNATIONAL3] = 0x7d, /* Yen */
    [SDL_SCANCODE_KP_COMMA] = 0x7e,
    [SDL_SCANCODE_AUDIOPREV] = 0x90,
    [SDL_SCANCODE_AUDIONEXT] = 0x99,
    [SDL_SCANCODE_KP_ENTER] = 0x9c,
    [SDL_SCANCODE_RCTRL] = 0x9d,
    [SDL_SCANCODE_AUDIOMUTE] = 0xa0,
    [SDL_SCANCODE_MUTE] = 0xa0,
    [SDL_SCANCODE_CALCULATOR] = 0xa1,
    [SDL_SCANCODE_AUDIOPLAY] = 0xa2,
    [SDL_SCANCODE_AUDIOSTOP] = 0xa4,
    [SDL_SCANCODE_VOLUMEDOWN] = 0xae,
    [SDL_SCANCODE_VOLUMEUP] = 0xb0,
    [SDL_SCANCODE_AC_HOME] = 0xb2,
    [SDL_SCANCODE_KP_DIVIDE] = 0xb5,
    [SDL_SCANCODE_RALT] = 0xb8,
    [SDL_SCANCODE_PAUSE] = 0xc6,
    [SDL_SCANCODE_HOME] = 0xc7,
    [SDL_SCANCODE_UP] = 0xc8,
    [SDL_SCANCODE_PAGEUP] = 0xc9,
    [SDL_SCANCODE_LEFT] = 0xcb,
    [SDL_SCANCODE_RIGHT] = 0xcd,
    [SDL_SCANCODE_END] = 0xcf,
    [SDL_SCANCODE_DOWN] = 0xd0,
    [SDL_SCANCODE_PAGEDOWN] = 0xd1,
    [SDL_SCANCODE_INSERT] = 0xd2,
    [SDL_SCANCODE_DELETE] = 0xd3,
    [SDL_SCANCODE_LGUI] = 0xdb,
    [SDL_SCANCODE_RGUI] = 0xdc,
    [SDL_SCANCODE_APPLICATION] = 0xdd,
    [SDL_SCANCODE_MENU] = 0xdd,
    [SDL_SCANCODE_AC_SEARCH] = 0xe5,
    [SDL_SCANCODE_AC_BOOKMARKS] = 0xe6,
    [SDL_SCANCODE_AC_REFRESH] = 0xe7,
    [SDL_SCANCODE_AC_STOP] = 0xe8,
    [SDL_SCANCODE_AC_FORWARD] = 0xe9,
    [SDL_SCANCODE_AC_BACK] = 0xea,
    [SDL_SCANCODE_MAIL] = 0xec,
    [SDL_SCANCODE_MEDIASELECT] = 0xed,
};

enum {
    VOID_SYMBOL = 0xffffff, /* XK_VoidSymbol: a key that means nothing by itself */
    LEVEL3_SHIFT = 0xfe03,  /* XK_ISO_Level3_Shift, which is what AltGr is */
};

/* Keys that are no characters; numbers from X.Org's keysymdef.h and XF86keysym.h. */
static const struct {
    SDL_Keycode sym;
    guint32 keysym;
} keysyms[] = {
    {SDLK_BACKSPACE, 0xff08},
    {SDLK_TAB, 0xff09},
    {SDLK_RETURN, 0xff0d},
    {SDLK_PAUSE, 0xff13},
    {SDLK_SCROLLLOCK, 0xff14},
    {SDLK_ESCAPE, 0xff1b},
    {SDLK_HOME, 0xff50},
    {SDLK_LEFT, 0xff51},
    {SDLK_UP, 0xff52},
    {SDLK_RIGHT, 0xff53},
    {SDLK_DOWN, 0xff54},
    {SDLK_PAGEUP, 0xff55},
    {SDLK_PAGEDOWN, 0xff56},
    {SDLK_END, 0xff57},
    {SDLK_PRINTSCREEN, 0xff61},
    {SDLK_INSERT, 0xff63},
    {SDLK_APPLICATION, 0xff67},
    {SDLK_MENU, 0xff67},
    {SDLK_NUMLOCKCLEAR, 0xff7f},
    {SDLK_MODE, LEVEL3_SHIFT},
    {SDLK_KP_ENTER, 0xff8d},
    {SDLK_KP_EQUALS, 0xffbd},
    {SDLK_KP_MULTIPLY, 0xffaa},
    {SDLK_KP_PLUS, 0xffab},
    {SDLK_KP_COMMA, 0xffac},
    {SDLK_KP_MINUS, 0xffad},
    {SDLK_KP_DIVIDE, 0xffaf},
    {SDLK_LSHIFT, 0xffe1},
    {SDLK_RSHIFT, 0xffe2},
    {SDLK_LCTRL, 0xffe3},
    {SDLK_RCTRL, 0xffe4},
    {SDLK_CAPSLOCK, 0xffe5},
    {SDLK_LALT, 0xffe9},
    {SDLK_RALT, 0xffea},
    {SDLK_LGUI, 0xffeb},
    {SDLK_RGUI, 0xffec},
    {SDLK_DELETE, 0xffff},
    {SDLK_VOLUMEDOWN, 0x1008ff11},
    {SDLK_AUDIOMUTE, 0x1008ff12},
    {SDLK_MUTE, 0x1008ff12},
    {SDLK_VOLUMEUP, 0x1008ff13},
    {SDLK_AUDIOPLAY, 0x1008ff14},
    {SDLK_AUDIOSTOP, 0x1008ff15},
    {SDLK_AUDIOPREV, 0x1008ff16},
    {SDLK_AUDIONEXT, 0x1008ff17},
    {SDLK_AC_HOME, 0x1008ff18},
    {SDLK_MAIL, 0x1008ff19},
    {SDLK_AC_SEARCH, 0x1008ff1b},
    {SDLK_CALCULATOR, 0x1008ff1d},
    {SDLK_AC_BACK, 0x1008ff26},
    {SDLK_AC_FORWARD, 0x1008ff27},
    {SDLK_AC_STOP, 0x1008ff28},
    {SDLK_AC_REFRESH, 0x1008ff29},
    {SDLK_AC_BOOKMARKS, 0x1008ff30},
};

/* The keypad without and with Num Lock. */
static const struct {
    SDL_Keycode sym;
    guint32 plain, numlock;
} keypad[] = {
    {SDLK_KP_0, 0xff9e, 0xffb0}, {SDLK_KP_1, 0xff9c, 0xffb1},      {SDLK_KP_2, 0xff99, 0xffb2},
    {SDLK_KP_3, 0xff9b, 0xffb3}, {SDLK_KP_4, 0xff96, 0xffb4},      {SDLK_KP_5, 0xff9d, 0xffb5},
    {SDLK_KP_6, 0xff98, 0xffb6}, {SDLK_KP_7, 0xff95, 0xffb7},      {SDLK_KP_8, 0xff97, 0xffb8},
    {SDLK_KP_9, 0xff9a, 0xffb9}, {SDLK_KP_PERIOD, 0xff9f, 0xffae},
};

guint32 ra_key_code(SDL_Scancode scancode)
{
    return (guint)scancode < G_N_ELEMENTS(codes) ? codes[scancode] : 0;
}

guint32 ra_key_keysym_of_character(gunichar character)
{
    if (character < 0x20 || (character >= 0x7f && character < 0xa0) ||
        !g_unichar_validate(character))
        return 0;
    return character <= 0xff ? character : 0x01000000u | character;
}

static guint32 function_key(SDL_Keycode sym)
{
    if (sym >= SDLK_F1 && sym <= SDLK_F12)
        return 0xffbe + (guint32)(sym - SDLK_F1);
    if (sym >= SDLK_F13 && sym <= SDLK_F24)
        return 0xffca + (guint32)(sym - SDLK_F13);
    return 0;
}

/* SDL does not say whether the right Alt key is AltGr. It is in every layout but the American one,
 * which is known by its signs. */
static gboolean right_alt_is_altgr(void)
{
    static const struct {
        SDL_Scancode scancode;
        SDL_Keycode sym;
    } american[] = {
        {SDL_SCANCODE_GRAVE, '`'},        {SDL_SCANCODE_MINUS, '-'},
        {SDL_SCANCODE_EQUALS, '='},       {SDL_SCANCODE_LEFTBRACKET, '['},
        {SDL_SCANCODE_RIGHTBRACKET, ']'}, {SDL_SCANCODE_BACKSLASH, '\\'},
        {SDL_SCANCODE_SEMICOLON, ';'},    {SDL_SCANCODE_APOSTROPHE, '\''},
        {SDL_SCANCODE_SLASH, '/'},        {SDL_SCANCODE_Q, 'q'},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(american); i++) {
        const SDL_Keycode sym = SDL_GetKeyFromScancode(american[i].scancode);
        if (sym != SDLK_UNKNOWN && sym != american[i].sym)
            return TRUE;
    }
    return FALSE;
}

guint32 ra_key_keysym(SDL_Keycode sym, SDL_Keymod mod)
{
    if (sym == SDLK_SCANCODE_MASK) /* an accent: the character comes with the next key */
        return VOID_SYMBOL;
    if (sym == SDLK_RALT && right_alt_is_altgr())
        return LEVEL3_SHIFT;
    for (gsize i = 0; i < G_N_ELEMENTS(keysyms); i++) {
        if (keysyms[i].sym == sym)
            return keysyms[i].keysym;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(keypad); i++) {
        if (keypad[i].sym == sym)
            return (mod & KMOD_NUM) != 0 ? keypad[i].numlock : keypad[i].plain;
    }
    if (sym < 0 || (sym & SDLK_SCANCODE_MASK) != 0)
        return function_key(sym);
    gunichar character = (gunichar)sym;
    if (((mod & KMOD_SHIFT) != 0) != ((mod & KMOD_CAPS) != 0))
        character = g_unichar_toupper(character);
    return ra_key_keysym_of_character(character);
}

guint16 ra_key_button(Uint8 button)
{
    switch (button) {
    case SDL_BUTTON_LEFT:
        return 1 << 0;
    case SDL_BUTTON_MIDDLE:
        return 1 << 1;
    case SDL_BUTTON_RIGHT:
        return 1 << 2;
    case SDL_BUTTON_X1:
        return 1 << 7;
    case SDL_BUTTON_X2:
        return 1 << 8;
    default:
        return 0;
    }
}
