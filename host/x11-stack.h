/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps windows of ours above all others, without a fight that never ends: whoever else insists
 * on being on top is let be for half a second. */
#pragma once

#include "host/x11-area.h"
#include "host/x11-conn.h"
#include "host/x11-credit.h"

#include <cairo.h>

enum { RA_X11_STACK_MAX = 8 };

typedef struct {
    RaX11 *x11;
    xcb_window_t window[RA_X11_STACK_MAX]; /* from the lowest to the topmost */
    RaX11Area place[RA_X11_STACK_MAX];     /* where each is, as we had it, in the root window */
    gboolean shown[RA_X11_STACK_MAX];
    cairo_region_t *cut[RA_X11_STACK_MAX]; /* its shape, NULL for the whole window */
    gboolean pass[RA_X11_STACK_MAX];       /* the pointer passes through */
    guint n;
    xcb_atom_t opacity; /* _NET_WM_WINDOW_OPACITY */
    guint8 shape_event; /* the first one; 0: the server cannot cut windows */
    gboolean touched;   /* one of ours was moved or hidden, perhaps by others */
    gboolean due;       /* something moved */
    RaX11Credit credit; /* of raises that may follow at once */
    guint timer;        /* source, 0 for none */
} RaX11Stack;

/* Starts to listen for windows that come above ours, and for what is done to ours. */
void ra_x11_stack_watch(RaX11Stack *stack);
void ra_x11_stack_unwatch(RaX11Stack *stack);
/* To be called last. */
void ra_x11_stack_clear(RaX11Stack *stack);
void ra_x11_stack_event(RaX11Stack *stack, const xcb_generic_event_t *event);
/* Moves, or maps or unmaps, one of ours. */
void ra_x11_stack_place(RaX11Stack *stack, guint i, RaX11Area place);
void ra_x11_stack_show(RaX11Stack *stack, guint i, gboolean shown);
/* Cuts one of ours to those rectangles; lets the pointer pass through one. Nothing happens where
 * the server cannot. */
void ra_x11_stack_cut(RaX11Stack *stack, guint i, const xcb_rectangle_t *rects, guint n);
void ra_x11_stack_pass(RaX11Stack *stack, guint i);
/* Undoes what another program did to ours: unmapped, moved, resized them, cut them to another
 * shape, made them see-through, put windows of its own into them. FALSE where they are gone for
 * good, or it does not stop. To be called after the events. */
gboolean ra_x11_stack_restore(RaX11Stack *stack);
/* Raises our windows where one that is due is covered; to be called after the events. */
void ra_x11_stack_settle(RaX11Stack *stack);
