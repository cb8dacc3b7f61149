/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/handshake.h"

#include <string.h>

enum {
    VERSION_SIZE = 12,
    SECURITY_NONE = 1,
    RESULT_OK = 0,
    INIT_SIZE = 4 + RA_PIXEL_FORMAT_SIZE + 4,
};

typedef enum {
    HELLO,
    VERSION,
    SECURITY,
    RESULT,
    REASON,
    GOODBYE,
    SERVER_INIT,
    FINISHED,
} State;

struct _RaClientHandshake {
    State state;
    gboolean native;
    char reason[RA_RFB_REASON_MAX + 1];
};

RaClientHandshake *ra_client_handshake_new(const RaHello *hello, GByteArray *out)
{
    RaClientHandshake *handshake = g_new0(RaClientHandshake, 1);
    handshake->native = hello != NULL;
    handshake->state = handshake->native ? HELLO : VERSION;
    if (hello != NULL && !ra_hello_write(hello, out))
        g_critical("a hello that breaks its limits");
    return handshake;
}

void ra_client_handshake_free(RaClientHandshake *handshake)
{
    g_free(handshake);
}

/* SIZE bytes of outside text as valid UTF-8 in RET, which has MAX + 1 bytes. */
static void copy_text(char *ret, gsize max, const guint8 *text, gsize size)
{
    g_autofree char *valid = g_utf8_make_valid((const char *)text, (gssize)size);
    gsize length = strlen(valid);
    while (length > max)
        length = (gsize)(g_utf8_find_prev_char(valid, valid + length) - valid);
    memcpy(ret, valid, length);
    ret[length] = '\0';
}

static RaDecode take_version(RaClientHandshake *h, const guint8 *data, gsize size, gsize *used,
                             GByteArray *out)
{
    static const char version[] = "RFB 003.008\n";
    if (memcmp(data, version, MIN(size, (gsize)VERSION_SIZE)) != 0)
        return RA_DECODE_BAD;
    if (size < VERSION_SIZE)
        return RA_DECODE_MORE;
    *used = VERSION_SIZE;
    h->state = SECURITY;
    g_byte_array_append(out, (const guint8 *)version, VERSION_SIZE);
    return RA_DECODE_OK;
}

/* The list of types; an empty one is followed by a reason. */
static RaDecode take_security(RaClientHandshake *h, const guint8 *data, gsize size, gsize *used,
                              RaClientHandshakeEvent *event, GByteArray *out)
{
    const gsize whole = 1 + (gsize)data[0];
    if (size < whole)
        return RA_DECODE_MORE;
    *used = whole;
    if (whole == 1) {
        h->state = REASON;
        return RA_DECODE_OK;
    }
    if (memchr(data + 1, SECURITY_NONE, whole - 1) == NULL)
        return RA_DECODE_BAD;
    h->state = RESULT;
    event->kind = RA_CLIENT_WAITING;
    g_byte_array_append(out, (const guint8[]){SECURITY_NONE}, 1);
    return RA_DECODE_OK;
}

static RaDecode take_result(RaClientHandshake *h, const guint8 *data, gsize size, gsize *used,
                            RaClientHandshakeEvent *event, GByteArray *out)
{
    static const guint8 shared = 1;
    RaReader reader = ra_reader_init(data, size);
    const guint32 result = ra_reader_u32(&reader);
    if (!ra_reader_ok(&reader))
        return RA_DECODE_MORE;
    *used = 4;
    h->state = REASON;
    if (result != RESULT_OK)
        return RA_DECODE_OK;
    h->state = SERVER_INIT;
    event->kind = RA_CLIENT_ALLOWED;
    g_byte_array_append(out, &shared, 1);
    return RA_DECODE_OK;
}

static void finish_refused(RaClientHandshake *h, RaGoodbye reason, RaClientHandshakeEvent *event)
{
    h->state = FINISHED;
    event->kind = RA_CLIENT_REFUSED;
    event->refused.reason = reason;
    g_strlcpy(event->refused.text, h->reason, sizeof event->refused.text);
}

