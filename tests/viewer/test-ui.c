/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Widgets without a window: what is edited, where the focus goes, what fits where, and that colours
 * can be told apart. */
#include "viewer/bar.h"
#include "viewer/containers.h"
#include "viewer/dialog.h"
#include "viewer/edit.h"
#include "viewer/entry.h"
#include "viewer/frame.h"
#include "viewer/messages.h"
#include "viewer/pane.h"
#include "viewer/statusbar.h"
#include "viewer/widgets.h"

#include <locale.h>
#include <string.h>

/* Editing. */

#define FAMILY "👨‍👩‍👧" /* one grapheme, 18 bytes */

static void test_edit_graphemes(void)
{
    static const char *const texts[] = {"é", "e\xcc\x81", FAMILY, "ש", "한", "🇩🇪", "कि"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(RaEdit) edit = ra_edit_new(200, FALSE, FALSE);
        g_autofree char *all = g_strdup_printf("a%sb", texts[i]);
        g_assert_true(ra_edit_insert(edit, all));
        ra_edit_move(edit, RA_EDIT_GRAPHEME, -1, FALSE);
        ra_edit_move(edit, RA_EDIT_GRAPHEME, -1, FALSE);
        g_assert_cmpuint(ra_edit_caret(edit), ==, 1);
        ra_edit_move(edit, RA_EDIT_GRAPHEME, 1, FALSE);
        g_assert_cmpuint(ra_edit_caret(edit), ==, 1 + strlen(texts[i]));
        g_assert_true(ra_edit_delete(edit, RA_EDIT_GRAPHEME, -1));
        g_assert_cmpstr(ra_edit_text(edit), ==, "ab");
        g_assert_true(ra_edit_undo(edit));
        g_assert_cmpstr(ra_edit_text(edit), ==, all);
        for (gsize at = 0; at <= strlen(all); at++) { /* never inside of one */
            ra_edit_move_to(edit, at, FALSE);
            const gsize caret = ra_edit_caret(edit);
            g_assert_true(caret <= 1 || caret >= 1 + strlen(texts[i]));
        }
    }
}

static void test_edit_words(void)
{
    g_autoptr(RaEdit) edit = ra_edit_new(200, FALSE, TRUE);
    ra_edit_set(edit, "one two\nthree");
    ra_edit_move(edit, RA_EDIT_WORD, -1, FALSE);
    g_assert_cmpuint(ra_edit_caret(edit), ==, 8);
    ra_edit_move(edit, RA_EDIT_WORD, -1, TRUE);
    gsize start, end;
    g_assert_true(ra_edit_selection(edit, &start, &end));
    g_assert_cmpuint(start, ==, 4);
    g_assert_cmpuint(end, ==, 8);
    g_assert_true(ra_edit_insert(edit, "2 "));
    g_assert_cmpstr(ra_edit_text(edit), ==, "one 2 three");
    ra_edit_select_around(edit, 1, RA_EDIT_WORD);
    g_autofree char *word = ra_edit_copy(edit);
    g_assert_cmpstr(word, ==, "one");
    ra_edit_set(edit, "a\nbc\nd");
    ra_edit_move_to(edit, 3, FALSE);
    ra_edit_move(edit, RA_EDIT_LINE, -1, FALSE);
    g_assert_cmpuint(ra_edit_caret(edit), ==, 2);
    ra_edit_move(edit, RA_EDIT_LINE, 1, FALSE);
    g_assert_cmpuint(ra_edit_caret(edit), ==, 4);
}

static const struct {
    gboolean lines;
    gsize max;
    const char *typed, *text;
} taken[] = {
    {FALSE, 100, "a\nb\r\nc\td", "a b c d"},
    {TRUE, 100, "a\r\nb\rc", "a\nb\nc"},
    {FALSE, 100, "\x01\x1b[0m\x7f", "[0m"},
    {FALSE, 5, "äöü", "äö"},
    {FALSE, 100, "\xff\xfe", ""},
    {FALSE, 100, "x\xe2\x80\xa8y", "x y"},
    {TRUE, 3, "🙂", ""},
};

