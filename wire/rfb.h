/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RFB 3.8 (RFC 6143) and the extensions that its community documents (rfbproto), as far as this
 * program speaks them: numbers, what the viewer sends, and the server's small messages. The
 * handshake is in wire/handshake.h, pictures in wire/encoder.h and wire/decoder.h.
 */
#pragma once

#include "wire/pixel.h"
#include "wire/rect.h"

#include <glib.h>

typedef enum {
    RA_DECODE_OK,   /* one value */
    RA_DECODE_MORE, /* not complete: come again with more bytes */
    RA_DECODE_BAD,  /* breaks the protocol or a limit: end the session */
} RaDecode;

enum {
    RA_RFB_ENCODINGS_MAX = 1024,                /* numbers in a SetEncodings */
    RA_RFB_KNOWN_ENCODINGS_MAX = 64,            /* of them, those that we know */
    RA_RFB_CUT_TEXT_MAX = 256 * 1024,           /* bytes of Latin-1 */
    RA_RFB_EXTENDED_CUT_TEXT_MAX = 1088 * 1024, /* bytes of extended clipboard data */
    RA_RFB_FENCE_MAX = 64,                      /* bytes of a fence's payload */
    RA_RFB_SCREENS_MAX = 64,                    /* in SetDesktopSize and ExtendedDesktopSize */
    RA_RFB_NAME_MAX = 255,                      /* bytes of the desktop's name */
    RA_RFB_REASON_MAX = 1024,                   /* bytes of a refusal's reason */
    /* Bytes that one message of a viewer can take up: a buffer of this size always makes progress
     */
    RA_RFB_CLIENT_MESSAGE_MAX = RA_RFB_EXTENDED_CUT_TEXT_MAX + 8,
};

/* Encodings and pseudo-encodings (RFC 6143, 7.7 and 7.8; the rest in rfbproto) */
enum {
    RA_RFB_RAW = 0,
    RA_RFB_COPY_RECT = 1,
    RA_RFB_TIGHT = 7,
    RA_RFB_ZRLE = 16,
    RA_RFB_JPEG_QUALITY_LAST = -23, /* -32..-23: quality 0..9 of JPEG in Tight */
    RA_RFB_JPEG_QUALITY_FIRST = -32,
    RA_RFB_DESKTOP_SIZE = -223,
    RA_RFB_LAST_RECT = -224,
    RA_RFB_POINTER_POSITION = -232, /* TightVNC's PointerPos */
    RA_RFB_CURSOR = -239,
    RA_RFB_COMPRESSION_LAST = -247, /* -256..-247: zlib level 0..9 */
    RA_RFB_COMPRESSION_FIRST = -256,
    RA_RFB_QEMU_EXTENDED_KEY = -258,
    RA_RFB_EXTENDED_DESKTOP_SIZE = -308,
    RA_RFB_FENCE = -312,
    RA_RFB_CONTINUOUS_UPDATES = -313,
    RA_RFB_CURSOR_WITH_ALPHA = -314,
    RA_RFB_EXTENDED_CLIPBOARD = -0x3f5e1a32, /* 0xC0A1E5CE: wire/clipboard.h */
    RA_RFB_ASSIST = 0x52417331, /* "RAs1", ours: the viewer takes assistance messages */
    RA_RFB_MOSAIC = 0x52416d31, /* "RAm1", ours: wire/mosaic.h */
};

/* The kinds that a viewer sends; the numbers are RFB's message types. */
typedef enum {
    RA_RFB_SET_PIXEL_FORMAT = 0,
    RA_RFB_SET_ENCODINGS = 2,
    RA_RFB_UPDATE_REQUEST = 3,
    RA_RFB_KEY = 4,
    RA_RFB_POINTER = 5,
    RA_RFB_CLIENT_CUT_TEXT = 6,
    RA_RFB_ENABLE_CONTINUOUS = 150,
    RA_RFB_CLIENT_FENCE = 248,
    RA_RFB_SET_DESKTOP_SIZE = 251,
    RA_RFB_QEMU = 255,
    RA_RFB_ASSIST_MESSAGE = 82, /* ours, in both directions: wire/assist.h */
} RaRfbClientKind;

