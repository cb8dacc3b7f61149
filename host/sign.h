/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lasting sign that somebody watches or controls: a vtable beside
 * host/screen.h. On X11 a slim panel at the top of the screen that stays above everything, and a
 * frame around the screen while control is granted (host/x11-sign.h). */
#pragma once

#include "base/rights.h"

#include <glib.h>

typedef struct _RaSign RaSign;

typedef struct {
    void (*take_back)(gpointer data); /* "Stop control" was pressed */
    void (*end)(gpointer data);       /* "End session" was pressed */
    /* "Hide my screen" or "Show my screen" was pressed, by a real device. */
    void (*pause)(gboolean paused, gpointer data);
    void (*mute)(gboolean muted, gpointer data); /* the same for the microphone's sign */
    void (*chat)(gpointer data);                 /* "Chat" was pressed */
} RaSignEvents;

/* All that is in sight. */
typedef struct {
    const char *who; /* safe to show, "" if unknown */
    RaRights rights;
    gboolean paused;     /* the novice hid the screen */
    gboolean held;       /* the helper's input waits: the novice's own hands are at work */
    gboolean lost;       /* the link broke; they may come back */
    gboolean microphone; /* sound of the novice's room leaves the computer */
    gboolean talking;    /* voice is on (perhaps muted) */
    gboolean chat;       /* there is a window for the "Chat" button to show */
    guint unread;        /* messages of the helper that were not seen yet */
} RaSignState;

typedef struct {
    /* Shows, or changes what is shown. STATE and its text are copied. */
    void (*show)(RaSign *sign, const RaSignState *state);
    void (*hide)(RaSign *sign);
    void (*free)(RaSign *sign);
} RaSignClass;

struct _RaSign {
    const RaSignClass *class;
};

static inline void ra_sign_free(RaSign *sign)
{
    if (sign != NULL)
        sign->class->free(sign);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaSign, ra_sign_free)
