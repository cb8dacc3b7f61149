/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Talking with the helper: ask for it, wait, talk, be silent, stop. */
#pragma once

#include "host/app/session-calls.h"

#include <gtk/gtk.h>

/* What is to be said about it, and its levels; its buttons go to the end of ROW. Follows the agent
 * by itself. CALLS is borrowed. */
GtkWidget *ra_talk_view_new(RaCalls *calls, GtkBox *row);
/* Talking is offered, by Features: the buttons are there. */
void ra_talk_view_set_open(GtkWidget *root, gboolean open);
/* Who is helping, safe to show; "". */
void ra_talk_view_set_helper(GtkWidget *root, const char *helper);
