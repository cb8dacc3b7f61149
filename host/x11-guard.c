/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 guard: raw events tell whose hands press, and the tree of windows what is in sight. All
 * is looked at again when somebody wants to know: events only tell how long it has been so. */
#include "host/x11-area.h"
#include "host/x11-credit.h"
#include "host/x11-devices.h"
#include "host/x11-panel.h"
#include "host/x11-sight.h"
#include "host/x11.h"

#include <stdlib.h>
#include <string.h>
#include <xcb/shape.h>
#include <xcb/xinput.h>

enum {
    OBEY_MS = 100, /* for the window manager to do what it was asked for */
    LOOKS_AT_ONCE = 3,
    WHEEL_FIRST = 4, /* these buttons are a wheel's */
    WHEEL_LAST = 7,
};

/* Of the Extended Window Manager Hints. */
enum {
    STATE_REMOVE = 0,
    STATE_ADD = 1,
    SOURCE_PAGER = 2,
    MOVE_NORTH_WEST_Y = 1 | 1 << 9 | SOURCE_PAGER << 12, /* of _NET_MOVERESIZE_WINDOW */
};

typedef struct {
    RaGuard guard;
    RaX11 *x11;
    RaX11Devices *devices;
    RaX11Eye eye;
    guint8 randr_event;
    xcb_atom_t check, active, state, above, move; /* _NET_... */
    RaGuardHands hands;
    gint64 server_time;  /* of the last raw event, in milliseconds; does not wrap */
    gint64 behind;       /* our clock less the server's, at the least: microseconds */
    xcb_window_t window; /* that is kept; 0: none */
    RaX11Sight sight;
    gint64 since;
    RaX11Credit credit;
    guint16 moving;  /* the pointer that moved, until it was looked where to; 0: none */
    guint16 pointer; /* that is known to be there: */
    int at_x, at_y;
    gboolean asked; /* the window manager, when it was raised last */
    gboolean due, lost;
    guint timer; /* source, 0 for none */
} X11Guard;

/* When it happened, by our clock. What is read late did not happen late: the least that we were
 * ever behind the server tells how its clock stands to ours. */
static gint64 moment_of(X11Guard *self, guint32 time)
{
    const gint64 now = g_get_monotonic_time();
    if (self->server_time == 0)
        self->server_time = time;
    else
        self->server_time += (gint32)(time - (guint32)self->server_time);
    self->behind = MIN(self->behind, now - self->server_time * 1000);
    return self->server_time * 1000 + self->behind;
}

/* TRUE if WINDOW is what is kept, or lies in it. */
static gboolean is_inside(X11Guard *self, xcb_window_t window)
{
    xcb_connection_t *xcb = ra_x11_xcb(self->x11);
    for (guint i = 0; i < RA_X11_SIGHT_DEPTH && window != 0 && window != self->window; i++) {
        xcb_query_tree_reply_t *tree = xcb_query_tree_reply(xcb, xcb_query_tree(xcb, window), NULL);
        window = tree != NULL ? tree->parent : 0;
        free(tree);
    }
    return window == self->window;
}

static gboolean has_focus(X11Guard *self, guint16 keyboard)
{
    xcb_connection_t *xcb = ra_x11_xcb(self->x11);
    xcb_input_xi_get_focus_reply_t *reply =
        xcb_input_xi_get_focus_reply(xcb, xcb_input_xi_get_focus(xcb, keyboard), NULL);
    const xcb_window_t focus = reply != NULL ? reply->focus : 0;
    free(reply);
    return focus > XCB_INPUT_FOCUS_FOLLOW_KEYBOARD && is_inside(self, focus);
}

/* The topmost window that POINTER is in; 0: none. *RET_X, *RET_Y: in the root window, whole pixels.
 */
static xcb_window_t find_pointer(X11Guard *self, guint16 pointer, int *ret_x, int *ret_y)
{
    xcb_connection_t *xcb = ra_x11_xcb(self->x11);
    xcb_input_xi_query_pointer_reply_t *reply = xcb_input_xi_query_pointer_reply(
        xcb, xcb_input_xi_query_pointer(xcb, ra_x11_root(self->x11), pointer), NULL);
    const xcb_window_t at = reply != NULL ? reply->child : 0;
    *ret_x = reply != NULL ? reply->root_x >> 16 : 0;
    *ret_y = reply != NULL ? reply->root_y >> 16 : 0;
    free(reply);
    return at;
}

