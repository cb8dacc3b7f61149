/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/paint.h"

#include "viewer/icons.h"

#include <math.h>
#include <pango/pangocairo.h>

enum {
    PADDING = 12, /* pixels left and right inside a button */
    ICON_GAP = 8, /* between icon and label */
    RADIUS = 6,   /* of a button's corners */
    PANEL_RADIUS = 12,
    LINE_GAP = 8,    /* between the panel's heading and its text */
    BUTTON_GAP = 24, /* between its text and its button */
    LIGHT = 8,       /* diameter of the status light */
};

#define FONT         "Sans 10"
#define FONT_SMALL   "Sans 9"
#define FONT_HEADING "Sans Semi-Bold 13"

/* Colours, 0xRRGGBB. */
enum {
    BAR = 0x262b33,
    BAR_EDGE = 0x12151a,
    STATUS = 0x1f242b,
    PANEL = 0x2b313a,
    PANEL_EDGE = 0x414956,
    TEXT = 0xe8ebf0,
    TEXT_QUIET = 0xaeb6c2,
    TEXT_OFF = 0x69717e,
    FOCUS = 0x8ec5ff,
    WHITE = 0xffffff,
};

/* A button's faces: at rest, under the pointer, pressed. */
static const struct {
    guint32 rest, hover, press, text;
} faces[] = {
    [RA_STYLE_PLAIN] = {0x353c47, 0x424b58, 0x2a3038, TEXT},
    [RA_STYLE_ACCENT] = {0x2667c9, 0x3279e0, 0x1d54a8, WHITE},
    [RA_STYLE_WARM] = {0xb95a12, 0xcf6a1d, 0x9a490c, WHITE},
    [RA_STYLE_DANGER] = {0x353c47, 0xb3363a, 0x952b2f, TEXT},
};

static const guint32 lights[] = {
    [RA_LIGHT_GREY] = 0x7b8492,
    [RA_LIGHT_AMBER] = 0xe8b339,
    [RA_LIGHT_GREEN] = 0x4cc38a,
    [RA_LIGHT_ORANGE] = 0xf08c3a,
};

static void set_colour(cairo_t *cairo, guint32 colour)
{
    cairo_set_source_rgb(cairo, (colour >> 16 & 0xff) / 255.0, (colour >> 8 & 0xff) / 255.0,
                         (colour & 0xff) / 255.0);
}

static void fill_box(cairo_t *cairo, RaBox box, guint32 colour)
{
    set_colour(cairo, colour);
    cairo_rectangle(cairo, box.x, box.y, box.width, box.height);
    cairo_fill(cairo);
}

static void round_box(cairo_t *cairo, double x, double y, double width, double height, double r)
{
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, x + width - r, y + r, r, -G_PI / 2, 0);
    cairo_arc(cairo, x + width - r, y + height - r, r, 0, G_PI / 2);
    cairo_arc(cairo, x + r, y + height - r, r, G_PI / 2, G_PI);
    cairo_arc(cairo, x + r, y + r, r, G_PI, 3 * G_PI / 2);
    cairo_close_path(cairo);
}

/* Text in one font, cut with an ellipsis at WIDTH pixels, or wrapped there; -1 for no limit. */
static PangoLayout *layout_new(const char *text, const char *font, int width, gboolean wrap)
{
    PangoContext *context = pango_font_map_create_context(pango_cairo_font_map_get_default());
    PangoLayout *layout = pango_layout_new(context);
    g_object_unref(context);
    PangoFontDescription *description = pango_font_description_from_string(font);
    pango_layout_set_font_description(layout, description);
    pango_font_description_free(description);
    pango_layout_set_text(layout, text, -1);
    if (width >= 0)
        pango_layout_set_width(layout, width * PANGO_SCALE);
    if (wrap)
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    else
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    return layout;
}

void ra_paint_forget_fonts(void)
{
    pango_cairo_font_map_set_default(NULL);
}

static void layout_size(PangoLayout *layout, int *width, int *height)
{
    pango_layout_get_pixel_size(layout, width, height);
}

int ra_paint_button_width(const char *label, gboolean icon)
{
    int width, height;
    g_autoptr(PangoLayout) layout = layout_new(label, FONT, -1, FALSE);
    layout_size(layout, &width, &height);
    return width + 2 * PADDING + (icon ? RA_CHROME_ICON + ICON_GAP : 0);
}

