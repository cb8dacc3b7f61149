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

/* *OURS and *THEIRS are the caller's. RA_ERROR_FAILED. */
gboolean ra_consent_window_pair(int *ours, int *theirs, GError **error);
/*
 * FD is the agent's end, taken in any case. HOST1 is shown on the socket too. When the socket is
 * closed, or nothing was said on it within HELLO_SECONDS, GONE is called from the main loop (the
 * callee frees the window). RA_ERROR_FAILED.
 */
RaConsentWindow *ra_consent_window_new(RaAgent *agent, GDBusInterfaceSkeleton *host1, int fd,
                                       guint hello_seconds, RaConsentWindowGone gone, gpointer data,
                                       GError **error);
/* It is gone also when OWNER, a unique name, leaves BUS. */
void ra_consent_window_follow(RaConsentWindow *window, GDBusConnection *bus, const char *owner);
/* The novice wants to see it: Consent1's signal Present, as soon as the window listens. */
void ra_consent_window_present(RaConsentWindow *window, const char *what);
/* Open questions stay open: their time runs out, or another window answers. */
void ra_consent_window_free(RaConsentWindow *window);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaConsentWindow, ra_consent_window_free)
