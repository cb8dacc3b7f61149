/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said over the remote screen: on the way there, hidden by the novice, waiting for the
 * novice's hands, broken, over. */
#pragma once

#include "viewer/command.h"
#include "viewer/shell.h"

RaWidget *ra_overlay_new(RaShell *shell, RaCommandFunc command, gpointer data);
/* So many pixels on the left are covered by something else. */
void ra_overlay_set_covered(RaWidget *widget, int left);
void ra_overlay_update(RaWidget *widget);
/* To its first button; FALSE if it has none now. */
gboolean ra_overlay_focus(RaWidget *widget);