/* A pointer that is not where it was left by whatever moved it was put there by a program. */
static gboolean is_pointed_at(X11Guard *self, const RaX11Raw *raw)
{
    int x, y;
    const xcb_window_t at = find_pointer(self, raw->device, &x, &y);
    if (self->pointer == raw->device && self->moving == 0 && (x != self->at_x || y != self->at_y))
        self->hands.injected = MAX(self->hands.injected, moment_of(self, raw->time));
    return at != 0 && ((self->sight.n > 0 && at == self->sight.path[self->sight.n - 1]) ||
                       ra_x11_eye_same_program(&self->eye, at, self->window));
}

/* What is pressed elsewhere is no answer: a program that watches the novice type must not choose
 * the moment. (Where a screen is touched, no pointer tells.) */
static gboolean is_for_window(X11Guard *self, const RaX11Raw *raw)
{
    if (self->window == 0 || raw->kind == RA_X11_RAW_TOUCH)
        return TRUE;
    return raw->kind == RA_X11_RAW_KEY ? has_focus(self, raw->device) : is_pointed_at(self, raw);
}

static void take_raw(X11Guard *self, const RaX11Raw *raw)
{
    const gint64 moment = moment_of(self, raw->time);
    if (raw->kind == RA_X11_RAW_MOTION)
        self->moving = raw->device;
    if (!raw->real) {
        self->hands.injected = MAX(self->hands.injected, moment);
        return;
    }
    if (raw->kind == RA_X11_RAW_MOTION ||
        (raw->kind == RA_X11_RAW_BUTTON && raw->detail >= WHEEL_FIRST && raw->detail <= WHEEL_LAST))
        return;
    if (is_for_window(self, raw))
        self->hands.real = MAX(self->hands.real, moment);
}

static void take_event(const xcb_generic_event_t *event, gpointer data)
{
    X11Guard *self = data;
    const RaX11Raw raw = ra_x11_devices_raw(self->devices, event);
    if (raw.kind != RA_X11_RAW_NONE) {
        take_raw(self, &raw);
        return;
    }
    if (ra_x11_area_event(self->x11, self->randr_event, event)) {
        ra_x11_eye_blink(&self->eye);
        self->due = TRUE;
    }
    const guint8 type = event->response_type & 0x7f;
    if (type == XCB_PROPERTY_NOTIFY) {
        const xcb_atom_t atom = ((const xcb_property_notify_event_t *)event)->atom;
        self->due |= atom == self->eye.opacity || atom == self->eye.shadow;
    } else if (type >= XCB_CREATE_NOTIFY && type <= XCB_CIRCULATE_NOTIFY) {
        self->due = TRUE;
    } else {
        self->due |= self->eye.shape_event != 0 && type == self->eye.shape_event + XCB_SHAPE_NOTIFY;
    }
}

static void select_root_events(X11Guard *self)
{
    const guint32 mask = XCB_EVENT_MASK_STRUCTURE_NOTIFY |
                         (self->window != 0 ? XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY : 0);
    xcb_change_window_attributes(ra_x11_xcb(self->x11), ra_x11_root(self->x11), XCB_CW_EVENT_MASK,
                                 &mask);
}

/* Of the window and of those around it. */
static void select_events(X11Guard *self, const RaX11Sight *sight, gboolean on)
{
    const guint32 mask = on ? XCB_EVENT_MASK_STRUCTURE_NOTIFY | XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY |
                                  XCB_EVENT_MASK_PROPERTY_CHANGE
                            : 0;
    for (guint i = 0; i < sight->n; i++)
        xcb_change_window_attributes(ra_x11_xcb(self->x11), sight->path[i], XCB_CW_EVENT_MASK,
                                     &mask);
}

static gboolean same_path(const RaX11Sight *a, const RaX11Sight *b)
{
    return a->n == b->n && memcmp(a->path, b->path, a->n * sizeof a->path[0]) == 0;
}

