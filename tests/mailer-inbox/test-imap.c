/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What needs no server. tests/scenario/test_imap.py talks to a real one, test_imap_liar.py to
 * others. */
#include "base/error.h"
#include "mailer/imap/fetched.h"
#include "mailer/imap/marks.h"
#include "mailer/imap/reader.h"
#include "mailer/imap/server.h"
#include "mailer/imap/uids.h"
#include "mailer/imap/utf7.h"

#include <string.h>

static void test_utf7(void)
{
    static const char *const cases[][2] = {
        {"INBOX", "INBOX"},
        {"", ""},
        {"R&D", "R&-D"},
        {"Entwürfe", "Entw&APw-rfe"},
        {"~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"}, /* RFC 3501 5.1.3 */
        {"Hi ☺!", "Hi &Jjo-!"},
        {"😀", "&2D3eAA-"},
        {"ä&ö", "&AOQ-&-&APY-"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = ra_imap_utf7_encode(cases[i][0]);
        g_assert_cmpstr(name, ==, cases[i][1]);
    }
}

static void test_server(void)
{
    enum { PASSWORD = 1, TOKEN = 2 };
    static const struct {
        const char *url, *user;
        int secrets;
        RaImapTls tls;
        const char *libcurl; /* NULL: refused */
        gboolean local;
        const char *login, *mailbox;
    } cases[] = {
        {"imap://anna@mail.example.com", NULL, 1, 0, "imap://mail.example.com:143/", FALSE, "anna",
         "\"INBOX\""},
        {"imaps://anna@mail.example.com/", NULL, 2, 0, "imaps://mail.example.com:993/", FALSE,
         "anna", "\"INBOX\""},
        {"imaps://a%40b@mail:10993/Help%20desk/New", NULL, 1, 0, "imaps://mail:10993/", FALSE,
         "a@b", "\"Help desk/New\""},
        {"imaps://mail/Gr%C3%BC%C3%9Fe", "bob", 1, 0, "imaps://mail:993/", FALSE, "bob",
         "\"Gr&APwA3w-e\""},
        {"imaps://mail/%22a%5Cb%22", "bob", 1, 0, "imaps://mail:993/", FALSE, "bob",
         "\"\\\"a\\\\b\\\"\""},
        {"IMAP://anna@[::1]:144/x", NULL, 1, RA_IMAP_TLS_NONE, "imap://[::1]:144/", TRUE, "anna",
         "\"x\""},
        {"imap://anna@localhost", NULL, 1, RA_IMAP_TLS_NONE, "imap://localhost:143/", TRUE, "anna",
         "\"INBOX\""},
        {"imap://anna@localhost.example.com", NULL, 1, RA_IMAP_TLS_NONE, NULL},
        {"imap://anna@mail", NULL, 1, RA_IMAP_TLS_NONE, NULL},
        {"imaps://anna@mail", NULL, 1, RA_IMAP_TLS_NONE, "imaps://mail:993/", FALSE, "anna",
         "\"INBOX\""},
        {"imap://anna:secret@mail", NULL, 0, 0, NULL},
        {"imap://anna:@mail", NULL, 1, 0, NULL},
        {"imap://mail", NULL, 1, 0, NULL},
        {"imap://anna@mail", NULL, 0, 0, NULL},
        {"imap://anna@mail", NULL, PASSWORD | TOKEN, 0, NULL},
        {"imap://anna@mail", "an\nna", 1, 0, NULL},
        {"imap://anna@mail/a%0Ab", NULL, 1, 0, NULL},
        {"imap://anna@mail/a%00b", NULL, 1, 0, NULL},
        {"imap://anna@mail/a%FFb", NULL, 1, 0, NULL},
        {"imap://anna@mail/INBOX;UID=7", NULL, 1, 0, NULL},
        {"imap://anna@mail/INBOX?x", NULL, 1, 0, NULL},
        {"imap://anna@mail/INBOX#x", NULL, 1, 0, NULL},
        {"imap://anna@mail:0/", NULL, 1, 0, NULL},
        {"imap://anna@", NULL, 1, 0, NULL},
        {"http://anna@mail", NULL, 1, 0, NULL},
        {"mail", NULL, 1, 0, NULL},
        {"", NULL, 1, 0, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].url);
        g_autoptr(RaSecret) secret = ra_secret_new_copy("x", 1);
        const RaImapServer server = {.url = cases[i].url,
                                     .user = cases[i].user,
                                     .password = (cases[i].secrets & PASSWORD) ? secret : NULL,
                                     .token = (cases[i].secrets & TOKEN) ? secret : NULL,
                                     .tls = cases[i].tls};
        g_autoptr(GError) error = NULL;
        g_autoptr(RaImapTarget) target = ra_imap_target_new(&server, &error);
        g_autoptr(RaBox) box = ra_imap_box_new(&server, NULL);
        g_assert_true((box != NULL) == (target != NULL));
        if (cases[i].libcurl == NULL) {
            g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
            g_assert_null(strstr(error->message, "secret"));
            continue;
        }
        g_assert_no_error(error);
        g_assert_cmpstr(target->url, ==, cases[i].libcurl);
        g_assert_cmpstr(target->user, ==, cases[i].login);
        g_assert_cmpstr(target->mailbox, ==, cases[i].mailbox);
        g_assert_cmpint(target->local, ==, cases[i].local);
    }
}

