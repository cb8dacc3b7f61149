/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A question's page in a window of its own. */
#include "host/app/question-page.h"
#include "host/app/question-text.h"
#include "tests/host-app/display.h"
#include "tests/host-app/keys.h"
#include "tests/host-app/stand-in.h"

#include <string.h>

typedef struct {
    StandIn *agent;
    GtkWidget *page;
    GtkWindow *window;
} Fixture;

static const char ann[] = "{'name': <'Ann'>, 'to': <['helpdesk@example.org']>}";

static gboolean set_up(Fixture *f, const char *what, const char *details)
{
    if (!app_display_start("1024x600"))
        return FALSE;
    g_autoptr(GVariant) variant = g_variant_ref_sink(stand_in_details(details));
    f->agent = stand_in_new();
    f->page = ra_question_page_new(stand_in_link(f->agent), 7, what, variant);
    f->window = app_window(f->page, 420, 560);
    app_focus(f->window);
    gtk_widget_grab_focus(ra_question_page_default(f->page));
    return TRUE;
}

static void tear_down(Fixture *f)
{
    gtk_window_destroy(f->window);
    stand_in_settle_down(f->agent);
    stand_in_free(f->agent);
}

static gboolean is_ready(gpointer page)
{
    return gtk_widget_get_sensitive(app_find(page, "yes"));
}

/* In sight, and the first second over. */
static void wait_ready(Fixture *f)
{
    ra_question_page_shown(f->page, 99);
    stand_in_wait(f->agent, "Shown", 1);
    g_assert_cmpstr(stand_in_last(f->agent, "Shown"), ==, "(7, 99)");
    stand_in_until(is_ready, f->page);
}

static const char *text_of(Fixture *f, const char *id)
{
    return gtk_label_get_text(GTK_LABEL(app_find(f->page, id)));
}

/* A yes only after the first second in sight; then it is sent once. */
static void test_hold(void)
{
    Fixture f;
    if (!set_up(&f, "connect", ann))
        return;
    GtkWidget *yes = app_find(f.page, "yes");
    g_assert_false(gtk_widget_get_sensitive(yes));
    g_signal_emit_by_name(yes, "clicked"); /* as nothing can that is outside of this process */
    const gint64 start = g_get_monotonic_time();
    wait_ready(&f);
    g_assert_cmpint(g_get_monotonic_time() - start, >=, RA_QUESTION_PAGE_HOLD_MS * 1000);
    g_assert_cmpuint(stand_in_calls(f.agent, "Answer"), ==, 0);
    app_keys("Alt+y Alt+y");
    stand_in_wait(f.agent, "Answer", 1);
    stand_in_settle_down(f.agent);
    g_assert_cmpuint(stand_in_calls(f.agent, "Answer"), ==, 1);
    g_assert_cmpstr(stand_in_last(f.agent, "Answer"), ==, "(7, true)");
    tear_down(&f);
}

/* A no needs no waiting. */
static void test_no(void)
{
    for (int way = 0; way < 2; way++) {
        Fixture f;
        if (!set_up(&f, "control", ann))
            return;
        if (way == 0)
            g_signal_emit_by_name(ra_question_page_default(f.page), "clicked");
        else
            ra_question_page_decline(f.page);
        stand_in_wait(f.agent, "Answer", 1);
        g_assert_cmpstr(stand_in_last(f.agent, "Answer"), ==, "(7, false)");
        tear_down(&f);
    }
}

static gboolean has_status(gpointer page)
{
    return gtk_label_get_text(GTK_LABEL(app_find(page, "status")))[0] != '\0';
}

/* The agent does not take it: the novice reads why, and can answer again. */
static void test_refused(void)
{
    Fixture f;
    if (!set_up(&f, "connect", ann))
        return;
    wait_ready(&f);
    stand_in_refuse(f.agent, "Answer", "NotAllowed", "Press Yes yourself, with a real key");
    app_keys("Alt+y");
    stand_in_until(has_status, f.page);
    g_assert_cmpstr(text_of(&f, "status"), ==, "Press Yes yourself, with a real key");
    g_assert_true(gtk_widget_has_css_class(app_find(f.page, "status"), "error"));
    gtk_test_accessible_assert_role(app_find(f.page, "status"), GTK_ACCESSIBLE_ROLE_STATUS);
    g_assert_true(gtk_window_get_focus(f.window) == ra_question_page_default(f.page));
    stand_in_refuse(f.agent, "Answer", NULL, NULL);
    app_keys("Alt+y");
    stand_in_wait(f.agent, "Answer", 2);
    tear_down(&f);
}

/* What the accessibility bus can do: press Yes right after a key that was pressed for something
 * else, or give it the focus before Space is pressed for No. */
