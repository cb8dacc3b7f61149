/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/session-page.h"

#include "base/i18n.h"
#include "host/app/chat-view.h"
#include "host/app/files-view.h"
#include "host/app/session-calls.h"
#include "host/app/session-words.h"
#include "host/app/talk-view.h"

#include <string.h>

typedef struct {
    RaCalls *calls;
    GtkWidget *root, *state, *icon, *title, *hint;
    GtkWidget *stop, *hide, *show, *end, *refusal, *reason;
    GtkWidget *chat, *files, *file, *talk, *clipboard_box, *clipboard, *clipboard_label;
    char *helper;
} SessionPage;

/* What the helper can do now, in the words and the order of the panel (host/x11-panel.c). */
static const struct {
    RaWords title, hint;
    const char *icon;
    GtkMessageType type; /* the theme's colours */
} looks[] = {
    {{N_("The connection is lost"), N_("The connection is lost")},
     {N_("Waiting for %s to come back"), N_("Waiting for your helper to come back")},
     "network-offline-symbolic",
     GTK_MESSAGE_OTHER},
    {{N_("Your screen is hidden"), N_("Your screen is hidden")},
     {N_("%s sees nothing of it now"), N_("Your helper sees nothing of it now")},
     "view-conceal-symbolic",
     GTK_MESSAGE_OTHER},
    {{N_("%s controls your computer"), N_("Your helper controls your computer")},
     {N_("Press Esc to stop"), N_("Press Esc to stop")},
     "input-mouse-symbolic",
     GTK_MESSAGE_ERROR},
    {{N_("%s sees your screen"), N_("Your helper sees your screen")},
     {N_("They can look, but not touch anything"), N_("They can look, but not touch anything")},
     "view-reveal-symbolic",
     GTK_MESSAGE_INFO},
    {{N_("Nobody sees your screen"), N_("Nobody sees your screen")},
     {N_("The session is over"), N_("The session is over")},
     "view-conceal-symbolic",
     GTK_MESSAGE_OTHER},
};
enum { LOST, HIDDEN, CONTROLLING, VIEWING, NOBODY };

static const RaWords clipboard_words = {N_("Share the _clipboard while %s controls"),
                                        N_("Share the _clipboard while your helper controls")};

static SessionPage *of(GtkWidget *root)
{
    return g_object_get_data(G_OBJECT(root), "ra-session-page");
}

static void page_free(gpointer data)
{
    SessionPage *page = data;
    ra_calls_free(page->calls);
    g_free(page->helper);
    g_free(page);
}

static void on_destroy(GtkWidget *root, gpointer data)
{
    const SessionPage *page = data;
    (void)root;
    ra_calls_close(page->calls);
}

static void show_refusal(const char *reason, gpointer data)
{
    const SessionPage *page = data;
    gtk_label_set_text(GTK_LABEL(page->reason), reason != NULL ? reason : "");
    gtk_info_bar_set_revealed(GTK_INFO_BAR(page->refusal), reason != NULL);
}

static void on_refusal_closed(GtkInfoBar *bar, int response, gpointer data)
{
    (void)bar;
    (void)response;
    show_refusal(NULL, data);
}

static void set_text(GtkWidget *label, const char *text)
{
    if (strcmp(gtk_label_get_text(GTK_LABEL(label)), text) != 0) /* announced when it changes */
        gtk_label_set_text(GTK_LABEL(label), text);
}

static void show_look(const SessionPage *page, guint look)
{
    g_autofree char *title = ra_words_about(looks[look].title, page->helper);
    g_autofree char *hint = ra_words_about(looks[look].hint, page->helper);
    gtk_info_bar_set_message_type(GTK_INFO_BAR(page->state), looks[look].type);
    gtk_image_set_from_icon_name(GTK_IMAGE(page->icon), looks[look].icon);
    if (look == CONTROLLING)
        gtk_widget_add_css_class(page->state, "ra-controlling");
    else
        gtk_widget_remove_css_class(page->state, "ra-controlling");
    set_text(page->title, title);
    set_text(page->hint, hint);
}

/* Where what had the keyboard is not there any more, another control has it. */
static void keep_focus(const SessionPage *page, gboolean had)
{
    GtkWidget *const next[] = {page->stop, page->hide, page->show, page->end};
    for (gsize i = 0; had && i < G_N_ELEMENTS(next); i++) {
        if (gtk_widget_get_visible(next[i]) && gtk_widget_grab_focus(next[i]))
            return;
    }
}

