/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every dialog in every size and theme: there is something, and what can be pressed is inside. */
#include "tests/viewer/set.h"

#include <string.h>

static void assert_inside(const RaWidget *widget, RaBox window)
{
    if (widget->hidden)
        return;
    if (widget->focusable && strcmp(widget->class->name, "button") == 0) {
        const RaBox seen = ra_box_intersect(widget->box, window);
        g_assert_cmpint(seen.width, ==, widget->box.width);
        g_assert_cmpint(seen.height, ==, widget->box.height);
    }
    for (guint i = 0; widget->children != NULL && i < widget->children->len; i++) {
        const RaWidget *child = widget->children->pdata[i];
        if (strcmp(child->class->name, "scroll") != 0)
            assert_inside(child, window);
    }
}

static void look(Set *set, const char *what, const char *suffix)
{
    g_autofree char *name = g_strdup_printf("%s-%s", what, suffix);
    set_draw(set, name);
    g_assert_cmpuint(set_drawn(set), >, 1000);
    assert_inside(ra_ui_top(set->ui), (RaBox){0, 0, set->width, set->height});
}

static void look_at_prompts(Set *set, const char *suffix)
{
    static const RaPromptChoice choices[] = {
        {(char *)"Maria Novice <maria@example.org>", (char *)"in 42 minutes (14:05)"},
        {(char *)"Jürgen <juergen@example.org>", (char *)"in 2 hours (16:30)"}};
    set_prompt(set, RA_PROMPT_CONNECT, NULL);
    set_wait(1100);
    look(set, "connect", suffix);
    set_prompt(set, RA_PROMPT_PASSWORD, NULL);
    set_type(set, "four-odd-words");
    look(set, "password", suffix);
    set_prompt(set, RA_PROMPT_WORKING, NULL);
    look(set, "working", suffix);
    set_prompt(set, RA_PROMPT_PASSWORD,
               "The password is wrong, or the invitation was altered: check the password with the "
               "person who invites you. 2 more tries.");
    look(set, "wrong", suffix);
    set_prompt(set, RA_PROMPT_FAILED,
               "The invitation expired at 2026-11-21 09:00 UTC: ask for a new one.");
    look(set, "failed", suffix);
    set_prompt(set, RA_PROMPT_NONE, NULL);
    set->model.prompt = (RaPrompt){.kind = RA_PROMPT_CHOOSE, .choices = choices, .n_choices = 2};
    ra_dialogs_update(set->dialogs, RA_MODEL_PROMPT);
    look(set, "choose", suffix);
    set_prompt(set, RA_PROMPT_NONE, NULL);
}

static void look_at_pages(Set *set, const char *suffix)
{
    set->model.monitors.n = 2;
    g_strlcpy(set->model.monitors.name[0], "DP-1, 1920 × 1080", 64);
    g_strlcpy(set->model.monitors.name[1], "HDMI-1, 1280 × 1024", 64);
    ra_dialogs_open(set->dialogs, RA_PAGE_SETTINGS, NULL);
    look(set, "settings", suffix);
    set_key(set, RA_UI_KEY_ESCAPE, 0);
    ra_dialogs_open(set->dialogs, RA_PAGE_HELP, NULL);
    look(set, "help", suffix);
    set_key(set, RA_UI_KEY_ESCAPE, 0);
    ra_dialogs_open(set->dialogs, RA_PAGE_OPEN_LINK,
                    "https://bücher.example/catalogue/with/a/rather/long/path?and=a&query=too");
    look(set, "link", suffix);
    set_key(set, RA_UI_KEY_ESCAPE, 0);
    set->model.voice.state = RA_VOICE_ASKED;
    ra_dialogs_update(set->dialogs, RA_MODEL_VOICE);
    set_wait(1100);
    look(set, "talk", suffix);
    set_key(set, RA_UI_KEY_ESCAPE, 0);
    set->model.voice.state = RA_VOICE_OFF;
}

static void look_at_files(Set *set, const Folder *folder, const char *suffix)
{
    g_autofree char *two = g_build_filename(folder->root, "Report 2.pdf", NULL);
    g_autofree char *ten = g_build_filename(folder->root, "Report 10.pdf", NULL);
    const char *const both[] = {two, ten, folder->inner, NULL};
    set_offer(set, 2);
    set_wait(1100);
    look(set, "offer", suffix);
    set_transfers[0].state = RA_TRANSFER_OVER;
    ra_dialogs_update(set->dialogs, RA_MODEL_FILES);
    set_wait(1100);
    look(set, "offer-can-run", suffix);
    set_transfers[1].state = RA_TRANSFER_OVER;
    ra_dialogs_update(set->dialogs, RA_MODEL_FILES);
    ra_dialogs_drop(set->dialogs, both);
    look(set, "drop", suffix);
    set_key(set, RA_UI_KEY_ESCAPE, 0);
    RaWidget *rows = ra_dialogs_transfers_new(set->dialogs);
    rows->min_width = 320;
    ra_widget_set_align(rows, RA_ALIGN_START, RA_ALIGN_START);
    ra_widget_add(ra_ui_top(set->ui), rows);
    set_transfers[0].state = RA_TRANSFER_MOVING;
    set_transfers[0].done = 345678;
    set_transfers[0].rate = 123456;
    set_transfers[0].seconds_left = 8;
    ra_dialogs_update(set->dialogs, RA_MODEL_FILES);
    look(set, "transfers", suffix);
    g_ptr_array_unref(set->model.transfers);
    set->model.transfers = NULL;
    ra_dialogs_open(set->dialogs, RA_PAGE_SEND_FILE, NULL);
    set_wait(50);
    set_key(set, RA_UI_KEY_END, 0);
    set_key(set, ' ', RA_MOD_CTRL);
    look(set, "browser", suffix);
    set_key(set, RA_UI_KEY_ESCAPE, 0);
}

static void test_looks(void)
{
    static const struct {
        const char *name;
        RaThemeKind theme;
        int width, height, scale;
    } cases[] = {
        {"720-light", RA_THEME_LIGHT, 1280, 720, 100},
        {"720-dark", RA_THEME_DARK, 1280, 720, 100},
        {"2160-light", RA_THEME_LIGHT, 3840, 2160, 200},
        {"2160-dark", RA_THEME_DARK, 3840, 2160, 200},
        {"small", RA_THEME_CONTRAST, 480, 400, 100},
    };
    g_unsetenv("DBUS_SESSION_BUS_ADDRESS");
    g_setenv("XDG_RUNTIME_DIR", "/nonexistent", TRUE);
    if (!g_test_subprocess()) {
        /* GIO loads its list of media types anew now and then, and leaves the old one behind; the
         * other tests look for leaks of the same dialogs. */
        g_setenv("ASAN_OPTIONS", "detect_leaks=0", TRUE);
        g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
        g_test_trap_assert_passed();
        return;
    }
    Folder folder;
    folder_make(&folder);
    g_setenv("HOME", folder.root, TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Set set;
        set_begin(&set, cases[i].theme, cases[i].width, cases[i].height, cases[i].scale);
        look_at_prompts(&set, cases[i].name);
        look_at_pages(&set, cases[i].name);
        look_at_files(&set, &folder, cases[i].name);
        set_end(&set);
    }
    folder_remove(&folder);
}

void add_dialog_look_tests(void)
{
    g_test_add_func("/dialogs/looks", test_looks);
}
