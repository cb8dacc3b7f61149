/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/message.h"

#include "mailer/find/base64-lines.h"
#include "mailer/find/content.h"
#include "mailer/sign/signing.h"

#include <string.h>

enum {
    BATCH = 8 * 1024,    /* bytes */
    DECODED = 3 * BATCH, /* what GMime's decoders may write for that is less */
};

/* One of the multiparts and messages around the present line. */
typedef struct {
    RaHeaders *message; /* of a message, once they are over; NULL for a multipart */
    gboolean multipart;
    gboolean digest;    /* parts are messages unless they say otherwise (RFC 2046 5.1.5) */
    char *boundary;     /* of a multipart; NULL until a guess is right */
    guint child;        /* number of the present part, 0 before the first */
    RaSigning *signing; /* of a multipart/signed */
} Frame;

struct _RaMessage {
    RaExtractor *extractor;
    const RaPlace *place;
    guint wrapped;
    GPtrArray *frames;        /* of Frame; the outermost is this message */
    RaHeaders *headers;       /* while they are read */
    gboolean message_headers; /* they are the top frame's, a message's; else a part's */
    RaContent *content;       /* of the present part, or of text around parts */
    RaHeaders *reader;        /* of the message whose text the present part is, or NULL */
    char *charset;            /* of that text */
    char *batch;              /* of its lines: what is not yet pushed */
    gsize batched;            /* bytes of it */
    char *decoded;            /* room for what a batch decodes to */
    gboolean decode, base64;
    GMimeEncoding decoder;
    RaBase64 letters;     /* the decoder where it is base64 */
    gboolean again;       /* its own headers do not count: those of the message around do */
    gboolean opaque;      /* the rest of the present part is not searched */
    RaSigning *signature; /* the present part is the signature of this, or NULL */
    guint signings;       /* frames that are signed */
    char *guess;          /* X of the last line, if that was "--X" where a boundary is missing */
};

static void free_frame(gpointer data)
{
    Frame *frame = data;
    ra_signing_end(frame->signing);
    ra_headers_free(frame->message);
    g_free(frame->boundary);
    g_free(frame);
}

static Frame *push_frame(RaMessage *message, gboolean multipart)
{
    Frame *frame = g_new0(Frame, 1);
    frame->multipart = multipart;
    g_ptr_array_add(message->frames, frame);
    return frame;
}

static Frame *top_frame(const RaMessage *message)
{
    return message->frames->pdata[message->frames->len - 1];
}

static guint depth(const RaMessage *message)
{
    return message->place->depth + message->frames->len;
}

static void start_headers(RaMessage *message, gboolean of_message)
{
    message->headers = ra_headers_new();
    message->message_headers = of_message;
}

RaMessage *ra_message_new(RaExtractor *extractor, const RaPlace *place, guint wrapped)
{
    RaMessage *message = g_new0(RaMessage, 1);
    message->extractor = extractor;
    message->place = place;
    message->wrapped = wrapped;
    message->frames = g_ptr_array_new_with_free_func(free_frame);
    push_frame(message, FALSE);
    start_headers(message, TRUE);
    message->batch = g_malloc(BATCH);
    message->decoded = g_malloc(DECODED);
    (void)ra_extractor_count_part(extractor);
    return message;
}

void ra_message_keep_sender(RaMessage *message)
{
    message->again = message->place->message != NULL;
}

/* The headers of the innermost message around the present line. */
static RaHeaders *innermost(const RaMessage *message)
{
    for (guint i = message->frames->len; i-- > 0;) {
        const Frame *frame = message->frames->pdata[i];
        if (frame->message != NULL)
            return frame->message;
    }
    return message->place->message;
}

/* Of the innermost signed part around the present line, or NULL. */
static RaSigning *signing_around(const RaMessage *message)
{
    for (guint i = message->frames->len; message->signings > 0 && i-- > 0;) {
        const Frame *frame = message->frames->pdata[i];
        if (frame->signing != NULL && ra_signing_covers(frame->signing))
            return frame->signing;
    }
    return message->place->signing;
}

