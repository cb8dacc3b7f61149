/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 pointing overlay: one window over the whole screen, cut to the shape of what is drawn, so
 * that it needs no compositor. The pointer passes through it, and it lies below the sign. */
#include "host/x11-area.h"
#include "host/x11-conn.h"
#include "host/x11-overlay.h"
#include "host/x11-strokes.h"
#include "host/x11.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/shape.h>

/* Pixels at 96 dpi. */
static const double LINE = 6, EDGE = 2, RING_FIRST = 6, RING = 26, RING_SECONDS = 0.45;

enum {
    COLOUR = 0xff7a00, /* orange: rare on desktops, told from the sign's red */
    FULL_CIRCLE = 360 * 64,
    APART_MS = 15,      /* from one picture to the next */
    LOOKED_AT_MAX = 16, /* windows at the top, to find the sign among */
};

typedef struct {
    RaPointing pointing;
    RaX11 *x11;
    xcb_window_t window;
    xcb_gcontext_t gc, mask_gc; /* of the window, of bitmaps */
    RaX11Area all;
    guint32 colour, white;
    double scale;
    RaStrokes *strokes;
    gboolean shown, dirty, dead;
    gint64 updated; /* monotonic microseconds */
    guint timer;    /* source, 0 for none */
} X11Pointing;

/* What is painted on. */
typedef struct {
    xcb_drawable_t drawable;
    xcb_gcontext_t gc;
    guint32 colour;
    int left, top; /* of the drawable, in the root window */
} Canvas;

static int line_width(const X11Pointing *self, const RaStroke *stroke, double edge)
{
    return MAX((int)lround((LINE + 2 * edge) * self->scale * stroke->strength), 1);
}

static int ring_radius(const X11Pointing *self, const RaStroke *stroke)
{
    const double grown = CLAMP(stroke->age / RING_SECONDS, 0, 1);
    const double eased = 1 - (1 - grown) * (1 - grown);
    return (int)lround((RING_FIRST + (RING - RING_FIRST) * eased) * self->scale);
}

static void paint_stroke(X11Pointing *self, const Canvas *on, const RaStroke *stroke, double edge)
{
    xcb_connection_t *xcb = ra_x11_xcb(self->x11);
    const guint32 values[] = {on->colour, (guint32)line_width(self, stroke, edge),
                              XCB_CAP_STYLE_ROUND, XCB_JOIN_STYLE_ROUND};
    xcb_change_gc(xcb, on->gc,
                  XCB_GC_FOREGROUND | XCB_GC_LINE_WIDTH | XCB_GC_CAP_STYLE | XCB_GC_JOIN_STYLE,
                  values);
    if (stroke->n == 1) {
        const int radius = ring_radius(self, stroke);
        const xcb_arc_t ring = {(gint16)(stroke->point->x - on->left - radius),
                                (gint16)(stroke->point->y - on->top - radius),
                                (guint16)(2 * radius),
                                (guint16)(2 * radius),
                                0,
                                FULL_CIRCLE};
        xcb_poly_arc(xcb, on->drawable, on->gc, 1, &ring);
        return;
    }
    g_autofree xcb_point_t *points = g_new(xcb_point_t, stroke->n);
    for (guint i = 0; i < stroke->n; i++)
        points[i] = (xcb_point_t){(gint16)(stroke->point[i].x - on->left),
                                  (gint16)(stroke->point[i].y - on->top)};
    xcb_poly_line(xcb, XCB_COORD_MODE_ORIGIN, on->drawable, on->gc, stroke->n, points);
}

static void paint_all(X11Pointing *self, const Canvas *on, double edge, guint n, gint64 now)
{
    for (guint i = 0; i < n; i++) {
        const RaStroke stroke = ra_strokes_get(self->strokes, i, now);
        paint_stroke(self, on, &stroke, edge);
    }
}

/* The part of the screen that holds all that is drawn. */
static RaX11Area find_bounds(const X11Pointing *self, guint n, gint64 now)
{
    const int margin = (int)ceil((RING + LINE + EDGE) * self->scale) + 1;
    int left = self->all.width, top = self->all.height, right = 0, bottom = 0;
    for (guint i = 0; i < n; i++) {
        const RaStroke stroke = ra_strokes_get(self->strokes, i, now);
        for (guint k = 0; k < stroke.n; k++) {
            left = MIN(left, stroke.point[k].x - margin);
            top = MIN(top, stroke.point[k].y - margin);
            right = MAX(right, stroke.point[k].x + margin);
            bottom = MAX(bottom, stroke.point[k].y + margin);
        }
    }
    left = CLAMP(left, 0, self->all.width);
    top = CLAMP(top, 0, self->all.height);
    right = CLAMP(right, left + 1, self->all.width + 1);
    bottom = CLAMP(bottom, top + 1, self->all.height + 1);
    return (RaX11Area){left, top, (guint16)(right - left), (guint16)(bottom - top)};
}

