/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How IMAP writes the names of folders: modified UTF-7 (RFC 3501 5.1.3). */
#pragma once

#include <glib.h>

/* TEXT is valid UTF-8. The caller frees the result, which is printable ASCII if TEXT has no control
 * characters. */
char *ra_imap_utf7_encode(const char *text);
