/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/icons.h"
#include "viewer/messages-private.h"

#include <pango/pangocairo.h>

enum {
    MARGIN = 12, /* dp at both sides */
    PAD_X = 11,  /* inside a bubble */
    PAD_Y = 7,
    RADIUS = 10,
    APART = 4, /* between two of the same person */
    HEAD_APART = 10,
    INSET = 34, /* room that a bubble leaves at the other side */
    MARK = 14,
    UNREAD = 3,
};

static RaMessageLine *line_of(const RaMessages *chat, guint line)
{
    return &g_array_index(chat->lines, RaMessageLine, line);
}

static int px(const RaMessages *chat, double dp)
{
    return ra_ui_px(chat->base.ui, dp);
}

void ra_message_clear(RaMessageLine *line)
{
    g_clear_object(&line->layout);
    g_clear_pointer(&line->links, g_array_unref);
    line->height = 0;
}

static void format_time(gint64 time, char *text, gsize size)
{
    g_autoptr(GDateTime) when = g_date_time_new_from_unix_local(time);
    g_autofree char *formatted = when != NULL ? g_date_time_format(when, "%H:%M") : NULL;
    g_strlcpy(text, formatted != NULL ? formatted : "", size);
}

static void find_links(RaMessageLine *line, const char *text)
{
    if (line->links == NULL)
        line->links = ra_history_links(text);
}

static void mark_links(const RaMessages *chat, guint at, PangoLayout *layout)
{
    const RaMessageLine *line = line_of(chat, at);
    const guint32 rgb = ra_ui_colour(chat->base.ui, RA_COLOUR_LINK);
    PangoAttrList *list = pango_attr_list_new();
    for (guint i = 0; i + 1 < line->links->len; i += 2) {
        const gboolean chosen = chat->chosen == (int)at && chat->link_at == i / 2;
        PangoAttribute *const attributes[] = {
            pango_attr_underline_new(chosen ? PANGO_UNDERLINE_DOUBLE : PANGO_UNDERLINE_SINGLE),
            pango_attr_foreground_new((guint16)((rgb >> 16 & 0xff) * 257),
                                      (guint16)((rgb >> 8 & 0xff) * 257),
                                      (guint16)((rgb & 0xff) * 257)),
        };
        for (gsize k = 0; k < G_N_ELEMENTS(attributes); k++) {
            attributes[k]->start_index = (guint)g_array_index(line->links, gsize, i);
            attributes[k]->end_index = (guint)g_array_index(line->links, gsize, i + 1);
            pango_attr_list_insert(list, attributes[k]);
        }
    }
    pango_layout_set_attributes(layout, list);
    pango_attr_list_unref(list);
}

static char *event_text(const RaHistoryEntry *entry)
{
    char time[16];
    format_time(entry->time, time, sizeof time);
    return g_strdup_printf("%s  %s", time, entry->text);
}

