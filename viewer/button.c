/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/widgets.h"

#include <pango/pangocairo.h>

enum {
    HEIGHT = 34, /* dp */
    PADDING = 12,
    ICON = 18,
    ICON_GAP = 7,
    RADIUS = 7,
    LINK_PADDING = 2,
};

typedef struct {
    RaWidget base;
    RaButtonKind kind;
    RaIcon icon;
    char *label; /* or NULL */
    char **reserved;
    RaWidgetFunc pressed;
    gpointer data;
    gboolean on, compact, inside; /* the pointer that pressed it is still on it */
    guint badge;
    PangoLayout *layout; /* or NULL */
    int widest;          /* of all labels, pixels; -1: not measured */
} Button;

static gboolean has_text(const Button *button)
{
    return button->label != NULL && !(button->compact && button->icon != RA_ICON_NONE);
}

static int padding(const Button *button)
{
    if (button->kind == RA_BUTTON_LINK)
        return ra_ui_px(button->base.ui, LINK_PADDING);
    return ra_ui_px(button->base.ui, has_text(button) ? PADDING : (HEIGHT - ICON) / 2.0);
}

static int icon_room(const Button *button)
{
    const RaUi *ui = button->base.ui;
    if (button->icon == RA_ICON_NONE)
        return 0;
    return ra_ui_text_px(ui, ICON) + (has_text(button) ? ra_ui_px(ui, ICON_GAP) : 0);
}

static RaFont font_of(const Button *button)
{
    return button->kind == RA_BUTTON_LINK ? RA_FONT_SMALL : RA_FONT_BODY;
}

static int text_width(const Button *button, const char *text)
{
    int width;
    g_autoptr(PangoLayout) layout = ra_ui_text(button->base.ui, font_of(button), text);
    pango_layout_get_pixel_size(layout, &width, NULL);
    return width;
}

static void button_width(RaWidget *widget, int *min, int *natural)
{
    Button *button = (Button *)widget;
    if (button->widest < 0) {
        button->widest = button->label != NULL ? text_width(button, button->label) : 0;
        for (char **label = button->reserved; label != NULL && *label != NULL; label++)
            button->widest = MAX(button->widest, text_width(button, *label));
    }
    *natural = 2 * padding(button) + icon_room(button) + (has_text(button) ? button->widest : 0);
    *min =
        MIN(*natural, 2 * padding(button) + icon_room(button) +
                          (has_text(button) ? 3 * ra_ui_line_height(widget->ui, RA_FONT_BODY) : 0));
}

static int button_height(RaWidget *widget, int width)
{
    (void)width;
    const Button *button = (Button *)widget;
    const int line = ra_ui_line_height(widget->ui, font_of(button));
    if (button->kind == RA_BUTTON_LINK)
        return line + 2 * ra_ui_px(widget->ui, LINK_PADDING);
    return MAX(ra_ui_px(widget->ui, HEIGHT), line + ra_ui_px(widget->ui, 10));
}

/* The ground at rest, under the pointer and pressed; COUNT: none. */
static RaColour ground_of(const Button *button)
{
    static const RaColour grounds[][3] = {
        [RA_BUTTON_PLAIN] = {RA_COLOUR_BUTTON, RA_COLOUR_BUTTON_HOVER, RA_COLOUR_BUTTON_PRESS},
        [RA_BUTTON_ACCENT] = {RA_COLOUR_ACCENT, RA_COLOUR_ACCENT_HOVER, RA_COLOUR_ACCENT_PRESS},
        [RA_BUTTON_WARM] = {RA_COLOUR_WARM, RA_COLOUR_WARM_HOVER, RA_COLOUR_WARM_PRESS},
        [RA_BUTTON_DANGER] = {RA_COLOUR_BUTTON, RA_COLOUR_DANGER_HOVER, RA_COLOUR_DANGER_PRESS},
        [RA_BUTTON_FLAT] = {RA_COLOUR_COUNT, RA_COLOUR_BUTTON_HOVER, RA_COLOUR_BUTTON_PRESS},
        [RA_BUTTON_LINK] = {RA_COLOUR_COUNT, RA_COLOUR_COUNT, RA_COLOUR_COUNT},
    };
    const RaWidget *widget = &button->base;
    const gboolean usable = ra_widget_usable(widget);
    int state = 0;
    if (usable && ra_widget_pressed(widget))
        state = button->inside ? 2 : 0;
    else if (usable && ra_widget_hovered(widget))
        state = 1;
    if (!usable)
        return button->kind == RA_BUTTON_FLAT || button->kind == RA_BUTTON_LINK ? RA_COLOUR_COUNT
                                                                                : RA_COLOUR_BUTTON;
    if (button->on && state == 0)
        return RA_COLOUR_BUTTON_PRESS;
    return grounds[button->kind][state];
}

