/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/x11-desktop.h"

#include "base/error.h"
#include "host/x11-conn.h"

#include <stdlib.h>
#include <string.h>

struct _RaX11Desktop {
    RaX11 *x11;
    void (*gone)(gpointer data);
    gpointer data;
};

static void on_event(G_GNUC_UNUSED const xcb_generic_event_t *event, G_GNUC_UNUSED gpointer data)
{
}

static gboolean on_settle(G_GNUC_UNUSED gpointer data)
{
    return FALSE;
}

static void on_lost(G_GNUC_UNUSED const GError *error, gpointer data)
{
    RaX11Desktop *desktop = data;
    desktop->gone(desktop->data);
}

/* Xwayland names itself by an extension (since its version 22.1). */
static gboolean is_xwayland(RaX11 *x11)
{
    static const char name[] = "XWAYLAND";
    xcb_connection_t *xcb = ra_x11_xcb(x11);
    xcb_query_extension_reply_t *reply =
        xcb_query_extension_reply(xcb, xcb_query_extension(xcb, strlen(name), name), NULL);
    const gboolean present = reply != NULL && reply->present;
    free(reply);
    return present;
}

RaX11Desktop *ra_x11_desktop_new(const char *display, void (*gone)(gpointer data), gpointer data,
                                 GError **error)
{
    static const RaX11Handlers handlers = {.event = on_event, .settle = on_settle, .lost = on_lost};
    g_autoptr(RaX11Desktop) desktop = g_new0(RaX11Desktop, 1);
    desktop->gone = gone;
    desktop->data = data;
    desktop->x11 = ra_x11_open(display, error);
    if (desktop->x11 == NULL)
        return NULL;
    if (is_xwayland(desktop->x11)) {
        g_set_error(error, RA_ERROR, RA_ERROR_FAILED,
                    "this desktop session runs on Wayland, whose screen cannot be shared yet: log "
                    "out, and choose an X11 (Xorg) session when you log in");
        return NULL;
    }
    ra_x11_watch(desktop->x11, &handlers, desktop);
    return g_steal_pointer(&desktop);
}

void ra_x11_desktop_free(RaX11Desktop *desktop)
{
    if (desktop == NULL)
        return;
    ra_x11_close(desktop->x11);
    g_free(desktop);
}
