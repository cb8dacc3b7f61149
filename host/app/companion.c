/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/companion.h"

#include "base/i18n.h"
#include "host/app/notice.h"
#include "host/app/present.h"
#include "host/app/question-page.h"
#include "host/app/question-text.h"
#include "host/app/session-page.h"
#include "host/app/summary-page.h"

#include <string.h>

enum {
    REMARK_SECONDS = 8,
    WIDTH = 420, /* at 96 dots an inch */
    HEIGHT = 560,
};

struct _RaCompanion {
    GtkApplication *application;
    gboolean held;
    RaAgentLink *link;
    RaNotice *notice;
    GCancellable *cancellable;
    GtkWindow *window;
    GtkStack *pages;
    GtkWidget *remark, *last_words, *close;
    RaPresent *present;
    GtkWidget *question, *session, *summary; /* pages that exist, or NULL */
    guint number;                            /* of the question */
    GVariant *details;                       /* its own */
    GHashTable *settled;                     /* numbers that may still be in Questions */
    gboolean in_session;
    gboolean closed;  /* the novice closed the session's page: it comes back when asked for */
    gboolean reading; /* the last session's summary is to be shown */
    gboolean gone;    /* the agent is */
    guint remark_timer;
};

static void update(RaCompanion *self);

static GtkWidget *page_in_sight(const RaCompanion *self)
{
    return gtk_widget_get_visible(GTK_WIDGET(self->window))
               ? gtk_stack_get_visible_child(self->pages)
               : NULL;
}

static void add_page(RaCompanion *self, GtkWidget **place, GtkWidget *page)
{
    *place = page;
    gtk_stack_add_child(self->pages, page);
}

static void remove_page(RaCompanion *self, GtkWidget **place)
{
    GtkWidget *focus = gtk_window_get_focus(self->window);
    /* Else GTK looks at the widget that had the keyboard once more when it is gone. */
    if (*place != NULL && focus != NULL && gtk_widget_is_ancestor(focus, *place))
        gtk_window_set_focus(self->window, NULL);
    if (place == &self->question)
        gtk_window_set_default_widget(self->window, NULL); /* a window keeps no reference to it */
    if (*place != NULL)
        gtk_stack_remove(self->pages, *place);
    *place = NULL;
}

static void hold(RaCompanion *self, gboolean held)
{
    if (held && !self->held)
        g_application_hold(G_APPLICATION(self->application));
    else if (!held && self->held)
        g_application_release(G_APPLICATION(self->application));
    self->held = held;
}

static void update_seen(RaCompanion *self)
{
    if (self->session != NULL)
        ra_session_page_set_seen(self->session, gtk_window_is_active(self->window) &&
                                                    page_in_sight(self) == self->session);
}

static gboolean is_nothing_shown(const RaCompanion *self)
{
    return g_strcmp0(gtk_stack_get_visible_child_name(self->pages), "nothing") == 0;
}

static void forget_remark(RaCompanion *self)
{
    g_clear_handle_id(&self->remark_timer, g_source_remove);
    gtk_label_set_text(GTK_LABEL(self->remark), "");
    gtk_widget_set_visible(self->remark, FALSE);
}

static gboolean on_remark_over(gpointer data)
{
    RaCompanion *self = data;
    if (is_nothing_shown(self))
        return G_SOURCE_CONTINUE; /* the last words: they stay until they were read */
    self->remark_timer = 0;
    forget_remark(self);
    update(self);
    return G_SOURCE_REMOVE;
}

/* What happened without the novice: for a while above what is shown next, or alone until it is
 * closed. */
static void make_remark(RaCompanion *self, const char *text)
{
    forget_remark(self);
    gtk_label_set_text(GTK_LABEL(self->remark), text);
    gtk_label_set_text(GTK_LABEL(self->last_words), text);
    self->remark_timer = g_timeout_add_seconds(REMARK_SECONDS, on_remark_over, self);
}

static void on_drawn(guint32 window, gpointer data)
{
    RaCompanion *self = data;
    if (self->question != NULL)
        ra_question_page_shown(self->question, window);
}

