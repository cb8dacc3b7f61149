/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/containers.h"

#include <string.h>

enum {
    ROW_X = 10, /* dp around a row */
    ROW_Y = 6,
    RADIUS = 6,
    PAGE = 10,        /* rows that Page Up and Down move */
    TYPING_MS = 1200, /* longer apart, letters begin a new word */
    TYPED_MAX = 64,
};

typedef struct {
    RaWidget base;
    RaListFuncs funcs;
    gpointer data;
    int chosen;
    GPtrArray *texts; /* of char *, case-folded; NULL: none */
    GString *typed;
    gint64 typed_at; /* microseconds */
} List;

static guint n_of(const List *list)
{
    return list->base.children != NULL ? list->base.children->len : 0;
}

static RaBox row_box(const List *list, guint i)
{
    const RaWidget *row = list->base.children->pdata[i];
    const RaUi *ui = list->base.ui;
    const int x = ra_ui_px(ui, ROW_X), y = ra_ui_px(ui, ROW_Y);
    return (RaBox){row->box.x - x, row->box.y - y, row->box.width + 2 * x, row->box.height + 2 * y};
}

static void list_width(RaWidget *widget, int *min, int *natural)
{
    *min = *natural = 0;
    for (guint i = 0; i < n_of((List *)widget); i++) {
        int a, b;
        ra_widget_want(widget->children->pdata[i], &a, &b);
        *min = MAX(*min, a);
        *natural = MAX(*natural, b);
    }
    *min += 2 * ra_ui_px(widget->ui, ROW_X);
    *natural += 2 * ra_ui_px(widget->ui, ROW_X);
}

static int list_height(RaWidget *widget, int width)
{
    int height = 0;
    const int x = ra_ui_px(widget->ui, ROW_X), y = ra_ui_px(widget->ui, ROW_Y);
    for (guint i = 0; i < n_of((List *)widget); i++)
        height += ra_widget_height(widget->children->pdata[i], MAX(width - 2 * x, 1)) + 2 * y;
    return height;
}

static void place_list(RaWidget *widget)
{
    RaBox box = widget->box;
    const int x = ra_ui_px(widget->ui, ROW_X), y = ra_ui_px(widget->ui, ROW_Y);
    box.x += x;
    box.width = MAX(box.width - 2 * x, 1);
    for (guint i = 0; i < n_of((List *)widget); i++) {
        RaWidget *row = widget->children->pdata[i];
        box.y += y;
        box.height = ra_widget_height(row, box.width);
        ra_widget_place(row, box);
        box.y += box.height + y;
    }
}

static void draw_list(RaWidget *widget, cairo_t *cairo)
{
    const List *list = (List *)widget;
    RaUi *ui = widget->ui;
    if (list->chosen < 0)
        return;
    const RaBox box = row_box(list, (guint)list->chosen);
    ra_ui_set_colour(ui, cairo, RA_COLOUR_SELECTION);
    ra_ui_round(cairo, box, ra_ui_px(ui, RADIUS));
    cairo_fill(cairo);
    if (ra_ui_focused(ui) == widget && ra_ui_shows_focus(ui)) {
        const int in = ra_ui_px(ui, 3);
        ra_ui_draw_focus(ui, cairo,
                         (RaBox){box.x + in, box.y + in, box.width - 2 * in, box.height - 2 * in},
                         ra_ui_px(ui, RADIUS - 3));
    }
}

static void show_chosen(List *list)
{
    RaWidget *above = list->base.parent;
    while (above != NULL && above->class->reveal == NULL)
        above = above->parent;
    if (above != NULL && list->chosen >= 0)
        above->class->reveal(above, list->base.children->pdata[list->chosen]);
}

static void choose(List *list, int index)
{
    const int n = (int)n_of(list);
    index = CLAMP(index, n > 0 ? 0 : -1, n - 1);
    if (index == list->chosen)
        return;
    list->chosen = index;
    show_chosen(list);
    ra_widget_redraw(&list->base);
    if (list->funcs.chosen != NULL)
        list->funcs.chosen(&list->base, list->data);
}

static gboolean list_pointer(RaWidget *widget, const RaUiPointer *event)
{
    List *list = (List *)widget;
    if (event->kind == RA_POINTER_WHEEL)
        return FALSE;
    if (event->kind != RA_POINTER_DOWN || event->button != 1)
        return TRUE;
    ra_ui_focus(widget->ui, widget);
    for (guint i = 0; i < n_of(list); i++) {
        if (!ra_box_contains(row_box(list, i), event->x, event->y))
            continue;
        choose(list, (int)i);
        if (event->clicks == 2 && list->funcs.entered != NULL)
            list->funcs.entered(widget, list->data);
        break;
    }
    return TRUE;
}

