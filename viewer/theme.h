/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colours and fonts by what they are for. Every pair of text and ground that is used together
 * reaches 4.5 : 1 (tests/viewer holds the tables to it), 7 : 1 in high contrast. Pure. */
#pragma once

#include <glib.h>

typedef enum {
    RA_THEME_DESKTOP, /* as the desktop is: light or dark */
    RA_THEME_LIGHT,
    RA_THEME_DARK,
    RA_THEME_CONTRAST,
    RA_THEME_LAST = RA_THEME_CONTRAST,
} RaThemeKind;

typedef enum {
    /* grounds */
    RA_COLOUR_BACKDROP, /* behind the picture */
    RA_COLOUR_BAR,      /* toolbar and status line */
    RA_COLOUR_PANE,     /* the chat */
    RA_COLOUR_CARD,     /* dialogs, and what lies over the picture */
    RA_COLOUR_FIELD,    /* where one types */
    RA_COLOUR_BUTTON,
    RA_COLOUR_BUTTON_HOVER,
    RA_COLOUR_BUTTON_PRESS,
    RA_COLOUR_ACCENT,
    RA_COLOUR_ACCENT_HOVER,
    RA_COLOUR_ACCENT_PRESS,
    RA_COLOUR_WARM, /* you are in control */
    RA_COLOUR_WARM_HOVER,
    RA_COLOUR_WARM_PRESS,
    RA_COLOUR_DANGER, /* what ends or destroys something, under the pointer */
    RA_COLOUR_DANGER_HOVER,
    RA_COLOUR_DANGER_PRESS,
    RA_COLOUR_MINE,   /* a chat line of ours */
    RA_COLOUR_THEIRS, /* of theirs */
    RA_COLOUR_SELECTION,
    RA_COLOUR_TRACK, /* of a progress bar, a meter, a scroll bar */
    /* lines */
    RA_COLOUR_EDGE,  /* between areas */
    RA_COLOUR_FRAME, /* around what can be used: 3 : 1 against its ground */
    RA_COLOUR_FOCUS,
    /* text */
    RA_COLOUR_TEXT,
    RA_COLOUR_QUIET,     /* less important, still 4.5 : 1 */
    RA_COLOUR_OFF,       /* of what cannot be used now */
    RA_COLOUR_ON_ACCENT, /* on accent, warm and danger */
    RA_COLOUR_MINE_TEXT,
    RA_COLOUR_LINK,
    RA_COLOUR_ERROR,
    /* lights */
    RA_COLOUR_GOOD,
    RA_COLOUR_BUSY,
    RA_COLOUR_HOT,
    RA_COLOUR_COUNT,
} RaColour;

typedef enum {
    RA_FONT_BODY,
    RA_FONT_STRONG, /* body, semi-bold */
    RA_FONT_SMALL,
    RA_FONT_SMALL_STRONG,
    RA_FONT_HEADING, /* of a dialog */
    RA_FONT_TITLE,   /* of a page */
    RA_FONT_MONO,
    RA_FONT_COUNT,
} RaFont;

/* KIND is not RA_THEME_DESKTOP. 0xRRGGBB. */
guint32 ra_theme_colour(RaThemeKind kind, RaColour colour);
/* In thousandths of a dp at 100 % text. */
int ra_theme_font_size(RaFont font);
int ra_theme_font_weight(RaFont font); /* Pango's, 400 is normal */
/* WCAG's ratio of two colours, 1.0 to 21.0. */
double ra_theme_contrast(guint32 one, guint32 other);
