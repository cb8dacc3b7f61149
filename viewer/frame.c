/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/frame.h"

#include "viewer/overlay.h"

enum {
    SPLITTER = 6, /* dp: where the pane's edge can be grabbed */
    AREA_MIN = 320,
    PANE_MAX = 720,
    STRIP_MARGIN = 12,
    FREE_MIN = 240, /* beside a pane that lies over the screen, for what is said there */
};

typedef struct {
    RaWidget base;
    RaFrameParts parts;
    RaFrameState state;
    RaWidget *splitter;
    RaBox area;
} Frame;

/* The edge between pane and picture. */

static gboolean splitter_pointer(RaWidget *widget, const RaUiPointer *event)
{
    const Frame *frame = (Frame *)widget->parent;
    if (event->kind == RA_POINTER_MOVE && ra_widget_pressed(widget)) {
        const int one = ra_ui_px(widget->ui, 100); /* pixels of 100 dp */
        const int width = (event->x - widget->parent->box.x) * 100 / MAX(one, 1);
        frame->parts.resized(CLAMP(width, RA_FRAME_PANE_MIN, PANE_MAX), frame->parts.data);
    }
    return event->kind != RA_POINTER_WHEEL;
}

static gboolean is_held(const RaWidget *widget)
{
    return ra_widget_hovered(widget) || ra_widget_pressed(widget);
}

/* The line of one pixel is the pane's last. */
static gboolean is_clear(const RaWidget *widget)
{
    return !is_held(widget);
}

static void draw_splitter(RaWidget *widget, cairo_t *cairo)
{
    const RaBox *box = &widget->box;
    const gboolean held = is_held(widget);
    const int wide = ra_ui_px(widget->ui, held ? 3 : 1);
    const int x = box->x + (box->width - wide) / 2;
    ra_ui_set_colour(widget->ui, cairo, held ? RA_COLOUR_FOCUS : RA_COLOUR_EDGE);
    cairo_rectangle(cairo, x, box->y, wide, box->height);
    cairo_fill(cairo);
}

static const RaWidgetClass splitter_class = {.name = "splitter",
                                             .size = sizeof(RaWidget),
                                             .draw = draw_splitter,
                                             .clear = is_clear,
                                             .pointer = splitter_pointer,
                                             .reacts = TRUE};

/* The frame. */

static int bar_height(const Frame *frame, int width)
{
    return ra_widget_height(frame->parts.bar, width);
}

static int status_height(const Frame *frame, int width)
{
    return ra_widget_height(frame->parts.status, width);
}

static gboolean is_narrow(const Frame *frame)
{
    return frame->base.box.width < ra_ui_px(frame->base.ui, RA_FRAME_NARROW);
}

/* AREA is what of the remote screen is not covered. */
static void place_strip(const Frame *frame, RaBox area)
{
    int min, width;
    RaWidget *strip = frame->parts.strip;
    const int margin = ra_ui_px(frame->base.ui, STRIP_MARGIN);
    if (strip->hidden)
        return;
    const int room = MAX(area.width - 2 * margin, 1);
    ra_widget_want(strip, &min, &width);
    width = width <= room ? width : MIN(min, room); /* in two lines */
    const int height = ra_widget_height(strip, width);
    ra_widget_place(strip, (RaBox){area.x + area.width - width - margin,
                                   area.y + area.height - height - margin, width, height});
}

static void place_pane(Frame *frame, RaBox *room)
{
    RaUi *ui = frame->base.ui;
    RaWidget *pane = frame->parts.pane;
    const gboolean over = frame->state.fullscreen || is_narrow(frame);
    if (pane->hidden)
        return;
    int width = ra_ui_px(ui, MAX(frame->state.pane_width, RA_FRAME_PANE_MIN));
    const int most = over ? room->width : room->width - ra_ui_px(ui, AREA_MIN);
    width = MIN(width, MAX(most, 1));
    ra_widget_place(pane, (RaBox){room->x, room->y, width, room->height});
    const int grip = ra_ui_px(ui, SPLITTER);
    ra_widget_place(frame->splitter,
                    (RaBox){room->x + width - grip / 2, room->y, grip, room->height});
    if (!over) {
        room->x += width;
        room->width -= width;
    }
}

