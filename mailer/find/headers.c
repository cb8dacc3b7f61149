/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/headers.h"

#include "mailer/find/words.h"

#include <string.h>

typedef enum {
    FROM,
    SENDER,
    REPLY_TO,
    SUBJECT,
    DATE,
    MESSAGE_ID,
    REFERENCES,
    IN_REPLY_TO,
    AUTO_SUBMITTED,
    PRECEDENCE,
    RETURN_PATH,
    CONTENT_TYPE,
    CONTENT_DISPOSITION,
    CONTENT_ENCODING,
    N_KEPT,
} Kept;

static const char *const kept_names[N_KEPT] = {
    [FROM] = "From",
    [SENDER] = "Sender",
    [REPLY_TO] = "Reply-To",
    [SUBJECT] = "Subject",
    [DATE] = "Date",
    [MESSAGE_ID] = "Message-ID",
    [REFERENCES] = "References",
    [IN_REPLY_TO] = "In-Reply-To",
    [AUTO_SUBMITTED] = "Auto-Submitted",
    [PRECEDENCE] = "Precedence",
    [RETURN_PATH] = "Return-Path",
    [CONTENT_TYPE] = "Content-Type",
    [CONTENT_DISPOSITION] = "Content-Disposition",
    [CONTENT_ENCODING] = "Content-Transfer-Encoding",
};

/* Others by which a file is known to be a message. */
static const char *const known_names[] = {
    "To",
    "Cc",
    "Received",
    "Delivered-To",
    "MIME-Version",
    "X-UIDL",
    "X-Mozilla-Status",
    "Status",
    "Envelope-To",
    "X-Original-To",
    "DKIM-Signature",
    "X-Mailer",
    "User-Agent",
    "Resent-From",
    "Resent-Date",
};

struct _RaHeaders {
    GString *values[N_KEPT]; /* NULL where there was none; the first of each name counts */
    GString *current;        /* the one that a folded line goes on, or NULL */
    gboolean any;            /* a header was taken */
    gboolean from_twice;
    gboolean list;       /* List-ID and its like (RFC 2369, 2919) */
    gboolean invitation; /* as in RaMessageInfo */
    GString *text;       /* of the message, or NULL */
    char *charset;       /* its; NULL without */
    gsize told;          /* bytes of it that are in INFO */
    RaMessageInfo *info; /* once it was asked for */
};

RaHeaders *ra_headers_new(void)
{
    return g_new0(RaHeaders, 1);
}

void ra_headers_free(RaHeaders *headers)
{
    if (headers == NULL)
        return;
    for (gsize i = 0; i < N_KEPT; i++) {
        if (headers->values[i] != NULL)
            g_string_free(headers->values[i], TRUE);
    }
    ra_message_info_unref(headers->info);
    if (headers->text != NULL)
        g_string_free(headers->text, TRUE);
    g_free(headers->charset);
    g_free(headers);
}

/* The length of the name before the colon, 0 where LINE starts no header. */
static gsize name_length(const RaLine *line)
{
    gsize length = 0;
    while (length < line->length && line->text[length] > ' ' && line->text[length] < 0x7F &&
           line->text[length] != ':')
        length++;
    gsize colon = length;
    while (colon < line->length && (line->text[colon] == ' ' || line->text[colon] == '\t'))
        colon++;
    return colon < line->length && line->text[colon] == ':' ? length : 0;
}

gboolean ra_headers_is_first_line(const RaLine *line)
{
    return line->starts && name_length(line) > 0;
}

static gboolean name_is(const RaLine *line, gsize length, const char *name)
{
    return g_ascii_tolower(*line->text) == g_ascii_tolower(*name) && strlen(name) == length &&
           g_ascii_strncasecmp(line->text, name, length) == 0;
}

