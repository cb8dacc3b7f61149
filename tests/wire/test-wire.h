/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of test-wire, and what they share. */
#pragma once

#include "wire/encoder.h"

#include <glib.h>

void add_assist_tests(void);
void add_buffer_tests(void);
void add_busy_tests(void);
void add_clipboard_tests(void);
void add_grid_tests(void);
void add_ipc_tests(void);
void add_message_tests(void);
void add_movement_tests(void);
void add_mosaic_tests(void);
void add_handshake_tests(void);
void add_picture_tests(void);
void add_piece_tests(void);
void add_quality_tests(void);
void add_rect_tests(void);
void add_format_tests(void);
void add_stream_tests(void);

/* A picture to draw tests on, rows without gaps. */
typedef struct {
    guint16 width, height;
    guint32 *pixels; /* native, X is 0 */
} Picture;

typedef enum {
    CONTENT_FLAT,
    CONTENT_NOISE,
    CONTENT_TEXT,    /* two colours */
    CONTENT_WINDOWS, /* a few colours in rectangles */
    CONTENT_COLOURS, /* about a hundred colours in runs */
    CONTENT_GRADIENT,
    CONTENT_PHOTO, /* smooth with a little noise */
    N_CONTENTS,
} Content;

Picture picture_new(guint width, guint height);
void picture_clear(Picture *picture);
/* The same for the same SEED. */
void picture_draw(Picture *picture, Content content, guint32 seed);
RaFrameView picture_view(const Picture *picture);
/* Fails the test at the first pixel that differs, X left out. */
void picture_assert_equal(const RaFrameView *a, const RaFrameView *b);
