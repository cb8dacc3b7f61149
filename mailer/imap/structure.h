/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message's parts as a server describes them (RFC 3501 7.4.2, BODYSTRUCTURE), and which of them
 * could hold an invitation. A description is a claim: what it leaves open counts as yes. */
#pragma once

#include "mailer/imap/scan.h"

typedef enum {
    RA_IMAP_PART_NO,    /* pictures, documents: never */
    RA_IMAP_PART_TEXT,  /* an armoured block may stand in it: the server searches the text */
    RA_IMAP_PART_MAYBE, /* by its type, name or size it could be one, or hold one */
} RaImapPartKind;

typedef struct {
    char *number; /* "2.1", as FETCH wants it; "" for a message without parts */
    RaImapPartKind kind;
    guint64 size; /* bytes as it is encoded */
} RaImapPart;

typedef struct {
    GPtrArray *parts; /* of RaImapPart: what is no multipart, messages inside included where they
                         may hold one */
    gboolean whole;   /* signed as a whole: parts of it alone are worth less */
    gboolean single;  /* no multipart: the message is its only part */
} RaImapStructure;

/* NULL (and the scan is bad) where it breaks the format or a limit. */
RaImapStructure *ra_imap_structure_scan(RaImapScan *scan);
void ra_imap_structure_free(RaImapStructure *structure); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaImapStructure, ra_imap_structure_free)
/* The most that any part of it is. */
RaImapPartKind ra_imap_structure_judge(const RaImapStructure *structure);
