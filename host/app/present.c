/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/present.h"

#ifdef GDK_WINDOWING_X11
#include <gdk/x11/gdkx.h>
#endif

struct _RaPresent {
    GtkWindow *window;
    void (*drawn)(guint32 window, gpointer data); /* NULL: nobody waits */
    gpointer data;
    guint tick;           /* waits for the next frame to begin */
    GdkFrameClock *clock; /* its end is waited for; NULL while it has not begun */
};

RaPresent *ra_present_new(GtkWindow *window)
{
    RaPresent *present = g_new0(RaPresent, 1);
    present->window = window;
    return present;
}

static void stop_waiting(RaPresent *present)
{
    if (present->tick != 0)
        gtk_widget_remove_tick_callback(GTK_WIDGET(present->window), present->tick);
    present->tick = 0;
    if (present->clock != NULL)
        g_signal_handlers_disconnect_by_data(present->clock, present);
    g_clear_object(&present->clock);
    present->drawn = NULL;
}

void ra_present_free(RaPresent *present)
{
    if (present == NULL)
        return;
    stop_waiting(present);
    g_free(present);
}

static GdkSurface *surface_of(const RaPresent *present)
{
    return gtk_native_get_surface(GTK_NATIVE(present->window));
}

#ifdef GDK_WINDOWING_X11
static guint32 number_of(GdkSurface *surface)
{
    return GDK_IS_X11_SURFACE(surface) ? (guint32)gdk_x11_surface_get_xid(surface) : 0;
}

static void set_urgent(GdkSurface *surface, gboolean urgent)
{
    if (GDK_IS_X11_SURFACE(surface))
        gdk_x11_surface_set_urgency_hint(surface, urgent);
}

/* Window managers bring a window to the front for a user who did something just now. Nobody did,
 * but somebody waits for their answer. */
static guint32 fresh_time(GdkSurface *surface)
{
    if (!GDK_IS_X11_SURFACE(surface))
        return GDK_CURRENT_TIME;
    const guint32 now = gdk_x11_get_server_time(surface);
    gdk_x11_surface_set_user_time(surface, now);
    return now;
}
#else
static guint32 number_of(GdkSurface *surface)
{
    (void)surface;
    return 0;
}

static void set_urgent(GdkSurface *surface, gboolean urgent)
{
    (void)surface, (void)urgent;
}

static guint32 fresh_time(GdkSurface *surface)
{
    (void)surface;
    return GDK_CURRENT_TIME;
}
#endif

static void to_front(RaPresent *present)
{
    gtk_widget_realize(GTK_WIDGET(present->window));
    gtk_window_present_with_time(present->window, fresh_time(surface_of(present)));
}

static void on_after_paint(GdkFrameClock *clock, RaPresent *present)
{
    GdkSurface *surface = surface_of(present);
    void (*drawn)(guint32, gpointer) = present->drawn;
    (void)clock;
    if (!gdk_surface_get_mapped(surface))
        return;
    stop_waiting(present);
    if (drawn != NULL)
        drawn(number_of(surface), present->data);
}

/* A frame begins: what the window holds is in it. */
static gboolean on_tick(GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
    RaPresent *present = data;
    (void)widget;
    present->tick = 0;
    present->clock = g_object_ref(clock);
    g_signal_connect(clock, "after-paint", G_CALLBACK(on_after_paint), present);
    gtk_widget_queue_draw(widget);
    return G_SOURCE_REMOVE;
}

void ra_present_ask(RaPresent *present, void (*drawn)(guint32 window, gpointer data), gpointer data)
{
    stop_waiting(present);
    present->drawn = drawn;
    present->data = data;
    to_front(present);
    set_urgent(surface_of(present), TRUE);
    gdk_surface_beep(surface_of(present));
    present->tick =
        gtk_widget_add_tick_callback(GTK_WIDGET(present->window), on_tick, present, NULL);
}

void ra_present_calmly(RaPresent *present)
{
    stop_waiting(present);
    to_front(present);
    set_urgent(surface_of(present), FALSE);
}
