/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs GnuPG: never on the network, never asking, for some seconds at the most. */
#pragma once

#include "mailer/find/spool.h"

/* GnuPG's status lines about SIGNATURE, packets without armour, over the bytes in SIGNED_PART. NULL
 * where it cannot be run: *WHY says why, for a person, static. Caller frees. */
char *ra_pgp_run_verify(RaSpool *signed_part, const GByteArray *signature, const char **why);
/* The key with this fingerprint in GnuPG's form for programs, or NULL. Caller frees. */
char *ra_pgp_run_list(const char *fingerprint);