/* Cuts the window to what is drawn. */
static void cut(X11Pointing *self, guint n, gint64 now)
{
    xcb_connection_t *xcb = ra_x11_xcb(self->x11);
    const RaX11Area bounds = find_bounds(self, n, now);
    const xcb_pixmap_t mask = xcb_generate_id(xcb);
    const xcb_rectangle_t all = {0, 0, bounds.width, bounds.height};
    const guint32 none = 0;
    xcb_create_pixmap(xcb, 1, mask, ra_x11_root(self->x11), bounds.width, bounds.height);
    if (self->mask_gc == XCB_NONE) {
        self->mask_gc = xcb_generate_id(xcb);
        xcb_create_gc(xcb, self->mask_gc, mask, 0, NULL);
    }
    xcb_change_gc(xcb, self->mask_gc, XCB_GC_FOREGROUND, &none);
    xcb_poly_fill_rectangle(xcb, mask, self->mask_gc, 1, &all);
    const Canvas canvas = {mask, self->mask_gc, 1, bounds.x, bounds.y};
    paint_all(self, &canvas, EDGE, n, now);
    xcb_shape_mask(xcb, XCB_SHAPE_SO_SET, XCB_SHAPE_SK_BOUNDING, self->window, (gint16)bounds.x,
                   (gint16)bounds.y, mask);
    xcb_free_pixmap(xcb, mask);
}

/* TRUE while its line is not where it was before. */
static gboolean is_moving(const RaStroke *stroke)
{
    return stroke->strength < 1 || (stroke->n == 1 && stroke->age < 2 * RING_SECONDS);
}

/* The ground is white: the edges are there already, but where another line was. Painted each time,
 * they would flicker through the lines. */
static void paint(X11Pointing *self, guint n, gint64 now)
{
    gboolean moving = FALSE;
    for (guint i = 0; i < n; i++) {
        const RaStroke stroke = ra_strokes_get(self->strokes, i, now);
        moving |= is_moving(&stroke);
    }
    const Canvas edge = {self->window, self->gc, self->white, 0, 0};
    const Canvas line = {self->window, self->gc, self->colour, 0, 0};
    if (moving)
        paint_all(self, &edge, EDGE, n, now);
    paint_all(self, &line, 0, n, now);
}

static gboolean is_sign(X11Pointing *self, xcb_window_t window)
{
    xcb_connection_t *xcb = ra_x11_xcb(self->x11);
    xcb_get_property_reply_t *reply = xcb_get_property_reply(
        xcb,
        xcb_get_property(xcb, FALSE, window, XCB_ATOM_WM_CLASS, XCB_ATOM_STRING, 0,
                         sizeof RA_X11_SIGN_CLASS / 4 + 1),
        NULL);
    const gboolean is =
        reply != NULL && xcb_get_property_value_length(reply) == sizeof RA_X11_SIGN_CLASS &&
        memcmp(xcb_get_property_value(reply), RA_X11_SIGN_CLASS, sizeof RA_X11_SIGN_CLASS) == 0;
    free(reply);
    return is;
}

/* To the top, but for the sign: it would have to come back, and may do so only so often. */
static void raise_window(X11Pointing *self)
{
    xcb_connection_t *xcb = ra_x11_xcb(self->x11);
    xcb_query_tree_reply_t *tree =
        xcb_query_tree_reply(xcb, xcb_query_tree(xcb, ra_x11_root(self->x11)), NULL);
    if (tree == NULL)
        return;
    const xcb_window_t *windows = xcb_query_tree_children(tree);
    const int n = xcb_query_tree_children_length(tree);
    xcb_window_t sign = XCB_NONE;
    for (int i = n - 1; i >= 0 && i >= n - LOOKED_AT_MAX; i--)
        if (is_sign(self, windows[i]))
            sign = windows[i];
    const guint32 below[] = {sign, XCB_STACK_MODE_BELOW}, top[] = {XCB_STACK_MODE_ABOVE};
    if (sign != XCB_NONE)
        xcb_configure_window(xcb, self->window,
                             XCB_CONFIG_WINDOW_SIBLING | XCB_CONFIG_WINDOW_STACK_MODE, below);
    else
        xcb_configure_window(xcb, self->window, XCB_CONFIG_WINDOW_STACK_MODE, top);
    free(tree);
}

static void show_window(X11Pointing *self)
{
    const guint32 size[] = {0, 0, self->all.width, self->all.height};
    xcb_configure_window(ra_x11_xcb(self->x11), self->window,
                         XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y | XCB_CONFIG_WINDOW_WIDTH |
                             XCB_CONFIG_WINDOW_HEIGHT,
                         size);
    raise_window(self);
    xcb_map_window(ra_x11_xcb(self->x11), self->window);
    self->shown = TRUE;
}

