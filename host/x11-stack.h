/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps windows of ours above all others, without a fight that never ends: whoever else insists
 * on being on top is let be for half a second. */
#pragma once

#include "host/x11-area.h"
#include "host/x11-conn.h"

enum { RA_X11_STACK_MAX = 8 };

typedef struct {
    RaX11 *x11;
    xcb_window_t window[RA_X11_STACK_MAX]; /* from the lowest to the topmost */
    RaX11Area place[RA_X11_STACK_MAX];     /* where each is, as we had it, in the root window */
    gboolean shown[RA_X11_STACK_MAX];
    guint n;
    gboolean touched; /* one of ours was moved or hidden, perhaps by others */
    gboolean due;     /* something moved */
    double credit;    /* raises that may follow at once */
    gint64 credit_at; /* when that was counted: monotonic microseconds */
    guint timer;      /* source, 0 for none */
} RaX11Stack;

/* Starts to listen for windows that come above ours. */
void ra_x11_stack_watch(RaX11Stack *stack);
void ra_x11_stack_unwatch(RaX11Stack *stack);
void ra_x11_stack_event(RaX11Stack *stack, const xcb_generic_event_t *event);
/* Moves, or maps or unmaps, one of ours. */
void ra_x11_stack_place(RaX11Stack *stack, guint i, RaX11Area place);
void ra_x11_stack_show(RaX11Stack *stack, guint i, gboolean shown);
/* Undoes what another program did to ours: unmapped, moved, resized them. FALSE where they are gone
 * for good, or it does not stop. To be called after the events. */
gboolean ra_x11_stack_restore(RaX11Stack *stack);
/* Raises our windows where one that is due is covered; to be called after the events. */
void ra_x11_stack_settle(RaX11Stack *stack);
