/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/viewer/set.h"

#include "viewer/containers.h"

#include <glib/gstdio.h>
#include <string.h>

enum { BEHIND = 0x336699 };

static void on_damage(RaBox part, gpointer data)
{
    (void)part;
    (void)data;
}

static void on_text_input(const RaBox *caret, gboolean secret, gpointer data)
{
    (void)secret;
    ((Set *)data)->typing = caret != NULL;
}

static void on_clipboard(const char *text, gpointer data)
{
    g_string_append_printf(((Set *)data)->log, "copy:%s ", text);
}

static void on_pointer(RaUi *ui, gpointer data)
{
    (void)ui;
    (void)data;
}

static const char *act_name(RaActKind kind)
{
    static const char *const names[] = {
        [RA_ACT_CLOSE] = "close",
        [RA_ACT_CONNECT] = "connect",
        [RA_ACT_PASSWORD] = "password",
        [RA_ACT_CHOOSE] = "choose",
        [RA_ACT_SAVE_HISTORY] = "save",
        [RA_ACT_SEND_FILE] = "send",
        [RA_ACT_FILE_ANSWER] = "answer",
        [RA_ACT_FILE_CANCEL] = "cancel",
        [RA_ACT_FILE_OPEN] = "open",
        [RA_ACT_FILE_SHOW] = "show",
        [RA_ACT_TALK_ANSWER] = "talk",
        [RA_ACT_QUALITY] = "quality",
        [RA_ACT_MONITOR] = "monitor",
        [RA_ACT_CLIPBOARD] = "clipboard",
        [RA_ACT_KEY] = NULL,
    };
    return names[kind] != NULL ? names[kind] : "other";
}

static char *on_act(const RaAct *act, gpointer data)
{
    Set *set = data;
    g_string_append_printf(set->log, "%s-%d-%u-%u", act_name(act->kind), act->flag, act->number,
                           act->handle);
    if (act->secret != NULL)
        g_string_append_printf(set->log, "-%s", ra_secret_text(act->secret));
    if (act->text != NULL)
        g_string_append_printf(set->log, "-%s", act->text);
    g_string_append_c(set->log, ' ');
    if (set->then != NULL)
        set->then(set);
    return g_steal_pointer(&set->refuse);
}

static void on_chosen(RaShell *shell)
{
    Set *set = shell->data;
    g_string_append_printf(set->log, "choice-%d-%d-%d-%d-%d ", shell->choices.theme,
                           shell->choices.text, shell->choices.quality, shell->choices.clipboard,
                           shell->choices.pane);
}

void set_begin(Set *set, RaThemeKind theme, int width, int height, int scale)
{
    const RaUiHost host = {.damage = on_damage,
                           .text_input = on_text_input,
                           .set_clipboard = on_clipboard,
                           .pointer = on_pointer};
    *set = (Set){.width = width, .height = height, .log = g_string_new(NULL)};
    set->ui = ra_ui_new(&host, set);
    ra_ui_set_style(set->ui, theme, scale, 100);
    ra_ui_set_active(set->ui, TRUE);
    ra_ui_set_size(set->ui, width, height);
    ra_ui_push(set->ui, ra_stack_new(set->ui), 0); /* the window itself */
    set->model.status.name = "Maria";
    set->model.clipboard = set->model.their_clipboard = TRUE;
    set->shell = (RaShell){.ui = set->ui,
                           .model = &set->model,
                           .act = on_act,
                           .data = set,
                           .chosen = on_chosen,
                           .choices = {.theme = RA_THEME_DESKTOP, .text = 100, .clipboard = TRUE}};
    set->dialogs = ra_dialogs_new(&set->shell);
    set->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
}

void set_end(Set *set)
{
    ra_dialogs_free(set->dialogs);
    ra_ui_free(set->ui);
    cairo_surface_destroy(set->surface);
    g_string_free(set->log, TRUE);
    g_free(set->refuse);
}

void set_draw(Set *set, const char *name)
{
    const char *folder = g_getenv("RA_TEST_PICTURES");
    cairo_t *cairo = cairo_create(set->surface);
    cairo_set_source_rgb(cairo, 0.2, 0.4, 0.6);
    cairo_paint(cairo);
    ra_ui_layout(set->ui);
    ra_ui_draw(set->ui, cairo, (RaBox){0, 0, set->width, set->height});
    cairo_destroy(cairo);
    cairo_surface_flush(set->surface);
    if (folder == NULL)
        return;
    g_autofree char *file = g_strdup_printf("%s/%s.png", folder, name);
    g_assert_cmpint(cairo_surface_write_to_png(set->surface, file), ==, CAIRO_STATUS_SUCCESS);
}

