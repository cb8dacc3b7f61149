/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chat: what was said and what happened, and the field to say something. */
#pragma once

#include "host/app/session-calls.h"

#include <gtk/gtk.h>

enum {
    RA_CHAT_VIEW_TEXT_MAX = 4096,   /* bytes of a message (Consent1.Say) */
    RA_CHAT_VIEW_BEEP_SECONDS = 60, /* between two sounds */
};

/* Follows the agent by itself. CALLS is borrowed. */
GtkWidget *ra_chat_view_new(RaCalls *calls);
/* Something can be said, by Features. */
void ra_chat_view_set_open(GtkWidget *root, gboolean open);
/* Who is helping, safe to show; "". */
void ra_chat_view_set_helper(GtkWidget *root, const char *helper);
/* As ra_session_page_set_seen(). */
void ra_chat_view_set_seen(GtkWidget *root, gboolean seen);
/* The keyboard goes to the message's field. */
void ra_chat_view_focus(GtkWidget *root);
/* What is known of it, as Consent1.History; the caller's. */
GVariant *ra_chat_view_history(GtkWidget *root);
