/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/desktop.h"

#include <SDL_syswm.h>
#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define SETTINGS    "org.freedesktop.portal.Settings"
#define APPEARANCE  "org.freedesktop.appearance"

enum {
    TIMEOUT_MS = 3000,
    DPI = 96,   /* of an ordinary screen */
    DENSE = 160 /* dots an inch from which a display's own word is believed */
};

struct _RaDesktop {
    void (*changed)(gpointer data);
    gpointer data;
    GCancellable *cancel;
    GDBusConnection *bus;
    guint subscription;
    gboolean dark, contrast;
};

/* The portal. */

static void take(RaDesktop *desktop, const char *key, GVariant *value)
{
    GVariant *inner = g_variant_ref(value);
    while (g_variant_is_of_type(inner, G_VARIANT_TYPE_VARIANT)) {
        GVariant *next = g_variant_get_variant(inner);
        g_variant_unref(inner);
        inner = next;
    }
    if (g_variant_is_of_type(inner, G_VARIANT_TYPE_UINT32)) {
        const gboolean on = g_variant_get_uint32(inner) == 1;
        if (strcmp(key, "color-scheme") == 0)
            desktop->dark = on;
        else if (strcmp(key, "contrast") == 0)
            desktop->contrast = on;
        desktop->changed(desktop->data);
    }
    g_variant_unref(inner);
}

static void on_changed(GDBusConnection *bus, const char *sender, const char *path,
                       const char *interface, const char *signal, GVariant *parameters,
                       gpointer data)
{
    const char *group, *key;
    g_autoptr(GVariant) value = NULL;
    (void)bus, (void)sender, (void)path, (void)interface, (void)signal;
    if (!g_variant_is_of_type(parameters, G_VARIANT_TYPE("(ssv)")))
        return;
    g_variant_get(parameters, "(&s&sv)", &group, &key, &value);
    if (strcmp(group, APPEARANCE) == 0)
        take(data, key, value);
}

static void on_read(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) reply =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
    if (reply == NULL) /* cancelled, then DATA is gone; or there is no such portal */
        return;
    const char *key;
    GVariantIter *iter;
    GVariant *value;
    g_autoptr(GVariant) groups = g_variant_get_child_value(reply, 0);
    g_autoptr(GVariant) group = g_variant_lookup_value(groups, APPEARANCE, G_VARIANT_TYPE_VARDICT);
    if (group == NULL)
        return;
    g_variant_get(group, "a{sv}", &iter);
    while (g_variant_iter_loop(iter, "{&sv}", &key, &value))
        take(data, key, value);
    g_variant_iter_free(iter);
}

static void on_bus(GObject *source, GAsyncResult *result, gpointer data)
{
    static const char *const groups[] = {APPEARANCE, NULL};
    (void)source;
    g_autoptr(GError) error = NULL;
    GDBusConnection *bus = g_bus_get_finish(result, &error);
    if (bus == NULL) /* cancelled, then DATA is gone; or there is no bus */
        return;
    RaDesktop *desktop = data;
    desktop->bus = bus;
    desktop->subscription = g_dbus_connection_signal_subscribe(
        bus, PORTAL_NAME, SETTINGS, "SettingChanged", PORTAL_PATH, APPEARANCE,
        G_DBUS_SIGNAL_FLAGS_NONE, on_changed, desktop, NULL);
    g_dbus_connection_call(bus, PORTAL_NAME, PORTAL_PATH, SETTINGS, "ReadAll",
                           g_variant_new("(^as)", groups), G_VARIANT_TYPE("(a{sa{sv}})"),
                           G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT_MS, desktop->cancel, on_read,
                           desktop);
}

/* GLib would start a bus of its own where there is none. */
static gboolean has_bus(void)
{
    g_autofree char *socket = g_build_filename(g_get_user_runtime_dir(), "bus", NULL);
    return g_getenv("DBUS_SESSION_BUS_ADDRESS") != NULL || g_file_test(socket, G_FILE_TEST_EXISTS);
}

RaDesktop *ra_desktop_new(void (*changed)(gpointer data), gpointer data)
{
    RaDesktop *desktop = g_new0(RaDesktop, 1);
    const char *theme = g_getenv("GTK_THEME");
    desktop->changed = changed;
    desktop->data = data;
    desktop->cancel = g_cancellable_new();
    desktop->dark = theme != NULL && strstr(theme, "dark") != NULL;
    if (has_bus())
        g_bus_get(G_BUS_TYPE_SESSION, desktop->cancel, on_bus, desktop);
    return desktop;
}

void ra_desktop_free(RaDesktop *desktop)
{
    if (desktop == NULL)
        return;
    g_cancellable_cancel(desktop->cancel);
    g_object_unref(desktop->cancel);
    if (desktop->bus != NULL)
        g_dbus_connection_signal_unsubscribe(desktop->bus, desktop->subscription);
    g_clear_object(&desktop->bus);
    g_free(desktop);
}

RaThemeKind ra_desktop_theme(const RaDesktop *desktop)
{
    if (desktop->contrast)
        return RA_THEME_CONTRAST;
    return desktop->dark ? RA_THEME_DARK : RA_THEME_LIGHT;
}

/* The size of things. */

#ifdef SDL_VIDEO_DRIVER_X11
/* Xft.dpi, as the library of the display server that SDL has loaded itself knows it; 0: not set. */
static double font_dpi(SDL_Window *window)
{
    union {
        void *object;
        char *(*call)(void *display, const char *program, const char *option);
    } function;
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    if (!SDL_GetWindowWMInfo(window, &info) || info.subsystem != SDL_SYSWM_X11)
        return 0;
    void *object = SDL_LoadObject("libX11.so.6");
    function.object = object != NULL ? SDL_LoadFunction(object, "XGetDefault") : NULL;
    const char *value =
        function.object != NULL ? function.call(info.info.x11.display, "Xft", "dpi") : NULL;
    const double dpi = value != NULL ? g_ascii_strtod(value, NULL) : 0;
    if (object != NULL)
        SDL_UnloadObject(object);
    return dpi;
}
#else
static double font_dpi(SDL_Window *window)
{
    (void)window;
    return 0;
}
#endif

static int bounded(double percent)
{
    /* in quarters: what lies between looks blurred beside the rest of a desktop */
    return CLAMP((int)(percent / 25 + 0.5) * 25, 75, 400);
}

int ra_desktop_scale(SDL_Window *window)
{
    float dots = 0;
    const char *gdk = g_getenv("GDK_SCALE");
    const double set = font_dpi(window);
    const int display = MAX(SDL_GetWindowDisplayIndex(window), 0);
    if (set >= DPI / 2.0)
        return bounded(set * 100 / DPI);
    if (gdk != NULL && g_ascii_strtoull(gdk, NULL, 10) >= 1)
        return bounded(100.0 * (double)MIN(g_ascii_strtoull(gdk, NULL, 10), 4));
    if (SDL_GetDisplayDPI(display, NULL, &dots, NULL) == 0 && dots >= DENSE)
        return bounded(dots * 100.0 / DPI);
    return 100;
}
