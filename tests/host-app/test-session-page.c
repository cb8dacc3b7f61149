/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/files-view.h"
#include "host/app/session-page.h"
#include "tests/host-app/display.h"
#include "tests/host-app/talk.h"

#include <string.h>

typedef struct {
    StandIn *agent;
    RaBusHost1 *host;
    RaBusConsent1 *consent;
    GtkWidget *page;
    GtkWindow *window;
} Scene;

static const char *const all_features[] = {"control",   "chat",     "files", "voice",
                                           "clipboard", "pointing", NULL};

/* Ann sees the screen, and everything is offered. FALSE: skipped. */
static gboolean begin(Scene *scene)
{
    if (!app_display_start("1024x768"))
        return FALSE;
    *scene = (Scene){.agent = stand_in_new()};
    scene->host = stand_in_host(scene->agent);
    scene->consent = stand_in_consent(scene->agent);
    ra_bus_host1_set_state(scene->host, "viewing");
    ra_bus_host1_set_helper(scene->host, "Ann");
    ra_bus_consent1_set_features(scene->consent, all_features);
    stand_in_settle_down(scene->agent);
    scene->page = ra_session_page_new(stand_in_link(scene->agent));
    scene->window = app_window(scene->page, 560, 640);
    stand_in_settle_down(scene->agent);
    return TRUE;
}

static void end(Scene *scene)
{
    gtk_window_destroy(scene->window);
    stand_in_settle_down(scene->agent);
    stand_in_free(scene->agent);
}

static void test_looks(void)
{
    static const struct {
        const char *state, *helper;
        gboolean paused, lost;
        const char *title, *hint;
        gboolean stop, hide, show;
    } cases[] = {
        {"viewing", "Ann", FALSE, FALSE, "Ann sees your screen",
         "They can look, but not touch anything", FALSE, TRUE, FALSE},
        {"controlling", "Ann", FALSE, FALSE, "Ann controls your computer", "Press Esc to stop",
         TRUE, TRUE, FALSE},
        {"controlling", "Ann", TRUE, FALSE, "Your screen is hidden", "Ann sees nothing of it now",
         TRUE, FALSE, TRUE},
        {"viewing", "Ann", TRUE, FALSE, "Your screen is hidden", "Ann sees nothing of it now",
         FALSE, FALSE, TRUE},
        {"viewing", "Ann", FALSE, TRUE, "The connection is lost", "Waiting for Ann to come back",
         FALSE, FALSE, FALSE},
        {"controlling", "Ann", TRUE, TRUE, "The connection is lost", "Waiting for Ann to come back",
         FALSE, FALSE, FALSE},
        {"viewing", "<b>%s & _x</b>", FALSE, FALSE, "<b>%s & _x</b> sees your screen",
         "They can look, but not touch anything", FALSE, TRUE, FALSE},
        {"listening", "", FALSE, FALSE, "Nobody sees your screen", "The session is over", FALSE,
         FALSE, FALSE},
    };
    Scene scene;
    if (!begin(&scene))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        ra_bus_host1_set_helper(scene.host, cases[i].helper);
        ra_bus_host1_set_state(scene.host, cases[i].state);
        ra_bus_host1_set_paused(scene.host, cases[i].paused);
        ra_bus_host1_set_helper_lost(scene.host, cases[i].lost);
        stand_in_settle_down(scene.agent);
        g_assert_cmpstr(talk_text(scene.page, "title"), ==, cases[i].title);
        g_assert_cmpstr(talk_text(scene.page, "hint"), ==, cases[i].hint);
        g_assert_cmpint(talk_visible(scene.page, "stop"), ==, cases[i].stop);
        g_assert_cmpint(talk_visible(scene.page, "hide"), ==, cases[i].hide);
        g_assert_cmpint(talk_visible(scene.page, "show"), ==, cases[i].show);
        g_assert_true(talk_visible(scene.page, "end"));
        g_assert_cmpint(gtk_widget_has_css_class(app_find(scene.page, "state"), "ra-controlling"),
                        ==, strcmp(cases[i].title, "Ann controls your computer") == 0);
    }
    end(&scene);
}

