/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A PGP signature, looked at before GnuPG sees it. What is called one may be compressed a thousand
 * times over, or made of many thousand signatures: GnuPG works on that for minutes.
 */
#pragma once

#include <glib.h>

enum { RA_PGP_SIGNATURES_MAX = 8 }; /* that are looked at in one message */

/* The packets (RFC 4880 4.2) in the armour (6.2) in TEXT, all of them signatures of a known length.
 * *COUNT is how many there are; NULL where it is something else, or damaged. Caller unrefs. */
GByteArray *ra_pgp_signature_packets(const GByteArray *text, guint *count);
