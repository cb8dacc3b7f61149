/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-panel.h"

#include "base/text.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

/* Lengths in pixels at 96 dpi. */
static const double HEIGHT = 40, RADIUS = 12, EDGE = 14, ICON = 20, ICON_GAP = 10, TEXT_GAP = 20;
static const double BUTTON_HEIGHT = 28, BUTTON_EDGE = 14, BUTTON_GAP = 8, BUTTON_RADIUS = 7;
static const double DPI = 96;
static const char FONT[] = "Sans 10.5";

typedef struct {
    double r, g, b, a;
} Colour;

/* White text has a contrast of 13:1 on the calm ground, and of 7:1 on the warning one. */
static const Colour calm = {0x1b / 255., 0x2a / 255., 0x3c / 255., 1};
static const Colour warning = {0xa8 / 255., 0x24 / 255., 0x14 / 255., 1};
static const Colour white = {1, 1, 1, 1};
static const guint32 WARNING_FRAME = 0xf04a24;

typedef struct {
    PangoLayout *text; /* NULL: there is no such button */
    double x, width;
} Button;

struct _RaPanel {
    cairo_surface_t *surface; /* for measuring */
    cairo_t *cr;
    double scale;
    gboolean control;
    double width;
    PangoLayout *text;
    double text_width;
    Button button[RA_PANEL_PARTS];
};

static PangoLayout *new_layout(RaPanel *panel, const char *markup)
{
    PangoLayout *layout = pango_cairo_create_layout(panel->cr);
    PangoFontDescription *font = pango_font_description_from_string(FONT);
    pango_cairo_context_set_resolution(pango_layout_get_context(layout), DPI * panel->scale);
    pango_layout_context_changed(layout);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_set_markup(layout, markup, -1);
    pango_font_description_free(font);
    return layout;
}

static double layout_width(PangoLayout *layout)
{
    int width = 0;
    pango_layout_get_pixel_size(layout, &width, NULL);
    return width;
}

/* What is said, from the full sentence to the one for the narrowest screen. */
static const struct {
    int name_max; /* characters */
    const char *control, *view;
} sentences[] = {
    {32, "<b>%s</b> controls your computer \xE2\x80\x93 press <b>Esc</b> to stop",
     "<b>%s</b> sees your screen"},
    {16, "<b>%s</b> controls your computer \xE2\x80\x93 press <b>Esc</b> to stop",
     "<b>%s</b> sees your screen"},
    {16, "<b>%s</b> has control \xE2\x80\x93 <b>Esc</b> stops", "<b>%s</b> sees your screen"},
    {10, "<b>%s</b> \xE2\x80\x93 <b>Esc</b> stops", "<b>%s</b> watches"},
};

static char *sentence(const char *who, gboolean control, guint i)
{
    g_autofree char *shown = ra_text_line(who, (gsize)sentences[i].name_max);
    g_autofree char *name = g_markup_escape_text(shown[0] != '\0' ? shown : "Your helper", -1);
    const char *const format = control ? sentences[i].control : sentences[i].view;
    g_auto(GStrv) parts = g_strsplit(format, "%s", 2);
    return g_strconcat(parts[0], name, parts[1], NULL);
}

/* The longest sentence that fits; the last one is cut if it must be. */
static void fit_text(RaPanel *panel, const char *who, double text_max)
{
    for (guint i = 0; i < G_N_ELEMENTS(sentences); i++) {
        g_autofree char *markup = sentence(who, panel->control, i);
        g_clear_object(&panel->text);
        panel->text = new_layout(panel, markup);
        panel->text_width = layout_width(panel->text);
        if (panel->text_width <= text_max)
            return;
    }
    panel->text_width = MAX(text_max, 0);
    pango_layout_set_width(panel->text, (int)(panel->text_width * PANGO_SCALE));
    pango_layout_set_ellipsize(panel->text, PANGO_ELLIPSIZE_END);
}

