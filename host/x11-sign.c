/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 sign: a panel at the top of the primary monitor, and four bars around the screen while
 * control is granted, through which the pointer passes. */
#include "host/x11-area.h"
#include "host/x11-conn.h"
#include "host/x11-panel.h"
#include "host/x11-stack.h"
#include "host/x11.h"

#include <cairo-xcb.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/shape.h>

/* BARS, and then PANEL, are also the places in the stack. */
enum { BARS = 4, PANEL = BARS, BAR_SIZE = 4, RADIUS_MAX = 64, RESOURCES_MAX = 64 * 1024 };
static const double DPI = 96;

typedef struct {
    RaSign sign;
    RaX11 *x11;
    const RaSignEvents *events;
    gpointer data;
    guint8 randr_event;
    xcb_window_t window, bar[BARS];
    xcb_atom_t utf8, net_name;
    cairo_surface_t *surface; /* of the window */
    RaX11Stack stack;
    RaPanel *panel; /* NULL while hidden */
    char *who;
    RaRights rights;
    double dpi;
    double place;   /* of the panel between the sides of the monitor: 0..1 */
    RaX11Area home; /* the monitor that it is on */
    int x;          /* of the panel, in the root window */
    RaPanelPart hover, pressed;
    gboolean is_pressed, is_dragged;
    int grip; /* where it is dragged, from its left side */
    gboolean area_changed, redraw, take_back_due, end_due;
} X11Sign;

/* "Xft.dpi: 192" among the server's resources. */
static double read_dpi(RaX11 *x11)
{
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    xcb_get_property_reply_t *reply = xcb_get_property_reply(
        xcb,
        xcb_get_property(xcb, FALSE, ra_x11_root(x11), XCB_ATOM_RESOURCE_MANAGER, XCB_ATOM_STRING,
                         0, RESOURCES_MAX / 4),
        NULL);
    double dpi = DPI;
    if (reply != NULL && reply->format == 8) {
        g_autofree char *text =
            g_strndup(xcb_get_property_value(reply), (gsize)xcb_get_property_value_length(reply));
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        for (guint i = 0; lines[i] != NULL; i++)
            if (g_str_has_prefix(lines[i], "Xft.dpi:"))
                dpi = g_ascii_strtod(lines[i] + strlen("Xft.dpi:"), NULL);
    }
    free(reply);
    return dpi >= DPI && dpi < 10 * DPI ? dpi : DPI;
}

static gboolean has_shape(RaX11 *x11)
{
    const xcb_query_extension_reply_t *shape =
        xcb_get_extension_data(ra_x11_xcb(x11), &xcb_shape_id);
    return shape != NULL && shape->present;
}

/* Cuts the two lower corners round. */
static void shape_panel(X11Sign *self)
{
    const int width = ra_panel_width(self->panel), height = ra_panel_height(self->panel);
    const int radius = MIN(ra_panel_radius(self->panel), RADIUS_MAX);
    xcb_rectangle_t rows[RADIUS_MAX + 1];
    if (!has_shape(self->x11))
        return;
    rows[0] = (xcb_rectangle_t){0, 0, (guint16)width, (guint16)(height - radius)};
    for (int i = 0; i < radius; i++) {
        const int in = (int)lround(radius - sqrt(radius * radius - (i + 0.5) * (i + 0.5)));
        rows[i + 1] = (xcb_rectangle_t){(gint16)in, (gint16)(height - radius + i),
                                        (guint16)(width - 2 * in), 1};
    }
    xcb_shape_rectangles(ra_x11_xcb(self->x11), XCB_SHAPE_SO_SET, XCB_SHAPE_SK_BOUNDING,
                         XCB_CLIP_ORDERING_YX_BANDED, self->window, 0, 0, (guint32)radius + 1,
                         rows);
}

static void move_window(X11Sign *self, guint i, RaX11Area to)
{
    to.width = MAX(to.width, 1);
    to.height = MAX(to.height, 1);
    ra_x11_stack_place(&self->stack, i, to);
}

