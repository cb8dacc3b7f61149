/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * winmail.dat: a message in TNEF (MS-OXTNEF), read where it lies. Checksums are not looked at, as
 * Outlook does not either; what a length claims beyond the end is taken as far as it goes.
 */
#pragma once

#include "mailer/unpack/outlook-mail.h"

/* TRUE if DATA begins as TNEF does. */
gboolean ra_tnef_is(const guint8 *data, gsize size);
/* Writes the message to MAIL, as part of the open one where ATTACHMENT is not NULL. FALSE where
 * something in it was cut short or nonsense: the rest was written. */
gboolean ra_tnef_unpack(RaOutlookMail *mail, const RaMapi *attachment, const guint8 *data,
                        gsize size);
