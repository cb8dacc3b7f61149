/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/browser.h"

#include "viewer/browse.h"
#include "viewer/dialog.h"

#include <string.h>

enum { CANCEL, ACCEPT };
enum { WIDTH = 640, LIST_HEIGHT = 300, NAME_MAX_BYTES = 255 }; /* dp, dp, bytes */

struct _RaBrowser {
    RaUi *ui;
    RaChooseKind kind;
    RaChooseFunc func;
    gpointer data;
    char *folder;
    gboolean hidden;
    GPtrArray *entries; /* of RaBrowseEntry, as listed */
    GHashTable *marked; /* FILES: paths of this folder, borrowed from `entries` */
    RaWidget *card, *keys, *where, *scroll, *list, *note, *entry;
    GPtrArray *ticks; /* FILES: a button for each entry, NULL for folders; borrowed */
};

/* The end. */

static void browser_free(RaBrowser *browser)
{
    g_free(browser->folder);
    g_clear_pointer(&browser->entries, g_ptr_array_unref);
    g_hash_table_unref(browser->marked);
    g_ptr_array_unref(browser->ticks);
    g_free(browser);
}

/* PATHS may be NULL. */
static void finish(RaBrowser *browser, const char *const *paths)
{
    const RaChooseFunc func = browser->func;
    const gpointer data = browser->data;
    RaWidget *card = browser->card;
    g_auto(GStrv) copy = g_strdupv((char **)paths);
    browser_free(browser);
    ra_dialog_close(card);
    func((const char *const *)copy, data);
}

void ra_browser_free(RaBrowser *browser)
{
    if (browser == NULL)
        return;
    RaWidget *card = browser->card;
    browser_free(browser);
    ra_dialog_close(card);
}

/* The list. */

static const RaBrowseEntry *chosen(const RaBrowser *browser)
{
    const int index = ra_list_chosen(browser->list);
    return index >= 0 && (guint)index < browser->entries->len ? browser->entries->pdata[index]
                                                              : NULL;
}

static void mark(RaBrowser *browser, guint index)
{
    const RaBrowseEntry *entry = browser->entries->pdata[index];
    RaWidget *tick = browser->ticks->pdata[index];
    if (tick == NULL)
        return;
    if (!g_hash_table_remove(browser->marked, entry->path))
        g_hash_table_add(browser->marked, entry->path);
    const gboolean on = g_hash_table_contains(browser->marked, entry->path);
    ra_button_set(tick, RA_BUTTON_FLAT, on ? RA_ICON_CHECK : RA_ICON_DOCUMENT, NULL);
    ra_button_set_on(tick, on);
}

static void on_tick(RaWidget *tick, gpointer data)
{
    guint index;
    if (g_ptr_array_find(((RaBrowser *)data)->ticks, tick, &index))
        mark(data, index);
}

/* What stands before the name: of a file that may be one of several, a button that marks it. */
static RaWidget *new_tick(RaBrowser *browser, const RaBrowseEntry *entry)
{
    if (browser->kind != RA_CHOOSE_FILES || entry->folder) {
        g_ptr_array_add(browser->ticks, NULL);
        return ra_icon_new(browser->ui, entry->folder ? RA_ICON_FOLDER : RA_ICON_DOCUMENT, 20,
                           RA_COLOUR_QUIET);
    }
    RaWidget *tick =
        ra_button_new(browser->ui, RA_BUTTON_FLAT, RA_ICON_DOCUMENT, NULL, on_tick, browser);
    ra_widget_set_tip(tick, "One of several (Ctrl+Space)");
    tick->focusable = FALSE; /* the list has the keys */
    g_ptr_array_add(browser->ticks, tick);
    return tick;
}

static void add_column(RaWidget *row, const char *text, int width)
{
    RaWidget *label = ra_label_new(row->ui, RA_FONT_SMALL, RA_COLOUR_QUIET, text);
    label->min_width = width;
    ra_widget_set_align(label, RA_ALIGN_FILL, RA_ALIGN_CENTRE);
    ra_widget_add(row, label);
}

