/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/app/summary-page.h"
#include "host/app/summary-text.h"
#include "tests/host-app/display.h"
#include "tests/host-app/talk.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    StandIn *agent;
    GtkWidget *page;
    GtkWindow *window;
    guint done;
    char *folder;
} Scene;

static void on_done(gpointer data)
{
    ((Scene *)data)->done++;
}

static gboolean begin(Scene *scene, GVariant *history)
{
    g_autoptr(GVariant) held = g_variant_ref_sink(history);
    g_autoptr(GError) error = NULL;
    if (!app_display_start("1024x768"))
        return FALSE;
    *scene = (Scene){.agent = stand_in_new()};
    scene->folder = g_dir_make_tmp("ra-summary-XXXXXX", &error);
    g_assert_no_error(error);
    stand_in_reply(scene->agent, "History", held);
    scene->page = ra_summary_page_new(stand_in_link(scene->agent), on_done, scene);
    scene->window = app_window(scene->page, 560, 480);
    stand_in_settle_down(scene->agent);
    return TRUE;
}

static void end(Scene *scene)
{
    g_autoptr(GDir) dir = g_dir_open(scene->folder, 0, NULL);
    const char *name;
    gtk_window_destroy(scene->window);
    stand_in_settle_down(scene->agent);
    stand_in_free(scene->agent);
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(scene->folder, name, NULL);
        g_assert_cmpint(g_remove(path), ==, 0);
    }
    g_assert_cmpint(g_rmdir(scene->folder), ==, 0);
    g_free(scene->folder);
}

static void test_shown(void)
{
    Scene scene;
    if (!begin(&scene, talk_history(7)))
        return;
    g_assert_cmpstr(talk_text(scene.page, "title"), ==, "The session with Ann is over");
    g_assert_true(g_str_has_prefix(talk_text(scene.page, "times"), "It began: "));
    for (guint i = 1; i <= 7; i++) {
        g_autofree char *text = g_strdup_printf("text %u", i);
        g_assert_nonnull(talk_find(scene.page, "GtkLabel", text));
    }
    ra_bus_consent1_emit_history_changed(stand_in_consent(scene.agent),
                                         talk_entry(8, "event", "<i>Ann ended it"));
    stand_in_settle_down(scene.agent);
    g_assert_nonnull(talk_find(scene.page, "GtkLabel", "<i>Ann ended it"));
    /* Another session begins: this page tells of one only. */
    ra_bus_consent1_emit_history_changed(stand_in_consent(scene.agent),
                                         talk_entry(1, "them", "new"));
    ra_bus_consent1_emit_history_changed(stand_in_consent(scene.agent),
                                         talk_entry(9, "them", "new"));
    stand_in_settle_down(scene.agent);
    g_assert_null(talk_find(scene.page, "GtkLabel", "new"));
    talk_click(app_find(scene.page, "close"));
    g_assert_cmpuint(scene.done, ==, 1);
    end(&scene);
}

static void test_nameless(void)
{
    Scene scene;
    if (!begin(&scene, talk_history_of("event", "something")))
        return;
    g_assert_cmpstr(talk_text(scene.page, "title"), ==, "The session with your helper is over");
    g_autoptr(GVariant) none =
        g_variant_ref_sink(g_variant_new_array(G_VARIANT_TYPE_VARDICT, NULL, 0));
    ra_summary_page_recall(scene.page, "<Bea>", none);
    g_assert_cmpstr(talk_text(scene.page, "title"), ==, "The session with <Bea> is over");
    end(&scene);
}

/* The agent has no name of the helper when it is over, and may be gone: the session's page knew. */
static void test_recall(void)
{
    Scene scene;
    if (!begin(&scene, talk_history(0)))
        return;
    g_autoptr(GVariant) history = g_variant_ref_sink(talk_history(2));
    g_autoptr(GVariant) entries = g_variant_get_child_value(history, 0);
    ra_summary_page_recall(scene.page, "Bea", entries);
    g_assert_nonnull(talk_find(scene.page, "GtkLabel", "text 2"));
    end(&scene);
}

static char *read_file(const char *path)
{
    char *text = NULL;
    return g_file_get_contents(path, &text, NULL, NULL) ? text : g_strdup("(none)");
}

static void save(Scene *scene, const char *path)
{
    g_autoptr(GFile) file = g_file_new_for_path(path);
    ra_summary_page_save(scene->page, file);
}

static void test_save(void)
{
    Scene scene;
    if (!begin(&scene, talk_history(3)))
        return;
    g_autofree char *path = g_build_filename(scene.folder, "a 'b'.txt", NULL);
    g_autofree char *quoted = g_strdup_printf("(b\"%s\",)", path);
    save(&scene, path);
    stand_in_wait(scene.agent, "SaveHistory", 1);
    g_assert_cmpstr(stand_in_last(scene.agent, "SaveHistory"), ==, quoted);
    stand_in_settle_down(scene.agent);
    g_assert_true(talk_visible(scene.page, "saved"));
    stand_in_refuse(scene.agent, "SaveHistory", "Failed", "the disk is full");
    save(&scene, path);
    stand_in_wait(scene.agent, "SaveHistory", 2);
    stand_in_settle_down(scene.agent);
    g_assert_false(talk_visible(scene.page, "saved"));
    g_assert_cmpstr(talk_text(scene.page, "reason"), ==, "the disk is full");
    end(&scene);
}