/* From the right: the buttons; the text takes what is left. */
static void arrange(RaPanel *panel, const char *who, double max_width)
{
    const double scale = panel->scale, gap = BUTTON_GAP * scale;
    const double before = (EDGE + ICON + ICON_GAP) * scale;
    double buttons = 0;
    for (int i = 0; i < RA_PANEL_PARTS; i++) {
        Button *button = &panel->button[i];
        if (button->text == NULL)
            continue;
        button->width = layout_width(button->text) + 2 * BUTTON_EDGE * scale;
        buttons += button->width + gap;
    }
    fit_text(panel, who, max_width - before - TEXT_GAP * scale - buttons);
    double x = before + panel->text_width + TEXT_GAP * scale;
    for (int i = 0; i < RA_PANEL_PARTS; i++) {
        Button *button = &panel->button[i];
        if (button->text == NULL)
            continue;
        button->x = x;
        x += button->width + gap;
    }
    panel->width = ceil(x);
}

RaPanel *ra_panel_new(const char *who, RaRights rights, double dpi, int max_width)
{
    RaPanel *panel = g_new0(RaPanel, 1);
    panel->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1);
    panel->cr = cairo_create(panel->surface);
    panel->scale = CLAMP(dpi / DPI, 1, 4);
    panel->control = (rights & RA_RIGHT_CONTROL) != 0;
    if (panel->control)
        panel->button[RA_PANEL_STOP_CONTROL].text = new_layout(panel, "<b>Stop control</b>");
    panel->button[RA_PANEL_END].text = new_layout(panel, "End session");
    arrange(panel, who, max_width);
    return panel;
}

void ra_panel_free(RaPanel *panel)
{
    if (panel == NULL)
        return;
    for (int i = 0; i < RA_PANEL_PARTS; i++)
        g_clear_object(&panel->button[i].text);
    g_object_unref(panel->text);
    cairo_destroy(panel->cr);
    cairo_surface_destroy(panel->surface);
    g_free(panel);
}

int ra_panel_width(const RaPanel *panel)
{
    return (int)panel->width;
}

int ra_panel_height(const RaPanel *panel)
{
    return (int)lround(HEIGHT * panel->scale);
}

int ra_panel_radius(const RaPanel *panel)
{
    return (int)lround(RADIUS * panel->scale);
}

const char *ra_panel_text(const RaPanel *panel)
{
    return pango_layout_get_text(panel->text);
}

static double button_y(const RaPanel *panel)
{
    return (HEIGHT - BUTTON_HEIGHT) / 2 * panel->scale;
}

RaPanelPart ra_panel_at(const RaPanel *panel, int x, int y)
{
    const double top = button_y(panel);
    for (int i = 0; i < RA_PANEL_PARTS; i++) {
        const Button *button = &panel->button[i];
        if (button->text != NULL && x >= button->x && x < button->x + button->width && y >= top &&
            y < top + BUTTON_HEIGHT * panel->scale)
            return (RaPanelPart)i;
    }
    return RA_PANEL_REST;
}

gboolean ra_panel_middle(const RaPanel *panel, RaPanelPart part, int *x, int *y)
{
    const Button *button = &panel->button[part];
    if (button->text == NULL)
        return FALSE;
    *x = (int)(button->x + button->width / 2);
    *y = ra_panel_height(panel) / 2;
    return TRUE;
}

static void set_colour(cairo_t *cr, Colour colour)
{
    cairo_set_source_rgba(cr, colour.r, colour.g, colour.b, colour.a);
}

static void round_rectangle(cairo_t *cr, double x, double y, double width, double height, double r)
{
    cairo_new_sub_path(cr);
    cairo_arc(cr, x + width - r, y + r, r, -G_PI_2, 0);
    cairo_arc(cr, x + width - r, y + height - r, r, 0, G_PI_2);
    cairo_arc(cr, x + r, y + height - r, r, G_PI_2, G_PI);
    cairo_arc(cr, x + r, y + r, r, G_PI, G_PI + G_PI_2);
    cairo_close_path(cr);
}

