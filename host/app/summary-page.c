/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/summary-page.h"

#include "base/i18n.h"
#include "host/app/chat-log.h"
#include "host/app/files-view.h"
#include "host/app/session-calls.h"
#include "host/app/session-words.h"
#include "host/app/summary-text.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    RaCalls *calls;
    void (*done)(gpointer data);
    gpointer data;
    GtkWidget *root, *title, *times, *refusal, *reason, *saved, *save;
    RaChatLog *log;
    gboolean loading, again; /* something changed meanwhile */
    char *helper;
    GtkFileChooserNative *chooser;
    char *path, *written; /* to save as; what the agent writes first */
} SummaryPage;

static SummaryPage *of(GtkWidget *root)
{
    return g_object_get_data(G_OBJECT(root), "ra-summary-page");
}

static void page_free(gpointer data)
{
    SummaryPage *page = data;
    ra_calls_free(page->calls);
    g_free(page->helper);
    g_free(page->path);
    g_free(page->written);
    g_free(page);
}

static void close_chooser(SummaryPage *page)
{
    if (page->chooser == NULL)
        return;
    g_signal_handlers_disconnect_by_data(page->chooser, page);
    gtk_native_dialog_destroy(GTK_NATIVE_DIALOG(page->chooser));
    g_clear_object(&page->chooser);
}

static void on_destroy(GtkWidget *root, gpointer data)
{
    SummaryPage *page = data;
    (void)root;
    ra_calls_close(page->calls);
    close_chooser(page);
}

static void show_refusal(const char *reason, gpointer data)
{
    const SummaryPage *page = data;
    gtk_label_set_text(GTK_LABEL(page->reason), reason != NULL ? reason : "");
    gtk_info_bar_set_revealed(GTK_INFO_BAR(page->refusal), reason != NULL);
    if (reason != NULL)
        gtk_widget_hide(page->saved);
}

static void on_refusal_closed(GtkInfoBar *bar, int response, gpointer data)
{
    (void)bar;
    (void)response;
    show_refusal(NULL, data);
}

static gint64 time_of(const SummaryPage *page, guint index)
{
    gint64 time = 0;
    (void)g_variant_lookup(ra_chat_log_entry(page->log, index), "time", "x", &time);
    return time;
}

/* Who it was, by the chat; "". Lives as long as the log has its entries. */
static const char *name_in_log(const SummaryPage *page)
{
    for (guint i = 0; i < ra_chat_log_length(page->log); i++) {
        GVariant *entry = ra_chat_log_entry(page->log, i);
        const char *who = "", *name = "";
        (void)g_variant_lookup(entry, "who", "&s", &who);
        (void)g_variant_lookup(entry, "name", "&s", &name);
        if (strcmp(who, "them") == 0 && name[0] != '\0')
            return name;
    }
    return "";
}

static const char *helper_of(const SummaryPage *page)
{
    return page->helper[0] != '\0' ? page->helper : name_in_log(page);
}

static void update(SummaryPage *page)
{
    static const RaWords titles = {N_("The session with %s is over"),
                                   N_("The session with your helper is over")};
    const guint n = ra_chat_log_length(page->log);
    g_autofree char *title = ra_words_about(titles, helper_of(page));
    if (strcmp(gtk_label_get_text(GTK_LABEL(page->title)), title) != 0)
        gtk_label_set_text(GTK_LABEL(page->title), title);
    gtk_widget_set_visible(page->times, n > 0);
    if (n == 0)
        return;
    g_autofree char *began = ra_chat_log_time(time_of(page, 0));
    g_autofree char *ended = ra_chat_log_time(time_of(page, n - 1));
    /* Translators: two times, or dates with times. */
    g_autofree char *times = g_strdup_printf(_("It began: %1$s. It ended: %2$s."), began, ended);
    gtk_label_set_text(GTK_LABEL(page->times), times);
}

static void load(SummaryPage *page);

