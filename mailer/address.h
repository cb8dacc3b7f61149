/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One mail address as a person gives it: checked, before anything is built from it. */
#pragma once

#include <glib.h>

/* TRUE if TEXT is a bare address, "local@domain", within RFC 5321's lengths and without control
 * characters, white space or brackets. FALSE with RA_ERROR_USAGE, naming the address, otherwise.
 * An internationalised domain is fine (libcurl and GMime encode it); a local part outside ASCII is
 * refused, since few servers take it (SMTPUTF8, RFC 6531). */
gboolean ra_address_check(const char *text, GError **error);
/* The part behind the last "@". Borrowed from TEXT, which passed the check above. */
const char *ra_address_domain(const char *text);
