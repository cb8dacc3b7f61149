/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-conn.h"

#include "base/error.h"
#include "base/io.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <xcb/xtest.h>

/* What is done before the main loop may serve others. */
enum { EVENTS_AT_ONCE = 1024, SETTLES_AT_ONCE = 4 };
/* Events in one reading of the socket from which on more may be in it: xcb reads 128 at the most.
 */
enum { EVENTS_MANY = 64 };

typedef struct {
    GSource source;
    RaX11 *x11;
    gpointer fd;
    gboolean closed; /* x11 is gone */
} X11Source;

struct _RaX11 {
    xcb_connection_t *xcb;
    const xcb_screen_t *screen;
    X11Source *source;            /* NULL until it is watched */
    xcb_generic_event_t *waiting; /* read ahead by prepare() or check() */
    gboolean unsettled;
    gboolean drained; /* dispatch() has just read the socket */
    const RaX11Handlers *handlers;
    gpointer data;
};

static GPtrArray *all_open; /* of RaX11; the main thread's */

/* TRUE if there is something to do that no reading of the socket will announce. */
static gboolean has_work(RaX11 *x11)
{
    if (x11->waiting == NULL)
        x11->waiting = xcb_poll_for_queued_event(x11->xcb);
    return x11->waiting != NULL || x11->unsettled || xcb_connection_has_error(x11->xcb) != 0;
}

static gboolean prepare(GSource *source, int *timeout)
{
    RaX11 *x11 = ((X11Source *)source)->x11;
    *timeout = -1;
    xcb_flush(x11->xcb);
    return has_work(x11);
}

static gboolean check(GSource *source)
{
    RaX11 *x11 = ((X11Source *)source)->x11;
    if (x11->waiting == NULL && g_source_query_unix_fd(source, ((X11Source *)source)->fd) != 0)
        x11->waiting = xcb_poll_for_event(x11->xcb); /* reads the socket */
    return has_work(x11);
}

static xcb_generic_event_t *next_event(RaX11 *x11)
{
    if (x11->waiting != NULL)
        return g_steal_pointer(&x11->waiting);
    return xcb_poll_for_queued_event(x11->xcb);
}

/* Returns how many there were. */
static int take_queued(RaX11 *x11)
{
    xcb_generic_event_t *event;
    int n = 0;
    for (; n < EVENTS_AT_ONCE && (event = next_event(x11)) != NULL; n++) {
        x11->handlers->event(event, x11->data);
        x11->unsettled = TRUE;
        free(event);
    }
    return n;
}

/* What was read, and where that was much, what more there is. */
static void take_read(RaX11 *x11)
{
    for (int all = 0, n = EVENTS_MANY; n >= EVENTS_MANY && all < EVENTS_AT_ONCE; all += n) {
        n = take_queued(x11);
        if (n >= EVENTS_MANY && x11->waiting == NULL)
            x11->waiting = xcb_poll_for_event(x11->xcb);
    }
}

void ra_x11_sync(RaX11 *x11)
{
    free(xcb_get_input_focus_reply(x11->xcb, xcb_get_input_focus(x11->xcb), NULL));
}

void ra_x11_drain(RaX11 *x11)
{
    if (x11->waiting == NULL && !x11->drained)
        x11->waiting = xcb_poll_for_event(x11->xcb);
    take_read(x11);
}

gboolean ra_x11_catch_up(RaX11 *x11)
{
    ra_x11_sync(x11);
    while (take_queued(x11) == EVENTS_AT_ONCE)
        ;
    return xcb_connection_has_error(x11->xcb) == 0;
}

gboolean ra_x11_owns(xcb_window_t window)
{
    for (guint i = 0; all_open != NULL && i < all_open->len; i++) {
        const RaX11 *x11 = g_ptr_array_index(all_open, i);
        const xcb_setup_t *setup = xcb_get_setup(x11->xcb);
        if (setup != NULL && (window & ~setup->resource_id_mask) == setup->resource_id_base)
            return TRUE;
    }
    return FALSE;
}

static gboolean dispatch(GSource *source, G_GNUC_UNUSED GSourceFunc callback,
                         G_GNUC_UNUSED gpointer data)
{
    X11Source *self = (X11Source *)source;
    RaX11 *x11 = self->x11;
    take_read(x11); /* check() has looked at the socket */
    x11->drained = TRUE;
    for (int i = 0; i < SETTLES_AT_ONCE && x11->unsettled; i++) {
        if (xcb_connection_has_error(x11->xcb) != 0)
            break;
        x11->unsettled = FALSE;
        const gboolean again = x11->handlers->settle(x11->data);
        if (self->closed)
            return G_SOURCE_REMOVE;
        x11->unsettled |= again;
    }
    x11->drained = FALSE;
    if (xcb_connection_has_error(x11->xcb) == 0)
        return G_SOURCE_CONTINUE;
    g_autoptr(GError) error =
        g_error_new(RA_ERROR, RA_ERROR_FAILED,
                    "The X server has gone: the desktop session ended, or threw this program out");
    x11->handlers->lost(error, x11->data);
    return G_SOURCE_REMOVE;
}

