/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies in a folder, for the window's own file chooser. */
#pragma once

#include <gio/gio.h>

enum { RA_BROWSE_MAX = 2000 }; /* entries that are listed */

typedef struct {
    char *path; /* as the system has it */
    char *name; /* clean, to be shown */
    char *key;  /* to sort by */
    gboolean folder;
    guint64 size;    /* bytes */
    gint64 modified; /* seconds since 1970 */
} RaBrowseEntry;

/* Folders first, each kind by name as people sort ("2" before "10"); of what is no folder only
 * regular files, and none at all if FILES is FALSE. Links count as what they lead to. *MORE: there
 * are more than RA_BROWSE_MAX. RA_ERROR_FAILED where the folder cannot be read. Elements are
 * RaBrowseEntry, freed with the array. */
GPtrArray *ra_browse_list(const char *folder, gboolean files, gboolean hidden, gboolean *more,
                          GError **error);
/* PATH, or a name, as it is shown: clean. The caller's. */
char *ra_browse_shown(const char *path);
/* "14:05" for today, "3 Nov" for this year, "2025-11-03". The caller's. */
char *ra_browse_date(gint64 moment, gint64 now);
/* The place for a new file NAME (as typed, UTF-8) in FOLDER: NULL with RA_ERROR_USAGE where NAME is
 * no name of a file (empty, "..", with a slash) or something of that name is there. The caller's.
 */
char *ra_browse_new_path(const char *folder, const char *name, GError **error);
