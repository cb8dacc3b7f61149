/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/compose.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "mailer/send/address.h"
#include "mailer/send/flowed.h"
#include "mailer/send/mime.h"
#include "ticket/armour.h"
#include "ticket/ticket.h"

#include <string.h>

static gboolean refuse(const char *what, GError **error)
{
    g_set_error_literal(error, RA_ERROR, RA_ERROR_USAGE, what);
    return FALSE;
}

gboolean ra_letter_check(const char *name, const char *message, GError **error)
{
    if (!ra_text_is_plain_line(name))
        return refuse("the name must be one line of UTF-8 without control characters", error);
    if (strlen(name) > RA_INVITATION_NAME_MAX)
        return refuse("the name is too long: 128 bytes at the most", error);
    /* RFC 2047: readers would show something else. */
    if (strstr(name, "=?") != NULL)
        return refuse("the name must not contain \"=?\"", error);
    if (message == NULL)
        return TRUE;
    if (!g_utf8_validate(message, -1, NULL))
        return refuse("the personal message is not valid UTF-8", error);
    if (g_utf8_strlen(message, -1) > RA_TEXT_MESSAGE_MAX)
        return refuse("the personal message is too long: 4096 characters at the most", error);
    for (const char *p = message; *p != '\0'; p = g_utf8_next_char(p)) {
        const gunichar c = g_utf8_get_char(p);
        if (g_unichar_iscntrl(c) && c != '\n' && c != '\t')
            return refuse("the personal message holds control characters: only line ends and "
                          "tabs can be sent",
                          error);
    }
    return TRUE;
}

/* "Anna (anna@example.com)", or the address alone. */
static char *who(const RaLetter *letter)
{
    g_autofree char *name = ra_text_line(letter->name, RA_TEXT_NAME_MAX);
    if (*name == '\0')
        return g_strdup(letter->from);
    return g_strdup_printf("%s (%s)", name, letter->from);
}

char *ra_letter_subject(const RaLetter *letter)
{
    return g_strconcat("YOU HAVE RECEIVED A REMOTE ASSISTANCE INVITATION FROM: ", letter->from,
                       NULL);
}

static void append_how(GString *out, const RaLetter *letter)
{
    g_string_append(out, "\nHOW TO HELP:\n\n");
    ra_flowed_append(out, "To see their screen and help, open the attachment " RA_TICKET_FILE_NAME
                          " with a double click. If nothing opens, save it and run:");
    ra_flowed_append_fixed(out, "\n  ra-open " RA_TICKET_FILE_NAME);
    g_string_append(out, "\n");
    if (letter->password) {
        ra_flowed_append(out, "You will be asked for a password. It is not in this message: the "
                              "sender tells it to you by telephone.");
        g_string_append(out, "\n");
    }
    ra_flowed_append(out, "Help: the manual page ra-open(1). The program is in the package "
                          "remote-assistance.");
}

static void append_caution(GString *out)
{
    g_string_append(out, "\nCAUTION:\n\n");
    ra_flowed_append(out,
                     "* Accept invitations only from people that you know and trust. If you did "
                     "not expect this one, ask the sender by telephone before you open it.\n"
                     "* Mail can carry viruses and harmful attachments, and a sender's address "
                     "can be forged.\n"
                     "* Before you open the attachment, read the security advice: the last "
                     "section of the manual page ra-open(1).");
}

static void append_personal(GString *out, const RaLetter *letter)
{
    g_autofree char *personal = NULL;
    if (letter->message != NULL)
        personal = ra_text_message(letter->message, RA_TEXT_MESSAGE_MAX);
    if (personal == NULL || *personal == '\0')
        return;
    g_string_append(out, "\nPersonal message:\n\n");
    ra_flowed_append(out, personal);
}

static void append_expiry(GString *out, const RaLetter *letter)
{
    g_autofree char *local = ra_moment_format_local(letter->end);
    g_autofree char *utc = ra_moment_format_utc(letter->end);
    g_string_append(out, "\nThis invitation expires:\n\n");
    g_autofree char *both = g_strdup_printf("* %s, the sender's time\n* %s", local, utc);
    ra_flowed_append_fixed(out, both);
}