static RaColour colour_of(const Button *button, RaColour ground)
{
    if (!ra_widget_usable(&button->base))
        return RA_COLOUR_OFF;
    if (button->kind == RA_BUTTON_LINK)
        return RA_COLOUR_LINK;
    if (button->kind == RA_BUTTON_ACCENT || button->kind == RA_BUTTON_WARM)
        return RA_COLOUR_ON_ACCENT;
    if (ground == RA_COLOUR_DANGER_HOVER || ground == RA_COLOUR_DANGER_PRESS)
        return RA_COLOUR_ON_ACCENT;
    return RA_COLOUR_TEXT;
}

static void draw_badge(const Button *button, cairo_t *cairo)
{
    RaUi *ui = button->base.ui;
    const RaBox *box = &button->base.box;
    int width, height;
    g_autofree char *number =
        button->badge > 99 ? g_strdup("99+") : g_strdup_printf("%u", button->badge);
    g_autoptr(PangoLayout) layout = ra_ui_text(ui, RA_FONT_SMALL_STRONG, number);
    pango_layout_get_pixel_size(layout, &width, &height);
    const int high = height, wide = MAX(width + ra_ui_px(ui, 8), high);
    const RaBox badge = {box->x + box->width - wide + ra_ui_px(ui, 3), box->y - ra_ui_px(ui, 3),
                         wide, high};
    ra_ui_set_colour(ui, cairo, RA_COLOUR_DANGER);
    ra_ui_round(cairo, badge, high / 2.0);
    cairo_fill(cairo);
    ra_ui_set_colour(ui, cairo, RA_COLOUR_ON_ACCENT);
    cairo_move_to(cairo, badge.x + (badge.width - width) / 2.0, badge.y);
    pango_cairo_show_layout(cairo, layout);
}

static void draw_content(Button *button, cairo_t *cairo, RaColour colour)
{
    RaUi *ui = button->base.ui;
    const RaBox *box = &button->base.box;
    int width = 0, height = 0;
    const int room = box->width - 2 * padding(button) - icon_room(button);
    if (has_text(button)) {
        if (button->layout == NULL) {
            button->layout = ra_ui_text(ui, font_of(button), button->label);
            pango_layout_set_ellipsize(button->layout, PANGO_ELLIPSIZE_END);
        }
        pango_layout_set_width(button->layout, -1);
        pango_layout_get_pixel_size(button->layout, &width, &height);
        if (width > room) {
            pango_layout_set_width(button->layout, MAX(room, 1) * PANGO_SCALE);
            width = MAX(room, 0);
        }
    }
    const int lead = icon_room(button), icon = ra_ui_text_px(ui, ICON);
    const int x = box->x + (box->width - lead - width) / 2;
    const int icon_y = box->y + (box->height - icon) / 2, y = box->y + (box->height - height) / 2;
    ra_ui_set_colour(ui, cairo, colour);
    ra_icon_draw(cairo, button->icon, x, icon_y, icon);
    if (!has_text(button))
        return;
    cairo_move_to(cairo, x + lead, y);
    pango_cairo_show_layout(cairo, button->layout);
    if (button->kind == RA_BUTTON_LINK && ra_widget_hovered(&button->base)) {
        cairo_rectangle(cairo, x + lead, y + height - 1, width, 1);
        cairo_fill(cairo);
    }
}

static void draw_button(RaWidget *widget, cairo_t *cairo)
{
    Button *button = (Button *)widget;
    RaUi *ui = widget->ui;
    const int radius = ra_ui_px(ui, RADIUS);
    const RaColour ground = ground_of(button);
    if (ground != RA_COLOUR_COUNT) {
        ra_ui_set_colour(ui, cairo, ground);
        ra_ui_round(cairo, widget->box, radius);
        cairo_fill(cairo);
    }
    if (ra_ui_theme(ui) == RA_THEME_CONTRAST && button->kind != RA_BUTTON_LINK) {
        ra_ui_set_colour(ui, cairo, ra_widget_usable(widget) ? RA_COLOUR_FRAME : RA_COLOUR_OFF);
        cairo_set_line_width(cairo, ra_ui_px(ui, 1));
        ra_ui_round(cairo, widget->box, radius);
        cairo_stroke(cairo);
    }
    draw_content(button, cairo, colour_of(button, ground));
    if (button->on) { /* told by more than a shade */
        const int thick = ra_ui_px(ui, 2), inset = ra_ui_px(ui, RADIUS);
        ra_ui_set_colour(ui, cairo, RA_COLOUR_FOCUS);
        cairo_rectangle(cairo, widget->box.x + inset, widget->box.y + widget->box.height - thick,
                        widget->box.width - 2 * inset, thick);
        cairo_fill(cairo);
    }
    if (button->badge > 0)
        draw_badge(button, cairo);
    if (ra_ui_focused(ui) == widget && ra_ui_shows_focus(ui))
        ra_ui_draw_focus(ui, cairo, widget->box, radius);
}

