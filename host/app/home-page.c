/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/home-page.h"

#include "base/i18n.h"
#include "base/text.h"
#include "host/app/ui.h"

typedef struct {
    RaAgentBus *agent;
    GtkWidget *now, *show, *invite, *invitations;
    GtkLabel *who, *invitations_line;
    GCancellable *cancel;
    void (*on_invite)(gpointer data);
    void (*on_invitations)(gpointer data);
    gpointer data;
} HomePage;

static void home_page_free(gpointer data)
{
    HomePage *home = data;
    g_cancellable_cancel(home->cancel);
    g_object_unref(home->cancel);
    g_free(home);
}

static HomePage *home_page(GtkWidget *page)
{
    return g_object_get_data(G_OBJECT(page), "ra-home-page");
}

static void on_invite(GtkButton *button, gpointer data)
{
    HomePage *home = data;
    (void)button;
    home->on_invite(home->data);
}

static void on_invitations(GtkButton *button, gpointer data)
{
    HomePage *home = data;
    (void)button;
    home->on_invitations(home->data);
}

static void on_window_shown(GObject *source, GAsyncResult *result, gpointer data)
{
    HomePage *home = data;
    g_autoptr(GError) error = NULL;
    if (ra_bus_host1_call_show_window_finish(RA_BUS_HOST1(source), result, &error) ||
        g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    g_autofree char *message = ra_agent_bus_message(error);
    gtk_label_set_text(home->who, message);
}

static void on_show(GtkButton *button, gpointer data)
{
    HomePage *home = data;
    RaBusHost1 *host = ra_agent_bus_host(home->agent);
    (void)button;
    if (host != NULL)
        ra_bus_host1_call_show_window(host, home->cancel, on_window_shown, home);
}

/* What is going on, for the caller to free; NULL: nothing. */
static char *tell_now(RaAgentBus *agent)
{
    static const struct {
        const char *state, *named, *unnamed;
    } tell[] = {
        /* Translators: %s is the helper's name. */
        {"viewing", N_("%s sees your screen."), N_("Your helper sees your screen.")},
        /* Translators: %s is the helper's name. */
        {"controlling", N_("%s sees your screen and uses your mouse and keyboard."),
         N_("Your helper sees your screen and uses your mouse and keyboard.")},
        {"asking", N_("There is a question for you."), N_("There is a question for you.")},
        /* Translators: %s is the helper's name. */
        {"lost", N_("The connection to %s is broken. Nothing is shown now."),
         N_("The connection to your helper is broken. Nothing is shown now.")},
        /* Translators: %s is the helper's name. */
        {"hidden", N_("Your screen is hidden from %s."), N_("Your screen is hidden.")},
    };
    RaBusHost1 *host = ra_agent_bus_host(agent);
    const char *state = ra_agent_bus_state(agent), *helper = ra_agent_bus_helper(agent);
    if (g_str_equal(state, "viewing") && ra_bus_host1_get_helper_lost(host))
        state = "lost";
    else if (g_str_equal(state, "viewing") && ra_bus_host1_get_paused(host))
        state = "hidden";
    for (gsize i = 0; i < G_N_ELEMENTS(tell); i++) {
        if (!g_str_equal(state, tell[i].state))
            continue;
        return ra_text_about(helper, _(tell[i].named), _(tell[i].unnamed));
    }
    return NULL;
}

void ra_home_page_update(GtkWidget *page)
{
    HomePage *home = home_page(page);
    const guint open = ra_agent_bus_open(home->agent);
    g_autofree char *now = tell_now(home->agent);
    g_autofree char *line =
        open > 0 ? g_strdup_printf(ngettext("%u is open.", "%u are open.", open), open)
                 : g_strdup(_("See them, cancel them, send them again."));
    gtk_widget_set_visible(home->now, now != NULL);
    if (g_strcmp0(gtk_label_get_text(home->who), now != NULL ? now : "") != 0)
        gtk_label_set_text(home->who, now != NULL ? now : "");
    if (!g_str_equal(gtk_label_get_text(home->invitations_line), line))
        gtk_label_set_text(home->invitations_line, line);
}

void ra_home_page_focus(GtkWidget *page)
{
    const HomePage *home = home_page(page);
    gtk_widget_grab_focus(gtk_widget_is_sensitive(home->invite) ? home->invite : home->invitations);
}

GtkWidget *ra_home_page_new(RaAgentBus *agent, const char *forbidden, void (*invite)(gpointer data),
                            void (*invitations)(gpointer data), gpointer data)
{
    g_autoptr(GtkBuilder) builder =
        gtk_builder_new_from_resource("/org/remoteassistance/app/home-page.ui");
    HomePage *home = g_new0(HomePage, 1);
    GtkWidget *page = ra_ui_take(builder, "page");
    home->agent = agent;
    home->now = GTK_WIDGET(gtk_builder_get_object(builder, "now"));
    home->show = GTK_WIDGET(gtk_builder_get_object(builder, "show"));
    home->invite = GTK_WIDGET(gtk_builder_get_object(builder, "invite"));
    home->invitations = GTK_WIDGET(gtk_builder_get_object(builder, "invitations"));
    home->who = GTK_LABEL(gtk_builder_get_object(builder, "who"));
    home->invitations_line = GTK_LABEL(gtk_builder_get_object(builder, "invitations_line"));
    home->cancel = g_cancellable_new();
    home->on_invite = invite;
    home->on_invitations = invitations;
    home->data = data;
    g_object_set_data_full(G_OBJECT(page), "ra-home-page", home, home_page_free);
    g_signal_connect(home->invite, "clicked", G_CALLBACK(on_invite), home);
    g_signal_connect(home->invitations, "clicked", G_CALLBACK(on_invitations), home);
    g_signal_connect(home->show, "clicked", G_CALLBACK(on_show), home);
    if (forbidden != NULL) {
        gtk_widget_set_sensitive(home->invite, FALSE);
        gtk_label_set_text(GTK_LABEL(gtk_builder_get_object(builder, "invite_line")), forbidden);
    }
    ra_home_page_update(page);
    return page;
}
