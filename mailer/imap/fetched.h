/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a FETCH response says about one message (RFC 3501 7.4.2, RFC 7162 3.1.4.2). */
#pragma once

#include "mailer/imap/structure.h"

typedef struct {
    guint32 uid;                /* 0: not said */
    GPtrArray *keywords;        /* ours ("ra-..."), lower case; NULL: no FLAGS */
    guint64 modseq;             /* 0: not said */
    gint64 received;            /* INTERNALDATE, seconds since 1970 UTC; G_MININT64: not said */
    gint64 size;                /* RFC822.SIZE, bytes; -1: not said */
    RaImapStructure *structure; /* NULL: not said, or of no use */
    const char *body;           /* of the first BODY[...]; borrowed from the response */
    gsize body_size;
} RaImapFetched;

/* Reads the response "N FETCH (...)" in DATA, behind its "* ". FALSE where it is none. What comes
 * behind a value that is of no use, or cut, is not said. To be cleared by the caller. */
gboolean ra_imap_fetched_read(RaImapFetched *fetched, const char *data, gsize size);
void ra_imap_fetched_clear(RaImapFetched *fetched);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RaImapFetched, ra_imap_fetched_clear)

/* "17-Jul-1996 02:44:25 -0700" in seconds since 1970 UTC; FALSE for anything else. */
gboolean ra_imap_date_parse(const char *text, gint64 *ret);
/* The day of TIME in UTC, as SEARCH wants it: "1-Feb-1994". The caller frees. */
char *ra_imap_day_format(gint64 time);
