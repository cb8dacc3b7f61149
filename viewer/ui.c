/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/ui-private.h"

#include <math.h>
#include <pango/pangocairo.h>

enum {
    TOAST_MS = 7000,
    TOAST_WIDTH = 520, /* dp */
    TIP_WIDTH = 320,
    MARGIN = 12,
    OVERHANG = 4, /* how far a widget may draw outside its box */
};

/* Life. */

static void set_fonts(RaUi *ui)
{
    for (int i = 0; i < RA_FONT_COUNT; i++) {
        PangoFontDescription *font = pango_font_description_new();
        const double size = ra_theme_font_size((RaFont)i) / 1000.0;
        pango_font_description_set_family_static(font, i == RA_FONT_MONO ? "Monospace" : "Sans");
        pango_font_description_set_weight(font, (PangoWeight)ra_theme_font_weight((RaFont)i));
        pango_font_description_set_absolute_size(font, size * ui->scale * ui->text / 10000.0 *
                                                           PANGO_SCALE);
        g_clear_pointer(&ui->fonts[i], pango_font_description_free);
        ui->fonts[i] = font;
        ui->line_heights[i] = 0;
    }
}

RaUi *ra_ui_new(const RaUiHost *host, gpointer data)
{
    RaUi *ui = g_new0(RaUi, 1);
    ui->host = *host;
    ui->data = data;
    ui->theme = RA_THEME_LIGHT;
    ui->scale = ui->text = 100;
    ui->mouse_x = ui->mouse_y = -1;
    ui->active = TRUE;
    ui->layers = g_array_new(FALSE, TRUE, sizeof(RaLayer));
    ui->dead = g_ptr_array_new();
    ui->context = pango_font_map_create_context(pango_cairo_font_map_get_default());
    set_fonts(ui);
    return ui;
}

static void stop_timer(guint *timer)
{
    if (*timer != 0)
        g_source_remove(*timer);
    *timer = 0;
}

static void bury(RaUi *ui)
{
    while (ui->dead->len > 0)
        ra_widget_destroy(g_ptr_array_steal_index_fast(ui->dead, 0));
}

static void destroy(RaUi *ui)
{
    ui->dying = TRUE;
    stop_timer(&ui->toast_timer);
    stop_timer(&ui->tip_timer);
    bury(ui);
    for (guint i = ui->layers->len; i > 0; i--)
        ra_widget_destroy(g_array_index(ui->layers, RaLayer, i - 1).root);
    bury(ui);
    g_array_unref(ui->layers);
    g_ptr_array_unref(ui->dead);
    for (int i = 0; i < RA_FONT_COUNT; i++)
        pango_font_description_free(ui->fonts[i]);
    g_object_unref(ui->context);
    g_free(ui->toast);
    g_free(ui);
}

void ra_ui_free(RaUi *ui)
{
    if (ui == NULL)
        return;
    ui->dying = TRUE;
    if (ui->depth == 0)
        destroy(ui);
}

void ra_ui_enter(RaUi *ui)
{
    ui->depth++;
}

void ra_ui_leave(RaUi *ui)
{
    if (--ui->depth > 0)
        return;
    if (ui->dying)
        destroy(ui);
    else
        bury(ui);
}

/* Style. */

void ra_ui_set_style(RaUi *ui, RaThemeKind kind, int scale, int text)
{
    scale = CLAMP(scale, 50, 400);
    text = CLAMP(text, 50, 300);
    if (kind == ui->theme && scale == ui->scale && text == ui->text)
        return;
    ui->theme = kind;
    ui->scale = scale;
    ui->text = text;
    set_fonts(ui);
    for (guint i = 0; i < ui->layers->len; i++)
        ra_widget_restyle(g_array_index(ui->layers, RaLayer, i).root);
    ui->unplaced = TRUE;
    ra_ui_damage(ui, (RaBox){0, 0, ui->width, ui->height});
}

RaThemeKind ra_ui_theme(const RaUi *ui)
{
    return ui->theme;
}

int ra_ui_px(const RaUi *ui, double dp)
{
    if (dp <= 0)
        return 0;
    return MAX((int)lround(dp * ui->scale / 100.0), 1);
}

int ra_ui_text_px(const RaUi *ui, double dp)
{
    return ra_ui_px(ui, dp * MAX(ui->text, 100) / 100.0);
}

