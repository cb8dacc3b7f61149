/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/find/found.h"

void ra_found_free(RaFound *found)
{
    if (found == NULL)
        return;
    ra_ticket_unref(found->ticket);
    ra_msra_unref(found->msra);
    ra_message_info_unref(found->message);
    ra_signer_unref(found->signer);
    g_free(found->part);
    g_free(found->path);
    g_free(found->file_name);
    g_free(found);
}

RaEither ra_found_either(const RaFound *found)
{
    return (RaEither){.ticket = found->ticket, .msra = found->msra};
}

const char *ra_found_name(const RaFound *found)
{
    return ra_either_name(ra_found_either(found));
}

const char *ra_found_address(const RaFound *found)
{
    return ra_either_address(ra_found_either(found));
}

gint64 ra_found_start(const RaFound *found)
{
    return ra_either_start(ra_found_either(found));
}

gint64 ra_found_end(const RaFound *found)
{
    return ra_either_end(ra_found_either(found));
}

gboolean ra_found_needs_password(const RaFound *found)
{
    return ra_either_needs_password(ra_found_either(found));
}

gboolean ra_found_needs_key(const RaFound *found)
{
    return ra_either_needs_key(ra_found_either(found));
}

GBytes *ra_found_bytes(const RaFound *found)
{
    return ra_either_bytes(ra_found_either(found));
}

gboolean ra_found_check_time(const RaFound *found, gint64 now, GError **error)
{
    return ra_either_check_time(ra_found_either(found), now, error);
}
