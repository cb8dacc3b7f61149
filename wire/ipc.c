/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/ipc.h"

#include "wire/buffer.h"

#include <string.h>

typedef enum {
    NOTHING,
    CONNECTION,
    SECRET,
    IDENTITY,
    ALLOW,
    FRAME,
    RECTS,
    ASK,
    ATTEMPT,
    CURSOR,
    RIGHTS,
    POINTER,
    KEY,
    ENDED,
    ASSIST,
    SOUND,
    CLIPBOARD,
    METER,
} Shape;

enum {
    H = RA_IPC_FROM_HOST,
    HW = RA_IPC_FROM_HOST_WORKER,
    V = RA_IPC_FROM_VIEWER,
    VW = RA_IPC_FROM_VIEWER_WORKER,
};

/* The protocol: kind, who may send it, its fields, whether a descriptor comes along. */
static const struct rule {
    RaIpcKind kind;
    guint from;
    Shape shape;
    gboolean fd;
} rules[] = {
    {RA_IPC_CONNECTION, H, CONNECTION, TRUE},
    {RA_IPC_KEY, H, SECRET, FALSE},
    {RA_IPC_ALLOW, H, ALLOW, FALSE},
    {RA_IPC_FRAME, H, FRAME, TRUE},
    {RA_IPC_PIXELS, H, RECTS, FALSE},
    {RA_IPC_CONTROL_ANSWER, H | VW, ALLOW, FALSE},
    {RA_IPC_BELL, H, NOTHING, TRUE},
    {RA_IPC_IDENTITY, V, SECRET, FALSE},
    {RA_IPC_SOCKET, V, CONNECTION, TRUE},
    {RA_IPC_WANT_CONTROL_OUT, V, NOTHING, FALSE},
    {RA_IPC_RETURN_CONTROL_OUT, V, NOTHING, FALSE},
    {RA_IPC_BYE, H | V, ENDED, FALSE},
    {RA_IPC_WANT_KEY, HW, IDENTITY, FALSE},
    {RA_IPC_HANDSHAKE_FAILED, HW, CONNECTION, FALSE},
    {RA_IPC_AUTHENTICATED, HW, CONNECTION, FALSE},
    {RA_IPC_ASK, HW, ASK, FALSE},
    {RA_IPC_WANT_PIXELS, HW, NOTHING, FALSE},
    {RA_IPC_WANT_CONTROL, HW, NOTHING, FALSE},
    {RA_IPC_RETURN_CONTROL, HW, NOTHING, FALSE},
    {RA_IPC_ATTEMPT_FAILED, VW, ATTEMPT, FALSE},
    {RA_IPC_SECURED, VW, CONNECTION, FALSE},
    {RA_IPC_SCREEN, VW, FRAME, TRUE},
    {RA_IPC_CHANGED, VW, RECTS, FALSE},
    {RA_IPC_CURSOR, H | VW, CURSOR, FALSE},
    {RA_IPC_RIGHTS, H | VW, RIGHTS, FALSE},
    {RA_IPC_POINTER, H | HW | V | VW, POINTER, FALSE},
    {RA_IPC_KEY_PRESS, V | HW, KEY, FALSE},
    {RA_IPC_ENDED, HW | VW, ENDED, FALSE},
    {RA_IPC_ASSIST, H | HW | V | VW, ASSIST, FALSE},
    {RA_IPC_SOUND, H | HW | V | VW, SOUND, FALSE},
    {RA_IPC_CLIPBOARD, H | HW | V | VW, CLIPBOARD, TRUE},
    {RA_IPC_METER, HW | VW, METER, FALSE},
};

static const struct rule *find_rule(guint kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if ((guint)rules[i].kind == kind)
            return &rules[i];
    }
    return NULL;
}

static gsize cursor_size(const RaIpcMessage *m)
{
    return (gsize)m->cursor.width * m->cursor.height * 4;
}

