/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes what an Outlook document holds as a mail message (RFC 5322, 2045): its headers, its
 * bodies and attachments as parts in base64, so that nothing in them can look like the end of one,
 * messages inside as message/rfc822. What comes out is read like any other message.
 */
#pragma once

#include "mailer/unpack/mapi.h"

enum { RA_OUTLOOK_DEPTH_MAX = 12 }; /* messages inside each other in one document */

/* FALSE: there is no use in more. */
typedef gboolean (*RaOutlookWrite)(const void *data, gsize size, gpointer user);

typedef struct _RaOutlookMail RaOutlookMail;

RaOutlookMail *ra_outlook_mail_new(RaOutlookWrite write, gpointer user);
void ra_outlook_mail_free(RaOutlookMail *mail); /* writes what is still held; NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaOutlookMail, ra_outlook_mail_free)

/* TRUE once WRITE wanted no more. */
gboolean ra_outlook_mail_is_full(const RaOutlookMail *mail);

/* A message: the document itself, or the next part of the one that is open, where ATTACHMENT
 * describes it. FALSE, and nothing was begun, where it would be the 13th inside another. */
gboolean ra_outlook_mail_open(RaOutlookMail *mail, const RaMapi *message, const RaMapi *attachment);
void ra_outlook_mail_close(RaOutlookMail *mail);

/* The next part of the open message, its bytes, its end. TYPE, CHARSET: "" where not known.
 * ATTACHMENT says its name, and its type where TYPE is ""; may be NULL. */
void ra_outlook_mail_part(RaOutlookMail *mail, const char *type, const char *charset,
                          const RaMapi *attachment);
void ra_outlook_mail_push(RaOutlookMail *mail, const void *data, gsize size);
void ra_outlook_mail_end_part(RaOutlookMail *mail);
