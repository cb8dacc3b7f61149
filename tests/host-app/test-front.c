/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The front: its first page, the novice's invitations, and how it holds together. */
#include "tests/host-app/display.h"
#include "tests/host-app/front-desk.h"

#include <glib/gstdio.h>

/* Opening the window starts nothing; looking at the invitations does, and says what is wrong. */
static void test_no_agent(void)
{
    Desk desktop = {0};
    if (!desk_start(TRUE))
        return;
    desk_open(&desktop);
    desk_settle();
    g_assert_false(desk_agent_was_started());
    desk_press(desktop.front, "Your invitations");
    desk_wait(desktop.front, "cannot work in the background", TRUE);
    g_assert_true(desk_agent_was_started());
    g_assert_null(desk_shown(desktop.front, "You have not invited anybody"));
    /* It comes after all: the list is there by itself. */
    desk_agent_come(&desktop.agent);
    desk_wait(desktop.front, "You have not invited anybody", TRUE);
    g_assert_null(desk_shown(desktop.front, "cannot work in the background"));
    desk_stop(&desktop);
}

static void test_no_bus(void)
{
    Desk desktop = {0};
    if (!desk_start(FALSE))
        return;
    desk_open(&desktop);
    desk_press(desktop.front, "Your invitations");
    desk_wait(desktop.front, "no message bus", TRUE);
    g_action_group_activate_action(G_ACTION_GROUP(desktop.front), "back", NULL);
    desk_press(desktop.front, "Invite someone to help you");
    desk_wait(desktop.front, "The steps of inviting", TRUE);
    g_assert_cmpint(desk_invited.pages, ==, 1);
    desk_stop(&desktop);
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
    Desk desktop = {0};
    if (!desk_start(TRUE))
        return;
    desk_agent_come(&desktop.agent);
    desk_open(&desktop);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        ra_bus_host1_set_state(desktop.agent.host1, cases[i].state);
        ra_bus_host1_set_helper(desktop.agent.host1, cases[i].helper);
        ra_bus_host1_set_paused(desktop.agent.host1, cases[i].paused);
        ra_bus_host1_set_helper_lost(desktop.agent.host1, cases[i].lost);
        desk_wait(desktop.front, cases[i].text, TRUE);
    }
    desk_press(desktop.front, "Show");
    desk_wait_number(&desktop.agent.shows, 1);
    desk_agent_leave(&desktop.agent);
    desk_wait(desktop.front, "There is a question for you.", FALSE);
    desk_stop(&desktop);
}

static void test_list(void)
{
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    Desk desktop = {0};
    if (!desk_start(TRUE))
        return;
    desk_agent_come(&desktop.agent);
    desk_set_invitations(&desktop.agent,
                         desk_invitation("a1", "open", "ann@example.org,bob@example.org", now - 60,
                                         now + 3000, TRUE),
                         8);
    desk_open(&desktop);
    desk_wait(desktop.front, "1 is open.", TRUE);
    desk_press(desktop.front, "Your invitations");
    desk_wait(desktop.front, "ann@example.org and bob@example.org", TRUE);
    desk_wait(desktop.front, "Open. 50 minutes left.", TRUE);
    desk_wait(desktop.front, "old4@example.org", TRUE);
    g_assert_null(desk_shown(desktop.front, "old5@example.org"));
    desk_press(desktop.front, "Show all");
    desk_wait(desktop.front, "old7@example.org", TRUE);
    g_assert_null(desk_shown(desktop.front, "Show all"));
    /* The agent tells news by itself. */
    desk_set_invitations(
        &desktop.agent,
        desk_invitation("a1", "used", "ann@example.org", now - 60, now + 3000, TRUE), 0);
    desk_wait(desktop.front, "Used. 50 minutes left.", TRUE);
    desk_wait(desktop.front, "old0@example.org", FALSE);
    desk_set_invitations(&desktop.agent, desk_invitation("a2", "open", "", now, now + 3000, TRUE),
                         0);
    desk_wait(desktop.front, "Saved as a file", TRUE);
    g_assert_null(desk_shown(desktop.front, "Send again"));
    desk_set_invitations(&desktop.agent,
                         desk_invitation("a3", "open", "x@y.org", now, now + 3000, FALSE), 0);
    desk_wait(desktop.front, "Not sent. 50 minutes left.", TRUE);
    desk_stop(&desktop);
}