/* No name makes the page wider than a small screen, nor what is said about it. */
static void test_wide_name(void)
{
    g_autofree char *wide = g_strnfill(64, 'W');
    Scene scene;
    if (!begin(&scene))
        return;
    ra_bus_host1_set_helper(scene.host, wide);
    ra_bus_host1_set_state(scene.host, "controlling");
    ra_bus_consent1_set_voice(scene.consent, talk_dict("{'state': <'on'>}"));
    ra_bus_consent1_emit_transfer_changed(
        scene.consent, talk_dict("{'transfer': <uint32 1>, 'incoming': <true>, 'state': <'over'>, "
                                 "'end': <'done'>, 'name': <'x'>, 'path': <b'/tmp/x'>}"));
    stand_in_settle_down(scene.agent);
    int least = 0;
    gtk_widget_measure(scene.page, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
    g_assert_cmpint(least, <=, 560);
    end(&scene);
}

static void test_unknown_helper(void)
{
    if (!app_display_start("1024x768"))
        return;
    g_autoptr(StandIn) agent = stand_in_new();
    ra_bus_host1_set_state(stand_in_host(agent), "viewing");
    stand_in_settle_down(agent);
    GtkWidget *page = ra_session_page_new(stand_in_link(agent));
    GtkWindow *window = app_window(page, 400, 400);
    g_assert_cmpstr(talk_text(page, "title"), ==, "Your helper sees your screen");
    gtk_window_destroy(window);
    stand_in_settle_down(agent);
}

static void test_buttons(void)
{
    static const struct {
        const char *button, *state;
        gboolean paused;
        const char *voice, *method, *arguments;
    } cases[] = {
        {"stop", "controlling", FALSE, "{}", "TakeBackControl", "()"},
        {"hide", "viewing", FALSE, "{}", "Hide", "()"},
        {"show", "viewing", TRUE, "{}", "Show", "()"},
        {"end", "viewing", FALSE, "{}", "End", "()"},
        {"talk", "viewing", FALSE, "{'state': <'off'>}", "Talk", "(true,)"},
        {"stop-talking", "viewing", FALSE, "{'state': <'asking'>}", "Talk", "(false,)"},
        {"stop-talking", "viewing", FALSE, "{'state': <'on'>}", "Talk", "(false,)"},
        {"mute", "viewing", FALSE, "{'state': <'on'>}", "Mute", "(true,)"},
        {"mute", "viewing", FALSE, "{'state': <'on'>, 'muted': <true>}", "Mute", "(false,)"},
        {"clipboard", "viewing", FALSE, "{}", "ShareClipboard", "(true,)"},
    };
    Scene scene;
    if (!begin(&scene))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        ra_bus_host1_set_state(scene.host, cases[i].state);
        ra_bus_host1_set_paused(scene.host, cases[i].paused);
        ra_bus_consent1_set_voice(scene.consent, talk_dict(cases[i].voice));
        stand_in_settle_down(scene.agent);
        const guint before = stand_in_calls(scene.agent, cases[i].method);
        talk_click(app_find(scene.page, cases[i].button));
        stand_in_wait(scene.agent, cases[i].method, before + 1);
        stand_in_settle_down(scene.agent);
        g_assert_cmpuint(stand_in_calls(scene.agent, cases[i].method), ==, before + 1);
        g_assert_cmpstr(stand_in_last(scene.agent, cases[i].method), ==, cases[i].arguments);
    }
    end(&scene);
}

