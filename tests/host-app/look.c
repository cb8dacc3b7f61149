/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-app/look.h"

#include "base/i18n.h"
#include "tests/host-app/display.h"
#include "tests/host-app/tree.h"

#include <locale.h>
#include <string.h>

static const Look looks[] = {
    {"german", 100, FALSE},
    {"large", 200, FALSE},
    {"mirrored", 100, TRUE},
};

gboolean look_start(const Look *look)
{
    g_autofree char *catalogs = g_test_build_filename(G_TEST_BUILT, "..", "po", NULL);
    g_autofree char *size = g_strdup_printf("%dx%d", LOOK_WIDTH, LOOK_HEIGHT);
    (void)g_setenv("LANGUAGE", "de", TRUE);
    if (!app_display_start(size))
        return FALSE;
    (void)bindtextdomain(GETTEXT_PACKAGE, catalogs);
    (void)bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    (void)textdomain(GETTEXT_PACKAGE);
    if (strcmp(_("Yes."), "Ja.") != 0) {
        g_test_skip("the C library translates nothing in the locale C.UTF-8");
        return FALSE;
    }
    GtkSettings *settings = gtk_settings_get_default();
    g_object_set(settings, "gtk-enable-animations", FALSE, "gtk-xft-dpi",
                 96 * 1024 * look->percent / 100, NULL);
    gtk_widget_set_default_direction(look->mirrored ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
    return TRUE;
}

void look_add(const char *name, GTestDataFunc test)
{
    for (gsize i = 0; i < G_N_ELEMENTS(looks); i++) {
        g_autofree char *path = g_strdup_printf("/look/%s/%s", name, looks[i].name);
        g_test_add_data_func(path, &looks[i], test);
    }
}

static const char *text_of(GtkWidget *widget)
{
    return GTK_IS_LABEL(widget) ? gtk_label_get_text(GTK_LABEL(widget))
                                : G_OBJECT_TYPE_NAME(widget);
}

static gboolean is_seen(GtkWidget *widget)
{
    return gtk_widget_get_mapped(widget) && gtk_widget_get_child_visible(widget) &&
           gtk_widget_get_opacity(widget) > 0;
}

static void check_apart(GtkWidget *widget, GtkWidget *other)
{
    graphene_rect_t a, b, both;
    GtkWidget *parent = gtk_widget_get_parent(widget);
    if (!is_seen(other) || !gtk_widget_compute_bounds(widget, parent, &a) ||
        !gtk_widget_compute_bounds(other, parent, &b) || !graphene_rect_intersection(&a, &b, &both))
        return;
    if (both.size.width > 2 && both.size.height > 2) /* more than a border */
        g_error("\"%s\" and \"%s\" share %gx%g pixels", text_of(widget), text_of(other),
                both.size.width, both.size.height);
}

/* The sides of a box or a grid do not lie over each other. */
static void check_children(GtkWidget *widget)
{
    if (!GTK_IS_BOX(widget) && !GTK_IS_GRID(widget) && !GTK_IS_LIST_BOX(widget))
        return;
    for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
         child = gtk_widget_get_next_sibling(child)) {
        for (GtkWidget *other = gtk_widget_get_next_sibling(child); is_seen(child) && other != NULL;
             other = gtk_widget_get_next_sibling(other))
            check_apart(child, other);
    }
}

static void check_label(GtkLabel *label)
{
    PangoLayout *layout = gtk_label_get_layout(label);
    const int width = gtk_widget_get_width(GTK_WIDGET(label));
    const int height = gtk_widget_get_height(GTK_WIDGET(label));
    int text_width = 0, text_height = 0;
    pango_layout_get_pixel_size(layout, &text_width, &text_height);
    if (pango_layout_is_ellipsized(layout) && strstr(gtk_label_get_text(label), LOOK_NAME) == NULL)
        g_error("\"%s\" is shortened", gtk_label_get_text(label));
    if (text_width > width + 1 || text_height > height + 1)
        g_error("\"%s\" takes %dx%d pixels, and has %dx%d", gtk_label_get_text(label), text_width,
                text_height, width, height);
}

static void check_tree(GtkWidget *widget)
{
    if (!is_seen(widget))
        return;
    if (GTK_IS_LABEL(widget))
        check_label(GTK_LABEL(widget));
    if (GTK_IS_SCROLLED_WINDOW(widget)) {
        GtkAdjustment *across = gtk_scrolled_window_get_hadjustment(GTK_SCROLLED_WINDOW(widget));
        if (gtk_adjustment_get_upper(across) > gtk_adjustment_get_page_size(across) + 1)
            g_error("one has to scroll to the side: %g pixels are shown as %g",
                    gtk_adjustment_get_upper(across), gtk_adjustment_get_page_size(across));
    }
    check_children(widget);
    for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
         child = gtk_widget_get_next_sibling(child))
        check_tree(child);
}

static void check_size(GtkWidget *window)
{
    int width = 0, height = 0;
    gtk_widget_measure(window, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
    gtk_widget_measure(window, GTK_ORIENTATION_VERTICAL, LOOK_WIDTH, &height, NULL, NULL, NULL);
    if (width > LOOK_WIDTH || height > LOOK_HEIGHT)
        g_error("the window takes %dx%d pixels at least", width, height);
}

static gboolean on_frame(GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
    (void)widget, (void)clock;
    (*(int *)data)++;
    return G_SOURCE_CONTINUE;
}

/* Everything has its place once two frames were drawn. */
static void wait_for_frames(GtkWidget *window)
{
    int frames = 0;
    const guint tick = gtk_widget_add_tick_callback(window, on_frame, &frames, NULL);
    while (frames < 3)
        g_main_context_iteration(NULL, TRUE);
    gtk_widget_remove_tick_callback(window, tick);
    app_idle();
}

void look_check(GtkWindow *window, const Look *look, const char *page)
{
    const char *folder = g_getenv("RA_PICTURES");
    wait_for_frames(GTK_WIDGET(window));
    if (folder != NULL) {
        g_autofree char *file = g_strdup_printf("%s/%s-%s.png", folder, page, look->name);
        app_picture(window, file);
    }
    g_test_message("%s", page);
    check_size(GTK_WIDGET(window));
    check_tree(GTK_WIDGET(window));
}
