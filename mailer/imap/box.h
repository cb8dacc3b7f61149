/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder on an IMAP server as a box: IMAP4rev1 (RFC 3501); IDLE (2177), CONDSTORE (7162),
 * ESEARCH (4731) where the server has them. By libcurl, which
 * connects, encrypts and logs in, and then carries our commands. */
#pragma once

#include "base/secret.h"
#include "mailer/inbox/box.h"

typedef enum {
    RA_IMAP_TLS_AUTO,     /* always, but for a server on this computer that offers no STARTTLS */
    RA_IMAP_TLS_REQUIRED, /* always */
    RA_IMAP_TLS_NONE,     /* never; then a login is sent only to a server on this computer */
} RaImapTls;

/* Limits on what a server may send. */
enum {
    RA_IMAP_RESPONSE_MAX = 2 * 1024 * 1024,   /* bytes that are kept of one response; what has more
                                                 (a message with a thousand parts) is known by how
                                                 it begins */
    RA_IMAP_ENDLESS_MAX = RA_BOX_MESSAGE_MAX, /* bytes of one response, literals too; more is an
                                                error, and so is a literal that announces more */
    RA_IMAP_NESTING_MAX = 64,                 /* parentheses, as in BODYSTRUCTURE */
    RA_IMAP_PARTS_MAX = 1000,                 /* of one message */
    RA_IMAP_PIECE = 256 * 1024,               /* bytes of a message that are asked for at once */
};

/* All strings borrowed, and copied by ra_imap_box_new(). */
typedef struct {
    const char *url;  /* imap://[USER@]HOST[:PORT]/[FOLDER] (port 143) or imaps:// (993); RFC 5092's
                         part of it; FOLDER is percent-encoded UTF-8, INBOX if empty */
    const char *user; /* NULL: that of the URL */
    RaSecret *password;  /* AUTH PLAIN or LOGIN; NULL: none */
    RaSecret *token;     /* OAuth 2 access token: OAUTHBEARER or XOAUTH2; NULL: none */
    const char *ca_file; /* PEM; trusted as well as the system's; NULL: none */
    RaImapTls tls;
    gint64 timeout;     /* seconds for one answer of the server; a wait is no answer */
    gint64 since;       /* messages that came before (seconds since 1970 UTC) are not looked at; 0:
                           all */
    const char *bidder; /* this helper's name, for the bids of servers without CONDSTORE: no other
                           helper's; NULL: a random one, which leaves a keyword behind each time */
    gboolean no_condstore; /* as if the server had none: for tests */
} RaImapServer;

/* Connects with the first call that needs it. RA_ERROR_USAGE for what could not work whatever the
 * server answers (as ra_smtp_server_check()). */
RaBox *ra_imap_box_new(const RaImapServer *server, GError **error);
