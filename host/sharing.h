/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a yes gives: the screen for the worker to see, the input it may cause, and the sign that
 * tells the novice. Holds the token of the frame (rule: host/session.h). */
#pragma once

#include "base/rights.h"
#include "host/desktop.h"
#include "host/peer.h"

typedef struct _RaSharing RaSharing;

typedef struct {
    void (*stop)(gpointer data); /* ESC on the real keyboard, or the sign's "Stop control" */
    void (*end)(gpointer data);  /* the sign's "End session" */
    void (*lost)(const GError *error, gpointer data); /* the screen is gone */
} RaSharingEvents;

/* Opens the screen, the input and the sign, sends nothing yet. WHO is safe to show. WORKER and
 * EVENTS outlive the sharing. RA_ERROR_FAILED without a screen or a sign: nobody watches unseen. */
RaSharing *ra_sharing_new(const RaDesktop *desktop, const char *who, RaPeer *worker,
                          const RaSharingEvents *events, gpointer data, GError **error);
/* Everything injected is released, the sign goes, and nothing of the screen is sent any more when
 * this returns. May be called from any of the events. NULL is fine. */
void ra_sharing_free(RaSharing *sharing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaSharing, ra_sharing_free)

/* Shows the sign, then gives the worker the frame. */
void ra_sharing_begin(RaSharing *sharing);
/* The worker's WANT_PIXELS. FALSE if it did not owe one. */
gboolean ra_sharing_want_pixels(RaSharing *sharing);

/* FALSE where nothing can be injected: view only. */
gboolean ra_sharing_has_input(const RaSharing *sharing);
/* Changes the sign; without control, lets go of all keys and buttons. */
void ra_sharing_set_rights(RaSharing *sharing, RaRights rights);
/* Dropped unless the rights include control. */
void ra_sharing_inject(RaSharing *sharing, const RaIpcMessage *event);
void ra_sharing_release_input(RaSharing *sharing);
