/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signed and encrypted messages: samples by OpenSSL (make-signed), and what nobody should send. */
#include "base/error.h"
#include "mailer/find/extract.h"
#include "mailer/find/spool.h"
#include "mailer/sign/pgp-packets.h"
#include "mailer/sign/smime-scan.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static char *sample(const char *name)
{
    return g_test_build_filename(G_TEST_DIST, "mailer-open", "smime", name, NULL);
}

static GBytes *load(const char *name)
{
    g_autofree char *path = sample(name);
    char *data = NULL;
    gsize size = 0;
    g_autoptr(GError) error = NULL;
    (void)g_file_get_contents(path, &data, &size, &error);
    g_assert_no_error(error);
    return g_bytes_new_take(data, size);
}

/* With the helper's key and the authority that made the samples. */
static RaExtraction *extract(GBytes *bytes)
{
    g_autofree char *key = sample("helper.pem");
    g_autofree char *ca = sample("ca.pem");
    const RaExtractOptions options = {.key_file = key, .ca_file = ca};
    g_autoptr(GError) error = NULL;
    RaExtraction *extraction = ra_extract_bytes(bytes, &options, &error);
    g_assert_no_error(error);
    return extraction;
}

/* What may be shown to GnuPG as a signature: packets in hexadecimal, how many they are (0: none).
 */
static void test_pgp_packets(void)
{
    static const struct {
        const char *packets;
        guint count;
    } cases[] = {
        {"c20104", 1},         {"880104", 1},
        {"89000104", 1},       {"8a0000000104", 1},
        {"c2ff0000000104", 1}, {"c20104890001048801", 0},
        {"c20104c20104", 2},   {"", 0},
        {"8b04", 0},           {"c2e104", 0},
        {"c200", 0},           {"c2", 0},
        {"c2ffffffffff04", 0}, {"8affffffff04", 0},
        {"c80104", 0},         {"c20104c80104", 0},
        {"c20104a3020102", 0}, {"420104", 0},
        {"c2c000", 0},         {"c2020a", 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint8 bytes[32] = {0};
        guint count = 0;
        const gsize size = strlen(cases[i].packets) / 2;
        for (gsize k = 0; k < size; k++)
            bytes[k] = (guint8)(g_ascii_xdigit_value(cases[i].packets[2 * k]) << 4 |
                                g_ascii_xdigit_value(cases[i].packets[2 * k + 1]));
        g_autofree char *base64 = g_base64_encode(bytes, size);
        g_autofree char *armour =
            g_strdup_printf("-----BEGIN PGP SIGNATURE-----\r\nVersion: 1\r\nComment:\r\n\r\n%s\r\n"
                            "=AAAA\r\n-----END PGP SIGNATURE-----\r\n",
                            base64);
        g_autoptr(GByteArray) text = g_byte_array_new();
        g_byte_array_append(text, (const guint8 *)armour, (guint)strlen(armour));
        GByteArray *packets = ra_pgp_signature_packets(text, &count);
        g_test_message("%s", cases[i].packets);
        g_assert_cmpuint(count, ==, cases[i].count);
        g_assert_cmpint(packets != NULL, ==, count > 0);
        if (packets != NULL) {
            g_assert_cmpmem(packets->data, packets->len, bytes, size);
            g_byte_array_unref(packets);
        }
    }
}

static void test_samples(void)
{
    static const struct {
        const char *file;
        gboolean is_signed, encrypted;
    } cases[] = {
        {"detached.eml", TRUE, FALSE},    {"opaque.eml", TRUE, FALSE},
        {"opaque.der", TRUE, FALSE},      {"opaque.ber", TRUE, FALSE},
        {"opaque.pem", TRUE, FALSE},      {"encrypted.der", FALSE, TRUE},
        {"encrypted.ber", FALSE, TRUE},   {"gcm.der", FALSE, TRUE},
        {"compressed.der", FALSE, FALSE}, {"triple.der", TRUE, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].file);
        g_autoptr(GBytes) bytes = load(cases[i].file);
        g_autoptr(RaExtraction) extraction = extract(bytes);
        g_assert_cmpuint(extraction->found->len, ==, 1);
        const RaFound *found = extraction->found->pdata[0];
        g_assert_cmpint(found->encrypted, ==, cases[i].encrypted);
        g_assert_cmpint(found->signer != NULL, ==, cases[i].is_signed);
        if (found->signer == NULL)
            continue;
        g_assert_cmpstr(found->signer->why, ==, "");
        g_assert_cmpint(found->signer->state, ==, RA_SIGNATURE_GOOD);
        g_assert_cmpstr(found->signer->address, ==, "juergen@example.org");
        g_assert_cmpstr(found->signer->issuer, ==, "Test CA");
    }
}