/* The oldest that is open and not settled; 0 for none. */
static guint next_question(RaCompanion *self, const char **what, GVariant **details)
{
    GVariant *questions = ra_bus_host1_get_questions(ra_agent_link_host(self->link));
    const gsize n = questions != NULL && !self->gone ? g_variant_n_children(questions) : 0;
    for (gsize i = 0; i < n; i++) {
        guint number = 0;
        g_variant_get_child(questions, i, "(u&s@a{sv})", &number, what, details);
        if (!g_hash_table_contains(self->settled, GUINT_TO_POINTER(number)))
            return number;
        g_clear_pointer(details, g_variant_unref);
    }
    return 0;
}

/* As large as the text asks for, and as the screen allows: all of QUESTION (NULL: none) is to be in
 * sight. */
static void set_size(GtkWindow *window, GtkWidget *question)
{
    GdkDisplay *display = gtk_widget_get_display(GTK_WIDGET(window));
    g_autoptr(GdkMonitor) monitor = g_list_model_get_item(gdk_display_get_monitors(display), 0);
    GdkRectangle screen = {.width = WIDTH, .height = HEIGHT};
    int dpi = -1;
    g_object_get(gtk_widget_get_settings(GTK_WIDGET(window)), "gtk-xft-dpi", &dpi, NULL);
    const double scale = dpi > 0 ? MAX(dpi / 1024.0 / 96, 1) : 1;
    if (monitor != NULL)
        gdk_monitor_get_geometry(monitor, &screen);
    const int width = (int)MIN(WIDTH * scale, screen.width * 0.9);
    const int wished = question != NULL ? ra_question_page_height(question, width) : 0;
    gtk_window_set_default_size(window, width,
                                (int)MIN(MAX(HEIGHT * scale, wished), screen.height * 0.93));
}

static void show_question(RaCompanion *self, guint number, const char *what, GVariant *details)
{
    if (self->question != NULL && self->number == number)
        return;
    remove_page(self, &self->question);
    GtkWidget *page = ra_question_page_new(self->link, number, what, details);
    if (page == NULL)
        return; /* a kind that this window does not know: time makes it a no */
    self->number = number;
    g_clear_pointer(&self->details, g_variant_unref);
    self->details = g_variant_ref(details);
    add_page(self, &self->question, page);
    set_size(self->window, page);
    gtk_stack_set_visible_child(self->pages, page);
    gtk_window_set_title(self->window, ra_question_page_title(page));
    gtk_window_set_default_widget(self->window, ra_question_page_default(page));
    ra_present_ask(self->present, on_drawn, self);
    gtk_widget_grab_focus(ra_question_page_default(page));
}

static void show_page(RaCompanion *self, GtkWidget *page, const char *title)
{
    gtk_window_set_title(self->window, title);
    if (page_in_sight(self) == page)
        return;
    gtk_stack_set_visible_child(self->pages, page);
    ra_present_calmly(self->present);
}

static void show_session(RaCompanion *self)
{
    if (self->closed) {
        gtk_widget_set_visible(GTK_WIDGET(self->window), FALSE);
        return;
    }
    const gboolean fresh = page_in_sight(self) != self->session;
    /* Translators: the title of the window while somebody is helping */
    show_page(self, self->session, _("You are being helped"));
    if (fresh)
        ra_session_page_focus(self->session, "session");
}

static void on_summary_done(gpointer data)
{
    RaCompanion *self = data;
    self->reading = FALSE;
    update(self);
}

/* What the agent does not tell any more when it is over. */
static void recall_session(const RaCompanion *self)
{
    if (self->session == NULL)
        return;
    g_autoptr(GVariant) history = ra_session_page_history(self->session);
    ra_summary_page_recall(self->summary, ra_session_page_helper(self->session), history);
}

static void show_summary(RaCompanion *self)
{
    if (self->summary == NULL) {
        add_page(self, &self->summary, ra_summary_page_new(self->link, on_summary_done, self));
        recall_session(self);
    }
    const gboolean fresh = page_in_sight(self) != self->summary;
    show_page(self, self->summary, _("The help session is over"));
    if (fresh)
        ra_summary_page_focus(self->summary);
}

