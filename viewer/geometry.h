/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the remote screen lies in the window, and what point is where. Pure arithmetic; all values
 * are pixels. */
#pragma once

#include <glib.h>

typedef struct {
    int x, y, width, height;
} RaBox;

typedef enum {
    RA_VIEW_AUTO,   /* made smaller where it does not fit, never larger */
    RA_VIEW_FIT,    /* made smaller or larger, keeping the aspect ratio */
    RA_VIEW_ACTUAL, /* one to one; what does not fit is reached by panning */
} RaViewMode;

typedef struct {
    RaViewMode mode;
    int picture_width, picture_height; /* of the remote screen, at least 1 */
    RaBox area;                        /* the part of the window that shows it */
    int pan_x, pan_y;                  /* of the picture, at the area's top left */
    RaBox shown;                       /* set by ra_view_layout(): the whole picture, in window
                                          coordinates; larger than the area while panned */
} RaView;

/* Computes `shown` and brings the panning within its bounds. */
void ra_view_layout(RaView *view);
/* TRUE if the picture is drawn in a size that is not its own. */
gboolean ra_view_is_scaled(const RaView *view);
/* In percent, rounded, at least 1. */
int ra_view_percent(const RaView *view);
/* TRUE if the picture is larger than the area in this direction. */
gboolean ra_view_pans_x(const RaView *view);
gboolean ra_view_pans_y(const RaView *view);
/* The part of the window to draw again when PART of the picture changed: rounded outwards, as far
 * as the filter of a scaled picture reaches, clipped to the area; may be empty (width 0). */
RaBox ra_view_to_window(const RaView *view, RaBox part);
/* The pixel of the picture under a point of the window, the nearest one for a point outside.
 * Returns TRUE if the point is inside the area and the picture. */
gboolean ra_view_to_picture(const RaView *view, int x, int y, guint16 *ret_x, guint16 *ret_y);

/* The common part; width and height are 0 where there is none. */
RaBox ra_box_intersect(RaBox a, RaBox b);
/* What of A is outside B: boxes that do not overlap; returns how many. */
guint ra_box_subtract(RaBox a, RaBox b, RaBox ret[4]);
gboolean ra_box_contains(RaBox box, int x, int y);
gboolean ra_box_is_empty(RaBox box);
