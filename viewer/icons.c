/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/icons.h"

/* Icons are lines on a grid of 16 x 16; a pair of coordinates a point, PEN_UP before a new line. */
enum { PEN_UP = -1, END = -2 };

static const gint8 control[] = {4, 2, 4, 12, 6, 10, 8, 14, 10, 13, 8, 9, 11, 9, 4, 2, END};
static const gint8 stop[] = {4, 4, 12, 4, 12, 12, 4, 12, 4, 4, END};
static const gint8 fit[] = {2,      3, 14, 3,  14, 13, 2, 13,     2, 3, PEN_UP, 5,  10, 11, 6,
                            PEN_UP, 8, 6,  11, 6,  11, 9, PEN_UP, 5, 7, 5,      10, 8,  10, END};
static const gint8 actual[] = {3, 5,  5, 3,  5,      13, PEN_UP, 8,  6, 8,  7,  PEN_UP,
                               8, 10, 8, 11, PEN_UP, 11, 5,      13, 3, 13, 13, END};
static const gint8 fullscreen[] = {2,  6,  2,  2,  6,  2,  PEN_UP, 10, 2,  14, 2,  14, 6,  PEN_UP,
                                   14, 10, 14, 14, 10, 14, PEN_UP, 6,  14, 2,  14, 2,  10, END};
static const gint8 window[] = {2, 3, 14, 3, 14, 13, 2, 13, 2, 3, PEN_UP, 2, 6, 14, 6, END};
static const gint8 disconnect[] = {4, 4, 12, 12, PEN_UP, 12, 4, 4, 12, END};

static const gint8 *const icons[] = {
    [RA_ICON_CONTROL] = control,
    [RA_ICON_STOP] = stop,
    [RA_ICON_FIT] = fit,
    [RA_ICON_ACTUAL] = actual,
    [RA_ICON_FULLSCREEN] = fullscreen,
    [RA_ICON_WINDOW] = window,
    [RA_ICON_DISCONNECT] = disconnect,
};

void ra_icon_draw(cairo_t *cairo, RaIcon icon, double x, double y)
{
    const gint8 *at = icons[icon];
    cairo_set_line_width(cairo, 1.6);
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_new_path(cairo);
    while (at != NULL && *at != END) {
        if (*at == PEN_UP) {
            cairo_new_sub_path(cairo);
            at++;
            continue;
        }
        cairo_line_to(cairo, x + at[0], y + at[1]);
        at += 2;
    }
    if (icon == RA_ICON_CONTROL || icon == RA_ICON_STOP)
        cairo_fill_preserve(cairo);
    cairo_stroke(cairo);
}
