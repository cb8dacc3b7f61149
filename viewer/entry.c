/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/entry-private.h"

#include <pango/pangocairo.h>
#include <string.h>

enum {
    PADDING_X = 10, /* dp */
    PADDING_Y = 7,
    RADIUS = 7,
    HEIGHT = 34,
    CARET_MS = 530,   /* half a blink */
    CARET_TIMES = 20, /* then it stays */
    NATURAL = 240,
};

static int padding_x(const RaWidget *widget)
{
    return ra_ui_px(widget->ui, PADDING_X);
}

static int padding_y(const RaWidget *widget)
{
    return ra_ui_px(widget->ui, PADDING_Y);
}

RaBox ra_entry_inner(const RaWidget *widget)
{
    const RaBox *box = &widget->box;
    return (RaBox){box->x + padding_x(widget), box->y + padding_y(widget),
                   MAX(box->width - 2 * padding_x(widget), 1),
                   MAX(box->height - 2 * padding_y(widget), 1)};
}

/* The text with what the input method has under way. */

static void mark_preedit(const RaEntry *entry, PangoLayout *layout)
{
    PangoAttrList *list = pango_attr_list_new();
    PangoAttribute *line = pango_attr_underline_new(PANGO_UNDERLINE_SINGLE);
    line->start_index = (guint)ra_edit_caret(entry->edit);
    line->end_index = line->start_index + (guint)strlen(entry->preedit);
    pango_attr_list_insert(list, line);
    pango_layout_set_attributes(layout, list);
    pango_attr_list_unref(list);
}

static char *dots(const RaEntry *entry)
{
    const char *text = ra_edit_text(entry->edit);
    GString *all = g_string_new(NULL);
    for (glong i = g_utf8_strlen(text, -1); i > 0; i--)
        g_string_append(all, "●");
    return g_string_free(all, FALSE);
}

PangoLayout *ra_entry_layout(RaEntry *entry)
{
    RaWidget *widget = &entry->base;
    if (entry->layout == NULL) {
        const gsize caret = ra_edit_caret(entry->edit);
        g_autoptr(GString) text = g_string_new(NULL);
        if (entry->kind == RA_ENTRY_SECRET) {
            g_autofree char *shown = dots(entry);
            g_string_append(text, shown);
        } else {
            g_string_append(text, ra_edit_text(entry->edit));
            g_string_insert(text, (gssize)caret, entry->preedit);
        }
        entry->layout = ra_ui_text(widget->ui, RA_FONT_BODY, text->str);
        if (entry->kind == RA_ENTRY_TEXT)
            pango_layout_set_wrap(entry->layout, PANGO_WRAP_WORD_CHAR);
        else
            pango_layout_set_single_paragraph_mode(entry->layout, TRUE);
        if (*entry->preedit != '\0')
            mark_preedit(entry, entry->layout);
    }
    if (entry->kind == RA_ENTRY_TEXT)
        pango_layout_set_width(entry->layout, ra_entry_inner(widget).width * PANGO_SCALE);
    return entry->layout;
}

/* Bytes of the edit to bytes of what is shown, and back. */

static int to_shown(const RaEntry *entry, gsize position)
{
    if (entry->kind == RA_ENTRY_SECRET)
        return (int)((gsize)g_utf8_pointer_to_offset(ra_edit_text(entry->edit),
                                                     ra_edit_text(entry->edit) + position) *
                     strlen("●"));
    if (position > ra_edit_caret(entry->edit))
        position += strlen(entry->preedit);
    return (int)position;
}

static gsize from_shown(const RaEntry *entry, int shown)
{
    const char *text = ra_edit_text(entry->edit);
    const gsize caret = ra_edit_caret(entry->edit), extra = strlen(entry->preedit);
    if (entry->kind == RA_ENTRY_SECRET)
        return (gsize)(g_utf8_offset_to_pointer(text, shown / (glong)strlen("●")) - text);
    if ((gsize)shown <= caret)
        return (gsize)shown;
    return (gsize)shown < caret + extra ? caret : (gsize)shown - extra;
}

static int caret_shown(const RaEntry *entry)
{
    int shown = to_shown(entry, ra_edit_caret(entry->edit));
    if (*entry->preedit != '\0') {
        const glong n = g_utf8_strlen(entry->preedit, -1);
        const glong at = CLAMP(entry->preedit_caret, 0, n);
        shown += (int)(g_utf8_offset_to_pointer(entry->preedit, at) - entry->preedit);
    }
    return shown;
}

