/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/extract.h"

#include "base/error.h"
#include "mailer/content.h"
#include "mailer/extractor.h"

enum { READ_SIZE = 64 * 1024 };

void ra_extraction_free(RaExtraction *extraction)
{
    if (extraction == NULL)
        return;
    g_ptr_array_unref(extraction->found);
    g_clear_error(&extraction->problem);
    g_clear_error(&extraction->shut);
    g_clear_error(&extraction->limit);
    g_free(extraction);
}

static void start(RaExtractor *extractor, const RaExtractOptions *options)
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
    extractor->out->found = g_ptr_array_new_with_free_func((GDestroyNotify)ra_found_free);
}

static RaExtraction *finish(RaExtractor *extractor)
{
    g_hash_table_unref(extractor->known);
    g_hash_table_unref(extractor->charsets);
    return extractor->out;
}

static const RaPlace outside = {.part = "", .file_name = "", .type = "", .charset = ""};

/* TRUE while there is reason to read on: a mailbox goes on after a message that hit a limit. */
static gboolean want_more(const RaExtractor *extractor)
{
    return !extractor->full && (!extractor->skip || extractor->mailbox_index > 0);
}

RaExtraction *ra_extract(GInputStream *stream, const RaExtractOptions *options, GError **error)
{
    RaExtractor extractor;
    start(&extractor, options);
    RaContent *content = ra_content_new(&extractor, &outside);
    g_autofree char *buffer = g_malloc(READ_SIZE);
    g_autoptr(GError) failure = NULL;
    for (;;) {
        const gssize n = g_input_stream_read(stream, buffer, READ_SIZE, NULL, &failure);
        if (n > 0)
            ra_content_push(content, buffer, (gsize)n);
        if (n <= 0 || !want_more(&extractor))
            break;
    }
    ra_content_end(content);
    g_autoptr(RaExtraction) extraction = finish(&extractor);
    if (failure == NULL)
        return g_steal_pointer(&extraction);
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot read the file to its end: %s",
                failure->message);
    return NULL;
}

RaExtraction *ra_extract_bytes(GBytes *bytes, const RaExtractOptions *options, GError **error)
{
    (void)error; /* options that can fail come with what uses them */
    RaExtractor extractor;
    start(&extractor, options);
    RaContent *content = ra_content_new(&extractor, &outside);
    gsize size = 0;
    const char *data = g_bytes_get_data(bytes, &size);
    for (gsize done = 0; done < size && want_more(&extractor); done += READ_SIZE)
        ra_content_push(content, data + done, MIN(size - done, (gsize)READ_SIZE));
    ra_content_end(content);
    return finish(&extractor);
}

gboolean ra_extraction_check(const RaExtraction *extraction, GError **error)
{
    if (extraction->found->len > 0)
        return TRUE;
    if (extraction->damaged > 0)
        g_propagate_error(error, g_error_copy(extraction->problem));
    else if (extraction->foreign > 0)
        g_set_error(error, RA_ERROR, RA_ERROR_NO_TICKET,
                    "this is a Microsoft Remote Assistance invitation, which this version cannot "
                    "open yet");
    else if (extraction->limit != NULL)
        g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED, "no invitation was found, but %s",
                    extraction->limit->message);
    else
        g_set_error(error, RA_ERROR, RA_ERROR_NO_TICKET,
                    "no invitation was found: open the message or the attachment that the person "
                    "who asks for help sent you");
    return FALSE;
}
