/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the helper sends and saves: files that were dropped or chosen, the history. */
#include "viewer/browse.h"
#include "viewer/dialogs-private.h"

#include <sys/stat.h>

enum { CANCEL, SEND };
enum { NAMES_MAX = 8 }; /* shown of those that were dropped */

static void send_all(RaDialogs *dialogs, const char *const *paths)
{
    for (; *paths != NULL && !dialogs->shell->gone; paths++) {
        const RaAct act = {.kind = RA_ACT_SEND_FILE, .text = *paths};
        (void)ra_shell_act(dialogs->shell, &act);
    }
}

static gboolean is_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* Those that can be sent; *OTHERS is how many cannot. The caller's. */
static char **keep_files(const char *const *paths, guint *others)
{
    g_autoptr(GStrvBuilder) files = g_strv_builder_new();
    *others = 0;
    for (; *paths != NULL; paths++) {
        if (is_file(*paths))
            g_strv_builder_add(files, *paths);
        else
            ++*others;
    }
    return g_strv_builder_end(files);
}

static void on_drop(RaWidget *card, int id, gpointer data)
{
    (void)card;
    RaDialogs *dialogs = data;
    g_auto(GStrv) paths = g_steal_pointer(&dialogs->dropped);
    dialogs->drop = NULL;
    if (id == SEND)
        send_all(dialogs, (const char *const *)paths);
}

/* "a.txt", "b.txt" and how many more, a line each. */
static void add_names(RaWidget *card, char **paths)
{
    const guint n = g_strv_length(paths);
    for (guint i = 0; i < MIN(n, NAMES_MAX); i++) {
        g_autofree char *base = g_path_get_basename(paths[i]);
        g_autofree char *name = ra_browse_shown(base);
        RaWidget *label = ra_label_new(card->ui, RA_FONT_BODY, RA_COLOUR_TEXT, name);
        ra_label_set_one_line(label, TRUE);
        ra_dialog_add(card, label);
    }
    if (n <= NAMES_MAX)
        return;
    g_autofree char *more = g_strdup_printf("and %u more", n - NAMES_MAX);
    (void)ra_dialogs_add_note(card, more);
}

void ra_send_dropped(RaDialogs *dialogs, const char *const *paths)
{
    static const char only_files[] =
        "Only files can be sent. For a folder, make an archive of it and send that.";
    guint others;
    if ((dialogs->shell->model->features & RA_FEATURE_FILES) == 0) {
        ra_ui_announce(dialogs->shell->ui, "Files cannot be sent in this session.");
        return;
    }
    g_auto(GStrv) files = keep_files(paths, &others);
    const guint n = g_strv_length(files);
    if (n == 0) {
        ra_ui_announce(dialogs->shell->ui, only_files);
        return;
    }
    ra_dialogs_close(&dialogs->drop);
    g_strfreev(dialogs->dropped);
    dialogs->dropped = g_steal_pointer(&files);
    const char *name = ra_dialogs_name(dialogs);
    g_autofree char *title = n == 1 ? g_strdup_printf("Send this file to %s?", name)
                                    : g_strdup_printf("Send these %u files to %s?", n, name);
    RaWidget *card =
        ra_dialog_new(dialogs->shell->ui, RA_ICON_SEND_FILE, title, 0, on_drop, dialogs);
    dialogs->drop = card;
    add_names(card, dialogs->dropped);
    if (others > 0)
        ra_dialog_set_message(card, only_files);
    (void)ra_dialog_add_button(card, CANCEL, "Cancel", RA_ANSWER_CANCEL);
    (void)ra_dialog_add_button(card, SEND, "Send", RA_ANSWER_DEFAULT);
    ra_dialog_show(card);
}

static void on_chosen(const char *const *paths, gpointer data)
{
    if (paths != NULL)
        send_all(data, paths);
}

void ra_send_choose(RaDialogs *dialogs)
{
    const RaChooseOptions options = {
        .kind = RA_CHOOSE_FILES, .title = "Send a File", .accept = "Send"};
    (void)ra_chooser_open(dialogs->chooser, &options, on_chosen, dialogs);
}

static void on_place(const char *const *paths, gpointer data)
{
    RaDialogs *dialogs = data;
    if (paths == NULL)
        return;
    const RaAct act = {.kind = RA_ACT_SAVE_HISTORY, .text = paths[0]};
    g_autofree char *name = ra_browse_shown(paths[0]);
    g_autofree char *line = g_strdup_printf("The history is saved as %s", name);
    if (ra_shell_act(dialogs->shell, &act) && !dialogs->shell->gone)
        ra_ui_announce(dialogs->shell->ui, line);
}

void ra_save_history(RaDialogs *dialogs)
{
    const RaHistory *history = dialogs->shell->model->history;
    g_autofree char *name =
        history != NULL ? ra_history_file_name(history) : g_strdup("Remote Assistance.txt");
    const RaChooseOptions options = {.kind = RA_CHOOSE_NEW,
                                     .title = "Save the History",
                                     .accept = "Save",
                                     .folder = g_get_user_special_dir(G_USER_DIRECTORY_DOCUMENTS),
                                     .name = name};
    (void)ra_chooser_open(dialogs->chooser, &options, on_place, dialogs);
}
