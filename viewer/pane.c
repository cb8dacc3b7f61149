/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viewer/pane.h"

#include "viewer/containers.h"
#include "viewer/entry.h"
#include "viewer/messages.h"
#include "viewer/widgets.h"

enum {
    HEAD_X = 12, /* dp */
    HEAD_Y = 6,
    FOOT = 10,
    LINES_MAX = 6,
};

typedef struct {
    RaShell *shell;
    RaDialogs *dialogs;
    RaCommandFunc command;
    gpointer data;
    RaWidget *chat, *scroll, *newer, *entry, *send, *save;
} Pane;

static Pane *pane_of(const RaWidget *widget)
{
    return ra_widget_data(widget);
}

static gboolean can_say(const Pane *pane)
{
    const RaModel *model = pane->shell->model;
    return model->status.state == RA_CONNECT_SHARING && (model->features & RA_FEATURE_CHAT) != 0;
}

static void show_send(const Pane *pane)
{
    ra_widget_set_disabled(pane->send, !can_say(pane) || ra_entry_length(pane->entry) == 0);
}

static void say(Pane *pane)
{
    g_autofree char *text = g_strdup(ra_entry_text(pane->entry));
    g_strchomp(text);
    if (!can_say(pane) || *text == '\0')
        return;
    if (!ra_shell_act(pane->shell, &(RaAct){.kind = RA_ACT_SAY, .text = text}) || pane->shell->gone)
        return;
    ra_entry_set_text(pane->entry, "");
    ra_scroll_to_end(pane->scroll);
    show_send(pane);
}

static void on_changed(RaWidget *entry, gpointer data)
{
    (void)entry;
    show_send(data);
}

static void on_entered(RaWidget *entry, gpointer data)
{
    (void)entry;
    say(data);
}

static void on_send(RaWidget *button, gpointer data)
{
    Pane *pane = data;
    (void)button;
    say(pane);
    if (!pane->shell->gone)
        ra_ui_focus(pane->shell->ui, pane->entry);
}

static void on_save(RaWidget *button, gpointer data)
{
    const Pane *pane = data;
    (void)button;
    pane->command(RA_COMMAND_SAVE_HISTORY, pane->data);
}

static void on_hide(RaWidget *button, gpointer data)
{
    const Pane *pane = data;
    (void)button;
    pane->command(RA_COMMAND_CHAT, pane->data);
}

static void on_link(const char *address, gpointer data)
{
    const Pane *pane = data;
    ra_dialogs_open(pane->dialogs, RA_PAGE_OPEN_LINK, address);
}

static void on_newer(RaWidget *button, gpointer data)
{
    const Pane *pane = data;
    (void)button;
    ra_scroll_to_end(pane->scroll);
}

/* Whoever reads further up is told of what comes below. */
static void on_moved(RaWidget *scroll, gpointer data)
{
    const Pane *pane = data;
    const RaHistory *history = pane->shell->model->history;
    const gboolean unread = history != NULL && ra_history_unread(history) > 0;
    ra_widget_set_hidden(pane->newer, ra_scroll_at_end(scroll) || !unread);
}

static RaWidget *make_head(Pane *pane)
{
    RaUi *ui = pane->shell->ui;
    RaWidget *head = ra_padding_new(ui, HEAD_X, HEAD_Y), *row = ra_row_new(ui, 2);
    RaWidget *title = ra_label_new(ui, RA_FONT_STRONG, RA_COLOUR_TEXT, "Chat");
    ra_label_set_one_line(title, FALSE);
    ra_widget_set_expands(title, TRUE);
    pane->save = ra_button_new(ui, RA_BUTTON_FLAT, RA_ICON_SAVE, NULL, on_save, pane);
    ra_widget_set_tip(pane->save, "Save the history as a file");
    RaWidget *hide = ra_button_new(ui, RA_BUTTON_FLAT, RA_ICON_BACK, NULL, on_hide, pane);
    ra_widget_set_tip(hide, "Hide the chat");
    ra_widget_add(row, title);
    ra_widget_add(row, pane->save);
    ra_widget_add(row, hide);
    ra_widget_add(head, row);
    return head;
}