/* The part's text, flowed. */
static char *letter_text(const RaLetter *letter, gboolean armoured)
{
    GString *out = g_string_new(NULL);
    g_autofree char *sender = who(letter);
    g_autofree char *intro = g_strdup_printf(
        "%s would like your assistance. A personal message may be included below.", sender);
    ra_flowed_append(out, intro);
    append_how(out, letter);
    append_caution(out);
    append_personal(out, letter);
    append_expiry(out, letter);
    if (armoured) {
        g_autofree char *block = ra_armour(letter->ticket);
        g_string_append(out, "\n");
        ra_flowed_append(out, "If the attachment is missing, save this whole message and open it "
                              "with ra-open: the invitation is also in the lines below.");
        g_string_append(out, "\n");
        ra_flowed_append_fixed(out, block);
    }
    return g_string_free(out, FALSE);
}

char *ra_letter_text(const RaLetter *letter)
{
    return letter_text(letter, FALSE);
}

char *ra_letter_text_with_ticket(const RaLetter *letter)
{
    return letter_text(letter, TRUE);
}

static GMimeObject *ticket_part(GBytes *ticket)
{
    g_autoptr(GMimeContentType) type = g_mime_content_type_parse(NULL, RA_TICKET_MEDIA_TYPE);
    GMimePart *part = g_mime_part_new_with_type(g_mime_content_type_get_media_type(type),
                                                g_mime_content_type_get_media_subtype(type));
    gsize size;
    const char *data = g_bytes_get_data(ticket, &size);
    ra_mime_set_content(part, data, size, GMIME_CONTENT_ENCODING_BASE64);
    g_mime_object_set_disposition(GMIME_OBJECT(part), GMIME_DISPOSITION_ATTACHMENT);
    g_mime_part_set_filename(part, RA_TICKET_FILE_NAME);
    return GMIME_OBJECT(part);
}

static void set_headers(GMimeMessage *message, const RaLetter *letter)
{
    g_autofree char *subject = ra_letter_subject(letter);
    const RaMimeHeaders headers = {.name = letter->name,
                                   .from = letter->from,
                                   .to = letter->to,
                                   .subject = subject,
                                   .now = letter->now};
    ra_mime_set_headers(message, &headers);
    GMimeObject *object = GMIME_OBJECT(message);
    g_autoptr(GDateTime) end = g_date_time_new_from_unix_utc(letter->end);
    g_autofree char *expires = g_mime_utils_header_format_date(end);
    g_mime_object_set_header(object, "Auto-Submitted", "no", NULL);
    g_mime_object_set_header(object, "X-Remote-Assistance-Expires", expires, NULL);
}

static gboolean check_letter(const RaLetter *letter, GError **error)
{
    if (!ra_letter_check(letter->name, letter->message, error))
        return FALSE;
    g_autofree char *from = ra_address_parse(letter->from, error);
    if (from == NULL)
        return FALSE;
    for (const char *const *to = letter->to; *to != NULL; to++) {
        g_autofree char *parsed = ra_address_parse(*to, error);
        if (parsed == NULL)
            return FALSE;
    }
    return TRUE;
}

/* Adds PART, which it takes over. */
static void add_part(GMimeMultipart *multipart, GMimeObject *part)
{
    g_mime_multipart_add(multipart, part);
    g_object_unref(part);
}

GBytes *ra_letter_compose(const RaLetter *letter, GError **error)
{
    ra_mime_init();
    if (!check_letter(letter, error))
        return NULL;
    g_autoptr(GMimeMessage) message = g_mime_message_new(TRUE);
    set_headers(message, letter);
    g_autoptr(GMimeMultipart) multipart = g_mime_multipart_new_with_subtype("mixed");
    g_autofree char *text = letter_text(letter, TRUE);
    add_part(multipart, GMIME_OBJECT(ra_mime_text_part(text)));
    add_part(multipart, ticket_part(letter->ticket));
    g_mime_message_set_mime_part(message, GMIME_OBJECT(multipart));
    return ra_mime_write(message, error);
}

GBytes *ra_letter_unix(GBytes *message)
{
    gsize size;
    const char *data = g_bytes_get_data(message, &size);
    GByteArray *out = g_byte_array_sized_new((guint)size);
    for (gsize i = 0; i < size; i++) {
        if (data[i] != '\r' || i + 1 == size || data[i + 1] != '\n')
            g_byte_array_append(out, (const guint8 *)data + i, 1);
    }
    return g_byte_array_free_to_bytes(out);
}