static void show_nothing(RaCompanion *self)
{
    if (self->remark_timer == 0) {
        gtk_widget_set_visible(GTK_WIDGET(self->window), FALSE);
        return;
    }
    const gboolean fresh = !is_nothing_shown(self);
    gtk_stack_set_visible_child_name(self->pages, "nothing");
    gtk_window_set_title(self->window, _("Remote Assistance"));
    if (fresh)
        gtk_widget_grab_focus(self->close);
}

/* A session begins with its page, and leaves its summary. */
static void update_session(RaCompanion *self)
{
    const char *state = ra_bus_host1_get_state(ra_agent_link_host(self->link));
    const gboolean now =
        !self->gone && (g_strcmp0(state, "viewing") == 0 || g_strcmp0(state, "controlling") == 0);
    if (now == self->in_session)
        return;
    self->in_session = now;
    self->closed = FALSE;
    self->reading = !now;
    if (now) {
        remove_page(self, &self->summary);
        add_page(self, &self->session, ra_session_page_new(self->link));
    }
}

static void update(RaCompanion *self)
{
    const char *what = NULL;
    g_autoptr(GVariant) details = NULL;
    update_session(self);
    const guint number = next_question(self, &what, &details);
    const gboolean asked = number != 0;
    if (asked)
        show_question(self, number, what, details);
    else if (self->in_session)
        show_session(self);
    else if (self->reading)
        show_summary(self);
    else
        show_nothing(self);
    if (!asked)
        remove_page(self, &self->question);
    if (!self->in_session)
        remove_page(self, &self->session);
    if (!self->reading)
        remove_page(self, &self->summary);
    gtk_widget_set_visible(self->remark, self->remark_timer != 0 && !is_nothing_shown(self));
    hold(self, asked || self->in_session || self->reading || self->remark_timer != 0);
    update_seen(self);
}

static void on_settled(RaBusHost1 *host, guint number, const char *how, RaCompanion *self)
{
    (void)host;
    g_hash_table_add(self->settled, GUINT_TO_POINTER(number));
    if (self->question != NULL && self->number == number) {
        g_autofree char *text = ra_question_text_settled(how, self->details);
        if (text != NULL)
            make_remark(self, text);
        else
            forget_remark(self);
    }
    update(self);
}

/* The novice, or a program for them, asks for the window. */
static void on_present(RaBusConsent1 *consent, const char *what, RaCompanion *self)
{
    (void)consent;
    self->closed = FALSE;
    self->reading = self->reading || (!self->in_session && !self->gone);
    update(self);
    if (!gtk_widget_get_visible(GTK_WIDGET(self->window)) || self->question == NULL)
        ra_present_calmly(self->present);
    if (self->session != NULL && page_in_sight(self) == self->session)
        ra_session_page_focus(self->session, what);
}

/* Closing is always the harmless answer. */
static gboolean on_close(GtkWindow *window, RaCompanion *self)
{
    (void)window;
    GtkWidget *page = page_in_sight(self);
    if (page != NULL && page == self->question) {
        ra_question_page_decline(self->question);
        return GDK_EVENT_STOP;
    }
    forget_remark(self);
    if (page != NULL && page == self->session)
        self->closed = TRUE;
    else
        self->reading = FALSE;
    update(self);
    return GDK_EVENT_STOP;
}

/* In a session Esc stops control, wherever it is pressed, and nothing else. */
static gboolean on_escape(GtkWidget *window, GVariant *arguments, gpointer data)
{
    const RaCompanion *self = data;
    (void)arguments;
    if (page_in_sight(self) != self->session)
        gtk_window_close(GTK_WINDOW(window));
    return TRUE;
}

/* What there is to read of the last session, for a window that the agent started again. */
static void on_history(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GVariant) entries = NULL;
    if (!ra_bus_consent1_call_history_finish(RA_BUS_CONSENT1(source), &entries, result, NULL))
        return;
    RaCompanion *self = data;
    if (g_variant_n_children(entries) == 0 || self->in_session || self->question != NULL)
        return;
    self->reading = TRUE;
    update(self);
}

