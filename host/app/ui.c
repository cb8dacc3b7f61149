/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/ui.h"

void ra_ui_add_style(GdkDisplay *display)
{
    static const char key[] = "ra-style";
    if (g_object_get_data(G_OBJECT(display), key) != NULL)
        return;
    GtkCssProvider *provider = gtk_css_provider_new();
    gtk_css_provider_load_from_resource(provider, "/org/remoteassistance/app/style.css");
    gtk_style_context_add_provider_for_display(display, GTK_STYLE_PROVIDER(provider),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    g_object_set_data_full(G_OBJECT(display), key, provider, g_object_unref);
}

static gboolean open_no_inspector(GtkWindow *window, gboolean toggle)
{
    (void)window, (void)toggle;
    return TRUE;
}

/* Kinds of windows take it over when the first of each is made. */
void ra_ui_shut_inspector(void)
{
    GtkWindowClass *class = g_type_class_ref(GTK_TYPE_WINDOW);
    class->enable_debugging = open_no_inspector;
    g_type_class_unref(class);
}

GtkWidget *ra_ui_take(GtkBuilder *builder, const char *id)
{
    GtkWidget *widget = GTK_WIDGET(gtk_builder_get_object(builder, id));
    g_object_ref(widget);
    g_object_force_floating(G_OBJECT(widget));
    return widget;
}

void ra_ui_keep_as_written(GtkLabel *label)
{
    g_autoptr(PangoAttrList) attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
    gtk_label_set_attributes(label, attributes);
}

GtkWidget *ra_ui_label(const char *text, const char *class)
{
    GtkWidget *label = gtk_label_new(text);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    ra_ui_keep_as_written(GTK_LABEL(label));
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    if (class != NULL)
        gtk_widget_add_css_class(label, class);
    return label;
}
