/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws the chrome with Cairo and Pango. All text that comes here is clean already. */
#pragma once

#include "viewer/chrome.h"

#include <cairo.h>

/* The colour behind the picture, 0xffRRGGBB. */
#define RA_PAINT_BACKDROP 0xff14171cu

typedef enum { RA_LIGHT_GREY, RA_LIGHT_AMBER, RA_LIGHT_GREEN, RA_LIGHT_ORANGE } RaLight;

/* Lets go of the fonts; what is drawn later loads them again. */
void ra_paint_forget_fonts(void);
/* The width of a toolbar button with this label, in pixels. */
int ra_paint_button_width(const char *label, gboolean icon);
/* The height of a panel's text with its margins, as ra_chrome_layout() wants it. */
int ra_paint_panel_height(const char *heading, const char *text);

/* TEXT (may be NULL) is shown in the middle, where there is no status line. */
void ra_paint_toolbar(cairo_t *cairo, const RaChrome *chrome, const char *text);
void ra_paint_status(cairo_t *cairo, const RaChrome *chrome, RaLight light, const char *left,
                     const char *right);
void ra_paint_panel(cairo_t *cairo, const RaChrome *chrome, const char *heading, const char *text);
/* Darkens the picture: the session is over. */
void ra_paint_dim(cairo_t *cairo, RaBox area);
/* Shows how far a picture that is larger than the area was panned. */
void ra_paint_scrollbars(cairo_t *cairo, const RaView *view);
enum { RA_PAINT_SCROLLBAR = 10 }; /* pixels at the area's right and lower edge */
