/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The toolbar. What does not fit loses its words, one button after the other, never its button. */
#pragma once

#include "viewer/command.h"
#include "viewer/shell.h"

/* What the toolbar shows that the model does not know. */
typedef struct {
    gboolean controlling, pointing, pane, fullscreen, scaled;
    gboolean has_picture;
    const char *line; /* in the middle, where there is no status line; or NULL */
} RaBarState;

RaWidget *ra_bar_new(RaShell *shell, RaCommandFunc command, gpointer data);
void ra_bar_update(RaWidget *widget, const RaBarState *state);
/* May this be asked for now? */
gboolean ra_bar_allows(const RaWidget *widget, RaCommand command);
void ra_bar_focus(RaWidget *widget);