static void tell_manager(X11Guard *self, xcb_atom_t type, const guint32 *values, guint n)
{
    xcb_client_message_event_t message = {
        .response_type = XCB_CLIENT_MESSAGE, .format = 32, .window = self->window, .type = type};
    memcpy(message.data.data32, values, n * sizeof *values);
    xcb_send_event(ra_x11_xcb(self->x11), FALSE, ra_x11_root(self->x11),
                   XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY | XCB_EVENT_MASK_SUBSTRUCTURE_REDIRECT,
                   (const char *)&message);
}

static void set_above(X11Guard *self, gboolean above)
{
    const guint32 values[] = {above ? STATE_ADD : STATE_REMOVE, self->above, 0, SOURCE_PAGER};
    tell_manager(self, self->state, values, G_N_ELEMENTS(values));
}

static void activate(X11Guard *self)
{
    const guint32 values[] = {SOURCE_PAGER, XCB_CURRENT_TIME, 0};
    set_above(self, TRUE);
    tell_manager(self, self->active, values, G_N_ELEMENTS(values));
}

static gboolean has_manager(X11Guard *self)
{
    xcb_connection_t *xcb = ra_x11_xcb(self->x11);
    xcb_get_property_reply_t *reply = xcb_get_property_reply(
        xcb,
        xcb_get_property(xcb, FALSE, ra_x11_root(self->x11), self->check, XCB_ATOM_WINDOW, 0, 1),
        NULL);
    const gboolean there = reply != NULL && xcb_get_property_value_length(reply) > 0;
    free(reply);
    return there;
}

/* The panel is at the top of the primary monitor, or will be: the window goes below it, if there is
 * room, so that neither its title nor its first words are hidden. */
static void leave_room(X11Guard *self)
{
    RaX11Area home;
    xcb_connection_t *xcb = ra_x11_xcb(self->x11);
    if (self->sight.n == 0)
        return;
    const xcb_window_t frame = self->sight.path[self->sight.n - 1];
    xcb_get_geometry_reply_t *place =
        xcb_get_geometry_reply(xcb, xcb_get_geometry(xcb, frame), NULL);
    if (place == NULL)
        return;
    ra_x11_area_primary(self->x11, &home);
    const int room = ra_panel_room(ra_x11_area_dpi(self->x11)), y = home.y + room;
    const gboolean below = place->y >= y || place->y + place->height <= home.y ||
                           place->x >= home.x + home.width || place->x + place->width <= home.x;
    if (!below && place->height + room <= home.height) {
        const guint32 values[] = {MOVE_NORTH_WEST_Y, 0, (guint32)y, 0, 0};
        if (has_manager(self))
            tell_manager(self, self->move, values, G_N_ELEMENTS(values));
        else
            xcb_configure_window(xcb, frame, XCB_CONFIG_WINDOW_Y, &values[2]);
    }
    free(place);
}

static gboolean on_timer(gpointer data)
{
    X11Guard *self = data;
    self->timer = 0;
    self->due = TRUE;
    ra_x11_kick(self->x11);
    return G_SOURCE_REMOVE;
}

/* By the window manager first; where it does not do it, or there is none, all the same. */
static void raise_window(X11Guard *self)
{
    const guint32 above = XCB_STACK_MODE_ABOVE;
    guint wait = RA_X11_CREDIT_RETRY_MS;
    if (ra_x11_credit_take(&self->credit)) {
        wait = OBEY_MS;
        self->asked = !self->asked && has_manager(self);
        if (self->asked)
            activate(self);
        else
            xcb_configure_window(ra_x11_xcb(self->x11), self->sight.path[self->sight.n - 1],
                                 XCB_CONFIG_WINDOW_STACK_MODE, &above);
    }
    if (self->timer == 0)
        self->timer = g_timeout_add(wait, on_timer, self);
}

/* Windows around it that were not known yet are watched, and then looked at again: nothing that
 * changes meanwhile is missed. */
static void look(X11Guard *self)
{
    RaX11Sight sight;
    gboolean known = FALSE, moved = FALSE;
    self->due = FALSE;
    if (self->window == 0)
        return;
    for (guint i = 0; i < LOOKS_AT_ONCE && !known; i++) {
        ra_x11_eye_look(&self->eye, self->window, &sight);
        known = same_path(&sight, &self->sight);
        if (!known) {
            select_events(self, &self->sight, FALSE);
            select_events(self, &sight, TRUE);
        }
        moved |= memcmp(&sight.place, &self->sight.place, sizeof sight.place) != 0;
        self->sight = sight;
    }
    if (!known || !sight.whole || sight.covered)
        self->since = 0;
    else if (self->since == 0 || moved)
        self->since = g_get_monotonic_time();
    self->due = !known;
    if (sight.n > 0 && sight.covered)
        raise_window(self);
}

