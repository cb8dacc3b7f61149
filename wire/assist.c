/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/assist.h"

#include "wire/buffer.h"

#include <stddef.h>
#include <string.h>

typedef enum {
    END, /* of a shape */
    U16, /* guint16 in memory; the others as named, too */
    U32,
    U64,
    CHOICE,     /* u8; an enum in memory, LIMIT is its last value */
    REASON,     /* u8; RaGoodbye; unknown numbers count as 0 */
    FLAG,       /* u8, 0 or 1; gboolean */
    BITS,       /* u32; LIMIT are those that there are */
    KNOWN_BITS, /* the same, but others are dropped */
    TEXT,       /* u16 length; char[LIMIT + 1] */
    FIXED,      /* LIMIT bytes as they are */
    BYTES,      /* the rest: guint32 size at OFFSET, 1..LIMIT, pointer at OTHER */
    UTF8,       /* the same, valid UTF-8 without NUL */
    MONITORS,
} Type;

typedef struct {
    Type type;
    gsize offset; /* in RaAssist */
    gsize limit;
    gsize other;
} Field;

#define AT(member) offsetof(RaAssist, member)

static const Field nothing[] = {{0}};
static const Field rights[] = {{BITS, AT(rights), RA_RIGHTS_ALL, 0}, {0}};
static const Field features[] = {{KNOWN_BITS, AT(features), RA_FEATURES_ALL, 0}, {0}};
static const Field reason[] = {{REASON, AT(end.reason), 0, 0}, {0}};
static const Field goodbye[] = {
    {REASON, AT(end.reason), 0, 0}, {TEXT, AT(end.text), RA_ASSIST_TEXT_MAX, 0}, {0}};
static const Field resume[] = {{TEXT, AT(resume.identity), RA_RESUME_IDENTITY_MAX, 0},
                               {FIXED, AT(resume.key), RA_RESUME_KEY_SIZE, 0},
                               {U16, AT(resume.seconds), 0, 0},
                               {0}};
static const Field flag[] = {{FLAG, AT(flag), 0, 0}, {0}};
static const Field number[] = {{U32, AT(number), 0, 0}, {0}};
static const Field chat[] = {
    {U32, AT(chat.number), 0, 0}, {UTF8, AT(chat.size), RA_CHAT_TEXT_MAX, AT(chat.text)}, {0}};
static const Field offer[] = {{U32, AT(offer.id), 0, 0},
                              {U64, AT(offer.size), 0, 0},
                              {TEXT, AT(offer.name), RA_ASSIST_TEXT_MAX, 0},
                              {TEXT, AT(offer.type), RA_FILE_TYPE_MAX, 0},
                              {0}};
static const Field file_answer[] = {{U32, AT(file_answer.id), 0, 0},
                                    {FLAG, AT(file_answer.yes), 0, 0},
                                    {U64, AT(file_answer.offset), 0, 0},
                                    {0}};
static const Field piece[] = {{U32, AT(piece.id), 0, 0},
                              {U64, AT(piece.offset), 0, 0},
                              {BYTES, AT(piece.size), RA_FILE_PIECE_MAX, AT(piece.data)},
                              {0}};
static const Field taken[] = {{U32, AT(piece.id), 0, 0}, {U64, AT(piece.offset), 0, 0}, {0}};
static const Field file_end[] = {
    {U32, AT(file_end.id), 0, 0}, {FIXED, AT(file_end.sha256), RA_SHA256_SIZE, 0}, {0}};
static const Field file_close[] = {{U32, AT(file_close.id), 0, 0},
                                   {FLAG, AT(file_close.of_sender), 0, 0},
                                   {CHOICE, AT(file_close.how), RA_FILE_LAST, 0},
                                   {0}};
static const Field answer[] = {
    {FLAG, AT(answer.yes), 0, 0}, {REASON, AT(answer.reason), 0, 0}, {0}};
static const Field sound[] = {{U32, AT(sound.stamp), 0, 0},
                              {BYTES, AT(sound.size), RA_SOUND_PACKET_MAX, AT(sound.data)},
                              {0}};
static const Field picture[] = {{U32, AT(picture.total), 0, 0},
                                {U32, AT(picture.offset), 0, 0},
                                {BYTES, AT(picture.size), RA_PICTURE_PIECE_MAX, AT(picture.data)},
                                {0}};
