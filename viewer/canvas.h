/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The window's pixels, and the one way of each to the screen. The picture as it is goes straight
 * from the worker's memory to the X server (viewer/direct.h). All else, and the picture where it is
 * scaled or has something over it, is drawn on SDL's window surface, which goes to an X server
 * through shared memory without the texture upload of SDL's renderer (measured at 0.4 ms an update
 * against 8). Only what changed is drawn and sent; an update waits for the server once.
 */
#pragma once

#include "viewer/geometry.h"
#include "viewer/picture.h"

#include <SDL.h>
#include <cairo.h>

enum {
    RA_CANVAS_PARTS_MAX = 64, /* damaged by themselves; more are joined */
    RA_CANVAS_OVER_MAX = 32,  /* things over the picture */
};

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
/* The picture from now on, or NULL. Borrowed for the call. */
void ra_canvas_set_picture(RaCanvas *canvas, const RaPicture *picture);

typedef struct {
    guint8 *pixels; /* 32 bits each, 0xXXRRGGBB */
    gsize stride;   /* bytes */
    int width, height;
    cairo_t *cairo; /* draws on the same pixels: cairo_surface_flush() and _mark_dirty() are the
                       canvas's, between drawing by hand and by Cairo */
} RaDrawing;

/* Draws PART, which lies inside the canvas. By hand first, then by Cairo (clipped to PART). */
typedef void (*RaDrawFunc)(RaDrawing *drawing, RaBox part, gpointer data);

/* What lies where at the moment. */
typedef struct {
    RaDrawFunc by_hand, by_cairo;
    gpointer data;
    RaBox picture;                  /* what is seen of it; may be empty */
    gboolean exact;                 /* pixel by pixel: not scaled */
    int x, y;                       /* its pixel at `picture`'s upper left, if it is exact */
    RaBox over[RA_CANVAS_OVER_MAX]; /* where something is drawn over it, by hand or by Cairo */
    guint n_over;
} RaScene;

/* Draws the damaged parts: of the picture, where nothing is over it, by hand alone or not at all;
 * by hand and by Cairo elsewhere. Brings them to the screen. FALSE if the window has no surface
 * just now; the damage stays. */
gboolean ra_canvas_flush(RaCanvas *canvas, const RaScene *scene);

/* For tests: how the last flush went. */
typedef struct {
    guint direct, by_hand, by_cairo; /* parts */
    gint64 direct_area, drawn_area;  /* pixels */
} RaCanvasCount;
const RaCanvasCount *ra_canvas_count(const RaCanvas *canvas); /* borrowed */
