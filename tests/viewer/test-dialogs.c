/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the dialogs say, look like and pass on. */
#include "tests/viewer/set.h"

#include "viewer/browse.h"
#include "viewer/manual.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

static const RaPrompt connect_prompt = {
    .kind = RA_PROMPT_CONNECT,
    .name = "Maria Novice",
    .address = "maria@example.org",
    .expires = "in 42 minutes (14:05)",
    .caution = "The message comes from mallory@example.net, but the invitation says "
               "maria@example.org: connect only if you know why.\nConnect only if you know this "
               "person and expected the invitation. You will see their screen; they do not see "
               "yours.",
};

static void prompt(Set *set, RaPromptKind kind, const char *message)
{
    set->model.prompt = connect_prompt;
    set->model.prompt.kind = kind;
    set->model.prompt.message = message;
    ra_dialogs_update(set->dialogs, RA_MODEL_PROMPT);
    ra_ui_layout(set->ui);
}

static void start(Set *set)
{
    set_begin(set, RA_THEME_LIGHT, 1280, 720, 100);
}

/* The default is no: what is typed or pressed at once connects nobody. */
static void test_connect(void)
{
    Set set;
    start(&set);
    prompt(&set, RA_PROMPT_CONNECT, NULL);
    g_assert_true(ra_ui_is_modal(set.ui));
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, "connect-0-0-0 ");
    set_key(&set, RA_UI_KEY_ESCAPE, 0);
    set_assert_log(&set, "connect-0-0-0 ");
    ra_ui_focus_next(set.ui, 1); /* Connect cannot be pressed yet: there is nothing else */
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, "connect-0-0-0 ");
    set_wait(1100);
    ra_ui_focus_next(set.ui, 1);
    set_click_focused(&set);
    set_assert_log(&set, "connect-1-0-0 ");
    prompt(&set, RA_PROMPT_NONE, NULL);
    g_assert_false(ra_ui_is_modal(set.ui));
    set_end(&set);
}

static void test_password(void)
{
    Set set;
    start(&set);
    prompt(&set, RA_PROMPT_CONNECT, NULL);
    prompt(&set, RA_PROMPT_PASSWORD, NULL);
    g_assert_true(set.typing);
    set_type(&set, "wrong");
    set_type(&set, " words");
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, "password-0-0-0-wrong words ");
    prompt(&set, RA_PROMPT_WORKING, NULL);
    set_type(&set, "more");
    set_key(&set, RA_UI_KEY_ENTER, 0); /* while one is tried there is no other */
    set_assert_log(&set, "");
    prompt(&set, RA_PROMPT_PASSWORD, "The password is wrong. 2 more tries.");
    g_assert_true(set.typing);
    set_type(&set, "right");
    prompt(&set, RA_PROMPT_PASSWORD, "The password is wrong. 2 more tries."); /* time goes on */
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, "password-0-0-0-right "); /* what was typed before is gone */
    prompt(&set, RA_PROMPT_WORKING, NULL);
    set_key(&set, RA_UI_KEY_ESCAPE, 0);
    set_assert_log(&set, "connect-0-0-0 ");
    prompt(&set, RA_PROMPT_FAILED, "The invitation expired: ask for a new one.");
    g_assert_false(set.typing);
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, "connect-0-0-0 ");
    set_end(&set);
}

static void test_choose(void)
{
    static const RaPromptChoice choices[] = {{(char *)"Maria <maria@example.org>", (char *)"in 2"},
                                             {(char *)"Boss <boss@example.org>", (char *)"in 3"}};
    Set set;
    start(&set);
    set.model.prompt = (RaPrompt){.kind = RA_PROMPT_CHOOSE, .choices = choices, .n_choices = 2};
    ra_dialogs_update(set.dialogs, RA_MODEL_PROMPT);
    ra_ui_layout(set.ui);
    set_key(&set, RA_UI_KEY_DOWN, 0);
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, "choose-0-1-0 ");
    set_end(&set);
}

/* Files. */

static RaTransfer transfers[4];

static void offer(Set *set, guint n)
{
    set->model.transfers = g_ptr_array_new();
    set->model.features = RA_FEATURES_ALL;
    for (guint i = 0; i < n; i++) {
        transfers[i] = (RaTransfer){.handle = i + 7,
                                    .incoming = TRUE,
                                    .state = RA_TRANSFER_OFFERED,
                                    .name = i == 0 ? "Quarterly report.pdf" : "setup.sh",
                                    .type = i == 0 ? "application/pdf" : "application/x-sh",
                                    .can_run = i == 1,
                                    .size = 1234567,
                                    .seconds_left = G_MAXUINT};
        g_ptr_array_add(set->model.transfers, &transfers[i]);
    }
    ra_dialogs_update(set->dialogs, RA_MODEL_FILES);
    ra_ui_layout(set->ui);
}

