/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The agent's side of the consent window, for tests of the window's pages: Host1 and Consent1 on a
 * socket pair, as host/window.c offers them. Each call is written down and answered; properties are
 * those of the skeletons, for the test to set. Everything runs in the default main context.
 */
#pragma once

#include "bus/host1.h"
#include "host/app/agent-link.h"

typedef struct _StandIn StandIn;

/* Linked already. */
StandIn *stand_in_new(void);
void stand_in_free(StandIn *agent); /* the link too */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StandIn, stand_in_free)
RaAgentLink *stand_in_link(StandIn *agent); /* what is given to a page */
/* To set properties and emit signals. Borrowed. */
RaBusHost1 *stand_in_host(StandIn *agent);
RaBusConsent1 *stand_in_consent(StandIn *agent);
/* The agent goes away, as if it had died. */
void stand_in_leave(StandIn *agent);
/* The window saw it go. */
gboolean stand_in_is_closed(StandIn *agent);

/* Asks, and settles, by the property Questions and by the signals. DETAILS: taken if floating. */
void stand_in_ask(StandIn *agent, guint number, const char *what, GVariant *details);
void stand_in_settle(StandIn *agent, guint number, const char *how);
/* Details of a question as the agent makes them, from text in GVariant's own format: "{'name':
 * <'Ann'>}"; a deadline in 60 seconds is added where there is none. Floating. */
GVariant *stand_in_details(const char *text);

/* How often METHOD ("Answer") was called, and with what the last time: "(1, true)"; "" for never;
 * borrowed until the next call. */
guint stand_in_calls(StandIn *agent, const char *method);
const char *stand_in_last(StandIn *agent, const char *method);
/* Runs the main loop until METHOD was called COUNT times in all; fails the test after a minute. */
void stand_in_wait(StandIn *agent, const char *method, guint count);
/* METHOD returns REPLY (a tuple, taken if floating) from now on, where it would return empty lists,
 * or numbers that rise from 1. */
void stand_in_reply(StandIn *agent, const char *method, GVariant *reply);
/* METHOD is refused from now on, with error NAME ("NotAllowed"); NULL: no more. */
void stand_in_refuse(StandIn *agent, const char *method, const char *name, const char *message);

/* Runs the main loop until IS_SO; fails the test after a minute. */
void stand_in_until(gboolean (*is_so)(gpointer data), gpointer data);
/* Runs it until what was sent either way before has been seen at the other end. */
void stand_in_settle_down(StandIn *agent);
