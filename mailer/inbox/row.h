/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one line says about a case. All strings are clean; callers free them. NOW is seconds since
 * 1970 UTC, OWNER this helper's name. */
#pragma once

#include "mailer/inbox/queue.h"

typedef enum {
    RA_ROWS_ALL,
    RA_ROWS_OPEN, /* that somebody has to take */
    RA_ROWS_MINE, /* this helper's, and not finished */
    N_RA_ROWS,
} RaRows;

char *ra_row_who(const RaCase *item);
char *ra_row_subject(const RaCase *item);
/* Since when: "now", "5m", "3h", "2d". */
char *ra_row_age(const RaCase *item, gint64 now);
/* "open", "you", "Maria", "Maria: in session", "done by Maria", ... */
char *ra_row_state(const RaCase *item, const char *owner, gint64 now);

/* It ends within five minutes, and can still be opened. */
gboolean ra_row_is_urgent(const RaCase *item, gint64 now);
/* There is something to warn of before it is opened. */
gboolean ra_row_is_warned(const RaCase *item);
gboolean ra_row_is_mine(const RaCase *item, const char *owner);
gboolean ra_row_in(const RaCase *item, RaRows rows, const char *owner, gint64 now);
/* Name, address, subject, owner or id contain TEXT, whatever the case of its letters; "" is in
 * all. */
gboolean ra_row_matches(const RaCase *item, const char *text);
/* Seconds until a line about ITEM says something else: 1 while it counts seconds, else 60 at the
 * most. */
guint ra_row_next(const RaCase *item, gint64 now);
/* All there is to say, line by line. */
char *ra_row_details(const RaCase *item, const char *owner, gint64 now);
