/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks the signatures of S/MIME (RFC 5652 5.4 to 5.6, RFC 8550, RFC 8551). A signature is good
 * where the certificate's chain ends at somebody whom the system or the options trust, and is meant
 * for mail, at this moment: the time of signing is what the signer claims. Nothing is fetched:
 * lists of revoked certificates are not looked at.
 */
#pragma once

#include "mailer/find/extractor.h"
#include "mailer/find/spool.h"

#include <openssl/cms.h>

enum {
    RA_SMIME_SIGNERS_MAX = 8,
    RA_SMIME_CERTIFICATES_MAX = 64,
};

/* Checks SIGNATURE over the bytes in SIGNED_PART. Of several signatures the best counts; of equal
 * ones that of the address FROM. The caller's. */
RaSigner *ra_smime_verify_detached(RaExtractor *extractor, RaSpool *signed_part,
                                   const GByteArray *signature, const char *from);
/* The same for a signed CMS over SIZE bytes of content at DATA. */
RaSigner *ra_smime_verify_content(RaExtractor *extractor, CMS_ContentInfo *cms, const void *data,
                                  gsize size, const char *from);
