/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords of invitations. */
#pragma once

#include "base/secret.h"

/* A new one, easy to read over a telephone: words separated by "-", at least 44 bits (the list and
 * the count of words are in doc/TICKET.md). */
RaSecret *ra_password_generate(void);
/* RA_ERROR_USAGE, with the reason, for a password that libpwquality finds too weak, or that is
 * not one line of valid UTF-8 of at most RA_TICKET_PASSWORD_MAX bytes. */
gboolean ra_password_check(RaSecret *password, GError **error);
/* What the ticket is sealed with: forgiving of how words are typed. A generated password may be
 * typed in upper or lower case, with spaces or "-" between the words; any other is NFC-normalised
 * and otherwise exact. */
RaSecret *ra_password_normalise(RaSecret *typed);
