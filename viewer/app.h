/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The viewer itself: one window, from the invitation to the end of the session, and again with the
 * same invitation if the helper wants that. */
#pragma once

#include "base/report.h"
#include "viewer/ask.h"
#include "viewer/connect.h"

typedef struct {
    RaInvitation *invitation; /* opened already; NULL: the window asks, as `ask` says */
    const RaAskOptions *ask;  /* its handover is taken; only for the call */
    const char *helper;       /* name that the novice is shown */
    const char *proxy;        /* NULL: as the environment says */
    gboolean fullscreen, view_only;
    int scale;        /* of the window, in percent; 0: by the display */
    int quality;      /* RaQuality; -1: as the helper chose last time */
    gboolean no_wait; /* leave at the end without waiting for Close */
    RaReport *report; /* told of each session; may be NULL; borrowed */
    const RaConnectParts *parts;
    /* Told each step, a clean line, but for an end with an error; may be NULL. */
    void (*note)(const char *line, gpointer data);
    gpointer data;
} RaAppOptions;

typedef struct _RaApp RaApp;

/* Opens the window and starts to dial, or to ask. RA_ERROR_FAILED without a display, and as
 * ra_connect_new(). OPTIONS is copied, the strings in it live longer. */
RaApp *ra_app_new(const RaAppOptions *options, GError **error);
void ra_app_free(RaApp *app); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaApp, ra_app_free)
/* Runs the default main context until the session is over and its window closed. TRUE if we left;
 * FALSE with an error that says why it ended. */
gboolean ra_app_run(RaApp *app, GError **error);
/* What the window asked about was Microsoft's, and is open: whoever runs the program has FreeRDP
 * connect once the window is gone. The caller's; NULL otherwise. */
RaMsraCall *ra_app_take_call(RaApp *app);
/* As if the helper had closed the window: for signals. */
void ra_app_leave(RaApp *app);
RaConnectState ra_app_state(const RaApp *app); /* 0: it is being asked for */
