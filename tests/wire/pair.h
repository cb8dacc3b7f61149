/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An encoder and a decoder, joined: for tests of what the viewer shows. */
#pragma once

#include "tests/wire/test-wire.h"
#include "wire/decoder.h"

/* A viewer that shows what it is sent. */
typedef struct {
    RaDecoder *decoder;
    Picture screen;
    Picture told; /* the same, drawn anew only where the decoder says that it drew */
    guint rects, updates;
    guint cursor_width, cursor_height;
    guint8 cursor[128 * 128 * 4];
    guint pointers; /* positions that came; the last one: */
    guint16 pointer_x, pointer_y;
    gboolean extended_key;
} Viewer;

void viewer_init(Viewer *viewer, guint width, guint height);
void viewer_clear(Viewer *viewer);
/* Feeds it all of BYTES, STEP bytes more each time that it wants more. */
void viewer_feed(Viewer *viewer, const GByteArray *bytes, gsize step);

/* One session: a screen, its encoder, its viewer. */
typedef struct {
    Picture screen;
    RaEncoder *encoder;
    Viewer viewer;
    gsize step, bytes; /* of the last update */
    gboolean lossy;    /* what is shown need not equal the model */
} Session;

void session_init(Session *s, guint width, guint height, const gint32 *encodings, guint n);
void session_clear(Session *s);
/* One update; the viewer must show what the model has afterwards. */
gboolean session_update(Session *s, const RaRect *dirty, guint n);
/* Updates until there is nothing to say; the viewer must show the screen. */
void session_settle(Session *s);
