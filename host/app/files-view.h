/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a session, either way: how far they are, and what can be done with them. */
#pragma once

#include "host/app/session-calls.h"

#include <gtk/gtk.h>

enum {
    RA_FILES_VIEW_AT_ONCE = 64, /* files that are sent by one choice */
};

/* Follows the agent by itself; not there while there is no file. OVER: only what came or was sent,
 * and where it is, as it was when the session ended. CALLS is borrowed. */
GtkWidget *ra_files_view_new(RaCalls *calls, gboolean over);
/* The novice chooses files, which are offered to the helper. */
void ra_files_view_choose(GtkWidget *root);
/* Offers FILES, a list of GFile: those that were chosen, or dropped onto the page. */
void ra_files_view_send(GtkWidget *root, GListModel *files);
