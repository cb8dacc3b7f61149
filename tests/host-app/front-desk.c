/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/host-app/front-desk.h"

#include "bus/names.h"
#include "host/app/front.h"
#include "tests/host-app/display.h"

#include <glib/gstdio.h>

enum { PATIENCE_SECONDS = 60 };

/* Inviting, as the front sees it */

RaInviter desk_inviter;
DeskInvited desk_invited;

RaInviter *ra_inviter_new(void)
{
    return &desk_inviter;
}

void ra_inviter_free(RaInviter *inviter)
{
    g_assert_true(inviter == &desk_inviter);
    desk_invited.freed++;
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
    const RaInviteOutcome outcome = {.ok = !desk_invited.refuse,
                                     .error = desk_invited.refuse ? error : nothing,
                                     .id = nothing,
                                     .to = nobody,
                                     .sent = TRUE,
                                     .refused = nobody,
                                     .mail_program = nothing,
                                     .attachment = nothing,
                                     .saved = nothing,
                                     .why_not = nothing};
    (void)inviter;
    g_free(desk_invited.resent);
    desk_invited.resent = g_strdup(id);
    desk_invited.way = order->way;
    done(&outcome, NULL, data);
}

GtkWidget *ra_invite_page_new(RaAgentBus *agent, RaInviter *inviter, const RaInvitePreset *preset,
                              void (*done)(gpointer data), gpointer data)
{
    (void)agent, (void)inviter;
    g_clear_pointer(&desk_invited.to, g_free);
    g_clear_pointer(&desk_invited.replaces, g_free);
    desk_invited.pages++;
    desk_invited.done = done;
    desk_invited.data = data;
    if (preset != NULL) {
        desk_invited.to = g_strjoinv(",", (char **)preset->to);
        desk_invited.replaces = g_strdup(preset->replaces);
        desk_invited.lifetime = preset->lifetime;
    }
    return gtk_button_new_with_label("The steps of inviting");
}

void ra_invite_page_update(GtkWidget *widget)
{
    g_assert_true(GTK_IS_BUTTON(widget));
}

/* The agent */

static gboolean on_list(RaBusHost1 *host1, GDBusMethodInvocation *invocation, gpointer data)
{
    DeskAgent *agent = data;
    agent->lists++;
    ra_bus_host1_complete_list(host1, invocation, agent->invitations);
    return TRUE;
}

GVariant *desk_invitation(const char *id, const char *state, const char *to, gint64 start,
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
void desk_set_invitations(DeskAgent *agent, GVariant *one, int old)
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
                                    desk_invitation(id, "expired", to, start, start + 3600, TRUE));
    }
    g_clear_pointer(&agent->invitations, g_variant_unref);
    agent->invitations = g_variant_ref_sink(g_variant_builder_end(&builder));
    ra_bus_host1_emit_invitations_changed(agent->host1);
}

static gboolean on_cancel(RaBusHost1 *host1, GDBusMethodInvocation *invocation, const char *id,
                          gpointer data)
{
    DeskAgent *agent = data;
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    if (agent->refuses) {
        g_dbus_method_invocation_return_dbus_error(invocation, RA_BUS_ERROR "Failed",
                                                   "The disk is full: make room.");
        return TRUE;
    }
    g_free(agent->cancelled);
    agent->cancelled = g_strdup(id);
    desk_set_invitations(
        agent, desk_invitation(id, "cancelled", "ann@example.org", now - 60, now + 3540, TRUE), 0);
    ra_bus_host1_complete_cancel(host1, invocation);
    return TRUE;
}

static gboolean on_show_window(RaBusHost1 *host1, GDBusMethodInvocation *invocation, gpointer data)
{
    ((DeskAgent *)data)->shows++;
    ra_bus_host1_complete_show_window(host1, invocation);
    return TRUE;
}

void desk_agent_come(DeskAgent *agent)
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
    desk_set_invitations(agent, NULL, 0);
    g_dbus_interface_skeleton_export(G_DBUS_INTERFACE_SKELETON(agent->host1), agent->bus,
                                     RA_BUS_PATH, &error);
    g_assert_no_error(error);
    agent->name = g_bus_own_name_on_connection(agent->bus, RA_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_NONE,
                                               NULL, NULL, NULL, NULL);
}

