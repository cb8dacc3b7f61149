/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/buffer.h"

#include <string.h>

RaReader ra_reader_init(const void *data, gsize size)
{
    /* Nothing may be NULL, which has no arithmetic. */
    return (RaReader){.data = size == 0 ? (const guint8 *)"" : data, .size = size};
}

const guint8 *ra_reader_bytes(RaReader *reader, gsize size)
{
    if (reader->failed || size > reader->size - reader->at) {
        reader->failed = TRUE;
        return NULL;
    }
    const guint8 *bytes = reader->data + reader->at;
    reader->at += size;
    return bytes;
}

void ra_reader_skip(RaReader *reader, gsize size)
{
    (void)ra_reader_bytes(reader, size);
}

static guint64 read_integer(RaReader *reader, gsize size)
{
    const guint8 *bytes = ra_reader_bytes(reader, size);
    guint64 value = 0;
    for (gsize i = 0; bytes != NULL && i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

guint8 ra_reader_u8(RaReader *reader)
{
    return (guint8)read_integer(reader, 1);
}

guint16 ra_reader_u16(RaReader *reader)
{
    return (guint16)read_integer(reader, 2);
}

guint32 ra_reader_u32(RaReader *reader)
{
    return (guint32)read_integer(reader, 4);
}

guint64 ra_reader_u64(RaReader *reader)
{
    return read_integer(reader, 8);
}

gint32 ra_reader_s32(RaReader *reader)
{
    return (gint32)ra_reader_u32(reader);
}

void ra_reader_text(RaReader *reader, char *ret, gsize max)
{
    const gsize size = ra_reader_u16(reader);
    const guint8 *bytes = size <= max ? ra_reader_bytes(reader, size) : NULL;
    if (bytes == NULL || !g_utf8_validate_len((const char *)bytes, size, NULL)) {
        reader->failed = TRUE;
        return;
    }
    memcpy(ret, bytes, size);
    ret[size] = '\0';
}

gsize ra_reader_left(const RaReader *reader)
{
    return reader->failed ? 0 : reader->size - reader->at;
}

void ra_reader_fail(RaReader *reader)
{
    reader->failed = TRUE;
}

gboolean ra_reader_ok(const RaReader *reader)
{
    return !reader->failed;
}

gboolean ra_reader_done(const RaReader *reader)
{
    return !reader->failed && reader->at == reader->size;
}

RaWriter ra_writer_init(GByteArray *bytes, gsize limit)
{
    return (RaWriter){.bytes = bytes, .limit = limit};
}

guint8 *ra_writer_reserve(RaWriter *writer, gsize size)
{
    const gsize before = writer->bytes->len;
    if (writer->failed || before > writer->limit || size > writer->limit - before) {
        writer->failed = TRUE;
        return NULL;
    }
    g_byte_array_set_size(writer->bytes, (guint)(before + size));
    memset(writer->bytes->data + before, 0, size);
    return writer->bytes->data + before;
}

void ra_writer_bytes(RaWriter *writer, const void *data, gsize size)
{
    const gsize before = writer->bytes->len;
    if (writer->failed || before > writer->limit || size > writer->limit - before)
        writer->failed = TRUE;
    else if (size > 0)
        g_byte_array_append(writer->bytes, data, (guint)size);
}

static void write_integer(RaWriter *writer, guint64 value, gsize size)
{
    guint8 bytes[8];
    for (gsize i = 0; i < size; i++)
        bytes[i] = (guint8)(value >> (8 * (size - 1 - i)));
    ra_writer_bytes(writer, bytes, size);
}

void ra_writer_u8(RaWriter *writer, guint8 value)
{
    write_integer(writer, value, 1);
}

void ra_writer_u16(RaWriter *writer, guint16 value)
{
    write_integer(writer, value, 2);
}

void ra_writer_u32(RaWriter *writer, guint32 value)
{
    write_integer(writer, value, 4);
}

void ra_writer_u64(RaWriter *writer, guint64 value)
{
    write_integer(writer, value, 8);
}

void ra_writer_s32(RaWriter *writer, gint32 value)
{
    write_integer(writer, (guint32)value, 4);
}

void ra_writer_text(RaWriter *writer, const char *text, gsize max)
{
    const gsize size = strlen(text);
    if (size > max || size > G_MAXUINT16) {
        writer->failed = TRUE;
        return;
    }
    ra_writer_u16(writer, (guint16)size);
    ra_writer_bytes(writer, text, size);
}

gboolean ra_writer_ok(const RaWriter *writer)
{
    return !writer->failed;
}