/* Where the agent wrote last, from what it was called with. */
static char *last_path(const Scene *scene)
{
    g_autoptr(GVariant) call = g_variant_parse(
        G_VARIANT_TYPE("(ay)"), stand_in_last(scene->agent, "SaveHistory"), NULL, NULL, NULL);
    char *path = NULL;
    g_variant_get(call, "(^ay)", &path);
    return path;
}

/* A file that is there is replaced once the new one is complete, and kept where that fails. */
static void test_replace(void)
{
    static const struct {
        gboolean refuse, folder;
        const char *after;
        gboolean saved;
    } cases[] = {
        {TRUE, FALSE, "old", FALSE}, {FALSE, FALSE, "new", TRUE}, {FALSE, TRUE, "(none)", FALSE}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Scene scene;
        if (!begin(&scene, talk_history(3)))
            return;
        g_autofree char *path = g_build_filename(scene.folder, "history.txt", NULL);
        if (cases[i].folder)
            g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
        else
            g_assert_true(g_file_set_contents(path, "old", -1, NULL));
        stand_in_refuse(scene.agent, "SaveHistory", cases[i].refuse ? "Failed" : NULL, "no");
        save(&scene, path);
        stand_in_wait(scene.agent, "SaveHistory", 1);
        g_autofree char *written = last_path(&scene); /* the agent's answer is still on its way */
        g_autofree char *written_folder = g_path_get_dirname(written);
        g_assert_cmpstr(written, !=, path);
        g_assert_cmpstr(written_folder, ==, scene.folder);
        if (!cases[i].refuse)
            g_assert_true(g_file_set_contents(written, "new", -1, NULL));
        stand_in_settle_down(scene.agent);
        g_autofree char *after = read_file(path);
        g_assert_cmpstr(after, ==, cases[i].after);
        g_assert_cmpint(talk_visible(scene.page, "saved"), ==, cases[i].saved);
        g_assert_false(g_file_test(written, G_FILE_TEST_EXISTS));
        end(&scene);
    }
}

/* What is shown is saved without the agent, too. */
static void test_save_alone(void)
{
    Scene scene;
    if (!begin(&scene, talk_history_of("them", "one\n2026-01-01 00:00:00  Bob: forged")))
        return;
    g_autofree char *path = g_build_filename(scene.folder, "history.txt", NULL);
    g_autofree char *nowhere = g_build_filename(scene.folder, "none", "history.txt", NULL);
    stand_in_leave(scene.agent);
    while (!stand_in_is_closed(scene.agent))
        g_main_context_iteration(NULL, TRUE);
    save(&scene, path);
    g_assert_true(talk_visible(scene.page, "saved"));
    g_autofree char *text = read_file(path);
    g_assert_nonnull(strstr(text, "  Ann: one\n    2026-01-01 00:00:00  Bob: forged\n"));
    GStatBuf status;
    g_assert_cmpint(g_stat(path, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 0777, ==, 0600);
    save(&scene, nowhere);
    g_assert_false(talk_visible(scene.page, "saved"));
    g_assert_cmpstr(talk_text(scene.page, "reason"), !=, "");
    end(&scene);
}

/* The chooser begins with a name; without a choice nothing is saved. */
static void test_chooser(void)
{
    Scene scene;
    if (!talk_chooser_or_skip() || !begin(&scene, talk_history(3)))
        return;
    for (guint i = 0; i < 2; i++) { /* and it opens again */
        talk_click(app_find(scene.page, "save"));
        GtkWidget *chooser = talk_chooser();
        g_assert_nonnull(chooser);
        g_autofree char *name = gtk_file_chooser_get_current_name(GTK_FILE_CHOOSER(chooser));
        g_assert_true(g_str_has_prefix(name, "Remote Assistance with Ann 2026-11-2"));
        gtk_dialog_response(GTK_DIALOG(chooser), GTK_RESPONSE_CANCEL);
        stand_in_settle_down(scene.agent);
        g_assert_null(talk_chooser());
    }
    g_assert_cmpuint(stand_in_calls(scene.agent, "SaveHistory"), ==, 0);
    talk_click(app_find(scene.page, "save"));
    end(&scene); /* the page goes with its chooser */
    g_assert_null(talk_chooser());
}

static void test_file_name(void)
{
    g_autofree char *wide = g_strnfill(400, 'W');
    const struct {
        const char *helper, *start;
    } cases[] = {{"Ann", "Remote Assistance with Ann 20"},
                 {"", "Remote Assistance 20"},
                 {"../../etc/passwd", "Remote Assistance with .._.._etc_passwd 20"},
                 {"a\nb\tc", "Remote Assistance with a b c 20"},
                 {wide, "Remote Assistance with WWWW"}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = ra_summary_file_name(cases[i].helper, 1795266000);
        g_assert_true(g_str_has_prefix(name, cases[i].start));
        g_assert_true(g_str_has_suffix(name, ".txt"));
        g_assert_null(strchr(name, '/'));
        g_assert_cmpuint(strlen(name), <=, 255);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/summary-page/shown", test_shown);
    g_test_add_func("/summary-page/nameless", test_nameless);
    g_test_add_func("/summary-page/recall", test_recall);
    g_test_add_func("/summary-page/save", test_save);
    g_test_add_func("/summary-page/replace", test_replace);
    g_test_add_func("/summary-page/save-alone", test_save_alone);
    g_test_add_func("/summary-page/chooser", test_chooser);
    g_test_add_func("/summary-page/file-name", test_file_name);
    const int result = g_test_run();
    app_display_stop();
    return result;
}
