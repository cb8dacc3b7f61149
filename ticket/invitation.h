/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an invitation says. Immutable and reference-counted; the key in it is a secret. */
#pragma once

#include "base/rights.h"
#include "base/secret.h"

#include <glib.h>

enum {
    RA_INVITATION_KEY_SIZE = 32,     /* bytes of the session key */
    RA_INVITATION_ID_LENGTH = 32,    /* hexadecimal digits of the id (128 random bits) */
    RA_INVITATION_NAME_MAX = 128,    /* bytes */
    RA_INVITATION_ADDRESS_MAX = 254, /* bytes of a mail address, RFC 5321 4.5.3.1 */
    RA_INVITATION_HOSTS_MAX = 16,    /* addresses to dial */
    RA_INVITATION_HOST_MAX = 261,    /* bytes of one: a name of 253, a colon, a port, brackets */
};

/* Lifetimes in seconds: one minute to 30 days. */
#define RA_INVITATION_LIFETIME_MIN ((gint64)60)
#define RA_INVITATION_LIFETIME_MAX ((gint64)30 * 24 * 60 * 60)

typedef struct _RaInvitation RaInvitation;

/*
 * A new invitation with a fresh random id and key. NAME and ADDRESS (the novice's, may be "") are
 * single lines without control characters; START and END are seconds since 1970 UTC; HOSTS is
 * NULL-terminated, "HOST:PORT" or "[IPv6]:PORT" in order of preference, may be empty; RIGHTS
 * includes RA_RIGHT_VIEW. Spaces around NAME and ADDRESS go, runs of them become one.
 * RA_ERROR_USAGE, naming the value, where one breaks its bounds.
 */
RaInvitation *ra_invitation_new(const char *name, const char *address, gint64 start, gint64 end,
                                RaRights rights, const char *const *hosts, GError **error);
RaInvitation *ra_invitation_ref(RaInvitation *invitation);
void ra_invitation_unref(RaInvitation *invitation); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaInvitation, ra_invitation_unref)

/* All borrowed. Names and addresses are as written: clean them (base/text.h) before showing. */
const char *ra_invitation_id(const RaInvitation *invitation); /* PSK identity; lower-case hex */
RaSecret *ra_invitation_key(const RaInvitation *invitation);
const char *ra_invitation_name(const RaInvitation *invitation);
const char *ra_invitation_address(const RaInvitation *invitation);
gint64 ra_invitation_start(const RaInvitation *invitation);
gint64 ra_invitation_end(const RaInvitation *invitation);
RaRights ra_invitation_rights(const RaInvitation *invitation);
const char *const *ra_invitation_hosts(const RaInvitation *invitation);

/* All of it in one secret, to hand an opened invitation to another program over a descriptor
 * (ra_secret_to_fd), and back. RA_ERROR_MALFORMED. */
RaSecret *ra_invitation_pack(const RaInvitation *invitation);
RaInvitation *ra_invitation_unpack(RaSecret *packed, GError **error);
