/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lengths of time and moments, as people write and read them. All values are in seconds; moments
 * are seconds since 1970-01-01 UTC. */
#pragma once

#include <glib.h>

enum {
    RA_MINUTE = 60,
    RA_HOUR = 60 * RA_MINUTE,
    RA_DAY = 24 * RA_HOUR,
};

/* "90s", "45m", "1h", "2d", "1h30m" (units s m h d, each once, largest first); a number alone is
 * minutes. FALSE with RA_ERROR_USAGE, *RET untouched, where TEXT is none of that or exceeds
 * 3650 days. */
gboolean ra_duration_parse(const char *text, gint64 *ret, GError **error);
/* For a person: "1 hour", "1 hour 30 minutes", "2 days"; the two largest units, in the
 * language of the program (base/i18n.h). Caller frees. */
char *ra_duration_format(gint64 seconds);
/* "Saturday 21 November 2026, 10:00 (CET)", in the local time zone. Caller frees. */
char *ra_moment_format_local(gint64 moment);
/* "2026-11-21 09:00 UTC". Caller frees. */
char *ra_moment_format_utc(gint64 moment);
/* Now. Wall clock. */
gint64 ra_moment_now(void);
