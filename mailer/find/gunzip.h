/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A gzip file (RFC 1952), as mailboxes and attachments are put away: what is in it is searched
 * while it is decompressed. A file that holds too much for its size is given up on. */
#pragma once

#include "mailer/find/extractor.h"

typedef struct _RaGunzip RaGunzip;

/* TRUE if HEAD begins as such a file. */
gboolean ra_gunzip_wants(const char *head, gsize size);
/* PLACE is where the file lies; borrowed. */
RaGunzip *ra_gunzip_new(RaExtractor *extractor, const RaPlace *place);
void ra_gunzip_push(RaGunzip *gunzip, const char *data, gsize size);
/* The end; frees. NULL is fine. */
void ra_gunzip_end(RaGunzip *gunzip);
