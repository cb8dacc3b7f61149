/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assist/clipboard-x11.h"

#include "assist/clipboard-x11-private.h"
#include "base/error.h"
#include "base/io.h"

#include <stdlib.h>
#include <string.h>
#include <xcb/xfixes.h>
#include <xcb/xtest.h>

enum { EVENTS_AT_ONCE = 256 };

typedef struct {
    GSource source;
    RaX11Selection *selection;
} SelectionSource;

static void lose(RaX11Selection *self)
{
    g_clear_pointer(&self->own, g_bytes_unref);
    self->claiming = FALSE;
}

/* Who has the clipboard now. Where nobody has, nothing was copied. */
static void take_owner(RaX11Selection *self, const xcb_xfixes_selection_notify_event_t *event)
{
    if (event->selection != self->atom[RA_ATOM_CLIPBOARD] || event->owner == self->window)
        return;
    if (!self->claiming)
        lose(self);
    self->changed_due |= event->owner != XCB_WINDOW_NONE;
}

static void take_property_event(RaX11Selection *self, const xcb_property_notify_event_t *event)
{
    if (event->window != self->window) {
        if (event->state == XCB_PROPERTY_DELETE)
            ra_x11_selection_taken(self, event->window, event->atom);
    } else if (event->state != XCB_PROPERTY_NEW_VALUE) {
        return;
    } else if (event->atom == self->atom[RA_ATOM_TIME] && self->claiming) {
        self->claiming = FALSE;
        self->since = event->time;
        self->changed_due = FALSE; /* what was copied before is gone */
        xcb_set_selection_owner(self->xcb, self->window, self->atom[RA_ATOM_CLIPBOARD],
                                event->time);
        xcb_flush(self->xcb);
    } else {
        ra_x11_selection_take_piece(self, event->atom);
    }
}

static void take_event(RaX11Selection *self, const xcb_generic_event_t *event)
{
    const guint8 type = event->response_type & 0x7f;
    if (type == self->xfixes_event + XCB_XFIXES_SELECTION_NOTIFY)
        take_owner(self, (const xcb_xfixes_selection_notify_event_t *)event);
    else if (type == XCB_SELECTION_REQUEST)
        ra_x11_selection_take_request(self, (const xcb_selection_request_event_t *)event);
    else if (type == XCB_SELECTION_NOTIFY)
        ra_x11_selection_take_notify(self, (const xcb_selection_notify_event_t *)event);
    else if (type == XCB_PROPERTY_NOTIFY)
        take_property_event(self, (const xcb_property_notify_event_t *)event);
}

/* Returns FALSE where SELF was freed by the callee. */
static gboolean call_out(RaX11Selection *self)
{
    gboolean freed = FALSE;
    self->freed = &freed; /* cppcheck-suppress autoVariables ; until this returns */
    if (self->got_due) {
        self->got_due = FALSE;
        GBytes *got = g_steal_pointer(&self->got);
        if (self->events != NULL)
            self->events->got(self->got_format, got, self->data);
        else if (got != NULL)
            g_bytes_unref(got);
    }
    if (!freed && self->changed_due) {
        self->changed_due = FALSE;
        if (self->events != NULL)
            self->events->changed(self->data);
    }
    if (!freed)
        self->freed = NULL;
    return !freed;
}

/* NEXT says where they come from: xcb_poll_for_event() looks at the socket, the other only at what
 * was read already. */
static void read_events(RaX11Selection *self, xcb_generic_event_t *(*next)(xcb_connection_t *xcb))
{
    xcb_generic_event_t *event;
    for (int i = 0; i < EVENTS_AT_ONCE && !self->dead && (event = next(self->xcb)) != NULL; i++) {
        take_event(self, event);
        free(event);
    }
    if (self->dead || xcb_connection_has_error(self->xcb) == 0)
        return;
    self->dead = TRUE;
    lose(self);
    g_source_remove_unix_fd(self->source, self->fd_tag);
    if (self->reading != RA_READING_NOTHING)
        ra_x11_selection_finish(self, RA_CLIPBOARD_TEXT, NULL);
}

