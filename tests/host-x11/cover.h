/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A guard under test, a window for it to keep, and a program that wants to hide it. */
#pragma once

#include "host/guard.h"
#include "tests/support/xvfb.h"

#include <gio/gio.h>
#include <xcb/xcb.h>

enum {
    COVER_LEFT = 200, /* of the window */
    COVER_TOP = 150,
    COVER_WIDTH = 400,
    COVER_HEIGHT = 300,
    COVER_PATIENCE = 60, /* seconds, which a test that passes does not use */
};

typedef struct {
    RaXvfb *xvfb;
    RaGuard *guard;
    GSubprocess *manager;        /* NULL: none */
    xcb_connection_t *app, *foe; /* whose the window is; who hides it */
    const xcb_screen_t *screen;
    xcb_window_t root, window, cover;
} Cover;

typedef enum {
    COVER_PLAIN,
    COVER_INPUT_ONLY,
    COVER_BORDER,   /* 20 pixels wide */
    COVER_UNMAPPED, /* for the test to show */
    COVER_MANAGED,  /* asks the window manager to be above others */
} CoverKind;

/* A server of 1024x768 with the window; KEPT: the guard keeps it. FALSE:
 * skipped, since a program is missing. */
gboolean cover_start(Cover *f, gboolean kept);
/* The same with a window manager, which is there when this returns; not kept yet. */
gboolean cover_start_managed(Cover *f);
void cover_end(Cover *f);

/* Waits until the server has done all that was asked for. */
void cover_sync(xcb_connection_t *xcb);
xcb_atom_t cover_atom(Cover *f, const char *name);
/* A window of the foe's. */
xcb_window_t cover_new(Cover *f, CoverKind kind, int x, int y, guint16 width, guint16 height);
/* The topmost that is viewable. */
xcb_window_t cover_topmost(Cover *f);
/* Waits until the window manager shows WINDOW above others, or no more. */
void cover_await_above(Cover *f, xcb_window_t window, gboolean above);

gint64 cover_since(Cover *f); /* as the guard says now */
/* Runs the main loop until the window is in sight, and returns since when. */
gint64 cover_await_sight(Cover *f);
