/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/sign/smime-scan.h"

#include <string.h>

/* Tags, X.690 8.1.2. */
enum {
    OCTET_STRING = 0x04,
    OBJECT_IDENTIFIER = 0x06,
    SEQUENCE = 0x30,
    CONSTRUCTED = 0x20,
    CONTEXT_0 = 0x80, /* [0] */
    HIGH_TAG = 0x1F,
    INDEFINITE = 0x80,
    CONTENT_DEPTH_MAX = 6, /* where the content of a CMS message lies, at the most */
};

static const struct {
    const char *oid; /* DER, with tag and length */
    guint size;
    RaCmsKind kind;
} types[] = {
    {"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02", 11, RA_CMS_SIGNED},
    {"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03", 11, RA_CMS_ENVELOPED},
    {"\x06\x0B\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x17", 13, RA_CMS_ENVELOPED},
    {"\x06\x0B\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01\x09", 13, RA_CMS_COMPRESSED},
};

/* Reads a tag's length at *AT. FALSE where it does not end inside SIZE or is larger than a gsize's
 * half. *RET is 0 where *RET_INDEFINITE. */
static gboolean read_length(const guint8 *data, gsize size, gsize *at, gsize *ret,
                            gboolean *ret_indefinite)
{
    if (*at >= size)
        return FALSE;
    const guint8 first = data[(*at)++];
    gsize length = first < 0x80 ? first : 0;
    *ret_indefinite = first == INDEFINITE;
    for (guint n = first < 0x80 ? 0 : first & 0x7F; n > 0; n--) {
        if (*at >= size || length > G_MAXSIZE >> 9)
            return FALSE;
        length = length << 8 | data[(*at)++];
    }
    *ret = length;
    return TRUE;
}

static RaCmsKind look_binary(const guint8 *data, gsize size)
{
    gsize at = 1, length = 0;
    gboolean indefinite = FALSE;
    if (size == 0 || data[0] != SEQUENCE || !read_length(data, size, &at, &length, &indefinite))
        return RA_CMS_NONE;
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        if (size - at >= types[i].size && memcmp(data + at, types[i].oid, types[i].size) == 0)
            return types[i].kind;
    }
    return RA_CMS_NONE;
}

/* The length of a line "-----BEGIN PKCS7-----" or the like, with its end; 0 where there is none. */
static gsize pem_label(const char *data, gsize size)
{
    static const char *const labels[] = {"-----BEGIN CMS-----", "-----BEGIN PKCS7-----",
                                         "-----BEGIN PKCS #7 SIGNED DATA-----"};
    for (gsize i = 0; i < G_N_ELEMENTS(labels); i++) {
        const gsize length = strlen(labels[i]);
        if (size > length && memcmp(data, labels[i], length) == 0)
            return length;
    }
    return 0;
}

static gsize decode(const char *data, gsize size, guint8 *out)
{
    gint state = 0;
    guint save = 0;
    return g_base64_decode_step(data, size, out, &state, &save);
}

RaCmsKind ra_cms_look(const char *data, gsize size, RaCmsForm *form)
{
    guint8 head[RA_CMS_HEAD];
    RaCmsKind kind = look_binary((const guint8 *)data, size);
    *form = RA_CMS_BINARY;
    if (kind != RA_CMS_NONE)
        return kind;
    gsize skip = 0;
    while (skip < size && g_ascii_isspace(data[skip]))
        skip++;
    const gsize label = pem_label(data + skip, size - skip);
    if (label == 0 && (size - skip < 2 || memcmp(data + skip, "MI", 2) != 0))
        return RA_CMS_NONE;
    const gsize rest = size - skip - label;
    const gsize n = decode(data + skip + label, MIN(rest, (gsize)RA_CMS_HEAD), head);
    kind = look_binary(head, n);
    *form = label > 0 ? RA_CMS_PEM : RA_CMS_BASE64;
    return kind;
}

gsize ra_cms_decode(char *data, gsize size)
{
    gsize skip = 0;
    while (skip < size && g_ascii_isspace(data[skip]))
        skip++;
    skip += pem_label(data + skip, size - skip);
    const char *end = memchr(data + skip, '-', size - skip);
    const gsize length = end != NULL ? (gsize)(end - data) - skip : size - skip;
    /* What is written never overtakes what is read: three bytes for four. */
    return decode(data + skip, length, (guint8 *)data);
}

gboolean ra_cms_read_head(const guint8 *data, gsize size, gsize *at, guint8 *tag, gsize *length,
                          gboolean *indefinite)
{
    if (*at >= size)
        return FALSE;
    *tag = data[(*at)++];
    gboolean more = (*tag & HIGH_TAG) == HIGH_TAG;
    while (more && *at < size)
        more = (data[(*at)++] & 0x80) != 0;
    return !more && read_length(data, size, at, length, indefinite);
}

typedef struct {
    guint8 tag;
    gboolean indefinite;
    gsize end; /* what is in it ends here at the latest */
} Level;

typedef struct {
    const guint8 *data;
    gsize at, elements, rest;
    guint depth;
    Level levels[RA_CMS_DEPTH_MAX + 1]; /* the outermost is the file */
} Scan;

/* One element's head, and what is in it where it is primitive. */
static gboolean take_element(Scan *scan)
{
    const Level *around = &scan->levels[scan->depth];
    const gsize start = scan->at;
    guint8 tag = 0;
    gsize length = 0;
    gboolean indefinite = FALSE;
    if (!ra_cms_read_head(scan->data, around->end, &scan->at, &tag, &length, &indefinite) ||
        length > around->end - scan->at)
        return FALSE;
    if (tag == 0) { /* the end of what has no length */
        if (!around->indefinite || length > 0 || indefinite)
            return FALSE;
        scan->depth--;
        return TRUE;
    }
    /* A piece of a content that comes in pieces costs nothing beside its bytes. */
    const gboolean piece = tag == OCTET_STRING && (around->tag == (OCTET_STRING | CONSTRUCTED) ||
                                                   around->tag == (CONTEXT_0 | CONSTRUCTED));
    if (!piece && ++scan->elements > RA_CMS_ELEMENTS_MAX)
        return FALSE;
    if ((tag & CONSTRUCTED) != 0) {
        if (scan->depth == RA_CMS_DEPTH_MAX)
            return FALSE;
        scan->rest += scan->at - start;
        scan->levels[++scan->depth] =
            (Level){tag, indefinite, indefinite ? around->end : scan->at + length};
        return TRUE;
    }
    if (indefinite)
        return FALSE;
    scan->at += length;
    const gboolean content =
        (tag == OCTET_STRING || tag == CONTEXT_0) && scan->depth <= CONTENT_DEPTH_MAX;
    if (!content)
        scan->rest += scan->at - start;
    return scan->rest <= RA_CMS_REST_MAX;
}

gsize ra_cms_measure(const guint8 *data, gsize size)
{
    Scan scan = {.data = data, .levels[0].end = size};
    do {
        if (scan.at >= scan.levels[scan.depth].end || !take_element(&scan))
            return 0;
        while (scan.depth > 0 && !scan.levels[scan.depth].indefinite &&
               scan.at == scan.levels[scan.depth].end)
            scan.depth--;
    } while (scan.depth > 0);
    return scan.at;
}
