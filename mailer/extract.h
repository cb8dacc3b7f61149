/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the invitations in whatever a helper was given: a saved ticket, a mail message (.eml, a
 * file of a Maildir), a mailbox (mbox), text with an armoured block, a web page saved from mail.
 * What it is shows from its content alone; names and declared types are never trusted. Nothing is
 * written anywhere.
 *
 * The input is read once, as a stream, in bounded memory: a message is cut into its parts line by
 * line, and a part's content goes through GMime's decoders piece by piece. GMime's own parser
 * would build a tree of the whole message first, in which an empty part of five bytes costs
 * 1.4 KiB and a header of four half a KiB: a message of 64 MiB could ask for 18 GB.
 */
#pragma once

#include "mailer/headers.h"
#include "ticket/ticket.h"

#include <gio/gio.h>

/* Limits, so that no input can exhaust memory or time. */
enum {
    RA_EXTRACT_MESSAGE_MAX = 64 * 1024 * 1024, /* bytes read of one message (or other file); a
                                                  mailbox may hold any number of messages */
    RA_EXTRACT_DEPTH_MAX = 32,                 /* multiparts and messages inside each other */
    RA_EXTRACT_WRAPPED_MAX = 6,                /* messages inside encoded parts inside each other */
    RA_EXTRACT_PARTS_MAX = 1000,               /* parts of one message */
    RA_EXTRACT_FOUND_MAX = 100,                /* invitations of one input */
    RA_EXTRACT_BLOCK_MAX = 256 * 1024,         /* bytes of an armoured block, with its quoting */
};

/* How an invitation lay there. */
typedef enum {
    RA_FOUND_FILE,       /* the input itself is the ticket */
    RA_FOUND_ATTACHMENT, /* a part of a message */
    RA_FOUND_TEXT,       /* an armoured block in text */
    RA_FOUND_UUENCODED,  /* a uuencoded file in text */
} RaFoundAs;

/* One that was found. Owned by its RaExtraction. */
typedef struct {
    RaTicket *ticket;
    RaFoundAs as;
    RaMessageInfo *message; /* the innermost one around it; NULL where there is none */
    char *part;             /* numbers from the outside in, "2.1"; "" outside messages */
    guint mailbox_index;    /* of its message in a mailbox, from 1; 0 outside mailboxes */
    char *file_name;        /* as the message names it, or ""; to be shown, cleaned, not used */
} RaFound;

typedef struct {
    GPtrArray *found; /* of RaFound, in the order of the input, none twice */
    guint damaged;    /* things that are meant to be invitations but cannot be read */
    guint foreign;    /* Microsoft's invitations */
    GError *problem;  /* about the first damaged one, or NULL */
    GError *limit;    /* RA_ERROR_MALFORMED where a limit stopped the search, or NULL */
} RaExtraction;

void ra_extraction_free(RaExtraction *extraction); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaExtraction, ra_extraction_free)

/* Reads STREAM to its end, or to a limit. Fails only where it cannot be read: RA_ERROR_FAILED. */
RaExtraction *ra_extract(GInputStream *stream, GError **error);
/* The same for bytes in memory, which cannot fail. */
RaExtraction *ra_extract_bytes(GBytes *bytes);
/* FALSE where nothing was found, with the reason: RA_ERROR_NO_TICKET, or RA_ERROR_MALFORMED where
 * something was damaged or a limit was hit. */
gboolean ra_extraction_check(const RaExtraction *extraction, GError **error);
