/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waits for something to happen in a Maildir or to its marks: by inotify(7), which does not see
 * what other computers do. On file systems that others may write, or where nothing more can be
 * watched, it looks again every few seconds. */
#pragma once

#include <gio/gio.h>

enum { RA_MAILDIR_POLL = 10 }; /* seconds */

typedef struct _RaMaildirWatch RaMaildirWatch;

RaMaildirWatch *ra_maildir_watch_new(const char *maildir);
void ra_maildir_watch_free(RaMaildirWatch *watch); /* NULL is fine */
/* Until something happened since the last call (the first one returns at once), or SECONDS have
 * passed. FALSE where CANCEL (may be NULL) was cancelled: G_IO_ERROR_CANCELLED. */
gboolean ra_maildir_watch_wait(RaMaildirWatch *watch, guint seconds, GCancellable *cancel,
                               GError **error);
