/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A private folder of small files, each of which is always whole: written beside its place, synced,
 * moved there, the folder synced. One lock for the folder, across programs. Symbolic links are
 * never followed.
 */
#pragma once

#include "base/secret.h"

#include <glib.h>

enum { RA_FOLDER_LOCK_SECONDS = 10 }; /* how long to wait for another program */

typedef struct _RaFolder RaFolder;

/* Makes PATH where it is missing; 0700 also where it was more open. RA_ERROR_FAILED, as all below.
 */
RaFolder *ra_folder_open(const char *path, GError **error);
void ra_folder_free(RaFolder *folder); /* NULL is fine; gives the lock back */

/* For every change. Not recursive. */
gboolean ra_folder_lock(RaFolder *folder, GError **error);
void ra_folder_unlock(RaFolder *folder);

/* Names that end in SUFFIX, sorted. Caller frees. */
GStrv ra_folder_list(RaFolder *folder, const char *suffix, GError **error);
/* RA_ERROR_NO_TICKET where there is no such file, RA_ERROR_FAILED where it is not a plain file of
 * MAX bytes at the most. */
RaSecret *ra_folder_read(RaFolder *folder, const char *name, gsize max, GError **error);
/* Needs the lock. On failure the file is what it was. Overwrites the bytes of the file that it
 * replaces, as far as the file system does that in place. */
gboolean ra_folder_write(RaFolder *folder, const char *name, RaSecret *bytes, GError **error);
/* Needs the lock. Overwrites the bytes likewise. A file that is gone is no error. */
gboolean ra_folder_remove(RaFolder *folder, const char *name, GError **error);
/* Needs the lock. Removes what writers left that did not finish. */
void ra_folder_clean(RaFolder *folder);
