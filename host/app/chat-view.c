/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/chat-view.h"

#include "base/i18n.h"
#include "host/app/chat-log.h"

#include <string.h>

enum { SLACK = 24 }; /* pixels from its end: still at the end */

typedef struct {
    RaCalls *calls; /* borrowed */
    GtkWidget *root, *log, *newest, *say, *text, *send, *problem;
    GtkAdjustment *scroll;
    GQueue held; /* HistoryChanged while the history is on its way; GVariant */
    gboolean loading;
    gboolean following; /* the newest is in sight, and stays so */
    guint settle;       /* idle source: scrolls when the sizes are known */
    double anchor;      /* from the end of what is shown to what has to stay in place; 0: none */
    gboolean open, seen, sending;
    guint arrived; /* messages since the novice scrolled up */
    gint64 beeped; /* monotonic, microseconds; 0: never */
} ChatView;

static ChatView *of(GtkWidget *root)
{
    return g_object_get_data(G_OBJECT(root), "ra-chat-view");
}

static void view_free(gpointer data)
{
    ChatView *view = data;
    g_clear_handle_id(&view->settle, g_source_remove);
    g_queue_clear_full(&view->held, (GDestroyNotify)g_variant_unref);
    g_free(view);
}

/* Nobody asked for it: nobody is told. */
static void on_marked(GVariant *result, const char *reason, gpointer data)
{
    (void)result;
    (void)reason;
    (void)data;
}

static void mark_read(ChatView *view)
{
    RaBusConsent1 *consent = ra_calls_consent(view->calls);
    if (view->seen && view->following && ra_bus_consent1_get_unread(consent) > 0)
        ra_calls_call(view->calls, consent, "MarkRead", NULL, on_marked, NULL);
}

static void show_arrived(ChatView *view)
{
    /* Translators: a button below a chat that is scrolled up. */
    g_autofree char *label = g_strdup_printf(
        ngettext("%u new message", "%u new messages", view->arrived), view->arrived);
    gtk_button_set_label(GTK_BUTTON(view->newest), label);
    gtk_widget_set_visible(view->newest, view->arrived > 0);
}

static void set_following(ChatView *view, gboolean following)
{
    if (view->following == following)
        return;
    view->following = following;
    if (!following)
        return;
    view->arrived = 0;
    show_arrived(view);
    mark_read(view);
}

static void to_end(ChatView *view)
{
    gtk_adjustment_set_value(view->scroll, gtk_adjustment_get_upper(view->scroll) -
                                               gtk_adjustment_get_page_size(view->scroll));
}

static gboolean at_end(const ChatView *view)
{
    return gtk_adjustment_get_value(view->scroll) + gtk_adjustment_get_page_size(view->scroll) +
               SLACK >=
           gtk_adjustment_get_upper(view->scroll);
}

static gboolean on_settle(gpointer data)
{
    ChatView *view = data;
    view->settle = 0;
    if (view->following)
        to_end(view);
    else if (view->anchor > 0)
        gtk_adjustment_set_value(view->scroll,
                                 gtk_adjustment_get_upper(view->scroll) - view->anchor);
    view->anchor = 0;
    return G_SOURCE_REMOVE;
}

/* The size of what is shown, or of where it is shown, is another. That is told while widgets get
 * their places, when none can be moved. */
static void on_scroll_changed(GtkAdjustment *scroll, gpointer data)
{
    ChatView *view = data;
    (void)scroll;
    if (view->settle == 0)
        view->settle = g_idle_add_full(G_PRIORITY_HIGH_IDLE, on_settle, view, NULL);
}

static void on_scrolled(GtkAdjustment *scroll, gpointer data)
{
    ChatView *view = data;
    (void)scroll;
    if (view->settle == 0) /* else it was not the novice */
        set_following(view, at_end(view));
}

static void on_earlier(RaChatLog *log, gpointer data)
{
    ChatView *view = data;
    (void)log;
    set_following(view, FALSE);
    view->anchor = gtk_adjustment_get_upper(view->scroll) - gtk_adjustment_get_value(view->scroll);
}

