/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is only looked at: progress, loudness, lines, room, icons. */
#include "viewer/widgets.h"

#include <math.h>

enum {
    PROGRESS_HEIGHT = 6, /* dp */
    PROGRESS_WIDTH = 120,
    METER_HEIGHT = 8,
    METER_WIDTH = 64,
    METER_BARS = 12,
    METER_HIGH = 10, /* the bars from here on are those of too much */
};

typedef struct {
    RaWidget base;
    double part;
    gboolean off;
} Bar;

static void progress_width(RaWidget *widget, int *min, int *natural)
{
    *natural = ra_ui_px(widget->ui, PROGRESS_WIDTH);
    *min = *natural / 3;
}

static int progress_height(RaWidget *widget, int width)
{
    (void)width;
    return ra_ui_px(widget->ui, PROGRESS_HEIGHT);
}

static void draw_progress(RaWidget *widget, cairo_t *cairo)
{
    const Bar *bar = (Bar *)widget;
    RaBox box = widget->box;
    const double radius = box.height / 2.0;
    ra_ui_set_colour(widget->ui, cairo, RA_COLOUR_TRACK);
    ra_ui_round(cairo, box, radius);
    cairo_fill(cairo);
    if (bar->part <= 0)
        return;
    box.width = MAX((int)lround(box.width * MIN(bar->part, 1.0)), box.height);
    ra_ui_set_colour(widget->ui, cairo, bar->part >= 1 ? RA_COLOUR_GOOD : RA_COLOUR_FOCUS);
    ra_ui_round(cairo, box, radius);
    cairo_fill(cairo);
}

static const RaWidgetClass progress_class = {.name = "progress",
                                             .size = sizeof(Bar),
                                             .width = progress_width,
                                             .height = progress_height,
                                             .draw = draw_progress};

RaWidget *ra_progress_new(RaUi *ui)
{
    return ra_widget_new(ui, &progress_class);
}

void ra_progress_set(RaWidget *widget, double part)
{
    g_assert(widget->class == &progress_class);
    Bar *bar = (Bar *)widget;
    if (fabs(bar->part - part) < 1e-6)
        return;
    bar->part = part;
    ra_widget_redraw(widget);
}

static void meter_width(RaWidget *widget, int *min, int *natural)
{
    *min = *natural = ra_ui_px(widget->ui, METER_WIDTH);
}

static int meter_height(RaWidget *widget, int width)
{
    (void)width;
    return ra_ui_px(widget->ui, METER_HEIGHT);
}

static void draw_meter(RaWidget *widget, cairo_t *cairo)
{
    const Bar *bar = (Bar *)widget;
    const RaBox *box = &widget->box;
    const int lit = bar->off ? 0 : (int)lround(bar->part * METER_BARS);
    const double step = (double)box->width / METER_BARS;
    for (int i = 0; i < METER_BARS; i++) {
        RaColour colour = RA_COLOUR_TRACK;
        if (i < lit)
            colour = i >= METER_HIGH ? RA_COLOUR_HOT : RA_COLOUR_GOOD;
        ra_ui_set_colour(widget->ui, cairo, colour);
        cairo_rectangle(cairo, box->x + i * step, box->y, step * 0.7, box->height);
        cairo_fill(cairo);
    }
}

static const RaWidgetClass meter_class = {.name = "meter",
                                          .size = sizeof(Bar),
                                          .width = meter_width,
                                          .height = meter_height,
                                          .draw = draw_meter};

RaWidget *ra_meter_new(RaUi *ui)
{
    return ra_widget_new(ui, &meter_class);
}

void ra_meter_set(RaWidget *widget, guint level, gboolean off)
{
    g_assert(widget->class == &meter_class);
    Bar *bar = (Bar *)widget;
    const double part = MIN(level, 100) / 100.0;
    if (fabs(bar->part - part) < 1e-6 && bar->off == off)
        return;
    bar->part = part;
    bar->off = off;
    ra_widget_redraw(widget);
}

/* Lines and room. */

typedef struct {
    RaWidget base;
    int size; /* dp */
} Space;

static void space_width(RaWidget *widget, int *min, int *natural)
{
    *min = *natural = ra_ui_px(widget->ui, ((Space *)widget)->size);
}

static int space_height(RaWidget *widget, int width)
{
    (void)width;
    return ra_ui_px(widget->ui, ((Space *)widget)->size);
}

static void draw_separator(RaWidget *widget, cairo_t *cairo)
{
    RaBox box = widget->box;
    ra_ui_set_colour(widget->ui, cairo, RA_COLOUR_EDGE);
    cairo_rectangle(cairo, box.x, box.y, box.width, box.height);
    cairo_fill(cairo);
}

static const RaWidgetClass separator_class = {.name = "separator",
                                              .size = sizeof(Space),
                                              .width = space_width,
                                              .height = space_height,
                                              .draw = draw_separator};
static const RaWidgetClass spacer_class = {
    .name = "spacer", .size = sizeof(Space), .width = space_width, .height = space_height};

RaWidget *ra_separator_new(RaUi *ui)
{
    RaWidget *widget = ra_widget_new(ui, &separator_class);
    ((Space *)widget)->size = 1;
    return widget;
}

RaWidget *ra_spacer_new(RaUi *ui, int dp)
{
    RaWidget *widget = ra_widget_new(ui, &spacer_class);
    ((Space *)widget)->size = dp;
    widget->expands = dp == 0;
    return widget;
}

typedef struct {
    RaWidget base;
    RaIcon icon;
    RaColour colour;
    int size; /* dp */
} Icon;

static void icon_width(RaWidget *widget, int *min, int *natural)
{
    *min = *natural = ra_ui_px(widget->ui, ((Icon *)widget)->size);
}

static int icon_height(RaWidget *widget, int width)
{
    (void)width;
    return ra_ui_px(widget->ui, ((Icon *)widget)->size);
}

static void draw_icon(RaWidget *widget, cairo_t *cairo)
{
    const Icon *icon = (Icon *)widget;
    const RaBox *box = &widget->box;
    const int size = ra_ui_px(widget->ui, icon->size);
    ra_ui_set_colour(widget->ui, cairo, icon->colour);
    const int x = box->x + (box->width - size) / 2, y = box->y + (box->height - size) / 2;
    ra_icon_draw(cairo, icon->icon, x, y, size);
}

static const RaWidgetClass icon_class = {.name = "icon",
                                         .size = sizeof(Icon),
                                         .width = icon_width,
                                         .height = icon_height,
                                         .draw = draw_icon};

RaWidget *ra_icon_new(RaUi *ui, RaIcon which, int dp, RaColour colour)
{
    RaWidget *widget = ra_widget_new(ui, &icon_class);
    Icon *icon = (Icon *)widget;
    icon->icon = which;
    icon->size = dp;
    icon->colour = colour;
    return widget;
}

void ra_icon_set(RaWidget *widget, RaIcon which, RaColour colour)
{
    g_assert(widget->class == &icon_class);
    Icon *icon = (Icon *)widget;
    icon->icon = which;
    icon->colour = colour;
    ra_widget_redraw(widget);
}
