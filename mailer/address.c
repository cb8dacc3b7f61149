/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/address.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

enum {
    ADDRESS_MAX = 254, /* bytes, RFC 5321 4.5.3.1.3 without the brackets */
    LOCAL_MAX = 64,    /* bytes, RFC 5321 4.5.3.1.1 */
};

static gboolean refuse(const char *text, const char *why, GError **error) {
    g_autofree char *shown = ra_text_line(text, RA_TEXT_NAME_MAX);

    g_set_error(error, RA_ERROR, RA_ERROR_USAGE, "\"%s\" is not a mail address that can be used: %s",
                shown, why);
    return FALSE;
}

gboolean ra_address_check(const char *text, GError **error) {
    const char *at = strrchr(text, '@');

    if (!ra_text_is_plain_line(text) || strpbrk(text, " <>,;:\"()[]\\"))
        return refuse(text, "give it as name@example.com", error);
    if (!at || at == text || !at[1] || strchr(text, '@') != at)
        return refuse(text, "give it as name@example.com", error);
    if (strlen(text) > ADDRESS_MAX || at - text > LOCAL_MAX)
        return refuse(text, "it is too long", error);
    return TRUE;
}

const char *ra_address_domain(const char *text) {
    return strrchr(text, '@') + 1;
}
