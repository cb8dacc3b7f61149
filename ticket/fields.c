/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ticket/fields.h"

#include "base/text.h"

#include <string.h>

enum { LENGTH_SIZE = 4, FIRST_CAPACITY = 2048 };

void ra_field_writer_init(RaFieldWriter *writer)
{
    writer->secret = ra_secret_new(FIRST_CAPACITY);
    writer->used = 0;
}

static void make_room(RaFieldWriter *writer, gsize more)
{
    gsize capacity = ra_secret_size(writer->secret);
    if (capacity - writer->used >= more)
        return;
    while (capacity - writer->used < more)
        capacity *= 2;
    g_assert(capacity <= RA_SECRET_MAX);
    RaSecret *larger = ra_secret_new(capacity);
    memcpy(ra_secret_bytes(larger), ra_secret_bytes(writer->secret), writer->used);
    ra_secret_unref(writer->secret);
    writer->secret = larger;
}

void ra_field_put(RaFieldWriter *writer, const void *data, gsize size)
{
    make_room(writer, LENGTH_SIZE + size);
    guint8 *to = ra_secret_bytes(writer->secret) + writer->used;
    const guint32 length = GUINT32_TO_BE((guint32)size);
    memcpy(to, &length, LENGTH_SIZE);
    if (size > 0)
        memcpy(to + LENGTH_SIZE, data, size);
    writer->used += LENGTH_SIZE + size;
}

void ra_field_put_text(RaFieldWriter *writer, const char *text)
{
    ra_field_put(writer, text, strlen(text));
}

void ra_field_put_number(RaFieldWriter *writer, gint64 number)
{
    char text[24];
    g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, number);
    ra_field_put_text(writer, text);
}

RaSecret *ra_field_writer_finish(RaFieldWriter *writer)
{
    RaSecret *secret = g_steal_pointer(&writer->secret);
    ra_secret_truncate(secret, writer->used);
    writer->used = 0;
    return secret;
}

void ra_field_reader_init(RaFieldReader *reader, const void *data, gsize size)
{
    *reader = (RaFieldReader){.data = data, .size = size, .failed = size > RA_FIELDS_MAX};
}

gboolean ra_field_more(const RaFieldReader *reader)
{
    return !reader->failed && reader->at < reader->size;
}

const guint8 *ra_field_get(RaFieldReader *reader, gsize *ret_size)
{
    *ret_size = 0;
    if (reader->failed || reader->size - reader->at < LENGTH_SIZE) {
        reader->failed = TRUE;
        return NULL;
    }
    guint32 length = 0;
    memcpy(&length, reader->data + reader->at, LENGTH_SIZE);
    length = GUINT32_FROM_BE(length);
    if (reader->size - reader->at - LENGTH_SIZE < length) {
        reader->failed = TRUE;
        return NULL;
    }
    const guint8 *data = reader->data + reader->at + LENGTH_SIZE;
    reader->at += LENGTH_SIZE + length;
    *ret_size = length;
    return data;
}

void ra_field_get_exact(RaFieldReader *reader, void *data, gsize size)
{
    gsize got = 0;
    const guint8 *from = ra_field_get(reader, &got);
    memset(data, 0, size);
    if (from == NULL || got != size)
        reader->failed = TRUE;
    else if (size > 0)
        memcpy(data, from, size);
}

/* TRUE for text with no control characters but line ends and tabs. */
static gboolean is_plain_text(const char *text)
{
    g_autofree char *line = g_strdelimit(g_strdup(text), "\t\r\n", ' ');
    return ra_text_is_plain_line(line);
}

char *ra_field_get_text(RaFieldReader *reader, gsize max, gboolean lines)
{
    gsize size = 0;
    const guint8 *data = ra_field_get(reader, &size);
    if (data == NULL || size > max || (size > 0 && memchr(data, 0, size) != NULL)) {
        reader->failed = TRUE;
        return g_strdup("");
    }
    g_autofree char *text = g_strndup((const char *)data, size);
    if (lines ? is_plain_text(text) : ra_text_is_plain_line(text))
        return g_steal_pointer(&text);
    reader->failed = TRUE;
    return g_strdup("");
}

gint64 ra_field_get_number(RaFieldReader *reader, gint64 min, gint64 max)
{
    g_autofree char *text = ra_field_get_text(reader, 20, FALSE);
    gint64 number = 0;
    if (!reader->failed && g_ascii_string_to_signed(text, 10, min, max, &number, NULL)) {
        /* One way to write each number: no plus sign, no zeros in front. */
        g_autofree char *again = g_strdup_printf("%" G_GINT64_FORMAT, number);
        if (strcmp(text, again) == 0)
            return number;
    }
    reader->failed = TRUE;
    return min;
}

gboolean ra_field_reader_done(const RaFieldReader *reader)
{
    return !reader->failed && reader->at == reader->size;
}