/* LINE belongs to the first N frames: those that are signed keep it. */
static void keep_signed(const RaMessage *message, guint n, const RaLine *line)
{
    for (guint i = 0; message->signings > 0 && i < n; i++) {
        const Frame *frame = message->frames->pdata[i];
        if (frame->signing != NULL)
            ra_signing_line(frame->signing, line);
    }
}

/* "2.1", from the numbers of the parts around. */
static char *part_path(const RaMessage *message)
{
    GString *path = g_string_new(message->place->part);
    for (guint i = 0; i < message->frames->len; i++) {
        const Frame *frame = message->frames->pdata[i];
        if (frame->child > 0)
            g_string_append_printf(path, "%s%u", path->len > 0 ? "." : "", frame->child);
    }
    if (path->len == 0)
        g_string_append_c(path, '1');
    return g_string_free(path, FALSE);
}

/* x-uuencode is not among them: its "begin" and "end" are found in the text (mailer/find/blocks.h).
 */
static gboolean is_encoded(const RaPartInfo *part)
{
    return part->encoding == GMIME_CONTENT_ENCODING_BASE64 ||
           part->encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
}

/* The first text of a message is what its person says. What was encrypted is not shown. */
static void start_text(RaMessage *message, const RaPartInfo *part)
{
    RaHeaders *headers = innermost(message);
    const gboolean text = *part->type == '\0' || strcmp(part->type, "text/plain") == 0;
    message->reader = NULL;
    if (headers == NULL || !text || *part->file_name != '\0' || message->place->encrypted ||
        ra_headers_have_text(headers))
        return;
    message->reader = headers;
    g_free(message->charset);
    message->charset = g_strdup(part->charset);
}

static void start_content(RaMessage *message, const RaPartInfo *part)
{
    g_autofree char *path = part_path(message);
    const RaPlace place = {
        .message = innermost(message),
        .part = path,
        .file_name = part->file_name,
        .type = part->type,
        .charset = part->charset,
        .depth = depth(message),
        .wrapped = message->wrapped,
        .encrypted = message->place->encrypted,
        .signing = signing_around(message),
    };
    RaSigning *signing = top_frame(message)->signing;
    message->signature = signing != NULL && ra_signing_wants_signature(signing) ? signing : NULL;
    message->content = ra_content_new(message->extractor, &place);
    message->decode = is_encoded(part);
    message->base64 = part->encoding == GMIME_CONTENT_ENCODING_BASE64;
    message->letters = (RaBase64){0};
    if (message->decode && !message->base64)
        g_mime_encoding_init_decode(&message->decoder, part->encoding);
}

static void push_plain(RaMessage *message, const char *data, gsize size)
{
    if (message->signature != NULL)
        ra_signing_signature(message->signature, data, size);
    if (message->reader != NULL)
        ra_headers_add_text(message->reader, message->charset, data, size);
    ra_content_push(message->content, data, size);
}

static void push_batch(RaMessage *message)
{
    const gsize size = message->batched;
    message->batched = 0;
    if (size == 0)
        return;
    if (!message->decode) {
        push_plain(message, message->batch, size);
    } else {
        const gsize n =
            message->base64
                ? ra_base64_step(&message->letters, message->batch, size, message->decoded)
                : g_mime_encoding_step(&message->decoder, message->batch, size, message->decoded);
        push_plain(message, message->decoded, n);
    }
    message->opaque = message->signature == NULL && ra_content_is_over(message->content);
}

/* Lines are gathered: what a decoder, or the next cutting into lines, costs by call counts more
 * than a copy. */
static void push_content(RaMessage *message, const char *data, gsize size)
{
    while (size > 0 && !message->opaque) {
        const gsize n = MIN(size, BATCH - message->batched);
        memcpy(message->batch + message->batched, data, n);
        message->batched += n;
        data += n;
        size -= n;
        if (message->batched == BATCH)
            push_batch(message);
    }
}

/* RFC 2045 6.7, rule 3: blanks at the end of a quoted-printable line came on the way, and hide the
 * mark of a soft line break. */
static void push_line(RaMessage *message, const RaLine *line)
{
    gsize length = line->length;
    if (message->decode && !message->base64 && line->size > length) {
        while (length > 0 && (line->text[length - 1] == ' ' || line->text[length - 1] == '\t'))
            length--;
    }
    push_content(message, line->text, length);
    push_content(message, line->text + line->length, line->size - line->length);
}

