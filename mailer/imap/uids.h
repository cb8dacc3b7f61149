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
enum { RA_IMAP_SET_MAX = 7000 }; /* bytes, or a few more: servers take lines of 8192 (RFC 7162 4) */
/* UIDS, which are in order, from *AT on as a set: COUNT of them, or as many as fit into one
 * command. *AT is behind them then. The caller frees. */
char *ra_imap_uids_take(const GArray *uids, guint *at, guint count);
/* Whether UIDS, which are in order, hold UID; where. */
gboolean ra_imap_uids_hold(const GArray *uids, guint32 uid);
gboolean ra_imap_uids_find(const GArray *uids, guint32 uid, guint *at);
