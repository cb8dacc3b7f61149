/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The host agent on the session bus, as ra-invite sees it: it may not be there (no desktop session,
 * not installed), which is no failure. */
#pragma once

#include <glib.h>

enum { RA_INVITE_AGENT_TIMEOUT_MS = 15 * 1000 }; /* for one call, starting the agent included */

typedef struct _RaInviteAgent RaInviteAgent;

/*
 * Starts the agent and has it listen. TRUE with *RET NULL and *WHY (one line, safe to show) where
 * there is none; FALSE where it is there but says no: RA_ERROR_FORBIDDEN or RA_ERROR_FAILED with
 * its words. *PORT is where it listens, *HOSTS are its addresses, best first. The
 * caller frees *RET, *HOSTS and *WHY.
 */
gboolean ra_invite_agent_prepare(RaInviteAgent **ret, guint16 *port, GStrv *hosts, char **why,
                                 GError **error);
/* Hands invitation ID, which is in the store, to it. Errors as above. */
gboolean ra_invite_agent_register(RaInviteAgent *agent, const char *id, GError **error);
/* Has the agent forget invitation ID, if one runs; it is not started. TRUE where none runs or it
 * does not know ID: the store is the caller's. */
gboolean ra_invite_agent_cancel(const char *id, GError **error);
void ra_invite_agent_free(RaInviteAgent *agent);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaInviteAgent, ra_invite_agent_free)
