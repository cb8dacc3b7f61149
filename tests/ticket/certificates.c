/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sealing to people. Keys and certificates are made here, for one run. */
#include "tests/ticket/tests.h"

#include <glib/gstdio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

typedef struct {
    char *dir;
    char *rsa, *ec, *other, *expired, *future, *signing, *ec_signing, *edwards, *small, *both;
    char *not_pem, *missing, *locked, *alone;
} Keys;

static void add_usage(X509 *certificate, const char *usage)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_key_usage, usage);
    g_assert_nonnull(extension);
    g_assert_cmpint(X509_add_ext(certificate, extension, -1), ==, 1);
    X509_EXTENSION_free(extension);
}

/* Writes DIR/NAME.pem: a self-signed certificate and its key, as ra-open --key takes it. */
static char *make(const char *dir, const char *name, EVP_PKEY *key, long from, long until,
                  const char *usage)
{
    X509 *certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), (long)g_random_int_range(1, G_MAXINT));
    X509_gmtime_adj(X509_getm_notBefore(certificate), from);
    X509_gmtime_adj(X509_getm_notAfter(certificate), until);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               (const guint8 *)name, -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    if (usage != NULL)
        add_usage(certificate, usage);
    const gboolean edwards = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
    g_assert_cmpint(X509_sign(certificate, key, edwards ? NULL : EVP_sha256()), >, 0);
    g_autofree char *file = g_strconcat(name, ".pem", NULL);
    char *path = g_build_filename(dir, file, NULL);
    BIO *out = BIO_new_file(path, "w");
    g_assert_cmpint(PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL), ==, 1);
    g_assert_cmpint(PEM_write_bio_X509(out, certificate), ==, 1);
    BIO_free(out);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return path;
}

