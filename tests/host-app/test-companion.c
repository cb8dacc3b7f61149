/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The consent window as a whole: what it shows when, and what closing it means. */
#include "host/app/companion.h"
#include "host/app/question-page.h"
#include "tests/host-app/display.h"
#include "tests/host-app/keys.h"
#include "tests/host-app/stand-in.h"

#include <gdk/x11/gdkx.h>
#include <string.h>

typedef struct {
    StandIn *agent;
    GtkApplication *application;
    RaCompanion *companion;
    GtkWindow *window;
} Fixture;

static const char ann[] = "{'name': <'Ann'>, 'to': <['helpdesk@example.org']>}";

static void start(Fixture *f)
{
    f->companion = ra_companion_new(f->application, stand_in_link(f->agent));
    g_autoptr(GListModel) windows = g_object_ref(gtk_window_get_toplevels());
    f->window = g_list_model_get_item(windows, 0);
    g_object_unref(f->window);
}

static gboolean set_up(Fixture *f)
{
    if (!app_display_start("1024x600"))
        return FALSE;
    *f = (Fixture){.agent = stand_in_new()};
    f->application = gtk_application_new(NULL, G_APPLICATION_NON_UNIQUE);
    start(f);
    return TRUE;
}

static void tear_down(Fixture *f)
{
    ra_companion_free(f->companion);
    stand_in_settle_down(f->agent);
    g_object_unref(f->application);
    stand_in_free(f->agent);
}

static void run(Fixture *f)
{
    stand_in_settle_down(f->agent);
    app_idle();
}

static gboolean is_visible(Fixture *f)
{
    return gtk_widget_get_visible(GTK_WIDGET(f->window));
}

/* "nothing" for the page that only says something, the type of any other, "" where hidden. */
static const char *page(Fixture *f)
{
    GtkStack *pages = GTK_STACK(app_find(GTK_WIDGET(f->window), "pages"));
    const char *name = gtk_stack_get_visible_child_name(pages);
    if (!is_visible(f))
        return "";
    return name != NULL ? name : G_OBJECT_TYPE_NAME(gtk_stack_get_visible_child(pages));
}

static GtkWidget *in_window(Fixture *f, const char *id)
{
    return app_find(GTK_WIDGET(f->window), id);
}

/* A session begins and ends by the property State. */
static void set_state(Fixture *f, const char *state)
{
    ra_bus_host1_set_state(stand_in_host(f->agent), state);
    run(f);
}

/* Hidden, a question, hidden again; the agent is told of the window in which it is seen. */
static void test_question(void)
{
    Fixture f;
    if (!set_up(&f))
        return;
    run(&f);
    g_assert_cmpstr(page(&f), ==, "");
    stand_in_ask(f.agent, 3, "connect", stand_in_details(ann));
    stand_in_wait(f.agent, "Shown", 1);
    g_assert_cmpstr(page(&f), ==, "RaQuestionPage");
    GdkSurface *surface = gtk_native_get_surface(GTK_NATIVE(f.window));
    g_autofree char *shown = g_strdup_printf("(3, %lu)", gdk_x11_surface_get_xid(surface));
    g_assert_cmpstr(stand_in_last(f.agent, "Shown"), ==, shown);
    g_assert_nonnull(strstr(gtk_window_get_title(f.window), "Ann"));
    g_assert_true(gtk_window_get_focus(f.window) == in_window(&f, "no"));
    stand_in_settle(f.agent, 3, "no");
    run(&f);
    g_assert_cmpstr(page(&f), ==, "");
    tear_down(&f);
}

/* The oldest first; each is told of when it is in sight; what the agent does not know is no
 * matter. */
