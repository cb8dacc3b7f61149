/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The D-Bus interface Consent1: what the novice says and gives, and what a window shows of the
 * session. One for each place where it is exported. */
#pragma once

#include "host/agent.h"

#include <gio/gio.h>

typedef struct _RaConsent RaConsent;

/* Watches AGENT, which outlives it. CHANNEL is where its answers come from. */
RaConsent *ra_consent_new(RaAgent *agent, RaAnswerChannel channel);
void ra_consent_free(RaConsent *consent); /* takes it back from where it is exported */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaConsent, ra_consent_free)
/* At RA_BUS_PATH of CONNECTION. */
gboolean ra_consent_export(RaConsent *consent, GDBusConnection *connection, GError **error);
/* Emits Present; where the window has not yet asked for the history, once it has. WHAT: static. */
void ra_consent_present(RaConsent *consent, const char *what);
