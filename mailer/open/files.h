/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ra-open reads, writes and starts. */
#pragma once

#include "mailer/open/handover.h"

#include <gio/gio.h>

/* FILE, "-" for standard input; "file:///a%20b" is taken, too, where no file has that very name.
 * RA_ERROR_USAGE where it cannot be read, for a folder too. */
GInputStream *ra_open_input(const char *file, GError **error);
/* A new file, mode 0600. RA_ERROR_USAGE where one is there already or none can be made. */
gboolean ra_open_save_ticket(const char *file, GBytes *ticket, GError **error);
/* The same for the session's identity and key, as stunnel's PSKsecrets wants them: "ID:KEY" in
 * hexadecimal and a line end. For stock viewers (doc/LINK.md). */
gboolean ra_open_save_psk(const char *file, const RaInvitation *invitation, GError **error);
/* RA_ERROR_FAILED where the viewer is not installed. */
gboolean ra_open_viewer_check(GError **error);
/* FD was given to us for the viewer: nothing else that we start gets it. RA_ERROR_USAGE where it is
 * no open descriptor, or one of the first three. */
gboolean ra_open_report_check(int fd, GError **error);
/* Becomes the viewer, which gets the invitation by an inherited descriptor, and REPORT_FD (-1:
 * none) to tell how it goes. Returns only on failure: RA_ERROR_FAILED. */
void ra_open_viewer_run(const RaInvitation *invitation, int report_fd, GError **error);
/* The same for tickets that the viewer's window is to ask about. MORE (NULL-terminated, may be
 * NULL) are further options for it. */
void ra_open_viewer_ask(const RaHandover *handover, const char *const *more, int report_fd,
                        GError **error);