static void on_history(GVariant *result, const char *reason, gpointer data)
{
    SummaryPage *page = data;
    page->loading = FALSE;
    if (reason != NULL) { /* what the session's page knew is shown then */
        if (ra_chat_log_length(page->log) == 0)
            show_refusal(reason, page);
        return;
    }
    g_autoptr(GVariant) entries = g_variant_get_child_value(result, 0);
    ra_chat_log_load(page->log, entries);
    update(page);
    if (page->again)
        load(page);
}

static void load(SummaryPage *page)
{
    page->again = FALSE;
    page->loading = TRUE;
    ra_calls_call(page->calls, ra_calls_consent(page->calls), "History", NULL, on_history, page);
}

/* What does not follow belongs to another session, and this page tells of one. */
static void on_history_changed(RaBusConsent1 *consent, GVariant *entry, gpointer data)
{
    SummaryPage *page = of(data);
    if (page->loading)
        page->again = TRUE;
    else if (ra_chat_log_take(page->log, entry))
        update(page);
    else
        g_signal_handlers_disconnect_by_func(consent, on_history_changed, data);
}

static void show_saved(SummaryPage *page)
{
    g_autofree char *shown = g_filename_display_name(page->path);
    /* Translators: %s is a file with its folder. */
    g_autofree char *text = g_strdup_printf(_("Saved as %s"), shown);
    show_refusal(NULL, page);
    gtk_label_set_text(GTK_LABEL(page->saved), text);
    gtk_widget_show(page->saved);
}

static void show_failed(SummaryPage *page, const char *why)
{
    g_autofree char *text =
        /* Translators: %s is the system's reason: "Permission denied". */
        g_strdup_printf(_("It could not be saved (%s). Choose another folder."), why);
    show_refusal(text, page);
}

static void on_written(GVariant *result, const char *reason, gpointer data)
{
    SummaryPage *page = data;
    (void)result;
    if (reason != NULL) {
        show_refusal(reason, page);
    } else if (page->written == NULL || g_rename(page->written, page->path) == 0) {
        show_saved(page);
    } else {
        const int why = errno;
        (void)g_unlink(page->written);
        show_failed(page, g_strerror(why));
    }
    g_clear_pointer(&page->written, g_free);
    g_clear_pointer(&page->path, g_free);
}

static void write_here(SummaryPage *page)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = ra_summary_text(page->log, helper_of(page));
    if (g_file_set_contents_full(page->path, text, -1,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 &error))
        show_saved(page);
    else
        show_failed(page, error->message);
    g_clear_pointer(&page->path, g_free);
}

/* The agent writes new files only: what the novice agreed to replace is kept until the new one is
 * complete, beside it. */
void ra_summary_page_save(GtkWidget *root, GFile *file)
{
    SummaryPage *page = of(root);
    RaBusConsent1 *consent = ra_calls_consent(page->calls);
    GStatBuf status;
    if (page->path != NULL) /* one at a time */
        return;
    page->path = g_file_get_path(file);
    if (page->path == NULL) {
        show_refusal(_("Choose a folder on this computer."), page);
        return;
    }
    if (g_dbus_connection_is_closed(g_dbus_proxy_get_connection(G_DBUS_PROXY(consent)))) {
        write_here(page);
        return;
    }
    if (g_lstat(page->path, &status) == 0) {
        g_autofree char *folder = g_path_get_dirname(page->path);
        page->written = g_strdup_printf("%s/.remote-assistance-%08x%08x.txt", folder,
                                        g_random_int(), g_random_int());
    }
    ra_calls_call(page->calls, consent, "SaveHistory",
                  g_variant_new("(^ay)", page->written != NULL ? page->written : page->path),
                  on_written, page);
}

static void on_chosen(GtkNativeDialog *dialog, int response, gpointer data)
{
    SummaryPage *page = data;
    g_autoptr(GFile) file = response == GTK_RESPONSE_ACCEPT
                                ? gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog))
                                : NULL;
    close_chooser(page);
    if (file != NULL)
        ra_summary_page_save(page->root, file);
}

