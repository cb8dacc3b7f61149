/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The consent window: one window, which shows the question that is open, else the session under
 * way, else what was done in the last one, by what the agent says; and the lasting notification.
 * Hidden while there is nothing to show. Closing it is a no to an open question; it hides the
 * session, which goes on; it ends the program after the session.
 */
#pragma once

#include "host/app/agent-link.h"

#include <gtk/gtk.h>

typedef struct _RaCompanion RaCompanion;

/* APPLICATION is held as long as there is anything to show. LINK is borrowed. */
RaCompanion *ra_companion_new(GtkApplication *application, RaAgentLink *link);
/* The agent is gone: nothing can be answered any more; what can be read stays until it is closed.
 */
void ra_companion_agent_gone(RaCompanion *self);
void ra_companion_free(RaCompanion *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaCompanion, ra_companion_free)
