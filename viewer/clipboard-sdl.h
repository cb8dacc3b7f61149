/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The helper's clipboard: X11's own interface where the window is X11's, else SDL's, which knows
 * text alone. */
#pragma once

#include "assist/clipboard.h"

/* By what SDL drives the video with, which must be initialised; NULL where there is no clipboard.
 * The caller gives it to ra_clipboard_new(). */
RaSelection *ra_viewer_selection_new(void);
/* SDL's. For one window's life, in the main context. */
RaSelection *ra_clipboard_sdl_new(void);