static void answered(gpointer data)
{
    Set *set = data;
    for (guint i = 0; i < set->model.transfers->len; i++) {
        RaTransfer *transfer = set->model.transfers->pdata[i];
        if (transfer->state == RA_TRANSFER_OFFERED) {
            transfer->state = RA_TRANSFER_OVER;
            transfer->end = RA_FILE_REFUSED;
            break;
        }
    }
    ra_dialogs_update(set->dialogs, RA_MODEL_FILES);
}

static void test_offer(void)
{
    Set set;
    start(&set);
    set.then = answered;
    offer(&set, 2);
    g_assert_true(ra_ui_is_modal(set.ui));
    set_key(&set, RA_UI_KEY_ENTER, 0); /* typed before it came up */
    set_assert_log(&set, "");
    set_wait(1100);
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, "answer-0-0-7 ");
    g_assert_true(ra_ui_is_modal(set.ui)); /* the next */
    set_wait(1100);
    set_key(&set, RA_UI_KEY_ESCAPE, 0);
    set_assert_log(&set, "answer-0-0-8 ");
    g_assert_false(ra_ui_is_modal(set.ui));
    g_ptr_array_unref(set.model.transfers);
    set_end(&set);
}

/* Nothing is accepted but by its own button; where it cannot be saved the question stays. */
static void test_accept(void)
{
    Set set;
    start(&set);
    offer(&set, 1);
    set_wait(1100);
    ra_ui_focus_next(set.ui, -1); /* from Refuse, or from nowhere, to the last: Accept */
    set.refuse = g_strdup("There is no room for it.");
    set_click_focused(&set);
    set_assert_log(&set, "answer-1-0-7 ");
    g_assert_true(ra_ui_is_modal(set.ui));
    transfers[0].state = RA_TRANSFER_OVER; /* they withdraw it */
    ra_dialogs_update(set.dialogs, RA_MODEL_FILES);
    g_assert_false(ra_ui_is_modal(set.ui));
    g_ptr_array_unref(set.model.transfers);
    set_end(&set);
}

static void test_talk(void)
{
    Set set;
    start(&set);
    set.model.voice.state = RA_VOICE_ASKED;
    ra_dialogs_update(set.dialogs, RA_MODEL_VOICE);
    ra_ui_layout(set.ui);
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_key(&set, RA_UI_KEY_ESCAPE, 0);
    set_assert_log(&set, "");
    set_wait(1100);
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, "talk-0-0-0 ");
    set.model.voice.state = RA_VOICE_OFF;
    ra_dialogs_update(set.dialogs, RA_MODEL_VOICE);
    set.model.voice.state = RA_VOICE_ASKED;
    ra_dialogs_update(set.dialogs, RA_MODEL_VOICE);
    g_assert_true(ra_ui_is_modal(set.ui));
    set.model.voice.state = RA_VOICE_OFF; /* they gave up */
    ra_dialogs_update(set.dialogs, RA_MODEL_VOICE);
    g_assert_false(ra_ui_is_modal(set.ui));
    set_end(&set);
}

static void test_settings(void)
{
    Set set;
    start(&set);
    set.model.monitors.n = 2;
    g_strlcpy(set.model.monitors.name[0], "DP-1, 1920 × 1080", 64);
    g_strlcpy(set.model.monitors.name[1], "HDMI-1, 1280 × 1024", 64);
    ra_dialogs_open(set.dialogs, RA_PAGE_SETTINGS, NULL);
    ra_ui_layout(set.ui);
    set_key(&set, RA_UI_KEY_RIGHT, 0); /* the quality has the focus */
    set_assert_log(&set, "choice-0-100-1-1-0 quality-0-1-0 ");
    set_key(&set, RA_UI_KEY_TAB, 0);
    set_key(&set, RA_UI_KEY_RIGHT, 0);
    set_assert_log(&set, "monitor-0-1-0 ");
    set_key(&set, RA_UI_KEY_TAB, 0);
    set_key(&set, ' ', 0);
    set_assert_log(&set, "choice-0-100-1-0-0 clipboard-0-0-0 ");
    set_key(&set, RA_UI_KEY_TAB, 0);
    set_key(&set, RA_UI_KEY_RIGHT, 0);
    set_assert_log(&set, "choice-1-100-1-0-0 ");
    set.model.monitors.n = 1; /* unplugged while the page is open */
    ra_dialogs_update(set.dialogs, RA_MODEL_MONITORS);
    g_assert_true(ra_ui_is_modal(set.ui));
    set_key(&set, RA_UI_KEY_ESCAPE, 0);
    g_assert_false(ra_ui_is_modal(set.ui));
    set_end(&set);
}

