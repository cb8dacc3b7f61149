/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A switch, and a choice of one among several. */
#include "viewer/widgets.h"

#include <pango/pangocairo.h>

enum {
    TRACK_WIDTH = 38, /* dp */
    TRACK_HEIGHT = 22,
    KNOB = 16,
    GAP = 10,
    SEGMENT_HEIGHT = 34,
    SEGMENT_PADDING = 12,
    RADIUS = 7,
};

typedef struct {
    RaWidget base;
    char *label;
    gboolean on;
    RaWidgetFunc changed;
    gpointer data;
    PangoLayout *layout;
} Switch;

static PangoLayout *switch_layout(Switch *self, int width)
{
    const RaUi *ui = self->base.ui;
    if (self->layout == NULL) {
        self->layout = ra_ui_text(ui, RA_FONT_BODY, self->label);
        pango_layout_set_wrap(self->layout, PANGO_WRAP_WORD_CHAR);
    }
    const int room = width - ra_ui_px(ui, TRACK_WIDTH) - ra_ui_px(ui, GAP);
    pango_layout_set_width(self->layout, width < 0 ? -1 : MAX(room, 1) * PANGO_SCALE);
    return self->layout;
}

static void switch_width(RaWidget *widget, int *min, int *natural)
{
    int width;
    const int track = ra_ui_px(widget->ui, TRACK_WIDTH) + ra_ui_px(widget->ui, GAP);
    pango_layout_get_pixel_size(switch_layout((Switch *)widget, -1), &width, NULL);
    *natural = width + track;
    *min = MIN(*natural, track + 4 * ra_ui_line_height(widget->ui, RA_FONT_BODY));
}

static int switch_height(RaWidget *widget, int width)
{
    int height;
    pango_layout_get_pixel_size(switch_layout((Switch *)widget, width), NULL, &height);
    return MAX(height, ra_ui_px(widget->ui, TRACK_HEIGHT)) + ra_ui_px(widget->ui, 8);
}

static void draw_switch(RaWidget *widget, cairo_t *cairo)
{
    Switch *self = (Switch *)widget;
    RaUi *ui = widget->ui;
    const RaBox *box = &widget->box;
    const gboolean usable = ra_widget_usable(widget);
    const int height = ra_ui_px(ui, TRACK_HEIGHT), knob = ra_ui_px(ui, KNOB);
    const RaBox track = {box->x, box->y + (box->height - height) / 2, ra_ui_px(ui, TRACK_WIDTH),
                         height};
    const int inset = (height - knob) / 2;
    ra_ui_set_colour(ui, cairo, self->on && usable ? RA_COLOUR_ACCENT : RA_COLOUR_TRACK);
    ra_ui_round(cairo, track, height / 2.0);
    cairo_fill_preserve(cairo);
    ra_ui_set_colour(ui, cairo, self->on && usable ? RA_COLOUR_ACCENT : RA_COLOUR_FRAME);
    cairo_set_line_width(cairo, ra_ui_px(ui, 1));
    cairo_stroke(cairo);
    const int x = self->on ? track.x + track.width - inset - knob : track.x + inset;
    ra_ui_set_colour(ui, cairo,
                     !usable    ? RA_COLOUR_OFF
                     : self->on ? RA_COLOUR_ON_ACCENT
                                : RA_COLOUR_QUIET);
    ra_ui_round(cairo, (RaBox){x, track.y + inset, knob, knob}, knob / 2.0);
    cairo_fill(cairo);
    int text_height;
    PangoLayout *layout = switch_layout(self, box->width);
    pango_layout_get_pixel_size(layout, NULL, &text_height);
    ra_ui_set_colour(ui, cairo, usable ? RA_COLOUR_TEXT : RA_COLOUR_OFF);
    const int text_y = box->y + (box->height - text_height) / 2;
    cairo_move_to(cairo, track.x + track.width + ra_ui_px(ui, GAP), text_y);
    pango_cairo_show_layout(cairo, layout);
    if (ra_ui_focused(ui) == widget && ra_ui_shows_focus(ui))
        ra_ui_draw_focus(ui, cairo, track, height / 2.0);
}

static void turn(RaWidget *widget)
{
    Switch *self = (Switch *)widget;
    self->on = !self->on;
    ra_widget_redraw(widget);
    if (self->changed != NULL)
        self->changed(widget, self->data);
}

