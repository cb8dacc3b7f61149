/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ra-inbox is to do: the options under the settings under the policy, all of it checked before
 * anything is looked at. */
#pragma once

#include "base/settings.h"
#include "mailer/imap/box.h"
#include "mailer/inbox/case-tell.h"
#include "mailer/inbox/options.h"
#include "mailer/inbox/queue.h"

typedef struct {
    char *url;           /* for persons: without a password, clean */
    char *maildir;       /* NULL: SERVER is meant */
    RaImapServer server; /* what it borrows is in the fields below */
    char *server_url, *user, *ca_file;
    char *name;       /* this helper's, at the claims */
    gint64 since;     /* seconds since 1970 UTC; 0: all */
    guint states;     /* what is listed: bits, 1 << RaCaseState */
    char *key_file;   /* NULL: none */
    char *signers_ca; /* who may vouch for senders, beside the system's; NULL: none */
    RaTeller *teller;
} RaInboxPlan;

/* NOW in seconds since 1970 UTC. RA_ERROR_USAGE, or RA_ERROR_FORBIDDEN for what the policy does not
 * allow. */
RaInboxPlan *ra_inbox_plan_new(const RaInboxOptions *options, const RaSettings *settings,
                               gint64 now, GError **error);
void ra_inbox_plan_free(RaInboxPlan *plan); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaInboxPlan, ra_inbox_plan_free)

/* The queue of the plan's box, nothing of it looked at yet. FUNCS and DATA as ra_queue_new() has
 * them. RA_ERROR_USAGE. PLAN outlives it. */
RaQueue *ra_inbox_plan_queue(const RaInboxPlan *plan, const RaQueueFuncs *funcs, gpointer data,
                             GError **error);
