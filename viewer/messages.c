/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/messages-private.h"

#include <pango/pangocairo.h>

enum {
    BELOW = 10,          /* dp under the last line */
    HEAD_AFTER = 5 * 60, /* seconds after which the time is told again */
    EMPTY_MARGIN = 24,
};

const RaHistoryEntry *ra_messages_entry(const RaMessages *chat, guint at)
{
    return ra_history_get(chat->history, chat->first + at);
}

static RaMessageLine *line_of(const RaMessages *chat, guint line)
{
    return &g_array_index(chat->lines, RaMessageLine, line);
}

static void clear_line(gpointer data)
{
    ra_message_clear(data);
}

/* Layout. */

static int measure(RaMessages *chat, int width)
{
    int y = 0;
    if (width != chat->width) {
        for (guint i = 0; i < chat->lines->len; i++)
            line_of(chat, i)->height = 0;
        chat->width = width;
    }
    for (guint i = 0; i < chat->lines->len; i++) {
        RaMessageLine *line = line_of(chat, i);
        if (line->height == 0)
            ra_message_measure(chat, i, width);
        line->y = y;
        y += line->height;
    }
    return y + ra_ui_px(chat->base.ui, BELOW);
}

static void chat_width(RaWidget *widget, int *min, int *natural)
{
    *min = *natural = ra_ui_px(widget->ui, 160);
}

static int chat_height(RaWidget *widget, int width)
{
    return measure((RaMessages *)widget, width);
}

/* Drawing. */

static void draw_empty(RaWidget *widget, cairo_t *cairo)
{
    RaUi *ui = widget->ui;
    const int margin = ra_ui_px(ui, EMPTY_MARGIN);
    g_autoptr(PangoLayout) layout = ra_ui_text(
        ui, RA_FONT_SMALL, "What you write to each other, and what happens, stands here.");
    pango_layout_set_width(layout, MAX(widget->box.width - 2 * margin, 1) * PANGO_SCALE);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
    ra_ui_set_colour(ui, cairo, RA_COLOUR_QUIET);
    cairo_move_to(cairo, widget->box.x + margin, widget->box.y + margin);
    pango_cairo_show_layout(cairo, layout);
}

static void draw_chat(RaWidget *widget, cairo_t *cairo)
{
    const RaMessages *chat = (RaMessages *)widget;
    double x1, y1, x2, y2;
    if (chat->lines->len == 0) {
        draw_empty(widget, cairo);
        return;
    }
    cairo_clip_extents(cairo, &x1, &y1, &x2, &y2);
    RaBox seen = {(int)x1, (int)y1, (int)(x2 - x1) + 1, (int)(y2 - y1) + 1};
    if (widget->parent != NULL)
        seen = ra_box_intersect(seen, widget->parent->box);
    const int over = ra_ui_px(widget->ui, 6);
    for (guint i = 0; i < chat->lines->len; i++) {
        const RaMessageLine *line = line_of(chat, i);
        const int top = widget->box.y + line->y;
        if (top + line->height + over >= seen.y && top - over < seen.y + seen.height)
            ra_message_draw(chat, i, cairo);
    }
}

/* Pointer. */

static int line_at(const RaMessages *chat, int y)
{
    y -= chat->base.box.y;
    for (guint i = 0; i < chat->lines->len; i++) {
        if (y >= line_of(chat, i)->y && y < line_of(chat, i)->y + line_of(chat, i)->height)
            return (int)i;
    }
    return -1;
}

static void hover(RaMessages *chat, int line)
{
    if (line >= 0 && ra_messages_entry(chat, (guint)line)->who == RA_HISTORY_EVENT)
        line = -1;
    if (chat->hovered == line)
        return;
    chat->hovered = line;
    ra_widget_redraw(&chat->base);
}

static void copy(const RaMessages *chat, guint line)
{
    ra_ui_set_clipboard(chat->base.ui, ra_messages_entry(chat, line)->text);
    ra_ui_announce(chat->base.ui, "The message is in the clipboard.");
}

