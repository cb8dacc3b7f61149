/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The X11 input sink: XTEST injects; XInput 2 tells what the novice does. */
#include "host/x11-area.h"
#include "host/x11-choice.h"
#include "host/x11-conn.h"
#include "host/x11-devices.h"
#include "host/x11-keys.h"
#include "host/x11.h"

#include <xcb/xtest.h>

enum {
    BUTTONS = 9, /* of RFB's mask: bit 0 is the first */
    WAITING_MAX = 2048,
};

/* What is left of an RA_IPC_POINTER or RA_IPC_KEY_PRESS. */
typedef struct {
    gboolean is_key, down;
    guint32 keysym, code;
    guint16 x, y, buttons;
} Event;

typedef struct {
    RaInput input;
    RaX11 *x11;
    RaX11Choice *choice;
    guint choice_serial;         /* that `area` is of */
    const RaInputEvents *events; /* NULL until started, and after the server has gone */
    gpointer data;
    RaX11Area area;
    gboolean area_changed;
    guint8 randr_event;
    RaX11Devices *devices;
    RaX11Keys *keys;
    guint16 buttons;                            /* injected and down, as in RFB's mask */
    GArray *waiting;                            /* of Event: the first cannot be done yet */
    guint timer;                                /* source, 0 for none */
    gboolean escape_due, active_due, pause_due; /* callbacks */
} X11Input;

static void take_event(const xcb_generic_event_t *event, gpointer data)
{
    X11Input *self = data;
    guint keycode = 0;
    ra_x11_keys_event(self->keys, event);
    switch (ra_x11_devices_event(self->devices, event, &keycode)) {
    case RA_X11_REAL_KEY:
        self->active_due = TRUE;
        self->escape_due |= ra_x11_keys_is_escape(self->keys, keycode);
        self->pause_due ^= ra_x11_keys_is_pause(keycode); /* twice: as it was */
        break;
    case RA_X11_REAL_OTHER:
        self->active_due = TRUE;
        break;
    case RA_X11_NO_INPUT:
        self->area_changed |= ra_x11_area_event(self->x11, self->randr_event, event);
        break;
    }
}

/* After each call out, SELF may be freed. ESC comes first: it is the more urgent. */
static gboolean settle(gpointer data)
{
    X11Input *self = data;
    if (self->events == NULL)
        return FALSE;
    if (self->escape_due) {
        self->escape_due = FALSE;
        self->events->escape(self->data);
        return TRUE;
    }
    if (self->pause_due) {
        self->pause_due = FALSE;
        if (self->events->pause != NULL)
            self->events->pause(self->data);
        return TRUE;
    }
    if (self->active_due) {
        self->active_due = FALSE;
        self->events->novice_active(self->data);
        return TRUE;
    }
    return FALSE;
}

/* The screen source, which loses its server at the same time, tells. */
static void connection_lost(G_GNUC_UNUSED const GError *error, gpointer data)
{
    ((X11Input *)data)->events = NULL;
}

static gboolean start(RaInput *input, const RaInputEvents *events, gpointer data, GError **error)
{
    static const RaX11Handlers handlers = {take_event, settle, connection_lost};
    X11Input *self = (X11Input *)input;
    ra_x11_area_watch(self->x11, &self->randr_event);
    self->choice_serial = ra_x11_choice_serial(self->choice);
    if (!ra_x11_area_query(self->x11, ra_x11_choice_name(self->choice), &self->area, error))
        return FALSE;
    ra_x11_devices_watch(self->devices);
    self->events = events;
    self->data = data;
    ra_x11_watch(self->x11, &handlers, self);
    return TRUE;
}

static void fake(X11Input *self, guint8 type, guint detail, int x, int y)
{
    xcb_test_fake_input(ra_x11_xcb(self->x11), type, (guint8)detail, XCB_CURRENT_TIME,
                        ra_x11_root(self->x11), (gint16)x, (gint16)y, 0);
}

static void set_buttons(X11Input *self, guint16 buttons)
{
    const guint changed = self->buttons ^ buttons;
    for (guint i = 0; i < BUTTONS; i++)
        if ((changed >> i & 1) != 0)
            fake(self, (buttons >> i & 1) != 0 ? XCB_BUTTON_PRESS : XCB_BUTTON_RELEASE, i + 1, 0,
                 0);
    self->buttons = buttons;
}

