/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The window's pixels. SDL's window surface goes to an X server through shared memory, without the
 * texture upload that SDL's renderer would add (shared memory is measured at 0.4 ms an update
 * against 8); only what changed is sent.
 */
#pragma once

#include "viewer/geometry.h"

#include <SDL.h>
#include <cairo.h>

typedef struct _RaCanvas RaCanvas;

/* To be called before the window is made. */
void ra_canvas_set_hints(void);
/* WINDOW lives longer. Never NULL. */
RaCanvas *ra_canvas_new(SDL_Window *window);
void ra_canvas_free(RaCanvas *canvas); /* NULL is fine */
/* The window's size may have changed: all has to be drawn again. */
void ra_canvas_reset(RaCanvas *canvas);
/* This part has to be drawn again. */
void ra_canvas_damage(RaCanvas *canvas, RaBox part);

typedef struct {
    guint8 *pixels; /* 32 bits each, 0xXXRRGGBB */
    gsize stride;   /* bytes */
    int width, height;
    cairo_t *cairo; /* draws on the same pixels: cairo_surface_flush() and _mark_dirty() are the
                       canvas's, between drawing by hand and by Cairo */
} RaDrawing;

/* Draws PART, which lies inside the canvas. By hand first, then by Cairo (clipped to PART). */
typedef void (*RaDrawFunc)(RaDrawing *drawing, RaBox part, gpointer data);
/* Calls BY_HAND, then BY_CAIRO, for each damaged part, and brings them to the screen. FALSE if the
 * window has no surface just now; the damage stays. */
gboolean ra_canvas_flush(RaCanvas *canvas, RaDrawFunc by_hand, RaDrawFunc by_cairo, gpointer data);
