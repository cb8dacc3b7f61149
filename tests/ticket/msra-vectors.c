/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Published samples of Microsoft's invitations: what comes out of them, bit for bit. */
#include "tests/ticket/tests.h"
#include "ticket/msra.h"

#include <string.h>

#define V1_HASH "IuaRySSbPDNna4+2mKcsKxsbJFI="
#define V2_ID   "+ULZ6ifjoCa6cGPMLQiGHRPwkg6VyJqGwxMnO6GcelwUh9a6/FBq3It5ADSndmLL"
#define V2_TEXT                                                                    \
    "<E><A KH=\"BNRjdu97DyczQSRuMRrDWoue+HA=\" ID=\"" V2_ID "\"/>"                 \
    "<C><T ID=\"1\" SID=\"0\"><L P=\"49228\" N=\"fe80::1032:53d9:5a01:909b%3\"/>"  \
    "<L P=\"49229\" N=\"fe80::3d8f:9b2d:6b4e:6aa%6\"/>"                            \
    "<L P=\"49230\" N=\"192.168.1.200\"/><L P=\"49231\" N=\"169.254.6.170\"/></T>" \
    "</C></E>\r\n"

typedef struct {
    const char *file, *name;
    guint version;
    gint64 start, minutes;
    const char *password; /* NULL: not published */
    const char *pass;     /* the encrypted PassStub */
    const char *hosts;    /* joined by spaces */
    const char *session_id, *key_hash;
} Vector;

static const Vector vectors[] = {
    {"v1.msrcincident", "Administrator", 1, 1314905741, 180, "Password1",
     "3C9CAE0BCE7AB15C8AAC01D676045EDF3FFAF092E2DE368A2017E68A0DED7C90",
     "10.0.3.105:3389 winxpsp3.contoso3.com:3389",
     "rb+v0oPmEISmi8N2zK/vuhgul/ABqlDt6wW0VxMyxK8=", V1_HASH},
    {"v1-no-space.msrcincident", "Administrator", 1, 1314905741, 180, "Password1",
     "3C9CAE0BCE7AB15C8AAC01D676045EDF3FFAF092E2DE368A2017E68A0DED7C90",
     "10.0.3.105:3389 winxpsp3.contoso3.com:3389",
     "rb+v0oPmEISmi8N2zK/vuhgul/ABqlDt6wW0VxMyxK8=", V1_HASH},
    {"v1-sample.msrcincident", "jeff", 1, 1160080069, 60, NULL, NULL,
     "192.168.1.65:3389 jeff_xp:3389",
     "ot9B5Ut8n6FmiIOr2Aa915WwuLcMdtNl5AoXFiA4wLg=", "5nKH3X0Ikre0jjL9SaRlfN10p9o="},
    {"v2.msrcincident", "awake", 2, 1403972263, 14400, "48BJQ853X3B4",
     "777DFAAE9028124DD02EDE8014221B4AD1F4EC138539D733AC767895B2D857D9",
     "[fe80::1032:53d9:5a01:909b%3]:49228 [fe80::3d8f:9b2d:6b4e:6aa%6]:49229 "
     "192.168.1.200:49230 169.254.6.170:49231",
     V2_ID, "BNRjdu97DyczQSRuMRrDWoue+HA="},
};

static GBytes *read_vector(const char *name)
{
    char *data = NULL;
    gsize size = 0;
    g_autoptr(GError) error = NULL;
    g_autofree char *file = g_test_build_filename(G_TEST_DIST, "ticket", "msra", name, NULL);
    (void)g_file_get_contents(file, &data, &size, &error);
    g_assert_no_error(error);
    return g_bytes_new_take(data, size);
}

static char *hex(RaSecret *bytes)
{
    GString *text = g_string_new(NULL);
    for (gsize i = 0; i < ra_secret_size(bytes); i++)
        g_string_append_printf(text, "%02X", ra_secret_bytes(bytes)[i]);
    return g_string_free(text, FALSE);
}

static void check_opened(const RaMsra *msra, const Vector *vector)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaSecret) password =
        test_secret(vector->password != NULL ? vector->password : "anything");
    g_autoptr(RaMsraOpened) opened = ra_msra_open(msra, password, &error);
    g_assert_no_error(error);
    g_autofree char *hosts = g_strjoinv(" ", opened->hosts);
    g_assert_cmpstr(hosts, ==, vector->hosts);
    g_assert_cmpuint(g_strv_length(opened->uris), ==, 0);
    g_assert_cmpstr(opened->session_id, ==, vector->session_id);
    g_assert_cmpstr(opened->key_hash, ==, vector->key_hash);
    g_assert_cmpint(opened->password_checked, ==, vector->version == 2);
    if (vector->pass == NULL)
        return;
    g_autoptr(RaSecret) pass = ra_msra_encrypt_pass_stub(msra, password, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(ra_secret_size(pass), ==, RA_MSRA_PASS_SIZE);
    g_autofree char *text = hex(pass);
    g_assert_cmpstr(text, ==, vector->pass);
}

