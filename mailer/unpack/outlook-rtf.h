/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A compressed RTF body, written as the part of a message that its text is. */
#pragma once

#include "mailer/unpack/outlook-mail.h"

typedef struct _RaOutlookRtf RaOutlookRtf;

/* MAIL is borrowed; its present message gets the part. */
RaOutlookRtf *ra_outlook_rtf_new(RaOutlookMail *mail);
void ra_outlook_rtf_push(RaOutlookRtf *rtf, const guint8 *data, gsize size);
gboolean ra_outlook_rtf_end(RaOutlookRtf *rtf); /* as ra_rtf_end() */