/* In pixels, from the layout's origin. */
static RaBox caret_in_layout(RaEntry *entry)
{
    PangoRectangle strong;
    pango_layout_get_cursor_pos(ra_entry_layout(entry), caret_shown(entry), &strong, NULL);
    return (RaBox){PANGO_PIXELS(strong.x), PANGO_PIXELS(strong.y), ra_ui_px(entry->base.ui, 1.5),
                   PANGO_PIXELS(strong.height)};
}

static gboolean is_rtl(RaEntry *entry)
{
    return entry->kind != RA_ENTRY_TEXT &&
           pango_layout_get_direction(ra_entry_layout(entry), 0) == PANGO_DIRECTION_RTL;
}

/* Where the layout's origin lies in the window. */
static void origin(RaEntry *entry, int *x, int *y)
{
    const RaBox inner = ra_entry_inner(&entry->base);
    int width, height;
    pango_layout_get_pixel_size(ra_entry_layout(entry), &width, &height);
    *x = inner.x - entry->offset_x;
    *y = inner.y - entry->offset_y;
    if (is_rtl(entry) && width < inner.width)
        *x = inner.x + inner.width - width;
    if (entry->kind != RA_ENTRY_TEXT)
        *y = inner.y + (inner.height - height) / 2;
}

gsize ra_entry_position_at(RaEntry *entry, int x, int y)
{
    int left, top, index, trailing;
    PangoLayout *layout = ra_entry_layout(entry);
    origin(entry, &left, &top);
    pango_layout_xy_to_index(layout, (x - left) * PANGO_SCALE, (y - top) * PANGO_SCALE, &index,
                             &trailing);
    const char *text = pango_layout_get_text(layout);
    const char *at = text + index;
    for (; trailing > 0 && *at != '\0'; trailing--)
        at = g_utf8_next_char(at);
    return from_shown(entry, (int)(at - text));
}

gsize ra_entry_visually(RaEntry *entry, int step)
{
    int index, trailing;
    PangoLayout *layout = ra_entry_layout(entry);
    pango_layout_move_cursor_visually(layout, TRUE, caret_shown(entry), 0, step, &index, &trailing);
    const char *text = pango_layout_get_text(layout);
    if (index < 0)
        return 0;
    if (index == G_MAXINT)
        return ra_edit_length(entry->edit);
    const char *at = text + index;
    for (; trailing > 0 && *at != '\0'; trailing--)
        at = g_utf8_next_char(at);
    return from_shown(entry, (int)(at - text));
}

gboolean ra_entry_line_away(RaEntry *entry, int step, gsize *position)
{
    int left, top;
    origin(entry, &left, &top);
    const RaBox caret = caret_in_layout(entry);
    int height;
    pango_layout_get_pixel_size(ra_entry_layout(entry), NULL, &height);
    const int y = step < 0 ? caret.y - caret.height / 2 : caret.y + caret.height * 3 / 2;
    if (y < 0 || y >= height)
        return FALSE;
    *position = ra_entry_position_at(entry, left + caret.x, top + y);
    return TRUE;
}

/* The caret. */

static gboolean has_focus(const RaWidget *widget)
{
    return ra_ui_focused(widget->ui) == widget && ra_ui_is_active(widget->ui);
}

static void stop_blinking(RaEntry *entry)
{
    if (entry->blink_timer != 0)
        g_source_remove(entry->blink_timer);
    entry->blink_timer = 0;
    entry->caret_off = FALSE;
}