static void build(RaCompanion *self)
{
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/remoteassistance/app/companion.ui");
    self->window = GTK_WINDOW(gtk_builder_get_object(builder, "window"));
    set_size(self->window, NULL);
    self->pages = GTK_STACK(gtk_builder_get_object(builder, "pages"));
    self->remark = GTK_WIDGET(gtk_builder_get_object(builder, "remark"));
    self->last_words = GTK_WIDGET(gtk_builder_get_object(builder, "last_words"));
    self->close = GTK_WIDGET(gtk_builder_get_object(builder, "close"));
    GtkEventController *keys = gtk_shortcut_controller_new();
    gtk_shortcut_controller_add_shortcut(
        GTK_SHORTCUT_CONTROLLER(keys),
        gtk_shortcut_new(gtk_keyval_trigger_new(GDK_KEY_Escape, 0),
                         gtk_callback_action_new(on_escape, self, NULL)));
    gtk_widget_add_controller(GTK_WIDGET(self->window), keys);
    g_signal_connect(self->window, "close-request", G_CALLBACK(on_close), self);
    g_signal_connect_swapped(self->window, "notify::is-active", G_CALLBACK(update_seen), self);
    g_signal_connect_swapped(self->close, "clicked", G_CALLBACK(gtk_window_close), self->window);
}

static void on_notice(gpointer data)
{
    on_present(NULL, "session", data);
}

static void on_bus(GObject *source, GAsyncResult *result, gpointer data)
{
    (void)source;
    g_autoptr(GDBusConnection) bus = g_bus_get_finish(result, NULL);
    if (bus == NULL)
        return;
    RaCompanion *self = data;
    self->notice = ra_notice_new(bus, self->link, on_notice, self);
}

RaCompanion *ra_companion_new(GtkApplication *application, RaAgentLink *link)
{
    RaBusHost1 *host = ra_agent_link_host(link);
    RaBusConsent1 *consent = ra_agent_link_consent(link);
    RaCompanion *self = g_new0(RaCompanion, 1);
    self->application = g_object_ref(application);
    self->link = link;
    self->cancellable = g_cancellable_new();
    self->settled = g_hash_table_new(NULL, NULL);
    build(self);
    self->present = ra_present_new(self->window);
    g_signal_connect_swapped(host, "notify::questions", G_CALLBACK(update), self);
    g_signal_connect_swapped(host, "notify::state", G_CALLBACK(update), self);
    g_signal_connect(host, "settled", G_CALLBACK(on_settled), self);
    g_signal_connect(consent, "present", G_CALLBACK(on_present), self);
    ra_bus_consent1_call_history(consent, self->cancellable, on_history, self);
    g_bus_get(G_BUS_TYPE_SESSION, self->cancellable, on_bus, self);
    update(self);
    return self;
}

void ra_companion_agent_gone(RaCompanion *self)
{
    self->gone = TRUE;
    g_clear_pointer(&self->notice, ra_notice_free); /* nobody is helping any more */
    if (self->question != NULL || self->in_session)
        make_remark(self, _("Remote Assistance has stopped: nobody sees your screen any more."));
    update(self);
}

void ra_companion_free(RaCompanion *self)
{
    if (self == NULL)
        return;
    g_cancellable_cancel(self->cancellable);
    g_object_unref(self->cancellable);
    g_signal_handlers_disconnect_by_data(ra_agent_link_host(self->link), self);
    g_signal_handlers_disconnect_by_data(ra_agent_link_consent(self->link), self);
    g_signal_handlers_disconnect_by_data(self->window, self);
    g_clear_handle_id(&self->remark_timer, g_source_remove);
    ra_notice_free(self->notice);
    ra_present_free(self->present);
    remove_page(self, &self->question);
    gtk_window_destroy(self->window);
    g_clear_pointer(&self->details, g_variant_unref);
    g_hash_table_unref(self->settled);
    hold(self, FALSE);
    g_object_unref(self->application);
    g_free(self);
}
