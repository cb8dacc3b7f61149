/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a ticket of either kind. */
#pragma once

#include "mailer/open/either.h"
#include "mailer/open/freerdp.h"

/* One of the two once it is open. */
typedef struct {
    RaInvitation *invitation; /* ours: for the viewer */
    RaMsraCall *call;         /* Microsoft's: for FreeRDP */
} RaOpened;

void ra_opened_clear(RaOpened *opened); /* both NULL afterwards, and fine before */

/* PASSWORD and KEY_FILE are NULL where none is there. Errors as ra_ticket_open() and
 * ra_msra_open(); *RET is untouched then. Takes half a second for a ticket of ours. */
gboolean ra_opening_try(RaEither either, RaSecret *password, const char *key_file, RaOpened *ret,
                        GError **error);
/* Who the helper is: Helper.Name, else the user's name. Caller frees. */
char *ra_opening_helper(void);
