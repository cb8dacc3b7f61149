/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mail message that carries an invitation: RFC 5322 headers, multipart/mixed of the text for
 * the helper (text/plain, format=flowed) and the ticket (RA_TICKET_MEDIA_TYPE). The ticket stands
 * in the text a second time, armoured, for gateways that strip attachments. Everything is 7-bit,
 * so no server on the way has a reason to change it.
 */
#pragma once

#include <glib.h>

/* Borrowed by the calls below. No field but the personal message may hold line ends. */
typedef struct {
    const char *name;      /* the novice's, may be "" */
    const char *from;      /* from ra_address_parse() */
    const char *const *to; /* the same, NULL-terminated; may be empty: no "To" is written then */
    const char *message;   /* personal, may be NULL; RA_TEXT_MESSAGE_MAX characters at the most */
    GBytes *ticket;
    gint64 now;        /* seconds since 1970 UTC */
    gint64 end;        /* when the invitation ends */
    gboolean password; /* the ticket needs one */
} RaLetter;

/* RA_ERROR_USAGE for a name or a personal message that cannot be sent: too long, not UTF-8,
 * control characters in it. */
gboolean ra_letter_check(const char *name, const char *message, GError **error);

/* The message with CRLF line ends. RA_ERROR_USAGE as above, and for a bad address. */
GBytes *ra_letter_compose(const RaLetter *letter, GError **error);
/* MESSAGE with the line ends of a text file on Unix, as sendmail(1) and people want it. */
GBytes *ra_letter_unix(GBytes *message);
/* The subject, and the text (UTF-8, "\n") without the armoured ticket: for a mail program that is
 * given them one by one; and the text with it. Callers free them. */
char *ra_letter_subject(const RaLetter *letter);
char *ra_letter_text(const RaLetter *letter);
char *ra_letter_text_with_ticket(const RaLetter *letter);
