/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One thread, one loop: GLib polls the display server's socket beside the worker's, and SDL is
 * asked for events only when that socket has something. So nothing runs while nothing happens, no
 * lock is needed, and a key is handled in the same turn of the loop in which it arrives. (The
 * other way, SDL_WaitEvent() with GLib on a second thread, costs a round trip through the X server
 * to wake SDL up for each update of the picture.)
 *
 * Two details. Drawing talks to the display server as well and may read events into its library's
 * queue on the way, where poll() cannot see them: so prepare() empties that queue before each
 * poll. And SDL holds focus changes back for a fifth of a second: after any event it is asked once
 * more, a little later than that.
 */
#include "viewer/loop.h"

#include "base/io.h"

#include <SDL_syswm.h>

enum {
    AFTER_MS = 250,   /* when SDL is asked again after the last event */
    FALLBACK_MS = 10, /* how often where the display server's socket is not known */
    BATCH_MAX = 256,  /* events in one turn */
};

typedef struct {
    GSource source;
    RaEventFunc func;
    gpointer data;
    GPollFD poll;
    gint64 again; /* microseconds, GLib's monotonic time; 0: not needed */
} EventSource;

/* The socket, from the library of the display server that SDL has loaded itself. */
static int find_socket(SDL_Window *window)
{
    union {
        void *object;
        int (*call)(void *display);
    } function;
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    if (!SDL_GetWindowWMInfo(window, &info))
        return -1;
    const char *library = NULL, *name = NULL;
    void *display = NULL;
#ifdef SDL_VIDEO_DRIVER_X11
    if (info.subsystem == SDL_SYSWM_X11) {
        library = "libX11.so.6";
        name = "XConnectionNumber";
        display = info.info.x11.display;
    }
#endif
#ifdef SDL_VIDEO_DRIVER_WAYLAND
    if (info.subsystem == SDL_SYSWM_WAYLAND) {
        library = "libwayland-client.so.0";
        name = "wl_display_get_fd";
        display = info.info.wl.display;
    }
#endif
    void *object = library != NULL ? SDL_LoadObject(library) : NULL;
    function.object = object != NULL ? SDL_LoadFunction(object, name) : NULL;
    const int fd = function.object != NULL && display != NULL ? function.call(display) : -1;
    if (object != NULL)
        SDL_UnloadObject(object);
    return fd;
}

static gboolean pump(void)
{
    SDL_PumpEvents();
    return SDL_HasEvents(SDL_FIRSTEVENT, SDL_LASTEVENT);
}

static gboolean prepare(GSource *source, gint *timeout)
{
    EventSource *events = (EventSource *)source;
    *timeout = events->poll.fd < 0 ? FALLBACK_MS : -1;
    if (pump())
        return TRUE;
    if (events->again != 0) {
        const gint64 left = (events->again - g_get_monotonic_time()) / 1000;
        if (left <= 0)
            events->again = 0; /* this was it */
        else if (*timeout < 0)
            *timeout = (gint)left + 1;
    }
    return FALSE;
}

static gboolean check(GSource *source)
{
    EventSource *events = (EventSource *)source;
    if (events->poll.fd >= 0 && events->poll.revents == 0 && events->again == 0)
        return FALSE;
    if (events->poll.revents != 0)
        events->again = g_get_monotonic_time() + AFTER_MS * 1000;
    return pump();
}

static gboolean dispatch(GSource *source, GSourceFunc callback, gpointer data)
{
    (void)callback;
    (void)data;
    EventSource *events = (EventSource *)source;
    SDL_Event event;
    events->again = g_get_monotonic_time() + AFTER_MS * 1000;
    for (int i = 0; i < BATCH_MAX && !g_source_is_destroyed(source); i++) {
        if (SDL_PeepEvents(&event, 1, SDL_GETEVENT, SDL_FIRSTEVENT, SDL_LASTEVENT) != 1)
            break;
        events->func(&event, events->data);
    }
    return G_SOURCE_CONTINUE;
}

GSource *ra_event_source_new(SDL_Window *window, RaEventFunc func, gpointer data)
{
    static GSourceFuncs functions = {.prepare = prepare, .check = check, .dispatch = dispatch};
    GSource *source = g_source_new(&functions, sizeof(EventSource));
    EventSource *events = (EventSource *)source;
    events->func = func;
    events->data = data;
    events->poll = (GPollFD){.fd = find_socket(window), .events = G_IO_IN | G_IO_HUP | G_IO_ERR};
    ra_source_set_lean(source);
    if (events->poll.fd >= 0)
        g_source_add_poll(source, &events->poll);
    g_source_set_name(source, "SDL events");
    g_source_attach(source, NULL);
    return source;
}