static gboolean list_key(RaWidget *widget, const RaUiKey *event)
{
    List *list = (List *)widget;
    if ((event->mods & ~(guint)RA_MOD_SHIFT) != 0)
        return FALSE;
    switch (event->key) {
    case RA_UI_KEY_UP:
        choose(list, list->chosen - 1);
        return TRUE;
    case RA_UI_KEY_DOWN:
        choose(list, list->chosen + 1);
        return TRUE;
    case RA_UI_KEY_PAGE_UP:
        choose(list, list->chosen - PAGE);
        return TRUE;
    case RA_UI_KEY_PAGE_DOWN:
        choose(list, list->chosen + PAGE);
        return TRUE;
    case RA_UI_KEY_HOME:
        choose(list, 0);
        return TRUE;
    case RA_UI_KEY_END:
        choose(list, (int)n_of(list) - 1);
        return TRUE;
    case RA_UI_KEY_ENTER:
        if (list->chosen < 0 || list->funcs.entered == NULL || event->repeat)
            return FALSE;
        list->funcs.entered(widget, list->data);
        return TRUE;
    default:
        return FALSE;
    }
}

static void list_text(RaWidget *widget, const char *text)
{
    List *list = (List *)widget;
    const gint64 now = g_get_monotonic_time();
    const int n = (int)n_of(list);
    g_autofree char *folded = g_utf8_casefold(text, -1);
    if (now - list->typed_at > TYPING_MS * 1000 || list->typed->len > TYPED_MAX)
        g_string_truncate(list->typed, 0);
    list->typed_at = now;
    g_string_append(list->typed, folded);
    /* The first letter again: the next such row. */
    const int from = list->typed->len == strlen(folded) ? list->chosen + 1 : MAX(list->chosen, 0);
    for (int i = 0; i < n; i++) {
        const int at = (from + i) % n;
        const char *there = list->texts->pdata[at];
        if (there != NULL && g_str_has_prefix(there, list->typed->str)) {
            choose(list, at);
            return;
        }
    }
}

static void list_focus(RaWidget *widget)
{
    static const RaBox nowhere = {0};
    List *list = (List *)widget;
    if (ra_ui_focused(widget->ui) != widget)
        return;
    ra_ui_text_input(widget->ui, &nowhere, TRUE);
    if (list->chosen < 0 && n_of(list) > 0)
        choose(list, 0);
}

static void free_list(RaWidget *widget)
{
    List *list = (List *)widget;
    g_ptr_array_unref(list->texts);
    g_string_free(list->typed, TRUE);
}

static const RaWidgetClass list_class = {.name = "list",
                                         .size = sizeof(List),
                                         .width = list_width,
                                         .height = list_height,
                                         .place = place_list,
                                         .draw = draw_list,
                                         .pointer = list_pointer,
                                         .key = list_key,
                                         .text = list_text,
                                         .focus_changed = list_focus,
                                         .free = free_list};

static List *as_list(const RaWidget *widget)
{
    g_assert(widget->class == &list_class);
    return (List *)widget;
}

RaWidget *ra_list_new(RaUi *ui, const RaListFuncs *funcs, gpointer data)
{
    RaWidget *widget = ra_widget_new(ui, &list_class);
    List *list = (List *)widget;
    if (funcs != NULL)
        list->funcs = *funcs;
    list->data = data;
    list->chosen = -1;
    list->texts = g_ptr_array_new_with_free_func(g_free);
    list->typed = g_string_new(NULL);
    widget->focusable = TRUE;
    return widget;
}

void ra_list_add(RaWidget *widget, RaWidget *row, const char *text)
{
    List *list = as_list(widget);
    ra_widget_add(widget, row);
    g_ptr_array_add(list->texts, text != NULL ? g_utf8_casefold(text, -1) : NULL);
}

int ra_list_chosen(const RaWidget *widget)
{
    return as_list(widget)->chosen;
}

void ra_list_choose(RaWidget *widget, int index)
{
    List *list = as_list(widget);
    list->chosen = CLAMP(index, -1, (int)n_of(list) - 1);
    show_chosen(list);
    ra_widget_redraw(widget);
}
