/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agent as the consent window sees it: Host1 and Consent1 on the private socket that the agent
 * gave to this process. Signals and properties are those of the generated proxies
 * (bus/org.remoteassistance.Host1.xml), whose properties are there from the start. */
#pragma once

#include "bus/host1.h"

typedef struct _RaAgentLink RaAgentLink;

/* FD is taken. RA_ERROR_FAILED, within five seconds. CLOSED is called once, from the main loop,
 * when the agent is gone; the link stays valid. */
RaAgentLink *ra_agent_link_new(int fd, void (*closed)(gpointer data), gpointer data,
                               GError **error);
void ra_agent_link_free(RaAgentLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaAgentLink, ra_agent_link_free)
RaBusHost1 *ra_agent_link_host(RaAgentLink *link);       /* borrowed */
RaBusConsent1 *ra_agent_link_consent(RaAgentLink *link); /* borrowed */
/* What ERROR of a call tells the novice: its line without D-Bus's own words. The caller frees it.
 */
char *ra_agent_link_message(const GError *error);
