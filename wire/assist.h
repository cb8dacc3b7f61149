/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What our two ends say beyond RFB: the hello that comes before it when both speak ra/1, and the
 * assistance messages that travel inside it. Byte tables: doc/PROTOCOL.md.
 */
#pragma once

#include "base/rights.h"
#include "wire/goodbye.h"
#include "wire/rfb.h"

#include <glib.h>

enum {
    RA_HELLO_VERSION = 1,
    RA_HELLO_FIELDS_MAX = 32 * 1024,   /* bytes of all fields together */
    RA_ASSIST_TEXT_MAX = 255,          /* bytes of a name or a goodbye's text */
    RA_ASSIST_PAYLOAD_MAX = 64 * 1024, /* bytes behind a message's head */
    RA_ASSIST_PAYLOAD_LEAST = 1024,    /* bytes that every end must take */
    RA_ASSIST_HEAD_SIZE = 8,           /* bytes: type, kind, 2 reserved, length */
    RA_ASSIST_OPTIONAL = 0x80,         /* bit of a kind that may be skipped by who knows it not */
    RA_CHAT_TEXT_MAX = 4096,           /* bytes of a chat message, UTF-8 */
    RA_FILE_PIECE_MAX = 32 * 1024,     /* bytes of a file in one message */
    RA_FILE_TYPE_MAX = 127,            /* bytes of a media type */
    RA_SHA256_SIZE = 32,
    RA_SOUND_PACKET_MAX = 1275,                 /* bytes of one Opus packet (RFC 6716, 3.4) */
    RA_PICTURE_PIECE_MAX = 32 * 1024,           /* bytes of a clipboard picture in one message */
    RA_CLIPBOARD_PICTURE_MAX = 8 * 1024 * 1024, /* bytes of a PNG */
    RA_MONITORS_MAX = 16,
    RA_MONITOR_ALL = 255, /* not one monitor, but the whole desktop */
    RA_RESUME_KEY_SIZE = 32,
    RA_RESUME_IDENTITY_MAX = 64,
};

typedef struct {
    guint16 version;                   /* of the sender: RA_HELLO_VERSION or later */
    guint32 payload_max;               /* bytes of an assistance payload that the sender takes */
    char name[RA_ASSIST_TEXT_MAX + 1]; /* of the person, UTF-8 as claimed; may be empty */
} RaHello;

/* Appends. FALSE, OUT as it was, for values beyond the limits. */
gboolean ra_hello_write(const RaHello *hello, GByteArray *out);
/* RA_DECODE_OK sets *RET and *USED. Unknown fields are skipped; a known one twice is bad. */
RaDecode ra_hello_decode(const guint8 *data, gsize size, RaHello *ret, gsize *used);