static void test_edit_taken(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(taken); i++) {
        g_autoptr(RaEdit) edit = ra_edit_new(taken[i].max, FALSE, taken[i].lines);
        g_assert_cmpint(ra_edit_insert(edit, taken[i].typed), ==, *taken[i].text != '\0');
        g_assert_cmpstr(ra_edit_text(edit), ==, taken[i].text);
    }
}

static void test_edit_undo(void)
{
    g_autoptr(RaEdit) edit = ra_edit_new(100, FALSE, FALSE);
    g_assert_false(ra_edit_undo(edit));
    for (const char *at = "word"; *at != '\0'; at++)
        ra_edit_insert(edit, (char[]){*at, '\0'});
    ra_edit_insert(edit, " ");
    ra_edit_insert(edit, "pasted text");
    g_assert_true(ra_edit_undo(edit));
    g_assert_cmpstr(ra_edit_text(edit), ==, "word ");
    g_assert_true(ra_edit_undo(edit));
    g_assert_cmpstr(ra_edit_text(edit), ==, "word"); /* typed letters go together */
    g_assert_true(ra_edit_undo(edit));
    g_assert_cmpstr(ra_edit_text(edit), ==, "");
    g_assert_true(ra_edit_redo(edit));
    g_assert_true(ra_edit_redo(edit));
    g_assert_true(ra_edit_redo(edit));
    g_assert_cmpstr(ra_edit_text(edit), ==, "word pasted text");
    g_assert_false(ra_edit_redo(edit));
}

static void assert_wiped(const char *bytes, gsize size)
{
    for (gsize i = 0; i < size; i++)
        g_assert_cmpint(bytes[i], ==, 0);
}

/* Nothing of a secret stays: neither after it is taken, nor after it is deleted. */
static void test_edit_secret(void)
{
    g_autoptr(RaEdit) edit = ra_edit_new(64, TRUE, FALSE);
    const char *bytes = ra_edit_text(edit);
    ra_edit_insert(edit, "Seven-purple");
    ra_edit_insert(edit, "-Ladders");
    ra_edit_select(edit, 0, 5);
    g_assert_null(ra_edit_copy(edit));
    g_assert_true(ra_edit_delete(edit, RA_EDIT_GRAPHEME, -1));
    g_assert_cmpstr(bytes, ==, "-purple-Ladders");
    assert_wiped(bytes + 15, 50);
    g_assert_false(ra_edit_undo(edit));
    RaSecret *secret = ra_edit_take_secret(edit);
    g_assert_cmpstr(ra_secret_text(secret), ==, "-purple-Ladders");
    ra_secret_unref(secret);
    assert_wiped(bytes, 65);
    g_assert_cmpuint(ra_edit_length(edit), ==, 0);
}

/* The stage. */

typedef struct {
    RaUi *ui;
    RaWidget *column, *button[3], *entry, *secret;
    GString *log;
    char *clipboard;
    gboolean typing;
} Scene;

static void on_damage(RaBox part G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
}

static void on_text_input(const RaBox *caret, gboolean secret G_GNUC_UNUSED, gpointer data)
{
    ((Scene *)data)->typing = caret != NULL;
}

static void on_copy(const char *text, gpointer data)
{
    g_free(((Scene *)data)->clipboard);
    ((Scene *)data)->clipboard = g_strdup(text);
}

static char *on_paste(gpointer data)
{
    return g_strdup(((Scene *)data)->clipboard);
}

static void on_pressed(RaWidget *widget, gpointer data)
{
    const Scene *scene = data;
    for (int i = 0; i < 3; i++) {
        if (scene->button[i] == widget)
            g_string_append_printf(scene->log, "%d ", i);
    }
}

