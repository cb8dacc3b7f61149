/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invitations in what Outlook makes of mail: winmail.dat and .msg files. The samples are made by
 * make-outlook, which says what each stands for. */
#include "base/error.h"
#include "mailer/find/extract.h"
#include "mailer/unpack/outlook-msg.h"
#include "mailer/unpack/unpack.h"

#include <string.h>

#define JUERGEN "J\xC3\xBCrgen Novice"
#define ANN     "Ann Other"
#define FROM    "juergen@example.org"
#define NAMED   "Invitation.raticket"
#define EIN        \
    "Einl\xC3\xA4" \
    "dung.raticket"
#define HELP "Hilfe f\xC3\xBCr J\xC3\xBCrgen"

typedef struct {
    const char *name; /* whose invitation */
    RaFoundAs as;
    const char *part, *from, *subject, *file_name;
} Expected;

static const struct {
    const char *file;
    Expected found[2]; /* up to the first without a name */
    guint damaged;
} cases[] = {
    {"winmail.dat", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, "Hilfe f\xC3\xBCr alle", NAMED}}},
    {"winmail.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2.2", FROM, "help", NAMED}}},
    {"winmail-other-sender.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2.1", FROM, "help", NAMED}}},
    {"winmail-checksums.dat", {{JUERGEN, RA_FOUND_ATTACHMENT, "1", "", "", NAMED}}},
    {"winmail-properties.dat", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, HELP, EIN}}},
    {"winmail-8bit.dat", {{JUERGEN, RA_FOUND_ATTACHMENT, "1", FROM, "Hilfe f\xC3\xBCr", EIN}}},
    {"winmail-body.dat", {{JUERGEN, RA_FOUND_TEXT, "1", "", "", ""}}},
    {"winmail-html.dat", {{JUERGEN, RA_FOUND_TEXT, "1", "", "", ""}}},
    {"winmail-rtf.dat", {{JUERGEN, RA_FOUND_TEXT, "1", "", "", ""}}},
    {"winmail-rtf-html.dat", {{JUERGEN, RA_FOUND_TEXT, "1", "", "", ""}}},
    {"winmail-rtf-plain.dat", {{JUERGEN, RA_FOUND_TEXT, "1", "", "", ""}}},
    {"winmail-embedded.dat", {{JUERGEN, RA_FOUND_ATTACHMENT, "1.2", FROM, HELP, NAMED}}},
    {"winmail-rfc822.dat", {{JUERGEN, RA_FOUND_ATTACHMENT, "1.2", FROM, "help", NAMED}}},
    {"winmail-msg.dat", {{JUERGEN, RA_FOUND_ATTACHMENT, "1.2", FROM, HELP, NAMED}}},
    {"winmail-two.dat",
     {{JUERGEN, RA_FOUND_ATTACHMENT, "1", "", "", NAMED},
      {ANN, RA_FOUND_ATTACHMENT, "2", "", "", "b.raticket"}}},
    {"winmail-microsoft.dat", {{"x", RA_FOUND_ATTACHMENT, "1", "", "", "RATicket.MsRcIncident"}}},
    {"winmail-cut.dat", {{NULL}}, .damaged = 1},
    {"winmail-nothing.dat", {{NULL}}},
    {"usual.msg", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, HELP, NAMED}}},
    {"msg.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2.2", FROM, HELP, NAMED}}},
    {"msg-headers.msg",
     {{JUERGEN, RA_FOUND_ATTACHMENT, "2", "real@example.org", "As sent", NAMED}}},
    {"msg-8bit.msg", {{JUERGEN, RA_FOUND_ATTACHMENT, "1", FROM, "Hilfe f\xC3\xBCr", EIN}}},
    {"msg-exchange.msg", {{JUERGEN, RA_FOUND_ATTACHMENT, "1", FROM, "x", NAMED}}},
    {"msg-large.msg", {{JUERGEN, RA_FOUND_ATTACHMENT, "3", FROM, HELP, NAMED}}},
    {"msg-empty-attachment.msg", {{JUERGEN, RA_FOUND_ATTACHMENT, "3", FROM, HELP, NAMED}}},
    {"msg-body.msg", {{JUERGEN, RA_FOUND_TEXT, "1", FROM, HELP, ""}}},
    {"msg-body-8bit.msg", {{JUERGEN, RA_FOUND_TEXT, "1", FROM, HELP, ""}}},
    {"msg-html.msg", {{JUERGEN, RA_FOUND_TEXT, "2", FROM, HELP, ""}}},
    {"msg-rtf.msg", {{JUERGEN, RA_FOUND_TEXT, "2", FROM, HELP, ""}}},
    {"msg-rtf-html.msg", {{JUERGEN, RA_FOUND_TEXT, "2", FROM, HELP, ""}}},
    {"msg-embedded.msg", {{JUERGEN, RA_FOUND_ATTACHMENT, "1.2", FROM, HELP, NAMED}}},
    {"msg-msg.msg", {{JUERGEN, RA_FOUND_ATTACHMENT, "1.2", FROM, HELP, NAMED}}},
    {"msg-winmail.msg",
     {{JUERGEN, RA_FOUND_ATTACHMENT, "1.2", "desk@example.com", "FW: help", NAMED}}},
    {"msg-rfc822.msg", {{JUERGEN, RA_FOUND_ATTACHMENT, "1.2", FROM, "help", NAMED}}},
    {"msg-microsoft.msg", {{"x", RA_FOUND_ATTACHMENT, "2", FROM, HELP, "RATicket.MsRcIncident"}}},
    {"msg-cut.msg", {{NULL}}, .damaged = 1},
    {"msg-nothing.msg", {{NULL}}},
    {"word.doc", {{NULL}}},
};

