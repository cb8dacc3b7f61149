/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agent on D-Bus: interface org.remoteassistance.Host1 (bus/org.remoteassistance.Host1.xml),
 * and the private socket of the one consent window. */
#pragma once

#include "host/agent.h"

#include <gio/gio.h>

enum {
    RA_SERVICE_ATTACH_SECONDS = 10, /* for a window to say hello on its socket */
};

typedef struct _RaService RaService;

/* Offers AGENT at RA_BUS_PATH on BUS (a message bus, or for tests any connection), and with
 * BUS_ANSWERS Consent1 as well: every program can answer then. Does not own
 * the name. AGENT is borrowed and outlives the service. */
RaService *ra_service_new(RaAgent *agent, GDBusConnection *bus, gboolean bus_answers,
                          GError **error);
/* Takes the object off the bus and detaches the window. */
void ra_service_free(RaService *service);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaService, ra_service_free)
