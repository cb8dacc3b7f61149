/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-app/tree.h"

#include "tests/host-app/display.h"

static void collect(GtkWidget *root, GPtrArray *ret)
{
    if (!gtk_widget_get_mapped(root))
        return;
    g_ptr_array_add(ret, root);
    for (GtkWidget *child = gtk_widget_get_first_child(root); child != NULL;
         child = gtk_widget_get_next_sibling(child))
        collect(child, ret);
}

/* All that is in sight. */
static GPtrArray *all_of(GtkWidget *root)
{
    GPtrArray *all = g_ptr_array_new();
    collect(root, all);
    return all;
}

char *app_text(GtkWidget *root, const char *class)
{
    g_autoptr(GPtrArray) all = all_of(root);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < all->len; i++) {
        GtkWidget *widget = all->pdata[i];
        if (GTK_IS_LABEL(widget) && gtk_widget_has_css_class(widget, class))
            g_string_append_printf(text, "%s%s", text->len > 0 ? "-" : "",
                                   gtk_label_get_text(GTK_LABEL(widget)));
    }
    return g_string_free(text, FALSE);
}

guint app_count(GtkWidget *root, const char *class)
{
    g_autoptr(GPtrArray) all = all_of(root);
    guint count = 0;
    for (guint i = 0; i < all->len; i++)
        count += gtk_widget_has_css_class(all->pdata[i], class);
    return count;
}

GtkWidget *app_of_type(GtkWidget *root, GType type)
{
    g_autoptr(GPtrArray) all = all_of(root);
    for (guint i = 0; i < all->len; i++) {
        if (g_type_is_a(G_OBJECT_TYPE(all->pdata[i]), type))
            return all->pdata[i];
    }
    g_error("there is no %s", g_type_name(type));
}

GtkWidget *app_chooser(void)
{
    GListModel *windows = gtk_window_get_toplevels();
    for (guint i = 0; i < g_list_model_get_n_items(windows); i++) {
        g_autoptr(GtkWidget) window = g_list_model_get_item(windows, i);
        if (GTK_IS_FILE_CHOOSER(window) && gtk_widget_get_visible(window))
            return window;
    }
    return NULL;
}

void app_check_mnemonics(GtkWidget *root)
{
    g_autoptr(GPtrArray) all = all_of(root);
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < all->len; i++) {
        if (!GTK_IS_LABEL(all->pdata[i]))
            continue;
        const guint key = gtk_label_get_mnemonic_keyval(all->pdata[i]);
        if (key == GDK_KEY_VoidSymbol)
            continue;
        g_test_message("%s", gtk_label_get_label(all->pdata[i]));
        g_assert_true(g_hash_table_add(seen, GUINT_TO_POINTER(gdk_keyval_to_lower(key))));
    }
}

void app_escape(GtkWidget *page)
{
    g_autoptr(GListModel) controllers = gtk_widget_observe_controllers(page);
    for (guint i = 0; i < g_list_model_get_n_items(controllers); i++) {
        g_autoptr(GObject) controller = g_list_model_get_item(controllers, i);
        if (!GTK_IS_SHORTCUT_CONTROLLER(controller))
            continue;
        for (guint k = 0; k < g_list_model_get_n_items(G_LIST_MODEL(controller)); k++) {
            g_autoptr(GtkShortcut) shortcut = g_list_model_get_item(G_LIST_MODEL(controller), k);
            GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger(shortcut);
            if (GTK_IS_KEYVAL_TRIGGER(trigger) &&
                gtk_keyval_trigger_get_keyval(GTK_KEYVAL_TRIGGER(trigger)) == GDK_KEY_Escape)
                g_assert_true(
                    gtk_shortcut_action_activate(gtk_shortcut_get_action(shortcut), 0, page, NULL));
        }
    }
    app_idle();
}

void app_picture(GtkWindow *window, const char *file)
{
    const int width = gtk_widget_get_width(GTK_WIDGET(window));
    const int height = gtk_widget_get_height(GTK_WIDGET(window));
    for (int i = 0; i < 100; i++) { /* until it is laid out */
        g_main_context_iteration(NULL, FALSE);
        g_usleep(2000);
    }
    g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new(GTK_WIDGET(window));
    GtkSnapshot *snapshot = gtk_snapshot_new();
    gdk_paintable_snapshot(paintable, snapshot, width, height);
    g_autoptr(GskRenderNode) node = gtk_snapshot_free_to_node(snapshot);
    const graphene_rect_t area = GRAPHENE_RECT_INIT(0, 0, (float)width, (float)height);
    g_autoptr(GdkTexture) texture =
        gsk_renderer_render_texture(gtk_native_get_renderer(GTK_NATIVE(window)), node, &area);
    g_assert_true(gdk_texture_save_to_png(texture, file));
}
