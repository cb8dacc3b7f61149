/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the window is divided: the toolbar on top, the chat on the left, the remote screen on the
 * right, the status line below. In full screen the toolbar and the chat lie over the remote
 * screen; so does the chat in a window that is too narrow for both.
 */
#pragma once

#include "viewer/ui.h"

enum {
    RA_FRAME_BAR = 50,    /* dp: height of the toolbar, where text is not larger */
    RA_FRAME_STATUS = 30, /* of the status line */
    RA_FRAME_NARROW =
        900, /* a window that is narrower has no room for the chat beside the screen */
    RA_FRAME_PANE_MIN = 220,
};

typedef struct {
    RaWidget *bar, *pane, *overlay, *status, *strip; /* all taken */
    void (*resized)(int pane_width, gpointer data);  /* dp; the pane, by the mouse */
    gpointer data;
} RaFrameParts;

typedef struct {
    gboolean fullscreen, revealed; /* revealed: the toolbar is in sight in full screen */
    gboolean pane;                 /* shown beside the remote screen, where there is room */
    gboolean pane_over;            /* shown over it, where there is none */
    gboolean talking;              /* the strip is shown */
    int pane_width;                /* dp */
} RaFrameState;

RaWidget *ra_frame_new(RaUi *ui, const RaFrameParts *parts);
void ra_frame_set(RaWidget *widget, const RaFrameState *state);
/* Where the remote screen is, pixels, after the layout. */
RaBox ra_frame_area(const RaWidget *widget);
/* Is there room for the pane beside the screen? */
gboolean ra_frame_is_narrow(const RaWidget *widget);
/* What the frame takes beside and around the remote screen, pixels; with the pane or without it. */
void ra_frame_around(RaWidget *widget, gboolean pane, int *width, int *height);
