/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sealed invitation document; format and reasons: doc/TICKET.md. */
#pragma once

#include "ticket/invitation.h"

enum {
    RA_TICKET_MAX = 64 * 1024,     /* bytes of a ticket */
    RA_TICKET_PASSWORD_MAX = 1024, /* bytes */
};
#define RA_TICKET_MEDIA_TYPE "application/vnd.remote-assistance.ticket+xml"
#define RA_TICKET_FILE_NAME  "Invitation.raticket"

/* A ticket that was read but not opened: what is readable without the password. All of it is
 * unproven until ra_ticket_open() succeeds. */
typedef struct _RaTicket RaTicket;

/* Cheap look at bytes of any kind: could this be a ticket of ours (XML with our root element, in
 * UTF-8 with or without a byte order mark, or UTF-16)? Never an error. */
gboolean ra_ticket_looks_like(const void *data, gsize size);
/* RA_ERROR_MALFORMED for anything but one well-formed ticket of a version that we know. */
RaTicket *ra_ticket_parse(const void *data, gsize size, GError **error);
RaTicket *ra_ticket_ref(RaTicket *ticket);
void ra_ticket_unref(RaTicket *ticket);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaTicket, ra_ticket_unref)

/* Borrowed, as written. */
const char *ra_ticket_name(const RaTicket *ticket);
const char *ra_ticket_address(const RaTicket *ticket);
gint64 ra_ticket_start(const RaTicket *ticket);
gint64 ra_ticket_end(const RaTicket *ticket);
gboolean ra_ticket_needs_password(const RaTicket *ticket);
gboolean ra_ticket_needs_key(const RaTicket *ticket); /* sealed to certificates */
/* The document as it was read. Borrowed. */
GBytes *ra_ticket_bytes(const RaTicket *ticket);

/*
 * FALSE with RA_ERROR_EXPIRED where NOW is past the end, or before the start by more than
 * RA_TICKET_CLOCK_SKEW seconds. The message says since when or from when on; where NOW is plainly
 * wrong (before this program was made, or the start lies over a day ahead) it says that this
 * computer's clock may be wrong.
 */
#define RA_TICKET_CLOCK_SKEW ((gint64)300)
gboolean ra_ticket_check_time(const RaTicket *ticket, gint64 now, GError **error);
/* The same for any invitation that is valid from START to END. */
gboolean ra_ticket_check_span(gint64 start, gint64 end, gint64 now, GError **error);

/*
 * Opens. PASSWORD is NULL where none is needed; KEY_FILE (PEM: private key and certificate) is
 * NULL where the ticket is not sealed to certificates. RA_ERROR_PASSWORD for a wrong password, a
 * wrong key or an altered ticket (they cannot be told apart: the message names them), for a
 * missing one too; RA_ERROR_MALFORMED where what is sealed breaks the format. Does not look at the
 * time. Takes about half a second and 128 MiB (scrypt).
 */
RaInvitation *ra_ticket_open(const RaTicket *ticket, RaSecret *password, const char *key_file,
                             GError **error);

/*
 * Seals. PASSWORD may be NULL only if CERTIFICATES is not empty; CERTIFICATES (NULL or
 * NULL-terminated) are PEM files, one certificate each. RA_ERROR_USAGE where a certificate cannot
 * be used (unreadable, expired, no key for encryption), RA_ERROR_FAILED otherwise.
 */
GBytes *ra_ticket_seal(const RaInvitation *invitation, RaSecret *password,
                       const char *const *certificates, GError **error);