static PangoLayout *layout_of(const RaMessages *chat, guint at, const RaHistoryEntry *entry,
                              int room)
{
    RaMessageLine *line = line_of(chat, at);
    const RaUi *ui = chat->base.ui;
    if (line->layout == NULL && entry->who == RA_HISTORY_EVENT) {
        g_autofree char *text = event_text(entry);
        line->layout = ra_ui_text(ui, RA_FONT_SMALL, text);
        pango_layout_set_alignment(line->layout, PANGO_ALIGN_CENTER);
    } else if (line->layout == NULL) {
        find_links(line, entry->text);
        line->layout = ra_ui_text(ui, RA_FONT_BODY, entry->text);
        mark_links(chat, at, line->layout);
    }
    pango_layout_set_wrap(line->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_width(line->layout, MAX(room, 1) * PANGO_SCALE);
    return line->layout;
}

static int text_room(const RaMessages *chat, const RaHistoryEntry *entry, int width)
{
    if (entry->who == RA_HISTORY_EVENT)
        return width - 2 * px(chat, MARGIN + PAD_X);
    return width - 2 * px(chat, MARGIN) - 2 * px(chat, PAD_X) - px(chat, INSET);
}

void ra_message_measure(const RaMessages *chat, guint at, int width)
{
    RaMessageLine *line = line_of(chat, at);
    const RaHistoryEntry *entry = ra_messages_entry(chat, at);
    PangoRectangle logical;
    const int room = text_room(chat, entry, width), margin = px(chat, MARGIN);
    PangoLayout *layout = layout_of(chat, at, entry, room);
    pango_layout_get_pixel_extents(layout, NULL, &logical);
    if (entry->who == RA_HISTORY_EVENT) {
        line->bubble =
            (RaBox){margin + px(chat, PAD_X), px(chat, HEAD_APART), room, logical.height};
        line->height = logical.height + 2 * px(chat, APART) + px(chat, HEAD_APART);
        return;
    }
    const int head =
        line->head ? ra_ui_line_height(chat->base.ui, RA_FONT_SMALL) + px(chat, HEAD_APART + 3)
                   : px(chat, APART);
    /* As wide as its widest line; shaped once more so that what is aligned to the right edge (a
     * text that runs from the right) lies inside. */
    const int wide = MIN(logical.width, room) + 2 * px(chat, PAD_X);
    pango_layout_set_width(layout, (wide - 2 * px(chat, PAD_X)) * PANGO_SCALE);
    const int x = entry->who == RA_HISTORY_ME ? width - margin - wide : margin;
    line->bubble = (RaBox){x, head, wide, logical.height + 2 * px(chat, PAD_Y)};
    line->height = head + line->bubble.height;
}

/* In the window. */
static RaBox bubble_box(const RaMessages *chat, guint at)
{
    const RaMessageLine *line = line_of(chat, at);
    RaBox box = line->bubble;
    box.x += chat->base.box.x;
    box.y += chat->base.box.y + line->y;
    return box;
}

RaBox ra_message_copy_box(const RaMessages *chat, guint at)
{
    const RaBox bubble = bubble_box(chat, at);
    const int side = px(chat, RA_MESSAGES_COPY), gap = px(chat, 4);
    if (ra_messages_entry(chat, at)->who == RA_HISTORY_ME)
        return (RaBox){bubble.x - side - gap, bubble.y, side, side};
    return (RaBox){bubble.x + bubble.width + gap, bubble.y, side, side};
}

static void draw_head(const RaMessages *chat, guint at, const RaHistoryEntry *entry, cairo_t *cairo)
{
    const RaUi *ui = chat->base.ui;
    const RaBox bubble = bubble_box(chat, at);
    const int margin = px(chat, MARGIN + 2), room = chat->base.box.width - 2 * margin;
    char time[16];
    format_time(entry->time, time, sizeof time);
    const char *name = entry->who == RA_HISTORY_ME
                           ? "You"
                           : ra_history_name(chat->shell->model->history, entry->who);
    g_autofree char *text = g_strdup_printf("%s · %s", name, time);
    g_autoptr(PangoLayout) layout = ra_ui_text(ui, RA_FONT_SMALL, text);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_MIDDLE);
    pango_layout_set_width(layout, MAX(room, 1) * PANGO_SCALE);
    pango_layout_set_auto_dir(layout, FALSE);
    pango_layout_set_alignment(layout,
                               entry->who == RA_HISTORY_ME ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    ra_ui_set_colour(ui, cairo, RA_COLOUR_QUIET);
    cairo_move_to(cairo, chat->base.box.x + margin,
                  bubble.y - ra_ui_line_height(ui, RA_FONT_SMALL) - px(chat, 3));
    pango_cairo_show_layout(cairo, layout);
}

/* Two strokes: they have it; one arc of dots: on its way. */
static void draw_there(const RaMessages *chat, guint at, gboolean there, cairo_t *cairo)
{
    const RaBox bubble = bubble_box(chat, at);
    const int size = px(chat, MARK);
    const int x = bubble.x - size - px(chat, 4), y = bubble.y + bubble.height - size;
    ra_ui_set_colour(chat->base.ui, cairo, RA_COLOUR_QUIET);
    if (there) {
        ra_icon_draw(cairo, RA_ICON_CHECK, x, y, size);
        return;
    }
    for (int i = 0; i < 3; i++) {
        cairo_arc(cairo, x + size * (0.2 + 0.3 * i), y + size * 0.7, size * 0.08, 0, 2 * G_PI);
        cairo_fill(cairo);
    }
}

static void draw_copy(const RaMessages *chat, guint at, cairo_t *cairo)
{
    const RaBox box = ra_message_copy_box(chat, at);
    const int inset = px(chat, 5);
    ra_ui_set_colour(chat->base.ui, cairo, RA_COLOUR_BUTTON_HOVER);
    ra_ui_round(cairo, box, px(chat, 6));
    cairo_fill(cairo);
    ra_ui_set_colour(chat->base.ui, cairo, RA_COLOUR_TEXT);
    ra_icon_draw(cairo, RA_ICON_COPY, box.x + inset, box.y + inset, box.width - 2 * inset);
}

void ra_message_draw(const RaMessages *chat, guint at, cairo_t *cairo)
{
    RaUi *ui = chat->base.ui;
    RaMessageLine *line = line_of(chat, at);
    const RaHistoryEntry *entry = ra_messages_entry(chat, at);
    const RaBox bubble = bubble_box(chat, at);
    const gboolean mine = entry->who == RA_HISTORY_ME;
    const gboolean chosen = chat->chosen == (int)at && ra_ui_focused(ui) == &chat->base;
    if (line->layout == NULL)
        ra_message_measure(chat, at, chat->width);
    if (entry->who == RA_HISTORY_EVENT) {
        ra_ui_set_colour(ui, cairo, RA_COLOUR_QUIET);
        cairo_move_to(cairo, bubble.x, bubble.y);
        pango_cairo_show_layout(cairo, line->layout);
        if (chosen)
            ra_ui_draw_focus(ui, cairo, bubble, px(chat, 4));
        return;
    }
    if (line->head)
        draw_head(chat, at, entry, cairo);
    ra_ui_set_colour(ui, cairo, mine ? RA_COLOUR_MINE : RA_COLOUR_THEIRS);
    ra_ui_round(cairo, bubble, px(chat, RADIUS));
    cairo_fill(cairo);
    if (!mine && !entry->read) {
        ra_ui_set_colour(ui, cairo, RA_COLOUR_FOCUS);
        cairo_rectangle(cairo, chat->base.box.x + px(chat, 4), bubble.y, px(chat, UNREAD),
                        bubble.height);
        cairo_fill(cairo);
    }
    ra_ui_set_colour(ui, cairo, mine ? RA_COLOUR_MINE_TEXT : RA_COLOUR_TEXT);
    cairo_move_to(cairo, bubble.x + px(chat, PAD_X), bubble.y + px(chat, PAD_Y));
    pango_cairo_show_layout(cairo, line->layout);
    if (chosen && ra_ui_shows_focus(ui))
        ra_ui_draw_focus(ui, cairo, bubble, px(chat, RADIUS));
    if (chosen || chat->hovered == (int)at)
        draw_copy(chat, at, cairo);
    else if (mine)
        draw_there(chat, at, entry->there, cairo);
}

/* Links. */

guint ra_message_links(const RaMessages *chat, guint at)
{
    RaMessageLine *line = line_of(chat, at);
    const RaHistoryEntry *entry = ra_messages_entry(chat, at);
    if (entry->who == RA_HISTORY_EVENT)
        return 0;
    find_links(line, entry->text);
    return line->links->len / 2;
}

char *ra_message_link(const RaMessages *chat, guint at, guint index)
{
    if (index >= ra_message_links(chat, at))
        return NULL;
    const GArray *links = line_of(chat, at)->links;
    const gsize start = g_array_index(links, gsize, 2 * index);
    const gsize end = g_array_index(links, gsize, 2 * index + 1);
    return g_strndup(ra_messages_entry(chat, at)->text + start, end - start);
}

char *ra_message_link_at(const RaMessages *chat, guint at, int x, int y)
{
    int index, trailing;
    const RaMessageLine *line = line_of(chat, at);
    const RaBox bubble = bubble_box(chat, at);
    if (ra_message_links(chat, at) == 0 || line->layout == NULL ||
        !pango_layout_xy_to_index(line->layout, (x - bubble.x - px(chat, PAD_X)) * PANGO_SCALE,
                                  (y - bubble.y - px(chat, PAD_Y)) * PANGO_SCALE, &index,
                                  &trailing))
        return NULL;
    for (guint i = 0; i < line->links->len / 2; i++) {
        if ((gsize)index >= g_array_index(line->links, gsize, 2 * i) &&
            (gsize)index < g_array_index(line->links, gsize, 2 * i + 1))
            return ra_message_link(chat, at, i);
    }
    return NULL;
}
