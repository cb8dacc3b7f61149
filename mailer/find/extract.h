/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the invitations in whatever a helper was given: a saved ticket, a mail message (.eml, a
 * file of a Maildir, .msg, winmail.dat), a mailbox (mbox), text with an armoured block, a web page
 * saved from mail. What it is shows from its content alone; names and declared types are never
 * trusted. Nothing is written anywhere.
 *
 * The input is read once, as a stream, in bounded memory: a message is cut into its parts line by
 * line, and a part's content goes through GMime's decoders piece by piece. GMime's own parser
 * would build a tree of the whole message first, in which an empty part of five bytes costs
 * 1.4 KiB and a header of four half a KiB: a message of 64 MiB could ask for 18 GB.
 */
#pragma once

#include "mailer/find/found.h"

#include <gio/gio.h>

/* Limits, so that no input can exhaust memory or time. */
enum {
    RA_EXTRACT_MESSAGE_MAX = 64 * 1024 * 1024, /* bytes read of one message (or other file); a
                                                  mailbox may hold any number of messages */
    RA_EXTRACT_DEPTH_MAX = 32,                 /* multiparts and messages inside each other */
    RA_EXTRACT_WRAPPED_MAX = 6,                /* messages inside encoded parts inside each other */
    RA_EXTRACT_PARTS_MAX = 1000,               /* parts of one message */
    RA_EXTRACT_FOUND_MAX = 10000,              /* invitations of one input ... */
    RA_EXTRACT_FOUND_BYTES = 32 * 1024 * 1024, /* ... and what they, and who sent them, may take */
    RA_EXTRACT_BLOCK_MAX = 256 * 1024,         /* bytes of an armoured block, with its quoting */
};

typedef struct {
    GPtrArray *found; /* of RaFound, in the order of the input, none twice */
    guint64 messages; /* that were searched; 0 where the input is none */
    guint damaged;    /* things that are meant to be invitations but cannot be read */
    guint foreign;    /* of these, Microsoft's */
    guint locked;     /* encrypted messages that our key, or the lack of one, left shut */
    GError *problem;  /* about the first damaged one, or NULL */
    GError *shut;     /* RA_ERROR_PASSWORD or RA_ERROR_NO_TICKET about the first locked one */
    GError *limit;    /* RA_ERROR_MALFORMED where a limit stopped the search, or NULL */
    const char
        *what; /* "a picture", "an empty file" ...: the input, where it is no mail; or NULL */
    const char *hint; /* why an invitation that was meant to be there may not be, or NULL */
} RaExtraction;

void ra_extraction_free(RaExtraction *extraction); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaExtraction, ra_extraction_free)

/* READ of SIZE (bytes, or files of a folder; SIZE 0: not known) and MESSAGES are done with, FOUND
 * invitations are found. Called at most some dozen times a second. FALSE stops the search, as a
 * limit does. */
typedef gboolean (*RaExtractProgress)(guint64 read, guint64 size, guint64 messages, guint found,
                                      gpointer data);

/* All of it borrowed, and may be left empty. */
typedef struct {
    const char *key_file;       /* PEM, private key and certificate: opens S/MIME messages */
    const char *ca_file;        /* PEM: who may vouch for signers, beside the system's */
    guint found_max;            /* in place of RA_EXTRACT_FOUND_MAX */
    guint64 size;               /* of the input, for PROGRESS */
    RaExtractProgress progress; /* may be NULL */
    gpointer progress_data;
} RaExtractOptions;

/* Reads STREAM to its end, or to a limit. OPTIONS may be NULL. Fails only where it cannot be read:
 * RA_ERROR_FAILED. RA_ERROR_USAGE where a file of OPTIONS cannot be used. */
RaExtraction *ra_extract(GInputStream *stream, const RaExtractOptions *options, GError **error);
/* The same for bytes in memory, which fails only for OPTIONS. */
RaExtraction *ra_extract_bytes(GBytes *bytes, const RaExtractOptions *options, GError **error);
/* FALSE where nothing was found, with the reason: RA_ERROR_NO_TICKET, or RA_ERROR_MALFORMED where
 * something was damaged or a limit was hit. */
gboolean ra_extraction_check(const RaExtraction *extraction, GError **error);