static gboolean on_blink(gpointer data)
{
    RaEntry *entry = data;
    entry->caret_off = !entry->caret_off;
    if (--entry->blinks_left <= 0) {
        entry->blink_timer = 0;
        entry->caret_off = FALSE;
    }
    ra_widget_redraw(&entry->base);
    return entry->blink_timer != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void follow_caret(RaEntry *entry)
{
    const RaBox inner = ra_entry_inner(&entry->base);
    const RaBox caret = caret_in_layout(entry);
    int width, height;
    pango_layout_get_pixel_size(ra_entry_layout(entry), &width, &height);
    if (entry->kind == RA_ENTRY_TEXT) {
        const int most = MAX(height - inner.height, 0);
        int y = MIN(entry->offset_y, caret.y);
        y = MAX(y, caret.y + caret.height - inner.height);
        entry->offset_y = CLAMP(y, 0, most);
    } else {
        const int most = MAX(width + caret.width - inner.width, 0);
        int x = MIN(entry->offset_x, caret.x);
        x = MAX(x, caret.x + caret.width - inner.width);
        entry->offset_x = CLAMP(x, 0, most);
    }
}

/* The input method's window goes where the caret is. */
static void tell_caret(RaEntry *entry)
{
    RaWidget *widget = &entry->base;
    int x, y;
    if (!has_focus(widget))
        return;
    origin(entry, &x, &y);
    RaBox caret = caret_in_layout(entry);
    caret.x += x;
    caret.y += y;
    ra_ui_text_input(widget->ui, &caret, entry->kind == RA_ENTRY_SECRET);
}

void ra_entry_moved(RaEntry *entry)
{
    stop_blinking(entry);
    if (has_focus(&entry->base)) {
        entry->blinks_left = CARET_TIMES;
        entry->blink_timer = g_timeout_add(CARET_MS, on_blink, entry);
    }
    follow_caret(entry);
    tell_caret(entry);
    ra_widget_redraw(&entry->base);
}

void ra_entry_changed(RaEntry *entry, gboolean by_person)
{
    g_clear_object(&entry->layout);
    if (entry->kind == RA_ENTRY_TEXT)
        ra_widget_resize(&entry->base);
    ra_entry_moved(entry);
    if (by_person) {
        entry->wrong = FALSE;
        if (entry->funcs.changed != NULL)
            entry->funcs.changed(&entry->base, entry->data);
    }
}

/* As a widget. */

static void entry_width(RaWidget *widget, int *min, int *natural)
{
    *natural = ra_ui_px(widget->ui, NATURAL);
    *min = ra_ui_px(widget->ui, 60);
}

static int entry_height(RaWidget *widget, int width)
{
    RaEntry *entry = (RaEntry *)widget;
    const int line = ra_ui_line_height(widget->ui, RA_FONT_BODY), pad = 2 * padding_y(widget);
    if (entry->kind != RA_ENTRY_TEXT)
        return MAX(line + pad, ra_ui_px(widget->ui, HEIGHT));
    int height;
    PangoLayout *layout = ra_entry_layout(entry);
    pango_layout_set_width(layout, MAX(width - 2 * padding_x(widget), 1) * PANGO_SCALE);
    pango_layout_get_pixel_size(layout, NULL, &height);
    return CLAMP(height, entry->min_lines * line, entry->max_lines * line) + pad;
}

static void place_entry(RaWidget *widget)
{
    follow_caret((RaEntry *)widget);
    tell_caret((RaEntry *)widget);
}

static void draw_selection(RaEntry *entry, cairo_t *cairo, int x, int y)
{
    gsize start, end;
    if (!ra_edit_selection(entry->edit, &start, &end))
        return;
    PangoLayout *layout = ra_entry_layout(entry);
    const int from = to_shown(entry, start), to = to_shown(entry, end);
    ra_ui_set_colour(entry->base.ui, cairo, RA_COLOUR_SELECTION);
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    do {
        PangoLayoutLine *line = pango_layout_iter_get_line_readonly(iter);
        PangoRectangle logical;
        int *ranges, n;
        if (line->start_index + line->length < from || line->start_index > to)
            continue;
        pango_layout_iter_get_line_extents(iter, NULL, &logical);
        pango_layout_line_get_x_ranges(line, MAX(from, line->start_index), to, &ranges, &n);
        for (int i = 0; i < n; i++) {
            cairo_rectangle(cairo, x + PANGO_PIXELS(ranges[2 * i]), y + PANGO_PIXELS(logical.y),
                            PANGO_PIXELS(ranges[2 * i + 1] - ranges[2 * i]),
                            PANGO_PIXELS(logical.height));
            cairo_fill(cairo);
        }
        g_free(ranges);
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
}

static void draw_frame(const RaEntry *entry, cairo_t *cairo)
{
    const RaWidget *widget = &entry->base;
    RaUi *ui = widget->ui;
    const int radius = ra_ui_px(ui, RADIUS);
    const gboolean focused = has_focus(widget);
    ra_ui_set_colour(ui, cairo, RA_COLOUR_FIELD);
    ra_ui_round(cairo, widget->box, radius);
    cairo_fill_preserve(cairo);
    ra_ui_set_colour(ui, cairo,
                     entry->wrong ? RA_COLOUR_ERROR
                     : focused    ? RA_COLOUR_FOCUS
                                  : RA_COLOUR_FRAME);
    cairo_set_line_width(cairo, ra_ui_px(ui, focused || entry->wrong ? 2 : 1));
    cairo_stroke(cairo);
}

/* One character at a time, each from a layout of its own: the whole is nowhere but in its pages. */
static void draw_plainly(RaEntry *entry, cairo_t *cairo, int x, int y)
{
    const char *text = ra_edit_text(entry->edit);
    PangoLayout *layout = ra_entry_layout(entry);
    glong i = 0;
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at), i++) {
        char one[7] = {0};
        PangoRectangle place;
        memcpy(one, at, (gsize)(g_utf8_next_char(at) - at));
        g_autoptr(PangoLayout) letter = ra_ui_text(entry->base.ui, RA_FONT_BODY, one);
        pango_layout_index_to_pos(layout, (int)(i * (glong)strlen("●")), &place);
        cairo_move_to(cairo, x + PANGO_PIXELS(place.x), y);
        pango_cairo_show_layout(cairo, letter);
        explicit_bzero(one, sizeof one);
    }
}

