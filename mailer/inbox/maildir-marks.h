/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The marks of a Maildir's cases: files in its folder ".remote-assistance", as doc/MAIL.md says.
 * "ID.N" is the Nth mark of the case ID; the highest N counts. Only link(2) makes one, so of any
 * number of programs on any number of computers one does. Looking writes nothing.
 */
#pragma once

#include "mailer/inbox/box.h"

#define RA_MARKS_FOLDER ".remote-assistance"
/* Who has a case whose mark cannot be read: nobody takes it unless by force. */
#define RA_MARKS_UNKNOWN "?"
enum {
    RA_MARKS_ID_LENGTH = 12,                     /* hexadecimal digits in lower case */
    RA_MARKS_PATIENCE = 60,                      /* seconds that a change may take */
    RA_MARKS_OUTDATED = 24 * 60 * 60,            /* seconds that an outdated mark stays */
    RA_MARKS_ORPHANED = 366 * RA_MARKS_OUTDATED, /* seconds that one without message stays */
};

typedef struct _RaMarks RaMarks;

RaMarks *ra_marks_new(const char *maildir);
void ra_marks_free(RaMarks *marks); /* NULL is fine */

/* Looks again. RA_ERROR_USAGE where the folder is there but cannot be read. */
gboolean ra_marks_load(RaMarks *marks, GError **error);
/* As of the last look. Never NULL; borrowed until the next. */
const RaMark *ra_marks_get(const RaMarks *marks, const char *id);
/* As RaBoxClass's change. RA_ERROR_USAGE where nothing can be written, RA_ERROR_FAILED for a full
 * disk and the like. */
gboolean ra_marks_change(RaMarks *marks, const char *id, const RaMark *expected,
                         const RaMark *wanted, RaMark **now, GError **error);
/* Deletes what has been of no use for long: outdated marks, marks of messages that IS_THERE knows
 * nothing of, what a crash left. */
void ra_marks_sweep(RaMarks *marks, gboolean (*is_there)(const char *id, gpointer data),
                    gpointer data);
/* TRUE if NAME is that of a mark, ID (RA_MARKS_ID_LENGTH + 1 bytes) and NUMBER being its parts. */
gboolean ra_marks_parse_name(const char *name, char *id, guint *number);