static void test_help(void)
{
    Set set;
    start(&set);
    ra_dialogs_open(set.dialogs, RA_PAGE_HELP, NULL);
    ra_dialogs_open(set.dialogs, RA_PAGE_HELP, NULL);
    set_key(&set, RA_UI_KEY_ESCAPE, 0);
    g_assert_false(ra_ui_is_modal(set.ui));
    set_end(&set);
    g_autofree char *uri = ra_manual_uri();
    g_assert_true(uri == NULL || g_str_has_prefix(uri, "file:///"));
}

static void test_link(void)
{
    Set set;
    start(&set);
    ra_dialogs_open(set.dialogs, RA_PAGE_OPEN_LINK, "https://bücher.example/a?b=c");
    set_key(&set, RA_UI_KEY_ENTER, 0); /* does not open it */
    g_assert_false(ra_ui_is_modal(set.ui));
    set_assert_log(&set, "");
    set_end(&set);
}

/* Folders with files to choose from. */
typedef struct {
    char *root, *inner;
} Folder;

static void make_file(const char *folder, const char *name, gsize size)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *content = g_malloc0(size + 1);
    g_assert_true(g_file_set_contents(path, content, (gssize)size, NULL));
}

static void folder_make(Folder *folder)
{
    folder->root = g_dir_make_tmp("ra-test-XXXXXX", NULL);
    folder->inner = g_build_filename(folder->root, "inner", NULL);
    g_assert_cmpint(g_mkdir(folder->inner, 0700), ==, 0);
    make_file(folder->root, "Report 10.pdf", 10);
    make_file(folder->root, "Report 2.pdf", 2000);
    make_file(folder->root, ".hidden", 1);
    make_file(folder->root, "Evil\033[2J\342\200\256fdp.exe", 1);
    make_file(folder->inner, "deep.txt", 1);
}

static void folder_remove(Folder *folder)
{
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", folder->root);
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
    g_free(folder->root);
    g_free(folder->inner);
}

static void test_browse(void)
{
    Folder folder;
    gboolean more = TRUE;
    g_autoptr(GError) error = NULL;
    folder_make(&folder);
    g_autoptr(GPtrArray) all = ra_browse_list(folder.root, TRUE, FALSE, &more, &error);
    g_assert_no_error(error);
    g_assert_false(more);
    const char *const wanted[] = {"inner", "Evil [2J fdp.exe", "Report 2.pdf", "Report 10.pdf"};
    g_assert_cmpuint(all->len, ==, G_N_ELEMENTS(wanted));
    for (guint i = 0; i < all->len; i++) {
        const RaBrowseEntry *entry = all->pdata[i];
        g_assert_cmpstr(entry->name, ==, wanted[i]);
        g_assert_cmpint(entry->folder, ==, i == 0);
    }
    g_autoptr(GPtrArray) hidden = ra_browse_list(folder.root, TRUE, TRUE, &more, &error);
    g_assert_cmpuint(hidden->len, ==, all->len + 1);
    g_autoptr(GPtrArray) folders = ra_browse_list(folder.root, FALSE, TRUE, &more, &error);
    g_assert_cmpuint(folders->len, ==, 1);
    g_assert_null(ra_browse_list("/no/such/folder", TRUE, TRUE, &more, &error));
    g_assert_nonnull(error);
    folder_remove(&folder);
}

static void test_new_path(void)
{
    static const struct {
        const char *name, *want; /* NULL: refused */
    } cases[] = {
        {"a.txt", "a.txt"}, {"  a.txt ", "a.txt"}, {"", NULL},    {" ", NULL},
        {".", NULL},        {"..", NULL},          {"a/b", NULL}, {"Report 2.pdf", NULL},
        {"inner", NULL},
    };
    Folder folder;
    folder_make(&folder);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *path = ra_browse_new_path(folder.root, cases[i].name, &error);
        g_autofree char *base = path != NULL ? g_path_get_basename(path) : NULL;
        g_assert_cmpstr(base, ==, cases[i].want);
        g_assert_true((path == NULL) == (error != NULL));
    }
    folder_remove(&folder);
}