static gboolean settle(gpointer data)
{
    X11Guard *self = data;
    if (self->moving != 0) {
        (void)find_pointer(self, self->moving, &self->at_x, &self->at_y);
        self->pointer = self->moving;
        self->moving = 0;
    }
    if (self->due)
        look(self);
    return FALSE;
}

static void connection_lost(G_GNUC_UNUSED const GError *error, gpointer data)
{
    X11Guard *self = data;
    self->lost = TRUE;
    self->since = 0;
    g_clear_handle_id(&self->timer, g_source_remove);
}

static gboolean sees(RaGuard *guard)
{
    X11Guard *self = (X11Guard *)guard;
    return !self->lost && ra_x11_catch_up(self->x11);
}

static RaGuardHands hands(RaGuard *guard)
{
    X11Guard *self = (X11Guard *)guard;
    if (!sees(guard))
        return (RaGuardHands){0};
    return self->hands;
}

static void keep(RaGuard *guard, guint32 window)
{
    X11Guard *self = (X11Guard *)guard;
    if (self->lost)
        return;
    if (self->window != 0) {
        if (has_manager(self))
            set_above(self, FALSE);
        select_events(self, &self->sight, FALSE);
    }
    g_clear_handle_id(&self->timer, g_source_remove);
    self->sight = (RaX11Sight){0};
    self->since = 0;
    self->asked = FALSE;
    self->window = window;
    self->hands.real = 0; /* that was for another window */
    select_root_events(self);
    if (window != 0 && has_manager(self)) {
        self->asked = TRUE;
        activate(self);
    }
    look(self);
    leave_room(self);
    xcb_flush(ra_x11_xcb(self->x11));
}

static gint64 in_sight_since(RaGuard *guard)
{
    X11Guard *self = (X11Guard *)guard;
    if (self->window == 0 || !sees(guard))
        return 0;
    look(self);
    return self->since;
}

static void free_guard(RaGuard *guard)
{
    X11Guard *self = (X11Guard *)guard;
    keep(guard, 0);
    if (!self->lost)
        ra_x11_sync(self->x11); /* the server reads all of it before the end */
    g_clear_handle_id(&self->timer, g_source_remove);
    ra_x11_eye_clear(&self->eye);
    ra_x11_devices_free(self->devices);
    ra_x11_close(self->x11);
    g_free(self);
}

RaGuard *ra_x11_guard_new(const char *display, GError **error)
{
    static const RaGuardClass class = {sees, hands, keep, in_sight_since, free_guard};
    static const RaX11Handlers handlers = {take_event, settle, connection_lost};
    g_autoptr(RaX11) x11 = ra_x11_open(display, error);
    if (x11 == NULL)
        return NULL;
    RaX11Devices *devices = ra_x11_devices_new(x11, error);
    if (devices == NULL)
        return NULL;
    X11Guard *self = g_new0(X11Guard, 1);
    self->guard.class = &class;
    self->x11 = g_steal_pointer(&x11);
    self->devices = devices;
    self->behind = G_MAXINT64;
    self->check = ra_x11_atom(self->x11, "_NET_SUPPORTING_WM_CHECK");
    self->active = ra_x11_atom(self->x11, "_NET_ACTIVE_WINDOW");
    self->state = ra_x11_atom(self->x11, "_NET_WM_STATE");
    self->above = ra_x11_atom(self->x11, "_NET_WM_STATE_ABOVE");
    self->move = ra_x11_atom(self->x11, "_NET_MOVERESIZE_WINDOW");
    ra_x11_eye_init(&self->eye, self->x11);
    ra_x11_credit_init(&self->credit);
    ra_x11_area_watch(self->x11, &self->randr_event);
    ra_x11_devices_watch(self->devices);
    ra_x11_watch(self->x11, &handlers, self);
    ra_x11_sync(self->x11); /* it watches from now on */
    return &self->guard;
}
