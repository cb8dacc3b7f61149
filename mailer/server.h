/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes for every mail server that a user or the settings name. */
#pragma once

#include <curl/curl.h>
#include <glib.h>

/* HOST of a URL: a name or an address, without brackets, on one line. NULL: FALSE. */
gboolean ra_server_host_is_valid(const char *host);

/* "localhost", or a loopback address: nothing is said over a network. */
gboolean ra_server_is_local(const char *host);

/* That FILE with certificates of authorities can be read: RA_ERROR_USAGE. NULL, the system's list,
 * is fine. */
gboolean ra_server_check_ca(const char *file, GError **error);

/* What every encrypted connection of CURL has to keep to: TLS 1.2 at the least, a certificate that
 * is valid for the host, by the authorities in CA_FILE (NULL: the system's). */
void ra_server_set_tls(CURL *curl, const char *ca_file);
