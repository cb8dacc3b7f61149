/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts a stream of bytes, pushed in pieces of any size, into lines, in bounded memory. A line ends
 * with LF, CRLF or a lone CR; a file may mix them. */
#pragma once

#include <glib.h>

enum { RA_LINE_MAX = 16 * 1024 }; /* bytes; a longer line is given in several pieces */

typedef struct {
    const char *text; /* SIZE bytes, no NUL behind them; borrowed for the call */
    gsize length;     /* bytes without the line end */
    gsize size;       /* bytes with it */
    gboolean starts;  /* FALSE: goes on where the previous piece stopped */
} RaLine;

typedef void (*RaLineFunc)(const RaLine *line, gpointer data);

typedef struct _RaLines RaLines;

RaLines *ra_lines_new(RaLineFunc func, gpointer data);
void ra_lines_free(RaLines *lines); /* NULL is fine; what is pending is dropped */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaLines, ra_lines_free)

/* Gives every line that DATA completes. */
void ra_lines_push(RaLines *lines, const char *data, gsize size);
/* Gives the last line, if it has no end. */
void ra_lines_end(RaLines *lines);

/* TRUE if LINE starts with PREFIX (any ASCII case). */
gboolean ra_line_has_prefix(const RaLine *line, const char *prefix);