static void set_next_time(RaX11Selection *self)
{
    const gint64 now = g_get_monotonic_time();
    gint64 next = self->dead ? -1 : ra_x11_selection_give_up(self, now);
    if (self->reading != RA_READING_NOTHING && (next < 0 || self->read_until < next))
        next = self->read_until;
    if (self->got_due || self->changed_due)
        next = 0;
    g_source_set_ready_time(self->source, next);
}

static gboolean prepare(GSource *source, int *timeout)
{
    RaX11Selection *self = ((SelectionSource *)source)->selection;
    *timeout = -1;
    if (self->dead)
        return FALSE;
    /* A reply that was waited for may have brought events with it. */
    read_events(self, xcb_poll_for_queued_event);
    if (!self->dead)
        xcb_flush(self->xcb);
    return self->got_due || self->changed_due;
}

static gboolean dispatch(GSource *source, G_GNUC_UNUSED GSourceFunc callback,
                         G_GNUC_UNUSED gpointer data)
{
    RaX11Selection *self = ((SelectionSource *)source)->selection;
    read_events(self, xcb_poll_for_event);
    if (self->reading != RA_READING_NOTHING && g_get_monotonic_time() >= self->read_until)
        ra_x11_selection_finish(self, RA_CLIPBOARD_TEXT, NULL);
    if (!call_out(self))
        return G_SOURCE_REMOVE;
    set_next_time(self);
    return G_SOURCE_CONTINUE;
}

static void watch(RaSelection *selection, const RaSelectionEvents *events, gpointer data)
{
    RaX11Selection *self = (RaX11Selection *)selection;
    self->events = events;
    self->data = data;
}

static void read_selection(RaSelection *selection)
{
    ra_x11_selection_read((RaX11Selection *)selection);
}

/* First asks the server what time it is: who copied last has the clipboard. */
static void set(RaSelection *selection, RaClipboardFormat format, GBytes *bytes)
{
    RaX11Selection *self = (RaX11Selection *)selection;
    if (self->dead)
        return;
    lose(self);
    self->own = g_bytes_ref(bytes);
    self->own_format = format;
    self->claiming = TRUE;
    xcb_change_property(self->xcb, XCB_PROP_MODE_APPEND, self->window, self->atom[RA_ATOM_TIME],
                        XCB_ATOM_INTEGER, 8, 0, NULL);
    xcb_flush(self->xcb);
}

static void free_selection(RaSelection *selection)
{
    RaX11Selection *self = (RaX11Selection *)selection;
    if (self->freed != NULL)
        *self->freed = TRUE;
    if (self->source != NULL) {
        g_source_destroy(self->source);
        g_source_unref(self->source);
    }
    for (guint i = 0; i < self->gives->len; i++)
        g_bytes_unref(g_array_index(self->gives, RaSelectionGive, i).bytes);
    g_array_unref(self->gives);
    g_byte_array_unref(self->pieces);
    g_clear_pointer(&self->own, g_bytes_unref);
    g_clear_pointer(&self->got, g_bytes_unref);
    xcb_disconnect(self->xcb);
    g_free(self);
}

static void find_atoms(RaX11Selection *self)
{
    static const char *const names[RA_ATOMS] = {
        [RA_ATOM_CLIPBOARD] = "CLIPBOARD",     [RA_ATOM_TARGETS] = "TARGETS",
        [RA_ATOM_TIMESTAMP] = "TIMESTAMP",     [RA_ATOM_MULTIPLE] = "MULTIPLE",
        [RA_ATOM_ATOM_PAIR] = "ATOM_PAIR",     [RA_ATOM_INCR] = "INCR",
        [RA_ATOM_UTF8_STRING] = "UTF8_STRING", [RA_ATOM_TEXT_UTF8] = "text/plain;charset=utf-8",
        [RA_ATOM_TEXT_PLAIN] = "text/plain",   [RA_ATOM_TEXT] = "TEXT",
        [RA_ATOM_PNG] = "image/png",           [RA_ATOM_SECRET] = "x-kde-passwordManagerHint",
        [RA_ATOM_TIME] = "_RA_TIME",           [RA_ATOM_SLOT] = "_RA_SLOT_0",
        [RA_ATOM_SLOT + 1] = "_RA_SLOT_1",     [RA_ATOM_SLOT + 2] = "_RA_SLOT_2",
        [RA_ATOM_SLOT + 3] = "_RA_SLOT_3",
    };
    xcb_intern_atom_cookie_t asked[RA_ATOMS];
    for (guint i = 0; i < RA_ATOMS; i++)
        asked[i] = xcb_intern_atom(self->xcb, FALSE, (guint16)strlen(names[i]), names[i]);
    for (guint i = 0; i < RA_ATOMS; i++) {
        xcb_intern_atom_reply_t *reply = xcb_intern_atom_reply(self->xcb, asked[i], NULL);
        self->atom[i] = reply != NULL ? reply->atom : XCB_ATOM_NONE;
        free(reply);
    }
}

