/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the worker gives the frame back without waking anybody: it writes a byte (RA_IPC_BELL), and
 * the program looks when it has something to fetch. Only while it waits for the frame does it
 * listen. So a small picture costs this program one turn of its main loop less, just when all
 * the others have work.
 */
#pragma once

#include <glib.h>

typedef struct _RaBell RaBell;

/* RUNG is called from the main loop while it is listened to. NULL where no socket can be had. */
RaBell *ra_bell_new(void (*rung)(gpointer data), gpointer data);
void ra_bell_free(RaBell *bell); /* NULL is fine */
/* The worker's end, once; the caller closes it. */
int ra_bell_take_end(RaBell *bell);
/* How often it was rung since the last call, at the most RA_BELL_MAX; never blocks. */
enum { RA_BELL_MAX = 64 };
guint ra_bell_count(RaBell *bell);
/* Whether the next ring, or one that was not counted, calls RUNG. */
void ra_bell_listen(RaBell *bell, gboolean on);
