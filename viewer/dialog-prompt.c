/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked before there is a connection: which invitation, whether, the password. */
#include "viewer/dialogs-private.h"

#include "ticket/ticket.h"

enum { NO, YES };

static void answer(RaDialogs *dialogs, gboolean yes)
{
    (void)ra_shell_do(dialogs->shell, RA_ACT_CONNECT, yes);
}

static void on_connect(RaWidget *card, int id, gpointer data)
{
    (void)card;
    answer(data, id == YES);
}

static void build_connect(RaDialogs *dialogs, const RaPrompt *prompt)
{
    RaUi *ui = dialogs->shell->ui;
    g_autofree char *title =
        g_strdup_printf("Do you want to connect to %s’s computer now?", prompt->name);
    RaWidget *card = ra_dialog_new(ui, RA_ICON_PERSON, title, 0, on_connect, dialogs);
    dialogs->prompt.card = card;
    (void)ra_dialogs_add_fact(card, "Asked by", prompt->name);
    if (prompt->address != NULL && *prompt->address != '\0')
        (void)ra_dialogs_add_fact(card, "Address", prompt->address);
    dialogs->prompt.expires = ra_dialogs_add_fact(card, "Expires", prompt->expires);
    if (prompt->caution != NULL)
        (void)ra_dialogs_add_note(card, prompt->caution);
    RaWidget *no = ra_dialog_add_button(card, NO, "Don’t Connect",
                                        RA_ANSWER_DEFAULT | RA_ANSWER_CANCEL | RA_ANSWER_STAYS);
    (void)ra_dialog_add_button(card, YES, "Connect", RA_ANSWER_LATER | RA_ANSWER_STAYS);
    ra_dialog_set_focus(card, no);
}

static void on_password(RaWidget *card, int id, gpointer data)
{
    (void)card;
    RaDialogs *dialogs = data;
    if (id == NO) {
        answer(dialogs, FALSE);
        return;
    }
    if (dialogs->prompt.kind == RA_PROMPT_WORKING)
        return;
    g_autoptr(RaSecret) secret = ra_entry_take_secret(dialogs->prompt.entry);
    const RaAct act = {.kind = RA_ACT_PASSWORD, .secret = secret};
    (void)ra_shell_act(dialogs->shell, &act);
}

static void on_typed(RaWidget *entry, gpointer data)
{
    RaDialogs *dialogs = data;
    ra_entry_set_wrong(entry, FALSE);
    ra_dialog_set_message(dialogs->prompt.card, NULL);
}

static void on_visible(RaWidget *widget, gpointer data)
{
    ra_entry_set_visible(((RaDialogs *)data)->prompt.entry, ra_switch_on(widget));
}

static void build_password(RaDialogs *dialogs, const RaPrompt *prompt)
{
    static const RaEntryFuncs funcs = {.changed = on_typed};
    RaUi *ui = dialogs->shell->ui;
    g_autofree char *title = g_strdup_printf("Password for %s’s computer", prompt->name);
    RaWidget *card = ra_dialog_new(ui, RA_ICON_LOCK, title, 0, on_password, dialogs);
    dialogs->prompt.card = card;
    (void)ra_dialog_add_text(card, "They tell you the password by telephone. Type it as you hear "
                                   "it.");
    RaWidget *entry = ra_entry_new(ui, RA_ENTRY_SECRET, RA_TICKET_PASSWORD_MAX, &funcs, dialogs);
    dialogs->prompt.entry = entry;
    ra_entry_set_hint(entry, "Password");
    ra_dialog_add(card, entry);
    ra_dialog_add(card, ra_switch_new(ui, "Show what I type", FALSE, on_visible, dialogs));
    dialogs->prompt.busy = ra_dialogs_add_note(card, "Checking the password…");
    dialogs->prompt.expires = ra_dialogs_add_fact(card, "Expires", prompt->expires);
    (void)ra_dialog_add_button(card, NO, "Cancel", RA_ANSWER_CANCEL | RA_ANSWER_STAYS);
    dialogs->prompt.go =
        ra_dialog_add_button(card, YES, "Connect", RA_ANSWER_DEFAULT | RA_ANSWER_STAYS);
    ra_dialog_set_focus(card, entry);
}

/* The password is tried, or a wrong one may be typed again. */
static void refresh_password(RaDialogs *dialogs, const RaPrompt *prompt)
{
    const gboolean working = prompt->kind == RA_PROMPT_WORKING;
    const gboolean was_working = dialogs->prompt.kind == RA_PROMPT_WORKING;
    ra_widget_set_hidden(dialogs->prompt.busy, !working);
    ra_widget_set_disabled(dialogs->prompt.entry, working);
    ra_widget_set_disabled(dialogs->prompt.go, working);
    if (working == was_working && g_strcmp0(prompt->message, dialogs->prompt.message) == 0)
        return; /* what was typed since then may be right */
    g_free(dialogs->prompt.message);
    dialogs->prompt.message = g_strdup(prompt->message);
    ra_entry_set_wrong(dialogs->prompt.entry, prompt->message != NULL);
    ra_dialog_set_message(dialogs->prompt.card, prompt->message);
    if (!working)
        ra_ui_focus(dialogs->shell->ui, dialogs->prompt.entry);
}

static void build_working(RaDialogs *dialogs)
{
    RaWidget *card = ra_dialog_new(dialogs->shell->ui, RA_ICON_LOCK, "Opening the invitation…", 0,
                                   on_connect, dialogs);
    dialogs->prompt.card = card;
    (void)ra_dialog_add_button(card, NO, "Cancel", RA_ANSWER_CANCEL | RA_ANSWER_STAYS);
}