/* Feeds TEXT in pieces of STEP bytes; responses joined by "|", or "!" where it broke. */
static char *read_all(const char *text, gsize size, gsize step)
{
    g_autoptr(RaImapReader) reader = ra_imap_reader_new();
    g_autoptr(GString) out = g_string_new(NULL);
    for (gsize at = 0; at < size;) {
        g_autoptr(GError) error = NULL;
        const gsize taken = ra_imap_reader_push(reader, text + at, MIN(step, size - at), &error);
        if (taken == 0) {
            g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
            g_string_append_c(out, '!');
            break;
        }
        at += taken;
        gsize length;
        gboolean cut;
        const char *response = ra_imap_reader_response(reader, &length, &cut);
        if (response != NULL) {
            g_assert_false(cut);
            g_string_append_len(out, response, (gssize)length);
            g_string_append_c(out, '|');
        }
    }
    return g_strdup(out->str);
}

static void test_reader(void)
{
    static const char *const cases[][2] = {
        {"* OK\r\na OK\r\n", "* OK|a OK|"},
        {"* OK\na OK\n", "* OK|a OK|"},
        {"\r\n\n", "||"},
        {"x {3}\r\na\r\n y\r\nz\r\n", "x {3}\r\na\r\n y|z|"},
        {"x {0}\r\n\r\n", "x {0}\r\n|"},
        {"x ~{2}\r\n{}\r\n", "x ~{2}\r\n{}|"},
        {"x {2+}\r\nab{1}\r\nc\r\n", "x {2+}\r\nab{1}\r\nc|"},
        {"x {1}\r\na{1}\r\nb{1}\r\nc\r\n", "x {1}\r\na{1}\r\nb{1}\r\nc|"},
        {"x {a}\r\nx {}\r\nx 3}\r\n", "x {a}|x {}|x 3}|"},
        {"not over", ""},
        {"x {4294967296}\r\n", "!"},
        {"x {67108865}\r\n", "!"},
        {"x {18446744073709551617}\r\nab\r\n", "x {18446744073709551617}|ab|"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (gsize step = 1; step < 40; step += 3) {
            g_autofree char *got = read_all(cases[i][0], strlen(cases[i][0]), step);
            g_assert_cmpstr(got, ==, cases[i][1]);
        }
    }
}

/* What is too long is cut, and the next response is whole again; without end there is none. */
static void test_reader_limits(void)
{
    g_autoptr(RaImapReader) reader = ra_imap_reader_new();
    g_autoptr(GError) error = NULL;
    static char block[65536];
    memset(block, 'x', sizeof block);
    for (guint i = 0; i < 100; i++)
        g_assert_cmpint(ra_imap_reader_push(reader, block, sizeof block, NULL), ==, sizeof block);
    gsize size;
    gboolean cut;
    g_assert_cmpint(ra_imap_reader_push(reader, "{4}\r\na\nb\n\r\n* NEXT\r\n", 19, NULL), ==, 11);
    g_assert_nonnull(ra_imap_reader_response(reader, &size, &cut));
    g_assert_true(cut);
    g_assert_cmpint(size, ==, RA_IMAP_RESPONSE_MAX);
    g_assert_cmpint(ra_imap_reader_push(reader, "* NEXT\r\n", 8, NULL), ==, 8);
    g_assert_cmpstr(ra_imap_reader_response(reader, &size, &cut), ==, "* NEXT");
    g_assert_false(cut);
    gsize taken = sizeof block;
    for (guint i = 0; i < 2000 && taken > 0; i++)
        taken = ra_imap_reader_push(reader, block, sizeof block, error == NULL ? &error : NULL);
    g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
}

static char *take_all(const GArray *uids)
{
    guint at = 0;
    return ra_imap_uids_take(uids, &at, uids->len);
}

static void test_uids(void)
{
    static const struct {
        const char *text, *want;
        gboolean bad;
    } cases[] = {
        {"1", "1", FALSE},
        {"1:4,7", "1:4,7", FALSE},
        {"7,3:1,2", "1:3,7", FALSE},
        {"5,5,5", "5", FALSE},
        {"0", "", TRUE},
        {"1:*", "", TRUE},
        {"4294967296", "", TRUE},
        {"99999999999999999999", "", TRUE},
        {"4294967295", "4294967295", FALSE},
        {"", "", TRUE},
        {"1,", "1", TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        RaImapScan scan = ra_imap_scan(cases[i].text, strlen(cases[i].text));
        g_autoptr(GArray) uids = ra_imap_uids_new();
        ra_imap_uids_scan(&scan, uids, 100);
        ra_imap_uids_sort(uids);
        g_autofree char *set = take_all(uids);
        g_assert_cmpstr(set, ==, cases[i].want);
        g_assert_cmpint(scan.bad, ==, cases[i].bad);
    }
    RaImapScan scan = ra_imap_scan("1:4294967295", 12);
    g_autoptr(GArray) uids = ra_imap_uids_new();
    ra_imap_uids_scan(&scan, uids, 3);
    ra_imap_uids_sort(uids);
    g_autofree char *set = take_all(uids);
    g_assert_cmpstr(set, ==, "4294967293:4294967295");
    g_assert_true(ra_imap_uids_hold(uids, 4294967294));
    g_assert_false(ra_imap_uids_hold(uids, 7));
}

/* A command line stays short enough for every server. */
static void test_long_sets(void)
{
    g_autoptr(GArray) uids = ra_imap_uids_new(), back = ra_imap_uids_new();
    for (guint32 uid = 1000000000; uid < 1000016000; uid += 2)
        g_array_append_val(uids, uid);
    guint sets = 0;
    for (guint at = 0; at < uids->len; sets++) {
        const guint before = at;
        g_autofree char *set = ra_imap_uids_take(uids, &at, uids->len);
        g_assert_cmpuint(at, >, before);
        g_assert_cmpuint(strlen(set), <, 8000);
        RaImapScan scan = ra_imap_scan(set, strlen(set));
        ra_imap_uids_scan(&scan, back, uids->len);
    }
    g_assert_cmpuint(sets, >, 10);
    g_assert_cmpmem(back->data, back->len * sizeof(guint32), uids->data,
                    uids->len * sizeof(guint32));
    guint at = 7;
    g_autofree char *three = ra_imap_uids_take(uids, &at, 3);
    g_assert_cmpstr(three, ==, "1000000014,1000000016,1000000018");
    g_assert_cmpuint(at, ==, 10);
}

static void test_dates(void)
{
    static const struct {
        const char *text;
        gint64 want; /* -1: refused */
    } cases[] = {
        {"17-Jul-1996 02:44:25 -0700", 837596665},
        {" 1-Jan-1970 00:00:00 +0000", 0},
        {"01-jan-1970 01:30:00 +0130", 0},
        {"31-Feb-2020 00:00:00 +0000", -1},
        {"1-Foo-2020 00:00:00 +0000", -1},
        {"1-Jan-2020 25:00:00 +0000", -1},
        {"1-Jan-2020 00:00:00", -1},
        {"1-Jan-2020 00:00:00 +0000x", -1},
        {"", -1},
        {"99999999999999999999999999999999999", -1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint64 time = -1;
        const gboolean ok = ra_imap_date_parse(cases[i].text, &time);
        g_assert_cmpint(ok, ==, cases[i].want >= 0);
        g_assert_cmpint(time, ==, cases[i].want);
    }
    g_autofree char *day = ra_imap_day_format(837596665);
    g_assert_cmpstr(day, ==, "17-Jul-1996");
}

static void test_fetched(void)
{
    static const char text[] = "12 FETCH (FLAGS (\\Seen Ra-By-Anna ra-done junk) UID 7 MODSEQ (99)"
                               " X-OTHER (a (b \"c)\") {2}\r\n))) INTERNALDATE \"17-Jul-1996"
                               " 02:44:25 -0700\" RFC822.SIZE 4286 BODY[1.MIME]<0> {5}\r\na)(\"b)";
    g_auto(RaImapFetched) fetched = {0};
    g_assert_true(ra_imap_fetched_read(&fetched, text, strlen(text)));
    g_assert_cmpint(fetched.uid, ==, 7);
    g_assert_cmpint(fetched.modseq, ==, 99);
    g_assert_cmpint(fetched.received, ==, 837596665);
    g_assert_cmpint(fetched.size, ==, 4286);
    g_assert_cmpint(fetched.body_size, ==, 5);
    g_assert_cmpint(memcmp(fetched.body, "a)(\"b", 5), ==, 0);
    g_assert_cmpint(fetched.keywords->len, ==, 2);
    g_autoptr(RaMark) mark = ra_imap_mark_read(fetched.keywords);
    g_assert_cmpstr(mark->owner, ==, "anna");
    g_assert_true(mark->done);

    static const char *const others[] = {"12 EXISTS", "FETCH", "", "12 FETCHED (UID 1)",
                                         "OK FETCH"};
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_auto(RaImapFetched) none = {0};
        g_assert_false(ra_imap_fetched_read(&none, others[i], strlen(others[i])));
    }
}

static void test_structure(void)
{
    static const struct {
        const char *text;
        int kind;            /* -1: of no use */
        const char *numbers; /* of all parts */
        gboolean whole, single;
    } cases[] = {
        {"(\"text\" \"plain\" NIL NIL NIL \"7bit\" 9 1)", RA_IMAP_PART_TEXT, "", FALSE, TRUE},
        {"(\"application\" \"pdf\" NIL NIL NIL \"base64\" 9)", RA_IMAP_PART_NO, "", FALSE, TRUE},
        {"((\"text\" \"plain\" NIL NIL NIL \"7bit\" 9 1)(\"image\" \"png\" (\"name\" \"a.png\") "
         "NIL NIL "
         "\"base64\" 900 NIL (\"attachment\" (\"filename\" \"a.png\")) NIL NIL) \"mixed\" "
         "(\"boundary\" "
         "\"b\") NIL NIL NIL)",
         RA_IMAP_PART_TEXT, "1 2", FALSE, FALSE},
        {"((\"text\" \"plain\" NIL NIL NIL \"7bit\" 9 1)((\"text\" \"html\" NIL NIL NIL \"7bit\" 9 "
         "1)"
         "(\"application\" \"octet-stream\" NIL NIL NIL \"base64\" 900) \"related\") \"mixed\")",
         RA_IMAP_PART_MAYBE, "1 2.1 2.2", FALSE, FALSE},
        {"(\"application\" \"octet-stream\" NIL NIL NIL \"base64\" 900000)", RA_IMAP_PART_NO, "",
         FALSE, TRUE},
        {"(\"application\" \"octet-stream\" (\"NAME*0*\" \"utf-8''winm\" \"NAME*1*\" \"ail.dat\") "
         "NIL NIL "
         "\"base64\" 900000)",
         RA_IMAP_PART_MAYBE, "", FALSE, TRUE},
        {"(\"image\" \"jpeg\" NIL NIL NIL \"base64\" 900000 NIL (\"attachment\" (\"filename\" "
         "\"Help.RATICKET\")))",
         RA_IMAP_PART_MAYBE, "", FALSE, TRUE},
        {"(\"text\" \"plain\" NIL NIL NIL \"7bit\" 9 1 NIL (\"attachment\" NIL) NIL NIL)",
         RA_IMAP_PART_MAYBE, "", FALSE, TRUE},
        {"((\"text\" \"plain\" NIL NIL NIL \"7bit\" 9 1)(\"application\" \"pgp-signature\" NIL NIL "
         "NIL "
         "\"7bit\" 9) \"signed\")",
         RA_IMAP_PART_TEXT, "1 2", TRUE, FALSE},
        {"((\"text\" \"plain\" NIL NIL NIL \"7bit\" 9 1)(\"message\" \"rfc822\" NIL NIL NIL "
         "\"7bit\" 99 "
         "(NIL \"x)\" NIL NIL NIL NIL NIL NIL NIL NIL) ((\"image\" \"png\" NIL NIL NIL \"base64\" "
         "9)"
         "(\"application\" \"x-msrcincident\" NIL NIL NIL \"base64\" 9) \"signed\") 7) \"mixed\")",
         RA_IMAP_PART_MAYBE, "1 2", FALSE, FALSE},
        {"(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 99 NIL (\"image\" \"png\" NIL NIL NIL NIL "
         "9) 7)",
         RA_IMAP_PART_NO, "", FALSE, TRUE},
        {"(\"text\" \"plain\" NIL NIL NIL \"7bit\" 99999999999999999999 1)", -1, "", FALSE, FALSE},
        {"(\"text\" \"plain\" (\"a\") NIL NIL \"7bit\" 9 1)", -1, "", FALSE, FALSE},
        {"((((", -1, "", FALSE, FALSE},
        {"()", -1, "", FALSE, FALSE},
        {"NIL", -1, "", FALSE, FALSE},
        {"", -1, "", FALSE, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].text);
        RaImapScan scan = ra_imap_scan(cases[i].text, strlen(cases[i].text));
        g_autoptr(RaImapStructure) structure = ra_imap_structure_scan(&scan);
        g_assert_cmpint(structure != NULL, ==, cases[i].kind >= 0);
        if (structure == NULL)
            continue;
        g_autoptr(GString) numbers = g_string_new(NULL);
        for (guint j = 0; j < structure->parts->len; j++) {
            const RaImapPart *part = structure->parts->pdata[j];
            g_string_append_printf(numbers, "%s%s", j > 0 ? " " : "", part->number);
        }
        g_assert_cmpstr(numbers->str, ==, cases[i].numbers);
        g_assert_cmpint(ra_imap_structure_judge(structure), ==, cases[i].kind);
        g_assert_cmpint(structure->whole, ==, cases[i].whole);
        g_assert_cmpint(structure->single, ==, cases[i].single);
    }
}

static void test_marks(void)
{
    static const struct {
        const char *have, *owner;
        gboolean session, done;
        guint told;
        const char *add, *remove; /* on the way to "anna", in session, told 2 */
    } cases[] = {
        {"", NULL, FALSE, FALSE, 0, "ra-by-anna ra-session ra-told-connected", ""},
        {"ra-by-anna ra-session ra-told-connected", "anna", TRUE, FALSE, 2, "", ""},
        {"ra-by-bob ra-done", "bob", FALSE, TRUE, 0, "ra-by-anna ra-session ra-told-connected",
         "ra-by-bob ra-done"},
        {"ra-by-zoe ra-by-bob", "bob", FALSE, FALSE, 0, "ra-by-anna ra-session ra-told-connected",
         "ra-by-zoe ra-by-bob"},
        {"ra-by-anna ra-bid-bob ra-session ra-told-expired", "anna", TRUE, FALSE, 8,
         "ra-told-connected", "ra-told-expired"},
    };
    g_autoptr(RaMark) wanted = ra_mark_new("anna", TRUE, FALSE);
    wanted->told = RA_TOLD_CONNECTED;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) have = g_ptr_array_new();
        g_auto(GStrv) words = g_strsplit(cases[i].have, " ", -1);
        for (guint j = 0; words[j] != NULL; j++)
            g_ptr_array_add(have, words[j]);
        g_autoptr(RaMark) mark = ra_imap_mark_read(have);
        g_assert_cmpstr(mark->owner, ==, cases[i].owner);
        g_assert_cmpint(mark->session, ==, cases[i].session);
        g_assert_cmpint(mark->done, ==, cases[i].done);
        g_assert_cmpint(mark->told, ==, cases[i].told);
        g_autofree char *add = NULL, *remove = NULL;
        ra_imap_mark_plan(have, wanted, &add, &remove);
        g_assert_cmpstr(add, ==, cases[i].add);
        g_assert_cmpstr(remove, ==, cases[i].remove);
    }
    static const char *const ours[] = {"ra-by-a", "ra-bid-b", "ra-session", "ra-done",
                                       "ra-told-claimed"};
    static const char *const others[] = {"ra-by-", "ra-by-_00", "ra-by-A",  "ra-told-x",
                                         "ra-x",   "\\seen",    "ra-by-_zz"};
    for (gsize i = 0; i < G_N_ELEMENTS(ours); i++)
        g_assert_true(ra_imap_keyword_is_ours(ours[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        g_assert_false(ra_imap_keyword_is_ours(others[i]));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mailer-inbox/imap/utf7", test_utf7);
    g_test_add_func("/mailer-inbox/imap/server", test_server);
    g_test_add_func("/mailer-inbox/imap/reader", test_reader);
    g_test_add_func("/mailer-inbox/imap/reader-limits", test_reader_limits);
    g_test_add_func("/mailer-inbox/imap/uids", test_uids);
    g_test_add_func("/mailer-inbox/imap/long-sets", test_long_sets);
    g_test_add_func("/mailer-inbox/imap/dates", test_dates);
    g_test_add_func("/mailer-inbox/imap/fetched", test_fetched);
    g_test_add_func("/mailer-inbox/imap/structure", test_structure);
    g_test_add_func("/mailer-inbox/imap/marks", test_marks);
    return g_test_run();
}
