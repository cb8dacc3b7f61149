/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invitations for tests, written to a store as ra-invite writes them. */
#pragma once

#include "ticket/store.h"

/* From START on for LIFETIME seconds, sent to desk@example.org. Its id; the caller frees. */
char *invite(RaStore *store, gint64 start, gint64 lifetime, RaRights rights);
/* The same, with a ticket that is sealed by a password. */
char *invite_sealed(RaStore *store, gint64 start, gint64 lifetime, RaRights rights);
/* Removes the test's folder DIR and all that is in it. */
void invite_remove(const char *dir);
