/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the helper chose about the window, remembered from one session to the next in
 * $XDG_STATE_HOME/remote-assistance/viewer (a key file). */
#pragma once

#include "viewer/geometry.h"
#include "viewer/theme.h"
#include "wire/assist.h"

typedef struct {
    RaThemeKind theme;
    int text; /* percent, 80..200 */
    RaViewMode mode;
    RaQuality quality; /* asked for at the start of each session */
    gboolean clipboard;
    gboolean pane;  /* the chat is shown, where there is room */
    int pane_width; /* dp */
    RaBox window;   /* pixels; width 0: not known */
    gboolean maximised;
} RaChoices;

/* What is missing or senseless in the file gets its default. */
void ra_choices_load(RaChoices *choices);
/* Whole or not at all, mode 0600. RA_ERROR_FAILED where it cannot be written. */
gboolean ra_choices_save(const RaChoices *choices, GError **error);
