/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes the content, which may be large, out of a CMS message (RFC 5652), so that OpenSSL gets a
 * small one that speaks of a content elsewhere. Pure. */
#pragma once

#include "mailer/sign/smime-scan.h"

/* Moves the content's bytes, which may lie there in many pieces, to the beginning of DATA;
 * *RET_SIZE is how many there are, 0 where there is no content. Returns the rest as a message of
 * its own, in BER; NULL where DATA is no such message (it may be changed then). Caller frees. */
GByteArray *ra_cms_split(guint8 *data, gsize size, RaCmsKind kind, gsize *ret_size);