guint32 ra_ui_colour(const RaUi *ui, RaColour colour)
{
    return ra_theme_colour(ui->theme, colour);
}

void ra_ui_set_colour(const RaUi *ui, cairo_t *cairo, RaColour colour)
{
    const guint32 rgb = ra_ui_colour(ui, colour);
    cairo_set_source_rgb(cairo, (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0,
                         (rgb & 0xff) / 255.0);
}

PangoLayout *ra_ui_text(const RaUi *ui, RaFont font, const char *text)
{
    PangoLayout *layout = pango_layout_new(ui->context);
    pango_layout_set_font_description(layout, ui->fonts[font]);
    pango_layout_set_text(layout, text, -1);
    return layout;
}

int ra_ui_line_height(const RaUi *ui, RaFont font)
{
    if (ui->line_heights[font] == 0) {
        g_autoptr(PangoLayout) layout = ra_ui_text(ui, font, "X");
        pango_layout_get_pixel_size(layout, NULL, &((RaUi *)ui)->line_heights[font]);
    }
    return ui->line_heights[font];
}

void ra_ui_round(cairo_t *cairo, RaBox box, double radius)
{
    const double x = box.x, y = box.y, width = box.width, height = box.height;
    const double r = MIN(radius, MIN(width, height) / 2);
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, x + width - r, y + r, r, -G_PI / 2, 0);
    cairo_arc(cairo, x + width - r, y + height - r, r, 0, G_PI / 2);
    cairo_arc(cairo, x + r, y + height - r, r, G_PI / 2, G_PI);
    cairo_arc(cairo, x + r, y + r, r, G_PI, 3 * G_PI / 2);
    cairo_close_path(cairo);
}

void ra_ui_draw_focus(const RaUi *ui, cairo_t *cairo, RaBox box, double radius)
{
    const int wide = ra_ui_px(ui, 2);
    ra_ui_set_colour(ui, cairo, RA_COLOUR_FOCUS);
    cairo_set_line_width(cairo, wide);
    const double out = wide / 2.0 + ra_ui_px(ui, 1);
    cairo_save(cairo);
    cairo_translate(cairo, box.x - out, box.y - out);
    const double width = box.width + 2 * out, height = box.height + 2 * out;
    const double r = MIN(radius + out, MIN(width, height) / 2);
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, width - r, r, r, -G_PI / 2, 0);
    cairo_arc(cairo, width - r, height - r, r, 0, G_PI / 2);
    cairo_arc(cairo, r, height - r, r, G_PI / 2, G_PI);
    cairo_arc(cairo, r, r, r, G_PI, 3 * G_PI / 2);
    cairo_close_path(cairo);
    cairo_restore(cairo);
    cairo_stroke(cairo);
}

/* Layers and layout. */

void ra_ui_damage(RaUi *ui, RaBox part)
{
    if (!ui->dying && ui->host.damage != NULL)
        ui->host.damage(part, ui->data);
}

static void damage_all(RaUi *ui)
{
    ra_ui_damage(ui, (RaBox){0, 0, ui->width, ui->height});
}

void ra_ui_push(RaUi *ui, RaWidget *root, int dim)
{
    const RaLayer layer = {root, ui->focused, dim};
    if (ui->layers->len > 0)
        ra_ui_focus(ui, NULL);
    ra_ui_drop_tip(ui);
    ui->grabbed = NULL;
    g_array_append_val(ui->layers, layer);
    ui->unplaced = TRUE;
    damage_all(ui);
}

void ra_ui_remove_layer(RaUi *ui, const RaWidget *root)
{
    for (guint i = 0; i < ui->layers->len; i++) {
        const RaLayer layer = g_array_index(ui->layers, RaLayer, i);
        if (layer.root != root)
            continue;
        const gboolean top = i + 1 == ui->layers->len;
        g_array_remove_index(ui->layers, i);
        if (top) {
            RaWidget *before = layer.focus_before;
            ra_ui_focus(ui, before != NULL && ra_widget_usable(before) ? before : NULL);
        } else { /* the one above it gives the focus back to whom this one would have */
            g_array_index(ui->layers, RaLayer, i).focus_before = layer.focus_before;
        }
        damage_all(ui);
        ra_ui_find_hovered(ui);
        return;
    }
}

