/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys that the helper's own desktop, or this window, takes for itself: sent by a button. */
#include "viewer/dialogs-private.h"
#include "viewer/keys.h"

enum { WIDTH = 460, BUTTON_WIDTH = 150 /* dp */, KEYS_MAX = 3 };

static const struct {
    const char *label, *note;
    struct {
        SDL_Scancode scancode;
        SDL_Keycode sym;
    } key[KEYS_MAX]; /* pressed in this order; sym 0: no more */
} strokes[] = {
    {"Ctrl+Alt+Del",
     "Log out or shut down, as their desktop has it",
     {{SDL_SCANCODE_LCTRL, SDLK_LCTRL},
      {SDL_SCANCODE_LALT, SDLK_LALT},
      {SDL_SCANCODE_DELETE, SDLK_DELETE}}},
    {"Super", "Their menu or overview", {{SDL_SCANCODE_LGUI, SDLK_LGUI}}},
    {"Alt+Tab", "Another window", {{SDL_SCANCODE_LALT, SDLK_LALT}, {SDL_SCANCODE_TAB, SDLK_TAB}}},
    {"Alt+F4", "Close the window", {{SDL_SCANCODE_LALT, SDLK_LALT}, {SDL_SCANCODE_F4, SDLK_F4}}},
    {"Ctrl+Esc",
     "The menu or the list of tasks, on some desktops",
     {{SDL_SCANCODE_LCTRL, SDLK_LCTRL}, {SDL_SCANCODE_ESCAPE, SDLK_ESCAPE}}},
    {"Print Screen",
     "A picture of their screen, kept there",
     {{SDL_SCANCODE_PRINTSCREEN, SDLK_PRINTSCREEN}}},
    {"F11", "Full screen of their program", {{SDL_SCANCODE_F11, SDLK_F11}}},
};

static gboolean in_control(const RaDialogs *dialogs)
{
    const RaStatus *status = &dialogs->shell->model->status;
    return status->state == RA_CONNECT_SHARING && !status->view_only &&
           (status->rights & RA_RIGHT_CONTROL) != 0;
}

static void send_key(RaShell *shell, gboolean down, guint stroke, guint key)
{
    const RaAct act = {.kind = RA_ACT_KEY,
                       .key = {down, ra_key_keysym(strokes[stroke].key[key].sym, KMOD_NONE),
                               ra_key_code(strokes[stroke].key[key].scancode)}};
    (void)ra_shell_act(shell, &act);
}

static void on_stroke(RaWidget *button, gpointer data)
{
    RaDialogs *dialogs = data;
    const guint stroke = GPOINTER_TO_UINT(ra_widget_data(button));
    guint n = 0;
    ra_dialogs_close(&dialogs->keys);
    if (!in_control(dialogs))
        return;
    for (; n < KEYS_MAX && strokes[stroke].key[n].sym != 0; n++)
        send_key(dialogs->shell, TRUE, stroke, n);
    while (n-- > 0)
        send_key(dialogs->shell, FALSE, stroke, n);
}

static void on_closed(RaWidget *card, int id, gpointer data)
{
    (void)card;
    (void)id;
    RaDialogs *dialogs = data;
    dialogs->keys = NULL;
}

static RaWidget *add_stroke(RaDialogs *dialogs, RaWidget *column, guint stroke)
{
    RaUi *ui = column->ui;
    RaWidget *row = ra_row_new(ui, 12);
    RaWidget *button =
        ra_button_new(ui, RA_BUTTON_PLAIN, RA_ICON_NONE, strokes[stroke].label, on_stroke, dialogs);
    RaWidget *note = ra_label_new(ui, RA_FONT_BODY, RA_COLOUR_QUIET, strokes[stroke].note);
    ra_widget_set_data(button, GUINT_TO_POINTER(stroke), NULL);
    button->min_width = BUTTON_WIDTH;
    ra_widget_set_align(note, RA_ALIGN_FILL, RA_ALIGN_CENTRE);
    ra_widget_set_expands(note, TRUE);
    ra_widget_add(row, button);
    ra_widget_add(row, note);
    ra_widget_add(column, row);
    return button;
}

void ra_keys_open(RaDialogs *dialogs)
{
    if (dialogs->keys != NULL || !in_control(dialogs))
        return;
    g_autofree char *title = g_strdup_printf("Send keys to %s", ra_dialogs_name(dialogs));
    RaWidget *card =
        ra_dialog_new(dialogs->shell->ui, RA_ICON_KEYS, title, WIDTH, on_closed, dialogs);
    RaWidget *column = ra_column_new(card->ui, 6);
    for (guint i = 0; i < G_N_ELEMENTS(strokes); i++) {
        RaWidget *button = add_stroke(dialogs, column, i);
        if (i == 0)
            ra_dialog_set_focus(card, button);
    }
    dialogs->keys = card;
    ra_dialog_add(card, column);
    (void)ra_dialogs_add_note(card, "All other keys go to their computer as you type them.");
    (void)ra_dialog_add_button(card, 0, "Close", RA_ANSWER_CANCEL);
    ra_dialog_show(card);
}

void ra_keys_update(RaDialogs *dialogs)
{
    if (dialogs->keys != NULL && !in_control(dialogs))
        ra_dialogs_close(&dialogs->keys);
}
