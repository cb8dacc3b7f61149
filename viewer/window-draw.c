/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/window-private.h"

#include <string.h>

static void fill(RaDrawing *drawing, RaBox box, guint32 colour)
{
    for (int y = box.y; y < box.y + box.height; y++) {
        guint8 *row = drawing->pixels + (gsize)y * drawing->stride;
        for (int x = box.x; x < box.x + box.width; x++)
            memcpy(row + (gsize)x * 4, &colour, sizeof colour);
    }
}

/* What the picture leaves free of the area. */
static void fill_around(RaDrawing *drawing, RaBox part, RaBox area, RaBox seen, guint32 colour)
{
    const int right = seen.x + seen.width, below = seen.y + seen.height;
    const RaBox sides[] = {
        {area.x, area.y, area.width, seen.y - area.y},
        {area.x, below, area.width, area.y + area.height - below},
        {area.x, seen.y, seen.x - area.x, seen.height},
        {right, seen.y, area.x + area.width - right, seen.height},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(sides); i++)
        fill(drawing, ra_box_intersect(sides[i], part), colour);
}

static void draw_pixels(RaWindow *window, RaDrawing *drawing, RaBox part)
{
    const RaBox *shown = &window->view.shown;
    const gsize stride = ra_picture_stride(window->picture);
    const guint8 *from = ra_picture_pixels(window->picture);
    guint8 *to = drawing->pixels + (gsize)part.y * drawing->stride + (gsize)part.x * 4;
    const RaBox inner = {part.x - shown->x, part.y - shown->y, part.width, part.height};
    if (window->scaler != NULL) {
        ra_scaler_draw(window->scaler, from, stride, to, drawing->stride, inner);
        return;
    }
    from += (gsize)inner.y * stride + (gsize)inner.x * 4;
    for (int y = 0; y < part.height; y++, from += stride, to += drawing->stride)
        memcpy(to, from, (gsize)part.width * 4);
}

static void draw_by_hand(RaDrawing *drawing, RaBox part, gpointer data)
{
    RaWindow *window = data;
    const RaBox area = window->view.area;
    const guint32 colour = 0xff000000u | ra_ui_colour(window->shell.ui, RA_COLOUR_BACKDROP);
    if (window->picture == NULL) {
        fill(drawing, ra_box_intersect(area, part), colour);
        return;
    }
    const RaBox seen = ra_box_intersect(window->view.shown, area);
    fill_around(drawing, part, area, seen, colour);
    const RaBox drawn = ra_box_intersect(seen, part);
    if (ra_box_is_empty(drawn))
        return;
    draw_pixels(window, drawing, drawn);
    ra_novice_pointer_draw(window->novice_pointer, drawing, drawn);
}

/* One bar: LENGTH pixels of TOTAL are seen from OFFSET on. */
static void draw_bar(const RaUi *ui, cairo_t *cairo, RaBox track, gboolean across, int length,
                     int total, int offset)
{
    const int room = across ? track.width : track.height, inset = ra_ui_px(ui, 2);
    const int size = MIN(MAX((int)((gint64)room * length / total), ra_ui_px(ui, 24)), room);
    const int at = (int)((gint64)(room - size) * offset / MAX(total - length, 1));
    cairo_set_source_rgba(cairo, 0, 0, 0, 0.35);
    cairo_rectangle(cairo, track.x, track.y, track.width, track.height);
    cairo_fill(cairo);
    cairo_set_source_rgba(cairo, 1, 1, 1, 0.75);
    if (across)
        track = (RaBox){track.x + at, track.y, size, track.height};
    else
        track = (RaBox){track.x, track.y + at, track.width, size};
    ra_ui_round(cairo,
                (RaBox){track.x + inset, track.y + inset, track.width - 2 * inset,
                        track.height - 2 * inset},
                inset * 2);
    cairo_fill(cairo);
}

/* Along the area's lower and right edge, where the picture is panned; else empty. */
static RaBox track_across(const RaWindow *window)
{
    const RaBox *area = &window->view.area;
    const int wide = ra_ui_px(window->shell.ui, RA_WINDOW_SCROLLBAR);
    if (!ra_view_pans_x(&window->view))
        return (RaBox){0};
    return (RaBox){area->x, area->y + area->height - wide, area->width, wide};
}

static RaBox track_down(const RaWindow *window)
{
    const RaBox *area = &window->view.area;
    const int wide = ra_ui_px(window->shell.ui, RA_WINDOW_SCROLLBAR);
    if (!ra_view_pans_y(&window->view))
        return (RaBox){0};
    return (RaBox){area->x + area->width - wide, area->y, wide, area->height};
}

/* How far a picture that is larger than the area was panned. */
static void draw_scrollbars(const RaWindow *window, cairo_t *cairo)
{
    const RaUi *ui = window->shell.ui;
    const RaView *view = &window->view;
    if (ra_view_pans_x(view))
        draw_bar(ui, cairo, track_across(window), TRUE, view->area.width, view->shown.width,
                 view->pan_x);
    if (ra_view_pans_y(view))
        draw_bar(ui, cairo, track_down(window), FALSE, view->area.height, view->shown.height,
                 view->pan_y);
}

static void draw_by_cairo(RaDrawing *drawing, RaBox part, gpointer data)
{
    RaWindow *window = data;
    if (window->picture != NULL && !ra_box_is_empty(ra_box_intersect(part, window->view.area))) {
        cairo_save(drawing->cairo);
        ra_point_draw(window, drawing->cairo);
        draw_scrollbars(window, drawing->cairo);
        cairo_restore(drawing->cairo);
    }
    ra_ui_draw(window->shell.ui, drawing->cairo, part);
}

/* What is drawn over the seen part of the picture. */
static void find_over(const RaWindow *window, RaScene *scene)
{
    const RaBox own[] = {ra_novice_pointer_seen(window->novice_pointer), track_across(window),
                         track_down(window), ra_point_box(window)};
    scene->n_over = ra_ui_drawn(window->shell.ui, scene->picture, scene->over,
                                RA_CANVAS_OVER_MAX - G_N_ELEMENTS(own));
    for (gsize i = 0; i < G_N_ELEMENTS(own); i++) {
        if (!ra_box_is_empty(own[i]))
            scene->over[scene->n_over++] = own[i];
    }
}

RaScene ra_window_scene(RaWindow *window)
{
    const RaView *view = &window->view;
    RaScene scene = {.by_hand = draw_by_hand, .by_cairo = draw_by_cairo, .data = window};
    if (window->picture == NULL)
        return scene;
    scene.picture = ra_box_intersect(view->shown, view->area);
    scene.exact = window->scaler == NULL;
    scene.x = scene.picture.x - view->shown.x;
    scene.y = scene.picture.y - view->shown.y;
    find_over(window, &scene);
    return scene;
}
