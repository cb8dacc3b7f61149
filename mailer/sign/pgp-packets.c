/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/sign/pgp-packets.h"

#include <string.h>

enum { TAG_SIGNATURE = 2 };

/* The line behind LINE, or END. */
static const char *next_line(const char *line, const char *end)
{
    const char *feed = line < end ? memchr(line, '\n', (gsize)(end - line)) : NULL;
    return feed != NULL ? feed + 1 : end;
}

/* Is there nothing but white space from LINE to END? */
static gboolean is_blank(const char *line, const char *end)
{
    while (line < end && g_ascii_isspace(*line))
        line++;
    return line == end;
}

/* Where the base64 begins: behind the line of hyphens, and what stands above the empty line. NULL
 * where there is none. */
static const char *find_body(const char *text, const char *end)
{
    static const char head[] = "-----BEGIN PGP ";
    const char *line = memmem(text, (gsize)(end - text), head, strlen(head));
    if (line == NULL)
        return NULL;
    for (line = next_line(line, end); line < end;) {
        const char *next = next_line(line, end);
        if (is_blank(line, next))
            return next;
        if (memchr(line, ':', (gsize)(next - line)) == NULL)
            return line;
        line = next;
    }
    return NULL;
}

/* Up to the checksum or the closing line. */
static GByteArray *decode(const char *line, const char *end)
{
    GByteArray *bytes = g_byte_array_new();
    int state = 0;
    guint save = 0;
    while (line < end && *line != '-' && *line != '=') {
        const char *next = next_line(line, end);
        const gsize size = (gsize)(next - line);
        const guint before = bytes->len;
        g_byte_array_set_size(bytes, before + (guint)(size / 4 * 3 + 6));
        const gsize n = g_base64_decode_step(line, size, bytes->data + before, &state, &save);
        g_byte_array_set_size(bytes, before + (guint)n);
        line = next;
    }
    return bytes;
}

/* The bytes of the packet at DATA, SIZE of which are there, if it is a signature; 0 if not. */
static gsize packet_size(const guint8 *data, gsize size)
{
    enum { NEW = 0x40, TWO_BYTES = 192, PARTIAL = 224, FOUR_BYTES = 255, UNKNOWN = 3 };
    const guint8 first = data[0];
    const guint tag = (first & NEW) != 0 ? first & 0x3F : first >> 2 & 0xF;
    const guint8 second = size > 1 ? data[1] : 0;
    gsize digits = 0, length = 0, head = 1; /* of the length */
    if ((first & 0x80) == 0 || tag != TAG_SIGNATURE || size < 2)
        return 0;
    if ((first & NEW) == 0) {
        if ((first & 3) == UNKNOWN)
            return 0;
        digits = (gsize)1 << (first & 3);
    } else if (second < TWO_BYTES) {
        digits = 1;
    } else if (second < PARTIAL && size > 2) {
        length = ((gsize)(second - TWO_BYTES) << 8) + data[2] + TWO_BYTES;
        head = 3;
    } else if (second == FOUR_BYTES) {
        head = 2;
        digits = 4;
    } else {
        return 0;
    }
    for (; digits > 0; digits--) {
        if (head >= size)
            return 0;
        length = length << 8 | data[head++];
    }
    return length > 0 && length <= size - head ? head + length : 0;
}

GByteArray *ra_pgp_signature_packets(const GByteArray *text, guint *count)
{
    const char *start = (const char *)text->data, *end = start + text->len;
    const char *body = text->len > 0 ? find_body(start, end) : NULL;
    guint n = 0;
    if (body == NULL)
        return NULL;
    g_autoptr(GByteArray) bytes = decode(body, end);
    for (gsize at = 0; at < bytes->len; n++) {
        const gsize size = packet_size(bytes->data + at, bytes->len - at);
        if (size == 0)
            return NULL;
        at += size;
    }
    if (n == 0)
        return NULL;
    *count = n;
    return g_steal_pointer(&bytes);
}