static void point(X11Input *self, guint16 x, guint16 y, guint16 buttons)
{
    const guint serial = ra_x11_choice_serial(self->choice);
    if (self->area_changed || serial != self->choice_serial) {
        self->area_changed = FALSE;
        self->choice_serial = serial;
        if (!ra_x11_area_query(self->x11, ra_x11_choice_name(self->choice), &self->area, NULL))
            self->area = (RaX11Area){0};
    }
    if (self->area.width == 0) /* the monitor is off: what lies elsewhere was not shared */
        return;
    fake(self, XCB_MOTION_NOTIFY, FALSE, self->area.x + MIN(x, self->area.width - 1),
         self->area.y + MIN(y, self->area.height - 1));
    set_buttons(self, buttons);
    xcb_flush(ra_x11_xcb(self->x11));
}

/* Returns how many milliseconds EVENT has to wait for, 0 where it is done. */
static guint perform(X11Input *self, const Event *event)
{
    ra_x11_drain(self->x11); /* a new layout, a new size, ESC: they count from now on */
    ra_x11_kick(self->x11);
    if (self->escape_due) /* the novice was first */
        return 0;
    if (!event->is_key)
        point(self, event->x, event->y, event->buttons);
    else if (event->down)
        return ra_x11_keys_press(self->keys, event->keysym, event->code);
    else
        ra_x11_keys_release(self->keys, event->keysym, event->code);
    return 0;
}

static void forget_waiting(X11Input *self)
{
    if (self->timer != 0)
        g_source_remove(self->timer);
    self->timer = 0;
    g_array_set_size(self->waiting, 0);
}

static gboolean go_on(gpointer data)
{
    X11Input *self = data;
    guint done = 0, wait = 0;
    self->timer = 0;
    while (done < self->waiting->len && self->events != NULL) {
        wait = perform(self, &g_array_index(self->waiting, Event, done));
        if (wait > 0)
            break;
        done++;
    }
    if (wait == 0) {
        forget_waiting(self);
        return G_SOURCE_REMOVE;
    }
    g_array_remove_range(self->waiting, 0, done);
    self->timer = g_timeout_add(wait, go_on, self);
    return G_SOURCE_REMOVE;
}

/* What comes behind an event that waits, waits too: the order stays. */
static void inject(RaInput *input, const RaIpcMessage *message)
{
    X11Input *self = (X11Input *)input;
    Event event = {.is_key = message->kind == RA_IPC_KEY_PRESS};
    if (self->events == NULL || (!event.is_key && message->kind != RA_IPC_POINTER))
        return;
    if (event.is_key) {
        event.down = message->key.down;
        event.keysym = message->key.keysym;
        event.code = message->key.code;
    } else {
        event.x = message->pointer.x;
        event.y = message->pointer.y;
        event.buttons = message->pointer.buttons;
    }
    const guint wait = self->waiting->len == 0 ? perform(self, &event) : 0;
    if (self->waiting->len == 0 && wait == 0)
        return;
    if (self->waiting->len == WAITING_MAX) /* nobody types so much: it is not worth keeping */
        return;
    g_array_append_val(self->waiting, event);
    if (self->timer == 0)
        self->timer = g_timeout_add(wait, go_on, self);
}

static void release_all(RaInput *input)
{
    X11Input *self = (X11Input *)input;
    forget_waiting(self);
    set_buttons(self, 0);
    ra_x11_keys_release_all(self->keys);
    ra_x11_sync(self->x11); /* even if the program ends now */
}

static void free_input(RaInput *input)
{
    X11Input *self = (X11Input *)input;
    release_all(input);
    g_array_unref(self->waiting);
    ra_x11_keys_free(self->keys);
    ra_x11_devices_free(self->devices);
    ra_x11_close(self->x11);
    ra_x11_choice_unref(self->choice);
    g_free(self);
}

RaInput *ra_x11_input_new(const char *display, RaX11Choice *choice, GError **error)
{
    static const RaInputClass class = {start, inject, release_all, free_input};
    g_autoptr(RaX11) x11 = ra_x11_open(display, error);
    if (x11 == NULL || ra_x11_extension(x11, &xcb_test_id, "XTEST", error) == NULL)
        return NULL;
    g_autoptr(RaX11Keys) keys = ra_x11_keys_new(x11, error);
    RaX11Devices *devices = keys != NULL ? ra_x11_devices_new(x11, error) : NULL;
    if (devices == NULL)
        return NULL;
    X11Input *self = g_new0(X11Input, 1);
    self->input.class = &class;
    self->x11 = g_steal_pointer(&x11);
    self->keys = g_steal_pointer(&keys);
    self->devices = devices;
    self->waiting = g_array_new(FALSE, FALSE, sizeof(Event));
    self->choice = choice != NULL ? ra_x11_choice_ref(choice) : ra_x11_choice_new(NULL);
    return &self->input;
}
