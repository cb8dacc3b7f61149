/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages in German, whose texts are long, in large type and right to left: whether everything finds
 * its room on the smallest screen. RA_PICTURES names a folder into which they are drawn.
 */
#pragma once

#include <gtk/gtk.h>

/* Only what names somebody may be shortened. */
#define LOOK_NAME "Dr. Annemarie Oberhuber-Schneidewind"

enum { LOOK_WIDTH = 1024, LOOK_HEIGHT = 600 }; /* the smallest screen, pixels */

typedef struct {
    const char *name;
    int percent; /* of the text's usual size */
    gboolean mirrored;
} Look;

/* GTK on a display of that size, in German. FALSE: the test has been marked as skipped. */
gboolean look_start(const Look *look);
/* Adds one test for each look, "/look/NAME/german" and so on. TEST's data: the Look. */
void look_add(const char *name, GTestDataFunc test);
/* Fails the test where what WINDOW shows does not fit onto the screen, is cut or shortened, or lies
 * over something else. */
void look_check(GtkWindow *window, const Look *look, const char *page);
