/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a session at the host's worker, shared by host-session.c (how it begins, what our
 * program says) and host-rfb.c (what the viewer says, and its picture). */
#pragma once

#include "session/frame.h"
#include "session/host-session.h"
#include "session/pace.h"
#include "session/stream.h"
#include "wire/assist.h"
#include "wire/encoder.h"
#include "wire/handshake.h"

enum { RA_ASK_AGAIN_SECONDS = 30 }; /* a stock viewer's input asks no sooner than this after a no */

typedef enum {
    ST_HANDSHAKE = 1 << 0, /* hello, version, security */
    ST_ASKED = 1 << 1,     /* the novice is being asked */
    ST_WELCOME = 1 << 2,   /* they said yes: the frame and ClientInit are awaited */
    ST_RUNNING = 1 << 3,
    ST_OVER = 1 << 4,
} State;

struct _RaHostSession {
    RaStream *stream;
    RaChannel *channel;
    void (*over)(gpointer data);
    gpointer data;
    State state;
    RaServerHandshake *handshake;
    gboolean viewer_ready; /* ClientInit came */
    guint patience;        /* timer */
    guint backlog;         /* timer */

    RaFrameMap *frame;
    guint owed;     /* WANT_PIXELS to send for FRAME and PIXELS: until then the frame is ours */
    gboolean fresh; /* nothing of this frame has been filled in yet */
    GArray *dirty;  /* of RaRect: parts of the frame that were not looked at */
    RaEncoder *encoder;
    gboolean requested, continuous; /* the viewer wants an update */
    guint32 fence;                  /* of the last one sent */
    RaPace pace;                    /* of those that were not answered */
    guint pointer_fences;           /* the same of updates that only moved the pointer */
    RaQuality quality;              /* that the viewer chose */
    guint rest_timer;               /* while something shown is lossy */

    RaRights rights;
    gboolean asked_control;
    gint64 ask_after; /* monotonic; for a stock viewer's input */
};

/* Ends the session; only the first call does anything. */
void ra_host_session_end(RaHostSession *s, RaGoodbye reason, gboolean ours, const char *text);
void ra_host_session_broke_protocol(RaHostSession *s, const char *what);
/* A message without fields, to our program. */
void ra_host_session_tell(RaHostSession *s, RaIpcKind kind);
/* To the viewer, if it takes assistance messages. */
void ra_host_session_send_assist(RaHostSession *s, const RaAssist *message);

/* Sends what the viewer wants and can be sent; asks for more pixels when all have been looked at
 * and there is room for what may come. */
void ra_host_rfb_pump(RaHostSession *s);
/* The viewer chose this quality. */
void ra_host_rfb_set_quality(RaHostSession *s, RaQuality quality);
/* One message of a viewer. TRUE: there may be another one. */
gboolean ra_host_rfb_take(RaHostSession *s, const guint8 *data, gsize size, gsize *used);
