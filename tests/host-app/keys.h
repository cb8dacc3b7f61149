/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys for a window on the test's own X server, which has no window manager. Keys are named as GDK
 * does, with "Alt+" or "Shift+" before: "Tab space Alt+y". */
#pragma once

#include <gtk/gtk.h>

/* Gives WINDOW, which is shown, the server's focus, and counts its keys from now on. */
void app_focus(GtkWindow *window);
/* Presses and releases each, and waits until the window has heard all. */
void app_keys(const char *keys);
/* Holds one, or lets it go; waits for the first press. */
void app_keys_down(const char *key);
void app_keys_up(const char *key);
/* Waits for that many presses more, which the server repeats. */
void app_key_events(GtkWindow *window, guint more);
