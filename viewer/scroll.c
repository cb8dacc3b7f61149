/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/containers.h"

#include <math.h>

enum {
    BAR = 8, /* dp */
    BAR_MIN = 28,
    WHEEL_STEP = 54,
    KEY_STEP = 40,
    MARGIN = 8, /* around what is brought into sight */
};

typedef struct {
    RaWidget base;
    int min, max; /* dp */
    int offset;   /* pixels of the child above the upper edge */
    int total;    /* the child's height */
    int inner;    /* its width */
    gboolean follows;
    gboolean left; /* its end is not in sight: somebody scrolled away from it */
    int grabbed;   /* where on the bar it is held, pixels; -1: it is not */
    RaWidgetFunc moved;
    gpointer data;
} Scroll;

static RaWidget *content(const RaWidget *widget)
{
    return widget->children != NULL && widget->children->len > 0 ? widget->children->pdata[0]
                                                                 : NULL;
}

static int bar_room(const RaWidget *widget)
{
    return ra_ui_px(widget->ui, BAR) + ra_ui_px(widget->ui, 2);
}

static void scroll_width(RaWidget *widget, int *min, int *natural)
{
    *min = *natural = 0;
    if (content(widget) != NULL)
        ra_widget_want(content(widget), min, natural);
    *min += bar_room(widget);
    *natural += bar_room(widget);
}

/* The child's width where it may be ROOM pixels high: the bar takes its room only if it is there;
 * in what follows its end, and so will need it, always. */
static int inner_width(const Scroll *scroll, int width, int room)
{
    const RaWidget *widget = &scroll->base;
    if (!scroll->follows &&
        (content(widget) == NULL || ra_widget_height(content(widget), MAX(width, 1)) <= room))
        return MAX(width, 1);
    return MAX(width - bar_room(widget), 1);
}

static int scroll_height(RaWidget *widget, int width)
{
    const Scroll *scroll = (Scroll *)widget;
    const int most = scroll->max > 0 ? ra_ui_px(widget->ui, scroll->max) : G_MAXINT;
    int height = 0;
    if (content(widget) != NULL)
        height = ra_widget_height(content(widget), inner_width(scroll, width, most));
    return MAX(MIN(height, most), ra_ui_px(widget->ui, scroll->min));
}

static int furthest(const Scroll *scroll)
{
    return MAX(scroll->total - scroll->base.box.height, 0);
}

static void place_content(Scroll *scroll)
{
    RaWidget *widget = &scroll->base;
    RaWidget *inside = content(widget);
    if (inside == NULL)
        return;
    const RaBox *box = &widget->box;
    const RaBox place = {box->x, box->y - scroll->offset, scroll->inner,
                         MAX(scroll->total, box->height)};
    ra_widget_place(inside, place);
}

static void place_scroll(RaWidget *widget)
{
    Scroll *scroll = (Scroll *)widget;
    RaWidget *inside = content(widget);
    const int before_total = scroll->total, before = scroll->offset;
    scroll->inner = inner_width(scroll, widget->box.width, widget->box.height);
    scroll->total = inside == NULL ? 0 : ra_widget_height(inside, scroll->inner);
    scroll->offset = scroll->follows && !scroll->left ? furthest(scroll)
                                                      : CLAMP(scroll->offset, 0, furthest(scroll));
    place_content(scroll);
    if (scroll->moved != NULL && (before != scroll->offset || before_total != scroll->total))
        scroll->moved(widget, scroll->data);
}

static void move_to(RaWidget *widget, int offset)
{
    Scroll *scroll = (Scroll *)widget;
    offset = CLAMP(offset, 0, furthest(scroll));
    if (offset == scroll->offset)
        return;
    scroll->offset = offset;
    scroll->left = !ra_scroll_at_end(widget);
    place_content(scroll);
    ra_widget_redraw(widget);
    if (scroll->moved != NULL)
        scroll->moved(widget, scroll->data);
}

static RaBox bar_box(const Scroll *scroll)
{
    const RaWidget *widget = &scroll->base;
    const RaBox *box = &widget->box;
    const int room = furthest(scroll);
    if (room == 0)
        return (RaBox){0};
    const int wide = ra_ui_px(widget->ui, BAR);
    const int length = CLAMP((int)((gint64)box->height * box->height / scroll->total),
                             MIN(ra_ui_px(widget->ui, BAR_MIN), box->height), box->height);
    const int at = (int)((gint64)(box->height - length) * scroll->offset / room);
    return (RaBox){box->x + box->width - wide, box->y + at, wide, length};
}

static void draw_bar(RaWidget *widget, cairo_t *cairo)
{
    const Scroll *scroll = (Scroll *)widget;
    RaBox bar = bar_box(scroll);
    if (ra_box_is_empty(bar))
        return;
    const int inset = ra_ui_px(widget->ui, 1);
    bar = (RaBox){bar.x + inset, bar.y + inset, bar.width - 2 * inset, bar.height - 2 * inset};
    ra_ui_set_colour(widget->ui, cairo, scroll->grabbed >= 0 ? RA_COLOUR_QUIET : RA_COLOUR_FRAME);
    ra_ui_round(cairo, bar, bar.width / 2.0);
    cairo_fill(cairo);
}

