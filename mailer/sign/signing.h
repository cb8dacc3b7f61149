/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Something signed while it is read. A multipart/signed (RFC 1847) keeps the bytes of its first
 * part as they were signed: each line ended by CRLF, without the last end (RFC 3156 5, RFC
 * 8551 3.1.1). The signature follows in the second part. It is checked only if an invitation lay in
 * the first: most signed messages of a mailbox hold none.
 */
#pragma once

#include "mailer/find/extractor.h"

enum {
    RA_SIGNING_KEPT_MAX = RA_EXTRACT_MESSAGE_MAX, /* bytes kept of all signed parts around a line */
    RA_SIGNATURE_MAX = 256 * 1024,                /* bytes of a signature with its certificates */
};

/* A multipart/signed; MESSAGE (may be NULL, borrowed) are the headers around it. */
RaSigning *ra_signing_new(RaExtractor *extractor, RaHeaders *message);
/* Something that was checked already: SIGNER, a reference of its own. It covers all that is found.
 */
RaSigning *ra_signing_new_known(RaExtractor *extractor, RaSigner *signer);
/* A part starts: its NUMBER from 1, 0 where the multipart is closed. DELIMITER is the line before
 * it, whose end says how lines end here (for 0 it may be NULL). */
void ra_signing_part(RaSigning *signing, guint number, const RaLine *delimiter);
/* A line of the first part; any other is ignored. */
void ra_signing_line(RaSigning *signing, const RaLine *line);
/* TRUE while what comes is signed. */
gboolean ra_signing_covers(const RaSigning *signing);
/* TRUE while what comes is the signature. */
gboolean ra_signing_wants_signature(const RaSigning *signing);
/* Bytes of it, decoded. */
void ra_signing_signature(RaSigning *signing, const char *data, gsize size);
/* It cannot be checked: WHY, for a person. */
void ra_signing_spoil(RaSigning *signing, const char *why);
/* FOUND lies in what is signed. Its signer is set at the end. */
void ra_signing_add(RaSigning *signing, RaFound *found);
/* The end: checks, tells all that was found, frees. NULL is fine. */
void ra_signing_end(RaSigning *signing);
