/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all messages that we compose have in common: headers and text by GMime, never by string
 * formatting. Everything is 7-bit. */
#pragma once

#include "mailer/find/gmime-auto.h"

/* Prepares GMime; cheap when it is done. Before any other use of it for composing. */
void ra_mime_init(void);

/* Borrowed; checked before (mailer/send/address.h, ra_letter_check()). */
typedef struct {
    const char *name;      /* "": none */
    const char *from;      /* an address */
    const char *const *to; /* addresses, NULL-terminated; none: no "To" is written */
    const char *subject;
    gint64 now; /* seconds since 1970 UTC */
} RaMimeHeaders;

/* From, To, Subject, Date, a random Message-ID at the sender's domain (the name of this computer is
 * nobody's business), User-Agent, MIME-Version. */
void ra_mime_set_headers(GMimeMessage *message, const RaMimeHeaders *headers);
/* text/plain; format=flowed, of TEXT as mailer/send/flowed.h makes it. The caller's. */
GMimePart *ra_mime_text_part(const char *text);
/* Sets SIZE bytes of DATA, copied, as the content of PART. */
void ra_mime_set_content(GMimePart *part, const char *data, gsize size,
                         GMimeContentEncoding encoding);
/* The message with CRLF line ends. RA_ERROR_FAILED. */
GBytes *ra_mime_write(GMimeMessage *message, GError **error);
