/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A display for the pages of the novice's window. */
#pragma once

#include <gtk/gtk.h>

/* Starts an X server, once for the program, and GTK on it with the program's resources and style
 * sheet. FALSE: none could be started, the test has been marked as skipped. SIZE: "1024x600". */
gboolean app_display_start(const char *size);
/* Stops it: at the end of main(). */
void app_display_stop(void);
/* Its name; NULL before the start. */
const char *app_display_name(void);

/* The first widget beneath ROOT (or it itself) with that buildable id, accessible or not. Fails the
 * test where there is none. */
GtkWidget *app_find(GtkWidget *root, const char *id);
/* PAGE in a window of its own, which is shown. Destroy it with gtk_window_destroy(). */
GtkWindow *app_window(GtkWidget *page, int width, int height);
/* Runs the main loop until nothing is left to do. */
void app_idle(void);