static char *write_text(const char *dir, const char *name, const char *text)
{
    char *path = g_build_filename(dir, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

/* A key that asks for a passphrase, with its certificate; and a key without one. */
static void make_odd_keys(Keys *keys)
{
    g_autofree char *pem = NULL, *second = NULL;
    g_assert_true(g_file_get_contents(keys->rsa, &pem, NULL, NULL));
    g_assert_true(g_file_get_contents(keys->other, &second, NULL, NULL));
    g_autofree char *two = g_strconcat(pem, second, NULL);
    keys->both = write_text(keys->dir, "both.pem", two);
    const char *certificate = strstr(pem, "-----BEGIN CERTIFICATE");
    g_autofree char *key_alone = g_strndup(pem, (gsize)(certificate - pem));
    keys->alone = write_text(keys->dir, "alone.pem", key_alone);
    keys->locked = g_build_filename(keys->dir, "locked.pem", NULL);
    BIO *out = BIO_new_file(keys->locked, "w");
    EVP_PKEY *key = EVP_EC_gen("P-256");
    char phrase[] = "phrase";
    g_assert_cmpint(
        PEM_write_bio_PrivateKey(out, key, EVP_aes_128_cbc(), (guint8 *)phrase, 6, NULL, NULL), ==,
        1);
    BIO_puts(out, certificate);
    BIO_free(out);
    EVP_PKEY_free(key);
}

static void set_up(Keys *keys, gconstpointer data)
{
    (void)data;
    const char *encrypt = "critical,keyEncipherment", *agree = "critical,keyAgreement";
    char *dir = keys->dir = g_dir_make_tmp("ra-test-XXXXXX", NULL);
    keys->rsa = make(dir, "rsa", EVP_RSA_gen(2048), -60, 3600, encrypt);
    keys->ec = make(dir, "ec", EVP_EC_gen("P-256"), -60, 3600, agree);
    keys->other = make(dir, "other", EVP_RSA_gen(2048), -60, 3600, NULL);
    keys->expired = make(dir, "expired", EVP_EC_gen("P-256"), -7200, -60, agree);
    keys->future = make(dir, "future", EVP_EC_gen("P-256"), 3600, 7200, agree);
    keys->signing = make(dir, "signing", EVP_RSA_gen(2048), -60, 3600, "digitalSignature");
    keys->ec_signing = make(dir, "ec-signing", EVP_EC_gen("P-384"), -60, 3600, "digitalSignature");
    keys->edwards = make(dir, "edwards", EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), -60, 3600, NULL);
    keys->small = make(dir, "small", EVP_RSA_gen(1024), -60, 3600, encrypt);
    keys->not_pem = write_text(dir, "not.pem", "This is no certificate.\n");
    keys->missing = g_build_filename(dir, "missing.pem", NULL);
    make_odd_keys(keys);
}

static void tear_down(Keys *keys, gconstpointer data)
{
    (void)data;
    test_remove_folder(keys->dir);
    char **all[] = {&keys->dir,        &keys->rsa,     &keys->ec,    &keys->other,   &keys->expired,
                    &keys->future,     &keys->signing, &keys->small, &keys->both,    &keys->edwards,
                    &keys->ec_signing, &keys->not_pem, &keys->alone, &keys->missing, &keys->locked};
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        g_free(*all[i]);
}

static GBytes *seal(RaInvitation *invitation, const char *password, const char *const *certificates)
{
    const RaSealWith with = {.cost = TEST_COST};
    g_autoptr(GError) error = NULL;
    g_autoptr(RaSecret) secret = password != NULL ? test_secret(password) : NULL;
    GBytes *bytes = ra_ticket_seal_with(invitation, secret, certificates, &with, &error);
    g_assert_no_error(error);
    return bytes;
}

static void assert_opens(GBytes *bytes, const char *password, const char *key,
                         const RaInvitation *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaSecret) secret = password != NULL ? test_secret(password) : NULL;
    g_autoptr(RaTicket) ticket = test_parse(bytes);
    g_assert_true(ra_ticket_needs_key(ticket));
    g_assert_cmpint(ra_ticket_needs_password(ticket), ==, password != NULL);
    g_autoptr(RaInvitation) opened = ra_ticket_open(ticket, secret, key, &error);
    g_assert_no_error(error);
    test_assert_same(expected, opened);
}

static void assert_stays_shut(GBytes *bytes, const char *password, const char *key, gint code)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaSecret) secret = password != NULL ? test_secret(password) : NULL;
    g_autoptr(RaTicket) ticket = test_parse(bytes);
    g_assert_null(ra_ticket_open(ticket, secret, key, &error));
    g_assert_error(error, RA_ERROR, code);
}

static void test_sealed_to(Keys *keys, gconstpointer data)
{
    (void)data;
    const char *const lists[][3] = {{keys->rsa}, {keys->ec}, {keys->rsa, keys->ec}};
    g_autoptr(RaInvitation) invitation = test_invitation();
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autoptr(GBytes) open_to_all = seal(invitation, NULL, lists[i]);
        g_autoptr(GBytes) with_password = seal(invitation, "four", lists[i]);
        for (gsize k = 0; lists[i][k] != NULL; k++) {
            assert_opens(open_to_all, NULL, lists[i][k], invitation);
            assert_opens(with_password, "four", lists[i][k], invitation);
            assert_stays_shut(with_password, "five", lists[i][k], RA_ERROR_PASSWORD);
        }
        assert_stays_shut(open_to_all, NULL, keys->other, RA_ERROR_PASSWORD);
        assert_stays_shut(open_to_all, NULL, NULL, RA_ERROR_PASSWORD);
        assert_stays_shut(open_to_all, "four", NULL, RA_ERROR_PASSWORD);
        assert_stays_shut(with_password, "four", keys->other, RA_ERROR_PASSWORD);
        assert_stays_shut(with_password, NULL, lists[i][0], RA_ERROR_PASSWORD);
        assert_stays_shut(open_to_all, NULL, keys->missing, RA_ERROR_USAGE);
        assert_stays_shut(open_to_all, NULL, keys->not_pem, RA_ERROR_USAGE);
        assert_stays_shut(open_to_all, NULL, keys->alone, RA_ERROR_USAGE);
        assert_stays_shut(open_to_all, NULL, keys->locked, RA_ERROR_USAGE);
        assert_stays_shut(open_to_all, NULL, keys->dir, RA_ERROR_USAGE);
    }
}