static GBytes *load(const char *name)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "mailer-open", "data", name, NULL);
    char *data = NULL;
    gsize size = 0;
    g_autoptr(GError) error = NULL;
    (void)g_file_get_contents(path, &data, &size, &error);
    g_assert_no_error(error);
    return g_bytes_new_take(data, size);
}

static void test_case(gconstpointer data)
{
    const gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(GBytes) bytes = load(cases[i].file);
    g_autoptr(RaExtraction) extraction = ra_extract_bytes(bytes, NULL, NULL);
    g_assert_cmpuint(extraction->damaged, ==, cases[i].damaged);
    g_assert_cmpuint(extraction->foreign, ==, 0); /* those that can be read are found */
    g_assert_no_error(extraction->limit);
    guint n = 0;
    for (; n < 2 && cases[i].found[n].name != NULL; n++) {
        const Expected *expected = &cases[i].found[n];
        g_assert_cmpuint(extraction->found->len, >, n);
        const RaFound *found = extraction->found->pdata[n];
        g_assert_cmpstr(ra_found_name(found), ==, expected->name);
        g_assert_cmpint(found->as, ==, expected->as);
        g_assert_cmpstr(found->part, ==, expected->part);
        g_assert_cmpstr(found->file_name, ==, expected->file_name);
        g_assert_nonnull(found->message);
        g_assert_cmpstr(found->message->from_address, ==, expected->from);
        g_assert_cmpstr(found->message->subject, ==, expected->subject);
    }
    g_assert_cmpuint(extraction->found->len, ==, n);
}

static gboolean keep(const void *data, gsize size, gpointer user)
{
    g_string_append_len(user, data, (gssize)size);
    return TRUE;
}

/* What ra-unpack does, in this process, where a sanitizer sees each byte that is read. */
static RaOutlookResult unpack_here(const guint8 *data, gsize size, GString *out)
{
    g_autofree guint8 *exact = g_memdup2(data, size);
    g_autoptr(RaOutlookMail) mail = ra_outlook_mail_new(keep, out);
    return ra_outlook_unpack(mail, exact, size);
}

static const char *const robust[] = {"winmail-properties.dat", "winmail-embedded.dat",
                                     "winmail-rtf.dat",        "usual.msg",
                                     "msg-embedded.msg",       "msg-rtf-html.msg"};

static void keep_quiet(const char *domain, GLogLevelFlags level, const char *text, gpointer user)
{
    if (level & G_LOG_LEVEL_ERROR)
        g_log_default_handler(domain, level, text, user);
}

/* Cut after each byte: what is left is read as far as it goes. */
static void test_cut(gconstpointer data)
{
    g_autoptr(GBytes) bytes = load(data);
    gsize size = 0;
    const guint8 *document = g_bytes_get_data(bytes, &size);
    guint whole = 0;
    for (gsize n = 0; n <= size; n++) {
        g_autoptr(GString) mail = g_string_new(NULL);
        const RaOutlookResult result = unpack_here(document, n, mail);
        whole += result == RA_OUTLOOK_WHOLE ? 1 : 0;
        if (n < 4)
            g_assert_cmpint(result, ==, RA_OUTLOOK_OTHER);
        if (n == size)
            g_assert_cmpint(result, ==, RA_OUTLOOK_WHOLE);
    }
    g_assert_cmpuint(whole, <, size / 8);
}

