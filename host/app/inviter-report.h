/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ra-invite --json prints (ra-invite(1), REPORT), read with suspicion: what is not as it is
 * described there is refused as a whole. Pure. */
#pragma once

#include "host/app/inviter.h"

enum { RA_INVITER_REPORT_MAX = 256 * 1024 }; /* bytes */

/* TEXT need not be UTF-8. Texts of the result are safe to show. RA_ERROR_MALFORMED. */
RaInviteDefaults *ra_invite_defaults_parse(const char *text, gsize size, GError **error);
void ra_invite_defaults_free(RaInviteDefaults *defaults); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaInviteDefaults, ra_invite_defaults_free)
RaInviteOutcome *ra_invite_outcome_parse(const char *text, gsize size, GError **error);
void ra_invite_outcome_free(RaInviteOutcome *outcome); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaInviteOutcome, ra_invite_outcome_free)