void ra_button_press(RaWidget *widget)
{
    const Button *button = (Button *)widget;
    if (ra_widget_usable(widget) && button->pressed != NULL)
        button->pressed(widget, button->data);
}

static gboolean button_pointer(RaWidget *widget, const RaUiPointer *event)
{
    Button *button = (Button *)widget;
    const gboolean inside = ra_box_contains(widget->box, event->x, event->y);
    switch (event->kind) {
    case RA_POINTER_DOWN:
        button->inside = event->button == 1;
        return TRUE;
    case RA_POINTER_MOVE:
        if (ra_widget_pressed(widget) && inside != button->inside) {
            button->inside = inside;
            ra_widget_redraw(widget);
        }
        return TRUE;
    case RA_POINTER_UP:
        ra_widget_redraw(widget);
        if (inside && event->button == 1)
            ra_button_press(widget);
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean button_key(RaWidget *widget, const RaUiKey *event)
{
    if ((event->key != RA_UI_KEY_ENTER && event->key != ' ') || event->repeat)
        return FALSE;
    ra_button_press(widget);
    return TRUE;
}

static void forget(RaWidget *widget)
{
    Button *button = (Button *)widget;
    g_clear_object(&button->layout);
    button->widest = -1;
}

static void free_button(RaWidget *widget)
{
    Button *button = (Button *)widget;
    forget(widget);
    g_free(button->label);
    g_strfreev(button->reserved);
}

static const RaWidgetClass button_class = {.name = "button",
                                           .size = sizeof(Button),
                                           .width = button_width,
                                           .height = button_height,
                                           .draw = draw_button,
                                           .pointer = button_pointer,
                                           .key = button_key,
                                           .restyled = forget,
                                           .free = free_button,
                                           .reacts = TRUE};

static Button *as_button(RaWidget *widget)
{
    g_assert(widget->class == &button_class);
    return (Button *)widget;
}

RaWidget *ra_button_new(RaUi *ui, RaButtonKind kind, RaIcon icon, const char *label,
                        RaWidgetFunc pressed, gpointer data)
{
    RaWidget *widget = ra_widget_new(ui, &button_class);
    Button *button = (Button *)widget;
    button->kind = kind;
    button->icon = icon;
    button->label = g_strdup(label);
    button->pressed = pressed;
    button->data = data;
    button->widest = -1;
    widget->focusable = TRUE;
    if (kind == RA_BUTTON_LINK)
        widget->shape = RA_SHAPE_HAND;
    return widget;
}

void ra_button_set(RaWidget *widget, RaButtonKind kind, RaIcon icon, const char *label)
{
    Button *button = as_button(widget);
    if (button->kind == kind && button->icon == icon && g_strcmp0(button->label, label) == 0)
        return;
    button->kind = kind;
    button->icon = icon;
    if (g_strcmp0(button->label, label) != 0) {
        g_free(button->label);
        button->label = g_strdup(label);
    }
    forget(widget);
    ra_widget_resize(widget);
}

void ra_button_reserve(RaWidget *widget, const char *const *labels)
{
    Button *button = as_button(widget);
    g_strfreev(button->reserved);
    button->reserved = g_strdupv((char **)labels);
    forget(widget);
    ra_widget_resize(widget);
}

void ra_button_set_on(RaWidget *widget, gboolean on)
{
    if (as_button(widget)->on == on)
        return;
    as_button(widget)->on = on;
    ra_widget_redraw(widget);
}

void ra_button_set_badge(RaWidget *widget, guint number)
{
    if (as_button(widget)->badge == number)
        return;
    as_button(widget)->badge = number;
    ra_widget_redraw(widget);
}

int ra_button_width_if(RaWidget *widget, gboolean compact)
{
    int min, natural;
    Button *button = as_button(widget);
    const gboolean before = button->compact;
    button->compact = compact;
    button_width(widget, &min, &natural);
    button->compact = before;
    return natural;
}

void ra_button_set_compact(RaWidget *widget, gboolean compact)
{
    if (as_button(widget)->compact == compact)
        return;
    as_button(widget)->compact = compact;
    ra_widget_resize(widget);
}
