/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 screen source: XDamage says what changed, and wakes us; nothing else does. */
#include "base/error.h"
#include "base/text.h"
#include "host/x11-area.h"
#include "host/x11-choice.h"
#include "host/x11-conn.h"
#include "host/x11-cursor.h"
#include "host/x11-frame.h"
#include "host/x11-pointer.h"
#include "host/x11.h"

#include <string.h>
#include <xcb/damage.h>

/* Refusals of the picture in a row after which the screen counts as gone. */
enum { REFUSALS_MAX = 8 };

typedef struct {
    RaScreen screen;
    RaX11 *x11;
    RaX11Choice *choice;
    guint choice_serial;          /* that `area` is of */
    RaAssist monitors;            /* as they were last told */
    const RaScreenEvents *events; /* NULL while stopped, and after lost() */
    gpointer data;
    gboolean watched;
    RaX11Area area; /* 0 x 0: the monitor is off, and the frame stands still */
    RaX11Frame *frame;
    RaRegion damage;
    xcb_damage_damage_t damage_id;
    guint8 damage_event, xfixes_event, randr_event; /* the first of each extension */
    guint8 input_opcode;
    gboolean announced; /* damaged() was called, fetch() was not */
    gboolean area_changed, cursor_changed;
    gboolean monitors_changed; /* perhaps: the server is to be asked */
    gboolean pointer_moved;    /* perhaps: the server is to be asked */
    gboolean pointer_due;      /* pointer() is to be called, with: */
    guint16 pointer_x, pointer_y;
    gboolean pointer_known;
    guint refusals;
    GError *failure; /* lost() is due */
    GByteArray *cursor;
} X11Screen;

static void damage_all(X11Screen *self)
{
    self->damage.n = 0;
    ra_region_add(&self->damage, 0, 0, self->area.width, self->area.height, self->area.width,
                  self->area.height);
}

static void take_event(const xcb_generic_event_t *event, gpointer data)
{
    X11Screen *self = data;
    if (self->events == NULL)
        return;
    if ((event->response_type & 0x7f) == self->damage_event + XCB_DAMAGE_NOTIFY) {
        const xcb_rectangle_t *part = &((const xcb_damage_notify_event_t *)event)->area;
        ra_region_add(&self->damage, part->x - self->area.x, part->y - self->area.y, part->width,
                      part->height, self->area.width, self->area.height);
    } else if (ra_x11_cursor_event(self->xfixes_event, event)) {
        self->cursor_changed = self->pointer_moved = TRUE;
    } else if (ra_x11_pointer_event(self->input_opcode, event)) {
        self->pointer_moved = TRUE;
    } else if (ra_x11_area_event(self->x11, self->randr_event, event)) {
        self->area_changed = TRUE;
    }
}

static gboolean new_frame(X11Screen *self, GError **error)
{
    RaX11Frame *frame = ra_x11_frame_new(self->x11, self->area.width, self->area.height, error);
    if (frame == NULL)
        return FALSE;
    ra_x11_frame_free(self->frame);
    self->frame = frame;
    return TRUE;
}

/* A monitor that was pulled out may come back where it is pinned; where the helper chose it, the
 * whole desktop takes its place. */
static gboolean query_area(X11Screen *self, GError **error)
{
    g_autoptr(GError) why = NULL;
    if (ra_x11_area_query(self->x11, ra_x11_choice_name(self->choice), &self->area, &why)) {
        if (self->area.width > 0 || ra_x11_choice_is_pinned(self->choice))
            return TRUE;
    } else if (!g_error_matches(why, RA_ERROR, RA_ERROR_USAGE)) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    if (ra_x11_choice_is_pinned(self->choice) || ra_x11_choice_name(self->choice) == NULL) {
        self->area = (RaX11Area){0};
        return TRUE;
    }
    ra_x11_choice_set(self->choice, NULL);
    return ra_x11_area_query(self->x11, NULL, &self->area, error);
}

/* Looks where the shared area is now. TRUE if resized() is due. */
static gboolean update_area(X11Screen *self)
{
    const RaX11Area old = self->area;
    GError *error = NULL;
    self->area_changed = FALSE;
    if (!query_area(self, &error)) {
        self->failure = error;
        return FALSE;
    }
    const gboolean other = self->choice_serial != ra_x11_choice_serial(self->choice);
    self->choice_serial = ra_x11_choice_serial(self->choice);
    if (!other && old.x == self->area.x && old.y == self->area.y && old.width == self->area.width &&
        old.height == self->area.height)
        return FALSE;
    self->pointer_moved = TRUE;
    damage_all(self);
    if (self->area.width == 0 || (!other && self->area.width == ra_x11_frame_width(self->frame) &&
                                  self->area.height == ra_x11_frame_height(self->frame)))
        return FALSE;
    return new_frame(self, &self->failure);
}

