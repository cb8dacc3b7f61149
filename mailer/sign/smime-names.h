/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who a certificate says that its holder is. */
#pragma once

#include <glib.h>
#include <openssl/x509.h>

/* The subject's common name, else its organisation; "" where there is neither. Valid UTF-8. */
char *ra_certificate_name(const X509_NAME *name);
/* The mail addresses: the alternative names rfc822Name (RFC 5280 4.2.1.6) and SmtpUTF8Mailbox (RFC
 * 8398), and emailAddress of the subject. Those with control characters are left out, and all
 * after the first few. Caller frees. */
GStrv ra_certificate_addresses(X509 *certificate);
