/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where pixels come from: a vtable, so that X11 is one implementation (host/x11-screen.h), a
 * Wayland portal another, and memory a third for tests.
 *
 * The source owns one frame: a memfd, sealed SHRINK|GROW|FUTURE_WRITE|SEAL, whose pixels (32 bits
 * little-endian 0xXXRRGGBB) only fetch() changes. Whoever holds the token of the frame (the program
 * or its worker, see RA_IPC_PIXELS) decides when fetch() may be called: the source itself never
 * writes.
 */
#pragma once

#include "wire/ipc.h"

#include <glib.h>

typedef struct _RaScreen RaScreen;

typedef struct {
    /* Something changed since the last fetch(). Not called again before the next fetch(). */
    void (*damaged)(gpointer data);
    /* The size changed: frame() gives a new frame from now on, all of it damaged. */
    void (*resized)(gpointer data);
    /* The pointer's shape changed; an RA_IPC_CURSOR message, borrowed. Called once after start. */
    void (*cursor)(const RaIpcMessage *cursor, gpointer data);
    /* The pointer is at another place of the frame now (its hot spot), or left it: then both are
     * RA_IPC_OUTSIDE. Called once after start. */
    void (*pointer)(guint16 x, guint16 y, gpointer data);
    /* The screen is gone; nothing follows. */
    void (*lost)(const GError *error, gpointer data);
    /* Monitors came, went or changed: monitors() tells. May be NULL. */
    void (*monitors)(gpointer data);
} RaScreenEvents;

typedef struct {
    /* Starts to watch; everything counts as damaged. Events come from the caller's main context. */
    gboolean (*start)(RaScreen *screen, const RaScreenEvents *events, gpointer data,
                      GError **error);
    void (*stop)(RaScreen *screen);
    /* Fills in an RA_IPC_FRAME message; the descriptor is borrowed, valid until resized(). */
    int (*frame)(RaScreen *screen, RaIpcMessage *ret);
    /* Copies what is damaged into the frame and lists it in *RET (RA_IPC_PIXELS, n may be 0).
     * Everything listed is true to the screen as of this call. FALSE, with lost() to follow from
     * the main loop, where the screen is gone. */
    gboolean (*fetch)(RaScreen *screen, RaIpcMessage *ret);
    void (*free)(RaScreen *screen);
    /* Fills in an RA_ASSIST_MONITORS message: those that may be chosen, in a fixed order, and the
     * one that is shown. One entry where the novice chose it (ra-host --monitor). May be NULL: one
     * screen, no choice. */
    void (*monitors)(RaScreen *screen, RaAssist *ret);
    /* Shows that one from now on (an index, or RA_MONITOR_ALL): resized() follows if it is another.
     * FALSE: there is no such one. May be NULL. */
    gboolean (*choose)(RaScreen *screen, guint monitor);
    /* Where on the desktop the frame's corner is. May be NULL: 0, 0. */
    void (*origin)(RaScreen *screen, int *left, int *top);
} RaScreenClass;

/* Embedded as the first member of an implementation. */
struct _RaScreen {
    const RaScreenClass *class;
};

static inline void ra_screen_free(RaScreen *screen)
{
    if (screen != NULL)
        screen->class->free(screen);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaScreen, ra_screen_free)
