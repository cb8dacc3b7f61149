/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The invitations that were found, as ra-open and others list them. */
#pragma once

#include "mailer/find/extract.h"

typedef enum { RA_OPEN_VALID, RA_OPEN_NOT_YET, RA_OPEN_EXPIRED } RaOpenState;

/* As of NOW (seconds since 1970 UTC). */
RaOpenState ra_open_state(const RaFound *found, gint64 now);
/* "valid", "not-yet-valid", "expired". */
const char *ra_open_state_name(RaOpenState state);
/* The valid ones first, then those not yet valid, then the expired; of each the one that started
 * last first. Borrows from EXTRACTION; the caller frees the array. */
GPtrArray *ra_open_sort(const RaExtraction *extraction, gint64 now);
/* TRUE where the message's sender and the ticket's address are two: either may be forged, so a
 * person is to be told. FALSE where one of them is unknown. */
gboolean ra_open_sender_differs(const RaFound *found);
/* TRUE if it was signed by somebody, in earnest or not, who is not the message's sender. */
gboolean ra_open_signer_differs(const RaFound *found);
/* Whether NUMBER is 0 (none yet) or one of SORTED's, from 1; RA_ERROR_USAGE otherwise. */
gboolean ra_open_check_number(const GPtrArray *sorted, int number, GError **error);