/* The last seconds are counted, and the end comes by the clock, whatever the agent says. */
static void test_end(void)
{
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    Desk desktop = {0};
    if (!desk_start(TRUE))
        return;
    desk_agent_come(&desktop.agent);
    desk_set_invitations(&desktop.agent,
                         desk_invitation("a1", "open", "ann@example.org", now - 60, now + 4, TRUE),
                         0);
    desk_open(&desktop);
    desk_press(desktop.front, "Your invitations");
    desk_wait(desktop.front, "1 second left.", TRUE);
    desk_wait(desktop.front, "Expired", TRUE);
    g_assert_null(desk_shown(desktop.front, "Cancel"));
    desk_press(desktop.front, "Invite again…");
    desk_wait(desktop.front, "The steps of inviting", TRUE);
    g_assert_cmpstr(desk_invited.to, ==, "ann@example.org");
    g_assert_cmpint(desk_invited.lifetime, ==, 64);
    g_assert_null(desk_invited.replaces);
    desk_stop(&desktop);
}

static void test_acts(void)
{
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    Desk desktop = {0};
    if (!desk_start(TRUE))
        return;
    desk_agent_come(&desktop.agent);
    desk_set_invitations(
        &desktop.agent,
        desk_invitation("a1", "open", "ann@example.org", now - 60, now + 3540, TRUE), 0);
    desk_open(&desktop);
    desk_press(desktop.front, "Your invitations");
    desk_press(desktop.front, "Send again");
    desk_wait(desktop.front, "Sent again. The password is the one", TRUE);
    g_assert_cmpstr(desk_invited.resent, ==, "a1");
    g_assert_cmpint(desk_invited.way, ==, RA_INVITE_SENDMAIL);
    desk_invited.refuse = TRUE;
    desk_press(desktop.front, "Send again");
    desk_wait(desktop.front, "The mail server does not answer.", TRUE);
    desk_press(desktop.front, "New time…");
    desk_wait(desktop.front, "The steps of inviting", TRUE);
    g_assert_cmpstr(desk_invited.to, ==, "ann@example.org");
    g_assert_cmpstr(desk_invited.replaces, ==, "a1");
    g_assert_cmpint(desk_invited.lifetime, ==, 3600);
    desk_invited.done(desk_invited.data); /* back to the list, from where it came */
    desk_wait(desktop.front, "ann@example.org", TRUE);
    desktop.agent.refuses = TRUE;
    desk_press(desktop.front, "Cancel");
    desk_wait(desktop.front, "The disk is full: make room.", TRUE);
    desktop.agent.refuses = FALSE;
    desk_press(desktop.front, "Cancel");
    desk_wait(desktop.front, "Nobody can use this invitation any more.", TRUE);
    g_assert_cmpstr(desktop.agent.cancelled, ==, "a1");
    desk_wait(desktop.front, "Cancelled", TRUE);
    desk_stop(&desktop);
}

/* An agent that dies with invitations open is started again, once the novice has looked at them. */
static void test_agent_dies(void)
{
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    Desk desktop = {0};
    if (!desk_start(TRUE))
        return;
    desk_agent_come(&desktop.agent);
    desk_set_invitations(
        &desktop.agent,
        desk_invitation("a1", "open", "ann@example.org", now - 60, now + 3540, TRUE), 0);
    desk_open(&desktop);
    desk_press(desktop.front, "Your invitations");
    desk_wait(desktop.front, "ann@example.org", TRUE);
    desk_agent_leave(&desktop.agent);
    desk_wait(desktop.front, "cannot work in the background", TRUE);
    g_assert_true(desk_agent_was_started());
    desk_stop(&desktop);
}

