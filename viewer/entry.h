/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where one types: one line, several lines, or a secret. Moves by graphemes and words, follows the
 * writing's direction, selects by mouse and Shift, undoes and redoes, cuts, copies and pastes,
 * shows what an input method has under way. Dead keys and input methods come as text and preedit.
 */
#pragma once

#include "base/secret.h"
#include "viewer/ui.h"

typedef enum {
    RA_ENTRY_LINE,   /* one line; line ends that are pasted become spaces */
    RA_ENTRY_TEXT,   /* several; Enter enters, Shift+Enter makes a new line */
    RA_ENTRY_SECRET, /* one line, dots; no copy, no cut, no undo, nothing in ordinary memory */
} RaEntryKind;

typedef struct {
    RaWidgetFunc changed; /* by a person */
    RaWidgetFunc entered; /* Enter */
} RaEntryFuncs;

/* MAX: bytes of UTF-8; what is typed or pasted beyond it is not taken (whole characters). FUNCS are
 * copied, may be NULL. */
RaWidget *ra_entry_new(RaUi *ui, RaEntryKind kind, gsize max, const RaEntryFuncs *funcs,
                       gpointer data);
/* Shown while it is empty. */
void ra_entry_set_hint(RaWidget *widget, const char *hint);
/* TEXT: grows with its text from MIN to MAX lines, then scrolls. */
void ra_entry_set_lines(RaWidget *widget, int min, int max);
/* Marked as wrong: red frame. */
void ra_entry_set_wrong(RaWidget *widget, gboolean wrong);
/* LINE and TEXT: borrowed until the next change; as it was typed. */
const char *ra_entry_text(const RaWidget *widget);
void ra_entry_set_text(RaWidget *widget, const char *text); /* caret at the end, undo forgotten */
/* The part of the text from START to END (bytes) is selected: a file's name without its ending. */
void ra_entry_select(RaWidget *widget, gsize start, gsize end);
gsize ra_entry_length(const RaWidget *widget); /* bytes; of a secret too */
/* SECRET: what was typed, the caller's; the entry is empty and wiped afterwards. */
RaSecret *ra_entry_take_secret(RaWidget *widget);
/* SECRET: shows what is typed, or dots. */
void ra_entry_set_visible(RaWidget *widget, gboolean visible);