static void test_features(void)
{
    static const struct {
        const char *features[6];
        gboolean say, file, talk, clipboard;
    } cases[] = {
        {{NULL}, FALSE, FALSE, FALSE, FALSE},
        {{"chat", NULL}, TRUE, FALSE, FALSE, FALSE},
        {{"files", NULL}, FALSE, TRUE, FALSE, FALSE},
        {{"voice", NULL}, FALSE, FALSE, TRUE, FALSE},
        {{"clipboard", NULL}, FALSE, FALSE, FALSE, FALSE}, /* nothing without control */
        {{"clipboard", "control", NULL}, FALSE, FALSE, FALSE, TRUE},
        {{"control", "chat", "files", "voice", "clipboard", NULL}, TRUE, TRUE, TRUE, TRUE},
    };
    Scene scene;
    if (!begin(&scene))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        ra_bus_consent1_set_features(scene.consent, cases[i].features);
        stand_in_settle_down(scene.agent);
        g_assert_cmpint(talk_visible(scene.page, "say"), ==, cases[i].say);
        g_assert_cmpint(talk_visible(scene.page, "file"), ==, cases[i].file);
        g_assert_cmpint(talk_visible(scene.page, "buttons"), ==, cases[i].talk);
        g_assert_cmpint(talk_visible(scene.page, "clipboard-box"), ==, cases[i].clipboard);
    }
    end(&scene);
}

static void test_voice(void)
{
    static const struct {
        const char *voice, *words;
        gboolean talk, mute, stop, levels;
    } cases[] = {
        {"{}", "", TRUE, FALSE, FALSE, FALSE},
        {"{'state': <'off'>}", "", TRUE, FALSE, FALSE, FALSE},
        {"{'state': <'off'>, 'refused': <true>}", "Ann does not want to talk now.", TRUE, FALSE,
         FALSE, FALSE},
        {"{'state': <'asking'>}", "Waiting for Ann to say yes to talking.", FALSE, FALSE, TRUE,
         FALSE},
        {"{'state': <'asked'>}", "Ann would like to talk. Answer the question that is shown.",
         FALSE, FALSE, FALSE, FALSE},
        {"{'state': <'on'>}", "You can talk with Ann now.", FALSE, TRUE, TRUE, TRUE},
        {"{'state': <'on'>, 'muted': <true>}", "Your microphone is off: Ann cannot hear you.",
         FALSE, TRUE, TRUE, TRUE},
        {"{'state': <'on'>, 'their-muted': <true>}", "Ann has switched the microphone off.", FALSE,
         TRUE, TRUE, TRUE},
        {"{'state': <'on'>, 'no-microphone': <true>}",
         "No microphone was found: Ann cannot hear you.", FALSE, FALSE, TRUE, TRUE},
        {"{'state': <'on'>, 'no-loudspeaker': <true>}",
         "No loudspeaker was found: you cannot hear Ann.", FALSE, TRUE, TRUE, TRUE},
        {"{'state': <'on'>, 'no-loudspeaker': <true>, 'no-microphone': <true>}",
         "No microphone and no loudspeaker was found: you cannot hear each other.", FALSE, FALSE,
         TRUE, TRUE},
    };
    Scene scene;
    if (!begin(&scene))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        ra_bus_consent1_set_voice(scene.consent, talk_dict(cases[i].voice));
        stand_in_settle_down(scene.agent);
        g_assert_cmpstr(talk_text(scene.page, "words"), ==, cases[i].words);
        g_assert_cmpint(talk_visible(scene.page, "talk"), ==, cases[i].talk);
        g_assert_cmpint(talk_visible(scene.page, "mute"), ==, cases[i].mute);
        g_assert_cmpint(talk_visible(scene.page, "stop-talking"), ==, cases[i].stop);
        g_assert_cmpint(talk_visible(scene.page, "levels"), ==, cases[i].levels);
    }
    ra_bus_consent1_emit_levels(scene.consent, 70, 4000000000U);
    stand_in_settle_down(scene.agent);
    g_assert_cmpfloat(gtk_level_bar_get_value(GTK_LEVEL_BAR(app_find(scene.page, "ours"))), ==, 70);
    g_assert_cmpfloat(gtk_level_bar_get_value(GTK_LEVEL_BAR(app_find(scene.page, "theirs"))), ==,
                      100);
    g_assert_cmpuint(stand_in_calls(scene.agent, "Mute"), ==, 0); /* what is shown asks nothing */
    end(&scene);
}

static gboolean refusal_shown(const Scene *scene)
{
    return gtk_info_bar_get_revealed(GTK_INFO_BAR(app_find(scene->page, "refusal")));
}

