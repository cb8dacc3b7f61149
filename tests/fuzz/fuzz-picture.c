/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A screen on which the input draws, from the encoder through the decoder: the viewer must always
 * show the model, and the screen itself where all was dirty. Each command is five bytes: what, then
 * x, y, width, height, or whatever it needs. */
#include "wire/decoder.h"
#include "wire/encoder.h"

#include <stdint.h>
#include <string.h>

enum { SIDE_MAX = 320, COMMAND_SIZE = 5, COMMANDS_MAX = 40 };

typedef struct {
    guint32 pixels[SIDE_MAX * SIDE_MAX], shown[SIDE_MAX * SIDE_MAX];
    guint16 width, height, shown_width, shown_height;
    RaEncoder *encoder;
    RaDecoder *decoder;
    gboolean resizes;
    gsize about; /* bytes of a piece of an update */
} World;

static void view(World *w, const GByteArray *bytes)
{
    gsize at = 0;
    for (;;) {
        RaServerEvent event;
        gsize used = 0;
        const RaDecode result =
            ra_decoder_step(w->decoder, bytes->data + at, bytes->len - at, &used, &event);
        g_assert(result != RA_DECODE_BAD);
        at += used;
        if (result == RA_DECODE_MORE)
            break;
        if (event.kind != RA_EVENT_RESIZE)
            continue;
        w->shown_width = event.resize.width;
        w->shown_height = event.resize.height;
        memset(w->shown, 0x55, sizeof w->shown);
        ra_decoder_set_frame(w->decoder, (guint8 *)w->shown, w->shown_width * 4u);
    }
    g_assert(at == bytes->len);
}

static void compare(const World *w, const guint8 *pixels, guint width, guint height)
{
    g_assert(width == w->shown_width && height == w->shown_height);
    for (gsize i = 0; i < (gsize)width * height; i++) {
        guint32 pixel;
        memcpy(&pixel, pixels + i * 4, 4);
        g_assert(((pixel ^ w->shown[i]) & 0xffffff) == 0);
    }
}

static void update(World *w, const RaRect *dirty)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    const RaRect all = {0, 0, w->width, w->height};
    const RaFrameView frame = {(const guint8 *)w->pixels, w->width, w->height, w->width * 4u};
    g_byte_array_append(bytes, (const guint8 *)"\2", 1); /* a bell: never empty */
    if (ra_encoder_begin(w->encoder, &frame, dirty != NULL ? dirty : &all, 1)) {
        while (ra_encoder_write(w->encoder, bytes, w->about)) {
            view(w, bytes);
            g_byte_array_set_size(bytes, 0);
        }
    }
    while (dirty == NULL && ra_encoder_pending(w->encoder))
        (void)ra_encoder_update(w->encoder, &frame, &all, 1, bytes);
    view(w, bytes);
    if (ra_encoder_pending(w->encoder))
        return; /* a new size, whose pixels come next */
    const RaFrameView model = ra_encoder_model(w->encoder);
    compare(w, model.pixels, model.width, model.height);
    if (dirty == NULL && w->resizes)
        compare(w, frame.pixels, frame.width, frame.height);
}

static void fill(World *w, const RaRect *rect, guint kind)
{
    for (guint y = rect->y; y < MIN((guint)rect->y + rect->height, w->height); y++) {
        for (guint x = rect->x; x < MIN((guint)rect->x + rect->width, w->width); x++) {
            guint32 *pixel = &w->pixels[(gsize)y * w->width + x];
            *pixel = kind == 0   ? rect->x * 0x10203u
                     : kind == 1 ? (x * 7 + y * y * 13) % 5 * 0x112233u
                     : kind == 2 ? (x * 31 + y * 17) % 200 * 0x10503u
                                 : (x * 2654435761u ^ y * 2246822519u) >> 5;
        }
    }
}

static void scroll(World *w, const RaRect *rect, gint by)
{
    const guint right = MIN((guint)rect->x + rect->width, w->width);
    const guint bottom = MIN((guint)rect->y + rect->height, w->height);
    if (rect->x >= right || rect->y + (guint)ABS(by) >= bottom)
        return;
    const guint rows = bottom - rect->y - (guint)ABS(by);
    for (guint i = 0; i < rows; i++) {
        const guint row = rect->y + (by > 0 ? rows - 1 - i : i);
        const guint from = by > 0 ? row : row + (guint)-by, to = by > 0 ? row + (guint)by : row;
        memmove(&w->pixels[(gsize)to * w->width + rect->x],
                &w->pixels[(gsize)from * w->width + rect->x], (right - rect->x) * 4);
    }
}

static void choose_encodings(World *w, guint8 choice, guint8 pieces)
{
    static const gint32 pixels[] = {RA_RFB_TIGHT, RA_RFB_ZRLE, RA_RFB_RAW, RA_RFB_MOSAIC};
    gint32 list[9] = {pixels[choice & 3], RA_RFB_LAST_RECT};
    guint n = 2;
    if (choice & 4)
        list[n++] = RA_RFB_COPY_RECT;
    if (choice & 8)
        list[n++] = RA_RFB_DESKTOP_SIZE;
    if (choice & 16)
        list[n++] = RA_RFB_EXTENDED_DESKTOP_SIZE;
    if (choice & 32)
        list[n++] = RA_RFB_CURSOR;
    if (choice & 64)
        list[n++] = RA_RFB_CURSOR_WITH_ALPHA;
    if (choice & 128)
        list[n++] = RA_RFB_POINTER_POSITION;
    w->resizes = (choice & 24) != 0;
    w->about = (gsize)pieces * 16;
    ra_encoder_set_encodings(w->encoder, list, n);
}

static void resize(World *w, guint16 width, guint16 height)
{
    w->width = width;
    w->height = height;
    ra_encoder_resize(w->encoder, width, height);
}

static void obey(World *w, const uint8_t *c)
{
    static const guint8 shape[15 * 15 * 4] = {1, 2, 3, 4, 5, 6, 7};
    const RaRect rect = {(guint16)(c[1] * 5 / 4), (guint16)(c[2] * 5 / 4),
                         (guint16)(c[3] * 5 / 4 + 1), (guint16)(c[4] * 5 / 4 + 1)};
    const guint8 what = c[0] % 11;
    if (what < 4)
        fill(w, &rect, what);
    else if (what == 4)
        scroll(w, &rect, (gint8)c[0]);
    else if (what == 5)
        update(w, &rect);
    else if (what == 6)
        update(w, NULL);
    else if (what == 7)
        choose_encodings(w, c[1], c[2]);
    else if (what == 8)
        resize(w, rect.width, rect.height);
    else if (what == 9)
        ra_encoder_invalidate(w->encoder, &rect);
    else
        ra_encoder_set_cursor(w->encoder, c[1] & 15, c[2] & 15, c[3] & 15, c[4] & 15, shape);
    if (what >= 9)
        ra_encoder_set_pointer(w->encoder, rect.x, rect.y);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static World w;
    memset(w.pixels, 0, sizeof w.pixels);
    w.width = 200;
    w.height = 150;
    w.resizes = FALSE;
    w.about = 0;
    w.encoder = ra_encoder_new(w.width, w.height);
    w.decoder = ra_decoder_new(w.width, w.height);
    for (guint n = 0; size >= COMMAND_SIZE && n < COMMANDS_MAX; n++) {
        obey(&w, data);
        data += COMMAND_SIZE;
        size -= COMMAND_SIZE;
    }
    choose_encodings(&w, 4 | 8, 0);
    update(&w, NULL);
    ra_encoder_free(w.encoder);
    ra_decoder_free(w.decoder);
    return 0;
}
