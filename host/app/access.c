/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/access.h"

#include <gtk/gtk.h>

static GtkWidget *find_label(GtkWidget *widget)
{
    if (GTK_IS_LABEL(widget))
        return widget;
    for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
         child = gtk_widget_get_next_sibling(child)) {
        GtkWidget *label = find_label(child);
        if (label != NULL)
            return label;
    }
    return NULL;
}

/* GTK itself gives a button its label as it was set, underscore included. */
static const char *raw_label(GtkWidget *button)
{
    if (GTK_IS_BUTTON(button))
        return gtk_button_get_label(GTK_BUTTON(button));
    if (GTK_IS_CHECK_BUTTON(button))
        return gtk_check_button_get_label(GTK_CHECK_BUTTON(button));
    return NULL;
}

static gboolean is_named(GtkAccessible *button, const char *raw)
{
    if (!gtk_test_accessible_has_property(button, GTK_ACCESSIBLE_PROPERTY_LABEL))
        return FALSE;
    if (raw == NULL)
        return TRUE;
    g_autofree char *other =
        gtk_test_accessible_check_property(button, GTK_ACCESSIBLE_PROPERTY_LABEL, raw);
    return other != NULL;
}

static void on_label(GtkLabel *label, GParamSpec *property, gpointer button)
{
    (void)property;
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   gtk_label_get_text(label), -1);
}

static void name_button(GtkWidget *button)
{
    GtkAccessible *accessible = GTK_ACCESSIBLE(button);
    GtkWidget *label = find_label(button);
    if (GTK_IS_DROP_DOWN(gtk_widget_get_parent(button)) || label == NULL ||
        is_named(accessible, raw_label(button)))
        return;
    if (gtk_test_accessible_has_relation(accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY)) {
        gtk_accessible_reset_property(accessible, GTK_ACCESSIBLE_PROPERTY_LABEL);
        return;
    }
    on_label(GTK_LABEL(label), NULL, button);
    if (raw_label(button) == NULL)
        g_signal_connect_object(label, "notify::label", G_CALLBACK(on_label), button, 0);
}

static void on_relabelled(GtkWidget *button, GParamSpec *property, gpointer data)
{
    (void)property, (void)data;
    name_button(button);
}

/* Its label may be set, or changed, while it is in sight. */
static void follow_button(GtkWidget *button)
{
    static const char key[] = "ra-access";
    name_button(button);
    if (g_object_get_data(G_OBJECT(button), key) != NULL)
        return;
    g_object_set_data(G_OBJECT(button), key, button);
    g_signal_connect(button, "notify::label", G_CALLBACK(on_relabelled), NULL);
}

static void on_selected(GtkDropDown *list, GParamSpec *property, gpointer button)
{
    (void)property;
    gpointer item = gtk_drop_down_get_selected_item(list);
    if (GTK_IS_STRING_OBJECT(item))
        gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       gtk_string_object_get_string(item), -1);
}

/* The button inside has the keyboard: it is called as the whole, and described by what is chosen.
 */
static void name_list(GtkDropDown *list)
{
    GtkWidget *button = gtk_widget_get_first_child(GTK_WIDGET(list));
    if (!GTK_IS_BUTTON(button) || gtk_test_accessible_has_relation(
                                      GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_RELATION_LABELLED_BY))
        return;
    /* GTK follows one such relation, not two. */
    g_autoptr(GList) labels = gtk_widget_list_mnemonic_labels(GTK_WIDGET(list));
    gtk_accessible_update_relation(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                   labels != NULL ? labels->data : list, NULL, -1);
    on_selected(list, NULL, button);
    g_signal_connect_object(list, "notify::selected-item", G_CALLBACK(on_selected), button, 0);
}

static void name_expander(GtkExpander *expander)
{
    GtkWidget *label = gtk_expander_get_label_widget(expander);
    if (GTK_IS_LABEL(label))
        gtk_accessible_update_property(GTK_ACCESSIBLE(expander), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       gtk_label_get_text(GTK_LABEL(label)), -1);
}

static void on_pages(GtkStack *stack)
{
    const GtkWidget *visible = gtk_stack_get_visible_child(stack);
    for (GtkWidget *page = gtk_widget_get_first_child(GTK_WIDGET(stack)); page != NULL;
         page = gtk_widget_get_next_sibling(page))
        gtk_accessible_update_state(GTK_ACCESSIBLE(page), GTK_ACCESSIBLE_STATE_HIDDEN,
                                    page != visible, -1);
}

static void follow_stack(GtkStack *stack)
{
    static const char key[] = "ra-access";
    on_pages(stack);
    if (g_object_get_data(G_OBJECT(stack), key) != NULL)
        return;
    g_object_set_data(G_OBJECT(stack), key, stack);
    g_signal_connect(stack, "notify::visible-child", G_CALLBACK(on_pages), NULL);
    g_autoptr(GtkSelectionModel) pages = gtk_stack_get_pages(stack);
    g_signal_connect_object(pages, "items-changed", G_CALLBACK(on_pages), stack, G_CONNECT_SWAPPED);
}

static gboolean on_map(GSignalInvocationHint *hint, guint n, const GValue *values, gpointer data)
{
    (void)hint, (void)n, (void)data;
    GtkWidget *widget = g_value_get_object(&values[0]);
    if (GTK_IS_DROP_DOWN(widget))
        name_list(GTK_DROP_DOWN(widget));
    else if (GTK_IS_BUTTON(widget) || GTK_IS_CHECK_BUTTON(widget))
        follow_button(widget);
    else if (GTK_IS_EXPANDER(widget))
        name_expander(GTK_EXPANDER(widget));
    else if (GTK_IS_STACK(widget))
        follow_stack(GTK_STACK(widget));
    return TRUE;
}

void ra_access_init(void)
{
    g_type_class_unref(g_type_class_ref(GTK_TYPE_WIDGET)); /* its signals are there from then on */
    g_signal_add_emission_hook(g_signal_lookup("map", GTK_TYPE_WIDGET), 0, on_map, NULL, NULL);
}
