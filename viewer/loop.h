/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SDL's events in GLib's main loop. */
#pragma once

#include <SDL.h>
#include <glib.h>

typedef void (*RaEventFunc)(const SDL_Event *event, gpointer data);

/* Attaches itself to the default main context; WINDOW lives longer. The caller destroys it. */
GSource *ra_event_source_new(SDL_Window *window, RaEventFunc func, gpointer data);
