/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outer seal for holders of keys: CMS AuthEnvelopedData with AES-256-GCM. RSA recipients get
 * OAEP with SHA-256 (RFC 3560, RFC 8017 7.1), EC ones ephemeral-static ECDH with the X9.63 KDF and
 * SHA-256 (RFC 5753). */
#include "ticket/internal.h"

#include "base/error.h"
#include "ticket/key-file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    PEM_FILE_MAX = 64 * 1024, /* bytes of a certificate or key file */
    RSA_BITS_MIN = 2048,
    EC_BITS_MIN = 224,
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CMS_ContentInfo, CMS_ContentInfo_free)

/* Instead of OpenSSL's own, which would ask on the terminal. */
static int no_passphrase(char *buffer, int size, int writing, void *data)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)data;
    return -1;
}

/* The file's bytes behind a BIO; both belong to the caller. */
static BIO *read_pem_file(const char *file, RaSecret **ret, GError **error)
{
    const int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "cannot open the file '%s': %s", file,
                    g_strerror(errno));
        return NULL;
    }
    g_autoptr(GError) why = NULL;
    RaSecret *bytes = ra_secret_read(fd, PEM_FILE_MAX, &why);
    close(fd);
    if (bytes == NULL) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "cannot use the file '%s': %s", file,
                    why->message);
        return NULL;
    }
    BIO *bio = BIO_new_mem_buf(ra_secret_bytes(bytes), (int)ra_secret_size(bytes));
    if (bio == NULL)
        g_error("No memory to read a key");
    *ret = bytes;
    return bio;
}

static gboolean refuse(GError **error, const char *file, const char *why)
{
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                "cannot seal to the certificate in '%s': %s, give another", file, why);
    return FALSE;
}

/* Can something be encrypted to it today? */
static gboolean check_certificate(X509 *certificate, const char *file, GError **error)
{
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    const int kind = key != NULL ? EVP_PKEY_get_base_id(key) : EVP_PKEY_NONE;
    const guint32 usage = X509_get_key_usage(certificate);
    time_t now = time(NULL);
    if (X509_cmp_time(X509_get0_notBefore(certificate), &now) >= 0)
        return refuse(error, file, "it is not valid yet");
    if (X509_cmp_time(X509_get0_notAfter(certificate), &now) <= 0)
        return refuse(error, file, "it has expired");
    if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_EC)
        return refuse(error, file, "its key is neither RSA nor EC");
    if (EVP_PKEY_get_bits(key) < (kind == EVP_PKEY_RSA ? RSA_BITS_MIN : EC_BITS_MIN))
        return refuse(error, file, "its key is too short");
    if ((usage & (kind == EVP_PKEY_RSA ? KU_KEY_ENCIPHERMENT : KU_KEY_AGREEMENT)) == 0)
        return refuse(error, file, "its key is not meant for encryption");
    return TRUE;
}

static X509 *read_certificate(const char *file, GError **error)
{
    g_autoptr(RaSecret) bytes = NULL;
    g_autoptr(BIO) bio = read_pem_file(file, &bytes, error);
    if (bio == NULL)
        return NULL;
    g_autoptr(X509) certificate = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL);
    g_autoptr(X509) second =
        certificate != NULL ? PEM_read_bio_X509(bio, NULL, no_passphrase, NULL) : NULL;
    ERR_clear_error();
    if (certificate == NULL)
        refuse(error, file, "there is no certificate in PEM form in it");
    else if (second != NULL)
        refuse(error, file, "there are several in the file");
    else if (check_certificate(certificate, file, error))
        return g_steal_pointer(&certificate);
    return NULL;
}

static gboolean add_recipient(CMS_ContentInfo *cms, X509 *certificate)
{
    CMS_RecipientInfo *recipient = CMS_add1_recipient_cert(cms, certificate, CMS_KEY_PARAM);
    EVP_PKEY_CTX *context = recipient != NULL ? CMS_RecipientInfo_get0_pkey_ctx(recipient) : NULL;
    if (context == NULL)
        return FALSE;
    if (EVP_PKEY_get_base_id(X509_get0_pubkey(certificate)) == EVP_PKEY_EC)
        return EVP_PKEY_CTX_set_ecdh_kdf_md(context, EVP_sha256()) > 0;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) > 0 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) > 0;
}

