/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ticket of ours or of Microsoft's, where that makes no difference. */
#pragma once

#include "ticket/msra.h"
#include "ticket/ticket.h"

/* One of the two; the other is NULL. Whose they are says whoever has one. */
typedef struct {
    RaTicket *ticket;
    RaMsra *msra;
} RaEither;

/* References of its own. */
RaEither ra_either_copy(RaEither either);
void ra_either_clear(RaEither *either); /* drops them; both NULL afterwards, and fine before */

/* As in ticket/ticket.h. Borrowed, as written. */
const char *ra_either_name(RaEither either);
const char *ra_either_address(RaEither either); /* "": Microsoft's have none */
gint64 ra_either_start(RaEither either);
gint64 ra_either_end(RaEither either);
gboolean ra_either_needs_password(RaEither either);
gboolean ra_either_needs_key(RaEither either);
GBytes *ra_either_bytes(RaEither either);
gboolean ra_either_check_time(RaEither either, gint64 now, GError **error);
