/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/sign/smime-split.h"

#include <string.h>

enum {
    SEQUENCE = 0x30,
    OCTET_STRING = 0x04,
    CONSTRUCTED = 0x20,
    CONTEXT_0 = 0x80,
    PIECES_DEPTH_MAX = 5, /* strings in strings, as OpenSSL has it */
};

/* Where an element lies; all are offsets. */
typedef struct {
    guint8 tag;
    gsize start, body, end; /* of what is in it: without the mark behind it */
    gsize next;             /* of what follows */
} Element;

/* The element at AT, which must end before LIMIT. */
static gboolean find(const guint8 *data, gsize limit, gsize at, Element *ret)
{
    gsize length = 0;
    gboolean indefinite = FALSE;
    ret->start = ret->body = at;
    if (at >= limit || data[at] == 0 ||
        !ra_cms_read_head(data, limit, &ret->body, &ret->tag, &length, &indefinite))
        return FALSE;
    if (indefinite) {
        const gsize whole = ra_cms_measure(data + at, limit - at);
        ret->next = at + whole;
        ret->end = ret->next - 2;
        return whole > 0;
    }
    ret->next = ret->end = ret->body + length;
    return length <= limit - ret->body;
}

/* The COUNTth element with TAG in AROUND, which has any before it. */
static gboolean find_in(const guint8 *data, const Element *around, guint8 tag, guint count,
                        Element *ret)
{
    gsize at = around->body;
    while (find(data, around->end, at, ret)) {
        if (ret->tag == tag && --count == 0)
            return TRUE;
        at = ret->next;
    }
    return FALSE;
}

/* Moves the pieces in AROUND to OUT. FALSE where one is no string. */
static gboolean move_pieces(guint8 *data, const Element *around, guint depth, gsize *out)
{
    Element piece;
    if ((around->tag & CONSTRUCTED) == 0) {
        memmove(data + *out, data + around->body, around->end - around->body);
        *out += around->end - around->body;
        return TRUE;
    }
    for (gsize at = around->body; at < around->end; at = piece.next) {
        if (depth == PIECES_DEPTH_MAX || !find(data, around->end, at, &piece) ||
            (piece.tag & ~CONSTRUCTED) != OCTET_STRING ||
            !move_pieces(data, &piece, depth + 1, out))
            return FALSE;
    }
    return TRUE;
}

static void append(GByteArray *out, const guint8 *data, gsize start, gsize end)
{
    g_byte_array_append(out, data + start, (guint)(end - start));
}

GByteArray *ra_cms_split(guint8 *data, gsize size, RaCmsKind kind, gsize *ret_size)
{
    static const guint8 open_body[] = {CONTEXT_0 | CONSTRUCTED, 0x80, SEQUENCE, 0x80};
    static const guint8 ends[6] = {0};
    Element whole, type, wrapped, body, info, content;
    /* What the content lies in is the first sequence, but for the algorithm of a compressed one. */
    if (!find(data, size, 0, &whole) || !find(data, whole.end, whole.body, &type) ||
        !find_in(data, &whole, CONTEXT_0 | CONSTRUCTED, 1, &wrapped) ||
        !find_in(data, &wrapped, SEQUENCE, 1, &body) ||
        !find_in(data, &body, SEQUENCE, kind == RA_CMS_COMPRESSED ? 2 : 1, &info))
        return NULL;
    const gboolean there = find_in(data, &info, CONTEXT_0 | CONSTRUCTED, 1, &content) ||
                           find_in(data, &info, CONTEXT_0, 1, &content);
    if (size - (there ? content.next - content.start : 0) > RA_CMS_REST_MAX)
        return NULL;
    GByteArray *rest = g_byte_array_new();
    g_byte_array_append(rest, open_body + 2, 2);
    append(rest, data, type.start, type.next);
    g_byte_array_append(rest, open_body, 4);
    append(rest, data, body.body, info.start);
    g_byte_array_append(rest, open_body + 2, 2);
    append(rest, data, info.body, there ? content.start : info.end);
    g_byte_array_append(rest, ends, 2);
    append(rest, data, info.next, body.end);
    g_byte_array_append(rest, ends, 6);
    *ret_size = 0;
    if (!there || move_pieces(data, &content, 0, ret_size))
        return rest;
    g_byte_array_unref(rest);
    return NULL;
}