/* What was begun is gone on with; nothing is cut off in the middle of being sent. */
static void test_invite(void)
{
    Desk desktop = {0};
    if (!desk_start(TRUE))
        return;
    desk_open(&desktop);
    g_action_group_activate_action(G_ACTION_GROUP(desktop.front), "invite", NULL);
    desk_wait(desktop.front, "The steps of inviting", TRUE);
    g_action_group_activate_action(G_ACTION_GROUP(desktop.front), "invitations", NULL);
    desk_wait(desktop.front, "The steps of inviting", FALSE);
    g_action_group_activate_action(G_ACTION_GROUP(desktop.front), "invite", NULL);
    desk_wait(desktop.front, "The steps of inviting", TRUE);
    g_assert_cmpint(desk_invited.pages, ==, 1);
    g_assert_null(desk_invited.to);
    GtkWindow *window = gtk_application_get_active_window(desktop.front);
    desk_inviter.busy = TRUE;
    gtk_window_close(window);
    desk_wait(desktop.front, "The steps of inviting", FALSE);
    g_assert_false(gtk_widget_get_visible(GTK_WIDGET(window)));
    g_assert_nonnull(gtk_application_get_windows(desktop.front));
    desk_inviter.busy = FALSE;
    desk_wait(desktop.front, "The steps of inviting", TRUE);
    desk_invited.done(desk_invited.data);
    desk_wait(desktop.front, "Invite someone to help you", TRUE);
    gtk_window_close(window);
    while (gtk_application_get_windows(desktop.front) != NULL)
        (void)g_main_context_iteration(NULL, TRUE);
    desk_stop(&desktop);
}

static void test_forbidden(void)
{
    g_autofree char *folder = g_build_filename(g_get_user_config_dir(), "remote-assistance", NULL);
    g_autofree char *file = g_build_filename(folder, "config", NULL);
    Desk desktop = {0};
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(file, "[Invitation]\nEnabled=false\n", -1, NULL));
    if (!desk_start(TRUE))
        return;
    desk_open(&desktop);
    GtkWidget *label = desk_wait(desktop.front, "switched off in your settings", TRUE);
    g_assert_false(gtk_widget_is_sensitive(gtk_widget_get_ancestor(label, GTK_TYPE_BUTTON)));
    g_action_group_activate_action(G_ACTION_GROUP(desktop.front), "invite", NULL);
    desk_settle();
    g_assert_cmpint(desk_invited.pages, ==, 0);
    desk_stop(&desktop);
    (void)g_unlink(file);
}

/* What a screen reader reads. */
static void test_accessible(void)
{
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    Desk desktop = {0};
    if (!desk_start(TRUE))
        return;
    desk_agent_come(&desktop.agent);
    desk_set_invitations(
        &desktop.agent,
        desk_invitation("a1", "open", "ann@example.org", now - 60, now + 3540, TRUE), 0);
    desk_open(&desktop);
    GtkWidget *title = desk_wait(desktop.front, "Invite someone to help you", TRUE);
    GtkWidget *button = gtk_widget_get_ancestor(title, GTK_TYPE_BUTTON);
    gtk_test_accessible_assert_role(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_ROLE_BUTTON);
    gtk_test_accessible_assert_relation(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                        title, NULL);
    desk_press(desktop.front, "Your invitations");
    GtkWidget *people = desk_wait(desktop.front, "ann@example.org", TRUE);
    GtkWidget *row = desk_row(desktop.front, "ann@example.org");
    g_assert_nonnull(row);
    gtk_test_accessible_assert_relation(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                        people, NULL);
    GtkWidget *cancel =
        gtk_widget_get_ancestor(desk_wait(desktop.front, "Cancel", TRUE), GTK_TYPE_BUTTON);
    gtk_test_accessible_assert_relation(GTK_ACCESSIBLE(cancel),
                                        GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, people, NULL);
    desk_stop(&desktop);
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
    desk_begin(home);
    g_test_init(&argc, &argv, NULL);
    (void)g_setenv("XDG_CONFIG_HOME", home, TRUE);
    (void)g_setenv("TZ", "UTC", TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add_func(tests[i].name, tests[i].test);
    const int status = g_test_run();
    desk_end();
    app_display_stop();
    (void)g_rmdir(config);
    (void)g_rmdir(home);
    return status;
}
