/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ways in which an invitation leaves this computer by itself; mailer/send/mail-client.h has the
 * user's own mail program. All of them block until it is done or
 * failed; they may run in any thread. Addresses come from ra_address_parse(), messages from
 * ra_letter_compose(). Failures to send are RA_ERROR_MAIL, one line for a person.
 */
#pragma once

#include "base/secret.h"

#include <glib.h>

/* A recipient whom the server did not take. */
typedef struct {
    char *address;
    char *reason; /* safe to show */
} RaRefusal;

void ra_refusal_free(RaRefusal *refusal);
GPtrArray *ra_refusals_new(void);

/* When a connection to an SMTP server is encrypted. */
typedef enum {
    RA_SMTP_TLS_AUTO,     /* always, but for a server on this computer that offers no STARTTLS */
    RA_SMTP_TLS_REQUIRED, /* always */
    RA_SMTP_TLS_NONE,     /* never; then a login is sent only to a server on this computer */
} RaSmtpTls;

/* All strings borrowed. */
typedef struct {
    const char *url;     /* smtp://[USER@]HOST[:PORT] (port 587 with a login, else 25), or smtps://
                            (port 465) */
    const char *user;    /* NULL: that of the URL, or no login */
    RaSecret *password;  /* for AUTH PLAIN or LOGIN; NULL: none */
    RaSecret *token;     /* OAuth 2 access token, for AUTH OAUTHBEARER or XOAUTH2; NULL: none */
    const char *ca_file; /* PEM; trusted as well as the system's; NULL: none */
    RaSmtpTls tls;
    gint64 timeout; /* seconds for the whole of it */
} RaSmtpServer;

/* "auto", "required", "none"; RA_ERROR_USAGE for anything else. */
gboolean ra_smtp_tls_parse(const char *text, RaSmtpTls *ret, GError **error);
/* RA_ERROR_USAGE for a server that could not be used whatever it answers: a bad URL, a password in
 * the URL (others can read a program's arguments), a login that would go over the network in
 * clear, a user without a password, a CA file that cannot be read. */
gboolean ra_smtp_server_check(const RaSmtpServer *server, GError **error);

/*
 * TRUE if the server took the message for one recipient at least; those that it refused are added
 * to REFUSED (of RaRefusal). FALSE if nobody gets it, REFUSED untouched. The certificate is always
 * verified. This computer's name is not told to the server.
 */
gboolean ra_send_smtp(const RaSmtpServer *server, const char *from, const char *const *to,
                      GBytes *message, GPtrArray *refused, GError **error);

/* Whether there is a sendmail(1) to send with: in PATH, /usr/sbin or /usr/lib. Caller frees. */
char *ra_sendmail_find(void);
/* Through PROGRAM, which must be done within TIMEOUT seconds. */
gboolean ra_send_sendmail(const char *program, const char *from, const char *const *to,
                          GBytes *message, gint64 timeout, GError **error);

/* What can be told before there is a ticket: RA_ERROR_FAILED if FILE is a folder, lies in none
 * that can be written to, or exists and FORCE is not set. */
gboolean ra_save_check(const char *file, gboolean force, GError **error);
/*
 * Writes TICKET to FILE: mode 0600, complete or not at all. An existing file is replaced only with
 * FORCE; otherwise, and when FILE cannot be written, RA_ERROR_FAILED.
 */
gboolean ra_save_ticket(const char *file, GBytes *ticket, gboolean force, GError **error);