/* Somebody watches: an eye, in a square of 20. */
static void draw_eye(cairo_t *cr)
{
    cairo_move_to(cr, 1, 10);
    cairo_curve_to(cr, 5, 3.2, 15, 3.2, 19, 10);
    cairo_curve_to(cr, 15, 16.8, 5, 16.8, 1, 10);
    cairo_close_path(cr);
    cairo_set_line_width(cr, 1.7);
    cairo_stroke(cr);
    cairo_arc(cr, 10, 10, 3, 0, 2 * G_PI);
    cairo_fill(cr);
}

/* Somebody controls: a pointer, in a square of 20. */
static void draw_pointer(cairo_t *cr)
{
    static const double points[][2] = {{5, 2},       {5, 16.4},    {8.4, 13.2}, {10.7, 18.4},
                                       {13.1, 17.4}, {10.8, 12.3}, {15.4, 12}};
    for (gsize i = 0; i < G_N_ELEMENTS(points); i++)
        cairo_line_to(cr, points[i][0], points[i][1]);
    cairo_close_path(cr);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_width(cr, 1);
    cairo_fill_preserve(cr);
    cairo_stroke(cr);
}

static void draw_layout(cairo_t *cr, PangoLayout *layout, double x, double height)
{
    int text_height = 0;
    pango_layout_get_pixel_size(layout, NULL, &text_height);
    cairo_move_to(cr, round(x), round((height - text_height) / 2));
    pango_cairo_show_layout(cr, layout);
}

/* The button that stops control is filled: it is the one to find in a hurry. */
static void draw_button(const RaPanel *panel, cairo_t *cr, RaPanelPart part, gboolean hover,
                        gboolean pressed)
{
    const Button *button = &panel->button[part];
    const gboolean filled = part == RA_PANEL_STOP_CONTROL;
    const double y = button_y(panel), height = BUTTON_HEIGHT * panel->scale;
    const double calm_alpha = filled ? 1 : 0.16, hover_alpha = filled ? 0.9 : 0.28;
    const double down_alpha = filled ? 0.78 : 0.08;
    const double alpha = !hover ? calm_alpha : pressed ? down_alpha : hover_alpha;
    round_rectangle(cr, round(button->x), y, round(button->width), height,
                    BUTTON_RADIUS * panel->scale);
    set_colour(cr, (Colour){1, 1, 1, alpha});
    cairo_fill(cr);
    set_colour(cr, filled ? warning : white);
    draw_layout(cr, button->text, button->x + BUTTON_EDGE * panel->scale, HEIGHT * panel->scale);
}

void ra_panel_draw(const RaPanel *panel, cairo_t *cr, RaPanelPart hover, gboolean pressed)
{
    const double scale = panel->scale, height = HEIGHT * scale;
    cairo_push_group(cr); /* no flicker */
    set_colour(cr, panel->control ? warning : calm);
    cairo_paint(cr);
    set_colour(cr, white);
    cairo_save(cr);
    cairo_translate(cr, EDGE * scale, (HEIGHT - ICON) / 2 * scale);
    cairo_scale(cr, scale * ICON / 20, scale * ICON / 20);
    if (panel->control)
        draw_pointer(cr);
    else
        draw_eye(cr);
    cairo_restore(cr);
    draw_layout(cr, panel->text, (EDGE + ICON + ICON_GAP) * scale, height);
    for (int i = 0; i < RA_PANEL_PARTS; i++)
        if (panel->button[i].text != NULL)
            draw_button(panel, cr, (RaPanelPart)i, hover == (RaPanelPart)i, pressed);
    /* A light seam sets it off from dark windows below. */
    round_rectangle(cr, 0.5, -height, panel->width - 1, 2 * height - 0.5, RADIUS * scale);
    cairo_set_line_width(cr, scale);
    set_colour(cr, (Colour){1, 1, 1, 0.35});
    cairo_stroke(cr);
    cairo_pop_group_to_source(cr);
    cairo_paint(cr);
}

guint32 ra_panel_warning_colour(void)
{
    return WARNING_FRAME;
}
