/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all pages of both windows need of GTK. */
#pragma once

#include <gtk/gtk.h>

/* Adds style.css to all windows on DISPLAY; a second time changes nothing. */
void ra_ui_add_style(GdkDisplay *display);
/* The widget ID of BUILDER, that is in no other, floating as a new one is: it outlives BUILDER. */
GtkWidget *ra_ui_take(GtkBuilder *builder, const char *id);
