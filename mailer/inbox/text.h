/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue as text for a terminal. Everything from outside is cleaned (base/text.h). Callers free
 * the strings. */
#pragma once

#include "mailer/inbox/queue.h"

/* "90s", "42m", "1h05m", "2d3h". */
char *ra_inbox_short_time(gint64 seconds);
/* "42m"; "in 2h00m" where the invitation is not valid yet; "" where nobody can open it. */
char *ra_inbox_left(const RaCase *item, gint64 now);
/* "Jo Novice <jo@example.org>", or what the message's sender is. */
char *ra_inbox_who(const RaCase *item);

/* A line for each of CASES under a heading, no wider than COLUMNS (0: as wide as it needs to be).
 */
char *ra_inbox_table(const GPtrArray *cases, guint columns, gint64 now);
/* One line about ITEM, for what happens: "4f1a2b  claimed: alice  Jo Novice <jo@example.org>". */
char *ra_inbox_line(const RaCase *item, gint64 now);