/* What is refused stays as it was, and the agent's reason is shown until something is done. */
static void test_refused(void)
{
    static const struct {
        const char *button, *method;
    } cases[] = {{"show", "Show"}, {"talk", "Talk"}, {"clipboard", "ShareClipboard"}};
    Scene scene;
    if (!begin(&scene))
        return;
    ra_bus_host1_set_paused(scene.host, TRUE);
    stand_in_settle_down(scene.agent);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        stand_in_refuse(scene.agent, cases[i].method, "NotAllowed", "Press <it> yourself");
        talk_click(app_find(scene.page, cases[i].button));
        stand_in_wait(scene.agent, cases[i].method, 1);
        stand_in_settle_down(scene.agent);
        g_assert_true(refusal_shown(&scene));
        g_assert_cmpstr(talk_text(scene.page, "reason"), ==, "Press <it> yourself");
        g_assert_false(
            gtk_check_button_get_active(GTK_CHECK_BUTTON(app_find(scene.page, "clipboard"))));
        g_signal_emit_by_name(app_find(scene.page, "refusal"), "response", GTK_RESPONSE_CLOSE);
        g_assert_false(refusal_shown(&scene));
        stand_in_refuse(scene.agent, cases[i].method, NULL, NULL);
    }
    stand_in_refuse(scene.agent, "Show", "NotAllowed", "no");
    talk_click(app_find(scene.page, "show"));
    stand_in_settle_down(scene.agent);
    g_assert_true(refusal_shown(&scene));
    talk_click(app_find(scene.page, "talk"));
    stand_in_settle_down(scene.agent);
    g_assert_false(refusal_shown(&scene));
    end(&scene);
}

static void test_clipboard(void)
{
    Scene scene;
    if (!begin(&scene))
        return;
    GtkCheckButton *clipboard = GTK_CHECK_BUTTON(app_find(scene.page, "clipboard"));
    for (guint i = 0; i < 2; i++) {
        ra_bus_consent1_set_clipboard_shared(scene.consent, i == 0);
        stand_in_settle_down(scene.agent);
        g_assert_cmpint(gtk_check_button_get_active(clipboard), ==, i == 0);
    }
    g_assert_cmpuint(stand_in_calls(scene.agent, "ShareClipboard"), ==, 0);
    ra_bus_host1_set_helper(scene.host, "a_b");
    stand_in_settle_down(scene.agent);
    g_assert_cmpstr(talk_text(scene.page, "clipboard-label"), ==,
                    "Share the clipboard while a_b controls");
    end(&scene);
}

static const char transfers[] =
    "([{'transfer': <uint32 1>, 'incoming': <true>, 'state': <'over'>, 'end': <'done'>,"
    " 'name': <'a<b>.pdf'>, 'can-run': <false>, 'path': <b'/tmp/x/a<b>.pdf'>, 'text': <'came'>},"
    " {'transfer': <uint32 2>, 'incoming': <true>, 'state': <'over'>, 'end': <'done'>,"
    " 'name': <'setup.run'>, 'can-run': <true>, 'path': <b'/tmp/x/setup.run'>, 'text': <'ran'>},"
    " {'transfer': <uint32 3>, 'incoming': <false>, 'state': <'moving'>, 'name': <'c'>,"
    " 'size': <uint64 4>, 'done': <uint64 1>, 'text': <'a quarter'>}],)";

