/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an RaImapServer means, worked out, checked and copied: where to connect, as whom, to which
 * folder. */
#pragma once

#include "mailer/imap/box.h"

typedef struct {
    char *url;  /* for libcurl, without user and folder */
    char *host; /* without brackets */
    guint16 port;
    char *user;
    char *folder;       /* UTF-8 */
    char *mailbox;      /* the same as IMAP writes it, as a quoted string */
    gboolean tls_first; /* imaps */
    gboolean local;     /* on this computer: "localhost", or a loopback address */
    RaSecret *password; /* one of the two */
    RaSecret *token;
    char *ca_file;
    RaImapTls tls;
    gint64 timeout; /* seconds */
    gint64 since;
    char *bidder; /* encoded as in keywords */
    gboolean no_condstore;
} RaImapTarget;

/* RA_ERROR_USAGE as for ra_imap_box_new(). */
RaImapTarget *ra_imap_target_new(const RaImapServer *server, GError **error);
void ra_imap_target_free(RaImapTarget *target); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaImapTarget, ra_imap_target_free)