static void on_newest(GtkButton *button, gpointer data)
{
    ChatView *view = data;
    (void)button;
    gtk_widget_grab_focus(view->text);
    set_following(view, TRUE);
    to_end(view);
}

static void beep(ChatView *view)
{
    const gint64 now = g_get_monotonic_time();
    GtkNative *native = gtk_widget_get_native(view->root);
    if (view->beeped != 0 && now - view->beeped < RA_CHAT_VIEW_BEEP_SECONDS * G_USEC_PER_SEC)
        return;
    view->beeped = now;
    if (native != NULL && gtk_native_get_surface(native) != NULL)
        gdk_surface_beep(gtk_native_get_surface(native));
}

static void load(ChatView *view);

static void take(ChatView *view, GVariant *entry)
{
    const guint before = ra_chat_log_length(RA_CHAT_LOG(view->log));
    const char *who = "";
    if (!ra_chat_log_take(RA_CHAT_LOG(view->log), entry)) {
        load(view);
        return;
    }
    if (view->following)
        ra_chat_log_trim(RA_CHAT_LOG(view->log));
    (void)g_variant_lookup(entry, "who", "&s", &who);
    if (ra_chat_log_length(RA_CHAT_LOG(view->log)) == before)
        return;
    if (strcmp(who, "me") == 0)
        set_following(view, TRUE);
    if (strcmp(who, "them") != 0)
        return;
    if (!view->following) {
        view->arrived++;
        show_arrived(view);
    }
    if (!view->seen)
        beep(view);
}

static void on_history(GVariant *result, const char *reason, gpointer data)
{
    ChatView *view = data;
    view->loading = FALSE;
    if (reason == NULL) {
        g_autoptr(GVariant) entries = g_variant_get_child_value(result, 0);
        ra_chat_log_load(RA_CHAT_LOG(view->log), entries);
    }
    GVariant *entry;
    while (!view->loading && (entry = g_queue_pop_head(&view->held)) != NULL) {
        if (reason == NULL)
            take(view, entry);
        g_variant_unref(entry);
    }
    mark_read(view);
}

static void load(ChatView *view)
{
    g_queue_clear_full(&view->held, (GDestroyNotify)g_variant_unref);
    view->loading = TRUE;
    ra_calls_call(view->calls, ra_calls_consent(view->calls), "History", NULL, on_history, view);
}

static void on_history_changed(RaBusConsent1 *consent, GVariant *entry, gpointer data)
{
    ChatView *view = of(data);
    (void)consent;
    if (view->loading)
        g_queue_push_tail(&view->held, g_variant_ref(entry));
    else
        take(view, entry);
}

static void on_unread(GObject *consent, GParamSpec *property, gpointer data)
{
    (void)consent;
    (void)property;
    mark_read(of(data));
}

static void show_problem(ChatView *view, const char *problem)
{
    gtk_label_set_text(GTK_LABEL(view->problem), problem != NULL ? problem : "");
    gtk_widget_set_visible(view->problem, problem != NULL);
    if (problem != NULL)
        gtk_widget_add_css_class(view->text, "error");
    else
        gtk_widget_remove_css_class(view->text, "error");
}

/* The field's text without white space at its ends; the caller's. */
static char *text_of(const ChatView *view)
{
    return g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(view->text))));
}

static void on_text_changed(GtkEditable *editable, gpointer data)
{
    ChatView *view = data;
    g_autofree char *text = text_of(view);
    const gsize length = strlen(text);
    g_autofree char *problem = NULL;
    (void)editable;
    if (length > RA_CHAT_VIEW_TEXT_MAX)
        /* Translators: the numbers are bytes, which the novice need not know. */
        problem = g_strdup_printf(
            _("This is too long for one message (%1$zu of %2$d): send it in parts."), length,
            RA_CHAT_VIEW_TEXT_MAX);
    show_problem(view, problem);
    gtk_widget_set_sensitive(view->send, length > 0 && problem == NULL && !view->sending);
}

