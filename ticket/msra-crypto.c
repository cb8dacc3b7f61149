/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ciphers of Microsoft's invitations, as weak as they are: [MS-RAI] 6. MD5, SHA-1 and AES come
 * from an OpenSSL context of our own with the default provider, so that no configuration of the
 * computer takes them away; RC4, which that provider lacks, is written out.
 */
#include "ticket/msra-internal.h"

#include "base/error.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <string.h>

enum { SHA1_SIZE = 20, MD5_SIZE = 16, HMAC_BLOCK = 64 };

/* Never freed: made once. */
static OSSL_LIB_CTX *library(void)
{
    static gsize made = 0;
    static OSSL_LIB_CTX *context = NULL;
    if (g_once_init_enter(&made)) {
        context = OSSL_LIB_CTX_new();
        if (context != NULL)
            (void)OSSL_PROVIDER_load(context, "default");
        g_once_init_leave(&made, 1);
    }
    return context;
}

static gboolean failed(GError **error, const char *what)
{
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                "%s, which Microsoft's invitations need, does not work with this computer's "
                "OpenSSL: install OpenSSL's default provider",
                what);
    return FALSE;
}

static gboolean digest(const char *name, const void *data, gsize size, guint8 *out, GError **error)
{
    EVP_MD *md = EVP_MD_fetch(library(), name, NULL);
    const gboolean good = md != NULL && EVP_Digest(data, size, out, NULL, md, NULL) == 1;
    EVP_MD_free(md);
    return good || failed(error, name);
}

gboolean ra_msra_rc4(RaSecret *password, const guint8 *data, gsize size, guint8 *out,
                     GError **error)
{
    guint8 key[MD5_SIZE], state[256];
    if (!digest("MD5", ra_secret_bytes(password), ra_secret_size(password), key, error))
        return FALSE;
    for (guint i = 0; i < sizeof state; i++)
        state[i] = (guint8)i;
    for (guint i = 0, j = 0; i < sizeof state; i++) {
        j = (j + state[i] + key[i % sizeof key]) & 0xFF;
        const guint8 held = state[i];
        state[i] = state[j];
        state[j] = held;
    }
    guint8 i = 0, j = 0;
    for (gsize n = 0; n < size; n++) {
        i++;
        j = (guint8)(j + state[i]);
        const guint8 held = state[i];
        state[i] = state[j];
        state[j] = held;
        out[n] = data[n] ^ state[(guint8)(state[i] + state[j])];
    }
    explicit_bzero(key, sizeof key);
    explicit_bzero(state, sizeof state);
    return TRUE;
}

/* CryptDeriveKey of the Windows API for AES-128, from the SHA-1 of the password. */
static gboolean derive_key(RaSecret *password, guint8 key[RA_MSRA_KEY_SIZE], GError **error)
{
    guint8 hash[SHA1_SIZE], block[HMAC_BLOCK], sum[SHA1_SIZE];
    gboolean good =
        digest("SHA1", ra_secret_bytes(password), ra_secret_size(password), hash, error);
    if (good) {
        memset(block, 0x36, sizeof block);
        for (gsize i = 0; i < sizeof hash; i++)
            block[i] ^= hash[i];
        good = digest("SHA1", block, sizeof block, sum, error);
    }
    if (good) /* the second half would follow for longer keys */
        memcpy(key, sum, RA_MSRA_KEY_SIZE);
    explicit_bzero(hash, sizeof hash);
    explicit_bzero(block, sizeof block);
    explicit_bzero(sum, sizeof sum);
    return good;
}

/* *SIZE is that of OUT, which has a block of room more than DATA; then what was written. FALSE
 * where the padding is wrong. */
static gboolean run_aes(RaSecret *password, const guint8 *data, gsize data_size, guint8 *out,
                        gsize *size, gboolean seal, GError **error)
{
    static const guint8 iv[RA_MSRA_BLOCK_SIZE];
    guint8 key[RA_MSRA_KEY_SIZE];
    int first = 0, rest = 0;
    if (!derive_key(password, key, error))
        return FALSE;
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(library(), "AES-128-CBC", NULL);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    const gboolean works = cipher != NULL && context != NULL &&
                           EVP_CipherInit_ex2(context, cipher, key, iv, seal ? 1 : 0, NULL) == 1 &&
                           EVP_CipherUpdate(context, out, &first, data, (int)data_size) == 1;
    const gboolean good = works && EVP_CipherFinal_ex(context, out + first, &rest) == 1;
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(cipher);
    explicit_bzero(key, sizeof key);
    if (!works)
        return failed(error, "AES");
    *size = (gsize)first + (gsize)rest;
    return good || ra_msra_wrong_password(error);
}

RaSecret *ra_msra_aes_open(RaSecret *password, const guint8 *data, gsize size, GError **error)
{
    g_autoptr(RaSecret) plain = ra_secret_new(size + RA_MSRA_BLOCK_SIZE);
    gsize written = 0;
    if (!run_aes(password, data, size, ra_secret_bytes(plain), &written, FALSE, error))
        return NULL;
    ra_secret_truncate(plain, written);
    return g_steal_pointer(&plain);
}

GBytes *ra_msra_aes_seal(RaSecret *password, RaSecret *plain, GError **error)
{
    const gsize size = ra_secret_size(plain);
    g_autofree guint8 *out = g_malloc(size + RA_MSRA_BLOCK_SIZE);
    gsize written = 0;
    if (!run_aes(password, ra_secret_bytes(plain), size, out, &written, TRUE, error))
        return NULL;
    return g_bytes_new_take(g_steal_pointer(&out), written);
}
