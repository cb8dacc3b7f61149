/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One invitation of the store, and the form of its file: fields (ticket/fields.h) and behind them
 * the SHA-256 of all, so that half a file is never taken for a whole one. */
#pragma once

#include "ticket/store.h"

enum {
    RA_ENTRY_FILE_MAX = 192 * 1024,   /* bytes of a file */
    RA_ENTRY_RECIPIENTS_MAX = 100,    /* mail addresses */
    RA_ENTRY_MESSAGE_MAX = 32 * 1024, /* bytes of the personal message */
    RA_STORE_HISTORY_DAYS = 90,       /* after the end; then the file goes */
    RA_STORE_HISTORY_MAX = 500,       /* expired and cancelled ones that are kept */
};

/* CREATED in microseconds since 1970. RA_ERROR_USAGE where something is too large. */
RaStoreEntry *ra_entry_new(RaInvitation *invitation, GBytes *ticket, const char *const *recipients,
                           const char *message, gint64 created, GError **error);
/* A copy in another state; the key is left out of it where STATE is expired or cancelled. */
RaStoreEntry *ra_entry_with_state(const RaStoreEntry *entry, RaStoreState state);
/* A copy that was sent, to RECIPIENTS (may be NULL) besides those that it had. */
RaStoreEntry *ra_entry_with_sent(const RaStoreEntry *entry, const char *const *recipients,
                                 GError **error);
gint64 ra_entry_created(const RaStoreEntry *entry);

RaSecret *ra_entry_encode(const RaStoreEntry *entry);
/* NULL for anything but a whole entry. */
RaStoreEntry *ra_entry_decode(RaSecret *bytes);
