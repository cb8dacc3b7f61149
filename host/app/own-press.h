/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a button that decides was pressed by a key or a click that the window got for it. GTK
 * presses buttons, and moves the keyboard to them, for the accessibility bus too; the agent sees
 * that somebody pressed something in the window, but not what (doc/NOVICE.md, "When a yes counts").
 */
#pragma once

#include <gtk/gtk.h>

enum {
    RA_OWN_PRESS_MS = 1000, /* from the press until GTK tells that the button was clicked */
    RA_OWN_REST_MS = 250,   /* the pointer has to be on the button before the click: neither came
                               under   the other just now */
    RA_OWN_MOVE_MS = 500,   /* from a key that moves the keyboard until it is on the button */
};

typedef struct _RaOwnPress RaOwnPress;

/* BUTTON and OTHER, which the keyboard goes to where nobody moved it to BUTTON, have to outlive
 * what is returned. */
RaOwnPress *ra_own_press_new(GtkWidget *button, GtkWidget *other);
void ra_own_press_free(RaOwnPress *press); /* NULL is fine */
/* A key of the window, before any widget has it. */
void ra_own_press_key(RaOwnPress *press, guint keysym, GdkModifierType modifiers);
/* TRUE, once for a press, if the button was pressed just now. */
gboolean ra_own_press_take(RaOwnPress *press);
