/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mail message (RFC 5322, 2045, 2046), taken line by line and cut into its parts, the messages
 * in it among them. Forgiving as mail programs are: an outer delimiter ends what is inside; parts
 * may follow a closing delimiter; the empty line behind headers may be missing; text around the
 * parts is searched too; where the boundary that was declared is missing or never comes, the first
 * line "--X" before a Content- header names it.
 */
#pragma once

#include "mailer/find/extractor.h"

typedef struct _RaMessage RaMessage;

/* WRAPPED as in RaPlace, for what is inside. PLACE is where the message lies; borrowed. */
RaMessage *ra_message_new(RaExtractor *extractor, const RaPlace *place, guint wrapped);
/* Says, before the first line, that this is the message around it once more, in another form: it is
 * from whom that one is from, whatever its own headers claim. */
void ra_message_keep_sender(RaMessage *message);
void ra_message_line(RaMessage *message, const RaLine *line);
/* TRUE for a media type whose content is a message (RFC 2046 5.2.1, RFC 6532 3.7). */
gboolean ra_message_is_type(const char *type);
/* The end; frees. NULL is fine. */
void ra_message_end(RaMessage *message);