gboolean ra_ui_is_modal(const RaUi *ui)
{
    return ui->layers->len > 1;
}

RaWidget *ra_ui_top(const RaUi *ui)
{
    return ui->layers->len == 0 ? NULL
                                : g_array_index(ui->layers, RaLayer, ui->layers->len - 1).root;
}

void ra_ui_set_size(RaUi *ui, int width, int height)
{
    if (ui->width == width && ui->height == height)
        return;
    ui->width = width;
    ui->height = height;
    ui->unplaced = TRUE;
    damage_all(ui);
}

void ra_ui_layout(RaUi *ui)
{
    /* What a widget learns when it is placed may change what it wants: once more, not for ever. */
    for (int i = 0; i < 3 && ui->unplaced; i++) {
        ui->unplaced = FALSE;
        for (guint layer = 0; layer < ui->layers->len; layer++)
            ra_widget_place(g_array_index(ui->layers, RaLayer, layer).root,
                            (RaBox){0, 0, ui->width, ui->height});
    }
    ui->unplaced = FALSE;
    ra_ui_find_hovered(ui);
}

/* Drawing. */

/* The part of PART that WIDGET may draw on, but for its children; empty: nor do they. */
static RaBox reach_of(const RaWidget *widget, RaBox part)
{
    const int over = ra_ui_px(widget->ui, OVERHANG);
    const RaBox *box = &widget->box;
    if (widget->hidden)
        return (RaBox){0};
    return ra_box_intersect(
        (RaBox){box->x - over, box->y - over, box->width + 2 * over, box->height + 2 * over}, part);
}

static void draw_widget(RaWidget *widget, cairo_t *cairo, RaBox part)
{
    const RaBox *box = &widget->box;
    if (ra_box_is_empty(reach_of(widget, part)))
        return;
    cairo_save(cairo);
    if (widget->class->draw != NULL)
        widget->class->draw(widget, cairo);
    if (widget->class->clips) {
        cairo_rectangle(cairo, box->x, box->y, box->width, box->height);
        cairo_clip(cairo);
        part = ra_box_intersect(part, *box);
    }
    for (guint i = 0; widget->children != NULL && i < widget->children->len; i++)
        draw_widget(widget->children->pdata[i], cairo, part);
    if (widget->class->draw_over != NULL)
        widget->class->draw_over(widget, cairo);
    cairo_restore(cairo);
}

static PangoLayout *note_layout(RaUi *ui, const char *text, int width)
{
    PangoLayout *layout = ra_ui_text(ui, RA_FONT_SMALL, text);
    const int room = MIN(ra_ui_px(ui, width), ui->width - 4 * ra_ui_px(ui, MARGIN));
    pango_layout_set_width(layout, MAX(room, 1) * PANGO_SCALE);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    return layout;
}

RaBox ra_ui_toast_box(RaUi *ui)
{
    int width, height;
    if (ui->toast == NULL)
        return (RaBox){0};
    g_autoptr(PangoLayout) layout = note_layout(ui, ui->toast, TOAST_WIDTH);
    pango_layout_get_pixel_size(layout, &width, &height);
    const int pad = ra_ui_px(ui, MARGIN);
    width += 2 * pad;
    height += 2 * pad;
    return (RaBox){(ui->width - width) / 2, ui->height - height - 4 * pad, width, height};
}

RaBox ra_ui_tip_box(RaUi *ui)
{
    int width, height;
    const RaWidget *widget = ui->tipped;
    if (widget == NULL || widget->tip == NULL)
        return (RaBox){0};
    g_autoptr(PangoLayout) layout = note_layout(ui, widget->tip, TIP_WIDTH);
    pango_layout_get_pixel_size(layout, &width, &height);
    const int pad = ra_ui_px(ui, MARGIN) / 2;
    width += 2 * pad;
    height += 2 * pad;
    RaBox box = {widget->box.x + (widget->box.width - width) / 2,
                 widget->box.y + widget->box.height + pad, width, height};
    if (box.y + height > ui->height)
        box.y = widget->box.y - height - pad;
    box.x = CLAMP(box.x, 0, MAX(ui->width - width, 0));
    return box;
}

