/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The helper's private key and its certificate, both in one PEM file without a passphrase. */
#pragma once

#include <glib.h>
#include <openssl/x509.h>

/* Both are the caller's. RA_ERROR_USAGE where FILE lacks one of them or cannot be read. */
gboolean ra_key_file_read(const char *file, EVP_PKEY **ret_key, X509 **ret_certificate,
                          GError **error);
