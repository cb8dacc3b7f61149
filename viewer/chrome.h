/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What surrounds the picture: the toolbar's buttons, the panel's button, the status line. Here is
 * what they are, where they lie and how they answer to pointer and keyboard; paint.h draws them.
 * Nothing here knows SDL.
 */
#pragma once

#include "viewer/geometry.h"
#include "viewer/icons.h"

enum {
    RA_CHROME_TOOLBAR = 44, /* pixels: height of the toolbar */
    RA_CHROME_STATUS = 28,  /* of the status line */
    RA_CHROME_BUTTON = 32,  /* of a button */
    RA_CHROME_GAP = 6,      /* between two, and to the edge */
    RA_CHROME_ICON = 16,    /* side of an icon */
    RA_CHROME_PANEL_WIDTH = 440,
    RA_CHROME_PANEL_MARGIN = 28,
};

typedef enum {
    RA_BUTTON_CONTROL,
    RA_BUTTON_SCALE,
    RA_BUTTON_FULLSCREEN,
    RA_BUTTON_DISCONNECT,
    RA_BUTTON_PANEL, /* the one of the panel: Cancel or Close */
    RA_BUTTON_COUNT,
    RA_BUTTON_NONE = RA_BUTTON_COUNT,
} RaButtonId;

typedef enum { RA_STYLE_PLAIN, RA_STYLE_ACCENT, RA_STYLE_WARM, RA_STYLE_DANGER } RaButtonStyle;

typedef struct {
    const char *label; /* static */
    RaIcon icon;
    RaButtonStyle style;
    gboolean visible, enabled;
    int width; /* pixels */
    RaBox box; /* set by ra_chrome_layout() */
} RaButton;

typedef struct {
    RaButton button[RA_BUTTON_COUNT];
    RaButtonId hovered, pressed, focused;
    gboolean fullscreen;
    gboolean revealed; /* full screen: the toolbar lies over the picture */
    gboolean panel_shown;
    int panel_height;                   /* pixels: of its text and margins, without the button */
    RaBox toolbar, status, area, panel; /* set by ra_chrome_layout(); empty where not shown */
} RaChrome;

void ra_chrome_init(RaChrome *chrome);
/* Places everything in a window of WIDTH x HEIGHT. */
void ra_chrome_layout(RaChrome *chrome, int width, int height);
/* The button at a point, RA_BUTTON_NONE where there is none that can be pressed. */
RaButtonId ra_chrome_button_at(const RaChrome *chrome, int x, int y);
/* TRUE if the point belongs to the chrome, not to the picture. */
gboolean ra_chrome_contains(const RaChrome *chrome, int x, int y);
/* Pointer: each TRUE if something looks different now. */
gboolean ra_chrome_motion(RaChrome *chrome, int x, int y);
gboolean ra_chrome_press(RaChrome *chrome, int x, int y);
/* The button that was pressed, if the pointer is still on it. */
RaButtonId ra_chrome_release(RaChrome *chrome, int x, int y);
/* Keyboard: to the next button that can be pressed (STEP 1), or the one before (-1). */
void ra_chrome_focus_next(RaChrome *chrome, int step);
/* Takes focus, hover and press away from what cannot be pressed (any more). */
void ra_chrome_settle(RaChrome *chrome);