typedef enum {
    RA_ASSIST_SKIPPED = 0,        /* decoded only: an optional kind that we do not know */
    RA_ASSIST_RIGHTS = 1,         /* novice: what the helper may do from now on */
    RA_ASSIST_WANT_CONTROL = 2,   /* helper: may I have control? */
    RA_ASSIST_RETURN_CONTROL = 3, /* helper: I am done with it */
    RA_ASSIST_CONTROL_DENIED = 4, /* novice: answers WANT_CONTROL with no (RIGHTS is the yes) */
    RA_ASSIST_GOODBYE = 5,        /* both: the last message, then the link is closed */
    RA_ASSIST_FEATURES = 6,       /* novice: what may be asked for in this session: bits */
    RA_ASSIST_RESUME = 7,         /* novice: how to come back after the link broke: resume */
    RA_ASSIST_HELD = 8,           /* novice: their own hands are at work, input waits: flag */
    RA_ASSIST_PAUSED = 9,         /* novice: the screen is hidden (1) or shown again: flag */

    RA_ASSIST_CHAT = 16,      /* both: chat */
    RA_ASSIST_CHAT_SEEN = 17, /* both: all chat up to this number has come: number */

    RA_ASSIST_FILE_OFFER = 24,  /* both: offer */
    RA_ASSIST_FILE_ANSWER = 25, /* to an offer: file_answer */
    RA_ASSIST_FILE_DATA = 26,   /* piece */
    RA_ASSIST_FILE_TAKEN = 27,  /* so much has been written: piece without bytes */
    RA_ASSIST_FILE_END = 28,    /* all was sent, and its SHA-256: file_end */
    RA_ASSIST_FILE_CLOSE = 29,  /* either end: this transfer is over, and how: file_close */

    RA_ASSIST_VOICE_WANT = 40,   /* both: may we talk? */
    RA_ASSIST_VOICE_ANSWER = 41, /* both: answer */
    RA_ASSIST_VOICE_MUTED = 42,  /* both: my microphone is off: flag */
    RA_ASSIST_VOICE_END = 43,    /* both: no more talking */
    RA_ASSIST_VOICE_SOUND = 44,  /* both: 20 ms: sound */

    RA_ASSIST_CLIPBOARD_SHARED = 48,  /* both: my side shares its clipboard: flag */
    RA_ASSIST_CLIPBOARD_PICTURE = 49, /* both: a piece of a PNG: picture */

    RA_ASSIST_POINT = 56,    /* helper: look here: point */
    RA_ASSIST_QUALITY = 57,  /* helper: quality */
    RA_ASSIST_MONITORS = 58, /* novice: monitors */
    RA_ASSIST_MONITOR = 59,  /* helper: show me this one: number, RA_MONITOR_ALL for all */
    RA_ASSIST_PING = 60,     /* both: answered at once by PONG with the same number: number */
    RA_ASSIST_PONG = 61,
} RaAssistKind;

typedef enum {
    RA_ASSIST_FROM_HELPER = 1 << 0,
    RA_ASSIST_FROM_NOVICE = 1 << 1,
} RaAssistFrom;

/* What may be asked for in a session; bits. Each still has its own yes. */
typedef enum {
    RA_FEATURE_CONTROL = 1 << 0,
    RA_FEATURE_CHAT = 1 << 1,
    RA_FEATURE_FILES = 1 << 2,
    RA_FEATURE_VOICE = 1 << 3,
    RA_FEATURE_CLIPBOARD = 1 << 4,
    RA_FEATURE_POINT = 1 << 5,
} RaFeatures;

#define RA_FEATURES_ALL                                                           \
    (RA_FEATURE_CONTROL | RA_FEATURE_CHAT | RA_FEATURE_FILES | RA_FEATURE_VOICE | \
     RA_FEATURE_CLIPBOARD | RA_FEATURE_POINT)

typedef enum {
    RA_FILE_DONE,       /* received, its checksum is right, it has its name; the receiver's word */
    RA_FILE_CANCELLED,  /* by a person */
    RA_FILE_REFUSED,    /* by a person, a policy, or silence */
    RA_FILE_ALTERED,    /* the checksum is another: what came was thrown away */
    RA_FILE_NO_SPACE,   /* the receiver's disk is full */
    RA_FILE_UNREADABLE, /* the sender cannot read it (any more), or it changed meanwhile */
    RA_FILE_UNWRITABLE, /* the receiver cannot write it */
    RA_FILE_LAST = RA_FILE_UNWRITABLE,
} RaFileEnd;

typedef enum {
    RA_POINT_END,  /* the stroke is over; what is drawn fades */
    RA_POINT_DOWN, /* a stroke begins here; alone: "here" */
    RA_POINT_MOVE, /* it goes on to here */
    RA_POINT_LAST = RA_POINT_MOVE,
} RaPointPhase;

typedef enum {
    RA_QUALITY_AUTO, /* by the measured rate and delay */
    RA_QUALITY_LOW,
    RA_QUALITY_MEDIUM,
    RA_QUALITY_HIGH,
    RA_QUALITY_LOSSLESS,
    RA_QUALITY_LAST = RA_QUALITY_LOSSLESS,
} RaQuality;

/* Bytes and long texts are borrowed: from the caller when written, from the message when decoded.
 */
