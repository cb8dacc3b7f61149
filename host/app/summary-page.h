/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When it is over: who did what and when, the chat, the files; to be saved. */
#pragma once

#include "host/app/agent-link.h"

#include <gtk/gtk.h>

/* Reads the history and the transfers of the session that just ended from LINK, borrowed; what is
 * shown then needs the agent no more, and can be saved without it. DONE: the novice has read it and
 * closes. */
GtkWidget *ra_summary_page_new(RaAgentLink *link, void (*done)(gpointer data), gpointer data);
/* What the session's page knew: who it was, and what was said, which is shown where the agent
 * cannot tell any more. Without it the chat's own names tell who it was. */
void ra_summary_page_recall(GtkWidget *root, const char *helper, GVariant *history);
/* Puts the keyboard on what cannot lose anything. */
void ra_summary_page_focus(GtkWidget *root);
/* Saves it as FILE, in place of what is there: the novice chose it, and agreed. */
void ra_summary_page_save(GtkWidget *root, GFile *file);
