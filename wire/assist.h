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
} RaAssistKind;

typedef enum {
    RA_ASSIST_FROM_HELPER = 1 << 0,
    RA_ASSIST_FROM_NOVICE = 1 << 1,
} RaAssistFrom;

typedef struct {
    RaAssistKind kind;
    union {
        RaRights rights; /* RIGHTS */
        struct {
            RaGoodbye reason;                  /* CONTROL_DENIED, GOODBYE */
            char text[RA_ASSIST_TEXT_MAX + 1]; /* GOODBYE: a detail, may be empty */
        } end;
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