guint set_drawn(const Set *set)
{
    const guint8 *pixels = cairo_image_surface_get_data(set->surface);
    const int stride = cairo_image_surface_get_stride(set->surface);
    guint n = 0;
    for (int y = 0; y < set->height; y++) {
        for (int x = 0; x < set->width; x++) {
            guint32 pixel;
            memcpy(&pixel, pixels + (gsize)y * (gsize)stride + (gsize)x * 4, 4);
            n += (pixel & 0xffffff) != BEHIND;
        }
    }
    return n;
}

void set_key(Set *set, guint32 key, guint mods)
{
    (void)ra_ui_key(set->ui, &(RaUiKey){.key = key, .mods = mods});
    ra_ui_layout(set->ui);
}

void set_type(Set *set, const char *text)
{
    ra_ui_type(set->ui, text);
    ra_ui_layout(set->ui);
}

void set_click_focused(Set *set)
{
    ra_ui_layout(set->ui);
    const RaWidget *widget = ra_ui_focused(set->ui);
    g_assert_nonnull(widget);
    const RaBox box = widget->box;
    RaUiPointer event = {.kind = RA_POINTER_MOVE,
                         .x = box.x + box.width / 2,
                         .y = box.y + box.height / 2,
                         .button = 1,
                         .clicks = 1};
    (void)ra_ui_pointer(set->ui, &event);
    event.kind = RA_POINTER_DOWN;
    (void)ra_ui_pointer(set->ui, &event);
    event.kind = RA_POINTER_UP;
    (void)ra_ui_pointer(set->ui, &event);
    ra_ui_layout(set->ui);
}

static gboolean on_time(gpointer data)
{
    *(gboolean *)data = TRUE;
    return G_SOURCE_REMOVE;
}

void set_wait(guint ms)
{
    gboolean over = FALSE;
    g_timeout_add(ms, on_time, &over);
    while (!over)
        g_main_context_iteration(NULL, TRUE);
}

void set_assert_log(Set *set, const char *wanted)
{
    g_assert_cmpstr(set->log->str, ==, wanted);
    g_string_set_size(set->log, 0);
}

/* What the tests have in common. */

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

void set_prompt(Set *set, RaPromptKind kind, const char *message)
{
    set->model.prompt = connect_prompt;
    set->model.prompt.kind = kind;
    set->model.prompt.message = message;
    ra_dialogs_update(set->dialogs, RA_MODEL_PROMPT);
    ra_ui_layout(set->ui);
}

void set_start(Set *set)
{
    set_begin(set, RA_THEME_LIGHT, 1280, 720, 100);
}

RaTransfer set_transfers[2];

void set_offer(Set *set, guint n)
{
    /* GIO's list of media types leaks when it is loaded anew: only the test of looks has types. */
    const gboolean real = g_test_subprocess();
    set->model.transfers = g_ptr_array_new();
    set->model.features = RA_FEATURES_ALL;
    for (guint i = 0; i < n; i++) {
        set_transfers[i] =
            (RaTransfer){.handle = i + 7,
                         .incoming = TRUE,
                         .state = RA_TRANSFER_OFFERED,
                         .name = i == 0 ? "Quarterly report.pdf" : "setup.sh",
                         .type = real ? (i == 0 ? "application/pdf" : "application/x-sh") : "",
                         .can_run = i == 1,
                         .size = 1234567,
                         .seconds_left = G_MAXUINT};
        g_ptr_array_add(set->model.transfers, &set_transfers[i]);
    }
    ra_dialogs_update(set->dialogs, RA_MODEL_FILES);
    ra_ui_layout(set->ui);
}

static void make_file(const char *folder, const char *name, gsize size)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *content = g_malloc0(size + 1);
    g_assert_true(g_file_set_contents(path, content, (gssize)size, NULL));
}

void folder_make(Folder *folder)
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

void folder_remove(Folder *folder)
{
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", folder->root);
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
    g_free(folder->root);
    g_free(folder->inner);
}
