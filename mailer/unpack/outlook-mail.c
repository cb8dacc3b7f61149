/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/unpack/outlook-mail.h"

#include <string.h>

enum {
    HELD = 64 * 1024, /* bytes before they are written */
    LINE = 57,        /* bytes of a line of base64 */
    WORD = 45,        /* bytes of an encoded word (RFC 2047 2) */
    NAME_MAX_KEPT = 255,
};

struct _RaOutlookMail {
    RaOutlookWrite write;
    gpointer user;
    GString *held;
    gboolean full;
    guint depth; /* messages that are open */
    guint8 line[LINE];
    gsize line_size;
};

RaOutlookMail *ra_outlook_mail_new(RaOutlookWrite write, gpointer user)
{
    RaOutlookMail *mail = g_new0(RaOutlookMail, 1);
    mail->write = write;
    mail->user = user;
    mail->held = g_string_sized_new(HELD + 1024);
    return mail;
}

static void flush(RaOutlookMail *mail)
{
    if (!mail->full && mail->held->len > 0)
        mail->full = !mail->write(mail->held->str, mail->held->len, mail->user);
    g_string_truncate(mail->held, 0);
}

void ra_outlook_mail_free(RaOutlookMail *mail)
{
    if (mail == NULL)
        return;
    flush(mail);
    g_string_free(mail->held, TRUE);
    g_free(mail);
}

gboolean ra_outlook_mail_is_full(const RaOutlookMail *mail)
{
    return mail->full;
}

/* TEXT in CHARSET ("" is UTF-8) as encoded words, line ends as spaces. */
static void put_words(RaOutlookMail *mail, const char *text, const char *charset)
{
    const gboolean utf8 = *charset == '\0';
    gsize left = strlen(text);
    while (left > 0) {
        gsize n = MIN(left, (gsize)WORD);
        while (utf8 && n < left && n > WORD - 4 && ((guchar)text[n] & 0xC0) == 0x80)
            n--;
        g_autofree char *piece = g_strndup(text, n);
        g_strdelimit(piece, "\r\n\t", ' ');
        g_autofree char *code = g_base64_encode((const guchar *)piece, n);
        g_string_append_printf(mail->held, " =?%s?B?%s?=\r\n", utf8 ? "utf-8" : charset, code);
        text += n;
        left -= n;
    }
}

/* A header whose value is a text of MAPI's. */
static void put_text(RaOutlookMail *mail, const char *name, const RaMapi *mapi, RaMapiText text)
{
    g_autofree char *charset = NULL;
    g_autofree char *value = ra_mapi_get(mapi, text, &charset);
    if (value == NULL)
        return;
    g_string_append_printf(mail->held, "%s:\r\n", name);
    put_words(mail, value, charset);
}

/* TEXT is a word of printable ASCII with none of the characters in NOT. */
static gboolean is_word(const char *text, const char * not )
{
    for (const char *p = text; *p != '\0'; p++) {
        if (!g_ascii_isgraph(*p) || strchr(not, *p) != NULL)
            return FALSE;
    }
    return *text != '\0';
}

static void put_from(RaOutlookMail *mail, const RaMapi *message)
{
    const gboolean by_sender = message->texts[RA_MAPI_ADDRESS].bytes == NULL &&
                               message->texts[RA_MAPI_SENDER_ADDRESS].bytes != NULL;
    g_autofree char *name_charset = NULL, *charset = NULL;
    g_autofree char *name =
        ra_mapi_get(message, by_sender ? RA_MAPI_SENDER_NAME : RA_MAPI_NAME, &name_charset);
    g_autofree char *address =
        ra_mapi_get(message, by_sender ? RA_MAPI_SENDER_ADDRESS : RA_MAPI_ADDRESS, &charset);
    const gboolean usable = address != NULL && is_word(address, "<>()[]\\,;:\"");
    if (name == NULL && !usable)
        return;
    g_string_append(mail->held, "From:\r\n");
    if (name != NULL)
        put_words(mail, name, name_charset);
    g_string_append_printf(mail->held, " <%s>\r\n", usable ? address : "");
}

static void put_date(RaOutlookMail *mail, gint64 date)
{
    static const char days[] = "MonTueWedThuFriSatSun";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    g_autoptr(GDateTime) time = date != 0 ? g_date_time_new_from_unix_utc(date) : NULL;
    if (time == NULL)
        return;
    g_string_append_printf(
        mail->held, "Date: %.3s, %d %.3s %04d %02d:%02d:%02d +0000\r\n",
        days + 3 * (g_date_time_get_day_of_week(time) - 1), g_date_time_get_day_of_month(time),
        months + 3 * (g_date_time_get_month(time) - 1), g_date_time_get_year(time),
        g_date_time_get_hour(time), g_date_time_get_minute(time), g_date_time_get_second(time));
}

static void put_id(RaOutlookMail *mail, const RaMapi *message)
{
    g_autofree char *charset = NULL;
    g_autofree char *id = ra_mapi_get(message, RA_MAPI_MESSAGE_ID, &charset);
    if (id != NULL && is_word(id, ""))
        g_string_append_printf(mail->held, "Message-ID: %s\r\n", id);
}

/* The headers that the message came with, but for those that describe parts which are not here any
 * more. Notes in SEEN which of our own they make needless. */