gboolean ra_headers_is_known(const RaLine *line)
{
    const gsize length = line->starts ? name_length(line) : 0;
    for (gsize i = 0; length > 0 && i < N_KEPT; i++) {
        if (name_is(line, length, kept_names[i]))
            return TRUE;
    }
    for (gsize i = 0; length > 0 && i < G_N_ELEMENTS(known_names); i++) {
        if (name_is(line, length, known_names[i]))
            return TRUE;
    }
    return FALSE;
}

void ra_headers_add_text(RaHeaders *headers, const char *charset, const char *data, gsize size)
{
    if (headers->text == NULL) {
        headers->text = g_string_sized_new(MIN(size, RA_WORDS_READ));
        headers->charset = g_strdup(charset);
    }
    g_string_append_len(headers->text, data,
                        (gssize)MIN(size, RA_WORDS_READ - MIN(headers->text->len, RA_WORDS_READ)));
}

gboolean ra_headers_have_text(const RaHeaders *headers)
{
    return headers->text != NULL;
}

gboolean ra_headers_have_from(const RaHeaders *headers)
{
    return headers->values[FROM] != NULL;
}

static void append(RaHeaders *headers, const char *text, gsize length)
{
    GString *value = headers->current;
    if (value == NULL)
        return;
    const gsize room = RA_HEADER_MAX - MIN(value->len, (gsize)RA_HEADER_MAX);
    const gsize before = value->len;
    g_string_append_len(value, text, (gssize)MIN(length, room));
    for (char *zero = value->str + before;
         (zero = memchr(zero, '\0', value->str + value->len - zero));)
        *zero = ' ';
}

static void start_header(RaHeaders *headers, const RaLine *line, gsize length)
{
    headers->current = NULL;
    headers->any = TRUE;
    headers->invitation |= name_is(line, length, "X-Remote-Assistance-Expires");
    headers->list |= length > 5 && g_ascii_strncasecmp(line->text, "List-", 5) == 0;
    for (gsize i = 0; i < N_KEPT; i++) {
        if (!name_is(line, length, kept_names[i]))
            continue;
        if (headers->values[i] == NULL)
            headers->current = headers->values[i] = g_string_new(NULL);
        else if (i == FROM)
            headers->from_twice = TRUE;
    }
    const char *colon = memchr(line->text, ':', line->length);
    const gsize skip = (gsize)(colon + 1 - line->text);
    append(headers, line->text + skip, line->length - skip);
}

gboolean ra_headers_take(RaHeaders *headers, const RaLine *line)
{
    if (!line->starts) { /* the rest of a long line */
        append(headers, line->text, line->length);
        return TRUE;
    }
    if (line->length == 0)
        return FALSE;
    if (line->text[0] == ' ' || line->text[0] == '\t') {
        gsize blank = 0;
        while (blank < line->length && g_ascii_isspace(line->text[blank]))
            blank++;
        if (!headers->any || blank == line->length)
            return headers->any;
        append(headers, line->text, line->length);
        return TRUE;
    }
    const gsize length = name_length(line);
    if (length > 0) {
        start_header(headers, line, length);
        return TRUE;
    }
    /* The mark of an mbox, quoted or not, that a forwarding program left in. */
    headers->current = NULL;
    return ra_line_has_prefix(line, "From ") || ra_line_has_prefix(line, ">From ");
}

static const char *value(const RaHeaders *headers, Kept kept)
{
    return headers->values[kept] != NULL ? g_strstrip(headers->values[kept]->str) : NULL;
}

/* The value with its bytes of an unnamed charset in UTF-8: of that which the message's text names,
 * since who writes the one mostly writes the other. NULL where there is none. Caller frees. */
static char *named(const RaHeaders *headers, Kept kept)
{
    const char *raw = value(headers, kept);
    if (raw == NULL || headers->charset == NULL || *headers->charset == '\0' ||
        g_utf8_validate(raw, -1, NULL))
        return g_strdup(raw);
    gsize size = 0;
    g_autofree char *text = g_convert(raw, -1, "UTF-8", headers->charset, NULL, &size, NULL);
    return text != NULL && strlen(text) == size ? g_steal_pointer(&text) : g_strdup(raw);
}

