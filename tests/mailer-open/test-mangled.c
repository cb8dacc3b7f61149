/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What mail systems make of messages: tests/mailer-open/make-mangled says how each was made. */
#include "base/error.h"
#include "mailer/find/extract.h"

#include <string.h>

#define JUERGEN "J\xC3\xBCrgen Novice"
#define FROM    "juergen@example.org"

/* In every one of them is the same invitation, from FROM unless said otherwise. */
static const struct {
    const char *file, *part;
    RaFoundAs as;
    guint mailbox_index;
    const char *from;
} cases[] = {
    /* What mailing lists and gateways add */
    {"footer-plain.eml", "1", RA_FOUND_TEXT},
    {"footer-glued.eml", "1", RA_FOUND_TEXT},
    {"footer-8bit.eml", "2", RA_FOUND_ATTACHMENT},
    {"footer-base64.eml", "1", RA_FOUND_ATTACHMENT},
    {"footer-base64-padded.eml", "1", RA_FOUND_ATTACHMENT},
    {"footer-part.eml", "2", RA_FOUND_ATTACHMENT},
    {"disclaimer-before.eml", "2", RA_FOUND_TEXT},
    {"disclaimer-html.eml", "1", RA_FOUND_TEXT},
    {"merged.eml", "1", RA_FOUND_TEXT},
    {"whole-in-list-part.eml", "1.2", RA_FOUND_ATTACHMENT},
    {"real-altermime-plain.eml", "1", RA_FOUND_TEXT},
    {"real-altermime-mixed.eml", "2", RA_FOUND_ATTACHMENT},
    {"real-altermime-html.eml", "1", RA_FOUND_TEXT},
    /* What became of the attachment */
    {"renamed-txt.eml", "2", RA_FOUND_ATTACHMENT},
    {"renamed-xml.eml", "2", RA_FOUND_ATTACHMENT},
    {"defused.eml", "1", RA_FOUND_TEXT},
    {"base64-in-text.eml", "2", RA_FOUND_ATTACHMENT},
    {"base64-twice.eml", "2", RA_FOUND_ATTACHMENT},
    {"base64-in-qp.eml", "2", RA_FOUND_ATTACHMENT},
    {"base64-junk.eml", "2", RA_FOUND_ATTACHMENT},
    {"base64-lengths.eml", "2", RA_FOUND_ATTACHMENT},
    {"base64-quoted.eml", "2", RA_FOUND_ATTACHMENT},
    {"base64-one-line.eml", "2", RA_FOUND_ATTACHMENT},
    {"qp-tabs.eml", "2", RA_FOUND_ATTACHMENT},
    {"apple-double.eml", "2.2", RA_FOUND_ATTACHMENT},
    {"apple-single.eml", "2", RA_FOUND_TEXT},
    {"gzip.eml", "2", RA_FOUND_ATTACHMENT},
    {"real-mpack.eml", "1", RA_FOUND_ATTACHMENT},
    {"real-uu.eml", "1", RA_FOUND_UUENCODED},
    {"real-uu-base64.eml", "1", RA_FOUND_UUENCODED},
    {"real-python.eml", "2", RA_FOUND_ATTACHMENT},
    /* Replies */
    {"quote-1.eml", "1", RA_FOUND_TEXT},
    {"quote-2.eml", "1", RA_FOUND_TEXT},
    {"quote-tight.eml", "1", RA_FOUND_TEXT},
    {"quote-bar.eml", "1", RA_FOUND_TEXT},
    {"quote-initials.eml", "1", RA_FOUND_TEXT},
    {"quote-colon.eml", "1", RA_FOUND_TEXT},
    {"quote-nested-initials.eml", "1", RA_FOUND_TEXT},
    {"quote-indent.eml", "1", RA_FOUND_TEXT},
    {"quote-hash.eml", "1", RA_FOUND_TEXT},
    {"quote-wrapped-72.eml", "1", RA_FOUND_TEXT},
    {"quote-wrapped-76.eml", "1", RA_FOUND_TEXT},
    {"quote-stripped.eml", "1", RA_FOUND_TEXT},
    {"trailing-lost.eml", "1", RA_FOUND_TEXT},
    {"double-spaced.eml", "1", RA_FOUND_TEXT},
    {"flowed.eml", "1", RA_FOUND_TEXT},
    {"long-998.eml", "1", RA_FOUND_TEXT},
    {"long-broken.eml", "1", RA_FOUND_TEXT},
    {"long-broken-mark.eml", "1", RA_FOUND_TEXT},
    {"begin-wrapped.eml", "1", RA_FOUND_TEXT},
    /* HTML alone */
    {"html-pre.eml", "1", RA_FOUND_TEXT},
    {"html-br.eml", "1", RA_FOUND_TEXT},
    {"html-nbsp.eml", "1", RA_FOUND_TEXT},
    {"html-outlook.eml", "1", RA_FOUND_TEXT},
    {"html-wbr.eml", "1", RA_FOUND_TEXT},
    {"html-quote.eml", "1", RA_FOUND_TEXT},
    {"html-escaped.eml", "1", RA_FOUND_TEXT},
    {"html-style.eml", "1", RA_FOUND_TEXT},
    {"mhtml.mht", "1", RA_FOUND_TEXT, .from = ""},
    /* Headers in 8 bits */
    {"raw-latin1.eml", "2", RA_FOUND_ATTACHMENT},
    {"raw-utf8.eml", "2", RA_FOUND_ATTACHMENT},
    {"raw-gb18030.eml", "2", RA_FOUND_ATTACHMENT},
    {"raw-sjis.eml", "2", RA_FOUND_ATTACHMENT},
    {"raw-koi8.eml", "2", RA_FOUND_ATTACHMENT},
    {"raw-rtl.eml", "2", RA_FOUND_ATTACHMENT},
    /* Boundaries, line ends */
    {"boundary-case.eml", "2", RA_FOUND_ATTACHMENT},
    {"boundary-folded.eml", "2", RA_FOUND_ATTACHMENT},
    {"boundary-space.eml", "2", RA_FOUND_ATTACHMENT},
    {"ends-mixed.eml", "2", RA_FOUND_ATTACHMENT},
    {"ends-cr-armour.eml", "1", RA_FOUND_TEXT},
    {"ends-crcrlf.eml", "2", RA_FOUND_ATTACHMENT},
    {"headers-blank-first.eml", "2", RA_FOUND_ATTACHMENT},
    {"headers-junk-line.eml", "2", RA_FOUND_ATTACHMENT},
    /* Boxes and containers */
    {"mboxo", "1", RA_FOUND_TEXT, 1},
    {"mboxrd", "1", RA_FOUND_TEXT, 1},
    {"mboxcl2", "1", RA_FOUND_TEXT, 1},
    {"mbox.gz", "1", RA_FOUND_TEXT, 1},
    {"takeout.mbox", "2", RA_FOUND_ATTACHMENT, 1},
    {"apple.emlx", "2", RA_FOUND_ATTACHMENT},
    {"mbox-tight", "1", RA_FOUND_TEXT, 3},
    {"message-quoted.eml", "1", RA_FOUND_TEXT},
    {"message-quoted-deep.eml", "1", RA_FOUND_TEXT},
    {"message-indented.eml", "1", RA_FOUND_TEXT},
    {"message-quoted-qp.eml", "1", RA_FOUND_TEXT},
    {"message-returned.eml", "2", RA_FOUND_ATTACHMENT},
    {"digest-plain.eml", "1", RA_FOUND_TEXT},
    {"report.eml", "3.2", RA_FOUND_ATTACHMENT},
};

