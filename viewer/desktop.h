/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the desktop says about light, dark and the size of things. */
#pragma once

#include "viewer/theme.h"

#include <SDL.h>

typedef struct _RaDesktop RaDesktop;

/* CHANGED is called when the desktop's wish is known or another one; not before this returns. */
RaDesktop *ra_desktop_new(void (*changed)(gpointer data), gpointer data);
void ra_desktop_free(RaDesktop *desktop);
/* Light, dark or high contrast, as far as it is known; light where it is not. */
RaThemeKind ra_desktop_theme(const RaDesktop *desktop);
/* Pixels a dp, in percent: the X resource Xft.dpi, GDK_SCALE, or the display's own density where
 * it is that of a dense one. */
int ra_desktop_scale(SDL_Window *window);