static void on_entered(RaWidget *widget, gpointer data)
{
    g_string_append_printf(((Scene *)data)->log, "enter:%s ", ra_entry_text(widget));
}

static void begin(Scene *scene)
{
    static const char *const labels[] = {"First", "Second", "Third"};
    const RaUiHost host = {.damage = on_damage,
                           .text_input = on_text_input,
                           .set_clipboard = on_copy,
                           .clipboard = on_paste};
    const RaEntryFuncs funcs = {.entered = on_entered};
    *scene = (Scene){.log = g_string_new(NULL)};
    scene->ui = ra_ui_new(&host, scene);
    scene->column = ra_column_new(scene->ui, 4);
    for (int i = 0; i < 3; i++) {
        scene->button[i] =
            ra_button_new(scene->ui, RA_BUTTON_PLAIN, RA_ICON_NONE, labels[i], on_pressed, scene);
        ra_widget_add(scene->column, scene->button[i]);
    }
    scene->entry = ra_entry_new(scene->ui, RA_ENTRY_TEXT, 100, &funcs, scene);
    scene->secret = ra_entry_new(scene->ui, RA_ENTRY_SECRET, 100, NULL, scene);
    ra_widget_add(scene->column, scene->entry);
    ra_widget_add(scene->column, scene->secret);
    ra_ui_push(scene->ui, scene->column, 0);
    ra_ui_set_size(scene->ui, 400, 400);
    ra_ui_layout(scene->ui);
}

static void end(Scene *scene)
{
    ra_ui_free(scene->ui);
    g_string_free(scene->log, TRUE);
    g_free(scene->clipboard);
}

static gboolean key(Scene *scene, guint32 sym, guint mods)
{
    return ra_ui_key(scene->ui, &(RaUiKey){.key = sym, .mods = mods});
}

static void assert_log(Scene *scene, const char *wanted)
{
    g_assert_cmpstr(scene->log->str, ==, wanted);
    g_string_truncate(scene->log, 0);
}

static void test_focus(void)
{
    Scene scene;
    begin(&scene);
    g_assert_false(key(&scene, RA_UI_KEY_TAB, 0)); /* nowhere: the remote screen's */
    ra_ui_focus_next(scene.ui, 1);
    g_assert_true(ra_ui_focused(scene.ui) == scene.button[0]);
    ra_widget_set_disabled(scene.button[1], TRUE);
    g_assert_true(key(&scene, RA_UI_KEY_TAB, 0));
    g_assert_true(ra_ui_focused(scene.ui) == scene.button[2]);
    key(&scene, RA_UI_KEY_ENTER, 0);
    key(&scene, ' ', 0);
    assert_log(&scene, "2 2 ");
    g_assert_false(scene.typing);
    key(&scene, RA_UI_KEY_TAB, 0);
    g_assert_true(ra_ui_focused(scene.ui) == scene.entry);
    g_assert_true(scene.typing);
    key(&scene, RA_UI_KEY_TAB, RA_MOD_SHIFT);
    g_assert_true(ra_ui_focused(scene.ui) == scene.button[2]);
    g_assert_false(scene.typing);
    ra_widget_free(scene.button[2]); /* the focus does not stay on what is gone */
    g_assert_null(ra_ui_focused(scene.ui));
    end(&scene);
}

