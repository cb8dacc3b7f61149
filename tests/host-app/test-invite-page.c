/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of inviting, by their widgets. */
#include "base/duration.h"
#include "base/error.h"
#include "host/app/spelling.h"
#include "tests/host-app/invite-desk.h"
#include "tests/host-app/test-invite.h"

#include <string.h>

static void test_presets(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    g_assert_true(gtk_check_button_get_active(GTK_CHECK_BUTTON(part(&desk, "mail"))));
    g_assert_nonnull(strstr(text_of(&desk, "mail-words"), "mail.example.com"));
    g_assert_nonnull(strstr(text_of(&desk, "client-words"), "Thunderbird"));
    g_assert_cmpstr(text_of(&desk, "title"), ==, "Invite someone to help you");
    g_assert_true(focused(&desk, "mail"));
    picture(&desk, "1-how");
    click(&desk, "next");
    g_assert_cmpstr(text_of(&desk, "to"), ==, "help@example.com");
    g_assert_cmpstr(text_of(&desk, "name"), ==, "Anna");
    g_assert_cmpstr(text_of(&desk, "from"), ==, "anna@example.com");
    g_assert_true(gtk_widget_is_sensitive(part(&desk, "to")));
    g_assert_true(gtk_check_button_get_active(GTK_CHECK_BUTTON(part(&desk, "control"))));
    GtkDropDown *lifetime = GTK_DROP_DOWN(part(&desk, "lifetime"));
    g_assert_cmpuint(g_list_model_get_n_items(gtk_drop_down_get_model(lifetime)), ==, 5);
    g_assert_cmpuint(gtk_drop_down_get_selected(lifetime), ==, 1);
    g_assert_true(focused(&desk, "to"));
    picture(&desk, "2-what");
    desk_end(&desk);
    g_assert_cmpint(desk.done, ==, 0);
}

static void test_locked(void)
{
    Desk desk;
    static const char *const other[] = {"other@example.com", NULL};
    const RaInvitePreset preset = {.to = other, .lifetime = RA_DAY};
    desk_start(&desk, LOCKED, &preset);
    g_assert_false(gtk_widget_is_sensitive(part(&desk, "client")));
    g_assert_false(gtk_widget_is_sensitive(part(&desk, "file")));
    g_assert_cmpstr(text_of(&desk, "client-words"), ==,
                    "No mail program is set up on this computer.");
    picture(&desk, "1-how-locked");
    click(&desk, "next");
    g_assert_cmpstr(text_of(&desk, "to"), ==, "help@example.com");
    g_assert_false(gtk_widget_is_sensitive(part(&desk, "to")));
    g_assert_true(seen(&desk, "to-hint"));
    g_assert_false(gtk_widget_is_sensitive(part(&desk, "from")));
    g_assert_false(seen(&desk, "control"));
    g_assert_true(seen(&desk, "rights-hint"));
    g_assert_true(focused(&desk, "message"));
    picture(&desk, "2-what-locked");
    click(&desk, "next");
    answer_with(SENT, 0);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *calls = read_file("calls");
    g_assert_nonnull(strstr(calls, "\n--view-only\n"));
    g_assert_nonnull(strstr(calls, "\n--expires=3600s\n"));
    g_assert_null(strstr(calls, "other@example.com"));
    desk_end(&desk);
}

static void test_file_only(void)
{
    Desk desk;
    desk_start(&desk, FILE_ONLY, NULL);
    g_assert_true(gtk_check_button_get_active(GTK_CHECK_BUTTON(part(&desk, "file"))));
    g_assert_true(focused(&desk, "file"));
    click(&desk, "next");
    g_assert_false(seen(&desk, "to"));
    g_assert_false(seen(&desk, "from"));
    g_assert_true(seen(&desk, "name"));
    click(&desk, "next");
    g_assert_cmpstr(gtk_button_get_label(GTK_BUTTON(part(&desk, "next"))), ==,
                    "_Save the invitation…");
    desk_end(&desk);
}

