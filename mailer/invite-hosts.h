/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small parts of invite.c: addresses for the ticket, and the folder for mail programs. */
#pragma once

#include "ticket/store.h"

/* ADVERTISE ("HOST", "HOST:PORT", an IPv6 address with or without brackets; PORT is added where
 * none is given), then OTHERS, each once, RA_INVITATION_HOSTS_MAX at the most. The caller frees
 * it. RA_ERROR_USAGE for what is no address. */
GStrv ra_invite_hosts(const char *const *advertise, guint16 port, const char *const *others,
                      GError **error);
/* Removes from the folder OUTBOX what belongs to invitations that are neither open nor used. */
void ra_invite_outbox_clean(const char *outbox, RaStore *store);
