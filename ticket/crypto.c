/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ticket/internal.h"

#include "base/error.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#define N_MIN      ((guint64)1 << 14)
#define N_MAX      ((guint64)1 << 19)
#define N_R_MIN    ((guint64)1 << 17)
#define WORK_MAX   ((guint64)1 << 22)           /* N * r * p */
#define MEMORY_MAX ((guint64)600 * 1024 * 1024) /* bytes: 128 * N * r, and some more */
enum { R_MAX = 16, P_MAX = 4 };

gboolean ra_cost_is_sane(const RaCost *cost)
{
    if (cost->n < N_MIN || cost->n > N_MAX || (cost->n & (cost->n - 1)) != 0 || cost->r < 1 ||
        cost->r > R_MAX || cost->p < 1 || cost->p > P_MAX)
        return FALSE;
    return cost->n * cost->r >= N_R_MIN && cost->n * cost->r * cost->p <= WORK_MAX;
}

RaSecret *ra_derive_key(RaSecret *password, const guint8 *salt, const RaCost *cost, GError **error)
{
    RaCost copy = *cost;
    guint64 memory = MEMORY_MAX;
    g_autoptr(RaSecret) key = ra_secret_new(RA_CIPHER_KEY_SIZE);
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, ra_secret_bytes(password),
                                          ra_secret_size(password)),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, RA_SALT_SIZE),
        OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &copy.n),
        OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &copy.r),
        OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &copy.p),
        OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
        OSSL_PARAM_construct_end(),
    };
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, OSSL_KDF_NAME_SCRYPT, NULL);
    EVP_KDF_CTX *context = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
    const gboolean done = context != NULL && EVP_KDF_derive(context, ra_secret_bytes(key),
                                                            RA_CIPHER_KEY_SIZE, params) == 1;
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    ERR_clear_error();
    if (done)
        return g_steal_pointer(&key);
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                "cannot work out the invitation's key: %" G_GUINT64_FORMAT
                " MiB of memory are needed, close other programs",
                cost->n * cost->r * 128 / (1024 * 1024) + 1);
    return NULL;
}

GBytes *ra_cipher_seal(RaSecret *key, const guint8 *nonce, RaSecret *associated, RaSecret *plain)
{
    const gsize size = ra_secret_size(plain);
    guint8 *out = g_malloc(size + RA_TAG_SIZE);
    int length = 0, rest = 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context == NULL ||
        EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, ra_secret_bytes(key), nonce) != 1 ||
        EVP_EncryptUpdate(context, NULL, &length, ra_secret_bytes(associated),
                          (int)ra_secret_size(associated)) != 1 ||
        EVP_EncryptUpdate(context, out, &length, ra_secret_bytes(plain), (int)size) != 1 ||
        EVP_EncryptFinal_ex(context, out + length, &rest) != 1 ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, RA_TAG_SIZE, out + size) != 1)
        g_error("AES-256-GCM does not work here");
    EVP_CIPHER_CTX_free(context);
    return g_bytes_new_take(out, size + RA_TAG_SIZE);
}

RaSecret *ra_cipher_open(RaSecret *key, const guint8 *nonce, RaSecret *associated,
                         const guint8 *sealed, gsize size)
{
    if (size < RA_TAG_SIZE || size > RA_TICKET_MAX)
        return NULL;
    const gsize length = size - RA_TAG_SIZE;
    guint8 tag[RA_TAG_SIZE];
    for (gsize i = 0; i < RA_TAG_SIZE; i++)
        tag[i] = sealed[length + i];
    g_autoptr(RaSecret) plain = ra_secret_new(length);
    int n = 0, rest = 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    const gboolean fits =
        context != NULL &&
        EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, ra_secret_bytes(key), nonce) == 1 &&
        EVP_DecryptUpdate(context, NULL, &n, ra_secret_bytes(associated),
                          (int)ra_secret_size(associated)) == 1 &&
        EVP_DecryptUpdate(context, ra_secret_bytes(plain), &n, sealed, (int)length) == 1 &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, RA_TAG_SIZE, tag) == 1 &&
        EVP_DecryptFinal_ex(context, ra_secret_bytes(plain) + n, &rest) == 1;
    EVP_CIPHER_CTX_free(context);
    ERR_clear_error();
    return fits ? g_steal_pointer(&plain) : NULL;
}