/* Sends what is chosen in the window itself; $HOME is the folder, there is no bus. */
static void choose_files(Set *set, RaPage page)
{
    set->model.features = RA_FEATURES_ALL;
    ra_dialogs_open(set->dialogs, page, NULL);
    set_wait(50);
    ra_ui_layout(set->ui);
    g_assert_true(ra_ui_is_modal(set->ui));
}

static void test_send(const Folder *folder)
{
    Set set;
    start(&set);
    g_autofree char *two = g_build_filename(folder->root, "Report 2.pdf", NULL);
    g_autofree char *ten = g_build_filename(folder->root, "Report 10.pdf", NULL);
    g_autofree char *deep = g_build_filename(folder->inner, "deep.txt", NULL);
    g_autofree char *one_log = g_strdup_printf("send-0-0-0-%s ", deep);
    g_autofree char *two_log = g_strdup_printf("send-0-0-0-%s send-0-0-0-%s ", two, ten);
    choose_files(&set, RA_PAGE_SEND_FILE);
    set_key(&set, RA_UI_KEY_ENTER, 0); /* into the folder */
    set_key(&set, RA_UI_KEY_ENTER, 0); /* its only file */
    set_assert_log(&set, one_log);
    g_assert_false(ra_ui_is_modal(set.ui));
    choose_files(&set, RA_PAGE_SEND_FILE); /* begins where it ended */
    set_key(&set, RA_UI_KEY_UP, RA_MOD_ALT);
    for (int i = 0; i < 2; i++) {
        set_key(&set, RA_UI_KEY_END, 0);
        if (i == 1)
            set_key(&set, RA_UI_KEY_UP, 0);
        set_key(&set, ' ', RA_MOD_CTRL);
    }
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, two_log);
    choose_files(&set, RA_PAGE_SEND_FILE);
    set_key(&set, RA_UI_KEY_ESCAPE, 0);
    g_assert_false(ra_ui_is_modal(set.ui));
    set_assert_log(&set, "");
    set_end(&set);
}

static void test_save(const Folder *folder)
{
    Set set;
    start(&set);
    g_autofree char *wanted = g_strdup_printf("save-0-0-0-%s/inner/Notes.txt ", folder->root);
    choose_files(&set, RA_PAGE_SAVE_HISTORY);
    set_key(&set, 'a', RA_MOD_CTRL);
    set_type(&set, "Report 2.pdf");
    set_key(&set, RA_UI_KEY_ENTER, 0); /* is there already */
    set_assert_log(&set, "");
    g_assert_true(ra_ui_is_modal(set.ui));
    set_key(&set, 'a', RA_MOD_CTRL);
    set_type(&set, "inner/Notes.txt"); /* no name */
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, "");
    set_key(&set, RA_UI_KEY_TAB, RA_MOD_SHIFT); /* to the list */
    set_key(&set, RA_UI_KEY_HOME, 0);
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_key(&set, RA_UI_KEY_TAB, 0);
    set_key(&set, 'a', RA_MOD_CTRL);
    set_type(&set, "Notes.txt");
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, wanted);
    set_end(&set);
}

static void test_chooser(void)
{
    Folder folder;
    folder_make(&folder);
    g_setenv("HOME", folder.root, TRUE);
    g_setenv("XDG_RUNTIME_DIR", folder.inner, TRUE);
    g_unsetenv("DBUS_SESSION_BUS_ADDRESS");
    if (g_test_subprocess()) {
        test_send(&folder);
        test_save(&folder);
        folder_remove(&folder);
        return;
    }
    folder_remove(&folder);
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
    g_test_trap_assert_passed();
}

static void test_drop(void)
{
    Set set;
    Folder folder;
    folder_make(&folder);
    start(&set);
    g_autofree char *two = g_build_filename(folder.root, "Report 2.pdf", NULL);
    g_autofree char *wanted = g_strdup_printf("send-0-0-0-%s ", two);
    const char *const both[] = {folder.inner, two, NULL};
    const char *const none[] = {folder.inner, "/dev/null", NULL};
    ra_dialogs_drop(set.dialogs, both);
    g_assert_false(ra_ui_is_modal(set.ui)); /* files are not offered in this session */
    set.model.features = RA_FEATURES_ALL;
    ra_dialogs_drop(set.dialogs, none);
    g_assert_false(ra_ui_is_modal(set.ui));
    ra_dialogs_drop(set.dialogs, both);
    g_assert_true(ra_ui_is_modal(set.ui));
    set_assert_log(&set, "");
    set_key(&set, RA_UI_KEY_ENTER, 0);
    set_assert_log(&set, wanted);
    set_end(&set);
    folder_remove(&folder);
}

