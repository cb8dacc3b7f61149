/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agent on D-Bus: interface org.remoteassistance.Host1 (bus/org.remoteassistance.Host1.xml),
 * and the private socket of the one consent window. */
#pragma once

#include "host/agent.h"

#include <gio/gio.h>

enum {
    RA_SERVICE_ATTACH_SECONDS = 10,  /* for a window to say hello on its socket */
    RA_SERVICE_INVITATIONS_MS = 100, /* changes of invitations are told together */
};

typedef struct _RaService RaService;

typedef struct {
    gboolean bus_answers;       /* Consent1 on the bus as well: every program can answer then */
    gboolean attach;            /* another program may attach itself as the window */
    const char *window_program; /* the path of our own window; NULL: none is started */
    const RaClock *clock;       /* borrowed */
} RaServiceOptions;

/* Offers AGENT at RA_BUS_PATH on BUS (a message bus, or for tests any connection). Does not own
 * the name. AGENT is borrowed and outlives the service. */
RaService *ra_service_new(RaAgent *agent, GDBusConnection *bus, const RaServiceOptions *options,
                          GError **error);
/* Takes the object off the bus and detaches the window. */
void ra_service_free(RaService *service);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaService, ra_service_free)