static void add_entry(RaBrowser *browser, const RaBrowseEntry *entry, gint64 now)
{
    RaWidget *row = ra_row_new(browser->ui, 10);
    RaWidget *tick = new_tick(browser, entry);
    RaWidget *name = ra_label_new(browser->ui, RA_FONT_BODY, RA_COLOUR_TEXT, entry->name);
    g_autofree char *size = entry->folder ? g_strdup("") : g_format_size(entry->size);
    g_autofree char *date = ra_browse_date(entry->modified, now);
    tick->min_width = 36;
    ra_widget_set_align(tick, RA_ALIGN_CENTRE, RA_ALIGN_CENTRE);
    ra_label_set_one_line(name, TRUE);
    ra_widget_set_expands(name, TRUE);
    ra_widget_set_align(name, RA_ALIGN_FILL, RA_ALIGN_CENTRE);
    ra_widget_add(row, tick);
    ra_widget_add(row, name);
    add_column(row, size, 72);
    add_column(row, date, 76);
    ra_list_add(browser->list, row, entry->name);
}

static void show_where(RaBrowser *browser)
{
    const char *home = g_get_home_dir();
    const gsize n = strlen(home);
    const gboolean inside =
        g_str_has_prefix(browser->folder, home) && strchr("/", browser->folder[n]) != NULL;
    g_autofree char *shown = ra_browse_shown(browser->folder + (inside ? n : 0));
    g_autofree char *text = inside ? g_strconcat("Home", shown, NULL) : g_strdup(shown);
    ra_label_set_text(browser->where, text);
}

static void show_note(RaBrowser *browser, gboolean more)
{
    g_autofree char *first = g_strdup_printf("Only the first %d are listed here.", RA_BROWSE_MAX);
    const char *nothing =
        browser->kind == RA_CHOOSE_FOLDER ? "No folders in here." : "Nothing in here.";
    ra_label_set_text(browser->note, more ? first : nothing);
    ra_widget_set_hidden(browser->note, !more && browser->entries->len > 0);
}

static void on_entered(RaWidget *list, gpointer data);

/* FOLDER is shown now, unless it cannot be read: then a line says so. */
static void go(RaBrowser *browser, const char *folder)
{
    static const RaListFuncs funcs = {.entered = on_entered};
    g_autoptr(GError) error = NULL;
    g_autofree char *to = g_canonicalize_filename(folder, "/");
    gboolean more = FALSE;
    GPtrArray *entries =
        ra_browse_list(to, browser->kind != RA_CHOOSE_FOLDER, browser->hidden, &more, &error);
    ra_dialog_set_message(browser->card, entries != NULL ? NULL : error->message);
    if (entries == NULL && browser->entries != NULL)
        return;
    g_hash_table_remove_all(browser->marked);
    g_ptr_array_set_size(browser->ticks, 0);
    g_clear_pointer(&browser->entries, g_ptr_array_unref);
    browser->entries = entries != NULL ? entries : g_ptr_array_new();
    g_free(browser->folder);
    browser->folder = g_steal_pointer(&to);
    ra_widget_clear(browser->scroll);
    browser->list = ra_list_new(browser->ui, &funcs, browser);
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    for (guint i = 0; i < browser->entries->len; i++)
        add_entry(browser, browser->entries->pdata[i], now);
    ra_widget_add(browser->scroll, browser->list);
    if (browser->kind == RA_CHOOSE_FILES && browser->entries->len > 0)
        ra_list_choose(browser->list, 0);
    show_where(browser);
    show_note(browser, more);
}

/* As above, and the keys go on working there. */
static void walk(RaBrowser *browser, const char *folder)
{
    go(browser, folder);
    ra_ui_focus(browser->ui, browser->list);
}

static void up(RaBrowser *browser)
{
    g_autofree char *above = g_path_get_dirname(browser->folder);
    walk(browser, above);
}

/* Answers. */

static void accept_files(RaBrowser *browser)
{
    const RaBrowseEntry *entry = chosen(browser);
    g_autoptr(GPtrArray) paths = g_ptr_array_new();
    for (guint i = 0; i < browser->entries->len; i++) { /* in the order of the list */
        RaBrowseEntry *one = browser->entries->pdata[i];
        if (g_hash_table_contains(browser->marked, one->path))
            g_ptr_array_add(paths, one->path);
    }
    if (paths->len == 0 && entry == NULL)
        return;
    if (paths->len == 0 && entry->folder) {
        g_autofree char *folder = g_strdup(entry->path);
        walk(browser, folder);
        return;
    }
    if (paths->len == 0)
        g_ptr_array_add(paths, entry->path);
    g_ptr_array_add(paths, NULL);
    finish(browser, (const char *const *)paths->pdata);
}

