/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/files-view.h"

#include "base/i18n.h"
#include "host/app/ui.h"

#include <string.h>

enum { LIST_HEIGHT_MIN = 80, LIST_HEIGHT = 190 }; /* pixels; more files are scrolled to */

typedef struct {
    RaCalls *calls; /* borrowed */
    gboolean over;
    GtkWidget *root, *list;
    GHashTable *rows; /* transfer: Row */
    GtkFileChooserNative *chooser;
} FilesView;

typedef struct {
    FilesView *view;
    guint transfer;
    GtkWidget *row, *name, *text, *where, *progress, *cancel, *open, *show;
} Row;

static FilesView *of(GtkWidget *root)
{
    return g_object_get_data(G_OBJECT(root), "ra-files-view");
}

static void view_free(gpointer data)
{
    FilesView *view = data;
    g_hash_table_unref(view->rows);
    g_free(view);
}

static void close_chooser(FilesView *view)
{
    if (view->chooser == NULL)
        return;
    g_signal_handlers_disconnect_by_data(view->chooser, view);
    gtk_native_dialog_destroy(GTK_NATIVE_DIALOG(view->chooser));
    g_clear_object(&view->chooser);
}

static void on_destroy(GtkWidget *root, gpointer data)
{
    (void)root;
    close_chooser(data);
}

static void call(Row *row, const char *method)
{
    RaCalls *calls = row->view->calls;
    ra_calls_call(calls, ra_calls_consent(calls), method, g_variant_new("(u)", row->transfer), NULL,
                  NULL);
}

static void on_cancel(GtkButton *button, gpointer data)
{
    (void)button;
    call(data, "CancelFile");
}

static void on_open(GtkButton *button, gpointer data)
{
    (void)button;
    call(data, "OpenFile");
}

static void on_show(GtkButton *button, gpointer data)
{
    (void)button;
    call(data, "ShowFile");
}

static GtkWidget *new_label(GtkWidget *box, const char *class)
{
    GtkWidget *label = ra_ui_label(NULL, class);
    gtk_label_set_width_chars(GTK_LABEL(label), 12);
    gtk_box_append(GTK_BOX(box), label);
    return label;
}

static GtkWidget *new_button(Row *row, GtkWidget *box, const char *label, GCallback clicked)
{
    GtkWidget *button = gtk_button_new_with_label(label);
    gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
    gtk_accessible_update_relation(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                   row->name, NULL, -1);
    g_signal_connect(button, "clicked", clicked, row);
    gtk_box_append(GTK_BOX(box), button);
    return button;
}

static Row *new_row(FilesView *view, guint transfer)
{
    Row *row = g_new0(Row, 1);
    row->view = view;
    row->transfer = transfer;
    row->row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    GtkWidget *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
    gtk_widget_set_hexpand(words, TRUE);
    gtk_box_append(GTK_BOX(row->row), words);
    row->name = new_label(words, "ra-name");
    row->progress = gtk_progress_bar_new();
    gtk_accessible_update_relation(GTK_ACCESSIBLE(row->progress),
                                   GTK_ACCESSIBLE_RELATION_LABELLED_BY, row->name, NULL, -1);
    gtk_box_append(GTK_BOX(words), row->progress);
    row->text = new_label(words, NULL);
    row->where = new_label(words, "ra-dim");
    row->cancel = new_button(row, row->row, _("Cancel"), G_CALLBACK(on_cancel));
    row->open = new_button(row, row->row, _("Open"), G_CALLBACK(on_open));
    row->show = new_button(row, row->row, _("Show in folder"), G_CALLBACK(on_show));
    gtk_accessible_update_relation(GTK_ACCESSIBLE(row->open), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                   row->name, row->where, NULL, -1);
    gtk_box_prepend(GTK_BOX(view->list), row->row);
    gtk_widget_show(view->root);
    g_hash_table_insert(view->rows, GUINT_TO_POINTER(transfer), row);
    return row;
}

/* Where it is, or why it cannot be opened. */
static void show_where(Row *row, const char *path, gboolean can_run)
{
    g_autofree char *folder = path != NULL ? g_path_get_dirname(path) : NULL;
    g_autofree char *shown = folder != NULL ? g_filename_display_name(folder) : NULL;
    g_autofree char *where = NULL;
    if (path != NULL && can_run)
        where = g_strdup_printf(
            _("It is in %s. It is a program: what it does to your computer cannot be foreseen, "
              "so it is not opened from here."),
            shown);
    else if (path != NULL)
        /* Translators: %s is a folder. */
        where = g_strdup_printf(_("It is in %s."), shown);
    gtk_label_set_text(GTK_LABEL(row->where), where != NULL ? where : "");
    gtk_widget_set_visible(row->where, where != NULL);
}

