/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marks as keywords of an IMAP message: doc/MAIL.md. */
#pragma once

#include "mailer/inbox/box.h"

/* Keywords are in lower case here; lists of them are GPtrArrays of char *. */

gboolean ra_imap_keyword_is_ours(const char *keyword);
/* The mark that KEYWORDS make. Of several owners the first by name counts: a change that was cut
 * off half way leaves two. The caller frees. */
RaMark *ra_imap_mark_read(const GPtrArray *keywords);
/* The keywords that are to be added to HAVE, and taken away, so that they make WANTED. Both are
 * lists separated by spaces, "" where there are none; the caller frees. Bids are left alone. */
void ra_imap_mark_plan(const GPtrArray *have, const RaMark *wanted, char **add, char **remove);
/* The keyword of BIDDER's bid (encoded). The caller frees. */
char *ra_imap_bid_keyword(const char *bidder);
gboolean ra_imap_keyword_is_bid(const char *keyword);
/* Whether KEYWORDS hold KEYWORD. */
gboolean ra_imap_keywords_hold(const GPtrArray *keywords, const char *keyword);