static void test_typing(void)
{
    Scene scene;
    begin(&scene);
    ra_ui_focus(scene.ui, scene.entry);
    ra_ui_type(scene.ui, "Hello");
    key(&scene, RA_UI_KEY_ENTER, RA_MOD_SHIFT);
    ra_ui_preedit(scene.ui, "にほ", 2);
    g_assert_cmpstr(ra_entry_text(scene.entry), ==, "Hello\n"); /* not there yet */
    g_assert_true(key(&scene, RA_UI_KEY_ENTER, 0));             /* the input method's */
    assert_log(&scene, "");
    ra_ui_type(scene.ui, "日本");
    key(&scene, RA_UI_KEY_ENTER, 0);
    assert_log(&scene, "enter:Hello\n日本 ");
    key(&scene, 'a', RA_MOD_CTRL);
    key(&scene, 'x', RA_MOD_CTRL);
    g_assert_cmpstr(scene.clipboard, ==, "Hello\n日本");
    g_assert_cmpstr(ra_entry_text(scene.entry), ==, "");
    key(&scene, 'v', RA_MOD_CTRL);
    key(&scene, 'v', RA_MOD_CTRL);
    g_assert_cmpstr(ra_entry_text(scene.entry), ==, "Hello\n日本Hello\n日本");
    ra_ui_focus(scene.ui, scene.secret);
    ra_ui_type(scene.ui, "secret");
    key(&scene, 'a', RA_MOD_CTRL);
    key(&scene, 'c', RA_MOD_CTRL);
    g_assert_cmpstr(scene.clipboard, ==, "Hello\n日本");
    g_assert_cmpuint(ra_entry_length(scene.secret), ==, 6);
    end(&scene);
}

static void click(Scene *scene, const RaWidget *widget)
{
    RaUiPointer event = {.kind = RA_POINTER_DOWN,
                         .x = widget->box.x + 5,
                         .y = widget->box.y + 5,
                         .button = 1,
                         .clicks = 1};
    ra_ui_pointer(scene->ui, &event);
    event.kind = RA_POINTER_UP;
    ra_ui_pointer(scene->ui, &event);
}

static void test_pointer(void)
{
    Scene scene;
    begin(&scene);
    click(&scene, scene.button[1]);
    assert_log(&scene, "1 ");
    RaUiPointer event = {.kind = RA_POINTER_DOWN,
                         .x = scene.button[0]->box.x + 5,
                         .y = scene.button[0]->box.y + 5,
                         .button = 1};
    g_assert_true(ra_ui_pointer(scene.ui, &event));
    event.kind = RA_POINTER_UP;
    event.y = 399; /* slid off */
    ra_ui_pointer(scene.ui, &event);
    ra_widget_set_disabled(scene.button[0], TRUE);
    click(&scene, scene.button[0]);
    assert_log(&scene, "");
    /* Where no widget is, the pointer is the remote screen's. */
    event = (RaUiPointer){.kind = RA_POINTER_DOWN, .x = 200, .y = 395, .button = 1};
    g_assert_false(ra_ui_pointer(scene.ui, &event));
    end(&scene);
}

/* Dialogs. */

static void on_answer(RaWidget *dialog G_GNUC_UNUSED, int id, gpointer data)
{
    g_string_append_printf(((Scene *)data)->log, "answer:%d ", id);
}

static RaWidget *ask(Scene *scene, RaAnswerFlags flags)
{
    RaWidget *dialog = ra_dialog_new(scene->ui, RA_ICON_INFO, "Title", 0, on_answer, scene);
    ra_dialog_add_text(dialog, "Text");
    ra_dialog_add_button(dialog, 1, "No", RA_ANSWER_CANCEL);
    ra_dialog_add_button(dialog, 2, "Yes", RA_ANSWER_DEFAULT | flags);
    ra_dialog_show(dialog);
    ra_ui_layout(scene->ui);
    return dialog;
}

static gboolean on_time(gpointer data)
{
    *(gboolean *)data = TRUE;
    return G_SOURCE_REMOVE;
}

