/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ra-open says to the helper about an invitation. Everything from outside is cleaned
 * (base/text.h). Callers free the strings. */
#pragma once

#include "mailer/open/handover.h"
#include "mailer/open/list.h"

/* Who asks, since when, until when; lines, each with its end. */
char *ra_open_describe(const RaFound *found, gint64 now);
/* What the person says in MESSAGE (NULL is fine), in lines under each other, each with its end; ""
 * where that is nothing. */
char *ra_open_words(const RaMessageInfo *message);
/* What --check found out, a line with its end. OPENED: it was opened; else what was missing. */
char *ra_open_checked(const RaFound *found, gboolean opened, gboolean key, gboolean password);
/* That FreeRDP's PROGRAM connects, where to, and what to know about it; lines with their ends. */
char *ra_open_freerdp(const char *program, const RaMsraOpened *opened);
/* What was not searched or not read, a line each, NULL-terminated; never NULL. */
GStrv ra_open_search_warnings(const RaExtraction *extraction);
/* The warnings about it, NULL-terminated, a line each; never NULL. */
GStrv ra_open_warnings(const RaFound *found);
/* Numbered lines for the first MAX of SORTED (of RaFound), and one that counts the others. */
char *ra_open_table(const GPtrArray *sorted, gint64 now, guint max);
/* "NAME", or the address, or "somebody". */
char *ra_open_who(const RaFound *found);
/* For the viewer's window: SORTED (of RaFound) with the warnings about each, as sentences; of them
 * all (RA_HANDOVER_MAX at the most; the first one's warning tells of the others), or of the one
 * with this NUMBER (from 1; 0 is all). The caller's. */
RaHandover *ra_open_handover(const GPtrArray *sorted, guint number);