static void test_order(void)
{
    Fixture f;
    if (!set_up(&f))
        return;
    stand_in_ask(f.agent, 3, "file", stand_in_details(ann));
    stand_in_ask(f.agent, 4, "voice", stand_in_details(ann));
    stand_in_wait(f.agent, "Shown", 1);
    run(&f);
    g_assert_true(g_str_has_prefix(stand_in_last(f.agent, "Shown"), "(3, "));
    GtkWidget *first = in_window(&f, "no");
    g_signal_emit_by_name(first, "clicked");
    stand_in_wait(f.agent, "Answer", 1);
    stand_in_settle(f.agent, 3, "no");
    stand_in_wait(f.agent, "Shown", 2);
    g_assert_true(g_str_has_prefix(stand_in_last(f.agent, "Shown"), "(4, "));
    g_assert_false(gtk_widget_get_sensitive(in_window(&f, "yes"))); /* a second of its own */
    tear_down(&f);
}

/* Closing, by Escape too, is a no; the window stays until the agent has it. */
static void test_close(void)
{
    for (int way = 0; way < 2; way++) {
        Fixture f;
        if (!set_up(&f))
            return;
        stand_in_ask(f.agent, 9, "control", stand_in_details(ann));
        stand_in_wait(f.agent, "Shown", 1);
        if (way == 0) {
            gtk_window_close(f.window);
        } else {
            app_focus(f.window);
            gtk_window_set_focus(f.window, NULL);
            app_keys("Escape");
        }
        stand_in_wait(f.agent, "Answer", 1);
        g_assert_cmpstr(stand_in_last(f.agent, "Answer"), ==, "(9, false)");
        g_assert_true(is_visible(&f));
        tear_down(&f);
    }
}

/* Settled elsewhere: it says so, alone or above what comes next, and "no" by the novice does not.
 */
static void test_settled(void)
{
    static const struct {
        const char *how, *says;
    } cases[] = {
        {"timeout", "There was no answer in time, so it was No."},
        {"gone", "“\u2068Ann\u2069” is not waiting any more."},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Fixture f;
        if (!set_up(&f))
            return;
        stand_in_ask(f.agent, 3, "connect", stand_in_details(ann));
        stand_in_wait(f.agent, "Shown", 1);
        stand_in_settle(f.agent, 3, cases[i].how);
        run(&f);
        g_assert_cmpstr(page(&f), ==, "nothing");
        g_assert_cmpstr(gtk_label_get_text(GTK_LABEL(in_window(&f, "last_words"))), ==,
                        cases[i].says);
        gtk_test_accessible_assert_role(in_window(&f, "last_words"), GTK_ACCESSIBLE_ROLE_STATUS);
        stand_in_ask(f.agent, 4, "connect", stand_in_details(ann));
        stand_in_wait(f.agent, "Shown", 2);
        g_assert_true(gtk_widget_get_visible(in_window(&f, "remark")));
        stand_in_settle(f.agent, 4, "no");
        run(&f);
        g_assert_cmpstr(page(&f), ==, "");
        tear_down(&f);
    }
}

/* A session: its page, under the questions of it; closing hides it, the panel's button brings it
 * back. */
static void test_session(void)
{
    Fixture f;
    if (!set_up(&f))
        return;
    set_state(&f, "viewing");
    const char *session = page(&f);
    g_assert_cmpstr(session, !=, "");
    stand_in_ask(f.agent, 5, "control", stand_in_details(ann));
    stand_in_wait(f.agent, "Shown", 1);
    g_assert_cmpstr(page(&f), ==, "RaQuestionPage");
    stand_in_settle(f.agent, 5, "yes");
    set_state(&f, "controlling");
    g_assert_cmpstr(page(&f), ==, session);
    app_focus(f.window);
    app_keys("Escape"); /* which takes control back, and is the agent's */
    run(&f);
    g_assert_cmpstr(page(&f), ==, session);
    gtk_window_close(f.window);
    run(&f);
    g_assert_cmpstr(page(&f), ==, "");
    g_assert_cmpuint(stand_in_calls(f.agent, "End"), ==, 0);
    stand_in_ask(f.agent, 6, "voice", stand_in_details(ann)); /* comes by itself, and goes */
    stand_in_wait(f.agent, "Shown", 2);
    stand_in_settle(f.agent, 6, "no");
    run(&f);
    g_assert_cmpstr(page(&f), ==, "");
    ra_bus_consent1_emit_present(stand_in_consent(f.agent), "chat");
    run(&f);
    g_assert_cmpstr(page(&f), ==, session);
    tear_down(&f);
}

