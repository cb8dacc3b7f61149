/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is a ticket, and what is not. */
#include "tests/ticket/tests.h"

#include <string.h>

#define HEAD                                       \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" \
    "<ticket xmlns=\"urn:remote-assistance:ticket:1\" version=\"1\">\n"
#define WHO    "<name>Anna</name>\n<address>a@b.example</address>\n"
#define WHEN   "<start>2026-11-21T09:00:00Z</start><end>2026-11-21T10:00:00Z</end>\n"
#define SALT   "AAAAAAAAAAAAAAAAAAAAAA=="
#define NONCE  "AAAAAAAAAAAAAAAA"
#define PASS   "<password kdf=\"scrypt\" n=\"131072\" r=\"8\" p=\"1\" salt=\"" SALT "\"/>"
#define CIPHER "<cipher name=\"aes-256-gcm\" nonce=\"" NONCE "\"/>"
#define HOW    "<sealing>" PASS CIPHER "</sealing>\n"
#define BODY   "<sealed>AAAAAAAAAAAAAAAAAAAAAAAA</sealed>\n"
#define TAIL   "</ticket>\n"

/* NAME NULL: refused. */
static const struct {
    const char *what, *text, *name;
} documents[] = {
    {"as written", HEAD WHO WHEN HOW BODY TAIL, "Anna"},
    {"no declaration",
     "<ticket xmlns='urn:remote-assistance:ticket:1' version='1'>" WHO WHEN HOW BODY TAIL, "Anna"},
    {"byte order mark", "\xEF\xBB\xBF" HEAD WHO WHEN HOW BODY TAIL, "Anna"},
    {"prefix",
     "<t:ticket xmlns:t='urn:remote-assistance:ticket:1' version='1'><t:name>A</t:name>"
     "<t:address/><t:start>2026-11-21T09:00:00Z</t:start><t:end>2026-11-21T10:00:00Z</t:end>"
     "<t:sealing><t:password salt='" SALT "' p='1' r='8' n='131072' kdf='scrypt'/>"
     "<t:cipher nonce='" NONCE "' name='aes-256-gcm'/></t:sealing>"
     "<t:sealed>AAAAAAAAAAAAAAAAAAAAAAAA</t:sealed></t:ticket>",
     "A"},
    {"both seals",
     HEAD WHO WHEN "<sealing>" PASS "<certificates envelope=\"cms\"/>" CIPHER
                   "</sealing>" BODY TAIL,
     "Anna"},
    {"white space in the name",
     HEAD "<name>\r\n Anna\t\n Nova </name><address/>" WHEN HOW BODY TAIL, "Anna Nova"},
    {"spaced sealed part",
     HEAD WHO WHEN HOW "<sealed> AAAA\r\nAAAAAAAAAAA\tAAAAAAAAA </sealed>" TAIL, "Anna"},
    {"references", HEAD "<name>A&amp;&lt;&#66;&#x43;</name><address/>" WHEN HOW BODY TAIL, "A&<BC"},
    {"no name is a name", HEAD "<name/><address/>" WHEN HOW BODY TAIL, ""},
    {"nothing", "", NULL},
    {"not XML", "Dear helper,", NULL},
    {"cut", HEAD WHO WHEN HOW, NULL},
    {"other root", "<other xmlns='urn:remote-assistance:ticket:1' version='1'/>", NULL},
    {"other namespace", "<ticket xmlns='urn:other' version='1'>" WHO WHEN HOW BODY TAIL, NULL},
    {"no namespace", "<ticket version='1'>" WHO WHEN HOW BODY TAIL, NULL},
    {"no version", "<ticket xmlns='urn:remote-assistance:ticket:1'>" WHO WHEN HOW BODY TAIL, NULL},
    {"foreign attribute",
     "<ticket xmlns='urn:remote-assistance:ticket:1' version='1' a='b'>" WHO WHEN HOW BODY TAIL,
     NULL},
    {"foreign namespace",
     "<ticket xmlns='urn:remote-assistance:ticket:1' xmlns:x='urn:x' version='1'>" WHO WHEN HOW BODY
         TAIL,
     NULL},
    {"xml:space on the name",
     HEAD "<name xml:space='preserve'>A</name><address/>" WHEN HOW BODY TAIL, NULL},
    {"DOCTYPE",
     "<!DOCTYPE ticket><ticket xmlns='urn:remote-assistance:ticket:1' version='1'>" WHO WHEN HOW
         BODY TAIL,
     NULL},
    {"entity",
     "<!DOCTYPE ticket [<!ENTITY n 'Anna'>]><ticket "
     "xmlns='urn:remote-assistance:ticket:1' version='1'><name>&n;</name><address/>" WHEN HOW BODY
         TAIL,
     NULL},
    {"external entity",
     "<!DOCTYPE ticket [<!ENTITY n SYSTEM 'file:///etc/passwd'>]><ticket "
     "xmlns='urn:remote-assistance:ticket:1' version='1'><name>&n;</name><address/>" WHEN HOW BODY
         TAIL,
     NULL},
    {"undeclared entity", HEAD "<name>&n;</name><address/>" WHEN HOW BODY TAIL, NULL},
    {"comment", HEAD "<!-- c -->" WHO WHEN HOW BODY TAIL, NULL},
    {"comment in the name", HEAD "<name>A<!-- c -->B</name><address/>" WHEN HOW BODY TAIL, NULL},
    {"comment before", "<!-- c -->" HEAD WHO WHEN HOW BODY TAIL, NULL},
    {"comment behind", HEAD WHO WHEN HOW BODY TAIL "<!-- c -->", NULL},
    {"instruction", HEAD "<?pi x?>" WHO WHEN HOW BODY TAIL, NULL},
    {"stylesheet", "<?xml-stylesheet href='x'?>" WHO WHEN HOW BODY TAIL, NULL},
    {"CDATA", HEAD "<name><![CDATA[A]]></name><address/>" WHEN HOW BODY TAIL, NULL},
    {"inclusion",
     HEAD "<name><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' "
          "href='/etc/passwd'/></name><address/>" WHEN HOW BODY TAIL,
     NULL},
    {"text where none belongs", HEAD "x" WHO WHEN HOW BODY TAIL, NULL},
    {"text in sealing", HEAD WHO WHEN "<sealing>x" PASS CIPHER "</sealing>" BODY TAIL, NULL},
    {"text in password",
     HEAD WHO WHEN "<sealing><password kdf='scrypt' n='131072' r='8' p='1' salt='" SALT
                   "'>x</password>" CIPHER "</sealing>" BODY TAIL,
     NULL},
    {"no-break space between", HEAD "\xC2\xA0" WHO WHEN HOW BODY TAIL, NULL},
    {"element in the name", HEAD "<name>A<b/></name><address/>" WHEN HOW BODY TAIL, NULL},
    {"name twice", HEAD "<name>A</name>" WHO WHEN HOW BODY TAIL, NULL},
    {"address missing", HEAD "<name>A</name>" WHEN HOW BODY TAIL, NULL},
    {"order", HEAD "<address>a@b.example</address><name>A</name>" WHEN HOW BODY TAIL, NULL},
    {"unknown element", HEAD WHO WHEN HOW BODY "<more/>" TAIL, NULL},
    {"sealed twice", HEAD WHO WHEN HOW BODY BODY TAIL, NULL},
    {"control in the name", HEAD "<name>A&#x7F;</name><address/>" WHEN HOW BODY TAIL, NULL},
    {"C1 control", HEAD "<name>A&#x85;B</name><address/>" WHEN HOW BODY TAIL, NULL},
    {"latin-1 bytes", HEAD "<name>J\xFCrgen</name><address/>" WHEN HOW BODY TAIL, NULL},
    {"declared latin-1",
     "<?xml version='1.0' encoding='ISO-8859-1'?><ticket xmlns='urn:remote-assistance:ticket:1' "
     "version='1'>" WHO WHEN HOW BODY TAIL,
     NULL},
    {"declared UTF-7",
     "<?xml version='1.0' encoding = \"utf-7\" ?><ticket xmlns='urn:remote-assistance:ticket:1' "
     "version='1'>" WHO WHEN HOW BODY TAIL,
     NULL},
    {"XML 1.1 name", "<?xml version='2.0'?><x/>", NULL},
    {"start not a date",
     HEAD WHO "<start>soon</start><end>2026-11-21T10:00:00Z</end>" HOW BODY TAIL, NULL},
    {"end before start",
     HEAD WHO "<start>2026-11-21T09:00:00Z</start><end>2026-11-21T08:00:00Z</end>" HOW BODY TAIL,
     NULL},
    {"59 seconds",
     HEAD WHO "<start>2026-11-21T09:00:00Z</start><end>2026-11-21T09:00:59Z</end>" HOW BODY TAIL,
     NULL},
    {"60 seconds",
     HEAD WHO "<start>2026-11-21T09:00:00Z</start><end>2026-11-21T09:01:00Z</end>" HOW BODY TAIL,
     "Anna"},
    {"30 days",
     HEAD WHO "<start>2026-11-01T09:00:00Z</start><end>2026-12-01T09:00:00Z</end>" HOW BODY TAIL,
     "Anna"},
    {"over 30 days",
     HEAD WHO "<start>2026-11-01T09:00:00Z</start><end>2026-12-01T09:00:01Z</end>" HOW BODY TAIL,
     NULL},
    {"not sealed", HEAD WHO WHEN "<sealing>" CIPHER "</sealing>" BODY TAIL, NULL},
    {"no cipher", HEAD WHO WHEN "<sealing>" PASS "</sealing>" BODY TAIL, NULL},
    {"other cipher",
     HEAD WHO WHEN "<sealing>" PASS "<cipher name='aes-128-gcm' nonce='" NONCE
                   "'/></sealing>" BODY TAIL,
     NULL},
    {"short nonce",
     HEAD WHO WHEN "<sealing>" PASS "<cipher name='aes-256-gcm' nonce='AAAA'/></sealing>" BODY TAIL,
     NULL},
    {"sealed not Base64", HEAD WHO WHEN HOW "<sealed>!!!!</sealed>" TAIL, NULL},
    {"sealed without padding", HEAD WHO WHEN HOW "<sealed>AAAAAAAAAAAAAAAAAAAAAAA</sealed>" TAIL,
     NULL},
    {"loose last bits", HEAD WHO WHEN HOW "<sealed>AAAAAAAAAAAAAAAAAAAAAAB=</sealed>" TAIL, NULL},
    {"padding in the middle", HEAD WHO WHEN HOW "<sealed>AAA=AAAAAAAAAAAAAAAAAAAA</sealed>" TAIL,
     NULL},
    {"no-break space in Base64",
     HEAD WHO WHEN HOW "<sealed>AAAA\xC2\xA0"
                       "AAAAAAAAAAAAAAAAAAAA</sealed>" TAIL,
     NULL},
    {"sealed too short", HEAD WHO WHEN HOW "<sealed>AAAAAAAAAAAAAAAAAAAAAA==</sealed>" TAIL, NULL},
    {"empty sealed", HEAD WHO WHEN HOW "<sealed/>" TAIL, NULL},
};