static void test_dialog(void)
{
    Scene scene;
    begin(&scene);
    ra_ui_focus(scene.ui, scene.entry);
    ask(&scene, 0);
    g_assert_true(ra_ui_is_modal(scene.ui));
    click(&scene, scene.button[0]); /* behind it */
    assert_log(&scene, "");
    key(&scene, RA_UI_KEY_ENTER, 0);
    assert_log(&scene, "answer:2 ");
    g_assert_false(ra_ui_is_modal(scene.ui));
    g_assert_true(ra_ui_focused(scene.ui) == scene.entry); /* who had it has it again */
    ask(&scene, 0);
    ask(&scene, 0);
    key(&scene, RA_UI_KEY_ESCAPE, 0);
    key(&scene, RA_UI_KEY_ESCAPE, 0);
    assert_log(&scene, "answer:1 answer:1 ");
    g_assert_false(ra_ui_is_modal(scene.ui));
    end(&scene);
}

/* What was typed a moment before does not answer a question that has just come up. */
static void test_dialog_later(void)
{
    Scene scene;
    begin(&scene);
    ask(&scene, RA_ANSWER_LATER);
    key(&scene, RA_UI_KEY_ENTER, 0);
    key(&scene, ' ', 0);
    assert_log(&scene, "");
    gboolean over = FALSE;
    g_timeout_add(1200, on_time, &over);
    while (!over)
        g_main_context_iteration(NULL, TRUE);
    key(&scene, RA_UI_KEY_ENTER, 0);
    assert_log(&scene, "answer:2 ");
    end(&scene);
}

/* Layout. */

static gboolean is_within(const RaWidget *widget, const RaBox *box)
{
    if (widget->hidden)
        return TRUE;
    if (widget->box.x < box->x || widget->box.x + widget->box.width > box->x + box->width)
        return FALSE;
    for (guint i = 0; widget->children != NULL && i < widget->children->len; i++) {
        if (!is_within(widget->children->pdata[i], box))
            return FALSE;
    }
    return TRUE;
}

static void on_command(RaCommand command G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED)
{
}

/* The toolbar loses words, never buttons, at any width and size of text. */
static void test_bar(void)
{
    static const struct {
        int width, scale, text;
    } sizes[] = {{640, 100, 100},  {640, 100, 200},  {800, 100, 100}, {1280, 100, 100},
                 {1280, 100, 200}, {1280, 200, 100}, {3840, 200, 200}};
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        const RaUiHost host = {.damage = on_damage};
        const RaModel model = {.status = {.state = RA_CONNECT_SHARING, .name = "Anna"},
                               .features = RA_FEATURES_ALL,
                               .monitors = {.n = 2}};
        RaUi *ui = ra_ui_new(&host, NULL);
        RaShell shell = {.ui = ui, .model = &model};
        RaWidget *bar = ra_bar_new(&shell, on_command, NULL);
        const RaBarState state = {.has_picture = TRUE};
        ra_ui_set_style(ui, RA_THEME_LIGHT, sizes[i].scale, sizes[i].text);
        ra_ui_push(ui, bar, 0);
        ra_ui_set_size(ui, sizes[i].width, 200);
        ra_bar_update(bar, &state);
        ra_ui_layout(ui);
        const RaBox box = {0, 0, sizes[i].width, 200};
        g_test_message("%d px, %d %%, %d %%", sizes[i].width, sizes[i].scale, sizes[i].text);
        g_assert_true(is_within(bar, &box));
        ra_ui_free(ui);
    }
}

/* Theme. */

