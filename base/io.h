/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small helpers around descriptors and event sources, for every room. */
#pragma once

#include <glib-unix.h>
#include <glib.h>

/* Writes all of DATA to a blocking descriptor, whatever signals come. FALSE: errno says why, and
 * part of it may be written. */
gboolean ra_write_all(int fd, const void *data, gsize size);

/* Takes *SOURCE out of its main loop and lets go of it; NULL afterwards, and fine before. */
void ra_source_drop(GSource **source);
/* For a source with a descriptor. Unless it may recurse, GLib takes its descriptor out of the poll
 * set around each call and puts it back, each of which wakes the main loop: two writes, a read and
 * a turn for nothing. The callback must not run the main loop. */
void ra_source_set_lean(GSource *source);
/* Has FUNC called in this thread's main loop while CONDITION holds for FD; it must not run that
 * loop. What *SOURCE was before is dropped. */
void ra_source_watch(GSource **source, int fd, GIOCondition condition, GUnixFDSourceFunc func,
                     gpointer data);
