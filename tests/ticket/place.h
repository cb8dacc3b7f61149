/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store in a temporary folder, and short ways to use it; all of them abort the test on failure.
 */
#pragma once

#include "ticket/store.h"

typedef struct {
    char *dir, *inside;
    RaStore *store;
} Place;

extern const char *const place_recipients[];

RaStore *place_open_store(const char *dir);
void place_set_up(Place *place, gconstpointer data);
void place_tear_down(Place *place, gconstpointer data);
/* What they return is the caller's. */
RaInvitation *place_add(RaStore *store, gint64 start, gint64 end, const char *message);
RaStoreEntry *place_get(RaStore *store, const char *id);
char *place_path_of(const Place *place, const char *id);
/* TRUE if the folder holds the bytes of SECRET in any file. */
gboolean place_holds(const Place *place, RaSecret *secret);
/* Files other than the lock, those of unfinished writers included. */
guint place_count_files(const Place *place);
guint place_count_entries(const Place *place, guint *damaged);
