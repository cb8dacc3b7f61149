/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages of a session ask of the agent: methods are called without waiting, and where the
 * agent refuses, its reason is shown. */
#pragma once

#include "host/app/agent-link.h"

typedef struct _RaCalls RaCalls;

/* LINK is borrowed. SHOW gets the reason of a refusal that no RaCallFunc takes, and NULL when a
 * later call was done: what was shown is out of date. */
RaCalls *ra_calls_new(RaAgentLink *link, void (*show)(const char *reason, gpointer data),
                      gpointer data);
/* Nothing is called back after it, and nothing asked any more: the page is going. */
void ra_calls_close(RaCalls *calls);
void ra_calls_free(RaCalls *calls); /* closes it too; NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaCalls, ra_calls_free)
RaAgentLink *ra_calls_link(RaCalls *calls);      /* borrowed */
RaBusHost1 *ra_calls_host(RaCalls *calls);       /* borrowed */
RaBusConsent1 *ra_calls_consent(RaCalls *calls); /* borrowed */

/* REASON: it was refused, and RESULT is NULL. Both are the callee's to look at until it returns. */
typedef void (*RaCallFunc)(GVariant *result, const char *reason, gpointer data);
/* Calls METHOD of PROXY (one of the two above) with ARGUMENTS, a tuple or NULL; floating is taken.
 * DONE may be NULL. */
void ra_calls_call(RaCalls *calls, gpointer proxy, const char *method, GVariant *arguments,
                   RaCallFunc done, gpointer data);
/* Shows REASON as if it were a refusal; NULL takes it away. */
void ra_calls_show(RaCalls *calls, const char *reason);
