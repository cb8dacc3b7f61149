/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/assist.h"
#include "wire/buffer.h"

#include <string.h>

/* "RAH1", version, length of the fields; each field: type, length, value. */
static const guint8 magic[4] = {'R', 'A', 'H', '1'};

enum {
    HEAD_SIZE = 8,
    /* Types of fields. 3 and 4 are kept for a certificate and the proof that its key is at hand. */
    FIELD_NAME = 1,
    FIELD_PAYLOAD_MAX = 2,
};

gboolean ra_hello_write(const RaHello *hello, GByteArray *out)
{
    const guint before = out->len;
    const gsize name = strlen(hello->name);
    if (name > RA_ASSIST_TEXT_MAX || !g_utf8_validate(hello->name, -1, NULL) ||
        hello->payload_max < RA_ASSIST_PAYLOAD_LEAST)
        return FALSE;
    RaWriter writer = ra_writer_init(out, before + HEAD_SIZE + RA_HELLO_FIELDS_MAX);
    ra_writer_bytes(&writer, magic, sizeof magic);
    ra_writer_u16(&writer, hello->version);
    ra_writer_u16(&writer, (guint16)(4 + name + 4 + 4));
    ra_writer_u16(&writer, FIELD_NAME);
    ra_writer_text(&writer, hello->name, RA_ASSIST_TEXT_MAX);
    ra_writer_u16(&writer, FIELD_PAYLOAD_MAX);
    ra_writer_u16(&writer, 4);
    ra_writer_u32(&writer, hello->payload_max);
    return ra_writer_ok(&writer);
}

static void read_field(RaReader *fields, RaHello *hello, guint *seen)
{
    const guint16 type = ra_reader_u16(fields);
    const guint16 size = ra_reader_u16(fields);
    const guint8 *value = ra_reader_bytes(fields, size);
    if (value == NULL || (type != FIELD_NAME && type != FIELD_PAYLOAD_MAX))
        return;
    if ((*seen & 1u << type) != 0)
        ra_reader_fail(fields);
    *seen |= 1u << type;
    if (type == FIELD_PAYLOAD_MAX) {
        RaReader number = ra_reader_init(value, size);
        hello->payload_max = ra_reader_u32(&number);
        if (!ra_reader_done(&number) || hello->payload_max < RA_ASSIST_PAYLOAD_LEAST)
            ra_reader_fail(fields);
        return;
    }
    if (size > RA_ASSIST_TEXT_MAX || !g_utf8_validate_len((const char *)value, size, NULL)) {
        ra_reader_fail(fields);
        return;
    }
    memcpy(hello->name, value, size);
}

RaDecode ra_hello_decode(const guint8 *data, gsize size, RaHello *ret, gsize *used)
{
    if (size > 0 && memcmp(data, magic, MIN(size, sizeof magic)) != 0)
        return RA_DECODE_BAD;
    if (size < HEAD_SIZE)
        return RA_DECODE_MORE;
    RaReader head = ra_reader_init(data + sizeof magic, HEAD_SIZE - sizeof magic);
    RaHello hello = {.payload_max = RA_ASSIST_PAYLOAD_LEAST};
    hello.version = ra_reader_u16(&head);
    const gsize length = ra_reader_u16(&head);
    if (hello.version < RA_HELLO_VERSION || length > RA_HELLO_FIELDS_MAX)
        return RA_DECODE_BAD;
    if (size - HEAD_SIZE < length)
        return RA_DECODE_MORE;

    RaReader fields = ra_reader_init(data + HEAD_SIZE, length);
    guint seen = 0;
    while (ra_reader_left(&fields) > 0)
        read_field(&fields, &hello, &seen);
    if (!ra_reader_done(&fields))
        return RA_DECODE_BAD;
    *ret = hello;
    *used = HEAD_SIZE + length;
    return RA_DECODE_OK;
}
