/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/front.h"

#include "base/i18n.h"

static void on_activate(GtkApplication *application, gpointer data)
{
    (void)data;
    GtkWindow *window = gtk_application_get_active_window(application);
    if (window == NULL) {
        g_autoptr(GtkBuilder) builder =
            gtk_builder_new_from_resource("/org/remoteassistance/app/front.ui");
        window = GTK_WINDOW(gtk_builder_get_object(builder, "window"));
        gtk_application_add_window(application, window);
    }
    gtk_window_present(window);
}

GtkApplication *ra_front_new(void)
{
    GtkApplication *application =
        gtk_application_new("org.remoteassistance.App", G_APPLICATION_DEFAULT_FLAGS);
    g_signal_connect(application, "activate", G_CALLBACK(on_activate), NULL);
    return application;
}