static void show_transfer(FilesView *view, GVariant *value)
{
    const char *state = "", *name = "", *text = "", *path = NULL, *end = "";
    gboolean incoming = FALSE, can_run = FALSE;
    guint transfer = 0;
    guint64 size = 0, done = 0;
    (void)g_variant_lookup(value, "transfer", "u", &transfer);
    (void)g_variant_lookup(value, "incoming", "b", &incoming);
    (void)g_variant_lookup(value, "can-run", "b", &can_run);
    (void)g_variant_lookup(value, "state", "&s", &state);
    (void)g_variant_lookup(value, "end", "&s", &end);
    (void)g_variant_lookup(value, "name", "&s", &name);
    (void)g_variant_lookup(value, "text", "&s", &text);
    (void)g_variant_lookup(value, "size", "t", &size);
    (void)g_variant_lookup(value, "done", "t", &done);
    (void)g_variant_lookup(value, "path", "^&ay", &path);
    const gboolean over = strcmp(state, "over") == 0;
    const gboolean came = over && incoming && strcmp(end, "done") == 0;
    Row *row = g_hash_table_lookup(view->rows, GUINT_TO_POINTER(transfer));
    if (row == NULL)
        row = new_row(view, transfer);
    gtk_label_set_text(GTK_LABEL(row->name), name);
    gtk_label_set_text(GTK_LABEL(row->text), text);
    show_where(row, came ? path : NULL, can_run);
    gtk_widget_set_visible(row->progress, !over && !view->over);
    gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(row->progress),
                                  size > 0 ? CLAMP((double)done / (double)size, 0, 1) : 0);
    gtk_widget_set_visible(row->cancel, !over && !view->over);
    gtk_widget_set_visible(row->open, came);
    gtk_widget_set_sensitive(row->open, !can_run);
    gtk_widget_set_visible(row->show, came);
}

static void on_transfers(GVariant *result, const char *reason, gpointer data)
{
    FilesView *view = data;
    if (reason != NULL)
        return;
    g_autoptr(GVariant) transfers = g_variant_get_child_value(result, 0);
    for (gsize i = 0; i < g_variant_n_children(transfers); i++) {
        g_autoptr(GVariant) transfer = g_variant_get_child_value(transfers, i);
        show_transfer(view, transfer);
    }
}

static void on_transfer_changed(RaBusConsent1 *consent, GVariant *transfer, gpointer data)
{
    (void)consent;
    show_transfer(of(data), transfer);
}

/* A refusal stays in sight, though another file of the same choice is taken. */
static void on_offered(GVariant *result, const char *reason, gpointer data)
{
    FilesView *view = data;
    (void)result;
    if (reason != NULL)
        ra_calls_show(view->calls, reason);
}

static void offer(FilesView *view, GFile *file)
{
    const char *path = g_file_peek_path(file);
    if (path != NULL)
        ra_calls_call(view->calls, ra_calls_consent(view->calls), "SendFile",
                      g_variant_new("(^ay)", path), on_offered, view);
    else
        ra_calls_show(view->calls,
                      _("That is not a file on this computer. Save it here first, then send it."));
}

void ra_files_view_send(GtkWidget *root, GListModel *files)
{
    FilesView *view = of(root);
    const guint n = g_list_model_get_n_items(files);
    ra_calls_show(view->calls, NULL);
    for (guint i = 0; i < MIN(n, RA_FILES_VIEW_AT_ONCE); i++) {
        g_autoptr(GFile) file = g_list_model_get_item(files, i);
        offer(view, file);
    }
    if (n > RA_FILES_VIEW_AT_ONCE)
        ra_calls_show(view->calls,
                      _("Those were too many files at once. Send the rest of them later, or put "
                        "them into one archive."));
}

static void on_chosen(GtkNativeDialog *dialog, int response, gpointer data)
{
    FilesView *view = data;
    if (response == GTK_RESPONSE_ACCEPT) {
        g_autoptr(GListModel) files = gtk_file_chooser_get_files(GTK_FILE_CHOOSER(dialog));
        ra_files_view_send(view->root, files);
    }
    close_chooser(view);
}

void ra_files_view_choose(GtkWidget *root)
{
    FilesView *view = of(root);
    GtkRoot *window = gtk_widget_get_root(root);
    if (view->chooser == NULL) {
        view->chooser = gtk_file_chooser_native_new(
            _("Send a file"), GTK_IS_WINDOW(window) ? GTK_WINDOW(window) : NULL,
            GTK_FILE_CHOOSER_ACTION_OPEN, _("Send"), _("Cancel"));
        gtk_file_chooser_set_select_multiple(GTK_FILE_CHOOSER(view->chooser), TRUE);
        gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(view->chooser), TRUE);
        g_signal_connect(view->chooser, "response", G_CALLBACK(on_chosen), view);
    }
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(view->chooser));
}

GtkWidget *ra_files_view_new(RaCalls *calls, gboolean over)
{
    FilesView *view = g_new0(FilesView, 1);
    RaBusConsent1 *consent = ra_calls_consent(calls);
    view->calls = calls;
    view->over = over;
    view->rows = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    view->root = gtk_scrolled_window_new();
    view->list = g_object_new(GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 8,
                              "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
    gtk_widget_add_css_class(view->list, "ra-log");
    gtk_accessible_update_property(GTK_ACCESSIBLE(view->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Files"), -1);
    GtkScrolledWindow *scrolled = GTK_SCROLLED_WINDOW(view->root);
    gtk_scrolled_window_set_policy(scrolled, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_propagate_natural_height(scrolled, TRUE);
    gtk_scrolled_window_set_min_content_height(scrolled, LIST_HEIGHT_MIN);
    gtk_scrolled_window_set_max_content_height(scrolled, LIST_HEIGHT);
    gtk_scrolled_window_set_has_frame(scrolled, TRUE);
    gtk_scrolled_window_set_child(scrolled, view->list);
    gtk_widget_hide(view->root);
    g_object_set_data_full(G_OBJECT(view->root), "ra-files-view", view, view_free);
    g_signal_connect(view->root, "destroy", G_CALLBACK(on_destroy), view);
    if (!over)
        g_signal_connect_object(consent, "transfer-changed", G_CALLBACK(on_transfer_changed),
                                view->root, 0);
    ra_calls_call(calls, consent, "Transfers", NULL, on_transfers, view);
    return view->root;
}