static void end_content(RaMessage *message)
{
    if (message->content != NULL)
        push_batch(message);
    if (message->content != NULL && message->decode && !message->base64) {
        char out[64];
        const gsize n = g_mime_encoding_flush(&message->decoder, "", 0, out);
        push_plain(message, out, n);
    }
    ra_content_end(g_steal_pointer(&message->content));
    message->decode = FALSE;
    message->opaque = FALSE;
    message->signature = NULL;
    message->reader = NULL;
}

static void start_signed(RaMessage *message, Frame *frame)
{
    frame->signing = ra_signing_new(message->extractor, innermost(message));
    message->signings++;
}

gboolean ra_message_is_type(const char *type)
{
    return strcmp(type, "message/rfc822") == 0 || strcmp(type, "message/global") == 0 ||
           strcmp(type, "message/news") == 0;
}

/* Parts that hold no more than a hint of an attachment. */
static void note_elsewhere(const RaMessage *message, const RaPartInfo *part)
{
    RaExtraction *out = message->extractor->out;
    if (strcmp(part->type, "message/partial") == 0)
        out->hint = "this is one piece of a message that was sent in several: let the mail program "
                    "put them together, and open that";
    else if (strcmp(part->type, "message/external-body") == 0)
        out->hint =
            "what was attached to this message lies elsewhere: fetch it as the message says, "
            "and open that";
}

static void start_body(RaMessage *message, RaPartInfo *part, gboolean of_message)
{
    const gboolean plain = !is_encoded(part);
    note_elsewhere(message, part);
    const gboolean multipart = g_str_has_prefix(part->type, "multipart/");
    const gboolean inner = plain && ra_message_is_type(part->type);
    if (multipart || inner) {
        message->opaque =
            !ra_extractor_may_nest(message->extractor, depth(message), message->wrapped);
        if (message->opaque)
            return;
    }
    if (inner) {
        push_frame(message, FALSE);
        start_headers(message, TRUE);
    } else if (multipart) {
        Frame *frame = push_frame(message, TRUE);
        frame->digest = strcmp(part->type, "multipart/digest") == 0;
        frame->boundary = g_steal_pointer(&part->boundary);
        if (frame->boundary != NULL)
            g_strchomp(frame->boundary);
        if (strcmp(part->type, "multipart/signed") == 0)
            start_signed(message, frame);
    } else {
        /* A message that does not say that it has parts may have some all the same. */
        if (of_message && plain && (*part->type == '\0' || g_str_has_prefix(part->type, "text/")))
            push_frame(message, TRUE);
        start_text(message, part);
        start_content(message, part);
    }
}

static void end_headers(RaMessage *message)
{
    RaHeaders *headers = g_steal_pointer(&message->headers);
    const gboolean of_message = message->message_headers;
    const Frame *around = top_frame(message);
    RaPartInfo part;
    ra_headers_part(headers, &part);
    if (*part.type == '\0' && !of_message && around->digest) {
        g_free(part.type);
        part.type = g_strdup("message/rfc822");
    }
    /* What was inside a signed or encrypted message goes on with that one's headers. */
    const gboolean same =
        message->frames->len == 1 &&
        (message->again || (message->place->entity && !ra_headers_have_from(headers)));
    RaHeaders *done = of_message && !same ? NULL : headers;
    if (done == NULL)
        top_frame(message)->message = headers;
    start_body(message, &part, of_message);
    ra_part_info_clear(&part);
    ra_headers_free(done);
}

/* Ends whatever is open inside the frame INDEX, headers without a body too. */
static void unwind(RaMessage *message, guint index)
{
    if (message->headers != NULL)
        end_headers(message);
    end_content(message);
    if (message->headers != NULL) /* those headers announced a message, which is empty */
        end_headers(message);
    end_content(message);
    while (message->frames->len > index + 1) { /* a signed one still needs those around it */
        message->signings -= top_frame(message)->signing != NULL;
        g_ptr_array_remove_index(message->frames, message->frames->len - 1);
    }
    g_clear_pointer(&message->guess, g_free);
}

