/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/rfb.h"

#include "wire/assist.h"

#include <string.h>

enum { SCREEN_SIZE = 16 }; /* bytes of a screen in SetDesktopSize */

static gboolean encoding_known(gint32 encoding)
{
    static const gint32 known[] = {
        RA_RFB_RAW,    RA_RFB_COPY_RECT,          RA_RFB_TIGHT,
        RA_RFB_ZRLE,   RA_RFB_DESKTOP_SIZE,       RA_RFB_LAST_RECT,
        RA_RFB_CURSOR, RA_RFB_QEMU_EXTENDED_KEY,  RA_RFB_EXTENDED_DESKTOP_SIZE,
        RA_RFB_FENCE,  RA_RFB_CONTINUOUS_UPDATES, RA_RFB_CURSOR_WITH_ALPHA,
        RA_RFB_ASSIST, RA_RFB_POINTER_POSITION,   RA_RFB_EXTENDED_CLIPBOARD,
        RA_RFB_MOSAIC,
    };
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        if (known[i] == encoding)
            return TRUE;
    }
    return (encoding >= RA_RFB_JPEG_QUALITY_FIRST && encoding <= RA_RFB_JPEG_QUALITY_LAST) ||
           (encoding >= RA_RFB_COMPRESSION_FIRST && encoding <= RA_RFB_COMPRESSION_LAST);
}

static RaRect read_rect(RaReader *r)
{
    RaRect rect;
    rect.x = ra_reader_u16(r);
    rect.y = ra_reader_u16(r);
    rect.width = ra_reader_u16(r);
    rect.height = ra_reader_u16(r);
    return rect;
}

static void write_rect(RaWriter *w, const RaRect *rect)
{
    ra_writer_u16(w, rect->x);
    ra_writer_u16(w, rect->y);
    ra_writer_u16(w, rect->width);
    ra_writer_u16(w, rect->height);
}

static void read_format(RaReader *r, RaRfbClientMessage *m)
{
    ra_reader_skip(r, 3);
    ra_pixel_format_read(r, &m->format);
}

static void read_encodings(RaReader *r, RaRfbClientMessage *m)
{
    ra_reader_skip(r, 1);
    const guint count = ra_reader_u16(r);
    for (guint i = 0; i < count; i++) {
        const gint32 encoding = ra_reader_s32(r);
        if (encoding_known(encoding) && m->encodings.n < RA_RFB_KNOWN_ENCODINGS_MAX)
            m->encodings.encoding[m->encodings.n++] = encoding;
    }
}

static void read_request(RaReader *r, RaRfbClientMessage *m)
{
    const gboolean flag = ra_reader_u8(r) != 0;
    m->request.incremental = m->kind == RA_RFB_UPDATE_REQUEST && flag;
    m->request.enable = m->kind == RA_RFB_ENABLE_CONTINUOUS && flag;
    m->request.rect = read_rect(r);
}

static void read_key(RaReader *r, RaRfbClientMessage *m)
{
    m->key.down = ra_reader_u8(r) != 0;
    ra_reader_skip(r, 2);
    m->key.keysym = ra_reader_u32(r);
}

static void read_qemu(RaReader *r, RaRfbClientMessage *m)
{
    if (ra_reader_u8(r) != 0) /* its audio was never offered */
        ra_reader_fail(r);
    m->key.down = ra_reader_u16(r) != 0;
    m->key.keysym = ra_reader_u32(r);
    m->key.code = ra_reader_u32(r);
}

static void read_pointer(RaReader *r, RaRfbClientMessage *m)
{
    m->pointer.buttons = ra_reader_u8(r);
    m->pointer.x = ra_reader_u16(r);
    m->pointer.y = ra_reader_u16(r);
}

static guint32 cut_text_length(gint32 length)
{
    return length < 0 ? (guint32) - (gint64)length : (guint32)length;
}

static guint32 cut_text_max(gboolean extended)
{
    return extended ? RA_RFB_EXTENDED_CUT_TEXT_MAX : RA_RFB_CUT_TEXT_MAX;
}

static void read_cut_text(RaReader *r, RaRfbClientMessage *m)
{
    ra_reader_skip(r, 3);
    const gint32 length = ra_reader_s32(r);
    m->cut_text.extended = length < 0;
    m->cut_text.size = cut_text_length(length);
    m->cut_text.bytes = ra_reader_bytes(r, m->cut_text.size);
}

static void read_fence(RaReader *r, RaRfbClientMessage *m)
{
    ra_reader_skip(r, 3);
    m->fence.flags = ra_reader_u32(r);
    m->fence.size = ra_reader_u8(r);
    const guint8 *payload = ra_reader_bytes(r, m->fence.size);
    if (payload != NULL)
        memcpy(m->fence.payload, payload, m->fence.size);
}

static void read_size(RaReader *r, RaRfbClientMessage *m)
{
    ra_reader_skip(r, 1);
    m->size.width = ra_reader_u16(r);
    m->size.height = ra_reader_u16(r);
    const gsize screens = ra_reader_u8(r);
    ra_reader_skip(r, 1 + screens * SCREEN_SIZE);
    if (m->size.width == 0 || m->size.height == 0)
        ra_reader_fail(r);
}