/* Cut anywhere, a message is damaged, nothing worse, and never signed. */
static void test_truncated(void)
{
    enum { CLOSING = 64 }; /* bytes behind the signature, which may be missing */
    static const char *const files[] = {"opaque.ber", "triple.der", "gcm.der", "compressed.der",
                                        "detached.eml"};
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GBytes) whole = load(files[i]);
        const gsize size = g_bytes_get_size(whole);
        for (gsize length = 0; length + CLOSING < size; length += 13) {
            g_autoptr(GBytes) cut = g_bytes_new_from_bytes(whole, 0, length);
            g_autoptr(RaExtraction) extraction = extract(cut);
            for (guint k = 0; k < extraction->found->len; k++) {
                const RaFound *found = extraction->found->pdata[k];
                g_assert_true(found->signer != NULL && found->signer->state != RA_SIGNATURE_GOOD);
            }
        }
    }
}

/* A changed byte leaves the signature good only where it is in nothing signed. */
static void test_altered(void)
{
    g_autoptr(GBytes) whole = load("opaque.der");
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(whole, &size);
    const guint8 *content = memmem(data, size, "--b1\r\n", 6);
    g_assert_nonnull(content);
    for (gsize i = 0; i < 900; i += 37) {
        g_autofree guint8 *copy = g_memdup2(data, size);
        copy[content - data + 8 + i] ^= 1;
        g_autoptr(GBytes) bytes = g_bytes_new(copy, size);
        g_autoptr(RaExtraction) extraction = extract(bytes);
        for (guint k = 0; k < extraction->found->len; k++) {
            const RaFound *found = extraction->found->pdata[k];
            g_assert_cmpint(found->signer->state, ==, RA_SIGNATURE_BAD);
        }
    }
}

static void append_repeated(GByteArray *out, const void *data, guint size, guint times)
{
    for (guint i = 0; i < times; i++)
        g_byte_array_append(out, data, size);
}

#define BYTES(text) (const guint8 *)(text), sizeof(text) - 1
#define SIGNED      "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02"
#define DATA        "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01"
/* A SignedData up to its digest algorithms. */
#define HEAD "\x30\x80" SIGNED "\xA0\x80\x30\x80\x02\x01\x01"

/* Nothing signed, by nobody, in each other. */
static GByteArray *make_nested(guint levels)
{
    static const char before[] = HEAD "\x31\x00\x30\x80" DATA "\xA0\x80\x04\x84";
    static const char behind[] = "\0\0\0\0\x31\x00\0\0\0\0\0";
    const guint around = sizeof before - 1 + 4 + sizeof behind;
    GByteArray *out = g_byte_array_new();
    for (guint i = 0; i < levels; i++) {
        const guint32 inside = GUINT32_TO_BE((levels - 1 - i) * around);
        g_byte_array_append(out, BYTES(before));
        g_byte_array_append(out, (const guint8 *)&inside, 4);
    }
    append_repeated(out, behind, sizeof behind, levels);
    return out;
}

static GByteArray *make_open_sequences(void)
{
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, BYTES("\x30\x80" SIGNED));
    append_repeated(out, "\x30\x80", 2, 1000000);
    return out;
}

static GByteArray *make_algorithms(void)
{
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, BYTES(HEAD "\x31\x80"));
    append_repeated(out, "\x30\x03\x06\x01\x2A", 5, 2000000);
    return out;
}

static GByteArray *make_pieces(void)
{
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, BYTES(HEAD "\x31\x00\x30\x80" DATA "\xA0\x80\x24\x80"));
    append_repeated(out, "\x04\x01X", 3, 3000000);
    g_byte_array_append(out, BYTES("\0\0\0\0\0\0\x31\x00\0\0\0\0\0\0"));
    return out;
}

