/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of an invitation, and what the novice can do about it. */
#include "base/duration.h"
#include "base/error.h"
#include "tests/host-app/invite-desk.h"
#include "tests/host-app/stand-in.h"
#include "tests/host-app/test-invite.h"

#include <string.h>

static void test_sent(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    click(&desk, "next");
    type(&desk, "to", "help@example.com, bob@example.com");
    gtk_text_buffer_set_text(gtk_text_view_get_buffer(GTK_TEXT_VIEW(part(&desk, "message"))),
                             "Help!\n", -1);
    click(&desk, "next");
    g_autofree char *before = app_text(desk.page, "ra-password");
    answer_with(SENT, 0);
    g_signal_emit_by_name(part(&desk, "next"), "clicked");
    g_assert_cmpstr(shown_step(&desk), ==, "wait");
    g_assert_false(
        gtk_widget_get_visible(part(&desk, "back"))); /* what is half sent is not taken back */
    picture(&desk, "4-sending");
    wait_for_step(&desk, "result");
    g_autofree char *calls = read_file("calls"), *message = read_file("message");
    g_autofree char *given = read_file("password"), *after = app_text(desk.page, "ra-password");
    static const char *const expected[] = {"\n--to=help@example.com\n", "\n--to=bob@example.com\n",
                                           "\n--from=anna@example.com\n", "\n--name=Anna\n",
                                           "\n--expires=3600s\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_nonnull(strstr(calls, expected[i]));
    g_assert_null(strstr(calls, "--view-only"));
    g_assert_cmpstr(message, ==, "Help!");
    g_assert_cmpstr(given, ==, before);
    g_assert_cmpstr(after, ==, before); /* it is told again */
    g_assert_cmpstr(text_of(&desk, "what"), ==, "The invitation was sent to help@example.com.");
    g_assert_true(seen(&desk, "after"));
    g_assert_false(seen(&desk, "again"));
    g_assert_false(seen(&desk, "back"));
    g_assert_false(focused(&desk, "next")); /* Enter, held too long, does not take it away */
    picture(&desk, "5-sent");
    desk_watched = TRUE;
    ra_invite_page_update(desk.page);
    app_idle();
    g_autofree char *hidden = app_text(desk.page, "ra-password");
    g_assert_cmpstr(hidden, ==, "");
    desk_watched = FALSE;
    click(&desk, "next");
    g_assert_cmpint(desk.done, ==, 1);
    desk_end(&desk);
}

static void test_again(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    go_to_password(&desk);
    answer_with(FAILED, RA_ERROR_MAIL);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_assert_cmpstr(text_of(&desk, "what"), ==, "The mail could not be sent.");
    picture(&desk, "5-failed");
    gtk_expander_set_expanded(GTK_EXPANDER(part(&desk, "details")), TRUE);
    app_idle();
    g_assert_cmpstr(text_of(&desk, "detail"), ==, "cannot connect");
    g_assert_false(seen(&desk, "after"));
    g_assert_true(seen(&desk, "save"));
    g_assert_true(focused(&desk, "again"));
    picture(&desk, "5-failed-details");
    /* No second invitation is made. */
    click(&desk, "again");
    wait_for_step(&desk, "result");
    g_autofree char *again = last_call();
    g_assert_nonnull(strstr(again, "\n--resend=0123456789abcdef\n--to=help@example.com\n"));
    g_assert_null(strstr(again, "--password-file"));
    /* To another address neither. */
    click(&desk, "back");
    g_assert_cmpstr(text_of(&desk, "to"), ==, "help@example.com");
    type(&desk, "to", "new@example.com");
    click(&desk, "next");
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *other = last_call();
    g_assert_nonnull(strstr(other, "\n--resend=0123456789abcdef\n--to=new@example.com\n"));
    /* As a file. */
    g_autofree char *file = in_place("x.raticket");
    g_autofree char *option = g_strdup_printf("\n--save=%s\n", file);
    answer_with(SAVED, 0);
    ra_invite_page_save(desk.page, file);
    wait_for_step(&desk, "result");
    g_autofree char *saved = last_call();
    g_assert_nonnull(strstr(saved, "\n--resend=0123456789abcdef\n"));
    g_assert_nonnull(strstr(saved, option));
    g_assert_nonnull(strstr(saved, "\n--force\n")); /* the chooser has asked */
    g_assert_nonnull(strstr(text_of(&desk, "what"), file));
    picture(&desk, "5-saved");
    desk_end(&desk);
}

static void test_partly(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    click(&desk, "next");
    type(&desk, "to", "help@example.com,bob@example.com");
    click(&desk, "next");
    answer_with(PARTLY, RA_ERROR_MAIL);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_assert_cmpstr(text_of(&desk, "what"), ==, "The invitation was sent to help@example.com.");
    g_autofree char *warnings = app_text(part(&desk, "warnings"), "ra-wrong");
    g_assert_cmpstr(warnings, ==, "Not sent to bob@example.com: no such user");
    g_assert_true(seen(&desk, "after"));
    g_assert_true(seen(&desk, "again"));
    g_assert_false(seen(&desk, "save"));
    picture(&desk, "5-partly");
    click(&desk, "again");
    wait_for_step(&desk, "result");
    g_autofree char *call = last_call();
    g_assert_nonnull(strstr(call, "--to=bob@example.com\n"));
    g_assert_null(strstr(call, "--to=help@example.com\n"));
    /* The wrong address put right: who has it is not bothered again. */
    click(&desk, "back");
    type(&desk, "to", "help@example.com, rob@example.com");
    click(&desk, "next");
    answer_with(SENT, 0);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *right = last_call();
    g_assert_nonnull(strstr(right, "\n--resend=0123456789abcdef\n--to=rob@example.com\n"));
    g_assert_null(strstr(right, "--to=help@example.com\n"));
    desk_end(&desk);
}

/* Sent, but nobody listens: a warning, not a failure. */
static void test_unheard(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    go_to_password(&desk);
    answer_with(UNHEARD, 0);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *warning = app_text(part(&desk, "warnings"), "ra-wrong");
    g_assert_true(g_str_has_prefix(warning, "Nobody can connect yet"));
    gtk_expander_set_expanded(GTK_EXPANDER(part(&desk, "details")), TRUE);
    app_idle();
    g_assert_cmpstr(text_of(&desk, "detail"), ==, "there is no bus");
    g_assert_true(seen(&desk, "after"));
    g_assert_false(seen(&desk, "again"));
    picture(&desk, "5-unheard");
    desk_end(&desk);
}

static void test_mail_program(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    gtk_check_button_set_active(GTK_CHECK_BUTTON(part(&desk, "client")), TRUE);
    go_to_password(&desk);
    answer_with(HANDED, 0);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *call = last_call(), *warning = app_text(part(&desk, "warnings"), "ra-wrong");
    g_assert_nonnull(strstr(call, "\n--mail-client\n"));
    g_assert_nonnull(strstr(text_of(&desk, "what"), "Thunderbird"));
    g_assert_nonnull(strstr(warning, "/x/Invitation.raticket"));
    picture(&desk, "5-mail-program");
    desk_end(&desk);
}

/* The old one goes when the new one is out, and not before; so does a new one that became useless.
 */
static void test_replaces(void)
{
    Desk desk;
    g_autoptr(StandIn) agent = stand_in_new();
    static const char *const to[] = {"ann@example.com", NULL};
    const RaInvitePreset preset = {
        .to = to, .name = "Anna N.", .lifetime = 20 * RA_MINUTE, .replaces = "feed"};
    desk_agent_host = ra_agent_link_host(stand_in_link(agent));
    desk_start(&desk, DEFAULTS, &preset);
    click(&desk, "next");
    g_assert_cmpstr(text_of(&desk, "to"), ==, "ann@example.com");
    g_assert_cmpstr(text_of(&desk, "name"), ==, "Anna N.");
    GtkDropDown *lifetime = GTK_DROP_DOWN(part(&desk, "lifetime"));
    g_assert_cmpuint(g_list_model_get_n_items(gtk_drop_down_get_model(lifetime)), ==, 6);
    g_assert_cmpuint(gtk_drop_down_get_selected(lifetime), ==, 1);
    click(&desk, "next");
    answer_with(FAILED, RA_ERROR_MAIL);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_assert_cmpuint(stand_in_calls(agent, "Cancel"), ==, 0);
    click(&desk, "back");
    type(&desk, "name", "Somebody else"); /* sealed in it: another invitation is needed */
    click(&desk, "next");
    answer_with(SENT, 0);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *call = last_call();
    g_assert_null(strstr(call, "--resend"));
    stand_in_wait(agent, "Cancel", 2);
    g_assert_cmpstr(stand_in_last(agent, "Cancel"), ==, "('0123456789abcdef',)");
    desk_end(&desk);
    desk_agent_host = NULL;
}

/* Where no agent can be told the novice hears of it. */
static void test_stays(void)
{
    Desk desk;
    const RaInvitePreset preset = {.replaces = "feed"};
    desk_start(&desk, DEFAULTS, &preset);
    go_to_password(&desk);
    answer_with(SENT, 0);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *warning = app_text(part(&desk, "warnings"), "ra-wrong");
    g_assert_nonnull(strstr(warning, "could not be cancelled"));
    desk_end(&desk);
}

void add_invite_result_tests(void)
{
    g_test_add_func("/invite/sent", test_sent);
    g_test_add_func("/invite/again", test_again);
    g_test_add_func("/invite/partly", test_partly);
    g_test_add_func("/invite/unheard", test_unheard);
    g_test_add_func("/invite/mail-program", test_mail_program);
    g_test_add_func("/invite/replaces", test_replaces);
    g_test_add_func("/invite/stays", test_stays);
}