static void report_cursor(X11Screen *self)
{
    RaIpcMessage message;
    ra_x11_cursor_read(self->x11, self->cursor, &message);
    self->cursor_changed = FALSE;
    self->events->cursor(&message, self->data);
}

static void read_pointer(X11Screen *self, xcb_query_pointer_cookie_t asked)
{
    guint16 x, y;
    self->pointer_moved = FALSE;
    ra_x11_pointer_read(self->x11, asked, &self->area, &x, &y);
    self->pointer_due |= !self->pointer_known || x != self->pointer_x || y != self->pointer_y;
    self->pointer_known = TRUE;
    self->pointer_x = x;
    self->pointer_y = y;
}

/* However many events told of a motion, the server is asked once, for where it ended. TRUE if
 * pointer() was called. */
static gboolean report_pointer(X11Screen *self)
{
    if (self->pointer_moved)
        read_pointer(self, ra_x11_pointer_ask(self->x11));
    if (!self->pointer_due)
        return FALSE;
    self->pointer_due = FALSE;
    self->events->pointer(self->pointer_x, self->pointer_y, self->data);
    return TRUE;
}

static void put_monitor(RaAssist *ret, const char *name, const RaX11Area *area)
{
    g_autofree char *shown = ra_text_line(name, RA_TEXT_NAME_MAX);
    ret->monitors.monitor[ret->monitors.n].width = area->width;
    ret->monitors.monitor[ret->monitors.n].height = area->height;
    const char *end = NULL;
    gsize size = MIN(strlen(shown), sizeof ret->monitors.monitor[0].name - 1);
    if (!g_utf8_validate_len(shown, size, &end)) /* cut inside a character */
        size = (gsize)(end - shown);
    memcpy(ret->monitors.monitor[ret->monitors.n].name, shown, size);
    ret->monitors.n++;
}

/* The pinned one alone; else all, or the one screen that there is. */
static void read_monitors(X11Screen *self, RaAssist *ret)
{
    const char *current = ra_x11_choice_name(self->choice);
    *ret = (RaAssist){.kind = RA_ASSIST_MONITORS};
    if (ra_x11_choice_is_pinned(self->choice)) {
        put_monitor(ret, current, &self->area);
        return;
    }
    g_autoptr(GArray) all = ra_x11_area_monitors(self->x11);
    ret->monitors.current = RA_MONITOR_ALL;
    for (guint i = 0; i < all->len && ret->monitors.n < RA_MONITORS_MAX; i++) {
        const RaX11Monitor *monitor = &g_array_index(all, RaX11Monitor, i);
        if (g_strcmp0(monitor->name, current) == 0)
            ret->monitors.current = ret->monitors.n;
        put_monitor(ret, monitor->name, &monitor->area);
    }
    if (ret->monitors.n == 0)
        put_monitor(ret, "screen", &self->area);
    if (ret->monitors.n == 1)
        ret->monitors.current = 0;
}

static gboolean same_monitors(const RaAssist *a, const RaAssist *b)
{
    gboolean same = a->monitors.n == b->monitors.n && a->monitors.current == b->monitors.current;
    for (guint i = 0; same && i < a->monitors.n; i++)
        same = a->monitors.monitor[i].width == b->monitors.monitor[i].width &&
               a->monitors.monitor[i].height == b->monitors.monitor[i].height &&
               g_str_equal(a->monitors.monitor[i].name, b->monitors.monitor[i].name);
    return same;
}

/* TRUE if monitors() was called. */
static gboolean report_monitors(X11Screen *self)
{
    RaAssist now;
    self->monitors_changed = FALSE;
    read_monitors(self, &now);
    if (same_monitors(&now, &self->monitors))
        return FALSE;
    self->monitors = now;
    if (self->events->monitors == NULL)
        return FALSE;
    self->events->monitors(self->data);
    return TRUE;
}

static void report_lost(X11Screen *self, const GError *error)
{
    const RaScreenEvents *events = g_steal_pointer(&self->events);
    if (events != NULL)
        events->lost(error, self->data);
}