static gboolean switch_pointer(RaWidget *widget, const RaUiPointer *event)
{
    if (event->kind == RA_POINTER_UP && event->button == 1 &&
        ra_box_contains(widget->box, event->x, event->y))
        turn(widget);
    return event->kind != RA_POINTER_WHEEL;
}

static gboolean switch_key(RaWidget *widget, const RaUiKey *event)
{
    if (event->key != ' ' && event->key != RA_UI_KEY_ENTER)
        return FALSE;
    if (!event->repeat)
        turn(widget);
    return TRUE;
}

static void switch_restyled(RaWidget *widget)
{
    g_clear_object(&((Switch *)widget)->layout);
}

static void free_switch(RaWidget *widget)
{
    switch_restyled(widget);
    g_free(((Switch *)widget)->label);
}

static const RaWidgetClass switch_class = {.name = "switch",
                                           .size = sizeof(Switch),
                                           .width = switch_width,
                                           .height = switch_height,
                                           .draw = draw_switch,
                                           .pointer = switch_pointer,
                                           .key = switch_key,
                                           .restyled = switch_restyled,
                                           .free = free_switch,
                                           .reacts = TRUE};

RaWidget *ra_switch_new(RaUi *ui, const char *label, gboolean on, RaWidgetFunc changed,
                        gpointer data)
{
    RaWidget *widget = ra_widget_new(ui, &switch_class);
    Switch *self = (Switch *)widget;
    self->label = g_strdup(label);
    self->on = on;
    self->changed = changed;
    self->data = data;
    widget->focusable = TRUE;
    return widget;
}

gboolean ra_switch_on(const RaWidget *widget)
{
    g_assert(widget->class == &switch_class);
    return ((const Switch *)widget)->on;
}

void ra_switch_set(RaWidget *widget, gboolean on)
{
    g_assert(widget->class == &switch_class);
    ((Switch *)widget)->on = on;
    ra_widget_redraw(widget);
}

/* A choice. */

typedef struct {
    RaWidget base;
    char **labels;
    guint n, chosen;
    RaWidgetFunc changed;
    gpointer data;
} Choice;

static int label_width(const RaUi *ui, const char *text, RaFont font)
{
    int width;
    g_autoptr(PangoLayout) layout = ra_ui_text(ui, font, text);
    pango_layout_get_pixel_size(layout, &width, NULL);
    return width;
}

static int widest(const Choice *self)
{
    int width = 0;
    for (guint i = 0; i < self->n; i++)
        width = MAX(width, label_width(self->base.ui, self->labels[i], RA_FONT_STRONG));
    return width + 2 * ra_ui_px(self->base.ui, SEGMENT_PADDING);
}

static void choice_width(RaWidget *widget, int *min, int *natural)
{
    *min = widest((Choice *)widget);
    *natural = *min * (int)((Choice *)widget)->n;
}

static gboolean is_across(const Choice *self, int width)
{
    return widest(self) * (int)self->n <= width;
}

static int segment_height(const RaUi *ui)
{
    return MAX(ra_ui_px(ui, SEGMENT_HEIGHT),
               ra_ui_line_height(ui, RA_FONT_BODY) + ra_ui_px(ui, 10));
}

static int choice_height(RaWidget *widget, int width)
{
    const Choice *self = (Choice *)widget;
    return segment_height(widget->ui) * (is_across(self, width) ? 1 : (int)self->n);
}

static RaBox segment_box(const Choice *self, guint i)
{
    RaBox box = self->base.box;
    const int n = (int)MAX(self->n, 1), at = (int)i;
    if (is_across(self, box.width)) {
        const int start = box.width * at / n, end = box.width * (at + 1) / n;
        return (RaBox){box.x + start, box.y, end - start, box.height};
    }
    const int start = box.height * at / n, end = box.height * (at + 1) / n;
    return (RaBox){box.x, box.y + start, box.width, end - start};
}

