/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/extract.h"

#include "base/error.h"
#include "mailer/find/content.h"
#include "mailer/find/extractor.h"

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

RaExtraction *ra_extract(GInputStream *stream, const RaExtractOptions *options, GError **error)
{
    RaExtractor extractor;
    ra_extractor_start(&extractor, options);
    RaContent *content = ra_content_new(&extractor, &ra_place_outside);
    g_autofree char *buffer = g_malloc(READ_SIZE);
    g_autoptr(GError) failure = NULL;
    guint64 done = 0;
    for (;;) {
        const gssize n = g_input_stream_read(stream, buffer, READ_SIZE, NULL, &failure);
        if (n > 0)
            ra_content_push(content, buffer, (gsize)n);
        done += n > 0 ? (guint64)n : 0;
        ra_extractor_report(&extractor, done);
        if (n <= 0 || !ra_extractor_wants_more(&extractor))
            break;
    }
    ra_content_end(content);
    if (failure == NULL)
        return ra_extractor_finish(&extractor, error);
    ra_extraction_free(ra_extractor_finish(&extractor, NULL));
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "cannot read the file to its end: %s",
                failure->message);
    return NULL;
}

RaExtraction *ra_extract_bytes(GBytes *bytes, const RaExtractOptions *options, GError **error)
{
    RaExtractor extractor;
    ra_extractor_start(&extractor, options);
    RaContent *content = ra_content_new(&extractor, &ra_place_outside);
    gsize size = 0;
    const char *data = g_bytes_get_data(bytes, &size);
    for (gsize done = 0; done < size && ra_extractor_wants_more(&extractor); done += READ_SIZE)
        ra_content_push(content, data + done, MIN(size - done, (gsize)READ_SIZE));
    ra_content_end(content);
    return ra_extractor_finish(&extractor, error);
}

/* Why there is nothing, as far as that can be told. */
static void say_nothing(const RaExtraction *extraction, GError **error)
{
    static const char *const advice =
        "open the message or the attachment that the person who asks for help sent you";
    if (extraction->hint != NULL)
        g_set_error(error, RA_ERROR, RA_ERROR_NO_TICKET, "no invitation was found: %s",
                    extraction->hint);
    else if (extraction->what != NULL)
        g_set_error(error, RA_ERROR, RA_ERROR_NO_TICKET, "no invitation was found: this is %s; %s",
                    extraction->what, advice);
    else if (extraction->messages > 1)
        g_set_error(error, RA_ERROR, RA_ERROR_NO_TICKET,
                    "no invitation was found in %" G_GUINT64_FORMAT
                    " messages: ask the person to send a new one, or look among unwanted mail",
                    extraction->messages);
    else if (extraction->messages == 1)
        g_set_error(error, RA_ERROR, RA_ERROR_NO_TICKET,
                    "no invitation was found: this message holds none; %s", advice);
    else
        g_set_error(error, RA_ERROR, RA_ERROR_NO_TICKET, "no invitation was found: %s", advice);
}

gboolean ra_extraction_check(const RaExtraction *extraction, GError **error)
{
    if (extraction->found->len > 0)
        return TRUE;
    if (extraction->damaged > 0)
        g_propagate_error(error, g_error_copy(extraction->problem));
    else if (extraction->shut != NULL)
        g_propagate_error(error, g_error_copy(extraction->shut));
    else if (extraction->limit != NULL)
        g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED, "no invitation was found, but %s",
                    extraction->limit->message);
    else
        say_nothing(extraction, error);
    return FALSE;
}
