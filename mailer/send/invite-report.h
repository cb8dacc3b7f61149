/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ra-invite tells, as text for people and as JSON for scripts (fields: ra-invite(1)). Callers
 * free what is returned; all of it ends with a line end. */
#pragma once

#include "mailer/send/invite.h"

/* What was done, until when it is valid. Without the password, which the caller writes behind it.
 */
char *ra_invite_report_text(const RaInviteResult *result);
/* All of it, the password too: the caller wipes it. ERROR is NULL after a success. */
char *ra_invite_report_json(const RaInviteResult *result, const GError *error);
/* What is common to all: "ok", "error" and "id". Either may be NULL. */
char *ra_invite_outcome_json(const char *id, const GError *error);
/* ENTRIES: of RaStoreEntry. */
char *ra_invite_list_text(GPtrArray *entries);
char *ra_invite_list_json(GPtrArray *entries);