static void test_files(void)
{
    if (!app_display_start("1024x768"))
        return;
    g_autoptr(StandIn) agent = stand_in_new();
    g_autoptr(GError) error = NULL;
    ra_bus_host1_set_state(stand_in_host(agent), "viewing");
    ra_bus_consent1_set_features(stand_in_consent(agent), all_features);
    stand_in_reply(agent, "Transfers",
                   g_variant_parse(G_VARIANT_TYPE("(aa{sv})"), transfers, NULL, NULL, &error));
    g_assert_no_error(error);
    stand_in_settle_down(agent);
    GtkWidget *page = ra_session_page_new(stand_in_link(agent));
    GtkWindow *window = app_window(page, 560, 640);
    stand_in_settle_down(agent);
    g_assert_nonnull(talk_find(page, "GtkLabel", "a<b>.pdf"));
    g_assert_nonnull(talk_find(page, "GtkLabel", "a quarter"));
    GtkWidget *progress = talk_find(page, "GtkProgressBar", NULL);
    g_assert_cmpfloat(gtk_progress_bar_get_fraction(GTK_PROGRESS_BAR(progress)), ==, 0.25);
    /* The newest is the first: the one that moves, then the program, then the document. */
    GtkWidget *program =
        gtk_widget_get_parent(gtk_widget_get_parent(talk_find(page, "GtkLabel", "setup.run")));
    g_assert_false(gtk_widget_get_sensitive(talk_find(program, "GtkButton", "Open")));
    g_assert_nonnull(talk_find(program, "GtkButton", "Show in folder"));
    GtkWidget *paper =
        gtk_widget_get_parent(gtk_widget_get_parent(talk_find(page, "GtkLabel", "a<b>.pdf")));
    talk_click(talk_find(paper, "GtkButton", "Open"));
    stand_in_wait(agent, "OpenFile", 1);
    g_assert_cmpstr(stand_in_last(agent, "OpenFile"), ==, "(1,)");
    talk_click(talk_find(program, "GtkButton", "Show in folder"));
    stand_in_wait(agent, "ShowFile", 1);
    g_assert_cmpstr(stand_in_last(agent, "ShowFile"), ==, "(2,)");
    talk_click(talk_find(page, "GtkButton", "Cancel"));
    stand_in_wait(agent, "CancelFile", 1);
    g_assert_cmpstr(stand_in_last(agent, "CancelFile"), ==, "(3,)");
    ra_bus_consent1_emit_transfer_changed(
        stand_in_consent(agent), talk_dict("{'transfer': <uint32 3>, 'state': <'over'>, 'end': "
                                           "<'cancelled'>, 'name': <'c'>, 'text': <'given up'>}"));
    stand_in_settle_down(agent);
    g_assert_nonnull(talk_find(page, "GtkLabel", "given up"));
    g_assert_null(talk_find(page, "GtkButton", "Cancel"));
    g_assert_null(talk_find(page, "GtkProgressBar", NULL));
    gtk_window_destroy(window);
    stand_in_settle_down(agent);
}

static void test_send(void)
{
    static const char *const uris[] = {"file:///tmp/one%20two", "file:///tmp/%FFbytes",
                                       "https://example.org/x"};
    static const char *const arguments[] = {"(b'/tmp/one two',)", "(b'/tmp/\\377bytes',)"};
    Scene scene;
    if (!begin(&scene))
        return;
    GtkWidget *files = talk_find_data(scene.page, "ra-files-view");
    for (gsize i = 0; i < G_N_ELEMENTS(uris); i++) {
        g_autoptr(GListStore) list = g_list_store_new(G_TYPE_FILE);
        g_autoptr(GFile) file = g_file_new_for_uri(uris[i]);
        g_list_store_append(list, file);
        ra_files_view_send(files, G_LIST_MODEL(list));
        stand_in_settle_down(scene.agent);
        g_assert_cmpint(refusal_shown(&scene), ==, i == 2);
        g_assert_cmpuint(stand_in_calls(scene.agent, "SendFile"), ==, MIN(i + 1, 2));
        if (i < 2)
            g_assert_cmpstr(stand_in_last(scene.agent, "SendFile"), ==, arguments[i]);
    }
    g_autoptr(GListStore) many = g_list_store_new(G_TYPE_FILE);
    for (guint i = 0; i < RA_FILES_VIEW_AT_ONCE + 5; i++) {
        g_autoptr(GFile) file = g_file_new_for_path("/tmp/many");
        g_list_store_append(many, file);
    }
    stand_in_refuse(scene.agent, "SendFile", "Busy", "too many");
    ra_files_view_send(files, G_LIST_MODEL(many));
    stand_in_wait(scene.agent, "SendFile", 2 + RA_FILES_VIEW_AT_ONCE);
    stand_in_settle_down(scene.agent);
    g_assert_cmpuint(stand_in_calls(scene.agent, "SendFile"), ==, 2 + RA_FILES_VIEW_AT_ONCE);
    g_assert_true(refusal_shown(&scene));
    g_assert_cmpstr(talk_text(scene.page, "reason"), ==, "too many");
    end(&scene);
}

