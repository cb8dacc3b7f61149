/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all pages of both windows need of GTK. */
#pragma once

#include <gtk/gtk.h>

/* Adds style.css to all windows on DISPLAY; a second time changes nothing. */
void ra_ui_add_style(GdkDisplay *display);
/* The widget ID of BUILDER, that is in no other, floating as a new one is: it outlives BUILDER. */
GtkWidget *ra_ui_take(GtkBuilder *builder, const char *id);
/* Keeps GTK's inspector shut, which a setting opens to two keys: who can press those rewords what
 * the windows say. To be called before the first window is made. */
void ra_ui_shut_inspector(void);
/* LABEL puts no hyphens where it wraps: they would seem to be part of a name or an address. */
void ra_ui_keep_as_written(GtkLabel *label);
/* A label whose lines wrap, anywhere if they must and without hyphens, since text from outside may
 * be in it; CLASS of the style sheet, NULL: none. */
GtkWidget *ra_ui_label(const char *text, const char *class);
