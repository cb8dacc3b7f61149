/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times and sizes in words, as the locale has them. Pure. Callers free what is returned. */
#pragma once

#include <glib.h>

/* "42 seconds", "12 minutes", "1 hour 5 minutes", "1 day 5 hours", "5 days": rounded up, so that
 * nothing is over before it says so; "" for 0 and less. */
char *ra_wording_left(gint64 seconds);
/* "14:03" on the day of NOW, else "Fri 20 Nov, 14:03", of another year "20 Nov 2025, 14:03"; local
 * time. Seconds since 1970 UTC; "" for what no calendar has. */
char *ra_wording_moment(gint64 moment, gint64 now);
/* "1.4 MB". */
char *ra_wording_size(guint64 bytes);
/* People as a list: "a@x.org", "a@x.org and b@x.org", "a@x.org, b@x.org and 3 others"; ""
 * for none or NULL. */
char *ra_wording_people(const char *const *people);
