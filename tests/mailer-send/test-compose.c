/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages are written by mailer/send/compose.c and read back by GMime's parser; the scenario test
 * has Python's parser do the same. */
#include "base/error.h"
#include "base/text.h"
#include "mailer/find/gmime-auto.h"
#include "mailer/send/compose.h"
#include "tests/mailer-send/tests.h"
#include "ticket/armour.h"
#include "ticket/ticket.h"

#include <string.h>

enum { NOW = 1795250000, END = NOW + 3600 }; /* 2026-11-21 08:33:20 UTC */

static const char *const helpdesk[] = {"helpdesk@example.com", NULL};
static const char ticket_text[] = "<invitation xmlns=\"urn:remote-assistance:ticket:1\"/>\n";

static RaLetter letter_new(GBytes *ticket)
{
    return (RaLetter){.name = "Anna",
                      .from = "anna@example.com",
                      .to = helpdesk,
                      .message = "My printer is stuck.",
                      .ticket = ticket,
                      .now = NOW,
                      .end = END,
                      .password = TRUE};
}

/* MESSAGE as GMime reads it. */
static GMimeMessage *parse(GBytes *message)
{
    gsize size;
    const char *data = g_bytes_get_data(message, &size);
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(data, size);
    g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *parsed = g_mime_parser_construct_message(parser, NULL);
    g_assert_nonnull(parsed);
    return parsed;
}

static GMimeMessage *compose(const RaLetter *letter)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) message = ra_letter_compose(letter, &error);
    g_assert_no_error(error);
    return parse(message);
}

/* Part I of the message, decoded. The caller unrefs. */
static GByteArray *decode(GMimeMessage *message, int i)
{
    GMimeMultipart *multipart = GMIME_MULTIPART(g_mime_message_get_mime_part(message));
    GMimePart *part = GMIME_PART(g_mime_multipart_get_part(multipart, i));
    GByteArray *bytes = g_byte_array_new();
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new();
    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
    g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), bytes);
    g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(part), stream);
    return bytes;
}

/* The text part as it stands in the message: flowed, UTF-8, "\n". */
static char *text_of(GMimeMessage *message)
{
    g_autoptr(GByteArray) bytes = decode(message, 0);
    g_autofree char *text = g_strndup((const char *)bytes->data, bytes->len);
    g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
    return g_strjoinv("\n", lines);
}

/* A format=flowed text as a reader joins it, RFC 3676 4.2. */
static char *unflow(const char *text)
{
    GString *out = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_string_append(out, **line == ' ' ? *line + 1 : *line);
        if (!g_str_has_suffix(*line, " "))
            g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

static const char *header(GMimeMessage *message, const char *name)
{
    return g_mime_object_get_header(GMIME_OBJECT(message), name);
}

static void test_headers(void)
{
    g_autoptr(GBytes) ticket = g_bytes_new_static(ticket_text, sizeof ticket_text - 1);
    const RaLetter letter = letter_new(ticket);
    g_autoptr(GMimeMessage) message = compose(&letter);
    g_assert_cmpstr(g_mime_message_get_subject(message), ==,
                    "YOU HAVE RECEIVED A REMOTE ASSISTANCE INVITATION FROM: anna@example.com");
    g_assert_cmpstr(header(message, "From"), ==, "Anna <anna@example.com>");
    g_assert_cmpstr(header(message, "To"), ==, "helpdesk@example.com");
    g_assert_cmpstr(header(message, "Auto-Submitted"), ==, "no");
    g_assert_cmpstr(header(message, "MIME-Version"), ==, "1.0");
    g_assert_cmpstr(header(message, "Date"), ==, "Sat, 21 Nov 2026 09:33:20 +0100");
    g_assert_cmpstr(header(message, "X-Remote-Assistance-Expires"), ==,
                    "Sat, 21 Nov 2026 09:33:20 +0000");
    g_assert_null(header(message, "Bcc"));
    g_assert_null(header(message, "Sender"));
    g_assert_true(g_str_has_suffix(g_mime_message_get_message_id(message), "@example.com"));
    g_autoptr(GMimeMessage) second = compose(&letter);
    g_assert_cmpstr(g_mime_message_get_message_id(message), !=,
                    g_mime_message_get_message_id(second));
}

static void test_parts(void)
{
    g_autoptr(GBytes) ticket = g_bytes_new_static(ticket_text, sizeof ticket_text - 1);
    const RaLetter letter = letter_new(ticket);
    g_autoptr(GMimeMessage) message = compose(&letter);
    GMimeObject *root = g_mime_message_get_mime_part(message);
    g_assert_true(
        g_mime_content_type_is_type(g_mime_object_get_content_type(root), "multipart", "mixed"));
    g_assert_cmpint(g_mime_multipart_get_count(GMIME_MULTIPART(root)), ==, 2);
    GMimeObject *text = g_mime_multipart_get_part(GMIME_MULTIPART(root), 0);
    g_assert_cmpstr(g_mime_object_get_content_type_parameter(text, "charset"), ==, "utf-8");
    g_assert_cmpstr(g_mime_object_get_content_type_parameter(text, "format"), ==, "flowed");
    GMimeObject *part = g_mime_multipart_get_part(GMIME_MULTIPART(root), 1);
    g_autofree char *type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(part));
    g_assert_cmpstr(type, ==, RA_TICKET_MEDIA_TYPE);
    g_assert_cmpstr(g_mime_object_get_disposition(part), ==, "attachment");
    g_assert_cmpstr(g_mime_part_get_filename(GMIME_PART(part)), ==, RA_TICKET_FILE_NAME);
    g_autoptr(GByteArray) decoded = decode(message, 1);
    g_assert_cmpmem(decoded->data, decoded->len, ticket_text, sizeof ticket_text - 1);
}

