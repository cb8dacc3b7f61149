/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/chat-log.h"
#include "host/app/chat-view.h"
#include "host/app/session-page.h"
#include "tests/host-app/display.h"
#include "tests/host-app/talk.h"

#include <string.h>

typedef struct {
    StandIn *agent;
    RaBusConsent1 *consent;
    GtkWidget *page, *log;
    GtkWindow *window;
    GtkAdjustment *scroll;
} Scene;

/* With HISTORY, taken if floating. FALSE: skipped. */
static gboolean begin(Scene *scene, GVariant *history)
{
    static const char *const features[] = {"chat", NULL};
    g_autoptr(GVariant) held = g_variant_ref_sink(history);
    if (!app_display_start("1024x768"))
        return FALSE;
    *scene = (Scene){.agent = stand_in_new()};
    scene->consent = stand_in_consent(scene->agent);
    ra_bus_host1_set_state(stand_in_host(scene->agent), "viewing");
    ra_bus_host1_set_helper(stand_in_host(scene->agent), "Ann");
    ra_bus_consent1_set_features(scene->consent, features);
    stand_in_reply(scene->agent, "History", held);
    stand_in_settle_down(scene->agent);
    scene->page = ra_session_page_new(stand_in_link(scene->agent));
    scene->window = app_window(scene->page, 560, 480);
    stand_in_settle_down(scene->agent);
    scene->log = talk_find(scene->page, "RaChatLog", NULL);
    scene->scroll =
        gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(app_find(scene->page, "scrolled")));
    return TRUE;
}

static void end(Scene *scene)
{
    gtk_window_destroy(scene->window);
    stand_in_settle_down(scene->agent);
    stand_in_free(scene->agent);
}

static void tell(Scene *scene, GVariant *entry)
{
    ra_bus_consent1_emit_history_changed(scene->consent, entry);
    stand_in_settle_down(scene->agent);
}

static gboolean is_at_end(gpointer data)
{
    GtkAdjustment *scroll = data;
    const double page = gtk_adjustment_get_page_size(scroll);
    return page > 0 &&
           gtk_adjustment_get_value(scroll) + page >= gtk_adjustment_get_upper(scroll) - 1;
}

static gboolean is_scrollable(gpointer data)
{
    GtkAdjustment *scroll = data;
    const double page = gtk_adjustment_get_page_size(scroll);
    return page > 0 && gtk_adjustment_get_upper(scroll) > page + 100;
}

static gboolean is_moved(gpointer data)
{
    return gtk_adjustment_get_value(data) > 0;
}

static gboolean is_placed(gpointer data)
{
    return gtk_widget_get_width(data) > 0;
}

/* Text from outside is shown as it is, and nothing in it can be followed. */
static void test_hostile(void)
{
    g_autofree char *endless = g_strnfill(4096, 'W');
    const char *const texts[] = {
        "<b>bold</b> &amp; <a href=\"https://example.org\">here</a>",
        "https://example.org/ mailto:a@example.org",
        "_Yes %s %n",
        "one\ntwo\n\nthree",
        "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D abc \xD7\xA2",
        "\xF0\x9F\x98\x80 e\xCC\x81\xCC\x81\xCC\x81",
        "",
        endless,
    };
    static const char *const who[] = {"me", "them", "event"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        for (gsize k = 0; k < G_N_ELEMENTS(who); k++) {
            Scene scene;
            if (!begin(&scene, talk_history_of(who[k], texts[i])))
                return;
            GtkWidget *label = talk_find(scene.log, "GtkLabel", texts[i]);
            g_assert_nonnull(label);
            g_assert_false(gtk_label_get_use_markup(GTK_LABEL(label)));
            g_assert_null(gtk_label_get_current_uri(GTK_LABEL(label)));
            g_assert_true(gtk_label_get_selectable(GTK_LABEL(label)));
            int least = 0;
            gtk_widget_measure(scene.page, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL,
                               NULL);
            g_assert_cmpint(least, <=, 560);
            end(&scene);
        }
    }
}

