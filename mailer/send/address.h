/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One mail address as a person gives it, checked before anything is built from it. */
#pragma once

#include <glib.h>

enum {
    RA_ADDRESS_MAX = 254,      /* bytes, RFC 5321 4.5.3.1.3 without the brackets */
    RA_ADDRESS_LOCAL_MAX = 64, /* bytes before the "@", RFC 5321 4.5.3.1.1 */
};

/*
 * The address as mail carries it: "local@domain", a dot-atom before the "@" (RFC 5322 3.4.1) and a
 * domain name behind it. A domain outside ASCII becomes its A-labels (RFC 5891), so that every
 * server takes it; a local part outside ASCII is refused, since it needs SMTPUTF8 (RFC 6531) on
 * every server on the way. Quoted local parts and address literals are refused, too.
 * NULL with RA_ERROR_USAGE, naming the address. The caller frees it.
 */
char *ra_address_parse(const char *text, GError **error);
/* The domain of a parsed address. Borrowed from it. */
const char *ra_address_domain(const char *address);