static void read_assist(RaReader *r, RaRfbClientMessage *m)
{
    m->assist_size = (guint32)r->size;
    ra_reader_skip(r, ra_reader_left(r));
}

/* The protocol: type, bytes of its fixed part, where in it stands the count of what follows, how
 * long one of those is, how many there may be. */
static const struct rule {
    guint8 kind, head, count_at, count_size, unit;
    guint32 max;
    void (*read)(RaReader *r, RaRfbClientMessage *m);
} rules[] = {
    {RA_RFB_SET_PIXEL_FORMAT, 20, 0, 0, 0, 0, read_format},
    {RA_RFB_SET_ENCODINGS, 4, 2, 2, 4, RA_RFB_ENCODINGS_MAX, read_encodings},
    {RA_RFB_UPDATE_REQUEST, 10, 0, 0, 0, 0, read_request},
    {RA_RFB_KEY, 8, 0, 0, 0, 0, read_key},
    {RA_RFB_POINTER, 6, 0, 0, 0, 0, read_pointer},
    {RA_RFB_CLIENT_CUT_TEXT, 8, 4, 4, 1, RA_RFB_CUT_TEXT_MAX, read_cut_text},
    {RA_RFB_ENABLE_CONTINUOUS, 10, 0, 0, 0, 0, read_request},
    {RA_RFB_CLIENT_FENCE, 9, 8, 1, 1, RA_RFB_FENCE_MAX, read_fence},
    {RA_RFB_SET_DESKTOP_SIZE, 8, 6, 1, SCREEN_SIZE, RA_RFB_SCREENS_MAX, read_size},
    {RA_RFB_QEMU, 12, 0, 0, 0, 0, read_qemu},
    {RA_RFB_ASSIST_MESSAGE, RA_ASSIST_HEAD_SIZE, 4, 4, 1, RA_ASSIST_PAYLOAD_MAX, read_assist},
};

static const struct rule *find_rule(guint8 kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (rules[i].kind == kind)
            return &rules[i];
    }
    return NULL;
}

/* Bytes of the whole message, whose fixed part is there; 0 for a count beyond its limit. */
static gsize whole_size(const struct rule *rule, const guint8 *data)
{
    RaReader reader = ra_reader_init(data + rule->count_at, rule->count_size);
    guint32 count = 0;
    if (rule->count_size == 1)
        count = ra_reader_u8(&reader);
    else if (rule->count_size == 2)
        count = ra_reader_u16(&reader);
    else if (rule->count_size == 4)
        count = ra_reader_u32(&reader);
    guint32 max = rule->max;
    if (rule->kind == RA_RFB_CLIENT_CUT_TEXT) {
        max = cut_text_max((gint32)count < 0);
        count = cut_text_length((gint32)count);
    }
    return count > max ? 0 : rule->head + (gsize)count * rule->unit;
}

RaDecode ra_rfb_client_decode(const guint8 *data, gsize size, RaRfbClientMessage *ret, gsize *used)
{
    if (size == 0)
        return RA_DECODE_MORE;
    const struct rule *rule = find_rule(data[0]);
    if (rule == NULL)
        return RA_DECODE_BAD;
    if (size < rule->head)
        return RA_DECODE_MORE;
    const gsize whole = whole_size(rule, data);
    if (whole == 0)
        return RA_DECODE_BAD;
    if (size < whole)
        return RA_DECODE_MORE;

    RaReader reader = ra_reader_init(data, whole);
    RaRfbClientMessage message = {.kind = ra_reader_u8(&reader)};
    rule->read(&reader, &message);
    if (!ra_reader_done(&reader))
        return RA_DECODE_BAD;
    *ret = message;
    *used = whole;
    return RA_DECODE_OK;
}

static void write_cut_text(RaWriter *w, const guint8 *bytes, guint32 size, gboolean extended)
{
    if (size > cut_text_max(extended) || (extended && size == 0)) {
        w->failed = TRUE;
        return;
    }
    (void)ra_writer_reserve(w, 3);
    ra_writer_s32(w, extended ? -(gint32)size : (gint32)size);
    ra_writer_bytes(w, bytes, size);
}

static void write_fence(RaWriter *w, const RaRfbFence *fence)
{
    if (fence->size > RA_RFB_FENCE_MAX)
        w->failed = TRUE;
    (void)ra_writer_reserve(w, 3);
    ra_writer_u32(w, fence->flags);
    ra_writer_u8(w, fence->size);
    ra_writer_bytes(w, fence->payload, MIN(fence->size, RA_RFB_FENCE_MAX));
}

static void write_encodings(RaWriter *w, const RaRfbClientMessage *m)
{
    if (m->encodings.n > RA_RFB_KNOWN_ENCODINGS_MAX) {
        w->failed = TRUE;
        return;
    }
    ra_writer_u8(w, 0);
    ra_writer_u16(w, (guint16)m->encodings.n);
    for (guint i = 0; i < m->encodings.n; i++)
        ra_writer_s32(w, m->encodings.encoding[i]);
}

