/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Microsoft's invitations: what is read, and what is refused. */
#include "ticket/msra.h"
#include "tests/ticket/tests.h"

#include <string.h>

static RaMsra *parse_text(const char *text)
{
    g_autoptr(GError) error = NULL;
    RaMsra *msra = ra_msra_parse(text, strlen(text), &error);
    g_assert_no_error(error);
    return msra;
}

#define TICKET1 \
    "65538,1,10.0.0.1:3389;[fe80::2%251]:3390;a.example.org:3391;,*,c2Vzc2lvbg==,*,*,aGFzaA=="
#define HEAD "<?xml version=\"1.0\" encoding=\"Unicode\" ?><UPLOADINFO TYPE=\"Escalated\">"
#define WHEN "DtStart=\"1000\" DtLength=\"60\""
#define TAIL "</UPLOADINFO>"
#define GOOD                                                                          \
    "<UPLOADDATA USERNAME=\"Anna\" RCTICKET=\"" TICKET1 "\" RCTICKETENCRYPTED=\"1\" " \
    "PassStub=\"o2*5GdBARK_JBB\" " WHEN " L=\"0\"/>"

/* NAME NULL: refused. PASS_STUB NULL: has none. */
static const struct {
    const char *what, *text, *name, *pass_stub;
} documents[] = {
    {"as written", HEAD GOOD TAIL, "Anna", "o2*5GdBARK_JBB"},
    {"another order, single quotes, line ends",
     "<UPLOADINFO\r\nTYPE='Escalated'>\r\n<UPLOADDATA L='0'\r\nDtLength='60' PassStub='say "
     "\"hi\"'\r\n"
     "DtStart='1000' RCTICKETENCRYPTED='1' RCTICKET='" TICKET1 "' USERNAME='Anna'>\r\n"
     "</UPLOADDATA></UPLOADINFO>\r\n",
     "Anna", "say \"hi\""},
    {"entities",
     HEAD "<UPLOADDATA USERNAME=\"J&#xFC;rgen &#38; A&lt;B&gt;\" RCTICKET=\"" TICKET1
          "\" PassStub=\"a&amp;b&quot;c\" " WHEN "/>" TAIL,
     "J\xC3\xBCrgen & A<B>", "a&b\"c"},
    {"entities left out",
     HEAD "<UPLOADDATA USERNAME=\"A<B & C\" RCTICKET=\"" TICKET1 "\" PassStub=\"W&1Ab&&\" " WHEN
          "/>" TAIL,
     "A<B & C", "W&1Ab&&"},
    {"no white space between attributes",
     HEAD "<UPLOADDATA USERNAME=\"Anna\"RCTICKET='" TICKET1 "'PassStub=\"x\"DtStart=\"1000\""
          "DtLength=\"60\"/>" TAIL,
     "Anna", "x"},
    {"wrapped inside quotes",
     HEAD "<UPLOADDATA USERNAME=\"Anna\" RCTICKET=\"65538,1,10.0.0.1:3389;[fe80::2%251]:33\r\n90;"
          "a.example.org:3391,*,c2Vzc2\nlvbg==,*,*,aGFzaA==\" " WHEN "/>" TAIL,
     "Anna", NULL},
    {"UTF-8 name",
     HEAD "<UPLOADDATA USERNAME=\"J\xC3\xBCrgen\" RCTICKET=\"" TICKET1 "\" " WHEN "/>" TAIL,
     "J\xC3\xBCrgen", NULL},
    {"Windows-1252 name",
     HEAD "<UPLOADDATA USERNAME=\"J\xFCrgen \x80\x81\" RCTICKET=\"" TICKET1 "\" " WHEN "/>" TAIL,
     "J\xC3\xBCrgen \xE2\x82\xAC\xC2\x81", NULL},
    {"declared as Windows-1251",
     "<?xml version='1.0' encoding='windows-1251'?><UPLOADINFO TYPE='Escalated'>"
     "<UPLOADDATA USERNAME='\xC0\xED\xED\xE0' RCTICKET='" TICKET1 "' " WHEN "/>" TAIL,
     "\xD0\x90\xD0\xBD\xD0\xBD\xD0\xB0", NULL},
    {"a byte order mark against the declaration",
     "\xEF\xBB\xBF<?xml version='1.0' encoding='windows-1252'?><UPLOADINFO TYPE='Escalated'>"
     "<UPLOADDATA USERNAME='J\xC3\xBCrgen' RCTICKET='" TICKET1 "' " WHEN "/>" TAIL,
     "J\xC3\xBCrgen", NULL},
    {"byte order mark, comment", "\xEF\xBB\xBF<!-- \"a\"b --> <UPLOADINFO TYPE=\"E\">" GOOD TAIL,
     "Anna", "o2*5GdBARK_JBB"},
    {"a footer", HEAD GOOD TAIL "\n-- \nA list <http://lists.example.org>\n", "Anna",
     "o2*5GdBARK_JBB"},
    {"no name", HEAD "<UPLOADDATA RCTICKET=\"" TICKET1 "\" " WHEN "/>" TAIL, "", NULL},
    {"more than is known",
     HEAD "<EXTRA/><UPLOADDATA NEW=\"1\" USERNAME=\"Anna\" RCTICKET=\"" TICKET1 "\" " WHEN
          "/>" TAIL,
     "Anna", NULL},
    {"DOCTYPE", "<!DOCTYPE UPLOADINFO><UPLOADINFO TYPE=\"E\">" GOOD TAIL, NULL, NULL},
    {"an entity of its own",
     "<!DOCTYPE UPLOADINFO [<!ENTITY a 'Anna'>]><UPLOADINFO TYPE=\"E\"><UPLOADDATA "
     "USERNAME=\"&a;\" RCTICKET=\"" TICKET1 "\" " WHEN "/>" TAIL,
     NULL, NULL},
    {"an unknown entity",
     HEAD "<UPLOADDATA USERNAME=\"&a;\" RCTICKET=\"" TICKET1 "\" " WHEN "/>" TAIL, NULL, NULL},
    {"a zero as entity",
     HEAD "<UPLOADDATA USERNAME=\"&#0;\" RCTICKET=\"" TICKET1 "\" " WHEN "/>" TAIL, NULL, NULL},
    {"no TYPE", "<UPLOADINFO>" GOOD TAIL, NULL, NULL},
    {"two", HEAD GOOD GOOD TAIL, NULL, NULL},
    {"none", HEAD TAIL, NULL, NULL},
    {"cut", HEAD GOOD, NULL, NULL},
    {"an attribute twice",
     HEAD "<UPLOADDATA USERNAME=\"a\" USERNAME=\"b\" RCTICKET=\"" TICKET1 "\" " WHEN "/>" TAIL,
     NULL, NULL},
    {"no end", HEAD "<UPLOADDATA USERNAME=\"Anna\" RCTICKET=\"" TICKET1 "\" DtStart=\"1\"/>" TAIL,
     NULL, NULL},
    {"an end beyond time",
     HEAD "<UPLOADDATA RCTICKET=\"" TICKET1 "\" DtStart=\"1\" DtLength=\"4294967296\"/>" TAIL, NULL,
     NULL},
    {"an end in hexadecimal",
     HEAD "<UPLOADDATA RCTICKET=\"" TICKET1 "\" DtStart=\"1\" DtLength=\"0x10\"/>" TAIL, NULL,
     NULL},
    {"no way to connect", HEAD "<UPLOADDATA " WHEN "/>" TAIL, NULL, NULL},
    {"half a byte", HEAD "<UPLOADDATA LHTICKET=\"0\" " WHEN "/>" TAIL, NULL, NULL},
    {"half a block", HEAD "<UPLOADDATA LHTICKET=\"0011223344556677\" " WHEN "/>" TAIL, NULL, NULL},
    {"no hexadecimal",
     HEAD "<UPLOADDATA LHTICKET=\"0011223344556677889900112233445G\" " WHEN "/>" TAIL, NULL, NULL},
};

