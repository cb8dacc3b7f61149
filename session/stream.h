/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The link in the worker's main loop: what came waits in one buffer until it is consumed, what
 * goes out waits in queues by priority. Whole messages are the unit: a message of higher priority
 * overtakes those that have not begun to leave, never one in the middle.
 */
#pragma once

#include "link/link.h"

#include <glib.h>

typedef struct _RaStream RaStream;

typedef enum {
    RA_PRIORITY_CONTROL, /* handshake, rights, input, chat, fences, clipboard text */
    RA_PRIORITY_VOICE,
    RA_PRIORITY_PIXELS,
    RA_PRIORITY_FILES, /* and clipboard pictures: begun only while the kernel has less than 10 ms of
                          anything to send */
    RA_PRIORITY_COUNT
} RaPriority;

typedef struct {
    /* More bytes came. */
    void (*received)(gpointer data);
    /* Everything queued, or everything but files, has been taken by the kernel, which has little
     * left to send. */
    void (*drained)(gpointer data);
    /* The link is gone. ERROR is NULL where the other end closed it in order. Nothing follows. */
    void (*closed)(const GError *error, gpointer data);
} RaStreamCallbacks;

enum {
    RA_STREAM_INPUT_MAX = 32 * 1024 * 1024,  /* bytes that may wait to be consumed */
    RA_STREAM_WAITING_MAX = 4096,            /* messages that may wait before it is congested */
    RA_STREAM_CONTROL_MAX = 4 * 1024 * 1024, /* bytes of RA_PRIORITY_CONTROL that may: copied text
                                                is long */
    RA_STREAM_FILES_MAX = 16 * 1024 * 1024,  /* bytes of RA_PRIORITY_FILES that may wait before our
                                                own program has to */
    RA_STREAM_PIECE_MAX = 16 * 1024,         /* bytes: ra_stream_piece() */
    RA_STREAM_BUFFERS_MAX = 8,               /* that are kept to be used again, */
    RA_STREAM_BUFFER_MAX = 512 * 1024,       /* bytes of each */
};

/* Takes LINK, whose handshake is done. A callback may free the stream. */
RaStream *ra_stream_new(RaLink *link, const RaStreamCallbacks *callbacks, gpointer data);
void ra_stream_free(RaStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaStream, ra_stream_free)
RaLink *ra_stream_link(RaStream *stream); /* borrowed */

/* What came and is not consumed. Borrowed until the next call on the stream. */
const guint8 *ra_stream_input(RaStream *stream, gsize *size);
void ra_stream_consume(RaStream *stream, gsize size); /* and wipes it */
/* The same for what holds no secret, pixels: not wiped. */
void ra_stream_skip(RaStream *stream, gsize size);

/* Sends one message, what the kernel takes of it at once; takes MESSAGE, which is wiped when it has
 * left unless it is one of RA_PRIORITY_PIXELS (who puts a key into it makes it large enough at
 * once). Empty ones are dropped. */
void ra_stream_send(RaStream *stream, RaPriority priority, GByteArray *message);
/* The same for a piece of a message of RA_PRIORITY_PIXELS. MORE: another one follows before the
 * main loop goes on, and nothing else leaves between the two. */
void ra_stream_send_piece(RaStream *stream, GByteArray *piece, gboolean more);
/* An empty buffer for a message of RA_PRIORITY_PIXELS: one of those that have left, if there is one
 * of no more than RA_STREAM_BUFFER_MAX bytes, so that nothing is allocated for a picture. Send or
 * free it. */
GByteArray *ra_stream_buffer(RaStream *stream);
/* Bytes queued and not yet taken by the kernel. */
gsize ra_stream_queued(const RaStream *stream);
/* The same without RA_PRIORITY_FILES. */
gsize ra_stream_ahead(const RaStream *stream);
/* Messages of PRIORITY that have not begun to leave, and their BYTES (NULL is fine). */
guint ra_stream_waiting(const RaStream *stream, RaPriority priority, gsize *bytes);
/* TRUE: RA_STREAM_FILES_MAX of files wait: our program has to. */
gboolean ra_stream_files_full(const RaStream *stream);
/* Drops the one of them that has waited longest. */
void ra_stream_drop_oldest(RaStream *stream, RaPriority priority);
/* How long a message of RA_PRIORITY_FILES should be, in bytes, so that what overtakes it waits 10
 * ms at the most: by the rate that TCP measures. */
guint32 ra_stream_piece(const RaStream *stream);
/* Bytes that came and left since the start, without what TLS adds. */
void ra_stream_bytes(const RaStream *stream, guint64 *in, guint64 *out);
/* So much (but files) waits that whoever answers the other end must not listen on before
 * `drained`: it asks much and reads nothing, and the answers would fill the memory. */
gboolean ra_stream_congested(const RaStream *stream);
/* Sends what is queued, waiting SECONDS at the most: before the process leaves. */
void ra_stream_flush(RaStream *stream, guint seconds);
