/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What has been copied, at a worker: RA_IPC_CLIPBOARD of our program becomes RFB's cut text (the
 * extended clipboard where both ends speak it) or CLIPBOARD_PICTURE, and the other way round. Only
 * while the helper has control and the session's FEATURES have the clipboard: what comes or is to
 * leave at another time is dropped, and what was kept is forgotten when control ends.
 */
#pragma once

#include "session/relay.h"

typedef struct _RaCopied RaCopied;

typedef struct {
    /* Sends the content of one cut text message. */
    void (*send)(const guint8 *data, gsize size, gboolean extended, gpointer data_);
} RaCopiedCallbacks;

/* All borrowed. */
RaCopied *ra_copied_new(RaStream *stream, RaChannel *channel, RaRelay *relay,
                        const RaCopiedCallbacks *callbacks, gpointer data);
void ra_copied_free(RaCopied *copied); /* NULL is fine */

/* The other end speaks the extended clipboard; CAPS of ours follow. */
void ra_copied_extend(RaCopied *copied);
/* The helper has control, or not any more. */
void ra_copied_allow(RaCopied *copied, gboolean control);
/* RA_IPC_CLIPBOARD; takes FD. A file that could still change, or has another size, is dropped. */
void ra_copied_from_program(RaCopied *copied, const RaIpcMessage *message, int fd);
/* A cut text message. FALSE: it breaks the protocol. */
gboolean ra_copied_take_text(RaCopied *copied, const guint8 *data, gsize size, gboolean extended);
/* CLIPBOARD_PICTURE: in order, one picture at a time. FALSE: it breaks the protocol. */
gboolean ra_copied_take_picture(RaCopied *copied, const RaAssist *message);
/* The stream has room: the rest of a picture may leave. */
void ra_copied_pump(RaCopied *copied);
