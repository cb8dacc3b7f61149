/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The novice's invitations, $XDG_STATE_HOME/remote-assistance/invitations/, a file each (0600,
 * written atomically and synced). ra-invite writes them, the agent reads and updates them; a lock
 * file keeps the two from undoing each other's work. The key is forgotten (the file rewritten
 * without it) as soon as an invitation is expired or cancelled; the rest stays as history.
 */
#pragma once

#include "ticket/invitation.h"

typedef enum {
    RA_STORE_OPEN,
    RA_STORE_USED, /* a session was held with it; it can be used again */
    RA_STORE_EXPIRED,
    RA_STORE_CANCELLED,
} RaStoreState;

typedef struct _RaStore RaStore;
typedef struct _RaStoreEntry RaStoreEntry; /* immutable */

/* DIR NULL: the place above; made where it is missing (0700). RA_ERROR_FAILED. */
RaStore *ra_store_open(const char *dir, GError **error);
void ra_store_free(RaStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaStore, ra_store_free)

RaStoreEntry *ra_store_entry_ref(RaStoreEntry *entry);
void ra_store_entry_unref(RaStoreEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaStoreEntry, ra_store_entry_unref)

/* Borrowed. */
const char *ra_store_entry_id(const RaStoreEntry *entry);
RaStoreState ra_store_entry_state(const RaStoreEntry *entry);
/* "open", "used", "expired", "cancelled". */
const char *ra_store_entry_state_name(const RaStoreEntry *entry);
const char *const *ra_store_entry_recipients(const RaStoreEntry *entry);
gint64 ra_store_entry_start(const RaStoreEntry *entry);
gint64 ra_store_entry_end(const RaStoreEntry *entry);
const char *ra_store_entry_name(const RaStoreEntry *entry);
const char *ra_store_entry_address(const RaStoreEntry *entry);
/* TRUE once a message or file with the ticket went out. */
gboolean ra_store_entry_sent(const RaStoreEntry *entry);
/* The sealed ticket, to be sent again; and the personal message that went with it. */
GBytes *ra_store_entry_ticket(const RaStoreEntry *entry);
const char *ra_store_entry_message(const RaStoreEntry *entry);
/* With the key. NULL unless open or used. */
RaInvitation *ra_store_entry_invitation(const RaStoreEntry *entry);

gboolean ra_store_add(RaStore *store, RaInvitation *invitation, GBytes *ticket,
                      const char *const *recipients, const char *message, GError **error);
/* RA_ERROR_NO_TICKET for an id that is not there. A unique prefix of 6 digits or more will do. */
RaStoreEntry *ra_store_get(RaStore *store, const char *id, GError **error);
/* All, newest first, as RaStoreEntry. A file that cannot be read is left alone and left out; its
 * name goes into *DAMAGED (may be NULL; NULL-terminated, caller frees). */
GPtrArray *ra_store_list(RaStore *store, GStrv *damaged, GError **error);
/* RA_ERROR_EXPIRED or RA_ERROR_DECLINED for one that has expired or was cancelled and shall become
 * anything else; RA_ERROR_USAGE from used to open. The same state again is no error. */
gboolean ra_store_set_state(RaStore *store, const char *id, RaStoreState state, GError **error);
/* RECIPIENTS (may be NULL) are added to those that the entry has. */
gboolean ra_store_set_sent(RaStore *store, const char *id, const char *const *recipients,
                           GError **error);
/* Marks what ended before NOW as expired and forgets the keys. Returns how many are open or used
 * after that, or -1. History goes 90 days after its end, and beyond 500 entries. */
gint ra_store_expire(RaStore *store, gint64 now, GError **error);

/* The port that open tickets name; 0 if none was kept. */
guint16 ra_store_port(RaStore *store);
gboolean ra_store_set_port(RaStore *store, guint16 port, GError **error);
