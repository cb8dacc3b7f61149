/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens a case's invitation by ra-open, in a process of its own, and hears how the session goes. */
#pragma once

#include "mailer/inbox/queue.h"

/* All of it borrowed, for the call. */
typedef struct {
    const char *key_file;      /* NULL: none */
    const char *password_file; /* of the invitation; NULL: ra-open asks */
    gboolean yes;              /* no question whether to connect */
    gboolean window;           /* the viewer's window asks, not the terminal */
    gboolean quiet;            /* what ra-open says on standard output goes to standard error */
    int said_fd;               /* 0: none; else all that it says goes there, not to our terminal */
} RaOpeningOptions;

/* Called from the main loop, and not after ra_opening_free(). */
typedef struct {
    void (*connected)(gpointer data); /* the novice's screen is here; perhaps several times */
    /* It is over: CODE is the exit code of the program, SECONDS how long the sessions were, 0 where
     * there was none. The last call. */
    void (*ended)(int code, gint64 seconds, gpointer data);
} RaOpeningFuncs;

typedef struct _RaOpening RaOpening;

/* ITEM has an invitation. RA_ERROR_FAILED where nothing can be started. */
RaOpening *ra_opening_new(const RaCase *item, const RaOpeningOptions *options,
                          const RaOpeningFuncs *funcs, gpointer data, GError **error);
/* Ends the program; ended() is called when it has gone. */
void ra_opening_stop(RaOpening *opening);
/* Leaves the program alone if it still runs. NULL is fine. */
void ra_opening_free(RaOpening *opening);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaOpening, ra_opening_free)
