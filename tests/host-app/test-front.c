/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The front, under a private X server and message bus, with a stand-in for the agent. Inviting is
 * stood in for as well: it has tests of its own.
 */
#include "bus/host1.h"
#include "bus/names.h"
#include "host/app/front.h"
#include "host/app/invite-page.h"
#include "host/app/inviter.h"
#include "tests/host-app/display.h"

#include <glib/gstdio.h>
#include <stdlib.h>

enum { PATIENCE_SECONDS = 60 };

/* Inviting, as the front sees it */

struct _RaInviter {
    gboolean busy;
};

static RaInviter the_inviter;
static struct {
    int pages, freed;
    char *to, *replaces; /* of the preset; NULL: none */
    gint64 lifetime;
    void (*done)(gpointer data);
    gpointer data;
    char *resent; /* the id */
    RaInviteWay way;
    gboolean refuse;
} invited;

RaInviter *ra_inviter_new(void)
{
    return &the_inviter;
}

void ra_inviter_free(RaInviter *inviter)
{
    g_assert_true(inviter == &the_inviter);
    invited.freed++;
}

gboolean ra_inviter_busy(const RaInviter *inviter)
{
    return inviter->busy;
}

void ra_inviter_defaults(RaInviter *inviter, RaInviterDefaultsFunc done, gpointer data)
{
    static char from[] = "novice@example.org", nothing[] = "", why[] = "No server is set.";
    RaInviteDefaults defaults = {.enabled = TRUE, .from = from};
    for (int i = 0; i < RA_INVITE_WAYS; i++) {
        defaults.way[i].why_not = i == RA_INVITE_SMTP ? why : nothing;
        defaults.way[i].detail = nothing;
        defaults.way[i].usable = i != RA_INVITE_SMTP;
    }
    (void)inviter;
    done(&defaults, NULL, data);
}

void ra_inviter_resend(RaInviter *inviter, const char *id, const RaInviteOrder *order,
                       RaInviterFunc done, gpointer data)
{
    static char nothing[] = "", error[] = "The mail server does not answer.";
    char *nobody[] = {NULL};
    const RaInviteOutcome outcome = {.ok = !invited.refuse,
                                     .error = invited.refuse ? error : nothing,
                                     .id = nothing,
                                     .to = nobody,
                                     .sent = TRUE,
                                     .refused = nobody,
                                     .mail_program = nothing,
                                     .attachment = nothing,
                                     .saved = nothing,
                                     .why_not = nothing};
    (void)inviter;
    g_free(invited.resent);
    invited.resent = g_strdup(id);
    invited.way = order->way;
    done(&outcome, NULL, data);
}

GtkWidget *ra_invite_page_new(RaAgentBus *agent, RaInviter *inviter, const RaInvitePreset *preset,
                              void (*done)(gpointer data), gpointer data)
{
    (void)agent, (void)inviter;
    g_clear_pointer(&invited.to, g_free);
    g_clear_pointer(&invited.replaces, g_free);
    invited.pages++;
    invited.done = done;
    invited.data = data;
    if (preset != NULL) {
        invited.to = g_strjoinv(",", (char **)preset->to);
        invited.replaces = g_strdup(preset->replaces);
        invited.lifetime = preset->lifetime;
    }
    return gtk_button_new_with_label("The steps of inviting");
}

void ra_invite_page_update(GtkWidget *page)
{
    g_assert_true(GTK_IS_BUTTON(page));
}

/* The agent */

typedef struct {
    GDBusConnection *bus;
    RaBusHost1 *host1;
    GVariant *invitations;
    guint name;
    int lists, shows;
    char *cancelled;
} Agent;

static gboolean on_list(RaBusHost1 *host1, GDBusMethodInvocation *invocation, gpointer data)
{
    Agent *agent = data;
    agent->lists++;
    ra_bus_host1_complete_list(host1, invocation, agent->invitations);
    return TRUE;
}

