/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/found.h"

void ra_found_free(RaFound *found)
{
    if (found == NULL)
        return;
    ra_ticket_unref(found->ticket);
    ra_message_info_unref(found->message);
    ra_signer_unref(found->signer);
    g_free(found->part);
    g_free(found->path);
    g_free(found->file_name);
    g_free(found);
}

const char *ra_found_name(const RaFound *found)
{
    return ra_ticket_name(found->ticket);
}

const char *ra_found_address(const RaFound *found)
{
    return ra_ticket_address(found->ticket);
}

gint64 ra_found_start(const RaFound *found)
{
    return ra_ticket_start(found->ticket);
}

gint64 ra_found_end(const RaFound *found)
{
    return ra_ticket_end(found->ticket);
}

gboolean ra_found_needs_password(const RaFound *found)
{
    return ra_ticket_needs_password(found->ticket);
}

gboolean ra_found_needs_key(const RaFound *found)
{
    return ra_ticket_needs_key(found->ticket);
}

GBytes *ra_found_bytes(const RaFound *found)
{
    return ra_ticket_bytes(found->ticket);
}

gboolean ra_found_check_time(const RaFound *found, gint64 now, GError **error)
{
    return ra_ticket_check_time(found->ticket, now, error);
}
