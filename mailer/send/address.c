/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/send/address.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

static char *refuse(const char *text, const char *why, GError **error)
{
    g_autofree char *shown = ra_text_line(text, RA_TEXT_NAME_MAX);
    g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "\"%s\" is no mail address to use: %s", shown,
                why);
    return NULL;
}

/* RFC 5322 3.2.3. A leading "-" would be an option to the programs that are given addresses; "=?"
 * would be read as an encoded word (RFC 2047) in the subject. */
static gboolean is_dot_atom(const char *text)
{
    if (*text == '\0' || *text == '-' || *text == '.' || g_str_has_suffix(text, ".") ||
        strstr(text, "..") != NULL || strstr(text, "=?") != NULL)
        return FALSE;
    for (const char *p = text; *p != '\0'; p++) {
        if (!g_ascii_isalnum(*p) && strchr("!#$%&'*+-/=?^_`{|}~.", *p) == NULL)
            return FALSE;
    }
    return TRUE;
}

static gboolean is_domain(const char *text)
{
    if (*text == '\0' || *text == '-' || *text == '.' || strstr(text, "..") != NULL)
        return FALSE;
    return text[strspn(
               text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")] == '\0';
}

char *ra_address_parse(const char *text, GError **error)
{
    const char *how = "write it as name@example.com";
    if (!ra_text_is_plain_line(text))
        return refuse(text, how, error);
    const char *at = strrchr(text, '@');
    if (at == NULL || at == text)
        return refuse(text, how, error);
    g_autofree char *local = g_strndup(text, (gsize)(at - text));
    if (!g_str_is_ascii(local))
        return refuse(text, "letters outside ASCII before the \"@\" are not supported", error);
    g_autofree char *domain = g_hostname_to_ascii(at + 1);
    if (!is_dot_atom(local) || domain == NULL || !is_domain(domain))
        return refuse(text, how, error);
    g_autofree char *address = g_strconcat(local, "@", domain, NULL);
    if (strlen(local) > RA_ADDRESS_LOCAL_MAX || strlen(address) > RA_ADDRESS_MAX)
        return refuse(text, "it is too long", error);
    return g_steal_pointer(&address);
}

const char *ra_address_domain(const char *address)
{
    return strrchr(address, '@') + 1;
}
