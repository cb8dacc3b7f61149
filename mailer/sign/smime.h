/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A content that is a CMS message (S/MIME, RFC 8551 3.4 to 3.6): signed with what was signed
 * inside, encrypted, or compressed. It is collected, since OpenSSL takes whole ones; what was
 * inside is searched as a content again. Of its bytes there is one
 * copy, and another while they go on to the next step, in a memory file.
 */
#pragma once

#include "mailer/find/extractor.h"
#include "mailer/sign/smime-scan.h"

typedef struct _RaSmime RaSmime;

/* PLACE is borrowed; WRAPPED as in RaPlace, for what is inside. */
RaSmime *ra_smime_new(RaExtractor *extractor, const RaPlace *place, RaCmsForm form, guint wrapped);
void ra_smime_push(RaSmime *smime, const char *data, gsize size);
/* The end; opens, searches, frees. NULL is fine. */
void ra_smime_end(RaSmime *smime);