static const Field point[] = {{U16, AT(point.x), 0, 0},
                              {U16, AT(point.y), 0, 0},
                              {CHOICE, AT(point.phase), RA_POINT_LAST, 0},
                              {0}};
static const Field quality[] = {{CHOICE, AT(quality), RA_QUALITY_LAST, 0}, {0}};
static const Field monitors[] = {{MONITORS, AT(monitors), 0, 0}, {0}};

enum {
    H = RA_ASSIST_FROM_HELPER,
    N = RA_ASSIST_FROM_NOVICE,
};

/* The messages: kind, who may send it, whether one program says it to the other (the rest is
 * between the workers), its fields. */
static const struct rule {
    RaAssistKind kind;
    guint from;
    gboolean programs;
    const Field *fields;
} rules[] = {
    {RA_ASSIST_RIGHTS, N, FALSE, rights},
    {RA_ASSIST_WANT_CONTROL, H, FALSE, nothing},
    {RA_ASSIST_RETURN_CONTROL, H, FALSE, nothing},
    {RA_ASSIST_CONTROL_DENIED, N, FALSE, reason},
    {RA_ASSIST_GOODBYE, H | N, FALSE, goodbye},
    {RA_ASSIST_FEATURES, N, TRUE, features},
    {RA_ASSIST_RESUME, N, TRUE, resume},
    {RA_ASSIST_HELD, N, TRUE, flag},
    {RA_ASSIST_PAUSED, N, TRUE, flag},
    {RA_ASSIST_CHAT, H | N, TRUE, chat},
    {RA_ASSIST_CHAT_SEEN, H | N, TRUE, number},
    {RA_ASSIST_FILE_OFFER, H | N, TRUE, offer},
    {RA_ASSIST_FILE_ANSWER, H | N, TRUE, file_answer},
    {RA_ASSIST_FILE_DATA, H | N, TRUE, piece},
    {RA_ASSIST_FILE_TAKEN, H | N, TRUE, taken},
    {RA_ASSIST_FILE_END, H | N, TRUE, file_end},
    {RA_ASSIST_FILE_CLOSE, H | N, TRUE, file_close},
    {RA_ASSIST_VOICE_WANT, H | N, TRUE, nothing},
    {RA_ASSIST_VOICE_ANSWER, H | N, TRUE, answer},
    {RA_ASSIST_VOICE_MUTED, H | N, TRUE, flag},
    {RA_ASSIST_VOICE_END, H | N, TRUE, nothing},
    {RA_ASSIST_VOICE_SOUND, H | N, FALSE, sound},
    {RA_ASSIST_CLIPBOARD_SHARED, H | N, TRUE, flag},
    {RA_ASSIST_CLIPBOARD_PICTURE, H | N, FALSE, picture},
    {RA_ASSIST_POINT, H, TRUE, point},
    {RA_ASSIST_QUALITY, H, FALSE, quality},
    {RA_ASSIST_MONITORS, N, TRUE, monitors},
    {RA_ASSIST_MONITOR, H, TRUE, number},
    {RA_ASSIST_PING, H | N, FALSE, number},
    {RA_ASSIST_PONG, H | N, FALSE, number},
};

static const struct rule *find_rule(guint kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if ((guint)rules[i].kind == kind)
            return &rules[i];
    }
    return NULL;
}

/* What TLS takes as the identity of a key (link/link.h). */
static gboolean is_identity(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (!g_ascii_isprint(*at))
            return FALSE;
    }
    return text[0] != '\0';
}

/* What one field cannot say of itself. */
static gboolean values_fit(const RaAssist *m)
{
    switch (m->kind) {
    case RA_ASSIST_RESUME:
        return is_identity(m->resume.identity) && m->resume.seconds > 0;
    case RA_ASSIST_CLIPBOARD_PICTURE:
        return m->picture.total <= RA_CLIPBOARD_PICTURE_MAX &&
               m->picture.offset < m->picture.total &&
               m->picture.size <= m->picture.total - m->picture.offset;
    case RA_ASSIST_FILE_DATA:
        return m->piece.offset <= (guint64)G_MAXINT64 - m->piece.size;
    case RA_ASSIST_FILE_TAKEN:
        return m->piece.offset <= (guint64)G_MAXINT64;
    case RA_ASSIST_FILE_ANSWER:
        return m->file_answer.offset <= (guint64)G_MAXINT64;
    case RA_ASSIST_FILE_OFFER:
        return m->offer.size <= (guint64)G_MAXINT64 && m->offer.name[0] != '\0';
    case RA_ASSIST_MONITOR:
        return m->number < RA_MONITORS_MAX || m->number == RA_MONITOR_ALL;
    case RA_ASSIST_MONITORS:
        return m->monitors.n >= 1 && m->monitors.n <= RA_MONITORS_MAX &&
               (m->monitors.current < m->monitors.n || m->monitors.current == RA_MONITOR_ALL);
    default:
        return TRUE;
    }
}

