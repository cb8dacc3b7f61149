/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/mime.h"

#include "config.h"

#include "base/error.h"
#include "mailer/send/address.h"

#include <string.h>

enum { PLAIN_LINE_MAX = 78 }; /* columns, RFC 5322 2.1.1: longer lines are sent quoted-printable */

void ra_mime_init(void)
{
    static gsize ready;
    if (g_once_init_enter(&ready)) {
        g_mime_init();
        g_once_init_leave(&ready, 1);
    }
}

static void add_address(GMimeMessage *message, GMimeAddressType type, const char *name,
                        const char *address)
{
    InternetAddress *mailbox = internet_address_mailbox_new(name, address);
    internet_address_set_charset(mailbox, "utf-8");
    internet_address_list_add(g_mime_message_get_addresses(message, type), mailbox);
    g_object_unref(mailbox);
}

void ra_mime_set_headers(GMimeMessage *message, const RaMimeHeaders *headers)
{
    GMimeObject *object = GMIME_OBJECT(message);
    const char *name = *headers->name != '\0' ? headers->name : NULL;
    add_address(message, GMIME_ADDRESS_TYPE_FROM, name, headers->from);
    for (const char *const *to = headers->to; *to != NULL; to++)
        add_address(message, GMIME_ADDRESS_TYPE_TO, NULL, *to);
    g_mime_message_set_subject(message, headers->subject, "utf-8");
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_local(headers->now);
    g_mime_message_set_date(message, date);
    g_autofree char *unique = g_uuid_string_random();
    g_autofree char *id = g_strconcat(unique, "@", ra_address_domain(headers->from), NULL);
    g_mime_message_set_message_id(message, id);
    g_mime_object_set_header(object, "User-Agent", PACKAGE_NAME "/" PACKAGE_VERSION, NULL);
    g_mime_object_set_header(object, "MIME-Version", "1.0", NULL);
}

static gboolean needs_encoding(const char *text)
{
    gsize column = 0;
    for (const char *p = text; *p != '\0'; p++) {
        column = *p == '\n' ? 0 : column + 1;
        if ((guchar)*p >= 0x80 || column > PLAIN_LINE_MAX)
            return TRUE;
    }
    return FALSE;
}

void ra_mime_set_content(GMimePart *part, const char *data, gsize size,
                         GMimeContentEncoding encoding)
{
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(data, size);
    g_autoptr(GMimeDataWrapper) content =
        g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, encoding);
}

GMimePart *ra_mime_text_part(const char *text)
{
    GMimePart *part = g_mime_part_new_with_type("text", "plain");
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "format", "flowed");
    ra_mime_set_content(part, text, strlen(text),
                        needs_encoding(text) ? GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE
                                             : GMIME_CONTENT_ENCODING_7BIT);
    return part;
}

GBytes *ra_mime_write(GMimeMessage *message, GError **error)
{
    g_autoptr(GMimeFormatOptions) options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    GByteArray *bytes = g_byte_array_new();
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new();
    g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), bytes);
    const gssize written = g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream);
    GBytes *out = g_byte_array_free_to_bytes(bytes);
    if (written >= 0)
        return out;
    g_bytes_unref(out);
    g_set_error_literal(error, RA_ERROR, RA_ERROR_FAILED, "cannot write the mail message");
    return NULL;
}