static gboolean release(RaMessages *chat, const RaUiPointer *event)
{
    const int line = line_at(chat, event->y);
    if (line < 0 || event->button != 1)
        return TRUE;
    if (ra_messages_entry(chat, (guint)line)->who != RA_HISTORY_EVENT &&
        ra_box_contains(ra_message_copy_box(chat, (guint)line), event->x, event->y)) {
        copy(chat, (guint)line);
        return TRUE;
    }
    g_autofree char *address = ra_message_link_at(chat, (guint)line, event->x, event->y);
    if (address != NULL)
        chat->link(address, chat->data);
    return TRUE;
}

static void point(RaMessages *chat, const RaUiPointer *event)
{
    const int line = line_at(chat, event->y);
    hover(chat, line);
    g_autofree char *address =
        line >= 0 ? ra_message_link_at(chat, (guint)line, event->x, event->y) : NULL;
    const gboolean button =
        line >= 0 && ra_messages_entry(chat, (guint)line)->who != RA_HISTORY_EVENT &&
        ra_box_contains(ra_message_copy_box(chat, (guint)line), event->x, event->y);
    ra_widget_set_shape(&chat->base, address != NULL || button ? RA_SHAPE_HAND : RA_SHAPE_ARROW);
}

static gboolean chat_pointer(RaWidget *widget, const RaUiPointer *event)
{
    RaMessages *chat = (RaMessages *)widget;
    switch (event->kind) {
    case RA_POINTER_MOVE:
        point(chat, event);
        return TRUE;
    case RA_POINTER_LEAVE:
        hover(chat, -1);
        return TRUE;
    case RA_POINTER_DOWN:
        return TRUE;
    case RA_POINTER_UP:
        return release(chat, event);
    default:
        return FALSE;
    }
}

/* Keyboard. */

static void choose(RaMessages *chat, int line)
{
    if (chat->lines->len == 0)
        return;
    line = CLAMP(line, 0, (int)chat->lines->len - 1);
    if (chat->chosen >= 0)
        ra_message_clear(line_of(chat, (guint)chat->chosen));
    chat->chosen = line;
    chat->link_at = 0;
    ra_message_clear(line_of(chat, (guint)line));
    measure(chat, chat->width);
    ra_widget_redraw(&chat->base);
    const RaMessageLine *at = line_of(chat, (guint)line);
    RaWidget *above = chat->base.parent;
    if (above != NULL && above->class->reveal != NULL) {
        const RaWidget place = {
            .ui = chat->base.ui,
            .box = {chat->base.box.x, chat->base.box.y + at->y, chat->base.box.width, at->height}};
        above->class->reveal(above, &place);
    }
}

static gboolean choose_link(RaMessages *chat, int step)
{
    const guint n = chat->chosen < 0 ? 0 : ra_message_links(chat, (guint)chat->chosen);
    if (n < 2)
        return FALSE;
    chat->link_at = (chat->link_at + n + (guint)step) % n;
    ra_message_clear(line_of(chat, (guint)chat->chosen));
    measure(chat, chat->width);
    ra_widget_redraw(&chat->base);
    return TRUE;
}

static gboolean open_link(const RaMessages *chat)
{
    g_autofree char *address =
        chat->chosen < 0 ? NULL : ra_message_link(chat, (guint)chat->chosen, chat->link_at);
    if (address == NULL)
        return FALSE;
    chat->link(address, chat->data);
    return TRUE;
}

static gboolean chat_key(RaWidget *widget, const RaUiKey *event)
{
    RaMessages *chat = (RaMessages *)widget;
    if (event->key == 'c' && event->mods == RA_MOD_CTRL && chat->chosen >= 0) {
        copy(chat, (guint)chat->chosen);
        return TRUE;
    }
    if (event->mods != 0)
        return FALSE;
    switch (event->key) {
    case RA_UI_KEY_UP:
        choose(chat, chat->chosen < 0 ? (int)chat->lines->len - 1 : chat->chosen - 1);
        return TRUE;
    case RA_UI_KEY_DOWN:
        choose(chat, chat->chosen < 0 ? (int)chat->lines->len - 1 : chat->chosen + 1);
        return TRUE;
    case RA_UI_KEY_HOME:
        choose(chat, 0);
        return TRUE;
    case RA_UI_KEY_END:
        choose(chat, (int)chat->lines->len - 1);
        return TRUE;
    case RA_UI_KEY_LEFT:
        return choose_link(chat, -1);
    case RA_UI_KEY_RIGHT:
        return choose_link(chat, 1);
    case RA_UI_KEY_ENTER:
        return open_link(chat);
    default:
        return FALSE;
    }
}