static void test_documents(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(documents); i++) {
        g_autoptr(GError) error = NULL;
        const char *text = documents[i].text;
        g_test_message("%s", documents[i].what);
        g_assert_true(ra_msra_looks_like(text, strlen(text)));
        g_autoptr(RaMsra) msra = ra_msra_parse(text, strlen(text), &error);
        if (documents[i].name == NULL) {
            g_assert_null(msra);
            g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
            continue;
        }
        g_assert_no_error(error);
        g_assert_cmpstr(ra_msra_name(msra), ==, documents[i].name);
        g_assert_cmpstr(ra_msra_pass_stub(msra), ==, documents[i].pass_stub);
        g_assert_cmpint(ra_msra_needs_password(msra), ==, documents[i].pass_stub != NULL);
        g_assert_cmpint(ra_msra_start(msra), ==, 1000);
        g_assert_cmpint(ra_msra_end(msra), ==, 4600);
        g_autoptr(RaSecret) password = test_secret("x");
        g_autoptr(RaMsraOpened) opened = ra_msra_open(msra, password, &error);
        g_assert_no_error(error);
        g_autofree char *hosts = g_strjoinv(" ", opened->hosts);
        g_assert_cmpstr(hosts, ==, "10.0.0.1:3389 [fe80::2%251]:3390 a.example.org:3391");
        g_assert_cmpstr(opened->session_id, ==, "c2Vzc2lvbg==");
        g_assert_cmpstr(opened->key_hash, ==, "aGFzaA==");
    }
}