/* The chooser begins with a name; without a choice the novice is where they were. */
static void test_chooser(void)
{
    Desk desk;
    desk_start(&desk, FILE_ONLY, NULL);
    go_to_password(&desk);
    g_autofree char *before = app_text(desk.page, "ra-password");
    for (int i = 0; i < 2; i++) { /* and it opens again */
        click(&desk, "next");
        GtkWidget *chooser = app_chooser();
        g_assert_nonnull(chooser);
        g_autofree char *name = gtk_file_chooser_get_current_name(GTK_FILE_CHOOSER(chooser));
        g_assert_cmpstr(name, ==, "Invitation.raticket");
        gtk_dialog_response(GTK_DIALOG(chooser), GTK_RESPONSE_CANCEL);
        app_idle();
        g_assert_null(app_chooser());
        g_assert_cmpstr(shown_step(&desk), ==, "password");
    }
    g_autofree char *after = app_text(desk.page, "ra-password");
    g_assert_cmpstr(before, ==, after);
    click(&desk, "next");
    desk_end(&desk); /* the page goes with its chooser */
    g_assert_null(app_chooser());
}

static void test_broken(void)
{
    Desk desk;
    desk_start(&desk, "Segmentation fault", NULL);
    g_assert_true(seen(&desk, "trouble"));
    g_assert_false(seen(&desk, "mail"));
    g_assert_false(seen(&desk, "next"));
    g_assert_true(focused(&desk, "back"));
    picture(&desk, "1-how-broken");
    click(&desk, "back");
    g_assert_cmpint(desk.done, ==, 1);
    desk_end(&desk);
}

/* What is wrong is told at its field, which gets the focus; right again, it is gone. */
static void test_wrong(void)
{
    static const struct {
        const char *field, *text, *again;
    } cases[] = {
        {"to", "", "a@example.com"},
        {"to", "helpdesk", "helpdesk@example.com, b@example.com"},
        {"to", "a@example.com, b", "a@example.com; b@example.com"},
        {"to", "Ann <a@example.com>", "a@example.com"},
        {"to", "--smtp=x@y", "x@y.org"},
        {"to", "a@b@c", "a@b"},
        {"from", "", "me@example.com"},
        {"from", "me", "me@example.com"},
        {"from", "a@b.org, c@d.org", "a@b.org"},
        {"name", "  ", "Anna"},
        {"name", "=?utf-8?q?x?=", "Anna"},
        {"name",
         "Xy Annaannaannaannaannaannaannaannaannaannaannaannaannaannaannaannaannaannaannaanna"
         "annaannaannaannaannaannaannaannaannaannaannaanna",
         "Anna"},
    };
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    click(&desk, "next");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s=%s", cases[i].field, cases[i].text);
        g_autofree char *wrong = g_strconcat(cases[i].field, "-wrong", NULL);
        type(&desk, cases[i].field, cases[i].text);
        gtk_widget_grab_focus(part(&desk, "message"));
        click(&desk, "next");
        g_assert_cmpstr(shown_step(&desk), ==, "what");
        g_assert_true(seen(&desk, wrong));
        g_assert_true(focused(&desk, cases[i].field));
        g_assert_true(gtk_test_accessible_has_state(GTK_ACCESSIBLE(part(&desk, cases[i].field)),
                                                    GTK_ACCESSIBLE_STATE_INVALID));
        if (i == 1)
            picture(&desk, "2-what-wrong");
        type(&desk, cases[i].field, cases[i].again);
        app_idle();
        g_assert_false(seen(&desk, wrong));
        click(&desk, "next");
        g_assert_cmpstr(shown_step(&desk), ==, "password");
        click(&desk, "back");
    }
    desk_end(&desk);
}

static void test_long_message(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    click(&desk, "next");
    GtkTextBuffer *buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(part(&desk, "message")));
    g_autofree char *near = g_strnfill(4095, 'x'), *over = g_strnfill(4097, 'x');
    g_assert_false(seen(&desk, "message-hint"));
    gtk_text_buffer_set_text(buffer, near, -1);
    app_idle();
    g_assert_cmpstr(text_of(&desk, "message-hint"), ==, "Room for 1 more character");
    gtk_text_buffer_set_text(buffer, over, -1);
    g_assert_cmpstr(text_of(&desk, "message-hint"), ==, "1 character too many");
    click(&desk, "next");
    g_assert_true(seen(&desk, "message-wrong"));
    g_assert_true(focused(&desk, "message"));
    gtk_text_buffer_set_text(buffer, "The printer is stuck.\n\nIt says \"E5\".", -1);
    app_idle();
    g_assert_false(seen(&desk, "message-hint"));
    click(&desk, "next");
    g_assert_cmpstr(shown_step(&desk), ==, "password");
    desk_end(&desk);
}