static void open_window(RaX11Selection *self, xcb_window_t root)
{
    const guint32 events = XCB_EVENT_MASK_PROPERTY_CHANGE;
    self->window = xcb_generate_id(self->xcb);
    xcb_create_window(self->xcb, XCB_COPY_FROM_PARENT, self->window, root, -1, -1, 1, 1, 0,
                      XCB_WINDOW_CLASS_INPUT_ONLY, XCB_COPY_FROM_PARENT, XCB_CW_EVENT_MASK,
                      &events);
    xcb_discard_reply(self->xcb, xcb_xfixes_query_version(self->xcb, XCB_XFIXES_MAJOR_VERSION,
                                                          XCB_XFIXES_MINOR_VERSION)
                                     .sequence);
    xcb_xfixes_select_selection_input(self->xcb, self->window, self->atom[RA_ATOM_CLIPBOARD],
                                      XCB_XFIXES_SELECTION_EVENT_MASK_SET_SELECTION_OWNER);
    /* A program that grabs the server must not hold up ours. */
    const xcb_query_extension_reply_t *test = xcb_get_extension_data(self->xcb, &xcb_test_id);
    if (test != NULL && test->present)
        xcb_test_grab_control(self->xcb, TRUE);
    xcb_flush(self->xcb);
}

static void add_source(RaX11Selection *self)
{
    static GSourceFuncs funcs = {.prepare = prepare, .dispatch = dispatch};
    g_autoptr(GMainContext) context = g_main_context_ref_thread_default();
    self->source = g_source_new(&funcs, sizeof(SelectionSource));
    ((SelectionSource *)self->source)->selection = self;
    ra_source_set_lean(self->source);
    g_source_set_static_name(self->source, "X11 clipboard");
    self->fd_tag = g_source_add_unix_fd(self->source, xcb_get_file_descriptor(self->xcb),
                                        G_IO_IN | G_IO_HUP | G_IO_ERR);
    g_source_attach(self->source, context);
}

RaSelection *ra_clipboard_x11_new(const char *display, GError **error)
{
    static const RaSelectionClass class = {watch, read_selection, set, free_selection};
    xcb_connection_t *xcb = xcb_connect(display, NULL);
    const xcb_query_extension_reply_t *xfixes =
        xcb_connection_has_error(xcb) == 0 ? xcb_get_extension_data(xcb, &xcb_xfixes_id) : NULL;
    if (xfixes == NULL || !xfixes->present) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    xcb_connection_has_error(xcb) != 0
                        ? "The X display cannot be reached: the clipboard is not shared"
                        : "The X server lacks the extension XFIXES: the clipboard is not shared");
        xcb_disconnect(xcb);
        return NULL;
    }
    RaX11Selection *self = g_new0(RaX11Selection, 1);
    self->selection.class = &class;
    self->xcb = xcb;
    self->xfixes_event = xfixes->first_event;
    self->pieces = g_byte_array_new();
    self->gives = g_array_new(FALSE, FALSE, sizeof(RaSelectionGive));
    find_atoms(self);
    open_window(self, xcb_setup_roots_iterator(xcb_get_setup(xcb)).data->root);
    add_source(self);
    return &self->selection;
}