/* After each call out, SELF may be freed. */
static gboolean settle(gpointer data)
{
    X11Screen *self = data;
    if (self->events == NULL)
        return FALSE;
    self->monitors_changed |= self->area_changed;
    if (self->area_changed && update_area(self)) {
        self->events->resized(self->data);
        return TRUE;
    }
    if (self->failure != NULL) {
        g_autoptr(GError) failure = g_steal_pointer(&self->failure);
        report_lost(self, failure);
        return FALSE;
    }
    if (self->monitors_changed && report_monitors(self))
        return TRUE;
    if (self->cursor_changed) {
        report_cursor(self);
        return TRUE;
    }
    /* Before the pointer: a fetch tells where that is, too. */
    if (self->damage.n > 0 && !self->announced) {
        self->announced = TRUE;
        self->events->damaged(self->data);
        return TRUE;
    }
    return report_pointer(self);
}

static void connection_lost(const GError *error, gpointer data)
{
    report_lost(data, error);
}

static gboolean watch_damage(X11Screen *self, GError **error)
{
    xcb_connection_t *xcb = ra_x11_xcb(self->x11);
    const xcb_query_extension_reply_t *damage =
        ra_x11_extension(self->x11, &xcb_damage_id, "DAMAGE", error);
    if (damage == NULL)
        return FALSE;
    self->damage_event = damage->first_event;
    xcb_discard_reply(
        xcb,
        xcb_damage_query_version(xcb, XCB_DAMAGE_MAJOR_VERSION, XCB_DAMAGE_MINOR_VERSION).sequence);
    self->damage_id = xcb_generate_id(xcb);
    xcb_damage_create(xcb, self->damage_id, ra_x11_root(self->x11),
                      XCB_DAMAGE_REPORT_LEVEL_DELTA_RECTANGLES);
    return TRUE;
}

static void stop(RaScreen *screen)
{
    X11Screen *self = (X11Screen *)screen;
    if (self->damage_id != 0) {
        xcb_damage_destroy(ra_x11_xcb(self->x11), self->damage_id);
        ra_x11_cursor_unwatch(self->x11);
        ra_x11_pointer_unwatch(self->x11, self->input_opcode);
        xcb_flush(ra_x11_xcb(self->x11));
    }
    self->damage_id = 0;
    self->events = NULL;
    g_clear_error(&self->failure);
    g_clear_pointer(&self->frame, ra_x11_frame_free);
}

static gboolean start(RaScreen *screen, const RaScreenEvents *events, gpointer data, GError **error)
{
    static const RaX11Handlers handlers = {take_event, settle, connection_lost};
    X11Screen *self = (X11Screen *)screen;
    ra_x11_area_watch(self->x11, &self->randr_event);
    ra_x11_choice_set(self->choice, NULL);
    self->choice_serial = ra_x11_choice_serial(self->choice);
    if (!ra_x11_area_query(self->x11, ra_x11_choice_name(self->choice), &self->area, error))
        return FALSE;
    if (self->area.width == 0) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "The monitor that shall be shared is switched off: switch it on");
        return FALSE;
    }
    if (!new_frame(self, error))
        return FALSE;
    if (!ra_x11_cursor_watch(self->x11, &self->xfixes_event, error) || !watch_damage(self, error)) {
        stop(screen);
        return FALSE;
    }
    ra_x11_pointer_watch(self->x11, &self->input_opcode);
    self->events = events;
    self->data = data;
    self->announced = FALSE;
    self->cursor_changed = self->pointer_moved = TRUE;
    self->pointer_known = self->pointer_due = FALSE;
    self->refusals = 0;
    read_monitors(self, &self->monitors);
    damage_all(self);
    if (!self->watched)
        ra_x11_watch(self->x11, &handlers, self);
    self->watched = TRUE;
    ra_x11_kick(self->x11);
    return TRUE;
}

static int frame(RaScreen *screen, RaIpcMessage *ret)
{
    X11Screen *self = (X11Screen *)screen;
    if (self->frame == NULL)
        return -1;
    const guint16 width = ra_x11_frame_width(self->frame);
    *ret = (RaIpcMessage){.kind = RA_IPC_FRAME,
                          .frame = {.width = width,
                                    .height = ra_x11_frame_height(self->frame),
                                    .stride = width * 4u}};
    const char *monitor = ra_x11_choice_name(self->choice);
    g_autofree char *name = monitor == NULL ? g_strdup(g_get_host_name())
                                            : g_strdup_printf("%s %s", g_get_host_name(), monitor);
    g_autofree char *shown = ra_text_line(name, RA_TEXT_NAME_MAX);
    g_strlcpy(ret->frame.name, shown, sizeof ret->frame.name);
    return ra_x11_frame_fd(self->frame);
}