static void on_save(GtkButton *button, gpointer data)
{
    SummaryPage *page = data;
    GtkRoot *window = gtk_widget_get_root(GTK_WIDGET(button));
    if (page->chooser == NULL) {
        const gint64 began = ra_chat_log_length(page->log) > 0 ? time_of(page, 0)
                                                               : g_get_real_time() / G_USEC_PER_SEC;
        g_autofree char *name = ra_summary_file_name(helper_of(page), began);
        page->chooser =
            gtk_file_chooser_native_new(_("Save what happened"), GTK_WINDOW(window),
                                        GTK_FILE_CHOOSER_ACTION_SAVE, _("Save"), _("Cancel"));
        gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(page->chooser), name);
        gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(page->chooser), TRUE);
        g_signal_connect(page->chooser, "response", G_CALLBACK(on_chosen), page);
    }
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(page->chooser));
}

static void on_close(GtkButton *button, gpointer data)
{
    const SummaryPage *page = data;
    (void)button;
    page->done(page->data);
}

static void build(SummaryPage *page)
{
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/remoteassistance/app/summary-page.ui");
    GtkWidget *scrolled = GTK_WIDGET(gtk_builder_get_object(builder, "scrolled"));
    page->root = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    gtk_box_append(GTK_BOX(page->root), GTK_WIDGET(gtk_builder_get_object(builder, "page")));
    page->title = GTK_WIDGET(gtk_builder_get_object(builder, "title"));
    page->times = GTK_WIDGET(gtk_builder_get_object(builder, "times"));
    page->refusal = GTK_WIDGET(gtk_builder_get_object(builder, "refusal"));
    page->reason = GTK_WIDGET(gtk_builder_get_object(builder, "reason"));
    page->saved = GTK_WIDGET(gtk_builder_get_object(builder, "saved"));
    page->log = RA_CHAT_LOG(ra_chat_log_new());
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), GTK_WIDGET(page->log));
    gtk_box_insert_child_after(GTK_BOX(gtk_builder_get_object(builder, "rest")),
                               ra_files_view_new(page->calls, TRUE), scrolled);
    g_signal_connect(page->root, "destroy", G_CALLBACK(on_destroy), page);
    g_signal_connect(page->refusal, "response", G_CALLBACK(on_refusal_closed), page);
    page->save = GTK_WIDGET(gtk_builder_get_object(builder, "save"));
    g_signal_connect(page->save, "clicked", G_CALLBACK(on_save), page);
    g_signal_connect(gtk_builder_get_object(builder, "close"), "clicked", G_CALLBACK(on_close),
                     page);
}

GtkWidget *ra_summary_page_new(RaAgentLink *link, void (*done)(gpointer data), gpointer data)
{
    SummaryPage *page = g_new0(SummaryPage, 1);
    page->calls = ra_calls_new(link, show_refusal, page);
    page->done = done;
    page->data = data;
    page->helper = g_strdup("");
    build(page);
    g_object_set_data_full(G_OBJECT(page->root), "ra-summary-page", page, page_free);
    g_signal_connect_object(ra_calls_consent(page->calls), "history-changed",
                            G_CALLBACK(on_history_changed), page->root, 0);
    update(page);
    load(page);
    return page->root;
}

void ra_summary_page_focus(GtkWidget *root)
{
    gtk_widget_grab_focus(of(root)->save);
}

void ra_summary_page_recall(GtkWidget *root, const char *helper, GVariant *history)
{
    SummaryPage *page = of(root);
    g_free(page->helper);
    page->helper = g_strdup(helper);
    ra_chat_log_set_helper(page->log, helper);
    if (ra_chat_log_length(page->log) == 0)
        ra_chat_log_load(page->log, history);
    update(page);
}
