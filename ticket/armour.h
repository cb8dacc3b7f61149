/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ticket as a block of text, for mail gateways that strip attachments; doc/TICKET.md. */
#pragma once

#include <glib.h>

#define RA_ARMOUR_BEGIN "-----BEGIN REMOTE ASSISTANCE INVITATION-----"
#define RA_ARMOUR_END   "-----END REMOTE ASSISTANCE INVITATION-----"

/* The block, lines of 64 characters ended by "\n". Caller frees. */
char *ra_armour(GBytes *ticket);
/*
 * Finds the blocks in TEXT (SIZE bytes, any charset that contains ASCII) and gives the documents
 * inside, as GBytes, in their order; at most MAX of them. Quoting before the lines ("> ", also
 * nested), white space and line ends that mail changed do not matter. A block that is damaged is
 * left out and counted in *DAMAGED (may be NULL). Never NULL.
 */
GPtrArray *ra_dearmour(const char *text, gsize size, guint max, guint *damaged);