/* Pixels of free room beside what is said: at the start of the line, and at its end. */
static void room_beside(const Scene *scene, GtkWidget *label, float *start, float *end)
{
    graphene_rect_t place;
    g_assert_true(gtk_widget_compute_bounds(label, scene->log, &place));
    *start = graphene_rect_get_x(&place);
    *end = (float)gtk_widget_get_width(scene->log) - *start - graphene_rect_get_width(&place);
}

static void test_sides(void)
{
    static const struct {
        const char *who, *name;
        int side; /* where there is less room: -1 the start, 1 the end, 0 neither by much */
    } cases[] = {{"me", "You", 1}, {"them", "Ann", -1}, {"event", NULL, 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Scene scene;
        float start = 0, end_room = 0;
        if (!begin(&scene, talk_history_of(cases[i].who, "hello")))
            return;
        GtkWidget *label = talk_find(scene.log, "GtkLabel", "hello");
        stand_in_until(is_placed, label);
        room_beside(&scene, label, &start, &end_room);
        if (cases[i].side == 0)
            g_assert_cmpfloat(MIN(start, end_room), >, 100);
        else
            g_assert_cmpfloat(cases[i].side * (start - end_room), >, 200);
        g_assert_cmpint(talk_find(scene.log, "GtkLabel", cases[i].name) != NULL, ==, TRUE);
        g_assert_cmpint(gtk_widget_has_css_class(label, "ra-dim"), ==, cases[i].side == 0);
        end(&scene);
    }
}

/* Of many entries the newest have widgets, and the rest when it is asked for. */
static void test_long(void)
{
    Scene scene;
    if (!begin(&scene, talk_history(5000)))
        return;
    g_assert_cmpuint(ra_chat_log_length(RA_CHAT_LOG(scene.log)), ==, 5000);
    g_assert_cmpuint(talk_count(scene.log, "GtkBox"), <=, 8 * RA_CHAT_LOG_STEP);
    g_assert_nonnull(talk_find(scene.log, "GtkLabel", "text 5000"));
    g_assert_null(talk_find(scene.log, "GtkLabel", "text 4850"));
    stand_in_until(is_at_end, scene.scroll);
    gtk_adjustment_set_value(scene.scroll, 0);
    talk_click(talk_find(scene.log, "GtkButton", NULL));
    stand_in_until(is_moved, scene.scroll); /* what was in sight still is */
    g_assert_nonnull(talk_find(scene.log, "GtkLabel", "text 4850"));
    g_assert_null(talk_find(scene.log, "GtkLabel", "text 4700"));
    for (guint i = 1; i <= 5000; i++) /* all is read: each is told of once more */
        ra_bus_consent1_emit_history_changed(scene.consent, talk_entry_there(i,
                                                                             i % 3 == 1   ? "them"
                                                                             : i % 3 == 2 ? "event"
                                                                                          : "me",
                                                                             "text", TRUE));
    stand_in_settle_down(scene.agent);
    end(&scene);
}

static void test_there(void)
{
    Scene scene;
    if (!begin(&scene, talk_history_of("me", "hello")))
        return;
    g_assert_nonnull(talk_find(scene.log, "GtkLabel", "not there yet"));
    tell(&scene, talk_entry_there(1, "me", "hello", TRUE));
    g_assert_null(talk_find(scene.log, "GtkLabel", "not there yet"));
    g_assert_cmpuint(ra_chat_log_length(RA_CHAT_LOG(scene.log)), ==, 1);
    end(&scene);
}

/* What does not follow on what is known is read anew. */
static void test_follow(void)
{
    static const struct {
        guint number;
        const char *text;
        gboolean again;
        guint length;
    } cases[] = {
        {4, "text 4", FALSE, 4}, /* the next */
        {4, "text 4", FALSE, 4}, /* once more */
        {1, "other", TRUE, 2},   /* another session */
        {9, "far", TRUE, 2},     /* something is missing */
        {3, "next", FALSE, 3},
    };
    Scene scene;
    if (!begin(&scene, talk_history(3)))
        return;
    guint calls = stand_in_calls(scene.agent, "History");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        stand_in_reply(scene.agent, "History", talk_history(2));
        tell(&scene, talk_entry(cases[i].number, "them", cases[i].text));
        stand_in_settle_down(scene.agent);
        calls += cases[i].again ? 1 : 0;
        g_assert_cmpuint(stand_in_calls(scene.agent, "History"), ==, calls);
        g_assert_cmpuint(ra_chat_log_length(RA_CHAT_LOG(scene.log)), ==, cases[i].length);
    }
    end(&scene);
}

