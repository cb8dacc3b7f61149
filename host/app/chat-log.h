/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was said and what happened, one below the other: names and times, the novice's own words at
 * the end of the line, the helper's at its start, events dimmed in between. Links are only text. Of
 * a long history the newest entries are shown, and earlier ones when they are asked for.
 *
 * One stop of the Tab key; Up and Down go from entry to entry.
 */
#pragma once

#include <gtk/gtk.h>

enum {
    RA_CHAT_LOG_STEP = 150, /* entries that are shown at first, and more each time */
};

G_DECLARE_FINAL_TYPE(RaChatLog, ra_chat_log, RA, CHAT_LOG, GtkBox)

/* Emits "earlier" before earlier entries are put in above those shown. */
GtkWidget *ra_chat_log_new(void);
/* HELPER stands where an entry of theirs has no name; "" for "Your helper". */
void ra_chat_log_set_helper(RaChatLog *log, const char *helper);
/* ENTRIES as Consent1.History gives them, instead of all that was there. */
void ra_chat_log_load(RaChatLog *log, GVariant *entries);
/* ENTRY as in Consent1.HistoryChanged. FALSE: it does not follow what is there, and all has to be
 * loaded again. */
gboolean ra_chat_log_take(RaChatLog *log, GVariant *value);
/* Shows no more than the newest again. */
void ra_chat_log_trim(RaChatLog *log);
guint ra_chat_log_length(RaChatLog *log);
/* The entry of INDEX from 0; borrowed. */
GVariant *ra_chat_log_entry(RaChatLog *log, guint index);

/* "14:03", as the locale writes it, on the day of today; with the date on another. */
char *ra_chat_log_time(gint64 time);
