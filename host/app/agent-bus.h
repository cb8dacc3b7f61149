/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Host1 on the session bus, for the front: the agent may not run yet, may leave and come back. */
#pragma once

#include "bus/host1.h"

typedef struct _RaAgentBus RaAgentBus;

/* CHANGED is called from the main loop whenever something that the functions below tell has
 * changed, and once at the start. Starts no agent by itself. */
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
