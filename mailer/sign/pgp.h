/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks the signatures of PGP/MIME (RFC 3156) with GnuPG, where it is installed and the user has a
 * keyring, which is not changed. The user's own trust decides. GnuPG runs as a program of its own,
 * without network, agent or terminal, for some seconds at the most.
 */
#pragma once

#include "mailer/find/spool.h"
#include "mailer/sign/signer.h"

/* Checks SIGNATURE over the bytes in SIGNED_PART. Of several signatures the best counts; of equal
 * ones that of the address FROM. The caller's. */
RaSigner *ra_pgp_verify(RaSpool *signed_part, const GByteArray *signature, const char *from);