static void test_bad_certificates(Keys *keys, gconstpointer data)
{
    (void)data;
    const char *const bad[] = {keys->expired, keys->future, keys->signing, keys->ec_signing,
                               keys->edwards, keys->small,  keys->both,    keys->not_pem,
                               keys->missing, keys->dir,    keys->alone};
    g_autoptr(RaInvitation) invitation = test_invitation();
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        const char *const list[] = {keys->rsa, bad[i], NULL};
        g_assert_null(ra_ticket_seal(invitation, NULL, list, &error));
        g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
        g_assert_nonnull(strstr(error->message, bad[i]));
    }
    g_autoptr(GError) error = NULL;
    const char *many[RA_CERTIFICATES_MAX + 2] = {NULL};
    for (gsize i = 0; i <= RA_CERTIFICATES_MAX; i++)
        many[i] = keys->ec;
    g_assert_null(ra_ticket_seal(invitation, NULL, many, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_USAGE);
    g_autoptr(GBytes) most = seal(invitation, NULL, many + 1);
    assert_opens(most, NULL, keys->ec, invitation);
}

static char *replace(const char *text, const char *from, const char *to)
{
    g_auto(GStrv) parts = g_strsplit(text, from, 2);
    g_assert_nonnull(parts[1]);
    return g_strjoinv(to, parts);
}

/* The readable part cannot change, though anyone could write an envelope of their own. */
static void test_altered(Keys *keys, gconstpointer data)
{
    (void)data;
    static const char *const changes[][2] = {
        {"Anna", "Anne"},
        {"anna@", "eve@"},
        {"T10:00:00Z", "T11:00:00Z"},
        {"T09:00:00Z", "T09:00:01Z"},
        {"nonce=\"", "nonce=\"AAAA"},
    };
    const char *const list[] = {keys->ec, NULL};
    g_autoptr(RaInvitation) invitation = test_invitation();
    g_autoptr(GBytes) bytes = seal(invitation, NULL, list);
    g_autofree char *text = test_text(bytes);
    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autofree char *altered = replace(text, changes[i][0], changes[i][1]);
        char *nonce = strstr(altered, "nonce=\"AAAA");
        if (nonce != NULL) /* as long as before */
            memmove(nonce + 11, nonce + 15, strlen(nonce + 15) + 1);
        g_autoptr(GBytes) changed = g_bytes_new(altered, strlen(altered));
        assert_stays_shut(changed, NULL, keys->ec, RA_ERROR_PASSWORD);
    }
    /* Nor can what says who must open it. */
    g_autofree char *with_password =
        replace(text, "<certificates envelope=\"cms\"/>",
                "<password kdf=\"scrypt\" n=\"16384\" r=\"8\" p=\"1\" "
                "salt=\"AAAAAAAAAAAAAAAAAAAAAA==\"/><certificates envelope=\"cms\"/>");
    g_autoptr(GBytes) changed = g_bytes_new(with_password, strlen(with_password));
    assert_stays_shut(changed, "four", keys->ec, RA_ERROR_PASSWORD);
}

/* Every byte of the envelope, spoilt: it fails, or it means the same (what OpenSSL does not look
 * at: the certificate's name where there is one recipient). */
