/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chat's pane: what was said, the transfers, the message box with Send. */
#pragma once

#include "viewer/command.h"
#include "viewer/dialogs.h"
#include "viewer/shell.h"

/* DIALOGS lives longer. */
RaWidget *ra_pane_new(RaShell *shell, RaDialogs *dialogs, RaCommandFunc command, gpointer data);
/* The chat, or whether one can chat, is another one. */
void ra_pane_update(RaWidget *widget, RaModelPart parts);
/* To the message box. */
void ra_pane_focus(RaWidget *widget);
/* All that came is before the helper's eyes, the pane being in sight. */
gboolean ra_pane_shows_last(const RaWidget *widget);