static GVariant *invitation(const char *id, const char *state, const char *to, gint64 start,
                            gint64 end, gboolean sent)
{
    GVariantDict dict;
    g_auto(GStrv) people = g_strsplit(to, ",", -1);
    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "id", "s", id);
    g_variant_dict_insert(&dict, "state", "s", state);
    g_variant_dict_insert(&dict, "to", "^as", people);
    g_variant_dict_insert(&dict, "start", "x", start);
    g_variant_dict_insert(&dict, "end", "x", end);
    g_variant_dict_insert(&dict, "name", "s", "Nora");
    g_variant_dict_insert(&dict, "sent", "b", sent);
    return g_variant_dict_end(&dict);
}

/* ONE and OLD others that have expired; newest first, as the agent has them. */
static void set_invitations(Agent *agent, GVariant *one, int old)
{
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE("aa{sv}"));
    if (one != NULL)
        g_variant_builder_add_value(&builder, one);
    for (int i = 0; i < old; i++) {
        g_autofree char *id = g_strdup_printf("old%d", i);
        g_autofree char *to = g_strdup_printf("old%d@example.org", i);
        const gint64 start = now - 86400 * (i + 2);
        g_variant_builder_add_value(&builder,
                                    invitation(id, "expired", to, start, start + 3600, TRUE));
    }
    g_clear_pointer(&agent->invitations, g_variant_unref);
    agent->invitations = g_variant_ref_sink(g_variant_builder_end(&builder));
    ra_bus_host1_emit_invitations_changed(agent->host1);
}

static gboolean on_cancel(RaBusHost1 *host1, GDBusMethodInvocation *invocation, const char *id,
                          gpointer data)
{
    Agent *agent = data;
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    g_free(agent->cancelled);
    agent->cancelled = g_strdup(id);
    set_invitations(agent,
                    invitation(id, "cancelled", "ann@example.org", now - 60, now + 3540, TRUE), 0);
    ra_bus_host1_complete_cancel(host1, invocation);
    return TRUE;
}

static gboolean on_refuse(RaBusHost1 *host1, GDBusMethodInvocation *invocation, const char *id,
                          gpointer data)
{
    (void)host1, (void)id, (void)data;
    g_dbus_method_invocation_return_dbus_error(invocation, RA_BUS_ERROR "Failed",
                                               "The disk is full: make room.");
    return TRUE;
}

static gboolean on_show_window(RaBusHost1 *host1, GDBusMethodInvocation *invocation, gpointer data)
{
    ((Agent *)data)->shows++;
    ra_bus_host1_complete_show_window(host1, invocation);
    return TRUE;
}

static void agent_come(Agent *agent)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *address = g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SESSION, NULL, &error);
    g_assert_no_error(error);
    agent->bus =
        g_dbus_connection_new_for_address_sync(address,
                                               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                               NULL, NULL, &error);
    g_assert_no_error(error);
    agent->host1 = ra_bus_host1_skeleton_new();
    ra_bus_host1_set_state(agent->host1, "listening");
    ra_bus_host1_set_helper(agent->host1, "");
    g_signal_connect(agent->host1, "handle-list", G_CALLBACK(on_list), agent);
    g_signal_connect(agent->host1, "handle-cancel", G_CALLBACK(on_cancel), agent);
    g_signal_connect(agent->host1, "handle-show-window", G_CALLBACK(on_show_window), agent);
    set_invitations(agent, NULL, 0);
    g_dbus_interface_skeleton_export(G_DBUS_INTERFACE_SKELETON(agent->host1), agent->bus,
                                     RA_BUS_PATH, &error);
    g_assert_no_error(error);
    agent->name = g_bus_own_name_on_connection(agent->bus, RA_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_NONE,
                                               NULL, NULL, NULL, NULL);
}

