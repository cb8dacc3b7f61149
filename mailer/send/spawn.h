/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Other programs of this computer that mail is handed to. Failures are RA_ERROR_MAIL: one line
 * that names the program. */
#pragma once

#include <gio/gio.h>

typedef struct _RaSpawned RaSpawned;

/* Starts ARGV with INPUT (NULL: nothing) to read and what it prints thrown away. With OWN_SESSION
 * it outlives the caller's terminal. */
RaSpawned *ra_spawn(const char *const *argv, GBytes *input, gboolean own_session, GError **error);
/* TRUE if it ended within SECONDS. */
gboolean ra_spawned_wait(RaSpawned *spawned, gint64 seconds);
/* How it ended: TRUE for success. For one that has ended. */
gboolean ra_spawned_check(RaSpawned *spawned, GError **error);
void ra_spawned_kill(RaSpawned *spawned);
/* Does not end the program. NULL is fine. */
void ra_spawned_free(RaSpawned *spawned);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaSpawned, ra_spawned_free)

/* Sets RA_ERROR_MAIL, "PROGRAM WHAT: ADVICE", with PROGRAM made safe to show. Always FALSE. */
gboolean ra_spawn_fail(GError **error, const char *program, const char *what, const char *advice);
