/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A question to the novice (doc/NOVICE.md, "The question"). */
#pragma once

#include "host/app/agent-link.h"

#include <gtk/gtk.h>

/* Before Yes can be pressed: what the agent waits for, from when it heard that the page is in
 * sight, and a little for it to hear that. */
enum { RA_QUESTION_PAGE_HOLD_MS = 1300 };

/* DETAILS as in Host1.Asked. LINK is borrowed. The page sends the answer itself, and stays, with
 * what the agent says, where that does not take it; whoever shows it takes it away when the
 * question is settled. */
GtkWidget *ra_question_page_new(RaAgentLink *link, guint number, const char *what,
                                GVariant *details);
/* The page is in sight, in WINDOW of the X server (0: unknown): tells the agent, and lets Yes be
 * pressed RA_QUESTION_PAGE_HOLD_MS later. */
void ra_question_page_shown(GtkWidget *page, guint32 window);
/* A no, for a window that is closed. */
void ra_question_page_decline(GtkWidget *page);
/* The title, for the window's. Borrowed. */
const char *ra_question_page_title(GtkWidget *page);
/* The height in which all of it is in sight at WIDTH: pixels. */
int ra_question_page_height(GtkWidget *page, int width);
/* What takes the focus: No. */
GtkWidget *ra_question_page_default(GtkWidget *page);