/* The one that is shown, whatever of it is chosen. */
static void accept_folder(RaBrowser *browser)
{
    const char *const paths[] = {browser->folder, NULL};
    finish(browser, paths);
}

static void accept_new(RaBrowser *browser)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path =
        ra_browse_new_path(browser->folder, ra_entry_text(browser->entry), &error);
    const char *const paths[] = {path, NULL};
    if (path != NULL) {
        finish(browser, paths);
        return;
    }
    ra_dialog_set_message(browser->card, error->message);
    ra_entry_set_wrong(browser->entry, TRUE);
}

static void on_answer(RaWidget *card, int id, gpointer data)
{
    (void)card;
    RaBrowser *browser = data;
    if (id == CANCEL)
        finish(browser, NULL);
    else if (browser->kind == RA_CHOOSE_FILES)
        accept_files(browser);
    else if (browser->kind == RA_CHOOSE_FOLDER)
        accept_folder(browser);
    else
        accept_new(browser);
}

/* Enter, or a double click. */
static void on_entered(RaWidget *list, gpointer data)
{
    (void)list;
    RaBrowser *browser = data;
    const RaBrowseEntry *entry = chosen(browser);
    if (entry != NULL && entry->folder) {
        g_autofree char *folder = g_strdup(entry->path);
        walk(browser, folder);
    } else if (entry != NULL && browser->kind == RA_CHOOSE_FILES) {
        accept_files(browser);
    } else if (entry != NULL && browser->kind == RA_CHOOSE_NEW) {
        ra_entry_set_text(browser->entry, entry->name);
    }
}

/* What surrounds the list. */

static void set_hidden(RaBrowser *browser, gboolean hidden)
{
    g_autofree char *here = g_strdup(browser->folder);
    browser->hidden = hidden;
    go(browser, here);
}

static void on_hidden(RaWidget *widget, gpointer data)
{
    set_hidden(data, ra_switch_on(widget));
}

static void on_up(RaWidget *button, gpointer data)
{
    (void)button;
    up(data);
}

/* The button's own data is the folder. */
static void on_place(RaWidget *button, gpointer data)
{
    walk(data, ra_widget_data(button));
}

static void on_name(RaWidget *entry, gpointer data)
{
    ra_entry_set_wrong(entry, FALSE);
    ra_dialog_set_message(((RaBrowser *)data)->card, NULL);
}

static void on_name_entered(RaWidget *entry, gpointer data)
{
    (void)entry;
    accept_new(data);
}

typedef struct {
    RaWidget widget;
    RaBrowser *browser; /* borrowed: the browser is gone before its card */
} Keys;

static gboolean take_key(RaWidget *widget, const RaUiKey *key)
{
    RaBrowser *browser = ((Keys *)widget)->browser;
    const gboolean ctrl = (key->mods & RA_MOD_CTRL) != 0, alt = (key->mods & RA_MOD_ALT) != 0;
    if ((key->key == RA_UI_KEY_UP && alt) || (key->key == RA_UI_KEY_BACKSPACE && !ctrl))
        up(browser);
    else if (key->key == ' ' && ctrl && ra_list_chosen(browser->list) >= 0)
        mark(browser, (guint)ra_list_chosen(browser->list));
    else if (key->key == 'h' && ctrl)
        set_hidden(browser, !browser->hidden);
    else
        return FALSE;
    return TRUE;
}

static RaWidget *keys_new(RaBrowser *browser)
{
    static const RaWidgetClass class = {.name = "browser", .size = sizeof(Keys), .key = take_key};
    RaWidget *widget = ra_widget_new(browser->ui, &class);
    ((Keys *)widget)->browser = browser;
    return widget;
}