static void test_documents(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(documents); i++) {
        g_test_message("%s", documents[i].what);
        g_autoptr(GError) error = NULL;
        g_autoptr(RaTicket) ticket =
            ra_ticket_parse(documents[i].text, strlen(documents[i].text), &error);
        if (documents[i].name != NULL) {
            g_assert_no_error(error);
            g_assert_cmpstr(ra_ticket_name(ticket), ==, documents[i].name);
            g_assert_true(ra_ticket_looks_like(documents[i].text, strlen(documents[i].text)));
        } else {
            g_assert_null(ticket);
            g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
            g_assert_cmpuint(strcspn(error->message, "\r\n"), ==, strlen(error->message));
        }
    }
}

static void test_costs(void)
{
    static const struct {
        const char *n, *r, *p;
        gboolean good;
    } costs[] = {
        {"131072", "8", "1", TRUE},      {"16384", "8", "1", TRUE},
        {"524288", "8", "1", TRUE},      {"262144", "16", "1", TRUE},
        {"131072", "8", "4", TRUE},      {"8192", "16", "1", FALSE},
        {"16384", "7", "1", FALSE},      {"131073", "8", "1", FALSE},
        {"1048576", "4", "1", FALSE},    {"524288", "16", "1", FALSE},
        {"524288", "8", "2", FALSE},     {"131072", "17", "1", FALSE},
        {"131072", "8", "5", FALSE},     {"131072", "8", "0", FALSE},
        {"131072", "0", "1", FALSE},     {"0", "8", "1", FALSE},
        {"-1", "8", "1", FALSE},         {"131072", "08", "1", FALSE},
        {"131072", "+8", "1", FALSE},    {"131072", " 8", "1", FALSE},
        {"131072", "8x", "1", FALSE},    {"131072", "", "1", FALSE},
        {"4294967296", "8", "1", FALSE}, {"131072", "4294967304", "1", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(costs); i++) {
        g_test_message("n=%s r=%s p=%s", costs[i].n, costs[i].r, costs[i].p);
        g_autoptr(GError) error = NULL;
        g_autofree char *text = g_strdup_printf(
            HEAD WHO WHEN
            "<sealing><password kdf=\"scrypt\" n=\"%s\" r=\"%s\" p=\"%s\" salt=\"" SALT
            "\"/>" CIPHER "</sealing>" BODY TAIL,
            costs[i].n, costs[i].r, costs[i].p);
        g_autoptr(RaTicket) ticket = ra_ticket_parse(text, strlen(text), &error);
        g_assert_cmpint(ticket != NULL, ==, costs[i].good);
        if (!costs[i].good)
            g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
    }
}

static void test_dates(void)
{
    static const struct {
        const char *text;
        gint64 moment; /* -1: refused */
    } dates[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2026-11-21T09:00:00Z", TEST_START},
        {"9999-12-31T23:59:59Z", 253402300799},
        {"2028-02-29T00:00:00Z", 1835395200},
        {"2026-02-29T00:00:00Z", -1},
        {"2026-11-21T09:00:00", -1},
        {"2026-11-21T09:00:00z", -1},
        {"2026-11-21 09:00:00Z", -1},
        {"2026-11-21T09:00:00+00:00", -1},
        {"2026-11-21T09:00:00.0Z", -1},
        {"2026-11-21T24:00:00Z", -1},
        {"2026-11-21T09:60:00Z", -1},
        {"2026-11-21T09:00:60Z", -1},
        {"2026-13-21T09:00:00Z", -1},
        {"2026-00-21T09:00:00Z", -1},
        {"1969-12-31T23:59:59Z", -1},
        {"", -1},
        {"2026", -1},
        {"2026-11-21T09:00:00ZZ", -1},
        {"-026-11-21T09:00:00Z", -1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(dates); i++) {
        gint64 moment = -7;
        const gboolean good = ra_date_parse(dates[i].text, &moment);
        g_test_message("%s", dates[i].text);
        g_assert_cmpint(good, ==, dates[i].moment >= 0);
        g_assert_cmpint(moment, ==, good ? dates[i].moment : -7);
        g_autofree char *again = good ? ra_date_format(moment) : NULL;
        if (good)
            g_assert_cmpstr(again, ==, dates[i].text);
    }
    g_assert_null(ra_date_format(253402300800));
    g_assert_null(ra_date_format(-1));
}

static void test_utf16(void)
{
    static const char *const charsets[] = {"UTF-16LE", "UTF-16BE"};
    static const char *const marks[] = {"\xFF\xFE", "\xFE\xFF"};
    static const char text[] =
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?><ticket "
        "xmlns='urn:remote-assistance:ticket:1' version='1'>" WHO WHEN HOW BODY TAIL;
    for (gsize i = 0; i < G_N_ELEMENTS(charsets); i++) {
        g_autoptr(GError) error = NULL;
        gsize size = 0;
        g_autofree char *wide = g_convert(text, -1, charsets[i], "UTF-8", NULL, &size, NULL);
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_byte_array_append(bytes, (const guint8 *)marks[i], 2);
        g_byte_array_append(bytes, (const guint8 *)wide, (guint)size);
        g_assert_true(ra_ticket_looks_like(bytes->data, bytes->len));
        g_autoptr(RaTicket) ticket = ra_ticket_parse(bytes->data, bytes->len, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(ra_ticket_name(ticket), ==, "Anna");
        g_assert_null(ra_ticket_parse(bytes->data, bytes->len - 1, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
        g_clear_error(&error);
        /* Without its mark it could be anything. */
        g_assert_null(ra_ticket_parse(bytes->data + 2, bytes->len - 2, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
    }
}

static void test_size(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new(HEAD WHO WHEN HOW BODY);
    while (text->len < RA_TICKET_MAX - strlen(TAIL))
        g_string_append_c(text, ' ');
    g_string_append(text, TAIL);
    g_autoptr(RaTicket) largest = ra_ticket_parse(text->str, text->len, &error);
    g_assert_no_error(error);
    g_assert_nonnull(largest);
    g_string_append_c(text, '\n');
    g_assert_null(ra_ticket_parse(text->str, text->len, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
    g_assert_false(ra_ticket_looks_like(text->str, text->len));
    g_clear_error(&error);
    /* A zero byte does not end a document early. */
    static const char zero[] = HEAD WHO WHEN HOW BODY TAIL "\0x";
    g_assert_null(ra_ticket_parse(zero, sizeof zero - 1, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
}

/* A billion laughs are refused at the DOCTYPE, long before they are told. */
static void test_bomb(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new("<!DOCTYPE ticket [<!ENTITY a0 'ha'>");
    for (guint i = 1; i < 40; i++)
        g_string_append_printf(text, "<!ENTITY a%u '&a%u;&a%u;&a%u;&a%u;'>", i, i - 1, i - 1, i - 1,
                               i - 1);
    g_string_append(text, "]><ticket xmlns='urn:remote-assistance:ticket:1' version='1'>"
                          "<name>&a39;</name></ticket>");
    const gint64 from = g_get_monotonic_time();
    g_assert_null(ra_ticket_parse(text->str, text->len, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
    g_assert_nonnull(strstr(error->message, "DOCTYPE"));
    g_assert_cmpint(g_get_monotonic_time() - from, <, 20 * G_USEC_PER_SEC);
}

static void test_new_version(void)
{
    static const char *const newer[] = {
        "<ticket xmlns='urn:remote-assistance:ticket:2' version='2'/>",
        "<ticket xmlns='urn:remote-assistance:ticket:1' version='2'/>",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(newer); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_true(ra_ticket_looks_like(newer[i], strlen(newer[i])));
        g_assert_null(ra_ticket_parse(newer[i], strlen(newer[i]), &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
        g_assert_nonnull(strstr(error->message, "update the program"));
    }
    static const char other[] = "<html xmlns='http://www.w3.org/1999/xhtml'/>";
    g_assert_false(ra_ticket_looks_like(other, strlen(other)));
    g_assert_false(ra_ticket_looks_like("", 0));
    g_assert_false(ra_ticket_looks_like("urn:remote-assistance:ticket:1", 30));
}

void add_document_tests(void)
{
    g_test_add_func("/document/table", test_documents);
    g_test_add_func("/document/costs", test_costs);
    g_test_add_func("/document/dates", test_dates);
    g_test_add_func("/document/utf-16", test_utf16);
    g_test_add_func("/document/size", test_size);
    g_test_add_func("/document/bomb", test_bomb);
    g_test_add_func("/document/new-version", test_new_version);
}
