/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/front.h"

#include "base/i18n.h"
#include "base/settings.h"
#include "base/text.h"
#include "host/app/agent-bus.h"
#include "host/app/home-page.h"
#include "host/app/invitations-page.h"
#include "host/app/invite-page.h"
#include "host/app/inviter.h"
#include "host/app/manual.h"

typedef struct {
    GtkApplication *application;
    GtkWindow *window; /* the application's; NULL before the first activation */
    GtkStack *pages;
    GtkWidget *home, *invitations, *invite, *back; /* invite: NULL while nobody is invited */
    gboolean from_invitations;                     /* where inviting leads back to */
    gboolean closed;                               /* by the novice, while something was sent */
    guint waiting;                                 /* source: is it out? */
    RaAgentBus *agent;
    RaInviter *inviter;
    char *forbidden; /* why nobody can be invited; NULL */
} Front;

static void show_home(gpointer data);

/* Pages */

static void show_page(Front *front, GtkWidget *page)
{
    gtk_stack_set_visible_child(front->pages, page);
    gtk_widget_set_visible(front->back, page == front->invitations);
    if (page == front->home)
        ra_home_page_focus(page);
    else
        (void)gtk_widget_child_focus(page, GTK_DIR_TAB_FORWARD);
}

static void show_home(gpointer data)
{
    Front *front = data;
    show_page(front, front->home);
}

static void show_invitations(gpointer data)
{
    Front *front = data;
    show_page(front, front->invitations);
}

static void on_invited(gpointer data)
{
    Front *front = data;
    show_page(front, front->from_invitations ? front->invitations : front->home);
    gtk_stack_remove(front->pages, g_steal_pointer(&front->invite));
    front->from_invitations = FALSE;
}

/* What was begun is gone on with: nothing that was typed is lost. */
static void invite(Front *front, const RaInvitePreset *preset)
{
    if (front->forbidden != NULL) {
        show_home(front);
        return;
    }
    if (preset != NULL && front->invite != NULL && !ra_inviter_busy(front->inviter))
        gtk_stack_remove(front->pages, g_steal_pointer(&front->invite));
    if (front->invite == NULL) {
        front->invite = ra_invite_page_new(front->agent, front->inviter, preset, on_invited, front);
        gtk_stack_add_child(front->pages, front->invite);
    }
    show_page(front, front->invite);
}

static void invite_somebody(gpointer data)
{
    Front *front = data;
    front->from_invitations = FALSE;
    invite(front, NULL);
}

static void invite_again(const RaInvitePreset *preset, gpointer data)
{
    Front *front = data;
    front->from_invitations = TRUE;
    invite(front, preset);
}

static void on_agent_changed(gpointer data)
{
    Front *front = data;
    if (front->home == NULL)
        return;
    ra_home_page_update(front->home);
    ra_invitations_page_update(front->invitations);
    if (front->invite != NULL)
        ra_invite_page_update(front->invite);
}

/* The window */

static gboolean on_wait(gpointer data)
{
    Front *front = data;
    if (ra_inviter_busy(front->inviter))
        return G_SOURCE_CONTINUE;
    front->waiting = 0;
    if (front->closed)
        gtk_window_present(front->window); /* to say what became of it */
    front->closed = FALSE;
    return G_SOURCE_REMOVE;
}

/* What is being sent goes on without a window, which comes back to tell how it ended. */
static gboolean on_close(GtkWindow *window, gpointer data)
{
    Front *front = data;
    if (!ra_inviter_busy(front->inviter))
        return FALSE;
    front->closed = TRUE;
    if (front->waiting == 0)
        front->waiting = g_timeout_add(200, on_wait, front);
    gtk_widget_set_visible(GTK_WIDGET(window), FALSE);
    return TRUE;
}

/* Nothing calls back into pages that are gone. */
static void on_destroy(GtkWidget *window, gpointer data)
{
    Front *front = data;
    (void)window;
    g_clear_handle_id(&front->waiting, g_source_remove);
    g_clear_pointer(&front->inviter, ra_inviter_free);
    g_clear_pointer(&front->agent, ra_agent_bus_free);
    front->window = NULL;
    front->home = front->invitations = front->invite = NULL;
}

static void on_back(GtkButton *button, gpointer data)
{
    (void)button;
    show_home(data);
}

