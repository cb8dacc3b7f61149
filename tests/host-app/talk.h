/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages of a session are shown, for their tests. */
#pragma once

#include "tests/host-app/stand-in.h"

#include <gtk/gtk.h>

/* An entry of the history; WHO: me, them, event. Floating. */
GVariant *talk_entry(guint number, const char *who, const char *text);
/* The same, with what may change in it. */
GVariant *talk_entry_there(guint number, const char *who, const char *text, gboolean there);
/* N entries, "text 1" and so on, of all kinds, as History returns them. Floating. */
GVariant *talk_history(guint n);
/* Answers History with that one. Floating. */
GVariant *talk_history_of(const char *who, const char *text);
/* GVariant's own text of a{sv}, floating. */
GVariant *talk_dict(const char *text);

/* The first widget beneath ROOT of TYPE ("GtkLabel") and, unless TEXT is NULL, that shows this text
 * (a label's, or a button's); NULL where there is none. Hidden ones do not count. */
GtkWidget *talk_find(GtkWidget *root, const char *type, const char *text);
/* The first that carries data of that name: a view inside a page. */
GtkWidget *talk_find_data(GtkWidget *root, const char *name);
/* How many of TYPE there are beneath ROOT. */
guint talk_count(GtkWidget *root, const char *type);
/* The text of the label with that id. */
const char *talk_text(GtkWidget *root, const char *id);
gboolean talk_visible(GtkWidget *root, const char *id);
/* Presses it as a person would. */
void talk_click(GtkWidget *button);
/* The file chooser that is open; NULL where there is none. */
GtkWidget *talk_chooser(void);
/* FALSE: GTK's file chooser cannot be tried here, and the test has been marked as skipped. It leaks
 * memory by itself, at a place that no suppression can name without hiding leaks of ours. */
gboolean talk_chooser_or_skip(void);
