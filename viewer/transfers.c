/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files on their way and those that came, newest first: a row each. */
#include "base/text.h"
#include "viewer/dialogs-private.h"

enum { OVER_MAX = 20 /* that are done, or came to nothing: the oldest are left out */ };

typedef struct {
    RaTransfers *transfers; /* borrowed */
    guint handle;
    RaTransferState state; /* as built for */
    RaWidget *widget, *detail, *progress;
} Row;

struct _RaTransfers {
    RaDialogs *dialogs;
    RaWidget *column; /* borrowed: the chat pane has it */
    GPtrArray *rows;  /* of Row, as shown */
    GHashTable *away; /* handles that the helper took off the list */
};

static void row_act(Row *row, RaActKind kind)
{
    const RaAct act = {.kind = kind, .handle = row->handle};
    (void)ra_shell_act(row->transfers->dialogs->shell, &act);
}

static void on_cancel(RaWidget *button, gpointer data)
{
    (void)data;
    row_act(ra_widget_data(button), RA_ACT_FILE_CANCEL);
}

static void on_open(RaWidget *button, gpointer data)
{
    (void)data;
    row_act(ra_widget_data(button), RA_ACT_FILE_OPEN);
}

static void on_show(RaWidget *button, gpointer data)
{
    (void)data;
    row_act(ra_widget_data(button), RA_ACT_FILE_SHOW);
}

/* Off the list, not off the disk. */
static void on_away(RaWidget *button, gpointer data)
{
    (void)data;
    const Row *row = ra_widget_data(button);
    RaTransfers *transfers = row->transfers;
    (void)g_hash_table_add(transfers->away, GUINT_TO_POINTER(row->handle));
    ra_transfers_update(transfers);
}

/* "1.2 MB of 4.0 MB, 3.1 MB/s, 12 s left". The caller's. */
static char *progress_text(const RaTransfer *transfer)
{
    g_autofree char *done = g_format_size(transfer->done);
    g_autofree char *size = g_format_size(transfer->size);
    GString *text = g_string_new(NULL);
    g_string_printf(text, "%s of %s", done, size);
    if (transfer->rate > 0) {
        g_autofree char *rate = g_format_size(transfer->rate);
        g_string_append_printf(text, ", %s/s", rate);
    }
    if (transfer->seconds_left != G_MAXUINT && transfer->seconds_left >= 60)
        g_string_append_printf(text, ", %u min left", (transfer->seconds_left + 59) / 60);
    else if (transfer->seconds_left != G_MAXUINT)
        g_string_append_printf(text, ", %u s left", transfer->seconds_left);
    return g_string_free(text, FALSE);
}

/* Beneath the name, which it does not say again. The caller's. */
static char *detail_text(const Row *row, const RaTransfer *transfer)
{
    g_autofree char *size = g_format_size(transfer->size);
    switch (transfer->state) {
    case RA_TRANSFER_MOVING:
        return progress_text(transfer);
    case RA_TRANSFER_QUEUED:
        return g_strdup_printf("%s, next in line", size);
    case RA_TRANSFER_OFFERED:
        return transfer->incoming ? g_strdup_printf("%s, waits for your answer", size)
                                  : g_strdup_printf("%s, waits for %s to answer", size,
                                                    ra_dialogs_name(row->transfers->dialogs));
    default:
        break;
    }
    if (transfer->state != RA_TRANSFER_OVER || transfer->end != RA_FILE_DONE)
        return ra_transfer_text(transfer);
    if (!transfer->incoming || transfer->path == NULL)
        return g_strdup_printf(transfer->incoming ? "%s, arrived" : "%s, sent", size);
    g_autofree char *folder = g_path_get_dirname(transfer->path);
    g_autofree char *name = g_filename_display_basename(folder);
    g_autofree char *shown = ra_text_line(name, RA_TEXT_LINE_MAX);
    return g_strdup_printf("%s, arrived in %s", size, shown);
}

static void refresh(Row *row, const RaTransfer *transfer)
{
    g_autofree char *text = detail_text(row, transfer);
    ra_label_set_text(row->detail, text);
    if (row->progress != NULL)
        ra_progress_set(row->progress,
                        transfer->size == 0 ? 1 : (double)transfer->done / (double)transfer->size);
}

static void add_button(Row *row, RaWidget *to, RaButtonKind kind, RaIcon icon, const char *label,
                       const char *tip, RaWidgetFunc func)
{
    RaWidget *button = ra_button_new(to->ui, kind, icon, label, func, NULL);
    ra_widget_set_tip(button, tip);
    ra_widget_set_data(button, row, NULL);
    ra_widget_set_align(button, RA_ALIGN_START, RA_ALIGN_CENTRE);
    ra_widget_add(to, button);
}

/* A file that can run is never opened from here: what opens it is the helper's own decision. */
static void add_came(Row *row, RaWidget *column, const RaTransfer *transfer)
{
    RaUi *ui = column->ui;
    RaWidget *buttons = ra_row_new(ui, 6);
    if (transfer->can_run)
        ra_widget_add(column, ra_label_new(ui, RA_FONT_SMALL, RA_COLOUR_ERROR,
                                           "It can run as a program: trust it only if you "
                                           "expect it."));
    else
        add_button(row, buttons, RA_BUTTON_PLAIN, RA_ICON_NONE, "Open", NULL, on_open);
    add_button(row, buttons, RA_BUTTON_PLAIN, RA_ICON_NONE, "Show in Folder", NULL, on_show);
    ra_widget_add(column, buttons);
}