/* When it is over there is something to read, until it is closed or the next session begins. */
static void test_summary(void)
{
    Fixture f;
    if (!set_up(&f))
        return;
    set_state(&f, "viewing");
    g_autofree char *session = g_strdup(gtk_window_get_title(f.window));
    set_state(&f, "listening");
    g_assert_true(is_visible(&f));
    g_assert_cmpstr(gtk_window_get_title(f.window), !=, session);
    set_state(&f, "viewing");
    g_assert_cmpstr(gtk_window_get_title(f.window), ==, session);
    set_state(&f, "idle");
    gtk_window_close(f.window);
    run(&f);
    g_assert_cmpstr(page(&f), ==, "");
    tear_down(&f);
}

/* A window that is started again finds its place by what the agent has. */
static void test_again(void)
{
    Fixture f;
    if (!set_up(&f))
        return;
    stand_in_ask(f.agent, 3, "connect", stand_in_details(ann));
    stand_in_wait(f.agent, "Shown", 1);
    ra_companion_free(f.companion);
    start(&f);
    stand_in_wait(f.agent, "Shown", 2);
    g_assert_cmpstr(page(&f), ==, "RaQuestionPage");
    stand_in_settle(f.agent, 3, "yes");
    set_state(&f, "viewing");
    ra_companion_free(f.companion);
    start(&f);
    run(&f);
    g_assert_true(is_visible(&f));
    set_state(&f, "listening");
    ra_companion_free(f.companion);
    stand_in_reply(f.agent, "History",
                   g_variant_new_parsed("([{'number': <uint32 1>, 'who': <'event'>, 'name': <''>, "
                                        "'time': <int64 1700000000>, 'text': <'It was over'>}],)"));
    start(&f);
    run(&f);
    g_assert_true(is_visible(&f));
    tear_down(&f);
}

/* The agent dies: nothing can be answered any more, and the novice reads so. */
static void test_gone(void)
{
    Fixture f;
    if (!set_up(&f))
        return;
    stand_in_ask(f.agent, 3, "connect", stand_in_details(ann));
    stand_in_wait(f.agent, "Shown", 1);
    ra_companion_agent_gone(f.companion);
    app_idle();
    g_assert_cmpstr(page(&f), ==, "nothing");
    g_signal_emit_by_name(in_window(&f, "close"), "clicked");
    app_idle();
    g_assert_cmpstr(page(&f), ==, "");
    tear_down(&f);
}

/* GTK's inspector rewords what a window says: no setting opens it. */
static void test_inspector(void)
{
    Fixture f;
    gboolean taken = FALSE;
    if (!set_up(&f))
        return;
    run(&f);
    g_autoptr(GSettings) settings = g_settings_new("org.gtk.gtk4.Settings.Debug");
    g_assert_true(g_settings_set_boolean(settings, "enable-inspector-keybinding", TRUE));
    GListModel *windows = gtk_window_get_toplevels();
    const guint n = g_list_model_get_n_items(windows);
    g_signal_emit_by_name(f.window, "enable-debugging", FALSE, &taken);
    app_idle();
    g_assert_true(taken);
    g_assert_cmpuint(g_list_model_get_n_items(windows), ==, n);
    g_settings_reset(settings, "enable-inspector-keybinding");
    tear_down(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/companion/question", test_question);
    g_test_add_func("/companion/order", test_order);
    g_test_add_func("/companion/close", test_close);
    g_test_add_func("/companion/settled", test_settled);
    g_test_add_func("/companion/session", test_session);
    g_test_add_func("/companion/summary", test_summary);
    g_test_add_func("/companion/again", test_again);
    g_test_add_func("/companion/gone", test_gone);
    g_test_add_func("/companion/inspector", test_inspector);
    const int status = g_test_run();
    app_display_stop();
    return status;
}