static int panel_text_width(int panel_width)
{
    return panel_width - 2 * RA_CHROME_PANEL_MARGIN;
}

int ra_paint_panel_height(const char *heading, const char *text)
{
    const int room = panel_text_width(RA_CHROME_PANEL_WIDTH);
    g_autoptr(PangoLayout) first = layout_new(heading, FONT_HEADING, room, TRUE);
    g_autoptr(PangoLayout) second = layout_new(text, FONT, room, TRUE);
    int width, top, below;
    layout_size(first, &width, &top);
    layout_size(second, &width, &below);
    return RA_CHROME_PANEL_MARGIN + top + LINE_GAP + below + BUTTON_GAP;
}

static void show(cairo_t *cairo, PangoLayout *layout, double x, double y, guint32 colour)
{
    set_colour(cairo, colour);
    cairo_move_to(cairo, x, y);
    pango_cairo_show_layout(cairo, layout);
}

/* In the middle of BOX's height, from X on. Returns the text's width. */
static int show_line(cairo_t *cairo, const char *text, const char *font, int x, int room, RaBox box,
                     guint32 colour)
{
    int width, height;
    g_autoptr(PangoLayout) layout = layout_new(text, font, MAX(room, 0), FALSE);
    layout_size(layout, &width, &height);
    const int y = box.y + (box.height - height) / 2;
    show(cairo, layout, x, y, colour);
    return width;
}

static guint32 face_of(const RaChrome *chrome, RaButtonId id)
{
    const RaButton *button = &chrome->button[id];
    if (chrome->pressed == id && chrome->hovered == id)
        return faces[button->style].press;
    if (chrome->hovered == id && chrome->pressed == RA_BUTTON_NONE)
        return faces[button->style].hover;
    return faces[button->style].rest;
}

static void draw_button(cairo_t *cairo, const RaChrome *chrome, RaButtonId id)
{
    const RaButton *button = &chrome->button[id];
    const RaBox *box = &button->box;
    if (!button->visible)
        return;
    if (button->enabled) {
        set_colour(cairo, face_of(chrome, id));
        round_box(cairo, box->x, box->y, box->width, box->height, RADIUS);
        cairo_fill(cairo);
    }
    if (chrome->focused == id) {
        set_colour(cairo, FOCUS);
        cairo_set_line_width(cairo, 2);
        round_box(cairo, box->x + 1, box->y + 1, box->width - 2, box->height - 2, RADIUS - 1);
        cairo_stroke(cairo);
    }
    const guint32 colour = button->enabled ? faces[button->style].text : TEXT_OFF;
    const gboolean icon = button->icon != RA_ICON_NONE;
    const int lead = icon ? RA_CHROME_ICON + ICON_GAP : 0;
    int width, height;
    g_autoptr(PangoLayout) layout = layout_new(button->label, FONT, -1, FALSE);
    layout_size(layout, &width, &height);
    const int x = box->x + (box->width - width - lead) / 2;
    const int y = box->y + (box->height - height) / 2;
    set_colour(cairo, colour);
    if (icon)
        ra_icon_draw(cairo, button->icon, x, box->y + (box->height - RA_CHROME_ICON) / 2.0,
                     RA_CHROME_ICON);
    show(cairo, layout, x + lead, y, colour);
}

void ra_paint_toolbar(cairo_t *cairo, const RaChrome *chrome, const char *text)
{
    RaBox edge = chrome->toolbar;
    edge.y += edge.height - 1;
    edge.height = 1;
    fill_box(cairo, chrome->toolbar, BAR);
    fill_box(cairo, edge, BAR_EDGE);
    for (int i = RA_BUTTON_CONTROL; i <= RA_BUTTON_DISCONNECT; i++)
        draw_button(cairo, chrome, (RaButtonId)i);
    const RaBox *last = &chrome->button[RA_BUTTON_FULLSCREEN].box;
    const int left = last->x + last->width + 2 * PADDING;
    const int right = chrome->button[RA_BUTTON_DISCONNECT].box.x - 2 * PADDING;
    if (text != NULL && right > left)
        show_line(cairo, text, FONT_SMALL, left, right - left, chrome->toolbar, TEXT_QUIET);
}

