/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files: what is offered, chosen, dropped, and on its way. */
#include "tests/viewer/set.h"

#include "viewer/browse.h"

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
    set_start(&set);
    set.then = answered;
    set_offer(&set, 2);
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
    set_start(&set);
    set_offer(&set, 1);
    g_assert_null(ra_ui_focused(set.ui)); /* nothing of it can be pressed yet but Choose */
    set_wait(1100);
    ra_ui_focus_next(set.ui, 1); /* from Refuse to Accept */
    set.refuse = g_strdup("There is no room for it.");
    set_click_focused(&set);
    set_assert_log(&set, "answer-1-0-7 ");
    g_assert_true(ra_ui_is_modal(set.ui));
    set_transfers[0].state = RA_TRANSFER_OVER; /* they withdraw it */
    ra_dialogs_update(set.dialogs, RA_MODEL_FILES);
    g_assert_false(ra_ui_is_modal(set.ui));
    g_ptr_array_unref(set.model.transfers);
    set_end(&set);
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
    set_start(&set);
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
    set_start(&set);
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
    set_start(&set);
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
    set_start(&set);
    RaWidget *rows = ra_dialogs_transfers_new(set.dialogs);
    ra_widget_add(ra_ui_top(set.ui), rows);
    g_assert_true(rows->hidden);
    set_offer(&set, 2);
    set_wait(1100);
    set_key(&set, RA_UI_KEY_ESCAPE, 0);
    set_transfers[0].state = RA_TRANSFER_MOVING;
    set_transfers[1].state = RA_TRANSFER_OVER;
    ra_dialogs_update(set.dialogs, RA_MODEL_FILES);
    g_assert_false(rows->hidden);
    g_assert_cmpuint(rows->children->len, ==, 2);
    g_string_set_size(set.log, 0);
    ra_ui_layout(set.ui);
    ra_ui_focus(set.ui, NULL);
    /* The newest is over and can run: it can be taken off the list, and is shown in its folder. */
    ra_ui_focus_next(set.ui, 1);
    for (int i = 0; i < 2; i++) {
        ra_ui_focus_next(set.ui, 1);
        set_click_focused(&set);
    }
    set_assert_log(&set, "show-0-0-8 cancel-0-0-7 ");
    ra_ui_focus(set.ui, NULL);
    ra_ui_focus_next(set.ui, 1);
    set_click_focused(&set);
    g_assert_cmpuint(rows->children->len, ==, 1);
    ra_dialogs_update(set.dialogs, RA_MODEL_FILES);
    g_assert_cmpuint(rows->children->len, ==, 1);
    g_ptr_array_unref(set.model.transfers);
    set_end(&set);
}

void add_dialog_file_tests(void)
{
    g_test_add_func("/dialogs/offer", test_offer);
    g_test_add_func("/dialogs/accept", test_accept);
    g_test_add_func("/dialogs/browse", test_browse);
    g_test_add_func("/dialogs/new-path", test_new_path);
    g_test_add_func("/dialogs/chooser", test_chooser);
    g_test_add_func("/dialogs/drop", test_drop);
    g_test_add_func("/dialogs/transfers", test_transfers);
}