static void place_frame(RaWidget *widget)
{
    Frame *frame = (Frame *)widget;
    const RaFrameParts *parts = &frame->parts;
    const RaFrameState *state = &frame->state;
    RaBox room = widget->box;
    const gboolean over = state->fullscreen || is_narrow(frame);
    ra_widget_set_hidden(parts->bar, state->fullscreen && !state->revealed);
    ra_widget_set_hidden(parts->status, state->fullscreen);
    ra_widget_set_hidden(parts->strip, !state->talking);
    ra_widget_set_hidden(parts->pane, over ? !state->pane_over : !state->pane);
    ra_widget_set_hidden(frame->splitter, parts->pane->hidden);
    const int bar = bar_height(frame, room.width);
    ra_widget_place(parts->bar, (RaBox){room.x, room.y, room.width, bar});
    if (!state->fullscreen) {
        const int status = status_height(frame, room.width);
        room.y += bar;
        room.height = MAX(room.height - bar - status, 1);
        ra_widget_place(parts->status, (RaBox){room.x, room.y + room.height, room.width, status});
    }
    RaBox pane_room = room;
    if (state->fullscreen && state->revealed) {
        pane_room.y += bar;
        pane_room.height = MAX(pane_room.height - bar, 1);
    }
    place_pane(frame, &pane_room);
    room.x = pane_room.x;
    room.width = pane_room.width;
    frame->area = room;
    const int covered = over && !parts->pane->hidden ? parts->pane->box.width : 0;
    const gboolean seen = room.width - covered >= ra_ui_px(widget->ui, FREE_MIN);
    ra_overlay_set_covered(parts->overlay, seen ? covered : 0);
    ra_widget_place(parts->overlay, room);
    if (seen) {
        room.x += covered;
        room.width -= covered;
    }
    place_strip(frame, room);
}

static const RaWidgetClass frame_class = {
    .name = "frame", .size = sizeof(Frame), .place = place_frame};

RaWidget *ra_frame_new(RaUi *ui, const RaFrameParts *parts)
{
    RaWidget *widget = ra_widget_new(ui, &frame_class);
    Frame *frame = (Frame *)widget;
    frame->parts = *parts;
    frame->splitter = ra_widget_new(ui, &splitter_class);
    frame->splitter->shape = RA_SHAPE_SIDEWAYS;
    /* The order is that of Tab, and of what lies over what. */
    ra_widget_add(widget, parts->overlay);
    ra_widget_add(widget, parts->strip);
    ra_widget_add(widget, parts->pane);
    ra_widget_add(widget, frame->splitter);
    ra_widget_add(widget, parts->status);
    ra_widget_add(widget, parts->bar);
    return widget;
}

void ra_frame_set(RaWidget *widget, const RaFrameState *state)
{
    ((Frame *)widget)->state = *state;
    ra_widget_resize(widget);
}

RaBox ra_frame_area(const RaWidget *widget)
{
    return ((const Frame *)widget)->area;
}

gboolean ra_frame_is_narrow(const RaWidget *widget)
{
    return is_narrow((const Frame *)widget);
}

void ra_frame_around(RaWidget *widget, gboolean pane, int *width, int *height)
{
    const Frame *frame = (Frame *)widget;
    const int wide = MAX(widget->box.width, ra_ui_px(widget->ui, RA_FRAME_NARROW));
    *width = pane ? ra_ui_px(widget->ui, MAX(frame->state.pane_width, RA_FRAME_PANE_MIN)) : 0;
    *height = bar_height(frame, wide) + status_height(frame, wide);
}
