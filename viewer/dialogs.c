/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/dialogs-private.h"

enum { FACT_WIDTH = 84 }; /* dp: of what stands on the left */

void ra_dialogs_close(RaWidget **card)
{
    RaWidget *closing = *card;
    *card = NULL;
    if (closing != NULL)
        ra_dialog_close(closing);
}

const char *ra_dialogs_name(const RaDialogs *dialogs)
{
    const char *name = dialogs->shell->model->status.name;
    return name != NULL && *name != '\0' ? name : "the other side";
}

RaWidget *ra_dialogs_add_fact(RaWidget *card, const char *what, const char *text)
{
    RaWidget *row = ra_row_new(card->ui, 12);
    RaWidget *left = ra_label_new(card->ui, RA_FONT_BODY, RA_COLOUR_QUIET, what);
    RaWidget *right = ra_label_new(card->ui, RA_FONT_BODY, RA_COLOUR_TEXT, text);
    left->min_width = FACT_WIDTH;
    ra_widget_set_align(left, RA_ALIGN_START, RA_ALIGN_START);
    ra_widget_set_expands(right, TRUE);
    ra_widget_add(row, left);
    ra_widget_add(row, right);
    ra_dialog_add(card, row);
    return right;
}

RaWidget *ra_dialogs_add_note(RaWidget *card, const char *text)
{
    RaWidget *label = ra_label_new(card->ui, RA_FONT_SMALL, RA_COLOUR_QUIET, text);
    ra_dialog_add(card, label);
    return label;
}

RaDialogs *ra_dialogs_new(RaShell *shell)
{
    RaDialogs *dialogs = g_new0(RaDialogs, 1);
    dialogs->shell = shell;
    dialogs->chooser = ra_chooser_new(shell->ui, TRUE);
    dialogs->prompt.rows = g_ptr_array_new();
    return dialogs;
}

void ra_dialogs_free(RaDialogs *dialogs)
{
    if (dialogs == NULL)
        return;
    ra_chooser_free(dialogs->chooser);
    ra_dialogs_close(&dialogs->prompt.card);
    ra_dialogs_close(&dialogs->offer.card);
    ra_dialogs_close(&dialogs->talk);
    ra_dialogs_close(&dialogs->drop);
    ra_dialogs_close(&dialogs->link);
    ra_dialogs_close(&dialogs->help);
    ra_dialogs_close(&dialogs->keys);
    ra_settings_close(dialogs);
    ra_transfers_free(dialogs->transfers);
    g_ptr_array_unref(dialogs->prompt.rows);
    g_free(dialogs->prompt.message);
    g_free(dialogs->offer.folder);
    g_free(dialogs->address);
    g_strfreev(dialogs->dropped);
    g_free(dialogs);
}

void ra_dialogs_update(RaDialogs *dialogs, RaModelPart parts)
{
    if ((parts & RA_MODEL_PROMPT) != 0)
        ra_prompt_update(dialogs);
    if ((parts & (RA_MODEL_FILES | RA_MODEL_STATUS)) != 0)
        ra_offer_update(dialogs);
    if ((parts & RA_MODEL_FILES) != 0 && dialogs->transfers != NULL)
        ra_transfers_update(dialogs->transfers);
    if ((parts & (RA_MODEL_VOICE | RA_MODEL_STATUS)) != 0)
        ra_talk_update(dialogs);
    if ((parts & RA_MODEL_STATUS) != 0)
        ra_keys_update(dialogs);
    if ((parts & (RA_MODEL_CHOICES | RA_MODEL_MONITORS | RA_MODEL_STATUS)) != 0)
        ra_settings_update(dialogs);
}

void ra_dialogs_open(RaDialogs *dialogs, RaPage page, const char *text)
{
    switch (page) {
    case RA_PAGE_SEND_FILE:
        ra_send_choose(dialogs);
        break;
    case RA_PAGE_SETTINGS:
        ra_settings_open(dialogs);
        break;
    case RA_PAGE_HELP:
        ra_help_open(dialogs);
        break;
    case RA_PAGE_KEYS:
        ra_keys_open(dialogs);
        break;
    case RA_PAGE_SAVE_HISTORY:
        ra_save_history(dialogs);
        break;
    case RA_PAGE_OPEN_LINK:
        ra_link_open(dialogs, text);
        break;
    }
}

void ra_dialogs_drop(RaDialogs *dialogs, const char *const *paths)
{
    ra_send_dropped(dialogs, paths);
}

RaWidget *ra_dialogs_transfers_new(RaDialogs *dialogs)
{
    RaWidget *widget;
    ra_transfers_free(dialogs->transfers);
    dialogs->transfers = ra_transfers_new(dialogs, &widget);
    ra_transfers_update(dialogs->transfers);
    return widget;
}
