/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/own-press.h"

struct _RaOwnPress {
    GtkWidget *button, *other;
    GtkGesture *click;
    gint64 pressed, moved; /* monotonic clock; 0: never */
    gboolean own;          /* the keyboard is on the button since somebody moved it there */
    guint idle;            /* source, 0 for none */
};

static gboolean is_recent(gint64 moment, gint64 milliseconds)
{
    return moment != 0 && g_get_monotonic_time() - moment <= milliseconds * 1000;
}

static void on_clicked(RaOwnPress *press)
{
    press->pressed = press->moved = g_get_monotonic_time();
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
    return press;
}

void ra_own_press_free(RaOwnPress *press)
{
    if (press == NULL)
        return;
    g_clear_handle_id(&press->idle, g_source_remove);
    g_signal_handlers_disconnect_by_data(press->button, press);
    gtk_widget_remove_controller(press->button, GTK_EVENT_CONTROLLER(press->click));
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
