/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords of invitations. */
#pragma once

#include "base/secret.h"

/* A new one for an invitation that lives LIFETIME seconds, easy to read over a telephone: words
 * separated by "-", four of them (44 bits), or five (55 bits) where it lives longer than
 * RA_PASSWORD_SHORT_LIFE. doc/TICKET.md has the list of words and the reasons. */
#define RA_PASSWORD_SHORT_LIFE ((gint64)4 * 60 * 60)
RaSecret *ra_password_generate_for(gint64 lifetime);
/* RA_ERROR_USAGE, with the reason, for a password that libpwquality finds too weak, or that is
 * not one line of valid UTF-8 of at most RA_TICKET_PASSWORD_MAX bytes. */
gboolean ra_password_check(RaSecret *password, GError **error);
/* How strong a password is that would be taken, for a meter: 0 to RA_PASSWORD_STRENGTH_MAX, by
 * libpwquality's score; -1 for one that ra_password_check() refuses, with the reason and nothing
 * else as the message. */
enum { RA_PASSWORD_STRENGTH_MAX = 100 };
int ra_password_strength(RaSecret *password, GError **error);
/* What the ticket is sealed with: forgiving of how words are typed. A generated password may be
 * typed in upper or lower case, with spaces or "-" between the words; any other is NFC-normalised
 * and otherwise exact. ra_ticket_seal() and ra_ticket_open() do this by themselves; twice is as
 * good as once. Never NULL. */
RaSecret *ra_password_normalise(RaSecret *typed);
