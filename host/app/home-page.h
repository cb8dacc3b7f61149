/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first page: "Invite someone to help you", "Your invitations", and who is helping now. */
#pragma once

#include "host/app/agent-bus.h"

#include <gtk/gtk.h>

/* AGENT is borrowed. FORBIDDEN: why nobody can be invited, a line for the novice; NULL: they can.
 */
GtkWidget *ra_home_page_new(RaAgentBus *agent, const char *forbidden, void (*invite)(gpointer data),
                            void (*invitations)(gpointer data), gpointer data);
/* Something changed at the agent. */
void ra_home_page_update(GtkWidget *page);
/* The keyboard goes to what is wanted most; the page need not be in sight yet. */
void ra_home_page_focus(GtkWidget *page);