static gboolean drag(Scroll *scroll, const RaUiPointer *event)
{
    RaWidget *widget = &scroll->base;
    const RaBox bar = bar_box(scroll), *box = &widget->box;
    const int track = box->height - bar.height;
    if (track > 0)
        move_to(widget,
                (int)((gint64)(event->y - scroll->grabbed - box->y) * furthest(scroll) / track));
    return TRUE;
}

static gboolean press(Scroll *scroll, const RaUiPointer *event)
{
    RaWidget *widget = &scroll->base;
    const RaBox bar = bar_box(scroll);
    if (event->button != 1 || ra_box_is_empty(bar) ||
        event->x < widget->box.x + widget->box.width - bar_room(widget))
        return FALSE;
    /* Beside the bar: it jumps under the pointer. */
    scroll->grabbed = ra_box_contains(bar, event->x, event->y) ? event->y - bar.y : bar.height / 2;
    return drag(scroll, event);
}

static gboolean scroll_pointer(RaWidget *widget, const RaUiPointer *event)
{
    Scroll *scroll = (Scroll *)widget;
    switch (event->kind) {
    case RA_POINTER_WHEEL:
        if (furthest(scroll) == 0)
            return FALSE;
        move_to(widget,
                scroll->offset + (int)lround(event->wheel_y * ra_ui_px(widget->ui, WHEEL_STEP)));
        return TRUE;
    case RA_POINTER_DOWN:
        return press(scroll, event);
    case RA_POINTER_MOVE:
        return scroll->grabbed >= 0 && drag(scroll, event);
    case RA_POINTER_UP:
        scroll->grabbed = -1;
        ra_widget_redraw(widget);
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean scroll_key(RaWidget *widget, const RaUiKey *event)
{
    const Scroll *scroll = (Scroll *)widget;
    const int page = MAX(widget->box.height - ra_ui_px(widget->ui, KEY_STEP), 1);
    const int step = ra_ui_px(widget->ui, KEY_STEP);
    if (furthest(scroll) == 0 || event->mods != 0)
        return FALSE;
    switch (event->key) {
    case RA_UI_KEY_PAGE_UP:
        move_to(widget, scroll->offset - page);
        return TRUE;
    case RA_UI_KEY_PAGE_DOWN:
        move_to(widget, scroll->offset + page);
        return TRUE;
    case RA_UI_KEY_UP:
        move_to(widget, scroll->offset - step);
        return TRUE;
    case RA_UI_KEY_DOWN:
        move_to(widget, scroll->offset + step);
        return TRUE;
    case RA_UI_KEY_HOME:
        move_to(widget, 0);
        return TRUE;
    case RA_UI_KEY_END:
        move_to(widget, furthest(scroll));
        return TRUE;
    default:
        return FALSE;
    }
}

static void show_box(RaWidget *widget, RaBox inside)
{
    const Scroll *scroll = (Scroll *)widget;
    const RaBox *box = &widget->box;
    const int margin = ra_ui_px(widget->ui, MARGIN);
    if (inside.y - margin < box->y)
        move_to(widget, scroll->offset + inside.y - margin - box->y);
    else if (inside.y + inside.height + margin > box->y + box->height)
        move_to(widget,
                scroll->offset + MIN(inside.y - margin - box->y,
                                     inside.y + inside.height + margin - box->y - box->height));
}

static void reveal(RaWidget *widget, const RaWidget *inside)
{
    /* A page that can be read by keys alone stays where it is. */
    if (inside->box.height <= widget->box.height)
        show_box(widget, inside->box);
}

static const RaWidgetClass scroll_class = {.name = "scroll",
                                           .size = sizeof(Scroll),
                                           .width = scroll_width,
                                           .height = scroll_height,
                                           .place = place_scroll,
                                           .draw_over = draw_bar,
                                           .pointer = scroll_pointer,
                                           .key = scroll_key,
                                           .reveal = reveal,
                                           .clips = TRUE};

RaWidget *ra_scroll_new(RaUi *ui, int min, int max)
{
    RaWidget *widget = ra_widget_new(ui, &scroll_class);
    Scroll *scroll = (Scroll *)widget;
    scroll->min = min;
    scroll->max = max;
    scroll->grabbed = -1;
    return widget;
}

static Scroll *as_scroll(const RaWidget *widget)
{
    g_assert(widget->class == &scroll_class);
    return (Scroll *)widget;
}

void ra_scroll_set_follows(RaWidget *widget, gboolean follows)
{
    as_scroll(widget)->follows = follows;
}

gboolean ra_scroll_at_end(const RaWidget *widget)
{
    const Scroll *scroll = as_scroll(widget);
    return scroll->offset >= furthest(scroll) - ra_ui_px(widget->ui, MARGIN);
}

void ra_scroll_to_end(RaWidget *widget)
{
    move_to(widget, furthest(as_scroll(widget)));
}

void ra_scroll_show(RaWidget *widget, const RaWidget *inside)
{
    (void)as_scroll(widget);
    show_box(widget, inside->box);
}

void ra_scroll_set_moved(RaWidget *widget, RaWidgetFunc moved, gpointer data)
{
    as_scroll(widget)->moved = moved;
    as_scroll(widget)->data = data;
}
