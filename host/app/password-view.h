/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A generated password to be read aloud: its words large, one below the other, and their spelling.
 */
#pragma once

#include "base/secret.h"

#include <gtk/gtk.h>

GtkWidget *ra_password_view_new(void);
/* PASSWORD: words between "-"; NULL: none. HIDDEN: somebody sees the screen; then it says so in
 * its place, and neither the screen nor the accessibility tree has the words. */
void ra_password_view_set(GtkWidget *widget, RaSecret *password, gboolean hidden);