/* Nothing is in these; what is said has to name why. */
static const struct {
    const char *file, *words;
} nothings[] = {
    {"report-headers.eml", "this message holds none"},
    {"partial.eml", "one piece of a message"},
    {"external.eml", "lies elsewhere"},
    {"paper.pdf", "this is a PDF document"},
    {"picture.png", "this is a picture"},
    {"two-nothings.mbox", "in 2 messages"},
    {"pgp.eml", "encrypted with PGP"},
};

static RaExtraction *extract(const char *file)
{
    g_autofree char *path =
        g_test_build_filename(G_TEST_DIST, "mailer-open", "data", "mangled", file, NULL);
    char *data = NULL;
    gsize size = 0;
    g_autoptr(GError) error = NULL;
    g_test_message("%s", file);
    (void)g_file_get_contents(path, &data, &size, &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) bytes = g_bytes_new_take(data, size);
    return ra_extract_bytes(bytes, NULL, NULL);
}

static void test_found(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(RaExtraction) extraction = extract(cases[i].file);
        g_assert_no_error(extraction->limit);
        g_assert_no_error(extraction->problem);
        g_assert_cmpuint(extraction->damaged, ==, 0);
        g_assert_cmpuint(extraction->found->len, ==, 1);
        const RaFound *found = extraction->found->pdata[0];
        g_assert_cmpstr(ra_found_name(found), ==, JUERGEN);
        g_assert_cmpstr(found->part, ==, cases[i].part);
        g_assert_cmpint(found->as, ==, cases[i].as);
        g_assert_cmpuint(found->mailbox_index, ==, cases[i].mailbox_index);
        g_assert_cmpuint(extraction->messages, ==, MAX(cases[i].mailbox_index, 1));
        g_assert_cmpstr(found->message->from_address, ==,
                        cases[i].from != NULL ? cases[i].from : FROM);
        g_assert_true(g_utf8_validate(found->message->from_name, -1, NULL));
        g_assert_true(g_utf8_validate(found->file_name, -1, NULL));
    }
}

static void test_nothing(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(nothings); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(RaExtraction) extraction = extract(nothings[i].file);
        g_assert_false(ra_extraction_check(extraction, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_NO_TICKET);
        g_assert_nonnull(strstr(error->message, nothings[i].words));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mailer/mangled/found", test_found);
    g_test_add_func("/mailer/mangled/nothing", test_nothing);
    return g_test_run();
}
