/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Host1 on the session bus, for the front: the agent may not run yet, may leave and come back, and
 * there may be no session bus at all. */
#pragma once

#include "bus/host1.h"

typedef struct _RaAgentBus RaAgentBus;

/* BUS may be NULL: there is no agent then, and never will be. CHANGED is called from the main loop
 * whenever something that the functions below tell has changed, and once at the start. Starts no
 * agent by itself. */
RaAgentBus *ra_agent_bus_new(GDBusConnection *bus, void (*changed)(gpointer data), gpointer data);
void ra_agent_bus_free(RaAgentBus *agent);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaAgentBus, ra_agent_bus_free)
/* The proxy: its methods start the agent where D-Bus can. Borrowed; NULL before it is there. */
RaBusHost1 *ra_agent_bus_host(RaAgentBus *agent);
/* Somebody sees the screen, or is about to: passwords are hidden. */
gboolean ra_agent_bus_watched(RaAgentBus *agent);
/* "idle" while no agent runs; as Host1.State. Borrowed. */
const char *ra_agent_bus_state(RaAgentBus *agent);
const char *ra_agent_bus_helper(RaAgentBus *agent); /* borrowed, safe to show, "" */

/* Looks at the invitations, and so starts the agent where none runs. From then on one that dies
 * while invitations are open is started again. */
void ra_agent_bus_look(RaAgentBus *agent);
/* What Host1.List told last: kept up to date while an agent runs. NULL: not known. Borrowed until
 * CHANGED. */
GVariant *ra_agent_bus_invitations(RaAgentBus *agent);
/* Of those, how many a helper can use now. */
guint ra_agent_bus_open(RaAgentBus *agent);
/* Why the invitations are not known, a line for the novice; NULL where nothing is wrong. */
const char *ra_agent_bus_problem(RaAgentBus *agent);
/* What ERROR of a call tells the novice: its line without D-Bus's own words. The caller frees it.
 */
char *ra_agent_bus_message(const GError *error);
