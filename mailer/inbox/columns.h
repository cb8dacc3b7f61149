/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text in the columns of a terminal: wide characters take two, combining marks none (wcwidth(3), so
 * setlocale() comes first). TEXT is clean UTF-8 (base/text.h). */
#pragma once

#include <glib.h>

/* How many columns TEXT takes as ra_columns_fit() writes it. */
int ra_columns_width(const char *text);
/* TEXT in exactly WIDTH columns: filled up with spaces, on the left where RIGHT, or cut, with an
 * ellipsis as the last column. What the locale or terminals cannot show is "?", or left out where
 * it takes no column. Caller frees. */
char *ra_columns_fit(const char *text, int width, gboolean right);
/* TEXT in lines of WIDTH columns at the most (10 at the least), broken between words; INDENT spaces
 * before all but the first. NULL-terminated. Its own line ends stay. Caller frees. */
GStrv ra_columns_wrap(const char *text, int width, int indent);
