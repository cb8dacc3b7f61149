/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search for ra-open: of a file, a stream or a folder, with a line on the terminal that says
 * how far it is. */
#pragma once

#include "mailer/find/extract.h"

/* NAME is a file, a folder, or "-" for standard input. Where standard error is a terminal and
 * PROGRESS is set, a search that takes longer than half a second shows a bar there, which is gone
 * at the end, and when the user stops it (SIGINT). RA_ERROR_USAGE where NAME cannot be read. */
RaExtraction *ra_open_search(const char *name, const RaExtractOptions *options, gboolean progress,
                             GError **error);
/* The bar's line, at most WIDTH columns: "[####    ] 40 %, 12,345 messages, 3 invitations". */
char *ra_open_search_line(guint64 done, guint64 size, guint64 messages, guint found, guint width);
