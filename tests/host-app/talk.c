/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-app/talk.h"

#include "tests/host-app/display.h"

#include <string.h>

#if defined __has_feature
#if __has_feature(address_sanitizer)
#define LEAKS_ARE_FOUND 1
#endif
#endif
#if defined __SANITIZE_ADDRESS__
#define LEAKS_ARE_FOUND 1
#endif

enum { BEGAN = 1795266000 };

GVariant *talk_entry_there(guint number, const char *who, const char *text, gboolean there)
{
    GVariantDict dict;
    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "number", "u", number);
    g_variant_dict_insert(&dict, "who", "s", who);
    g_variant_dict_insert(&dict, "name", "s", strcmp(who, "them") == 0 ? "Ann" : "");
    g_variant_dict_insert(&dict, "time", "x", (gint64)BEGAN + number);
    g_variant_dict_insert(&dict, "text", "s", text);
    g_variant_dict_insert(&dict, "read", "b", FALSE);
    g_variant_dict_insert(&dict, "there", "b", there);
    return g_variant_dict_end(&dict);
}

GVariant *talk_entry(guint number, const char *who, const char *text)
{
    return talk_entry_there(number, who, text, FALSE);
}

GVariant *talk_history(guint n)
{
    static const char *const who[] = {"me", "them", "event"};
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 1; i <= n; i++) {
        g_autofree char *text = g_strdup_printf("text %u", i);
        g_variant_builder_add_value(&builder, talk_entry(i, who[i % 3], text));
    }
    return g_variant_new("(@aa{sv})", g_variant_builder_end(&builder));
}

GVariant *talk_history_of(const char *who, const char *text)
{
    GVariant *entry = talk_entry(1, who, text);
    return g_variant_new("(@aa{sv})", g_variant_new_array(NULL, &entry, 1));
}

GVariant *talk_dict(const char *text)
{
    g_autoptr(GError) error = NULL;
    GVariant *dict = g_variant_parse(G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);
    g_assert_no_error(error);
    return dict;
}

static const char *text_of(GtkWidget *widget)
{
    if (GTK_IS_LABEL(widget))
        return gtk_label_get_text(GTK_LABEL(widget));
    return GTK_IS_BUTTON(widget) ? gtk_button_get_label(GTK_BUTTON(widget)) : NULL;
}

GtkWidget *talk_find(GtkWidget *root, const char *type, const char *text)
{
    if (!gtk_widget_get_visible(root))
        return NULL;
    if (strcmp(G_OBJECT_TYPE_NAME(root), type) == 0 &&
        (text == NULL || g_strcmp0(text_of(root), text) == 0))
        return root;
    GtkWidget *found = NULL;
    for (GtkWidget *child = gtk_widget_get_first_child(root); child != NULL && found == NULL;
         child = gtk_widget_get_next_sibling(child))
        found = talk_find(child, type, text);
    return found;
}

GtkWidget *talk_find_data(GtkWidget *root, const char *name)
{
    if (g_object_get_data(G_OBJECT(root), name) != NULL)
        return root;
    GtkWidget *found = NULL;
    for (GtkWidget *child = gtk_widget_get_first_child(root); child != NULL && found == NULL;
         child = gtk_widget_get_next_sibling(child))
        found = talk_find_data(child, name);
    return found;
}

guint talk_count(GtkWidget *root, const char *type)
{
    guint n = strcmp(G_OBJECT_TYPE_NAME(root), type) == 0 ? 1 : 0;
    for (GtkWidget *child = gtk_widget_get_first_child(root); child != NULL;
         child = gtk_widget_get_next_sibling(child))
        n += talk_count(child, type);
    return n;
}

const char *talk_text(GtkWidget *root, const char *id)
{
    return gtk_label_get_text(GTK_LABEL(app_find(root, id)));
}

gboolean talk_visible(GtkWidget *root, const char *id)
{
    return gtk_widget_get_visible(app_find(root, id));
}

void talk_click(GtkWidget *button)
{
    g_assert_nonnull(button);
    g_assert_true(gtk_widget_get_visible(button));
    g_assert_true(gtk_widget_get_sensitive(button));
    g_signal_emit_by_name(button, GTK_IS_CHECK_BUTTON(button) ? "activate" : "clicked");
}

GtkWidget *talk_chooser(void)
{
    GListModel *windows = gtk_window_get_toplevels();
    for (guint i = 0; i < g_list_model_get_n_items(windows); i++) {
        g_autoptr(GtkWidget) window = g_list_model_get_item(windows, i);
        if (GTK_IS_FILE_CHOOSER(window) && gtk_widget_get_visible(window))
            return window;
    }
    return NULL;
}

gboolean talk_chooser_or_skip(void)
{
#ifdef LEAKS_ARE_FOUND
    g_test_skip("GTK's file chooser leaks memory");
    return FALSE;
#else
    return TRUE;
#endif
}