static void test_chooser(void)
{
    Scene scene;
    if (!talk_chooser_or_skip() || !begin(&scene))
        return;
    for (guint i = 0; i < 2; i++) {
        talk_click(app_find(scene.page, "file"));
        GtkWidget *chooser = talk_chooser();
        g_assert_nonnull(chooser);
        g_assert_true(gtk_file_chooser_get_select_multiple(GTK_FILE_CHOOSER(chooser)));
        gtk_dialog_response(GTK_DIALOG(chooser), GTK_RESPONSE_CANCEL);
        stand_in_settle_down(scene.agent);
        g_assert_null(talk_chooser());
    }
    g_assert_cmpuint(stand_in_calls(scene.agent, "SendFile"), ==, 0);
    talk_click(app_find(scene.page, "file"));
    end(&scene); /* the page goes with its chooser */
    g_assert_null(talk_chooser());
}

/* Tab goes through the page in the order of what is on it; where what had the keyboard goes away,
 * something else has it. */
static void test_keyboard(void)
{
    static const char *const order[] = {"stop", "hide", "end",  "scrolled",
                                        "text", "file", "talk", "clipboard"};
    Scene scene;
    if (!begin(&scene))
        return;
    ra_bus_host1_set_state(scene.host, "controlling");
    stand_in_settle_down(scene.agent);
    ra_session_page_focus(scene.page, "session");
    for (gsize i = 0; i < G_N_ELEMENTS(order); i++) {
        GtkWidget *wanted = app_find(scene.page, order[i]);
        GtkWidget *focus = gtk_window_get_focus(scene.window);
        g_assert_nonnull(focus);
        g_assert_true(focus == wanted || gtk_widget_is_ancestor(focus, wanted));
        gtk_widget_child_focus(GTK_WIDGET(scene.window), GTK_DIR_TAB_FORWARD);
    }
    ra_session_page_focus(scene.page, "session");
    ra_bus_host1_set_state(scene.host, "viewing");
    stand_in_settle_down(scene.agent);
    g_assert_true(gtk_window_get_focus(scene.window) == app_find(scene.page, "hide"));
    ra_session_page_focus(scene.page, "chat");
    g_assert_true(
        gtk_widget_is_ancestor(gtk_window_get_focus(scene.window), app_find(scene.page, "text")));
    end(&scene);
}

/* The agent goes while a call is under way, and the page while another is. */
static void test_gone(void)
{
    Scene scene;
    if (!begin(&scene))
        return;
    talk_click(app_find(scene.page, "end"));
    stand_in_leave(scene.agent);
    talk_click(app_find(scene.page, "hide"));
    app_idle();
    talk_click(app_find(scene.page, "hide"));
    gtk_window_destroy(scene.window);
    app_idle();
    stand_in_free(scene.agent);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/session-page/looks", test_looks);
    g_test_add_func("/session-page/unknown-helper", test_unknown_helper);
    g_test_add_func("/session-page/wide-name", test_wide_name);
    g_test_add_func("/session-page/buttons", test_buttons);
    g_test_add_func("/session-page/features", test_features);
    g_test_add_func("/session-page/voice", test_voice);
    g_test_add_func("/session-page/refused", test_refused);
    g_test_add_func("/session-page/clipboard", test_clipboard);
    g_test_add_func("/session-page/files", test_files);
    g_test_add_func("/session-page/send", test_send);
    g_test_add_func("/session-page/chooser", test_chooser);
    g_test_add_func("/session-page/keyboard", test_keyboard);
    g_test_add_func("/session-page/gone", test_gone);
    const int result = g_test_run();
    app_display_stop();
    return result;
}