static gboolean add_recipients(CMS_ContentInfo *cms, const char *const *certificates,
                               GError **error)
{
    for (guint n = 0; certificates[n] != NULL; n++) {
        if (n == RA_CERTIFICATES_MAX) {
            g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                        "an invitation can be sealed to %d certificates at the most: give fewer",
                        RA_CERTIFICATES_MAX);
            return FALSE;
        }
        g_autoptr(X509) certificate = read_certificate(certificates[n], error);
        if (certificate == NULL)
            return FALSE;
        if (!add_recipient(cms, certificate))
            return refuse(error, certificates[n], "OpenSSL cannot encrypt to its key");
    }
    return TRUE;
}

GBytes *ra_envelope_seal(RaSecret *content, const char *const *certificates, GError **error)
{
    g_autoptr(CMS_ContentInfo) cms =
        CMS_encrypt(NULL, NULL, EVP_aes_256_gcm(), CMS_BINARY | CMS_PARTIAL);
    if (cms == NULL)
        g_error("OpenSSL cannot make CMS messages here");
    GBytes *bytes = NULL;
    if (add_recipients(cms, certificates, error)) {
        g_autoptr(BIO) in = BIO_new_mem_buf(ra_secret_bytes(content), (int)ra_secret_size(content));
        guint8 *der = NULL;
        if (in == NULL || CMS_final(cms, in, NULL, CMS_BINARY) != 1) {
            g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                        "OpenSSL cannot seal to these certificates: try each alone");
        } else {
            const int size = i2d_CMS_ContentInfo(cms, &der);
            if (size <= 0)
                g_error("OpenSSL cannot write what it made");
            bytes = g_bytes_new(der, (gsize)size);
            OPENSSL_free(der);
        }
    }
    ERR_clear_error();
    return bytes;
}

gboolean ra_key_file_read(const char *file, EVP_PKEY **ret_key, X509 **ret_certificate,
                          GError **error)
{
    g_autoptr(RaSecret) bytes = NULL;
    g_autoptr(BIO) bio = read_pem_file(file, &bytes, error);
    if (bio == NULL)
        return FALSE;
    g_autoptr(EVP_PKEY) key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
    g_autoptr(BIO) again = BIO_new_mem_buf(ra_secret_bytes(bytes), (int)ra_secret_size(bytes));
    g_autoptr(X509) certificate = PEM_read_bio_X509(again, NULL, no_passphrase, NULL);
    const gboolean fits =
        key != NULL && certificate != NULL && X509_check_private_key(certificate, key) == 1;
    ERR_clear_error();
    const char *why = key == NULL           ? "a private key in PEM form without a passphrase"
                      : certificate == NULL ? "the certificate of its private key"
                                            : "the certificate that belongs to its private key";
    if (!fits) {
        g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "the key file '%s' lacks %s: add it", file,
                    why);
        return FALSE;
    }
    *ret_key = g_steal_pointer(&key);
    *ret_certificate = g_steal_pointer(&certificate);
    return TRUE;
}

/* One AuthEnvelopedData in DER, and nothing behind it. */
static CMS_ContentInfo *read_envelope(GBytes *envelope, GError **error)
{
    gsize size = 0;
    const guint8 *data = g_bytes_get_data(envelope, &size);
    const guint8 *at = data;
    g_autoptr(CMS_ContentInfo) cms = d2i_CMS_ContentInfo(NULL, &at, (long)size);
    ERR_clear_error();
    if (cms != NULL && at == data + size &&
        OBJ_obj2nid(CMS_get0_type(cms)) == NID_id_smime_ct_authEnvelopedData)
        return g_steal_pointer(&cms);
    g_set_error(error, RA_ERROR, RA_ERROR_MALFORMED,
                "the invitation's envelope is damaged: ask for a new invitation");
    return NULL;
}

RaSecret *ra_envelope_open(GBytes *envelope, const char *key_file, GError **error)
{
    g_autoptr(EVP_PKEY) key = NULL;
    g_autoptr(X509) certificate = NULL;
    g_autoptr(CMS_ContentInfo) cms = read_envelope(envelope, error);
    if (cms == NULL || !ra_key_file_read(key_file, &key, &certificate, error))
        return NULL;
    g_autoptr(BIO) out = BIO_new(BIO_s_mem()); /* wiped by OpenSSL when it grows and when freed */
    const gboolean opened =
        out != NULL && CMS_decrypt(cms, key, certificate, NULL, out, CMS_BINARY) == 1;
    ERR_clear_error();
    if (!opened) {
        g_set_error(error, RA_ERROR, RA_ERROR_PASSWORD,
                    "the key in '%s' does not open the invitation, or the invitation was altered: "
                    "it may be sealed to another key",
                    key_file);
        return NULL;
    }
    char *data = NULL;
    const long size = BIO_get_mem_data(out, &data);
    return ra_secret_new_copy(data, size > 0 ? (gsize)size : 0);
}
