/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/extractor.h"

#include "base/error.h"
#include "mailer/sign/signing.h"
#include "mailer/sign/smime-keys.h"

#include <string.h>

enum { REPORT_INTERVAL = 50 * 1000 }; /* microseconds */

const RaPlace ra_place_outside = {.part = "", .file_name = "", .type = "", .charset = ""};

void ra_extractor_start(RaExtractor *extractor, const RaExtractOptions *options)
{
    static gsize once = 0;
    if (g_once_init_enter(&once)) {
        g_mime_init();
        g_once_init_leave(&once, 1);
    }
    *extractor = (RaExtractor){
        .options = options != NULL ? *options : (RaExtractOptions){0},
        .out = g_new0(RaExtraction, 1),
        .charsets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };
    extractor->smime = ra_smime_keys_new(&extractor->options);
    if (extractor->options.found_max == 0)
        extractor->options.found_max = RA_EXTRACT_FOUND_MAX;
    extractor->out->found = g_ptr_array_new_with_free_func((GDestroyNotify)ra_found_free);
}

RaExtraction *ra_extractor_finish(RaExtractor *extractor, GError **error)
{
    g_autoptr(RaExtraction) extraction = extractor->out;
    g_hash_table_unref(extractor->known);
    g_hash_table_unref(extractor->charsets);
    ra_smime_keys_free(extractor->smime);
    if (extractor->failure == NULL)
        return g_steal_pointer(&extraction);
    g_propagate_error(error, extractor->failure);
    return NULL;
}

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
    extractor->unpacked = 0;
    extractor->skip = extractor->full;
    extractor->mailbox_index++;
    extractor->out->messages++;
}

void ra_extractor_next_file(RaExtractor *extractor, const char *path)
{
    extractor->message_bytes = 0;
    extractor->message_parts = 0;
    extractor->unpacked = 0;
    extractor->skip = extractor->full;
    extractor->mailbox_index = 0;
    extractor->path = path;
}

gboolean ra_extractor_wants_more(const RaExtractor *extractor)
{
    return !extractor->full && extractor->failure == NULL &&
           (!extractor->skip || extractor->mailbox_index > 0);
}

void ra_extractor_report(RaExtractor *extractor, guint64 read)
{
    const RaExtractOptions *options = &extractor->options;
    const gint64 now = options->progress != NULL ? g_get_monotonic_time() : 0;
    if (options->progress == NULL || now - extractor->reported < REPORT_INTERVAL)
        return;
    extractor->reported = now;
    if (options->progress(read, options->size, extractor->out->messages, extractor->out->found->len,
                          options->progress_data))
        return;
    extractor->full = extractor->skip = TRUE;
    note_limit(extractor, "the search was stopped");
}

void ra_extractor_damaged(RaExtractor *extractor, const char *why)
{
    extractor->out->damaged++;
    if (extractor->out->problem == NULL)
        g_set_error(&extractor->out->problem, RA_ERROR, RA_ERROR_MALFORMED, "%s", why);
}

void ra_extractor_limit(RaExtractor *extractor, const char *why)
{
    note_limit(extractor, "%s", why);
}

void ra_extractor_locked(RaExtractor *extractor, int code, const char *why)
{
    extractor->out->locked++;
    if (extractor->out->shut == NULL)
        extractor->out->shut = g_error_new_literal(RA_ERROR, code, why);
}

/* The same for documents that differ in white space alone, which mail may change on one way and not
 * on the other. Caller frees. */
static char *fingerprint(GBytes *document)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    gsize size = 0;
    const guint8 *p = g_bytes_get_data(document, &size), *end = p + size;
    while (p < end) {
        const guint8 *word = p;
        while (p < end && !g_ascii_isspace(*p))
            p++;
        g_checksum_update(sum, word, p - word);
        while (p < end && g_ascii_isspace(*p))
            p++;
    }
    return g_strdup(g_checksum_get_string(sum));
}

static gsize text_size(const char *text)
{
    return text != NULL ? strlen(text) : 0;
}

/* About what FOUND takes in memory: the document, what was read out of it, and the headers. */
static gsize found_size(const RaFound *found)
{
    enum { OBJECTS = 1024 };
    const RaMessageInfo *info = found->message;
    gsize size = OBJECTS + 2 * g_bytes_get_size(ra_found_bytes(found)) + text_size(found->path);
    if (info != NULL)
        size += text_size(info->from_name) + text_size(info->from_address) +
                text_size(info->sender) + text_size(info->reply_to) + text_size(info->subject) +
                text_size(info->message_id) + text_size(info->references) + text_size(info->text);
    return size;
}

void ra_extractor_candidate(RaExtractor *extractor, const RaPlace *place, RaFoundAs as,
                            const void *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaTicket) ticket = NULL;
    g_autoptr(RaMsra) msra = NULL;
    const gboolean foreign = ra_msra_looks_like(data, size);
    if (foreign)
        msra = ra_msra_parse(data, size, &error);
    else
        ticket = ra_ticket_parse(data, size, &error);
    if (error != NULL) {
        ra_extractor_damaged(extractor, error->message);
        extractor->out->foreign += foreign ? 1 : 0;
        return;
    }
    GBytes *bytes = foreign ? ra_msra_bytes(msra) : ra_ticket_bytes(ticket);
    if (!g_hash_table_add(extractor->known, fingerprint(bytes)))
        return;
    if (extractor->out->found->len >= extractor->options.found_max ||
        extractor->found_bytes > RA_EXTRACT_FOUND_BYTES) {
        extractor->full = extractor->skip = TRUE;
        note_limit(extractor, "only the first %u invitations are listed",
                   extractor->out->found->len);
        return;
    }
    RaFound *found = g_new0(RaFound, 1);
    found->ticket = g_steal_pointer(&ticket);
    found->msra = g_steal_pointer(&msra);
    found->as = as == RA_FOUND_ATTACHMENT && *place->part == '\0' ? RA_FOUND_FILE : as;
    if (place->message != NULL)
        found->message = ra_message_info_ref(ra_headers_message(place->message));
    found->part = g_strdup(place->part);
    found->mailbox_index = extractor->mailbox_index;
    found->file_name = g_strdup(place->file_name);
    found->path = g_strdup(extractor->path);
    found->encrypted = place->encrypted;
    if (place->signing != NULL)
        ra_signing_add(place->signing, found);
    extractor->found_bytes += found_size(found);
    g_ptr_array_add(extractor->out->found, found);
}
