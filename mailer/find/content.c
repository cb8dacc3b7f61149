/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/content.h"

#include "mailer/find/document.h"
#include "mailer/find/file-kind.h"
#include "mailer/find/gunzip.h"
#include "mailer/find/mailbox.h"
#include "mailer/find/message.h"
#include "mailer/sign/smime.h"
#include "mailer/unpack/unpack.h"

#include "base/error.h"

#include <string.h>

typedef enum { UNKNOWN, MAILBOX, MESSAGE, OUTLOOK, GZIP, DOCUMENT, SMIME, REFUSED } Kind;

struct _RaContent {
    RaExtractor *extractor;
    RaPlace place; /* its strings are ours */
    Kind kind;
    GByteArray *head; /* until the kind is known */
    RaLines *lines;   /* MAILBOX, MESSAGE */
    RaMailbox *mailbox;
    RaMessage *message;
    RaUnpack *unpack;
    RaGunzip *gunzip;
    gboolean doubled; /* lines end with CR CR LF */
    gboolean after_cr;
    RaDocument *document;
    RaSmime *smime;
};

RaContent *ra_content_new(RaExtractor *extractor, const RaPlace *place)
{
    RaContent *content = g_new0(RaContent, 1);
    content->extractor = extractor;
    content->place = *place;
    content->place.part = g_strdup(place->part);
    content->place.file_name = g_strdup(place->file_name);
    content->place.type = g_strdup(place->type);
    content->place.charset = g_strdup(place->charset);
    content->head = g_byte_array_new();
    return content;
}

/* Past a byte order mark and empty lines. */
static gsize skip_blank(const char *head, gsize size)
{
    gsize i = size >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (i < size && (head[i] == '\n' || head[i] == '\r'))
        i++;
    return i;
}

static gsize line_length(const char *text, gsize size)
{
    gsize length = 0;
    while (length < size && text[length] != '\n' && text[length] != '\r')
        length++;
    return length;
}

/* TRUE if HEAD begins with headers, and one of them is a header of mail. */
static gboolean looks_like_message(const char *head, gsize size)
{
    const char *p = head, *end = head + size;
    while (p < end) {
        const gsize length = line_length(p, (gsize)(end - p));
        const RaLine line = {.text = p, .length = length, .size = length, .starts = TRUE};
        const gboolean folded = p > head && length > 0 && (*p == ' ' || *p == '\t');
        if (!folded && !ra_headers_is_first_line(&line))
            break;
        if (!folded && ra_headers_is_known(&line))
            return TRUE;
        p += length;
        p += end - p >= 2 && p[0] == '\r' && p[1] == '\n' ? 2 : 1;
    }
    return FALSE;
}

/* Text may begin with "From " too: inside a message headers must follow. */
static gboolean looks_like_mailbox(const RaContent *content, const char *head, gsize size)
{
    if (size < 5 || memcmp(head, "From ", 5) != 0)
        return FALSE;
    gsize line = line_length(head, size);
    while (line < size && (head[line] == '\n' || head[line] == '\r'))
        line++;
    return content->place.message == NULL || looks_like_message(head + line, size - line);
}

/* Past what stands before messages: blank lines; in Apple Mail's files (.emlx) their size. */
static gsize skip_before(const char *head, gsize size)
{
    enum { DIGITS_MAX = 12 };
    const gsize blank = skip_blank(head, size);
    gsize i = blank;
    while (i < size && i - blank < DIGITS_MAX && g_ascii_isdigit(head[i]))
        i++;
    if (i == blank)
        return blank;
    while (i < size && head[i] == ' ')
        i++;
    const gsize next = i + skip_blank(head + i, size - i);
    return next > i && looks_like_message(head + next, size - next) ? next : blank;
}

static Kind judge(const RaContent *content, const char *head, gsize size)
{
    if (ra_unpack_wants(head, size))
        return OUTLOOK;
    if (ra_gunzip_wants(head, size))
        return GZIP;
    if (looks_like_mailbox(content, head, size))
        return MAILBOX;
    if (looks_like_message(head, size))
        return MESSAGE;
    if (size > 0 && ra_message_is_type(content->place.type) && !ra_ticket_looks_like(head, size) &&
        !ra_msra_looks_like(head, size))
        return MESSAGE;
    return DOCUMENT;
}

/* Where line ends were made CRLF that were so already, each is CR CR LF: TRUE for the empty line
 * that seems to be in it. */
static gboolean is_phantom(RaContent *content, const RaLine *line)
{
    const gboolean phantom =
        content->doubled && content->after_cr && line->length == 0 && line->size == 2;
    content->after_cr = line->size == line->length + 1 && line->text[line->length] == '\r';
    return phantom;
}

static void give_mailbox_line(const RaLine *line, gpointer data)
{
    RaContent *content = data;
    if (!is_phantom(content, line))
        ra_mailbox_line(content->mailbox, line);
}

static void give_message_line(const RaLine *line, gpointer data)
{
    RaContent *content = data;
    if (!is_phantom(content, line))
        ra_message_line(content->message, line);
}

