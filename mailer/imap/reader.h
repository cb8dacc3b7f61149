/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts what an IMAP server sends into responses: lines with the literals inside them (RFC 3501 4.3,
 * RFC 3516's "~{n}" too), in bounded memory. Pure: bytes in, responses out. */
#pragma once

#include <glib.h>

typedef struct _RaImapReader RaImapReader;

RaImapReader *ra_imap_reader_new(void);
void ra_imap_reader_free(RaImapReader *reader); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaImapReader, ra_imap_reader_free)

/*
 * Takes bytes of DATA up to the end of a response, returns how many. ra_imap_reader_response() says
 * whether one is complete; the next push begins another. 0 and RA_ERROR_MALFORMED where a response
 * is longer than RA_IMAP_ENDLESS_MAX or says that it will be; the reader is of no use any more.
 */
gsize ra_imap_reader_push(RaImapReader *reader, const char *data, gsize size, GError **error);
/* The response that is complete, without its line end, with a NUL behind it; borrowed until the
 * next push; NULL where there is none. *CUT: it had more than RA_IMAP_RESPONSE_MAX bytes, these are
 * how it began. */
const char *ra_imap_reader_response(const RaImapReader *reader, gsize *size, gboolean *cut);
