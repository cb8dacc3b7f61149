/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a session begins, at both ends, as machines that are fed bytes: the hello where both ends
 * speak ra/1, then RFB's own start (RFC 6143, 7.1 to 7.3) with security type None, in which the
 * novice's answer comes before SecurityResult. Server: RFB 3.8, 3.7 and 3.3; the two old ones are
 * asked for earlier, where their refusal has its place. Client: 3.8.
 *
 * Each step takes bytes from DATA and appends to OUT what is to be sent. *USED bytes were taken,
 * also with RA_DECODE_MORE. RA_DECODE_OK sets *RET to one event; call again with the bytes left.
 * RA_DECODE_MORE: come again with more bytes (or after the answer). RA_DECODE_BAD: end; so does
 * every later call.
 */
#pragma once

#include "wire/assist.h"
#include "wire/rfb.h"

#include <glib.h>

enum { RA_HANDSHAKE_MESSAGE_MAX = 40 * 1024 }; /* bytes: a buffer of it always makes progress */

typedef struct _RaServerHandshake RaServerHandshake;

typedef enum {
    RA_SERVER_ASK,   /* the viewer is there: the novice is to be asked, then _allow() or
                        _refuse(). Until then steps take nothing */
    RA_SERVER_READY, /* after _allow(): send ServerInit (ra_rfb_write_server_init()), then RFB's
                        messages begin. The handshake can be freed */
} RaServerHandshakeKind;

typedef struct {
    RaServerHandshakeKind kind;
    union {
        RaHello hello;   /* ASK: the helper's; its name is empty from a stock viewer */
        gboolean shared; /* READY: ClientInit's flag */
    };
} RaServerHandshakeEvent;

/* HELLO: ours, copied; NULL: the other end does not speak ra/1. Never NULL. OUT gets the greeting.
 */
RaServerHandshake *ra_server_handshake_new(const RaHello *hello, GByteArray *out);
void ra_server_handshake_free(RaServerHandshake *handshake); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaServerHandshake, ra_server_handshake_free)
RaDecode ra_server_handshake_step(RaServerHandshake *handshake, const guint8 *data, gsize size,
                                  gsize *used, RaServerHandshakeEvent *ret, GByteArray *out);
/* After ASK, once; a programming error otherwise. */
void ra_server_handshake_allow(RaServerHandshake *handshake, GByteArray *out);
/* At any time before _allow(), once: send OUT, then close. TEXT: for a person, NULL for
 * ra_goodbye_text(reason). Before ASK OUT may stay empty, since RFB has no place for a refusal. */
void ra_server_handshake_refuse(RaServerHandshake *handshake, RaGoodbye reason, const char *text,
                                GByteArray *out);

typedef struct _RaClientHandshake RaClientHandshake;

typedef enum {
    RA_CLIENT_NOTHING, /* never returned */
    RA_CLIENT_HELLO,   /* the novice's hello: with ra/1 only */
    RA_CLIENT_WAITING, /* security is agreed on: the novice is being asked */
    RA_CLIENT_ALLOWED, /* the novice said yes */
    RA_CLIENT_REFUSED, /* nothing follows; close */
    RA_CLIENT_READY,   /* RFB's messages begin: make an RaDecoder. The handshake can be freed */
} RaClientHandshakeKind;

typedef struct {
    RaClientHandshakeKind kind;
    union {
        RaHello hello;
        struct {
            RaGoodbye reason;                 /* RA_GOODBYE_UNKNOWN from a stock server */
            char text[RA_RFB_REASON_MAX + 1]; /* valid UTF-8, not cleaned */
        } refused;
        struct {
            guint16 width, height;
            RaPixelFormat format;
            char name[RA_RFB_NAME_MAX + 1]; /* valid UTF-8, not cleaned */
        } ready;
    };
} RaClientHandshakeEvent;

/* HELLO: ours, copied; NULL: the other end does not speak ra/1. Never NULL. */
RaClientHandshake *ra_client_handshake_new(const RaHello *hello, GByteArray *out);
void ra_client_handshake_free(RaClientHandshake *handshake); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaClientHandshake, ra_client_handshake_free)
RaDecode ra_client_handshake_step(RaClientHandshake *handshake, const guint8 *data, gsize size,
                                  gsize *used, RaClientHandshakeEvent *ret, GByteArray *out);