/* In UTF-16 and UTF-8, with and without a mark, with what mail may have added behind. */
static void test_utf16(void)
{
    static const struct {
        const char *charset, *mark, *behind;
        gsize mark_size, behind_size;
    } cases[] = {
        {"UTF-16LE", "\xFF\xFE", "", 2, 0},
        {"UTF-16BE", "\xFE\xFF", "", 2, 0},
        {"UTF-16LE", "", "", 0, 0},
        {"UTF-16BE", "", "", 0, 0},
        {"UTF-16LE", "\xFF\xFE", "\n", 2, 1},
        {"UTF-16LE", "\xFF\xFE", "\0\0", 2, 2},
        {"UTF-16BE", "\xFE\xFF", "\0\r\0\n", 2, 4},
        {"UTF-8", "", "\0", 0, 1},
        {"UTF-8", "\xEF\xBB\xBF", "\r\n\0", 3, 3},
    };
    static const char text[] =
        HEAD "<UPLOADDATA USERNAME=\"J\xC3\xBCrgen \xF0\x9F\x98\x80\" RCTICKET=\"" TICKET1
             "\" PassStub=\"a&amp;b\" " WHEN "/>" TAIL;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gsize size = 0;
        g_autoptr(GError) error = NULL;
        g_autofree char *wide = g_convert(text, -1, cases[i].charset, "UTF-8", NULL, &size, &error);
        g_assert_no_error(error);
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_byte_array_append(bytes, (const guint8 *)cases[i].mark, (guint)cases[i].mark_size);
        g_byte_array_append(bytes, (const guint8 *)wide, (guint)size);
        g_byte_array_append(bytes, (const guint8 *)cases[i].behind, (guint)cases[i].behind_size);
        g_assert_true(ra_msra_looks_like(bytes->data, bytes->len));
        g_autoptr(RaMsra) msra = ra_msra_parse(bytes->data, bytes->len, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(ra_msra_name(msra), ==, "J\xC3\xBCrgen \xF0\x9F\x98\x80");
        g_assert_cmpstr(ra_msra_pass_stub(msra), ==, "a&b");
    }
}