static void test_contrast(void)
{
    static const struct {
        RaColour text, ground;
        double ratio;
    } pairs[] = {
        {RA_COLOUR_TEXT, RA_COLOUR_BAR, 4.5},
        {RA_COLOUR_TEXT, RA_COLOUR_PANE, 4.5},
        {RA_COLOUR_TEXT, RA_COLOUR_CARD, 4.5},
        {RA_COLOUR_TEXT, RA_COLOUR_FIELD, 4.5},
        {RA_COLOUR_TEXT, RA_COLOUR_BUTTON, 4.5},
        {RA_COLOUR_TEXT, RA_COLOUR_BUTTON_HOVER, 4.5},
        {RA_COLOUR_TEXT, RA_COLOUR_BUTTON_PRESS, 4.5},
        {RA_COLOUR_TEXT, RA_COLOUR_THEIRS, 4.5},
        {RA_COLOUR_TEXT, RA_COLOUR_SELECTION, 4.5},
        {RA_COLOUR_MINE_TEXT, RA_COLOUR_MINE, 4.5},
        {RA_COLOUR_QUIET, RA_COLOUR_BAR, 4.5},
        {RA_COLOUR_QUIET, RA_COLOUR_PANE, 4.5},
        {RA_COLOUR_QUIET, RA_COLOUR_CARD, 4.5},
        {RA_COLOUR_QUIET, RA_COLOUR_FIELD, 4.5},
        {RA_COLOUR_LINK, RA_COLOUR_MINE, 4.5},
        {RA_COLOUR_LINK, RA_COLOUR_THEIRS, 4.5},
        {RA_COLOUR_LINK, RA_COLOUR_CARD, 4.5},
        {RA_COLOUR_ERROR, RA_COLOUR_CARD, 4.5},
        {RA_COLOUR_ON_ACCENT, RA_COLOUR_ACCENT, 4.5},
        {RA_COLOUR_ON_ACCENT, RA_COLOUR_ACCENT_HOVER, 4.5},
        {RA_COLOUR_ON_ACCENT, RA_COLOUR_ACCENT_PRESS, 4.5},
        {RA_COLOUR_ON_ACCENT, RA_COLOUR_WARM, 4.5},
        {RA_COLOUR_ON_ACCENT, RA_COLOUR_WARM_HOVER, 4.5},
        {RA_COLOUR_ON_ACCENT, RA_COLOUR_DANGER, 4.5},
        {RA_COLOUR_ON_ACCENT, RA_COLOUR_DANGER_HOVER, 4.5},
        {RA_COLOUR_FRAME, RA_COLOUR_FIELD, 3},
        {RA_COLOUR_FRAME, RA_COLOUR_CARD, 3},
        {RA_COLOUR_FOCUS, RA_COLOUR_BAR, 3},
        {RA_COLOUR_FOCUS, RA_COLOUR_CARD, 3},
        {RA_COLOUR_FOCUS, RA_COLOUR_PANE, 3},
    };
    for (int kind = RA_THEME_LIGHT; kind <= RA_THEME_CONTRAST; kind++) {
        for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
            const double ratio =
                ra_theme_contrast(ra_theme_colour((RaThemeKind)kind, pairs[i].text),
                                  ra_theme_colour((RaThemeKind)kind, pairs[i].ground));
            const gboolean more = kind == RA_THEME_CONTRAST && pairs[i].ratio > 4;
            g_test_message("theme %d, pair %u on %u: %.2f", kind, pairs[i].text, pairs[i].ground,
                           ratio);
            g_assert_cmpfloat(ratio, >=, more ? 7 : pairs[i].ratio);
        }
    }
    g_assert_cmpfloat(ra_theme_contrast(0x000000, 0xffffff), >, 20.9);
    g_assert_cmpfloat(ra_theme_contrast(0x777777, 0x777777), <, 1.01);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8");
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ui/edit/graphemes", test_edit_graphemes);
    g_test_add_func("/ui/edit/words", test_edit_words);
    g_test_add_func("/ui/edit/taken", test_edit_taken);
    g_test_add_func("/ui/edit/undo", test_edit_undo);
    g_test_add_func("/ui/edit/secret", test_edit_secret);
    g_test_add_func("/ui/focus", test_focus);
    g_test_add_func("/ui/typing", test_typing);
    g_test_add_func("/ui/pointer", test_pointer);
    g_test_add_func("/ui/dialog", test_dialog);
    g_test_add_func("/ui/dialog/later", test_dialog_later);
    g_test_add_func("/ui/bar", test_bar);
    g_test_add_func("/ui/contrast", test_contrast);
    return g_test_run();
}
