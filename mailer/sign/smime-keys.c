/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/sign/smime-keys.h"

#include "base/error.h"
#include "ticket/key-file.h"

#include <openssl/err.h>

struct _RaSmimeKeys {
    const RaExtractOptions *options;
    EVP_PKEY *key;
    X509 *certificate;
    X509_STORE *store;
};

RaSmimeKeys *ra_smime_keys_new(const RaExtractOptions *options)
{
    RaSmimeKeys *keys = g_new0(RaSmimeKeys, 1);
    keys->options = options;
    return keys;
}

void ra_smime_keys_free(RaSmimeKeys *keys)
{
    if (keys == NULL)
        return;
    EVP_PKEY_free(keys->key);
    X509_free(keys->certificate);
    X509_STORE_free(keys->store);
    g_free(keys);
}

gboolean ra_smime_keys_private(RaSmimeKeys *keys, EVP_PKEY **ret_key, X509 **ret_certificate,
                               GError **error)
{
    if (keys->key == NULL &&
        !ra_key_file_read(keys->options->key_file, &keys->key, &keys->certificate, error))
        return FALSE;
    *ret_key = keys->key;
    *ret_certificate = keys->certificate;
    return TRUE;
}

X509_STORE *ra_smime_keys_store(RaSmimeKeys *keys, GError **error)
{
    const char *file = keys->options->ca_file;
    if (keys->store != NULL)
        return keys->store;
    keys->store = X509_STORE_new();
    if (keys->store == NULL)
        g_error("No memory for certificates");
    (void)X509_STORE_set_default_paths(keys->store);
    const gboolean loaded = file == NULL || X509_STORE_load_file(keys->store, file) == 1;
    ERR_clear_error();
    if (loaded)
        return keys->store;
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE,
                "cannot use the file '%s': there must be certificates in PEM form in it", file);
    g_clear_pointer(&keys->store, X509_STORE_free);
    return NULL;
}