/* Another time, within the policy's maximum. */
static void test_lifetime(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    click(&desk, "next");
    g_assert_false(seen(&desk, "amount"));
    gtk_drop_down_set_selected(GTK_DROP_DOWN(part(&desk, "lifetime")), 4);
    app_idle();
    g_assert_true(seen(&desk, "amount"));
    gtk_spin_button_set_value(GTK_SPIN_BUTTON(part(&desk, "amount")), 31);
    gtk_drop_down_set_selected(GTK_DROP_DOWN(part(&desk, "unit")), 2);
    click(&desk, "next");
    g_assert_true(seen(&desk, "lifetime-wrong"));
    g_assert_true(focused(&desk, "amount"));
    gtk_spin_button_set_value(GTK_SPIN_BUTTON(part(&desk, "amount")), 30);
    app_idle();
    g_assert_false(seen(&desk, "lifetime-wrong"));
    answer_with(SENT, 0);
    click(&desk, "next");
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *calls = read_file("calls");
    g_assert_nonnull(strstr(calls, "\n--expires=2592000s\n"));
    desk_end(&desk);
}

/* How many labels large as words of a password are in sight. */
static guint words_seen(const Desk *desk)
{
    return app_count(desk->page, "ra-password");
}

static void test_password(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    go_to_password(&desk);
    g_assert_cmpuint(words_seen(&desk), ==, 4);
    picture(&desk, "3-password");
    g_autofree char *first = app_text(desk.page, "ra-password");
    click(&desk, "another");
    g_autofree char *second = app_text(desk.page, "ra-password");
    g_assert_cmpuint(words_seen(&desk), ==, 4);
    g_assert_cmpstr(first, !=, second);
    /* It is kept as long as it is long enough. */
    click(&desk, "back");
    click(&desk, "next");
    g_autofree char *same = app_text(desk.page, "ra-password");
    g_assert_cmpstr(second, ==, same);
    click(&desk, "back");
    gtk_drop_down_set_selected(GTK_DROP_DOWN(part(&desk, "lifetime")), 3);
    click(&desk, "next");
    g_assert_cmpuint(words_seen(&desk), ==, 5);
    GtkExpander *spelling = GTK_EXPANDER(app_of_type(desk.page, GTK_TYPE_EXPANDER));
    gtk_expander_set_expanded(spelling, TRUE);
    app_idle();
    picture(&desk, "3-password-spelled");
    /* Nobody but the novice sees it. */
    desk_watched = TRUE;
    ra_invite_page_update(desk.page);
    app_idle();
    g_autofree char *none = app_text(desk.page, "ra-password");
    g_assert_cmpstr(none, ==, "");
    g_assert_false(gtk_widget_get_mapped(GTK_WIDGET(spelling)));
    g_assert_false(gtk_widget_is_sensitive(part(&desk, "another")));
    picture(&desk, "3-password-watched");
    desk_watched = FALSE;
    ra_invite_page_update(desk.page);
    app_idle();
    g_assert_cmpuint(words_seen(&desk), ==, 5);
    desk_end(&desk);
}

