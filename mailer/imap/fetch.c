/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message, or what of it could hold an invitation: the headers and those parts, put together as a
 * message again. The photograph beside the ticket stays on the server. */
#include "base/error.h"
#include "mailer/imap/inner.h"

#include <string.h>

enum { WHOLE_MAX = 2 * RA_IMAP_PIECE }; /* bytes of messages that are not worth picking apart */

typedef struct {
    RaImapSession *session;
    guint32 uid;
    gboolean there;
    gint64 size;
    RaImapStructure *structure;
    GByteArray *out;   /* pieces go there */
    gsize piece_size;  /* of the last piece */
    gboolean overlong; /* it had more than was asked for */
} Fetching;

static gboolean fail_gone(GError **error)
{
    g_set_error_literal(error, RA_ERROR, RA_ERROR_NO_TICKET, "the message is not there any more");
    return FALSE;
}

static gboolean fail_large(GError **error)
{
    g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED,
                "the message is larger than %d MiB: it is not looked at",
                RA_BOX_MESSAGE_MAX / (1024 * 1024));
    return FALSE;
}

/* FALSE for what cannot be read, or tells of another message. */
static gboolean read_ours(Fetching *fetching, RaImapFetched *fetched, const char *data, gsize size)
{
    if (!ra_imap_fetched_read(fetched, data, size))
        return FALSE;
    if (fetched->uid != fetching->uid) {
        ra_imap_session_note_news(fetching->session);
        return FALSE;
    }
    fetching->there = TRUE;
    return TRUE;
}

static void take_description(const char *data, gsize size, gboolean cut G_GNUC_UNUSED,
                             gpointer user)
{
    Fetching *fetching = user;
    g_auto(RaImapFetched) fetched = {0};
    if (!read_ours(fetching, &fetched, data, size))
        return;
    if (fetched.size >= 0)
        fetching->size = fetched.size;
    if (fetched.structure != NULL) {
        ra_imap_structure_free(fetching->structure);
        fetching->structure = g_steal_pointer(&fetched.structure);
    }
}

static void take_piece(const char *data, gsize size, gboolean cut, gpointer user)
{
    Fetching *fetching = user;
    g_auto(RaImapFetched) fetched = {0};
    if (!read_ours(fetching, &fetched, data, size))
        return;
    if (cut || fetched.body_size > RA_IMAP_PIECE) {
        fetching->overlong = TRUE;
    } else if (fetched.body != NULL && fetching->piece_size == 0) {
        fetching->piece_size = fetched.body_size;
        g_byte_array_append(fetching->out, (const guint8 *)fetched.body, (guint)fetched.body_size);
    }
}

/* Some servers say NO where the message is gone (RFC 2180 4.1), which is no reason to despair. */
static gboolean ask(RaImapBox *self, Fetching *fetching, const char *command,
                    RaImapUntagged untagged, GCancellable *cancel, GError **error)
{
    g_autoptr(GError) problem = NULL;
    gboolean there = TRUE;
    if (ra_imap_session_ask(self->session, command, untagged, fetching, cancel, &problem))
        return TRUE;
    if (!ra_imap_session_is_dead(self->session) &&
        g_error_matches(problem, RA_ERROR, RA_ERROR_UNREACHABLE) &&
        ra_imap_is_there(self, fetching->uid, &there, cancel, NULL) && !there)
        return fail_gone(error);
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
}

/* Appends SECTION ("", "HEADER", "2.MIME") to OUT. */
static gboolean fetch_section(RaImapBox *self, Fetching *fetching, const char *section,
                              GCancellable *cancel, GError **error)
{
    gsize offset = 0;
    do {
        g_autofree char *command =
            g_strdup_printf("UID FETCH %u (UID BODY.PEEK[%s]<%" G_GSIZE_FORMAT ".%d>)",
                            fetching->uid, section, offset, RA_IMAP_PIECE);
        fetching->piece_size = 0;
        fetching->there = FALSE;
        if (!ask(self, fetching, command, take_piece, cancel, error))
            return FALSE;
        if (!fetching->there)
            return fail_gone(error);
        if (fetching->overlong) {
            g_set_error_literal(error, RA_ERROR, RA_ERROR_MALFORMED,
                                "the IMAP server sent more of a message than it was asked for");
            return FALSE;
        }
        offset += fetching->piece_size;
        if (fetching->out->len > RA_BOX_MESSAGE_MAX)
            return fail_large(error);
    } while (fetching->piece_size == RA_IMAP_PIECE);
    return TRUE;
}

static void append(GByteArray *out, const char *text)
{
    g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
}

