/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a host can send to the viewer. First byte: bit 0, both ends speak ra/1; bit 1, the handshake
 * is over; bits 2 to 7, how many bytes arrive at once (0: all). */
#include "wire/decoder.h"
#include "wire/handshake.h"

#include <stdint.h>
#include <stdlib.h>

enum { SIDE = 70, AREA_MAX = 1 << 20 }; /* pixels */

static gboolean shake_hands(const uint8_t *data, size_t size, gboolean native, size_t *at,
                            RaClientHandshakeEvent *event)
{
    static const RaHello hello = {.version = RA_HELLO_VERSION,
                                  .payload_max = RA_ASSIST_PAYLOAD_MAX};
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autoptr(RaClientHandshake) client = ra_client_handshake_new(native ? &hello : NULL, out);
    gsize used;
    *at = 0;
    while (ra_client_handshake_step(client, data + *at, size - *at, &used, event, out) ==
           RA_DECODE_OK) {
        g_assert(used <= size - *at);
        *at += used;
        if (event->kind == RA_CLIENT_READY)
            return TRUE;
    }
    return FALSE;
}

/* Takes an event; FALSE for a screen too large for a fuzzer. */
static gboolean take(RaDecoder *decoder, const RaServerEvent *event, guint8 **frame)
{
    if (event->kind == RA_EVENT_CURSOR && event->cursor.width > 0)
        g_assert(event->cursor.pixels[event->cursor.width * event->cursor.height * 4 - 1] <= 255);
    if (event->kind != RA_EVENT_RESIZE)
        return TRUE;
    const gsize area = (gsize)event->resize.width * event->resize.height;
    if (area > AREA_MAX)
        return FALSE;
    g_free(*frame);
    *frame = g_malloc0(area * 4);
    ra_decoder_set_frame(decoder, *frame, event->resize.width * 4u);
    return TRUE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RaClientHandshakeEvent ready = {.ready = {.width = SIDE, .height = SIDE}};
    size_t at = 0, end;
    if (size == 0)
        return 0;
    const gsize step = data[0] >> 2 == 0 ? G_MAXSIZE / 2 : data[0] >> 2;
    if ((data[0] & 2) == 0 && !shake_hands(data + 1, size - 1, data[0] & 1, &at, &ready))
        return 0;
    at++;
    end = MIN(size, at + step);
    g_autoptr(RaDecoder) decoder = ra_decoder_new(ready.ready.width, ready.ready.height);
    guint8 *frame = NULL;
    for (;;) {
        RaServerEvent event;
        gsize used = 0;
        const RaDecode result = ra_decoder_step(decoder, data + at, end - at, &used, &event);
        g_assert(used <= end - at);
        at += used;
        if (result == RA_DECODE_BAD || (result == RA_DECODE_MORE && end == size) ||
            (result == RA_DECODE_OK && !take(decoder, &event, &frame)))
            break;
        if (result == RA_DECODE_MORE)
            end = MIN(size, end + step);
    }
    g_free(frame);
    return 0;
}