static void on_said(GVariant *result, const char *reason, gpointer data)
{
    ChatView *view = data;
    (void)result;
    view->sending = FALSE;
    gtk_editable_set_editable(GTK_EDITABLE(view->text), TRUE);
    if (reason == NULL)
        gtk_editable_set_text(GTK_EDITABLE(view->text), "");
    on_text_changed(NULL, view);
    if (reason != NULL)
        show_problem(view, reason);
}

/* The field keeps the message until the agent has it. */
static void on_send(GtkWidget *widget, gpointer data)
{
    ChatView *view = data;
    (void)widget;
    if (!gtk_widget_get_sensitive(view->send))
        return;
    g_autofree char *text = text_of(view);
    view->sending = TRUE;
    gtk_editable_set_editable(GTK_EDITABLE(view->text), FALSE);
    gtk_widget_grab_focus(view->text);
    gtk_widget_set_sensitive(view->send, FALSE);
    ra_calls_call(view->calls, ra_calls_consent(view->calls), "Say", g_variant_new("(s)", text),
                  on_said, view);
}

static void build(ChatView *view)
{
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/remoteassistance/app/chat-view.ui");
    GtkScrolledWindow *scrolled = GTK_SCROLLED_WINDOW(gtk_builder_get_object(builder, "scrolled"));
    view->root = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    gtk_box_append(GTK_BOX(view->root), GTK_WIDGET(gtk_builder_get_object(builder, "view")));
    view->newest = GTK_WIDGET(gtk_builder_get_object(builder, "newest"));
    view->say = GTK_WIDGET(gtk_builder_get_object(builder, "say"));
    view->text = GTK_WIDGET(gtk_builder_get_object(builder, "text"));
    view->send = GTK_WIDGET(gtk_builder_get_object(builder, "send"));
    view->problem = GTK_WIDGET(gtk_builder_get_object(builder, "problem"));
    view->log = ra_chat_log_new();
    gtk_scrolled_window_set_child(scrolled, view->log);
    view->scroll = gtk_scrolled_window_get_vadjustment(scrolled);
    g_signal_connect(view->scroll, "changed", G_CALLBACK(on_scroll_changed), view);
    g_signal_connect(view->scroll, "value-changed", G_CALLBACK(on_scrolled), view);
    g_signal_connect(view->log, "earlier", G_CALLBACK(on_earlier), view);
    g_signal_connect(view->newest, "clicked", G_CALLBACK(on_newest), view);
    g_signal_connect(view->text, "changed", G_CALLBACK(on_text_changed), view);
    g_signal_connect(view->text, "activate", G_CALLBACK(on_send), view);
    g_signal_connect(view->send, "clicked", G_CALLBACK(on_send), view);
}

GtkWidget *ra_chat_view_new(RaCalls *calls)
{
    ChatView *view = g_new0(ChatView, 1);
    RaBusConsent1 *consent = ra_calls_consent(calls);
    view->calls = calls;
    view->following = TRUE;
    g_queue_init(&view->held);
    build(view);
    g_object_set_data_full(G_OBJECT(view->root), "ra-chat-view", view, view_free);
    g_signal_connect_object(consent, "history-changed", G_CALLBACK(on_history_changed), view->root,
                            0);
    g_signal_connect_object(consent, "notify::unread", G_CALLBACK(on_unread), view->root, 0);
    load(view);
    return view->root;
}

void ra_chat_view_set_open(GtkWidget *root, gboolean open)
{
    gtk_widget_set_visible(of(root)->say, open);
}

void ra_chat_view_set_helper(GtkWidget *root, const char *helper)
{
    ra_chat_log_set_helper(RA_CHAT_LOG(of(root)->log), helper);
}

void ra_chat_view_set_seen(GtkWidget *root, gboolean seen)
{
    ChatView *view = of(root);
    view->seen = seen;
    mark_read(view);
}

void ra_chat_view_focus(GtkWidget *root)
{
    gtk_widget_grab_focus(of(root)->text);
}

GVariant *ra_chat_view_history(GtkWidget *root)
{
    RaChatLog *log = RA_CHAT_LOG(of(root)->log);
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < ra_chat_log_length(log); i++)
        g_variant_builder_add_value(&builder, ra_chat_log_entry(log, i));
    return g_variant_ref_sink(g_variant_builder_end(&builder));
}
