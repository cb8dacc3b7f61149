/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When it is over: who did what and when, the chat, the files; to be saved. */
#pragma once

#include "host/app/agent-link.h"

#include <gtk/gtk.h>

/* Reads the history and the transfers of the session that just ended from LINK, borrowed; what is
 * shown then needs it no more, but saving does. DONE: the novice has read it and closes. */
GtkWidget *ra_summary_page_new(RaAgentLink *link, void (*done)(gpointer data), gpointer data);
