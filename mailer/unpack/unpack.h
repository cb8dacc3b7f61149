/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A content that Outlook made (winmail.dat or a .msg file): kept until it is complete, then given
 * to ra-unpack, a process that can do nothing but turn it into a message, which is searched like
 * any other. Whatever happens to that process is an attachment that cannot be read, nothing worse.
 */
#pragma once

#include "mailer/find/extractor.h"

enum {
    RA_UNPACK_SECONDS = 15,             /* that one document may take */
    RA_UNPACK_SLOW_MAX = 3,             /* documents of one input that took them */
    RA_UNPACK_MAX = 128 * 1024 * 1024,  /* bytes that come out of the documents of one message */
    RA_UNPACK_SPARE = 32 * 1024 * 1024, /* bytes of documents held at a time, beyond what was read
                                           of the message: those in each other add up */

    /* Exit codes of ra-unpack. */
    RA_UNPACK_WHOLE = 0,
    RA_UNPACK_FAILED = 1,
    RA_UNPACK_USAGE = 2,
    RA_UNPACK_OTHER = 3,   /* nothing of Outlook's after all */
    RA_UNPACK_DAMAGED = 4, /* all that can be read was written */
};

typedef struct _RaUnpack RaUnpack;

/* TRUE if a content that begins with HEAD may be one. */
gboolean ra_unpack_wants(const char *head, gsize size);

/* WRAPPED as in RaPlace, for the message inside. PLACE is borrowed. */
RaUnpack *ra_unpack_new(RaExtractor *extractor, const RaPlace *place, guint wrapped);
void ra_unpack_push(RaUnpack *unpack, const char *data, gsize size);
/* The end: unpacks, searches, frees. NULL is fine. */
void ra_unpack_end(RaUnpack *unpack);
