/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a viewer can send to the host: the handshake, then messages, which steer an encoder. The
 * first byte says whether both ends speak ra/1. */
#include "wire/assist.h"
#include "wire/encoder.h"
#include "wire/handshake.h"

#include <stdint.h>
#include <stdlib.h>

enum { SIDE = 70 }; /* pixels: more than a tile */

static gboolean shake_hands(const uint8_t *data, size_t size, gboolean native, size_t *at)
{
    static const RaHello hello = {.version = RA_HELLO_VERSION,
                                  .payload_max = RA_ASSIST_PAYLOAD_MAX};
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autoptr(RaServerHandshake) server = ra_server_handshake_new(native ? &hello : NULL, out);
    RaServerHandshakeEvent event;
    gsize used;
    *at = 0;
    while (ra_server_handshake_step(server, data + *at, size - *at, &used, &event, out) ==
           RA_DECODE_OK) {
        g_assert(used <= size - *at);
        *at += used;
        if (event.kind == RA_SERVER_READY)
            return TRUE;
        ra_server_handshake_allow(server, out);
    }
    return FALSE;
}

static void act(RaEncoder *encoder, const RaRfbClientMessage *m, guint32 *pixels, guint n)
{
    static const RaRect all = {0, 0, SIDE, SIDE};
    const RaFrameView frame = {(const guint8 *)pixels, SIDE, SIDE, SIDE * 4};
    if (m->kind == RA_RFB_SET_PIXEL_FORMAT)
        ra_encoder_set_format(encoder, &m->format);
    else if (m->kind == RA_RFB_SET_ENCODINGS)
        ra_encoder_set_encodings(encoder, m->encodings.encoding, m->encodings.n);
    else if (m->kind == RA_RFB_SET_DESKTOP_SIZE)
        ra_encoder_refuse_resize(encoder);
    else if (m->kind == RA_RFB_UPDATE_REQUEST && !m->request.incremental)
        ra_encoder_invalidate(encoder, &m->request.rect);
    else if (m->kind == RA_RFB_POINTER && m->pointer.x < SIDE && m->pointer.y < SIDE)
        pixels[m->pointer.y * SIDE + m->pointer.x] = n * 0x10305u;
    if (m->kind == RA_RFB_UPDATE_REQUEST) {
        g_autoptr(GByteArray) out = g_byte_array_new();
        (void)ra_encoder_update(encoder, &frame, &all, 1, out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MESSAGES_MAX = 64 };
    static guint32 pixels[SIDE * SIDE];
    size_t at;
    if (size == 0 || !shake_hands(data + 1, size - 1, data[0] & 1, &at))
        return 0;
    at++;
    g_autoptr(RaEncoder) encoder = ra_encoder_new(SIDE, SIDE);
    RaRfbClientMessage message;
    gsize used;
    for (guint n = 0; n < MESSAGES_MAX; n++) {
        if (ra_rfb_client_decode(data + at, size - at, &message, &used) != RA_DECODE_OK)
            break;
        g_assert(used > 0 && used <= size - at && used <= MAX(RA_RFB_CLIENT_MESSAGE_MAX, 65544));
        act(encoder, &message, pixels, n);
        RaAssist assist;
        gsize assist_used;
        if (message.kind == RA_RFB_ASSIST_MESSAGE &&
            ra_assist_decode(data + at, used, RA_ASSIST_FROM_HELPER, &assist, &assist_used) ==
                RA_DECODE_OK)
            g_assert(assist_used == used);
        at += used;
    }
    return 0;
}
