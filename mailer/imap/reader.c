/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/imap/reader.h"

#include "base/error.h"
#include "mailer/imap/box.h"

#include <string.h>

enum { TAIL = 24 }; /* bytes in which a line's "{n}" is looked for */

struct _RaImapReader {
    GString *kept;   /* of the response */
    guint64 total;   /* bytes of it */
    guint64 literal; /* bytes still to come of the present one */
    char tail[TAIL]; /* of the present line, without what was before a literal */
    gsize tail_size;
    gboolean complete;
};

RaImapReader *ra_imap_reader_new(void)
{
    RaImapReader *reader = g_new0(RaImapReader, 1);
    reader->kept = g_string_new(NULL);
    return reader;
}

void ra_imap_reader_free(RaImapReader *reader)
{
    if (reader == NULL)
        return;
    g_string_free(reader->kept, TRUE);
    g_free(reader);
}

static void keep(RaImapReader *reader, const char *data, gsize size)
{
    const gsize room = (gsize)RA_IMAP_RESPONSE_MAX - reader->kept->len;
    g_string_append_len(reader->kept, data, (gssize)MIN(size, room));
    reader->total += size;
}

static void keep_tail(RaImapReader *reader, const char *data, gsize size)
{
    if (size >= TAIL) {
        memcpy(reader->tail, data + size - TAIL, TAIL);
        reader->tail_size = TAIL;
        return;
    }
    const gsize drop = reader->tail_size + size > TAIL ? reader->tail_size + size - TAIL : 0;
    memmove(reader->tail, reader->tail + drop, reader->tail_size - drop);
    memcpy(reader->tail + reader->tail_size - drop, data, size);
    reader->tail_size += size - drop;
}

/* Does the line that ends here announce a literal? "{12}", and as forgiving readers do "{12+}". */
static gboolean announces(const RaImapReader *reader, guint64 *size)
{
    gsize at = reader->tail_size;
    if (at > 0 && reader->tail[at - 1] == '\r')
        at--;
    if (at == 0 || reader->tail[at - 1] != '}')
        return FALSE;
    at--;
    if (at > 0 && reader->tail[at - 1] == '+')
        at--;
    guint64 n = 0, unit = 1;
    gsize digits = 0;
    for (; at > 0 && g_ascii_isdigit(reader->tail[at - 1]); at--, digits++) {
        n += unit * (guint64)(reader->tail[at - 1] - '0');
        unit *= 10;
    }
    if (digits == 0 || digits > 19 || at == 0 || reader->tail[at - 1] != '{')
        return FALSE;
    *size = n;
    return TRUE;
}

static gboolean end_line(RaImapReader *reader, GError **error)
{
    guint64 size;
    const gboolean more = announces(reader, &size);
    reader->tail_size = 0;
    if (!more) {
        const GString *kept = reader->kept;
        const gsize end = kept->len >= 2 && kept->str[kept->len - 2] == '\r' ? 2 : 1;
        if (reader->total == kept->len)
            g_string_truncate(reader->kept, kept->len - end);
        reader->complete = TRUE;
        return TRUE;
    }
    if (size > RA_IMAP_ENDLESS_MAX) {
        g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED,
                    "the IMAP server wants to send %" G_GUINT64_FORMAT " bytes at once, more than "
                    "anybody asked for: it does not keep to the protocol",
                    size);
        return FALSE;
    }
    reader->literal = size;
    return TRUE;
}

gsize ra_imap_reader_push(RaImapReader *reader, const char *data, gsize size, GError **error)
{
    if (reader->complete) {
        g_string_truncate(reader->kept, 0);
        reader->total = 0;
        reader->complete = FALSE;
    }
    gsize taken = 0;
    while (taken < size && !reader->complete) {
        const char *here = data + taken;
        gsize n = size - taken;
        const char *end = NULL;
        if (reader->literal > 0) {
            n = (gsize)MIN((guint64)n, reader->literal);
            reader->literal -= n;
        } else {
            end = memchr(here, '\n', n);
            n = end != NULL ? (gsize)(end - here) + 1 : n;
            keep_tail(reader, here, end != NULL ? n - 1 : n);
        }
        keep(reader, here, n);
        taken += n;
        if (reader->total > RA_IMAP_ENDLESS_MAX) {
            g_set_error_literal(error, RA_ERROR, RA_ERROR_MALFORMED,
                                "the IMAP server's answer has no end: it does not keep to the "
                                "protocol");
            return 0;
        }
        if (end != NULL && !end_line(reader, error))
            return 0;
    }
    return taken;
}

const char *ra_imap_reader_response(const RaImapReader *reader, gsize *size, gboolean *cut)
{
    if (!reader->complete)
        return NULL;
    *size = reader->kept->len;
    *cut = reader->total > RA_IMAP_RESPONSE_MAX;
    return reader->kept->str;
}