static void test_own_password(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    go_to_password(&desk);
    click(&desk, "choose");
    g_assert_true(focused(&desk, "own"));
    picture(&desk, "3-own");
    type(&desk, "own", "short");
    g_assert_cmpint((int)gtk_level_bar_get_value(GTK_LEVEL_BAR(part(&desk, "level"))), ==, 0);
    g_assert_nonnull(strstr(text_of(&desk, "strength"), "shorter"));
    click(&desk, "next");
    g_assert_cmpstr(shown_step(&desk), ==, "password");
    g_assert_true(focused(&desk, "own"));
    picture(&desk, "3-own-weak");
    type(&desk, "own", "tavibozukelirum Qm7");
    g_assert_cmpint((int)gtk_level_bar_get_value(GTK_LEVEL_BAR(part(&desk, "level"))), >, 50);
    picture(&desk, "3-own-strong");
    g_assert_false(gtk_text_get_visibility(
        GTK_TEXT(gtk_editable_get_delegate(GTK_EDITABLE(part(&desk, "own"))))));
    answer_with(SENT, 0);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    g_autofree char *given = read_file("password");
    g_assert_cmpstr(given, ==, "tavibozukelirum Qm7");
    g_autofree char *words = app_text(desk.page, "ra-password");
    g_assert_cmpstr(words, ==, "");
    picture(&desk, "5-sent-own");
    desk_end(&desk);
}

/* Enter goes on, Escape back; what was typed stays. */
static void test_keys(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    click(&desk, "next");
    type(&desk, "to", "typed@example.com");
    g_signal_emit_by_name(part(&desk, "to"), "activate");
    app_idle();
    g_assert_cmpstr(shown_step(&desk), ==, "password");
    app_escape(desk.page);
    g_assert_cmpstr(shown_step(&desk), ==, "what");
    g_assert_cmpstr(text_of(&desk, "to"), ==, "typed@example.com");
    app_escape(desk.page);
    g_assert_cmpstr(shown_step(&desk), ==, "how");
    g_assert_cmpint(desk.done, ==, 0);
    app_escape(desk.page);
    g_assert_cmpint(desk.done, ==, 1);
    desk_end(&desk);
}

/* On each step: every letter once, every field has a name. */
static void test_access(void)
{
    static const char *const fields[] = {"to", "message", "name", "from", "lifetime", "own"};
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    app_check_mnemonics(desk.page);
    click(&desk, "next");
    app_check_mnemonics(desk.page);
    click(&desk, "next");
    app_check_mnemonics(desk.page);
    click(&desk, "choose");
    app_check_mnemonics(desk.page);
    click(&desk, "generate");
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
        g_assert_true(gtk_test_accessible_has_relation(GTK_ACCESSIBLE(part(&desk, fields[i])),
                                                       GTK_ACCESSIBLE_RELATION_LABELLED_BY));
    answer_with(FAILED, RA_ERROR_MAIL);
    click(&desk, "next");
    wait_for_step(&desk, "result");
    app_check_mnemonics(desk.page);
    desk_end(&desk);
}

/* The window is closed meanwhile. */
static void test_closed(void)
{
    Desk desk;
    desk_start(&desk, DEFAULTS, NULL);
    go_to_password(&desk);
    answer_with(SENT, 0);
    click(&desk, "next");
    desk_end(&desk);
}

static void test_spelling(void)
{
    static const struct {
        const char *word, *spelled;
    } cases[] = {{"abz", "Alfa Bravo Zulu"}, {"X", "X-ray"}, {"", ""}, {"a1ü", "Alfa 1 ü"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *spelled = ra_spelling_of(cases[i].word);
        g_assert_cmpstr(spelled, ==, cases[i].spelled);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/invite/spelling", test_spelling);
    desks_open();
    if (app_display_start("1024x1000")) {
        desk_set_look();
        g_test_add_func("/invite/presets", test_presets);
        g_test_add_func("/invite/locked", test_locked);
        g_test_add_func("/invite/file-only", test_file_only);
        g_test_add_func("/invite/chooser", test_chooser);
        g_test_add_func("/invite/broken", test_broken);
        g_test_add_func("/invite/wrong", test_wrong);
        g_test_add_func("/invite/long-message", test_long_message);
        g_test_add_func("/invite/lifetime", test_lifetime);
        g_test_add_func("/invite/password", test_password);
        g_test_add_func("/invite/own-password", test_own_password);
        g_test_add_func("/invite/keys", test_keys);
        g_test_add_func("/invite/access", test_access);
        g_test_add_func("/invite/closed", test_closed);
        add_invite_result_tests();
    }
    const int status = g_test_run();
    app_display_stop();
    desks_close();
    return status;
}