RaX11 *ra_x11_open(const char *display, GError **error)
{
    int number = 0;
    xcb_connection_t *xcb = xcb_connect(display, &number);
    xcb_screen_iterator_t screens = {0};
    if (xcb_connection_has_error(xcb) == 0)
        screens = xcb_setup_roots_iterator(xcb_get_setup(xcb));
    while (screens.rem > 0 && number-- > 0)
        xcb_screen_next(&screens);
    if (screens.rem == 0) {
        const char *env = g_getenv("DISPLAY");
        g_autofree char *name = ra_text_line(display != NULL ? display
                                             : env != NULL   ? env
                                                             : "",
                                             RA_TEXT_NAME_MAX);
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "The X display \"%s\" cannot be reached: run this in the desktop session that "
                    "shall be shared, where DISPLAY names it",
                    name);
        xcb_disconnect(xcb);
        return NULL;
    }
    /* A program that grabs the server must not hold up the picture, nor the novice's "stop". */
    const xcb_query_extension_reply_t *test = xcb_get_extension_data(xcb, &xcb_test_id);
    if (test != NULL && test->present)
        xcb_test_grab_control(xcb, TRUE);
    RaX11 *x11 = g_new0(RaX11, 1);
    x11->xcb = xcb;
    x11->screen = screens.data;
    if (all_open == NULL)
        all_open = g_ptr_array_new();
    g_ptr_array_add(all_open, x11);
    return x11;
}

void ra_x11_close(RaX11 *x11)
{
    if (x11 == NULL)
        return;
    if (x11->source != NULL) {
        GSource *source = (GSource *)x11->source;
        x11->source->closed = TRUE;
        g_source_destroy(source);
        g_source_unref(source);
    }
    g_ptr_array_remove_fast(all_open, x11);
    if (all_open->len == 0)
        g_clear_pointer(&all_open, g_ptr_array_unref);
    free(x11->waiting);
    xcb_disconnect(x11->xcb);
    g_free(x11);
}

xcb_connection_t *ra_x11_xcb(RaX11 *x11)
{
    return x11->xcb;
}

const xcb_screen_t *ra_x11_screen(RaX11 *x11)
{
    return x11->screen;
}

xcb_window_t ra_x11_root(RaX11 *x11)
{
    return x11->screen->root;
}

const xcb_visualtype_t *ra_x11_visual(RaX11 *x11)
{
    xcb_depth_iterator_t depth = xcb_screen_allowed_depths_iterator(x11->screen);
    for (; depth.rem > 0; xcb_depth_next(&depth)) {
        xcb_visualtype_iterator_t visual = xcb_depth_visuals_iterator(depth.data);
        for (; visual.rem > 0; xcb_visualtype_next(&visual))
            if (visual.data->visual_id == x11->screen->root_visual)
                return visual.data;
    }
    return NULL;
}

void ra_x11_watch(RaX11 *x11, const RaX11Handlers *handlers, gpointer data)
{
    static GSourceFuncs funcs = {.prepare = prepare, .check = check, .dispatch = dispatch};
    g_assert(x11->source == NULL);
    x11->handlers = handlers;
    x11->data = data;
    g_autoptr(GMainContext) context = g_main_context_ref_thread_default();
    GSource *source = g_source_new(&funcs, sizeof(X11Source));
    x11->source = (X11Source *)source;
    x11->source->x11 = x11;
    g_source_set_static_name(source, "X11");
    ra_source_set_lean(source);
    x11->source->fd = g_source_add_unix_fd(source, xcb_get_file_descriptor(x11->xcb),
                                           G_IO_IN | G_IO_HUP | G_IO_ERR);
    g_source_attach(source, context);
}

void ra_x11_kick(RaX11 *x11)
{
    x11->unsettled = TRUE; /* as prepare() sees before the main loop may sleep */
}

const xcb_query_extension_reply_t *ra_x11_extension(RaX11 *x11, xcb_extension_t *extension,
                                                    const char *name, GError **error)
{
    const xcb_query_extension_reply_t *found = xcb_get_extension_data(x11->xcb, extension);
    if (found != NULL && found->present)
        return found;
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                "The X server lacks the extension %s: this desktop cannot be shared without it",
                name);
    return NULL;
}

xcb_atom_t ra_x11_atom(RaX11 *x11, const char *name)
{
    const xcb_intern_atom_cookie_t cookie =
        xcb_intern_atom(x11->xcb, FALSE, (guint16)strlen(name), name);
    xcb_intern_atom_reply_t *reply = xcb_intern_atom_reply(x11->xcb, cookie, NULL);
    const xcb_atom_t atom = reply != NULL ? reply->atom : XCB_ATOM_NONE;
    free(reply);
    return atom;
}

void ra_x11_set_error(GError **error, const char *what)
{
    g_set_error(error, RA_ERROR, RA_ERROR_FAILED, "The X server refused to %s", what);
}