static void draw_note(RaUi *ui, cairo_t *cairo, RaBox box, const char *text, int width, int pad)
{
    g_autoptr(PangoLayout) layout = note_layout(ui, text, width);
    /* The other way round than the rest, so that it stands out from anything. */
    ra_ui_set_colour(ui, cairo, RA_COLOUR_TEXT);
    ra_ui_round(cairo, box, ra_ui_px(ui, 6));
    cairo_fill(cairo);
    ra_ui_set_colour(ui, cairo, RA_COLOUR_CARD);
    cairo_move_to(cairo, box.x + pad, box.y + pad);
    pango_cairo_show_layout(cairo, layout);
}

void ra_ui_draw(RaUi *ui, cairo_t *cairo, RaBox part)
{
    for (guint i = 0; i < ui->layers->len; i++) {
        const RaLayer *layer = &g_array_index(ui->layers, RaLayer, i);
        if (i > 0 && layer->dim > 0) {
            cairo_set_source_rgba(cairo, 0, 0, 0, layer->dim / 100.0);
            cairo_paint(cairo);
        }
        draw_widget(layer->root, cairo, part);
    }
    const int pad = ra_ui_px(ui, MARGIN);
    if (ui->tipped != NULL && ui->tipped->tip != NULL)
        draw_note(ui, cairo, ra_ui_tip_box(ui), ui->tipped->tip, TIP_WIDTH, pad / 2);
    if (ui->toast != NULL)
        draw_note(ui, cairo, ra_ui_toast_box(ui), ui->toast, TOAST_WIDTH, pad);
}

/* Boxes, as many as have room. */
typedef struct {
    RaBox *box;
    guint n, max;
} Boxes;

static void add_box(Boxes *boxes, RaBox box)
{
    if (boxes->n < boxes->max && !ra_box_is_empty(box))
        boxes->box[boxes->n++] = box;
}

static void find_drawn(const RaWidget *widget, RaBox part, Boxes *boxes)
{
    const RaWidgetClass *class = widget->class;
    RaBox reach = reach_of(widget, part);
    if (ra_box_is_empty(reach))
        return;
    if (class->clips)
        part = ra_box_intersect(part, widget->box);
    if (!widget->focusable) /* else its focus is drawn around it */
        reach = ra_box_intersect(part, widget->box);
    if ((class->draw != NULL && (class->clear == NULL || !class->clear(widget))) ||
        class->draw_over != NULL)
        add_box(boxes, reach); /* if there is any */
    for (guint i = 0; widget->children != NULL && i < widget->children->len; i++)
        find_drawn(widget->children->pdata[i], part, boxes);
}

guint ra_ui_drawn(RaUi *ui, RaBox part, RaBox *ret, guint max)
{
    Boxes boxes = {.box = ret, .max = max};
    if (ui->layers->len > 0)
        find_drawn(g_array_index(ui->layers, RaLayer, 0).root, part, &boxes);
    if (ui->tipped != NULL)
        add_box(&boxes, ra_box_intersect(ra_ui_tip_box(ui), part));
    if (ui->toast != NULL)
        add_box(&boxes, ra_box_intersect(ra_ui_toast_box(ui), part));
    if (ui->layers->len <= 1 && boxes.n < max)
        return boxes.n;
    ret[0] = part; /* a dialog dims it all */
    return 1;
}

/* Notes. */

static gboolean on_toast_over(gpointer data)
{
    RaUi *ui = data;
    ui->toast_timer = 0;
    ra_ui_damage(ui, ra_ui_toast_box(ui));
    g_clear_pointer(&ui->toast, g_free);
    return G_SOURCE_REMOVE;
}

void ra_ui_announce(RaUi *ui, const char *text)
{
    ra_ui_damage(ui, ra_ui_toast_box(ui));
    stop_timer(&ui->toast_timer);
    g_free(ui->toast);
    ui->toast = g_strdup(text);
    ra_ui_damage(ui, ra_ui_toast_box(ui));
    if (!ui->dying)
        ui->toast_timer = g_timeout_add(TOAST_MS, on_toast_over, ui);
}

void ra_ui_drop_tip(RaUi *ui)
{
    stop_timer(&ui->tip_timer);
    if (ui->tipped != NULL)
        ra_ui_damage(ui, ra_ui_tip_box(ui));
    ui->tipped = NULL;
}