static void write_monitors(RaWriter *w, const RaAssist *m)
{
    ra_writer_u8(w, m->monitors.n);
    ra_writer_u8(w, m->monitors.current);
    for (guint i = 0; i < MIN(m->monitors.n, RA_MONITORS_MAX); i++) {
        ra_writer_u16(w, m->monitors.monitor[i].width);
        ra_writer_u16(w, m->monitors.monitor[i].height);
        ra_writer_text(w, m->monitors.monitor[i].name, sizeof m->monitors.monitor[i].name - 1);
    }
}

static void write_choice(RaWriter *w, guint value, gsize last)
{
    w->failed |= value > last;
    ra_writer_u8(w, (guint8)value);
}

static void write_bytes(RaWriter *w, const Field *field, const RaAssist *m)
{
    const guint8 *base = (const guint8 *)m;
    guint32 size;
    const guint8 *data;
    memcpy(&size, base + field->offset, sizeof size);
    memcpy(&data, base + field->other, sizeof data);
    if (size == 0 || size > field->limit ||
        (field->type == UTF8 && !g_utf8_validate_len((const char *)data, size, NULL)))
        w->failed = TRUE;
    else
        ra_writer_bytes(w, data, size);
}

static void write_field(RaWriter *w, const Field *field, const RaAssist *m)
{
    const guint8 *at = (const guint8 *)m + field->offset;
    switch (field->type) {
    case END:
        break;
    case U16:
        ra_writer_u16(w, *(const guint16 *)(const void *)at);
        break;
    case U32:
    case KNOWN_BITS:
        ra_writer_u32(w, *(const guint32 *)(const void *)at);
        break;
    case U64:
        ra_writer_u64(w, *(const guint64 *)(const void *)at);
        break;
    case CHOICE:
        write_choice(w, *(const guint *)(const void *)at, field->limit);
        break;
    case REASON:
        write_choice(w, *(const guint *)(const void *)at, RA_GOODBYE_LAST);
        break;
    case FLAG:
        ra_writer_u8(w, *(const gboolean *)(const void *)at != FALSE);
        break;
    case BITS:
        w->failed |= (*(const guint32 *)(const void *)at & ~field->limit) != 0;
        ra_writer_u32(w, *(const guint32 *)(const void *)at);
        break;
    case TEXT:
        w->failed |= !g_utf8_validate((const char *)at, -1, NULL);
        ra_writer_text(w, (const char *)at, field->limit);
        break;
    case FIXED:
        ra_writer_bytes(w, at, field->limit);
        break;
    case BYTES:
    case UTF8:
        write_bytes(w, field, m);
        break;
    case MONITORS:
        write_monitors(w, m);
        break;
    }
}

gboolean ra_assist_write(const RaAssist *message, RaAssistFrom from, GByteArray *out)
{
    const struct rule *rule = find_rule((guint)message->kind);
    if (rule == NULL || (rule->from & from) == 0 || !values_fit(message))
        return FALSE;
    const guint before = out->len;
    RaWriter writer = ra_writer_init(out, before + RA_ASSIST_HEAD_SIZE + RA_ASSIST_PAYLOAD_MAX);
    ra_writer_u8(&writer, RA_RFB_ASSIST_MESSAGE);
    ra_writer_u8(&writer, (guint8)message->kind);
    ra_writer_u16(&writer, 0);
    ra_writer_u32(&writer, 0); /* the length, known below */
    for (const Field *field = rule->fields; field->type != END; field++)
        write_field(&writer, field, message);
    if (!ra_writer_ok(&writer)) {
        g_byte_array_set_size(out, before);
        return FALSE;
    }
    const guint32 length = GUINT32_TO_BE(out->len - before - RA_ASSIST_HEAD_SIZE);
    memcpy(out->data + before + 4, &length, sizeof length);
    return TRUE;
}

