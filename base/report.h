/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells the program that started us how the session goes, line by line on a descriptor that it
 * gave us: ra-viewer(1) and ra-open(1), --report-fd. A reader that is gone, or does not read, is no
 * error and never waited for.
 */
#pragma once

#include <glib.h>

typedef struct _RaReport RaReport;

/* FD stays the caller's, who keeps it open; no program that we start gets it. RA_ERROR_USAGE where
 * it is no open descriptor, or one of the first three. */
RaReport *ra_report_new(int fd, GError **error);
void ra_report_free(RaReport *report); /* NULL is fine, here and below */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaReport, ra_report_free)

/* The screen is here: "connected". Once until the session is over. */
void ra_report_connected(RaReport *report);
/* The session is over; there may be another one. Its seconds are added up. */
void ra_report_over(RaReport *report);
/* The last line: "ended CODE SECONDS". */
void ra_report_ended(RaReport *report, int code);
