/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text that came from outside, made safe to show to a person: in a window, on a terminal, in a
 * log or an error message. Whoever shows outside text calls one of these first. */
#pragma once

#include <glib.h>

enum {
    RA_TEXT_NAME_MAX = 64,     /* characters of a name or an address that are shown */
    RA_TEXT_LINE_MAX = 256,    /* characters of any other single line */
    RA_TEXT_MESSAGE_MAX = 4096 /* characters of a personal message or a chat message */
};

/*
 * One line: invalid UTF-8 becomes U+FFFD; control, format, bidirectional, private and unassigned
 * characters and line ends become a space; runs of white space become one space; white space
 * around goes; more than MAX characters are cut with an ellipsis as the last. More than three
 * combining marks on one base are dropped. Never NULL; may be empty. The caller frees it.
 */
char *ra_text_line(const char *text, gsize max);
/* The same, but keeps line ends (as "\n") and tabs (as spaces); no more than two empty lines in a
 * row. */
char *ra_text_message(const char *text, gsize max);
/* NAME for a sentence in a window: between Unicode's FSI and PDI where it has letters that are
 * written from right to left, so that they turn nothing else around; else a copy. Empty stays
 * empty. The caller frees it. */
char *ra_text_isolated(const char *name);
/* NAMED with NAME (safe to show) in the place of its first "%s"; UNNAMED where NAME is empty. So a
 * translation has whole sentences. The caller frees it. */
char *ra_text_named(const char *name, const char *named, const char *unnamed);
/* TRUE if TEXT is valid UTF-8 with no control characters at all (CR, LF, NUL and DEL among them).
 */
gboolean ra_text_is_plain_line(const char *text);