static void type(Scene *scene, const char *text)
{
    gtk_editable_set_text(GTK_EDITABLE(app_find(scene->page, "text")), text);
}

static void test_say(void)
{
    Scene scene;
    if (!begin(&scene, talk_history(0)))
        return;
    GtkWidget *text = app_find(scene.page, "text"), *send = app_find(scene.page, "send");
    g_assert_false(gtk_widget_get_sensitive(send));
    type(&scene, "   ");
    g_assert_false(gtk_widget_get_sensitive(send));
    g_signal_emit_by_name(text, "activate");
    type(&scene, " hello 'you' ");
    talk_click(send);
    stand_in_wait(scene.agent, "Say", 1);
    stand_in_settle_down(scene.agent);
    g_assert_cmpuint(stand_in_calls(scene.agent, "Say"), ==, 1);
    g_assert_cmpstr(stand_in_last(scene.agent, "Say"), ==, "(\"hello 'you'\",)");
    g_assert_cmpstr(gtk_editable_get_text(GTK_EDITABLE(text)), ==, "");
    type(&scene, "by Enter");
    g_signal_emit_by_name(text, "activate");
    g_signal_emit_by_name(text, "activate"); /* twice: said once */
    stand_in_wait(scene.agent, "Say", 2);
    stand_in_settle_down(scene.agent);
    g_assert_cmpuint(stand_in_calls(scene.agent, "Say"), ==, 2);
    end(&scene);
}

static void test_say_refused(void)
{
    Scene scene;
    if (!begin(&scene, talk_history(0)))
        return;
    stand_in_refuse(scene.agent, "Say", "Busy", "Too fast: wait a moment");
    type(&scene, "keep me");
    talk_click(app_find(scene.page, "send"));
    stand_in_wait(scene.agent, "Say", 1);
    stand_in_settle_down(scene.agent);
    g_assert_cmpstr(gtk_editable_get_text(GTK_EDITABLE(app_find(scene.page, "text"))), ==,
                    "keep me");
    g_assert_true(talk_visible(scene.page, "problem"));
    g_assert_cmpstr(talk_text(scene.page, "problem"), ==, "Too fast: wait a moment");
    g_assert_true(gtk_widget_get_sensitive(app_find(scene.page, "send")));
    g_assert_true(gtk_editable_get_editable(GTK_EDITABLE(app_find(scene.page, "text"))));
    type(&scene, "keep me!");
    g_assert_false(talk_visible(scene.page, "problem"));
    end(&scene);
}

/* The limit is in bytes of UTF-8. */
static void test_limit(void)
{
    static const struct {
        const char *part;
        guint times;
        gboolean fits;
    } cases[] = {{"a", 4096, TRUE},
                 {"a", 4097, FALSE},
                 {"\xC3\xA4", 2048, TRUE},
                 {"\xC3\xA4", 2049, FALSE},
                 {"\xF0\x9F\x98\x80", 1025, FALSE}};
    Scene scene;
    if (!begin(&scene, talk_history(0)))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (guint n = 0; n < cases[i].times; n++)
            g_string_append(text, cases[i].part);
        type(&scene, text->str);
        g_assert_cmpint(gtk_widget_get_sensitive(app_find(scene.page, "send")), ==, cases[i].fits);
        g_assert_cmpint(talk_visible(scene.page, "problem"), ==, !cases[i].fits);
    }
    g_signal_emit_by_name(app_find(scene.page, "text"), "activate");
    stand_in_settle_down(scene.agent);
    g_assert_cmpuint(stand_in_calls(scene.agent, "Say"), ==, 0);
    end(&scene);
}

