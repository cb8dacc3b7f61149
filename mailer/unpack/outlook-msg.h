/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A .msg file: a message as Outlook saves it (MS-OXMSG), a file system in a file (MS-CFB), which
 * libgsf reads. */
#pragma once

#include "mailer/unpack/outlook-mail.h"

typedef enum {
    RA_OUTLOOK_WHOLE,
    RA_OUTLOOK_DAMAGED, /* something in it was cut short or nonsense: the rest was written */
    RA_OUTLOOK_OTHER,   /* no message: nothing was written */
} RaOutlookResult;

/* TRUE if DATA begins as any file of that kind does. */
gboolean ra_outlook_msg_is(const guint8 *data, gsize size);
/* Writes the message to MAIL. */
RaOutlookResult ra_outlook_msg_unpack(RaOutlookMail *mail, const guint8 *data, gsize size);
/* The document, whichever of the two it is. */
RaOutlookResult ra_outlook_unpack(RaOutlookMail *mail, const guint8 *data, gsize size);
