/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ui.c (style, layers, drawing), ui-widget.c (the tree) and ui-events.c (pointer, keyboard,
 * focus) share. */
#pragma once

#include "viewer/ui.h"

typedef struct {
    RaWidget *root;
    RaWidget *focus_before;
    int dim;
} RaLayer;

struct _RaUi {
    RaUiHost host;
    gpointer data;
    RaThemeKind theme;
    int scale, text; /* percent */
    PangoContext *context;
    PangoFontDescription *fonts[RA_FONT_COUNT];
    int line_heights[RA_FONT_COUNT]; /* pixels; 0: not measured yet */

    GArray *layers; /* of RaLayer */
    int width, height;
    gboolean unplaced;

    RaWidget *focused, *hovered, *grabbed;
    int grab_button;
    int mouse_x, mouse_y;
    gboolean keyboard, active;

    int depth;       /* of events being given */
    GPtrArray *dead; /* widgets to be freed when that is over */
    gboolean dying;  /* so is the whole */

    char *toast;
    guint toast_timer, tip_timer;
    RaWidget *tipped; /* whose tip is shown */
};

/* ui.c */
void ra_ui_damage(RaUi *ui, RaBox part);
RaBox ra_ui_toast_box(RaUi *ui);
RaBox ra_ui_tip_box(RaUi *ui);
void ra_ui_drop_tip(RaUi *ui);
void ra_ui_remove_layer(RaUi *ui, const RaWidget *root);
void ra_ui_enter(RaUi *ui);
void ra_ui_leave(RaUi *ui); /* may free UI */
/* ui-events.c */
void ra_ui_forget(RaUi *ui, const RaWidget *widget); /* it vanishes, or cannot be used */
void ra_ui_find_hovered(RaUi *ui);
/* ui-widget.c */
void ra_widget_destroy(RaWidget *widget);
void ra_widget_restyle(RaWidget *widget);
