/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/own-press.h"

struct _RaOwnPress {
    GtkWidget *button, *other;
    GtkGesture *click;
    GtkWidget *root;                /* that the button is in, or NULL */
    GtkEventController *pointer;    /* its own */
    gint64 pressed, moved, entered; /* monotonic clock; 0: never */
    gboolean own; /* the keyboard is on the button since somebody moved it there */
    guint idle;   /* source, 0 for none */
};

static gboolean is_recent(gint64 moment, gint64 milliseconds)
{
    return moment != 0 && g_get_monotonic_time() - moment <= milliseconds * 1000;
}

/* Where the pointer is in the window, by what moved it: a window that moves under it tells nothing,
 * and GTK does not always tell a button whose state changed. */
static void on_motion(RaOwnPress *press, double x, double y)
{
    double to_x = 0, to_y = 0;
    const gboolean inside =
        gtk_widget_translate_coordinates(press->root, press->button, x, y, &to_x, &to_y) &&
        gtk_widget_contains(press->button, to_x, to_y);
    if (!inside)
        press->entered = 0;
    else if (press->entered == 0)
        press->entered = g_get_monotonic_time();
}

static void on_leave(RaOwnPress *press)
{
    press->entered = 0;
}

static void on_root(RaOwnPress *press)
{
    if (press->root != NULL)
        gtk_widget_remove_controller(press->root, press->pointer);
    press->entered = 0;
    press->root = GTK_WIDGET(gtk_widget_get_root(press->button));
    if (press->root == NULL)
        return;
    press->pointer = gtk_event_controller_motion_new();
    gtk_event_controller_set_propagation_phase(press->pointer, GTK_PHASE_CAPTURE);
    g_signal_connect_swapped(press->pointer, "enter", G_CALLBACK(on_motion), press);
    g_signal_connect_swapped(press->pointer, "motion", G_CALLBACK(on_motion), press);
    g_signal_connect_swapped(press->pointer, "leave", G_CALLBACK(on_leave), press);
    gtk_widget_add_controller(press->root, press->pointer);
}

static gboolean is_touched(GtkGesture *click)
{
    GdkDevice *device = gtk_event_controller_get_current_event_device(GTK_EVENT_CONTROLLER(click));
    return device != NULL && gdk_device_get_source(device) == GDK_SOURCE_TOUCHSCREEN;
}

static void on_clicked(RaOwnPress *press)
{
    press->moved = g_get_monotonic_time();
    if (is_touched(press->click) ||
        (press->entered != 0 && !is_recent(press->entered, RA_OWN_REST_MS)))
        press->pressed = press->moved;
}

static gboolean on_idle(gpointer data)
{
    RaOwnPress *press = data;
    press->idle = 0;
    if (gtk_widget_has_focus(press->button) && !press->own)
        gtk_widget_grab_focus(press->other);
    return G_SOURCE_REMOVE;
}

/* Space that is meant for another button must not find this one. */
static void on_focus(RaOwnPress *press)
{
    press->own = gtk_widget_has_focus(press->button) && is_recent(press->moved, RA_OWN_MOVE_MS);
    if (!press->own && press->idle == 0)
        press->idle = g_idle_add(on_idle, press);
}

RaOwnPress *ra_own_press_new(GtkWidget *button, GtkWidget *other)
{
    RaOwnPress *press = g_new0(RaOwnPress, 1);
    press->button = button;
    press->other = other;
    press->click = gtk_gesture_click_new();
    gtk_event_controller_set_propagation_phase(GTK_EVENT_CONTROLLER(press->click),
                                               GTK_PHASE_CAPTURE);
    g_signal_connect_swapped(press->click, "pressed", G_CALLBACK(on_clicked), press);
    g_signal_connect_swapped(button, "notify::has-focus", G_CALLBACK(on_focus), press);
    gtk_widget_add_controller(button, GTK_EVENT_CONTROLLER(press->click));
    g_signal_connect_swapped(button, "notify::root", G_CALLBACK(on_root), press);
    on_root(press);
    return press;
}

void ra_own_press_free(RaOwnPress *press)
{
    if (press == NULL)
        return;
    g_clear_handle_id(&press->idle, g_source_remove);
    g_signal_handlers_disconnect_by_data(press->button, press);
    gtk_widget_remove_controller(press->button, GTK_EVENT_CONTROLLER(press->click));
    if (press->root != NULL)
        gtk_widget_remove_controller(press->root, press->pointer);
    g_free(press);
}

static gboolean is_mnemonic(GtkWidget *button, guint keysym)
{
    GtkWidget *label = gtk_widget_get_first_child(button);
    return GTK_IS_LABEL(label) &&
           gdk_keyval_to_lower(gtk_label_get_mnemonic_keyval(GTK_LABEL(label))) ==
               gdk_keyval_to_lower(keysym);
}

void ra_own_press_key(RaOwnPress *press, guint keysym, GdkModifierType modifiers)
{
    const GdkModifierType held = modifiers & gtk_accelerator_get_default_mod_mask();
    switch (keysym) {
    case GDK_KEY_Tab:
    case GDK_KEY_ISO_Left_Tab:
    case GDK_KEY_KP_Tab:
    case GDK_KEY_Left:
    case GDK_KEY_Right:
    case GDK_KEY_Up:
    case GDK_KEY_Down:
        press->moved = g_get_monotonic_time();
        return;
    case GDK_KEY_space:
    case GDK_KEY_KP_Space:
        if (held == 0 && press->own)
            press->pressed = g_get_monotonic_time();
        return;
    default:
        if ((held & ~GDK_SHIFT_MASK) == GDK_ALT_MASK && is_mnemonic(press->button, keysym))
            press->pressed = g_get_monotonic_time();
    }
}

gboolean ra_own_press_take(RaOwnPress *press)
{
    const gboolean own = is_recent(press->pressed, RA_OWN_PRESS_MS);
    press->pressed = 0;
    return own;
}