/* Appends the headers in HEADER that do not speak of the content. */
static void append_headers(GByteArray *out, const GByteArray *header)
{
    if (header->len == 0)
        return;
    const char *at = (const char *)header->data, *end = at + header->len;
    gboolean skip = FALSE;
    while (at < end) {
        const char *feed = memchr(at, '\n', (gsize)(end - at));
        const gsize length = feed != NULL ? (gsize)(feed - at) + 1 : (gsize)(end - at);
        if (*at != ' ' && *at != '\t') {
            skip = (length >= 8 && g_ascii_strncasecmp(at, "Content-", 8) == 0) ||
                   (length >= 13 && g_ascii_strncasecmp(at, "MIME-Version:", 13) == 0) ||
                   *at == '\r' || *at == '\n';
        }
        if (!skip)
            g_byte_array_append(out, (const guint8 *)at, (guint)length);
        if (!skip && feed == NULL)
            append(out, "\r\n");
        at += length;
    }
}

static gboolean fetch_parts(RaImapBox *self, Fetching *fetching, const RaImapStructure *structure,
                            GCancellable *cancel, GError **error)
{
    g_autofree char *boundary = g_uuid_string_random();
    g_autofree char *type = g_strdup_printf(
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"%s\"\r\n", boundary);
    g_autoptr(GByteArray) out = g_byte_array_new();
    if (!fetch_section(self, fetching, "HEADER", cancel, error))
        return FALSE;
    append_headers(out, fetching->out);
    append(out, type);
    g_byte_array_set_size(fetching->out, 0);
    g_byte_array_append(fetching->out, out->data, out->len);
    for (guint i = 0; i < structure->parts->len; i++) {
        const RaImapPart *part = structure->parts->pdata[i];
        if (part->kind == RA_IMAP_PART_NO)
            continue;
        g_autofree char *line = g_strdup_printf("\r\n--%s\r\n", boundary);
        g_autofree char *mime = g_strdup_printf("%s.MIME", part->number);
        append(fetching->out, line);
        if (!fetch_section(self, fetching, mime, cancel, error))
            return FALSE;
        const guint8 *bytes = fetching->out->data;
        const guint len = fetching->out->len;
        /* Headers end with an empty line, as servers give them; most do. */
        if (len < 4 || (memcmp(bytes + len - 4, "\r\n\r\n", 4) != 0 &&
                        memcmp(bytes + len - 2, "\n\n", 2) != 0))
            append(fetching->out, "\r\n");
        if (!fetch_section(self, fetching, part->number, cancel, error))
            return FALSE;
    }
    g_autofree char *last = g_strdup_printf("\r\n--%s--\r\n", boundary);
    append(fetching->out, last);
    return TRUE;
}

/* Signed messages are whole or nothing; of others without a use for parts the whole is simplest. */
static gboolean is_worth_picking(const Fetching *fetching)
{
    if (fetching->structure == NULL || fetching->structure->whole || fetching->structure->single)
        return FALSE;
    return fetching->size < 0 || fetching->size > WHOLE_MAX;
}

gboolean ra_imap_fetch(RaImapBox *self, gpointer data, GCancellable *cancel, GError **error)
{
    RaImapFetch *call = data;
    if (self->known && self->validity != self->folder.validity)
        return fail_gone(error);
    g_autoptr(GError) problem = NULL;
    call->ret = ra_imap_ahead_fetch(self, call->uid, cancel, &problem);
    if (problem != NULL) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    if (call->ret != NULL)
        return TRUE;
    g_autoptr(GByteArray) out = g_byte_array_new();
    Fetching fetching = {.session = self->session, .uid = call->uid, .size = -1, .out = out};
    const RaImapEntry *entry = g_hash_table_lookup(self->entries, GUINT_TO_POINTER(call->uid));
    if (entry != NULL)
        fetching.size = entry->size;
    gboolean asked = TRUE;
    if (fetching.size < 0 || fetching.size > WHOLE_MAX) {
        g_autofree char *command =
            g_strdup_printf("UID FETCH %u (UID RFC822.SIZE BODYSTRUCTURE)", call->uid);
        asked = ask(self, &fetching, command, take_description, cancel, error);
    }
    g_autoptr(RaImapStructure) structure = fetching.structure;
    if (!asked)
        return FALSE;
    gboolean done;
    if (is_worth_picking(&fetching))
        done = fetch_parts(self, &fetching, structure, cancel, error);
    else if (fetching.size > RA_BOX_MESSAGE_MAX)
        done = fail_large(error);
    else
        done = fetch_section(self, &fetching, "", cancel, error);
    if (done)
        call->ret = g_byte_array_free_to_bytes(g_steal_pointer(&out));
    return done;
}
