/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-app/keys.h"

#include "tests/host-app/display.h"
#include "tests/host-app/stand-in.h"

#include <gdk/x11/gdkx.h>
#include <string.h>
#include <xcb/xcb.h>
#include <xcb/xtest.h>

static xcb_connection_t *xcb;
static guint presses, releases; /* that windows have heard */

typedef struct {
    guint presses, releases;
} Expected;

static gboolean on_event(GtkEventController *controller, GdkEvent *event, gpointer data)
{
    (void)controller, (void)data;
    presses += gdk_event_get_event_type(event) == GDK_KEY_PRESS;
    releases += gdk_event_get_event_type(event) == GDK_KEY_RELEASE;
    return GDK_EVENT_PROPAGATE;
}

static gboolean is_active(gpointer window)
{
    return gtk_window_is_active(window);
}

static void settle(void)
{
    g_free(xcb_get_input_focus_reply(xcb, xcb_get_input_focus(xcb), NULL));
}

static gboolean is_mapped(gpointer window)
{
    return gdk_surface_get_mapped(gtk_native_get_surface(window));
}

void app_focus(GtkWindow *window)
{
    GtkEventController *controller = gtk_event_controller_legacy_new();
    if (xcb == NULL)
        xcb = xcb_connect(app_display_name(), NULL);
    g_assert_cmpint(xcb_connection_has_error(xcb), ==, 0);
    gtk_event_controller_set_propagation_phase(controller, GTK_PHASE_CAPTURE);
    g_signal_connect(controller, "event", G_CALLBACK(on_event), NULL);
    gtk_widget_add_controller(GTK_WIDGET(window), controller);
    stand_in_until(is_mapped, window);
    GdkSurface *surface = gtk_native_get_surface(GTK_NATIVE(window));
    xcb_set_input_focus(xcb, XCB_INPUT_FOCUS_POINTER_ROOT,
                        (xcb_window_t)gdk_x11_surface_get_xid(surface), XCB_CURRENT_TIME);
    settle();
    stand_in_until(is_active, window);
}

static guint8 code_of(const char *name)
{
    GdkKeymapKey *keys = NULL;
    int n = 0;
    const guint keysym = gdk_keyval_from_name(name);
    g_assert_true(gdk_display_map_keyval(gdk_display_get_default(), keysym, &keys, &n));
    const guint8 code = (guint8)keys[0].keycode;
    g_free(keys);
    return code;
}

static void fake(const char *name, gboolean down)
{
    xcb_test_fake_input(xcb, down ? XCB_KEY_PRESS : XCB_KEY_RELEASE, code_of(name),
                        XCB_CURRENT_TIME, XCB_NONE, 0, 0, 0);
}

/* "Shift+Tab" is Shift_L and Tab. */
static void press(const char *name, gboolean down)
{
    const char *plus = strchr(name, '+');
    g_autofree char *held =
        plus != NULL ? g_strdup_printf("%.*s_L", (int)(plus - name), name) : NULL;
    if (held != NULL && down)
        fake(held, TRUE);
    fake(plus != NULL ? plus + 1 : name, down);
    if (held != NULL && !down)
        fake(held, FALSE);
    settle();
}

static guint count(const char *name)
{
    return strchr(name, '+') != NULL ? 2 : 1;
}

static gboolean is_heard(gpointer data)
{
    const Expected *expected = data;
    return presses >= expected->presses && releases >= expected->releases;
}

void app_keys_down(const char *key)
{
    Expected expected = {presses + count(key), 0};
    press(key, TRUE);
    stand_in_until(is_heard, &expected);
}

void app_keys_up(const char *key)
{
    Expected expected = {0, releases + count(key)};
    press(key, FALSE);
    stand_in_until(is_heard, &expected);
}

void app_keys(const char *keys)
{
    g_auto(GStrv) list = g_strsplit(keys, " ", -1);
    for (guint i = 0; list[i] != NULL; i++) {
        app_keys_down(list[i]);
        app_keys_up(list[i]);
    }
}

void app_key_events(GtkWindow *window, guint more)
{
    Expected expected = {presses + more, 0};
    (void)window;
    stand_in_until(is_heard, &expected);
}