static void agent_leave(Agent *agent)
{
    if (agent->bus == NULL)
        return;
    g_bus_unown_name(agent->name);
    g_dbus_interface_skeleton_unexport(G_DBUS_INTERFACE_SKELETON(agent->host1));
    g_dbus_connection_close_sync(agent->bus, NULL, NULL);
    g_clear_object(&agent->host1);
    g_clear_object(&agent->bus);
    g_clear_pointer(&agent->invitations, g_variant_unref);
    g_clear_pointer(&agent->cancelled, g_free);
}

/* What is in sight */

typedef gboolean (*Match)(GtkWidget *widget, const char *text);

static GtkWidget *find(GtkWidget *root, Match match, const char *text)
{
    if (root == NULL || !gtk_widget_get_mapped(root))
        return NULL;
    if (match(root, text))
        return root;
    for (GtkWidget *child = gtk_widget_get_first_child(root); child != NULL;
         child = gtk_widget_get_next_sibling(child)) {
        GtkWidget *found = find(child, match, text);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static gboolean is_label(GtkWidget *widget, const char *text)
{
    return GTK_IS_LABEL(widget) && strstr(gtk_label_get_text(GTK_LABEL(widget)), text) != NULL;
}

static gboolean is_row(GtkWidget *widget, const char *text)
{
    return GTK_IS_LIST_BOX_ROW(widget) && find(widget, is_label, text) != NULL;
}

static GtkWidget *shown(GtkApplication *front, const char *text)
{
    GtkWindow *window = gtk_application_get_active_window(front);
    return find(GTK_WIDGET(window), is_label, text);
}

static gboolean on_patience(gpointer data)
{
    g_error("nobody showed \"%s\" within %d seconds", (const char *)data, PATIENCE_SECONDS);
    return G_SOURCE_REMOVE;
}

/* Runs the main loop until there is such a text in sight, or is none any more. */
static GtkWidget *wait_shown(GtkApplication *front, const char *text, gboolean there)
{
    const guint patience = g_timeout_add_seconds(PATIENCE_SECONDS, on_patience, (gpointer)text);
    GtkWidget *label = NULL;
    while (((label = shown(front, text)) != NULL) != there)
        (void)g_main_context_iteration(NULL, TRUE);
    (void)g_source_remove(patience);
    return label;
}

static void wait_number(const int *number, int value)
{
    const guint patience =
        g_timeout_add_seconds(PATIENCE_SECONDS, on_patience, (gpointer) "a call");
    while (*number < value)
        (void)g_main_context_iteration(NULL, TRUE);
    (void)g_source_remove(patience);
}

static void settle(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

/* Presses the button that TEXT stands on. */
static void press(GtkApplication *front, const char *text)
{
    GtkWidget *label = wait_shown(front, text, TRUE);
    GtkWidget *button = gtk_widget_get_ancestor(label, GTK_TYPE_BUTTON);
    g_assert_nonnull(button);
    g_assert_true(gtk_widget_is_sensitive(button));
    g_signal_emit_by_name(button, "clicked");
}

/* The desktop */

static GTestDBus *the_bus; /* one for all: GTK keeps its connection */
static char *marker;       /* a file that D-Bus makes instead of starting the agent */

typedef struct {
    GtkApplication *front;
    Agent agent;
} Desktop;

static void write_service(const char *folder)
{
    g_autofree char *file = g_build_filename(folder, RA_BUS_NAME ".service", NULL);
    g_autofree char *text = g_strdup_printf(
        "[D-BUS Service]\nName=%s\nExec=/bin/sh -c \"touch %s; exit 1\"\n", RA_BUS_NAME, marker);
    g_assert_true(g_file_set_contents(file, text, -1, NULL));
}

static void start_bus(const char *folder)
{
    if (the_bus != NULL)
        return;
    the_bus = g_test_dbus_new(G_TEST_DBUS_NONE);
    g_test_dbus_add_service_dir(the_bus, folder);
    g_test_dbus_up(the_bus);
}

static void desktop_start(gboolean bus)
{
    g_autofree char *folder = g_path_get_dirname(marker);
    write_service(folder);
    (void)g_unlink(marker);
    if (bus)
        start_bus(folder);
    else
        (void)g_setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
    g_free(invited.resent);
    g_free(invited.to);
    g_free(invited.replaces);
    memset(&invited, 0, sizeof invited);
    the_inviter.busy = FALSE;
}

static void desktop_front(Desktop *desktop)
{
    g_autoptr(GError) error = NULL;
    desktop->front = ra_front_new();
    g_assert_true(g_application_register(G_APPLICATION(desktop->front), NULL, &error));
    g_assert_no_error(error);
    g_application_activate(G_APPLICATION(desktop->front));
    wait_shown(desktop->front, "Invite someone to help you", TRUE);
}

/* Leaves the bus as a program that ends does: by a run in which nothing is activated. */
static void unregister(GtkApplication *front)
{
    (void)g_signal_handlers_disconnect_matched(front, G_SIGNAL_MATCH_ID,
                                               g_signal_lookup("activate", G_TYPE_APPLICATION), 0,
                                               NULL, NULL, NULL);
    g_signal_connect(front, "activate", G_CALLBACK(g_application_quit), NULL);
    (void)g_application_run(G_APPLICATION(front), 0, NULL);
}

static void desktop_stop(Desktop *desktop)
{
    GtkWindow *window = gtk_application_get_active_window(desktop->front);
    if (window != NULL)
        gtk_window_destroy(window);
    settle();
    g_assert_cmpint(invited.freed, ==, 1);
    unregister(desktop->front);
    g_clear_object(&desktop->front);
    agent_leave(&desktop->agent);
}

static gboolean was_started(void)
{
    return g_file_test(marker, G_FILE_TEST_EXISTS);
}

/* Cases */

/* Opening the window starts nothing; looking at the invitations does, and says what is wrong. */
static void test_no_agent(void)
{
    Desktop desktop = {0};
    desktop_start(TRUE);
    desktop_front(&desktop);
    settle();
    g_assert_false(was_started());
    press(desktop.front, "Your invitations");
    wait_shown(desktop.front, "cannot work in the background", TRUE);
    g_assert_true(was_started());
    g_assert_null(shown(desktop.front, "You have not invited anybody"));
    /* It comes after all: the list is there by itself. */
    agent_come(&desktop.agent);
    wait_shown(desktop.front, "You have not invited anybody", TRUE);
    g_assert_null(shown(desktop.front, "cannot work in the background"));
    desktop_stop(&desktop);
}

static void test_no_bus(void)
{
    Desktop desktop = {0};
    desktop_start(FALSE);
    desktop_front(&desktop);
    press(desktop.front, "Your invitations");
    wait_shown(desktop.front, "no message bus", TRUE);
    g_action_group_activate_action(G_ACTION_GROUP(desktop.front), "back", NULL);
    press(desktop.front, "Invite someone to help you");
    wait_shown(desktop.front, "The steps of inviting", TRUE);
    g_assert_cmpint(invited.pages, ==, 1);
    desktop_stop(&desktop);
}

/* What is going on stands on the first page, as long as it goes on. */
static void test_now(void)
{
    static const struct {
        const char *state, *helper;
        gboolean paused, lost;
        const char *text;
    } cases[] = {
        {"viewing", "Ann", FALSE, FALSE, "Ann sees your screen."},
        {"viewing", "", FALSE, FALSE, "Your helper sees your screen."},
        {"viewing", "Ann %s %n <b>", FALSE, FALSE, "Ann %s %n <b> sees your screen."},
        {"viewing", "Ann", TRUE, FALSE, "Your screen is hidden from Ann."},
        {"viewing", "Ann", TRUE, TRUE, "The connection to Ann is broken."},
        {"controlling", "Ann", FALSE, FALSE, "Ann sees your screen and uses your mouse"},
        {"asking", "Ann", FALSE, FALSE, "There is a question for you."},
    };
    Desktop desktop = {0};
    desktop_start(TRUE);
    agent_come(&desktop.agent);
    desktop_front(&desktop);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        ra_bus_host1_set_state(desktop.agent.host1, cases[i].state);
        ra_bus_host1_set_helper(desktop.agent.host1, cases[i].helper);
        ra_bus_host1_set_paused(desktop.agent.host1, cases[i].paused);
        ra_bus_host1_set_helper_lost(desktop.agent.host1, cases[i].lost);
        wait_shown(desktop.front, cases[i].text, TRUE);
    }
    press(desktop.front, "Show");
    wait_number(&desktop.agent.shows, 1);
    agent_leave(&desktop.agent);
    wait_shown(desktop.front, "There is a question for you.", FALSE);
    desktop_stop(&desktop);
}

static void test_list(void)
{
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    Desktop desktop = {0};
    desktop_start(TRUE);
    agent_come(&desktop.agent);
    set_invitations(
        &desktop.agent,
        invitation("a1", "open", "ann@example.org,bob@example.org", now - 60, now + 3000, TRUE), 8);
    desktop_front(&desktop);
    wait_shown(desktop.front, "1 is open.", TRUE);
    press(desktop.front, "Your invitations");
    wait_shown(desktop.front, "ann@example.org and bob@example.org", TRUE);
    wait_shown(desktop.front, "Open. 50 minutes left.", TRUE);
    wait_shown(desktop.front, "old4@example.org", TRUE);
    g_assert_null(shown(desktop.front, "old5@example.org"));
    press(desktop.front, "Show all");
    wait_shown(desktop.front, "old7@example.org", TRUE);
    g_assert_null(shown(desktop.front, "Show all"));
    /* The agent tells news by itself. */
    set_invitations(&desktop.agent,
                    invitation("a1", "used", "ann@example.org", now - 60, now + 3000, TRUE), 0);
    wait_shown(desktop.front, "Used. 50 minutes left.", TRUE);
    wait_shown(desktop.front, "old0@example.org", FALSE);
    set_invitations(&desktop.agent, invitation("a2", "open", "", now, now + 3000, TRUE), 0);
    wait_shown(desktop.front, "Saved as a file", TRUE);
    g_assert_null(shown(desktop.front, "Send again"));
    set_invitations(&desktop.agent, invitation("a3", "open", "x@y.org", now, now + 3000, FALSE), 0);
    wait_shown(desktop.front, "Not sent. 50 minutes left.", TRUE);
    desktop_stop(&desktop);
}

/* The last seconds are counted, and the end comes by the clock, whatever the agent says. */
static void test_end(void)
{
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    Desktop desktop = {0};
    desktop_start(TRUE);
    agent_come(&desktop.agent);
    set_invitations(&desktop.agent,
                    invitation("a1", "open", "ann@example.org", now - 60, now + 4, TRUE), 0);
    desktop_front(&desktop);
    press(desktop.front, "Your invitations");
    wait_shown(desktop.front, "1 second left.", TRUE);
    wait_shown(desktop.front, "Expired", TRUE);
    g_assert_null(shown(desktop.front, "Cancel"));
    press(desktop.front, "Invite again…");
    wait_shown(desktop.front, "The steps of inviting", TRUE);
    g_assert_cmpstr(invited.to, ==, "ann@example.org");
    g_assert_cmpint(invited.lifetime, ==, 64);
    g_assert_null(invited.replaces);
    desktop_stop(&desktop);
}

static void test_acts(void)
{
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    Desktop desktop = {0};
    desktop_start(TRUE);
    agent_come(&desktop.agent);
    set_invitations(&desktop.agent,
                    invitation("a1", "open", "ann@example.org", now - 60, now + 3540, TRUE), 0);
    desktop_front(&desktop);
    press(desktop.front, "Your invitations");
    press(desktop.front, "Send again");
    wait_shown(desktop.front, "Sent again. The password is the one", TRUE);
    g_assert_cmpstr(invited.resent, ==, "a1");
    g_assert_cmpint(invited.way, ==, RA_INVITE_SENDMAIL);
    invited.refuse = TRUE;
    press(desktop.front, "Send again");
    wait_shown(desktop.front, "The mail server does not answer.", TRUE);
    press(desktop.front, "New time…");
    wait_shown(desktop.front, "The steps of inviting", TRUE);
    g_assert_cmpstr(invited.to, ==, "ann@example.org");
    g_assert_cmpstr(invited.replaces, ==, "a1");
    g_assert_cmpint(invited.lifetime, ==, 3600);
    invited.done(invited.data); /* back to the list, from where it came */
    wait_shown(desktop.front, "ann@example.org", TRUE);
    const gulong refuse =
        g_signal_connect(desktop.agent.host1, "handle-cancel", G_CALLBACK(on_refuse), NULL);
    g_signal_handlers_block_by_func(desktop.agent.host1, on_cancel, &desktop.agent);
    press(desktop.front, "Cancel");
    wait_shown(desktop.front, "The disk is full: make room.", TRUE);
    g_signal_handler_disconnect(desktop.agent.host1, refuse);
    g_signal_handlers_unblock_by_func(desktop.agent.host1, on_cancel, &desktop.agent);
    press(desktop.front, "Cancel");
    wait_shown(desktop.front, "Nobody can use this invitation any more.", TRUE);
    g_assert_cmpstr(desktop.agent.cancelled, ==, "a1");
    wait_shown(desktop.front, "Cancelled", TRUE);
    desktop_stop(&desktop);
}

/* An agent that dies with invitations open is started again, once the novice has looked at them. */
static void test_agent_dies(void)
{
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    Desktop desktop = {0};
    desktop_start(TRUE);
    agent_come(&desktop.agent);
    set_invitations(&desktop.agent,
                    invitation("a1", "open", "ann@example.org", now - 60, now + 3540, TRUE), 0);
    desktop_front(&desktop);
    press(desktop.front, "Your invitations");
    wait_shown(desktop.front, "ann@example.org", TRUE);
    agent_leave(&desktop.agent);
    wait_shown(desktop.front, "cannot work in the background", TRUE);
    g_assert_true(was_started());
    desktop_stop(&desktop);
}

/* What was begun is gone on with; nothing is cut off in the middle of being sent. */
static void test_invite(void)
{
    Desktop desktop = {0};
    desktop_start(TRUE);
    desktop_front(&desktop);
    g_action_group_activate_action(G_ACTION_GROUP(desktop.front), "invite", NULL);
    wait_shown(desktop.front, "The steps of inviting", TRUE);
    g_action_group_activate_action(G_ACTION_GROUP(desktop.front), "invitations", NULL);
    wait_shown(desktop.front, "The steps of inviting", FALSE);
    g_action_group_activate_action(G_ACTION_GROUP(desktop.front), "invite", NULL);
    wait_shown(desktop.front, "The steps of inviting", TRUE);
    g_assert_cmpint(invited.pages, ==, 1);
    g_assert_null(invited.to);
    GtkWindow *window = gtk_application_get_active_window(desktop.front);
    the_inviter.busy = TRUE;
    gtk_window_close(window);
    wait_shown(desktop.front, "The steps of inviting", FALSE);
    g_assert_false(gtk_widget_get_visible(GTK_WIDGET(window)));
    g_assert_nonnull(gtk_application_get_windows(desktop.front));
    the_inviter.busy = FALSE;
    wait_shown(desktop.front, "The steps of inviting", TRUE);
    invited.done(invited.data);
    wait_shown(desktop.front, "Invite someone to help you", TRUE);
    gtk_window_close(window);
    while (gtk_application_get_windows(desktop.front) != NULL)
        (void)g_main_context_iteration(NULL, TRUE);
    desktop_stop(&desktop);
}

static void test_forbidden(void)
{
    g_autofree char *folder = g_build_filename(g_get_user_config_dir(), "remote-assistance", NULL);
    g_autofree char *file = g_build_filename(folder, "config", NULL);
    Desktop desktop = {0};
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(file, "[Invitation]\nEnabled=false\n", -1, NULL));
    desktop_start(TRUE);
    desktop_front(&desktop);
    GtkWidget *label = wait_shown(desktop.front, "switched off in your settings", TRUE);
    g_assert_false(gtk_widget_is_sensitive(gtk_widget_get_ancestor(label, GTK_TYPE_BUTTON)));
    g_action_group_activate_action(G_ACTION_GROUP(desktop.front), "invite", NULL);
    settle();
    g_assert_cmpint(invited.pages, ==, 0);
    desktop_stop(&desktop);
    (void)g_unlink(file);
}

/* What a screen reader reads. */
static void test_accessible(void)
{
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    Desktop desktop = {0};
    desktop_start(TRUE);
    agent_come(&desktop.agent);
    set_invitations(&desktop.agent,
                    invitation("a1", "open", "ann@example.org", now - 60, now + 3540, TRUE), 0);
    desktop_front(&desktop);
    GtkWidget *title = wait_shown(desktop.front, "Invite someone to help you", TRUE);
    GtkWidget *button = gtk_widget_get_ancestor(title, GTK_TYPE_BUTTON);
    gtk_test_accessible_assert_role(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_ROLE_BUTTON);
    gtk_test_accessible_assert_relation(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                        title, NULL);
    press(desktop.front, "Your invitations");
    GtkWidget *people = wait_shown(desktop.front, "ann@example.org", TRUE);
    GtkWindow *window = gtk_application_get_active_window(desktop.front);
    GtkWidget *row = find(GTK_WIDGET(window), is_row, "ann@example.org");
    g_assert_nonnull(row);
    gtk_test_accessible_assert_relation(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                        people, NULL);
    GtkWidget *cancel =
        gtk_widget_get_ancestor(wait_shown(desktop.front, "Cancel", TRUE), GTK_TYPE_BUTTON);
    gtk_test_accessible_assert_relation(GTK_ACCESSIBLE(cancel),
                                        GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, people, NULL);
    desktop_stop(&desktop);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        GTestFunc test;
    } tests[] = {
        {"/front/no-bus", test_no_bus}, /* before there is one */
        {"/front/no-agent", test_no_agent},
        {"/front/now", test_now},
        {"/front/list", test_list},
        {"/front/end", test_end},
        {"/front/acts", test_acts},
        {"/front/agent-dies", test_agent_dies},
        {"/front/invite", test_invite},
        {"/front/forbidden", test_forbidden},
        {"/front/accessible", test_accessible},
    };
    g_autofree char *home = g_dir_make_tmp("ra-front-XXXXXX", NULL);
    g_autofree char *config = g_build_filename(home, "remote-assistance", NULL);
    g_autofree char *service = g_build_filename(home, RA_BUS_NAME ".service", NULL);
    marker = g_build_filename(home, "started", NULL);
    g_test_init(&argc, &argv, NULL);
    (void)g_setenv("XDG_CONFIG_HOME", home, TRUE);
    (void)g_setenv("TZ", "UTC", TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add_func(tests[i].name, tests[i].test);
    const int status = app_display_start("1024x600") ? g_test_run() : EXIT_SUCCESS;
    if (the_bus != NULL)
        g_test_dbus_stop(the_bus);
    app_display_stop();
    (void)g_unlink(marker);
    (void)g_unlink(service);
    (void)g_rmdir(config);
    (void)g_rmdir(home);
    g_free(marker);
    return status;
}