static gboolean lost_focus(GtkWidget *widget, gboolean visible)
{
    const gboolean had = gtk_widget_is_focus(widget) && !visible;
    gtk_widget_set_visible(widget, visible);
    return had;
}

static void update_state(SessionPage *page)
{
    RaBusHost1 *host = ra_calls_host(page->calls);
    const char *state = ra_bus_host1_get_state(host);
    const gboolean controls = g_strcmp0(state, "controlling") == 0;
    const gboolean there = controls || g_strcmp0(state, "viewing") == 0;
    const gboolean lost = ra_bus_host1_get_helper_lost(host),
                   paused = ra_bus_host1_get_paused(host);
    guint look = controls ? CONTROLLING : VIEWING;
    if (!there)
        look = NOBODY;
    else if (lost)
        look = LOST;
    else if (paused)
        look = HIDDEN;
    show_look(page, look);
    gboolean had = lost_focus(page->stop, controls && !lost);
    had |= lost_focus(page->hide, there && !lost && !paused);
    had |= lost_focus(page->show, there && !lost && paused);
    gtk_widget_set_sensitive(page->end, there);
    keep_focus(page, had);
}

static void update_helper(SessionPage *page)
{
    const char *helper = ra_bus_host1_get_helper(ra_calls_host(page->calls));
    if (helper == NULL || helper[0] == '\0') /* it is over: who it was stays */
        helper = page->helper;
    char *held = g_strdup(helper);
    g_free(page->helper);
    page->helper = held;
    g_autofree char *plain = ra_words_plain(held);
    g_autofree char *clipboard = ra_words_about(clipboard_words, plain);
    gtk_label_set_text_with_mnemonic(GTK_LABEL(page->clipboard_label), clipboard);
    ra_chat_view_set_helper(page->chat, held);
    ra_talk_view_set_helper(page->talk, held);
}

static void update_features(SessionPage *page)
{
    static const char *const none[] = {NULL};
    const char *const *features = ra_bus_consent1_get_features(ra_calls_consent(page->calls));
    if (features == NULL)
        features = none;
    ra_chat_view_set_open(page->chat, g_strv_contains(features, "chat"));
    gtk_widget_set_visible(page->file, g_strv_contains(features, "files"));
    ra_talk_view_set_open(page->talk, g_strv_contains(features, "voice"));
    gtk_widget_set_visible(page->clipboard_box, g_strv_contains(features, "clipboard") &&
                                                    g_strv_contains(features, "control"));
}

static void update_clipboard(const SessionPage *page)
{
    gtk_check_button_set_active(
        GTK_CHECK_BUTTON(page->clipboard),
        ra_bus_consent1_get_clipboard_shared(ra_calls_consent(page->calls)));
}

static void on_host(GObject *host, GParamSpec *property, gpointer data)
{
    (void)host;
    (void)property;
    update_helper(of(data));
    update_state(of(data));
}

static void on_consent(GObject *consent, GParamSpec *property, gpointer data)
{
    (void)consent;
    (void)property;
    update_features(of(data));
    update_clipboard(of(data));
}

