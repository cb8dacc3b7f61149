/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds other widgets. Lengths are dp. Children are added by ra_widget_add(). */
#pragma once

#include "viewer/ui.h"

/* Beside each other. Each child gets its natural width; what is left goes to those that expand;
 * what lacks is taken from those that can be narrower. Children are as high as the row unless
 * their alignment says otherwise. */
RaWidget *ra_row_new(RaUi *ui, int gap);
/* Below each other, all as wide as the column unless their alignment says otherwise. */
RaWidget *ra_column_new(RaUi *ui, int gap);
/* Like a row, but what does not fit goes into the next line: buttons of a dialog. Lines end at the
 * right edge, or are centred if the flow is. */
RaWidget *ra_flow_new(RaUi *ui, int gap);
/* Its child with room around; GROUND is painted behind, with rounded corners (RADIUS dp). */
RaWidget *ra_padding_new(RaUi *ui, int x, int y);
void ra_padding_set_ground(RaWidget *widget, RaColour ground, int radius, gboolean frame);
/* All children in the same box, over each other; each by its own alignment. */
RaWidget *ra_stack_new(RaUi *ui);

/*
 * One child, as high as it likes, seen through a window that is at least MIN dp high and wants at
 * most MAX dp (0: no limit). Wheel, drag of the scroll bar, Page Up and Down, Home and End (arrows
 * as well, where the focused child leaves them). What gets the focus inside is brought into sight.
 */
RaWidget *ra_scroll_new(RaUi *ui, int min, int max);
/* Stays at the end when the child grows, while it is there: a chat. */
void ra_scroll_set_follows(RaWidget *widget, gboolean follows);
gboolean ra_scroll_at_end(const RaWidget *widget);
void ra_scroll_to_end(RaWidget *widget);
void ra_scroll_show(RaWidget *widget, const RaWidget *inside); /* brings it into sight */
/* Called when it was scrolled, or its contents changed their height. */
void ra_scroll_set_moved(RaWidget *widget, RaWidgetFunc moved, gpointer data);

/*
 * A column of rows of which one is chosen: arrows, Home, End, Page Up and Down, typing of its first
 * letters, Enter or a double click. Rows are any widgets that are not focusable (those inside
 * may be). To be put into a scroll.
 */
typedef struct {
    RaWidgetFunc chosen;  /* another row was chosen: the list is given */
    RaWidgetFunc entered; /* Enter, or a double click */
} RaListFuncs;
RaWidget *ra_list_new(RaUi *ui, const RaListFuncs *funcs, gpointer data);
/* TEXT is what typing finds it by; may be NULL. */
void ra_list_add(RaWidget *widget, RaWidget *row, const char *text);
int ra_list_chosen(const RaWidget *widget); /* index; -1: none */
void ra_list_choose(RaWidget *widget, int index);
