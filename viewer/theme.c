/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/theme.h"

#include <math.h>

static const guint32 light[RA_COLOUR_COUNT] = {
    [RA_COLOUR_BACKDROP] = 0xd5d9e0,     [RA_COLOUR_BAR] = 0xf6f7f9,
    [RA_COLOUR_PANE] = 0xffffff,         [RA_COLOUR_CARD] = 0xffffff,
    [RA_COLOUR_FIELD] = 0xffffff,        [RA_COLOUR_BUTTON] = 0xe9ebef,
    [RA_COLOUR_BUTTON_HOVER] = 0xdde0e6, [RA_COLOUR_BUTTON_PRESS] = 0xcdd2da,
    [RA_COLOUR_ACCENT] = 0x1f5fc4,       [RA_COLOUR_ACCENT_HOVER] = 0x2a6cd6,
    [RA_COLOUR_ACCENT_PRESS] = 0x174a9c, [RA_COLOUR_WARM] = 0xa84c0b,
    [RA_COLOUR_WARM_HOVER] = 0xb85611,   [RA_COLOUR_WARM_PRESS] = 0x8a3d07,
    [RA_COLOUR_DANGER] = 0xb3261e,       [RA_COLOUR_DANGER_HOVER] = 0xc5352c,
    [RA_COLOUR_DANGER_PRESS] = 0x931b14, [RA_COLOUR_MINE] = 0xdce8fb,
    [RA_COLOUR_THEIRS] = 0xeff1f4,       [RA_COLOUR_SELECTION] = 0xb7d0f7,
    [RA_COLOUR_TRACK] = 0xdfe3e9,        [RA_COLOUR_EDGE] = 0xd9dde3,
    [RA_COLOUR_FRAME] = 0x868e9b,        [RA_COLOUR_FOCUS] = 0x1f5fc4,
    [RA_COLOUR_TEXT] = 0x1b1f26,         [RA_COLOUR_QUIET] = 0x596170,
    [RA_COLOUR_OFF] = 0x9aa1ac,          [RA_COLOUR_ON_ACCENT] = 0xffffff,
    [RA_COLOUR_MINE_TEXT] = 0x14233d,    [RA_COLOUR_LINK] = 0x1550ad,
    [RA_COLOUR_ERROR] = 0xb3261e,        [RA_COLOUR_GOOD] = 0x1f8a53,
    [RA_COLOUR_BUSY] = 0xb87a00,         [RA_COLOUR_HOT] = 0xc9590c,
};

static const guint32 dark[RA_COLOUR_COUNT] = {
    [RA_COLOUR_BACKDROP] = 0x121417,     [RA_COLOUR_BAR] = 0x23272e,
    [RA_COLOUR_PANE] = 0x1b1e24,         [RA_COLOUR_CARD] = 0x2a2f37,
    [RA_COLOUR_FIELD] = 0x16191e,        [RA_COLOUR_BUTTON] = 0x363c46,
    [RA_COLOUR_BUTTON_HOVER] = 0x434a56, [RA_COLOUR_BUTTON_PRESS] = 0x2c3139,
    [RA_COLOUR_ACCENT] = 0x2667c9,       [RA_COLOUR_ACCENT_HOVER] = 0x2f72d8,
    [RA_COLOUR_ACCENT_PRESS] = 0x1d54a8, [RA_COLOUR_WARM] = 0xb0540f,
    [RA_COLOUR_WARM_HOVER] = 0xb85a14,   [RA_COLOUR_WARM_PRESS] = 0x93450a,
    [RA_COLOUR_DANGER] = 0xb3363a,       [RA_COLOUR_DANGER_HOVER] = 0xc24145,
    [RA_COLOUR_DANGER_PRESS] = 0x952b2f, [RA_COLOUR_MINE] = 0x24406d,
    [RA_COLOUR_THEIRS] = 0x2b3038,       [RA_COLOUR_SELECTION] = 0x2f5da3,
    [RA_COLOUR_TRACK] = 0x3a414c,        [RA_COLOUR_EDGE] = 0x363c45,
    [RA_COLOUR_FRAME] = 0x79828f,        [RA_COLOUR_FOCUS] = 0x8ec5ff,
    [RA_COLOUR_TEXT] = 0xe9ecf1,         [RA_COLOUR_QUIET] = 0xaeb6c2,
    [RA_COLOUR_OFF] = 0x727a87,          [RA_COLOUR_ON_ACCENT] = 0xffffff,
    [RA_COLOUR_MINE_TEXT] = 0xeaf1fc,    [RA_COLOUR_LINK] = 0x9cc7ff,
    [RA_COLOUR_ERROR] = 0xff9d96,        [RA_COLOUR_GOOD] = 0x4cc38a,
    [RA_COLOUR_BUSY] = 0xe8b339,         [RA_COLOUR_HOT] = 0xf08c3a,
};

