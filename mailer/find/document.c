/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/document.h"

#include "mailer/find/blocks.h"
#include "mailer/find/file-kind.h"
#include "mailer/find/html-text.h"

#include <string.h>

enum { PIECE = 4096 };

struct _RaDocument {
    RaExtractor *extractor;
    const RaPlace *place;
    gboolean over;    /* a picture or the like: nothing is searched */
    GByteArray *kept; /* the first RA_TICKET_MAX bytes */
    gboolean overlong;
    GMimeFilter *charset; /* to UTF-8, where the charset does not contain ASCII */
    RaHtmlText *html;     /* where it is a page ... */
    GByteArray *shown;    /* ... and how its text begins */
    RaBlocks *blocks;
};

/* TRUE if text in CHARSET is not what it looks like as ASCII. */
static gboolean hides_ascii(const char *charset)
{
    static const char sample[] = RA_ARMOUR_BEGIN " +/=";
    gsize size = 0;
    g_autofree char *text =
        g_convert(sample, sizeof sample - 1, "UTF-8", charset, NULL, &size, NULL);
    g_autofree char *nothing = g_convert("", 0, "UTF-8", charset, NULL, NULL, NULL);
    return nothing != NULL && (text == NULL || strcmp(text, sample) != 0);
}

/* The same, remembered: a mailbox uses a handful of charsets, each of which costs looking for. */
static gboolean is_disguised(RaExtractor *extractor, const char *charset)
{
    enum { REMEMBERED_MAX = 100 };
    gpointer known = NULL;
    if (g_hash_table_lookup_extended(extractor->charsets, charset, NULL, &known))
        return GPOINTER_TO_INT(known);
    const gboolean hides = hides_ascii(charset);
    if (g_hash_table_size(extractor->charsets) < REMEMBERED_MAX)
        g_hash_table_insert(extractor->charsets, g_strdup(charset), GINT_TO_POINTER(hides));
    return hides;
}

/* The charset to convert from, by content first; NULL where the bytes serve as they are. */
static const char *find_charset(RaExtractor *extractor, const RaPlace *place, const char *head,
                                gsize size)
{
    if (size >= 2 && memcmp(head, "\xFF\xFE", 2) == 0)
        return "UTF-16";
    if (size >= 2 && memcmp(head, "\xFE\xFF", 2) == 0)
        return "UTF-16";
    if (size >= 4 && head[0] == '\0' && head[1] != '\0' && head[2] == '\0' && head[3] != '\0')
        return "UTF-16BE";
    if (size >= 4 && head[0] != '\0' && head[1] == '\0' && head[2] != '\0' && head[3] == '\0')
        return "UTF-16LE";
    if (*place->charset == '\0' || !is_disguised(extractor, place->charset))
        return NULL;
    /* Declared as something else than ASCII; line ends and no zeros say that it is ASCII still,
     * but in UTF-7, which is disguised as that. */
    const gboolean ascii = memchr(head, '\n', size) != NULL && memchr(head, '\0', size) == NULL;
    return ascii && strcmp(place->charset, "utf-7") != 0 ? NULL : place->charset;
}

static gboolean begins_as_page(const char *head, gsize size)
{
    gsize i = size >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (i < size && g_ascii_isspace(head[i]))
        i++;
    const RaLine start = {.text = head + i, .length = size - i, .size = size - i, .starts = TRUE};
    return ra_line_has_prefix(&start, "<html") || ra_line_has_prefix(&start, "<!doctype html");
}

static gboolean is_page(const RaPlace *place, const char *head, gsize size)
{
    return begins_as_page(head, size) || strcmp(place->type, "text/html") == 0 ||
           strcmp(place->type, "application/xhtml+xml") == 0;
}

RaDocument *ra_document_new(RaExtractor *extractor, const RaPlace *place, const char *head,
                            gsize size)
{
    RaDocument *document = g_new0(RaDocument, 1);
    document->extractor = extractor;
    document->place = place;
    document->kept = g_byte_array_new();
    document->blocks = ra_blocks_new(extractor, place);
    const char *charset = size > 0 ? find_charset(extractor, place, head, size) : NULL;
    document->over = charset == NULL && ra_file_kind(head, size) != NULL;
    if (charset != NULL)
        document->charset = g_mime_filter_charset_new(charset, "UTF-8");
    if (size > 0 && is_page(place, head, size))
        document->html = ra_html_text_new();
    if (document->html != NULL)
        document->shown = g_byte_array_new();
    return document;
}

gboolean ra_document_is_over(const RaDocument *document)
{
    return document->over;
}

/* To the search for blocks, as text. */
static void push_text(RaDocument *document, const char *data, gsize size)
{
    if (document->html == NULL) {
        ra_blocks_push(document->blocks, data, size);
        return;
    }
    g_autoptr(GString) text = g_string_sized_new(size + 64);
    ra_html_text_push(document->html, data, size, text);
    const gsize room = (gsize)RA_TICKET_MAX - document->shown->len;
    g_byte_array_append(document->shown, (const guint8 *)text->str, (guint)MIN(text->len, room));
    ra_blocks_push(document->blocks, text->str, text->len);
}