/* DELIMITER may be NULL. */
static void start_part(RaMessage *message, guint index, const RaLine *delimiter)
{
    unwind(message, index);
    Frame *frame = top_frame(message);
    frame->child++;
    if (frame->signing != NULL)
        ra_signing_part(frame->signing, frame->child, delimiter);
    if (ra_extractor_count_part(message->extractor))
        start_headers(message, FALSE);
}

static gsize trimmed(const RaLine *line)
{
    gsize length = line->length;
    while (length > 0 && g_ascii_isspace(line->text[length - 1]))
        length--;
    return length;
}

/* Where LINE delimits a part, does what it says and returns TRUE. */
static gboolean take_delimiter(RaMessage *message, const RaLine *line)
{
    if (!line->starts || line->length < 3 || line->text[0] != '-' || line->text[1] != '-')
        return FALSE;
    const char *text = line->text + 2;
    const gsize length = trimmed(line) - MIN(trimmed(line), 2);
    for (guint i = message->frames->len; i-- > 0;) {
        const Frame *frame = message->frames->pdata[i];
        const gsize n = frame->boundary != NULL ? strlen(frame->boundary) : 0;
        if (n == 0 || length < n || memcmp(text, frame->boundary, n) != 0)
            continue;
        if (length == n) {
            keep_signed(message, i, line);
            start_part(message, i, line);
            return TRUE;
        }
        if (length == n + 2 && text[n] == '-' && text[n + 1] == '-') {
            keep_signed(message, i, line);
            unwind(message, i);
            if (frame->signing != NULL)
                ra_signing_part(frame->signing, 0, NULL);
            return TRUE;
        }
    }
    return FALSE;
}

/* Before the first part: is LINE, behind a line "--X", the header of a part? Then X is the
 * boundary, whatever was declared. TRUE if so. */
static gboolean take_guess(RaMessage *message, const RaLine *line)
{
    Frame *frame = top_frame(message);
    if (!frame->multipart || frame->child > 0 || !line->starts)
        return FALSE;
    g_autofree char *guess = g_steal_pointer(&message->guess);
    if (guess != NULL && ra_line_has_prefix(line, "Content-")) {
        g_free(frame->boundary);
        frame->boundary = g_steal_pointer(&guess);
        if (frame->signing != NULL)
            ra_signing_spoil(frame->signing, "the message was damaged on its way");
        start_part(message, message->frames->len - 1, NULL);
        return TRUE;
    }
    if (line->length > 2 && line->length < RA_HEADER_MAX && memcmp(line->text, "--", 2) == 0)
        message->guess = g_strchomp(g_strndup(line->text + 2, line->length - 2));
    if (message->guess != NULL && *message->guess == '\0')
        g_clear_pointer(&message->guess, g_free);
    return FALSE;
}

/* Text around the parts of a multipart is searched as text. */
static void take_text_around(RaMessage *message, const RaLine *line)
{
    if (line->length == 0)
        return;
    const RaPartInfo text = {
        .type = (char *)"text/plain", .charset = (char *)"", .file_name = (char *)""};
    start_content(message, &text);
}

static void take_line(RaMessage *message, const RaLine *line)
{
    if (message->headers == NULL && take_guess(message, line) && message->headers == NULL)
        return;
    if (message->headers != NULL) {
        if (ra_headers_take(message->headers, line))
            return;
        end_headers(message);
        if (line->length == 0)
            return;
        if (message->headers != NULL) { /* a message inside, whose first line this is */
            take_line(message, line);
            return;
        }
    }
    if (message->opaque)
        return;
    if (message->content == NULL)
        take_text_around(message, line);
    if (message->content != NULL)
        push_line(message, line);
}

void ra_message_line(RaMessage *message, const RaLine *line)
{
    if (message->extractor->skip || take_delimiter(message, line))
        return;
    keep_signed(message, message->frames->len, line);
    take_line(message, line);
}

void ra_message_end(RaMessage *message)
{
    if (message == NULL)
        return;
    unwind(message, 0);
    g_ptr_array_unref(message->frames);
    g_free(message->batch);
    g_free(message->decoded);
    g_free(message->charset);
    g_free(message);
}
