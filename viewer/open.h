/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the viewer comes by its invitation. */
#pragma once

#include "mailer/open/handover.h"

/* The packed invitation that ra-open hands over: reads descriptor FD to its end and closes it.
 * RA_ERROR_USAGE for a descriptor that is none, RA_ERROR_MALFORMED for what is no invitation. */
RaInvitation *ra_viewer_take_invitation(int fd, GError **error);
/* The ticket in FILE ("-" is standard input): a ticket, a message or a mailbox, as ra-open takes
 * them. Of several the one that is valid now. RET gets references of its own. RA_ERROR_USAGE where
 * FILE cannot be read, RA_ERROR_NO_TICKET where there is none or no single one, RA_ERROR_MALFORMED.
 */
gboolean ra_viewer_find_ticket(const char *file, RaEither *ret, GError **error);
/* What ra-open hands over where the window is to ask: reads descriptor FD to its end and closes
 * it. RA_ERROR_USAGE for a descriptor that is none, RA_ERROR_MALFORMED for anything else in it. */
RaHandover *ra_viewer_take_tickets(int fd, GError **error);
/* The same for the tickets in FILE, as above; what is wrong with FILE is in it as its error. Never
 * NULL. */
RaHandover *ra_viewer_find_tickets(const char *file);