static void test_transfers(void)
{
    Set set;
    start(&set);
    RaWidget *rows = ra_dialogs_transfers_new(set.dialogs);
    ra_widget_add(ra_ui_top(set.ui), rows);
    g_assert_true(rows->hidden);
    offer(&set, 2);
    set_wait(1100);
    set_key(&set, RA_UI_KEY_ESCAPE, 0);
    transfers[0].state = RA_TRANSFER_MOVING;
    transfers[1].state = RA_TRANSFER_OVER;
    ra_dialogs_update(set.dialogs, RA_MODEL_FILES);
    g_assert_false(rows->hidden);
    g_assert_cmpuint(rows->children->len, ==, 2);
    g_string_set_size(set.log, 0);
    ra_ui_layout(set.ui);
    ra_ui_focus(set.ui, NULL);
    for (int i = 0; i < 2; i++) { /* the newest is over and can run: it is shown in its folder */
        ra_ui_focus_next(set.ui, 1);
        set_click_focused(&set);
    }
    set_assert_log(&set, "show-0-0-8 cancel-0-0-7 ");
    g_ptr_array_unref(set.model.transfers);
    set_end(&set);
}

/* Every dialog in every size and theme: there is something, and what can be pressed is inside. */

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
    prompt(set, RA_PROMPT_CONNECT, NULL);
    set_wait(1100);
    look(set, "connect", suffix);
    prompt(set, RA_PROMPT_PASSWORD, NULL);
    set_type(set, "four-odd-words");
    look(set, "password", suffix);
    prompt(set, RA_PROMPT_WORKING, NULL);
    look(set, "working", suffix);
    prompt(set, RA_PROMPT_PASSWORD,
           "The password is wrong, or the invitation was altered: check the password with the "
           "person who invites you. 2 more tries.");
    look(set, "wrong", suffix);
    prompt(set, RA_PROMPT_FAILED,
           "The invitation expired at 2026-11-21 09:00 UTC: ask for a new one.");
    look(set, "failed", suffix);
    prompt(set, RA_PROMPT_NONE, NULL);
    set->model.prompt = (RaPrompt){.kind = RA_PROMPT_CHOOSE, .choices = choices, .n_choices = 2};
    ra_dialogs_update(set->dialogs, RA_MODEL_PROMPT);
    look(set, "choose", suffix);
    prompt(set, RA_PROMPT_NONE, NULL);
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
    offer(set, 2);
    set_wait(1100);
    look(set, "offer", suffix);
    transfers[0].state = RA_TRANSFER_OVER;
    ra_dialogs_update(set->dialogs, RA_MODEL_FILES);
    set_wait(1100);
    look(set, "offer-can-run", suffix);
    transfers[1].state = RA_TRANSFER_OVER;
    ra_dialogs_update(set->dialogs, RA_MODEL_FILES);
    ra_dialogs_drop(set->dialogs, both);
    look(set, "drop", suffix);
    set_key(set, RA_UI_KEY_ESCAPE, 0);
    RaWidget *rows = ra_dialogs_transfers_new(set->dialogs);
    rows->min_width = 320;
    ra_widget_set_align(rows, RA_ALIGN_START, RA_ALIGN_START);
    ra_widget_add(ra_ui_top(set->ui), rows);
    transfers[0].state = RA_TRANSFER_MOVING;
    transfers[0].done = 345678;
    transfers[0].rate = 123456;
    transfers[0].seconds_left = 8;
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

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dialogs/connect", test_connect);
    g_test_add_func("/dialogs/password", test_password);
    g_test_add_func("/dialogs/choose", test_choose);
    g_test_add_func("/dialogs/offer", test_offer);
    g_test_add_func("/dialogs/accept", test_accept);
    g_test_add_func("/dialogs/talk", test_talk);
    g_test_add_func("/dialogs/settings", test_settings);
    g_test_add_func("/dialogs/help", test_help);
    g_test_add_func("/dialogs/link", test_link);
    g_test_add_func("/dialogs/browse", test_browse);
    g_test_add_func("/dialogs/new-path", test_new_path);
    g_test_add_func("/dialogs/chooser", test_chooser);
    g_test_add_func("/dialogs/drop", test_drop);
    g_test_add_func("/dialogs/transfers", test_transfers);
    g_test_add_func("/dialogs/looks", test_looks);
    return g_test_run();
}