static void read_monitors(RaReader *r, RaAssist *m)
{
    m->monitors.n = ra_reader_u8(r);
    m->monitors.current = ra_reader_u8(r);
    if (m->monitors.n > RA_MONITORS_MAX)
        ra_reader_fail(r);
    for (guint i = 0; ra_reader_ok(r) && i < m->monitors.n; i++) {
        m->monitors.monitor[i].width = ra_reader_u16(r);
        m->monitors.monitor[i].height = ra_reader_u16(r);
        ra_reader_text(r, m->monitors.monitor[i].name, sizeof m->monitors.monitor[i].name - 1);
    }
}

static guint read_choice(RaReader *r, gsize last)
{
    const guint8 value = ra_reader_u8(r);
    if (value > last)
        ra_reader_fail(r);
    return value <= last ? value : 0;
}

/* A later version may know more reasons. */
static guint read_reason(RaReader *r)
{
    const guint8 value = ra_reader_u8(r);
    return value <= RA_GOODBYE_LAST ? value : RA_GOODBYE_UNKNOWN;
}

static guint32 read_bits(RaReader *r, const Field *field)
{
    const guint32 value = ra_reader_u32(r);
    if (field->type == BITS && (value & ~field->limit) != 0)
        ra_reader_fail(r);
    return value & (guint32)field->limit;
}

static void read_bytes(RaReader *r, const Field *field, RaAssist *m)
{
    const guint32 size = (guint32)ra_reader_left(r);
    const guint8 *data = ra_reader_bytes(r, size);
    if (size == 0 || size > field->limit || data == NULL ||
        (field->type == UTF8 && !g_utf8_validate_len((const char *)data, size, NULL))) {
        ra_reader_fail(r);
        return;
    }
    memcpy((guint8 *)m + field->offset, &size, sizeof size);
    memcpy((guint8 *)m + field->other, &data, sizeof data);
}

static void read_field(RaReader *r, const Field *field, RaAssist *m)
{
    guint8 *at = (guint8 *)m + field->offset;
    switch (field->type) {
    case END:
        break;
    case U16:
        *(guint16 *)(void *)at = ra_reader_u16(r);
        break;
    case U32:
        *(guint32 *)(void *)at = ra_reader_u32(r);
        break;
    case U64:
        *(guint64 *)(void *)at = ra_reader_u64(r);
        break;
    case CHOICE:
        *(guint *)(void *)at = read_choice(r, field->limit);
        break;
    case REASON:
        *(guint *)(void *)at = read_reason(r);
        break;
    case FLAG:
        *(gboolean *)(void *)at = (gboolean)read_choice(r, 1);
        break;
    case BITS:
    case KNOWN_BITS:
        *(guint32 *)(void *)at = read_bits(r, field);
        break;
    case TEXT:
        ra_reader_text(r, (char *)at, field->limit);
        break;
    case FIXED: {
        const guint8 *bytes = ra_reader_bytes(r, field->limit);
        if (bytes != NULL)
            memcpy(at, bytes, field->limit);
        break;
    }
    case BYTES:
    case UTF8:
        read_bytes(r, field, m);
        break;
    case MONITORS:
        read_monitors(r, m);
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
        for (const Field *field = rule->fields; field->type != END; field++)
            read_field(&reader, field, &message);
        if (!ra_reader_done(&reader) || !values_fit(&message)) {
            ra_assist_clear(&message);
            return RA_DECODE_BAD;
        }
    }
    *ret = message;
    *used = RA_ASSIST_HEAD_SIZE + (gsize)length;
    ra_assist_clear(&message);
    return RA_DECODE_OK;
}

gboolean ra_assist_reaches_program(RaAssistKind kind, RaAssistFrom from)
{
    const struct rule *rule = find_rule((guint)kind);
    return rule != NULL && (rule->from & from) != 0 && rule->programs;
}

void ra_assist_clear(RaAssist *message)
{
    if (message->kind == RA_ASSIST_RESUME)
        explicit_bzero(message, sizeof *message);
}