static gboolean values_fit(const RaIpcMessage *m, Shape shape)
{
    switch (shape) {
    case ALLOW:
        return m->allow.reason <= RA_GOODBYE_LAST;
    case ENDED:
        return m->ended.reason <= RA_GOODBYE_LAST;
    case FRAME:
        return m->frame.width >= 1 && m->frame.width <= RA_IPC_SCREEN_SIDE_MAX &&
               m->frame.height >= 1 && m->frame.height <= RA_IPC_SCREEN_SIDE_MAX &&
               m->frame.stride >= m->frame.width * 4u &&
               m->frame.stride <= RA_IPC_SCREEN_SIDE_MAX * 4u && m->frame.stride % 4 == 0;
    case RECTS:
        return m->rects.n <= RA_IPC_RECTS_MAX;
    case CURSOR:
        return m->cursor.width <= RA_IPC_CURSOR_SIDE_MAX &&
               m->cursor.height <= RA_IPC_CURSOR_SIDE_MAX &&
               (m->cursor.width == 0) == (m->cursor.height == 0);
    case RIGHTS:
        return (m->rights.rights & ~(guint)RA_RIGHTS_ALL) == 0;
    case SOUND:
        return m->sound.n >= 1 && m->sound.n <= RA_SOUND_FRAME;
    case CLIPBOARD:
        return m->clipboard.format <= RA_CLIPBOARD_LAST &&
               m->clipboard.size <= (m->clipboard.format == RA_CLIPBOARD_TEXT
                                         ? (guint32)RA_CLIPBOARD_TEXT_MAX
                                         : (guint32)RA_CLIPBOARD_PICTURE_MAX);
    default:
        return TRUE;
    }
}

static void write_secret(RaWriter *w, const RaIpcMessage *m)
{
    ra_writer_text(w, m->secret.identity, RA_IPC_IDENTITY_MAX);
    ra_writer_u8(w, m->secret.known != FALSE);
    ra_writer_bytes(w, m->secret.key, RA_IPC_KEY_SIZE);
    ra_writer_text(w, m->secret.name, RA_IPC_TEXT_MAX);
}

static void write_frame(RaWriter *w, const RaIpcMessage *m)
{
    ra_writer_u16(w, m->frame.width);
    ra_writer_u16(w, m->frame.height);
    ra_writer_u32(w, m->frame.stride);
    ra_writer_text(w, m->frame.name, RA_IPC_TEXT_MAX);
}

static void write_rects(RaWriter *w, const RaIpcMessage *m)
{
    ra_writer_u8(w, (guint8)m->rects.n);
    for (guint i = 0; i < m->rects.n; i++) {
        ra_writer_u16(w, m->rects.rect[i].x);
        ra_writer_u16(w, m->rects.rect[i].y);
        ra_writer_u16(w, m->rects.rect[i].width);
        ra_writer_u16(w, m->rects.rect[i].height);
    }
}

static void write_cursor(RaWriter *w, const RaIpcMessage *m)
{
    ra_writer_u16(w, m->cursor.width);
    ra_writer_u16(w, m->cursor.height);
    ra_writer_u16(w, m->cursor.hot_x);
    ra_writer_u16(w, m->cursor.hot_y);
    ra_writer_bytes(w, m->cursor.pixels, cursor_size(m));
}

static void write_input(RaWriter *w, const RaIpcMessage *m, Shape shape)
{
    if (shape == POINTER) {
        ra_writer_u16(w, m->pointer.x);
        ra_writer_u16(w, m->pointer.y);
        ra_writer_u16(w, m->pointer.buttons);
        return;
    }
    ra_writer_u8(w, m->key.down != FALSE);
    ra_writer_u32(w, m->key.keysym);
    ra_writer_u32(w, m->key.code);
}

static void write_ask(RaWriter *w, const RaIpcMessage *m)
{
    ra_writer_text(w, m->ask.identity, RA_IPC_IDENTITY_MAX);
    ra_writer_text(w, m->ask.name, RA_IPC_TEXT_MAX);
    ra_writer_u8(w, m->ask.native != FALSE);
}

/* One message of the other program, complete with its head; who may send it is checked where it
 * is decoded. */
static void write_assist(RaWriter *w, const RaIpcMessage *m)
{
    if (!ra_assist_write(&m->assist, RA_ASSIST_FROM_HELPER | RA_ASSIST_FROM_NOVICE, w->bytes) ||
        w->bytes->len > w->limit)
        w->failed = TRUE;
}

static void write_sound(RaWriter *w, const RaIpcMessage *m)
{
    ra_writer_u32(w, m->sound.stamp);
    ra_writer_u16(w, m->sound.n);
    ra_writer_bytes(w, m->sound.samples, (gsize)m->sound.n * 2);
}

static void write_meter(RaWriter *w, const RaIpcMessage *m)
{
    ra_writer_u32(w, m->meter.in);
    ra_writer_u32(w, m->meter.out);
    ra_writer_u32(w, m->meter.delay);
}

