/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the values of one response (RFC 3501 9), from left to right. What does not fit makes the
 * scan bad, and everything behind it: read all, then ask once. */
#pragma once

#include <glib.h>

typedef struct {
    const char *at, *end;
    gboolean bad;
} RaImapScan;

RaImapScan ra_imap_scan(const char *data, gsize size);
/* Past C, if it comes next; TRUE if so. Never makes the scan bad. */
gboolean ra_imap_scan_char(RaImapScan *scan, char c);
/* Past the word WORD (any case), if it comes next and ends there. Never makes the scan bad. */
gboolean ra_imap_scan_word(RaImapScan *scan, const char *word);
/* C must come next. */
void ra_imap_scan_want(RaImapScan *scan, char c);
void ra_imap_scan_spaces(RaImapScan *scan);    /* none is fine */
guint64 ra_imap_scan_number(RaImapScan *scan); /* 0 to 2^63 - 1 */
guint32 ra_imap_scan_uid(RaImapScan *scan);    /* 1 to 2^32 - 1 */
/* An atom, up to a space, a parenthesis or "]": also one with a backslash before it, as flags have.
 * The caller frees; NULL where there is none. */
char *ra_imap_scan_atom(RaImapScan *scan);
/* A string: quoted, a literal, or NIL, which is *SIZE 0 and NULL. Without escapes it would be
 * borrowed; so it is a copy with a NUL behind it, which the caller frees. SIZE may be NULL. */
char *ra_imap_scan_string(RaImapScan *scan, gsize *size);
/* A string's bytes where they lie, for a literal; NULL for anything else (scan untouched). */
const char *ra_imap_scan_literal(RaImapScan *scan, gsize *size);
/* Any value at all, up to RA_IMAP_NESTING_MAX parentheses deep. */
void ra_imap_scan_skip(RaImapScan *scan);
