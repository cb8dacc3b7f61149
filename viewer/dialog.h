/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A card over the window that has to be answered before anything else of the window: a title, a
 * body of any widgets (scrolled where there is no room), buttons at the lower right. Enter presses
 * the default button unless another one has the focus, Esc the cancelling one. A new dialog lies
 * over the one before.
 */
#pragma once

#include "viewer/containers.h"
#include "viewer/entry.h"
#include "viewer/widgets.h"

typedef struct _RaDialog RaDialog; /* is a widget: the root of its layer */

typedef enum {
    RA_ANSWER_PLAIN,
    RA_ANSWER_DEFAULT = 1 << 0, /* Enter; drawn as the one that is meant */
    RA_ANSWER_CANCEL = 1 << 1,  /* Esc */
    RA_ANSWER_DANGER = 1 << 2,
    /* Cannot be pressed in the first second: a dialog that comes up by itself while somebody types
     * or clicks must not be answered by that. */
    RA_ANSWER_LATER = 1 << 3,
    RA_ANSWER_STAYS = 1 << 4, /* the dialog stays open */
} RaAnswerFlags;

/* ID is the button's; the cancelling button's for Esc. The dialog is closed before the call unless
 * the button STAYS. */
typedef void (*RaDialogFunc)(RaWidget *dialog, int id, gpointer data);

/* WIDTH dp of the card, 0: 440; never wider than the window. ICON may be RA_ICON_NONE. */
RaWidget *ra_dialog_new(RaUi *ui, RaIcon icon, const char *title, int width, RaDialogFunc answered,
                        gpointer data);
/* A paragraph at the end of the body. Returns its label. */
RaWidget *ra_dialog_add_text(RaWidget *widget, const char *text);
void ra_dialog_add(RaWidget *widget, RaWidget *child); /* takes it, at the end of the body */
/* A line above the buttons in the colour of errors; NULL or "" hides it. */
void ra_dialog_set_message(RaWidget *widget, const char *message);
RaWidget *ra_dialog_add_button(RaWidget *widget, int id, const char *label, RaAnswerFlags flags);
/* A button at the lower left. */
RaWidget *ra_dialog_add_side_button(RaWidget *widget, int id, const char *label,
                                    RaAnswerFlags flags);
/* Who has the focus when it comes up; NULL: the default button, or the first thing of the body. */
void ra_dialog_set_focus(RaWidget *widget, RaWidget *focus);
/* Brings it up: from now on its layer owns it. */
void ra_dialog_show(RaWidget *widget);
void ra_dialog_close(RaWidget *widget); /* without an answer */