typedef struct {
    RaAssistKind kind;
    union {
        RaRights rights; /* RIGHTS */
        struct {
            RaGoodbye reason;                  /* CONTROL_DENIED, GOODBYE */
            char text[RA_ASSIST_TEXT_MAX + 1]; /* GOODBYE: a detail, may be empty */
        } end;
        guint32 features; /* FEATURES: unknown bits are dropped by the decoder */
        guint32 number;   /* CHAT_SEEN, PING, PONG, MONITOR */
        gboolean flag;    /* HELD, PAUSED, VOICE_MUTED, CLIPBOARD_SHARED */
        struct {          /* RESUME; wiped with ra_assist_clear() */
            char identity[RA_RESUME_IDENTITY_MAX + 1]; /* PSK identity of the new link: 1 or more
                                                          printable ASCII characters */
            guint8 key[RA_RESUME_KEY_SIZE];
            guint16 seconds; /* after the break, for how long it holds; not 0 */
        } resume;
        struct {
            guint32 number;   /* from 1, by sender; the same again after a resumption is skipped */
            guint32 size;     /* bytes, 1..RA_CHAT_TEXT_MAX */
            const char *text; /* valid UTF-8 without NUL, not ended by one */
        } chat;
        struct {
            guint32 id;   /* chosen by the sender of the file, unique for it in a session */
            guint64 size; /* bytes */
            char name[RA_ASSIST_TEXT_MAX + 1]; /* as the sender has it: not to be trusted */
            char type[RA_FILE_TYPE_MAX + 1];   /* media type, may be empty */
        } offer;
        struct {
            guint32 id;
            gboolean yes;
            guint64 offset; /* of a yes: bytes that the receiver has already */
        } file_answer;
        struct {
            guint32 id;
            guint64 offset;
            guint32 size;       /* FILE_DATA: 1..RA_FILE_PIECE_MAX */
            const guint8 *data; /* FILE_DATA */
        } piece;
        struct {
            guint32 id;
            guint8 sha256[RA_SHA256_SIZE];
        } file_end;
        struct {
            guint32 id;
            gboolean of_sender; /* who says it offered the file: ids are per offering end */
            RaFileEnd how;
        } file_close;
        struct {
            gboolean yes;
            RaGoodbye reason; /* of a no */
        } answer;             /* VOICE_ANSWER */
        struct {
            guint32 stamp;      /* first sample, 48000 a second, from anywhere */
            guint32 size;       /* bytes, 1..RA_SOUND_PACKET_MAX */
            const guint8 *data; /* Opus */
        } sound;
        struct {
            guint32 total;      /* bytes, 1..RA_CLIPBOARD_PICTURE_MAX */
            guint32 offset;     /* pieces come in order, from 0 */
            guint32 size;       /* 1..RA_PICTURE_PIECE_MAX, inside total */
            const guint8 *data; /* of a PNG */
        } picture;
        struct {
            guint16 x, y; /* pixels of the shared screen; outside of it: dropped by the host */
            RaPointPhase phase;
        } point;
        RaQuality quality;
        struct {
            guint8 n;       /* 1..RA_MONITORS_MAX */
            guint8 current; /* index, or RA_MONITOR_ALL */
            struct {
                guint16 width, height; /* pixels */
                char name[32];         /* "DP-1"; made safe by the receiver */
            } monitor[RA_MONITORS_MAX];
        } monitors;
    };
} RaAssist;

/* Appends one whole message, its RFB type byte included. FALSE, OUT as it was, for one that FROM
 * may not send or whose values break the limits. */
gboolean ra_assist_write(const RaAssist *message, RaAssistFrom from, GByteArray *out);
/*
 * DATA begins with the type byte. RA_DECODE_OK sets *RET and *USED. RA_DECODE_BAD for what FROM may
 * not send, an unknown kind without the optional bit, a payload that is too long, too short or has
 * bytes left over, and values out of range.
 */
RaDecode ra_assist_decode(const guint8 *data, gsize size, RaAssistFrom from, RaAssist *ret,
                          gsize *used);
/* TRUE for the kinds that one program says to the other; what else FROM may send is between the
 * workers. */
gboolean ra_assist_reaches_program(RaAssistKind kind, RaAssistFrom from);
/* Wipes what held a key. */
void ra_assist_clear(RaAssist *message);