/* What a server sends: message types. */
enum {
    RA_RFB_SERVER_UPDATE = 0,
    RA_RFB_SERVER_BELL = 2,
    RA_RFB_SERVER_CUT_TEXT = 3,
    RA_RFB_SERVER_END_CONTINUOUS = 150,
    RA_RFB_SERVER_FENCE = 248,
};

enum {
    RA_RFB_FENCE_BLOCK_BEFORE = 1u << 0,
    RA_RFB_FENCE_BLOCK_AFTER = 1u << 1,
    RA_RFB_FENCE_SYNC_NEXT = 1u << 2,
    RA_RFB_FENCE_REQUEST = 1u << 31,
    RA_RFB_FENCE_FLAGS = 7u, /* those that an answer may keep */
};

typedef struct {
    guint32 flags;
    guint8 size; /* bytes of payload, at most RA_RFB_FENCE_MAX */
    guint8 payload[RA_RFB_FENCE_MAX];
} RaRfbFence;

typedef struct {
    RaRfbClientKind kind;
    union {
        RaPixelFormat format; /* SET_PIXEL_FORMAT: valid */
        struct {              /* SET_ENCODINGS: those that we know, in the viewer's order */
            guint n;
            gint32 encoding[RA_RFB_KNOWN_ENCODINGS_MAX];
        } encodings;
        struct { /* UPDATE_REQUEST, ENABLE_CONTINUOUS; the rectangle may lie outside the screen */
            gboolean incremental;
            gboolean enable;
            RaRect rect;
        } request;
        struct { /* KEY, QEMU */
            gboolean down;
            guint32 keysym; /* X11's */
            guint32 code;   /* QEMU: PC XT scan code, an 0xE0 prefix as bit 7; else 0 */
        } key;
        struct { /* POINTER; may lie outside the screen */
            guint8 buttons;
            guint16 x, y;
        } pointer;
        struct {                 /* CLIENT_CUT_TEXT */
            const guint8 *bytes; /* Latin-1, or extended clipboard data. Borrowed */
            guint32 size;
            gboolean extended;
        } cut_text;
        RaRfbFence fence; /* CLIENT_FENCE */
        struct {          /* SET_DESKTOP_SIZE; its screens are checked and left out */
            guint16 width, height;
        } size;
        guint32 assist_size; /* ASSIST_MESSAGE: not decoded here, but by ra_assist_decode() from
                                the same bytes; bytes of the whole message */
    };
} RaRfbClientMessage;

/*
 * Decodes one message of a viewer. RA_DECODE_OK sets *RET and *USED (the message's bytes). *RET and
 * *USED are untouched otherwise. Messages that were not agreed on (xvp, GII, Tight's own, ...) are
 * bad.
 */
RaDecode ra_rfb_client_decode(const guint8 *data, gsize size, RaRfbClientMessage *ret, gsize *used);
/* Appends one message of a viewer (not ASSIST_MESSAGE: ra_assist_write()). SET_DESKTOP_SIZE is sent
 * with one screen. FALSE, OUT as it was, for values beyond the limits. */
gboolean ra_rfb_client_encode(const RaRfbClientMessage *message, GByteArray *out);

/* The server's messages. Each appends one. */
void ra_rfb_write_server_init(GByteArray *out, guint16 width, guint16 height,
                              const RaPixelFormat *format, const char *name);
void ra_rfb_write_bell(GByteArray *out);
/* Latin-1; what is over RA_RFB_CUT_TEXT_MAX is cut off. */
void ra_rfb_write_server_cut_text(GByteArray *out, const guint8 *text, gsize size);
/* Extended clipboard data, 1 to RA_RFB_EXTENDED_CUT_TEXT_MAX bytes. FALSE, OUT as it was: more, or
 * none. */
gboolean ra_rfb_write_server_extended_cut_text(GByteArray *out, const guint8 *data, gsize size);
void ra_rfb_write_fence(GByteArray *out, const RaRfbFence *fence); /* both directions */
void ra_rfb_write_end_of_continuous_updates(GByteArray *out);
