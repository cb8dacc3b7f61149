/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes of any kind, the input itself or a decoded part: finds out what they are from how they
 * begin, and searches them accordingly. */
#pragma once

#include "mailer/find/extractor.h"

enum { RA_CONTENT_HEAD = 4096 }; /* bytes by which a content is judged */

typedef struct _RaContent RaContent;

/* PLACE is copied, but for its message, which must live as long as the content. */
RaContent *ra_content_new(RaExtractor *extractor, const RaPlace *place);
void ra_content_push(RaContent *content, const char *data, gsize size);
/* TRUE where nothing that may still come can make a difference: it is a picture, say. It need not
 * be pushed then. */
gboolean ra_content_is_over(const RaContent *content);
/* The end of the data: judges what is left, and frees. NULL is fine. */
void ra_content_end(RaContent *content);