static void test_vectors(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(vectors); i++) {
        const Vector *vector = &vectors[i];
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) bytes = read_vector(vector->file);
        g_test_message("%s", vector->file);
        g_assert_true(ra_msra_looks_like(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)));
        g_autoptr(RaMsra) msra =
            ra_msra_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &error);
        g_assert_no_error(error);
        g_assert_cmpstr(ra_msra_name(msra), ==, vector->name);
        g_assert_cmpuint(ra_msra_version(msra), ==, vector->version);
        g_assert_cmpint(ra_msra_start(msra), ==, vector->start);
        g_assert_cmpint(ra_msra_end(msra), ==, vector->start + 60 * vector->minutes);
        g_assert_true(ra_msra_needs_password(msra));
        g_assert_cmpint(ra_msra_checks_password(msra), ==, vector->version == 2);
        g_assert_true(g_bytes_equal(ra_msra_bytes(msra), bytes));
        check_opened(msra, vector);
    }
}

static RaMsra *parse_vector(const char *name)
{
    g_autoptr(GBytes) bytes = read_vector(name);
    g_autoptr(GError) error = NULL;
    RaMsra *msra = ra_msra_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &error);
    g_assert_no_error(error);
    return msra;
}

static void test_expert_blob(void)
{
    static const struct {
        const char *expert, *head;
    } cases[] = {
        {"Edgar Olougouna", "20;NAME=Edgar Olougouna69;PASS="},
        {"J\xC3\xBCrgen", "11;NAME=J\xC3\xBCrgen69;PASS="}, /* characters, not bytes */
        {"\xF0\x9F\x98\x80", "7;NAME=\xF0\x9F\x98\x80"
                             "69;PASS="}, /* two units of UTF-16 */
    };
    g_autoptr(RaMsra) msra = parse_vector("v1.msrcincident");
    g_autoptr(RaSecret) password = test_secret("Password1");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(RaSecret) blob = ra_msra_expert_blob(msra, cases[i].expert, password, &error);
        g_assert_no_error(error);
        g_autofree char *wanted = g_strconcat(cases[i].head, vectors[0].pass, NULL);
        g_assert_cmpstr(ra_secret_text(blob), ==, wanted);
        g_assert_cmpuint(ra_secret_size(blob), ==, strlen(wanted));
    }
}

/* Out of the seal, and back into the same one. */
static void test_sealed(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = read_vector("v2.msrcincident");
    g_autoptr(RaMsra) msra = parse_vector("v2.msrcincident");
    g_autoptr(RaSecret) password = test_secret("48BJQ853X3B4");
    g_autoptr(RaSecret) text = ra_msra_decrypt(msra, password, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(ra_secret_text(text), ==, V2_TEXT);
    g_assert_cmpuint(ra_secret_size(text), ==, strlen(V2_TEXT));
    g_autofree char *again =
        ra_msra_encrypt(ra_secret_text(text), ra_secret_size(text), password, &error);
    g_assert_no_error(error);
    g_autofree char *document = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    g_autofree char *attribute = g_strconcat("LHTICKET=\"", again, "\"", NULL);
    g_assert_nonnull(strstr(document, attribute));
}

static void test_wrong_password(void)
{
    static const char *const wrong[] = {"", "48BJQ853X3B5", "48bjq853x3b4", "48BJQ853X3B4 ",
                                        "\xFF"};
    g_autoptr(RaMsra) msra = parse_vector("v2.msrcincident");
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(RaSecret) password = test_secret(wrong[i]);
        g_assert_null(ra_msra_open(msra, password, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_PASSWORD);
    }
    for (guint i = 0; i < 1000; i++) { /* some of these end in a good padding by chance */
        g_autoptr(GError) error = NULL;
        g_autofree char *guess = g_strdup_printf("guess %u", i);
        g_autoptr(RaSecret) password = test_secret(guess);
        g_assert_null(ra_msra_open(msra, password, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_PASSWORD);
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(RaMsra) first = parse_vector("v1.msrcincident");
    g_assert_null(ra_msra_open(msra, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_PASSWORD);
    g_clear_error(&error);
    g_assert_null(ra_msra_open(first, NULL, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_PASSWORD);
}

static void test_refused_files(void)
{
    static const char *const files[] = {"refused-1.msrcincident", "refused-2.msrcincident"};
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) bytes = read_vector(files[i]);
        g_assert_null(
            ra_msra_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
    }
}

void add_msra_vector_tests(void)
{
    g_test_add_func("/msra/vectors", test_vectors);
    g_test_add_func("/msra/expert-blob", test_expert_blob);
    g_test_add_func("/msra/sealed", test_sealed);
    g_test_add_func("/msra/wrong-password", test_wrong_password);
    g_test_add_func("/msra/refused-files", test_refused_files);
}