/* Read is what came before the novice's eyes: the window in front, and the newest in sight. */
static void test_read(void)
{
    Scene scene;
    if (!begin(&scene, talk_history(60)))
        return;
    ra_bus_consent1_set_unread(scene.consent, 1);
    stand_in_settle_down(scene.agent);
    g_assert_cmpuint(stand_in_calls(scene.agent, "MarkRead"), ==, 0);
    ra_session_page_set_seen(scene.page, TRUE);
    stand_in_wait(scene.agent, "MarkRead", 1);
    ra_bus_consent1_set_unread(scene.consent, 0);
    stand_in_settle_down(scene.agent);
    stand_in_until(is_scrollable, scene.scroll);
    stand_in_until(is_at_end, scene.scroll);
    gtk_adjustment_set_value(scene.scroll, 0);
    for (guint i = 61; i <= 62; i++) {
        g_autofree char *label =
            g_strdup_printf(i == 61 ? "%u new message" : "%u new messages", i - 60);
        ra_bus_consent1_set_unread(scene.consent, i - 60);
        tell(&scene, talk_entry(i, "them", "new"));
        g_assert_true(talk_visible(scene.page, "newest"));
        g_assert_cmpstr(gtk_button_get_label(GTK_BUTTON(app_find(scene.page, "newest"))), ==,
                        label);
    }
    g_assert_cmpfloat(gtk_adjustment_get_value(scene.scroll), ==, 0);
    g_assert_cmpuint(stand_in_calls(scene.agent, "MarkRead"), ==, 1);
    talk_click(app_find(scene.page, "newest"));
    stand_in_wait(scene.agent, "MarkRead", 2);
    stand_in_until(is_at_end, scene.scroll);
    g_assert_false(talk_visible(scene.page, "newest"));
    end(&scene);
}

/* The log is one stop of the Tab key; Up and Down go through it. */
static void test_keyboard(void)
{
    Scene scene;
    if (!begin(&scene, talk_history(3)))
        return;
    static const struct {
        GtkDirectionType direction;
        const char *text;
    } steps[] = {{GTK_DIR_TAB_FORWARD, "text 3"},
                 {GTK_DIR_UP, "text 2"},
                 {GTK_DIR_UP, "text 1"},
                 {GTK_DIR_DOWN, "text 2"},
                 {GTK_DIR_DOWN, "text 3"}};
    gtk_widget_grab_focus(app_find(scene.page, "end"));
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        gtk_widget_child_focus(GTK_WIDGET(scene.window), steps[i].direction);
        GtkWidget *focus = gtk_window_get_focus(scene.window);
        g_assert_true(GTK_IS_LABEL(focus));
        g_assert_cmpstr(gtk_label_get_text(GTK_LABEL(focus)), ==, steps[i].text);
    }
    gtk_widget_child_focus(GTK_WIDGET(scene.window), GTK_DIR_TAB_FORWARD);
    g_assert_true(
        gtk_widget_is_ancestor(gtk_window_get_focus(scene.window), app_find(scene.page, "text")));
    gtk_widget_child_focus(GTK_WIDGET(scene.window), GTK_DIR_TAB_BACKWARD);
    g_assert_true(gtk_widget_is_ancestor(gtk_window_get_focus(scene.window), scene.log));
    gtk_widget_child_focus(GTK_WIDGET(scene.window), GTK_DIR_TAB_BACKWARD);
    g_assert_true(gtk_window_get_focus(scene.window) == app_find(scene.page, "end"));
    g_assert_cmpint(gtk_accessible_get_accessible_role(GTK_ACCESSIBLE(scene.log)), ==,
                    GTK_ACCESSIBLE_ROLE_LOG);
    end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/chat-view/hostile", test_hostile);
    g_test_add_func("/chat-view/sides", test_sides);
    g_test_add_func("/chat-view/long", test_long);
    g_test_add_func("/chat-view/there", test_there);
    g_test_add_func("/chat-view/follow", test_follow);
    g_test_add_func("/chat-view/say", test_say);
    g_test_add_func("/chat-view/say-refused", test_say_refused);
    g_test_add_func("/chat-view/limit", test_limit);
    g_test_add_func("/chat-view/read", test_read);
    g_test_add_func("/chat-view/keyboard", test_keyboard);
    const int result = g_test_run();
    app_display_stop();
    return result;
}
