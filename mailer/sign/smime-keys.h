/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What S/MIME needs once for all messages of a search, read when it is first needed: the helper's
 * private key, and the certificates of those who may vouch for signers. */
#pragma once

#include "mailer/find/extractor.h"

#include <openssl/x509.h>

/* OPTIONS is borrowed. */
RaSmimeKeys *ra_smime_keys_new(const RaExtractOptions *options);
void ra_smime_keys_free(RaSmimeKeys *keys); /* NULL is fine */

/* The key with its certificate, borrowed. RA_ERROR_USAGE where the file cannot be used. */
gboolean ra_smime_keys_private(RaSmimeKeys *keys, EVP_PKEY **ret_key, X509 **ret_certificate,
                               GError **error);
/* The system's certificates and those of the options; borrowed. RA_ERROR_USAGE as above. */
X509_STORE *ra_smime_keys_store(RaSmimeKeys *keys, GError **error);
