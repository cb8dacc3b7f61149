/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a page shows, as a whole. */
#pragma once

#include <gtk/gtk.h>

/* The texts of the labels beneath ROOT that have the style class and are in sight, joined by "-";
 * the caller frees it. And how many. */
char *app_text(GtkWidget *root, const char *class);
guint app_count(GtkWidget *root, const char *class);
/* The first widget of TYPE beneath ROOT that is in sight; fails the test where there is none. */
GtkWidget *app_of_type(GtkWidget *root, GType type);
/* The file chooser that is open; NULL where there is none. */
GtkWidget *app_chooser(void);
/* Fails the test if two of the labels and buttons in sight have the same mnemonic. */
void app_check_mnemonics(GtkWidget *root);
/* What Escape does at PAGE, by its own shortcuts. */
void app_escape(GtkWidget *page);
/* Draws WINDOW into the PNG file. */
void app_picture(GtkWindow *window, const char *file);