static void test_every_byte(Keys *keys, gconstpointer data)
{
    (void)data;
    const char *const list[] = {keys->ec, NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(RaSecret) content = test_secret("what is sealed");
    g_autoptr(GBytes) envelope = ra_envelope_seal(content, list, &error);
    g_assert_no_error(error);
    gsize size = 0;
    const guint8 *original = g_bytes_get_data(envelope, &size);
    g_autofree guint8 *bytes = g_memdup2(original, size);
    for (gsize i = 0; i < size; i++) {
        bytes[i] ^= 1;
        g_autoptr(GError) why = NULL;
        g_autoptr(GBytes) spoilt = g_bytes_new(bytes, size);
        g_autoptr(RaSecret) opened = ra_envelope_open(spoilt, keys->ec, &why);
        g_assert_true(opened == NULL || ra_secret_equal(opened, content));
        g_assert_true((opened == NULL) == (why != NULL));
        bytes[i] ^= 1;
    }
    g_autoptr(GBytes) longer = g_bytes_new(original, size - 1);
    g_assert_null(ra_envelope_open(longer, keys->ec, &error));
    g_assert_error(error, RA_ERROR, RA_ERROR_MALFORMED);
}

static void run(const char *const *argv)
{
    g_autoptr(GError) error = NULL;
    gint status = 0;
    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                               NULL, &status, &error));
    g_assert_true(g_spawn_check_wait_status(status, &error));
}

/* The envelope is ordinary CMS: the openssl program opens ours, and we open its. */
static void test_interchange(Keys *keys, gconstpointer data)
{
    (void)data;
    g_autofree char *program = g_find_program_in_path("openssl");
    if (program == NULL) {
        g_test_skip("the openssl program is not there");
        return;
    }
    const char *const each[] = {keys->rsa, keys->ec};
    g_autofree char *plain = write_text(keys->dir, "plain", "what is sealed");
    g_autofree char *in = g_build_filename(keys->dir, "in", NULL);
    g_autofree char *out = g_build_filename(keys->dir, "out", NULL);
    g_autoptr(RaSecret) content = test_secret("what is sealed");
    for (gsize i = 0; i < G_N_ELEMENTS(each); i++) {
        g_autoptr(GError) error = NULL;
        const char *const list[] = {each[i], NULL};
        g_autoptr(GBytes) ours = ra_envelope_seal(content, list, &error);
        g_assert_no_error(error);
        g_assert_true(g_file_set_contents(in, g_bytes_get_data(ours, NULL),
                                          (gssize)g_bytes_get_size(ours), NULL));
        run((const char *const[]){program, "cms", "-decrypt", "-binary", "-inform", "DER", "-in",
                                  in, "-inkey", each[i], "-recip", each[i], "-out", out, NULL});
        g_autofree char *opened = NULL;
        g_assert_true(g_file_get_contents(out, &opened, NULL, NULL));
        g_assert_cmpstr(opened, ==, "what is sealed");

        run((const char *const[]){program, "cms", "-encrypt", "-binary", "-aes-256-gcm", "-outform",
                                  "DER", "-in", plain, "-out", out, each[i], NULL});
        g_autofree char *theirs = NULL;
        gsize size = 0;
        g_assert_true(g_file_get_contents(out, &theirs, &size, NULL));
        g_autoptr(GBytes) envelope = g_bytes_new(theirs, size);
        g_autoptr(RaSecret) got = ra_envelope_open(envelope, each[i], &error);
        g_assert_no_error(error);
        g_assert_true(ra_secret_equal(got, content));
    }
}

void add_certificate_tests(void)
{
    g_test_add("/certificates/interchange", Keys, NULL, set_up, test_interchange, tear_down);
    g_test_add("/certificates/sealed-to", Keys, NULL, set_up, test_sealed_to, tear_down);
    g_test_add("/certificates/bad", Keys, NULL, set_up, test_bad_certificates, tear_down);
    g_test_add("/certificates/altered", Keys, NULL, set_up, test_altered, tear_down);
    g_test_add("/certificates/every-byte", Keys, NULL, set_up, test_every_byte, tear_down);
}