static void on_control(GtkButton *button, gpointer data)
{
    const SessionPage *page = data;
    const struct {
        GtkWidget *button;
        gpointer proxy;
        const char *method;
    } controls[] = {
        {page->stop, ra_calls_host(page->calls), "TakeBackControl"},
        {page->hide, ra_calls_host(page->calls), "Hide"},
        {page->show, ra_calls_consent(page->calls), "Show"},
        {page->end, ra_calls_host(page->calls), "End"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(controls); i++) {
        if (controls[i].button == GTK_WIDGET(button))
            ra_calls_call(page->calls, controls[i].proxy, controls[i].method, NULL, NULL, NULL);
    }
}

static void on_file(GtkButton *button, gpointer data)
{
    const SessionPage *page = data;
    (void)button;
    ra_files_view_choose(page->files);
}

static gboolean on_drop(GtkDropTarget *target, const GValue *value, double x, double y,
                        gpointer data)
{
    const SessionPage *page = data;
    g_autoptr(GListStore) files = g_list_store_new(G_TYPE_FILE);
    (void)target;
    (void)x;
    (void)y;
    if (!gtk_widget_get_visible(page->file))
        return FALSE;
    for (const GSList *at = g_value_get_boxed(value); at != NULL; at = at->next)
        g_list_store_append(files, at->data);
    ra_files_view_send(page->files, G_LIST_MODEL(files));
    return TRUE;
}

/* The switch shows what the agent says, not what was asked of it. */
static void on_shared(GVariant *result, const char *reason, gpointer data)
{
    const SessionPage *page = data;
    (void)result;
    show_refusal(reason, data);
    update_clipboard(page);
}

static void on_clipboard(GtkCheckButton *button, gpointer data)
{
    SessionPage *page = data;
    RaBusConsent1 *consent = ra_calls_consent(page->calls);
    const gboolean shared = gtk_check_button_get_active(button);
    if (shared != ra_bus_consent1_get_clipboard_shared(consent))
        ra_calls_call(page->calls, consent, "ShareClipboard", g_variant_new("(b)", shared),
                      on_shared, page);
}

static GtkWidget *get(GtkBuilder *builder, const char *id)
{
    return GTK_WIDGET(gtk_builder_get_object(builder, id));
}

static void build(SessionPage *page)
{
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/remoteassistance/app/session-page.ui");
    page->root = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
    gtk_box_append(GTK_BOX(page->root), get(builder, "page"));
    page->state = get(builder, "state");
    page->icon = get(builder, "icon");
    page->title = get(builder, "title");
    page->hint = get(builder, "hint");
    page->stop = get(builder, "stop");
    page->hide = get(builder, "hide");
    page->show = get(builder, "show");
    page->end = get(builder, "end");
    page->refusal = get(builder, "refusal");
    page->reason = get(builder, "reason");
    page->file = get(builder, "file");
    page->clipboard_box = get(builder, "clipboard-box");
    page->clipboard = get(builder, "clipboard");
    page->clipboard_label = get(builder, "clipboard-label");
    page->chat = ra_chat_view_new(page->calls);
    page->files = ra_files_view_new(page->calls, FALSE);
    page->talk = ra_talk_view_new(page->calls, GTK_BOX(get(builder, "tools")));
    gtk_box_prepend(GTK_BOX(get(builder, "rest")), page->talk);
    gtk_box_prepend(GTK_BOX(get(builder, "rest")), page->files);
    gtk_box_prepend(GTK_BOX(get(builder, "rest")), page->chat);
}

static void connect_controls(SessionPage *page)
{
    GtkWidget *const controls[] = {page->stop, page->hide, page->show, page->end};
    for (gsize i = 0; i < G_N_ELEMENTS(controls); i++)
        g_signal_connect(controls[i], "clicked", G_CALLBACK(on_control), page);
    g_signal_connect(page->root, "destroy", G_CALLBACK(on_destroy), page);
    g_signal_connect(page->refusal, "response", G_CALLBACK(on_refusal_closed), page);
    g_signal_connect(page->file, "clicked", G_CALLBACK(on_file), page);
    g_signal_connect(page->clipboard, "toggled", G_CALLBACK(on_clipboard), page);
    GtkDropTarget *drop = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
    g_signal_connect(drop, "drop", G_CALLBACK(on_drop), page);
    gtk_widget_add_controller(page->root, GTK_EVENT_CONTROLLER(drop));
}

static void follow(SessionPage *page)
{
    static const char *const host[] = {"notify::state", "notify::helper", "notify::paused",
                                       "notify::helper-lost"};
    for (gsize i = 0; i < G_N_ELEMENTS(host); i++)
        g_signal_connect_object(ra_calls_host(page->calls), host[i], G_CALLBACK(on_host),
                                page->root, 0);
    static const char *const consent[] = {"notify::features", "notify::clipboard-shared"};
    for (gsize i = 0; i < G_N_ELEMENTS(consent); i++)
        g_signal_connect_object(ra_calls_consent(page->calls), consent[i], G_CALLBACK(on_consent),
                                page->root, 0);
}

GtkWidget *ra_session_page_new(RaAgentLink *link)
{
    SessionPage *page = g_new0(SessionPage, 1);
    page->calls = ra_calls_new(link, show_refusal, page);
    page->helper = g_strdup("");
    build(page);
    g_object_set_data_full(G_OBJECT(page->root), "ra-session-page", page, page_free);
    connect_controls(page);
    follow(page);
    update_helper(page);
    update_state(page);
    update_features(page);
    update_clipboard(page);
    return page->root;
}

void ra_session_page_focus(GtkWidget *root, const char *what)
{
    SessionPage *page = of(root);
    if (strcmp(what, "chat") == 0)
        ra_chat_view_focus(page->chat);
    else
        keep_focus(page, TRUE);
}

void ra_session_page_set_seen(GtkWidget *root, gboolean seen)
{
    ra_chat_view_set_seen(of(root)->chat, seen);
}

const char *ra_session_page_helper(GtkWidget *root)
{
    return of(root)->helper;
}

GVariant *ra_session_page_history(GtkWidget *root)
{
    return ra_chat_view_history(of(root)->chat);
}
