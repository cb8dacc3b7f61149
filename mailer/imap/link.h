/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes to and from an IMAP server that has taken our login. */
#pragma once

#include "mailer/imap/server.h"

typedef struct _RaImapLink RaImapLink;
/* Deadlines are of g_get_monotonic_time(). A connection that broke is RA_ERROR_UNREACHABLE, a
 * cancelled call G_IO_ERROR_CANCELLED. */
typedef struct {
    gboolean (*send)(RaImapLink *link, const char *data, gsize size, gint64 deadline,
                     GCancellable *cancel, GError **error);
    /* At least one byte and at most SIZE; 0 when the deadline has passed; -1 on failure. */
    gssize (*receive)(RaImapLink *link, char *buffer, gsize size, gint64 deadline,
                      GCancellable *cancel, GError **error);
    void (*free)(RaImapLink *link);
} RaImapLinkClass;

struct _RaImapLink {
    const RaImapLinkClass *class; /* the first field of every kind */
};

/* How a box gets one. RA_ERROR_UNREACHABLE, RA_ERROR_PASSWORD. */
typedef RaImapLink *(*RaImapDial)(const RaImapTarget *target, gpointer data, GCancellable *cancel,
                                  GError **error);

/* By libcurl: connects, encrypts, logs in. DATA is not used. */
RaImapLink *ra_imap_dial(const RaImapTarget *target, gpointer data, GCancellable *cancel,
                         GError **error);
