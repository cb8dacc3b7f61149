/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What entry.c (how it looks) and entry-input.c (what happens to it) share. */
#pragma once

#include "viewer/edit.h"
#include "viewer/entry.h"

typedef struct {
    RaWidget base;
    RaEntryKind kind;
    RaEdit *edit;
    RaEntryFuncs funcs;
    gpointer data;
    char *hint;    /* or NULL */
    char *preedit; /* what the input method has under way; "": nothing */
    int preedit_caret;
    int min_lines, max_lines;
    gboolean wrong, visible;
    PangoLayout *layout;    /* of what is shown, or NULL */
    int offset_x, offset_y; /* pixels of it beyond the left and the upper edge */
    guint blink_timer;
    int blinks_left;
    gboolean caret_off;
    gboolean by_word; /* the selection that the mouse draws */
} RaEntry;

RaEntry *ra_entry_of(const RaWidget *widget);
RaBox ra_entry_inner(const RaWidget *widget);
PangoLayout *ra_entry_layout(RaEntry *entry);
gsize ra_entry_position_at(RaEntry *entry, int x, int y);
/* Where the caret would go one step to the left (-1) or the right. */
gsize ra_entry_visually(RaEntry *entry, int step);
/* A line up or down; FALSE: there is none. */
gboolean ra_entry_line_away(RaEntry *entry, int step, gsize *position);
void ra_entry_moved(RaEntry *entry);                       /* the caret did */
void ra_entry_changed(RaEntry *entry, gboolean by_person); /* the text did */

/* entry-input.c */
gboolean ra_entry_pointer(RaWidget *widget, const RaUiPointer *event);
gboolean ra_entry_key(RaWidget *widget, const RaUiKey *event);
void ra_entry_type(RaWidget *widget, const char *text);
void ra_entry_preedit(RaWidget *widget, const char *text, int caret);
