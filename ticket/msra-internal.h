/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of Microsoft's invitations share. Format: doc/MSRA.md. */
#pragma once

#include "ticket/msra.h"
#include "ticket/xml.h"

enum { RA_MSRA_KEY_SIZE = 16, RA_MSRA_BLOCK_SIZE = 16 }; /* bytes: RC4-128, AES-128-CBC */

/* msra-text.c */

/* The document as UTF-8 without byte order mark and XML declaration, from UTF-16 (with a mark or
 * without) or 8 bits. NULL where it has no such text. Caller frees. */
char *ra_msra_text(const void *data, gsize size);
/* SIZE bytes of UTF-16 as UTF-8 in OUT, which has room for three bytes for each two; an unpaired
 * surrogate becomes U+FFFD. Returns how many bytes were written. */
gsize ra_msra_from_utf16(const guint8 *data, gsize size, gboolean big_endian, char *out);
/* Without a byte order mark or a zero behind. TEXT is valid UTF-8. Caller frees. */
RaSecret *ra_msra_to_utf16(const char *text, gsize size);
/* XML with what real files lack: white space between attributes; "&" and "<" written as entities in
 * their values. Caller frees. */
char *ra_msra_mend(const char *text);

/* msra-strings.c: connection strings. RA_ERROR_MALFORMED. */
RaMsraOpened *ra_msra_read_string1(const char *text, GError **error);
RaMsraOpened *ra_msra_read_string2(const char *text, GError **error);

/* msra-crypto.c. NULL and RA_ERROR_FAILED where OpenSSL lacks the algorithm. PASSWORD is UTF-16LE.
 */

/* OUT may be DATA. */
gboolean ra_msra_rc4(RaSecret *password, const guint8 *data, gsize size, guint8 *out,
                     GError **error);
/* Also NULL, with RA_ERROR_PASSWORD, where the padding is wrong. */
RaSecret *ra_msra_aes_open(RaSecret *password, const guint8 *data, gsize size, GError **error);
GBytes *ra_msra_aes_seal(RaSecret *password, RaSecret *plain, GError **error);

/* "the invitation is damaged (WHAT): ask for a new invitation" */
gboolean ra_msra_malformed(GError **error, const char *what);
gboolean ra_msra_wrong_password(GError **error);
