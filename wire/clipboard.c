/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/clipboard.h"

#include "wire/buffer.h"
#include "wire/rfb.h"
#include "wire/zstream.h"

#include <string.h>

enum {
    FORMATS = 0xffff, /* bits of the flags that are formats */
    LEVEL = 6,        /* zlib's */
    WIRE_MAX = RA_CLIPBOARD_TEXT_MAX * 2 + 1,
};

/* CR LF and a CR alone become LF; what is behind a NUL is no text. */
static GBytes *text_from(char *data, gsize size)
{
    gsize n = 0;
    for (gsize at = 0; at < size && data[at] != '\0'; at++) {
        if (data[at] != '\r')
            data[n++] = data[at];
        else if (at + 1 >= size || data[at + 1] != '\n')
            data[n++] = '\n';
    }
    if (n > RA_CLIPBOARD_TEXT_MAX)
        return NULL;
    if (g_utf8_validate_len(data, n, NULL))
        return g_bytes_new(data, n);
    char *valid = g_utf8_make_valid(data, (gssize)n); /* may grow */
    const gsize length = strlen(valid);
    if (length <= RA_CLIPBOARD_TEXT_MAX)
        return g_bytes_new_take(valid, length);
    g_free(valid);
    return NULL;
}

/* Inflates exactly SIZE bytes. */
static gboolean pull(z_stream *z, void *out, gsize size)
{
    z->next_out = out;
    z->avail_out = (uInt)size;
    const int result = inflate(z, Z_SYNC_FLUSH);
    return (result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR) && z->avail_out == 0;
}

/* Text is the first of the formats in the stream: what is behind it is not looked at. */
static gboolean read_text(z_stream *z, GBytes **ret)
{
    guint8 head[4];
    if (!pull(z, head, sizeof head))
        return FALSE;
    RaReader reader = ra_reader_init(head, sizeof head);
    const guint32 size = ra_reader_u32(&reader);
    if (size > WIRE_MAX)
        return TRUE; /* too long */
    g_autofree char *data = g_malloc(size + 1u);
    if (size > 0 && !pull(z, data, size))
        return FALSE;
    *ret = text_from(data, size);
    return TRUE;
}

static gboolean read_provide(RaReader *reader, RaClip *clip)
{
    const gsize size = ra_reader_left(reader);
    const guint8 *data = ra_reader_bytes(reader, size);
    if ((clip->formats & RA_CLIP_TEXT) == 0)
        return TRUE;
    z_stream z = {.next_in = (Bytef *)data, .avail_in = (uInt)size};
    if (size == 0 || inflateInit(&z) != Z_OK)
        return FALSE;
    const gboolean ok = read_text(&z, &clip->text);
    inflateEnd(&z);
    return ok;
}

/* A size for each format that is listed. */
static gboolean read_caps(RaReader *reader, RaClip *clip)
{
    for (guint32 bit = 1; bit <= FORMATS; bit <<= 1) {
        if ((clip->formats & bit) == 0)
            continue;
        const guint32 size = ra_reader_u32(reader);
        if (bit == RA_CLIP_TEXT)
            clip->text_max = size;
    }
    return ra_reader_done(reader);
}

static gboolean read_body(RaReader *reader, guint32 flags, RaClip *clip)
{
    const guint32 actions = flags & RA_CLIP_ACTIONS;
    if ((actions & RA_CLIP_CAPS) != 0) {
        clip->action = RA_CLIP_CAPS;
        clip->actions = actions & ~(guint32)RA_CLIP_CAPS;
        return read_caps(reader, clip);
    }
    switch (actions) {
    case RA_CLIP_REQUEST:
    case RA_CLIP_PEEK:
    case RA_CLIP_NOTIFY:
        clip->action = actions;
        return ra_reader_done(reader);
    case RA_CLIP_PROVIDE:
        clip->action = RA_CLIP_PROVIDE;
        return read_provide(reader, clip);
    default:
        return FALSE; /* none, or several */
    }
}

gboolean ra_clip_decode(const guint8 *data, gsize size, RaClip *ret)
{
    RaReader reader = ra_reader_init(data, size);
    const guint32 flags = ra_reader_u32(&reader);
    RaClip clip = {.formats = flags & FORMATS};
    if (!ra_reader_ok(&reader) || !read_body(&reader, flags, &clip)) {
        ra_clip_clear(&clip);
        return FALSE;
    }
    *ret = clip;
    return TRUE;
}

void ra_clip_clear(RaClip *clip)
{
    g_clear_pointer(&clip->text, g_bytes_unref);
}

void ra_clip_write_caps(GByteArray *out)
{
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    ra_writer_u32(&writer, RA_CLIP_ACTIONS | RA_CLIP_TEXT);
    ra_writer_u32(&writer, RA_CLIPBOARD_TEXT_MAX);
}

void ra_clip_write(GByteArray *out, RaClipAction action, guint32 formats)
{
    RaWriter writer = ra_writer_init(out, G_MAXUINT);
    ra_writer_u32(&writer, action | formats);
}

gsize ra_clip_wire_size(GBytes *text)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    gsize wire = size + 1;
    for (gsize i = 0; i < size; i++)
        wire += data[i] == '\n';
    return wire;
}

gboolean ra_clip_write_provide(GByteArray *out, GBytes *text)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    if (size > RA_CLIPBOARD_TEXT_MAX)
        return FALSE;
    const guint before = out->len;
    const gsize wire = ra_clip_wire_size(text);
    g_autoptr(GByteArray) plain = g_byte_array_sized_new((guint)wire + 4);
    RaWriter writer = ra_writer_init(plain, G_MAXUINT);
    ra_writer_u32(&writer, (guint32)wire);
    for (gsize i = 0; i < size; i++) {
        if (data[i] == '\n')
            ra_writer_u8(&writer, '\r');
        ra_writer_u8(&writer, (guint8)data[i]);
    }
    ra_writer_u8(&writer, 0);
    RaDeflate deflate = {0};
    ra_clip_write(out, RA_CLIP_PROVIDE, RA_CLIP_TEXT);
    ra_deflate(&deflate, LEVEL, plain->data, plain->len, out);
    ra_deflate_clear(&deflate);
    if (out->len - before <= RA_RFB_EXTENDED_CUT_TEXT_MAX)
        return TRUE;
    g_byte_array_set_size(out, before);
    return FALSE;
}

GBytes *ra_clip_from_latin1(const guint8 *data, gsize size)
{
    g_autoptr(GString) text = g_string_sized_new(size);
    for (gsize i = 0; i < size && text->len <= WIRE_MAX; i++)
        g_string_append_unichar(text, data[i]);
    return text->len > WIRE_MAX ? NULL : text_from(text->str, text->len);
}

GBytes *ra_clip_to_latin1(GBytes *text)
{
    gsize size = 0;
    const char *data = g_bytes_get_data(text, &size);
    GByteArray *out = g_byte_array_new();
    for (gsize at = 0; at < size && out->len < RA_RFB_CUT_TEXT_MAX;
         at += (gsize)(g_utf8_next_char(data + at) - (data + at))) {
        const gunichar character = g_utf8_get_char(data + at);
        const guint8 byte = character < 0x100 ? (guint8)character : '?';
        g_byte_array_append(out, &byte, 1);
    }
    return g_byte_array_free_to_bytes(out);
}
