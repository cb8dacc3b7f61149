/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A content that is neither message nor mailbox: a ticket, a Microsoft invitation, or text (of any
 * charset, an HTML page too) that may hold blocks. */
#pragma once

#include "mailer/find/extractor.h"

typedef struct _RaDocument RaDocument;

/* HEAD is how the content begins (it is pushed all the same). PLACE is borrowed. */
RaDocument *ra_document_new(RaExtractor *extractor, const RaPlace *place, const char *head,
                            gsize size);
void ra_document_push(RaDocument *document, const char *data, gsize size);
/* As ra_content_is_over(). */
gboolean ra_document_is_over(const RaDocument *document);
/* The end; frees. NULL is fine. */
void ra_document_end(RaDocument *document);

/* Judges one whole file: a ticket of ours, a Microsoft invitation, or neither. OVERLONG: DATA is
 * only how it begins. */
void ra_document_judge(RaExtractor *extractor, const RaPlace *place, RaFoundAs as, const char *data,
                       gsize size, gboolean overlong);
