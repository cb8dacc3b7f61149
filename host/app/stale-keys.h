/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys that were down already when a question came into sight: they, and what they repeat, are no
 * answer to it. By hardware codes, as GTK's key events have them. */
#pragma once

#include <gtk/gtk.h>

typedef struct _RaStaleKeys RaStaleKeys;

RaStaleKeys *ra_stale_keys_new(void);
void ra_stale_keys_free(RaStaleKeys *keys);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaStaleKeys, ra_stale_keys_free)
/* All that are down now are stale, where the display tells. */
void ra_stale_keys_look(RaStaleKeys *keys, GdkDisplay *display);
/* CODE was pressed, or repeats. Returns TRUE where it is stale. FRESH: FALSE makes it stale from
 * its next press on, until it is released. */
gboolean ra_stale_keys_pressed(RaStaleKeys *keys, guint code, gboolean fresh);
void ra_stale_keys_released(RaStaleKeys *keys, guint code);
