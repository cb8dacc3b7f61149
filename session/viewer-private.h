/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a session at the viewer's worker, shared by viewer-session.c (how it begins, the
 * picture, what our program says) and viewer-assist.c (assistance messages). */
#pragma once

#include "session/clipboard.h"
#include "session/frame.h"
#include "session/pulse.h"
#include "session/relay.h"
#include "session/sound.h"
#include "session/stream.h"
#include "session/viewer-session.h"
#include "wire/assist.h"
#include "wire/decoder.h"
#include "wire/handshake.h"

typedef enum {
    ST_HANDSHAKE = 1 << 0,
    ST_RUNNING = 1 << 1,
    ST_OVER = 1 << 2,
} State;

struct _RaViewerSession {
    RaStream *stream;
    RaChannel *channel;
    void (*over)(gpointer data);
    gpointer data;
    State state;
    RaClientHandshake *handshake;
    guint patience; /* timer */
    guint backlog;  /* timer */
    char novice[RA_IPC_TEXT_MAX + 1];

    RaDecoder *decoder;
    RaPictureMemory picture;
    RaIpcMessage changed;               /* rectangles drawn and not told */
    RaIpcMessage pointer;               /* the novice's */
    gboolean pointer_moved;             /* and not told */
    gboolean speaks_fence, speaks_keys; /* the server has said so */
    gboolean offers_continuous, continuous;
    guint16 width, height;

    RaRelay *relay;
    RaMeter *meter;
    RaPulse *pulse;
    RaSound *sound;
    RaCopied *copied;
};

/* Ends the session; only the first call does anything. */
void ra_viewer_session_end(RaViewerSession *s, RaGoodbye reason, gboolean ours, const char *text);
void ra_viewer_session_broke_protocol(RaViewerSession *s, const char *what);

/* The session runs now. */
void ra_viewer_assist_start(RaViewerSession *s);
/* An assistance message of the host. */
void ra_viewer_assist_take(RaViewerSession *s, const RaAssist *message);
/* The host's clipboard. */
void ra_viewer_assist_cut_text(RaViewerSession *s, const RaServerEvent *event);
/* RA_IPC_ASSIST, _SOUND, _CLIPBOARD, WANT_CONTROL_OUT and RETURN_CONTROL_OUT of our program; takes
 * FD. */
void ra_viewer_assist_program(RaViewerSession *s, const RaIpcMessage *message, int fd);
/* For ra_copied_new(). */
extern const RaCopiedCallbacks ra_viewer_copied_callbacks;
