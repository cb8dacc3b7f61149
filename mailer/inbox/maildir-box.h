/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Maildir as a box: messages are only ever read; the marks lie beside them, in the folder
 * ".remote-assistance" of the Maildir (doc/MAIL.md). */
#pragma once

#include "mailer/inbox/box.h"

/* Messages that came before SINCE (seconds since 1970 UTC) are not looked at; 0: all. Of more than
 * RA_BOX_MESSAGES_MAX the newest are. RA_ERROR_USAGE where PATH is no Maildir. */
RaBox *ra_maildir_box_new(const char *path, gint64 since, GError **error);
