/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The session under way: who is helping and what they can do now, Stop control, End, hide the
 * screen, chat, files, talking, the clipboard (doc/NOVICE.md, "In a session"). */
#pragma once

#include "host/app/agent-link.h"

#include <gtk/gtk.h>

/* Follows LINK, borrowed, by itself. */
GtkWidget *ra_session_page_new(RaAgentLink *link);
/* Where the keyboard goes: "session" to the first control, "chat" to the message's field. */
void ra_session_page_focus(GtkWidget *root, const char *what);
/* The window is in front of the novice (or not): what comes meanwhile counts as read. */
void ra_session_page_set_seen(GtkWidget *root, gboolean seen);
/* Who is, or was, helping ("": unknown), and what was said so far (as Consent1.History). For the
 * summary. The first is borrowed, the second the caller's. */
const char *ra_session_page_helper(GtkWidget *root);
GVariant *ra_session_page_history(GtkWidget *root);
