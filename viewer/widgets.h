/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is shown and pressed. Every constructor returns a widget without a parent (ui.h says who
 * owns it); text is copied. */
#pragma once

#include "viewer/icons.h"
#include "viewer/ui.h"

/* Text, wrapped at its box's width; its natural width is at most WIDTH dp (0: as long as it is). */
RaWidget *ra_label_new(RaUi *ui, RaFont font, RaColour colour, const char *text);
void ra_label_set_text(RaWidget *widget, const char *text);
void ra_label_set_colour(RaWidget *widget, RaColour colour);
/* One line, cut with an ellipsis (in the middle for MIDDLE: names of files). */
void ra_label_set_one_line(RaWidget *widget, gboolean middle);
void ra_label_set_centred(RaWidget *widget); /* each line */

typedef enum {
    RA_BUTTON_PLAIN,
    RA_BUTTON_ACCENT, /* the one that is meant */
    RA_BUTTON_WARM,   /* takes control back */
    RA_BUTTON_DANGER, /* ends or destroys something */
    RA_BUTTON_FLAT,   /* no ground until the pointer is over it: in a toolbar, in a row of a list */
    RA_BUTTON_LINK,   /* text that looks like a link */
} RaButtonKind;

/* LABEL or ICON may be NULL or RA_ICON_NONE, not both; without a label it needs a tip. Enter and
 * Space press it. */
RaWidget *ra_button_new(RaUi *ui, RaButtonKind kind, RaIcon icon, const char *label,
                        RaWidgetFunc pressed, gpointer data);
void ra_button_set(RaWidget *widget, RaButtonKind kind, RaIcon icon, const char *label);
/* Its width is that for any of these labels too, so that it stays when they change. LABELS ends
 * with NULL. */
void ra_button_reserve(RaWidget *widget, const char *const *labels);
/* Shown as held down: something is switched on. */
void ra_button_set_on(RaWidget *widget, gboolean on);
/* A number in its corner; 0: none. */
void ra_button_set_badge(RaWidget *widget, guint number);
/* Only the icon is shown (its tip has the label): a toolbar without room. */
void ra_button_set_compact(RaWidget *widget, gboolean compact);
int ra_button_width_if(RaWidget *widget, gboolean compact); /* pixels that it would want */
void ra_button_press(RaWidget *widget);                     /* as a click does, if it is usable */

/* A switch with a text beside it. CHANGED is called for a person's change only. */
RaWidget *ra_switch_new(RaUi *ui, const char *label, gboolean on, RaWidgetFunc changed,
                        gpointer data);
gboolean ra_switch_on(const RaWidget *widget);
void ra_switch_set(RaWidget *widget, gboolean on);

/* One of several, side by side; in lines below each other where there is no room. LABELS ends with
 * NULL. */
RaWidget *ra_choice_new(RaUi *ui, const char *const *labels, guint chosen, RaWidgetFunc changed,
                        gpointer data);
guint ra_choice_chosen(const RaWidget *widget);
void ra_choice_set(RaWidget *widget, guint chosen);

/* 0.0 to 1.0; below 0: not known, an empty track. */
RaWidget *ra_progress_new(RaUi *ui);
void ra_progress_set(RaWidget *widget, double part);

/* Loudness, 0..100. OFF: there is none to show (muted). */
RaWidget *ra_meter_new(RaUi *ui);
void ra_meter_set(RaWidget *widget, guint level, gboolean off);

RaWidget *ra_separator_new(RaUi *ui);      /* a line across its parent's direction */
RaWidget *ra_spacer_new(RaUi *ui, int dp); /* 0: takes what room is left */
RaWidget *ra_icon_new(RaUi *ui, RaIcon which, int dp, RaColour colour);
void ra_icon_set(RaWidget *widget, RaIcon which, RaColour colour);
