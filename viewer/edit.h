/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text that is being typed, with caret and selection, and what can be done to it; how it looks is
 * entry.c's. Moves by graphemes and words as Unicode has them (Pango knows). A secret is kept in
 * an RaSecret alone, is never undone, and moves by characters. Positions are bytes.
 */
#pragma once

#include "base/secret.h"

typedef struct _RaEdit RaEdit;

typedef enum {
    RA_EDIT_GRAPHEME,
    RA_EDIT_WORD,
    RA_EDIT_LINE, /* to the start or the end of the paragraph */
    RA_EDIT_ALL,
} RaEditUnit;

/* MAX: bytes, at most 1 MiB. */
RaEdit *ra_edit_new(gsize max, gboolean secret, gboolean several_lines);
void ra_edit_free(RaEdit *edit); /* wipes a secret */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RaEdit, ra_edit_free)

const char *ra_edit_text(const RaEdit *edit); /* borrowed until the next change */
gsize ra_edit_length(const RaEdit *edit);
gsize ra_edit_caret(const RaEdit *edit);
/* FALSE where nothing is selected. */
gboolean ra_edit_selection(const RaEdit *edit, gsize *start, gsize *end);

/* In place of what is selected. What is no UTF-8 is not taken; control characters are left out;
 * line ends become spaces where there is one line; what does not fit is left out, by whole
 * characters. TRUE if the text changed. */
gboolean ra_edit_insert(RaEdit *edit, const char *text);
/* What is selected, or else the unit before (STEP -1) or behind (1) the caret. */
gboolean ra_edit_delete(RaEdit *edit, RaEditUnit unit, int step);
/* EXTEND: the selection goes along. */
void ra_edit_move(RaEdit *edit, RaEditUnit unit, int step, gboolean extend);
/* To the grapheme that begins at POSITION, or around it. */
void ra_edit_move_to(RaEdit *edit, gsize position, gboolean extend);
void ra_edit_select(RaEdit *edit, gsize start, gsize end);
void ra_edit_select_around(RaEdit *edit, gsize position, RaEditUnit unit); /* WORD or LINE */
gboolean ra_edit_undo(RaEdit *edit);
gboolean ra_edit_redo(RaEdit *edit);
/* Forgets what was before. */
void ra_edit_set(RaEdit *edit, const char *text);
/* What is selected, as a new string; NULL: nothing is, or it is a secret. */
char *ra_edit_copy(const RaEdit *edit);
/* What was typed; the edit is empty and wiped then. Only of a secret. */
RaSecret *ra_edit_take_secret(RaEdit *edit);
