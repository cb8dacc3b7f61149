/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two pairs of hands on one keyboard: the helper's input on its way to the desktop, and the
 * novice's own, before which it gives way. While the novice uses mouse or keyboard, and for
 * RA_HANDS_HELD_MS after, the helper's keys are let go of and what they send is dropped, so that
 * the two do not fight; then it goes on. A button that was down meanwhile counts again only once
 * it was let go of: half a drag is no click.
 */
#pragma once

#include "host/desktop.h"

enum { RA_HANDS_HELD_MS = 400 }; /* after the last event of the novice's own */

typedef struct _RaHands RaHands;

typedef struct {
    void (*escape)(gpointer data);              /* ESC on the real keyboard */
    void (*pause)(gpointer data);               /* the Pause key on it */
    void (*held)(gboolean held, gpointer data); /* the helper's input waits, or goes on */
} RaHandsEvents;

/* EVENTS is borrowed. NULL where nothing can be injected: view only. Nothing is allowed at first.
 */
RaHands *ra_hands_new(const RaDesktop *desktop, const RaHandsEvents *events, gpointer data);
/* Lets go of everything. Not from any of the events. NULL is fine. */
void ra_hands_free(RaHands *hands);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaHands, ra_hands_free)

/* FALSE takes effect before the next event: keys and buttons are let go of. */
void ra_hands_allow(RaHands *hands, gboolean allowed);
/* RA_IPC_POINTER or RA_IPC_KEY_PRESS. FALSE: it was dropped. */
gboolean ra_hands_inject(RaHands *hands, const RaIpcMessage *event);
/* The same for one that something else forbids: only remembers which buttons are down. */
void ra_hands_drop(RaHands *hands, const RaIpcMessage *event);
/* Lets go of all keys and buttons. */
void ra_hands_release(RaHands *hands);
