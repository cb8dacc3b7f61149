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
/* One line of RA_TEXT_NAME_MAX characters at the most that stands in quotation marks of ours and
 * cannot leave them: its own become apostrophes. The caller frees it. */
char *ra_text_name(const char *text);
/* NAMED with NAME (safe to show) in the place of its first "%s"; UNNAMED where NAME is empty. So a
 * translation has whole sentences. The caller frees it. */
char *ra_text_named(const char *name, const char *named, const char *unnamed);
/* The same for a window, where NAME may run from right to left: it stands between Unicode's FSI and
 * PDI then, and the sentence keeps its own direction. */
char *ra_text_about(const char *name, const char *named, const char *unnamed);
/* What stands before SENTENCE, with "%s" for NAME, so that its direction is that of its own letters
 * (Pango takes that of the first one, isolated or not): a mark, or "" where NAME has nothing that
 * runs from right to left. */
const char *ra_text_mark(const char *name, const char *sentence);
/* TRUE if TEXT is valid UTF-8 with no control characters at all (CR, LF, NUL and DEL among them).
 */
gboolean ra_text_is_plain_line(const char *text);
