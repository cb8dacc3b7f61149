/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of inviting, as host-app/look.h looks at them. */
#include "base/error.h"
#include "tests/host-app/invite-desk.h"
#include "tests/host-app/look.h"

enum { WINDOW_WIDTH = 560, WINDOW_HEIGHT = 520 };

static gboolean begin(Desk *desk, const Look *look, const char *defaults)
{
    if (!look_start(look))
        return FALSE;
    desk_start(desk, defaults, NULL);
    gtk_window_set_default_size(desk->window, WINDOW_WIDTH, WINDOW_HEIGHT);
    return TRUE;
}

static void test_steps(gconstpointer look)
{
    Desk desk;
    if (!begin(&desk, look, DEFAULTS))
        return;
    look_check(desk.window, look, "invite-how");
    click(&desk, "next");
    look_check(desk.window, look, "invite-what");
    type(&desk, "to", "ann");
    type(&desk, "from", "");
    type(&desk, "name", "");
    click(&desk, "next");
    look_check(desk.window, look, "invite-what-wrong");
    type(&desk, "to", "help@example.com");
    type(&desk, "from", "anna@example.com");
    type(&desk, "name", "Anna");
    click(&desk, "next");
    g_assert_cmpstr(shown_step(&desk), ==, "password");
    look_check(desk.window, look, "invite-password");
    click(&desk, "choose");
    type(&desk, "own", "Apfelbaum");
    look_check(desk.window, look, "invite-own-password");
    click(&desk, "generate");
    answer_with(FAILED, RA_ERROR_MAIL);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    gtk_expander_set_expanded(GTK_EXPANDER(part(&desk, "details")), TRUE);
    look_check(desk.window, look, "invite-failed");
    desk_end(&desk);
}

static void show_result(const Look *look, const char *defaults, const char *way,
                        const char *outcome, const char *page)
{
    Desk desk;
    if (!begin(&desk, look, defaults))
        return;
    gtk_check_button_set_active(GTK_CHECK_BUTTON(part(&desk, way)), TRUE);
    go_to_password(&desk);
    answer_with(outcome, 0);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    look_check(desk.window, look, page);
    desk_end(&desk);
}

static void test_results(gconstpointer look)
{
    show_result(look, DEFAULTS, "mail", SENT, "invite-sent");
    show_result(look, DEFAULTS, "mail", UNHEARD, "invite-unheard");
    show_result(look, DEFAULTS, "client", HANDED, "invite-mail-program");
}

/* What policy sets, and what cannot be done. */
static void test_locked(gconstpointer look)
{
    Desk desk;
    if (!begin(&desk, look, LOCKED))
        return;
    look_check(desk.window, look, "invite-how-locked");
    click(&desk, "next");
    look_check(desk.window, look, "invite-what-locked");
    desk_end(&desk);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    desks_open();
    look_add("invite", test_steps);
    look_add("invite-results", test_results);
    look_add("invite-locked", test_locked);
    const int status = g_test_run();
    app_display_stop();
    desks_close();
    return status;
}