static void place_bars(X11Sign *self)
{
    RaX11Area all;
    if (!ra_x11_area_query(self->x11, NULL, &all, NULL))
        return;
    const int size = MIN((int)lround(BAR_SIZE * self->dpi / DPI), MIN(all.width, all.height) / 4);
    const guint16 side = (guint16)(all.height - 2 * size);
    const RaX11Area bars[BARS] = {
        {0, 0, all.width, (guint16)size},
        {0, all.height - size, all.width, (guint16)size},
        {0, size, (guint16)size, side},
        {all.width - size, size, (guint16)size, side},
    };
    for (guint i = 0; i < BARS; i++)
        move_window(self, i, bars[i]);
}

static void place_panel(X11Sign *self)
{
    const int width = ra_panel_width(self->panel), height = ra_panel_height(self->panel);
    self->x = self->home.x + (int)lround((self->home.width - width) * self->place);
    move_window(self, PANEL, (RaX11Area){self->x, self->home.y, (guint16)width, (guint16)height});
}

/* Makes the panel anew, to fit the monitor. */
static void arrange(X11Sign *self)
{
    g_clear_pointer(&self->panel, ra_panel_free);
    ra_x11_area_primary(self->x11, &self->home);
    self->dpi = read_dpi(self->x11);
    self->panel = ra_panel_new(self->who, self->rights, self->dpi, self->home.width);
    self->is_pressed = FALSE;
    place_panel(self);
    place_bars(self);
    shape_panel(self);
    const char *text = ra_panel_text(self->panel);
    xcb_change_property(ra_x11_xcb(self->x11), XCB_PROP_MODE_REPLACE, self->window, self->net_name,
                        self->utf8, 8, (guint32)strlen(text), text);
    cairo_xcb_surface_set_size(self->surface, ra_panel_width(self->panel),
                               ra_panel_height(self->panel));
    self->redraw = TRUE;
}

static void draw(X11Sign *self)
{
    cairo_t *cr = cairo_create(self->surface);
    ra_panel_draw(self->panel, cr, self->hover, self->is_pressed);
    cairo_destroy(cr);
    cairo_surface_flush(self->surface);
    self->redraw = FALSE;
}

static void set_hover(X11Sign *self, RaPanelPart part)
{
    self->redraw |= part != self->hover;
    self->hover = part;
}

static void drag(X11Sign *self, int root_x)
{
    const int room = self->home.width - ra_panel_width(self->panel);
    if (room <= 0)
        return;
    self->place = CLAMP((double)(root_x - self->grip - self->home.x) / room, 0, 1);
    place_panel(self);
}

static void press(X11Sign *self, const xcb_button_press_event_t *event)
{
    if (event->detail != XCB_BUTTON_INDEX_1)
        return;
    self->pressed = ra_panel_at(self->panel, event->event_x, event->event_y);
    self->is_dragged = self->pressed == RA_PANEL_REST;
    self->is_pressed = !self->is_dragged;
    self->grip = event->root_x - self->x;
    set_hover(self, self->pressed);
    self->redraw = TRUE;
}

static void release(X11Sign *self, const xcb_button_release_event_t *event)
{
    if (event->detail != XCB_BUTTON_INDEX_1)
        return;
    const RaPanelPart part = ra_panel_at(self->panel, event->event_x, event->event_y);
    if (self->is_pressed && part == self->pressed) {
        self->take_back_due |= part == RA_PANEL_STOP_CONTROL;
        self->end_due |= part == RA_PANEL_END;
    }
    self->is_pressed = self->is_dragged = FALSE;
    self->redraw = TRUE;
}

static void take_event(const xcb_generic_event_t *event, gpointer data)
{
    X11Sign *self = data;
    if (self->panel == NULL)
        return;
    const xcb_motion_notify_event_t *motion = (const xcb_motion_notify_event_t *)event;
    switch (event->response_type & 0x7f) {
    case XCB_EXPOSE:
        self->redraw = TRUE;
        break;
    case XCB_BUTTON_PRESS:
        press(self, (const xcb_button_press_event_t *)event);
        break;
    case XCB_BUTTON_RELEASE:
        release(self, (const xcb_button_release_event_t *)event);
        break;
    case XCB_MOTION_NOTIFY:
        if (self->is_dragged)
            drag(self, motion->root_x);
        else
            set_hover(self, ra_panel_at(self->panel, motion->event_x, motion->event_y));
        break;
    case XCB_LEAVE_NOTIFY:
        set_hover(self, RA_PANEL_REST);
        break;
    default:
        self->area_changed |= ra_x11_area_event(self->x11, self->randr_event, event);
        ra_x11_stack_event(&self->stack, event);
    }
}

