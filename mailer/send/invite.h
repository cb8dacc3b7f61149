/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Invitations from the novice's side: made, kept, handed to the agent, sent; listed, cancelled,
 * sent again.
 */
#pragma once

#include "mailer/send/invite-plan.h"
#include "mailer/send/mail-client.h"
#include "ticket/store.h"

/* What became of a plan: for the user, and for scripts. */
typedef struct {
    char *id; /* NULL: nothing was made */
    GStrv to; /* of the message; never NULL once there is an id */
    gint64 start, end;
    RaSecret *password;         /* to be shown: a new one that nobody else keeps; NULL: none */
    gboolean asks;              /* the ticket needs a password */
    gboolean listening;         /* the agent has it */
    char *why_not;              /* why not; NULL if it has */
    gboolean mailed;            /* a mail server, or sendmail(1), took the message */
    RaMailClientReport *client; /* the user's mail program shows it, not sent yet; NULL: no */
    char *attachment;           /* the file for that program */
    char *saved;                /* the file; NULL: none */
    GBytes *printable;          /* the message for standard output; NULL: not wanted */
    GPtrArray *refused;         /* of RaRefusal */
} RaInviteResult;

void ra_invite_result_clear(RaInviteResult *result);

/*
 * Carries out PLAN. On failure RESULT holds what was done before: with an id in it the invitation
 * is kept, and ra_invite_resend() can send it. RA_ERROR_MAIL if mail could not be sent to one or
 * more recipients (REFUSED; the others have it where MAILED is set); RA_ERROR_FORBIDDEN if the
 * agent must not listen; RA_ERROR_USAGE for a bad certificate or address; RA_ERROR_FAILED.
 * RESULT is zeroed by the caller, who clears it in any case.
 */
gboolean ra_invite_run(const RaInvitePlan *plan, const RaSettings *settings, RaStore *store,
                       RaInviteResult *result, GError **error);
/* The same ticket again, to the plan's recipients or else to those it went to. RA_ERROR_NO_TICKET,
 * RA_ERROR_EXPIRED (cancelled, too). */
gboolean ra_invite_resend(const RaInvitePlan *plan, RaStore *store, const char *id,
                          RaInviteResult *result, GError **error);
/* Cancels at the agent and in the store. *RET_ID is the whole id; the caller frees it. */
gboolean ra_invite_cancel(RaStore *store, const char *id, char **ret_id, GError **error);