/* RFC 4880 6.2; RFC 3156 4 has it as a part of its own. */
static gboolean is_pgp_encrypted(const char *head, gsize size)
{
    static const char mark[] = "-----BEGIN PGP MESSAGE-----";
    return size >= sizeof mark - 1 && memcmp(head, mark, sizeof mark - 1) == 0;
}

static void forward(RaContent *content, const char *data, gsize size)
{
    if (content->lines != NULL)
        ra_lines_push(content->lines, data, size);
    else if (content->unpack != NULL)
        ra_unpack_push(content->unpack, data, size);
    else if (content->gunzip != NULL)
        ra_gunzip_push(content->gunzip, data, size);
    else if (content->document != NULL)
        ra_document_push(content->document, data, size);
    else if (content->smime != NULL)
        ra_smime_push(content->smime, data, size);
}

/* Says what the input itself is. */
static void note_input(const RaContent *content, const char *head, gsize size)
{
    RaExtraction *out = content->extractor->out;
    if (content->kind == MESSAGE || content->kind == SMIME)
        out->messages++;
    else if (content->kind == DOCUMENT)
        out->what = size == 0 ? "an empty file" : ra_file_kind(head, size);
}

/* Decides by the head, and passes it on. */
static void decide(RaContent *content)
{
    const gsize size = content->head->len;
    const char *head = size > 0 ? (const char *)content->head->data : "";
    const gsize skip = skip_before(head, size);
    RaCmsForm form = RA_CMS_BINARY;
    const gboolean smime = ra_cms_look(head, size, &form) != RA_CMS_NONE;
    const gboolean inside = content->place.message != NULL && !content->place.entity;
    const guint wrapped = content->place.wrapped + (inside || smime ? 1 : 0);
    content->kind = smime ? SMIME : judge(content, head + skip, size - skip);
    if (content->place.message == NULL && !content->place.entity && content->kind != MAILBOX)
        note_input(content, head, size);
    if (content->kind != DOCUMENT &&
        !ra_extractor_may_nest(content->extractor, content->place.depth, wrapped)) {
        content->kind = REFUSED;
    } else if (content->kind == GZIP) {
        content->gunzip = ra_gunzip_new(content->extractor, &content->place);
    } else if (content->kind == MAILBOX) {
        content->mailbox = ra_mailbox_new(content->extractor, &content->place, wrapped);
        content->lines = ra_lines_new(give_mailbox_line, content);
    } else if (content->kind == MESSAGE) {
        content->message = ra_message_new(content->extractor, &content->place, wrapped);
        content->lines = ra_lines_new(give_message_line, content);
    } else if (content->kind == OUTLOOK) {
        content->unpack = ra_unpack_new(content->extractor, &content->place, wrapped);
    } else if (content->kind == SMIME) {
        content->smime = ra_smime_new(content->extractor, &content->place, form, wrapped);
    } else {
        if (is_pgp_encrypted(head + skip, size - skip))
            ra_extractor_locked(content->extractor, RA_ERROR_NO_TICKET,
                                "the message is encrypted with PGP: decrypt it with your mail "
                                "program, save the attachment, and open that");
        content->document = ra_document_new(content->extractor, &content->place, head, size);
    }
    const gsize first = line_length(head + skip, size - skip);
    content->doubled = size - skip - first >= 3 && memcmp(head + skip + first, "\r\r\n", 3) == 0;
    const gsize start = content->lines != NULL || content->unpack != NULL ? skip : 0;
    forward(content, head + start, size - start);
    g_byte_array_set_size(content->head, 0);
}

void ra_content_push(RaContent *content, const char *data, gsize size)
{
    if (content->place.message == NULL && !content->place.entity && content->kind != MAILBOX &&
        content->kind != GZIP && !ra_extractor_count_bytes(content->extractor, size))
        return;
    if (content->kind == UNKNOWN) {
        const gsize n = MIN(size, (gsize)RA_CONTENT_HEAD - content->head->len);
        g_byte_array_append(content->head, (const guint8 *)data, (guint)n);
        if (content->head->len < RA_CONTENT_HEAD)
            return;
        decide(content);
        data += n;
        size -= n;
    }
    forward(content, data, size);
}

gboolean ra_content_is_over(const RaContent *content)
{
    return content->kind == REFUSED ||
           (content->kind == DOCUMENT && ra_document_is_over(content->document));
}

void ra_content_end(RaContent *content)
{
    if (content == NULL)
        return;
    if (content->kind == UNKNOWN)
        decide(content);
    if (content->lines != NULL)
        ra_lines_end(content->lines);
    ra_mailbox_end(content->mailbox);
    ra_message_end(content->message);
    ra_unpack_end(content->unpack);
    ra_gunzip_end(content->gunzip);
    ra_document_end(content->document);
    ra_smime_end(content->smime);
    ra_lines_free(content->lines);
    g_byte_array_unref(content->head);
    g_free((char *)content->place.part);
    g_free((char *)content->place.file_name);
    g_free((char *)content->place.type);
    g_free((char *)content->place.charset);
    g_free(content);
}