static RaWidget *new_head(Row *row, RaUi *ui, const RaTransfer *transfer)
{
    RaWidget *head = ra_row_new(ui, 6);
    RaWidget *icon =
        ra_icon_new(ui, transfer->incoming ? RA_ICON_SAVE : RA_ICON_UP, 16, RA_COLOUR_QUIET);
    RaWidget *name = ra_label_new(ui, RA_FONT_STRONG, RA_COLOUR_TEXT, transfer->name);
    ra_widget_set_tip(icon, transfer->incoming ? "From them to you" : "From you to them");
    ra_widget_set_align(icon, RA_ALIGN_CENTRE, RA_ALIGN_CENTRE);
    ra_label_set_one_line(name, TRUE);
    ra_widget_set_expands(name, TRUE);
    ra_widget_set_align(name, RA_ALIGN_FILL, RA_ALIGN_CENTRE);
    ra_widget_set_tip(name, transfer->name);
    ra_widget_add(head, icon);
    ra_widget_add(head, name);
    if (transfer->state != RA_TRANSFER_OVER)
        add_button(row, head, RA_BUTTON_FLAT, RA_ICON_CLOSE, NULL, "Cancel this file", on_cancel);
    else
        add_button(row, head, RA_BUTTON_FLAT, RA_ICON_CLOSE, NULL, "Take it off this list",
                   on_away);
    return head;
}

static Row *row_new(RaTransfers *transfers, const RaTransfer *transfer)
{
    RaUi *ui = transfers->column->ui;
    Row *row = g_new0(Row, 1);
    row->transfers = transfers;
    row->handle = transfer->handle;
    row->state = transfer->state;
    row->widget = ra_padding_new(ui, 10, 8);
    ra_padding_set_ground(row->widget, RA_COLOUR_CARD, 6, TRUE);
    RaWidget *column = ra_column_new(ui, 4);
    ra_widget_add(column, new_head(row, ui, transfer));
    if (transfer->state == RA_TRANSFER_MOVING || transfer->state == RA_TRANSFER_BROKEN) {
        row->progress = ra_progress_new(ui);
        ra_widget_add(column, row->progress);
    }
    row->detail = ra_label_new(ui, RA_FONT_SMALL, RA_COLOUR_QUIET, "");
    ra_widget_add(column, row->detail);
    if (transfer->incoming && transfer->state == RA_TRANSFER_OVER && transfer->end == RA_FILE_DONE)
        add_came(row, column, transfer);
    ra_widget_add(row->widget, column);
    ra_widget_add(transfers->column, row->widget);
    return row;
}

RaTransfers *ra_transfers_new(RaDialogs *dialogs, RaWidget **widget)
{
    RaTransfers *transfers = g_new0(RaTransfers, 1);
    transfers->dialogs = dialogs;
    transfers->away = g_hash_table_new(NULL, NULL);
    transfers->rows = g_ptr_array_new_with_free_func(g_free);
    transfers->column = ra_column_new(dialogs->shell->ui, 6);
    *widget = transfers->column;
    return transfers;
}

void ra_transfers_free(RaTransfers *transfers)
{
    if (transfers == NULL)
        return;
    g_ptr_array_unref(transfers->rows);
    g_hash_table_unref(transfers->away);
    g_free(transfers);
}

/* What is to be shown, newest first. */
static GPtrArray *pick(const RaTransfers *transfers)
{
    const GPtrArray *all = transfers->dialogs->shell->model->transfers;
    GPtrArray *shown = g_ptr_array_new();
    guint over = 0;
    for (guint i = all != NULL ? all->len : 0; i-- > 0;) {
        RaTransfer *transfer = all->pdata[i];
        const gboolean away =
            g_hash_table_contains(transfers->away, GUINT_TO_POINTER(transfer->handle));
        if (transfer->state != RA_TRANSFER_OVER || (!away && over++ < OVER_MAX))
            g_ptr_array_add(shown, transfer);
    }
    return shown;
}

/* The rows are those of SHOWN, with the same buttons: only their text is another one. */
static gboolean fits(const RaTransfers *transfers, const GPtrArray *shown)
{
    if (transfers->rows->len != shown->len)
        return FALSE;
    for (guint i = 0; i < shown->len; i++) {
        const Row *row = transfers->rows->pdata[i];
        const RaTransfer *transfer = shown->pdata[i];
        if (row->handle != transfer->handle || row->state != transfer->state)
            return FALSE;
    }
    return TRUE;
}

void ra_transfers_update(RaTransfers *transfers)
{
    g_autoptr(GPtrArray) shown = pick(transfers);
    if (!fits(transfers, shown)) {
        ra_widget_clear(transfers->column);
        g_ptr_array_set_size(transfers->rows, 0);
        for (guint i = 0; i < shown->len; i++)
            g_ptr_array_add(transfers->rows, row_new(transfers, shown->pdata[i]));
    }
    ra_widget_set_hidden(transfers->column, shown->len == 0);
    for (guint i = 0; i < shown->len; i++)
        refresh(transfers->rows->pdata[i], shown->pdata[i]);
}