static const guint32 contrast[RA_COLOUR_COUNT] = {
    [RA_COLOUR_BACKDROP] = 0x000000,     [RA_COLOUR_BAR] = 0x000000,
    [RA_COLOUR_PANE] = 0x000000,         [RA_COLOUR_CARD] = 0x000000,
    [RA_COLOUR_FIELD] = 0x000000,        [RA_COLOUR_BUTTON] = 0x1c1c1c,
    [RA_COLOUR_BUTTON_HOVER] = 0x3a3a3a, [RA_COLOUR_BUTTON_PRESS] = 0x4a4a4a,
    [RA_COLOUR_ACCENT] = 0x003f9e,       [RA_COLOUR_ACCENT_HOVER] = 0x0049b8,
    [RA_COLOUR_ACCENT_PRESS] = 0x003483, [RA_COLOUR_WARM] = 0x7a3300,
    [RA_COLOUR_WARM_HOVER] = 0x8c3b00,   [RA_COLOUR_WARM_PRESS] = 0x602800,
    [RA_COLOUR_DANGER] = 0x8f0000,       [RA_COLOUR_DANGER_HOVER] = 0xa30000,
    [RA_COLOUR_DANGER_PRESS] = 0x700000, [RA_COLOUR_MINE] = 0x00307a,
    [RA_COLOUR_THEIRS] = 0x242424,       [RA_COLOUR_SELECTION] = 0x0049b8,
    [RA_COLOUR_TRACK] = 0x4d4d4d,        [RA_COLOUR_EDGE] = 0xffffff,
    [RA_COLOUR_FRAME] = 0xffffff,        [RA_COLOUR_FOCUS] = 0xffe14d,
    [RA_COLOUR_TEXT] = 0xffffff,         [RA_COLOUR_QUIET] = 0xe6e6e6,
    [RA_COLOUR_OFF] = 0x9e9e9e,          [RA_COLOUR_ON_ACCENT] = 0xffffff,
    [RA_COLOUR_MINE_TEXT] = 0xffffff,    [RA_COLOUR_LINK] = 0x9fd0ff,
    [RA_COLOUR_ERROR] = 0xffb3ad,        [RA_COLOUR_GOOD] = 0x5fe0a2,
    [RA_COLOUR_BUSY] = 0xffd75e,         [RA_COLOUR_HOT] = 0xffa45c,
};

guint32 ra_theme_colour(RaThemeKind kind, RaColour colour)
{
    g_return_val_if_fail(colour < RA_COLOUR_COUNT, 0);
    if (kind == RA_THEME_CONTRAST)
        return contrast[colour];
    return kind == RA_THEME_LIGHT ? light[colour] : dark[colour];
}

static const struct {
    int size, weight;
} fonts[RA_FONT_COUNT] = {
    [RA_FONT_BODY] = {13500, 400},    [RA_FONT_STRONG] = {13500, 600},
    [RA_FONT_SMALL] = {12000, 400},   [RA_FONT_SMALL_STRONG] = {12000, 600},
    [RA_FONT_HEADING] = {17000, 600}, [RA_FONT_TITLE] = {22000, 600},
    [RA_FONT_MONO] = {13000, 400},
};

int ra_theme_font_size(RaFont font)
{
    return fonts[font].size;
}

int ra_theme_font_weight(RaFont font)
{
    return fonts[font].weight;
}

static double linear(guint32 channel)
{
    const double part = (channel & 0xff) / 255.0;
    return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
}

static double luminance(guint32 colour)
{
    return 0.2126 * linear(colour >> 16) + 0.7152 * linear(colour >> 8) + 0.0722 * linear(colour);
}

double ra_theme_contrast(guint32 one, guint32 other)
{
    const double a = luminance(one), b = luminance(other);
    return (MAX(a, b) + 0.05) / (MIN(a, b) + 0.05);
}