static void test_text(void)
{
    static const char *const wanted[] = {
        "Anna (anna@example.com) would like your assistance.",
        "A personal message may be included below.",
        "\n  ra-open Invitation.raticket\n",
        "with a double click",
        "CAUTION",
        "only from people that you know and trust",
        "viruses and harmful attachments",
        "read the security advice",
        "\nPersonal message:\n\nMy printer is stuck.\n",
        "Saturday 21 November 2026, 10:33 (CET)",
        "2026-11-21 09:33 UTC",
    };
    g_autoptr(GBytes) ticket = g_bytes_new_static(ticket_text, sizeof ticket_text - 1);
    const RaLetter letter = letter_new(ticket);
    g_autoptr(GMimeMessage) message = compose(&letter);
    g_autofree char *flowed = text_of(message);
    g_autofree char *text = unflow(flowed);
    for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++) {
        if (strstr(text, wanted[i]) == NULL)
            g_error("\"%s\" is missing in:\n%s", wanted[i], text);
    }
}

/* Nothing of the message needs anything but 7-bit mail with lines of ordinary length. */
static void test_lines(void)
{
    g_autoptr(GBytes) ticket = g_bytes_new_static(ticket_text, sizeof ticket_text - 1);
    g_autofree char *word = g_strnfill(RA_TEXT_MESSAGE_MAX, 'x');
    const char *const messages[] = {
        "plain",
        word,
        "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82",
        ".\n..\n.\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
        RaLetter letter = letter_new(ticket);
        letter.message = messages[i];
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) message = ra_letter_compose(&letter, &error);
        g_assert_no_error(error);
        gsize size;
        const char *data = g_bytes_get_data(message, &size);
        gsize column = 0;
        for (gsize k = 0; k < size; k++) {
            g_assert_cmpint((guchar)data[k], <, 0x80);
            g_assert_cmpint(data[k] == '\n', ==, k > 0 && data[k - 1] == '\r');
            column = data[k] == '\n' ? 0 : column + 1;
            g_assert_cmpuint(column, <=, 79); /* 78 and the CR */
        }
    }
}