static void write_fields(RaWriter *w, const RaIpcMessage *m, Shape shape)
{
    switch (shape) {
    case NOTHING:
        break;
    case CONNECTION:
        ra_writer_u32(w, m->connection.id);
        ra_writer_text(w, m->connection.peer, RA_IPC_TEXT_MAX);
        break;
    case SECRET:
        write_secret(w, m);
        break;
    case IDENTITY:
        ra_writer_text(w, m->identity.identity, RA_IPC_IDENTITY_MAX);
        break;
    case ALLOW:
        ra_writer_u8(w, m->allow.yes != FALSE);
        ra_writer_u8(w, (guint8)m->allow.reason);
        break;
    case FRAME:
        write_frame(w, m);
        break;
    case RECTS:
        write_rects(w, m);
        break;
    case ASK:
        write_ask(w, m);
        break;
    case ATTEMPT:
        ra_writer_u32(w, m->attempt.id);
        ra_writer_u8(w, m->attempt.tls != FALSE);
        ra_writer_text(w, m->attempt.text, RA_IPC_TEXT_MAX);
        break;
    case CURSOR:
        write_cursor(w, m);
        break;
    case RIGHTS:
        ra_writer_u32(w, m->rights.rights);
        break;
    case POINTER:
    case KEY:
        write_input(w, m, shape);
        break;
    case ENDED:
        ra_writer_u8(w, (guint8)m->ended.reason);
        ra_writer_u8(w, m->ended.ours != FALSE);
        ra_writer_text(w, m->ended.text, RA_IPC_TEXT_MAX);
        break;
    case ASSIST:
        write_assist(w, m);
        break;
    case SOUND:
        write_sound(w, m);
        break;
    case CLIPBOARD:
        ra_writer_u8(w, (guint8)m->clipboard.format);
        ra_writer_u32(w, m->clipboard.size);
        break;
    case METER:
        write_meter(w, m);
        break;
    }
}

gboolean ra_ipc_encode(const RaIpcMessage *message, GByteArray *out)
{
    const struct rule *rule = find_rule((guint)message->kind);
    if (rule == NULL || !values_fit(message, rule->shape))
        return FALSE;
    const guint before = out->len;
    RaWriter writer = ra_writer_init(out, before + RA_IPC_MAX);
    ra_writer_u8(&writer, (guint8)message->kind);
    write_fields(&writer, message, rule->shape);
    if (!ra_writer_ok(&writer))
        g_byte_array_set_size(out, before);
    return ra_writer_ok(&writer);
}

static gboolean read_boolean(RaReader *r)
{
    const guint8 value = ra_reader_u8(r);
    if (value > 1)
        ra_reader_fail(r);
    return value == 1;
}

static void read_secret(RaReader *r, RaIpcMessage *m)
{
    ra_reader_text(r, m->secret.identity, RA_IPC_IDENTITY_MAX);
    m->secret.known = read_boolean(r);
    const guint8 *key = ra_reader_bytes(r, RA_IPC_KEY_SIZE);
    if (key != NULL)
        memcpy(m->secret.key, key, RA_IPC_KEY_SIZE);
    ra_reader_text(r, m->secret.name, RA_IPC_TEXT_MAX);
}

static void read_frame(RaReader *r, RaIpcMessage *m)
{
    m->frame.width = ra_reader_u16(r);
    m->frame.height = ra_reader_u16(r);
    m->frame.stride = ra_reader_u32(r);
    ra_reader_text(r, m->frame.name, RA_IPC_TEXT_MAX);
}

static void read_rects(RaReader *r, RaIpcMessage *m)
{
    m->rects.n = ra_reader_u8(r);
    if (m->rects.n > RA_IPC_RECTS_MAX)
        ra_reader_fail(r);
    for (guint i = 0; ra_reader_ok(r) && i < m->rects.n; i++) {
        m->rects.rect[i].x = ra_reader_u16(r);
        m->rects.rect[i].y = ra_reader_u16(r);
        m->rects.rect[i].width = ra_reader_u16(r);
        m->rects.rect[i].height = ra_reader_u16(r);
    }
}

static void read_cursor(RaReader *r, RaIpcMessage *m)
{
    m->cursor.width = ra_reader_u16(r);
    m->cursor.height = ra_reader_u16(r);
    m->cursor.hot_x = ra_reader_u16(r);
    m->cursor.hot_y = ra_reader_u16(r);
    m->cursor.pixels = ra_reader_bytes(r, cursor_size(m));
}

static void read_input(RaReader *r, RaIpcMessage *m, Shape shape)
{
    if (shape == POINTER) {
        m->pointer.x = ra_reader_u16(r);
        m->pointer.y = ra_reader_u16(r);
        m->pointer.buttons = ra_reader_u16(r);
        return;
    }
    m->key.down = read_boolean(r);
    m->key.keysym = ra_reader_u32(r);
    m->key.code = ra_reader_u32(r);
}

static void read_ask(RaReader *r, RaIpcMessage *m)
{
    ra_reader_text(r, m->ask.identity, RA_IPC_IDENTITY_MAX);
    ra_reader_text(r, m->ask.name, RA_IPC_TEXT_MAX);
    m->ask.native = read_boolean(r);
}