static void push_converted(RaDocument *document, const char *data, gsize size, gboolean last)
{
    char piece[PIECE];
    do {
        const gsize n = MIN(size, sizeof piece);
        char *out = NULL;
        size_t out_size = 0, before = 0;
        if (n > 0)
            memcpy(piece, data, n); /* a filter may write to its input */
        if (last)
            g_mime_filter_complete(document->charset, piece, n, 0, &out, &out_size, &before);
        else
            g_mime_filter_filter(document->charset, piece, n, 0, &out, &out_size, &before);
        push_text(document, out, out_size);
        data += n;
        size -= n;
    } while (size > 0);
}

void ra_document_push(RaDocument *document, const char *data, gsize size)
{
    if (document->over)
        return;
    const gsize room = (gsize)RA_TICKET_MAX - document->kept->len;
    g_byte_array_append(document->kept, (const guint8 *)data, (guint)MIN(size, room));
    document->overlong = document->overlong || size > room;
    if (document->charset != NULL)
        push_converted(document, data, size, FALSE);
    else
        push_text(document, data, size);
}

/* Where a ticket of either kind ends, in 8 bits. */
static const char *const ticket_ends[] = {"</ticket>", "</UPLOADINFO>"};

/* Where the ticket in DATA ends: what mailing lists and gateways write behind attachments (footers,
 * disclaimers) does not belong to it. */
static gsize ticket_size(const char *data, gsize size)
{
    for (gsize i = 0; i < G_N_ELEMENTS(ticket_ends); i++) {
        const char *end = memmem(data, size, ticket_ends[i], strlen(ticket_ends[i]));
        if (end != NULL) /* the first of all */
            size = (gsize)(end - data) + strlen(ticket_ends[i]);
    }
    return size;
}

static gboolean looks_like_ticket(const char *data, gsize size)
{
    return ra_ticket_looks_like(data, size) || ra_msra_looks_like(data, size);
}

/* The same for a file, which stays as it was sent where nothing but white space was added. */
static gsize file_size(const char *data, gsize size)
{
    const gsize ticket = ticket_size(data, size);
    gsize end = ticket;
    while (end < size && g_ascii_isspace(data[end]))
        end++;
    return end == size ? size : ticket;
}

void ra_document_judge(RaExtractor *extractor, const RaPlace *place, RaFoundAs as, const char *data,
                       gsize size, gboolean overlong)
{
    if (size == 0 || !looks_like_ticket(data, size))
        return;
    if (overlong)
        ra_extractor_damaged(extractor, "the invitation is larger than invitations are: ask for a "
                                        "new one");
    else
        ra_extractor_candidate(extractor, place, as, data, file_size(data, size));
}

/* Tickets as they are, in the midst of text: a gateway made one message of text and attachment. */
static void judge_begun(const RaDocument *document, const GByteArray *text, const char *begin)
{
    if (text->len == 0) /* no pointer to reckon with */
        return;
    const char *data = (const char *)text->data;
    const char *end = data + text->len;
    for (const char *p = data; p < end;) {
        const char *start = memmem(p, (gsize)(end - p), begin, strlen(begin));
        if (start == NULL || start == data)
            return;
        const gsize size = ticket_size(start, (gsize)(end - start));
        if (start[size - 1] == '>' && looks_like_ticket(start, size) &&
            ra_extractor_count_part(document->extractor))
            ra_extractor_candidate(document->extractor, document->place, RA_FOUND_TEXT, start,
                                   size);
        p = start + size;
    }
}

static void judge_inside(const RaDocument *document, const GByteArray *text)
{
    judge_begun(document, text, "<ticket");
    judge_begun(document, text, "<UPLOADINFO");
}

void ra_document_end(RaDocument *document)
{
    if (document == NULL)
        return;
    if (document->charset != NULL)
        push_converted(document, "", 0, TRUE);
    const char *kept = document->kept->len > 0 ? (const char *)document->kept->data : "";
    const gsize size = document->kept->len;
    const gboolean page = size > 0 && begins_as_page(kept, size);
    if (!page)
        ra_document_judge(document->extractor, document->place, RA_FOUND_ATTACHMENT, kept, size,
                          document->overlong);
    if (page || !looks_like_ticket(kept, size))
        judge_inside(document, document->kept);
    if (document->shown != NULL)
        judge_inside(document, document->shown);
    ra_blocks_end(document->blocks);
    ra_html_text_free(document->html);
    g_clear_pointer(&document->shown, g_byte_array_unref);
    g_clear_object(&document->charset);
    g_byte_array_unref(document->kept);
    g_free(document);
}