void desk_agent_leave(DeskAgent *agent)
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

GtkWidget *desk_shown(GtkApplication *front, const char *text)
{
    GtkWindow *window = gtk_application_get_active_window(front);
    return find(GTK_WIDGET(window), is_label, text);
}

GtkWidget *desk_row(GtkApplication *front, const char *text)
{
    return find(GTK_WIDGET(gtk_application_get_active_window(front)), is_row, text);
}

static gboolean on_patience(gpointer data)
{
    g_error("nobody showed \"%s\" within %d seconds", (const char *)data, PATIENCE_SECONDS);
    return G_SOURCE_REMOVE;
}

/* Runs the main loop until there is such a text in sight, or is none any more. */
GtkWidget *desk_wait(GtkApplication *front, const char *text, gboolean there)
{
    const guint patience = g_timeout_add_seconds(PATIENCE_SECONDS, on_patience, (gpointer)text);
    GtkWidget *label = NULL;
    while (((label = desk_shown(front, text)) != NULL) != there)
        (void)g_main_context_iteration(NULL, TRUE);
    (void)g_source_remove(patience);
    return label;
}

void desk_wait_number(const int *number, int value)
{
    const guint patience =
        g_timeout_add_seconds(PATIENCE_SECONDS, on_patience, (gpointer) "a call");
    while (*number < value)
        (void)g_main_context_iteration(NULL, TRUE);
    (void)g_source_remove(patience);
}

void desk_settle(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

/* Presses the button that TEXT stands on. */
void desk_press(GtkApplication *front, const char *text)
{
    GtkWidget *label = desk_wait(front, text, TRUE);
    GtkWidget *button = gtk_widget_get_ancestor(label, GTK_TYPE_BUTTON);
    g_assert_nonnull(button);
    g_assert_true(gtk_widget_is_sensitive(button));
    g_signal_emit_by_name(button, "clicked");
}

/* The desktop */

static GTestDBus *the_bus; /* one for all: GTK keeps its connection */
static char *marker;       /* a file that D-Bus makes instead of starting the agent */

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

gboolean desk_start(gboolean bus)
{
    g_autofree char *folder = g_path_get_dirname(marker);
    if (!app_display_start("1024x600"))
        return FALSE;
    write_service(folder);
    (void)g_unlink(marker);
    if (bus)
        start_bus(folder);
    else
        (void)g_setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
    g_free(desk_invited.resent);
    g_free(desk_invited.to);
    g_free(desk_invited.replaces);
    memset(&desk_invited, 0, sizeof desk_invited);
    desk_inviter.busy = FALSE;
    return TRUE;
}

void desk_open(Desk *desktop)
{
    desk_open_titled(desktop, "Invite someone to help you");
}

void desk_open_titled(Desk *desktop, const char *title)
{
    g_autoptr(GError) error = NULL;
    desktop->front = ra_front_new();
    g_assert_true(g_application_register(G_APPLICATION(desktop->front), NULL, &error));
    g_assert_no_error(error);
    g_application_activate(G_APPLICATION(desktop->front));
    desk_wait(desktop->front, title, TRUE);
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

void desk_stop(Desk *desktop)
{
    GtkWindow *window = gtk_application_get_active_window(desktop->front);
    if (window != NULL)
        gtk_window_destroy(window);
    desk_settle();
    g_assert_cmpint(desk_invited.freed, ==, 1);
    unregister(desktop->front);
    g_clear_object(&desktop->front);
    desk_agent_leave(&desktop->agent);
}

gboolean desk_agent_was_started(void)
{
    return g_file_test(marker, G_FILE_TEST_EXISTS);
}

void desk_begin(const char *folder)
{
    marker = g_build_filename(folder, "started", NULL);
}

void desk_end(void)
{
    g_autofree char *folder = g_path_get_dirname(marker);
    g_autofree char *service = g_build_filename(folder, RA_BUS_NAME ".service", NULL);
    if (the_bus != NULL)
        g_test_dbus_stop(the_bus);
    (void)g_unlink(marker);
    (void)g_unlink(service);
    g_clear_pointer(&marker, g_free);
}
