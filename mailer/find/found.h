/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An invitation that was found somewhere: ours or Microsoft's, where it lay, who sent it. */
#pragma once

#include "mailer/find/headers.h"
#include "mailer/open/either.h"
#include "mailer/sign/signer.h"

/* How it lay there. */
typedef enum {
    RA_FOUND_FILE,       /* the input itself is the ticket */
    RA_FOUND_ATTACHMENT, /* a part of a message */
    RA_FOUND_TEXT,       /* an armoured block in text */
    RA_FOUND_UUENCODED,  /* a uuencoded file in text */
} RaFoundAs;

/* Owned by its RaExtraction. */
typedef struct {
    RaTicket *ticket; /* one of these two; the other is NULL */
    RaMsra *msra;
    RaFoundAs as;
    RaMessageInfo *message; /* the innermost one around it; NULL where there is none */
    RaSigner *signer;       /* of the innermost signed part around it; NULL: not signed */
    gboolean encrypted;     /* it lay in an encrypted message, which our key opened */
    char *part;             /* numbers from the outside in, "2.1"; "" outside messages */
    guint mailbox_index;    /* of its message in a mailbox, from 1; 0 outside mailboxes */
    char *path;             /* of its message in a Maildir; NULL elsewhere */
    char *file_name;        /* as the message names it, or ""; to be shown, cleaned, not used */
} RaFound;

void ra_found_free(RaFound *found); /* NULL is fine */

RaEither ra_found_either(const RaFound *found); /* borrows */

/* As in ticket/ticket.h, of either kind. Borrowed, as written. */
const char *ra_found_name(const RaFound *found);
const char *ra_found_address(const RaFound *found); /* "": Microsoft's have none */
gint64 ra_found_start(const RaFound *found);
gint64 ra_found_end(const RaFound *found);
gboolean ra_found_needs_password(const RaFound *found);
gboolean ra_found_needs_key(const RaFound *found);
GBytes *ra_found_bytes(const RaFound *found);
gboolean ra_found_check_time(const RaFound *found, gint64 now, GError **error);
