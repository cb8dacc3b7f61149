/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a session at the host's worker, shared by host-session.c (how it begins, what our
 * program says), host-rfb.c (what the viewer says, and its picture), host-assist.c (assistance
 * messages), host-held.c (what the helper holds down) and host-pause.c (the hidden screen). */
#pragma once

#include "session/clipboard.h"
#include "session/frame.h"
#include "session/host-session.h"
#include "session/picture-pace.h"
#include "session/pulse.h"
#include "session/relay.h"
#include "session/sound.h"
#include "session/stream.h"
#include "wire/assist.h"
#include "wire/encoder.h"
#include "wire/handshake.h"

enum {
    RA_ASK_AGAIN_SECONDS = 30, /* a stock viewer's input asks no sooner than this after a no */
    RA_HELD_KEYS_MAX = 32,     /* that are watched; of more, those pressed last */
};

/* What the helper holds down, as our program was told. */
typedef struct {
    struct {
        guint32 keysym, code;
    } key[RA_HELD_KEYS_MAX];
    guint n;
    guint16 x, y, buttons;
    guint timer;  /* while anything is held */
    guint64 in;   /* bytes that had come when its last turn ended */
    guint silent; /* turns without any more */
} RaHeldInput;

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
    int bell;       /* -1, or what takes their place */
    guint owed;     /* WANT_PIXELS to send for FRAME and PIXELS: until then the frame is ours */
    gboolean fresh; /* nothing of this frame has been filled in yet */
    GArray *dirty;  /* of RaRect: parts of the frame that were not looked at */
    RaEncoder *encoder;
    gboolean requested, continuous; /* the viewer wants an update */
    guint32 fence;                  /* of the last one sent */
    RaPicturePace pace;             /* of those that were not answered */
    guint pointer_fences;           /* the same of updates that only moved the pointer */
    RaQuality quality;              /* that the viewer chose */
    guint rest_timer;               /* while something shown is lossy */

    RaRights rights;
    gboolean asked_control;
    gint64 ask_after; /* monotonic; for a stock viewer's input */

    RaHeldInput held;

    RaRelay *relay;
    RaMeter *meter;
    RaPulse *pulse;
    RaSound *sound;
    RaCopied *copied;
    gboolean listed;        /* SetEncodings came */
    gboolean told_of_share; /* our program, that a stock viewer's clipboard is shared */

    gboolean paused;       /* the novice hides the screen */
    gboolean covered;      /* and the viewer has been sent what hides it */
    guint16 pointer[2];    /* where the novice's was last, x and y */
    RaIpcMessage cursor;   /* the shape that came while paused; kind 0: none */
    guint8 *cursor_pixels; /* its */
};

/* Ends the session; only the first call does anything. */
void ra_host_session_end(RaHostSession *s, RaGoodbye reason, gboolean ours, const char *text);
void ra_host_session_broke_protocol(RaHostSession *s, const char *what);
/* A message without fields, to our program. */
void ra_host_session_tell(RaHostSession *s, RaIpcKind kind);

/* The viewer's list of encodings came: does it take assistance messages, the extended clipboard? */
void ra_host_assist_negotiate(RaHostSession *s);
/* An assistance message of the viewer. */
void ra_host_assist_take(RaHostSession *s, const RaAssist *message);
/* The viewer's clipboard. */
void ra_host_assist_cut_text(RaHostSession *s, const RaRfbClientMessage *message);
/* RA_IPC_ASSIST, _SOUND and _CLIPBOARD of our program; takes FD. */
void ra_host_assist_program(RaHostSession *s, const RaIpcMessage *message, int fd);
/* The rights changed. */
void ra_host_assist_rights(RaHostSession *s);
/* For ra_copied_new(). */
extern const RaCopiedCallbacks ra_host_copied_callbacks;

/* The novice hides the screen, or shows it again. */
void ra_host_pause_set(RaHostSession *s, gboolean paused);
/* Begins the update that hides it; as ra_encoder_begin(). */
gboolean ra_host_pause_begin(RaHostSession *s);
/* What our program says of the pointer; kept for later while paused. */
void ra_host_pause_pointer(RaHostSession *s, guint16 x, guint16 y);
void ra_host_pause_cursor(RaHostSession *s, const RaIpcMessage *message);

/* Input that was passed on. Where the viewer falls silent while something is held, our program is
 * told that it went up. */
void ra_host_held_key(RaHostSession *s, const RaIpcMessage *event);
void ra_host_held_pointer(RaHostSession *s, const RaIpcMessage *event);
/* Control ended: our program lets go of everything itself. */
void ra_host_held_clear(RaHostSession *s);

/* Sends what the viewer wants and can be sent; asks for more pixels when all have been looked at
 * and there is room for what may come. */
void ra_host_rfb_pump(RaHostSession *s);
/* The viewer chose this quality. */
void ra_host_rfb_set_quality(RaHostSession *s, RaQuality quality);
/* One message of a viewer. TRUE: there may be another one. */
gboolean ra_host_rfb_take(RaHostSession *s, const guint8 *data, gsize size, gsize *used);