static RaWidget *make_chat(Pane *pane)
{
    RaUi *ui = pane->shell->ui;
    RaWidget *stack = ra_stack_new(ui);
    pane->scroll = ra_scroll_new(ui, 60, 0);
    ra_scroll_set_follows(pane->scroll, TRUE);
    ra_scroll_set_moved(pane->scroll, on_moved, pane);
    pane->chat = ra_messages_new(pane->shell, on_link, pane);
    ra_widget_add(pane->scroll, pane->chat);
    pane->newer = ra_button_new(ui, RA_BUTTON_ACCENT, RA_ICON_DOWN, "New messages", on_newer, pane);
    ra_widget_set_align(pane->newer, RA_ALIGN_CENTRE, RA_ALIGN_END);
    ra_widget_set_hidden(pane->newer, TRUE);
    ra_widget_add(stack, pane->scroll);
    ra_widget_add(stack, pane->newer);
    ra_widget_set_expands(stack, TRUE);
    return stack;
}

static RaWidget *make_foot(Pane *pane)
{
    RaUi *ui = pane->shell->ui;
    const RaEntryFuncs funcs = {.changed = on_changed, .entered = on_entered};
    RaWidget *foot = ra_padding_new(ui, FOOT, FOOT), *row = ra_row_new(ui, 8);
    pane->entry = ra_entry_new(ui, RA_ENTRY_TEXT, RA_CHAT_TEXT_MAX, &funcs, pane);
    ra_entry_set_lines(pane->entry, 1, LINES_MAX);
    ra_widget_set_expands(pane->entry, TRUE);
    pane->send = ra_button_new(ui, RA_BUTTON_ACCENT, RA_ICON_NONE, "Send", on_send, pane);
    ra_widget_set_align(pane->send, RA_ALIGN_FILL, RA_ALIGN_END);
    ra_widget_add(row, pane->entry);
    ra_widget_add(row, pane->send);
    ra_widget_add(foot, row);
    return foot;
}

RaWidget *ra_pane_new(RaShell *shell, RaDialogs *dialogs, RaCommandFunc command, gpointer data)
{
    RaUi *ui = shell->ui;
    Pane *pane = g_new0(Pane, 1);
    *pane = (Pane){.shell = shell, .dialogs = dialogs, .command = command, .data = data};
    RaWidget *ground = ra_padding_new(ui, 0, 0), *column = ra_column_new(ui, 0);
    ra_padding_set_ground(ground, RA_COLOUR_PANE, 0, FALSE);
    ra_widget_add(column, make_head(pane));
    ra_widget_add(column, ra_separator_new(ui));
    ra_widget_add(column, make_chat(pane));
    RaWidget *files = ra_padding_new(shell->ui, 8, 0);
    ra_widget_add(files, ra_dialogs_transfers_new(dialogs));
    ra_widget_add(column, files);
    ra_widget_add(column, ra_separator_new(ui));
    ra_widget_add(column, make_foot(pane));
    ra_widget_add(ground, column);
    ra_widget_set_data(ground, pane, g_free);
    ra_pane_update(ground, RA_MODEL_ALL);
    return ground;
}

static void show_entry(const Pane *pane)
{
    const RaModel *model = pane->shell->model;
    const char *hint = "Write a message";
    if (model->status.state == RA_CONNECT_ENDED)
        hint = "The session is over";
    else if (model->status.state == RA_CONNECT_RESUMING)
        hint = "The connection was lost";
    else if (!can_say(pane))
        hint = "Not connected yet";
    if (model->status.state == RA_CONNECT_SHARING && !can_say(pane))
        hint = "They cannot chat";
    ra_entry_set_hint(pane->entry, hint);
    ra_widget_set_disabled(pane->entry, !can_say(pane));
    show_send(pane);
}

void ra_pane_update(RaWidget *widget, RaModelPart parts)
{
    const Pane *pane = pane_of(widget);
    const RaHistory *history = pane->shell->model->history;
    if ((parts & RA_MODEL_STATUS) != 0)
        show_entry(pane);
    if ((parts & RA_MODEL_CHAT) == 0)
        return;
    ra_messages_update(pane->chat);
    ra_widget_set_disabled(pane->save, history == NULL || ra_history_length(history) == 0);
    on_moved(pane->scroll, (gpointer)pane);
}

void ra_pane_focus(RaWidget *widget)
{
    const Pane *pane = pane_of(widget);
    ra_ui_focus(widget->ui, ra_widget_usable(pane->entry) ? pane->entry : pane->chat);
}

gboolean ra_pane_shows_last(const RaWidget *widget)
{
    const Pane *pane = pane_of(widget);
    return !widget->hidden && ra_scroll_at_end(pane->scroll);
}