static void draw_entry(RaWidget *widget, cairo_t *cairo)
{
    RaEntry *entry = (RaEntry *)widget;
    RaUi *ui = widget->ui;
    int x, y;
    draw_frame(entry, cairo);
    const RaBox inner = ra_entry_inner(widget);
    cairo_rectangle(cairo, inner.x - 2, inner.y, inner.width + 4, inner.height);
    cairo_clip(cairo);
    origin(entry, &x, &y);
    draw_selection(entry, cairo, x, y);
    ra_ui_set_colour(ui, cairo, ra_widget_usable(widget) ? RA_COLOUR_TEXT : RA_COLOUR_OFF);
    cairo_move_to(cairo, x, y);
    if (entry->kind == RA_ENTRY_SECRET && entry->visible)
        draw_plainly(entry, cairo, x, y);
    else
        pango_cairo_show_layout(cairo, ra_entry_layout(entry));
    if (ra_edit_length(entry->edit) == 0 && *entry->preedit == '\0' && entry->hint != NULL) {
        g_autoptr(PangoLayout) hint = ra_ui_text(ui, RA_FONT_BODY, entry->hint);
        pango_layout_set_ellipsize(hint, PANGO_ELLIPSIZE_END);
        pango_layout_set_width(hint, inner.width * PANGO_SCALE);
        ra_ui_set_colour(ui, cairo, ra_widget_usable(widget) ? RA_COLOUR_QUIET : RA_COLOUR_OFF);
        cairo_move_to(cairo, inner.x, y);
        pango_cairo_show_layout(cairo, hint);
    }
    if (has_focus(widget) && !entry->caret_off) {
        const RaBox caret = caret_in_layout(entry);
        ra_ui_set_colour(ui, cairo, RA_COLOUR_TEXT);
        cairo_rectangle(cairo, x + caret.x, y + caret.y, caret.width, caret.height);
        cairo_fill(cairo);
    }
}

static void focus_changed(RaWidget *widget)
{
    RaEntry *entry = (RaEntry *)widget;
    if (!has_focus(widget) && *entry->preedit != '\0') {
        g_free(entry->preedit);
        entry->preedit = g_strdup("");
        g_clear_object(&entry->layout);
    }
    ra_entry_moved(entry);
}

static void restyled(RaWidget *widget)
{
    g_clear_object(&((RaEntry *)widget)->layout);
}

static void free_entry(RaWidget *widget)
{
    RaEntry *entry = (RaEntry *)widget;
    stop_blinking(entry);
    g_clear_object(&entry->layout);
    ra_edit_free(entry->edit);
    g_free(entry->preedit);
    g_free(entry->hint);
}

static const RaWidgetClass entry_class = {.name = "entry",
                                          .size = sizeof(RaEntry),
                                          .width = entry_width,
                                          .height = entry_height,
                                          .place = place_entry,
                                          .draw = draw_entry,
                                          .pointer = ra_entry_pointer,
                                          .key = ra_entry_key,
                                          .text = ra_entry_type,
                                          .preedit = ra_entry_preedit,
                                          .focus_changed = focus_changed,
                                          .restyled = restyled,
                                          .free = free_entry};

RaEntry *ra_entry_of(const RaWidget *widget)
{
    g_assert(widget->class == &entry_class);
    return (RaEntry *)widget;
}

RaWidget *ra_entry_new(RaUi *ui, RaEntryKind kind, gsize max, const RaEntryFuncs *funcs,
                       gpointer data)
{
    RaWidget *widget = ra_widget_new(ui, &entry_class);
    RaEntry *entry = (RaEntry *)widget;
    entry->kind = kind;
    entry->edit = ra_edit_new(max, kind == RA_ENTRY_SECRET, kind == RA_ENTRY_TEXT);
    if (funcs != NULL)
        entry->funcs = *funcs;
    entry->data = data;
    entry->preedit = g_strdup("");
    entry->min_lines = 1;
    entry->max_lines = 6;
    widget->focusable = TRUE;
    widget->shape = RA_SHAPE_TEXT;
    return widget;
}
