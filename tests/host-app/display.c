/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-app/display.h"

#include "host/app/resources.h"
#include "host/app/ui.h"
#include "tests/support/xvfb.h"

static RaXvfb *server;

static void set_environment(void)
{
    g_setenv("DISPLAY", ra_xvfb_display(server), TRUE);
    g_setenv("GDK_BACKEND", "x11", TRUE);
    g_setenv("GSK_RENDERER", "cairo", TRUE);
    g_setenv("GTK_A11Y", "test", TRUE);
    g_setenv("GSETTINGS_BACKEND", "memory", TRUE);
    g_setenv("GIO_USE_VFS", "local", TRUE);
    g_setenv("LC_ALL", "C.UTF-8", TRUE);
    g_setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE); /* GTK would start one */
    g_unsetenv("DESKTOP_STARTUP_ID");
    g_unsetenv("GTK_THEME");
    g_unsetenv("WAYLAND_DISPLAY");
}

gboolean app_display_start(const char *size)
{
    if (server != NULL)
        return TRUE;
    if (!ra_xvfb_or_skip())
        return FALSE;
    g_autofree char *screen = g_strconcat(size, "x24", NULL);
    server = ra_xvfb_start(screen, NULL);
    set_environment();
    g_resources_register(ra_app_get_resource());
    g_assert_true(gtk_init_check());
    ra_ui_shut_inspector();
    g_autoptr(GtkCssProvider) style = gtk_css_provider_new();
    gtk_css_provider_load_from_resource(style, "/org/remoteassistance/app/style.css");
    gtk_style_context_add_provider_for_display(gdk_display_get_default(), GTK_STYLE_PROVIDER(style),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    return TRUE;
}

void app_display_stop(void)
{
    if (server == NULL)
        return;
    gdk_display_close(gdk_display_get_default());
    ra_xvfb_free(server);
    server = NULL;
}

const char *app_display_name(void)
{
    return server != NULL ? ra_xvfb_display(server) : NULL;
}

static GtkWidget *find(GtkWidget *root, const char *id)
{
    if (g_strcmp0(gtk_buildable_get_buildable_id(GTK_BUILDABLE(root)), id) == 0)
        return root;
    for (GtkWidget *child = gtk_widget_get_first_child(root); child != NULL;
         child = gtk_widget_get_next_sibling(child)) {
        GtkWidget *found = find(child, id);
        if (found != NULL)
            return found;
    }
    return NULL;
}

GtkWidget *app_find(GtkWidget *root, const char *id)
{
    GtkWidget *found = find(root, id);
    if (found == NULL)
        g_error("there is no widget \"%s\"", id);
    return found;
}

GtkWindow *app_window(GtkWidget *page, int width, int height)
{
    GtkWindow *window = GTK_WINDOW(gtk_window_new());
    gtk_window_set_default_size(window, width, height);
    gtk_window_set_child(window, page);
    gtk_window_present(window);
    app_idle();
    return window;
}

void app_idle(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
}
