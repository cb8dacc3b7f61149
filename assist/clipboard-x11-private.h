/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of assist/clipboard-x11.h: the connection, what we ask others for, what we give. */
#pragma once

#include "assist/clipboard-x11.h"

#include <xcb/xcb.h>

enum {
    RA_SELECTION_TIMEOUT_MS = 2000, /* for a whole answer to read() */
    RA_SELECTION_GIVE_MS = 5000,    /* for the next step of who takes from us */
    RA_SELECTION_GIVES_MAX = 16,    /* contents under way in pieces; more are refused */
    RA_SELECTION_PIECE = 128 * 1024,
    RA_SELECTION_SLOTS = 4,
};

typedef enum {
    RA_ATOM_CLIPBOARD,
    RA_ATOM_TARGETS,
    RA_ATOM_TIMESTAMP,
    RA_ATOM_MULTIPLE,
    RA_ATOM_ATOM_PAIR,
    RA_ATOM_INCR,
    RA_ATOM_UTF8_STRING,
    RA_ATOM_TEXT_UTF8,  /* text/plain;charset=utf-8 */
    RA_ATOM_TEXT_PLAIN, /* text/plain */
    RA_ATOM_TEXT,
    RA_ATOM_PNG,
    RA_ATOM_SECRET, /* x-kde-passwordManagerHint */
    RA_ATOM_TIME,   /* a property of ours */
    RA_ATOM_SLOT,   /* and those for what we read, one after the other */
    RA_ATOMS = RA_ATOM_SLOT + RA_SELECTION_SLOTS,
} RaSelectionAtom;

/* What read() waits for. */
typedef enum {
    RA_READING_NOTHING,
    RA_READING_TARGETS,
    RA_READING_SECRET,
    RA_READING_CONTENT,
    RA_READING_PIECES,
} RaReading;

/* A content that goes to another program in pieces. */
typedef struct {
    xcb_window_t to;
    xcb_atom_t property, type;
    GBytes *bytes;
    gsize at;
    gint64 until; /* monotonic microseconds */
} RaSelectionGive;

typedef struct _RaX11Selection RaX11Selection;

struct _RaX11Selection {
    RaSelection selection;
    xcb_connection_t *xcb;
    xcb_window_t window;
    xcb_atom_t atom[RA_ATOMS];
    guint8 xfixes_event;
    GSource *source;
    gpointer fd_tag;
    const RaSelectionEvents *events; /* NULL until watched */
    gpointer data;
    gboolean dead;        /* the server has gone */
    gboolean changed_due; /* callbacks */
    gboolean got_due;
    RaClipboardFormat got_format;
    GBytes *got;
    gboolean *freed; /* where free() tells of itself during a callback */

    /* What we ask for */
    RaReading reading;
    guint slot;
    xcb_atom_t target; /* of the request under way */
    xcb_atom_t text;   /* the best that its owner offers, XCB_ATOM_NONE for none */
    gboolean picture;
    GByteArray *pieces;
    gint64 read_until; /* monotonic microseconds */

    /* What we give */
    GBytes *own; /* NULL: the clipboard is another's */
    RaClipboardFormat own_format;
    gboolean claiming;     /* asked the server for the time */
    xcb_timestamp_t since; /* that the clipboard is ours */
    GArray *gives;         /* of RaSelectionGive */
};

/* Asking: clipboard-x11-read.c */
void ra_x11_selection_read(RaX11Selection *self);
void ra_x11_selection_take_notify(RaX11Selection *self, const xcb_selection_notify_event_t *event);
/* A property of our window has a new value. */
void ra_x11_selection_take_piece(RaX11Selection *self, xcb_atom_t property);
/* Answers read(); BYTES is taken, NULL for none. */
void ra_x11_selection_finish(RaX11Selection *self, RaClipboardFormat format, GBytes *bytes);

/* Giving: clipboard-x11-give.c */
void ra_x11_selection_take_request(RaX11Selection *self,
                                   const xcb_selection_request_event_t *event);
/* Another program took a piece. */
void ra_x11_selection_taken(RaX11Selection *self, xcb_window_t by, xcb_atom_t property);
/* Forgets who takes no more; the time of the next, -1 for none. */
gint64 ra_x11_selection_give_up(RaX11Selection *self, gint64 now);