/* Signatures of nothing: a version, a key identifier, two algorithms and a byte each. */
static GByteArray *make_signers(guint count)
{
    static const char one[] = "\x30\x20\x02\x01\x03\x80\x01X\x30\x0B\x06\x09\x60\x86\x48\x01\x65"
                              "\x03\x04\x02\x01\x30\x08\x06\x06\x2A\x03\x04\x05\x06\x07\x04\x01X";
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out,
                        BYTES(HEAD "\x31\x00\x30\x80" DATA "\xA0\x80\x04\x01X\0\0\0\0\x31\x80"));
    append_repeated(out, one, sizeof one - 1, count);
    g_byte_array_append(out, BYTES("\0\0\0\0\0\0\0\0"));
    return out;
}

static GByteArray *make_base64(void)
{
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, BYTES("-----BEGIN PKCS7-----\nMIAGCSqGSIb3DQEHAqCA"));
    append_repeated(out, "MIAw", 4, 2000000);
    return out;
}

static GByteArray *make_multiparts(void)
{
    GByteArray *out = g_byte_array_new();
    for (guint i = 0; i < 100000; i++) {
        g_autofree char *text =
            g_strdup_printf("Content-Type: multipart/signed; boundary=b%u\n\n--b%u\n", i, i);
        g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
    }
    return out;
}

/* Each is searched in bounded time and memory, and holds nothing. */
static void test_hostile(void)
{
    const struct {
        const char *name;
        GByteArray *bytes;
        gboolean limit;
    } cases[] = {
        {"100,000 messages in each other", make_nested(100000), TRUE},
        {"a million sequences without end", make_open_sequences(), TRUE},
        {"two million algorithms", make_algorithms(), TRUE},
        {"three million pieces of content", make_pieces(), FALSE},
        {"five signers", make_signers(5), FALSE},
        {"a thousand signers", make_signers(1000), FALSE},
        {"a million signers", make_signers(1000000), TRUE},
        {"base64 without end", make_base64(), TRUE},
        {"100,000 signed multiparts in each other", make_multiparts(), TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].name);
        g_autoptr(GBytes) bytes = g_byte_array_free_to_bytes(cases[i].bytes);
        g_test_timer_start();
        g_autoptr(RaExtraction) extraction = extract(bytes);
        g_assert_cmpfloat(g_test_timer_elapsed(), <, 30);
        g_assert_cmpuint(extraction->found->len, ==, 0);
        g_assert_cmpint(extraction->limit != NULL, ==, cases[i].limit);
    }
}

/* What lies in a message with such signatures is found, and is not said to be signed. */
static void test_empty_signatures(void)
{
    g_autofree char *path =
        g_test_build_filename(G_TEST_DIST, "mailer-open", "data", "juergen.raticket", NULL);
    g_autofree char *ticket = NULL;
    gsize size = 0;
    g_assert_true(g_file_get_contents(path, &ticket, &size, NULL));
    static const char *const ends[] = {"\x31\x00", "\x31\x80\x30\x00\0\0"};
    const guint end_sizes[] = {2, 6};
    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
        const guint32 length = GUINT32_TO_BE((guint32)size);
        GByteArray *out = g_byte_array_new();
        g_byte_array_append(out, BYTES(HEAD "\x31\x00\x30\x80" DATA "\xA0\x80\x04\x84"));
        g_byte_array_append(out, (const guint8 *)&length, 4);
        g_byte_array_append(out, (const guint8 *)ticket, (guint)size);
        g_byte_array_append(out, BYTES("\0\0\0\0"));
        g_byte_array_append(out, (const guint8 *)ends[i], end_sizes[i]);
        g_byte_array_append(out, BYTES("\0\0\0\0\0\0"));
        g_autoptr(GBytes) bytes = g_byte_array_free_to_bytes(out);
        g_autoptr(RaExtraction) extraction = extract(bytes);
        g_assert_cmpuint(extraction->found->len, ==,
                         i == 0 ? 1 : 0); /* no signer at all; nonsense */
        if (i == 0) {
            const RaFound *found = extraction->found->pdata[0];
            g_assert_cmpint(found->signer->state, ==, RA_SIGNATURE_BAD);
        }
    }
}

