/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Maildir as a box: messages are only ever read; the marks lie beside them, in the folder
 * ".remote-assistance" of the Maildir (doc/MAIL.md). */
#pragma once

#include "mailer/box.h"

/* RA_ERROR_USAGE where PATH is no Maildir. */
RaBox *ra_maildir_box_new(const char *path, GError **error);