static void build_failed(RaDialogs *dialogs, const RaPrompt *prompt)
{
    RaWidget *card = ra_dialog_new(dialogs->shell->ui, RA_ICON_WARNING,
                                   "This invitation cannot be used", 0, on_connect, dialogs);
    dialogs->prompt.card = card;
    (void)ra_dialog_add_text(card, prompt->message);
    (void)ra_dialog_add_button(card, NO, "Close",
                               RA_ANSWER_DEFAULT | RA_ANSWER_CANCEL | RA_ANSWER_STAYS);
}

/* Several invitations. */

static void choose(RaDialogs *dialogs)
{
    const int chosen = ra_list_chosen(dialogs->prompt.list);
    const RaAct act = {.kind = RA_ACT_CHOOSE, .number = (guint)chosen};
    if (chosen >= 0)
        (void)ra_shell_act(dialogs->shell, &act);
}

static void on_entered(RaWidget *list, gpointer data)
{
    (void)list;
    choose(data);
}

static void on_choose(RaWidget *card, int id, gpointer data)
{
    (void)card;
    if (id == YES)
        choose(data);
    else
        answer(data, FALSE);
}

static void add_choice(RaDialogs *dialogs, const RaPromptChoice *choice)
{
    RaUi *ui = dialogs->shell->ui;
    RaWidget *row = ra_column_new(ui, 2);
    RaWidget *who = ra_label_new(ui, RA_FONT_BODY, RA_COLOUR_TEXT, choice->who);
    RaWidget *expires = ra_label_new(ui, RA_FONT_SMALL, RA_COLOUR_QUIET, "");
    ra_widget_add(row, who);
    ra_widget_add(row, expires);
    ra_list_add(dialogs->prompt.list, row, choice->who);
    g_ptr_array_add(dialogs->prompt.rows, expires);
}

static void build_choose(RaDialogs *dialogs, const RaPrompt *prompt)
{
    static const RaListFuncs funcs = {.entered = on_entered};
    RaUi *ui = dialogs->shell->ui;
    RaWidget *card = ra_dialog_new(ui, RA_ICON_DOCUMENT, "Which invitation do you want to open?", 0,
                                   on_choose, dialogs);
    RaWidget *scroll = ra_scroll_new(ui, 64, 320);
    dialogs->prompt.card = card;
    dialogs->prompt.list = ra_list_new(ui, &funcs, dialogs);
    for (guint i = 0; i < prompt->n_choices; i++)
        add_choice(dialogs, &prompt->choices[i]);
    ra_list_choose(dialogs->prompt.list, 0);
    ra_widget_add(scroll, dialogs->prompt.list);
    ra_dialog_add(card, scroll);
    (void)ra_dialog_add_button(card, NO, "Cancel", RA_ANSWER_CANCEL | RA_ANSWER_STAYS);
    (void)ra_dialog_add_button(card, YES, "Open", RA_ANSWER_DEFAULT | RA_ANSWER_STAYS);
    ra_dialog_set_focus(card, dialogs->prompt.list);
}

static void refresh_choices(RaDialogs *dialogs, const RaPrompt *prompt)
{
    for (guint i = 0; i < MIN(prompt->n_choices, dialogs->prompt.rows->len); i++) {
        g_autofree char *text = g_strdup_printf("Expires %s", prompt->choices[i].expires);
        ra_label_set_text(dialogs->prompt.rows->pdata[i], text);
    }
}

static void build(RaDialogs *dialogs, const RaPrompt *prompt)
{
    switch (prompt->kind) {
    case RA_PROMPT_NONE:
        return;
    case RA_PROMPT_CONNECT:
        build_connect(dialogs, prompt);
        break;
    case RA_PROMPT_PASSWORD:
        build_password(dialogs, prompt);
        break;
    case RA_PROMPT_WORKING:
        build_working(dialogs);
        break;
    case RA_PROMPT_CHOOSE:
        build_choose(dialogs, prompt);
        break;
    case RA_PROMPT_FAILED:
        build_failed(dialogs, prompt);
        break;
    }
    ra_dialog_show(dialogs->prompt.card);
}

/* The card that is there can show KIND too. */
static gboolean fits(const RaDialogs *dialogs, RaPromptKind kind)
{
    const gboolean password = kind == RA_PROMPT_PASSWORD || kind == RA_PROMPT_WORKING;
    return dialogs->prompt.card != NULL &&
           (dialogs->prompt.kind == kind || (password && dialogs->prompt.entry != NULL));
}

void ra_prompt_update(RaDialogs *dialogs)
{
    const RaPrompt *prompt = &dialogs->shell->model->prompt;
    if (!fits(dialogs, prompt->kind)) {
        dialogs->prompt.expires = dialogs->prompt.entry = dialogs->prompt.busy = NULL;
        dialogs->prompt.go = dialogs->prompt.list = NULL;
        g_ptr_array_set_size(dialogs->prompt.rows, 0);
        g_clear_pointer(&dialogs->prompt.message, g_free);
        ra_dialogs_close(&dialogs->prompt.card);
        build(dialogs, prompt);
    }
    if (dialogs->prompt.expires != NULL)
        ra_label_set_text(dialogs->prompt.expires, prompt->expires);
    if (dialogs->prompt.entry != NULL)
        refresh_password(dialogs, prompt);
    refresh_choices(dialogs, prompt);
    dialogs->prompt.kind = prompt->kind;
}
