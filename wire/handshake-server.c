/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/handshake.h"

#include <string.h>

enum {
    VERSION_SIZE = 12,
    SECURITY_NONE = 1,
    RESULT_OK = 0,
    RESULT_FAILED = 1,
};

typedef enum { HELLO, VERSION, CHOICE, ASKING, CLIENT_INIT, FINISHED } State;

struct _RaServerHandshake {
    State state;
    gboolean native;
    guint minor; /* of RFB 3: 3, 7 or 8 */
    RaHello peer;
};

static void write_version(GByteArray *out)
{
    g_byte_array_append(out, (const guint8 *)"RFB 003.008\n", VERSION_SIZE);
}

static void write_security_types(GByteArray *out)
{
    static const guint8 types[] = {1, SECURITY_NONE};
    g_byte_array_append(out, types, sizeof types);
}

RaServerHandshake *ra_server_handshake_new(const RaHello *hello, GByteArray *out)
{
    RaServerHandshake *handshake = g_new0(RaServerHandshake, 1);
    handshake->native = hello != NULL;
    handshake->state = handshake->native ? HELLO : VERSION;
    if (hello != NULL && !ra_hello_write(hello, out))
        g_critical("a hello that breaks its limits");
    write_version(out);
    return handshake;
}

void ra_server_handshake_free(RaServerHandshake *handshake)
{
    g_free(handshake);
}

static RaDecode take_version(RaServerHandshake *h, const guint8 *data, gsize size, gsize *used,
                             GByteArray *out)
{
    static const struct {
        char text[VERSION_SIZE + 1];
        guint minor;
    } versions[] = {{"RFB 003.003\n", 3}, {"RFB 003.007\n", 7}, {"RFB 003.008\n", 8}};
    gboolean possible = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(versions); i++) {
        if (memcmp(data, versions[i].text, MIN(size, (gsize)VERSION_SIZE)) != 0)
            continue;
        possible = TRUE;
        h->minor = versions[i].minor;
    }
    if (!possible)
        return RA_DECODE_BAD;
    if (size < VERSION_SIZE)
        return RA_DECODE_MORE;
    *used = VERSION_SIZE;
    /* Only 3.8 has a place for a refusal after the choice. */
    h->state = h->minor == 8 ? CHOICE : ASKING;
    if (h->minor == 8)
        write_security_types(out);
    return RA_DECODE_OK;
}

/* One state's bytes. RA_DECODE_OK: the state has changed. */
static RaDecode take(RaServerHandshake *h, const guint8 *data, gsize size, gsize *used,
                     RaServerHandshakeEvent *event, GByteArray *out)
{
    RaDecode result = RA_DECODE_OK;
    switch (h->state) {
    case HELLO:
        result = ra_hello_decode(data, size, &h->peer, used);
        if (result == RA_DECODE_OK)
            h->state = VERSION;
        return result;
    case VERSION:
        return take_version(h, data, size, used, out);
    case CHOICE:
        *used = 1;
        h->state = h->minor == 8 ? ASKING : CLIENT_INIT;
        return data[0] == SECURITY_NONE ? RA_DECODE_OK : RA_DECODE_BAD;
    case CLIENT_INIT:
        *used = 1;
        h->state = FINISHED;
        event->kind = RA_SERVER_READY;
        event->shared = data[0] != 0;
        return RA_DECODE_OK;
    case ASKING:
    case FINISHED:
        break;
    }
    return RA_DECODE_MORE;
}

RaDecode ra_server_handshake_step(RaServerHandshake *handshake, const guint8 *data, gsize size,
                                  gsize *used, RaServerHandshakeEvent *ret, GByteArray *out)
{
    gsize at = 0;
    RaDecode result = RA_DECODE_MORE;
    if (handshake->state == FINISHED)
        return RA_DECODE_BAD;
    while (handshake->state != ASKING && at < size) {
        RaServerHandshakeEvent event = {0};
        gsize taken = 0;
        result = take(handshake, data + at, size - at, &taken, &event, out);
        if (result == RA_DECODE_BAD) {
            handshake->state = FINISHED;
            return RA_DECODE_BAD;
        }
        at += taken;
        if (result == RA_DECODE_MORE)
            break;
        result = RA_DECODE_MORE;
        if (handshake->state == ASKING) {
            event = (RaServerHandshakeEvent){.kind = RA_SERVER_ASK, .hello = handshake->peer};
        } else if (handshake->state != FINISHED) {
            continue;
        }
        *ret = event;
        result = RA_DECODE_OK;
        break;
    }
    *used = at;
    return result;
}

void ra_server_handshake_allow(RaServerHandshake *handshake, GByteArray *out)
{
    g_return_if_fail(handshake->state == ASKING);
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    handshake->state = CLIENT_INIT;
    if (handshake->minor == 8) {
        ra_writer_u32(&writer, RESULT_OK);
    } else if (handshake->minor == 7) {
        write_security_types(out);
        handshake->state = CHOICE;
    } else {
        ra_writer_u32(&writer, SECURITY_NONE);
    }
}

void ra_server_handshake_refuse(RaServerHandshake *handshake, RaGoodbye reason, const char *text,
                                GByteArray *out)
{
    const gboolean asking = handshake->state == ASKING;
    handshake->state = FINISHED;
    if (!asking)
        return;
    if (text == NULL)
        text = ra_goodbye_text(reason);
    const gsize size = MIN(strlen(text), (gsize)RA_RFB_REASON_MAX);
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    if (handshake->minor == 8)
        ra_writer_u32(&writer, RESULT_FAILED);
    else if (handshake->minor == 7)
        ra_writer_u8(&writer, 0); /* no security types: a reason follows */
    else
        ra_writer_u32(&writer, 0);
    ra_writer_u32(&writer, (guint32)size);
    ra_writer_bytes(&writer, text, size);
    if (handshake->native) {
        RaAssist goodbye = {.kind = RA_ASSIST_GOODBYE, .end = {.reason = reason}};
        (void)ra_assist_write(&goodbye, RA_ASSIST_FROM_NOVICE, out);
    }
}