static RaDecode take_reason(RaClientHandshake *h, const guint8 *data, gsize size, gsize *used,
                            RaClientHandshakeEvent *event)
{
    RaReader reader = ra_reader_init(data, size);
    const guint32 length = ra_reader_u32(&reader);
    if (length > RA_RFB_REASON_MAX)
        return RA_DECODE_BAD;
    const guint8 *text = ra_reader_bytes(&reader, length);
    if (text == NULL)
        return RA_DECODE_MORE;
    *used = 4 + (gsize)length;
    copy_text(h->reason, RA_RFB_REASON_MAX, text, length);
    if (h->native)
        h->state = GOODBYE;
    else
        finish_refused(h, RA_GOODBYE_UNKNOWN, event);
    return RA_DECODE_OK;
}

static RaDecode take_goodbye(RaClientHandshake *h, const guint8 *data, gsize size, gsize *used,
                             RaClientHandshakeEvent *event)
{
    RaAssist message;
    const RaDecode result = ra_assist_decode(data, size, RA_ASSIST_FROM_NOVICE, &message, used);
    if (result != RA_DECODE_OK)
        return result;
    if (message.kind != RA_ASSIST_GOODBYE)
        return RA_DECODE_BAD;
    finish_refused(h, message.end.reason, event);
    return RA_DECODE_OK;
}

static RaDecode take_init(RaClientHandshake *h, const guint8 *data, gsize size, gsize *used,
                          RaClientHandshakeEvent *event)
{
    if (size < INIT_SIZE)
        return RA_DECODE_MORE;
    RaReader reader = ra_reader_init(data, size);
    event->kind = RA_CLIENT_READY;
    event->ready.width = ra_reader_u16(&reader);
    event->ready.height = ra_reader_u16(&reader);
    ra_pixel_format_read(&reader, &event->ready.format);
    const guint32 length = ra_reader_u32(&reader);
    if (!ra_reader_ok(&reader) || length > RA_RFB_NAME_MAX || event->ready.width < 1 ||
        event->ready.width > RA_SCREEN_SIDE_MAX || event->ready.height < 1 ||
        event->ready.height > RA_SCREEN_SIDE_MAX)
        return RA_DECODE_BAD;
    const guint8 *name = ra_reader_bytes(&reader, length);
    if (name == NULL)
        return RA_DECODE_MORE;
    copy_text(event->ready.name, RA_RFB_NAME_MAX, name, length);
    *used = INIT_SIZE + (gsize)length;
    h->state = FINISHED;
    return RA_DECODE_OK;
}

static RaDecode take(RaClientHandshake *h, const guint8 *data, gsize size, gsize *used,
                     RaClientHandshakeEvent *event, GByteArray *out)
{
    RaDecode result = RA_DECODE_BAD;
    switch (h->state) {
    case HELLO:
        result = ra_hello_decode(data, size, &event->hello, used);
        if (result == RA_DECODE_OK) {
            h->state = VERSION;
            event->kind = RA_CLIENT_HELLO;
        }
        break;
    case VERSION:
        result = take_version(h, data, size, used, out);
        break;
    case SECURITY:
        result = take_security(h, data, size, used, event, out);
        break;
    case RESULT:
        result = take_result(h, data, size, used, event, out);
        break;
    case REASON:
        result = take_reason(h, data, size, used, event);
        break;
    case GOODBYE:
        result = take_goodbye(h, data, size, used, event);
        break;
    case SERVER_INIT:
        result = take_init(h, data, size, used, event);
        break;
    case FINISHED:
        break;
    }
    return result;
}

RaDecode ra_client_handshake_step(RaClientHandshake *handshake, const guint8 *data, gsize size,
                                  gsize *used, RaClientHandshakeEvent *ret, GByteArray *out)
{
    if (handshake->state == FINISHED)
        return RA_DECODE_BAD;
    gsize at = 0;
    RaDecode result = RA_DECODE_MORE;
    while (at < size) {
        RaClientHandshakeEvent event = {.kind = RA_CLIENT_NOTHING};
        gsize taken = 0;
        result = take(handshake, data + at, size - at, &taken, &event, out);
        if (result == RA_DECODE_BAD) {
            handshake->state = FINISHED;
            return RA_DECODE_BAD;
        }
        if (result == RA_DECODE_MORE)
            break;
        at += taken;
        if (event.kind != RA_CLIENT_NOTHING) {
            *ret = event;
            break;
        }
        result = RA_DECODE_MORE;
    }
    *used = at;
    return result;
}
