/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "NAME wants to send you a file." */
#include "viewer/browse.h"
#include "viewer/dialogs-private.h"

#include <gio/gio.h>

enum { REFUSE, ACCEPT, CHOOSE };

/* The oldest that waits for an answer. */
static const RaTransfer *find_offer(const RaDialogs *dialogs)
{
    const GPtrArray *all = dialogs->shell->model->transfers;
    for (guint i = 0; all != NULL && i < all->len; i++) {
        const RaTransfer *transfer = all->pdata[i];
        if (transfer->incoming && transfer->state == RA_TRANSFER_OFFERED)
            return transfer;
    }
    return NULL;
}

/* "PDF document, 1.2 MB". The caller's. */
static char *describe(const RaTransfer *transfer)
{
    g_autofree char *type =
        *transfer->type != '\0' ? g_content_type_from_mime_type(transfer->type) : NULL;
    g_autofree char *kind = type != NULL && !g_content_type_is_unknown(type)
                                ? g_content_type_get_description(type)
                                : g_strdup("File of an unknown kind");
    g_autofree char *size = g_format_size(transfer->size);
    const gunichar first = g_unichar_toupper(g_utf8_get_char(kind));
    char start[8] = "";
    start[g_unichar_to_utf8(first, start)] = '\0';
    return g_strdup_printf("%s%s, %s", start, *kind != '\0' ? g_utf8_next_char(kind) : "", size);
}

static void show_place(RaDialogs *dialogs)
{
    if (dialogs->offer.folder == NULL) {
        ra_label_set_text(dialogs->offer.place, "Downloads");
        return;
    }
    g_autofree char *name = ra_browse_shown(dialogs->offer.folder);
    ra_label_set_text(dialogs->offer.place, name);
}

static void on_folder(const char *const *paths, gpointer data)
{
    RaDialogs *dialogs = data;
    if (paths == NULL || dialogs->offer.card == NULL)
        return;
    g_free(dialogs->offer.folder);
    dialogs->offer.folder = g_strdup(paths[0]);
    show_place(dialogs);
}

static void choose_folder(RaWidget *button, gpointer data)
{
    (void)button;
    RaDialogs *dialogs = data;
    const RaChooseOptions options = {.kind = RA_CHOOSE_FOLDER,
                                     .title = "Where to Save the File",
                                     .accept = "Choose",
                                     .folder = dialogs->offer.folder};
    (void)ra_chooser_open(dialogs->chooser, &options, on_folder, dialogs);
}

/* What cannot be saved there stays offered, and the question comes again. */
static void on_answer(RaWidget *card, int id, gpointer data)
{
    (void)card;
    RaDialogs *dialogs = data;
    g_autofree char *folder = g_strdup(dialogs->offer.folder);
    const RaAct act = {.kind = RA_ACT_FILE_ANSWER,
                       .handle = dialogs->offer.handle,
                       .flag = id == ACCEPT,
                       .text = id == ACCEPT ? folder : NULL};
    dialogs->offer.card = NULL;
    (void)ra_shell_act(dialogs->shell, &act);
    if (!dialogs->shell->gone)
        ra_offer_update(dialogs);
}

static void add_place(RaDialogs *dialogs, RaWidget *card)
{
    RaUi *ui = card->ui;
    RaWidget *row = ra_row_new(ui, 8);
    RaWidget *label = ra_label_new(ui, RA_FONT_BODY, RA_COLOUR_QUIET, "Save in");
    dialogs->offer.place = ra_label_new(ui, RA_FONT_BODY, RA_COLOUR_TEXT, "");
    ra_label_set_one_line(dialogs->offer.place, TRUE);
    ra_widget_set_expands(dialogs->offer.place, TRUE);
    ra_widget_set_align(label, RA_ALIGN_START, RA_ALIGN_CENTRE);
    ra_widget_set_align(dialogs->offer.place, RA_ALIGN_FILL, RA_ALIGN_CENTRE);
    ra_widget_add(row, label);
    ra_widget_add(row, dialogs->offer.place);
    ra_widget_add(
        row, ra_button_new(ui, RA_BUTTON_PLAIN, RA_ICON_NONE, "Choose…", choose_folder, dialogs));
    ra_dialog_add(card, row);
    show_place(dialogs);
}

static void build(RaDialogs *dialogs, const RaTransfer *transfer)
{
    RaUi *ui = dialogs->shell->ui;
    g_autofree char *title =
        g_strdup_printf("%s wants to send you a file", ra_dialogs_name(dialogs));
    g_autofree char *description = describe(transfer);
    RaWidget *card = ra_dialog_new(ui, transfer->can_run ? RA_ICON_WARNING : RA_ICON_DOCUMENT,
                                   title, 0, on_answer, dialogs);
    RaWidget *name = ra_label_new(ui, RA_FONT_STRONG, RA_COLOUR_TEXT, transfer->name);
    dialogs->offer.card = card;
    dialogs->offer.handle = transfer->handle;
    g_clear_pointer(&dialogs->offer.folder, g_free);
    ra_dialog_add(card, name);
    (void)ra_dialogs_add_note(card, description);
    if (transfer->can_run)
        ra_dialog_add(card, ra_label_new(ui, RA_FONT_BODY, RA_COLOUR_ERROR,
                                         "This kind of file can run commands on your computer. "
                                         "Accept it only if you expect it and trust who sends "
                                         "it."));
    add_place(dialogs, card);
    RaWidget *no = ra_dialog_add_button(card, REFUSE, "Refuse",
                                        RA_ANSWER_DEFAULT | RA_ANSWER_CANCEL | RA_ANSWER_LATER);
    (void)ra_dialog_add_button(card, ACCEPT, "Accept", RA_ANSWER_LATER);
    ra_dialog_set_focus(card, no);
    ra_dialog_show(card);
}

void ra_offer_update(RaDialogs *dialogs)
{
    const RaTransfer *offer = find_offer(dialogs);
    if (dialogs->offer.card != NULL && offer != NULL && offer->handle == dialogs->offer.handle)
        return;
    ra_dialogs_close(&dialogs->offer.card); /* it was withdrawn */
    if (offer != NULL)
        build(dialogs, offer);
}
