/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 sign: a panel at the top of the primary monitor, and four bars around the screen while
 * control is granted, through which the pointer passes. */
#include "host/x11-area.h"
#include "host/x11-clicks.h"
#include "host/x11-conn.h"
#include "host/x11-overlay.h"
#include "host/x11-panel.h"
#include "host/x11-stack.h"
#include "host/x11.h"

#include <cairo-xcb.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* BARS, and then PANEL, are also the places in the stack. */
enum { BARS = 4, PANEL = BARS, BAR_SIZE = 4, RADIUS_MAX = 64 };

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
    RaX11Clicks *clicks;
    RaPanel *panel; /* NULL while hidden */
    char *who;
    RaSignState state; /* its text is `who` */
    double dpi;
    double place;   /* of the panel between the sides of the monitor: 0..1 */
    RaX11Area home; /* the monitor that it is on */
    int x;          /* of the panel, in the root window */
    RaPanelPart hover, pressed;
    gboolean is_pressed, is_dragged;
    gboolean is_real; /* a real device pressed */
    int grip;         /* where it is dragged, from its left side */
    gboolean area_changed, redraw;
    gboolean take_back_due, end_due, pause_due, mute_due, chat_due; /* callbacks */
} X11Sign;

/* Cuts the two lower corners round. */
static void shape_panel(X11Sign *self)
{
    const int width = ra_panel_width(self->panel), height = ra_panel_height(self->panel);
    const int radius = MIN(ra_panel_radius(self->panel), RADIUS_MAX);
    xcb_rectangle_t rows[RADIUS_MAX + 1];
    rows[0] = (xcb_rectangle_t){0, 0, (guint16)width, (guint16)(height - radius)};
    for (int i = 0; i < radius; i++) {
        const int in = (int)lround(radius - sqrt(radius * radius - (i + 0.5) * (i + 0.5)));
        rows[i + 1] = (xcb_rectangle_t){(gint16)in, (gint16)(height - radius + i),
                                        (guint16)(width - 2 * in), 1};
    }
    ra_x11_stack_cut(&self->stack, PANEL, rows, (guint)radius + 1);
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
    const int size =
        MIN((int)lround(BAR_SIZE * self->dpi / RA_X11_DPI), MIN(all.width, all.height) / 4);
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

static gboolean same_places(const RaPanel *a, const RaPanel *b)
{
    gboolean same = ra_panel_width(a) == ra_panel_width(b);
    for (int i = RA_PANEL_REST + 1; i < RA_PANEL_PARTS; i++) {
        int ax = 0, ay = 0, bx = 0, by = 0;
        same &= ra_panel_middle(a, (RaPanelPart)i, &ax, &ay) ==
                    ra_panel_middle(b, (RaPanelPart)i, &bx, &by) &&
                ax == bx && ay == by;
    }
    return same;
}

/* Makes the panel anew, to fit the monitor. */
static void arrange(X11Sign *self)
{
    g_autoptr(RaPanel) old = g_steal_pointer(&self->panel);
    ra_x11_area_primary(self->x11, &self->home);
    self->dpi = ra_x11_area_dpi(self->x11);
    self->panel = ra_panel_new(&self->state, self->dpi, self->home.width);
    if (old == NULL || !same_places(old, self->panel)) {
        self->is_pressed = FALSE;
        self->hover = RA_PANEL_REST;
    }
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

static void press(X11Sign *self, const RaX11Click *click)
{
    self->pressed = ra_panel_at(self->panel, click->x, click->y);
    self->is_dragged = self->pressed == RA_PANEL_REST;
    self->is_pressed = !self->is_dragged;
    self->is_real = click->real;
    self->grip = click->root_x - self->x;
    set_hover(self, self->pressed);
    self->redraw = TRUE;
}

/* What takes power away, or gives none, may be pressed by whomever; what may give some counts only
 * by hand. */
static void release(X11Sign *self, const RaX11Click *click)
{
    const RaPanelPart part = ra_panel_at(self->panel, click->x, click->y);
    const gboolean real = self->is_real && click->real;
    if (self->is_pressed && part == self->pressed) {
        self->take_back_due |= part == RA_PANEL_STOP_CONTROL;
        self->end_due |= part == RA_PANEL_END;
        self->pause_due |= part == RA_PANEL_PAUSE && real;
        self->mute_due |= part == RA_PANEL_MICROPHONE && real;
        self->chat_due |= part == RA_PANEL_CHAT;
    }
    self->is_pressed = self->is_dragged = FALSE;
    self->redraw = TRUE;
}

static void take_click(X11Sign *self, const RaX11Click *click)
{
    switch (click->kind) {
    case RA_X11_CLICK_PRESS:
        press(self, click);
        break;
    case RA_X11_CLICK_RELEASE:
        release(self, click);
        break;
    case RA_X11_CLICK_MOVE:
        if (self->is_dragged)
            drag(self, click->root_x);
        else
            set_hover(self, ra_panel_at(self->panel, click->x, click->y));
        break;
    case RA_X11_CLICK_LEAVE:
        set_hover(self, RA_PANEL_REST);
        break;
    case RA_X11_CLICK_NONE:
        break;
    }
}

static void take_event(const xcb_generic_event_t *event, gpointer data)
{
    X11Sign *self = data;
    const RaX11Click click = ra_x11_clicks_event(self->clicks, event);
    if (self->panel == NULL)
        return;
    if (click.kind != RA_X11_CLICK_NONE) {
        take_click(self, &click);
    } else if ((event->response_type & 0x7f) == XCB_EXPOSE) {
        self->redraw = TRUE;
    } else {
        self->area_changed |= ra_x11_area_event(self->x11, self->randr_event, event);
        ra_x11_stack_event(&self->stack, event);
    }
}

/* One of what was pressed; TRUE if there was one. */
static gboolean report(X11Sign *self)
{
    const RaSignEvents *events = self->events;
    if (self->take_back_due) {
        self->take_back_due = FALSE;
        events->take_back(self->data);
    } else if (self->end_due) {
        self->end_due = FALSE;
        events->end(self->data);
    } else if (self->pause_due) {
        self->pause_due = FALSE;
        if (events->pause != NULL)
            events->pause(!self->state.paused, self->data);
    } else if (self->mute_due) {
        self->mute_due = FALSE;
        if (events->mute != NULL)
            events->mute(self->state.microphone, self->data);
    } else if (self->chat_due) {
        self->chat_due = FALSE;
        if (events->chat != NULL)
            events->chat(self->data);
    } else {
        return FALSE;
    }
    return TRUE;
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
    return report(self);
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
    self->take_back_due = self->end_due = self->pause_due = self->mute_due = FALSE;
    self->chat_due = FALSE;
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
    const gboolean control = (state->rights & RA_RIGHT_CONTROL) != 0 && !state->lost;
    if (xcb_connection_has_error(xcb) != 0)
        return;
    char *who = g_strdup(state->who);
    g_free(self->who);
    /* What was pressed belongs to what was shown. */
    self->take_back_due &= control;
    self->pause_due &= !state->paused == !self->state.paused;
    self->mute_due &= !state->microphone == !self->state.microphone;
    self->chat_due &= state->chat;
    self->state = *state;
    self->state.who = self->who = who;
    arrange(self);
    for (guint i = 0; i < BARS; i++)
        ra_x11_stack_show(&self->stack, i, control);
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
    ra_x11_stack_clear(&self->stack);
    ra_x11_clicks_free(self->clicks);
    ra_x11_close(self->x11);
    g_free(self->who);
    g_free(self);
}

static void create_windows(X11Sign *self, const xcb_visualtype_t *visual)
{
    const guint32 pixel = ra_x11_overlay_pixel(self->x11, ra_panel_warning_colour());
    self->utf8 = ra_x11_atom(self->x11, "UTF8_STRING");
    self->net_name = ra_x11_atom(self->x11, "_NET_WM_NAME");
    for (guint i = 0; i < BARS; i++) {
        self->bar[i] = ra_x11_overlay_new(self->x11, TRUE, pixel, 0);
        self->stack.window[self->stack.n++] = self->bar[i];
        ra_x11_stack_pass(&self->stack, i);
    }
    self->window = ra_x11_overlay_new(self->x11, TRUE, ra_x11_screen(self->x11)->black_pixel,
                                      XCB_EVENT_MASK_EXPOSURE);
    self->clicks = ra_x11_clicks_new(self->x11);
    ra_x11_clicks_watch(self->clicks, self->window);
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
