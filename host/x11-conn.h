/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection to an X server as a source of a GLib main loop: what the X11 implementations of
 * the seams share. It wakes only for what the server sends. */
#pragma once

#include <glib.h>
#include <xcb/xcb.h>

typedef struct _RaX11 RaX11;

typedef struct {
    /* Takes note of an event or of an error; must not call out of the room. */
    void (*event)(const xcb_generic_event_t *event, gpointer data);
    /* Called after the last event that is at hand, and after ra_x11_kick(): does at most one thing
     * that calls out, and returns TRUE to be called again. May close the connection. */
    gboolean (*settle)(gpointer data);
    /* The connection is broken. Called once, nothing follows. May close the connection. */
    void (*lost)(const GError *error, gpointer data);
} RaX11Handlers;

/* DISPLAY NULL: $DISPLAY. RA_ERROR_FAILED where there is no such server. */
RaX11 *ra_x11_open(const char *display, GError **error);
void ra_x11_close(RaX11 *x11); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaX11, ra_x11_close)

xcb_connection_t *ra_x11_xcb(RaX11 *x11);
const xcb_screen_t *ra_x11_screen(RaX11 *x11);
xcb_window_t ra_x11_root(RaX11 *x11);
/* Of the root window; NULL where the server does not describe it. Borrowed. */
const xcb_visualtype_t *ra_x11_visual(RaX11 *x11);
/* Starts to serve the connection from the thread's default main context. HANDLERS is borrowed. */
void ra_x11_watch(RaX11 *x11, const RaX11Handlers *handlers, gpointer data);
/* Hands what has arrived to event() now, without waiting for the server; in settle() what was read
 * already, since the socket has just been looked at. */
void ra_x11_drain(RaX11 *x11);
/* The same for all that has happened at the server until now. FALSE: the connection is broken. */
gboolean ra_x11_catch_up(RaX11 *x11);
/* TRUE if WINDOW was made over one of this program's connections that are open: the server lets
 * nobody else make one of that number. (All connections are to one server.) */
gboolean ra_x11_owns(xcb_window_t window);
/* Waits until the server has done all that it was asked for. The server drops what it has not read
 * when a connection is closed. */
void ra_x11_sync(RaX11 *x11);
/* Has settle() called from the main loop. */
void ra_x11_kick(RaX11 *x11);
/* The extension, or NULL with RA_ERROR_FAILED and a message that names it as NAME. */
const xcb_query_extension_reply_t *ra_x11_extension(RaX11 *x11, xcb_extension_t *extension,
                                                    const char *name, GError **error);
/* XCB_ATOM_NONE only where the connection is broken. */
xcb_atom_t ra_x11_atom(RaX11 *x11, const char *name);
/* "The X server said no": RA_ERROR_FAILED, where WHAT names the request. */
void ra_x11_set_error(GError **error, const char *what);