void ra_paint_status(cairo_t *cairo, const RaChrome *chrome, RaLight light, const char *left,
                     const char *right)
{
    const RaBox *bar = &chrome->status;
    fill_box(cairo, *bar, STATUS);
    set_colour(cairo, lights[light]);
    cairo_arc(cairo, bar->x + PADDING + LIGHT / 2.0, bar->y + bar->height / 2.0, LIGHT / 2.0, 0,
              2 * G_PI);
    cairo_fill(cairo);
    int width, height;
    g_autoptr(PangoLayout) layout = layout_new(right, FONT_SMALL, -1, FALSE);
    layout_size(layout, &width, &height);
    const int y = bar->y + (bar->height - height) / 2;
    show(cairo, layout, bar->x + bar->width - PADDING - width, y, TEXT_QUIET);
    const int x = bar->x + PADDING + LIGHT + ICON_GAP;
    show_line(cairo, left, FONT_SMALL, x, bar->width - x - width - 3 * PADDING, *bar, TEXT);
}

static void draw_shadow(cairo_t *cairo, RaBox box)
{
    for (int i = 1; i <= 6; i++) {
        cairo_set_source_rgba(cairo, 0, 0, 0, 0.05);
        round_box(cairo, box.x - i, box.y - i + 2, box.width + 2 * i, box.height + 2 * i,
                  PANEL_RADIUS + i);
        cairo_fill(cairo);
    }
}

void ra_paint_panel(cairo_t *cairo, const RaChrome *chrome, const char *heading, const char *text)
{
    const RaBox *box = &chrome->panel;
    draw_shadow(cairo, *box);
    set_colour(cairo, PANEL);
    round_box(cairo, box->x, box->y, box->width, box->height, PANEL_RADIUS);
    cairo_fill(cairo);
    set_colour(cairo, PANEL_EDGE);
    cairo_set_line_width(cairo, 1);
    round_box(cairo, box->x + 0.5, box->y + 0.5, box->width - 1, box->height - 1, PANEL_RADIUS);
    cairo_stroke(cairo);
    const int room = MAX(panel_text_width(box->width), 1);
    g_autoptr(PangoLayout) first = layout_new(heading, FONT_HEADING, room, TRUE);
    g_autoptr(PangoLayout) second = layout_new(text, FONT, room, TRUE);
    int width, height;
    layout_size(first, &width, &height);
    const int x = box->x + RA_CHROME_PANEL_MARGIN, y = box->y + RA_CHROME_PANEL_MARGIN;
    show(cairo, first, x, y, TEXT);
    show(cairo, second, x, y + height + LINE_GAP, TEXT_QUIET);
    draw_button(cairo, chrome, RA_BUTTON_PANEL);
}

void ra_paint_dim(cairo_t *cairo, RaBox area)
{
    cairo_set_source_rgba(cairo, 0.06, 0.07, 0.09, 0.62);
    cairo_rectangle(cairo, area.x, area.y, area.width, area.height);
    cairo_fill(cairo);
}

/* One bar: LENGTH pixels of TOTAL are seen from OFFSET on. */
static void draw_bar(cairo_t *cairo, RaBox track, gboolean across, int length, int total,
                     int offset)
{
    const int room = across ? track.width : track.height;
    const double size = MAX((double)room * length / total, 24.0);
    const double at = (room - size) * offset / MAX(total - length, 1);
    cairo_set_source_rgba(cairo, 0, 0, 0, 0.35);
    cairo_rectangle(cairo, track.x, track.y, track.width, track.height);
    cairo_fill(cairo);
    cairo_set_source_rgba(cairo, 1, 1, 1, 0.7);
    if (across)
        round_box(cairo, track.x + at + 2, track.y + 2, size - 4, track.height - 4, 3);
    else
        round_box(cairo, track.x + 2, track.y + at + 2, track.width - 4, size - 4, 3);
    cairo_fill(cairo);
}

void ra_paint_scrollbars(cairo_t *cairo, const RaView *view)
{
    const RaBox *area = &view->area;
    const int wide = RA_PAINT_SCROLLBAR;
    if (ra_view_pans_x(view))
        draw_bar(cairo, (RaBox){area->x, area->y + area->height - wide, area->width, wide}, TRUE,
                 area->width, view->shown.width, view->pan_x);
    if (ra_view_pans_y(view))
        draw_bar(cairo, (RaBox){area->x + area->width - wide, area->y, wide, area->height}, FALSE,
                 area->height, view->shown.height, view->pan_y);
}