/* After a call out, SELF may be freed. */
static gboolean settle(gpointer data)
{
    X11Sign *self = data;
    if (self->panel == NULL)
        return FALSE;
    if (self->area_changed) {
        self->area_changed = FALSE;
        arrange(self);
    }
    if (!ra_x11_stack_restore(&self->stack)) {
        self->events->end(self->data); /* nobody watches without a sign */
        return TRUE;
    }
    ra_x11_stack_settle(&self->stack);
    if (self->redraw)
        draw(self);
    if (self->take_back_due) {
        self->take_back_due = FALSE;
        self->events->take_back(self->data);
        return TRUE;
    }
    if (self->end_due) {
        self->end_due = FALSE;
        self->events->end(self->data);
        return TRUE;
    }
    return FALSE;
}

/* Where the server is gone the screen source tells why; but it may be that the sign alone was
 * thrown out, and nobody watches without a sign. After the call out, SELF may be freed. */
static void connection_lost(G_GNUC_UNUSED const GError *error, gpointer data)
{
    X11Sign *self = data;
    const gboolean was_shown = self->panel != NULL;
    g_clear_pointer(&self->panel, ra_panel_free);
    ra_x11_stack_unwatch(&self->stack);
    if (was_shown)
        self->events->end(self->data);
}

static void hide(RaSign *sign)
{
    X11Sign *self = (X11Sign *)sign;
    if (self->panel == NULL)
        return;
    g_clear_pointer(&self->panel, ra_panel_free);
    self->take_back_due = self->end_due = FALSE;
    for (guint i = 0; i < self->stack.n; i++)
        ra_x11_stack_show(&self->stack, i, FALSE);
    ra_x11_stack_unwatch(&self->stack);
    xcb_flush(ra_x11_xcb(self->x11));
}

static void show(RaSign *sign, const RaSignState *state)
{
    X11Sign *self = (X11Sign *)sign;
    xcb_connection_t *xcb = ra_x11_xcb(self->x11);
    const gboolean new = self->panel == NULL;
    if (xcb_connection_has_error(xcb) != 0)
        return;
    g_free(self->who);
    self->who = g_strdup(state->who);
    self->rights = state->rights;
    self->hover = RA_PANEL_REST;
    /* What was pressed belongs to what was shown. */
    self->take_back_due &= (state->rights & RA_RIGHT_CONTROL) != 0;
    arrange(self);
    for (guint i = 0; i < BARS; i++)
        ra_x11_stack_show(&self->stack, i, (state->rights & RA_RIGHT_CONTROL) != 0);
    ra_x11_stack_show(&self->stack, PANEL, TRUE);
    if (new)
        ra_x11_stack_watch(&self->stack);
    self->stack.due = TRUE;
    ra_x11_kick(self->x11);
    xcb_flush(xcb);
}

static void free_sign(RaSign *sign)
{
    X11Sign *self = (X11Sign *)sign;
    hide(sign);
    if (self->surface != NULL) {
        cairo_device_t *device = cairo_device_reference(cairo_surface_get_device(self->surface));
        cairo_surface_finish(self->surface);
        cairo_surface_destroy(self->surface);
        cairo_device_finish(device);
        cairo_device_destroy(device);
    }
    ra_x11_close(self->x11);
    g_free(self->who);
    g_free(self);
}

