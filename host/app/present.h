/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bringing the consent window in front of the novice: how a desktop lets a program do that. */
#pragma once

#include <gtk/gtk.h>

typedef struct _RaPresent RaPresent;

/* WINDOW is borrowed, and must outlive it. */
RaPresent *ra_present_new(GtkWindow *window);
void ra_present_free(RaPresent *present);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaPresent, ra_present_free)
/* In front, with the focus, one quiet sound, and marked as urgent. DRAWN is called from the main
 * loop once what the window holds now has been drawn in sight: with its number on the X server, 0
 * on other displays. Takes the place of an earlier one. */
void ra_present_ask(RaPresent *present, void (*drawn)(guint32 window, gpointer data),
                    gpointer data);
/* In front; nothing else. What was asked before is not told any more. */
void ra_present_calmly(RaPresent *present);