static void test_scan(void)
{
    static const struct {
        const char *data;
        gsize size;
        gboolean fine;
    } cases[] = {
        {"", 0, FALSE},
        {"\x30", 1, FALSE},
        {"\x30\x00", 2, TRUE},
        {"\x30\x01", 2, FALSE},
        {"\x30\x80", 2, FALSE},
        {"\x30\x80\0\0", 4, TRUE},
        {"\x30\x80\0\x01", 4, FALSE},
        {"\0\0", 2, FALSE},
        {"\x04\x80\0\0", 4, FALSE}, /* primitive without a length */
        {"\x30\x03\x02\x01\x05", 5, TRUE},
        {"\x30\x02\x02\x01\x05", 5, FALSE}, /* the inner one is longer */
        {"\x30\x02\0\0", 4, FALSE},         /* an end inside a length */
        {"\x30\x85\xFF\xFF\xFF\xFF\xFF", 7, FALSE},
        {"\x30\x89\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 11, FALSE},
        {"\x30\x04\xBF\x81\x01\x00", 6, TRUE}, /* a high tag */
        {"\x30\x02\xBF\xFF", 4, FALSE},
        {"\x30\x00trailing", 10, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%" G_GSIZE_FORMAT, i);
        g_autofree guint8 *exact = g_memdup2(cases[i].data, cases[i].size);
        g_assert_cmpint(ra_cms_measure(exact, cases[i].size) > 0, ==, cases[i].fine);
    }
}

static void test_signer(void)
{
    static const struct {
        const char *have, *wanted;
        gboolean is;
    } cases[] = {
        {"jo@example.org", "Jo@Example.ORG", TRUE},
        {"jo@example.org", "jo@example.org.evil.example", FALSE},
        {"jo@b\xC3\xBC"
         "cher.example",
         "jo@xn--bcher-kva.example", TRUE},
        {"jo@example.org", "", FALSE},
        {"", "", FALSE},
        {"jo", "jo", TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        RaSigner plain = {.addresses = g_new0(char *, 2)};
        plain.addresses[0] = g_strdup(cases[i].have);
        RaSigner *signer = ra_signer_new(&plain);
        g_assert_cmpint(ra_signer_is(signer, cases[i].wanted), ==, cases[i].is);
        ra_signer_unref(signer);
    }
}

static void collect(const char *data, gsize size, gpointer all)
{
    g_string_append_len(all, data, (gssize)size);
}

static void test_spool(void)
{
    static const gsize sizes[] = {0, 1, 1000, 64 * 1024, 64 * 1024 + 1, 300000};
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(RaSpool) spool = ra_spool_new();
        g_autoptr(GString) in = g_string_new(NULL);
        g_autoptr(GString) out = g_string_new(NULL);
        while (in->len < sizes[i])
            g_string_append_c(in, (char)('a' + in->len % 23));
        for (gsize done = 0; done < sizes[i]; done += 777)
            g_assert_true(ra_spool_push(spool, in->str + done, MIN(sizes[i] - done, (gsize)777)));
        ra_spool_give(spool, FALSE, collect, out);
        g_assert_true(g_string_equal(in, out));
        const int fd = ra_spool_to_fd(spool);
        g_assert_cmpint(lseek(fd, 0, SEEK_END), ==, (gint64)sizes[i]);
        g_string_truncate(out, 0);
        ra_spool_give(spool, TRUE, collect, out);
        g_assert_true(g_string_equal(in, out));
    }
}

/* A key or list that cannot be used is said when it is needed, not before. */
static void test_files(void)
{
    const RaExtractOptions options = {.key_file = "/nonexistent/key", .ca_file = "/nonexistent/ca"};
    static const char *const files[] = {"encrypted.der", "opaque.der"};
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GBytes) bytes = load(files[i]);
        g_autoptr(GError) error = NULL;
        g_assert_null(ra_extract_bytes(bytes, &options, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
        g_assert_nonnull(strstr(error->message, "/nonexistent/"));
    }
    g_autoptr(GBytes) bytes = load("compressed.der");
    g_autoptr(RaExtraction) extraction = ra_extract_bytes(bytes, &options, NULL);
    g_assert_cmpuint(extraction->found->len, ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mailer/signed/samples", test_samples);
    g_test_add_func("/mailer/signed/pgp-packets", test_pgp_packets);
    g_test_add_func("/mailer/signed/truncated", test_truncated);
    g_test_add_func("/mailer/signed/altered", test_altered);
    g_test_add_func("/mailer/signed/hostile", test_hostile);
    g_test_add_func("/mailer/signed/empty-signatures", test_empty_signatures);
    g_test_add_func("/mailer/signed/scan", test_scan);
    g_test_add_func("/mailer/signed/signer", test_signer);
    g_test_add_func("/mailer/signed/spool", test_spool);
    g_test_add_func("/mailer/signed/files", test_files);
    return g_test_run();
}
