/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two portals of the desktop, on the session bus: org.freedesktop.portal.Email, which opens a new
 * message in whatever mail program the user has, and org.freedesktop.portal.Documents, which lets
 * a program in a sandbox read one file of ours. */
#pragma once

#include "mailer/send/mail-client.h"

typedef enum {
    RA_PORTAL_DONE,     /* the message is open */
    RA_PORTAL_DECLINED, /* the user chose not to */
    RA_PORTAL_ABSENT,   /* there is none, or it cannot: nothing was opened; try something else */
} RaPortalAnswer;

enum { RA_PORTAL_SUBJECT_MAX = 200 }; /* characters; the portal refuses more */

/* Whether this program itself runs in a sandbox of Flatpak or Snap. */
gboolean ra_portal_is_sandboxed(void);
/* Blocks until the portal has answered, SECONDS at the most. WHY is set with RA_PORTAL_ABSENT:
 * one line, safe to show, the caller's. */
RaPortalAnswer ra_portal_compose(const RaDraft *draft, guint seconds, char **why);
/* FILE by the name under which the sandboxed program APP can read it from now on; NULL where that
 * cannot be done. The caller frees it. */
char *ra_portal_share(const char *file, const char *app);
