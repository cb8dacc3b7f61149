/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One end of the socketpair between a program and its worker: datagrams of wire/ipc.h, some with a
 * descriptor. Both sides use it. Nothing here blocks, but for ra_channel_wait().
 */
#pragma once

#include "wire/ipc.h"

#include <glib.h>

typedef struct _RaChannel RaChannel;

enum { RA_CHANNEL_QUEUE_MAX = 256 }; /* messages that wait to be sent */

typedef struct {
    /* FD is -1, or the callee's to close. MESSAGE and what it borrows last for the call. */
    void (*message)(const RaIpcMessage *message, int fd, gpointer data);
    /* The other end is gone, or broke the rules: nothing follows. REASON is a static string. */
    void (*gone)(const char *reason, gpointer data);
    /* For now nothing more waits: who acts on several messages together does so now. NULL is fine.
     */
    void (*rest)(gpointer data);
} RaChannelCallbacks;

/* Takes FD. Accepts only what INCOMING may send. Watches in the caller's main context; a callback
 * may free the channel. */
RaChannel *ra_channel_new(int fd, RaIpcDirection incoming, const RaChannelCallbacks *callbacks,
                          gpointer data);
/* Closes; what waits to be sent is dropped. NULL is fine. */
void ra_channel_free(RaChannel *channel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaChannel, ra_channel_free)

/* Sends, or queues in order. FD (-1: none) is duplicated. FALSE where the message is malformed
 * (a programming error, warned about), the queue is full or the channel is broken. */
gboolean ra_channel_send(RaChannel *channel, const RaIpcMessage *message, int fd);

/* Messages that wait to be sent: who makes many of them slows down when there are. */
guint ra_channel_queued(const RaChannel *channel);

/* HELD: messages are left in the socket, until this is called again: who sends them has to wait.
 * The end of the other side is told of nevertheless, and what it said last is then lost. */
void ra_channel_hold(RaChannel *channel, gboolean held);

/* TRUE once the other end was cut off since what it sent is no message: it broke the rules. FALSE
 * where it just left. */
gboolean ra_channel_is_liar(const RaChannel *channel);

/* Waits for the next message of KIND, SECONDS at the most; what else comes meanwhile is kept in
 * order for the callback. For the one place that cannot return to the main loop: the key that a
 * TLS handshake asks for. FALSE on time-out or when the channel breaks. */
gboolean ra_channel_wait(RaChannel *channel, RaIpcKind kind, guint seconds, RaIpcMessage *ret);
/* Sends what is queued, waiting SECONDS at the most: before the process leaves. */
void ra_channel_flush(RaChannel *channel, guint seconds);