/* What the novice wrote arrives as it was, joined by a reader that knows format=flowed. */
static void test_personal(void)
{
    static const char *const messages[] = {
        "one line",
        "From here on\n> quoted\n indented by me\n-- \nAnna",
        "\xC3\xA4\xC3\xB6\xC3\xBC \xE2\x82\xAC \xD0\xBF\xD1\x80\xD0\xB8 \xE6\x97\xA5\xE6\x9C\xAC",
        ("A long paragraph that a mail program wraps where it likes, since it is longer than any "
         "line that mail programs write, and it even has a second sentence.\n\nAnd another."),
        "=?utf-8?q?not_a_header?=\n--\nboundary",
        ".",
    };
    g_autoptr(GBytes) ticket = g_bytes_new_static(ticket_text, sizeof ticket_text - 1);
    for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
        RaLetter letter = letter_new(ticket);
        letter.message = messages[i];
        g_autoptr(GMimeMessage) message = compose(&letter);
        g_autofree char *flowed = text_of(message);
        g_autofree char *text = unflow(flowed);
        g_autofree char *shown = ra_text_message(messages[i], RA_TEXT_MESSAGE_MAX);
        g_autofree char *wanted = g_strconcat("\nPersonal message:\n\n", shown, "\n", NULL);
        if (strstr(text, wanted) == NULL)
            g_error("\"%s\" is missing in:\n%s", wanted, text);
    }
}

static void test_no_personal(void)
{
    static const char *const messages[] = {NULL, "", " \n "};
    g_autoptr(GBytes) ticket = g_bytes_new_static(ticket_text, sizeof ticket_text - 1);
    for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
        RaLetter letter = letter_new(ticket);
        letter.message = messages[i];
        letter.password = FALSE;
        g_autoptr(GMimeMessage) message = compose(&letter);
        g_autofree char *text = text_of(message);
        g_assert_null(strstr(text, "Personal message:"));
        g_assert_null(strstr(text, "password"));
    }
}

static void test_names(void)
{
    static const char *const names[] = {
        "Anna",
        "Anna \"the\" Example",
        "Example, Anna",
        "Anna <eve@example.org>",
        "J\xC3\xB8rgen \xC3\x85s",
        "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E \xE5\x90\x8D\xE5\x89\x8D",
        "a; b: c (d) e@f \\ g",
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
         "a"
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    };
    g_autoptr(GBytes) ticket = g_bytes_new_static(ticket_text, sizeof ticket_text - 1);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        RaLetter letter = letter_new(ticket);
        letter.name = names[i];
        g_autoptr(GMimeMessage) message = compose(&letter);
        InternetAddressList *from = g_mime_message_get_from(message);
        g_assert_cmpint(internet_address_list_length(from), ==, 1);
        InternetAddress *one = internet_address_list_get_address(from, 0);
        g_assert_cmpstr(internet_address_get_name(one), ==, names[i]);
        g_assert_cmpstr(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one)), ==,
                        "anna@example.com");
    }
}

