/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/widgets.h"

#include <pango/pangocairo.h>

typedef struct {
    RaWidget base;
    RaFont font;
    RaColour colour;
    char *text;
    gboolean one_line, centred;
    PangoEllipsizeMode ellipsis;
    PangoLayout *layout; /* or NULL */
    int natural;         /* pixels; -1: not measured */
} Label;

static PangoLayout *layout_of(Label *label)
{
    if (label->layout == NULL) {
        label->layout = ra_ui_text(label->base.ui, label->font, label->text);
        if (label->one_line) {
            pango_layout_set_single_paragraph_mode(label->layout, TRUE);
            pango_layout_set_ellipsize(label->layout, label->ellipsis);
        } else {
            pango_layout_set_wrap(label->layout, PANGO_WRAP_WORD_CHAR);
        }
        if (label->centred)
            pango_layout_set_alignment(label->layout, PANGO_ALIGN_CENTER);
    }
    return label->layout;
}

/* To be looked at or drawn as it is for WIDTH pixels; -1: no limit. */
static PangoLayout *layout_for(Label *label, int width)
{
    PangoLayout *layout = layout_of(label);
    const int want = width < 0 ? -1 : MAX(width, 1) * PANGO_SCALE;
    if (pango_layout_get_width(layout) != want)
        pango_layout_set_width(layout, want);
    return layout;
}

static void label_width(RaWidget *widget, int *min, int *natural)
{
    Label *label = (Label *)widget;
    if (label->natural < 0)
        pango_layout_get_pixel_size(layout_for(label, -1), &label->natural, NULL);
    *natural = label->natural;
    *min = MIN(label->natural, 4 * ra_ui_line_height(widget->ui, label->font));
}

static int label_height(RaWidget *widget, int width)
{
    int height;
    pango_layout_get_pixel_size(layout_for((Label *)widget, width), NULL, &height);
    return height;
}

static void draw_label(RaWidget *widget, cairo_t *cairo)
{
    Label *label = (Label *)widget;
    int height;
    PangoLayout *layout = layout_for(label, widget->box.width);
    pango_layout_get_pixel_size(layout, NULL, &height);
    const int spare = label->one_line ? (widget->box.height - height) / 2 : 0;
    ra_ui_set_colour(widget->ui, cairo, ra_widget_usable(widget) ? label->colour : RA_COLOUR_OFF);
    cairo_move_to(cairo, widget->box.x, widget->box.y + MAX(spare, 0));
    pango_cairo_show_layout(cairo, layout);
}

static void forget(RaWidget *widget)
{
    Label *label = (Label *)widget;
    g_clear_object(&label->layout);
    label->natural = -1;
}

static void free_label(RaWidget *widget)
{
    forget(widget);
    g_free(((Label *)widget)->text);
}

static const RaWidgetClass label_class = {.name = "label",
                                          .size = sizeof(Label),
                                          .width = label_width,
                                          .height = label_height,
                                          .draw = draw_label,
                                          .restyled = forget,
                                          .free = free_label};

static Label *as_label(const RaWidget *widget)
{
    g_assert(widget->class == &label_class);
    return (Label *)widget;
}

RaWidget *ra_label_new(RaUi *ui, RaFont font, RaColour colour, const char *text)
{
    RaWidget *widget = ra_widget_new(ui, &label_class);
    Label *label = (Label *)widget;
    label->font = font;
    label->colour = colour;
    label->text = g_strdup(text);
    label->natural = -1;
    label->ellipsis = PANGO_ELLIPSIZE_NONE;
    return widget;
}

void ra_label_set_text(RaWidget *widget, const char *text)
{
    Label *label = as_label(widget);
    if (g_strcmp0(label->text, text) == 0)
        return;
    g_free(label->text);
    label->text = g_strdup(text);
    forget(widget);
    ra_widget_resize(widget);
}

void ra_label_set_colour(RaWidget *widget, RaColour colour)
{
    as_label(widget)->colour = colour;
    ra_widget_redraw(widget);
}

void ra_label_set_one_line(RaWidget *widget, gboolean middle)
{
    Label *label = as_label(widget);
    label->one_line = TRUE;
    label->ellipsis = middle ? PANGO_ELLIPSIZE_MIDDLE : PANGO_ELLIPSIZE_END;
    forget(widget);
    ra_widget_resize(widget);
}

void ra_label_set_centred(RaWidget *widget)
{
    as_label(widget)->centred = TRUE;
    forget(widget);
    ra_widget_redraw(widget);
}
