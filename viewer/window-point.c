/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pointing without control: what the helper draws goes to the novice's screen, and is shown here
 * without waiting for the way there and back. */
#include "viewer/window-private.h"

enum {
    STAYS_MS = 1500, /* after the stroke is over */
    WIDTH = 5,       /* dp */
    DOT = 9,         /* dp: radius of a stroke that is one point */
};

gboolean ra_point_allowed(const RaWindow *window)
{
    const RaModel *model = window->shell.model;
    return window->picture != NULL && model->status.state == RA_CONNECT_SHARING && !model->paused &&
           (model->features & RA_FEATURE_POINT) != 0;
}

static void pass(RaWindow *window, RaPointPhase phase, guint16 x, guint16 y)
{
    ra_shell_act(&window->shell, &(RaAct){.kind = RA_ACT_POINT, .point = {x, y, phase}});
}

static int reach(const RaWindow *window)
{
    return ra_ui_px(window->shell.ui, 2 * DOT) / 2 + ra_ui_px(window->shell.ui, 3) + 1;
}

RaBox ra_point_box(const RaWindow *window)
{
    const RaView *view = &window->view;
    const int by = reach(window);
    int left = G_MAXINT, top = G_MAXINT, right = 0, below = 0;
    for (guint i = 0; i < window->strokes->len; i++) {
        const RaStroke *stroke = &g_array_index(window->strokes, RaStroke, i);
        for (guint k = 0; k < stroke->n; k++) {
            left = MIN(left, stroke->x[k]);
            right = MAX(right, stroke->x[k] + 1);
            top = MIN(top, stroke->y[k]);
            below = MAX(below, stroke->y[k] + 1);
        }
    }
    if (right == 0)
        return (RaBox){0};
    RaBox box = ra_view_to_window(view, (RaBox){left, top, right - left, below - top});
    box = (RaBox){box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by};
    return ra_box_intersect(box, view->area);
}

static void damage(RaWindow *window)
{
    ra_window_damage_picture(window, ra_point_box(window));
}

static RaStroke *last(RaWindow *window)
{
    return &g_array_index(window->strokes, RaStroke, window->strokes->len - 1);
}

static gboolean on_time(gpointer data)
{
    RaWindow *window = data;
    const gint64 now = g_get_monotonic_time();
    gint64 next = 0;
    damage(window); /* also where it goes from */
    for (guint i = window->strokes->len; i > 0; i--) {
        const gint64 over = g_array_index(window->strokes, RaStroke, i - 1).over;
        if (over != 0 && over <= now)
            g_array_remove_index(window->strokes, i - 1);
        else if (over != 0 && (next == 0 || over < next))
            next = over;
    }
    window->stroke_timer =
        next == 0 ? 0 : g_timeout_add((guint)((next - now) / 1000) + 1, on_time, window);
    return G_SOURCE_REMOVE;
}

void ra_point_begin(RaWindow *window, guint16 x, guint16 y)
{
    RaStroke stroke = {.n = 1};
    if (window->strokes->len >= RA_WINDOW_STROKES_MAX) {
        damage(window);
        g_array_remove_index(window->strokes, 0);
    }
    stroke.x[0] = x;
    stroke.y[0] = y;
    g_array_append_val(window->strokes, stroke);
    window->stroking = TRUE;
    damage(window);
    pass(window, RA_POINT_DOWN, x, y);
}

void ra_point_move(RaWindow *window, guint16 x, guint16 y)
{
    RaStroke *stroke = last(window);
    const guint at = stroke->n - 1;
    if (stroke->x[at] == x && stroke->y[at] == y)
        return;
    if (stroke->n < RA_WINDOW_POINTS_MAX)
        stroke->n++;
    stroke->x[stroke->n - 1] = x;
    stroke->y[stroke->n - 1] = y;
    damage(window);
    pass(window, RA_POINT_MOVE, x, y);
}

void ra_point_end(RaWindow *window)
{
    if (!window->stroking)
        return;
    RaStroke *stroke = last(window);
    window->stroking = FALSE;
    stroke->over = g_get_monotonic_time() + STAYS_MS * 1000;
    if (window->stroke_timer == 0)
        window->stroke_timer = g_timeout_add(STAYS_MS + 1, on_time, window);
    pass(window, RA_POINT_END, stroke->x[stroke->n - 1], stroke->y[stroke->n - 1]);
}

static void trace(const RaWindow *window, const RaStroke *stroke, cairo_t *cairo)
{
    const RaView *view = &window->view;
    const double scale = (double)view->shown.width / view->picture_width;
    cairo_new_path(cairo);
    for (guint i = 0; i < stroke->n; i++)
        cairo_line_to(cairo, view->shown.x + (stroke->x[i] + 0.5) * scale,
                      view->shown.y + (stroke->y[i] + 0.5) * scale);
    if (stroke->n == 1)
        cairo_close_path(cairo);
}

void ra_point_draw(RaWindow *window, cairo_t *cairo)
{
    RaUi *ui = window->shell.ui;
    const RaBox *area = &window->view.area;
    if (window->strokes->len == 0)
        return;
    cairo_save(cairo);
    cairo_rectangle(cairo, area->x, area->y, area->width, area->height);
    cairo_clip(cairo);
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    for (guint i = 0; i < window->strokes->len; i++) {
        const RaStroke *stroke = &g_array_index(window->strokes, RaStroke, i);
        const int wide = ra_ui_px(ui, stroke->n == 1 ? 2 * DOT : WIDTH);
        trace(window, stroke, cairo);
        cairo_set_source_rgb(cairo, 1, 1, 1); /* to be seen on any picture */
        cairo_set_line_width(cairo, wide + ra_ui_px(ui, 3));
        cairo_stroke_preserve(cairo);
        cairo_set_source_rgb(cairo, 0.85, 0.15, 0.1);
        cairo_set_line_width(cairo, wide);
        cairo_stroke(cairo);
    }
    cairo_restore(cairo);
}