/* The quality goes from a program to the other end's worker. */
static gboolean passes(const RaAssist *m, RaIpcDirection from, RaAssistFrom end)
{
    return ra_assist_reaches_program(m->kind, end) ||
           (m->kind == RA_ASSIST_QUALITY && from == RA_IPC_FROM_VIEWER);
}

static void read_assist(RaReader *r, RaIpcMessage *m, RaIpcDirection from)
{
    const gsize size = ra_reader_left(r);
    const guint8 *data = ra_reader_bytes(r, size);
    const RaAssistFrom end = from == RA_IPC_FROM_HOST || from == RA_IPC_FROM_VIEWER_WORKER
                                 ? RA_ASSIST_FROM_NOVICE
                                 : RA_ASSIST_FROM_HELPER;
    gsize used = 0;
    if (data == NULL || ra_assist_decode(data, size, end, &m->assist, &used) != RA_DECODE_OK ||
        used != size || !passes(&m->assist, from, end))
        ra_reader_fail(r);
}

static void read_sound(RaReader *r, RaIpcMessage *m)
{
    m->sound.stamp = ra_reader_u32(r);
    m->sound.n = ra_reader_u16(r);
    m->sound.samples = ra_reader_bytes(r, (gsize)m->sound.n * 2);
}

static void read_meter(RaReader *r, RaIpcMessage *m)
{
    m->meter.in = ra_reader_u32(r);
    m->meter.out = ra_reader_u32(r);
    m->meter.delay = ra_reader_u32(r);
}

static void read_fields(RaReader *r, RaIpcMessage *m, Shape shape, RaIpcDirection from)
{
    switch (shape) {
    case NOTHING:
        break;
    case CONNECTION:
        m->connection.id = ra_reader_u32(r);
        ra_reader_text(r, m->connection.peer, RA_IPC_TEXT_MAX);
        break;
    case SECRET:
        read_secret(r, m);
        break;
    case IDENTITY:
        ra_reader_text(r, m->identity.identity, RA_IPC_IDENTITY_MAX);
        break;
    case ALLOW:
        m->allow.yes = read_boolean(r);
        m->allow.reason = ra_reader_u8(r);
        break;
    case FRAME:
        read_frame(r, m);
        break;
    case RECTS:
        read_rects(r, m);
        break;
    case ASK:
        read_ask(r, m);
        break;
    case ATTEMPT:
        m->attempt.id = ra_reader_u32(r);
        m->attempt.tls = read_boolean(r);
        ra_reader_text(r, m->attempt.text, RA_IPC_TEXT_MAX);
        break;
    case CURSOR:
        read_cursor(r, m);
        break;
    case RIGHTS:
        m->rights.rights = ra_reader_u32(r);
        break;
    case POINTER:
    case KEY:
        read_input(r, m, shape);
        break;
    case ENDED:
        m->ended.reason = ra_reader_u8(r);
        m->ended.ours = read_boolean(r);
        ra_reader_text(r, m->ended.text, RA_IPC_TEXT_MAX);
        break;
    case ASSIST:
        read_assist(r, m, from);
        break;
    case SOUND:
        read_sound(r, m);
        break;
    case CLIPBOARD:
        m->clipboard.format = ra_reader_u8(r);
        m->clipboard.size = ra_reader_u32(r);
        break;
    case METER:
        read_meter(r, m);
        break;
    }
}

gboolean ra_ipc_decode(RaIpcMessage *ret, RaIpcDirection from, const void *data, gsize size)
{
    RaReader reader = ra_reader_init(data, MIN(size, (gsize)RA_IPC_MAX + 1));
    const struct rule *rule = find_rule(ra_reader_u8(&reader));
    if (size > RA_IPC_MAX || rule == NULL || (rule->from & from) == 0)
        return FALSE;
    RaIpcMessage message = {.kind = rule->kind};
    read_fields(&reader, &message, rule->shape, from);
    const gboolean ok = ra_reader_done(&reader) && values_fit(&message, rule->shape);
    if (ok)
        *ret = message;
    ra_ipc_message_clear(&message);
    return ok;
}

gboolean ra_ipc_has_fd(RaIpcKind kind)
{
    const struct rule *rule = find_rule((guint)kind);
    return rule != NULL && rule->fd;
}

void ra_ipc_message_clear(RaIpcMessage *message)
{
    if (message->kind == RA_IPC_KEY || message->kind == RA_IPC_IDENTITY)
        explicit_bzero(message, sizeof *message);
    else if (message->kind == RA_IPC_ASSIST)
        ra_assist_clear(&message->assist);
}