static void write_size(RaWriter *w, const RaRfbClientMessage *m)
{
    const RaRect screen = {0, 0, m->size.width, m->size.height};
    if (m->size.width == 0 || m->size.height == 0)
        w->failed = TRUE;
    ra_writer_u8(w, 0);
    ra_writer_u16(w, m->size.width);
    ra_writer_u16(w, m->size.height);
    ra_writer_u8(w, 1);
    ra_writer_u8(w, 0);
    ra_writer_u32(w, 0); /* id */
    write_rect(w, &screen);
    ra_writer_u32(w, 0); /* flags */
}

static void write_key(RaWriter *w, const RaRfbClientMessage *m)
{
    if (m->kind == RA_RFB_QEMU) {
        ra_writer_u8(w, 0);
        ra_writer_u16(w, m->key.down != FALSE);
        ra_writer_u32(w, m->key.keysym);
        ra_writer_u32(w, m->key.code);
        return;
    }
    ra_writer_u8(w, m->key.down != FALSE);
    ra_writer_u16(w, 0);
    ra_writer_u32(w, m->key.keysym);
}

static void write_fields(RaWriter *w, const RaRfbClientMessage *m)
{
    switch (m->kind) {
    case RA_RFB_SET_PIXEL_FORMAT:
        (void)ra_writer_reserve(w, 3);
        ra_pixel_format_write(w, &m->format);
        if (!ra_pixel_format_valid(&m->format))
            w->failed = TRUE;
        break;
    case RA_RFB_SET_ENCODINGS:
        write_encodings(w, m);
        break;
    case RA_RFB_UPDATE_REQUEST:
        ra_writer_u8(w, m->request.incremental != FALSE);
        write_rect(w, &m->request.rect);
        break;
    case RA_RFB_ENABLE_CONTINUOUS:
        ra_writer_u8(w, m->request.enable != FALSE);
        write_rect(w, &m->request.rect);
        break;
    case RA_RFB_KEY:
    case RA_RFB_QEMU:
        write_key(w, m);
        break;
    case RA_RFB_POINTER:
        ra_writer_u8(w, m->pointer.buttons);
        ra_writer_u16(w, m->pointer.x);
        ra_writer_u16(w, m->pointer.y);
        break;
    case RA_RFB_CLIENT_CUT_TEXT:
        write_cut_text(w, m->cut_text.bytes, m->cut_text.size, m->cut_text.extended);
        break;
    case RA_RFB_CLIENT_FENCE:
        write_fence(w, &m->fence);
        break;
    case RA_RFB_SET_DESKTOP_SIZE:
        write_size(w, m);
        break;
    case RA_RFB_ASSIST_MESSAGE:
    default:
        w->failed = TRUE;
    }
}

gboolean ra_rfb_client_encode(const RaRfbClientMessage *message, GByteArray *out)
{
    const guint before = out->len;
    RaWriter writer = ra_writer_init(out, before + RA_RFB_CLIENT_MESSAGE_MAX);
    ra_writer_u8(&writer, (guint8)message->kind);
    write_fields(&writer, message);
    if (!ra_writer_ok(&writer))
        g_byte_array_set_size(out, before);
    return ra_writer_ok(&writer);
}

void ra_rfb_write_server_init(GByteArray *out, guint16 width, guint16 height,
                              const RaPixelFormat *format, const char *name)
{
    const gsize size = MIN(strlen(name), (gsize)RA_RFB_NAME_MAX);
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    ra_writer_u16(&writer, width);
    ra_writer_u16(&writer, height);
    ra_pixel_format_write(&writer, format);
    ra_writer_u32(&writer, (guint32)size);
    ra_writer_bytes(&writer, name, size);
}

void ra_rfb_write_bell(GByteArray *out)
{
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    ra_writer_u8(&writer, RA_RFB_SERVER_BELL);
}

void ra_rfb_write_server_cut_text(GByteArray *out, const guint8 *text, gsize size)
{
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    ra_writer_u8(&writer, RA_RFB_SERVER_CUT_TEXT);
    write_cut_text(&writer, text, (guint32)MIN(size, (gsize)RA_RFB_CUT_TEXT_MAX), FALSE);
}

gboolean ra_rfb_write_server_extended_cut_text(GByteArray *out, const guint8 *data, gsize size)
{
    if (size < 1 || size > RA_RFB_EXTENDED_CUT_TEXT_MAX)
        return FALSE;
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    ra_writer_u8(&writer, RA_RFB_SERVER_CUT_TEXT);
    write_cut_text(&writer, data, (guint32)size, TRUE);
    return TRUE;
}

void ra_rfb_write_fence(GByteArray *out, const RaRfbFence *fence)
{
    g_return_if_fail(fence->size <= RA_RFB_FENCE_MAX);
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    ra_writer_u8(&writer, RA_RFB_SERVER_FENCE);
    write_fence(&writer, fence);
}

void ra_rfb_write_end_of_continuous_updates(GByteArray *out)
{
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    ra_writer_u8(&writer, RA_RFB_SERVER_END_CONTINUOUS);
}
