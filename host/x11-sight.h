/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a window of another program can be seen whole by whoever sits before the screen, as far
 * as an X server tells. It cannot tell what was drawn into a window, nor whether a compositor shows
 * it. */
#pragma once

#include "host/x11-conn.h"

#include <cairo.h>

enum {
    RA_X11_SIGHT_DEPTH = 16, /* windows around the window; more: it is not there */
    RA_X11_SIGHT_WIDTH_MIN = 200,
    RA_X11_SIGHT_HEIGHT_MIN = 120,
    RA_X11_SIGHT_EDGE = 4,      /* pixels at its sides that others may cover: borders, the window
                                   manager's edges of the screen */
    RA_X11_SIGHT_CORNER = 16,   /* pixels within which a window may be cut: round corners */
    RA_X11_SIGHT_SHADOW = 128,  /* pixels that a program may draw a shadow in, at each side */
    RA_X11_SIGHT_OVER_MAX = 512 /* windows that are looked at, whether they lie over it */
};

typedef struct {
    RaX11 *x11;
    xcb_atom_t opacity, shadow;
    guint8 shape_event;  /* the first one; 0: the server cannot cut windows */
    cairo_region_t *lit; /* the parts of the root window that a monitor shows; NULL: to be asked */
} RaX11Eye;

typedef struct {
    xcb_window_t path[RA_X11_SIGHT_DEPTH]; /* the window, and those around it, up to the topmost */
    guint n;                               /* 0: it is not there */
    cairo_rectangle_int_t place;           /* of the window, in the root window */
    gboolean whole;                        /* it is shown, none of it is cut off or see-through */
    gboolean covered;                      /* something lies over it that is neither its program's
                                              nor ours */
} RaX11Sight;

void ra_x11_eye_init(RaX11Eye *eye, RaX11 *x11);
void ra_x11_eye_clear(RaX11Eye *eye);
/* Forgets where monitors are: to be called where that may have changed. */
void ra_x11_eye_blink(RaX11Eye *eye);
/* Also asks to be told when what lies around or over WINDOW is cut to another shape. */
void ra_x11_eye_look(RaX11Eye *eye, xcb_window_t window, RaX11Sight *ret);
/* TRUE if both windows were made by one program. */
gboolean ra_x11_eye_same_program(RaX11Eye *eye, xcb_window_t a, xcb_window_t b);
