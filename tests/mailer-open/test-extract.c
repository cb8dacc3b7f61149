/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding invitations in messages: the ways in which they arrive. */
#include "base/error.h"
#include "mailer/find/extract.h"
#include "mailer/find/html-text.h"
#include "mailer/find/lines.h"

#include <string.h>

#define JUERGEN "J\xC3\xBCrgen Novice"
#define ANN     "Ann Other"
#define FROM    "juergen@example.org"
#define NAMED   "Invitation.raticket"

typedef struct {
    const char *name; /* whose invitation */
    RaFoundAs as;
    const char *part, *from, *file_name;
    guint mailbox_index;
} Expected;

static const struct {
    const char *file;
    Expected found[2]; /* up to the first without a name */
    guint damaged, foreign;
} cases[] = {
    /* How the ticket is encoded */
    {"base64.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    {"qp.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    {"8bit.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    {"uu-encoding.eml", {{JUERGEN, RA_FOUND_UUENCODED, "2", FROM, NAMED}}},
    {"uu-inline.eml", {{JUERGEN, RA_FOUND_UUENCODED, "1", FROM, NAMED}}},
    {"encoding-not-said.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    {"encoding-comment.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    /* What it is said to be */
    {"no-type.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, ""}}},
    {"wrong-type.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, "cat.png"}}},
    {"nonsense-type.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, "../../etc/passwd"}}},
    {"name-2231.eml",
     {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM,
       "Einl\xC3\xA4"
       "dung.raticket"}}},
    {"name-2047.eml",
     {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM,
       "Einl\xC3\xA4"
       "dung.raticket"}}},
    {"only-part.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "1", FROM, ""}}},
    /* The ticket in the text */
    {"armour.eml", {{JUERGEN, RA_FOUND_TEXT, "1", FROM, ""}}},
    {"armour-reply.eml", {{JUERGEN, RA_FOUND_TEXT, "1", "helpdesk@example.net", ""}}},
    {"armour-html.eml", {{JUERGEN, RA_FOUND_TEXT, "1", FROM, ""}}},
    {"armour-html-qp.eml", {{JUERGEN, RA_FOUND_TEXT, "1", FROM, ""}}},
    {"armour-utf16.eml", {{JUERGEN, RA_FOUND_TEXT, "1", FROM, ""}}},
    {"armour-utf7.eml", {{JUERGEN, RA_FOUND_TEXT, "1", FROM, ""}}},
    {"armour-ebcdic.eml", {{JUERGEN, RA_FOUND_TEXT, "1", FROM, ""}}},
    {"armour-lying-utf16.eml", {{JUERGEN, RA_FOUND_TEXT, "1", FROM, ""}}},
    {"armour-signed.eml", {{JUERGEN, RA_FOUND_TEXT, "1", FROM, ""}}},
    {"armour-preamble.eml", {{JUERGEN, RA_FOUND_TEXT, "1", FROM, ""}}},
    {"armour-epilogue.eml", {{JUERGEN, RA_FOUND_TEXT, "1", FROM, ""}}},
    {"armour-cut.eml", {{NULL}}, .damaged = 1},
    {"armour-altered.eml", {{NULL}}, .damaged = 1},
    /* Several */
    {"both.eml", {{JUERGEN, RA_FOUND_TEXT, "1", FROM, ""}}},
    {"both-crlf.eml", {{JUERGEN, RA_FOUND_TEXT, "1", FROM, ""}}},
    {"two.eml",
     {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED},
      {ANN, RA_FOUND_ATTACHMENT, "3", FROM, NAMED}}},
    {"two-armoured.eml",
     {{ANN, RA_FOUND_TEXT, "1", FROM, ""}, {JUERGEN, RA_FOUND_TEXT, "1", FROM, ""}}},
    {"one-damaged.eml", {{ANN, RA_FOUND_ATTACHMENT, "3", FROM, NAMED}}, .damaged = 1},
    /* Forwarded: the innermost sender counts */
    {"forwarded.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2.2", FROM, NAMED}}},
    {"forwarded-base64.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2.2", FROM, NAMED}}},
    {"forwarded-octets.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2.2", FROM, NAMED}}},
    {"forwarded-twice.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "1.2.2", FROM, NAMED}}},
    {"digest.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "1.2", FROM, NAMED}}},
    /* Broken boundaries */
    {"not-closed.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    {"inner-not-closed.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    {"no-boundary.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    {"other-boundary.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    {"closed-early.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    {"blank-behind-boundary.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    {"multipart-as-text.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    {"no-mime-at-all.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    {"no-blank-line.eml", {{JUERGEN, RA_FOUND_TEXT, "1", FROM, ""}}},
    {"similar-boundaries.eml",
     {{ANN, RA_FOUND_ATTACHMENT, "1.2", FROM, NAMED},
      {JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    /* Line ends */
    {"crlf.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    {"cr.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    {"bom.eml", {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    /* Nothing, or not ours */
    {"nothing.eml", {{NULL}}},
    {"empty", {{NULL}}},
    {"microsoft.eml", {{NULL}}, .damaged = 1, .foreign = 1},
    {"microsoft-good.eml", {{"awake", RA_FOUND_ATTACHMENT, "2", FROM, "Invitation.msrcIncident"}}},
    {"microsoft-utf16.eml",
     {{"Administrator", RA_FOUND_ATTACHMENT, "2", FROM, "RAInvitation.MsRcIncident"}}},
    {"microsoft-uu.eml", {{"awake", RA_FOUND_UUENCODED, "1", FROM, "a.msrcIncident"}}},
    {"microsoft-bare-base64.eml", {{"Administrator", RA_FOUND_ATTACHMENT, "1", FROM, ""}}},
    {"microsoft-inside.eml", {{"Administrator", RA_FOUND_TEXT, "1", FROM, ""}}},
    {"both-kinds.eml",
     {{"awake", RA_FOUND_ATTACHMENT, "1", FROM, "b.msrcIncident"},
      {JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED}}},
    {"too-large.eml", {{NULL}}, .damaged = 1},
    /* Mailboxes */
    {"mailbox",
     {{JUERGEN, RA_FOUND_ATTACHMENT, "2", FROM, NAMED, 1},
      {ANN, RA_FOUND_ATTACHMENT, "2", "ann@example.com", NAMED, 3}}},
    /* Files that are no messages */
    {"juergen.raticket", {{JUERGEN, RA_FOUND_FILE, "", NULL, ""}}},
    {"utf16.raticket", {{JUERGEN, RA_FOUND_FILE, "", NULL, ""}}},
    {"text.txt", {{JUERGEN, RA_FOUND_TEXT, "", NULL, ""}}},
    {"page.html", {{JUERGEN, RA_FOUND_TEXT, "", NULL, ""}}},
    {"windows.msrcIncident", {{"Administrator", RA_FOUND_FILE, "", NULL, ""}}},
    {"file.uu", {{JUERGEN, RA_FOUND_UUENCODED, "", NULL, "a b c.raticket"}}},
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

static void check_found(const RaFound *found, const Expected *expected)
{
    g_assert_cmpstr(ra_found_name(found), ==, expected->name);
    g_assert_cmpint(found->as, ==, expected->as);
    g_assert_cmpstr(found->part, ==, expected->part);
    g_assert_cmpuint(found->mailbox_index, ==, expected->mailbox_index);
    g_assert_cmpstr(found->file_name, ==, expected->file_name);
    g_assert_cmpstr(found->message != NULL ? found->message->from_address : NULL, ==,
                    expected->from);
}

static void check_extraction(const RaExtraction *extraction, gsize i)
{
    guint n = 0;
    while (n < G_N_ELEMENTS(cases[i].found) && cases[i].found[n].name != NULL)
        n++;
    g_assert_no_error(extraction->limit);
    g_assert_cmpuint(extraction->found->len, ==, n);
    for (guint k = 0; k < n; k++)
        check_found(extraction->found->pdata[k], &cases[i].found[k]);
    g_assert_cmpuint(extraction->damaged, ==, cases[i].damaged);
    g_assert_cmpuint(extraction->foreign, ==, cases[i].foreign);

    g_autoptr(GError) error = NULL;
    g_assert_cmpint(ra_extraction_check(extraction, &error), ==, n > 0);
    const RaError reason = cases[i].damaged > 0 ? RA_ERROR_MALFORMED : RA_ERROR_NO_TICKET;
    if (n == 0)
        g_assert_error(error, RA_ERROR, (gint)reason);
}

static void test_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].file);
        g_autoptr(GBytes) bytes = load(cases[i].file);
        g_autoptr(RaExtraction) extraction = ra_extract_bytes(bytes, NULL, NULL);
        check_extraction(extraction, i);
    }
}

/* A stream that gives its bytes a few at a time: nothing depends on where reads end. */
typedef struct {
    GFilterInputStream parent;
} Dripping;
typedef GFilterInputStreamClass DrippingClass;
static GType dripping_get_type(void);
G_DEFINE_TYPE(Dripping, dripping, G_TYPE_FILTER_INPUT_STREAM)

static gssize drip(GInputStream *stream, void *buffer, gsize size, GCancellable *cancellable,
                   GError **error)
{
    GInputStream *base = G_FILTER_INPUT_STREAM(stream)->base_stream;
    return g_input_stream_read(base, buffer, MIN(size, (gsize)g_test_rand_int_range(1, 4)),
                               cancellable, error);
}

static void dripping_class_init(DrippingClass *class)
{
    G_INPUT_STREAM_CLASS(class)->read_fn = drip;
}

static void dripping_init(Dripping *dripping)
{
    (void)dripping;
}

static void test_dripping(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].file);
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) bytes = load(cases[i].file);
        g_autoptr(GInputStream) memory = g_memory_input_stream_new_from_bytes(bytes);
        g_autoptr(GInputStream) stream =
            g_object_new(dripping_get_type(), "base-stream", memory, NULL);
        g_autoptr(RaExtraction) extraction = ra_extract(stream, NULL, &error);
        g_assert_no_error(error);
        check_extraction(extraction, i);
    }
}

/* Cut off anywhere, a message is still read without harm, and never yields anything else. */
static void test_truncated(void)
{
    g_autoptr(GBytes) whole = load("forwarded-twice.eml");
    for (gsize size = 0; size < g_bytes_get_size(whole); size++) {
        g_autoptr(GBytes) bytes = g_bytes_new_from_bytes(whole, 0, size);
        g_autoptr(RaExtraction) extraction = ra_extract_bytes(bytes, NULL, NULL);
        g_assert_cmpuint(extraction->found->len, <=, 1);
        if (extraction->found->len > 0) {
            const RaFound *found = extraction->found->pdata[0];
            g_assert_cmpstr(ra_found_name(found), ==, JUERGEN);
        }
    }
}

static void test_senders(void)
{
    g_autoptr(GBytes) bytes = load("two-senders.eml");
    g_autoptr(RaExtraction) extraction = ra_extract_bytes(bytes, NULL, NULL);
    const RaFound *found = extraction->found->pdata[0];
    g_assert_cmpstr(found->message->from_address, ==, "x@example.org");
    g_assert_true(found->message->from_many);
    g_assert_cmpstr(found->message->sender, ==, "real@example.org");
    g_assert_cmpstr(found->message->reply_to, ==, "elsewhere@example.org");
    g_assert_cmpstr(found->message->subject, ==, "Help");
    g_assert_cmpstr(found->message->message_id, ==, "1@example.org");
    g_assert_cmpint(found->message->date, ==, 1795251600); /* 2026-11-21 09:00 UTC */

    g_autoptr(GBytes) twice = load("from-twice.eml");
    g_autoptr(RaExtraction) second = ra_extract_bytes(twice, NULL, NULL);
    found = second->found->pdata[0];
    g_assert_cmpstr(found->message->from_name, ==, JUERGEN);
    g_assert_true(found->message->from_many);
}

static void collect_line(const RaLine *line, gpointer data)
{
    g_string_append_printf(data, "%s[%.*s]%" G_GSIZE_FORMAT, line->starts ? "" : "+",
                           (int)MIN(line->length, 4), line->text, line->size - line->length);
}

static void test_lines(void)
{
    static const struct {
        const char *text, *lines;
    } lines[] = {
        {"", ""},
        {"a", "[a]0"},
        {"a\nb\r\nc\rd", "[a]1[b]2[c]1[d]0"},
        {"\n\r\r\n\n\r", "[]1[]1[]2[]1[]1"},
        {"a\r", "[a]1"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        for (gsize step = 1; step < 4; step++) {
            g_autoptr(GString) out = g_string_new(NULL);
            g_autoptr(RaLines) cutter = ra_lines_new(collect_line, out);
            const gsize size = strlen(lines[i].text);
            for (gsize done = 0; done < size; done += step)
                ra_lines_push(cutter, lines[i].text + done, MIN(step, size - done));
            ra_lines_end(cutter);
            g_assert_cmpstr(out->str, ==, lines[i].lines);
        }
    }
    g_autofree char *longest = g_strnfill(RA_LINE_MAX + 2, 'x');
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(RaLines) cutter = ra_lines_new(collect_line, out);
    ra_lines_push(cutter, longest, RA_LINE_MAX + 2);
    ra_lines_push(cutter, "\ny\n", 3);
    ra_lines_end(cutter);
    g_assert_cmpstr(out->str, ==, "[xxxx]0+[xx]1[y]1");
}

static void test_html(void)
{
    static const struct {
        const char *html, *text;
    } pages[] = {
        {"a<br>b<BR/>c", "a\nb\nc"},
        {"<p class='x>'>a</p>", "\n'>a\n"},
        {"a &lt; b &amp;amp; &#65;&#x42;&nbsp;c", "a < b &amp; AB c"},
        {"x & y &unknown; &; a<b&c", "x & y   a"},
        {"1 < 2 <", "1 < 2 "},
        {"&#0;&#99999999;&#xD800;.", "."},
        {"a<span>b</span><wbr>c", "abc"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(pages); i++) {
        g_autoptr(RaHtmlText) html = ra_html_text_new();
        g_autoptr(GString) out = g_string_new(NULL);
        for (const char *p = pages[i].html; *p != '\0'; p++)
            ra_html_text_push(html, p, 1, out);
        g_assert_cmpstr(out->str, ==, pages[i].text);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mailer/extract/cases", test_cases);
    g_test_add_func("/mailer/extract/dripping", test_dripping);
    g_test_add_func("/mailer/extract/truncated", test_truncated);
    g_test_add_func("/mailer/extract/senders", test_senders);
    g_test_add_func("/mailer/lines", test_lines);
    g_test_add_func("/mailer/html-text", test_html);
    return g_test_run();
}