static void test_not_pressed(void)
{
    static const char *const before[] = {"Tab", "Tab Tab", "Page_Down", "Shift_L"};
    for (gsize i = 0; i < G_N_ELEMENTS(before); i++) {
        Fixture f;
        if (!set_up(&f, "connect", ann))
            return;
        wait_ready(&f);
        app_keys(before[i]);
        gtk_widget_activate(app_find(f.page, "yes"));
        stand_in_until(has_status, f.page);
        g_assert_cmpuint(stand_in_calls(f.agent, "Answer"), ==, 0);
        tear_down(&f);
    }
    Fixture f;
    if (!set_up(&f, "connect", ann))
        return;
    wait_ready(&f);
    gtk_widget_grab_focus(app_find(f.page, "yes"));
    app_idle();
    g_assert_true(gtk_window_get_focus(f.window) == ra_question_page_default(f.page));
    app_keys("space");
    stand_in_wait(f.agent, "Answer", 1);
    g_assert_cmpstr(stand_in_last(f.agent, "Answer"), ==, "(7, false)");
    tear_down(&f);
}

/* Real presses of keys, in a window that has the focus. */
static void test_keys(void)
{
    static const struct {
        const char *keys, *answer;
    } cases[] = {
        {"Escape", "(7, false)"},
        {"Return", "(7, false)"},
        {"KP_Enter", "(7, false)"},
        {"space", "(7, false)"},
        {"Tab Return", "(7, false)"},
        {"Tab space", "(7, true)"},
        {"Tab Tab space", "(7, false)"},
        {"Shift+Tab space", "(7, true)"},
        {"Alt+n", "(7, false)"},
        {"Alt+y", "(7, true)"},
        {"Down Page_Down space", "(7, false)"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture f;
        if (!set_up(&f, "control", ann))
            return;
        wait_ready(&f);
        app_keys(cases[i].keys);
        stand_in_wait(f.agent, "Answer", 1);
        g_test_message("%s", cases[i].keys);
        g_assert_cmpstr(stand_in_last(f.agent, "Answer"), ==, cases[i].answer);
        tear_down(&f);
    }
}

/* What is pressed when the question comes was meant for something else: it is no answer, however
 * long it is held and repeats; let go and pressed again it is one. */
static void test_held_keys(void)
{
    static const char *const held[] = {"space", "Alt+y"};
    for (gsize i = 0; i < G_N_ELEMENTS(held); i++) {
        Fixture f;
        if (!set_up(&f, "connect", ann))
            return;
        app_keys_down(held[i]);
        wait_ready(&f);
        app_key_events(f.window, 3); /* repeats */
        stand_in_settle_down(f.agent);
        g_assert_cmpuint(stand_in_calls(f.agent, "Answer"), ==, 0);
        app_keys_up(held[i]);
        app_keys(held[i]);
        stand_in_wait(f.agent, "Answer", 1);
        g_assert_cmpstr(stand_in_last(f.agent, "Answer"), ==, i == 0 ? "(7, false)" : "(7, true)");
        tear_down(&f);
    }
}

/* Space that is typed in the first second is nothing; Enter and Escape are No at once. */
static void test_early_keys(void)
{
    Fixture f;
    if (!set_up(&f, "connect", ann))
        return;
    app_keys("space Alt+y Tab space");
    app_idle();
    g_assert_cmpuint(stand_in_calls(f.agent, "Answer"), ==, 0);
    app_keys("Return");
    stand_in_wait(f.agent, "Answer", 1);
    g_assert_cmpstr(stand_in_last(f.agent, "Answer"), ==, "(7, false)");
    tear_down(&f);
}

static gboolean is_at_zero(gpointer page)
{
    return strstr(gtk_label_get_text(GTK_LABEL(app_find(page, "left"))), " 0 seconds") != NULL;
}

/* The time left is counted down in words and as a bar, and ends at nothing. */
static void test_time(void)
{
    Fixture f;
    g_autofree char *details =
        g_strdup_printf("{'name': <'Ann'>, 'deadline': <int64 %" G_GINT64_FORMAT ">}",
                        g_get_real_time() / G_USEC_PER_SEC + 2);
    if (!set_up(&f, "connect", details))
        return;
    GtkProgressBar *bar = GTK_PROGRESS_BAR(app_find(f.page, "bar"));
    g_assert_cmpfloat(gtk_progress_bar_get_fraction(bar), >, 0.4);
    stand_in_until(is_at_zero, f.page);
    g_assert_cmpfloat(gtk_progress_bar_get_fraction(bar), ==, 0);
    g_assert_cmpuint(stand_in_calls(f.agent, "Answer"), ==, 0); /* the agent decides */
    tear_down(&f);
}

/* All of it for a screen reader: an alert with a name and a description. */
static void test_accessible(void)
{
    Fixture f;
    if (!set_up(&f, "connect", ann))
        return;
    gtk_test_accessible_assert_role(f.page, GTK_ACCESSIBLE_ROLE_ALERT_DIALOG);
    g_assert_true(gtk_test_accessible_has_relation(GTK_ACCESSIBLE(f.page),
                                                   GTK_ACCESSIBLE_RELATION_LABELLED_BY));
    g_assert_true(gtk_test_accessible_has_relation(GTK_ACCESSIBLE(f.page),
                                                   GTK_ACCESSIBLE_RELATION_DESCRIBED_BY));
    g_assert_cmpstr(ra_question_page_title(f.page), ==, text_of(&f, "title"));
    tear_down(&f);
}

/* What each kind says: title, what is proven, what is claimed, the warning. */
static void test_texts(void)
{
    static const struct {
        const char *what, *details, *title, *proven, *says, *caution;
    } cases[] = {
        {"connect",
         "{'name': <'Ann'>, 'to': <['a@x.org']>, 'start': <int64 1700000000>, 'password': "
         "<true>, 'peer': <'192.0.2.7'>}",
         "May “\u2068Ann\u2069” see your screen?", "and its password.", "“\u2068Ann\u2069”",
         "Nobody from a bank"},
        {"connect", "{'name': <''>, 'start': <int64 1700000000>}",
         "May somebody who gave no name see your screen?", "that you saved as a file (",
         "They did not give a name.", "called yourself"},
        {"control", "{'name': <'100% %s %n'>, 'to': <['a@x.org']>}",
         "May “\u2068100% %s %n\u2069” use your mouse and keyboard?",
         "sent to \u2068a@x.org\u2069.", "100% %s %n", "Nobody from a bank"},
        {"file", "{'name': <'Ann'>, 'can-run': <true>, 'file': <'a.sh'>}",
         "“\u2068Ann\u2069” wants to send you a file", "an invitation", "Ann", "is a program"},
        {"file", "{'name': <'Ann'>, 'can-run': <false>, 'file': <'a.txt'>}",
         "“\u2068Ann\u2069” wants to send you a file", "an invitation", "Ann", ""},
        {"voice", "{'name': <'<b>Ann</b>'>}", "“\u2068<b>Ann</b>\u2069” wants to talk with you",
         "an invitation", "<b>Ann</b>", ""},
        {"voice", "{}", "Your helper wants to talk with you", "an invitation", "not give a name",
         ""},
        {"voice", "{'name': <7>, 'to': <'x'>, 'start': <'now'>, 'peer': <true>}",
         "Your helper wants to talk with you", "an invitation", "not give a name", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GVariant) details = g_variant_ref_sink(stand_in_details(cases[i].details));
        g_autoptr(RaQuestionText) text =
            ra_question_text_new(cases[i].what, details, g_get_real_time() / G_USEC_PER_SEC);
        g_assert_cmpstr(text->title, ==, cases[i].title);
        g_assert_nonnull(strstr(text->proven, cases[i].proven));
        g_assert_nonnull(strstr(text->says, cases[i].says));
        if (cases[i].caution[0] == '\0')
            g_assert_cmpstr(text->caution, ==, "");
        else
            g_assert_nonnull(strstr(text->caution, cases[i].caution));
        g_assert_cmpuint(text->powers->len, >, 0);
        g_assert_cmpint(text->facts->len > 0, ==, strcmp(cases[i].what, "file") == 0);
    }
    g_autoptr(GVariant) none = g_variant_ref_sink(stand_in_details("{}"));
    g_assert_null(ra_question_text_new("everything", none, 0));
}

/* A file's name of 255 characters, and one of wide letters, make no window wider. */
static void test_long(void)
{
    g_autofree char *name = g_strnfill(255, 'W');
    g_autofree char *details =
        g_strdup_printf("{'name': <'%.64s'>, 'to': <['a@x.org']>, 'file': <'%s'>, 'size': <uint64 "
                        "18446744073709551615>, "
                        "'can-run': <true>, 'type': <'application/x-sh'>, 'folder': <'/%s'>}",
                        name, name, name);
    Fixture f;
    if (!set_up(&f, "file", details))
        return;
    int least = 0, height = 0;
    gtk_widget_measure(f.page, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
    g_assert_cmpint(least, <=, 420);
    gtk_widget_measure(f.page, GTK_ORIENTATION_VERTICAL, 420, &height, NULL, NULL, NULL);
    g_assert_cmpint(height, <, 500);
    g_assert_cmpint(gtk_widget_get_width(ra_question_page_default(f.page)), >,
                    gtk_widget_get_width(app_find(f.page, "yes")));
    tear_down(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/question-page/texts", test_texts);
    g_test_add_func("/question-page/hold", test_hold);
    g_test_add_func("/question-page/no", test_no);
    g_test_add_func("/question-page/refused", test_refused);
    g_test_add_func("/question-page/not-pressed", test_not_pressed);
    g_test_add_func("/question-page/keys", test_keys);
    g_test_add_func("/question-page/held-keys", test_held_keys);
    g_test_add_func("/question-page/early-keys", test_early_keys);
    g_test_add_func("/question-page/time", test_time);
    g_test_add_func("/question-page/accessible", test_accessible);
    g_test_add_func("/question-page/long", test_long);
    const int status = g_test_run();
    app_display_stop();
    return status;
}
