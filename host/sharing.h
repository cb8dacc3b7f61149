/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a yes gives: the screen for the worker to see, the input it may cause, where the helper
 * points, and the sign that tells the novice. Holds the token of the frame (rule: host/session.h).
 *
 * While it is paused nothing is fetched and nothing of the screen is sent, input is dropped, and
 * nothing is drawn. Without its link it has neither screen nor input, only the sign.
 */
#pragma once

#include "base/rights.h"
#include "host/desktop.h"
#include "host/peer.h"

typedef struct _RaSharing RaSharing;

typedef struct {
    void (*stop)(gpointer data); /* ESC on the real keyboard, or the sign's "Stop control" */
    void (*end)(gpointer data);  /* the sign's "End session" */
    void (*lost)(const GError *error, gpointer data); /* the screen is gone */
    void (*lied)(gpointer data); /* the worker gave back a frame that it did not have */
    /* The novice's own hands are at work, and the helper's input waits; or goes on. */
    void (*held)(gboolean held, gpointer data);
    /* The Pause key or the sign's button, by a real device: the novice wants it so. */
    void (*pause)(gboolean paused, gpointer data);
    void (*mute)(gboolean muted, gpointer data); /* the sign's microphone, the same way */
    void (*chat)(gpointer data);                 /* the sign's "Chat" */
} RaSharingEvents;

/* Opens the screen, the input and the sign, sends nothing yet. WHO is safe to show. WORKER and
 * EVENTS outlive the sharing. RA_ERROR_FAILED without a screen or a sign: nobody watches unseen. */
RaSharing *ra_sharing_new(const RaDesktop *desktop, const char *who, RaPeer *worker,
                          const RaSharingEvents *events, gpointer data, GError **error);
/* Everything injected is released, the sign goes, and nothing of the screen is sent any more when
 * this returns. May be called from any of the events. NULL is fine. */
void ra_sharing_free(RaSharing *sharing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaSharing, ra_sharing_free)

/* Shows the sign, then gives the worker the frame, and says which monitors there are. */
void ra_sharing_begin(RaSharing *sharing);
/* The worker is gone: screen and input are closed, so that nothing of what is fetched later lies
 * in memory that it has seen; the sign stays and says so. Not from any of the events. */
void ra_sharing_lose_link(RaSharing *sharing);
/* With another worker, as ra_sharing_new(); ra_sharing_begin() follows. */
gboolean ra_sharing_regain(RaSharing *sharing, RaPeer *worker, GError **error);

/* The worker's WANT_PIXELS. FALSE if it did not owe one. */
gboolean ra_sharing_want_pixels(RaSharing *sharing);

/* FALSE where nothing can be injected: view only. */
gboolean ra_sharing_has_input(const RaSharing *sharing);
/* Changes the sign; without control, lets go of all keys and buttons. */
void ra_sharing_set_rights(RaSharing *sharing, RaRights rights);
/* FALSE: it was dropped, since the rights lack control, it is paused or the novice's own hands are
 * at work. */
gboolean ra_sharing_inject(RaSharing *sharing, const RaIpcMessage *event);
/* The same for an event that may not be injected now (a question is open). */
void ra_sharing_drop_input(RaSharing *sharing, const RaIpcMessage *event);
void ra_sharing_release_input(RaSharing *sharing);

/* Hides the screen at once, or shows it again. */
void ra_sharing_set_paused(RaSharing *sharing, gboolean paused);
gboolean ra_sharing_paused(const RaSharing *sharing);
/* What the sign says of the microphone. */
void ra_sharing_set_voice(RaSharing *sharing, gboolean talking, gboolean microphone);
/* And of the chat: whether there is a button, and how much was not read yet. */
void ra_sharing_set_chat(RaSharing *sharing, gboolean chat, guint unread);

/* Where the helper points; RA_SHARING_POINTS_MAX a second, more are left out. */
enum { RA_SHARING_POINTS_MAX = 250 };
void ra_sharing_point(RaSharing *sharing, guint16 x, guint16 y, RaPointPhase phase);
void ra_sharing_clear_points(RaSharing *sharing);
/* Which monitor the helper would like to see; one that there is not is left out. */
void ra_sharing_choose(RaSharing *sharing, guint monitor);