static xcb_window_t new_window(RaX11 *x11, guint32 pixel, guint32 events)
{
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    const xcb_window_t window = xcb_generate_id(xcb);
    const guint32 values[] = {pixel, TRUE, events};
    static const char class[] = "remote-assistance\0Remote-assistance";
    static const char name[] = "Remote Assistance";
    xcb_create_window(xcb, XCB_COPY_FROM_PARENT, window, ra_x11_root(x11), 0, 0, 1, 1, 0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT,
                      XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT | XCB_CW_EVENT_MASK, values);
    xcb_change_property(xcb, XCB_PROP_MODE_REPLACE, window, XCB_ATOM_WM_CLASS, XCB_ATOM_STRING, 8,
                        sizeof class, class);
    xcb_change_property(xcb, XCB_PROP_MODE_REPLACE, window, XCB_ATOM_WM_NAME, XCB_ATOM_STRING, 8,
                        sizeof name - 1, name);
    /* For compositors: no shadow to cast, no effects to play. */
    const xcb_atom_t type = ra_x11_atom(x11, "_NET_WM_WINDOW_TYPE_NOTIFICATION");
    xcb_change_property(xcb, XCB_PROP_MODE_REPLACE, window, ra_x11_atom(x11, "_NET_WM_WINDOW_TYPE"),
                        XCB_ATOM_ATOM, 32, 1, &type);
    return window;
}

static guint32 warning_pixel(RaX11 *x11)
{
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    const guint32 rgb = ra_panel_warning_colour();
    xcb_alloc_color_reply_t *reply = xcb_alloc_color_reply(
        xcb,
        xcb_alloc_color(xcb, ra_x11_screen(x11)->default_colormap,
                        (guint16)((rgb >> 16 & 0xff) * 257), (guint16)((rgb >> 8 & 0xff) * 257),
                        (guint16)((rgb & 0xff) * 257)),
        NULL);
    const guint32 pixel = reply != NULL ? reply->pixel : ra_x11_screen(x11)->white_pixel;
    free(reply);
    return pixel;
}

static void create_windows(X11Sign *self, const xcb_visualtype_t *visual)
{
    const guint32 pixel = warning_pixel(self->x11);
    self->utf8 = ra_x11_atom(self->x11, "UTF8_STRING");
    self->net_name = ra_x11_atom(self->x11, "_NET_WM_NAME");
    for (guint i = 0; i < BARS; i++) {
        self->bar[i] = new_window(self->x11, pixel, 0);
        if (has_shape(self->x11)) /* the pointer passes through */
            xcb_shape_rectangles(ra_x11_xcb(self->x11), XCB_SHAPE_SO_SET, XCB_SHAPE_SK_INPUT,
                                 XCB_CLIP_ORDERING_UNSORTED, self->bar[i], 0, 0, 0, NULL);
        self->stack.window[self->stack.n++] = self->bar[i];
    }
    self->window = new_window(self->x11, ra_x11_screen(self->x11)->black_pixel,
                              XCB_EVENT_MASK_EXPOSURE | XCB_EVENT_MASK_BUTTON_PRESS |
                                  XCB_EVENT_MASK_BUTTON_RELEASE | XCB_EVENT_MASK_POINTER_MOTION |
                                  XCB_EVENT_MASK_LEAVE_WINDOW);
    self->stack.window[self->stack.n++] = self->window;
    self->surface = cairo_xcb_surface_create(ra_x11_xcb(self->x11), self->window,
                                             (xcb_visualtype_t *)visual, 1, 1);
}

RaSign *ra_x11_sign_new(const char *display, const RaSignEvents *events, gpointer data,
                        GError **error)
{
    static const RaSignClass class = {show, hide, free_sign};
    static const RaX11Handlers handlers = {take_event, settle, connection_lost};
    g_autoptr(RaX11) x11 = ra_x11_open(display, error);
    if (x11 == NULL)
        return NULL;
    const xcb_visualtype_t *visual = ra_x11_visual(x11);
    if (visual == NULL) {
        ra_x11_set_error(error, "describe its screen");
        return NULL;
    }
    X11Sign *self = g_new0(X11Sign, 1);
    self->sign.class = &class;
    self->x11 = g_steal_pointer(&x11);
    self->events = events;
    self->data = data;
    self->place = 0.5;
    self->stack.x11 = self->x11;
    ra_x11_area_watch(self->x11, &self->randr_event);
    create_windows(self, visual);
    ra_x11_watch(self->x11, &handlers, self);
    return &self->sign;
}
