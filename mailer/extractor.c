/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/extractor.h"

#include "base/error.h"

#include <string.h>

static void note_limit(RaExtractor *extractor, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void note_limit(RaExtractor *extractor, const char *format, ...)
{
    if (extractor->out->limit != NULL)
        return;
    va_list args;
    va_start(args, format);
    extractor->out->limit = g_error_new_valist(RA_ERROR, RA_ERROR_MALFORMED, format, args);
    va_end(args);
}

gboolean ra_extractor_count_bytes(RaExtractor *extractor, gsize size)
{
    extractor->message_bytes += size;
    if (!extractor->skip && extractor->message_bytes > RA_EXTRACT_MESSAGE_MAX) {
        extractor->skip = TRUE;
        note_limit(extractor, "only the first %d MiB of the message were searched",
                   RA_EXTRACT_MESSAGE_MAX / (1024 * 1024));
    }
    return !extractor->skip;
}

gboolean ra_extractor_count_part(RaExtractor *extractor)
{
    if (!extractor->skip && ++extractor->message_parts > RA_EXTRACT_PARTS_MAX) {
        extractor->skip = TRUE;
        note_limit(extractor, "only the first %d parts of the message were searched",
                   RA_EXTRACT_PARTS_MAX);
    }
    return !extractor->skip;
}

gboolean ra_extractor_may_nest(RaExtractor *extractor, guint depth, guint wrapped)
{
    if (depth < RA_EXTRACT_DEPTH_MAX && wrapped <= RA_EXTRACT_WRAPPED_MAX)
        return TRUE;
    note_limit(extractor, "the message's parts are nested too deep: only the outer ones were "
                          "searched");
    return FALSE;
}

void ra_extractor_next_message(RaExtractor *extractor)
{
    extractor->message_bytes = 0;
    extractor->message_parts = 0;
    extractor->skip = extractor->full;
    extractor->mailbox_index++;
}

void ra_extractor_damaged(RaExtractor *extractor, const char *why)
{
    extractor->out->damaged++;
    if (extractor->out->problem == NULL)
        g_set_error(&extractor->out->problem, RA_ERROR, RA_ERROR_MALFORMED, "%s", why);
}

void ra_extractor_foreign(RaExtractor *extractor)
{
    extractor->out->foreign++;
}

static gboolean is_blank(guint8 byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Equal but for white space, which mail may change on one way and not on the other. */
static gboolean same_document(GBytes *a, GBytes *b)
{
    gsize a_size = 0, b_size = 0;
    const guint8 *p = g_bytes_get_data(a, &a_size), *p_end = p + a_size;
    const guint8 *q = g_bytes_get_data(b, &b_size), *q_end = q + b_size;
    for (;;) {
        while (p < p_end && is_blank(*p))
            p++;
        while (q < q_end && is_blank(*q))
            q++;
        if (p == p_end || q == q_end)
            return p == p_end && q == q_end;
        if (*p++ != *q++)
            return FALSE;
    }
}

static gboolean is_known(const RaExtractor *extractor, const RaTicket *ticket)
{
    GPtrArray *all = extractor->out->found;
    for (guint i = 0; i < all->len; i++) {
        const RaFound *found = all->pdata[i];
        if (same_document(ra_ticket_bytes(found->ticket), ra_ticket_bytes(ticket)))
            return TRUE;
    }
    return FALSE;
}

void ra_extractor_candidate(RaExtractor *extractor, const RaPlace *place, RaFoundAs as,
                            const void *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaTicket) ticket = ra_ticket_parse(data, size, &error);
    if (ticket == NULL) {
        ra_extractor_damaged(extractor, error->message);
        return;
    }
    if (is_known(extractor, ticket))
        return;
    if (extractor->out->found->len >= RA_EXTRACT_FOUND_MAX) {
        extractor->full = extractor->skip = TRUE;
        note_limit(extractor, "only the first %d invitations are listed", RA_EXTRACT_FOUND_MAX);
        return;
    }
    RaFound *found = g_new0(RaFound, 1);
    found->ticket = g_steal_pointer(&ticket);
    found->as = as == RA_FOUND_ATTACHMENT && place->message == NULL ? RA_FOUND_FILE : as;
    found->message = place->message != NULL ? ra_message_info_ref(place->message) : NULL;
    found->part = g_strdup(place->part);
    found->mailbox_index = extractor->mailbox_index;
    found->file_name = g_strdup(place->file_name);
    g_ptr_array_add(extractor->out->found, found);
}