static void put_transport_headers(RaOutlookMail *mail, const RaMapi *message, GHashTable *seen)
{
    g_autofree char *charset = NULL;
    g_autofree char *text = ra_mapi_get(message, RA_MAPI_HEADERS, &charset);
    g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "\n", -1);
    gboolean keep = FALSE;
    for (char **line = lines; *line != NULL; line++) {
        g_strchomp(*line);
        if (**line == '\0')
            break;
        const char *colon = strchr(*line, ':');
        if (**line != ' ' && **line != '\t') {
            g_autofree char *name =
                colon != NULL ? g_ascii_strdown(*line, colon - *line) : g_strdup("");
            keep = is_word(name, "") && !g_str_has_prefix(name, "content-") &&
                   strcmp(name, "mime-version") != 0;
            if (keep)
                g_hash_table_add(seen, g_steal_pointer(&name));
        }
        if (keep)
            g_string_append_printf(mail->held, "%s\r\n", *line);
    }
}

static void put_headers(RaOutlookMail *mail, const RaMapi *message)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    put_transport_headers(mail, message, seen);
    if (!g_hash_table_contains(seen, "from"))
        put_from(mail, message);
    if (!g_hash_table_contains(seen, "subject"))
        put_text(mail, "Subject", message, RA_MAPI_SUBJECT);
    if (!g_hash_table_contains(seen, "date"))
        put_date(mail, message->date);
    if (!g_hash_table_contains(seen, "message-id"))
        put_id(mail, message);
    g_string_append(mail->held, "MIME-Version: 1.0\r\n");
}

static void put_boundary(RaOutlookMail *mail, const char *end)
{
    g_string_append_printf(mail->held, "\r\n--ra-unpack-%u%s\r\n", mail->depth, end);
}

/* Percent-encoded (RFC 2231 4). */
static void put_name(RaOutlookMail *mail, const RaMapi *attachment)
{
    g_autofree char *charset = NULL;
    g_autofree char *name =
        attachment != NULL ? ra_mapi_get(attachment, RA_MAPI_FILE_NAME, &charset) : NULL;
    g_string_append(mail->held, "Content-Disposition: attachment");
    if (name != NULL) {
        g_string_append_printf(mail->held, ";\r\n filename*=%s''",
                               *charset != '\0' ? charset : "utf-8");
        for (gsize i = 0; i < NAME_MAX_KEPT && name[i] != '\0'; i++)
            g_string_append_printf(mail->held, g_ascii_isalnum(name[i]) ? "%c" : "%%%02X",
                                   (guchar)name[i]);
    }
    g_string_append(mail->held, "\r\n");
}

gboolean ra_outlook_mail_open(RaOutlookMail *mail, const RaMapi *message, const RaMapi *attachment)
{
    if (mail->depth >= RA_OUTLOOK_DEPTH_MAX)
        return FALSE;
    if (mail->depth > 0) {
        put_boundary(mail, "");
        g_string_append(mail->held, "Content-Type: message/rfc822\r\n");
        put_name(mail, attachment);
        g_string_append(mail->held, "\r\n");
    }
    mail->depth++;
    put_headers(mail, message);
    g_string_append_printf(
        mail->held, "Content-Type: multipart/mixed; boundary=\"ra-unpack-%u\"\r\n", mail->depth);
    return TRUE;
}

void ra_outlook_mail_close(RaOutlookMail *mail)
{
    put_boundary(mail, "--");
    mail->depth--;
    flush(mail);
}

/* What TYPE and ATTACHMENT say; a message or a multipart would not be in base64. Caller frees. */
static char *media_type(const char *type, const RaMapi *attachment)
{
    g_autofree char *charset = NULL;
    g_autofree char *said = *type == '\0' && attachment != NULL
                                ? ra_mapi_get(attachment, RA_MAPI_TYPE, &charset)
                                : g_strdup(type);
    if (said == NULL || !is_word(said, "<>()[]\\,;:\"?=") || strchr(said, '/') == NULL ||
        g_ascii_strncasecmp(said, "multipart/", 10) == 0)
        return g_strdup("application/octet-stream");
    return g_steal_pointer(&said);
}

void ra_outlook_mail_part(RaOutlookMail *mail, const char *type, const char *charset,
                          const RaMapi *attachment)
{
    g_autofree char *said = media_type(type, attachment);
    put_boundary(mail, "");
    g_string_append_printf(mail->held, "Content-Type: %s", said);
    if (*charset != '\0')
        g_string_append_printf(mail->held, "; charset=%s", charset);
    g_string_append(mail->held, "\r\nContent-Transfer-Encoding: base64\r\n");
    if (attachment != NULL)
        put_name(mail, attachment);
    g_string_append(mail->held, "\r\n");
    mail->line_size = 0;
}

static void put_line(RaOutlookMail *mail, const guint8 *line, gsize size)
{
    char out[LINE * 2];
    int state = 0, save = 0;
    gsize n = g_base64_encode_step(line, size, FALSE, out, &state, &save);
    n += g_base64_encode_close(FALSE, out + n, &state, &save);
    g_string_append_len(mail->held, out, (gssize)n);
    g_string_append_len(mail->held, "\r\n", 2);
    if (mail->held->len >= HELD)
        flush(mail);
}

void ra_outlook_mail_push(RaOutlookMail *mail, const void *data, gsize size)
{
    const guint8 *p = data;
    while (size > 0 && !mail->full) {
        if (mail->line_size == 0 && size >= LINE) {
            put_line(mail, p, LINE);
            p += LINE;
            size -= LINE;
            continue;
        }
        const gsize n = MIN(size, LINE - mail->line_size);
        memcpy(mail->line + mail->line_size, p, n);
        mail->line_size += n;
        p += n;
        size -= n;
        if (mail->line_size == LINE) {
            put_line(mail, mail->line, LINE);
            mail->line_size = 0;
        }
    }
}

void ra_outlook_mail_end_part(RaOutlookMail *mail)
{
    if (mail->line_size > 0)
        put_line(mail, mail->line, mail->line_size);
    mail->line_size = 0;
}
