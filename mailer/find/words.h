/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person says in the text of a message: the beginning of it, or of ra-invite's letters the
 * personal message alone. */
#pragma once

#include <glib.h>

enum {
    RA_WORDS_READ = 6 * 1024, /* bytes of a text that are looked at: our letter comes first */
    RA_WORDS_MAX = 2 * 1024,  /* bytes of what is returned */
};

/* TEXT of SIZE bytes in CHARSET ("" or one that nobody knows: as UTF-8). Ends before an armoured
 * block and before a signature ("-- "). Valid UTF-8, or ""; to be cleaned before it is shown. The
 * caller frees it. */
char *ra_message_words(const char *text, gsize size, const char *charset);
