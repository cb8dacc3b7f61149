/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tickets in files of their own, for a mail program that comes to fetch one when it likes: at once,
 * or when the user presses Send.
 */
#pragma once

#include "ticket/store.h"

/*
 * Writes TICKET, of the invitation ID in STORE; its file is called Invitation.raticket and nobody
 * else can read it. Files of invitations that are over are removed. The folder is
 * $XDG_RUNTIME_DIR/remote-assistance/outbox, which is there until the user logs out: Evolution
 * warns of attachments out of hidden folders. Without such a folder, or in a sandbox, which has one
 * of its own that nobody else sees, it is that of the user's state. RA_ERROR_FAILED. The caller
 * frees the path.
 */
char *ra_outbox_put(const char *id, GBytes *ticket, RaStore *store, GError **error);