/* Decoded text (RFC 2047), valid UTF-8 whatever came. */
static char *decoded(const char *raw)
{
    if (raw == NULL)
        return g_strdup("");
    g_autofree char *text = g_mime_utils_header_decode_text(NULL, raw);
    return g_utf8_make_valid(text != NULL ? text : "", -1);
}

/* What is between the last brackets, where the bytes before them, of an unnamed charset, defeat the
 * parser; "" where that is no address. */
static char *bracketed(const char *raw)
{
    const char *open = strrchr(raw, '<'), *close = open != NULL ? strchr(open, '>') : NULL;
    g_autofree char *inner =
        close != NULL ? g_strndup(open + 1, (gsize)(close - open - 1)) : g_strdup("");
    const char *at = strchr(inner, '@');
    return at != NULL && at > inner && strpbrk(inner, " \t\"<,;") == NULL
               ? g_utf8_make_valid(inner, -1)
               : g_strdup("");
}

/* The first mailbox in RAW, which may be in a group; returns how many there are. */
static int first_mailbox(const char *raw, char **name, char **address)
{
    InternetAddressList *list = raw != NULL ? internet_address_list_parse(NULL, raw) : NULL;
    int count = 0;
    for (int i = 0; list != NULL && i < internet_address_list_length(list); i++) {
        InternetAddress *one = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_GROUP(one)) {
            InternetAddressList *members =
                internet_address_group_get_members(INTERNET_ADDRESS_GROUP(one));
            if (members == NULL || internet_address_list_length(members) == 0)
                continue;
            one = internet_address_list_get_address(members, 0);
        }
        if (!INTERNET_ADDRESS_IS_MAILBOX(one) || count++ > 0)
            continue;
        const char *addr = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one));
        const char *shown = internet_address_get_name(one);
        *address = g_utf8_make_valid(addr != NULL ? addr : "", -1);
        if (name != NULL)
            *name = g_utf8_make_valid(shown != NULL ? shown : "", -1);
    }
    g_clear_object(&list);
    if (*address == NULL)
        *address = raw != NULL ? bracketed(raw) : g_strdup("");
    if (name != NULL && *name == NULL)
        *name = g_strdup("");
    return count;
}

/* Whether no program should answer it (RFC 3834 2). */
static gboolean is_bulk(const RaHeaders *headers)
{
    static const char *const kinds[] = {"bulk", "list", "junk"};
    const char *precedence = value(headers, PRECEDENCE), *path = value(headers, RETURN_PATH);
    for (gsize i = 0; precedence != NULL && i < G_N_ELEMENTS(kinds); i++) {
        if (g_ascii_strcasecmp(precedence, kinds[i]) == 0)
            return TRUE;
    }
    return headers->list || (path != NULL && strspn(path, "<> \t") == strlen(path));
}

/* The keyword, without comments and parameters. */
static char *automatic(const RaHeaders *headers)
{
    const char *raw = value(headers, AUTO_SUBMITTED);
    if (raw == NULL)
        return g_strdup("");
    g_autofree char *word = g_ascii_strdown(raw, (gssize)strcspn(raw, " \t;("));
    return g_utf8_make_valid(word, -1);
}

/* The text may have been read after somebody asked for the rest. */
static void take_text(RaHeaders *headers)
{
    const GString *text = headers->text;
    if (headers->info->text != NULL && (text == NULL || text->len == headers->told))
        return;
    g_free(headers->info->text);
    headers->info->text =
        text != NULL ? ra_message_words(text->str, text->len, headers->charset) : g_strdup("");
    headers->told = text != NULL ? text->len : 0;
}