/* The server would not give the picture: its screen has just become smaller, as an event on its
 * way tells. More than a few times it is another trouble. */
static void refused(X11Screen *self)
{
    self->area_changed = TRUE;
    if (++self->refusals >= REFUSALS_MAX && self->failure == NULL)
        ra_x11_set_error(&self->failure, "give a picture of its screen");
}

static gboolean fetch(RaScreen *screen, RaIpcMessage *ret)
{
    X11Screen *self = (X11Screen *)screen;
    xcb_connection_t *xcb = ra_x11_xcb(self->x11);
    if (self->events == NULL)
        return FALSE;
    ra_x11_drain(self->x11);
    self->announced = FALSE;
    if (self->failure != NULL || xcb_connection_has_error(xcb) != 0)
        return FALSE;
    *ret = (RaIpcMessage){.kind = RA_IPC_PIXELS};
    if (self->area_changed || self->area.width == 0 || self->damage.n == 0)
        return TRUE;
    /* First forget, then look: what changes in between is told again. */
    xcb_damage_subtract(xcb, self->damage_id, XCB_XFIXES_REGION_NONE, XCB_XFIXES_REGION_NONE);
    /* No motion tells that a program put the pointer elsewhere: where it matters, the screen
     * changes with it. */
    const xcb_query_pointer_cookie_t pointer = ra_x11_pointer_ask(self->x11);
    const gboolean grabbed =
        ra_x11_frame_grab(self->frame, self->area.x, self->area.y, &self->damage);
    read_pointer(self, pointer);
    if (self->pointer_due)
        ra_x11_kick(self->x11);
    if (!grabbed) {
        refused(self);
        ra_x11_kick(self->x11);
        return xcb_connection_has_error(xcb) == 0 && self->failure == NULL;
    }
    ret->rects.n = self->damage.n;
    memcpy(ret->rects.rect, self->damage.rect, self->damage.n * sizeof *self->damage.rect);
    self->damage.n = 0;
    self->refusals = 0;
    return TRUE;
}

static void monitors(RaScreen *screen, RaAssist *ret)
{
    read_monitors((X11Screen *)screen, ret);
}

static gboolean choose(RaScreen *screen, guint monitor)
{
    X11Screen *self = (X11Screen *)screen;
    if (self->events == NULL || ra_x11_choice_is_pinned(self->choice))
        return self->events != NULL && monitor == 0;
    g_autoptr(GArray) all = ra_x11_area_monitors(self->x11);
    if (monitor != RA_MONITOR_ALL && monitor >= MIN(all->len, RA_MONITORS_MAX))
        return monitor == 0;
    ra_x11_choice_set(self->choice, monitor == RA_MONITOR_ALL
                                        ? NULL
                                        : g_array_index(all, RaX11Monitor, monitor).name);
    self->area_changed |= self->choice_serial != ra_x11_choice_serial(self->choice);
    ra_x11_kick(self->x11);
    return TRUE;
}

static void origin(RaScreen *screen, int *left, int *top)
{
    const X11Screen *self = (X11Screen *)screen;
    *left = self->area.x;
    *top = self->area.y;
}

static void free_screen(RaScreen *screen)
{
    X11Screen *self = (X11Screen *)screen;
    stop(screen);
    ra_x11_close(self->x11);
    g_byte_array_unref(self->cursor);
    ra_x11_choice_unref(self->choice);
    g_free(self);
}

RaScreen *ra_x11_screen_new(const char *display, RaX11Choice *choice, GError **error)
{
    static const RaScreenClass class = {.start = start,
                                        .stop = stop,
                                        .frame = frame,
                                        .fetch = fetch,
                                        .free = free_screen,
                                        .monitors = monitors,
                                        .choose = choose,
                                        .origin = origin};
    g_autoptr(RaX11) x11 = ra_x11_open(display, error);
    if (x11 == NULL || ra_x11_extension(x11, &xcb_damage_id, "DAMAGE", error) == NULL ||
        ra_x11_extension(x11, &xcb_xfixes_id, "XFIXES", error) == NULL)
        return NULL;
    X11Screen *self = g_new0(X11Screen, 1);
    self->screen.class = &class;
    self->x11 = g_steal_pointer(&x11);
    self->choice = choice != NULL ? ra_x11_choice_ref(choice) : ra_x11_choice_new(NULL);
    self->cursor = g_byte_array_new();
    return &self->screen;
}
