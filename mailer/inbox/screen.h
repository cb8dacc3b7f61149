/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The help desk's mailbox on the whole terminal: a list that follows the mailbox, and keys to claim
 * and open. ra-inbox(1), "The screen". */
#pragma once

#include "mailer/inbox/plan.h"

/* RA_ERROR_USAGE where standard input and output are no terminal that can show it. */
gboolean ra_inbox_screen_check(GError **error);
/*
 * Shows the mailbox of PLAN until the helper leaves (TRUE), or a signal (SIGINT, SIGTERM, SIGHUP)
 * says so. The terminal is as it was when this returns. RA_ERROR_USAGE as above, and as
 * ra_inbox_plan_queue(). setlocale() comes first; runs the default main context, and takes from it
 * what it put there.
 */
gboolean ra_inbox_screen_run(const RaInboxPlan *plan, GError **error);