static void hide_window(X11Pointing *self)
{
    if (self->shown)
        xcb_unmap_window(ra_x11_xcb(self->x11), self->window);
    self->shown = FALSE;
}

static gboolean tick(gpointer data);

static void set_timer(X11Pointing *self, int ms)
{
    if (self->timer != 0)
        g_source_remove(self->timer);
    self->timer = ms >= 0 ? g_timeout_add((guint)ms, tick, self) : 0;
}

/* Brings to the screen what there is now. */
static void update(X11Pointing *self)
{
    const gint64 now = g_get_monotonic_time();
    const guint n = ra_strokes_expire(self->strokes, now);
    self->dirty = FALSE;
    self->updated = now;
    if (n == 0) {
        hide_window(self);
    } else {
        cut(self, n, now);
        if (!self->shown)
            show_window(self);
        paint(self, n, now);
    }
    xcb_flush(ra_x11_xcb(self->x11));
    set_timer(self, ra_strokes_next(self->strokes, now));
}

static gboolean tick(gpointer data)
{
    X11Pointing *self = data;
    self->timer = 0;
    update(self);
    return G_SOURCE_REMOVE;
}

static void take_event(const xcb_generic_event_t *event, gpointer data)
{
    if ((event->response_type & 0x7f) == XCB_EXPOSE)
        ((X11Pointing *)data)->dirty = TRUE;
}

static gboolean settle(gpointer data)
{
    X11Pointing *self = data;
    if (!self->dirty)
        return FALSE;
    const gint64 since = (g_get_monotonic_time() - self->updated) / 1000;
    if (since >= APART_MS)
        update(self);
    else
        set_timer(self, (int)(APART_MS - since));
    return FALSE;
}

static void connection_lost(G_GNUC_UNUSED const GError *error, gpointer data)
{
    X11Pointing *self = data;
    self->dead = TRUE;
    set_timer(self, -1);
}

/* Looks anew at the screen where nothing is drawn. */
static gboolean is_ready(X11Pointing *self)
{
    if (self->dead || (!self->shown && !ra_x11_area_query(self->x11, NULL, &self->all, NULL)))
        return FALSE;
    if (!self->shown)
        self->scale = ra_x11_area_dpi(self->x11) / RA_X11_DPI;
    return TRUE;
}

static void point(RaPointing *pointing, int left, int top, guint16 x, guint16 y, RaPointPhase phase)
{
    X11Pointing *self = (X11Pointing *)pointing;
    const int at_x = left + x, at_y = top + y;
    if (!is_ready(self))
        return;
    if (phase != RA_POINT_END &&
        (at_x < 0 || at_y < 0 || at_x >= self->all.width || at_y >= self->all.height))
        return;
    ra_strokes_add(self->strokes, g_get_monotonic_time(), at_x, at_y, phase);
    self->dirty = TRUE;
    ra_x11_kick(self->x11);
}

static void clear(RaPointing *pointing)
{
    X11Pointing *self = (X11Pointing *)pointing;
    ra_strokes_clear(self->strokes);
    if (self->dead)
        return;
    update(self);
    ra_x11_sync(self->x11); /* gone when this returns */
}

static void free_pointing(RaPointing *pointing)
{
    X11Pointing *self = (X11Pointing *)pointing;
    set_timer(self, -1);
    ra_strokes_free(self->strokes);
    ra_x11_close(self->x11);
    g_free(self);
}

static void create_window(X11Pointing *self)
{
    xcb_connection_t *xcb = ra_x11_xcb(self->x11);
    self->colour = ra_x11_overlay_pixel(self->x11, COLOUR);
    self->white = ra_x11_screen(self->x11)->white_pixel;
    self->window = ra_x11_overlay_new(self->x11, FALSE, self->white, XCB_EVENT_MASK_EXPOSURE);
    self->gc = xcb_generate_id(xcb);
    xcb_create_gc(xcb, self->gc, self->window, 0, NULL);
    ra_x11_overlay_pass(self->x11, self->window);
}

RaPointing *ra_x11_pointing_new(const char *display, GError **error)
{
    static const RaPointingClass class = {point, clear, free_pointing};
    static const RaX11Handlers handlers = {take_event, settle, connection_lost};
    g_autoptr(RaX11) x11 = ra_x11_open(display, error);
    if (x11 == NULL || ra_x11_extension(x11, &xcb_shape_id, "SHAPE", error) == NULL)
        return NULL;
    X11Pointing *self = g_new0(X11Pointing, 1);
    self->pointing.class = &class;
    self->x11 = g_steal_pointer(&x11);
    self->strokes = ra_strokes_new();
    create_window(self);
    ra_x11_watch(self->x11, &handlers, self);
    return &self->pointing;
}
