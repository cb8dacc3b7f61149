/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The messages between a program (ra-host, ra-viewer) and its worker ra-session, one a datagram
 * on a SOCK_SEQPACKET socketpair; some carry a file descriptor beside it. doc/PROTOCOL.md lists
 * who sends what when. The worker is not trusted: a program decodes with the direction that it
 * expects, and checks what it got against what the novice allowed.
 */
#pragma once

#include "base/rights.h"
#include "wire/assist.h"
#include "wire/goodbye.h"
#include "wire/rect.h"

#include <glib.h>

enum {
    RA_IPC_MAX = 72 * 1024,              /* bytes of a datagram */
    RA_IPC_IDENTITY_MAX = 64,            /* bytes of a PSK identity */
    RA_IPC_TEXT_MAX = 255,               /* bytes of any other text */
    RA_IPC_KEY_SIZE = 32,                /* bytes of a session key */
    RA_IPC_RECTS_MAX = 64,               /* rectangles in one message */
    RA_IPC_CURSOR_SIDE_MAX = 128,        /* pixels; larger cursors are cut to it by the sender */
    RA_IPC_SCREEN_SIDE_MAX = 16384,      /* pixels */
    RA_IPC_OUTSIDE = 65535,              /* POINTER, both x and y: nowhere on the shared screen */
    RA_SOUND_RATE = 48000,               /* samples a second, mono */
    RA_SOUND_FRAME = 960,                /* samples in 20 ms */
    RA_CLIPBOARD_TEXT_MAX = 1024 * 1024, /* bytes of UTF-8 */
};

typedef enum {
    RA_CLIPBOARD_TEXT,
    RA_CLIPBOARD_PNG,
    RA_CLIPBOARD_LAST = RA_CLIPBOARD_PNG
} RaClipboardFormat;

typedef enum {
    /* Program to worker, host */
    RA_IPC_CONNECTION = 1, /* +fd: an accepted socket, for the gate: connection */
    RA_IPC_KEY,            /* answers WANT_KEY, in its order: secret */
    RA_IPC_ALLOW,          /* answers ASK: allow */
    RA_IPC_FRAME,  /* +fd: the shared frame, a sealed memfd, the worker's until WANT_PIXELS; comes
                      again when the size changes: frame */
    RA_IPC_PIXELS, /* these parts of the frame are new; the frame is the worker's until
                      WANT_PIXELS: rects */
    RA_IPC_CONTROL_ANSWER, /* answers WANT_CONTROL; viewer's worker to program too, for a no: allow
                            */
    RA_IPC_BELL, /* +fd: one end of a stream socket. From now on the worker writes a byte into it
                    where it would send WANT_PIXELS: that wakes nobody who has nothing to fetch */

    /* Program to worker, viewer */
    RA_IPC_IDENTITY = 32,      /* who we are, before the first socket: secret */
    RA_IPC_SOCKET,             /* +fd: a connected socket to try: connection */
    RA_IPC_WANT_CONTROL_OUT,   /* the helper asks for control */
    RA_IPC_RETURN_CONTROL_OUT, /* the helper gives control back */

    /* Either program to its worker */
    RA_IPC_BYE = 64, /* say goodbye to the other end and leave: ended */

    /* Worker to program, host */
    RA_IPC_WANT_KEY = 96,    /* a handshake names an identity: identity */
    RA_IPC_HANDSHAKE_FAILED, /* that connection is gone: connection */
    RA_IPC_AUTHENTICATED,    /* that one succeeded: this worker is its session's now, and every
                                other connection it had is closed: connection */
    RA_IPC_ASK,              /* may the novice be asked? who: ask */
    RA_IPC_WANT_PIXELS,      /* the worker has let go of the frame and the viewer has room: sent
                                exactly once for each FRAME and each PIXELS */
    RA_IPC_WANT_CONTROL,     /* the helper asks for control */
    RA_IPC_RETURN_CONTROL,   /* the helper gives control back */

    /* Worker to program, viewer */
    RA_IPC_ATTEMPT_FAILED = 128, /* that socket led nowhere, and why: attempt */
    RA_IPC_SECURED,              /* that socket won; no more are wanted: connection */
    RA_IPC_SCREEN,               /* +fd: the decoded picture, a memfd, sealed against shrinking;
                                    comes again when the size changes: frame */
    RA_IPC_CHANGED,              /* these parts of the picture are new: rects */

    /* Both ways */
    RA_IPC_CURSOR = 160, /* the pointer's shape: cursor */
    RA_IPC_RIGHTS,       /* what the helper may do from now on: rights */
    RA_IPC_POINTER,      /* the helper's pointer, to the host. From the host, and then from the
                            viewer's worker: where the novice's is: pointer */
    RA_IPC_KEY_PRESS,    /* the helper's key: key */
    RA_IPC_ENDED,        /* worker to program, its last message: ended */
    RA_IPC_ASSIST,       /* an assistance message to or from the other program, which the worker
                            only passes on (session/relay.h says which kinds): assist */
    RA_IPC_SOUND,        /* 20 ms of a microphone, to the worker; of the other's, from it: sound */
    RA_IPC_CLIPBOARD,    /* +fd: what our clipboard has now, to the worker; the other's, from it. A
                            memfd sealed against all changes, SIZE bytes: clipboard */
    RA_IPC_METER,        /* worker to program, about once a second while something moves: meter */
} RaIpcKind;