static RaWidget *new_places(RaBrowser *browser)
{
    const struct {
        const char *label, *path;
    } places[] = {
        {"Home", g_get_home_dir()},
        {"Desktop", g_get_user_special_dir(G_USER_DIRECTORY_DESKTOP)},
        {"Documents", g_get_user_special_dir(G_USER_DIRECTORY_DOCUMENTS)},
        {"Downloads", g_get_user_special_dir(G_USER_DIRECTORY_DOWNLOAD)},
        {"Computer", "/"},
    };
    RaWidget *row = ra_row_new(browser->ui, 4);
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        if (places[i].path == NULL || !g_file_test(places[i].path, G_FILE_TEST_IS_DIR))
            continue;
        RaWidget *button = ra_button_new(browser->ui, RA_BUTTON_FLAT, RA_ICON_NONE, places[i].label,
                                         on_place, browser);
        ra_widget_set_data(button, g_strdup(places[i].path), g_free);
        ra_widget_add(row, button);
    }
    return row;
}

static RaWidget *new_path_row(RaBrowser *browser)
{
    RaWidget *row = ra_row_new(browser->ui, 8);
    RaWidget *back = ra_button_new(browser->ui, RA_BUTTON_PLAIN, RA_ICON_UP, NULL, on_up, browser);
    ra_widget_set_tip(back, "The folder above (Alt+Up)");
    browser->where = ra_label_new(browser->ui, RA_FONT_STRONG, RA_COLOUR_TEXT, "");
    ra_label_set_one_line(browser->where, TRUE);
    ra_widget_set_expands(browser->where, TRUE);
    ra_widget_set_align(browser->where, RA_ALIGN_FILL, RA_ALIGN_CENTRE);
    ra_widget_add(row, back);
    ra_widget_add(row, browser->where);
    return row;
}

static void add_name(RaBrowser *browser, RaWidget *column, const char *name)
{
    static const RaEntryFuncs funcs = {.changed = on_name, .entered = on_name_entered};
    browser->entry = ra_entry_new(browser->ui, RA_ENTRY_LINE, NAME_MAX_BYTES, &funcs, browser);
    ra_entry_set_hint(browser->entry, "Name of the file");
    ra_entry_set_text(browser->entry, name != NULL ? name : "");
    ra_widget_add(column, browser->entry);
    const char *ending = name != NULL ? strrchr(name, '.') : NULL;
    if (ending != NULL)
        ra_entry_select(browser->entry, 0, (gsize)(ending - name));
}

static void build(RaBrowser *browser, const RaChooseOptions *options)
{
    RaUi *ui = browser->ui;
    RaWidget *column = ra_column_new(ui, 8);
    browser->card = ra_dialog_new(ui, RA_ICON_FOLDER, options->title, WIDTH, on_answer, browser);
    browser->keys = keys_new(browser);
    browser->scroll = ra_scroll_new(ui, 120, LIST_HEIGHT);
    browser->note = ra_label_new(ui, RA_FONT_SMALL, RA_COLOUR_QUIET, "");
    RaWidget *frame = ra_padding_new(ui, 1, 1);
    ra_padding_set_ground(frame, RA_COLOUR_FIELD, 6, TRUE);
    ra_widget_add(frame, browser->scroll);
    ra_widget_add(column, new_places(browser));
    ra_widget_add(column, new_path_row(browser));
    ra_widget_add(column, frame);
    ra_widget_add(column, browser->note);
    if (browser->kind == RA_CHOOSE_NEW)
        add_name(browser, column, options->name);
    ra_widget_add(column, ra_switch_new(ui, "Show hidden files", FALSE, on_hidden, browser));
    ra_widget_add(browser->keys, column);
    ra_dialog_add(browser->card, browser->keys);
    (void)ra_dialog_add_button(browser->card, CANCEL, "Cancel", RA_ANSWER_CANCEL | RA_ANSWER_STAYS);
    (void)ra_dialog_add_button(browser->card, ACCEPT, options->accept,
                               RA_ANSWER_DEFAULT | RA_ANSWER_STAYS);
}

RaBrowser *ra_browser_new(RaUi *ui, const RaChooseOptions *options, RaChooseFunc func,
                          gpointer data)
{
    RaBrowser *browser = g_new0(RaBrowser, 1);
    browser->ui = ui;
    browser->kind = options->kind;
    browser->func = func;
    browser->data = data;
    browser->marked = g_hash_table_new(g_str_hash, g_str_equal);
    browser->ticks = g_ptr_array_new();
    build(browser, options);
    go(browser, options->folder);
    ra_dialog_set_focus(browser->card, browser->entry != NULL ? browser->entry : browser->list);
    ra_dialog_show(browser->card);
    return browser;
}