/* A header that no one asked for is never written, and nothing is written at all. */
static void test_injection(void)
{
    static const char *const one_evil[] = {"helpdesk@example.com", "x@y\r\nBcc: eve@example.org",
                                           NULL};
    static const struct {
        const char *name, *from, *message;
        const char *const *to;
    } cases[] = {
        {"Anna\r\nBcc: eve@example.org", "anna@example.com", NULL, helpdesk},
        {"Anna\nBcc: eve@example.org", "anna@example.com", NULL, helpdesk},
        {"Anna\rBcc: eve@example.org", "anna@example.com", NULL, helpdesk},
        {"=?utf-8?q?Eve?=", "anna@example.com", NULL, helpdesk},
        {"Anna\x01", "anna@example.com", NULL, helpdesk},
        {"Anna\xFF", "anna@example.com", NULL, helpdesk},
        {"Anna", "anna@example.com\r\nBcc: eve@example.org", NULL, helpdesk},
        {"Anna", "anna@example.com\r\n\r\nbody", NULL, helpdesk},
        {"Anna", "", NULL, helpdesk},
        {"Anna", "anna@example.com", NULL, one_evil},
        {"Anna", "anna@example.com", "a\rb", helpdesk},
        {"Anna", "anna@example.com", "a\x1b[2Jb", helpdesk},
        {"Anna", "anna@example.com", "a\xC3", helpdesk},
    };
    g_autoptr(GBytes) ticket = g_bytes_new_static(ticket_text, sizeof ticket_text - 1);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        RaLetter letter = letter_new(ticket);
        letter.name = cases[i].name;
        letter.from = cases[i].from;
        letter.to = cases[i].to;
        letter.message = cases[i].message;
        g_autoptr(GError) error = NULL;
        g_assert_null(ra_letter_compose(&letter, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
        g_assert_null(strpbrk(error->message, "\r\n"));
    }
}

static void test_lengths(void)
{
    g_autofree char *name = g_strnfill(RA_INVITATION_NAME_MAX, 'n');
    g_autofree char *name_over = g_strnfill(RA_INVITATION_NAME_MAX + 1, 'n');
    g_autofree char *text = g_strnfill(RA_TEXT_MESSAGE_MAX, 't');
    g_autofree char *text_over = g_strnfill(RA_TEXT_MESSAGE_MAX + 1, 't');
    g_autoptr(GError) error = NULL;
    g_assert_true(ra_letter_check(name, text, &error));
    g_assert_no_error(error);
    g_assert_false(ra_letter_check(name_over, text, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    g_clear_error(&error);
    g_assert_false(ra_letter_check(name, text_over, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
}

/* The block in the text leads back to the very bytes of the ticket, also the largest, also after
 * the text was quoted and its line ends changed; and it is not wrapped anew. */
static void test_armour(void)
{
    g_autofree guint8 *large = g_malloc(RA_TICKET_MAX);
    for (guint i = 0; i < RA_TICKET_MAX; i++)
        large[i] = (guint8)(i * 31 + i / 256);
    GBytes *const tickets[] = {g_bytes_new_static(ticket_text, sizeof ticket_text - 1),
                               g_bytes_new_static(large, RA_TICKET_MAX)};
    for (gsize i = 0; i < G_N_ELEMENTS(tickets); i++) {
        RaLetter letter = letter_new(tickets[i]);
        letter.message = "\xC3\xA4"; /* quoted-printable */
        g_autoptr(GMimeMessage) message = compose(&letter);
        g_autofree char *flowed = text_of(message);
        g_autofree char *text = unflow(flowed);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        g_autofree char *quoted = g_strjoinv("\r\n> ", lines);
        g_autoptr(GPtrArray) found = ra_dearmour(quoted, strlen(quoted), 2, NULL);
        g_assert_cmpuint(found->len, ==, 1);
        g_assert_true(g_bytes_equal(g_ptr_array_index(found, 0), tickets[i]));
        g_bytes_unref(tickets[i]);
    }
}

static void test_many_recipients(void)
{
    static const char *const many[] = {"a@example.com", "b@example.org", "c@example.net", NULL};
    static const char *const none[] = {NULL};
    g_autoptr(GBytes) ticket = g_bytes_new_static(ticket_text, sizeof ticket_text - 1);
    RaLetter letter = letter_new(ticket);
    letter.to = many;
    g_autoptr(GMimeMessage) message = compose(&letter);
    InternetAddressList *to = g_mime_message_get_to(message);
    g_assert_cmpint(internet_address_list_length(to), ==, 3);
    letter.to = none;
    g_autoptr(GMimeMessage) alone = compose(&letter);
    g_assert_null(header(alone, "To"));
}

static void test_unix(void)
{
    g_autoptr(GBytes) dos = g_bytes_new_static("a\r\nb\rc\r\n\r", 9);
    g_autoptr(GBytes) plain = ra_letter_unix(dos);
    g_autoptr(GBytes) wanted = g_bytes_new_static("a\nb\rc\n\r", 7);
    g_assert_true(g_bytes_equal(plain, wanted));
}

void add_compose_tests(void)
{
    g_mime_init();
    g_test_add_func("/mailer/compose/headers", test_headers);
    g_test_add_func("/mailer/compose/parts", test_parts);
    g_test_add_func("/mailer/compose/text", test_text);
    g_test_add_func("/mailer/compose/lines", test_lines);
    g_test_add_func("/mailer/compose/personal", test_personal);
    g_test_add_func("/mailer/compose/no-personal", test_no_personal);
    g_test_add_func("/mailer/compose/names", test_names);
    g_test_add_func("/mailer/compose/injection", test_injection);
    g_test_add_func("/mailer/compose/lengths", test_lengths);
    g_test_add_func("/mailer/compose/armour", test_armour);
    g_test_add_func("/mailer/compose/recipients", test_many_recipients);
    g_test_add_func("/mailer/compose/unix", test_unix);
}
