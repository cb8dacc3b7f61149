/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The viewer's picture path: the server's bytes in (everything after ServerInit), events out, the
 * picture drawn into memory of the caller's. The viewer has asked for the native pixel format and
 * for ra_decoder_encodings().
 */
#pragma once

#include "wire/assist.h"
#include "wire/rfb.h"

#include <glib.h>

enum {
    RA_DECODER_CURSOR_SIDE_MAX = 512, /* pixels; what is over RA_IPC_CURSOR_SIDE_MAX is cut */
    RA_DECODER_DRAWN_MAX = 16,        /* rectangles that one event tells of */
    /* Bytes that one piece of the stream can take up before it is decoded: a buffer of this size
       always makes progress. The largest is a rectangle's compressed data. */
    RA_DECODER_PIECE_MAX = 12 * 1024 * 1024 + 64,
};

typedef enum {
    RA_EVENT_NONE,       /* never returned */
    RA_EVENT_RESIZE,     /* the screen's size: ra_decoder_set_frame() before the next step */
    RA_EVENT_RECT,       /* parts of the frame were drawn */
    RA_EVENT_CURSOR,     /* the pointer's shape */
    RA_EVENT_POINTER,    /* where the pointer is */
    RA_EVENT_UPDATE_END, /* one FramebufferUpdate is complete */
    RA_EVENT_BELL,
    RA_EVENT_CUT_TEXT,
    RA_EVENT_FENCE,          /* with RA_RFB_FENCE_REQUEST: answer with flags & RA_RFB_FENCE_FLAGS */
    RA_EVENT_END_CONTINUOUS, /* the server speaks ContinuousUpdates, or has stopped them */
    RA_EVENT_EXTENDED_KEY,   /* the server takes QEMU's extended key events */
    RA_EVENT_ASSIST,
} RaServerEventKind;

typedef struct {
    RaServerEventKind kind;
    union {
        struct {
            guint16 width, height;
        } resize;
        struct {
            const RaRect *rect; /* not empty. Borrowed until the next step */
            guint n;            /* 1..RA_DECODER_DRAWN_MAX */
        } drawn;
        struct {
            guint16 width, height; /* 0 x 0: none; at most RA_IPC_CURSOR_SIDE_MAX */
            guint16 hot_x, hot_y;
            const guint8 *pixels; /* B G R A, alpha premultiplied. Borrowed until the next step */
        } cursor;
        struct {
            guint16 x, y; /* of its hot spot; may lie outside the screen: then it is not on it */
        } pointer;
        struct {
            const guint8 *bytes; /* Latin-1, or extended clipboard data. Borrowed from the data */
            guint32 size;
            gboolean extended;
        } cut_text;
        RaRfbFence fence;
        RaAssist assist;
    };
} RaServerEvent;

typedef struct _RaDecoder RaDecoder;

/* WIDTH x HEIGHT as ServerInit says. The first event is RESIZE, before any byte. Never NULL. */
RaDecoder *ra_decoder_new(guint16 width, guint16 height);
void ra_decoder_free(RaDecoder *decoder); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaDecoder, ra_decoder_free)

/* Answers RESIZE: where to draw, native pixels, rows of STRIDE bytes, of the size that RESIZE said.
 * Borrowed until the next call or ra_decoder_free(). What it shows at first is the caller's choice:
 * the server sends all of it. */
void ra_decoder_set_frame(RaDecoder *decoder, guint8 *pixels, guint32 stride);

/*
 * One step. *USED bytes of DATA were taken, also with RA_DECODE_MORE. RA_DECODE_OK sets *RET to one
 * event; call again with the bytes left, also when there are none. RA_DECODE_MORE: come again with
 * those left and more. RA_DECODE_BAD: end the session; *RET and *USED are untouched, and so ends
 * every later call.
 */
RaDecode ra_decoder_step(RaDecoder *decoder, const guint8 *data, gsize size, gsize *used,
                         RaServerEvent *ret);

/* For SetEncodings: all that the decoder takes, best first. Static. */
const gint32 *ra_decoder_encodings(guint *n);
