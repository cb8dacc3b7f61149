/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mailbox of the mbox family (RFC 4155 and its older kin): cut into its messages. A line "From "
 * with a time of day in it, behind an empty line and before a header, starts a message; so text
 * that begins with "From " and is not quoted starts none, and Content-Length, which may lie, is
 * not needed. ">From " loses one ">". */
#pragma once

#include "mailer/find/extractor.h"

typedef struct _RaMailbox RaMailbox;

/* WRAPPED as in RaPlace, for the messages inside. PLACE is borrowed. */
RaMailbox *ra_mailbox_new(RaExtractor *extractor, const RaPlace *place, guint wrapped);
void ra_mailbox_line(RaMailbox *mailbox, const RaLine *line);
/* The end; frees. NULL is fine. */
void ra_mailbox_end(RaMailbox *mailbox);
