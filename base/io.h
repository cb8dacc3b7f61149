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
/* Has FUNC called in this thread's main loop while CONDITION holds for FD. What *SOURCE was before
 * is dropped. */
void ra_source_watch(GSource **source, int fd, GIOCondition condition, GUnixFDSourceFunc func,
                     gpointer data);
