/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The window's own file chooser, for desktops without one: a dialog with a list of what lies in a
 * folder. Arrows move, Enter opens, Backspace or Alt+Up goes to the folder above, Ctrl+Space marks
 * one of several, Ctrl+H shows hidden files.
 */
#pragma once

#include "viewer/chooser.h"

typedef struct _RaBrowser RaBrowser;

/* Brings it up. FUNC as ra_chooser_open() has it; the browser is gone then. FOLDER of OPTIONS is
 * not NULL. */
RaBrowser *ra_browser_new(RaUi *ui, const RaChooseOptions *options, RaChooseFunc func,
                          gpointer data);
/* Closes it without an answer. NULL is fine. */
void ra_browser_free(RaBrowser *browser);
