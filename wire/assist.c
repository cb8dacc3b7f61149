/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/assist.h"

#include "wire/buffer.h"

#include <string.h>

typedef enum { NOTHING, RIGHTS, REASON, END } Shape;

/* The messages: kind, who may send it, its fields. */
static const struct rule {
    RaAssistKind kind;
    guint from;
    Shape shape;
} rules[] = {
    {RA_ASSIST_RIGHTS, RA_ASSIST_FROM_NOVICE, RIGHTS},
    {RA_ASSIST_WANT_CONTROL, RA_ASSIST_FROM_HELPER, NOTHING},
    {RA_ASSIST_RETURN_CONTROL, RA_ASSIST_FROM_HELPER, NOTHING},
    {RA_ASSIST_CONTROL_DENIED, RA_ASSIST_FROM_NOVICE, REASON},
    {RA_ASSIST_GOODBYE, RA_ASSIST_FROM_HELPER | RA_ASSIST_FROM_NOVICE, END},
};

static const struct rule *find_rule(guint kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if ((guint)rules[i].kind == kind)
            return &rules[i];
    }
    return NULL;
}

static void write_fields(RaWriter *w, const RaAssist *m, Shape shape)
{
    switch (shape) {
    case NOTHING:
        break;
    case RIGHTS:
        if ((m->rights & ~(guint)RA_RIGHTS_ALL) != 0)
            w->failed = TRUE;
        ra_writer_u32(w, m->rights);
        break;
    case REASON:
    case END:
        if ((guint)m->end.reason > RA_GOODBYE_LAST)
            w->failed = TRUE;
        ra_writer_u8(w, (guint8)m->end.reason);
        if (shape == END)
            ra_writer_text(w, m->end.text, RA_ASSIST_TEXT_MAX);
        break;
    }
}

gboolean ra_assist_write(const RaAssist *message, RaAssistFrom from, GByteArray *out)
{
    const struct rule *rule = find_rule((guint)message->kind);
    if (rule == NULL || (rule->from & from) == 0)
        return FALSE;
    const guint before = out->len;
    RaWriter writer = ra_writer_init(out, before + RA_ASSIST_HEAD_SIZE + RA_ASSIST_PAYLOAD_MAX);
    ra_writer_u8(&writer, RA_RFB_ASSIST_MESSAGE);
    ra_writer_u8(&writer, (guint8)message->kind);
    ra_writer_u16(&writer, 0);
    ra_writer_u32(&writer, 0); /* the length, known below */
    write_fields(&writer, message, rule->shape);
    if (!ra_writer_ok(&writer)) {
        g_byte_array_set_size(out, before);
        return FALSE;
    }
    const guint32 length = GUINT32_TO_BE(out->len - before - RA_ASSIST_HEAD_SIZE);
    memcpy(out->data + before + 4, &length, sizeof length);
    return TRUE;
}

/* A later version may know more reasons. */
static RaGoodbye read_reason(RaReader *r)
{
    const guint8 reason = ra_reader_u8(r);
    return reason <= RA_GOODBYE_LAST ? (RaGoodbye)reason : RA_GOODBYE_UNKNOWN;
}

static void read_fields(RaReader *r, RaAssist *m, Shape shape)
{
    switch (shape) {
    case NOTHING:
        break;
    case RIGHTS:
        m->rights = ra_reader_u32(r);
        if ((m->rights & ~(guint)RA_RIGHTS_ALL) != 0)
            ra_reader_fail(r);
        break;
    case REASON:
        m->end.reason = read_reason(r);
        break;
    case END:
        m->end.reason = read_reason(r);
        ra_reader_text(r, m->end.text, RA_ASSIST_TEXT_MAX);
        break;
    }
}

RaDecode ra_assist_decode(const guint8 *data, gsize size, RaAssistFrom from, RaAssist *ret,
                          gsize *used)
{
    if (size > 0 && data[0] != RA_RFB_ASSIST_MESSAGE)
        return RA_DECODE_BAD;
    if (size < RA_ASSIST_HEAD_SIZE)
        return RA_DECODE_MORE;
    RaReader head = ra_reader_init(data + 1, RA_ASSIST_HEAD_SIZE - 1);
    const guint8 kind = ra_reader_u8(&head);
    const guint16 reserved = ra_reader_u16(&head);
    const guint32 length = ra_reader_u32(&head);
    const struct rule *rule = find_rule(kind);
    if (reserved != 0 || length > RA_ASSIST_PAYLOAD_MAX)
        return RA_DECODE_BAD;
    if (rule == NULL ? (kind & RA_ASSIST_OPTIONAL) == 0 : (rule->from & from) == 0)
        return RA_DECODE_BAD;
    if (size - RA_ASSIST_HEAD_SIZE < length)
        return RA_DECODE_MORE;

    RaAssist message = {.kind = rule == NULL ? RA_ASSIST_SKIPPED : rule->kind};
    if (rule != NULL) {
        RaReader reader = ra_reader_init(data + RA_ASSIST_HEAD_SIZE, length);
        read_fields(&reader, &message, rule->shape);
        if (!ra_reader_done(&reader))
            return RA_DECODE_BAD;
    }
    *ret = message;
    *used = RA_ASSIST_HEAD_SIZE + (gsize)length;
    return RA_DECODE_OK;
}