static void draw_segment(const Choice *self, cairo_t *cairo, guint i)
{
    RaUi *ui = self->base.ui;
    const gboolean usable = ra_widget_usable(&self->base), chosen = i == self->chosen;
    const int inset = ra_ui_px(ui, 3);
    RaBox box = segment_box(self, i);
    int width, height;
    box = (RaBox){box.x + inset, box.y + inset, box.width - 2 * inset, box.height - 2 * inset};
    if (chosen) {
        ra_ui_set_colour(ui, cairo, usable ? RA_COLOUR_ACCENT : RA_COLOUR_TRACK);
        ra_ui_round(cairo, box, ra_ui_px(ui, RADIUS - 2));
        cairo_fill(cairo);
    }
    g_autoptr(PangoLayout) layout =
        ra_ui_text(ui, chosen ? RA_FONT_STRONG : RA_FONT_BODY, self->labels[i]);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_width(layout, MAX(box.width, 1) * PANGO_SCALE);
    pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
    pango_layout_get_pixel_size(layout, &width, &height);
    ra_ui_set_colour(ui, cairo,
                     !usable  ? RA_COLOUR_OFF
                     : chosen ? RA_COLOUR_ON_ACCENT
                              : RA_COLOUR_TEXT);
    const int y = box.y + (box.height - height) / 2;
    cairo_move_to(cairo, box.x, y);
    pango_cairo_show_layout(cairo, layout);
}

static void draw_choice(RaWidget *widget, cairo_t *cairo)
{
    const Choice *self = (Choice *)widget;
    RaUi *ui = widget->ui;
    const int radius = ra_ui_px(ui, RADIUS);
    ra_ui_set_colour(ui, cairo, RA_COLOUR_BUTTON);
    ra_ui_round(cairo, widget->box, radius);
    cairo_fill(cairo);
    for (guint i = 0; i < self->n; i++)
        draw_segment(self, cairo, i);
    if (ra_ui_focused(ui) == widget && ra_ui_shows_focus(ui))
        ra_ui_draw_focus(ui, cairo, widget->box, radius);
}

static void choose(RaWidget *widget, guint chosen)
{
    Choice *self = (Choice *)widget;
    if (chosen >= self->n || chosen == self->chosen)
        return;
    self->chosen = chosen;
    ra_widget_redraw(widget);
    if (self->changed != NULL)
        self->changed(widget, self->data);
}

static gboolean choice_pointer(RaWidget *widget, const RaUiPointer *event)
{
    const Choice *self = (Choice *)widget;
    if (event->kind == RA_POINTER_UP && event->button == 1) {
        for (guint i = 0; i < self->n; i++) {
            if (!ra_box_contains(segment_box(self, i), event->x, event->y))
                continue;
            choose(widget, i);
            break;
        }
    }
    return event->kind != RA_POINTER_WHEEL;
}

static gboolean choice_key(RaWidget *widget, const RaUiKey *event)
{
    const Choice *self = (Choice *)widget;
    switch (event->key) {
    case RA_UI_KEY_LEFT:
    case RA_UI_KEY_UP:
        choose(widget, self->chosen == 0 ? 0 : self->chosen - 1);
        return TRUE;
    case RA_UI_KEY_RIGHT:
    case RA_UI_KEY_DOWN:
        choose(widget, self->chosen + 1);
        return TRUE;
    case RA_UI_KEY_HOME:
        choose(widget, 0);
        return TRUE;
    case RA_UI_KEY_END:
        choose(widget, self->n - 1);
        return TRUE;
    default:
        return FALSE;
    }
}

static void free_choice(RaWidget *widget)
{
    g_strfreev(((Choice *)widget)->labels);
}

static const RaWidgetClass choice_class = {.name = "choice",
                                           .size = sizeof(Choice),
                                           .width = choice_width,
                                           .height = choice_height,
                                           .draw = draw_choice,
                                           .pointer = choice_pointer,
                                           .key = choice_key,
                                           .free = free_choice};

RaWidget *ra_choice_new(RaUi *ui, const char *const *labels, guint chosen, RaWidgetFunc changed,
                        gpointer data)
{
    RaWidget *widget = ra_widget_new(ui, &choice_class);
    Choice *self = (Choice *)widget;
    self->labels = g_strdupv((char **)labels);
    self->n = g_strv_length(self->labels);
    self->chosen = chosen;
    self->changed = changed;
    self->data = data;
    widget->focusable = TRUE;
    return widget;
}

guint ra_choice_chosen(const RaWidget *widget)
{
    g_assert(widget->class == &choice_class);
    return ((const Choice *)widget)->chosen;
}

void ra_choice_set(RaWidget *widget, guint chosen)
{
    g_assert(widget->class == &choice_class);
    ((Choice *)widget)->chosen = chosen;
    ra_widget_redraw(widget);
}
