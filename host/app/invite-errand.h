/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the novice ordered, and what became of it so far: an invitation that was made but did not
 * go out is sent again, so that there are never two. */
#pragma once

#include "host/app/invite-page-inner.h"

typedef struct {
    RaInviteWay way;
    RaInviteWords words;
    RaSecret *password;
    gboolean generated; /* the password is not the novice's own */
    char *file;         /* for RA_INVITE_FILE: may be replaced */

    char *kept;         /* what was made, its id; NULL: nothing */
    RaInviteWords made; /* from what */
    RaSecret *made_password;
    GStrv reached; /* who has it already; may be NULL */
} RaInviteErrand;  /* zeroed at the start */

void ra_invite_errand_clear(RaInviteErrand *errand);
/* Everything is borrowed. TO NULL: to all. */
RaInviteOrder ra_invite_errand_order(const RaInviteErrand *errand, GStrv to);
/* Has it made, or sent again. Returns the id of an invitation that nobody got and that another one
 * takes the place of, the caller's; else NULL. */
char *ra_invite_errand_run(RaInviteErrand *errand, RaInviter *inviter, RaInviterFunc done,
                           gpointer data);
/* What came of it. */
void ra_invite_errand_learn(RaInviteErrand *errand, const RaInviteOutcome *outcome);
/* Those of OUTCOME who were not refused. The caller frees it. */
GStrv ra_invite_reached(const RaInviteOutcome *outcome);
