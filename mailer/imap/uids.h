/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets of UIDs, as IMAP writes them (RFC 3501 sequence-set): "1:4,7". */
#pragma once

#include "mailer/imap/scan.h"

/* Of guint32. */
GArray *ra_imap_uids_new(void);
/* Adds the UIDs of the set that comes next to UIDS; MAX of them at the most, the lowest of a range
 * left out. "n:*" makes the scan bad. */
void ra_imap_uids_scan(RaImapScan *scan, GArray *uids, guint max);
/* In order, none twice. */
void ra_imap_uids_sort(GArray *uids);
/* COUNT of UIDS from FIRST on, which are in order, as a set. The caller frees. */
char *ra_imap_uids_format(const GArray *uids, guint first, guint count);
/* Whether UIDS, which are in order, hold UID. */
gboolean ra_imap_uids_hold(const GArray *uids, guint32 uid);
