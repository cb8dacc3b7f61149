/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/server.h"

#include "base/error.h"
#include "base/text.h"

#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

gboolean ra_server_host_is_valid(const char *host)
{
    return host != NULL && *host != '\0' && ra_text_is_plain_line(host) &&
           strchr(host, ' ') == NULL;
}

gboolean ra_server_is_local(const char *host)
{
    if (g_ascii_strcasecmp(host, "localhost") == 0)
        return TRUE;
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);
    return address != NULL && g_inet_address_get_is_loopback(address);
}

gboolean ra_server_check_ca(const char *file, GError **error)
{
    if (file == NULL || (g_file_test(file, G_FILE_TEST_IS_REGULAR) && access(file, R_OK) == 0))
        return TRUE;
    g_autofree char *shown = ra_text_line(file, RA_TEXT_LINE_MAX);
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "cannot read the file of CA certificates %s",
                shown);
    return FALSE;
}

void ra_server_set_tls(CURL *curl, const char *ca_file)
{
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    /* In place of the system's file; the system's folder of certificates still counts. */
    if (ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file);
}
