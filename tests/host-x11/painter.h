/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A screen source under test, and a client that draws on the same server. */
#pragma once

#include "host/x11.h"
#include "tests/support/xvfb.h"

#include <xcb/xcb.h>

typedef struct {
    RaXvfb *xvfb;
    RaScreen *screen;
    xcb_connection_t *xcb; /* the drawing client */
    xcb_screen_t *root;
    xcb_gcontext_t gc;
    int damaged, resized, cursors, pointers, lost, monitors;
    guint16 pointer_x, pointer_y;
    RaIpcMessage cursor;
    GByteArray *cursor_pixels;
    const guint8 *map; /* of the frame, as the worker has it */
    gsize map_size;
} Painter;

/* They count in the Painter that is their data. */
extern const RaScreenEvents painter_events;

/* A source that has not been started; MONITOR as in host/x11-choice.h. */
RaScreen *painter_open(Painter *f, const char *monitor);
/* Starts a server and connects to it, without a source. */
void painter_connect(Painter *f, const char *mode, const char *const *extra);
/* The same, with a source that has been started. */
void painter_start(Painter *f, const char *mode, const char *const *extra, const char *monitor);
void painter_end(Painter *f);

void painter_fill(Painter *f, gint16 x, gint16 y, guint16 width, guint16 height, guint32 pixel);
/* Waits until the server has done all that the painter asked for. */
void painter_settle(Painter *f);
/* The source's frame; maps it as the worker does. */
RaIpcMessage painter_frame(Painter *f);
RaIpcMessage painter_fetch(Painter *f);
/* Compares the frame with what another client reads from the screen at AT_X, AT_Y. */
void painter_assert_true(Painter *f, const RaIpcMessage *frame, int at_x, int at_y);
gboolean painter_covers(const RaIpcMessage *pixels, int x, int y);
/* Sum of the rectangles, in pixels. */
gsize painter_area(const RaIpcMessage *pixels);
