/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/scancode.h"

#include <linux/input-event-codes.h>

/* Where Linux's numbers are the scan codes themselves: Linux took them over from there. */
enum { SAME_UP_TO = KEY_KPDOT, EXTENDED = 0x80 };

static const guint8 beyond[EXTENDED] = {
    [0x54] = KEY_SYSRQ,    [0x56] = KEY_102ND,   [0x57] = KEY_F11,
    [0x58] = KEY_F12,      [0x59] = KEY_KPEQUAL, [0x5c] = KEY_KPJPCOMMA,
    [0x64] = KEY_F13,      [0x65] = KEY_F14,     [0x66] = KEY_F15,
    [0x67] = KEY_F16,      [0x68] = KEY_F17,     [0x69] = KEY_F18,
    [0x6a] = KEY_F19,      [0x6b] = KEY_F20,     [0x6c] = KEY_F21,
    [0x6d] = KEY_F22,      [0x6e] = KEY_F23,     [0x70] = KEY_KATAKANAHIRAGANA,
    [0x73] = KEY_RO,       [0x76] = KEY_F24,     [0x77] = KEY_HIRAGANA,
    [0x78] = KEY_KATAKANA, [0x79] = KEY_HENKAN,  [0x7b] = KEY_MUHENKAN,
    [0x7d] = KEY_YEN,      [0x7e] = KEY_KPCOMMA,
};

static const guint8 extended[EXTENDED] = {
    [0x10] = KEY_PREVIOUSSONG, [0x19] = KEY_NEXTSONG, [0x1c] = KEY_KPENTER,
    [0x1d] = KEY_RIGHTCTRL,    [0x20] = KEY_MUTE,     [0x21] = KEY_CALC,
    [0x22] = KEY_PLAYPAUSE,    [0x24] = KEY_STOPCD,   [0x2e] = KEY_VOLUMEDOWN,
    [0x30] = KEY_VOLUMEUP,     [0x32] = KEY_HOMEPAGE, [0x35] = KEY_KPSLASH,
    [0x37] = KEY_SYSRQ,        [0x38] = KEY_RIGHTALT, [0x46] = KEY_PAUSE,
    [0x47] = KEY_HOME,         [0x48] = KEY_UP,       [0x49] = KEY_PAGEUP,
    [0x4b] = KEY_LEFT,         [0x4d] = KEY_RIGHT,    [0x4f] = KEY_END,
    [0x50] = KEY_DOWN,         [0x51] = KEY_PAGEDOWN, [0x52] = KEY_INSERT,
    [0x53] = KEY_DELETE,       [0x5b] = KEY_LEFTMETA, [0x5c] = KEY_RIGHTMETA,
    [0x5d] = KEY_COMPOSE,      [0x5e] = KEY_POWER,    [0x5f] = KEY_SLEEP,
    [0x63] = KEY_WAKEUP,       [0x65] = KEY_SEARCH,   [0x66] = KEY_BOOKMARKS,
    [0x67] = KEY_REFRESH,      [0x68] = KEY_STOP,     [0x69] = KEY_FORWARD,
    [0x6a] = KEY_BACK,         [0x6b] = KEY_COMPUTER, [0x6c] = KEY_MAIL,
    [0x6d] = KEY_MEDIA,
};

guint ra_scancode_to_evdev(guint32 code)
{
    if (code <= SAME_UP_TO)
        return code;
    if (code < EXTENDED)
        return beyond[code];
    return code < 2 * EXTENDED ? extended[code - EXTENDED] : 0;
}