static void focus_changed(RaWidget *widget)
{
    RaMessages *chat = (RaMessages *)widget;
    if (ra_ui_focused(widget->ui) == widget && chat->chosen < 0 && ra_ui_shows_focus(widget->ui))
        choose(chat, (int)chat->lines->len - 1);
}

static void restyled(RaWidget *widget)
{
    RaMessages *chat = (RaMessages *)widget;
    for (guint i = 0; i < chat->lines->len; i++)
        ra_message_clear(line_of(chat, i));
}

static void free_chat(RaWidget *widget)
{
    g_array_unref(((RaMessages *)widget)->lines);
}

static const RaWidgetClass chat_class = {.name = "chat",
                                         .size = sizeof(RaMessages),
                                         .width = chat_width,
                                         .height = chat_height,
                                         .draw = draw_chat,
                                         .pointer = chat_pointer,
                                         .key = chat_key,
                                         .focus_changed = focus_changed,
                                         .restyled = restyled,
                                         .free = free_chat};

RaWidget *ra_messages_new(RaShell *shell, void (*link)(const char *address, gpointer data),
                          gpointer data)
{
    RaWidget *widget = ra_widget_new(shell->ui, &chat_class);
    RaMessages *chat = (RaMessages *)widget;
    chat->shell = shell;
    chat->link = link;
    chat->data = data;
    chat->lines = g_array_new(FALSE, TRUE, sizeof(RaMessageLine));
    g_array_set_clear_func(chat->lines, clear_line);
    chat->chosen = chat->hovered = -1;
    widget->focusable = TRUE;
    return widget;
}

/* The model. */

static gboolean needs_head(const RaHistory *history, guint index)
{
    const RaHistoryEntry *entry = ra_history_get(history, index);
    const RaHistoryEntry *before = index > 0 ? ra_history_get(history, index - 1) : NULL;
    return before == NULL || before->who != entry->who || entry->time - before->time > HEAD_AFTER;
}

static void append(RaMessages *chat)
{
    while (chat->first + chat->lines->len < ra_history_length(chat->history)) {
        const guint index = chat->first + chat->lines->len;
        const RaHistoryEntry *entry = ra_history_get(chat->history, index);
        const RaMessageLine line = {.number = entry->number,
                                    .head = entry->who != RA_HISTORY_EVENT &&
                                            needs_head(chat->history, index)};
        g_array_append_val(chat->lines, line);
    }
}

/* Do the lines still stand for the history's entries, from the first one on? */
static gboolean fits(const RaMessages *chat, const RaHistory *history, guint length)
{
    return history == chat->history && chat->first + chat->lines->len <= length &&
           chat->lines->len <= RA_MESSAGES_SHOWN_MAX &&
           (chat->lines->len == 0 ||
            line_of(chat, 0)->number == ra_history_get(history, chat->first)->number);
}

void ra_messages_update(RaWidget *widget)
{
    RaMessages *chat = (RaMessages *)widget;
    const RaHistory *history = chat->shell->model->history;
    const guint length = history == NULL ? 0 : ra_history_length(history);
    if (!fits(chat, history, length)) {
        g_array_set_size(chat->lines, 0);
        chat->chosen = chat->hovered = -1;
        chat->history = history;
        /* Half of what is shown at most goes at once, so that this is seldom. */
        chat->first = length > RA_MESSAGES_SHOWN_MAX / 2 ? length - RA_MESSAGES_SHOWN_MAX / 2 : 0;
    }
    if (history != NULL)
        append(chat);
    ra_widget_resize(widget);
}
