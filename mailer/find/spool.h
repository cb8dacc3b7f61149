/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes on their way from one step to the next that may be many: the first few stay on the heap,
 * the rest goes to a memory file, never to a disk. */
#pragma once

#include <glib.h>

typedef struct _RaSpool RaSpool;

typedef void (*RaSpoolFunc)(const char *data, gsize size, gpointer user_data);

RaSpool *ra_spool_new(void);
void ra_spool_free(RaSpool *spool); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaSpool, ra_spool_free)

/* At the end. FALSE where there is no memory: what is in it is incomplete then, for good. */
gboolean ra_spool_push(RaSpool *spool, const void *data, gsize size);
/* Everything so far in a memory file, at offset 0, close-on-exec; borrowed. Others may read it, or
 * write to it if nothing was pushed. -1 where there is no memory. */
int ra_spool_to_fd(RaSpool *spool);
/* Gives everything to FUNC piece by piece, in order. What was given is let go at once if DRAIN. */
void ra_spool_give(RaSpool *spool, gboolean drain, RaSpoolFunc func, gpointer user_data);