/* Wiped by ra_ipc_message_clear() where it held a key. */
typedef struct {
    RaIpcKind kind;
    union {
        struct {
            guint32 id;                     /* chosen by the program */
            char peer[RA_IPC_TEXT_MAX + 1]; /* its address, for messages to people */
        } connection;
        struct {
            char identity[RA_IPC_IDENTITY_MAX + 1]; /* KEY: the one that was asked for */
            gboolean known; /* KEY: FALSE lets the handshake fail as a wrong key does. IDENTITY:
                               there is no proxy in between that TCP could not see through */
            guint8 key[RA_IPC_KEY_SIZE];
            char name[RA_IPC_TEXT_MAX + 1]; /* IDENTITY: the helper's name. KEY: the novice's */
        } secret;
        struct {
            char identity[RA_IPC_IDENTITY_MAX + 1];
        } identity;
        struct {
            gboolean yes;
            RaGoodbye reason; /* of a no */
        } allow;
        struct {
            guint16 width, height; /* pixels, 1..RA_IPC_SCREEN_SIDE_MAX */
            guint32 stride;        /* bytes, at least width * 4; rows from offset 0 of the memfd,
                                      each pixel 32 bits little-endian 0xXXRRGGBB */
            char name[RA_IPC_TEXT_MAX + 1]; /* of the desktop */
        } frame;
        struct {
            guint n; /* 0..RA_IPC_RECTS_MAX; inside the frame: the receiver checks */
            RaRect rect[RA_IPC_RECTS_MAX];
        } rects;
        struct {
            char identity[RA_IPC_IDENTITY_MAX + 1];
            char name[RA_IPC_TEXT_MAX + 1]; /* claimed by the helper; "" from a stock viewer */
            gboolean native;                /* both ends speak ra/1 */
        } ask;
        struct {
            guint32 id;
            gboolean tls;                   /* it connected, but the handshake failed */
            char text[RA_IPC_TEXT_MAX + 1]; /* why */
        } attempt;
        struct {
            guint16 width, height; /* 0 x 0: no cursor */
            guint16 hot_x, hot_y;
            const guint8 *pixels; /* width * height * 4: B G R A, alpha premultiplied. Decoded:
                                     borrowed from the datagram */
        } cursor;
        struct {
            RaRights rights;
        } rights;
        struct {
            guint16 x, y;    /* the novice's: RA_IPC_OUTSIDE, or anything outside the screen */
            guint16 buttons; /* RFB's mask; the novice's: 0 */
        } pointer;
        struct {
            gboolean down;
            guint32 keysym; /* X11's */
            guint32 code;   /* PC XT scan code as in QEMU's extended key event, 0 if unknown */
        } key;
        RaAssist assist; /* what it borrows comes from the datagram */
        struct {
            guint32 stamp;         /* of the first sample; 48000 a second */
            guint16 n;             /* samples, 1..RA_SOUND_FRAME */
            const guint8 *samples; /* n signed 16-bit numbers in the machine's order, perhaps not
                                      aligned. Borrowed */
        } sound;
        struct {
            RaClipboardFormat format;
            guint32 size; /* bytes; 0: nothing that can be shared */
        } clipboard;
        struct {
            guint32 in, out; /* bytes a second over the link, each way */
            guint32 delay;   /* microseconds there and back; 0: not known yet */
        } meter;
        struct {
            RaGoodbye reason;
            gboolean ours;                  /* ENDED: we left, not the other end */
            char text[RA_IPC_TEXT_MAX + 1]; /* a detail, may be empty */
        } ended;
    };
} RaIpcMessage;

/* Who sends. A message that its direction does not allow is not decoded. */
typedef enum {
    RA_IPC_FROM_HOST = 1 << 0,
    RA_IPC_FROM_HOST_WORKER = 1 << 1,
    RA_IPC_FROM_VIEWER = 1 << 2,
    RA_IPC_FROM_VIEWER_WORKER = 1 << 3,
} RaIpcDirection;

/* Appends one datagram's bytes to OUT. FALSE, OUT as it was, for a message whose values break the
 * limits above. */
gboolean ra_ipc_encode(const RaIpcMessage *message, GByteArray *out);
/* FALSE, *RET untouched, for anything but exactly one well-formed message that FROM may send. */
gboolean ra_ipc_decode(RaIpcMessage *ret, RaIpcDirection from, const void *data, gsize size);
/* TRUE for the kinds that come with a file descriptor. */
gboolean ra_ipc_has_fd(RaIpcKind kind);
void ra_ipc_message_clear(RaIpcMessage *message);
