/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The front: the application of which there is one instance, and its window. It has no power of
 * its own (doc/NOVICE.md, "Two processes"). */
#pragma once

#include <gtk/gtk.h>

/* Returned once for a program. Activating it shows the window; the action "invite" the first step
 * of inviting (the desktop entry's action), "invitations" the list. The caller unrefs it. */
GtkApplication *ra_front_new(void);