RaMessageInfo *ra_headers_message(RaHeaders *headers)
{
    if (headers->info != NULL) {
        take_text(headers);
        return headers->info;
    }
    RaMessageInfo *info = headers->info = g_rc_box_new0(RaMessageInfo);
    g_autofree char *from = named(headers, FROM), *sender = named(headers, SENDER);
    g_autofree char *reply_to = named(headers, REPLY_TO), *subject = named(headers, SUBJECT);
    const int senders = first_mailbox(from, &info->from_name, &info->from_address);
    info->from_many = senders > 1 || headers->from_twice;
    first_mailbox(sender, NULL, &info->sender);
    first_mailbox(reply_to, NULL, &info->reply_to);
    info->subject = decoded(subject);
    const char *id = value(headers, MESSAGE_ID);
    g_autofree char *bare = id != NULL ? g_mime_utils_decode_message_id(id) : NULL;
    info->message_id = g_utf8_make_valid(bare != NULL ? bare : "", -1);
    const char *references = value(headers, REFERENCES);
    if (references == NULL)
        references = value(headers, IN_REPLY_TO);
    info->references = g_utf8_make_valid(references != NULL ? references : "", -1);
    info->automatic = automatic(headers);
    info->bulk = is_bulk(headers);
    info->invitation = headers->invitation;
    take_text(headers);
    const char *date = value(headers, DATE);
    g_autoptr(GDateTime) time = date != NULL ? g_mime_utils_header_decode_date(date) : NULL;
    info->date = time != NULL ? g_date_time_to_unix(time) : 0;
    return info;
}

static void clear_message_info(gpointer data)
{
    RaMessageInfo *info = data;
    g_free(info->from_name);
    g_free(info->from_address);
    g_free(info->sender);
    g_free(info->reply_to);
    g_free(info->subject);
    g_free(info->message_id);
    g_free(info->references);
    g_free(info->automatic);
    g_free(info->text);
}

RaMessageInfo *ra_message_info_ref(RaMessageInfo *info)
{
    return g_rc_box_acquire(info);
}

void ra_message_info_unref(RaMessageInfo *info)
{
    if (info != NULL)
        g_rc_box_release_full(info, clear_message_info);
}

void ra_headers_part(const RaHeaders *headers, RaPartInfo *info)
{
    const char *name = NULL;
    const char *raw_type = value(headers, CONTENT_TYPE);
    GMimeContentType *type = raw_type != NULL ? g_mime_content_type_parse(NULL, raw_type) : NULL;
    *info = (RaPartInfo){0};
    if (type != NULL) {
        g_autofree char *full = g_mime_content_type_get_mime_type(type);
        const char *charset = g_mime_content_type_get_parameter(type, "charset");
        const char *boundary = g_mime_content_type_get_parameter(type, "boundary");
        info->type = g_ascii_strdown(full, -1);
        info->charset = charset != NULL ? g_ascii_strdown(charset, -1) : NULL;
        info->boundary = boundary != NULL && *boundary != '\0' ? g_strdup(boundary) : NULL;
        name = g_mime_content_type_get_parameter(type, "name");
    }
    const char *raw_disposition = value(headers, CONTENT_DISPOSITION);
    GMimeContentDisposition *disposition =
        raw_disposition != NULL ? g_mime_content_disposition_parse(NULL, raw_disposition) : NULL;
    if (disposition != NULL) {
        const char *file = g_mime_content_disposition_get_parameter(disposition, "filename");
        name = file != NULL ? file : name;
    }
    info->type = info->type != NULL ? info->type : g_strdup("");
    info->charset = info->charset != NULL ? info->charset : g_strdup("");
    info->file_name = g_utf8_make_valid(name != NULL ? name : "", -1);
    const char *encoding = value(headers, CONTENT_ENCODING);
    g_autofree char *word =
        encoding != NULL ? g_strndup(encoding, strcspn(encoding, " \t;(")) : NULL;
    info->encoding =
        word != NULL ? g_mime_content_encoding_from_string(word) : GMIME_CONTENT_ENCODING_DEFAULT;
    g_clear_object(&type);
    g_clear_object(&disposition);
}

void ra_part_info_clear(RaPartInfo *info)
{
    g_free(info->type);
    g_free(info->charset);
    g_free(info->boundary);
    g_free(info->file_name);
    *info = (RaPartInfo){0};
}
