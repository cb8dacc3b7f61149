/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of RaConnect: connect.c is the session and its rules, connect-link.c makes a link, and
 * makes it again. */
#pragma once

#include "viewer/connect.h"
#include "viewer/resume.h"

struct _RaConnect {
    const RaConnectParts *parts;
    RaConnectCallbacks callbacks;
    gpointer data;
    RaInvitation *invitation;
    char *name; /* the novice's, clean */
    char *helper, *proxy;
    RaConnectState link; /* DIALLING, WAITING, SHARING, of the link that there is; ENDED */
    gboolean resuming;   /* and until it is SHARING again */
    gboolean leaving;
    RaRights rights;
    guint32 features;  /* offered now */
    guint32 offered;   /* at any time: what is under way when one is taken back is no lie */
    gboolean featured; /* this link has told the features: the session runs */

    RaWorker *worker; /* NULL: between two tries */
    RaDialer *dialer;
    gboolean exhausted;
    GHashTable *pending; /* attempt (guint) to host: sockets that the worker has */
    GPtrArray *failures; /* RaFailure */
    guint timer;         /* the end of a try, or of leaving */

    RaResume *resume;
    guint pause; /* timer: until the next try */
    guint tick;  /* timer: each second while resuming */
};

/* Each may free CONNECT. */

/* The one way to the end. ERROR (NULL if we left) is the callee's. */
void ra_connect_finish(RaConnect *connect, const char *reason, GError *error);
void ra_connect_finish_broken(RaConnect *connect, const char *what);
/* In connect.c: the worker's words. */
void ra_connect_take(RaConnect *connect, const RaIpcMessage *message, int fd);

/* Starts a worker and dials: as the invitation says, or to come back. */
gboolean ra_connect_dial(RaConnect *connect, GError **error);
void ra_connect_drop_dialer(RaConnect *connect);
/* Ends the dialling and its timers, not the worker: one socket won, or nobody wants one any more.
 */
void ra_connect_stop_dialling(RaConnect *connect);
/* Worker and dialler go. */
void ra_connect_drop_link(RaConnect *connect);
/* The end, or another try, if nothing is left that could still succeed. */
void ra_connect_settle(RaConnect *connect);
/* The link is gone without a goodbye: the end (REASON, and ERROR, the callee's), or another try. */
void ra_connect_lost(RaConnect *connect, const char *reason, GError *error);
/* The session runs again. */
void ra_connect_resumed(RaConnect *connect);