static void make_window(Front *front)
{
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/remoteassistance/app/front.ui");
    front->window = GTK_WINDOW(gtk_builder_get_object(builder, "window"));
    front->pages = GTK_STACK(gtk_builder_get_object(builder, "pages"));
    front->back = GTK_WIDGET(gtk_builder_get_object(builder, "back"));
    front->inviter = ra_inviter_new();
    front->agent =
        ra_agent_bus_new(g_application_get_dbus_connection(G_APPLICATION(front->application)),
                         on_agent_changed, front);
    front->home =
        ra_home_page_new(front->agent, front->forbidden, invite_somebody, show_invitations, front);
    front->invitations =
        ra_invitations_page_new(front->agent, front->inviter, show_home, invite_again, front);
    gtk_stack_add_child(front->pages, front->home);
    gtk_stack_add_child(front->pages, front->invitations);
    gtk_application_window_set_help_overlay(
        GTK_APPLICATION_WINDOW(front->window),
        GTK_SHORTCUTS_WINDOW(gtk_builder_get_object(builder, "shortcuts")));
    g_signal_connect(front->back, "clicked", G_CALLBACK(on_back), front);
    g_signal_connect(front->window, "close-request", G_CALLBACK(on_close), front);
    g_signal_connect(front->window, "destroy", G_CALLBACK(on_destroy), front);
    gtk_application_add_window(front->application, front->window);
    show_home(front);
}

static void present(Front *front)
{
    if (front->window == NULL)
        make_window(front);
    front->closed = FALSE;
    gtk_window_present(front->window);
}

/* Actions */

static void on_invite(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    Front *front = data;
    (void)action, (void)parameter;
    present(front);
    invite_somebody(front);
}

static void on_invitations(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    Front *front = data;
    (void)action, (void)parameter;
    present(front);
    show_invitations(front);
}

static void on_go_back(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    Front *front = data;
    (void)action, (void)parameter;
    if (front->window != NULL && gtk_widget_get_visible(front->back))
        show_home(front);
}

static void on_help(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    const Front *front = data;
    g_autofree char *uri = ra_manual_find();
    (void)action, (void)parameter;
    if (uri != NULL)
        gtk_show_uri(front->window, uri, GDK_CURRENT_TIME);
}

static void on_about(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    const Front *front = data;
    (void)action, (void)parameter;
    gtk_show_about_dialog(front->window, "program-name", _("Remote Assistance"), "version",
                          PACKAGE_VERSION, "logo-icon-name", "remote-assistance", "comments",
                          _("Ask somebody to help you on your computer."), "license-type",
                          GTK_LICENSE_GPL_3_0, NULL);
}

static void add_actions(Front *front)
{
    static const GActionEntry actions[] = {
        {.name = "invite", .activate = on_invite},
        {.name = "invitations", .activate = on_invitations},
        {.name = "back", .activate = on_go_back},
        {.name = "help", .activate = on_help},
        {.name = "about", .activate = on_about},
    };
    const gboolean mirrored = gtk_widget_get_default_direction() == GTK_TEXT_DIR_RTL;
    const struct {
        const char *action, *keys[2];
    } keys[] = {
        {"app.invite", {"<Control>n", NULL}},
        {"app.invitations", {"<Control>i", NULL}},
        {"app.back", {mirrored ? "<Alt>Right" : "<Alt>Left", NULL}},
        {"app.help", {"F1", NULL}},
        {"win.show-help-overlay", {"<Control>question", NULL}},
        {"window.close", {"<Control>w", NULL}},
    };
    g_autofree char *manual = ra_manual_find();
    GActionMap *map = G_ACTION_MAP(front->application);
    g_action_map_add_action_entries(map, actions, G_N_ELEMENTS(actions), front);
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        gtk_application_set_accels_for_action(front->application, keys[i].action, keys[i].keys);
    g_simple_action_set_enabled(G_SIMPLE_ACTION(g_action_map_lookup_action(map, "help")),
                                manual != NULL);
}

/* The application */

/* NULL: people may be invited. */
static char *find_forbidden(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RaSettings) settings = ra_settings_load(NULL, NULL, &error);
    if (settings == NULL)
        return ra_text_line(error->message, RA_TEXT_LINE_MAX);
    if (ra_settings_boolean(settings, "Invitation.Enabled"))
        return NULL;
    return g_strdup(ra_settings_locked(settings, "Invitation.Enabled")
                        ? _("Your administrator does not allow asking for help on this computer.")
                        : _("Asking for help is switched off in your settings."));
}

static void on_startup(GApplication *application, gpointer data)
{
    Front *front = data;
    (void)application;
    front->forbidden = find_forbidden();
    add_actions(front);
}

static void on_activate(GApplication *application, gpointer data)
{
    (void)application;
    present(data);
}

static void front_free(gpointer data)
{
    Front *front = data;
    g_free(front->forbidden);
    g_free(front);
}

GtkApplication *ra_front_new(void)
{
    Front *front = g_new0(Front, 1);
    front->application =
        gtk_application_new("org.remoteassistance.App", G_APPLICATION_DEFAULT_FLAGS);
    g_object_set_data_full(G_OBJECT(front->application), "ra-front", front, front_free);
    g_signal_connect(front->application, "startup", G_CALLBACK(on_startup), front);
    g_signal_connect(front->application, "activate", G_CALLBACK(on_activate), front);
    return front->application;
}