/* A few bytes changed at random, always the same ones in the same order. */
static void test_altered(gconstpointer data)
{
    static const guint8 evil[] = {0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF};
    g_autoptr(GBytes) bytes = load(data);
    gsize size = 0;
    const guint8 *document = g_bytes_get_data(bytes, &size);
    g_autoptr(GRand) rand = g_rand_new_with_seed(4);
    g_test_timer_start();
    for (guint round = 0; round < 3000 && g_test_timer_elapsed() < 5; round++) {
        g_autofree guint8 *copy = g_memdup2(document, size);
        g_autoptr(GString) mail = g_string_new(NULL);
        for (guint i = g_rand_int_range(rand, 1, 8); i > 0; i--)
            copy[g_rand_int_range(rand, 4, (gint32)size)] =
                g_rand_boolean(rand) ? evil[g_rand_int_range(rand, 0, G_N_ELEMENTS(evil))]
                                     : (guint8)g_rand_int(rand);
        (void)unpack_here(copy, size, mail);
        g_autoptr(GBytes) out = g_bytes_new(mail->str, mail->len);
        g_autoptr(RaExtraction) extraction = ra_extract_bytes(out, NULL, NULL);
        g_assert_cmpuint(extraction->found->len, <=, 2);
    }
}

/* The document in LEVELS messages around each other, each in base64. */
static void test_levels(void)
{
    for (guint levels = 1; levels <= 8; levels++) {
        g_autoptr(GBytes) document = load("winmail.dat");
        g_autofree guint8 *inner =
            g_memdup2(g_bytes_get_data(document, NULL), g_bytes_get_size(document));
        gsize size = g_bytes_get_size(document);
        for (guint i = 1; i < levels; i++) {
            /* One attachment, no properties: signature, key, rend data, data. */
            g_autoptr(GByteArray) around = g_byte_array_new();
            const guint32 length = GUINT32_TO_LE((guint32)size);
            g_byte_array_append(around, (const guint8 *)"\x78\x9F\x3E\x22\1\0", 6);
            g_byte_array_append(around, (const guint8 *)"\2\2\x90\6\0\0\0\0\0\0\0", 11);
            g_byte_array_append(around, (const guint8 *)"\2\x0F\x80\6\0", 5);
            g_byte_array_append(around, (const guint8 *)&length, 4);
            g_byte_array_append(around, inner, (guint)size);
            g_byte_array_append(around, (const guint8 *)"\0\0", 2);
            g_free(inner);
            size = around->len;
            inner = g_memdup2(around->data, size);
        }
        g_autoptr(GBytes) bytes = g_bytes_new(inner, size);
        g_autoptr(RaExtraction) extraction = ra_extract_bytes(bytes, NULL, NULL);
        const gboolean allowed = levels <= RA_EXTRACT_WRAPPED_MAX + 1;
        g_assert_cmpuint(extraction->found->len, ==, allowed ? 1 : 0);
        g_assert_cmpint(extraction->limit == NULL, ==, allowed);
    }
}

/* In a mailbox each message counts by itself, and a damaged document is that message's alone. */
static void test_mailbox(void)
{
    g_autoptr(GBytes) whole = load("winmail.eml");
    g_autoptr(GBytes) cut = load("msg-cut.msg");
    g_autofree char *code = g_base64_encode(g_bytes_get_data(cut, NULL), g_bytes_get_size(cut));
    g_autoptr(GString) mailbox = g_string_new("From a Sat Nov 21 10:00:00 2026\n");
    g_string_append_printf(mailbox,
                           "From: a@example.org\nContent-Transfer-Encoding: base64\n"
                           "Content-Type: application/vnd.ms-outlook\n\n%s\n\n"
                           "From a Sat Nov 21 10:00:00 2026\n",
                           code);
    g_string_append_len(mailbox, g_bytes_get_data(whole, NULL), (gssize)g_bytes_get_size(whole));
    g_autoptr(GBytes) bytes = g_bytes_new(mailbox->str, mailbox->len);
    g_autoptr(RaExtraction) extraction = ra_extract_bytes(bytes, NULL, NULL);
    g_assert_cmpuint(extraction->damaged, ==, 1);
    g_assert_error(extraction->problem, RA_ERROR, RA_ERROR_MALFORMED);
    g_assert_nonnull(strstr(extraction->problem->message, ".msg"));
    g_assert_cmpuint(extraction->found->len, ==, 1);
    const RaFound *found = extraction->found->pdata[0];
    g_assert_cmpuint(found->mailbox_index, ==, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    /* libgsf complains about what it is given, and goes on. */
    g_log_set_always_fatal(G_LOG_LEVEL_ERROR);
    (void)g_log_set_default_handler(keep_quiet, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strdup_printf("/mailer/outlook/%s", cases[i].file);
        g_test_add_data_func(name, GSIZE_TO_POINTER(i), test_case);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(robust); i++) {
        g_autofree char *cut = g_strdup_printf("/mailer/outlook/cut/%s", robust[i]);
        g_autofree char *altered = g_strdup_printf("/mailer/outlook/altered/%s", robust[i]);
        g_test_add_data_func(cut, robust[i], test_cut);
        g_test_add_data_func(altered, robust[i], test_altered);
    }
    g_test_add_func("/mailer/outlook/levels", test_levels);
    g_test_add_func("/mailer/outlook/mailbox", test_mailbox);
    return g_test_run();
}
