/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of inviting somebody, one below the other in a stack: how, whom and what, the
 * password, sending, what happens next. */
#pragma once

#include "host/app/agent-bus.h"
#include "host/app/inviter.h"

#include <gtk/gtk.h>

/* What is filled in at the start; any may be NULL or 0. */
typedef struct {
    const char *const *to;
    const char *name;
    gint64 lifetime;
    const char *replaces; /* an invitation that is cancelled once the new one is out */
} RaInvitePreset;

/* AGENT and INVITER are borrowed. DONE: the novice is through, or went back from the first step. */
GtkWidget *ra_invite_page_new(RaAgentBus *agent, RaInviter *inviter, const RaInvitePreset *preset,
                              void (*done)(gpointer data), gpointer data);
/* RaAgentBus changed: somebody may see the screen now. */
void ra_invite_page_update(GtkWidget *widget);
