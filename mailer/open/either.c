/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/open/either.h"

RaEither ra_either_copy(RaEither either)
{
    return (RaEither){.ticket = either.ticket != NULL ? ra_ticket_ref(either.ticket) : NULL,
                      .msra = either.msra != NULL ? ra_msra_ref(either.msra) : NULL};
}

void ra_either_clear(RaEither *either)
{
    g_clear_pointer(&either->ticket, ra_ticket_unref);
    g_clear_pointer(&either->msra, ra_msra_unref);
}

const char *ra_either_name(RaEither either)
{
    return either.msra != NULL ? ra_msra_name(either.msra) : ra_ticket_name(either.ticket);
}

const char *ra_either_address(RaEither either)
{
    return either.msra != NULL ? "" : ra_ticket_address(either.ticket);
}

gint64 ra_either_start(RaEither either)
{
    return either.msra != NULL ? ra_msra_start(either.msra) : ra_ticket_start(either.ticket);
}

gint64 ra_either_end(RaEither either)
{
    return either.msra != NULL ? ra_msra_end(either.msra) : ra_ticket_end(either.ticket);
}

gboolean ra_either_needs_password(RaEither either)
{
    return either.msra != NULL ? ra_msra_needs_password(either.msra)
                               : ra_ticket_needs_password(either.ticket);
}

gboolean ra_either_needs_key(RaEither either)
{
    return either.msra == NULL && ra_ticket_needs_key(either.ticket);
}

GBytes *ra_either_bytes(RaEither either)
{
    return either.msra != NULL ? ra_msra_bytes(either.msra) : ra_ticket_bytes(either.ticket);
}

gboolean ra_either_check_time(RaEither either, gint64 now, GError **error)
{
    return ra_ticket_check_span(ra_either_start(either), ra_either_end(either), now, error);
}
