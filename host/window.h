/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one consent window: a socketpair on which the agent speaks D-Bus peer to peer, so that
 * nobody but the program that was given the other end answers. The window finds both interfaces at
 * RA_BUS_PATH: Host1 with its signals, and Consent1 to answer.
 */
#pragma once

#include "host/agent.h"

#include <gio/gio.h>

typedef struct _RaConsentWindow RaConsentWindow;

typedef void (*RaConsentWindowGone)(RaConsentWindow *window, gpointer data);

/*
 * OWNER is the caller's unique name on BUS: when it leaves the bus, or closes the socket, GONE is
 * called from the main loop (the callee frees the window). HOST1 is shown on the socket too. *FD
 * is the window's end, the caller's to close. RA_ERROR_FAILED.
 */
RaConsentWindow *ra_consent_window_new(RaAgent *agent, GDBusConnection *bus, const char *owner,
                                       GDBusInterfaceSkeleton *host1, RaConsentWindowGone gone,
                                       gpointer data, int *fd, GError **error);
/* Open questions stay open: their time runs out, or another window answers. */
void ra_consent_window_free(RaConsentWindow *window);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaConsentWindow, ra_consent_window_free)
