/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window says in words. Pure. */
#pragma once

#include "viewer/connect.h"
#include "viewer/geometry.h"

typedef struct {
    RaConnectState state; /* 0: there is no invitation yet */
    const char *name;     /* the novice's, clean; "" while it is not known */
    RaRights rights;      /* now */
    gboolean asking;      /* for control; no answer yet */
    gboolean refused;     /* the last answer was no */
    gboolean view_only;   /* control cannot be had: not offered, or not wanted */
    gboolean paused;      /* the novice hid the screen */
    gboolean held;        /* our input waits for the novice's own hands */
    guint resuming;       /* RESUMING: seconds left */
    gboolean begun;       /* ENDED: the screen had been shown */
    const char *reason;   /* ENDED: why; a short form */
} RaStatus;

/* Each returns a string that the caller frees. */
char *ra_status_line(const RaStatus *status);
/* The window's title; it tells the state as well, for scripts and for task bars. */
char *ra_status_title(const RaStatus *status);
/* The panel over the picture: a heading and a line below; *HEADING is NULL where there is none. */
void ra_status_panel(const RaStatus *status, char **heading, char **text, const char **button);
/* How well the link does, "1.2 Mbit/s · 23 ms", from RA_IPC_METER: IN is bytes a second, DELAY
 * microseconds; "" where nothing is known. */
char *ra_status_meter(guint32 in, guint32 delay);
/* "1920 × 1080 · 67 %". */
char *ra_status_size(const RaView *view);