static void test_not_ours(void)
{
    g_autoptr(GBytes) ticket = test_ticket();
    g_assert_false(ra_msra_looks_like(g_bytes_get_data(ticket, NULL), g_bytes_get_size(ticket)));
    g_assert_false(ra_msra_looks_like("", 0));
    g_assert_false(ra_msra_looks_like("\xFF\xFE", 2));
    g_assert_false(ra_msra_looks_like("\0\0\0\0", 4));
    g_assert_false(ra_msra_looks_like("see <UPLOADINFO", 15));
    g_autoptr(GError) error = NULL;
    static const char zero[] = HEAD GOOD "\0" TAIL;
    g_assert_null(ra_msra_parse(zero, sizeof zero - 1, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
    g_clear_error(&error);
    g_autofree char *large = g_strnfill(RA_MSRA_MAX + 1, ' ');
    g_assert_null(ra_msra_parse(large, RA_MSRA_MAX + 1, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
}

/* Connection strings of the first kind. HOSTS NULL: refused. */
static void test_lists(void)
{
    static const struct {
        const char *list, *hosts;
    } cases[] = {
        {"10.0.0.1:3389", "10.0.0.1:3389"},
        {"10.0.0.1:1;10.0.0.1:65535", "10.0.0.1:1 10.0.0.1:65535"},
        {";10.0.0.1:3389;", "10.0.0.1:3389"},
        {" 10.0.0.1 : 3389 ", "10.0.0.1:3389"},
        {"fe80::1%3:3389", "[fe80::1%3]:3389"},
        {"2001:db8::1:3389", "[2001:db8::1]:3389"},
        {"m\xC3\xBCller-pc:3389", "m\xC3\xBCller-pc:3389"},
        {"", NULL},
        {";", NULL},
        {"10.0.0.1", NULL},
        {"10.0.0.1:", NULL},
        {"10.0.0.1:0", NULL},
        {"10.0.0.1:65536", NULL},
        {"10.0.0.1:+1", NULL},
        {":3389", NULL},
        {"1:2:3389", NULL},
        {"/tmp/socket:3389", NULL},
        {"|:3389", NULL},
        {"a?b:3389", NULL},
        {"fe80::1%:3389", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = g_strdup_printf(
            HEAD "<UPLOADDATA RCTICKET=\"65538,1,%s,*,aQ==,*,*,aA==\" " WHEN "/>" TAIL,
            cases[i].list);
        g_test_message("%s", cases[i].list);
        g_autoptr(RaMsra) msra = ra_msra_parse(text, strlen(text), &error);
        if (cases[i].hosts == NULL) {
            g_assert_null(msra);
            g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
            continue;
        }
        g_assert_no_error(error);
        g_autoptr(RaMsraOpened) opened = ra_msra_open(msra, NULL, &error);
        g_assert_no_error(error);
        g_autofree char *hosts = g_strjoinv(" ", opened->hosts);
        g_assert_cmpstr(hosts, ==, cases[i].hosts);
    }
}

/* Connection strings of the second kind, sealed here. HOSTS NULL: refused. */
static const struct {
    const char *what, *text, *hosts, *uris, *hash;
} strings[] = {
    {"Windows of 2024: KH2 and a certificate",
     "<E><A KH=\"a2g=\" KH2=\"sha256:a2gy\" CE=\"MIIC&#xA;AQAB&#xA;\" ID=\"aWQ=\"/><C><T ID=\"1\" "
     "SID=\"0\"><L P=\"49200\" N=\"2001:db8::1\"/><L P=\"49201\" N=\"10.0.0.1\"/></T></C></E>",
     "[2001:db8::1]:49200 10.0.0.1:49201", "", "sha256:a2gy"},
    {"other quotes and order, two kinds of transport",
     "<E>\r\n<C><T SID='0' ID='1'><L N='pc' P='1'/></T><T ID='2' SID='0'><L N='10.0.0.2' P='2'/>"
     "</T></C><A ID='aWQ='/></E>\r\n",
     "pc:1 10.0.0.2:2", "", ""},
    {"WebSockets",
     "<E><A KH=\"a2g=\" ID=\"aWQ=\"/><C><T ID=\"1\" SID=\"0\"><L P=\"5\" N=\"10.0.0.1\"/>"
     "<L U=\"wss://a.example.org:443/ra?x=1&amp;y=2\"/></T></C></E>",
     "10.0.0.1:5", "wss://a.example.org:443/ra?x=1&y=2", "a2g="},
    {"no ID", "<E><A KH=\"a\"/><C><T><L P=\"5\" N=\"h\"/></T></C></E>", NULL, NULL, NULL},
    {"no A", "<E><C><T><L P=\"5\" N=\"h\"/></T></C></E>", NULL, NULL, NULL},
    {"no address", "<E><A ID=\"a\"/><C><T/></C></E>", NULL, NULL, NULL},
    {"no port", "<E><A ID=\"a\"/><C><T><L N=\"h\"/></T></C></E>", NULL, NULL, NULL},
    {"port 0", "<E><A ID=\"a\"/><C><T><L P=\"0\" N=\"h\"/></T></C></E>", NULL, NULL, NULL},
    {"another root", "<F><A ID=\"a\"/><C><T><L P=\"5\" N=\"h\"/></T></C></F>", NULL, NULL, NULL},
    {"DOCTYPE", "<!DOCTYPE E><E><A ID=\"a\"/><C><T><L P=\"5\" N=\"h\"/></T></C></E>", NULL, NULL,
     NULL},
    {"cut", "<E><A ID=\"a\"/><C><T><L P=\"5\" N=\"h\"/></T></C>", NULL, NULL, NULL},
};

static void test_strings(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(strings); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(RaSecret) password = test_secret("4XYZ");
        g_autofree char *sealed =
            ra_msra_encrypt(strings[i].text, strlen(strings[i].text), password, &error);
        g_assert_no_error(error);
        g_autofree char *text =
            g_strdup_printf(HEAD "<UPLOADDATA USERNAME=\"Anna\" LHTICKET=\"%s\" "
                                 "PassStub=\"x\" " WHEN "/>" TAIL,
                            sealed);
        g_test_message("%s", strings[i].what);
        g_autoptr(RaMsra) msra = parse_text(text);
        g_autoptr(RaMsraOpened) opened = ra_msra_open(msra, password, &error);
        if (strings[i].hosts == NULL) {
            g_assert_null(opened);
            g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
            continue;
        }
        g_assert_no_error(error);
        g_autofree char *hosts = g_strjoinv(" ", opened->hosts);
        g_autofree char *uris = g_strjoinv(" ", opened->uris);
        g_assert_cmpstr(hosts, ==, strings[i].hosts);
        g_assert_cmpstr(uris, ==, strings[i].uris);
        g_assert_cmpstr(opened->session_id, !=, "");
        g_assert_cmpstr(opened->key_hash, ==, strings[i].hash);
        g_assert_true(opened->password_checked);
    }
}

#define SAMPLE "<E><A ID=\"a\"/><C><T><L P=\"5\" N=\"h\"/></T></C></E>"

/* Passwords that are not ASCII, as Windows has them: UTF-16. */
static void test_password_text(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaSecret) password = test_secret("P\xC3\xA4\xC3\x9F \xF0\x9F\x98\x80");
    g_autofree char *sealed = ra_msra_encrypt(SAMPLE, strlen(SAMPLE), password, &error);
    g_assert_no_error(error);
    g_autofree char *text =
        g_strdup_printf(HEAD "<UPLOADDATA LHTICKET=\"%s\" " WHEN "/>" TAIL, sealed);
    g_autoptr(RaMsra) msra = parse_text(text);
    g_autoptr(RaMsraOpened) opened = ra_msra_open(msra, password, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(opened->hosts[0], ==, "h:5");
    g_assert_null(ra_msra_encrypt_pass_stub(msra, password, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
    g_clear_error(&error);
    g_assert_null(ra_msra_encrypt("\xF0", 1, password, &error)); /* cut in a character */
    g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
}

/* A helper's name in another charset, cut in a character. */
static void test_expert_bytes(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaMsra) msra = parse_text(HEAD GOOD TAIL);
    g_autoptr(RaSecret) password = test_secret("x");
    g_autoptr(RaSecret) blob = ra_msra_expert_blob(msra, "J\xF0", password, &error);
    g_assert_no_error(error);
    g_assert_true(g_str_has_prefix(ra_secret_text(blob), "7;NAME=J\xEF\xBF\xBD"
                                                         "69;PASS="));
    g_assert_null(ra_msra_expert_blob(msra, "J", NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_PASSWORD);
}

/* Version 1 without a password; and where it does not say. */
static void test_no_password(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaMsra) msra =
        parse_text(HEAD "<UPLOADDATA RCTICKET=\"" TICKET1
                        "\" RCTICKETENCRYPTED=\"0\" PassStub=\"x\" " WHEN "/>" TAIL);
    g_assert_false(ra_msra_needs_password(msra));
    g_autoptr(RaMsraOpened) opened = ra_msra_open(msra, NULL, &error);
    g_assert_no_error(error);
    g_assert_false(opened->password_checked);
}

void add_msra_tests(void)
{
    g_test_add_func("/msra/documents", test_documents);
    g_test_add_func("/msra/utf-16", test_utf16);
    g_test_add_func("/msra/not-ours", test_not_ours);
    g_test_add_func("/msra/lists", test_lists);
    g_test_add_func("/msra/strings", test_strings);
    g_test_add_func("/msra/password-text", test_password_text);
    g_test_add_func("/msra/expert-bytes", test_expert_bytes);
    g_test_add_func("/msra/no-password", test_no_password);
}
