/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Your invitations": to whom, state, time left counting down; cancel, send again, new time. */
#pragma once

#include "host/app/agent-bus.h"
#include "host/app/invite-page.h"
#include "host/app/inviter.h"

#include <gtk/gtk.h>

/* AGENT and INVITER are borrowed, and outlive what the page has under way. BACK: to the home page.
 * AGAIN: invite the same people with another time; PRESET NULL: somebody, for the first time.
 * Looks at the invitations, which starts the agent, whenever it comes into sight. */
GtkWidget *ra_invitations_page_new(RaAgentBus *agent, RaInviter *inviter,
                                   void (*back)(gpointer data),
                                   void (*again)(const RaInvitePreset *preset, gpointer data),
                                   gpointer data);
/* Something changed at the agent. */
void ra_invitations_page_update(GtkWidget *widget);
