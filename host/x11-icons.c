/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-icons.h"

#include <glib.h>

static const double SIDE = 20, LINE = 1.7;

static void draw_eye(cairo_t *cr)
{
    cairo_move_to(cr, 1, 10);
    cairo_curve_to(cr, 5, 3.2, 15, 3.2, 19, 10);
    cairo_curve_to(cr, 15, 16.8, 5, 16.8, 1, 10);
    cairo_close_path(cr);
    cairo_stroke(cr);
    cairo_arc(cr, 10, 10, 3, 0, 2 * G_PI);
    cairo_fill(cr);
}

static void draw_pointer(cairo_t *cr)
{
    static const double points[][2] = {{5, 2},       {5, 16.4},    {8.4, 13.2}, {10.7, 18.4},
                                       {13.1, 17.4}, {10.8, 12.3}, {15.4, 12}};
    for (gsize i = 0; i < G_N_ELEMENTS(points); i++)
        cairo_line_to(cr, points[i][0], points[i][1]);
    cairo_close_path(cr);
    cairo_set_line_width(cr, 1);
    cairo_fill_preserve(cr);
    cairo_stroke(cr);
}

static void draw_microphone(cairo_t *cr)
{
    cairo_arc(cr, 10, 5, 3, G_PI, 2 * G_PI);
    cairo_arc(cr, 10, 9.5, 3, 0, G_PI);
    cairo_close_path(cr);
    cairo_fill(cr);
    cairo_arc_negative(cr, 10, 9.5, 5.5, G_PI, 0);
    cairo_move_to(cr, 10, 15);
    cairo_line_to(cr, 10, 18.2);
    cairo_move_to(cr, 6.8, 18.2);
    cairo_line_to(cr, 13.2, 18.2);
    cairo_stroke(cr);
}

/* Two halves of a ring that do not meet. */
static void draw_broken(cairo_t *cr)
{
    cairo_new_sub_path(cr);
    cairo_arc(cr, 8.4, 10, 6.6, G_PI * 0.55, G_PI * 1.45);
    cairo_new_sub_path(cr);
    cairo_arc(cr, 11.6, 10, 6.6, -G_PI * 0.45, G_PI * 0.45);
    cairo_stroke(cr);
    cairo_move_to(cr, 11.4, 4.6);
    cairo_line_to(cr, 8.6, 8.6);
    cairo_line_to(cr, 11.4, 11.4);
    cairo_line_to(cr, 8.6, 15.4);
    cairo_stroke(cr);
}

/* Crossed out, with room left on either side of the line. */
static void draw_crossed(cairo_t *cr, void (*draw)(cairo_t *cr))
{
    cairo_push_group(cr);
    draw(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_CLEAR);
    cairo_set_line_width(cr, 3 * LINE);
    cairo_move_to(cr, 3, 2);
    cairo_line_to(cr, 17, 18);
    cairo_stroke(cr);
    cairo_pop_group_to_source(cr);
    cairo_paint(cr);
}

void ra_icon_draw(cairo_t *cr, RaIcon icon, double x, double y, double size)
{
    cairo_pattern_t *colour = cairo_pattern_reference(cairo_get_source(cr));
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, size / SIDE, size / SIDE);
    cairo_new_path(cr);
    cairo_set_line_width(cr, LINE);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    switch (icon) {
    case RA_ICON_EYE:
        draw_eye(cr);
        break;
    case RA_ICON_EYE_CLOSED:
        draw_crossed(cr, draw_eye);
        break;
    case RA_ICON_POINTER:
        draw_pointer(cr);
        break;
    case RA_ICON_BROKEN:
        draw_broken(cr);
        break;
    case RA_ICON_MICROPHONE:
        draw_microphone(cr);
        break;
    case RA_ICON_MICROPHONE_OFF:
        draw_crossed(cr, draw_microphone);
        break;
    }
    cairo_set_source(cr, colour);
    if (icon == RA_ICON_EYE_CLOSED || icon == RA_ICON_MICROPHONE_OFF) {
        cairo_set_line_width(cr, LINE);
        cairo_move_to(cr, 3, 2);
        cairo_line_to(cr, 17, 18);
        cairo_stroke(cr);
    }
    cairo_restore(cr);
    cairo_pattern_destroy(colour);
}
